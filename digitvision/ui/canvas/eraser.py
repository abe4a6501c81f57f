"""The eraser: which strokes it touches on its way."""

from collections.abc import Set
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Drawing

ERASER_WIDTH: Final = 36.0
"""Of the eraser, in the drawing's unit."""


class Eraser:
    """One sweep after the other over a drawing.

    Attributes:
        erased: Places of the strokes that this sweep has touched.
    """

    def __init__(self) -> None:
        self.erased: set[int] = set()
        self._at: NDArray[np.float64] | None = None

    def sweep_to(
        self, drawing: Drawing, boxes: NDArray[np.float64], place: tuple[float, float], *, pen_width: float
    ) -> list[int]:
        """Go on to this place of the drawing; what is touched now for the first time.

        Args:
            boxes: See `touched_strokes`.
            pen_width: Of the ink, in the drawing's unit: it is touched at its edge.
        """
        here = np.array(place)
        start = here if self._at is None else self._at
        self._at = here
        reach = (ERASER_WIDTH + pen_width) / 2
        hit = touched_strokes(drawing, boxes, start, here, reach=reach, passed=self.erased)
        self.erased.update(hit)
        return hit

    def forget(self) -> None:
        """Another drawing has come: what was touched was touched in the one before."""
        self.erased = set()

    def lift(self) -> tuple[int, ...]:
        """End the sweep; the strokes that it has touched, in order."""
        erased = tuple(sorted(self.erased))
        self.erased, self._at = set(), None
        return erased


def touched_strokes(
    drawing: Drawing,
    boxes: NDArray[np.float64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    *,
    reach: float,
    passed: Set[int],
) -> list[int]:
    """The strokes that an eraser meets on its way from `start` to `end`.

    Args:
        drawing: The strokes.
        boxes: float64 [N, 4], the rectangle of each stroke: left, top, right, bottom.
        start, end: float64 [2], in the drawing's unit.
        reach: How near the eraser's middle must come to a stroke's middle line.
        passed: Strokes to leave out.

    Returns:
        Their places in the drawing, in order.
    """
    low, high = np.minimum(start, end) - reach, np.maximum(start, end) + reach
    near = np.flatnonzero((boxes[:, :2] <= high).all(axis=1) & (boxes[:, 2:] >= low).all(axis=1))
    return [
        index
        for index in near.tolist()
        if index not in passed and _distance(drawing.strokes[index].xy, start, end) <= reach
    ]


def _distance(path: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]) -> float:
    """The least distance between a path, float64 [N, 2], and the straight line from `start` to `end`."""
    starts, ends = (path, path) if len(path) == 1 else (path[:-1], path[1:])
    if _cross(starts, ends, start, end):
        return 0.0
    return float(
        min(
            _to_pieces(start[None], starts, ends).min(),
            _to_pieces(end[None], starts, ends).min(),
            _to_pieces(path, start[None], end[None]).min(),
        )
    )


def _to_pieces(
    points: NDArray[np.float64], starts: NDArray[np.float64], ends: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Distances of points [P, 2] to straight pieces [S, 2]; either P or S is 1."""
    along = ends - starts
    length = np.maximum((along**2).sum(axis=1), 1e-18)
    at = np.clip(((points - starts) * along).sum(axis=1) / length, 0.0, 1.0)
    distances: NDArray[np.float64] = np.hypot(*(points - starts - at[:, None] * along).T)
    return distances


def _cross(
    starts: NDArray[np.float64], ends: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> bool:
    """Whether any of the pieces crosses the line from `start` to `end`."""

    def side(a: NDArray[np.float64], b: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.float64]:
        across: NDArray[np.float64] = (b[..., 0] - a[..., 0]) * (point[..., 1] - a[..., 1]) - (
            b[..., 1] - a[..., 1]
        ) * (point[..., 0] - a[..., 0])
        return across

    apart = side(starts, ends, start) * side(starts, ends, end) < 0
    between = side(start, end, starts) * side(start, end, ends) < 0
    return bool((apart & between).any())
