"""What speaks for or against several rows being one, whatever their signs are worth.

Nobody hangs an equation on a letter, as a reader does that has to make one formula of two rows. And the bar below a
column of numbers is its rule.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from digitvision.ink.stroke import Bounds
from digitvision.recognition.expression.layout import BAR, LayoutTree
from digitvision.recognition.expression.notation.symbols import kind_of
from digitvision.recognition.page.row_form import RowForm
from digitvision.recognition.rows.row_finder import FoundRow

_UPPER: Final = frozenset({"Sup", "Above"})

_FLAT: Final = 0.35
"""Largest height of a bar, as a share of its width."""

_BEYOND: Final = 0.35
"""How far numerator and denominator may reach beyond their bar at either side, as a share of its width."""

_FRACTION_ABOVE: Final = -12.0
"""Sum of logits of a bar and what is above or below it from which it may be the bar of a fraction."""

_TOUCHING: Final = 0.2
_NEXT: Final = 1.0
_ALIGNED: Final = 0.8
_OVERHANG: Final = 1.6
"""How far numbers of a column may reach into each other, how far they may be apart, and how far their ends, in heights
of a number; and how far the rule may reach beyond them where a number with a sign stands on it."""


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


def is_of_column(form: RowForm, box: Bounds, rows: Sequence[tuple[Bounds, RowForm]]) -> bool:
    """Whether the bar of a fraction may be the rule of a column of numbers, the last of which is its numerator.

    Args:
        form: That of the fraction; anything else is none.
        box: Its box.
        rows: Box and form of the page's rows.
    """
    overhang = _OVERHANG if form.has_sign_above else _ALIGNED
    return form.has_number_above and any(other.is_number and _is_above(own, box, overhang) for own, other in rows)


def fraction_around(bar: FoundRow, rows: Mapping[tuple[int, ...], FoundRow]) -> tuple[tuple[int, ...], ...]:
    """Return the strokes of what is above a bar, of the bar, and of what is below; nothing where it is no fraction.

    Both are no wider than the bar, as far as people write.

    Args:
        bar: A row of a single stroke.
        rows: All rows of the page, by their strokes.
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


def _is_above(number: Bounds, box: Bounds, overhang: float) -> bool:
    """Whether a number stands close above a box, and ends where it ends: both may be of one column.

    Args:
        number, box: The two boxes.
        overhang: How far the box may reach beyond the number's end, in the number's height.
    """
    gap, beyond, height = box.top - number.bottom, box.right - number.right, number.height
    return -_TOUCHING * height < gap < _NEXT * height and -_ALIGNED * height < beyond < overhang * height


def _takes_none(label: str) -> bool:
    """Whether a sign has nothing above or below it, but powers and indices."""
    return label != BAR and kind_of(label) not in ("big", "function")


def _between(tree: LayoutTree, strokes: Collection[int]) -> list[tuple[int, int, str]]:
    """Return the relations of a symbol of one part to a symbol of the other."""
    own = [not set(symbol.strokes).isdisjoint(strokes) for symbol in tree.symbols]
    return [one for one in tree.relations if own[one[0]] != own[one[1]]]
