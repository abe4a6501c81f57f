"""The part of the parser that reads sums over an index, limits, integrals and derivatives."""

from collections.abc import Sequence
from fractions import Fraction as Number
from typing import Final

from digitvision.recognition.expression.notation.structure import (
    Atom,
    Fraction,
    Item,
    Row,
    Scripted,
    base_of,
    is_atom,
)
from digitvision.recognition.expression.notation.symbols import text_of_label
from digitvision.recognition.expression.semantics.row_cursor import RowCursor, label_of, name_of
from digitvision.recognition.expression.semantics.terms import ONE, Term
from digitvision.recognition.expression.semantics.written_numbers import UnclearError

_DEEPEST: Final = 60


class CalculusParser(RowCursor):
    """Parses what stands after a big operator, and fractions that are derivatives."""

    def _big(self, atom: Atom, item: Item) -> Term:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnclearError
        below = item.below if isinstance(item, Scripted) else None
        above = item.above if isinstance(item, Scripted) else None
        if atom.label == r"\int":
            return self._integral(below, above)
        if below is None or (above is None) != (atom.label == r"\lim"):
            raise UnclearError
        sign = "=" if above is not None else r"\rightarrow"
        if len(below) < 3 or not is_atom(below[0], "letter") or label_of(below[1]) != sign:
            raise UnclearError
        running = frozenset({name_of(label_of(below[0]))})
        variable = Term("symbol", name=name_of(label_of(below[0])))
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
        """Parse an end of a sum or integral, or a limit's target, which may be infinite."""
        labels = [text_of_label(label_of(item)) if isinstance(item, Atom) else "" for item in row]
        if labels in (["∞"], ["+", "∞"]):
            return Term("constant", name="infinity")
        if labels in (["−", "∞"], ["-", "∞"]):
            return Term("negative", (Term("constant", name="infinity"),))
        return self._inner(row)

    def _target(self, row: Row) -> tuple[Term, str]:
        last = row[-1]
        if isinstance(last, Scripted) and last.above is not None and len(last.above) == 1:
            side = label_of(last.above[0])
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
        for index, item in enumerate(rest):
            base = base_of(item)
            if isinstance(base, Atom) and base.label == r"\int":
                nested += 1
            elif is_atom(item, "differential"):
                if nested == 0:
                    name = self._differential(rest[index : index + 2])
                    self._at += index + 2
                    body = self._inner(rest[:index], frozenset({name})) if index else ONE
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
        """Return the variable of a `dx`."""
        if len(items) != 2 or label_of(items[0]) != "d" or not is_atom(items[1], "letter"):
            raise UnclearError
        return name_of(label_of(items[1]))

    def _derivative(self, item: Item) -> Term | None:
        r"""Parse `\frac{d}{dx}` and what follows it, or `\frac{d f}{dx}`; None for any other fraction."""
        if not isinstance(item, Fraction) or len(item.below) != 2 or not item.above:
            return None
        over, under = item.above[0], item.below
        if _letter_and_order(over)[0] != "d" or label_of(under[0]) != "d":
            return None
        order = _letter_and_order(over)[1]
        variable, same_order = _letter_and_order(under[1])
        if not variable or order != same_order:
            return None
        symbol = Term("symbol", name=name_of(variable))
        running = frozenset({symbol.name})
        body = self._inner(item.above[1:], running) if len(item.above) > 1 else self._body(running)
        if symbol.name not in body.free:
            # In dy/dx it is unknown how y depends on x.
            raise UnclearError
        return Term("derivative", (body, symbol), number=Number(order))


def _letter_and_order(item: Item) -> tuple[str, int]:
    """Return the letter and the order of `d` (1) and of `d^{2}` (2); an empty letter for anything else."""
    base = base_of(item)
    if not isinstance(base, Atom) or base.kind not in ("letter", "differential"):
        return "", 0
    if not isinstance(item, Scripted):
        return base.label, 1
    order = "" if item.above is None or len(item.above) != 1 else label_of(item.above[0])
    if item.below is not None or not order.isdecimal() or len(order) > 1 or order == "0":
        return "", 0
    return base.label, int(order)
