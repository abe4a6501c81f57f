"""Small marks that were taken for a part of a digit: degree signs, and what is left of a percent sign."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

_NEVER_RINGED: Final = frozenset("1237")
"""Digits that have no ring at all. Of those in CROHME's training set, 6 in 10 000 have one."""

_APART: Final = 0.06
"""Distance of a ring from the rest of a digit, in its height, from which it is no part of it; an 8 may consist of two
such rings. Of the digits in CROHME's training set, 3 in 10 000 have one."""

_CLOSED: Final = 0.3
"""Largest distance of a ring's ends, in its length; `_HEIGHTS` its least and largest height, in the digit's."""
_HEIGHTS: Final = (0.12, 0.7)

_ROUND: Final = (0.25, 1.8)
"""Least width, in its height, and least length, in its longer side: it is no line that was written to and fro."""

_SMALL: Final = 0.5
"""Largest height and width of a mark behind a digit, in the digit's height; `_LEAST` its least height."""
_LEAST: Final = 0.12

_RAISED: Final = (-0.4, 0.6)
"""How far a mark's top is below the digit's top at least, and its bottom at most, in the digit's heights."""

_OVER: Final = 0.15
"""How far a mark may begin before the digit's end: the upper stroke of a 5 begins at its left."""


def has_mark_behind(texts: Sequence[str], parts: Sequence[NDArray[np.float64]]) -> bool:
    """Whether some digit has a small, raised part behind the rest of it: a degree sign, or a prime.

    Args:
        texts: The text of each glyph.
        parts: float64 [K, 4]: left, top, right, bottom of the strokes or segments of each.
    """
    return any(
        _is_mark_behind(boxes[index], np.delete(boxes, index, axis=0))
        for text, boxes in zip(texts, parts, strict=True)
        if text.isdecimal() and len(boxes) > 1
        for index in range(len(boxes))
    )


def _is_mark_behind(mark: NDArray[np.float64], rest: NDArray[np.float64]) -> bool:
    top, right = rest[:, 1].min(), rest[:, 2].max()
    height = rest[:, 3].max() - top
    return bool(
        _LEAST * height <= mark[3] - mark[1] <= _SMALL * height
        and mark[2] - mark[0] <= _SMALL * height
        and _RAISED[0] * height <= mark[1] - top
        and mark[3] - top <= _RAISED[1] * height
        and mark[0] >= right - _OVER * height
    )


def has_loose_ring(texts: Sequence[str], groups: Sequence[Sequence[int]], points: NDArray[np.float64]) -> bool:
    """Whether some digit has a ring that is hardly a part of it.

    Args:
        texts: The text of each glyph.
        groups: The strokes of each.
        points: float64 [N, P, 2]: all strokes, at equal steps, in one unit.
    """
    return any(
        text.isdecimal() and text != "8" and len(group) > 1 and _has_ring(text, points[list(group)])
        for text, group in zip(texts, groups, strict=True)
    )


def _has_ring(text: str, paths: NDArray[np.float64]) -> bool:
    height = float(np.ptp(paths[..., 1]))
    for index, path in enumerate(paths):
        if not _is_ring(path, height):
            continue
        others = np.delete(paths, index, axis=0).reshape(-1, 1, 2)
        apart = float(np.linalg.norm(others - path, axis=2).min())
        if text in _NEVER_RINGED or apart > _APART * height:
            return True
    return False


def _is_ring(path: NDArray[np.float64], height: float) -> bool:
    """Whether a stroke, float64 [P, 2], is a ring that is small enough for a part of a digit of this height."""
    wide, tall = np.ptp(path, axis=0).tolist()
    length = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
    return (
        bool(np.linalg.norm(path[-1] - path[0]) < _CLOSED * length)
        and _HEIGHTS[0] * height < tall <= _HEIGHTS[1] * height
        and wide > _ROUND[0] * tall
        and length > _ROUND[1] * max(wide, tall)
    )
