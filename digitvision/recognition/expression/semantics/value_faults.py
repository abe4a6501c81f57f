"""Reasons why an expression with a meaning has no value."""

from typing import Final

from digitvision.faults import Fault

DIVIDES_BY_ZERO: Final = "This divides by zero."
ZERO_TO_ZERO: Final = "Zero to the power of zero has no agreed value."
NO_FACTORIAL: Final = "Negative numbers have no factorial."
NO_VALUE: Final = "This has no value."
TOO_LARGE: Final = "The result is too large to be written out."
TOO_SLOW: Final = "This takes too long to work out."
TOO_MUCH_MEMORY: Final = "This takes too much memory to work out."


class ValueFault(Fault):
    """An expression with a clear meaning that has no value, or none that can be found in time."""
