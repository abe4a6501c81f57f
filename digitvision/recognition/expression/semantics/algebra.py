"""Conversion between terms and SymPy's objects. Objects are built from classes: no text is ever evaluated."""

import functools
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

from digitvision.recognition.expression.notation.plain_text import text_of_row
from digitvision.recognition.expression.notation.structure import Row
from digitvision.recognition.expression.semantics.arithmetic import exact_value
from digitvision.recognition.expression.semantics.term_notation import UnwrittenError, row_of
from digitvision.recognition.expression.semantics.terms import EULER, ONE, TWO, Term, number
from digitvision.recognition.expression.semantics.value_faults import (
    DIVIDES_BY_ZERO,
    NO_VALUE,
    TOO_LARGE,
    ZERO_TO_ZERO,
    ValueFault,
)
from digitvision.recognition.expression.semantics.values import decimal_of, decimal_row

FIGURES: Final = 20
"""Number of figures to which numbers are computed."""

LONGEST: Final = 60
"""Most characters of an exact value that is displayed."""

_LARGEST_EXPONENT: Final = 1000
"""Largest exponent of irrational numbers and of terms with symbols, which SymPy would multiply out."""

_FUNCTIONS: Final = {"sin": "sin", "cos": "cos", "tan": "tan", "arcsin": "asin", "arccos": "acos", "arctan": "atan"}
_NAMES: Final = {name: ours for ours, name in _FUNCTIONS.items()}


def symbol(name: str) -> Any:
    """Return SymPy's symbol of a name, a real number."""
    import sympy

    return sympy.Symbol(name, real=True)


def to_sympy(term: Term) -> Any:
    """Build the SymPy object of a term; integrals, sums, limits and derivatives are not evaluated yet.

    Raises:
        ValueFault: The term divides by zero, or would become too large.
    """
    import sympy

    value = exact_value(term)
    if value is not None:
        return sympy.Rational(value.numerator, value.denominator)
    if term.kind == "symbol":
        return symbol(term.name)
    if term.kind == "constant":
        return {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "infinity": sympy.oo}[term.name]
    if term.kind == "total":
        return _total(term)
    built = _BUILDERS[term.kind](term, [to_sympy(part) for part in term.parts])
    if built in (sympy.zoo, sympy.nan):
        raise ValueFault(NO_VALUE)
    return built


def _sum(_: Term, parts: list[Any]) -> Any:
    import sympy

    return sympy.Add(*parts)


def _product(_: Term, parts: list[Any]) -> Any:
    import sympy

    return sympy.Mul(*parts)


def _quotient(_: Term, parts: list[Any]) -> Any:
    import sympy

    over, under = parts
    if under.is_zero:
        raise ValueFault(DIVIDES_BY_ZERO)
    return sympy.Mul(over, sympy.Pow(under, -1))


def _power(_: Term, parts: list[Any]) -> Any:
    import sympy

    base, exponent = parts
    if base.is_zero and exponent.is_nonpositive:
        raise ValueFault(ZERO_TO_ZERO if exponent.is_zero else DIVIDES_BY_ZERO)
    if exponent.is_number and base not in (sympy.E, sympy.pi) and abs(sympy.N(exponent, 5)) > _LARGEST_EXPONENT:
        raise ValueFault(TOO_LARGE)
    return sympy.Pow(base, exponent)


def _root(_: Term, parts: list[Any]) -> Any:
    import sympy

    radicand, degree = parts
    if degree.is_zero:
        raise ValueFault(NO_VALUE)
    if degree.is_odd and radicand.is_negative:
        # The real root, as at school.
        return -sympy.root(-radicand, degree)
    return sympy.root(radicand, degree)


def _function(term: Term, parts: list[Any]) -> Any:
    import sympy

    if term.name == "log":
        argument, base = parts
        if argument.is_zero or base.is_zero or base == 1:
            raise ValueFault(NO_VALUE)
        return sympy.log(argument, base)
    return getattr(sympy, _FUNCTIONS[term.name])(parts[0])


def _total(term: Term) -> Any:
    import sympy

    body, index, first, last = term.parts
    running = sympy.Dummy(index.name, integer=True)
    return sympy.Sum(to_sympy(body).subs(symbol(index.name), running), (running, to_sympy(first), to_sympy(last)))


def _integral(_: Term, parts: list[Any]) -> Any:
    import sympy

    body, *variable_and_ends = parts
    return sympy.Integral(body, tuple(variable_and_ends))


def _limit(term: Term, parts: list[Any]) -> Any:
    import sympy

    body, variable, target = parts
    return sympy.Limit(body, variable, target, dir=term.name or ("+-" if target.is_finite else "+"))


def _derivative(term: Term, parts: list[Any]) -> Any:
    import sympy

    body, variable = parts
    return sympy.Derivative(body, (variable, int(term.number)))


def _single(name: str, _: Term, parts: list[Any]) -> Any:
    import sympy

    return getattr(sympy, name)(parts[0])


def _negative(_: Term, parts: list[Any]) -> Any:
    return -parts[0]


_BUILDERS: Final[dict[str, Callable[[Term, list[Any]], Any]]] = {
    "negative": _negative,
    "sum": _sum,
    "product": _product,
    "quotient": _quotient,
    "power": _power,
    "root": _root,
    "function": _function,
    "factorial": functools.partial(_single, "factorial"),
    "absolute": functools.partial(_single, "Abs"),
    "integral": _integral,
    "limit": _limit,
    "derivative": _derivative,
}


def from_sympy(found: Any) -> Term:
    """Return the term of a result.

    Raises:
        UnwrittenError: It contains something that no term denotes, such as an integral that was not solved.
    """
    import sympy

    if found.is_Rational:
        return number(Fraction(int(found.p), int(found.q)))
    if found.is_Float:
        return number(Fraction(str(found)), str(found))
    if found.is_Symbol:
        return Term("symbol", name=found.name)
    for constant, name in ((sympy.pi, "pi"), (sympy.E, "e"), (sympy.I, "i"), (sympy.oo, "infinity")):
        if found == constant:
            return Term("constant", name=name)
    if found == -sympy.oo:
        return Term("negative", (Term("constant", name="infinity"),))
    if found.is_Add:
        return Term("sum", tuple(map(from_sympy, found.as_ordered_terms())))
    if found.is_Mul:
        return _from_product(found)
    if isinstance(found, sympy.exp):
        return Term("power", (EULER, from_sympy(found.args[0])))
    if found.is_Pow:
        return _from_power(found)
    if isinstance(found, sympy.log):
        return Term("function", (from_sympy(found.args[0]), EULER), name="log")
    if isinstance(found, sympy.Abs | sympy.factorial):
        return Term("absolute" if isinstance(found, sympy.Abs) else "factorial", (from_sympy(found.args[0]),))
    name = _NAMES.get(type(found).__name__, "")
    if not name:
        raise UnwrittenError
    return Term("function", (from_sympy(found.args[0]),), name=name)


def _from_product(found: Any) -> Term:
    import sympy

    if found.could_extract_minus_sign() and found.as_coeff_Mul()[0].is_negative:
        return Term("negative", (from_sympy(-found),))
    over, under = sympy.fraction(found)
    if under != 1:
        return Term("quotient", (from_sympy(over), from_sympy(under)))
    return Term("product", tuple(map(from_sympy, found.as_ordered_factors())))


def _from_power(found: Any) -> Term:
    base, exponent = found.as_base_exp()
    if exponent.is_Rational and exponent.is_negative:
        return Term("quotient", (ONE, from_sympy(base**-exponent)))
    if exponent.is_Rational and exponent.p == 1 and exponent.q > 1:
        return Term("root", (from_sympy(base), TWO if exponent.q == 2 else number(int(exponent.q))))
    return Term("power", (from_sympy(base), from_sympy(exponent)))


def decimals_of(found: Any) -> Row | None:
    """Return a real number in decimals; None for any other."""
    import sympy

    # An integral that SymPy proved to have no antiderivative would otherwise not be integrated numerically.
    plain = found.replace(sympy.Integral, sympy.Integral)
    value = sympy.N(plain, FIGURES)
    if not (value.is_Float and value.is_finite):
        return None
    return decimal_row(decimal_of(Fraction(str(value)))[0])


def text_of_term(term: Term) -> str:
    """Return a term in plain text; empty for one without a notation."""
    try:
        return text_of_row(row_of(term))
    except UnwrittenError:
        return ""
