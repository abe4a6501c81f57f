"""Ink that is no part of any row: lines along a margin, and scribbles. Each is a row of its own, by rule."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_TALL: Final = 6.0
_THIN: Final = 0.12
_STRAIGHT: Final = 1.05
"""Least height, in units, of a line along a margin; its largest width as a share of that, and its largest length: a
bracket is wider, and its ends are hooks."""

_SCRIBBLE: Final = 2.0
_CROSSED: Final = 2.5
"""Least height, in units, of a scribble, and its length as a multiple of its box's width and height: no sign's is so
long."""


def path_length(points: NDArray[np.float64]) -> float:
    """Return the length of the way along points, float64 [K, 2]."""
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def are_marks(boxes: NDArray[np.float64], lengths: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return bool [N]: which strokes are marks.

    Args:
        boxes: float64 [N, 4], in units.
        lengths: float64 [N]: the length of the pen's way along each stroke, in units.
    """
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    line = (height > _TALL) & (width < _THIN * height) & (lengths < _STRAIGHT * height)
    scribble = (height > _SCRIBBLE) & (lengths > _CROSSED * (width + height))
    found: NDArray[np.bool_] = line | scribble
    return found
