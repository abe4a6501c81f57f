"""Which strokes a gesture chooses: those in a loop, those near a point, those that lie together, those of a row."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds, Stroke

ENCLOSED_SHARE: Final = 0.5
"""Share of a stroke's samples that a loop must enclose, and more, to choose the stroke."""

ROW_OVERLAP: Final = 0.35
"""Share of the lower of two glyphs by which they must overlap in height to stand in one row."""

_MOST_SAMPLES: Final = 32
_BIG: Final = 1e18


def enclosed(strokes: Sequence[Stroke], loop: NDArray[np.float64]) -> tuple[int, ...]:
    """Find the strokes that lie in a loop for the most part.

    Args:
        strokes: The strokes.
        loop: float64 [L, 2]: the loop's corners in the strokes' unit; its end is joined to its beginning. What is
            enclosed twice lies outside.

    Returns:
        Their indices, ascending.
    """
    if len(loop) < 3:
        return ()
    low, high = loop.min(axis=0).tolist(), loop.max(axis=0).tolist()
    found = []
    for index, stroke in enumerate(strokes):
        left, top, right, bottom = stroke.bounds
        if left > high[0] or right < low[0] or top > high[1] or bottom < low[1]:
            continue
        # Some samples of a long stroke are enough.
        samples = stroke.xy[:: max(len(stroke) // _MOST_SAMPLES, 1)]
        if _inside(samples, loop).mean() > ENCLOSED_SHARE:
            found.append(index)
    return tuple(found)


def nearest(strokes: Sequence[Stroke], point: tuple[float, float], reach: float) -> int | None:
    """Return the index of the stroke whose path is nearest to a point; None where none is within reach."""
    x, y = point
    best, found = reach, None
    for index, stroke in enumerate(strokes):
        left, top, right, bottom = stroke.bounds
        if not (left - best <= x <= right + best and top - best <= y <= bottom + best):
            continue
        away = _distance(stroke.xy, np.array([x, y]))
        if away <= best:
            best, found = away, index
    return found


def together(boxes: NDArray[np.float64], start: Iterable[int], margin: float) -> tuple[int, ...]:
    """Return the strokes whose boxes touch, directly or through others, with those to start from.

    Args:
        boxes: float64 [N, 4]: left, top, right, bottom of each stroke.
        start: Indices to start from.
        margin: Distance up to which boxes touch.
    """
    chosen = np.zeros(len(boxes), dtype=bool)
    chosen[list(start)] = True
    waiting: list[int] = np.flatnonzero(chosen).tolist()
    while waiting:
        left, top, right, bottom = boxes[waiting.pop()].tolist()
        touch = (boxes[:, 0] <= right + margin) & (boxes[:, 2] >= left - margin)
        touch &= (boxes[:, 1] <= bottom + margin) & (boxes[:, 3] >= top - margin)
        waiting += np.flatnonzero(touch & ~chosen).tolist()
        chosen |= touch
    return tuple(np.flatnonzero(chosen).tolist())


def row_of(boxes: Sequence[Bounds], start: int) -> tuple[int, ...]:
    """Return the glyphs of the row in which a glyph stands: those that overlap in height, directly or through others.

    Args:
        boxes: The boxes of all glyphs.
        start: Index of the glyph.

    Returns:
        Their indices, ascending.
    """
    row, waiting = {start}, [start]
    while waiting:
        one = boxes[waiting.pop()]
        for index, other in enumerate(boxes):
            if index not in row and _one_row(one, other):
                row.add(index)
                waiting.append(index)
    return tuple(sorted(row))


def _one_row(one: Bounds, other: Bounds) -> bool:
    common = min(one.bottom, other.bottom) - max(one.top, other.top)
    return common >= ROW_OVERLAP * min(one.height, other.height)


def _inside(points: NDArray[np.float64], loop: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each point, float64 [P, 2], lies in the loop: a ray to its right crosses it an odd number of times."""
    starts, ends = loop, np.roll(loop, -1, axis=0)
    y = points[:, 1, None]
    crosses = (starts[:, 1] <= y) != (ends[:, 1] <= y)
    rise = ends[:, 1] - starts[:, 1]
    at = starts[:, 0] + (y - starts[:, 1]) / np.where(rise == 0, _BIG, rise) * (ends[:, 0] - starts[:, 0])
    inside: NDArray[np.bool_] = (crosses & (at > points[:, 0, None])).sum(axis=1) % 2 == 1
    return inside


def _distance(path: NDArray[np.float64], point: NDArray[np.float64]) -> float:
    """Return the least distance of a point from a path, float64 [N, 2]."""
    if len(path) == 1:
        return float(np.hypot(*(path[0] - point)))
    along = np.diff(path, axis=0)
    square = np.maximum((along**2).sum(axis=1), 1e-18)
    share = np.clip(((point - path[:-1]) * along).sum(axis=1) / square, 0.0, 1.0)
    return float(np.hypot(*(point - path[:-1] - share[:, None] * along).T).min())
