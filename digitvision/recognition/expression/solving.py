"""What SymPy has to work out: roots and logarithms, equations, derivatives, integrals, sums and limits.

Nothing here can be interrupted, and some of it never ends: call it in a process of its own (`valueprocess.py`).
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from digitvision.recognition.expression.algebra import from_sympy, symbol, to_sympy
from digitvision.recognition.expression.latexform import latex_of_row
from digitvision.recognition.expression.plaintext import text_of_row
from digitvision.recognition.expression.plots import SEARCHED, NotPlottableError, crossings
from digitvision.recognition.expression.structure import Atom, Item, Row
from digitvision.recognition.expression.terms import Comparison, Statement, Term
from digitvision.recognition.expression.valuefaults import NO_VALUE, ValueFault
from digitvision.recognition.expression.values import (
    ABOUT,
    COMPARE,
    EQUALS,
    Value,
    ValueKind,
    decimal_of,
    decimal_row,
    function_of,
    function_value,
    number_value,
    spaced,
    truth,
)
from digitvision.recognition.expression.writing import UnwrittenError, row_of, symbol_item

_FIGURES: Final = 20
_EQUAL: Final = Fraction(1, 10**15)
_MOST_SOLUTIONS: Final = 12
_LONGEST: Final = 60
"""Signs of an exact value that is still shown."""

_SHORT_ENOUGH: Final = 200
"""Operations of a result that is worth simplifying."""

NO_SOLUTION: Final = "no real solution"
ALWAYS: Final = "true for every "
_WITHIN: Final = f" between {-SEARCHED:.0f} and {SEARCHED:.0f}"


def warm_up() -> str:
    """Load SymPy and what it makes when first used, and say its version."""
    import sympy

    unknown = symbol("x")
    sympy.solveset(unknown - 1, unknown, sympy.S.Reals)
    sympy.simplify(sympy.integrate(unknown, unknown))
    return str(sympy.__version__)


def value_of_statement(statement: Statement) -> Value | None:
    """What a statement comes to; None where there is nothing to say.

    Raises:
        ValueFault: It has no value.
    """
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
    if len(free) > 1 or len(statement.sides) > 2 or statement.asked:
        return None
    (name,) = free
    left, right = (to_sympy(side).doit() for side in statement.sides)
    if statement.comparisons == ("=",):
        return _solutions(left - right, name, given=statement)
    return _inequality(statement.comparisons[0], left, right, name)


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
        # An antiderivative on both sides of a pole: ln|x| of 1/x.
        found = found.replace(sympy.log, lambda of: sympy.log(of if of.is_positive else sympy.Abs(of)))
    try:
        row = row_of(from_sympy(found))
    except UnwrittenError:
        return None
    if indefinite and term.kind == "integral":
        row = (*row, Atom("operator", "+"), Atom("letter", "C"))
    text = text_of_row(row)
    return None if text == _text_of(term) else Value(text, latex_of_row(row), "result", exact=text)


def _simplified(found: Any) -> Any:
    import sympy

    if found in (sympy.zoo, sympy.nan) or found.has(sympy.AccumBounds):
        raise ValueFault(NO_VALUE)
    if found.count_ops() > _SHORT_ENOUGH:
        return found
    simple = sympy.simplify(found)
    return simple if simple.count_ops() < found.count_ops() else found


def _text_of(term: Term) -> str:
    try:
        return text_of_row(row_of(term))
    except UnwrittenError:
        return ""


def _number(found: Any, statement: Statement, kind: ValueKind) -> Value | None:
    """The value of a term without symbols."""
    if found.is_Rational:
        given = _text_of(statement.sides[0])
        value = Fraction(int(found.p), int(found.q))
        return number_value(value, decimals=statement.has_decimals, given=given, kind=kind)
    exact: Row | None
    try:
        exact = row_of(from_sympy(found))
    except UnwrittenError:
        exact = None
    text = "" if exact is None else text_of_row(exact)
    if exact is not None and found.is_infinite:
        return Value(text, latex_of_row(exact), kind, exact=text)
    decimals = _decimals(found)
    if exact is None or len(text) > _LONGEST:
        exact, text = None, ""
    if decimals is None:
        said = exact is None or text == _text_of(statement.sides[0])
        return None if said or exact is None else Value(text, latex_of_row(exact), kind, exact=text)
    said = exact is None or statement.has_decimals or text == _text_of(statement.sides[0])
    row: Row = (ABOUT, *decimals) if said or exact is None else (*exact, ABOUT, *decimals)
    return Value(spaced(row), latex_of_row(row), kind, exact=text or None, decimal=text_of_row(decimals))


def _decimals(found: Any) -> Row | None:
    """A real number in decimals; None for any other."""
    import sympy

    # One that SymPy proved to have no antiderivative would not be integrated numerically either.
    plain = found.replace(sympy.Integral, sympy.Integral)
    value = sympy.N(plain, _FIGURES)
    if not (value.is_Float and value.is_finite):
        return None
    return decimal_row(decimal_of(Fraction(str(value)))[0])


def _truth(statement: Statement) -> Value | None:
    sides = [to_sympy(side).doit() for side in statement.sides]
    held = []
    for comparison, left, right in zip(statement.comparisons, sides, sides[1:], strict=False):
        size = _size(left - right)
        if size is None:
            return None
        held.append(COMPARE[comparison](size, 0))
    return truth(all(held))


def _size(difference: Any) -> Fraction | None:
    """A real number, zero if it is next to it; None for any other."""
    import sympy

    if sympy.simplify(difference).is_zero:
        return Fraction(0)
    value = sympy.N(difference, _FIGURES)
    if not (value.is_Float or value.is_Rational) or not value.is_finite:
        return None
    size = Fraction(str(value))
    return Fraction(0) if abs(size) < _EQUAL else size


def _solutions(difference: Any, name: str, *, given: Statement) -> Value | None:
    import sympy

    unknown = symbol(name)
    found = sympy.solveset(sympy.together(difference), unknown, sympy.S.Reals)
    if found is sympy.S.EmptySet:
        return Value(NO_SOLUTION, rf"\text{{{NO_SOLUTION}}}", "solutions", exact="")
    if found is sympy.S.Reals:
        return _always(name)
    if isinstance(found, sympy.FiniteSet):
        roots = sorted(found, key=lambda root: sympy.N(root))
        if len(roots) > _MOST_SOLUTIONS:
            return None
        rows = [_solution(name, root, decimals=given.has_decimals) for root in roots]
        if len(rows) == 1 and given.sides[0].kind == "symbol" and _is_written(given.sides[1], rows[0][0]):
            # “x = 5” is its own solution.
            return None
        return _listed(rows)
    families = found.args if isinstance(found, sympy.Union) else (found,)
    if all(isinstance(family, sympy.ImageSet) for family in families):
        return _periodic(name, families)
    return _searched(name, given)


def _searched(name: str, given: Statement) -> Value | None:
    """Solutions that no formula gives, found by looking where the sides cross."""
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
    return _text_of(side) == text_of_row(solution[2:])


def _always(name: str) -> Value:
    row = (symbol_item(name),)
    return Value(ALWAYS + text_of_row(row), rf"\text{{{ALWAYS}}}{latex_of_row(row)}", "solutions", exact="")


def _solution(name: str, root: Any, *, decimals: bool) -> tuple[Row, Row | None]:
    """`x = …` exactly, or about if that would be long; and its decimals if it is no whole number."""
    head: tuple[Item, ...] = (symbol_item(name),)
    if root.is_Rational:
        value = Fraction(int(root.p), int(root.q))
        rounded, ends = decimal_of(value)
        if value.denominator == 1:
            return (*head, EQUALS, *row_of(from_sympy(root))), None
        if decimals:
            return (*head, EQUALS if ends else ABOUT, *decimal_row(rounded)), None
        return (*head, EQUALS, *row_of(from_sympy(root))), (EQUALS if ends else ABOUT, *decimal_row(rounded))
    about = _decimals(root)
    try:
        exact = row_of(from_sympy(root))
    except UnwrittenError:
        exact = ()
    if about is None:
        return (*head, EQUALS, *exact), None
    if not exact or len(text_of_row(exact)) > _LONGEST // 2 or decimals:
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
    for family in families:
        (running,) = family.lamda.variables
        try:
            solution = row_of(from_sympy(family.lamda.expr.subs(running, symbol("n"))))
        except UnwrittenError:
            return None
        rows.append((symbol_item(name), EQUALS, *solution))
    rows.sort(key=lambda row: (len(text_of_row(row)), text_of_row(row)))
    text, latex = ", ".join(map(spaced, rows)), r",\ ".join(map(latex_of_row, rows))
    of_whole = " with any whole n"
    return Value(text + of_whole, rf"{latex}\text{{{of_whole}}}", "solutions", exact=text)


def _inequality(comparison: Comparison, left: Any, right: Any, name: str) -> Value | None:
    import sympy

    classes = {"<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge, "!=": sympy.Ne}
    unknown = symbol(name)
    found = sympy.solveset(classes[comparison](left, right), unknown, sympy.S.Reals)
    if found is sympy.S.EmptySet:
        return Value(NO_SOLUTION, rf"\text{{{NO_SOLUTION}}}", "solutions", exact="")
    if found in (sympy.S.Reals, sympy.Interval(-sympy.oo, sympy.oo)):
        return _always(name)
    pieces = found.args if isinstance(found, sympy.Union) else (found,)
    rows = [_interval(piece, name) for piece in pieces]
    found_rows = [row for row in rows if row is not None]
    if len(found_rows) < len(rows):
        return None
    text = " or ".join(map(spaced, found_rows))
    latex = r"\text{ or }".join(map(latex_of_row, found_rows))
    return Value(text, latex, "solutions", exact=text)


def _interval(piece: Any, name: str) -> Row | None:
    """`x<2`, `0≤x<1` or `x=3`."""
    import sympy

    middle: Row = (symbol_item(name),)
    try:
        if isinstance(piece, sympy.FiniteSet) and len(piece) == 1:
            return (*middle, EQUALS, *row_of(from_sympy(piece.args[0])))
        if not isinstance(piece, sympy.Interval):
            return None
        low, high = (row_of(from_sympy(end)) for end in (piece.start, piece.end))
    except UnwrittenError:
        return None
    more = Atom("relation", r"\gt" if piece.left_open else r"\geq")
    less = Atom("relation", r"\lt" if piece.right_open else r"\leq")
    less_than_it = Atom("relation", r"\lt" if piece.left_open else r"\leq")
    if piece.end is sympy.oo:
        return (*middle, more, *low)
    if piece.start is -sympy.oo:
        return (*middle, less, *high)
    return (*low, less_than_it, *middle, less, *high)
