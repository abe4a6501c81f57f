"""Strokes that may be a percent sign, and what is measured of them: a slash with a ring on either side.

Where the upper ring was drawn in one go with the slash, as in a 9, only the lower one is a stroke of its own. Filled
rings are dots.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEATURES: Final = 24
"""Number of measures of each candidate."""

NONE: Final = -1
"""Stands for the upper ring of a candidate of two strokes."""

_MOST_RINGS: Final = 3
"""Most strokes on either side of a slash that are tried as its rings, the nearest ones."""

_WIDEST: Final = 2.0
"""Largest width of a slash in its heights."""

_RING: Final = 1.1
"""Largest width of a ring in heights of the slash; its height is at most that of the slash."""

_ACROSS: Final = (0.3, 0.9)
"""How far the middle of a ring may be on the wrong side of that of the slash, and on its own side beyond the slash, in
heights of the slash; `_DOWN` is the same for how low it is."""
_DOWN: Final = (0.15, 0.8)

_NEAR: Final = 2.5
"""How far away, in heights of the slash, the strokes are that a candidate's size is compared with."""

_LEAST: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class PercentShapes:
    """K groups of strokes that may be percent signs.

    Attributes:
        slash, upper, lower: intp [K], the strokes; `upper` is `NONE` where it is part of the slash.
        features: float32 [K, FEATURES].
    """

    slash: NDArray[np.intp]
    upper: NDArray[np.intp]
    lower: NDArray[np.intp]
    features: NDArray[np.float32]

    def groups(self) -> list[tuple[int, ...]]:
        """Return the strokes of each candidate, in ascending order."""
        rows = zip(self.slash.tolist(), self.upper.tolist(), self.lower.tolist(), strict=True)
        return [tuple(sorted(stroke for stroke in row if stroke != NONE)) for row in rows]


def percent_shapes(points: NDArray[np.float64]) -> PercentShapes:
    """Find the groups of two or three strokes that are arranged as in a percent sign.

    Args:
        points: float64 [N, P, 2], strokes at equal steps along their paths, in any unit, y growing downwards.
    """
    low, high = points.min(axis=1), points.max(axis=1)
    widths, heights = (high - low).T
    middles = (low + high) / 2
    slashes = np.flatnonzero((heights > 0) & (widths <= _WIDEST * heights))
    size = np.maximum(heights[slashes], _LEAST * max(float(heights.max(initial=0.0)), _LEAST))[:, None]
    away = (middles[None] - middles[slashes, None]) / size[..., None]
    is_ring = (heights[None] <= size) & (widths[None] <= _RING * size)
    is_ring[np.arange(len(slashes)), slashes] = False
    reach = widths[slashes, None] / size / 2 + _ACROSS[1]
    sides = []
    for side in (-1, 1):
        across, down = side * away[..., 0], side * away[..., 1]
        fits = is_ring & (across > -_ACROSS[0]) & (across < reach) & (down > -_DOWN[0]) & (down < _DOWN[1])
        distance = np.where(fits, np.hypot(across - reach / 4, down - 0.25), np.inf)
        nearest = np.argsort(distance, axis=1, kind="stable")[:, :_MOST_RINGS]
        found = np.take_along_axis(distance, nearest, axis=1)
        sides.append(np.where(np.isfinite(found), nearest, NONE))
    upper = np.concatenate([sides[0], np.full((len(slashes), 1), NONE)], axis=1)
    own, above, below = (
        part.ravel() for part in np.broadcast_arrays(slashes[:, None, None], upper[:, :, None], sides[1][:, None, :])
    )
    kept = (below != NONE) & (above != below)
    # Where a slash has few rings, its places without one all stand for the same group.
    rows = np.unique(np.stack([own, above, below], axis=1)[kept], axis=0)
    slash, upper, lower = rows.T.astype(np.intp)
    return PercentShapes(slash, upper, lower, _features(points, slash, upper, lower))


def _features(
    points: NDArray[np.float64], slash: NDArray[np.intp], upper: NDArray[np.intp], lower: NDArray[np.intp]
) -> NDArray[np.float32]:
    """float32 [K, FEATURES]: all lengths in heights of the slash."""
    low, high = points.min(axis=1), points.max(axis=1)
    size = np.maximum((high - low)[slash, 1], _LEAST)
    steps = np.diff(points, axis=1)
    lengths = np.hypot(steps[..., 0], steps[..., 1]).sum(axis=1)
    ends = points[:, 0] - points[:, -1]
    open_by = np.hypot(ends[:, 0], ends[:, 1])

    def ring(stroke: NDArray[np.intp]) -> list[NDArray[np.float64]]:
        wide, tall = ((high - low)[stroke] / size[:, None]).T
        across, down = ((low + high)[stroke] - (low + high)[slash]).T / 2 / size
        top = (low[stroke, 1] - low[slash, 1]) / size
        bottom = (high[stroke, 1] - high[slash, 1]) / size
        return [wide, tall, across, down, top, bottom, open_by[stroke] / size]

    has_upper = upper != NONE
    straight = [
        (high - low)[slash, 0] / size,
        open_by[slash] / np.maximum(lengths[slash], _LEAST),
        lengths[slash] / size,
        ends[slash, 0] / size * np.sign(ends[slash, 1]),
    ]
    above = [np.where(has_upper, values, 0.0) for values in ring(np.where(has_upper, upper, slash))]
    around = _surroundings(low, high, slash, upper, lower)
    columns = [*straight, *ring(lower), *above, has_upper.astype(np.float64), *around]
    return np.stack(columns, axis=1).clip(-5, 5).astype(np.float32)


def _surroundings(
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    slash: NDArray[np.intp],
    upper: NDArray[np.intp],
    lower: NDArray[np.intp],
) -> list[NDArray[np.float64]]:
    """Return the size and position of each candidate beside the tallest stroke near it.

    Whether there is one; the logarithm of its height, how far its bottom is below that of the slash, and the height of
    the lower ring, in its heights, each 0 without one; and how much of the slash's box other strokes share.
    """
    count = len(slash)
    size = np.maximum((high - low)[slash, 1], _LEAST)
    others = np.ones((count, len(low)), bool)
    rows = np.arange(count)
    for own in (slash, lower, np.where(upper == NONE, slash, upper)):
        others[rows, own] = False
    gap = np.maximum(low[None, :, 0] - high[slash, None, 0], low[slash, None, 0] - high[None, :, 0])
    level = np.minimum(high[None, :, 1], high[slash, None, 1]) - np.maximum(low[None, :, 1], low[slash, None, 1])
    near = others & (gap < _NEAR * size[:, None]) & (level > 0)
    heights = np.where(near, (high - low)[None, :, 1], 0.0)
    tallest = heights.argmax(axis=1) if count else np.zeros(0, np.intp)
    height = heights[rows, tallest]
    there = height > 0
    usual = np.where(there, np.maximum(height, _LEAST * size), size)
    within = others & (gap < 0) & (level > 0)
    return [
        there.astype(np.float64),
        np.log(size / usual),
        np.where(there, (high[tallest, 1] - high[slash, 1]) / usual, 0.0),
        np.where(there, (high - low)[lower, 1] / usual, 0.0),
        within.sum(axis=1).astype(np.float64),
    ]
