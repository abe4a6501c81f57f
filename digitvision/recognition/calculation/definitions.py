"""What names stand for on a page, and how that is put into the rows below.

A definition takes the values that its names have there. Names that have none yet stay open, and take the value that
they have where the definition is used: a formula may come before its numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from digitvision.recognition.expression.notation.structure import (
    Atom,
    Fenced,
    Item,
    Row,
    Scripted,
    is_atom,
    rows_within,
)
from digitvision.recognition.expression.notation.symbols import text_of_label
from digitvision.recognition.expression.semantics.row_cursor import CONSTANTS, label_of, name_of
from digitvision.recognition.expression.semantics.terms import CALCULUS, Term, sum_of
from digitvision.recognition.expression.semantics.value_faults import ValueFault
from digitvision.recognition.expression.semantics.written_numbers import UnclearError

_MOST_TERMS: Final = 600
"""Most terms of a row in which everything is put in."""

TOO_LONG: Final = "This has become too long to be worked out."
_CONSTANT_NAMES: Final = {
    "e": "e is Euler’s number, about 2.7183, and cannot be given another value.",
    "i": "i is the imaginary unit, and cannot be given a value.",
    r"\pi": "π is the number of the circle, about 3.1416, and cannot be given another value.",
}


_FUNCTION_NAMES: Final = frozenset({"sin", "cos", "tan", "log", "ln", "exp", "lim"})
"""Names of functions that may be read as single letters."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a name stands for.

    Attributes:
        term: Its value, or the right side of a function; None if it has none.
        variable: The variable of a function; empty for a value.
        decimals: Whether some number in it was written in decimals.
        sentence: Why it has no value.
    """

    term: Term | None
    variable: str = ""
    decimals: bool = False
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a row that gives a name a value: `a = …` or `f(x) = …`."""

    name: str
    kind: Literal["value", "function"]
    variable: str = ""


def head_of(row: Row) -> Head | None:
    """Return what a row begins as, whatever follows; None for a row that gives no name a value."""
    if len(row) < 3:
        return None
    if is_atom(row[1], "relation") and label_of(row[1]) == "=" and label_of(row[2]) != "?":
        name = symbol_name(row[0])
        return Head(name, "value") if name else None
    if len(row) < 4 or label_of(row[2]) != "=" or not is_atom(row[0], "letter"):
        return None
    fenced = row[1]
    if not isinstance(fenced, Fenced) or fenced.opening.label != "(" or len(fenced.inside) != 1:
        return None
    variable = fenced.inside[0]
    if not is_atom(variable, "letter") or label_of(variable) in CONSTANTS:
        return None
    return Head(name_of(label_of(row[0])), "function", name_of(label_of(variable)))


def letters_of(row: Row) -> frozenset[str]:
    """Return the names that stand in a row, at any depth."""
    found = set()
    for item in row:
        if name := symbol_name(item):
            found.add(name)
        for inner in rows_within(item):
            found |= letters_of(inner)
    return frozenset(found)


def symbol_name(item: Item) -> str:
    """Return the name of a letter, with its index if it has one; empty for anything else, and for constants."""
    base = item.base if isinstance(item, Scripted) else item
    if not isinstance(base, Atom) or base.kind != "letter":
        return ""
    name = name_of(base.label)
    if not isinstance(item, Scripted):
        return "" if base.label in CONSTANTS else name
    if item.above is not None or item.below is None or not all(is_atom(one, "number", "letter") for one in item.below):
        return ""
    index = "".join(map(label_of, item.below))
    return f"{name}_{index}" if index.isalnum() else ""


def collision_of(row: Row) -> str:
    """Return a sentence on a name that cannot be given the value that a row gives it; empty for none."""
    labels = [*map(label_of, row)]
    if "=" not in labels or labels[-1] in ("=", "?") or labels.count("=") > 1:
        return ""
    head = labels[: labels.index("=")]
    if len(head) == 1 and head[0] in _CONSTANT_NAMES:
        return _CONSTANT_NAMES[head[0]]
    name = "".join(map(text_of_label, head))
    if (len(head) == 1 and is_atom(row[0], "function")) or name in _FUNCTION_NAMES:
        return f"{name} is a function, and cannot be given a value."
    return ""


def shown(name: str) -> str:
    """Return a name as a person would write it in a sentence: `x₁`, `α`."""
    letter, _, index = name.partition("_")
    text = letter if len(letter) == 1 else text_of_label(f"\\{letter}")
    lowered = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    return text + (index.translate(lowered) if index.isdecimal() else index and f"_{index}")


def depends_on_itself(name: str) -> str:
    """Return the sentence on a name that depends on itself."""
    return f"{shown(name)} depends on itself."


def two_things(name: str) -> str:
    """Return the sentence on a name that stands for a value and is to be a function."""
    return f"{shown(name)} has a value further up: use another name for the function."


class Resolver:
    """Puts definitions into the terms of one row.

    Attributes:
        decimals: Whether something in decimals was put in.
        used: Names that were put in.
    """

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self._definitions = definitions
        self._left = _MOST_TERMS
        self.decimals = False
        self.used: set[str] = set()

    def resolved(self, term: Term, bound: frozenset[str] = frozenset(), within: frozenset[str] = frozenset()) -> Term:
        """Return a term with what its names stand for.

        Args:
            term: The term.
            bound: Names that stand for themselves, such as the variable of a function.
            within: Names that are being put in.

        Raises:
            ValueFault: A name has no value, depends on itself, or the term becomes too long.
            UnclearError: A name is used as what it is not.
        """
        self._left -= 1
        if self._left < 0:
            raise ValueFault(TOO_LONG)
        if term.kind == "symbol":
            return term if term.name in bound else self._value(term, bound, within)
        if term.kind == "call":
            return self._call(term, bound, within)
        if not term.parts:
            return term
        inner = bound
        if term.kind in CALCULUS:
            inner = bound | {term.parts[1].name}
            parts = [
                self.resolved(part, inner if place < 2 else bound, within) for place, part in enumerate(term.parts)
            ]
        else:
            parts = [self.resolved(part, bound, within) for part in term.parts]
        return sum_of(parts) if term.kind == "sum" else replace(term, parts=tuple(parts))

    def _definition(self, name: str, within: frozenset[str]) -> Definition | None:
        found = self._definitions.get(name)
        if found is None:
            return None
        if name in within:
            raise ValueFault(depends_on_itself(name))
        if found.term is None:
            raise ValueFault(found.sentence)
        self.decimals = self.decimals or found.decimals
        self.used.add(name)
        return found

    def _value(self, term: Term, bound: frozenset[str], within: frozenset[str]) -> Term:
        found = self._definition(term.name, within)
        if found is None:
            return term
        if found.variable:
            raise UnclearError(f"{shown(term.name)} is a function here: write {shown(term.name)}(…).")
        assert found.term is not None
        return self._free_of(bound, self.resolved(found.term, within=within | {term.name}))

    def _call(self, term: Term, bound: frozenset[str], within: frozenset[str]) -> Term:
        (argument,) = (self.resolved(part, bound, within) for part in term.parts)
        found = self._definition(term.name, within)
        if found is None:
            return replace(term, parts=(argument,))
        if not found.variable:
            raise UnclearError
        assert found.term is not None
        body = self.resolved(found.term, frozenset({found.variable}), within | {term.name})
        self._free_of(bound - {found.variable}, body)
        return self._put(body, found.variable, argument)

    def _put(self, term: Term, variable: str, argument: Term) -> Term:
        """Return a term with the argument instead of the variable."""
        self._left -= 1
        if self._left < 0:
            raise ValueFault(TOO_LONG)
        if term.kind == "symbol" and term.name == variable:
            return argument
        if term.kind in CALCULUS and term.parts[1].name == variable:
            if variable in term.free - frozenset().union(*(part.free for part in term.parts[2:])):
                # Of a derivative, the value at a place is not the derivative of a number.
                raise UnclearError
            ends = (self._put(part, variable, argument) for part in term.parts[2:])
            return replace(term, parts=(*term.parts[:2], *ends))
        if term.kind in CALCULUS and term.parts[1].name in argument.free:
            raise UnclearError
        return replace(term, parts=tuple(self._put(part, variable, argument) for part in term.parts))

    def _free_of(self, bound: frozenset[str], term: Term) -> Term:
        """Return a term that is put in; what is open in it must not be taken for what is bound around it."""
        if both := sorted(bound & term.free):
            raise UnclearError(f"{shown(both[0])} stands for two things here: use another name for one of them.")
        return term


def calls_of(term: Term) -> frozenset[str]:
    """Return the names of the functions that a term calls."""
    return frozenset(one.name for one in term.everything() if one.kind == "call")
