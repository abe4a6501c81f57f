"""The notation of a term, so that a result can be written in every form that a drawing can."""

from fractions import Fraction as Number
from typing import Final

from digitvision.recognition.expression.notation.structure import (
    Atom,
    Base,
    Fenced,
    Fraction,
    Item,
    Root,
    Row,
    Scripted,
    base_kind,
)
from digitvision.recognition.expression.notation.symbols import kind_of
from digitvision.recognition.expression.semantics.terms import EULER, TEN, TWO, Term

MINUS: Final = Atom("operator", "-")
_PLUS: Final = Atom("operator", "+")
_TIMES: Final = Atom("operator", r"\times")
_CONSTANTS: Final = {"e": "e", "i": "i", "pi": r"\pi", "infinity": r"\infty"}


class UnwrittenError(ValueError):
    """A term of a kind that results do not have."""


def row_of(term: Term) -> Row:
    """Return the row that denotes a term.

    Raises:
        UnwrittenError: The term has calculus in it, for which results have no notation.
    """
    if term.kind == "sum":
        return _sum(term)
    if term.kind == "negative":
        (part,) = term.parts
        return (MINUS, *(_bracketed(part) if part.kind in ("sum", "negative") else row_of(part)))
    if term.kind == "product":
        return _product(term)
    if term.kind == "number":
        return number_row(term.number, term.name if "." in term.name else "")
    if term.kind == "function":
        return _function(term)
    if term.kind == "factorial":
        return (_base(term.parts[0]), Atom("other", "!"))
    return (_item(term),)


def number_row(value: Number, written: str = "") -> Row:
    """Return the row of a number: whole, a fraction, or as it is written in decimals."""
    if written:
        digits = Atom("number", written.lstrip("-"))
        return (MINUS, digits) if written.startswith("-") else (digits,)
    if value < 0:
        return (MINUS, *number_row(-value))
    whole = Atom("number", str(value.numerator))
    return (whole,) if value.denominator == 1 else (Fraction((whole,), (Atom("number", str(value.denominator)),)),)


def symbol_item(name: str) -> Item:
    """Return a symbol by its name: `x`, `alpha` or `x_1`.

    Raises:
        UnwrittenError: The name is that of a function's value, `f(x)`.
    """
    if name.endswith(")"):
        raise UnwrittenError
    letter, _, index = name.partition("_")
    label = letter if len(letter) == 1 else rf"\{letter}"
    atom = Atom(kind_of(label), label)
    if not index:
        return atom
    below = (Atom("number", index),) if index.isdecimal() else tuple(Atom(kind_of(sign), sign) for sign in index)
    return Scripted(atom, below, None)


def _sum(term: Term) -> Row:
    row: list[Item] = []
    for part in term.parts:
        inner = _bracketed(part) if part.kind == "sum" else row_of(part)
        if row and inner[0] != MINUS:
            row.append(_PLUS)
        row += inner
    return tuple(row)


def _product(term: Term) -> Row:
    row: list[Item] = []
    for part in term.parts:
        inner = row_of(part)
        if part.kind == "sum" or (row and inner[0] == MINUS):
            inner = _bracketed(part)
        # A number after anything would join it, and a fraction after a number would look like a mixed number.
        follows = base_kind(inner[0])
        if row and (follows == "number" or (follows == "fraction" and base_kind(row[-1]) == "number")):
            row.append(_TIMES)
        row += inner
    return tuple(row)


def _bracketed(term: Term) -> Row:
    return (Fenced(Atom("open", "("), row_of(term), Atom("close", ")")),)


def _function(term: Term) -> Row:
    name: Base = Atom("function", rf"\{term.name}")
    head: Item = name
    if term.name == "log":
        base = term.parts[1]
        if base == EULER:
            head = Atom("function", r"\ln")
        elif base != TEN:
            head = Scripted(name, row_of(base), None)
    return (head, *_bracketed(term.parts[0]))


def _item(term: Term) -> Item:
    if term.kind == "symbol":
        return symbol_item(term.name)
    if term.kind == "constant":
        label = _CONSTANTS[term.name]
        return Atom(kind_of(label), label)
    if term.kind == "quotient":
        return Fraction(row_of(term.parts[0]), row_of(term.parts[1]))
    if term.kind == "power":
        base, above = row_of(term.parts[0]), row_of(term.parts[1])
        if len(base) == 1 and isinstance(base[0], Scripted) and base[0].above is None:
            return Scripted(base[0].base, base[0].below, above)
        return Scripted(_base(term.parts[0]), None, above)
    if term.kind == "root":
        degree = None if term.parts[1] == TWO else row_of(term.parts[1])
        return Root(row_of(term.parts[0]), degree)
    if term.kind == "absolute":
        return Fenced(Atom("bar", "|"), row_of(term.parts[0]), Atom("bar", "|"))
    raise UnwrittenError


def _base(term: Term) -> Base:
    row = row_of(term)
    only = row[0] if len(row) == 1 else None
    if isinstance(only, Atom | Fenced):
        return only
    return Fenced(Atom("open", "("), row, Atom("close", ")"))
