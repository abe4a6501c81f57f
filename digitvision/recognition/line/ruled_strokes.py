"""Detect strokes that may be a form's: bars that span more than the writing, level lines, and boxes around it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Stroke

_STRAIGHT: Final = 0.04
"""Largest distance of a bar or level line from the straight line between its ends, as a share of its length."""

_LEAN: Final = 0.12
"""Largest slope of a bar or level line: nearly seven degrees."""

_SPANS: Final = (0.22, 0.1, 0.04)
"""How far a bar reaches beyond the writing above and below, in heights of the writing: one that is alone, for a one may
be long; each of several; and each of several that end at the same heights, within `_ALIKE`."""
_ALIKE: Final = 0.08

_MANY: Final = 5
"""Least number of bars that are ruled where they are all alike; `_EVEN` is the largest difference of their ends, in
their heights, and of the gaps between them, in the mean gap."""
_EVEN: Final = 0.03

_LONG: Final = 2.0
"""Least length of a level line, in heights of the writing, that is no sign; `_SHARE` as a share of the ink's width."""
_SHARE: Final = 0.5

_CORNER: Final = 0.08
"""Largest distance of a box's path from a corner of its rectangle, as a share of the diagonal; `_CORNERS` is the least
number of corners where it comes as near."""
_CORNERS: Final = 3

_WITHIN: Final = 0.4
"""Least height of writing within a box, as a share of the box's."""

_MARKS: Final = 0.6
"""Least height of a stroke that counts as writing, in the largest one of what is no bar."""


def may_be_ruled(strokes: Sequence[Stroke], *, bars: bool = True) -> bool:
    """Whether some strokes of a line may be ruled lines that it was written on or into, and no writing.

    Args:
        strokes: The strokes of one line, at least one.
        bars: Whether upright bars are looked at as well: not beside signs alone, which any one is higher than.
    """
    bounds = np.array([stroke.bounds for stroke in strokes])
    slopes = [_slopes(stroke.xy) for stroke in strokes]
    upright = np.array([down for down, _ in slopes])
    level = np.array([across for _, across in slopes])
    writing = bounds[~upright & ~level]
    if are_evenly_spaced(bounds[upright]):
        return True
    if len(writing) == 0:
        return False
    height = float((writing[:, 3] - writing[:, 1]).max())
    width = float(bounds[:, 2].max() - bounds[:, 0].min())
    lengths = bounds[:, 2] - bounds[:, 0]
    if (level & (lengths >= _LONG * height) & (lengths >= _SHARE * width)).any():
        return True
    if any(_is_around(stroke.xy, bounds) for stroke in strokes):
        return True
    return bars and bars_span(bounds[upright], writing)


def bars_span(bars: NDArray[np.float64], writing: NDArray[np.float64]) -> bool:
    """Whether upright bars reach beyond the writing above and below.

    Args:
        bars: float64 [K, 4]: left, top, right, bottom of each.
        writing: float64 [M, 4], the same of all else that was written beside them.
    """
    if len(writing) == 0 or len(bars) == 0:
        return False
    tall = writing[:, 3] - writing[:, 1]
    writing = writing[tall >= _MARKS * tall.max()]
    top, bottom = float(np.median(writing[:, 1])), float(np.median(writing[:, 3]))
    height = bottom - top
    if height <= 0:
        return False
    beyond = np.minimum(top - bars[:, 1], bars[:, 3] - bottom) / height
    alone, several, alike = _SPANS
    if (beyond >= alone).any() or (beyond >= several).sum() > 1:
        return True
    ends = bars[beyond >= alike][:, [1, 3]]
    return len(ends) > 1 and bool(np.ptp(ends, axis=0).max() <= _ALIKE * height)


def are_evenly_spaced(bars: NDArray[np.float64]) -> bool:
    """Whether upright bars, float64 [K, 4], are many, end at the same heights and stand at equal distances."""
    if len(bars) < _MANY:
        return False
    height = float((bars[:, 3] - bars[:, 1]).mean())
    gaps = np.diff(np.sort(bars[:, 0] + bars[:, 2]) / 2)
    return bool(np.ptp(bars[:, [1, 3]], axis=0).max() <= _EVEN * height and np.ptp(gaps) <= _EVEN * gaps.mean())


def _is_around(path: NDArray[np.float64], others: NDArray[np.float64]) -> bool:
    """Whether a stroke is a box around other ones, float64 [K, 4], that are writing: a zero has no corners."""
    low, high = path.min(axis=0), path.max(axis=0)
    within = others[(others[:, :2] > low).all(axis=1) & (others[:, 2:] < high).all(axis=1)]
    if not (within[:, 3] - within[:, 1] >= _WITHIN * (high - low)[1]).any():
        return False
    corners = np.array([low, high, (low[0], high[1]), (high[0], low[1])])
    away = np.hypot(*(path[None] - corners[:, None]).transpose(2, 0, 1)).min(axis=1)
    return bool((away <= _CORNER * np.hypot(*(high - low))).sum() >= _CORNERS)


def _slopes(path: NDArray[np.float64]) -> tuple[bool, bool]:
    """Return whether a path is a straight upright line, and whether it is a level one."""
    first, last = path[0], path[-1]
    along = last - first
    length = float(np.hypot(*along))
    if length == 0:
        return False, False
    normal = np.array([-along[1], along[0]]) / length
    if float(np.abs((path - first) @ normal).max()) > _STRAIGHT * length:
        return False, False
    across, down = (abs(float(one)) for one in along)
    return across <= _LEAN * down, down <= _LEAN * across
