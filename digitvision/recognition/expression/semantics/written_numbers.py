"""What a number is that was written with points and commas."""

import re
from fractions import Fraction
from typing import Final

LONGEST_NUMBER: Final = 1000
"""Most signs of a number that is worked with."""

_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_GROUPS: Final = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,3}(?:\.\d{3})+")


class UnclearError(ValueError):
    """What has no meaning, or more than one; its text is a sentence on that where there is something to say."""


def is_decimal_comma(text: str) -> bool:
    """Whether a number has a comma that can only be a decimal one: `3,14`, `1.234,5`; `1,234` may be two numbers."""
    whole, _, decimals = text.replace(" ", "").rpartition(",")
    if not whole or "," in whole or "." in decimals:
        return False
    return "." in whole or not _may_be_thousands(whole, decimals)


def _may_be_thousands(whole: str, decimals: str) -> bool:
    return len(decimals) == 3 and len(whole) <= 3 and whole != "0"


def written_number(text: str, *, commas: bool = False) -> tuple[Fraction, str]:
    """Return the number that a text of digits, points and commas denotes, and the text with a decimal point.

    A comma is a decimal comma, as in `3,14`, except where groups of three digits and a decimal point or a second comma
    show that it separates thousands: `1,234.5`. A point is a decimal point, except where it is the comma that is
    decimal, or where it stands twice: `1.234,5`, `1.234.567`. Spaces between groups of three digits say nothing.

    Args:
        text: The number as it was written.
        commas: Whether other numbers beside it have decimal commas.

    Raises:
        UnclearError: It may be two numbers, as `1,234`, and `1.234` beside decimal commas, or is too long.
    """
    spaced, text = " " in text, text.replace(" ", "")
    if commas and _THOUSANDS.fullmatch(text):
        raise UnclearError(f"{text} may be {text.replace('.', '')} beside decimal commas: write it without the point.")
    if len(text) > LONGEST_NUMBER:
        raise UnclearError
    last = max(text.rfind(","), text.rfind("."))
    marks = [sign for sign in text if not sign.isdigit()]
    if len(marks) > 1 and len(set(marks)) == 1 and _GROUPS.fullmatch(text):
        whole, decimals = text, ""
    elif last >= 0:
        whole, decimals = text[:last], text[last + 1 :]
    else:
        whole, decimals = text, ""
    if marks == [","] and not spaced and _may_be_thousands(whole, decimals):
        raise UnclearError(f"{text} may be {whole}.{decimals} or {whole}{decimals}: write it without the comma.")
    plain = whole.replace(",", "").replace(".", "") + (f".{decimals}" if decimals else "")
    return Fraction(plain), plain
