"""Primes behind digits, as in feet and inches: one or two short raised strokes, read as powers or as ones."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree

PRIME: Final = r"\prime"

_TALLEST: Final = 0.42
"""Largest height of a prime, in heights of the digit before it: powers that are a one are mostly higher."""

_LOWEST: Final = 0.5
"""How far its bottom may be below the digit's top, in its heights; `_TOP` how far its top is above and below."""
_TOP: Final = (0.6, 0.3)

_SMALLEST: Final = 0.08
"""Least height: a dot is none."""

_NEAR: Final = 0.6
"""Largest gap between the digit and it, in the digit's heights; `_WITHIN` how far it may lie over the digit."""
_WITHIN: Final = 0.25

_UPRIGHT: Final = (0.3, 0.85)
"""Largest width of one, as a share of its height: of any, and of one whose ends are apart."""

_READ_AS: Final = frozenset({"1", "l", "I", "|", "/", "'", ",", ".", "(", ")", "!", "7", "i", "j", "r", PRIME})
"""What one that is no thin line is read as."""

_OPEN: Final = 0.35
"""Least distance of the ends of one that is no thin line, as a share of its length: it is no ring."""


def with_primes(
    tree: LayoutTree, boxes: NDArray[np.float64], points: NDArray[np.float64], corrections: Corrections
) -> Corrections:
    """Add to corrections which strokes behind digits are primes.

    Args:
        tree: A layout as it was read.
        boxes: float64 [M, 4]: left, top, right, bottom of each of its symbols.
        points: float64 [N, P, 2]: the strokes, in the same unit.
        corrections: The corrections so far: their strokes stay as they are.
    """
    digits = [
        index
        for index, symbol in enumerate(tree.symbols)
        if symbol.label.isdecimal() and boxes[index, 3] - boxes[index, 1] > 0
    ]
    ends = np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1)
    tallest = max((float(boxes[index, 3] - boxes[index, 1]) for index in digits), default=0.0)
    if not has_small_strokes(ends, tallest):
        return corrections
    slanted = {index for symbol in tree.symbols if symbol.label in _READ_AS for index in symbol.strokes}
    short = short_strokes(points, slanted)
    told = corrections
    for digit in digits:
        own = set(tree.symbols[digit].strokes)
        found = primes_behind(boxes[digit], ends, [stroke for stroke in short if stroke not in own])
        if not 0 < len(found) <= 2 or corrections.strokes & {*found, *own}:
            continue
        groups = {stroke: symbol.strokes for symbol in tree.symbols for stroke in symbol.strokes}
        if any(not set(groups[stroke]) <= set(found) for stroke in found):
            # A part of another sign, such as the dot of an i.
            continue
        before: Sequence[int] = tree.symbols[digit].strokes
        for stroke in found:
            told = told.with_label({stroke}, PRIME)
        told = told.with_relation({found[0]}, before, "Sup")
        for one, other in pairwise(found):
            told = told.with_relation({other}, {one}, "Right")
    return told


def has_small_strokes(ends: NDArray[np.float64], tallest: float) -> bool:
    """Whether some stroke is small enough for a prime behind a digit of this height, and higher than wide.

    Args:
        ends: float64 [N, 4]: left, top, right, bottom of each stroke.
        tallest: The height.
    """
    widths, heights = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    return bool(((heights <= _TALLEST * tallest) & (widths <= heights) & (heights > 0)).any())


def short_strokes(points: NDArray[np.float64], slanted: Collection[int]) -> list[int]:
    """Return which strokes, float64 [N, P, 2], are thin lines, from left to right; the `slanted` may lean."""
    steps = np.diff(points, axis=1)
    lengths = np.hypot(steps[..., 0], steps[..., 1]).sum(axis=1)
    widths, heights = np.ptp(points, axis=1).T
    ends = points[:, -1] - points[:, 0]
    is_open = np.hypot(ends[:, 0], ends[:, 1]) >= _OPEN * lengths
    thin = widths <= _UPRIGHT[0] * heights
    upright = is_open & (widths <= _UPRIGHT[1] * heights)
    order = np.argsort(points[..., 0].min(axis=1), kind="stable")
    return [stroke for stroke in order.tolist() if thin[stroke] or (upright[stroke] and stroke in slanted)]


def primes_behind(digit: NDArray[np.float64], ends: NDArray[np.float64], short: Sequence[int]) -> list[int]:
    """Return which short strokes are primes behind a digit, from left to right; none where more follows them raised.

    Args:
        digit: float64 [4]: left, top, right, bottom.
        ends: float64 [N, 4], the same of all strokes.
        short: Strokes that may be primes, from left to right.
    """
    height = digit[3] - digit[1]

    def is_raised(box: NDArray[np.float64]) -> bool:
        top = (box[1] - digit[1]) / height
        return bool(box[3] <= digit[1] + _LOWEST * height and -_TOP[0] <= top <= _TOP[1])

    found: list[int] = []
    reach = float(digit[2])
    for stroke in short:
        box = ends[stroke]
        tall = box[3] - box[1]
        behind = box[0] >= digit[2] - _WITHIN * height and box[0] - reach <= _NEAR * height
        if behind and is_raised(box) and _SMALLEST * height <= tall <= _TALLEST * height:
            found.append(stroke)
            reach = max(reach, float(box[2]))
    follows = [box for stroke, box in enumerate(ends) if stroke not in found and 0 < box[0] - reach <= _NEAR * height]
    return [] if any(is_raised(box) for box in follows) else found
