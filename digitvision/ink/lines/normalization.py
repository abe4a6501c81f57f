"""A line of ink brought to one form: level, upright, with the small letters' height as its unit.

Hands differ in size, in how their lines climb and in how their letters lean, and none of this says what was written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Path = NDArray[np.float64]
"""float64 [P, 2], P ≥ 1: x and y of one stroke's points, y downwards."""

_TURN: Final = 0.15
"""A change of direction counts as a bottom or a top where the pen goes back by this share of the line's height."""

_STEEPEST_SLOPE: Final = 0.4
_STRONGEST_SLANT: Final = 1.0
_UPRIGHT: Final = 1.5
"""Segments whose height is less than their width divided by this tell nothing of the slant."""

_SLOPE_PRIOR: Final = 12.0
"""How strongly a line is believed to be level: as if this many extrema lay one height from the middle, and level."""

_TRIMS: Final = 4
_TRIMMED_AT: Final = 2.0
"""Extrema that lie further from the fitted line than this multiple of the median distance are left out."""

_LOWEST_BODY: Final = 0.25
"""The small letters are at least this share of the line's height, however the extrema lie."""


@dataclass(frozen=True, slots=True, eq=False)
class NormalizedLine:
    """Strokes of a line in its own frame.

    Attributes:
        paths: float32 [P, 2] of each stroke, in the order of writing: x from the line's left end to the right, y from
            the baseline at 0 down; the small letters lie between -1 and 0.
        body_height: Height of the small letters in the unit of the original strokes, above 0.
        slope: Tangent of the angle by which the line fell to the right.
        slant: How far the letters leaned to the right, as width by height.
    """

    paths: tuple[NDArray[np.float32], ...]
    body_height: float
    slope: float
    slant: float


def normalize_line(paths: Sequence[NDArray[np.floating]]) -> NormalizedLine:
    """Bring the strokes of one line to a common slope, slant and size.

    The slope is that of trimmed straight lines through the strokes' bottoms and tops, the slant the length-weighted
    median of the steep segments; baseline and height of the small letters are medians of bottoms and tops.

    Args:
        paths: [P, 2], P ≥ 1, of each stroke: x and y in any unit, y downwards, finite.

    Raises:
        ValueError: There is no stroke, or one has no point.
    """
    if not paths or any(len(path) == 0 for path in paths):
        raise ValueError("a line needs strokes with points")
    points = np.concatenate([np.asarray(path, np.float64) for path in paths])
    ends = np.cumsum([len(path) for path in paths])
    points -= points.min(axis=0)
    extent = float(points.max())
    if extent > 0:
        points /= extent
    slope = 0.0
    for _ in range(2):
        change = _slope(points, ends)
        points[:, 1] -= change * points[:, 0]
        slope += change
    slant = _slant(points, ends)
    points[:, 0] += slant * points[:, 1]
    baseline, body = _body(points, ends)
    points[:, 1] -= baseline
    points[:, 0] -= points[:, 0].min()
    points /= body
    parts = np.split(points.astype(np.float32), ends[:-1])
    return NormalizedLine(tuple(parts), body * (extent if extent > 0 else 1.0), slope, slant)


def _height(points: Path) -> float:
    """Return the height that nearly all of the ink lies in."""
    low, high = np.percentile(points[:, 1], (4, 96))
    return float(high - low)


def _slope(points: Path, ends: NDArray[np.int64]) -> float:
    height = _height(points)
    if height <= 0:
        return 0.0
    bottoms, tops = _extrema(points, ends, _TURN * height)
    rows = [points[bottoms], points[tops]]
    kept = [np.ones(len(row), bool) for row in rows]
    slope = 0.0
    prior = _SLOPE_PRIOR * height * height
    for _ in range(_TRIMS):
        products = squares = 0.0
        for row, good in zip(rows, kept, strict=True):
            if good.any():
                centred = row[good] - row[good].mean(axis=0)
                products += float(centred[:, 0] @ centred[:, 1])
                squares += float(centred[:, 0] @ centred[:, 0])
        slope = products / (squares + prior)
        for index, row in enumerate(rows):
            if len(row):
                rest = row[:, 1] - slope * row[:, 0]
                distances = np.abs(rest - np.median(rest))
                kept[index] = distances <= max(_TRIMMED_AT * float(np.median(distances)), 0.02 * height)
    return float(np.clip(slope, -_STEEPEST_SLOPE, _STEEPEST_SLOPE))


def _slant(points: Path, ends: NDArray[np.int64]) -> float:
    steps = np.diff(points, axis=0)
    inside = np.ones(len(steps), bool)
    inside[ends[:-1] - 1] = False
    steps = steps[inside]
    steep = steps[np.abs(steps[:, 1]) * _UPRIGHT > np.abs(steps[:, 0])]
    if not len(steep):
        return 0.0
    leaning = -steep[:, 0] / steep[:, 1]
    weights = np.abs(steep[:, 1])
    order = np.argsort(leaning, kind="stable")
    sums = np.cumsum(weights[order])
    found = float(leaning[order][np.searchsorted(sums, sums[-1] / 2)])
    return float(np.clip(found, -_STRONGEST_SLANT, _STRONGEST_SLANT))


def _body(points: Path, ends: NDArray[np.int64]) -> tuple[float, float]:
    """Return the baseline and the height of the small letters above it."""
    height = _height(points)
    whole = float(np.ptp(points[:, 1]))
    if whole <= 0:
        width = float(np.ptp(points[:, 0]))
        return float(points[0, 1]), width if width > 0 else 1.0
    bottoms, tops = _extrema(points, ends, _TURN * height)
    baseline = float(np.median(points[bottoms, 1])) if len(bottoms) else float(points[:, 1].max())
    top = float(np.median(points[tops, 1])) if len(tops) else float(points[:, 1].min())
    return baseline, max(baseline - top, _LOWEST_BODY * max(height, 0.2 * whole))


def _extrema(points: Path, ends: NDArray[np.int64], least: float) -> tuple[list[int], list[int]]:
    """Return the indices of the points where a stroke is lowest and highest before it turns back by `least`."""
    bottoms: list[int] = []
    tops: list[int] = []
    heights = points[:, 1].tolist()
    first = 0
    for end in ends.tolist():
        low = high = first
        direction = 0
        for index in range(first + 1, end):
            y = heights[index]
            if y > heights[low]:
                low = index
            if y < heights[high]:
                high = index
            if direction >= 0 and heights[low] - y > least:
                bottoms.append(low)
                direction, high, low = -1, index, index
            elif direction <= 0 and y - heights[high] > least:
                tops.append(high)
                direction, high, low = 1, index, index
        if direction > 0:
            bottoms.append(low)
        elif direction < 0:
            tops.append(high)
        first = end
    return bottoms, tops
