"""Mixed numbers: a fraction of digits close behind a digit, its bar beside the middle of that digit, is no power."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import BAR, LayoutTree

_MIDDLE: Final = (0.28, 0.75)
"""Where the bar is, from the top of the digit, in its heights: of the powers in CROHME's training set that are
fractions 98 of a hundred have theirs higher."""

_NEAR: Final = 1.0
"""Largest gap before the bar, in heights of the digit."""


def with_mixed_numbers(tree: LayoutTree, boxes: NDArray[np.float64], corrections: Corrections) -> Corrections:
    """Add to corrections which fractions stand beside a digit.

    Args:
        tree: A layout as it was read.
        boxes: float64 [M, 4]: left, top, right, bottom of each of its symbols.
        corrections: The corrections so far: their strokes stay as they are.
    """
    told = corrections
    for parent, child, relation in tree.relations:
        digit, bar = tree.symbols[parent], tree.symbols[child]
        if relation not in ("Right", "Sup", "Sub") or not digit.label.isdecimal() or not tree.is_fraction(child):
            continue
        if corrections.strokes & {*digit.strokes, *bar.strokes} or not _has_digits_only(tree, child):
            continue
        height = boxes[parent, 3] - boxes[parent, 1]
        middle = (boxes[child, 1] + boxes[child, 3]) / 2 - boxes[parent, 1]
        gap = boxes[child, 0] - boxes[parent, 2]
        if _MIDDLE[0] * height <= middle <= _MIDDLE[1] * height and gap <= _NEAR * height:
            told = told.with_label(bar.strokes, BAR).with_relation(bar.strokes, digit.strokes, "Right")
    return told


def _has_digits_only(tree: LayoutTree, bar: int) -> bool:
    """Whether a fraction has nothing but digits above its bar and below."""
    children = tree.children(bar)
    rows = [list(tree.row(children[relation])) for relation in ("Above", "Below")]
    return all(
        tree.symbols[index].label.isdecimal() and tree.children(index).keys() <= {"Right"}
        for row in rows
        for index in row
    )
