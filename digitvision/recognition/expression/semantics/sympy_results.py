"""SymPy's results in decimals and as text."""

from fractions import Fraction
from typing import Any, Final

from digitvision.recognition.expression.notation.plain_text import text_of_row
from digitvision.recognition.expression.notation.structure import Row
from digitvision.recognition.expression.semantics.term_notation import UnwrittenError, row_of
from digitvision.recognition.expression.semantics.terms import Term
from digitvision.recognition.expression.semantics.values import (
    decimal_of,
    decimal_row,
)

FIGURES: Final = 20
"""Number of figures to which numbers are computed."""

LONGEST: Final = 60
"""Most characters of an exact value that is displayed."""


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
