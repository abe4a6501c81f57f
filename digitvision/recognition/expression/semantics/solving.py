"""Values that need SymPy: roots and logarithms, equations, derivatives, integrals, sums and limits.

Nothing here can be interrupted, and some of it never ends: call it in a process of its own (`value_process.py`).
"""

import re
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from digitvision.recognition.expression.notation.latex import latex_of_row
from digitvision.recognition.expression.notation.plain_text import text_of_row
from digitvision.recognition.expression.notation.structure import Atom, Row
from digitvision.recognition.expression.semantics.algebra import (
    FIGURES,
    LONGEST,
    decimals_of,
    from_sympy,
    symbol,
    text_of_term,
    to_sympy,
)
from digitvision.recognition.expression.semantics.arithmetic import MOST_BITS
from digitvision.recognition.expression.semantics.equations import equation_value, inequality_value
from digitvision.recognition.expression.semantics.graphs import plots_of_sides, relation_value
from digitvision.recognition.expression.semantics.term_notation import UnwrittenError, row_of
from digitvision.recognition.expression.semantics.terms import Statement, Term
from digitvision.recognition.expression.semantics.value_faults import NO_VALUE, TOO_LARGE, ValueFault
from digitvision.recognition.expression.semantics.values import (
    ABOUT,
    COMPARE,
    Value,
    ValueKind,
    function_of,
    function_value,
    number_value,
    relates_x_and_y,
    spaced,
    truth,
)

_EQUAL: Final = Fraction(1, 10**15)
_SHORT_ENOUGH: Final = 200
"""Most operations of a result for simplifying it to be worthwhile."""

_TOKEN: Final = re.compile(r"\d+|\D")
_NEGLIGIBLE: Final = frozenset({"+", "(", ")", " ", "·", "1"})
"""Parts of a text that may differ where the same is written in another order."""


def warm_up() -> str:
    """Load SymPy and fill its caches; return its version."""
    import sympy

    unknown = symbol("x")
    sympy.solveset(unknown - 1, unknown, sympy.S.Reals)
    sympy.simplify(sympy.integrate(unknown, unknown))
    return str(sympy.__version__)


def value_of_statement(statement: Statement) -> Value | None:
    """Return the value of a statement; None where there is none to be expected.

    Raises:
        ValueFault: The statement has no value.
    """
    if statement.has_units:
        from digitvision.recognition.expression.semantics.quantities import quantity_value

        return quantity_value(statement, value_of_statement)
    function = function_of(statement)
    if function is not None:
        term, variable, name = function
        if not statement.has_calculus:
            return function_value(statement, term, variable, name)
        try:
            done = from_sympy(_simplified(to_sympy(term).doit()))
        except UnwrittenError:
            return None
        return function_value(statement, done, variable, name)
    if len(statement.sides) == 1:
        return _alone(statement)
    free = statement.free
    if not free:
        return _truth(statement)
    if relates_x_and_y(statement):
        return relation_value(statement)
    if len(free) > 1 or len(statement.sides) > 2 or statement.asked:
        return None
    (name,) = free
    left, right = (to_sympy(side).doit() for side in statement.sides)
    if statement.comparisons == ("=",):
        value = equation_value(left, right, name, statement)
        return None if value is None else replace(value, plots=plots_of_sides(left, right, name))
    if statement.sides[0].kind == "symbol" and not statement.sides[1].free:
        # “x < 2” is its own solution.
        return None
    return inequality_value(statement.comparisons[0], left, right, name)


def _alone(statement: Statement) -> Value | None:
    import sympy

    term = statement.sides[0]
    built = to_sympy(term)
    found = _simplified(built.doit())
    indefinite = any(one.kind == "integral" and len(one.parts) == 2 for one in term.everything())
    kind: ValueKind = "result" if statement.has_calculus or term.free else "number"
    if not found.free_symbols:
        return _number(found, statement, kind)
    if not statement.has_calculus and not statement.asked:
        return None
    if indefinite and not built.has(sympy.log):
        # The antiderivative holds on both sides of a pole: ln|x| for 1/x.
        found = found.replace(sympy.log, lambda of: sympy.log(of if of.is_positive else sympy.Abs(of)))
    try:
        row = row_of(from_sympy(found))
    except UnwrittenError:
        return None
    if indefinite and term.kind == "integral":
        row = (*row, Atom("operator", "+"), Atom("letter", "C"))
    text = text_of_row(row)
    return None if _repeats(text, term) else Value(text, latex_of_row(row), "result", exact=text)


def _simplified(found: Any) -> Any:
    import sympy

    if found in (sympy.zoo, sympy.nan) or found.has(sympy.AccumBounds):
        raise ValueFault(NO_VALUE)
    if found.count_ops() > _SHORT_ENOUGH:
        return found
    simple = sympy.simplify(found)
    return simple if simple.count_ops() < found.count_ops() else found


def _number(found: Any, statement: Statement, kind: ValueKind) -> Value | None:
    """Return the value of a term without symbols."""
    if found.is_Rational:
        given = text_of_term(statement.sides[0])
        value = Fraction(int(found.p), int(found.q))
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MOST_BITS:
            raise ValueFault(TOO_LARGE)
        return number_value(value, decimals=statement.has_decimals, given=given, kind=kind)
    exact: Row | None
    try:
        exact = row_of(from_sympy(found))
    except UnwrittenError:
        exact = None
    text = "" if exact is None else text_of_row(exact)
    if exact is not None and found.is_infinite:
        return Value(text, latex_of_row(exact), kind, exact=text)
    decimals = decimals_of(found)
    if exact is None or len(text) > LONGEST:
        exact, text = None, ""
    if decimals is None:
        repeated = _repeats(text, statement.sides[0])
        return None if repeated or exact is None else Value(text, latex_of_row(exact), kind, exact=text)
    repeated = exact is None or statement.has_decimals or _repeats(text, statement.sides[0])
    row: Row = (ABOUT, *decimals) if repeated or exact is None else (*exact, ABOUT, *decimals)
    return Value(spaced(row), latex_of_row(row), kind, exact=text or None, decimal=text_of_row(decimals))


def _repeats(text: str, term: Term) -> bool:
    """Whether a text has the same numbers and signs as a term, in any order: `a/2 + b` would be no answer to
    `b + 1/2 a`."""
    return _tokens(text) == _tokens(text_of_term(term))


def _tokens(text: str) -> list[str]:
    return sorted(token for token in _TOKEN.findall(text) if token not in _NEGLIGIBLE)


def _truth(statement: Statement) -> Value | None:
    sides = [to_sympy(side).doit() for side in statement.sides]
    holds = []
    for comparison, left, right in zip(statement.comparisons, sides, sides[1:], strict=False):
        size = _size(left - right)
        if size is None:
            return None
        holds.append(COMPARE[comparison](size, 0))
    return truth(all(holds))


def _size(difference: Any) -> Fraction | None:
    """Return a real number, 0 where it is nearly zero; None for any other."""
    import sympy

    if sympy.simplify(difference).is_zero:
        return Fraction(0)
    value = sympy.N(difference, FIGURES)
    if not (value.is_Float or value.is_Rational) or not value.is_finite:
        return None
    size = Fraction(str(value))
    return Fraction(0) if abs(size) < _EQUAL else size
