r"""Degree signs: a small ring, raised behind a number, that the networks can only read as a zero or an o.

A power of zero is written alike. It hardly ever stands on a number, is mostly larger, and on a letter it stays what
it is.
"""

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.expression.notation.symbols import FUNCTIONS
from digitvision.recognition.signs.more_labels import DEGREE

RINGS: Final = frozenset({"0", "o", "O"})
"""What a degree sign is read as."""

_HEIGHT: Final = 0.4
"""Largest height and width of the ring, in heights of the digit before it: nine of ten exponents that are digits are
higher than a third of theirs."""
_WIDTH: Final = 0.5
_DOUBTED_HEIGHT: Final = 0.6
"""Height up to which a zero raised on a number is in doubt."""

_LOWEST: Final = 0.55
"""How far its bottom may be below the digit's top, in the digit's heights."""

_DOUBTED_LOWEST: Final = 0.7
"""The same up to which a small zero behind a digit in a row is in doubt."""

_IN_ROW: Final = 0.98
"""Probability that a small ring on a digit is a degree sign, in a row."""

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
    moved: dict[int, int] = {}
    for parent, child, relation in tree.relations:
        ring, digit = tree.symbols[child], tree.symbols[parent].label.isdecimal()
        if digit and relation == "Right" and ring.label == DEGREE and "Sup" not in tree.children(parent):
            # It was chosen for what seemed to stand beside the number; what follows stands beside that now.
            moved[child] = parent
            continue
        if not digit or relation != "Sup" or ring.label not in RINGS or tree.children(child):
            continue
        if frozenset(ring.strokes) not in chosen and is_degree(boxes[child], boxes[parent]):
            symbols[child] = Symbol(DEGREE, ring.strokes)
    if symbols == list(tree.symbols) and not moved:
        return tree
    relations: list[tuple[int, int, Relation]] = []
    for parent, child, relation in tree.relations:
        if child in moved:
            relations.append((parent, child, "Sup"))
        else:
            relations.append((moved.get(parent, parent) if relation == "Right" else parent, child, relation))
    return LayoutTree(tuple(symbols), tuple(relations), tree.gaps)


def has_doubtful_degree(tree: LayoutTree, boxes: NDArray[np.float64]) -> bool:
    """Whether a ring on a number may be a degree sign as well as a power of zero.

    A degree sign is in doubt on one digit, with neither function nor scale beside it; a zero wherever it is small.
    """
    before = {child: parent for parent, child, relation in tree.relations if relation == "Right"}
    for parent, child, relation in tree.relations:
        label = tree.symbols[child].label
        if relation != "Sup" or not tree.symbols[parent].label.isdecimal() or tree.children(child):
            continue
        if label in RINGS and np.ptp(boxes[child, 1::2]) <= _DOUBTED_HEIGHT * np.ptp(boxes[parent, 1::2]):
            return True
        follows = tree.children(parent).get("Right")
        ahead = tree.symbols[before[parent]].label if parent in before else ""
        scale = follows is not None and tree.symbols[follows].label in _SCALES
        if label == DEGREE and not (scale or ahead.isdecimal() or ahead in FUNCTIONS):
            return True
    return False


def with_degrees_in_row(
    shares: NDArray[np.float64],
    texts: Sequence[str],
    boxes: NDArray[np.float64],
    degree: int,
    pinned: Collection[int] = (),
) -> NDArray[np.float64]:
    """Return the classes of a row's glyphs with small rings on digits as degree signs; the same array without any.

    Args:
        shares: float64 [M, C]: probabilities of the classes of each glyph.
        texts: The text of each class.
        boxes: float64 [M, 4]: left, top, right, bottom of the pen's path in each glyph.
        degree: Index of the degree sign among the classes.
        pinned: Glyphs whose class the user has chosen.
    """
    labels = [texts[index] for index in shares.argmax(axis=1).tolist()]
    found = [
        index
        for index in range(1, len(labels))
        if index not in pinned
        and labels[index] in RINGS
        and labels[index - 1].isdecimal()
        and is_degree(boxes[index], boxes[index - 1])
    ]
    if not found:
        return shares
    result = shares.copy()
    result[found] *= 1 - _IN_ROW
    result[found, degree] = _IN_ROW
    return result


def has_doubtful_ring(texts: Sequence[str], boxes: NDArray[np.float64]) -> bool:
    """Whether a small raised ring behind a digit of a row is read as a zero or an o, and may be a degree sign.

    Args:
        texts: The text of each of M glyphs, in reading order.
        boxes: float64 [M, 4]: left, top, right, bottom of each.
    """
    heights = boxes[:, 3] - boxes[:, 1]
    return any(
        texts[index] in RINGS
        and texts[index - 1].isdecimal()
        and heights[index] <= _DOUBTED_HEIGHT * heights[index - 1]
        and boxes[index, 3] <= boxes[index - 1, 1] + _DOUBTED_LOWEST * heights[index - 1]
        for index in range(1, len(texts))
    )
