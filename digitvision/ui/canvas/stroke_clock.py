"""The clock of a drawing's samples: it starts at the first pen down and never runs backwards."""

from typing import Final

from digitvision.ink.stroke import Drawing

PAUSE_BETWEEN_SESSIONS_MS: Final = 1000.0
"""Time between the last sample of an opened drawing and the first sample that is added to it."""


class StrokeClock:
    """Turns the times of pointer events into the times of samples."""

    def __init__(self) -> None:
        self._origin_ms: float | None = None

    def begin_stroke(self, drawing: Drawing, now_ms: float) -> None:
        """Set the clock for a new stroke on this drawing, so that its times come after those of the last stroke.

        An opened drawing was written at another time, and two devices may have clocks of their own.
        """
        if not drawing:
            self._origin_ms = now_ms
            return
        last_ms = float(drawing.strokes[-1].points[-1, 2])
        if self._origin_ms is None or now_ms - self._origin_ms < last_ms:
            self._origin_ms = now_ms - last_ms - PAUSE_BETWEEN_SESSIONS_MS

    def time_of(self, now_ms: float, *, earliest_ms: float) -> float:
        """Return a sample's time in milliseconds, at least `earliest_ms`."""
        origin = self._origin_ms if self._origin_ms is not None else now_ms
        return max(now_ms - origin, earliest_ms)
