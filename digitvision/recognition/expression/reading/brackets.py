"""Brackets and bars: a row closes what it opens."""

from collections.abc import Iterable, Sequence
from typing import Final

_CLOSES: Final = {")": frozenset("(["), "]": frozenset("(["), r"\}": frozenset({r"\{"})}
"""The brackets that each closing bracket may close: an interval may have two different ones."""

_OPENING: Final = frozenset().union(*_CLOSES.values())
_BAR: Final = "|"


def unpaired(rows: Iterable[Sequence[str]]) -> int:
    """Return the number of brackets that have no partner in their own row, given the rows' labels."""
    found = 0
    for row in rows:
        opened: list[str] = []
        for label in row:
            if label in _OPENING:
                opened.append(label)
            elif label in _CLOSES:
                if opened and opened[-1] in _CLOSES[label]:
                    opened.pop()
                else:
                    found += 1
        found += len(opened)
    return found


def odd_bars(rows: Iterable[Sequence[str]]) -> int:
    """Return the number of rows with an odd number of bars, but those in brackets: “given” has a single bar there."""
    found = 0
    for row in rows:
        depth = bars = 0
        for label in row:
            depth += (label in _OPENING) - (label in _CLOSES)
            bars += label == _BAR and depth <= 0
        found += bars % 2
    return found
