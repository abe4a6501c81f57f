"""Decimal commas: a low, small stroke between two digits, told from a point by its height.

Of the points between digits in CROHME's training set nine in ten are lower than a fifth of the digits' height, of the
commas 98 of a hundred are higher.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree

COMMA: Final = ","
POINT: Final = "."

_READ_AS: Final = frozenset({",", ".", "'", r"\prime", r"\cdot", "1", "l", "/", ")", "|", "I"})
"""What a decimal comma or point is read as."""

_TALLEST: Final = 0.6
"""Largest height of a comma, in heights of the digits around it; `_COMMA` its least one, `_POINT` a point's largest."""
_COMMA: Final = 0.22
_POINT: Final = 0.16

_BEGINS: Final = 0.45
"""How far below the digits' top it begins, in their heights; `_MIDDLE` is where its middle is, at least."""
_MIDDLE: Final = 0.78

_HANGS: Final = 1.2
"""How far below the digits' top a tick ends that is a comma although it was read as a point, in their heights.

A third of the writers of CROHME's training set make some points as ticks; 15 of its 275 points hang so low, all by
French hands, which write decimals with commas, and 84 of its 103 commas.
"""

_HANGS_A_LITTLE: Final = 1.08
"""The same from which a tick that was read as a point may be a comma."""


def with_decimal_commas(tree: LayoutTree, boxes: NDArray[np.float64], corrections: Corrections) -> Corrections:
    """Add to corrections which signs between digits are decimal commas, and which are points.

    Args:
        tree: A layout as it was read.
        boxes: float64 [M, 4]: left, top, right, bottom of each of its symbols.
        corrections: The corrections so far: their strokes stay as they are.
    """
    told = corrections
    for mark, symbol in enumerate(tree.symbols):
        if symbol.label not in _READ_AS or corrections.strokes & set(symbol.strokes):
            continue
        around = _digits_around(tree, mark)
        label = None if around is None else _label(symbol.label, boxes[mark], boxes[list(around)])
        if around is None or label is None:
            continue
        before, after = (tree.symbols[index].strokes for index in around)
        told = told.with_label(symbol.strokes, label)
        if (around[0], mark, "Right") not in tree.relations:
            told = told.with_relation(symbol.strokes, before, "Right").with_relation(after, symbol.strokes, "Right")
    return told


def has_tick_as_point(tree: LayoutTree, boxes: NDArray[np.float64]) -> bool:
    """Whether a tick that hangs a little below the digits is read as a point between them: it may be a comma.

    Args:
        tree: A layout as it was read.
        boxes: float64 [M, 4]: left, top, right, bottom of each of its symbols.
    """
    for mark, symbol in enumerate(tree.symbols):
        around = _digits_around(tree, mark) if symbol.label == POINT else None
        if around is None:
            continue
        digits = boxes[list(around)]
        top, height = digits[:, 1].mean(), (digits[:, 3] - digits[:, 1]).mean()
        if boxes[mark, 3] - boxes[mark, 1] >= _COMMA * height and boxes[mark, 3] - top >= _HANGS_A_LITTLE * height:
            return True
    return False


def _digits_around(tree: LayoutTree, mark: int) -> tuple[int, int] | None:
    """Return the digits directly before and after a sign in a row, or beside the one on which it hangs."""
    for parent, child, relation in tree.relations:
        if child != mark or relation not in ("Right", "Sub"):
            continue
        after = tree.children(mark if relation == "Right" else parent).get("Right")
        if after is not None and tree.symbols[parent].label.isdecimal() and tree.symbols[after].label.isdecimal():
            return parent, after
    return None


def _label(read: str, mark: NDArray[np.float64], digits: NDArray[np.float64]) -> str | None:
    """Return whether a sign is a comma or a point by its box and those of the digits; None where that is open.

    Args:
        read: What it was read as.
        mark: float64 [4]: left, top, right, bottom.
        digits: float64 [2, 4], of the digits around it.
    """
    top, bottom = float(digits[:, 1].mean()), float(digits[:, 3].mean())
    height = bottom - top
    if height <= 0:
        return None
    own = (mark[3] - mark[1]) / height
    begins, middle = (mark[1] - top) / height, ((mark[1] + mark[3]) / 2 - top) / height
    if own > _TALLEST or begins < _BEGINS or middle < _MIDDLE or mark[2] - mark[0] > _TALLEST * height:
        return None
    if own >= _COMMA:
        return COMMA if read != POINT or (mark[3] - top) / height >= _HANGS else None
    return POINT if own <= _POINT else None
