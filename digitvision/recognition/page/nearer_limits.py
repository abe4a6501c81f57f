"""Limits between two operators: what is close under the upper one is its lower limit, not the upper of the other."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.notation.symbols import kind_of

_CLEARLY: Final = 0.5
"""Largest gap to the upper operator, as a share of the gap to the lower one, for which a limit is the upper one's."""

_BESIDE: Final = 0.3
"""How far the middle of a limit may lie beside its operator, as a share of the operator's width."""


def limit_of_upper(
    upper: LayoutTree,
    upper_strokes: Sequence[int],
    lower: LayoutTree,
    lower_strokes: Sequence[int],
    boxes: NDArray[np.float64],
) -> frozenset[int]:
    """Return the strokes of a lower row that are rather a limit of the row above it; none where there are no such.

    Args:
        upper, lower: How the two rows are read.
        upper_strokes, lower_strokes: The strokes of both on the page, in the order of their trees' indices.
        boxes: float64 [N, 4], of all strokes of the page.
    """
    open_ = [
        _box(upper.symbols[index].strokes, upper_strokes, boxes)
        for index, symbol in enumerate(upper.symbols)
        if kind_of(symbol.label) == "big" and not upper.children(index).keys() & {"Below", "Sub"}
    ]
    for operator, child in _upper_limits(lower) if open_ else ():
        own = [stroke for one in lower.subtree(child) for stroke in lower.symbols[one].strokes]
        limit = _box(own, lower_strokes, boxes)
        down = _box(lower.symbols[operator].strokes, lower_strokes, boxes)[1] - limit[3]
        for left, _, right, bottom in open_:
            middle, beside = (limit[0] + limit[2]) / 2, _BESIDE * (right - left)
            if left - beside < middle < right + beside and bottom < limit[3] and limit[1] - bottom < _CLEARLY * down:
                return frozenset(lower_strokes[stroke] for stroke in own)
    return frozenset()


def _upper_limits(tree: LayoutTree) -> Iterator[tuple[int, int]]:
    """Yield each operator that has an upper limit, and the first symbol of that."""
    for parent, child, relation in tree.relations:
        if relation in ("Above", "Sup") and kind_of(tree.symbols[parent].label) == "big":
            yield parent, child


def _box(own: Sequence[int], strokes: Sequence[int], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    some = boxes[[strokes[stroke] for stroke in own]]
    return np.concatenate([some[:, :2].min(axis=0), some[:, 2:].max(axis=0)])
