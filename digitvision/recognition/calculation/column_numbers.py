"""The numbers and rules among the rows of a page, as columns need them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from digitvision.ink.stroke import Bounds
from digitvision.recognition.calculation.page_rows import PageRow
from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.notation.symbols import kind_of

_RULES: Final = frozenset({"-", "_", r"\_", "—", "–"})
_TIMES: Final = frozenset({r"\times", r"\cdot", "*", "x", "X"})
_SIGNS: Final = frozenset({"+", "-"}) | _TIMES
_POINTS: Final = frozenset({".", ","})

TIMES: Final = "×"

_FLAT: Final = 0.35
"""Largest height of a rule, as a share of its width."""


@dataclass(frozen=True, slots=True)
class ColumnNumber:
    """A number on the page.

    Attributes:
        row: Index of its row.
        sign: `+`, `-` or `×` before it; empty for none.
        text: Its digits and points.
        box: The rectangle around its ink, without the sign.
        ones: Where its ones end, or None where the symbols' boxes are not known.
        sign_row: Index of the row of its sign where that is a row of its own; None otherwise.
    """

    row: int
    sign: str
    text: str
    box: Bounds
    ones: float | None
    sign_row: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A horizontal line that may be a rule, or a sign in a row of its own.

    Attributes:
        row: Index of its row.
        box: The rectangle around its ink.
        sign: What it is as a sign: `+`, `-` or `×`; empty for a line that is none.
    """

    row: int
    box: Bounds
    sign: str = ""


def numbers_of_rows(rows: Sequence[PageRow]) -> tuple[ColumnNumber, ...]:
    """Return the rows that are a single number, and the numbers that were read together with a rule."""
    found = []
    for index, row in enumerate(rows):
        tree = row.tree
        if tree is None:
            continue
        number = _number(index, row, tree, [*tree.row(tree.root)]) if _is_plain(tree) else None
        if number is None and (beside := _beside_rule(row, tree)) is not None:
            number = _number(index, row, tree, beside)
        if number is not None:
            found.append(number)
    return tuple(found)


def rules_of_rows(rows: Sequence[PageRow]) -> tuple[Mark, ...]:
    """Return the flat lines, from top to bottom."""
    found = []
    for index, row in enumerate(rows):
        if row.tree is None:
            continue
        if _single_label(row) in _RULES:
            box = row.box
        elif _beside_rule(row, row.tree) is not None:
            box = row.boxes[row.tree.root]
        else:
            continue
        if box.height <= _FLAT * box.width:
            found.append(Mark(index, box))
    return tuple(sorted(found, key=lambda mark: mark.box.top))


def signs_of_rows(rows: Sequence[PageRow]) -> tuple[Mark, ...]:
    """Return the signs that have a row of their own."""
    labels = ((index, row.box, _single_label(row)) for index, row in enumerate(rows))
    return tuple(Mark(index, box, _sign(label)) for index, box, label in labels if label in _SIGNS)


def _single_label(row: PageRow) -> str:
    return row.tree.symbols[0].label if row.tree is not None and len(row.tree.symbols) == 1 else ""


def _sign(label: str) -> str:
    return TIMES if label in _TIMES else label


def _is_plain(tree: LayoutTree) -> bool:
    return all(relation == "Right" for _, _, relation in tree.relations)


def _beside_rule(row: PageRow, tree: LayoutTree) -> list[int] | None:
    """Return the symbols of a number that was read together with the rule under or over it, as half a fraction."""
    children = tree.children(tree.root)
    if tree.symbols[tree.root].label not in _RULES or len(children) != 1 or len(row.boxes) != len(tree.symbols):
        return None
    (relation, first), *_ = children.items()
    others = [one for one in tree.relations if one[:2] != (tree.root, first)]
    if relation not in ("Above", "Below") or any(relation != "Right" for _, _, relation in others):
        return None
    return [*tree.row(first)]


def _number(index: int, row: PageRow, tree: LayoutTree, order: Sequence[int]) -> ColumnNumber | None:
    """Return symbols as a number with or without a sign; None where they are something else."""
    labels = [tree.symbols[symbol].label for symbol in order]
    sign = labels[0] if labels[0] in _SIGNS else ""
    digits, order = (labels[1:], order[1:]) if sign else (labels, order)
    if not digits or kind_of(digits[0]) != "digit" or kind_of(digits[-1]) != "digit":
        return None
    if not all(kind_of(label) == "digit" or label in _POINTS for label in digits):
        return None
    return ColumnNumber(index, _sign(sign), "".join(digits), *_place(row, tree, order))


def _place(row: PageRow, tree: LayoutTree, order: Sequence[int]) -> tuple[Bounds, float | None]:
    """Return the rectangle around a number, and where its ones end."""
    if len(row.boxes) != len(tree.symbols):
        return row.box, None
    boxes = [row.boxes[symbol] for symbol in order]
    around = boxes[0]
    for box in boxes[1:]:
        around = around.united(box)
    points = [place for place, symbol in enumerate(order) if tree.symbols[symbol].label in _POINTS]
    whole = boxes[: points[-1]] if points else boxes
    return around, whole[-1].right
