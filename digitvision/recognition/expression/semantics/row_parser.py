"""Parse a row into a term; `interpretation` describes the grammar and what has no meaning."""

from fractions import Fraction as Number
from typing import Final

from digitvision.recognition.expression.notation.structure import (
    Atom,
    Fenced,
    Fraction,
    Item,
    Root,
    Row,
    Scripted,
    base_kind,
    base_of,
    is_atom,
)
from digitvision.recognition.expression.semantics.calculus_parser import CalculusParser
from digitvision.recognition.expression.semantics.row_cursor import CONSTANTS, UNKNOWN, label_of, name_of
from digitvision.recognition.expression.semantics.terms import EULER, ONE, TEN, TWO, Term, number, sum_of
from digitvision.recognition.expression.semantics.units import UNITS, is_degree_script, unit_at, units_of
from digitvision.recognition.expression.semantics.written_numbers import UnclearError, written_number

_TIMES: Final = frozenset({r"\times", r"\cdot", "*"})
_DIVIDED: Final = frozenset({r"\div", "/"})
_FUNCTION_LETTERS: Final = frozenset("fgh")
_PAIRS: Final = frozenset({("(", ")"), ("[", "]"), (r"\{", r"\}")})
_FACTORS: Final = frozenset({"number", "letter", "function", "fraction", "root", "fenced", "big"})
_ARGUMENTS: Final = frozenset({"number", "letter", "fraction", "root"})
_INVERSES: Final = {"sin": "arcsin", "cos": "arccos", "tan": "arctan"}
_SCALES: Final = frozenset({"C", "F"})
_MAYBE_DEGREES: Final = "A raised 0 may be a degree sign: write brackets around the power, or the sign larger."
_NUMERIC: Final = frozenset({"number", "negative", "sum", "product", "quotient", "power"})
_PERCENT_SIGNS: Final = frozenset({"%", r"\%"})
_PER_CENT: Final = number(Number(1, 100), "0.01")


class RowParser(CalculusParser):
    """Parses one row by recursive descent."""

    def whole(self) -> Term:
        term = self._sum()
        if self._at < len(self._items):
            raise UnclearError
        return term

    def _sum(self) -> Term:
        plus_and_minus = frozenset({"+", "-"})
        terms: list[Term] = []
        sign = self._operator(plus_and_minus)
        while True:
            # A second minus is that of the number behind it: 5 - -3.
            minus = sign is not None and self._operator(frozenset({"-"})) is not None
            term = self._product()
            term = Term("negative", (term,)) if minus else term
            terms.append(Term("negative", (term,)) if sign == "-" else term)
            sign = self._operator(plus_and_minus)
            if sign is None:
                return sum_of(terms)

    def _product(self) -> Term:
        term = self._factors()[0]
        while (sign := self._operator(_TIMES | _DIVIDED) or self._of()) is not None:
            minus = self._operator(frozenset({"-"}))
            right, count = self._unit_behind_sign() or self._factors()
            if sign in _DIVIDED and count > 1:
                raise UnclearError
            right = Term("negative", (right,)) if minus else right
            if sign in _DIVIDED:
                term = Term("quotient", (term, right))
            else:
                term = Term("product", (*(term.parts if term.kind == "product" else (term,)), right))
        return term

    def _stands_of(self) -> bool:
        """Whether the word “of” follows a percentage, which makes a product."""
        before, *word = self._items[max(self._at - 1, 0) : self._at + 2]
        return label_of(before) in _PERCENT_SIGNS and [*map(label_of, word)] == ["o", "f"]

    def _of(self) -> str | None:
        """Consume the word “of” after a percentage."""
        if not self._stands_of():
            return None
        self._at += 2
        return r"\times"

    def _unit_behind_sign(self) -> tuple[Term, int] | None:
        """Parse the unit behind a sign that follows another unit, as in `3 m/s`; None for anything else."""
        if not self._names.units or self._unit_end != self._at - 1:
            return None
        found = unit_at(self._items, self._at, self._names)
        if found is None:
            return None
        term, self._at = found
        self._unit_end = self._at
        return term, 1

    def _factors(self) -> tuple[Term, int]:
        """Parse a product without signs; return it and the number of its factors."""
        factors = [self._factor()]
        while self._next_kind() in _FACTORS and not self._stands_of():
            self._check_neighbours()
            factors.append(self._factor())
        return (factors[0] if len(factors) == 1 else Term("product", tuple(factors))), len(factors)

    def _check_neighbours(self) -> None:
        before, after = self._items[self._at - 1], self._items[self._at]
        kind, follows = base_kind(before), base_kind(after)
        if follows == "number" and (kind in ("number", "letter", "fraction") or label_of(before) in _PERCENT_SIGNS):
            raise UnclearError
        base = base_of(after)
        if kind == "number" and isinstance(base, Fraction) and _is_number(base.above) and _is_number(base.below):
            # A mixed number has been put together already: this is 2 and 3 halves, or a power.
            raise UnclearError

    def _factor(self) -> Term:
        item = self._take()
        base = base_of(item)
        if isinstance(base, Atom) and base.kind == "function":
            term = self._function(base, item)
        elif isinstance(base, Atom) and base.kind == "big":
            return self._big(base, item)
        elif isinstance(base, Fraction) and (derivative := self._derivative(item)) is not None:
            term = derivative
        elif self._names.units and is_degree_script(item):
            return self._with_units(self._value(base), degree=True)
        else:
            term = self._mixed(item) or self._raised(self._value(item), item)
            if self._names.units and isinstance(base, Atom | Fraction | Fenced) and _is_numeric(term):
                term = self._with_units(term)
        return self._percent(self._factorials(term))

    def _mixed(self, item: Item) -> Term | None:
        """Parse a mixed number: a whole number, and directly behind it a fraction of whole numbers below one.

        The fraction has a bar, or a slash, as in `2 1/4`.
        """
        follows = self._next()
        if not is_atom(item, "number") or not label_of(item).isdecimal():
            return None
        if follows is not None and is_atom(follows, "number"):
            return self._mixed_with_slash(item)
        if not isinstance(follows, Fraction):
            return None
        if not _is_number(follows.above) or not _is_number(follows.below):
            return None
        over, under = (label_of(row[0]) for row in (follows.above, follows.below))
        if not (over + under).isdecimal() or not 0 < int(over) < int(under) or int(label_of(item)) == 0:
            return None
        self._take()
        after = self._next()
        if after is not None and base_kind(after) in ("number", "fraction"):
            raise UnclearError
        return Term("sum", (self._value(item), self._value(follows)))

    def _mixed_with_slash(self, item: Item) -> Term | None:
        """Parse a mixed number whose whole number is already taken, and whose fraction is written with a slash."""
        over, slash, under = (*self._items[self._at : self._at + 3], None, None, None)[:3]
        if over is None or slash is None or under is None or label_of(slash) != "/" or not is_atom(under, "number"):
            return None
        labels = label_of(over), label_of(under)
        if not "".join(labels).isdecimal() or not 0 < int(labels[0]) < int(labels[1]) or int(label_of(item)) == 0:
            return None
        self._at += 3
        after = self._next()
        if after is not None and (base_kind(after) in ("number", "fraction") or label_of(after) == "/"):
            raise UnclearError
        return Term("sum", (self._value(item), Term("quotient", (self._value(over), self._value(under)))))

    def _with_units(self, term: Term, *, degree: bool = False) -> Term:
        """Parse the unit that follows a number, and smaller ones with theirs: `2 h 30 min`."""
        found = unit_at(self._items, self._at, self._names, degree=degree)
        if found is None:
            return term
        unit, self._at = found
        self._unit_end = self._at
        term = Term("product", (term, unit))
        item = self._next()
        if item is None or base_kind(item) != "number" or unit.kind != "unit":
            return term
        more = self._factor()
        parts = more.parts if more.kind == "sum" else (more,)
        measured = {UNITS[name].measures for part in (term, *parts) for name in units_of(part)}
        if len(measured) != 1 or any(part.kind != "product" or not units_of(part) for part in parts):
            raise UnclearError
        return Term("sum", (term, *parts))

    def _percent(self, term: Term) -> Term:
        item = self._next()
        if item is None or label_of(item) not in _PERCENT_SIGNS:
            return term
        self._take()
        return Term("product", (term, _PER_CENT), name="%")

    def _raised(self, term: Term, item: Item) -> Term:
        above = item.above if isinstance(item, Scripted) else None
        if above is None:
            return term
        follows = self._next()
        is_scale = follows is not None and label_of(follows) in _SCALES
        if is_scale and base_kind(item) == "number" and [*map(label_of, above)] == ["0"]:
            raise UnclearError(_MAYBE_DEGREES)
        return Term("power", (term, self._inner(above)))

    def _factorials(self, term: Term) -> Term:
        item = self._next()
        if item is None or base_of(item) != Atom("other", "!", getattr(base_of(item), "symbols", ())):
            return term
        self._take()
        follows = self._next()
        if (isinstance(item, Scripted) and item.below) or (follows is not None and label_of(follows) == "!"):
            raise UnclearError
        return self._raised(Term("factorial", (term,)), item)

    def _value(self, item: Item) -> Term:
        """Return the term of an item without what stands above it."""
        base = base_of(item)
        below = item.below if isinstance(item, Scripted) else None
        if isinstance(item, Scripted) and item.above is not None and name_of(label_of(base)) in self._names.functions:
            # The square of a function may be its value's square, or the function of its value.
            raise UnclearError
        if isinstance(base, Atom) and base.kind == "letter":
            return self._letter(base, below)
        if below is not None:
            raise UnclearError
        if isinstance(base, Atom) and base.label == UNKNOWN:
            return Term("symbol", name=UNKNOWN)
        if isinstance(base, Atom):
            return self._number(base)
        if isinstance(base, Fraction):
            return Term("quotient", (self._inner(base.above), self._inner(base.below)))
        if isinstance(base, Root):
            degree = TWO if base.degree is None else self._inner(base.degree)
            return Term("root", (self._inner(base.inside), degree))
        inside = self._inner(base.inside)
        ends = base.opening.label, base.closing.label
        if ends == ("|", "|"):
            return Term("absolute", (inside,))
        if ends not in _PAIRS:
            raise UnclearError
        return inside

    def _number(self, atom: Atom) -> Term:
        if atom.kind != "number":
            raise UnclearError
        return number(*written_number(atom.label, commas=self._names.commas))

    def _letter(self, atom: Atom, below: Row | None) -> Term:
        name = name_of(atom.label)
        if below is not None:
            if not all(is_atom(item, "number", "letter") and label_of(item).isalnum() for item in below):
                raise UnclearError
            # A symbol with a running index changes with the index.
            if self._running & {name, *map(name_of, map(label_of, below))}:
                raise UnclearError
            return Term("symbol", name=f"{name}_{''.join(map(label_of, below))}")
        if name in self._running:
            return Term("symbol", name=name)
        if atom.label in CONSTANTS:
            return Term("constant", name=CONSTANTS[atom.label])
        follows = self._next()
        base = None if follows is None else base_of(follows)
        if isinstance(base, Fenced) and follows is not None and name in self._names.functions:
            if base.opening.label != "(":
                raise UnclearError
            self._take()
            return self._raised(Term("call", (self._inner(base.inside),), name=name), follows)
        known = name in self._names.values - self._names.formulas
        if isinstance(base, Fenced) and not known and (name in _FUNCTION_LETTERS or len(base.inside) == 1):
            # It is more likely an undefined function than a product.
            raise UnclearError
        return Term("symbol", name=name)

    def _function(self, atom: Atom, item: Item) -> Term:
        name = name_of(atom.label)
        below = item.below if isinstance(item, Scripted) else None
        above = item.above if isinstance(item, Scripted) else None
        exponent = None if above is None else self._inner(above)
        if exponent == Term("negative", (ONE,)) and name in _INVERSES:
            name, exponent = _INVERSES[name], None
        if below is not None and name != "log":
            raise UnclearError
        argument, outer = self._argument()
        if name == "log":
            parts: tuple[Term, ...] = (argument, TEN if below is None else self._inner(below))
        elif name == "ln":
            name, parts = "log", (argument, EULER)
        else:
            parts = (argument,)
        term = Term("power", (EULER, argument)) if name == "exp" else Term("function", parts, name=name)
        term = term if exponent is None else Term("power", (term, exponent))
        return term if outer is None else self._raised(term, outer)

    def _argument(self) -> tuple[Term, Item | None]:
        """Parse a function's argument; return it with the bracket around it, if any, whose power is the function's."""
        item = self._next()
        if item is None:
            raise UnclearError
        base = base_of(item)
        if isinstance(base, Fenced) and base.opening.label == "(":
            self._take()
            bare = base if not isinstance(item, Scripted) else Scripted(base, item.below, None)
            return self._value(bare), item
        if base_kind(item) not in _ARGUMENTS | {"fenced"}:
            raise UnclearError
        if isinstance(item, Scripted) and base_kind(item) == "number" and [*map(label_of, item.above or ())] == ["0"]:
            raise UnclearError(_MAYBE_DEGREES)
        factors = [self._factor()]
        while self._next_kind() in _ARGUMENTS:
            self._check_neighbours()
            factors.append(self._factor())
        if self._next_kind() == "fenced":
            raise UnclearError
        return (factors[0] if len(factors) == 1 else Term("product", tuple(factors))), None


def _is_number(row: Row) -> bool:
    return len(row) == 1 and is_atom(row[0], "number")


def _is_numeric(term: Term) -> bool:
    return term.kind in _NUMERIC and all(map(_is_numeric, term.parts))
