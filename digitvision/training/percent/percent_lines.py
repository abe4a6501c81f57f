"""Lines with a percent sign behind a number, put together of a line and a sign that somebody wrote; and others without.

No collection has percentages, but many signs alone, and many lines of numbers.
"""

import json
import lzma
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.files import write_named_file
from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.signs.percent_finder import PERCENT
from digitvision.training.expression.corpus import Expression

Strokes = list[NDArray[np.float64]]

STROKES: Final = (2, 3)
"""Numbers of strokes of the signs that are looked for."""

_BEHIND: Final = frozenset({"+", "-", "=", r"\times", r"\div", r"\lt", r"\gt", ")"})
_TRICKY: Final = ("0/0", "9/0", "0/9", "1/0", "10/9", "010", "00", "90", "910", "0/8", "6/0", "00/0", "190", "1010")
"""What may be taken for a percent sign, in part or as a whole."""

_SCALE: Final = 4000
_TURN: Final = 4.0
_STRETCH: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class PercentLine:
    """A line with a percent sign.

    Attributes:
        strokes: All strokes.
        sign: Indices of the sign's.
        tree: The symbols, all in one row.
    """

    strokes: Strokes
    sign: tuple[int, ...]
    tree: LayoutTree


def places_of(expression: Expression) -> list[int]:
    """Return the places in the row of an expression behind which a percent sign may stand; none if it is no row."""
    tree = expression.tree
    if any(relation != "Right" for _, _, relation in tree.relations):
        return []
    labels = [tree.symbols[symbol].label for symbol in tree.row(tree.root)]
    return [
        place
        for place, label in enumerate(labels)
        if label.isdecimal() and (place + 1 == len(labels) or labels[place + 1] in _BEHIND)
    ]


def with_percent(rng: np.random.Generator, expression: Expression, sign: Sequence[NDArray[Any]]) -> PercentLine:
    """Put a sign behind a number of a line, about as high as its digits, and move what follows to the right.

    Args:
        rng: Decides everything that is left to chance.
        expression: A line that has places for it.
        sign: The sign's strokes, in any unit.
    """
    tree = expression.tree
    row = list(tree.row(tree.root))
    places = places_of(expression)
    place = places[int(rng.integers(len(places)))]
    first = place
    while first > 0 and tree.symbols[row[first - 1]].label.isdecimal():
        first -= 1
    boxes = np.array([_box([expression.points[stroke] for stroke in tree.symbols[one].strokes]) for one in row])
    number = boxes[first : place + 1]
    top, bottom = np.median(number[:, 1]), np.median(number[:, 3])
    height = bottom - top
    left = number[:, 2].max() + rng.uniform(0.03, 0.5) * height
    made = _at(rng, sign, left, (top + bottom) / 2 + rng.normal(0, 0.1) * height, height * math.exp(rng.normal(0, 0.2)))
    following = boxes[place + 1 :, 0].min(initial=np.inf)
    shift = max(_box(made)[2] + rng.uniform(0.1, 0.7) * height - following, 0.0) if place + 1 < len(row) else 0.0
    moved = {stroke for one in row[place + 1 :] for stroke in tree.symbols[one].strokes}
    strokes = [path + np.array([shift * (stroke in moved), 0.0]) for stroke, path in enumerate(expression.points)]
    # The sign was written between the strokes before it and those behind it.
    begins = min(moved, default=len(strokes))
    count = len(made)
    index = [stroke if stroke < begins else stroke + count for stroke in range(len(strokes))]
    own = tuple(range(begins, begins + count))
    symbols = [
        Symbol(tree.symbols[one].label, tuple(sorted(index[stroke] for stroke in tree.symbols[one].strokes)))
        for one in row
    ]
    symbols.insert(place + 1, Symbol(PERCENT, own))
    relations: list[tuple[int, int, Relation]] = [(one, one + 1, "Right") for one in range(len(symbols) - 1)]
    return PercentLine([*strokes[:begins], *made, *strokes[begins:]], own, LayoutTree(tuple(symbols), tuple(relations)))


def tricky_line(
    rng: np.random.Generator,
    digits: dict[str, list[Sequence[NDArray[Any]]]],
    slashes: Sequence[Sequence[NDArray[Any]]],
) -> Strokes:
    """Put together a line that has no percent sign, though zeros stand beside slashes and ones.

    Args:
        rng: Decides everything that is left to chance.
        digits: One writer's digits, at least one of each that is in the line.
        slashes: Slashes by anybody.

    Returns:
        The strokes; none if the writer lacks a digit.
    """
    text = _TRICKY[int(rng.integers(len(_TRICKY)))]
    if any(sign != "/" and not digits.get(sign) for sign in text):
        return []
    strokes: Strokes = []
    right = 0.0
    for sign in text:
        choices = slashes if sign == "/" else digits[sign]
        height = math.exp(rng.normal(0, 0.15)) * (1.15 if sign == "/" else 1.0)
        made = _at(rng, choices[int(rng.integers(len(choices)))], right, rng.normal(0, 0.06), height)
        right = _box(made)[2] + rng.uniform(0.03, 0.4)
        strokes += made
    return strokes


def write_percent_lines(path: Path, lines: Sequence[tuple[PercentLine, str]]) -> None:
    """Write lines and the names of their writers as a file of expressions, for `digitvision evaluate`.

    Raises:
        FileFault: The file cannot be written.
    """
    rows = []
    for number, (line, writer) in enumerate(lines):
        low = np.concatenate(line.strokes).min(axis=0)
        longest = float(max((np.concatenate(line.strokes).max(axis=0) - low).max(), 1e-9))
        row = {
            "truth": line.tree.latex,
            "writer": writer,
            "ui": str(number),
            "file": str(number),
            "source": "",
            "strokes": [
                ((path - low) * _SCALE / longest).round().astype(int).ravel().tolist() for path in line.strokes
            ],
            "symbols": [[symbol.label, list(symbol.strokes)] for symbol in line.tree.symbols],
            "relations": [list(one) for one in line.tree.relations],
            "latex": line.tree.latex,
        }
        rows.append(json.dumps(row))
    write_named_file(path, lzma.compress(("\n".join(rows) + "\n").encode()))


def _at(rng: np.random.Generator, glyph: Sequence[NDArray[Any]], left: float, middle: float, height: float) -> Strokes:
    """Return a glyph a little turned and stretched, as high as is wanted, at a place."""
    angle = math.radians(rng.normal(0, _TURN))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    strokes = [np.asarray(path, np.float64) @ turn.T * (math.exp(rng.normal(0, _STRETCH)), 1.0) for path in glyph]
    x, top, _, bottom = _box(strokes)
    scale = height / max(bottom - top, 1e-9)
    return [(path - (x, (top + bottom) / 2)) * scale + (left, middle) for path in strokes]


def _box(strokes: Sequence[NDArray[np.float64]]) -> tuple[float, float, float, float]:
    points = np.concatenate(list(strokes))
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return left, top, right, bottom
