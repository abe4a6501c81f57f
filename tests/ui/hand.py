"""A hand that writes on the canvas with mouse, pen and fingers, and the drawings that it writes."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPointingDevice, QTabletEvent, QTouchEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from digitvision.ink.stroke import Sample, Stroke
from digitvision.ui.automation.pointer_player import PointerPlayer, pen_device, tablet_event
from digitvision.ui.canvas.canvas import Canvas

Position = tuple[float, float]

DIAGONAL = Stroke.of((100.0 + 20 * i, 100.0 + 15 * i, 4.0 * i) for i in range(40))
"""A stroke across the page."""


def stroke(*positions: Position) -> Stroke:
    """Return a stroke through these positions, with one sample every 4 ms."""
    return Stroke.of((x, y, 4.0 * number) for number, (x, y) in enumerate(positions))


def write(canvas: Canvas, *strokes: Stroke, device: str = "mouse") -> None:
    """Write whole strokes with the mouse or the pen."""
    player = PointerPlayer(canvas, "pen" if device == "pen" else "mouse")
    for one in strokes:
        player.write(one)


def write_at_once(canvas: Canvas, *strokes: Stroke) -> None:
    """Write whole strokes with the mouse; the window paints and answers only after each.

    For tests about what comes of written strokes. Where it shows every report, most of their time goes by with that.
    """
    player = PointerPlayer(canvas)
    for one in strokes:
        player.write(one, between=lambda: None)
        QApplication.processEvents()


def tap(canvas: Canvas, position: Position) -> None:
    """Press and release the mouse at one position."""
    player = PointerPlayer(canvas)
    player.send("press", Sample(*position))
    player.send("release", Sample(*position))


def mouse(
    canvas: Canvas,
    kind: QEvent.Type,
    position: Position,
    *,
    button: Qt.MouseButton = Qt.MouseButton.NoButton,
    buttons: Qt.MouseButton = Qt.MouseButton.NoButton,
    source: Qt.MouseEventSource = Qt.MouseEventSource.MouseEventNotSynthesized,
) -> None:
    """Send one mouse event; `source` marks a synthesized one."""
    pixel = canvas.to_widget(*position)
    screen = QPointF(canvas.mapToGlobal(pixel.toPoint()))
    event = QMouseEvent(kind, pixel, pixel, screen, button, buttons, Qt.KeyboardModifier.NoModifier, source)
    QApplication.sendEvent(canvas, event)


class Pen:
    """A stylus on a tablet; with `eraser` its other end."""

    def __init__(self, canvas: Canvas, *, eraser: bool = False) -> None:
        kinds = QPointingDevice.PointerType
        self.device = pen_device(kinds.Eraser if eraser else kinds.Pen)
        self._canvas = canvas

    def press(self, position: Position, pressure: float = 0.5) -> None:
        self._send(QEvent.Type.TabletPress, position, pressure, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton)

    def move(self, position: Position, pressure: float = 0.5) -> None:
        self._send(QEvent.Type.TabletMove, position, pressure, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton)

    def hover(self, position: Position) -> None:
        self._send(QEvent.Type.TabletMove, position, 0.0, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)

    def release(self, position: Position) -> None:
        self._send(QEvent.Type.TabletRelease, position, 0.0, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)

    def sweep(self, positions: Iterable[Position], pressure: float = 0.5) -> None:
        """Press at the first position, move to the others, lift at the last."""
        first, *rest = positions
        self.press(first, pressure)
        for position in rest:
            self.move(position, pressure)
        self.release(rest[-1] if rest else first)

    def approach(self) -> None:
        """Come near the tablet; Qt sends this event to the application only."""
        self._proximity(QEvent.Type.TabletEnterProximity)

    def withdraw(self) -> None:
        self._proximity(QEvent.Type.TabletLeaveProximity)

    def _send(
        self, kind: QEvent.Type, position: Position, pressure: float, button: Qt.MouseButton, buttons: Qt.MouseButton
    ) -> None:
        pixel = self._canvas.to_widget(*position)
        QApplication.sendEvent(self._canvas, tablet_event(kind, self.device, pixel, pressure, button, buttons))

    def _proximity(self, kind: QEvent.Type) -> None:
        application = QApplication.instance()
        assert application is not None
        nowhere, none = QPointF(), Qt.MouseButton.NoButton
        event: QTabletEvent = tablet_event(kind, self.device, nowhere, 0.0, none, none)
        QApplication.sendEvent(application, event)


class Fingers:
    """Fingers on a touch screen, by number."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._down: dict[int, QPoint] = {}

    def press(self, finger: int, position: Position) -> None:
        self._act("press", finger, position)

    def move(self, finger: int, position: Position) -> None:
        self._act("move", finger, position)

    def release(self, finger: int, position: Position) -> None:
        self._act("release", finger, position)

    def sweep(self, positions: Iterable[Position], finger: int = 0) -> None:
        """Put a finger down at the first position, move it to the others, lift it at the last."""
        first, *rest = positions
        self.press(finger, first)
        for position in rest:
            self.move(finger, position)
        self.release(finger, rest[-1] if rest else first)

    def lift_all(self) -> None:
        """Lift all fingers, so that none is left for the next test."""
        for finger, point in list(self._down.items()):
            QTest.touchEvent(self._canvas, _touch_screen()).release(finger, point, self._canvas).commit()
            del self._down[finger]

    def cancelled(self) -> None:
        """Let the system cancel the touches, as it does when it takes them for a gesture of its own."""
        QApplication.sendEvent(self._canvas, QTouchEvent(QEvent.Type.TouchCancel, _touch_screen()))

    def _act(self, what: str, finger: int, position: Position) -> None:
        point = self._canvas.to_widget(*position).toPoint()
        sequence = QTest.touchEvent(self._canvas, _touch_screen(), False)
        getattr(sequence, what)(finger, point, self._canvas)
        for other in self._down:
            if other != finger:
                sequence.stationary(other)
        if what == "release":
            self._down.pop(finger, None)
        else:
            self._down[finger] = point
        sequence.commit()


_screens: list[QPointingDevice] = []


def _touch_screen() -> QPointingDevice:
    # Qt keeps a device registered for as long as the process lives; one is enough.
    if not _screens:
        _screens.append(QTest.createTouchDevice())
    return _screens[0]
