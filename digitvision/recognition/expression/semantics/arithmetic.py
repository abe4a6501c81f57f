"""Exact arithmetic with fractions: immediate, without an algebra system, and with a limit on the size of numbers."""

import math
from fractions import Fraction
from typing import Final

from digitvision.recognition.expression.semantics.terms import Term
from digitvision.recognition.expression.semantics.value_faults import (
    DIVIDES_BY_ZERO,
    NO_FACTORIAL,
    TOO_LARGE,
    ZERO_TO_ZERO,
    ValueFault,
)

MOST_BITS: Final = 14_000
"""Largest size of a numerator or denominator: 4,214 digits. Python writes whole numbers of up to 4,300 digits."""

_LARGEST_FACTORIAL: Final = 2000


def exact_value(term: Term) -> Fraction | None:
    """Return the value of a term of numbers, fractions, whole powers and factorials; None for any other.

    Raises:
        ValueFault: The term divides by zero, or a number exceeds the limit.
    """
    if term.kind == "number":
        return term.number
    if term.kind not in ("negative", "sum", "product", "quotient", "power", "factorial", "absolute"):
        return None
    parts = [exact_value(part) for part in term.parts]
    values = [part for part in parts if part is not None]
    if len(values) < len(parts):
        return None
    return _within_limit(_combined(term, values))


def _combined(term: Term, values: list[Fraction]) -> Fraction | None:
    first = values[0]
    if term.kind == "negative":
        return -first
    if term.kind == "absolute":
        return abs(first)
    if term.kind == "factorial":
        return _factorial(first)
    if term.kind == "power":
        return _power(first, values[1])
    if term.kind == "quotient":
        if values[1] == 0:
            raise ValueFault(DIVIDES_BY_ZERO)
        return first / values[1]
    result = first
    for value in values[1:]:
        result = _within_limit(result + value if term.kind == "sum" else result * value) or Fraction(0)
    return result


def _within_limit(value: Fraction | None) -> Fraction | None:
    if value is not None and max(value.numerator.bit_length(), value.denominator.bit_length()) > MOST_BITS:
        raise ValueFault(TOO_LARGE)
    return value


def _power(base: Fraction, exponent: Fraction) -> Fraction | None:
    if base == 0 and exponent <= 0:
        raise ValueFault(ZERO_TO_ZERO if exponent == 0 else DIVIDES_BY_ZERO)
    if exponent.denominator != 1:
        return None
    if abs(base) in (0, 1):
        return base if exponent % 2 else abs(base)
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if (bits - 1) * abs(exponent) > MOST_BITS:
        raise ValueFault(TOO_LARGE)
    return base**exponent.numerator


def _factorial(value: Fraction) -> Fraction | None:
    if value.denominator != 1:
        return None
    if value < 0:
        raise ValueFault(NO_FACTORIAL)
    if value > _LARGEST_FACTORIAL:
        raise ValueFault(TOO_LARGE)
    return Fraction(math.factorial(value.numerator))
