"""The bar chart with the confidence of every class, for alphabets of many classes: ranked, the best first."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QWidget

from digitvision.ui.answer.confidence_chart import short_percent
from digitvision.ui.theme import accent, hairline, muted
from digitvision.ui.widgets.easing import Easing

LEAST_ROWS: Final = 8
"""Smallest number of rows in sight, however little room there is."""

ROW_SPACE_PX: Final = 8
"""Space above and below a row's text, together, where there is room."""

BAR_SHARE: Final = 0.62
"""Share of a row's height that its bar has."""

GAP_PX: Final = 8
"""Space between label, bar and number."""

WIDEST_LABEL_SHARE: Final = 0.3
BAR_ALPHA: Final = 150
NARROWEST_PX: Final = 200


class RankedChart(QAbstractScrollArea):
    """Horizontal bars from 0 to 1, one for each class, ranked. Only the rows in sight are painted.

    With the focus the arrow keys move a frame from row to row, and Enter picks the class of its row.
    """

    picked = Signal(int)
    """Index of the class whose row was clicked, or chosen by the keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._order: NDArray[np.intp] = np.zeros(0, np.intp)
        self._best: int | None = None
        self._current = 0
        self._label_px = 0
        self._easing = Easing(self)
        self._easing.moved.connect(self._repaint)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Confidence of every class"))
        self.setToolTip(
            self.tr("The most probable first; scroll for all others, and click on one to say what the drawing is")
        )
        self.viewport().setAutoFillBackground(False)
        self._take_font()

    @property
    def values(self) -> NDArray[np.float64]:
        """float64 [C]: the values that the bars show or move to."""
        return self._easing.values

    @property
    def shown_values(self) -> NDArray[np.float64]:
        """float64 [C]: the lengths of the bars now."""
        return self._easing.shown

    @property
    def ranking(self) -> tuple[str, ...]:
        """Names of all classes, from the uppermost row to the lowest."""
        return tuple(self._names[index] for index in self._order)

    @property
    def rows_in_sight(self) -> tuple[str, ...]:
        """Names of the classes whose rows are completely in sight."""
        height, top = self._row_px(), self.verticalScrollBar().value()
        first, end = -(-top // height), (top + self.viewport().height()) // height
        return self.ranking[first:end]

    def set_classes(self, names: Sequence[str]) -> None:
        """Set the classes, in the alphabet's order; all bars are at zero then."""
        self._names = tuple(names)
        self._order, self._best, self._current = np.arange(len(self._names)), None, 0
        self._take_font()
        self._easing.reset(len(self._names))
        self._set_scroll_range()
        self.verticalScrollBar().setValue(0)
        self.setAccessibleDescription("")

    def show_values(
        self, values: NDArray[np.float32], *, ease: bool, sure: bool = True, chosen: int | None = None
    ) -> None:
        """Show other values, and scroll to the best.

        Args:
            values: float [C], 0 to 1.
            ease: Whether the bars move to them or are in place at once.
            sure: Whether the best bar is painted in the accent colour.
            chosen: Index of the class whose bar is, instead of the best; None for the best.
        """
        self._order = np.argsort(-values, kind="stable")
        self._best, self._current = None, 0
        if sure and np.any(values):
            self._best = int(self._order[0]) if chosen is None else chosen
        named = ((self._names[index], short_percent(float(values[index]))) for index in self._order[:LEAST_ROWS])
        self.setAccessibleDescription(", ".join(f"{name} {text} %" for name, text in named if text))
        self.verticalScrollBar().setValue(0)
        self._easing.go(values, ease=ease)

    def clear_values(self) -> None:
        """Move all bars to zero."""
        self.show_values(np.zeros(len(self._names), np.float32), ease=True)

    def sizeHint(self) -> QSize:
        return QSize(NARROWEST_PX, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, metrics = self.palette(), self.fontMetrics()
        plain, winner, ground = muted(palette), accent(palette), hairline(palette)
        plain.setAlpha(BAR_ALPHA)
        text = palette.color(QPalette.ColorRole.WindowText)
        height, top = self._row_px(), self.verticalScrollBar().value()
        width = self.viewport().width()
        number_px = metrics.horizontalAdvance(short_percent(0.999))
        left = self._label_px + GAP_PX
        longest = max(width - left - GAP_PX - number_px - 1, 1)
        bar = round(height * BAR_SHARE)
        flags = Qt.AlignmentFlag.AlignVCenter
        for rank in range(top // height, min((top + event.rect().bottom()) // height + 1, len(self._order))):
            index = self._order[rank]
            y = rank * height - top
            value = float(self._easing.shown[index])
            painter.setPen(text)
            name = metrics.elidedText(self._names[index], Qt.TextElideMode.ElideRight, self._label_px)
            painter.drawText(QRectF(0, y, self._label_px, height), flags | Qt.AlignmentFlag.AlignRight, name)
            upper = y + (height - bar) / 2
            painter.fillRect(QRectF(left, upper, 1, bar), ground)
            painter.fillRect(QRectF(left + 1, upper, longest * value, bar), winner if index == self._best else plain)
            number = short_percent(float(self._easing.values[index]))
            if number:
                x = left + 1 + longest * value + GAP_PX
                painter.drawText(QRectF(x, y, number_px + GAP_PX, height), flags, number)

        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(winner, 0))
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
            if len(self._order):
                painter.drawRect(1, self._current * height - top, width - 3, height - 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        inside = self.viewport().rect().contains(position.toPoint())
        rank = (int(position.y()) + self.verticalScrollBar().value()) // self._row_px()
        if event.button() == Qt.MouseButton.LeftButton and inside and rank < len(self._order):
            self.picked.emit(int(self._order[rank]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        page = max(self.viewport().height() // self._row_px() - 1, 1)
        steps = {keys.Key_Down: 1, keys.Key_Up: -1, keys.Key_PageDown: page, keys.Key_PageUp: -page}
        key = keys(event.key())
        if key in (keys.Key_Return, keys.Key_Enter, keys.Key_Space) and len(self._order):
            self.picked.emit(int(self._order[self._current]))
        elif key in steps and len(self._order):
            self._current = min(max(self._current + steps[key], 0), len(self._order) - 1)
            self._scroll_to_current()
            name, value = self._names[self._order[self._current]], self._easing.values[self._order[self._current]]
            self.setAccessibleDescription(f"{name} {short_percent(float(value)) or 0} %")
        else:
            super().keyPressEvent(event)

    def _scroll_to_current(self) -> None:
        scroll, height = self.verticalScrollBar(), self._row_px()
        top = self._current * height
        scroll.setValue(min(max(scroll.value(), top + height - self.viewport().height()), top))
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_scroll_range()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_names"):
            self._take_font()
            self._set_scroll_range()

    @Slot()
    def _repaint(self) -> None:
        self.viewport().update()

    def _take_font(self) -> None:
        metrics = self.fontMetrics()
        self.setMinimumSize(NARROWEST_PX, LEAST_ROWS * metrics.height())
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0)
        # One pixel more, because a text that is wider than its rectangle by a fraction of a pixel would be cut short.
        self._label_px = min(widest + 1, int(NARROWEST_PX * WIDEST_LABEL_SHARE))

    def _row_px(self) -> int:
        """Return a row's height: with space, unless fewer than `LEAST_ROWS` would be in sight."""
        words = self.fontMetrics().height()
        return max(min(words + ROW_SPACE_PX, self.viewport().height() // LEAST_ROWS), words)

    def _set_scroll_range(self) -> None:
        height, visible = self._row_px(), self.viewport().height()
        scroll = self.verticalScrollBar()
        scroll.setRange(0, max(len(self._names) * height - visible, 0))
        scroll.setPageStep(visible)
        scroll.setSingleStep(height)
