"""The numbers inside an InkML trace: plain lists, and the coding by differences that the recommendation defines.

Source: W3C, "Ink Markup Language (InkML)", Recommendation of 20 September 2011, section 3.2.1 (trace).
"""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

_PLAIN: Final = re.compile(r"[0-9eE+\-.,\s]*", re.ASCII)
"""Traces of these characters alone are mostly plain lists, which can be split and converted at once."""

_VALUE: Final = re.compile(
    r" ?(?P<coding>[!'\"])? ?"
    r"(?:(?P<sign>[-+])? ?(?:#(?P<hex>[0-9A-Fa-f]+)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))"
    r"|(?P<letter>[TF*?]))",
    re.ASCII,
)
"""One value. Runs of white space are made one space before, so that matching takes linear time."""

_EXPLICIT: Final = "!"
_VELOCITY: Final = "'"

_MOST_VALUES_A_SAMPLE: Final = 256


class TraceTextError(ValueError):
    """The text of a trace is not valid InkML."""


def decode_trace(text: str, channels: int, *, optional: int = 0) -> NDArray[np.float64]:
    """Decode the samples of a trace.

    Args:
        text: The text of the `trace` element.
        channels: Number of values that each sample has to have.
        optional: Number of further values that it may have (intermittent channels).

    Returns:
        float64 [N, channels], N ≥ 0. NaN stands for a value that is unknown ("?") or missing at a sample's end. Values
        of optional channels are left out.

    Raises:
        TraceTextError: The text is not made of values, or one of them is not a finite number.
    """
    rows = _plain_rows(text)
    # Files that follow the drafts of before 2006 have no commas between the samples.
    unseparated = optional == 0 and "," not in text
    if rows is None:
        rows = _coded_rows(text, channels, unseparated=unseparated)
    elif "," in text:
        rows = _by_spaces(rows)
    if unseparated and rows and len(rows[0]) % channels == 0:
        rows = [rows[0][first : first + channels] for first in range(0, len(rows[0]), channels)]
    lengths = {len(row) for row in rows}
    if lengths - {channels}:
        rows = [(row + [np.nan] * channels)[:channels] for row in rows]
    samples = np.array(rows, dtype=np.float64).reshape(-1, channels)
    if np.isinf(samples).any():
        raise TraceTextError("a number is too large")
    return samples


def _plain_rows(text: str) -> list[list[float]] | None:
    """Return the samples of a plain list of numbers; None where the text has to be parsed value by value."""
    if not _PLAIN.fullmatch(text):
        return None
    try:
        return [row for row in [list(map(float, part.split())) for part in text.split(",")] if row]
    except ValueError:
        return None


def _by_spaces(rows: list[list[float]]) -> list[list[float]]:
    """Return the samples of a trace in which commas separate values, and spaces samples, as in "1,2 3,4".

    Other traces are returned as they are. Between two commas of such a trace stands one value, or the last of a sample
    and the first of the next.
    """
    if len(rows) < 2 or len(rows[0]) != 1 or len(rows[-1]) != 1:
        return rows
    size = next((index + 1 for index, row in enumerate(rows) if len(row) == 2), len(rows))
    wanted = (2 if index and index % (size - 1) == 0 and index < len(rows) - 1 else 1 for index in range(len(rows)))
    if (len(rows) - 1) % (size - 1) or any(len(row) != count for row, count in zip(rows, wanted, strict=True)):
        return rows
    values = [value for row in rows for value in row]
    return [values[first : first + size] for first in range(0, len(values), size)]


def _coded_rows(text: str, channels: int, *, unseparated: bool) -> list[list[float]]:
    """Return the samples of a trace with differences, repeats, hexadecimal or Boolean values, or without spaces."""
    states = [_ChannelState() for _ in range(channels)]
    rows = []
    for part in " ".join(text.split()).split(","):
        row: list[float] = []
        index = end = 0
        while match := _VALUE.match(part, end):
            end = match.end()
            if unseparated or index < channels:
                row.append(states[index % channels].next(match))
            elif index > _MOST_VALUES_A_SAMPLE:
                raise TraceTextError("a sample has too many values")
            index += 1
        if part[end:].strip():
            raise TraceTextError(f"“{part[end:].strip()[:20]}” is not a value")
        if row:
            rows.append(row)
    return rows


class _ChannelState:
    """State of a channel while its values are decoded: the coding in force, the last value and its last change."""

    __slots__ = ("_code", "_coding", "_value", "_velocity")

    def __init__(self) -> None:
        self._coding = _EXPLICIT
        self._code = 0.0
        self._value = np.nan
        self._velocity = 0.0

    def next(self, match: re.Match[str]) -> float:
        """Return the value that one token stands for, in the channel's own unit; NaN for an unknown one."""
        if match["coding"]:
            self._coding = match["coding"]
        letter = match["letter"]
        if letter == "?":
            return np.nan
        if letter is None:
            self._code = _number(match)
        elif letter in "TF":
            self._code = float(letter == "T")
        # A "*" repeats the coded number: the value, the velocity or the acceleration, whichever is in force.
        before = self._value
        if self._coding == _EXPLICIT or np.isnan(before):
            self._velocity = 0.0 if np.isnan(before) else self._code - before
            self._value = self._code
        else:
            self._velocity = self._code if self._coding == _VELOCITY else self._velocity + self._code
            self._value = before + self._velocity
        return self._value


def _number(match: re.Match[str]) -> float:
    """Return the number of a token, without regard to its coding."""
    try:
        magnitude = float(int(match["hex"], 16)) if match["hex"] else float(match["number"])
    except OverflowError as error:
        raise TraceTextError("a number is too large") from error
    return -magnitude if match["sign"] == "-" else magnitude
