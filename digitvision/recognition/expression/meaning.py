r"""From what stands on the page to what it means: precedence, products without a sign, functions, sums and integrals.

What can be taken in two ways has no meaning here, because a wrong answer is worse than none:

- `2\frac{1}{2}`, which is two and a half to some and one to others; before a fraction with letters it is a product;
- a product without a sign after a division sign, as in `6 ÷ 2(1+2)` or `1/2x`;
- a number after a letter, a number or a fraction (`x 2`), which is more likely a power that was misread;
- `1,234`, where the comma may part thousands;
- plus-minus, lists, dots, and functions that nobody defined.

Decided: `e`, `i` and `\pi` are the constants (unless `i` runs in a sum); `\log` without a base is to base ten, as on
calculators, and `\ln` is the natural one; the argument of a function without brackets is the product that follows, up to a
bracket or another function, so that `\sin 2 x \cos x` is `sin(2x)·cos(x)`; `\sin(x)^2` is the square of the sine; sums and
limits take in the product that follows, up to a plus or minus.
"""

from collections.abc import Sequence
from fractions import Fraction as Number
from typing import Final

from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.signs import text_of_label
from digitvision.recognition.expression.structure import (
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
    structure_of,
)
from digitvision.recognition.expression.terms import EULER, ONE, TEN, TWO, Comparison, Statement, Term, number

_COMPARISONS: Final[dict[str, Comparison]] = {
    "=": "=",
    r"\neq": "!=",
    "<": "<",
    r"\lt": "<",
    r"\leq": "<=",
    ">": ">",
    r"\gt": ">",
    r"\geq": ">=",
}
_TIMES: Final = frozenset({r"\times", r"\cdot", "*"})
_DIVIDED: Final = frozenset({r"\div", "/"})
_FUNCTION_LETTERS: Final = frozenset("fgh")
_PAIRS: Final = frozenset({("(", ")"), ("[", "]"), (r"\{", r"\}")})
_FACTORS: Final = frozenset({"number", "letter", "function", "fraction", "root", "fenced", "big"})
_ARGUMENTS: Final = frozenset({"number", "letter", "fraction", "root"})
_INVERSES: Final = {"sin": "arcsin", "cos": "arccos", "tan": "arctan"}
_CONSTANTS: Final = {"e": "e", "i": "i", r"\pi": "pi"}


class UnclearError(ValueError):
    """It has no meaning, or more than one."""


def statement_of(tree: LayoutTree) -> Statement | None:
    """What a tree asks, or None for what has no meaning here, or more than one.

    Raises:
        LayoutError: Scripts within scripts are deeper than anybody writes.
    """
    row = structure_of(tree)
    try:
        return _statement(row)
    except UnclearError:
        return None


def _statement(row: Row) -> Statement:
    rows: list[list[Item]] = [[]]
    comparisons: list[Comparison] = []
    for item in row:
        if is_atom(item, "relation"):
            sign = _COMPARISONS.get(_label(item))
            if sign is None:
                raise UnclearError
            comparisons.append(sign)
            rows.append([])
        else:
            rows[-1].append(item)
    asked = bool(comparisons) and comparisons[-1] == "=" and (not rows[-1] or [*map(_label, rows[-1])] == ["?"])
    if asked:
        rows.pop()
        comparisons.pop()
    defines = _definition(rows[0]) if comparisons == ["="] and not asked else None
    if defines is not None:
        name, variable = defines
        return Statement(
            (Term("symbol", name=f"{name}({variable})"), _Parser(rows[1]).whole()), ("=",), defines=defines
        )
    return Statement(tuple(_Parser(side).whole() for side in rows), tuple(comparisons), asked)


def _definition(row: Sequence[Item]) -> tuple[str, str] | None:
    """For `f(x)`, its letter and its variable."""
    if len(row) != 2 or not is_atom(row[0], "letter") or not isinstance(row[1], Fenced):
        return None
    inside = row[1].inside
    if row[1].opening.label != "(" or len(inside) != 1 or not is_atom(inside[0], "letter"):
        return None
    name, variable = _name(_label(row[0])), _name(_label(inside[0]))
    return None if name == variable or _label(inside[0]) in _CONSTANTS else (name, variable)


def _label(item: Item) -> str:
    return item.label if isinstance(item, Atom) else ""


def _name(label: str) -> str:
    return label.removeprefix("\\")


class _Parser:
    """Reads one row."""

    def __init__(self, items: Sequence[Item], running: frozenset[str] = frozenset()) -> None:
        self._items = tuple(items)
        self._at = 0
        self._running = running

    def whole(self) -> Term:
        """The term that the row is; nothing may be left over."""
        term = self._sum()
        if self._at < len(self._items):
            raise UnclearError
        return term

    def _next(self) -> Item | None:
        return self._items[self._at] if self._at < len(self._items) else None

    def _next_kind(self) -> str:
        item = self._next()
        return "" if item is None else base_kind(item)

    def _take(self) -> Item:
        item = self._next()
        if item is None:
            raise UnclearError
        self._at += 1
        return item

    def _operator(self, labels: frozenset[str]) -> str | None:
        """Take an operator if it is one of these."""
        item = self._next()
        if item is None or not is_atom(item, "operator") or _label(item) not in labels:
            return None
        self._at += 1
        return _label(item)

    def _inner(self, row: Row, running: frozenset[str] = frozenset()) -> Term:
        return _Parser(row, self._running | running).whole()

    def _sum(self) -> Term:
        signs = frozenset({"+", "-"})
        terms = []
        sign = self._operator(signs)
        while True:
            term = self._product()
            terms.append(Term("negative", (term,)) if sign == "-" else term)
            sign = self._operator(signs)
            if sign is None:
                return terms[0] if len(terms) == 1 else Term("sum", tuple(terms))

    def _product(self) -> Term:
        term = self._factors()[0]
        while (sign := self._operator(_TIMES | _DIVIDED)) is not None:
            minus = self._operator(frozenset({"-"}))
            right, count = self._factors()
            if sign in _DIVIDED and count > 1:
                raise UnclearError
            right = Term("negative", (right,)) if minus else right
            term = Term("quotient", (term, right)) if sign in _DIVIDED else Term("product", (term, right))
        return term

    def _factors(self) -> tuple[Term, int]:
        """A product without signs, and of how many factors."""
        factors = [self._factor()]
        while self._next_kind() in _FACTORS:
            self._check_neighbours()
            factors.append(self._factor())
        return (factors[0] if len(factors) == 1 else Term("product", tuple(factors))), len(factors)

    def _check_neighbours(self) -> None:
        before, after = self._items[self._at - 1], self._items[self._at]
        kind, follows = base_kind(before), base_kind(after)
        if follows == "number" and kind in ("number", "letter", "fraction"):
            raise UnclearError
        base = base_of(after)
        if kind == "number" and isinstance(base, Fraction) and _is_number(base.above) and _is_number(base.below):
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
        else:
            term = self._raised(self._value(item), item)
        return self._factorials(term)

    def _raised(self, term: Term, item: Item) -> Term:
        above = item.above if isinstance(item, Scripted) else None
        return term if above is None else Term("power", (term, self._inner(above)))

    def _factorials(self, term: Term) -> Term:
        item = self._next()
        if item is None or base_of(item) != Atom("other", "!", getattr(base_of(item), "places", ())):
            return term
        self._take()
        follows = self._next()
        if (isinstance(item, Scripted) and item.below) or (follows is not None and _label(follows) == "!"):
            raise UnclearError
        return self._raised(Term("factorial", (term,)), item)

    def _value(self, item: Item) -> Term:
        """An item without what stands above it."""
        base = base_of(item)
        below = item.below if isinstance(item, Scripted) else None
        if isinstance(base, Atom) and base.kind == "letter":
            return self._letter(base, below)
        if below is not None:
            raise UnclearError
        if isinstance(base, Atom):
            return _number(base)
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

    def _letter(self, atom: Atom, below: Row | None) -> Term:
        name = _name(atom.label)
        if below is not None:
            if not all(is_atom(item, "number", "letter") and _label(item).isalnum() for item in below):
                raise UnclearError
            return Term("symbol", name=f"{name}_{''.join(map(_label, below))}")
        if name in self._running:
            return Term("symbol", name=name)
        if atom.label in _CONSTANTS:
            return Term("constant", name=_CONSTANTS[atom.label])
        follows = self._next()
        if name in _FUNCTION_LETTERS and follows is not None and base_kind(follows) == "fenced":
            raise UnclearError
        return Term("symbol", name=name)

    def _function(self, atom: Atom, item: Item) -> Term:
        name = _name(atom.label)
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
        """What a function is of, and the bracket around it if it has one, whose power is the function's."""
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
        factors = [self._factor()]
        while self._next_kind() in _ARGUMENTS:
            self._check_neighbours()
            factors.append(self._factor())
        return (factors[0] if len(factors) == 1 else Term("product", tuple(factors))), None

    def _big(self, atom: Atom, item: Item) -> Term:
        below = item.below if isinstance(item, Scripted) else None
        above = item.above if isinstance(item, Scripted) else None
        if atom.label == r"\int":
            return self._integral(below, above)
        if below is None or (above is None) != (atom.label == r"\lim"):
            raise UnclearError
        sign = "=" if above is not None else r"\rightarrow"
        if len(below) < 3 or not is_atom(below[0], "letter") or _label(below[1]) != sign:
            raise UnclearError
        running = frozenset({_name(_label(below[0]))})
        variable = Term("symbol", name=_name(_label(below[0])))
        if above is not None:
            ends = self._inner(below[2:]), self._end(above)
            return Term("total", (self._body(running), variable, *ends))
        target, side = self._target(below[2:])
        return Term("limit", (self._body(running), variable, target), name=side)

    def _body(self, running: frozenset[str]) -> Term:
        before, self._running = self._running, self._running | running
        term = self._product()
        self._running = before
        return term

    def _end(self, row: Row) -> Term:
        """A number that something runs up to, which may be infinite."""
        labels = [text_of_label(_label(item)) if isinstance(item, Atom) else "" for item in row]
        if labels in (["∞"], ["+", "∞"]):
            return Term("constant", name="infinity")
        if labels in (["−", "∞"], ["-", "∞"]):
            return Term("negative", (Term("constant", name="infinity"),))
        return self._inner(row)

    def _target(self, row: Row) -> tuple[Term, str]:
        last = row[-1]
        if isinstance(last, Scripted) and last.above is not None and len(last.above) == 1:
            side = _label(last.above[0])
            if side in ("+", "-"):
                bare = last.base if last.below is None else Scripted(last.base, last.below, None)
                return self._inner((*row[:-1], bare)), side
        return self._end(row), ""

    def _integral(self, below: Row | None, above: Row | None) -> Term:
        if (below is None) != (above is None):
            raise UnclearError
        ends = () if below is None or above is None else (self._end(below), self._end(above))
        rest = self._items[self._at :]
        nested = 0
        for place, item in enumerate(rest):
            base = base_of(item)
            if isinstance(base, Atom) and base.label == r"\int":
                nested += 1
            elif is_atom(item, "differential"):
                if nested == 0:
                    name = self._differential(rest[place : place + 2])
                    self._at += place + 2
                    body = self._inner(rest[:place], frozenset({name})) if place else ONE
                    return Term("integral", (body, Term("symbol", name=name), *ends))
                nested -= 1
        fraction = self._take()
        if not isinstance(fraction, Fraction) or len(fraction.above) < 2:
            raise UnclearError
        name = self._differential(fraction.above[-2:])
        over = self._inner(fraction.above[:-2], frozenset({name})) if len(fraction.above) > 2 else ONE
        body = Term("quotient", (over, self._inner(fraction.below, frozenset({name}))))
        return Term("integral", (body, Term("symbol", name=name), *ends))

    def _differential(self, items: Sequence[Item]) -> str:
        """The variable of a `dx`."""
        if len(items) != 2 or _label(items[0]) != "d" or not is_atom(items[1], "letter"):
            raise UnclearError
        return _name(_label(items[1]))

    def _derivative(self, item: Item) -> Term | None:
        r"""`\frac{d}{dx}` and what follows it, or `\frac{d f}{dx}`; None for any other fraction."""
        if not isinstance(item, Fraction) or len(item.below) != 2 or not item.above:
            return None
        over, under = item.above[0], item.below
        if _letter_and_order(over)[0] != "d" or _label(under[0]) != "d":
            return None
        order = _letter_and_order(over)[1]
        variable, same_order = _letter_and_order(under[1])
        if not variable or order != same_order:
            return None
        symbol = Term("symbol", name=_name(variable))
        running = frozenset({symbol.name})
        body = self._inner(item.above[1:], running) if len(item.above) > 1 else self._body(running)
        if symbol.name not in body.free:
            # dy/dx: y depends on x in a way that is not told.
            raise UnclearError
        return Term("derivative", (body, symbol), number=Number(order))


def _letter_and_order(item: Item) -> tuple[str, int]:
    """For `d` and `d^{2}` the letter and 1 or 2; no letter for anything else."""
    base = base_of(item)
    if not isinstance(base, Atom) or base.kind not in ("letter", "differential"):
        return "", 0
    if not isinstance(item, Scripted):
        return base.label, 1
    order = "" if item.above is None or len(item.above) != 1 else _label(item.above[0])
    if item.below is not None or not order.isdecimal() or len(order) > 1 or order == "0":
        return "", 0
    return base.label, int(order)


def _is_number(row: Row) -> bool:
    return len(row) == 1 and is_atom(row[0], "number")


def _number(atom: Atom) -> Term:
    if atom.kind != "number":
        raise UnclearError
    whole, comma, decimals = atom.label.partition(",")
    if comma and len(decimals) == 3 and len(whole) <= 3 and whole != "0":
        raise UnclearError
    text = atom.label.replace(",", ".")
    return number(Number(text), text)
