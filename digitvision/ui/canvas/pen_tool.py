"""The pen: each press writes one stroke."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import QCursor

from digitvision.ink.editing.pressure_curve import STRAIGHT, PressureCurve
from digitvision.ink.stroke import Drawing, Sample, Stroke
from digitvision.ui.canvas.live_stroke import LiveStroke
from digitvision.ui.canvas.pointer_input import PointerReport
from digitvision.ui.canvas.stroke_clock import StrokeClock
from digitvision.ui.canvas.tool import ToolSurface
from digitvision.ui.canvas.tool_cursor import tool_cursor


@dataclass(frozen=True, slots=True)
class PenFeel:
    """How the pen follows the hand.

    Attributes:
        steadiness: Strength of the stabiliser: 0 keeps every sample as it is, up to 1.
        pressure: Makes the ink heavier or lighter than a pen's pressure; a mouse and a finger have none.
    """

    steadiness: float = 0.0
    pressure: PressureCurve = STRAIGHT


class PenTool:
    """Writes strokes; a tap on a button over the ink presses the button and writes nothing."""

    def __init__(self, surface: ToolSurface) -> None:
        self._surface = surface
        self._clock = StrokeClock()
        self._live: LiveStroke | None = None
        self.feel = PenFeel()
        """How the pen follows the hand, from the next stroke on."""

    @property
    def live_stroke(self) -> LiveStroke | None:
        """The stroke that is being written."""
        return self._live

    def preview(self, drawing: Drawing) -> Drawing:
        """Return the drawing with the unfinished stroke."""
        return drawing if self._live is None else drawing.with_stroke(self._live.stroke)

    def cursor(self) -> QCursor:
        """Return a ring as wide as the pen's line."""
        surface = self._surface
        return tool_cursor(
            surface.pen_width * surface.scale,
            dashed=False,
            palette=surface.palette(),
            ratio=surface.devicePixelRatioF(),
        )

    def hover(self, position: QPointF) -> bool:
        """Return False: the cursor is the same everywhere."""
        return False

    def begin(self, report: PointerReport) -> None:
        """Begin a stroke."""
        self._clock.begin_stroke(self._surface.drawing, report.time_ms)
        first = self._sample(report, earliest_ms=0.0)
        self._live = LiveStroke(first, self._surface.pen_width, steadiness=self.feel.steadiness)
        self._repaint(self._live)
        self._surface.announce_change()

    def extend(self, report: PointerReport) -> None:
        """Add a sample, unless the pointer has not moved."""
        live = self._live
        if live is None:
            return
        last = live.last
        sample = self._sample(report, earliest_ms=last.time)
        if (sample.x, sample.y) != (last.x, last.y):
            self._surface.repaint_parts(live.append(sample))
            self._surface.announce_change()

    def end(self) -> None:
        """Hand over the stroke; a stroke of almost no extent becomes a dot."""
        live = self._live
        if live is None:
            return
        is_tap = live.is_tap(self._surface.scale)
        stroke = Stroke(live.stroke.points[:1]) if is_tap else live.stroke
        self._drop()
        if is_tap and self._surface.tap(*stroke.xy[0]):
            self._surface.announce_change()
        else:
            self._surface.add_stroke(stroke)

    def cancel(self) -> None:
        """Drop the stroke."""
        self._drop()
        self._surface.announce_change()

    def drop_indices(self) -> None:
        """Nothing to do: a new stroke has no index yet."""

    def _sample(self, report: PointerReport, *, earliest_ms: float) -> Sample:
        x, y = self._surface.to_drawing(report.position)
        pressure = self.feel.pressure(report.pressure) if report.senses_pressure else report.pressure
        return Sample(x, y, self._clock.time_of(report.time_ms, earliest_ms=earliest_ms), pressure)

    def _drop(self) -> None:
        live, self._live = self._live, None
        if live is not None:
            self._repaint(live)

    def _repaint(self, live: LiveStroke) -> None:
        self._surface.repaint_parts(piece.rectangle for piece in live.pieces)
