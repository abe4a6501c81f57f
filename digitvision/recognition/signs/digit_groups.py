"""Gaps between groups of digits, as in telephone numbers and in thousands: `030 123456`, `12 345`."""

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.rows.word_gaps import words_of


def gaps_between_digits(tree: LayoutTree, boxes: NDArray[np.float64]) -> frozenset[int]:
    """Return the symbols of the outermost row before which a gap divides digits into groups.

    Args:
        tree: A layout.
        boxes: float64 [M, 4]: left, top, right, bottom of each of its symbols.
    """
    row = list(tree.row(tree.root))
    digits = [tree.symbols[index].label.isdecimal() and tree.children(index).keys() <= {"Right"} for index in row]
    begins = (first for first, _ in words_of(boxes[row])[1:])
    return frozenset(row[place] for place in begins if digits[place - 1] and digits[place])
