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

_SPANS: Final = 0.1
"""How far a bar reaches beyond the writing above and below, in heights of the writing, where there are several;
`_SPANS_ALONE` where there is one: a one may be long."""
_SPANS_ALONE: Final = 0.22

_LONG: Final = 2.0
"""Least length of a level line, in heights of the writing, that is no sign; `_SHARE` as a share of the ink's width."""
_SHARE: Final = 0.5

_MARKS: Final = 0.6
"""Least height of a stroke that counts as writing, in the largest one of what is no bar."""


def may_be_ruled(strokes: Sequence[Stroke]) -> bool:
    """Whether some strokes of a line may be ruled lines that it was written on or into, and no writing.

    Args:
        strokes: The strokes of one line, at least one.
    """
    bounds = np.array([stroke.bounds for stroke in strokes])
    slopes = [_slopes(stroke.xy) for stroke in strokes]
    upright = np.array([down for down, _ in slopes])
    level = np.array([across for _, across in slopes])
    heights = bounds[:, 3] - bounds[:, 1]
    writing = bounds[~upright & ~level]
    if len(writing) == 0:
        return False
    tall = writing[:, 3] - writing[:, 1]
    writing = writing[tall >= _MARKS * tall.max()]
    top, bottom = float(np.median(writing[:, 1])), float(np.median(writing[:, 3]))
    height = bottom - top
    if height <= 0:
        return False
    width = float(bounds[:, 2].max() - bounds[:, 0].min())
    lengths = bounds[:, 2] - bounds[:, 0]
    if (level & (lengths >= _LONG * height) & (lengths >= _SHARE * width)).any():
        return True
    bars = bounds[upright & (heights >= height)]
    beyond = np.minimum(top - bars[:, 1], bars[:, 3] - bottom) / height
    return bool((beyond >= _SPANS_ALONE).any() or (beyond >= _SPANS).sum() > 1)


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
