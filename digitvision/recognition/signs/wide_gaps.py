"""Gaps in a row at which two rows may stand beside each other: `12   7` is hardly 127, nor `x   y + 1` a product."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.notation.symbols import kind_of

_BETWEEN_DIGITS: Final = 0.85
_BETWEEN_OPERANDS: Final = 1.25
"""Least gap between two digits and between other operands, in usual sizes of a symbol, at which two rows may stand
beside each other: one in sixty of CROHME's training expressions has such a gap."""

_WITHIN_NUMBER: Final = 0.7
_NARROW: Final = 0.25
"""Least gap between two digits of a row that is nothing but a number, and the width of a digit, in usual sizes of a
symbol, up to which it is a one: beside ones gaps are wide. Where operators stand around a number it is one, but `6 2`
alone may be two: of 1,081 of CROHME's training expressions with numbers of several digits twenty have such a gap."""

_WIDER: Final = 1.3
_FEWEST_OTHERS: Final = 2
"""How much wider than the usual other gap such a gap is, where there are so many others: some people write widely."""

_BEFORE_SIGN: Final = 0.9
_TIGHTER: Final = 0.35
"""Least gap before a plus or minus that may be the sign of another row's first number, and the largest one behind it,
as a share of that: around an operator both gaps are much alike."""

_BEFORE_NAME: Final = 1.3
"""Least gap before the name of a function and before an operator with limits: people set them apart."""

_BEHIND_EQUALITY: Final = 0.9
_TIGHTER_EQUALITY: Final = 0.5
"""Least gap behind an equality sign with which a row ends where another equation stands beside it, and the largest one
before the sign, as a share of that."""

_CLEAR: Final = 1.75
_CLEAR_BETWEEN_EQUATIONS: Final = 1.3
_CLEARLY_WIDER: Final = 1.5
"""Least gap at which two rows stand beside each other beyond doubt, and where each has an equality sign; and how much
wider than all other gaps it is: of 8,700 of CROHME's training expressions nine have such a gap."""

_ENDS: Final = frozenset({"digit", "letter", "close"})
_BEGINS: Final = frozenset({"digit", "letter", "open"})
_BEGINS_ANEW: Final = frozenset({"digit", "letter"})
_NAMES: Final = frozenset({"function", "big"})
_SIGNS: Final = frozenset({"+", "-", r"\pm"})
_OPERANDS: Final = frozenset({r"\sqrt", r"\infty", r"\%", "!"})
_POINTS: Final = frozenset({".", ","})
_EQUALS: Final = "="


class SideGap(NamedTuple):
    """A gap between two rows that may stand beside each other.

    Attributes:
        width: Its width, in usual sizes of a symbol.
        left: The symbols on its left.
        is_clear: Whether there are two rows beyond doubt.
    """

    width: float
    left: frozenset[int]
    is_clear: bool


def has_side_gap(tree: LayoutTree, boxes: NDArray[np.float64]) -> bool:
    """Whether two rows may stand beside each other, see `side_gaps`."""
    return any(True for _ in side_gaps(tree, boxes))


def side_gaps(tree: LayoutTree, boxes: NDArray[np.float64]) -> Iterator[SideGap]:
    """Yield the gaps at which two rows may stand beside each other, from left to right.

    Nothing else may be above or below such a gap, and no operator asks for what is on its other side.

    Args:
        tree: How all is read as one row.
        boxes: float64 [M, 4]: left, top, right, bottom of each of its symbols.
    """
    row = list(tree.row(tree.root))
    if len(row) < 2:
        return
    parts = [boxes[[symbol, *_hung_on(tree, symbol)]] for symbol in row]
    left = np.array([part[:, 0].min() for part in parts])
    right = np.maximum.accumulate([part[:, 2].max() for part in parts])
    free = np.minimum.accumulate(left[::-1])[::-1][1:] - right[:-1]
    unit = float(np.median((boxes[:, 2:] - boxes[:, :2]).max(axis=1)))
    gaps = free / max(unit, 1e-9)
    labels = [tree.symbols[symbol].label for symbol in row]
    widths = (boxes[row, 2] - boxes[row, 0]) / max(unit, 1e-9)
    least = np.full(len(gaps), _BETWEEN_DIGITS)
    if all(label.isdecimal() or label in _POINTS for label in labels):
        least[np.minimum(widths[:-1], widths[1:]) > _NARROW] = _WITHIN_NUMBER
    found = []
    for place in np.flatnonzero(gaps >= least).tolist():
        others = np.delete(gaps, place)
        is_wider = len(others) < _FEWEST_OTHERS or gaps[place] >= _WIDER * np.median(others)
        if is_wider and _parts(tree, row, labels, place, gaps):
            found.append(place)
    within = _CLEARLY_WIDER * float(np.delete(gaps, found).max(initial=0.0))
    for place in found:
        inside = [one for symbol in row[: place + 1] for one in (symbol, *_hung_on(tree, symbol))]
        are_equations = _EQUALS in labels[: place + 1] and _EQUALS in labels[place + 1 :]
        clear = max(within, _CLEAR_BETWEEN_EQUATIONS if are_equations else _CLEAR)
        is_clear = bool(gaps[place] > clear) and _begins_anew(tree, row, place)
        yield SideGap(float(gaps[place]), frozenset(inside), is_clear)


def _parts(tree: LayoutTree, row: Sequence[int], labels: Sequence[str], place: int, gaps: NDArray[np.float64]) -> bool:
    """Whether what is before and behind a gap may be two rows.

    Args:
        tree: How all is read as one row.
        row: The symbols of its outermost row, and `labels` their labels.
        place: The last of these before the gap.
        gaps: float64 [K - 1], all gaps of that row, in usual sizes of a symbol.
    """
    before, behind, width = labels[place], labels[place + 1], float(gaps[place])
    begins = _is_operand(tree, row[place + 1], _BEGINS)
    if before == _EQUALS:
        # What follows an equality sign is its result, unless it is an equation of its own.
        is_end = place > 0 and gaps[place - 1] < _TIGHTER_EQUALITY * width
        return begins and is_end and width >= _BEHIND_EQUALITY and _EQUALS in labels[place + 2 :]
    if not _is_operand(tree, row[place], _ENDS):
        return False
    if behind in _SIGNS and not begins:
        return width >= _BEFORE_SIGN and place + 1 < len(gaps) and bool(gaps[place + 1] < _TIGHTER * width)
    if begins:
        return width >= _BETWEEN_OPERANDS or (behind.isdecimal() and before.isdecimal())
    return kind_of(behind) in _NAMES and width >= _BEFORE_NAME


def _begins_anew(tree: LayoutTree, row: Sequence[int], place: int) -> bool:
    """Whether what is behind a gap is no sign with a number, and no bracket or name that may go with a letter."""
    return _is_operand(tree, row[place + 1], _BEGINS_ANEW)


def _is_operand(tree: LayoutTree, symbol: int, kinds: frozenset[str]) -> bool:
    label = tree.symbols[symbol].label
    return kind_of(label) in kinds or label in _OPERANDS or tree.is_fraction(symbol)


def _hung_on(tree: LayoutTree, symbol: int) -> list[int]:
    """Return the symbols of all scripts, limits and parts of one symbol, without those on its right."""
    children = tree.children(symbol)
    return [one for relation, child in children.items() if relation != "Right" for one in tree.subtree(child)]
