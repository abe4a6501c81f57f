"""Mixed numbers: a fraction of digits close behind a digit, its bar beside the middle of that digit, is no power.

With a slash instead of a bar the fraction is told by its digits, which are smaller than those before them.
"""

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

_SMALLER: Final = 0.85
"""Largest height of the digits around a slash, in that of the digit that begins the number, in a fraction."""


def numerators_before_slashes(tree: LayoutTree, boxes: NDArray[np.float64]) -> list[int]:
    """Return the digits of the outermost row that begin the fraction of a mixed number with a slash: the 1 in `2 1/4`.

    Args:
        tree: A layout as it was read.
        boxes: float64 [M, 4]: left, top, right, bottom of each of its symbols.
    """
    row = list(tree.row(tree.root))
    heights = boxes[:, 3] - boxes[:, 1]
    labels = [tree.symbols[index].label for index in row]
    found: list[int] = []
    for place, label in enumerate(labels):
        begins = place
        while begins and labels[begins - 1].isdecimal():
            begins -= 1
        if label != "/" or place - begins < 2 or not "".join(labels[place + 1 : place + 2]).isdecimal():
            continue
        around = heights[[row[place - 1], row[place + 1]]]
        if around.max() > _SMALLER * heights[row[begins]]:
            continue
        # The whole number ends where the digits become smaller most of all.
        digits = np.log(np.maximum(heights[row[begins:place]], 1e-9))
        found.append(row[begins + 1 + int(np.diff(digits).argmin())])
    return found


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
