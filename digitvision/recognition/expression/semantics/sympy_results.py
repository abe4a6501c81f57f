"""What SymPy found, in decimals and as text."""

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
"""That numbers are worked out to."""

LONGEST: Final = 60
"""Signs of an exact value that is still shown."""


def decimals_of(found: Any) -> Row | None:
    """A real number in decimals; None for any other."""
    import sympy

    # One that SymPy proved to have no antiderivative would not be integrated numerically either.
    plain = found.replace(sympy.Integral, sympy.Integral)
    value = sympy.N(plain, FIGURES)
    if not (value.is_Float and value.is_finite):
        return None
    return decimal_row(decimal_of(Fraction(str(value)))[0])


def text_of_term(term: Term) -> str:
    """A term in plain text; nothing for what is not written."""
    try:
        return text_of_row(row_of(term))
    except UnwrittenError:
        return ""
