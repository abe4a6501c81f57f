"""The charts of an evaluation: the reliability diagram, and tables of shares with bars."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from digitvision.ui.evaluation.evaluation_results import ReliabilityBin, Share
from digitvision.ui.theme import accent, hairline, muted

_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_GAP_PX: Final = 6
_COUNTS_SHARE: Final = 0.2
"""Share of the diagram's height for the number of answers in each bin."""

_BAR_HEIGHT_PX: Final = 10
_SHARE_ROLE: Final = Qt.ItemDataRole.UserRole


class ReliabilityDiagram(QWidget):
    """A bar for each bin: the share of its answers that is right. On the diagonal it equals their confidence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bins: tuple[ReliabilityBin, ...] = ()
        self.setMinimumSize(180, 150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Reliability diagram"))

    def sizeHint(self) -> QSize:
        return QSize(320, 280)

    def set_bins(self, bins: Sequence[ReliabilityBin]) -> None:
        """Show these bins, which cover confidences from 0 to 1."""
        self._bins = tuple(bins)
        spoken = [
            self.tr("confidence {confidence:.0f} %: {accuracy:.0f} % of {samples:,} right").format(
                confidence=item.confidence * 100, accuracy=item.accuracy * 100, samples=item.samples
            )
            for item in self._bins
            if item.samples
        ]
        self.setAccessibleDescription("; ".join(spoken))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        left = metrics.horizontalAdvance("100 %") + _GAP_PX
        height = self.height() - 2 * metrics.height() - 3 * _GAP_PX
        side = max(min(self.width() - left - metrics.horizontalAdvance("00 %"), height * (1 - _COUNTS_SHARE)), 1.0)
        plot = QRectF(left, metrics.height() / 2 + _GAP_PX, side, side)
        self._paint_axes(painter, plot)
        self._paint_bars(painter, plot)
        counts = QRectF(plot.left(), plot.bottom() + metrics.height() + _GAP_PX, side, side * _COUNTS_SHARE)
        self._paint_counts(painter, counts)

    def _paint_axes(self, painter: QPainter, plot: QRectF) -> None:
        palette, metrics = self.palette(), self.fontMetrics()
        for tick in _TICKS:
            y = plot.bottom() - tick * plot.height()
            x = plot.left() + tick * plot.width()
            painter.setPen(QPen(hairline(palette), 0))
            painter.drawLine(int(plot.left()), int(y), int(plot.right()), int(y))
            painter.setPen(palette.color(QPalette.ColorRole.WindowText))
            text = f"{tick * 100:.0f} %"
            box = QRectF(0, y - metrics.height() / 2, plot.left() - _GAP_PX, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
            if tick in (0.0, 0.5, 1.0):
                box = QRectF(x - 30, plot.bottom() + 2, 60, metrics.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(QPen(muted(palette), 1, Qt.PenStyle.DashLine))
        painter.drawLine(plot.bottomLeft(), plot.topRight())

    def _paint_bars(self, painter: QPainter, plot: QRectF) -> None:
        fill = QColor(accent(self.palette()))
        for item in self._bins:
            if item.samples == 0:
                continue
            # Bins with few answers are paler, because they say little.
            fill.setAlpha(90 if item.samples < 10 else 190)
            width = (item.high - item.low) * plot.width()
            bar = QRectF(plot.left() + item.low * plot.width() + 1, plot.bottom(), width - 2, 0)
            bar.setTop(plot.bottom() - item.accuracy * plot.height())
            painter.fillRect(bar, fill)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 2))
            y = plot.bottom() - item.confidence * plot.height()
            painter.drawLine(int(bar.left()), int(y), int(bar.right()), int(y))

    def _paint_counts(self, painter: QPainter, field: QRectF) -> None:
        """Paint the number of answers in each bin, as its root, so that small bins are visible beside the last one."""
        most = max((item.samples for item in self._bins), default=0)
        for item in self._bins:
            if item.samples:
                height = field.height() * (item.samples / most) ** 0.5
                left = field.left() + item.low * field.width()
                width = (item.high - item.low) * field.width()
                painter.fillRect(QRectF(left + 1, field.bottom() - height, width - 2, height), muted(self.palette()))
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        box = QRectF(0, field.bottom(), self.width(), self.fontMetrics().height() + 2)
        text = self.tr("Confidence, and how many answers have it")
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class ShareTable(QTreeWidget):
    """A table of shares with names, numbers and bars."""

    def __init__(self, name: str, columns: Sequence[str], parent: QWidget | None = None) -> None:
        """Make an empty table.

        Args:
            name: The accessible name.
            columns: Three heads: name, samples and share; or four, the third of them for an AUROC.
            parent: The widget's.
        """
        super().__init__(parent)
        self._has_auroc = len(columns) > 3
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setHeaderLabels(list(columns))
        self.setAccessibleName(name)
        header = self.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.setItemDelegateForColumn(len(columns) - 1, _BarDelegate(self))

    def set_shares(self, shares: Sequence[Share]) -> None:
        """Show these shares, in their order."""
        self.clear()
        items = []
        for share in shares:
            texts = [share.name, f"{share.samples:,}", f"{share.value * 100:.2f} %"]
            if self._has_auroc:
                texts.insert(2, "–" if share.auroc is None else f"{share.auroc:.4f}")
            item = QTreeWidgetItem(texts)
            item.setData(len(texts) - 1, _SHARE_ROLE, share.value)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            items.append(item)
        self.addTopLevelItems(items)


class _BarDelegate(QStyledItemDelegate):
    """Paints a number, and beside it a bar as long as the share."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        share = index.data(_SHARE_ROLE)
        if not isinstance(share, float):
            return
        rect: QRectF = QRectF(option.rect)
        palette: QPalette = option.palette
        metrics = self._metrics(option)
        left = rect.left() + metrics + 2 * _GAP_PX
        room = QRectF(left, rect.center().y() - _BAR_HEIGHT_PX / 2, rect.right() - left - _GAP_PX, _BAR_HEIGHT_PX)
        if room.width() < 8:
            return
        painter.save()
        painter.fillRect(room, hairline(palette))
        room.setWidth(room.width() * share)
        painter.fillRect(room, accent(palette))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index) + QSize(60, 0)

    def _metrics(self, option: QStyleOptionViewItem) -> int:
        return int(option.fontMetrics.horizontalAdvance("100.00 %"))
