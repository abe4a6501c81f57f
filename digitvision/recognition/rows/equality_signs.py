"""Equality signs at the gap between two parts of a row: a row goes on there, however wide the gap is."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_LONGEST_BAR: Final = 2.5
_FLAT: Final = 0.5
"""Largest length, in units, of a bar of an equality sign, and its largest height as a share of its length."""

_APART: Final = 0.9
"""Largest gap, in units, between both bars of an equality sign."""


def goes_on_at_equality(left: NDArray[np.float64], right: NDArray[np.float64]) -> bool:
    """Whether two parts beside each other are one row at an equality sign.

    No row begins with one, and what stands on the right of one is its result, unless it is an equation of its own.

    Args:
        left, right: float64 [K, 4], the boxes of the strokes of each part, in units.
    """
    first, last = left[np.argsort(left[:, 0], kind="stable")], right[np.argsort(right[:, 0], kind="stable")]
    bars = equality_bars(last)
    return bool(bars[0] or (equality_bars(first)[-1] and not bars.any()))


def equality_bars(boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """bool [N]: which strokes are one of two short bars, above each other and alike; boxes float64 [N, 4], in units."""
    left, top, right, bottom = boxes.T
    width, height = right - left, bottom - top
    y = (top + bottom) / 2
    flat = (height < _FLAT * width) & (width < _LONGEST_BAR)
    shared = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    alike = (shared > 0.6 * np.maximum(width[:, None], width)) & (np.abs(y[:, None] - y) < _APART)
    np.fill_diagonal(alike, False)
    found: NDArray[np.bool_] = flat & (alike & flat).any(axis=1)
    return found


def begins_with_equality(boxes: NDArray[np.float64]) -> bool:
    """Whether the leftmost strokes of a row, float64 [K, 4] in units, are an equality sign: no row begins with one."""
    order = np.argsort(boxes[:, 0], kind="stable")
    return bool(equality_bars(boxes[order])[:2].any())


def ends_with_equality(boxes: NDArray[np.float64]) -> bool:
    """Whether the rightmost strokes of a row, float64 [K, 4] in units, are an equality sign: a result may come."""
    order = np.argsort(boxes[:, 0], kind="stable")
    return bool(equality_bars(boxes[order])[-2:].any())
