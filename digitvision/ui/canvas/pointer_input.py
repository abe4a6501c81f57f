"""Mouse, touch and pen tablet through one path: begin, extend, end, cancel.

Systems send mouse events beside those of a pen, before or after them; a hand that rests on a touch screen while the
pen writes touches it. Both are told apart here, so that the canvas hears of one pointer only.
"""

import time
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEventPoint, QInputEvent, QMouseEvent, QPointingDevice, QTabletEvent, QTouchEvent

from digitvision.ink.stroke import NO_PRESSURE

MOUSE_SILENCE_MS: Final = 250
"""After a pen's event, mouse events are its echo for this long."""

PALM_SILENCE_MS: Final = 700
"""After a pen's event, a touch is taken for the palm of the hand that holds it for this long."""

PointerKind = Literal["mouse", "touch", "pen"]


@dataclass(frozen=True, slots=True)
class PointerReport:
    """One report of a pointer.

    Attributes:
        position: In the widget's own pixels, with fractions.
        time_ms: On the device's clock.
        pressure: 0 to 1.
        erasing: The pen's eraser end is down.
    """

    position: QPointF
    time_ms: float
    pressure: float
    erasing: bool = False


class PointerSink(Protocol):
    """What hears of the pointer."""

    def begin(self, report: PointerReport) -> None: ...

    def extend(self, report: PointerReport) -> None: ...

    def end(self) -> None: ...

    def cancel(self) -> None: ...

    def hover(self, position: QPointF, *, erasing: bool) -> None: ...


class PointerInput:
    """Turns a widget's pointer events into the four calls."""

    def __init__(self, sink: PointerSink) -> None:
        self._sink = sink
        self._active: PointerKind | None = None
        self._touch_point = -1
        self._pen_near = False
        self._last_pen_s = float("-inf")

    @property
    def active(self) -> PointerKind | None:
        """The kind of pointer that is down, None when none is."""
        return self._active

    def handle(self, event: QEvent) -> bool:
        """Take an event if it is a pointer's. Such events are always accepted, so that Qt makes no others of them."""
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
        """The pen came near the tablet, or left it: a stroke that it left behind ends."""
        self._pen_near = near
        if near:
            self._palm_off()
        elif self._active == "pen":
            self.finish()

    def finish(self) -> None:
        """End a stroke whose pointer will not be heard of again; what was written stays."""
        if self._active is not None:
            self._active = None
            self._sink.end()

    def abandon(self) -> None:
        """Cancel the stroke under way; it leaves no trace."""
        if self._active is not None:
            self._active = None
            self._sink.cancel()

    def _begin(self, kind: PointerKind, report: PointerReport) -> None:
        self.finish()
        self._active = kind
        self._sink.begin(report)

    def _tablet(self, event: QTabletEvent) -> None:
        self._last_pen_s = time.monotonic()
        self._palm_off()
        erasing = event.pointerType() == QPointingDevice.PointerType.Eraser
        report = PointerReport(event.position(), _time_ms(event), min(max(event.pressure(), 0.0), 1.0), erasing)
        kind = event.type()
        if kind == QEvent.Type.TabletPress:
            if event.button() == Qt.MouseButton.LeftButton:
                if self._active == "mouse":
                    # The system sent the pen's echo first: it has written nothing.
                    self.abandon()
                self._begin("pen", report)
        elif kind == QEvent.Type.TabletMove:
            if self._active != "pen":
                self._sink.hover(event.position(), erasing=erasing)
            elif event.buttons() & Qt.MouseButton.LeftButton:
                # Drivers report a last move without pressure as the pen lifts; it would end the line in a hair.
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
                and not self._pen_within(PALM_SILENCE_MS)
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

    def _palm_off(self) -> None:
        """A touch that turns out to be the palm beside the pen has written nothing."""
        if self._active == "touch":
            self.abandon()

    def _pen_within(self, silence_ms: int) -> bool:
        return self._pen_near or (time.monotonic() - self._last_pen_s) * 1000 < silence_ms


def _touch_report(event: QTouchEvent, point: QEventPoint) -> PointerReport:
    # A finger's "pressure" is made up by most systems and would make lines of changing width.
    return PointerReport(point.position(), _time_ms(event), NO_PRESSURE)


def _has_pressure(event: QTabletEvent) -> bool:
    device = event.pointingDevice()
    return bool(device.capabilities() & QPointingDevice.Capability.Pressure)


def _time_ms(event: QInputEvent) -> float:
    stamp = event.timestamp()
    return float(stamp) if stamp else time.monotonic() * 1000
