"""Bars of absolute values: two thin upright lines, alike, that stick out above and below what stands between them."""

from collections.abc import Sequence
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.notation.symbols import kind_of

BAR: Final = "|"

LINES: Final = frozenset({"1", "l", "I", "|"})
"""What a bar is mostly read as."""

_READ_AS: Final = LINES | frozenset({"/", "!", "(", ")", "[", "]"})
"""What one of them is read as, where the other is read as one of `LINES`."""

_THIN: Final = 0.3
"""Largest width of a line, as a share of its height; `_ALIKE` the largest difference of both lines' heights."""
_ALIKE: Final = 0.25

_LEAST_INNER: Final = 0.4
"""Least height of what is between, in heights of the lines: they stick out of any equals sign."""

_STICKS_OUT: Final = (0.06, 0.12)
"""How far each end reaches beyond what is between, and all four of them on average, in heights of that, where lines are
bars: of the ones between digits in CROHME's training set 7 in a hundred do so, alone."""

_DOUBTED: Final = 0.03
"""How far each end reaches where lines may be bars."""


class Pair(NamedTuple):
    """Two lines that may be bars.

    Attributes:
        opening: The symbol on the left.
        closing: The one on the right.
        between: The symbols between them.
        certain: Whether they are bars; else they may be.
    """

    opening: int
    closing: int
    between: tuple[int, ...]
    certain: bool


def with_bars(tree: LayoutTree, boxes: NDArray[np.float64], corrections: Corrections) -> Corrections:
    """Add to corrections which lines are bars.

    Args:
        tree: A layout as it was read.
        boxes: float64 [M, 4]: left, top, right, bottom of each of its symbols.
        corrections: The corrections so far: their strokes stay as they are.
    """
    told = corrections
    for pair in pairs_of_bars(tree, boxes):
        ends = [tree.symbols[index] for index in (pair.opening, pair.closing)]
        if not pair.certain or any(corrections.strokes & set(one.strokes) for one in ends):
            continue
        for one in ends:
            told = told.with_label(one.strokes, BAR)
    return told


def pairs_of_bars(tree: LayoutTree, boxes: NDArray[np.float64]) -> list[Pair]:
    """Return lines that are bars, or may be, from left to right; no two pairs have a line in common."""
    heights, widths = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    lines = [
        index
        for index, symbol in enumerate(tree.symbols)
        if symbol.label in _READ_AS and widths[index] <= _THIN * heights[index] and not tree.is_fraction(index)
    ]
    lines.sort(key=lambda index: float(boxes[index, 0]))
    found: list[Pair] = []
    taken: set[int] = set()
    for opening, closing in sorted(combinations(lines, 2), key=lambda both: boxes[both[1], 0] - boxes[both[0], 0]):
        if taken & {opening, closing} or not {tree.symbols[opening].label, tree.symbols[closing].label} & LINES:
            continue
        between = _between(boxes, opening, closing)
        sticks = _sticking_out(tree, boxes, opening, closing, between)
        if sticks is None or min(sticks) < _DOUBTED:
            continue
        # A number alone between two lines is a number between two ones as well.
        sums = any(not tree.symbols[index].label.isdecimal() for index in between)
        certain = sums and min(sticks) >= _STICKS_OUT[0] and sum(sticks) >= 4 * _STICKS_OUT[1]
        found.append(Pair(opening, closing, tuple(between), certain))
        taken |= {opening, closing, *between}
    return sorted(found)


def _between(boxes: NDArray[np.float64], opening: int, closing: int) -> list[int]:
    middles = (boxes[:, 0] + boxes[:, 2]) / 2
    inside = (middles > boxes[opening, 2]) & (middles < boxes[closing, 0])
    return [int(index) for index in np.flatnonzero(inside)]


def _sticking_out(
    tree: LayoutTree, boxes: NDArray[np.float64], opening: int, closing: int, between: Sequence[int]
) -> list[float] | None:
    """Return how far the four ends of two lines reach beyond what is between, in heights of that.

    None where the lines differ, or where nothing that has a value is between.
    """
    kinds = [kind_of(tree.symbols[index].label) for index in between]
    if "relation" in kinds or not {"digit", "letter"} & set(kinds):
        return None
    ends = boxes[[opening, closing]]
    heights = ends[:, 3] - ends[:, 1]
    inner = boxes[list(between)]
    top, bottom = float(inner[:, 1].min()), float(inner[:, 3].max())
    height = bottom - top
    if heights.min() < (1 - _ALIKE) * heights.max() or height < _LEAST_INNER * heights.max():
        return None
    return [float(one) for one in [*((top - ends[:, 1]) / height), *((ends[:, 3] - bottom) / height)]]
