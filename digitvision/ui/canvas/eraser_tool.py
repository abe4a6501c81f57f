"""The eraser: each press takes out the strokes that it touches on its way."""

from collections.abc import Set
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QCursor

from digitvision.ink.stroke import Drawing
from digitvision.ui.canvas.live_stroke import LiveStroke
from digitvision.ui.canvas.pointer_input import PointerReport
from digitvision.ui.canvas.tool import ToolSurface
from digitvision.ui.canvas.tool_cursor import tool_cursor

ERASER_WIDTH: Final = 36.0
"""Width of the eraser in the drawing's unit."""


class EraserTool:
    """Takes whole strokes out: those that it touches are hidden at once, and erased when the pointer is lifted."""

    def __init__(self, surface: ToolSurface) -> None:
        self._surface = surface
        self._touched: set[int] = set()
        self._at: NDArray[np.float64] | None = None

    @property
    def live_stroke(self) -> LiveStroke | None:
        """None: the eraser writes nothing."""
        return None

    def preview(self, drawing: Drawing) -> Drawing:
        """Return the drawing without the strokes that this press has touched."""
        return drawing.without(self._touched) if self._touched else drawing

    def cursor(self) -> QCursor:
        """Return a dashed ring as wide as the eraser."""
        surface = self._surface
        return tool_cursor(
            ERASER_WIDTH * surface.scale, dashed=True, palette=surface.palette(), ratio=surface.devicePixelRatioF()
        )

    def hover(self, position: QPointF) -> bool:
        """Return False: the cursor is the same everywhere."""
        return False

    def begin(self, report: PointerReport) -> None:
        """Touch what lies below the pointer."""
        self._sweep_to(report)

    def extend(self, report: PointerReport) -> None:
        """Touch what lies on the way to the pointer."""
        self._sweep_to(report)

    def end(self) -> None:
        """Erase the strokes that were touched."""
        touched = tuple(sorted(self._touched))
        self._lift()
        if touched:
            self._surface.erase_strokes(touched)
        else:
            self._surface.show_hidden_strokes()

    def cancel(self) -> None:
        """Show the strokes that were touched again."""
        self._lift()
        self._surface.show_hidden_strokes()
        self._surface.announce_change()

    def drop_indices(self) -> None:
        """Forget what was touched: it was touched in the drawing before."""
        self._touched = set()

    def _sweep_to(self, report: PointerReport) -> None:
        surface = self._surface
        here = np.array(surface.to_drawing(report.position))
        start = here if self._at is None else self._at
        self._at = here
        # Ink is touched at its edge, not only at its middle line.
        reach = (ERASER_WIDTH + surface.pen_width) / 2
        hit = touched_strokes(surface.drawing, surface.stroke_boxes, start, here, reach=reach, passed=self._touched)
        if hit:
            self._touched.update(hit)
            surface.hide_strokes(hit)
            surface.announce_change()

    def _lift(self) -> None:
        self._touched, self._at = set(), None


def touched_strokes(
    drawing: Drawing,
    boxes: NDArray[np.float64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    *,
    reach: float,
    passed: Set[int],
) -> list[int]:
    """Find the strokes that an eraser meets on its way from `start` to `end`.

    Args:
        drawing: The strokes.
        boxes: float64 [N, 4], the bounding box of each stroke: left, top, right, bottom.
        start, end: float64 [2], in the drawing's unit.
        reach: Distance between the eraser's centre and a stroke's middle line at which they touch.
        passed: Indices of strokes to leave out.

    Returns:
        Their indices in the drawing, in ascending order.
    """
    low, high = np.minimum(start, end) - reach, np.maximum(start, end) + reach
    near = np.flatnonzero((boxes[:, :2] <= high).all(axis=1) & (boxes[:, 2:] >= low).all(axis=1))
    return [
        index
        for index in near.tolist()
        if index not in passed and _distance(drawing.strokes[index].xy, start, end) <= reach
    ]


def _distance(path: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]) -> float:
    """Return the least distance between a path, float64 [N, 2], and the straight line from `start` to `end`."""
    starts, ends = (path, path) if len(path) == 1 else (path[:-1], path[1:])
    if _cross(starts, ends, start, end):
        return 0.0
    return float(
        min(
            _to_segments(start[None], starts, ends).min(),
            _to_segments(end[None], starts, ends).min(),
            _to_segments(path, start[None], end[None]).min(),
        )
    )


def _to_segments(
    points: NDArray[np.float64], starts: NDArray[np.float64], ends: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the distances of points [P, 2] to straight segments [S, 2]; either P or S is 1."""
    along = ends - starts
    length = np.maximum((along**2).sum(axis=1), 1e-18)
    at = np.clip(((points - starts) * along).sum(axis=1) / length, 0.0, 1.0)
    distances: NDArray[np.float64] = np.hypot(*(points - starts - at[:, None] * along).T)
    return distances


def _cross(
    starts: NDArray[np.float64], ends: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> bool:
    """Whether any of the segments crosses the line from `start` to `end`."""

    def side(a: NDArray[np.float64], b: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.float64]:
        across: NDArray[np.float64] = (b[..., 0] - a[..., 0]) * (point[..., 1] - a[..., 1]) - (
            b[..., 1] - a[..., 1]
        ) * (point[..., 0] - a[..., 0])
        return across

    apart = side(starts, ends, start) * side(starts, ends, end) < 0
    between = side(start, end, starts) * side(start, end, ends) < 0
    return bool((apart & between).any())
