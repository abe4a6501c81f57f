"""Forms that a reader must not be sure of, however clear their signs are: what was meant is written alike.

A number with a fraction beside it, `2 1/4`, is no power; two tall lines around something may be bars,
`|-7|`, and no ones; a small ring on a digit may be a zero or a degree sign; a dot by itself is a tap that nobody meant.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import BAR, LayoutTree
from digitvision.recognition.signs.degree_signs import has_doubtful_degree

_LINES: Final = frozenset({"1", "l", "I", "|"})
_DOTS: Final = frozenset({".", ",", r"\cdot", r"\prime", "'"})
_MIDDLE: Final = 0.12
"""Share of a symbol's height, from its top and its bottom, within which the bar of a power's fraction may lie."""

_STICKS_OUT: Final = 0.03
"""How far both lines reach beyond what is between them, above and below, in heights of that."""

_GAP: Final = 0.85
"""Gap, in usual sizes of a symbol, from which two equations may stand beside each other."""

_LEAST_INNER: Final = 0.5
"""Least height of what is between, in heights of the lines: they stick out of any equals sign."""

_ALIKE: Final = 0.15
"""Largest difference of both lines' heights, as a share of the larger."""

_THIN: Final = 0.15
"""Largest width of a line, as a share of its height."""


def is_doubtful(tree: LayoutTree, boxes: NDArray[np.float64]) -> bool:
    """Whether a reading has such a form.

    Args:
        tree: The reading.
        boxes: float64 [M, 4]: left, top, right, bottom of each of its symbols.
    """
    row = list(tree.row(tree.root))
    return (
        is_lone_dot(tree)
        or _has_fraction_at_the_middle(tree, boxes)
        or _has_lines_around(row, tree, boxes)
        or _has_gap_between_equations(row, tree, boxes)
        or has_doubtful_degree(tree, boxes)
    )


def is_lone_dot(tree: LayoutTree) -> bool:
    """Whether a reading consists of dots only: taps, rather than signs."""
    return all(symbol.label in _DOTS for symbol in tree.symbols)


def has_half_fraction(tree: LayoutTree) -> bool:
    """Whether something stands only above, or only below, a bar: the rest of a fraction is missing."""
    for symbol, one in enumerate(tree.symbols):
        children = tree.children(symbol).keys() - {"Right"}
        if one.label == BAR and children and not tree.is_fraction(symbol):
            return True
    return False


def _has_gap_between_equations(row: Sequence[int], tree: LayoutTree, boxes: NDArray[np.float64]) -> bool:
    """Whether there is a gap in a row with an equals sign on either side of it: two may stand beside each other."""
    equals = [index for index in row if tree.symbols[index].label == "="]
    if len(equals) < 2:
        return False
    order = np.argsort(boxes[:, 0], kind="stable")
    reach = np.maximum.accumulate(boxes[order, 2])
    gaps = boxes[order[1:], 0] - reach[:-1]
    height = float(np.median((boxes[:, 2:] - boxes[:, :2]).max(axis=1)))
    at = [float(boxes[order[index], 2]) for index in np.flatnonzero(gaps > _GAP * height).tolist()]
    first, last = boxes[equals[0], 0], boxes[equals[-1], 0]
    return any(first < end < last for end in at)


def _has_fraction_at_the_middle(tree: LayoutTree, boxes: NDArray[np.float64]) -> bool:
    """Whether a fraction is read as a power or an index, but its bar lies beside the middle of what it hangs on."""
    for parent, child, relation in tree.relations:
        if relation not in ("Sup", "Sub") or tree.symbols[child].label != BAR or not tree.is_fraction(child):
            continue
        top, bottom = boxes[parent, 1], boxes[parent, 3]
        bar = (boxes[child, 1] + boxes[child, 3]) / 2
        room = _MIDDLE * (bottom - top)
        if tree.symbols[parent].label.isalnum() and top + room < bar < bottom - room:
            return True
    return False


def _has_lines_around(row: Sequence[int], tree: LayoutTree, boxes: NDArray[np.float64]) -> bool:
    """Whether a row begins and ends with thin lines, alike, that stick out above and below what is between them."""
    first, *between, last = row if len(row) > 2 else (*row, *row)
    if len(row) < 3 or not {tree.symbols[first].label, tree.symbols[last].label} <= _LINES:
        return False
    if tree.symbols[first].label == tree.symbols[last].label == "|":
        return False
    ends = boxes[[first, last]]
    heights, widths = ends[:, 3] - ends[:, 1], ends[:, 2] - ends[:, 0]
    inner = boxes[between]
    top, bottom = inner[:, 1].min(), inner[:, 3].max()
    beyond = _STICKS_OUT * (bottom - top)
    return bool(
        heights.min() >= (1 - _ALIKE) * heights.max()
        and bottom - top >= _LEAST_INNER * heights.max()
        and (widths <= _THIN * heights).all()
        and (ends[:, 1] < top - beyond).all()
        and (ends[:, 3] > bottom + beyond).all()
    )
