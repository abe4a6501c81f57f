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

_READ_AS: Final = frozenset(
    {"1", "l", "I", "|", "/", "'", ",", ".", "(", ")", "[", "]", "!", "7", "i", "j", "r", r"\gt", r"\lt", PRIME}
)
"""What one that is no thin line is read as."""

_ALIKE: Final = 0.6
"""Least height of one of two primes that were taken for one sign, in the other's height."""

_CROSSED: Final = frozenset({"x", r"\times"})
"""Signs of two strokes that are powers, where the strokes are no pair of primes."""

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
    groups = {stroke: symbol.strokes for symbol in tree.symbols for stroke in symbol.strokes}
    parted = [tree.symbols[index].strokes for index in digits if len(tree.symbols[index].strokes) > 1]
    leaning = set(short_strokes(points, {stroke for group in parted for stroke in group}))
    strays = {stroke for group in parted for stroke in group if stroke in leaning and _is_stray(stroke, group, ends)}
    slanted = {
        index
        for symbol in tree.symbols
        if symbol.label in _READ_AS or (symbol.label not in _CROSSED and _are_beside(symbol.strokes, ends))
        for index in symbol.strokes
    }
    short = short_strokes(points, slanted | strays)
    told = corrections
    for digit in digits:
        own = tuple(stroke for stroke in tree.symbols[digit].strokes if stroke not in strays)
        found = primes_behind(_box_of(ends, own), ends, [stroke for stroke in short if stroke not in own])
        if not 0 < len(found) <= 2 or corrections.strokes & {*found, *tree.symbols[digit].strokes}:
            continue
        if any(stroke not in strays and not set(groups[stroke]) <= set(found) for stroke in found):
            # A part of another sign, such as the dot of an i.
            continue
        before: Sequence[int] = own
        for stroke in found:
            told = told.with_label({stroke}, PRIME)
        told = told.with_relation({found[0]}, before, "Sup")
        for one, other in pairwise(found):
            told = told.with_relation({other}, {one}, "Right")
    return told


def _box_of(ends: NDArray[np.float64], strokes: Sequence[int]) -> NDArray[np.float64]:
    """Return the box, float64 [4], of some strokes by those of all, float64 [N, 4]."""
    own = ends[list(strokes)]
    return np.concatenate([own[:, :2].min(axis=0), own[:, 2:].max(axis=0)])


def _is_stray(stroke: int, group: Sequence[int], ends: NDArray[np.float64]) -> bool:
    """Whether a thin line that was taken for a part of a digit is short, raised, and beside all the rest of it.

    Of the 22 305 digits in CROHME's training set five have such a part, all of them on the left.
    """
    heights = {one: ends[one, 3] - ends[one, 1] for one in group}
    # What is left of it may be short, too: all of a pair of primes was taken for a part.
    rest = _box_of(ends, [one for one in group if heights[one] > _TALLEST * max(heights.values())])
    box, height = ends[stroke], rest[3] - rest[1]
    beside = box[0] >= rest[2] or box[2] <= rest[0]
    return bool(beside and height > 0 and _is_small(box, height) and _is_raised(box, rest))


def _are_beside(strokes: Sequence[int], ends: NDArray[np.float64]) -> bool:
    """Whether a sign consists of two strokes beside each other that are about as high: two primes, if they are small.

    Behind a digit, short and raised, CROHME's training set has two such signs, each an x.
    """
    if len(strokes) != 2:
        return False
    left, right = sorted((ends[stroke] for stroke in strokes), key=lambda box: float(box[0]))
    lower, higher = sorted((left[3] - left[1], right[3] - right[1]))
    return bool(right[0] > left[2] and lower >= _ALIKE * higher)


def _is_small(box: NDArray[np.float64], height: float) -> bool:
    return bool(_SMALLEST * height <= box[3] - box[1] <= _TALLEST * height)


def _is_raised(box: NDArray[np.float64], digit: NDArray[np.float64]) -> bool:
    """Whether a box lies as high beside a digit, float64 [4] each, as primes do."""
    height = digit[3] - digit[1]
    top = (box[1] - digit[1]) / height
    return bool(box[3] <= digit[1] + _LOWEST * height and -_TOP[0] <= top <= _TOP[1])


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
    if height <= 0:
        return []
    # What is raised behind the next digit belongs to that one.
    behind = [box for box in ends if box[0] >= digit[2]]
    next_digit = min((float(box[0]) for box in behind if not _is_raised(box, digit)), default=np.inf)
    found: list[int] = []
    reach = float(digit[2])
    for stroke in short:
        box = ends[stroke]
        is_near = digit[2] - _WITHIN * height <= box[0] <= min(reach + _NEAR * height, next_digit)
        # Before a narrow digit stands the prime of another one.
        is_behind = box[0] + box[2] >= digit[0] + digit[2]
        if is_near and is_behind and _is_raised(box, digit) and _is_small(box, height):
            found.append(stroke)
            reach = max(reach, float(box[2]))
    follows = (
        box
        for stroke, box in enumerate(ends)
        if stroke not in found and 0 < box[0] - reach <= _NEAR * height and box[0] <= next_digit
    )
    return [] if any(_is_raised(box, digit) for box in follows) else found
