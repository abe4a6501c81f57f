"""Pointer events on a canvas as a window system sends them, for the demo, the bench and the tests."""

import time
from collections.abc import Callable
from typing import Final, Literal

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QPointingDeviceUniqueId, QTabletEvent
from PySide6.QtWidgets import QApplication

from digitvision.ink.stroke import Sample, Stroke
from digitvision.ui.canvas.canvas import Canvas

REPORT_MS: Final = 4
"""Time between two reports of a good tablet, which sends 250 a second."""

_EVENTS: Final = {
    "press": (QEvent.Type.MouseButtonPress, QEvent.Type.TabletPress),
    "move": (QEvent.Type.MouseMove, QEvent.Type.TabletMove),
    "release": (QEvent.Type.MouseButtonRelease, QEvent.Type.TabletRelease),
}

Phase = Literal["press", "move", "release"]


class PointerPlayer:
    """A mouse or a pen that writes strokes given in the drawing's unit."""

    def __init__(self, canvas: Canvas, device: Literal["mouse", "pen"] = "mouse") -> None:
        self._canvas = canvas
        self._pen = pen_device() if device == "pen" else None

    def write(self, stroke: Stroke, *, between: Callable[[], None] = QApplication.processEvents) -> None:
        """Write a whole stroke, and call `between` after each report."""
        samples = stroke.samples
        self.send("press", samples[0])
        between()
        for sample in samples[1:]:
            self.send("move", sample)
            between()
        self.send("release", samples[-1])
        between()

    def send(self, phase: Phase, sample: Sample) -> None:
        """Send one report."""
        QApplication.sendEvent(self._canvas, self.event(phase, sample))

    def event(self, phase: Phase, sample: Sample) -> QMouseEvent | QTabletEvent:
        """Return one report as an event, to be sent or posted."""
        position = self._canvas.to_widget(sample.x, sample.y)
        mouse_kind, tablet_kind = _EVENTS[phase]
        left = Qt.MouseButton.LeftButton
        button = Qt.MouseButton.NoButton if phase == "move" else left
        buttons = Qt.MouseButton.NoButton if phase == "release" else left
        if self._pen is None:
            window = QPointF(self._canvas.mapTo(self._canvas.window(), position.toPoint()))
            screen = QPointF(self._canvas.mapToGlobal(position.toPoint()))
            return QMouseEvent(mouse_kind, position, window, screen, button, buttons, Qt.KeyboardModifier.NoModifier)
        pressure = 0.0 if phase == "release" else sample.pressure
        return tablet_event(tablet_kind, self._pen, position, pressure, button, buttons)


def pen_device(pointer: QPointingDevice.PointerType = QPointingDevice.PointerType.Pen) -> QPointingDevice:
    """Return a tablet's stylus, or the eraser at its other end."""
    capabilities = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
    return QPointingDevice(
        "pen", 7, QInputDevice.DeviceType.Stylus, pointer, capabilities, 1, 2, "", QPointingDeviceUniqueId()
    )


def tablet_event(
    kind: QEvent.Type,
    device: QPointingDevice,
    position: QPointF,
    pressure: float,
    button: Qt.MouseButton,
    buttons: Qt.MouseButton,
) -> QTabletEvent:
    """Return a tablet's report without tilt, rotation and finger wheel."""
    event = QTabletEvent(
        kind,
        device,
        position,
        position,
        pressure,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        Qt.KeyboardModifier.NoModifier,
        button,
        buttons,
    )
    event.setTimestamp(time.monotonic_ns() // 1_000_000)
    return event
