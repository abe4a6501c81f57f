"""Ones between digits that lean as slashes do: `1/0=` is soon read as `110=`."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import LayoutTree

_STRAIGHT: Final = 1.06
"""Largest length of a straight stroke, as a multiple of the distance between its ends."""

_LEANING: Final = 0.25
_MORE: Final = 0.15
"""How far such a stroke leans to the right, as a share of its height, from which it may be a slash; and how much
further than the other ones of its row: of 6,500 ones in CROHME's files 1 in 150 leans so far, and of the slashes every
second."""


def has_leaning_one(tree: LayoutTree, strokes: Sequence[NDArray[np.float64]]) -> bool:
    """Whether a one between two digits may be a slash.

    Args:
        tree: A reading, whose symbols have strokes.
        strokes: float64 [K, 2] each: all strokes, to which the symbols' indices belong.
    """
    row = [tree.symbols[symbol] for symbol in tree.row(tree.root)]
    leans = {
        place: lean
        for place, symbol in enumerate(row)
        if symbol.label == "1" and len(symbol.strokes) == 1 and (lean := _lean(strokes[symbol.strokes[0]])) is not None
    }
    for place, lean in leans.items():
        others = [other for at, other in leans.items() if at != place]
        if (
            0 < place < len(row) - 1
            and row[place - 1].label.isdecimal()
            and row[place + 1].label.isdecimal()
            and lean > max(_LEANING, min(others, default=0.0) + _MORE)
        ):
            return True
    return False


def _lean(points: NDArray[np.float64]) -> float | None:
    """Return how far a stroke's top is to the right of its bottom, as a share of its height; None if it is no line."""
    (x, y), (end_x, end_y) = points[0].tolist(), points[-1].tolist()
    length = float(np.hypot(*np.diff(points, axis=0).T).sum())
    if y == end_y or length > _STRAIGHT * float(np.hypot(end_x - x, end_y - y)):
        return None
    return float((end_x - x) / (y - end_y))
