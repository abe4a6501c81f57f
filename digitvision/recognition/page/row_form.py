"""What the form of a row says, whatever its signs are worth: whether something is missing, or it is a number."""

from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from digitvision.recognition.expression.layout import BAR, LayoutTree
from digitvision.recognition.expression.notation.symbols import kind_of
from digitvision.recognition.expression.reading.doubtful_forms import has_half_fraction

_LIMIT: Final = r"\lim"
_OPEN: Final = frozenset({"big", "operator", "relation", "open"})
_OF_NUMBERS: Final = frozenset({"digit", "operator", "relation", "open", "close", "comma"})
_POINTS: Final = frozenset({".", ",", r"\%"})
_SIGNS: Final = frozenset({"+", "-"})
_SIGN_KINDS: Final = frozenset({"operator", "relation"})
_LONGEST_ITEM: Final = 2
"""Most digits of an item's number."""


@dataclass(frozen=True, slots=True)
class RowForm:
    """The form of a row; nothing is said of a row without a layout.

    Attributes:
        is_unfinished: Whether half of a fraction is missing, or what is below a limit.
        is_bar: Whether it is a bar by itself.
        is_sign: Whether it is nothing but operators and relations: what looks like `=` may be two lines under a result.
        asks_for_more: Whether it ends with a sign that something has to follow; an equality sign is none.
        begins_with_relation: Whether it begins with an equality sign or the like, which something has to stand before.
        ends_with_equality: Whether an equality sign is its last sign.
        has_equality: Whether there is an equality sign, but not in scripts.
        is_number: Whether it is a number, with or without a sign.
        is_calculation: Whether it is numbers and what is between numbers.
        is_number_at_rule: Whether it is a number above or below a bar.
        has_number_above: Whether it is a fraction whose numerator is a number, with or without a sign.
        has_sign_above: Whether that has a sign.
        item: What it would be the number of, where it is no number by itself and begins with a decimal number such as
            `2.9 + 1`, which may be `2.  9 + 1`; 0 for none.
    """

    is_unfinished: bool = False
    is_bar: bool = False
    is_sign: bool = False
    asks_for_more: bool = False
    begins_with_relation: bool = False
    ends_with_equality: bool = False
    has_equality: bool = False
    is_number: bool = False
    is_calculation: bool = False
    is_number_at_rule: bool = False
    has_number_above: bool = False
    has_sign_above: bool = False
    item: int = 0


def form_of(tree: LayoutTree | None) -> RowForm:
    """Return the form of a row with this layout; None for none."""
    if tree is None:
        return RowForm()
    labels = [symbol.label for symbol in tree.symbols]
    row = [*tree.row(tree.root)]
    outer, last = [labels[symbol] for symbol in row], row[-1]
    children = tree.children(tree.root)
    is_level = {relation for *_, relation in tree.relations} <= {"Right"}
    at_bar = outer == [BAR] and len(children) == 1
    above = [labels[one] for one in tree.row(children["Above"])] if is_fraction_alone(tree) else []
    return RowForm(
        is_unfinished=is_unfinished(tree),
        is_bar=labels == [BAR],
        is_sign=all(kind_of(one) in _SIGN_KINDS for one in labels),
        asks_for_more=outer != [BAR] and _is_open(outer[-1]) and not tree.is_fraction(last),
        begins_with_relation=kind_of(outer[0]) == "relation",
        ends_with_equality=len(labels) > 1 and outer[-1] == "=",
        has_equality="=" in outer,
        is_number=is_level and _is_number(outer),
        is_calculation=any(kind_of(one) == "digit" for one in labels) and all(map(_is_of_numbers, labels)),
        is_number_at_rule=at_bar and _is_number([labels[one] for one in tree.row(next(iter(children.values())))]),
        has_number_above=_is_number(above),
        has_sign_above=_is_number(above) and above[0] in _SIGNS,
        item=0 if is_level and _is_number(outer) else _item_of(outer),
    )


def is_fraction_alone(tree: LayoutTree) -> bool:
    """Whether an expression is one fraction and nothing else."""
    return tree.is_fraction(tree.root) and "Right" not in tree.children(tree.root)


def is_unfinished(tree: LayoutTree) -> bool:
    """Whether half of a fraction is missing, or what is below a limit."""
    return has_half_fraction(tree) or any(
        symbol.label == _LIMIT and not tree.children(index).keys() & {"Below", "Sub"}
        for index, symbol in enumerate(tree.symbols)
    )


def _is_open(label: str) -> bool:
    return kind_of(label) in _OPEN and label != "="


def _is_number(labels: list[str]) -> bool:
    """Whether these are a number, with or without a sign before it."""
    labels = labels[1:] if labels and labels[0] in _SIGNS else labels
    return any(kind_of(one) == "digit" for one in labels) and all(
        kind_of(one) == "digit" or one in _POINTS for one in labels
    )


def _item_of(labels: list[str]) -> int:
    """Return the digits before the point of the decimal number that these begin with, as a number; 0 for none."""
    digits = "".join(takewhile(str.isdecimal, labels))
    behind = labels[len(digits) : len(digits) + 2]
    is_item = 0 < len(digits) <= _LONGEST_ITEM and len(behind) > 1 and behind[0] == "." and behind[1].isdecimal()
    return int(digits) if is_item else 0


def _is_of_numbers(label: str) -> bool:
    return kind_of(label) in _OF_NUMBERS or label in _POINTS
