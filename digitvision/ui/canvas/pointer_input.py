"""Mouse, touch and pen tablet as one pointer: begin, extend, end, cancel.

Systems send mouse events beside those of a pen, before or after them, and a hand that rests on a touch screen while the
pen writes touches it. Both are filtered out here, so that the canvas gets the reports of one pointer only.
"""

import time
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEventPoint, QInputEvent, QMouseEvent, QPointingDevice, QTabletEvent, QTouchEvent

from digitvision.ink.stroke import NO_PRESSURE

MOUSE_SILENCE_MS: Final = 250
"""For this long after an event of a pen, mouse events are taken for its echo."""

PALM_SILENCE_MS: Final = 700
"""For this long after an event of a pen, a touch is taken for the palm of the hand that holds it."""

PointerKind = Literal["mouse", "touch", "pen"]


@dataclass(frozen=True, slots=True)
class PointerReport:
    """One report of a pointer.

    Attributes:
        position: Position in the widget's pixels, with fractions.
        time_ms: Time on the device's clock.
        pressure: Pressure of the pen, 0 to 1.
        erasing: Whether it is the pen's eraser end.
    """

    position: QPointF
    time_ms: float
    pressure: float
    erasing: bool = False


class PointerSink(Protocol):
    """Receives the reports of one pointer."""

    def begin(self, report: PointerReport) -> None:
        """Start a press."""

    def extend(self, report: PointerReport) -> None:
        """Follow the pointer, which is down."""

    def end(self) -> None:
        """Finish the press and keep what it did."""

    def cancel(self) -> None:
        """Finish the press and leave no trace of it."""

    def hover(self, position: QPointF, *, erasing: bool) -> None:
        """Follow the pointer, which is near but not down."""


class PointerInput:
    """Turns a widget's pointer events into calls of a sink."""

    def __init__(self, sink: PointerSink) -> None:
        self._sink = sink
        self._active: PointerKind | None = None
        self._touch_point = -1
        self._pen_near = False
        self._last_pen_s = float("-inf")

    @property
    def active(self) -> PointerKind | None:
        """The kind of pointer that is down; None while none is."""
        return self._active

    @property
    def busy(self) -> bool:
        """Whether a pointer is down."""
        return self._active is not None

    @property
    def finger_writes(self) -> bool:
        """Whether the pointer that is down is a finger."""
        return self._active == "touch"

    @property
    def pen_in_use(self) -> bool:
        """Whether a pen is near, or was a moment ago: touches are then the hand that holds it."""
        return self._pen_within(PALM_SILENCE_MS)

    def handle(self, event: QEvent) -> bool:
        """Handle an event of a pointer and return whether it was one; it is accepted, so that Qt derives no others."""
        if isinstance(event, QTabletEvent):
            self._tablet(event)
        elif isinstance(event, QTouchEvent):
            self._touch(event)
        elif isinstance(event, QMouseEvent):
            self._mouse(event)
        else:
            return False
        event.accept()
        return True

    def set_pen_near(self, near: bool) -> None:
        """Note that the pen has come near the tablet, or has left it, which ends a stroke under way."""
        self._pen_near = near
        if near:
            self._cancel_palm()
        elif self._active == "pen":
            self.finish()

    def finish(self) -> None:
        """End a stroke whose pointer may send no more events; what was written stays."""
        if self._active is not None:
            self._active = None
            self._sink.end()

    def abandon(self) -> None:
        """Cancel the stroke under way, which leaves no trace."""
        if self._active is not None:
            self._active = None
            self._sink.cancel()

    def _begin(self, kind: PointerKind, report: PointerReport) -> None:
        self.finish()
        self._active = kind
        self._sink.begin(report)

    def _tablet(self, event: QTabletEvent) -> None:
        self._last_pen_s = time.monotonic()
        self._cancel_palm()
        erasing = event.pointerType() == QPointingDevice.PointerType.Eraser
        report = PointerReport(event.position(), _time_ms(event), min(max(event.pressure(), 0.0), 1.0), erasing)
        kind = event.type()
        if kind == QEvent.Type.TabletPress:
            if event.button() == Qt.MouseButton.LeftButton:
                if self._active == "mouse":
                    # The system sent the pen's echo before the pen's own event: it is no stroke.
                    self.abandon()
                self._begin("pen", report)
        elif kind == QEvent.Type.TabletMove:
            if self._active != "pen":
                self._sink.hover(event.position(), erasing=erasing)
            elif event.buttons() & Qt.MouseButton.LeftButton:
                # Drivers report a last move without pressure as the pen lifts; it would end the line in a hairline.
                if report.pressure > 0 or not _has_pressure(event):
                    self._sink.extend(report)
            else:
                self.finish()
        elif kind == QEvent.Type.TabletRelease and self._active == "pen":
            self.finish()

    def _touch(self, event: QTouchEvent) -> None:
        if event.type() == QEvent.Type.TouchCancel:
            if self._active == "touch":
                self.abandon()
            return
        for point in event.points():
            if self._active == "touch" and point.id() == self._touch_point:
                if point.state() == QEventPoint.State.Updated:
                    self._sink.extend(_touch_report(event, point))
                elif point.state() == QEventPoint.State.Released:
                    self.finish()
            elif (
                self._active is None
                and event.type() == QEvent.Type.TouchBegin
                and point.state() == QEventPoint.State.Pressed
                and not self.pen_in_use
            ):
                self._touch_point = point.id()
                self._begin("touch", _touch_report(event, point))

    def _mouse(self, event: QMouseEvent) -> None:
        echo = self._active in ("pen", "touch") or self._pen_within(MOUSE_SILENCE_MS)
        synthesized = event.source() != Qt.MouseEventSource.MouseEventNotSynthesized
        if echo or synthesized:
            return
        report = PointerReport(event.position(), _time_ms(event), NO_PRESSURE)
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            if event.button() == Qt.MouseButton.LeftButton:
                self._begin("mouse", report)
        elif kind == QEvent.Type.MouseMove:
            if self._active != "mouse":
                self._sink.hover(event.position(), erasing=False)
            elif event.buttons() & Qt.MouseButton.LeftButton:
                self._sink.extend(report)
            else:
                # The release went to another window.
                self.finish()
        elif (
            kind == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
            and self._active == "mouse"
        ):
            self._sink.extend(report)
            self.finish()

    def _cancel_palm(self) -> None:
        """Cancel a touch that turns out to be the palm beside the pen."""
        if self._active == "touch":
            self.abandon()

    def _pen_within(self, silence_ms: int) -> bool:
        return self._pen_near or (time.monotonic() - self._last_pen_s) * 1000 < silence_ms


def _touch_report(event: QTouchEvent, point: QEventPoint) -> PointerReport:
    # Most systems invent the pressure of a finger; it would make lines of changing width.
    return PointerReport(point.position(), _time_ms(event), NO_PRESSURE)


def _has_pressure(event: QTabletEvent) -> bool:
    device = event.pointingDevice()
    return bool(device.capabilities() & QPointingDevice.Capability.Pressure)


def _time_ms(event: QInputEvent) -> float:
    stamp = event.timestamp()
    return float(stamp) if stamp else time.monotonic() * 1000
