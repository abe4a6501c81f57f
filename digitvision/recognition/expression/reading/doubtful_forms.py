"""Forms that a reader must not be sure of, however clear their signs are: what was meant is written alike.

A number with a fraction beside it, `2 1/4`, is no power; two tall lines around something may be bars,
`|-7|`, and no ones; a small ring on a digit may be a zero or a degree sign; a dot by itself is a tap that nobody meant;
`1.  9*8=` is an exercise with its number, and no decimal, as is `a) 9*8=`; a line between two equations is no bar of a
fraction; what stands far apart, `12   7`, may be two rows beside each other; a tick that hangs below a number's digits
is a comma, where no point was meant; two points beside each other are a decimal's point and a slip of the pen; an x
before a number, `x 2+1`, may be a sign of multiplication.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import BAR as FRACTION_BAR
from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.notation.symbols import kind_of
from digitvision.recognition.signs.absolute_bars import BAR, pairs_of_bars
from digitvision.recognition.signs.decimal_commas import has_tick_as_point
from digitvision.recognition.signs.degree_signs import has_doubtful_degree
from digitvision.recognition.signs.mixed_numbers import numerators_before_slashes
from digitvision.recognition.signs.primes import PRIME
from digitvision.recognition.signs.wide_gaps import has_side_gap

_DOTS: Final = frozenset({".", ",", r"\cdot", r"\prime", "'"})
_UNKNOWN: Final = frozenset("xX")
_MIDDLE: Final = 0.12
"""Share of a symbol's height, from its top and its bottom, within which the bar of a power's fraction may lie."""

_GAP: Final = 0.85
"""Gap, in usual sizes of a symbol, from which two equations may stand beside each other."""

_LONGEST_ITEM: Final = 2
"""Most digits of an item's number."""

_BEHIND_ITEM: Final = 0.5
_WIDER_BEHIND_ITEM: Final = 0.15
"""Gap behind a point from which the number may be an item's, and how much wider than the one before it, in heights of
the digits. Of 139 decimals that begin an expression of CROHME's training set, but not with a zero, 18 have such
gaps."""


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
        or _has_lines_around(tree, boxes)
        or bool(numerators_before_slashes(tree, boxes))
        or _has_gap_between_equations(row, tree, boxes)
        or has_doubtful_degree(tree, boxes)
        or begins_with_item_number(tree, boxes)
        or has_equation_in_fraction(tree)
        or _has_more_behind_prime(tree)
        or has_tick_as_point(tree, boxes)
        or _has_two_points(row, tree)
        or _closes_what_is_not_open(row, tree)
        or _begins_with_x_before_number(row, tree)
        or has_side_gap(tree, boxes)
    )


def is_lone_dot(tree: LayoutTree) -> bool:
    """Whether a reading consists of dots only: taps, rather than signs."""
    return all(symbol.label in _DOTS for symbol in tree.symbols)


def has_half_fraction(tree: LayoutTree) -> bool:
    """Whether something stands only above, or only below, a bar: the rest of a fraction is missing."""
    for symbol, one in enumerate(tree.symbols):
        children = tree.children(symbol).keys() - {"Right"}
        if one.label == FRACTION_BAR and children and not tree.is_fraction(symbol):
            return True
    return False


def has_equation_in_fraction(tree: LayoutTree) -> bool:
    """Whether an equality sign stands above or below the bar of a fraction."""
    return any(
        relation in ("Above", "Below")
        and tree.symbols[parent].label == FRACTION_BAR
        and any(tree.symbols[one].label == "=" for one in tree.row(child))
        for parent, child, relation in tree.relations
    )


def has_mixed_number(tree: LayoutTree) -> bool:
    """Whether a fraction stands directly behind a digit: it may be a mixed number, and a product as well."""
    return any(
        relation == "Right" and tree.symbols[parent].label.isdecimal() and tree.is_fraction(child)
        for parent, child, relation in tree.relations
    )


def _has_more_behind_prime(tree: LayoutTree) -> bool:
    """Whether a prime on a digit has something raised behind it: in feet and inches that stands beside the number."""
    for parent, child, relation in tree.relations:
        if relation != "Sup" or not tree.symbols[parent].label.isdecimal():
            continue
        labels = [tree.symbols[index].label for index in tree.row(child)]
        if labels[0] == PRIME and set(labels) != {PRIME}:
            return True
    return False


def begins_with_item_number(tree: LayoutTree, boxes: NDArray[np.float64]) -> bool:
    """Whether a reading begins with a decimal number that has a gap behind its point: it may be an item's number.

    Args:
        tree: The reading.
        boxes: float64 [M, 4]: left, top, right, bottom of each of its symbols.
    """
    row = list(tree.row(tree.root))
    labels = [tree.symbols[index].label for index in row]
    place = next((place for place, label in enumerate(labels) if not label.isdecimal()), 0)
    if (
        not 0 < place <= _LONGEST_ITEM
        or labels[0] == "0"
        or labels[place] != "."
        or not "".join(labels[place + 1 : place + 2]).isdecimal()
    ):
        return False
    before, point, after = (boxes[index] for index in row[place - 1 : place + 2])
    height = float(before[3] - before[1] + after[3] - after[1]) / 2
    behind = float(after[0] - point[2])
    return behind > _BEHIND_ITEM * height and behind - float(point[0] - before[2]) > _WIDER_BEHIND_ITEM * height


def _has_two_points(row: Sequence[int], tree: LayoutTree) -> bool:
    """Whether two points stand beside each other: three are an ellipsis, and two are no sign."""
    runs = groupby(tree.symbols[index].label for index in row)
    return any(label == "." and len(list(run)) == 2 for label, run in runs)


def _closes_what_is_not_open(row: Sequence[int], tree: LayoutTree) -> bool:
    """Whether a round bracket closes none that was opened before it, as behind the letter of an exercise, `a)`."""
    open_ = 0
    for kind, label in ((kind_of(label), label) for label in (tree.symbols[index].label for index in row)):
        open_ += (kind == "open") - (kind == "close")
        if open_ < 0:
            return label == ")"
    return False


def _begins_with_x_before_number(row: Sequence[int], tree: LayoutTree) -> bool:
    """Whether an x with a number behind it begins a reading, as one of 607 in CROHME's training set does."""
    first = [tree.symbols[index].label for index in row[:2]]
    return len(first) == 2 and first[0] in _UNKNOWN and first[1].isdecimal()


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
        if relation not in ("Sup", "Sub") or tree.symbols[child].label != FRACTION_BAR or not tree.is_fraction(child):
            continue
        top, bottom = boxes[parent, 1], boxes[parent, 3]
        bar = (boxes[child, 1] + boxes[child, 3]) / 2
        room = _MIDDLE * (bottom - top)
        if tree.symbols[parent].label.isalnum() and top + room < bar < bottom - room:
            return True
    return False


def _has_lines_around(tree: LayoutTree, boxes: NDArray[np.float64]) -> bool:
    """Whether two lines that stick out above and below what is between them are not both read as bars."""
    return any(
        {tree.symbols[index].label for index in (pair.opening, pair.closing)} != {BAR}
        for pair in pairs_of_bars(tree, boxes)
    )
