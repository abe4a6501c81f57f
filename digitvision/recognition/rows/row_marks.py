"""Ink that is no part of any row: lines along a margin, scribbles, frames, and the two lines below a result.

Each is a row of its own, by rule.
"""

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

_FRAME_WIDTH: Final = 2.0
_FRAME_HEIGHT: Final = 1.2
_SHORTEST, _LONGEST = 1.3, 2.4
_OPEN: Final = 0.2
_FRAMED: Final = 2
"""Least width and height, in units, of a line around something; its least and largest length and the largest distance
between its ends, as shares of its width and height together: an ellipse's length is 1.57 of them, and a rectangle's 2;
and fewest strokes inside it, of which a zero has none, and a sign in a ring one."""

_LINE: Final = 0.8
_LEVEL: Final = 0.2
_APART: Final = 0.5
_ALIKE: Final = 0.75
"""Least width, in units, of each of the two lines below a result, and its largest height as a share of that; their
largest distance, in units, and how much of the wider one they share at least."""

_BELOW: Final = (-0.2, 0.8)
_SAME_HEIGHT: Final = 0.4
_BESIDE: Final = 2.0
"""Least and largest gap, in units, between such lines and what stands on them; how far above or below their height the
middle of a sign is, and how far it is beside them, whose equality sign they would be."""


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


def are_frames(
    boxes: NDArray[np.float64], points: NDArray[np.float64], lengths: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return bool [N]: which strokes are drawn around others, as around a result.

    Args:
        boxes: float64 [N, 4], in units.
        points: float64 [N, K, 2]: points along each stroke, the first and the last at its ends, in units.
        lengths: float64 [N]: the length of the pen's way along each stroke, in units.
    """
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    around = width + height
    ends = np.hypot(*(points[:, -1] - points[:, 0]).T)
    found: NDArray[np.bool_] = (width > _FRAME_WIDTH) & (height > _FRAME_HEIGHT)
    found &= (ends < _OPEN * around) & (lengths > _SHORTEST * around) & (lengths < _LONGEST * around)
    for number in np.flatnonzero(found).tolist():
        own = boxes[number]
        inside = (boxes[:, :2] > own[:2]).all(axis=1) & (boxes[:, 2:] < own[2:]).all(axis=1)
        found[number] = int(inside.sum()) >= _FRAMED
    return found


def are_underlines(boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return bool [N]: which strokes are one of two lines, close together, that are drawn below something else.

    Args:
        boxes: float64 [N, 4], in units.
    """
    found = np.zeros(len(boxes), bool)
    left, top, right, bottom = boxes.T
    lines = np.flatnonzero((right - left > _LINE) & (bottom - top < _LEVEL * (right - left)))
    if len(lines) < 2:
        return found
    x, y = (left + right) / 2, (top + bottom) / 2
    lines = lines[np.argsort(y[lines], kind="stable")]
    shared = np.minimum(right[lines, None], right[lines]) - np.maximum(left[lines, None], left[lines])
    widths = right[lines] - left[lines]
    alike = (shared > _ALIKE * np.maximum(widths[:, None], widths)) & (np.abs(y[lines, None] - y[lines]) < _APART)
    for upper, lower in np.argwhere(np.triu(alike, 1)).tolist():
        pair = lines[[upper, lower]]
        others = np.ones(len(boxes), bool)
        others[pair] = False
        low, high, height = left[pair].min(), right[pair].max(), y[pair].mean()
        gap = top[pair[0]] - bottom
        stands_on_it = others & (x > low) & (x < high) & (gap > _BELOW[0]) & (gap < _BELOW[1])
        level = others & (np.abs(y - height) < _SAME_HEIGHT) & (left < high + _BESIDE) & (right > low - _BESIDE)
        if stands_on_it.any() and not level.any():
            found[pair] = True
    return found
