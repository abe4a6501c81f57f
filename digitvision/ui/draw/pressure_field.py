"""The pressure curve as a picture whose points are dragged up and down."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitvision.ink.editing.pressure_curve import STRAIGHT, PressureCurve
from digitvision.ui.theme import accent, hairline, muted

SIDE_PX: Final = 168
EDGE_PX: Final = 12
POINT_PX: Final = 5.0
KEY_STEP: Final = 0.05
STEPS: Final = 60
"""Number of straight pieces that the curve is painted with."""


class PressureField(QWidget):
    """Shows how heavy the ink is for each pressure of the hand; mouse and arrow keys move its points."""

    changed = Signal(object)
    """The `PressureCurve` that the user has made."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve = STRAIGHT
        self._point = 2
        self._dragging = False
        self.setFixedSize(QSize(SIDE_PX, SIDE_PX))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Pressure curve"))
        self.setToolTip(self.tr("Drag the points: to the right presses harder, higher up is thicker"))
        self._describe()

    @property
    def curve(self) -> PressureCurve:
        """The curve that is shown."""
        return self._curve

    def show_curve(self, curve: PressureCurve) -> None:
        """Show another curve."""
        self._curve = curve
        self._describe()
        self.update()

    def point_position(self, index: int) -> QPointF:
        """Return where a point of the curve lies, in the field's pixels."""
        last = len(self._curve.heights) - 1
        return self._place(index / last, self._curve.heights[index])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            last = len(self._curve.heights) - 1
            across = (event.position().x() - EDGE_PX) / (SIDE_PX - 2 * EDGE_PX)
            self._point = min(max(round(across * last), 0), last)
            self._dragging = True
            self._drag_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._drag_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._curve.heights) - 1
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        rises = {Qt.Key.Key_Up: KEY_STEP, Qt.Key.Key_Down: -KEY_STEP}
        key = Qt.Key(event.key())
        if key in steps:
            self._point = min(max(self._point + steps[key], 0), last)
            self.update()
        elif key in rises:
            self._set_height(self._curve.heights[self._point] + rises[key])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        room = QRectF(self._place(0, 1), self._place(1, 0))
        painter.fillRect(room, palette.color(QPalette.ColorRole.Base))
        painter.setPen(QPen(hairline(palette), 1))
        last = len(self._curve.heights) - 1
        for step in range(last + 1):
            painter.drawLine(self._place(step / last, 0), self._place(step / last, 1))
            painter.drawLine(self._place(0, step / last), self._place(1, step / last))
        painter.setPen(QPen(muted(palette), 1, Qt.PenStyle.DashLine))
        painter.drawLine(self._place(0, 0), self._place(1, 1))
        path = QPainterPath(self._place(0, self._curve(0)))
        for step in range(1, STEPS + 1):
            path.lineTo(self._place(step / STEPS, self._curve(step / STEPS)))
        painter.setPen(QPen(accent(palette), 2))
        painter.drawPath(path)
        for index in range(last + 1):
            chosen = index == self._point and self.hasFocus()
            painter.setBrush(accent(palette) if chosen else palette.color(QPalette.ColorRole.Base))
            painter.drawEllipse(self.point_position(index), POINT_PX, POINT_PX)

    def _place(self, pressure: float, height: float) -> QPointF:
        side = SIDE_PX - 2 * EDGE_PX
        return QPointF(EDGE_PX + pressure * side, SIDE_PX - EDGE_PX - height * side)

    def _drag_to(self, position: QPointF) -> None:
        self._set_height((SIDE_PX - EDGE_PX - position.y()) / (SIDE_PX - 2 * EDGE_PX))

    def _set_height(self, height: float) -> None:
        curve = self._curve.with_height(self._point, round(height, 3))
        self.update()
        if curve != self._curve:
            self.show_curve(curve)
            self.changed.emit(curve)

    def _describe(self) -> None:
        heights = ", ".join(f"{round(height * 100)} %" for height in self._curve.heights)
        self.setAccessibleDescription(self.tr("Ink from light to hard: {heights}").format(heights=heights))
