"""The confusion matrix: which class was read as which, with a pointer and keys to go through it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from digitvision.ui.theme import accent, hairline, muted

READABLE_CELL_PX: Final = 15
"""Smallest side of a cell: a larger matrix is scrolled, unless the user wants to see it whole."""

LARGEST_CELL_PX: Final = 56
_SMALLEST_FONT_PX: Final = 8
_ZOOM_STEP: Final = 1.25
_NUMBER_MARGIN_PX: Final = 4
_GRID_FROM_PX: Final = 8
_WIDEST_LABEL_PX: Final = 80
_LIGHT: Final = 0.18
"""Luminance of a ground from which black text is easier to read than white."""

_LEAST_FULL: Final = 0.02
"""Share of a row that has the full colour where no mistake is more frequent."""

_STEPS: Final = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ConfusionMatrix(QAbstractScrollArea):
    """Rows are the truth, columns the answers; the larger the share of its row, the stronger a mistake's colour."""

    cell_chosen = Signal(int, int)
    """Row and column of the cell that is now the current one."""
    cell_pointed = Signal(str)
    """The cell under the pointer in words; empty where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: tuple[str, ...] = ()
        self._counts: NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self._image = QImage()
        self._current = (0, 0)
        self._pointed: tuple[int, int] | None = None
        self._zoomed: float | None = None
        self._whole = False
        self._cell_px = float(LARGEST_CELL_PX)
        self._head_size = QSize()
        self.setAccessibleName(self.tr("Confusion matrix"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 140)
        self.viewport().setMouseTracking(True)

    @property
    def current_cell(self) -> tuple[int, int]:
        """Row and column of the current cell."""
        return self._current

    @property
    def cell_px(self) -> float:
        """The side of a cell in pixels."""
        return self._cell_px

    def set_matrix(self, labels: Sequence[str], counts: NDArray[np.int64]) -> None:
        """Show another matrix.

        Args:
            labels: The labels of the C classes.
            counts: int64 [C, C], rows the truth, columns the answer.
        """
        self._labels, self._counts = tuple(labels), counts
        self._pointed, self._zoomed, self._current = None, None, (0, 0)
        self._paint_image()
        self._set_bars()
        self._describe()

    def set_whole(self, whole: bool) -> None:
        """Show the whole matrix, however small its cells become; or cells of a readable size."""
        self._whole, self._zoomed = whole, None
        self._set_bars()
        self._bring_into_view()

    def choose(self, row: int, column: int) -> None:
        """Make a cell the current one, and scroll to it."""
        if not (0 <= row < len(self._labels) and 0 <= column < len(self._labels)):
            return
        self._current = (row, column)
        self._bring_into_view()
        self._describe()
        self.viewport().update()
        self.cell_chosen.emit(row, column)

    def describe(self, row: int, column: int) -> str:
        """Describe a cell in words."""
        count, total = int(self._counts[row, column]), int(self._counts[row].sum())
        truth, answer = self._labels[row], self._labels[column]
        if row == column:
            text = self.tr("{truth} read right: {count:,} of {total:,} times")
        else:
            text = self.tr("{truth} read as {answer}: {count:,} of {total:,} times")
        return text.format(truth=truth, answer=answer, count=count, total=total)

    def centre_of(self, row: int, column: int) -> QPoint:
        """The middle of a cell on the viewport."""
        return self._rect_of(row, column).center()

    # --- geometry -----------------------------------------------------------------------------------------------

    def _measure(self) -> None:
        """Compute the size of the cells, and the room for the labels of rows and columns."""
        fit = self._fitting_cell_px()
        self._cell_px = fit if self._whole else self._zoomed or max(fit, READABLE_CELL_PX)
        metrics = QFontMetrics(self._label_font())
        widest = max((metrics.horizontalAdvance(label) for label in self._labels), default=0)
        self._head_size = QSize(min(widest, _WIDEST_LABEL_PX) + 10, metrics.height() + 6)

    def _fitting_cell_px(self) -> float:
        """The side of a cell with which the whole matrix fits, with labels of the usual size."""
        metrics, room = self.fontMetrics(), self.maximumViewportSize()
        widest = max((metrics.horizontalAdvance(label) for label in self._labels), default=0)
        side = min(room.width() - min(widest, _WIDEST_LABEL_PX) - 10, room.height() - metrics.height() - 6)
        return min(max(side / max(len(self._labels), 1), 1.0), LARGEST_CELL_PX)

    def _label_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(int(min(max(self.cell_px - 3, _SMALLEST_FONT_PX), self.fontInfo().pixelSize())))
        return font

    def _origin(self) -> QPoint:
        heads = self._head_size
        return QPoint(
            heads.width() - self.horizontalScrollBar().value(), heads.height() - self.verticalScrollBar().value()
        )

    def _rect_of(self, row: int, column: int) -> QRect:
        cell, origin = self.cell_px, self._origin()
        left, top = origin.x() + round(column * cell), origin.y() + round(row * cell)
        return QRect(
            left, top, round((column + 1) * cell) - round(column * cell), round((row + 1) * cell) - round(row * cell)
        )

    def _cell_at(self, position: QPoint) -> tuple[int, int] | None:
        heads, origin, cell = self._head_size, self._origin(), self.cell_px
        if position.x() < heads.width() or position.y() < heads.height():
            return None
        row, column = int((position.y() - origin.y()) / cell), int((position.x() - origin.x()) / cell)
        return (row, column) if row < len(self._labels) and column < len(self._labels) else None

    def _set_bars(self) -> None:
        self._measure()
        heads, side = self._head_size, round(self.cell_px * len(self._labels))
        size = self.maximumViewportSize()
        across, down = size.width() - heads.width(), size.height() - heads.height()
        # A scroll bar takes room that the other direction may then lack.
        extent = self.style().pixelMetric(self.style().PixelMetric.PM_ScrollBarExtent)
        if side > across or side > down:
            across, down = across - extent * (side > down), down - extent * (side > across)
        for bar, room in ((self.horizontalScrollBar(), across), (self.verticalScrollBar(), down)):
            bar.setPageStep(max(room, 1))
            bar.setSingleStep(max(round(self.cell_px), 1))
            bar.setRange(0, max(side - room, 0) if not self._whole else 0)
        self.viewport().update()

    # --- painting -----------------------------------------------------------------------------------------------

    def _paint_image(self) -> None:
        """Make the image of the matrix, a pixel for each cell; painting scales it."""
        count = len(self._labels)
        if count == 0:
            self._image = QImage()
            return
        palette = self.palette()
        ground, mistake, right = palette.color(QPalette.ColorRole.Base), accent(palette), muted(palette)
        shares = self._counts / np.maximum(self._counts.sum(axis=1, keepdims=True), 1)
        diagonal = np.eye(count, dtype=bool)
        most = max(float(shares[~diagonal].max(initial=0.0)), _LEAST_FULL)
        # The root makes single mistakes among thousands of answers visible.
        strength = np.where(self._counts > 0, 0.2 + 0.8 * np.sqrt(np.minimum(shares / most, 1.0)), 0.0)
        strength[diagonal] = 0.45 * shares[diagonal]
        colours = np.where(diagonal[..., None], _rgb(right), _rgb(mistake))
        mixed = _rgb(ground) * (1 - strength[..., None]) + colours * strength[..., None]
        pixels = np.full((count, count, 4), 255, np.uint8)
        pixels[..., :3] = np.rint(mixed)
        self._image = QImage(pixels.tobytes(), count, count, count * 4, QImage.Format.Format_RGBA8888).copy()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        palette = self.palette()
        painter.fillRect(self.viewport().rect(), palette.color(QPalette.ColorRole.Base))
        if self._image.isNull():
            return
        heads, origin, cell, count = self._head_size, self._origin(), self.cell_px, len(self._labels)
        side = round(cell * count)
        field = QRect(heads.width(), heads.height(), self.viewport().width(), self.viewport().height())
        painter.setClipRect(field)
        painter.drawImage(QRect(origin, QSize(side, side)), self._image)
        rows = range(
            max(int(-(origin.y() - heads.height()) / cell), 0),
            min(int((self.viewport().height() - origin.y()) / cell) + 1, count),
        )
        columns = range(
            max(int(-(origin.x() - heads.width()) / cell), 0),
            min(int((self.viewport().width() - origin.x()) / cell) + 1, count),
        )
        if cell >= _GRID_FROM_PX:
            painter.setPen(QPen(hairline(palette), 0))
            for row in range(rows.start, rows.stop + 1):
                y = origin.y() + round(row * cell)
                painter.drawLine(origin.x(), y, origin.x() + side, y)
            for column in range(columns.start, columns.stop + 1):
                x = origin.x() + round(column * cell)
                painter.drawLine(x, origin.y(), x, origin.y() + side)
        self._paint_numbers(painter, rows, columns)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._pointed is not None:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.WindowText), 1))
            painter.drawRect(self._rect_of(*self._pointed))
        painter.setPen(QPen(accent(palette) if self.hasFocus() else palette.color(QPalette.ColorRole.WindowText), 2))
        painter.drawRect(self._rect_of(*self._current))
        painter.setClipping(False)
        self._paint_labels(painter, rows, columns, heads)

    def _paint_numbers(self, painter: QPainter, rows: range, columns: range) -> None:
        """Paint the counts that fit into their cells."""
        font = QFont(self.font())
        font.setPixelSize(min(self.fontInfo().pixelSize(), max(round(self.cell_px * 0.5), 1)))
        if font.pixelSize() < _SMALLEST_FONT_PX:
            return
        painter.setFont(font)
        digit = QFontMetrics(font).horizontalAdvance("0")
        shown = self._counts[rows.start : rows.stop, columns.start : columns.stop]
        for down, across in np.argwhere(shown):
            text, row, column = str(shown[down, across]), rows.start + int(down), columns.start + int(across)
            if digit * len(text) + _NUMBER_MARGIN_PX <= self.cell_px:
                light = _luminance(self._image.pixelColor(column, row)) > _LIGHT
                painter.setPen(Qt.GlobalColor.black if light else Qt.GlobalColor.white)
                painter.drawText(self._rect_of(row, column), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_labels(self, painter: QPainter, rows: range, columns: range, heads: QSize) -> None:
        font = self._label_font()
        metrics = QFontMetrics(font)
        palette = self.palette()
        window = self.viewport().rect()
        painter.fillRect(0, 0, window.width(), heads.height(), palette.color(QPalette.ColorRole.Window))
        painter.fillRect(0, 0, heads.width(), window.height(), palette.color(QPalette.ColorRole.Window))
        marked = {self._current[0]}, {self._current[1]}
        if self._pointed is not None:
            marked[0].add(self._pointed[0])
            marked[1].add(self._pointed[1])
        crowded = self.cell_px < _SMALLEST_FONT_PX + 2
        bold = QFont(font)
        bold.setBold(True)
        for down, indices in ((True, rows), (False, columns)):
            painter.setClipRect(
                QRect(0, heads.height(), heads.width(), window.height())
                if down
                else QRect(heads.width(), 0, window.width(), heads.height())
            )
            for index in indices:
                is_marked = index in marked[0 if down else 1]
                if crowded and not is_marked:
                    continue
                painter.setFont(bold if is_marked else font)
                painter.setPen(palette.color(QPalette.ColorRole.WindowText))
                cell = self._rect_of(index, 0) if down else self._rect_of(0, index)
                room = heads.width() if down else max(round(self.cell_px) + 2, 1 if not crowded else 80)
                text = self._labels[index]
                if down or not is_marked:
                    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
                if down:
                    box = QRect(0, cell.center().y() - heads.height(), heads.width() - 5, 2 * heads.height())
                    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
                else:
                    box = QRect(cell.center().x() - 60, 0, 121, heads.height())
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.setClipping(False)

    # --- pointer and keys ---------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._cell_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.choose(*cell)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        # The press was for the matrix, so the release is, too.
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._point_at(None)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._pointed is not None:
            QToolTip.showText(event.globalPos(), self.describe(*self._pointed), self.viewport())
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and self._labels:
            last = len(self._labels) - 1
            row, column = self._current
            self.choose(min(max(row + step[0], 0), last), min(max(column + step[1], 0), last))
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(_ZOOM_STEP)
        elif event.key() == Qt.Key.Key_Minus:
            self._zoom(1 / _ZOOM_STEP)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._labels:
            self.cell_chosen.emit(*self._current)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom(_ZOOM_STEP if event.angleDelta().y() > 0 else 1 / _ZOOM_STEP)
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        was_in_view = self._in_view()
        self._set_bars()
        if was_in_view:
            self._bring_into_view()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_image"):
            self._paint_image()
            self._set_bars()

    def _in_view(self) -> bool:
        """Whether the current cell is in view."""
        cell = self.cell_px
        return all(
            bar.value() <= round(index * cell) and round((index + 1) * cell) <= bar.value() + bar.pageStep()
            for bar, index in zip((self.verticalScrollBar(), self.horizontalScrollBar()), self._current, strict=True)
        )

    def _bring_into_view(self) -> None:
        cell = self.cell_px
        for bar, index in zip((self.verticalScrollBar(), self.horizontalScrollBar()), self._current, strict=True):
            bar.setValue(min(max(bar.value(), round((index + 1) * cell) - bar.pageStep()), round(index * cell)))

    def _zoom(self, factor: float) -> None:
        before = self.cell_px
        self._zoomed = min(max(before * factor, self._fitting_cell_px()), LARGEST_CELL_PX)
        self._whole = False
        self._set_bars()

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        if cell != self._pointed:
            self._pointed = cell
            self.cell_pointed.emit("" if cell is None else self.describe(*cell))
            self.viewport().update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.describe(*self._current) if self._labels else "")


def _rgb(colour: QColor) -> NDArray[np.float64]:
    return np.array([colour.red(), colour.green(), colour.blue()], np.float64)


def _luminance(colour: QColor) -> float:
    shares = np.array([colour.redF(), colour.greenF(), colour.blueF()]) ** 2.2
    return float(shares @ (0.2126, 0.7152, 0.0722))
