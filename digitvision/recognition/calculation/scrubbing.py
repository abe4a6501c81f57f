"""The numbers of a row, and the row with another number in the place of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from digitvision.recognition.expression.layout import LayoutError, LayoutTree, Relation, Symbol
from digitvision.recognition.expression.notation.structure import (
    Atom,
    Row,
    Scripted,
    base_kind,
    base_of,
    rows_within,
    structure_of,
)
from digitvision.recognition.expression.semantics.values import decimal_of
from digitvision.recognition.expression.semantics.written_numbers import UnclearError, written_number


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number in a row.

    Attributes:
        symbols: Indices of its symbols in the row's tree, in order.
        value: What it is; never negative, because a sign is no part of it.
        step: The place value of its last digit: 1 of `12`, 0.1 of `1.5`.
    """

    symbols: tuple[int, ...]
    value: Fraction
    step: Fraction


def numbers_of(tree: LayoutTree) -> tuple[WrittenNumber, ...]:
    """Return the numbers of a tree in the order of their symbols; those of indices are none, as in `x_{1}`."""
    try:
        row = structure_of(tree)
    except LayoutError:
        return ()
    found: list[WrittenNumber] = []
    _collect(row, found)
    return tuple(sorted(found, key=lambda one: one.symbols))


def number_at(tree: LayoutTree, symbol: int) -> WrittenNumber | None:
    """Return the number that a symbol belongs to; None where it belongs to none."""
    return next((one for one in numbers_of(tree) if symbol in one.symbols), None)


def tree_with_number(tree: LayoutTree, symbols: Sequence[int], value: Fraction) -> LayoutTree:
    """Return a tree with another number in the place of one; a negative one stands in brackets.

    Args:
        tree: The tree of a row.
        symbols: Indices of the number's symbols, in order, as in `WrittenNumber`.
        value: The number. If it does not end in decimals it is rounded.
    """
    text = _plain(abs(value))
    labels = ["(", "-", *text, ")"] if value < 0 else [*text]
    replaced = set(symbols)
    kept = [index for index in range(len(tree.symbols)) if index not in replaced]
    places = {index: place for place, index in enumerate(kept)}
    first, last = len(kept), len(kept) + len(labels) - 1
    relations: list[tuple[int, int, Relation]] = []
    for parent, child, relation in tree.relations:
        if parent in replaced and child in replaced:
            continue
        # What led to the number's beginning leads to the new one, and what followed its end follows the new end.
        relations.append((places.get(parent, last), places.get(child, first), relation))
    relations += [(place, place + 1, "Right") for place in range(first, last)]
    strokes = tuple(stroke for index in symbols for stroke in tree.symbols[index].strokes)
    made = (Symbol(label, strokes if place == 0 else ()) for place, label in enumerate(labels))
    gaps = frozenset(places[index] for index in tree.gaps if index in places)
    return LayoutTree((*(tree.symbols[index] for index in kept), *made), tuple(relations), gaps)


def _collect(row: Row, found: list[WrittenNumber]) -> None:
    for item in row:
        base = base_of(item)
        if isinstance(base, Atom) and base.kind == "number" and base.symbols:
            try:
                value, text = written_number(base.label)
            except UnclearError:
                continue
            places = len(text.partition(".")[2])
            found.append(WrittenNumber(base.symbols, value, Fraction(1, 10**places)))
        indexed = isinstance(item, Scripted) and base_kind(item) == "letter"
        for inner in rows_within(item):
            if not (indexed and isinstance(item, Scripted) and inner is item.below):
                _collect(inner, found)


def _plain(value: Fraction) -> str:
    """Return a number that is not negative in digits, with a decimal point where it needs one."""
    if value.denominator == 1:
        return str(value.numerator)
    text, _ = decimal_of(value)
    figures, _, power = text.partition("e")
    if not power:
        return figures
    places = max(0, -int(power)) + 4
    return f"{float(value):.{places}f}".rstrip("0").rstrip(".")
