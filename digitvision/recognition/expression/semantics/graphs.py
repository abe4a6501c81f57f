"""Graphs of equations: of both sides of one in one unknown, and of what one of x and y says of y. They need SymPy."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from digitvision.recognition.expression.notation.latex import latex_of_row
from digitvision.recognition.expression.notation.plain_text import text_of_row
from digitvision.recognition.expression.notation.structure import Row
from digitvision.recognition.expression.semantics.algebra import from_sympy, symbol, to_sympy
from digitvision.recognition.expression.semantics.plots import (
    NotPlottableError,
    Plot,
    crossings,
    plot_between,
    plot_of,
    values_at,
)
from digitvision.recognition.expression.semantics.term_notation import UnwrittenError, row_of, symbol_item
from digitvision.recognition.expression.semantics.terms import Statement, Term
from digitvision.recognition.expression.semantics.values import EQUALS, Value, spaced

_MOST_IN_VIEW: Final = 4
"""Most solutions that the view is fitted to; of more it shows those that lie in the usual view."""

_MARGIN: Final = 0.35
"""Space beside the outermost solutions, as a share of the distance between them."""

_LEAST_SPREAD: Final = 2.0


def plots_of_sides(left: Any, right: Any, name: str) -> tuple[Plot, ...]:
    """Return both sides of an equation as graphs in a view with its solutions; none where they cannot be calculated.

    Args:
        left: The left side, a SymPy object.
        right: The right side.
        name: Name of the unknown.
    """
    try:
        terms = [from_sympy(side) for side in (left, right)]
        plots = [plot_of(term, name, "", text_of_row(row_of(term))) for term in terms]
        found = crossings(Term("sum", (terms[0], Term("negative", (terms[1],)))), name)
    except (NotPlottableError, UnwrittenError):
        return ()
    if 0 < len(found) <= _MOST_IN_VIEW:
        low, high = min(0.0, *found), max(0.0, *found)
        margin = _MARGIN * max(high - low, _LEAST_SPREAD)
        plots = [plot_between(plot, low - margin, high + margin) for plot in plots]
        return _viewed_together(plots, values_at(terms[0], name, np.array(found)).tolist())
    # Both in the same range, the wider one.
    ends = min(float(plot.x[0]) for plot in plots), max(float(plot.x[-1]) for plot in plots)
    return _viewed_together([plot_between(plot, *ends) for plot in plots], ())


def relation_value(statement: Statement) -> Value | None:
    """Return what an equation of x and y says of y, with its graphs; None unless y is in it linearly or squared."""
    import sympy

    y = symbol("y")
    left, right = (to_sympy(side).doit() for side in statement.sides)
    numerator = sympy.fraction(sympy.together(left - right))[0]
    if not numerator.is_polynomial(y):
        return None
    polynomial = sympy.Poly(numerator, y)
    if polynomial.degree() not in (1, 2):
        return None
    plots, rows = [], []
    for root in _roots(polynomial):
        try:
            term = from_sympy(sympy.simplify(root))
            row: Row = row_of(term)
            plots.append(plot_of(term, "x", "y", text_of_row(row)))
        except (NotPlottableError, UnwrittenError):
            return None
        rows.append((symbol_item("y"), EQUALS, *row))
    ends = min(float(plot.x[0]) for plot in plots), max(float(plot.x[-1]) for plot in plots)
    shown = _viewed_together([plot_between(plot, *ends) for plot in plots], ())
    text, latex = ", ".join(map(spaced, rows)), r",\ ".join(map(latex_of_row, rows))
    return Value(text, latex, "function", exact=text, plots=shown)


def _roots(polynomial: Any) -> list[Any]:
    """Return the roots of a polynomial of the first or second degree, the upper one first."""
    import sympy

    if polynomial.degree() == 1:
        slope, offset = polynomial.all_coeffs()
        return [-offset / slope]
    a, b, c = polynomial.all_coeffs()
    root = sympy.sqrt(sympy.factor(b**2 - 4 * a * c))
    return [(-b + root) / (2 * a), (-b - root) / (2 * a)] if root != 0 else [-b / (2 * a)]


def _viewed_together(plots: Sequence[Plot], heights: Sequence[float]) -> tuple[Plot, ...]:
    """Return plots with one view, which holds these heights as well."""
    low = min(*(plot.low for plot in plots), *heights) if len(plots) > 1 or heights else plots[0].low
    high = max(*(plot.high for plot in plots), *heights) if len(plots) > 1 or heights else plots[0].high
    return tuple(Plot(plot.term, plot.variable, plot.name, plot.text, plot.x, plot.y, low, high) for plot in plots)
