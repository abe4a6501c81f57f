"""Equations and inequalities in one unknown, among the real numbers."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from digitvision.recognition.expression.notation.latex import latex_of_row
from digitvision.recognition.expression.notation.plain_text import text_of_row
from digitvision.recognition.expression.notation.structure import Atom, Item, Row
from digitvision.recognition.expression.semantics.algebra import (
    FIGURES,
    LONGEST,
    decimals_of,
    from_sympy,
    symbol,
    text_of_term,
)
from digitvision.recognition.expression.semantics.plots import SEARCHED, NotPlottableError, crossings
from digitvision.recognition.expression.semantics.term_notation import UnwrittenError, row_of, symbol_item
from digitvision.recognition.expression.semantics.terms import Comparison, Statement, Term
from digitvision.recognition.expression.semantics.values import (
    ABOUT,
    EQUALS,
    Value,
    decimal_of,
    decimal_row,
    spaced,
)

_NEAR: Final = 1e-10
_MOST_SOLUTIONS: Final = 12
NO_SOLUTION: Final = "no real solution"
ALWAYS: Final = "true for every "
WHEREVER: Final = "true wherever both sides have a value"
_WITHIN: Final = f" between {-SEARCHED:.0f} and {SEARCHED:.0f}"


def equation_value(left: Any, right: Any, name: str, given: Statement) -> Value | None:
    """Solve an equation of SymPy objects in the unknown of this name; None where no answer is to be expected."""
    import sympy

    unknown, difference = symbol(name), left - right
    if difference.has(sympy.Limit, sympy.Integral, sympy.Sum, sympy.Derivative):
        # An unsolved part depends on the unknown in an unknown way.
        return None
    if given.sides[0].kind == "symbol" and not given.sides[1].free and not right.is_real:
        # The equation is its own solution, though not among the real numbers.
        return None
    found = _zeros(sympy.together(difference), unknown)
    if isinstance(found, sympy.FiniteSet):
        kept = [root for root in found if _holds(left, right, unknown, root)]
        found = sympy.FiniteSet(*kept) if kept else sympy.S.EmptySet
    if found is sympy.S.EmptySet:
        return Value(NO_SOLUTION, rf"\text{{{NO_SOLUTION}}}", "solutions", exact="")
    if found is sympy.S.Reals:
        whole = left.is_polynomial(unknown) and right.is_polynomial(unknown)
        return _always(name) if whole else Value(WHEREVER, rf"\text{{{WHEREVER}}}", "solutions", exact="")
    if isinstance(found, sympy.FiniteSet):
        return _finite(found, name, given)
    families = found.args if isinstance(found, sympy.Union) else (found,)
    if all(isinstance(family, sympy.ImageSet) for family in families):
        return _periodic(name, families)
    return _found_by_search(name, given)


def _zeros(difference: Any, unknown: Any) -> Any:
    """Return the set of a difference's real zeros."""
    import sympy

    over = sympy.fraction(difference)[0]
    if difference.is_polynomial(unknown) and over.is_polynomial(unknown):
        polynomial = sympy.Poly(over, unknown)
        if polynomial.degree() > 2 and len(polynomial.terms()) > 2 and polynomial.domain in (sympy.ZZ, sympy.QQ):
            # Roots of cubics and quartics by formula take long, and nobody can read them.
            return sympy.FiniteSet(*polynomial.real_roots())
    return sympy.solveset(difference, unknown, sympy.S.Reals)


def _holds(left: Any, right: Any, unknown: Any, root: Any) -> bool:
    """Whether both sides are real at a root, and equal: logarithms of negative numbers are not real."""
    import sympy

    values = [complex(sympy.N(side.subs(unknown, root), FIGURES)) for side in (left, right)]
    size = max(1.0, *map(abs, values))
    return all(abs(value.imag) < _NEAR * size for value in values) and abs(values[0] - values[1]) < _NEAR * size


def _finite(found: Any, name: str, given: Statement) -> Value | None:
    import sympy

    roots = sorted(found, key=lambda root: sympy.N(root))
    if len(roots) > _MOST_SOLUTIONS:
        return None
    rows = [_solution(name, root, decimals=given.has_decimals) for root in roots]
    if len(rows) == 1 and given.sides[0].kind == "symbol" and _is_written(given.sides[1], rows[0][0]):
        # “x = 5” is its own solution.
        return None
    return _listed(rows)


def _found_by_search(name: str, given: Statement) -> Value | None:
    """Find solutions without a formula, by searching for crossings of both sides."""
    term = Term("sum", (given.sides[0], Term("negative", (given.sides[1],))))
    try:
        roots = crossings(term, name)
    except NotPlottableError:
        return None
    if not 0 < len(roots) <= _MOST_SOLUTIONS:
        return None
    rows = [((symbol_item(name), ABOUT, *decimal_row(decimal_of(Fraction(root))[0])), None) for root in roots]
    found = _listed(rows)
    return Value(f"{found.text}{_WITHIN}", rf"{found.latex}\text{{{_WITHIN}}}", "solutions", exact=None)


def _is_written(side: Term, solution: Row) -> bool:
    return text_of_term(side) == text_of_row(solution[2:])


def _always(name: str) -> Value:
    row = (symbol_item(name),)
    return Value(ALWAYS + text_of_row(row), rf"\text{{{ALWAYS}}}{latex_of_row(row)}", "solutions", exact="")


def _solution(name: str, root: Any, *, decimals: bool) -> tuple[Row, Row | None]:
    """Return `x = …` exactly, or approximately if that would be long; and the decimals of a root that is not whole."""
    head: tuple[Item, ...] = (symbol_item(name),)
    if root.is_Rational:
        value = Fraction(int(root.p), int(root.q))
        rounded, ends = decimal_of(value)
        if value.denominator == 1:
            return (*head, EQUALS, *row_of(from_sympy(root))), None
        if decimals:
            return (*head, EQUALS if ends else ABOUT, *decimal_row(rounded)), None
        return (*head, EQUALS, *row_of(from_sympy(root))), (EQUALS if ends else ABOUT, *decimal_row(rounded))
    about = decimals_of(root)
    try:
        exact = row_of(from_sympy(root))
    except UnwrittenError:
        exact = ()
    if about is None:
        return (*head, EQUALS, *exact), None
    if not exact or len(text_of_row(exact)) > LONGEST // 2 or decimals:
        return (*head, ABOUT, *about), None
    return (*head, EQUALS, *exact), (ABOUT, *about)


def _listed(rows: Sequence[tuple[Row, Row | None]]) -> Value:
    whole = [row if more is None else (*row, *more) for row, more in rows]
    text = ", ".join(map(spaced, whole))
    latex = r",\ ".join(map(latex_of_row, whole))
    decimal = ", ".join(text_of_row(more[1:]) for _, more in rows if more is not None)
    return Value(text, latex, "solutions", exact=", ".join(spaced(row) for row, _ in rows), decimal=decimal or None)


def _periodic(name: str, families: Sequence[Any]) -> Value | None:
    rows: list[Row] = []
    whole = "n" if name != "n" else "k"
    for family in families:
        (running,) = family.lamda.variables
        try:
            solution = row_of(from_sympy(family.lamda.expr.subs(running, symbol(whole))))
        except UnwrittenError:
            return None
        rows.append((symbol_item(name), EQUALS, *solution))
    rows.sort(key=lambda row: (len(text_of_row(row)), text_of_row(row)))
    text, latex = ", ".join(map(spaced, rows)), r",\ ".join(map(latex_of_row, rows))
    of_whole = f" with any whole {whole}"
    return Value(text + of_whole, rf"{latex}\text{{{of_whole}}}", "solutions", exact=text)


def inequality_value(comparison: Comparison, left: Any, right: Any, name: str) -> Value | None:
    """Solve an inequality of SymPy objects in the unknown of this name; None where no answer is to be expected."""
    import sympy

    classes = {"<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge, "!=": sympy.Ne}
    unknown = symbol(name)
    found = sympy.solveset(classes[comparison](left, right), unknown, sympy.S.Reals)
    if found is sympy.S.EmptySet:
        return Value(NO_SOLUTION, rf"\text{{{NO_SOLUTION}}}", "solutions", exact="")
    if found in (sympy.S.Reals, sympy.Interval(-sympy.oo, sympy.oo)):
        return _always(name)
    intervals = found.args if isinstance(found, sympy.Union) else (found,)
    rows = [_interval(interval, name) for interval in intervals]
    found_rows = [row for row in rows if row is not None]
    if len(found_rows) < len(rows):
        return None
    text = " or ".join(map(spaced, found_rows))
    latex = r"\text{ or }".join(map(latex_of_row, found_rows))
    return Value(text, latex, "solutions", exact=text)


def _interval(interval: Any, name: str) -> Row | None:
    """Return the row of an interval: `x<2`, `0≤x<1` or `x=3`."""
    import sympy

    middle: Row = (symbol_item(name),)
    try:
        if isinstance(interval, sympy.FiniteSet) and len(interval) == 1:
            return (*middle, EQUALS, *row_of(from_sympy(interval.args[0])))
        if not isinstance(interval, sympy.Interval):
            return None
        low, high = (row_of(from_sympy(end)) for end in (interval.start, interval.end))
    except UnwrittenError:
        return None
    more = Atom("relation", r"\gt" if interval.left_open else r"\geq")
    less = Atom("relation", r"\lt" if interval.right_open else r"\leq")
    less_than_it = Atom("relation", r"\lt" if interval.left_open else r"\leq")
    if interval.end is sympy.oo:
        return (*middle, more, *low)
    if interval.start is -sympy.oo:
        return (*middle, less, *high)
    return (*low, less_than_it, *middle, less, *high)
