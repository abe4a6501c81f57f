"""Brackets and bars: what a row opens, it closes."""

from collections.abc import Iterable, Sequence
from typing import Final

_CLOSES: Final = {")": frozenset("(["), "]": frozenset("(["), r"\}": frozenset({r"\{"})}
"""What each closing bracket may close: an interval may have its ends in different ones."""

_OPENING: Final = frozenset().union(*_CLOSES.values())
_BAR: Final = "|"


def unpaired(rows: Iterable[Sequence[str]]) -> int:
    """How many brackets have no partner in their own row, by the rows' labels."""
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
    """How many rows have an odd number of bars outside brackets; within these one alone says “given” or “such that”."""
    found = 0
    for row in rows:
        depth = bars = 0
        for label in row:
            depth += (label in _OPENING) - (label in _CLOSES)
            bars += label == _BAR and depth <= 0
        found += bars % 2
    return found
