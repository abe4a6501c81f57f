"""An eraser for parts of strokes: its path cuts them into what remains."""

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Stroke

_LEAST = 1e-18


def cut_stroke(
    stroke: Stroke, start: NDArray[np.float64], end: NDArray[np.float64], reach: float, *, crumb: float = 0.0
) -> tuple[Stroke, ...] | None:
    """Take out of a stroke what lies within reach of an eraser on its straight way.

    Times and pressures of what remains are kept. Where the stroke is cut, a sample is put in with the time and pressure
    that the pen had there, halfway between those of its neighbours where it lies halfway between them.

    Args:
        stroke: The stroke; its samples are joined by straight lines.
        start, end: float64 [2]: the way of the eraser's centre, in the drawing's unit.
        reach: Distance from that way within which ink goes, in the drawing's unit.
        crumb: Pieces whose length is at most this are taken out too; nobody could see or hit them.

    Returns:
        The pieces that remain, in the order in which they were written; None where nothing of the stroke goes.
    """
    points = stroke.points
    if len(points) == 1:
        return () if _near(points[:, :2], start, end, reach)[0] else None
    low, high = _covered(points[:-1, :2], points[1:, :2], start, end, reach)
    cut = np.flatnonzero(high > low)
    if not len(cut):
        return None
    pieces: list[NDArray[np.float64]] = []
    first, head = 0, points[:0]
    for segment in cut.tolist():
        before, after = points[segment], points[segment + 1]
        if low[segment] > 0:
            # Up to here the pen was outside.
            pieces.append(np.vstack([head, points[first : segment + 1], before + low[segment] * (after - before)]))
        elif segment >= first and (segment == 0 or high[segment - 1] < 1):
            # The eraser's edge goes through the sample itself.
            pieces.append(np.vstack([head, points[first : segment + 1]]))
        head = (before + high[segment] * (after - before))[None] if high[segment] < 1 else points[:0]
        first = segment + 1
    if len(head) or high[-1] < 1:
        pieces.append(np.vstack([head, points[first:]]))
    return tuple(stroke.with_points(piece) for piece in pieces if len(piece) > 1 and _length(piece) > crumb)


def _length(points: NDArray[np.float64]) -> float:
    return float(np.hypot(*np.diff(points[:, :2], axis=0).T).sum())


def _near(
    xy: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64], reach: float
) -> NDArray[np.bool_]:
    """Whether each point, float64 [N, 2], lies within reach of the way."""
    way = end - start
    at = np.clip((xy - start) @ way / max(float(way @ way), _LEAST), 0.0, 1.0)
    near: NDArray[np.bool_] = np.hypot(*(xy - start - at[:, None] * way).T) < reach
    return near


def _covered(
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    reach: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return which part of each segment lies within reach of the way, as shares of the segment from `low` to `high`.

    What lies within reach has the shape of a capsule. A capsule is convex, so that it covers one part of a straight
    line at most: from the least to the greatest share that its two discs and the strip between them cover.

    Returns:
        float64 [S] twice; `low` is not less than `high` where nothing is covered.
    """
    along = ends - starts
    parts = [_in_disc(starts, along, start, reach), _in_disc(starts, along, end, reach)]
    way = end - start
    length = float(np.hypot(*way))
    if length > 0:
        ahead = way / length
        aside = np.array([-ahead[1], ahead[0]])
        first = _between((starts - start) @ aside, along @ aside, -reach, reach)
        second = _between((starts - start) @ ahead, along @ ahead, 0.0, length)
        parts.append((np.maximum(first[0], second[0]), np.minimum(first[1], second[1])))
    low, high = np.full(len(starts), 1.0), np.full(len(starts), 0.0)
    for least, most in parts:
        least, most = np.maximum(least, 0.0), np.minimum(most, 1.0)
        met = most > least
        low[met], high[met] = np.minimum(low[met], least[met]), np.maximum(high[met], most[met])
    return low, high


def _in_disc(
    starts: NDArray[np.float64], along: NDArray[np.float64], centre: NDArray[np.float64], reach: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the shares of lines between which they lie in a disc; the first is infinite where they never do."""
    offset = starts - centre
    square = np.maximum((along**2).sum(axis=1), _LEAST)
    half = -(offset * along).sum(axis=1) / square
    under = half**2 - ((offset**2).sum(axis=1) - reach**2) / square
    root = np.sqrt(np.maximum(under, 0.0))
    return np.where(under > 0, half - root, np.inf), np.where(under > 0, half + root, -np.inf)


def _between(
    at: NDArray[np.float64], along: NDArray[np.float64], least: float, most: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the shares of lines between which a coordinate, which is `at + share·along`, lies between two limits."""
    flat = np.abs(along) < _LEAST
    step = np.where(flat, 1.0, along)
    first, second = (least - at) / step, (most - at) / step
    inside = (at > least) & (at < most)
    low = np.where(flat, np.where(inside, -np.inf, np.inf), np.minimum(first, second))
    high = np.where(flat, np.where(inside, np.inf, -np.inf), np.maximum(first, second))
    return low, high
