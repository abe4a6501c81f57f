"""Traces that are written otherwise than the recommendation says, as the list that it wants.

Programs write samples one a line, between semicolons or in brackets, `true` for `T`, `0x` for `#`, and a minus that is
no hyphen. What a trace that keeps to the recommendation holds is not touched.
"""

import re
from typing import Final

_ODD: Final = re.compile(r"[;()\[\]{}\u2212]|0[xX]|[tT][rR]|[fF][aA][lL]")
"""What no trace of the recommendation has."""

_WORD: Final = re.compile("true|false", re.IGNORECASE)
_HEXADECIMAL: Final = re.compile(r"0[xX](?=[0-9A-Fa-f])")
_INNERMOST: Final = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_DECIMAL_COMMA: Final = re.compile(r"\s*[-+]?\d+,\d+(?:\s+[-+]?\d+(?:,\d+)?)+\s*")


def as_recommended(text: str, channels: int, optional: int) -> str:
    """Return a trace's text with a comma between the samples and spaces between the values, as far as it lacks them.

    Args:
        text: The text.
        channels: Number of values that each sample has.
        optional: Number of further ones that it may have.
    """
    if _ODD.search(text):
        text = _WORD.sub(_letter, text.replace("\N{MINUS SIGN}", "-"))
        text = _HEXADECIMAL.sub("#", text)
        if not any(sign in text for sign in ";()[]{}"):
            return text
        parts = _INNERMOST.findall(text) if any(sign in text for sign in "([{") else text.split(";")
        return ",".join(_values(part) for part in parts)
    if "," not in text and "\n" in text.strip():
        lines = [line for line in text.splitlines() if line.strip()]
        if _are_samples([len(line.split()) for line in lines], channels, optional):
            return ",".join(lines)
    return text


def _letter(word: re.Match[str]) -> str:
    return f" {word[0][0].upper()}"


def _values(part: str) -> str:
    """Return the values of a sample with spaces between them; a comma between digits is a decimal one beside spaces."""
    return part.replace(",", ".") if _DECIMAL_COMMA.fullmatch(part) else re.sub("[,;]", " ", part)


def _are_samples(counts: list[int], channels: int, optional: int) -> bool:
    """Whether lines with so many values each are a trace's samples, rather than a list that was broken anywhere."""
    if len(counts) < 2:
        return False
    if all(channels <= count <= channels + optional for count in counts):
        return True
    return len(set(counts)) == 1 and counts[0] > channels and counts[0] % channels > 0
