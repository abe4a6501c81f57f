"""Numbers as they are written in formulas, at the axes of a graph and beside it."""

import math
from typing import Final

import pyqtgraph as pg

_PLAIN_DIGITS: Final = 5
"""From this number of digits before the decimal point, or of zeros after it, a power of ten is easier to read."""

_FIGURES: Final = 4
"""Figures of a number that was read off a graph."""

_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class NumberAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis with numbers as they are written in formulas: 2×10⁷ and −3, not 2e+07 and -3."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the texts of the ticks, with as many digits as neighbours need to differ."""
        step = abs(spacing * scale)
        largest = max((abs(value * scale) for value in values), default=0.0)
        power = math.floor(math.log10(largest)) if largest > 0 else 0
        # A little less than 1 must count as 1: rounding errors make the step a little too small.
        decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
        if -_PLAIN_DIGITS < power < _PLAIN_DIGITS:
            return [_signed(f"{value * scale:.{decimals}f}") for value in values]
        unit = 10.0**power
        decimals = max(0, power - math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
        raised = str(power).translate(_RAISED)
        return [
            "0" if value == 0 else f"{_signed(f'{value * scale / unit:.{decimals}f}')}×10{raised}" for value in values
        ]


def number_text(value: float, *, smallest: float = 0.0) -> str:
    """Return a number with four figures, without zeros at its end.

    Args:
        value: The number.
        smallest: Size below which it is written as zero, because a graph cannot tell it from zero.
    """
    if abs(value) <= smallest or value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if -_PLAIN_DIGITS < power < _PLAIN_DIGITS:
        return _signed(_trimmed(f"{value:.{max(_FIGURES - 1 - power, 0)}f}"))
    return f"{_signed(_trimmed(f'{value / 10.0**power:.{_FIGURES - 1}f}'))}×10{str(power).translate(_RAISED)}"


def _trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def _signed(number: str) -> str:
    """Return a number with a true minus sign, and without one where it is written as zero."""
    number = number.removeprefix("-") if not number.strip("-0.") else number
    return number.replace("-", "−")
