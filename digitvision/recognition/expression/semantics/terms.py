"""What an expression means, as plain data: terms to be worked out, and statements made of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

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
]
Comparison = Literal["=", "!=", "<", "<=", ">", ">="]

CALCULUS: Final = frozenset({"total", "integral", "limit", "derivative"})
"""What is worked out rather than calculated."""


@dataclass(frozen=True, slots=True)
class Term:
    """Something that has a value once its symbols have.

    Attributes:
        kind: What it is. `parts` are then: of a quotient dividend and divisor, of a power base and exponent, of a root
            radicand and degree, of a logarithm argument and base, of a total (a sum of many) body, index, first and
            last, of an integral body, variable and, where it is definite, both ends, of a limit body, variable and
            target, of a derivative body and variable.
        parts: The terms that it is made of.
        name: Of a symbol, `x` or `alpha_1`; of a constant, `pi`, `e`, `i` or `infinity`; of a function, `sin`; of a
            number, how it was written; of a limit, `+` or `-` where it comes from one side.
        number: Of a number its value; of a derivative its order.
    """

    kind: TermKind
    parts: tuple["Term", ...] = ()
    name: str = ""
    number: Fraction = Fraction(0)

    def everything(self) -> Iterator["Term"]:
        """This term and all that it is made of."""
        yield self
        for part in self.parts:
            yield from part.everything()

    @property
    def free(self) -> frozenset[str]:
        """The names of the symbols that are to be given, without the running ones of totals, integrals and limits."""
        if self.kind == "symbol":
            return frozenset({self.name})
        inner = [part.free for part in self.parts]
        if self.kind in ("total", "limit") or (self.kind == "integral" and len(self.parts) > 2):
            inner[0] -= inner[1]
            inner[1] = frozenset()
        return frozenset().union(*inner)


@dataclass(frozen=True, slots=True)
class Statement:
    """What is asked: a term alone, or terms that are compared.

    Attributes:
        sides: At least one.
        comparisons: One between each side and the next.
        asked: It ends with an equals sign that nothing follows.
        defines: For `f(x) = …` the function's name and its variable; the first side is then the symbol `f(x)`.
    """

    sides: tuple[Term, ...]
    comparisons: tuple[Comparison, ...] = ()
    asked: bool = False
    defines: tuple[str, str] | None = None

    @property
    def free(self) -> frozenset[str]:
        """The names of all symbols that are to be given."""
        return frozenset().union(*(side.free for side in self.sides))

    @property
    def has_calculus(self) -> bool:
        return any(term.kind in CALCULUS for side in self.sides for term in side.everything())

    @property
    def has_decimals(self) -> bool:
        """Whether some number was written with a decimal point or comma: the answer is then given in decimals."""
        numbers = (term for side in self.sides for term in side.everything() if term.kind == "number")
        return any("." in number.name for number in numbers)


def number(value: int | Fraction, name: str = "") -> Term:
    """A number."""
    return Term("number", name=name or str(value), number=Fraction(value))


ONE: Final = number(1)
TWO: Final = number(2)
TEN: Final = number(10)
EULER: Final = Term("constant", name="e")
