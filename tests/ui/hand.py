"""A hand that writes on the canvas with mouse, pen and fingers, and the drawings that it writes."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPointingDevice, QTabletEvent, QTouchEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from digitvision.ink.stroke import Sample, Stroke
from digitvision.ui.automation.pointer_player import PointerPlayer, pen_device, tablet_event
from digitvision.ui.canvas.canvas import Canvas

Place = tuple[float, float]

DIAGONAL = Stroke.of((100.0 + 20 * i, 100.0 + 15 * i, 4.0 * i) for i in range(40))
"""A stroke across the page."""


def stroke(*places: Place) -> Stroke:
    """A stroke over these places, one sample in 4 ms."""
    return Stroke.of((x, y, 4.0 * number) for number, (x, y) in enumerate(places))


def write(canvas: Canvas, *strokes: Stroke, device: str = "mouse") -> None:
    """Write whole strokes with the mouse or the pen."""
    player = PointerPlayer(canvas, "pen" if device == "pen" else "mouse")
    for one in strokes:
        player.write(one)


def tap(canvas: Canvas, place: Place) -> None:
    """Press and release the mouse in one place."""
    player = PointerPlayer(canvas)
    player.send("press", Sample(*place))
    player.send("release", Sample(*place))


def mouse(
    canvas: Canvas,
    kind: QEvent.Type,
    place: Place,
    *,
    button: Qt.MouseButton = Qt.MouseButton.NoButton,
    buttons: Qt.MouseButton = Qt.MouseButton.NoButton,
    source: Qt.MouseEventSource = Qt.MouseEventSource.MouseEventNotSynthesized,
) -> None:
    """One mouse event, whatever the buttons; `source` tells a synthesized one."""
    position = canvas.to_widget(*place)
    screen = QPointF(canvas.mapToGlobal(position.toPoint()))
    event = QMouseEvent(kind, position, position, screen, button, buttons, Qt.KeyboardModifier.NoModifier, source)
    QApplication.sendEvent(canvas, event)


class Pen:
    """A stylus on a tablet; `eraser` turns it round."""

    def __init__(self, canvas: Canvas, *, eraser: bool = False) -> None:
        kinds = QPointingDevice.PointerType
        self.device = pen_device(kinds.Eraser if eraser else kinds.Pen)
        self._canvas = canvas

    def press(self, place: Place, pressure: float = 0.5) -> None:
        self._send(QEvent.Type.TabletPress, place, pressure, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton)

    def move(self, place: Place, pressure: float = 0.5) -> None:
        self._send(QEvent.Type.TabletMove, place, pressure, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton)

    def hover(self, place: Place) -> None:
        self._send(QEvent.Type.TabletMove, place, 0.0, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)

    def release(self, place: Place) -> None:
        self._send(QEvent.Type.TabletRelease, place, 0.0, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)

    def sweep(self, places: Iterable[Place], pressure: float = 0.5) -> None:
        """Press at the first place, move over the others, lift at the last."""
        first, *rest = places
        self.press(first, pressure)
        for place in rest:
            self.move(place, pressure)
        self.release(rest[-1] if rest else first)

    def approach(self) -> None:
        """Come near the tablet: Qt tells the application alone."""
        self._proximity(QEvent.Type.TabletEnterProximity)

    def withdraw(self) -> None:
        self._proximity(QEvent.Type.TabletLeaveProximity)

    def _send(
        self, kind: QEvent.Type, place: Place, pressure: float, button: Qt.MouseButton, buttons: Qt.MouseButton
    ) -> None:
        position = self._canvas.to_widget(*place)
        QApplication.sendEvent(self._canvas, tablet_event(kind, self.device, position, pressure, button, buttons))

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

    def press(self, finger: int, place: Place) -> None:
        self._act("press", finger, place)

    def move(self, finger: int, place: Place) -> None:
        self._act("move", finger, place)

    def release(self, finger: int, place: Place) -> None:
        self._act("release", finger, place)

    def sweep(self, places: Iterable[Place], finger: int = 0) -> None:
        """Put a finger down at the first place, draw it over the others, lift it at the last."""
        first, *rest = places
        self.press(finger, first)
        for place in rest:
            self.move(finger, place)
        self.release(finger, rest[-1] if rest else first)

    def lift_all(self) -> None:
        """Leave the screen, so that the next test finds no finger on it."""
        for finger, point in list(self._down.items()):
            QTest.touchEvent(self._canvas, _touch_screen()).release(finger, point, self._canvas).commit()
            del self._down[finger]

    def cancelled(self) -> None:
        """The system takes the touches for something of its own."""
        QApplication.sendEvent(self._canvas, QTouchEvent(QEvent.Type.TouchCancel, _touch_screen()))

    def _act(self, what: str, finger: int, place: Place) -> None:
        point = self._canvas.to_widget(*place).toPoint()
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
