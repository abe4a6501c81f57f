"""The meaning of an expression as plain data: terms that have values, and statements made of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

TermKind = Literal[
    "number",
    "symbol",
    "constant",
    "negative",
    "sum",
    "product",
    "quotient",
    "power",
    "root",
    "function",
    "factorial",
    "absolute",
    "total",
    "integral",
    "limit",
    "derivative",
    "unit",
    "call",
]
Comparison = Literal["=", "!=", "<", "<=", ">", ">="]

CALCULUS: Final = frozenset({"total", "integral", "limit", "derivative"})
"""Kinds of terms that need an algebra system."""


@dataclass(frozen=True, slots=True)
class Term:
    """Something that has a value once its symbols have.

    Attributes:
        kind: The kind of term. It defines `parts`: a quotient has dividend and divisor, a power base and exponent, a
            root radicand and degree, a logarithm argument and base, a total (a sum over an index) body, index, first
            and last, an integral body, variable and, where it is definite, both ends, a limit body, variable and
            target, a derivative body and variable.
        parts: The terms that it is made of.
        name: Name of a symbol, such as `x` or `alpha_1`; of a constant, `pi`, `e`, `i` or `infinity`; of a function,
            such as `sin`; a number as it was written; for a limit from one side, `+` or `-`.
        number: Value of a number; order of a derivative.
    """

    kind: TermKind
    parts: tuple["Term", ...] = ()
    name: str = ""
    number: Fraction = Fraction(0)

    def everything(self) -> Iterator["Term"]:
        """Yield this term and all terms that it is made of."""
        yield self
        for part in self.parts:
            yield from part.everything()

    @property
    def free(self) -> frozenset[str]:
        """Names of the symbols that need a value: those bound by totals, integrals and limits are left out."""
        if self.kind == "symbol":
            return frozenset({self.name})
        inner = [part.free for part in self.parts]
        if self.kind in ("total", "limit") or (self.kind == "integral" and len(self.parts) > 2):
            inner[0] -= inner[1]
            inner[1] = frozenset()
        return frozenset().union(*inner)


@dataclass(frozen=True, slots=True)
class Statement:
    """A term alone, or terms that are compared.

    Attributes:
        sides: The terms, at least one.
        comparisons: One between each side and the next.
        asked: Whether it ends with an equals sign and nothing after it.
        defines: For `f(x) = …` the function's name and its variable; the first side is then the symbol `f(x)`.
        unit: The unit in which the answer is asked for, as in `5 km = ? m`.
        decimals: Whether the answer is to be in decimals however its numbers are written.
    """

    sides: tuple[Term, ...]
    comparisons: tuple[Comparison, ...] = ()
    asked: bool = False
    defines: tuple[str, str] | None = None
    unit: Term | None = None
    decimals: bool = False

    @property
    def free(self) -> frozenset[str]:
        """Names of all symbols that need a value."""
        return frozenset().union(*(side.free for side in self.sides))

    @property
    def has_calculus(self) -> bool:
        return any(term.kind in CALCULUS for side in self.sides for term in side.everything())

    @property
    def has_decimals(self) -> bool:
        """Whether some number was written with a decimal point or comma: the answer is then in decimals."""
        numbers = (term for side in self.sides for term in side.everything() if term.kind == "number")
        return self.decimals or any("." in number.name for number in numbers)

    @property
    def has_units(self) -> bool:
        return self.unit is not None or any(term.kind == "unit" for side in self.sides for term in side.everything())

    @property
    def has_calls(self) -> bool:
        """Whether it calls functions that were defined, which have to be put in before it has a value."""
        return any(term.kind == "call" for side in self.sides for term in side.everything())


def term_to_data(term: Term) -> list[Any]:
    """Return a term as JSON data."""
    return [term.kind, [term_to_data(part) for part in term.parts], term.name, str(term.number)]


def term_from_data(data: list[Any]) -> Term:
    """Return the term that `term_to_data` made data of."""
    kind, parts, name, value = data
    return Term(kind, tuple(map(term_from_data, parts)), name, Fraction(value))


def statement_to_data(statement: Statement) -> dict[str, Any]:
    """Return a statement as JSON data."""
    return {
        "sides": [term_to_data(side) for side in statement.sides],
        "comparisons": list(statement.comparisons),
        "asked": statement.asked,
        "defines": None if statement.defines is None else list(statement.defines),
        "unit": None if statement.unit is None else term_to_data(statement.unit),
        "decimals": statement.decimals,
    }


def statement_from_data(data: dict[str, Any]) -> Statement:
    """Return the statement that `statement_to_data` made data of."""
    defines, unit = data["defines"], data["unit"]
    return Statement(
        tuple(map(term_from_data, data["sides"])),
        tuple(data["comparisons"]),
        data["asked"],
        None if defines is None else (defines[0], defines[1]),
        None if unit is None else term_from_data(unit),
        data["decimals"],
    )


def number(value: int | Fraction, name: str = "") -> Term:
    """Return the term of a number."""
    return Term("number", name=name or str(value), number=Fraction(value))


def sum_of(terms: Iterable[Term]) -> Term:
    """Return the sum of terms, of which a percentage is so many per cent of what stands before: 200 + 10 % is 220."""
    parts: list[Term] = []
    for term in terms:
        if not _is_percentage(term) or all(map(_is_percentage, parts)):
            parts.append(term)
        else:
            before = parts[0] if len(parts) == 1 else Term("sum", tuple(parts))
            parts = [Term("product", (before, Term("sum", (ONE, term))))]
    return parts[0] if len(parts) == 1 else Term("sum", tuple(parts))


def _is_percentage(term: Term) -> bool:
    return (term.parts[0] if term.kind == "negative" else term).name == "%"


ONE: Final = number(1)
TWO: Final = number(2)
TEN: Final = number(10)
EULER: Final = Term("constant", name="e")
