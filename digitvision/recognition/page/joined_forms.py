"""What speaks for or against two rows being one: forms that are unfinished, and forms that nobody writes.

A limit stands below its operator, and half a fraction needs its other half. But nobody hangs an equation on a letter,
as a reader does that has to make one formula of two rows.
"""

from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds
from digitvision.recognition.expression.layout import BAR, LayoutTree
from digitvision.recognition.expression.notation.symbols import kind_of
from digitvision.recognition.expression.reading.doubtful_forms import has_half_fraction
from digitvision.recognition.rows.row_finder import FoundRow

_UPPER: Final = frozenset({"Sup", "Above"})
_NO_LIMITS: Final = r"\lim"

_FLAT: Final = 0.35
"""Largest height of a bar, as a share of its width."""

_BEYOND: Final = 0.35
"""How far numerator and denominator may reach beyond their bar at either side, as a share of its width."""

_FRACTION_ABOVE: Final = -12.0
"""Sum of logits of a bar and what is above or below it from which it may be the bar of a fraction."""


def hangs(tree: LayoutTree, strokes: Collection[int]) -> bool:
    """Whether one part of an expression hangs on a sign of the other part that is neither an operator nor a bar.

    Args:
        tree: The expression.
        strokes: The strokes of one part.
    """
    return any(
        relation not in ("Right", "Inside") and _takes_none(tree.symbols[parent].label)
        for parent, _, relation in _between(tree, strokes)
    )


def is_far_fetched(tree: LayoutTree, strokes: Collection[int]) -> bool:
    """Whether an equation hangs on a sign: on any but an operator or a bar, or above an operator.

    Args:
        tree: The expression.
        strokes: The strokes of one of both parts, one of which would be hung on the other.
    """
    for parent, child, relation in _between(tree, strokes):
        if relation in ("Right", "Inside"):
            continue
        label = tree.symbols[parent].label
        is_equation = any(kind_of(tree.symbols[one].label) == "relation" for one in tree.row(child))
        if is_equation and (_takes_none(label) or (kind_of(label) == "big" and relation in _UPPER)):
            return True
    return False


def is_unfinished(tree: LayoutTree) -> bool:
    """Whether something is missing that belongs to a sign: half of a fraction, or what is below a limit."""
    return has_half_fraction(tree) or any(
        symbol.label == _NO_LIMITS and not tree.children(index).keys() & {"Below", "Sub"}
        for index, symbol in enumerate(tree.symbols)
    )


def is_fraction_alone(tree: LayoutTree) -> bool:
    """Whether an expression is one fraction and nothing else."""
    return tree.is_fraction(tree.root) and "Right" not in tree.children(tree.root)


def fraction_around(
    bar: FoundRow, rows: Mapping[tuple[int, ...], FoundRow], boxes: NDArray[np.float64]
) -> tuple[tuple[int, ...], ...]:
    """Return the strokes of what is above a bar, of the bar, and of what is below; nothing where it is no fraction.

    Both are no wider than the bar, as far as people write. A bar with several numbers above it is the rule of a column.

    Args:
        bar: A row of a single stroke.
        rows: All rows of the page, by their strokes.
        boxes: float64 [N, 4], of all strokes of the page.
    """
    if bar.box.height > _FLAT * bar.box.width:
        return ()
    near = [rows[strokes] for strokes, logit in bar.between.items() if strokes in rows and logit > _FRACTION_ABOVE]
    near = [row for row in near if _is_over(row.box, bar.box)]
    upper = [row for row in near if row.box.top + row.box.bottom < bar.box.top + bar.box.bottom]
    lower = [row for row in near if row not in upper]
    if len(upper) != 1 or len(lower) != 1:
        return ()
    return upper[0].strokes, bar.strokes, lower[0].strokes


def _is_over(box: Bounds, bar: Bounds) -> bool:
    """Whether a box stands above or below a bar, and hardly reaches beyond it."""
    beyond = _BEYOND * bar.width
    return bar.left - beyond <= box.left and box.right <= bar.right + beyond


def _takes_none(label: str) -> bool:
    """Whether a sign has nothing above or below it, but powers and indices."""
    return label != BAR and kind_of(label) not in ("big", "function")


def _between(tree: LayoutTree, strokes: Collection[int]) -> list[tuple[int, int, str]]:
    """Return the relations of a symbol of one part to a symbol of the other."""
    own = [not set(symbol.strokes).isdisjoint(strokes) for symbol in tree.symbols]
    return [one for one in tree.relations if own[one[0]] != own[one[1]]]
