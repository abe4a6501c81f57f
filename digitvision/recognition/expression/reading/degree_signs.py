r"""Degree signs: a small ring, raised behind a number, that the networks can only read as a zero or an o.

A power of zero is written alike. It hardly ever stands on a number, is mostly larger, and on a letter it stays what
it is.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.notation.symbols import FUNCTIONS
from digitvision.recognition.expression.reading.more_labels import DEGREE

RINGS: Final = frozenset({"0", "o", "O"})
"""What a degree sign is read as."""

_HEIGHT: Final = 0.4
"""Largest height and width of the ring, in heights of the digit before it: nine of ten exponents that are digits are
higher than a third of theirs."""
_WIDTH: Final = 0.5

_LOWEST: Final = 0.55
"""How far its bottom may be below the digit's top, in the digit's heights."""

_SCALES: Final = frozenset({"C", "F"})


def is_degree(ring: NDArray[np.float64], digit: NDArray[np.float64]) -> bool:
    """Whether a ring is a degree sign by its size and place.

    Args:
        ring: float64 [4]: left, top, right, bottom.
        digit: The same of the digit before it.
    """
    height = digit[3] - digit[1]
    return bool(
        height > 0
        and ring[3] - ring[1] <= _HEIGHT * height
        and ring[2] - ring[0] <= _WIDTH * height
        and ring[3] <= digit[1] + _LOWEST * height
        and ring[0] + ring[2] >= digit[0] + digit[2]
    )


def with_degrees(tree: LayoutTree, boxes: NDArray[np.float64], corrections: Corrections) -> LayoutTree:
    """Return the tree with rings on numbers as degree signs; the same tree where there are none.

    Args:
        tree: A layout.
        boxes: float64 [M, 4]: left, top, right, bottom of each of its symbols.
        corrections: The user's corrections: what has been chosen for a ring stays.
    """
    chosen = {glyph for glyph, _ in corrections.labels}
    symbols = list(tree.symbols)
    for parent, child, relation in tree.relations:
        ring = tree.symbols[child]
        if relation != "Sup" or ring.label not in RINGS or not tree.symbols[parent].label.isdecimal():
            continue
        if tree.children(child) or frozenset(ring.strokes) in chosen or not is_degree(boxes[child], boxes[parent]):
            continue
        symbols[child] = Symbol(DEGREE, ring.strokes)
    return tree if symbols == list(tree.symbols) else LayoutTree(tuple(symbols), tree.relations)


def has_doubtful_degree(tree: LayoutTree) -> bool:
    """Whether a degree sign may as well be a power of zero: on one digit, with neither function nor scale beside it."""
    before = {child: parent for parent, child, relation in tree.relations if relation == "Right"}
    for parent, child, _ in tree.relations:
        if tree.symbols[child].label != DEGREE:
            continue
        follows = tree.children(parent).get("Right")
        ahead = tree.symbols[before[parent]].label if parent in before else ""
        scale = follows is not None and tree.symbols[follows].label in _SCALES
        if not (scale or ahead.isdecimal() or ahead in FUNCTIONS):
            return True
    return False


def degrees_in_row(labels: Sequence[str], boxes: NDArray[np.float64]) -> list[int]:
    """Return which glyphs of a row are degree signs by the classes and boxes, float64 [M, 4], of all."""
    return [
        index
        for index in range(1, len(labels))
        if labels[index] in RINGS and labels[index - 1].isdecimal() and is_degree(boxes[index], boxes[index - 1])
    ]
