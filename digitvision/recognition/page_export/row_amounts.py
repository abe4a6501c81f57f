"""What a row comes to as spreadsheets and programs take it: a name, a plain number, and its unit, each by itself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from digitvision.recognition.expression.layout import LayoutError, LayoutTree
from digitvision.recognition.expression.notation.plain_text import text_of_row
from digitvision.recognition.expression.notation.structure import Row, is_atom, structure_of
from digitvision.recognition.expression.semantics.interpretation import has_decimal_comma, statement_with_names
from digitvision.recognition.expression.semantics.row_cursor import NO_NAMES, Names
from digitvision.recognition.expression.semantics.term_notation import UnwrittenError, row_of, symbol_item
from digitvision.recognition.expression.semantics.terms import Statement, Term
from digitvision.recognition.expression.semantics.units import UNITS, means_units, number_of_quantity
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.expression.semantics.written_numbers import UnclearError

_FIGURES: Final = 15
"""Figures of a number that are written: as many as every spreadsheet keeps."""

_LARGEST_POWER: Final = 300
"""Largest power of ten, up or down, of a number that spreadsheets can hold."""

_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED: Final = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_NUMBER: Final = re.compile(r"(-?\d+(?:\.\d+)?)(?:/([1-9]\d*))?(?:×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?: (\S+)|(°))?")
_WRITTEN: Final = re.compile(r"-?[\d.,]+")
_BETWEEN_UNITS: Final = re.compile(r"[·/()⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_IN_UNITS: Final = UNITS.keys() | {"1", "K"}


@dataclass(frozen=True, slots=True)
class Amount:
    """What a row comes to, or what stands in it.

    Attributes:
        text: As a person writes it, without the name: `7/12 ≈ 0.5833`, `5 km`, `x = -2, x = 2`.
        number: The number alone, with a decimal point and no other marks: `0.583333333333333`, `1e-09`; empty where it
            is no number, or more than one.
        unit: The number's unit, such as `km/h`; empty for none.
    """

    text: str = ""
    number: str = ""
    unit: str = ""


def page_names(trees: Iterable[LayoutTree | None]) -> Names:
    """Return what the rows of a page, from their trees, tell of its letters."""
    functions, values, commas = set(), set(), False
    for tree in trees:
        if tree is None:
            continue
        try:
            structure = structure_of(tree)
            commas = commas or has_decimal_comma(structure)
            statement = statement_with_names(structure, NO_NAMES)
        except (LayoutError, UnclearError):
            continue
        if statement.defines is not None:
            functions.add(statement.defines[0])
        elif name := _defined(statement):
            values.add(name)
    return Names(frozenset(functions), frozenset(values - functions), units=True, commas=commas)


def name_and_amount(structure: Row, names: Names, value: Value | None) -> tuple[str, Amount]:
    """Return the name that a row defines, empty for none, and what it comes to or, without a value, the number in it.

    Args:
        structure: The row.
        names: What is known of the page's letters.
        value: What the row comes to; None where it has no value.
    """
    statement = _meaning(structure, names)
    name = "" if statement is None else _defined(statement)
    if value is not None:
        return name, amount_of(value, name)
    return name, Amount() if statement is None else _written(structure, statement)


def amount_of(value: Value, name: str = "") -> Amount:
    """Return a value without the name that the row defines, and the number in it if it is one."""
    text = _without(value.text, name)
    if value.kind in ("truth", "function"):
        return Amount(text)
    for part in (value.exact, value.decimal):
        bare = _without(part or "", name)
        unknown, _, solution = bare.partition(" = ")
        # A single solution is a number, too: `x = 4`.
        number, unit = _parted(solution if solution and " " not in unknown else bare)
        if number:
            return Amount(text, number, unit)
    return Amount(text)


def _meaning(structure: Row, names: Names) -> Statement | None:
    """Return what a row means, with units where letters behind its numbers are some; None if that is unclear."""
    for known in (names, Names(names.functions, names.values, commas=names.commas)):
        try:
            statement = statement_with_names(structure, known)
        except UnclearError:
            continue
        if not known.units or not statement.has_units or means_units(statement, names.values):
            return statement
    return None


def _defined(statement: Statement) -> str:
    """Return the name that a statement gives a value, such as `a` or `f(x)`; empty for none."""
    first = statement.sides[0]
    return first.name if not statement.asked and statement.comparisons == ("=",) and first.kind == "symbol" else ""


def _written(structure: Row, statement: Statement) -> Amount:
    """Return the number that stands in a row by itself, or behind a name: `a = 3`; an empty amount for none."""
    side = statement.sides[-1]
    if statement.asked or len(statement.sides) > 2 or (len(statement.sides) == 2 and not _defined(statement)):
        return Amount()
    if number_of_quantity(side) is None:
        return Amount()
    start = next((place for place in range(len(structure), 0, -1) if is_atom(structure[place - 1], "relation")), 0)
    text = text_of_row(structure[start:])
    if not statement.has_units:
        return Amount(text, _plain(_size(side)))
    figures, unit = _WRITTEN.match(text), _unit(side)
    gap = "" if unit == "°" else " "
    return Amount(f"{figures[0] if figures else ''}{gap}{unit}", _plain(_size(side)), unit)


def _size(term: Term) -> Fraction:
    """Return the number of a quantity, see `number_of_quantity`."""
    if term.kind == "number":
        return term.number
    size = _size(term.parts[0])
    return -size if term.kind == "negative" else size


def _unit(term: Term) -> str:
    """Return the unit of a quantity as text, such as `km/h` or `m²`; empty for its number."""
    if term.kind == "unit":
        return term.name
    if term.kind == "power":
        return _unit(term.parts[0]) + text_of_row(row_of(term.parts[1])).translate(_RAISED)
    parts = [part for part in map(_unit, term.parts) if part]
    if term.kind == "quotient":
        return "/".join(parts if len(parts) > 1 else ["1", *parts])
    return "·".join(parts)


def _without(text: str, name: str) -> str:
    """Return the text of a value without the name that it begins with."""
    try:
        head = name if name.endswith(")") else text_of_row((symbol_item(name),)) if name else ""
    except UnwrittenError:
        head = name
    for start in (f"{head} = ", f"{head} ") if head else ():
        if text.startswith(start):
            return text.removeprefix(start)
    return text


def _parted(text: str) -> tuple[str, str]:
    """Return the number that a text is, and its unit; two empty texts where it is no number."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return "", ""
    figures, under, power, unit, degree = found.groups()
    parts = [part for part in _BETWEEN_UNITS.split(unit or "") if part]
    if not _IN_UNITS.issuperset(parts):
        return "", ""
    ten = int((power or "0").translate(_LOWERED))
    if abs(ten) > _LARGEST_POWER:
        return "", ""
    return _plain(Fraction(figures) / Fraction(under or 1) * Fraction(10) ** ten), unit or degree or ""


def _plain(number: Fraction) -> str:
    """Return a number with as many figures as spreadsheets keep: whole, in decimals, or with a power of ten."""
    if number.denominator == 1 and abs(number) < 10**_FIGURES:
        return str(number)
    return f"{float(number):.{_FIGURES}g}" if abs(number) < 10**_LARGEST_POWER else ""
