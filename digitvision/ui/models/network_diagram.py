"""Paints a network as a small diagram: maps as stacks of squares, units as bars, arrows between them."""

from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitvision.ui.models.network_sketch import Shape, Sketch, Step
from digitvision.ui.theme import accent, hairline, muted

_COLUMN_PX: Final = 120
_NARROWEST_COLUMN_PX: Final = 84
_DRAWING_PX: Final = 52
"""Height of what is drawn of a step, above its two lines of text."""

_TEXT_PX: Final = 11
_LINE_PX: Final = 15
_GAP_PX: Final = 14
_ROW_PX: Final = _DRAWING_PX + 2 * _LINE_PX + _GAP_PX
_ARROW_PX: Final = 4.0
_CLEAR_PX: Final = 4.0
"""Between an arrow and what it leads from and to."""

_LARGEST_PX: Final = 40.0
_SMALLEST_PX: Final = 11.0
_LARGEST_SIDE: Final = 28
_MOST_STACKED: Final = 5
_STACK_STEP_PX: Final = 2.5
_FILL_ALPHA: Final = 46

_SEVEN: Final = ((0.26, 0.26), (0.74, 0.24), (0.46, 0.8))
"""A digit as a pen writes it, in shares of a square."""


class NetworkDiagram(QWidget):
    """Shows a sketch; it is as high as it needs, and its columns shrink where it is narrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sketch: Sketch | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("The network"))

    def show_sketch(self, sketch: Sketch) -> None:
        """Draw this network."""
        self._sketch = sketch
        self.setAccessibleDescription(sketch.description)
        self.setToolTip(sketch.description)
        self.updateGeometry()
        self.update()

    @property
    def _columns(self) -> int:
        assert self._sketch is not None
        return max(len(row) for row in self._sketch.rows) + len(self._sketch.joined)

    def sizeHint(self) -> QSize:
        if self._sketch is None:
            return QSize(0, 0)
        return QSize(self._columns * _COLUMN_PX, len(self._sketch.rows) * _ROW_PX - _GAP_PX)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(hint.width() * _NARROWEST_COLUMN_PX // _COLUMN_PX, hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._sketch is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(_TEXT_PX)
        painter.setFont(font)
        column = min(_COLUMN_PX, self.width() / self._columns)
        rows, joined = self._sketch.rows, self._sketch.joined
        first_joined = max(len(row) for row in rows)
        middle = (len(rows) * _ROW_PX - _GAP_PX) / 2 - _ROW_PX / 2 + _GAP_PX / 2
        for number, row in enumerate(rows):
            top = number * _ROW_PX
            right = 0.0
            for index, step in enumerate(row):
                box = _place(step, index * column, top, column)
                if index:
                    self._draw_arrow(painter, QPointF(right, box.center().y()), QPointF(box.left(), box.center().y()))
                self._draw_step(painter, step, box, index * column, top, column)
                right = box.right()
            if joined:
                target = _place(joined[0], first_joined * column, middle, column)
                start, end = QPointF(right, top + _DRAWING_PX / 2), QPointF(target.left(), target.center().y())
                self._draw_arrow(painter, start, end, bend=first_joined * column)
        right = 0.0
        for index, step in enumerate(joined):
            left = (first_joined + index) * column
            box = _place(step, left, middle, column)
            if index:
                self._draw_arrow(painter, QPointF(right, box.center().y()), QPointF(box.left(), box.center().y()))
            self._draw_step(painter, step, box, left, middle, column)
            right = box.right()

    def _draw_step(self, painter: QPainter, step: Step, box: QRectF, left: float, top: float, column: float) -> None:
        painter.save()
        self._draw_shape(painter, step, box)
        painter.restore()
        metrics = QFontMetricsF(painter.font())
        for line, (text, colour) in enumerate(
            ((step.title, self.palette().windowText().color()), (step.detail, muted(self.palette())))
        ):
            painter.setPen(colour)
            area = QRectF(left, top + _DRAWING_PX + line * _LINE_PX, column, _LINE_PX)
            fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, column - 4)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, fitting)

    def _draw_shape(self, painter: QPainter, step: Step, box: QRectF) -> None:
        line = accent(self.palette())
        fill = QColor(line)
        fill.setAlpha(_FILL_ALPHA)
        if step.shape in (Shape.PICTURE, Shape.PATH, Shape.CONTEXT):
            self._draw_input(painter, step.shape, box)
        elif step.shape in (Shape.MAPS, Shape.SEQUENCE):
            painter.setPen(QPen(line, 1))
            stacked = _stacked(step)
            for index in range(stacked):
                offset = index * _STACK_STEP_PX
                sheet = box.adjusted(0, 0, -(stacked - 1) * _STACK_STEP_PX, -(stacked - 1) * _STACK_STEP_PX)
                sheet.translate(offset, offset)
                painter.setBrush(self.palette().window())
                painter.drawRect(sheet)
                painter.setBrush(fill)
                painter.drawRect(sheet)
        elif step.shape is Shape.ATTENTION:
            _draw_all_to_all(painter, box, line)
        else:
            painter.setPen(QPen(line, 1))
            painter.setBrush(line if step.shape is Shape.ANSWERS else fill)
            painter.drawRoundedRect(box, 3, 3)

    def _draw_input(self, painter: QPainter, shape: Shape, box: QRectF) -> None:
        """Draw what goes in as a small sheet of paper with writing on it."""
        painter.setPen(QPen(hairline(self.palette()), 1))
        painter.setBrush(self.palette().base())
        painter.drawRect(box)
        ink = self.palette().windowText().color()
        around = shape is Shape.CONTEXT
        margin = 0.3 * box.width()
        inner = box.adjusted(margin, margin, -margin, -margin)
        points = [_within(inner if around else box, x, y) for x, y in _SEVEN]
        if shape is Shape.PATH:
            painter.setPen(QPen(muted(self.palette()), 1))
            painter.drawPolyline(QPolygonF(points))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent(self.palette()))
            for start, end in pairwise(points):
                for share in (0.0, 0.25, 0.5, 0.75, 1.0):
                    painter.drawEllipse(start + (end - start) * share, 1.8, 1.8)
            return
        painter.setPen(QPen(ink, 3 if not around else 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(QPolygonF(points))
        if around:
            painter.setPen(QPen(muted(self.palette()), 1.5))
            for x in (0.16, 0.84):
                painter.drawLine(_within(box, x, 0.3), _within(box, x, 0.7))
            painter.setPen(QPen(accent(self.palette()), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(inner)

    def _draw_arrow(self, painter: QPainter, start: QPointF, end: QPointF, *, bend: float = 0.0) -> None:
        start, end = start + QPointF(_CLEAR_PX, 0), end - QPointF(_CLEAR_PX, 0)
        colour = muted(self.palette())
        painter.setPen(QPen(colour, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if abs(start.y() - end.y()) < 1:
            painter.drawLine(start, end)
        else:
            # Across to the bend, then up or down, between the columns where no text stands.
            painter.drawPolyline(QPolygonF([start, QPointF(bend, start.y()), QPointF(bend, end.y()), end]))
        painter.setBrush(colour)
        head = [end, end + QPointF(-_ARROW_PX, -_ARROW_PX * 0.7), end + QPointF(-_ARROW_PX, _ARROW_PX * 0.7)]
        painter.drawPolygon(QPolygonF(head))


def _place(step: Step, left: float, top: float, column: float) -> QRectF:
    """The rectangle of what is drawn of a step, in the middle of its column."""
    width = height = _LARGEST_PX
    if step.shape in (Shape.MAPS, Shape.SEQUENCE):
        side = _SMALLEST_PX + (_LARGEST_PX - 6 - _SMALLEST_PX) * min(step.side / _LARGEST_SIDE, 1.0)
        spread = (_stacked(step) - 1) * _STACK_STEP_PX
        width = height = side + spread
        if step.shape is Shape.SEQUENCE:
            height = _SMALLEST_PX + spread
    elif step.shape is Shape.ANSWERS:
        width = _SMALLEST_PX
    elif step.shape is Shape.UNITS:
        width, height = 8.0, min(_LARGEST_PX, 20.0 + step.channels / 8)
    return QRectF(left + (column - width) / 2, top + (_DRAWING_PX - height) / 2, width, height)


def _stacked(step: Step) -> int:
    """Number of sheets that stand for the channels of a step: one more for each doubling beyond eight."""
    return max(1, min(_MOST_STACKED, step.channels.bit_length() - 2))


def _within(box: QRectF, x: float, y: float) -> QPointF:
    return QPointF(box.left() + x * box.width(), box.top() + y * box.height())


def _draw_all_to_all(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """Three dots above and three below, each joined with each: everything takes in everything."""
    columns = (0.1, 0.5, 0.9)
    painter.setPen(QPen(colour, 0.8))
    for above in columns:
        for below in columns:
            painter.drawLine(_within(box, above, 0.15), _within(box, below, 0.85))
    painter.setBrush(colour)
    for x in columns:
        for y in (0.15, 0.85):
            painter.drawEllipse(_within(box, x, y), 3.0, 3.0)
