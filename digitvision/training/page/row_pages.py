"""Pages from which rows are learned: crowded, slanting, unfinished ones, columns of numbers, and rows of words."""

import json
import lzma
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.files import reason
from digitvision.training.data.dataset import DataFault
from digitvision.training.expression.corpus import Expression
from digitvision.training.page.pages import symbol_height

Strokes = list[NDArray[np.float64]]
"""Strokes, float64 [K, 2] each, in heights of a symbol; the rectangle around them begins at 0, 0."""

GAPS: Final[tuple[tuple[tuple[float, float], float], ...]] = (((0.3, 1.3), 0.5), ((0.1, 0.6), 0.35), ((0.6, 3.0), 0.15))
"""Ranges of the gaps between the rows of a page, and how often each is used."""

_NUMBER: Final = re.compile(r"[0-9 .+-]+")
_WORDS_LIMIT: Final = 700
_LINE_LIMIT: Final = 2**22
_MOST_STROKES: Final = 220


@dataclass(frozen=True, slots=True, eq=False)
class RowSamples:
    """What rows are made of.

    Attributes:
        writers: The expressions of each writer.
        numbers: Expressions that are numbers, for columns.
        words: Lines of words.
    """

    writers: Sequence[Sequence[Strokes]]
    numbers: Sequence[Strokes]
    words: Sequence[Strokes]


def row_samples(expressions: Sequence[Expression], words: Path | None = None) -> RowSamples:
    """Gather what rows are made of.

    Args:
        expressions: Expressions by several writers.
        words: A file of lines of words, JSON lines packed by xz; None for none.

    Raises:
        DataFault: The file of words is missing or damaged.
    """
    of_writer: dict[str, list[Strokes]] = {}
    numbers = []
    for one in expressions:
        points = one.points / symbol_height(one)
        strokes = list(points - points.min(axis=(0, 1)))
        of_writer.setdefault(one.writer, []).append(strokes)
        if _NUMBER.fullmatch(one.tree.latex):
            numbers.append(strokes)
    return RowSamples(
        [own for own in of_writer.values() if len(own) > 1], numbers, [] if words is None else _lines_of_words(words)
    )


def _lines_of_words(path: Path) -> list[Strokes]:
    found: list[Strokes] = []
    try:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            while (line := file.readline(_LINE_LIMIT)) and len(found) < _WORDS_LIMIT:
                strokes = [np.array(stroke, np.float64).reshape(-1, 2) for stroke in json.loads(line)["strokes"]]
                strokes = [stroke for stroke in strokes if len(stroke)]
                # A joined word is as high as its tall letters.
                height = float(np.median([np.ptp(stroke[:, 1]) for stroke in strokes])) * 1.2 if strokes else 0.0
                if height > 0 and len(strokes) < 60:
                    low = np.concatenate(strokes).min(axis=0)
                    found.append([(stroke - low) / height for stroke in strokes])
    except OSError as error:
        raise DataFault(f"“{path}” cannot be read: {reason(error)}.") from error
    except (lzma.LZMAError, EOFError, ValueError, KeyError, TypeError) as error:
        raise DataFault(f"“{path}” is no file of lines of words, which are JSON lines packed by xz.") from error
    return found


class PageBuilder:
    """Composes pages at random.

    Args:
        rng: Decides everything that is left to chance.
        samples: What rows are made of.
    """

    def __init__(self, rng: np.random.Generator, samples: RowSamples) -> None:
        self._rng = rng
        self._samples = samples
        sizes = np.sqrt([len(own) for own in samples.writers])
        self._shares = sizes / sizes.sum()
        self._strokes: Strokes = []
        self._row_of: list[int] = []

    def page(self) -> tuple[Strokes, NDArray[np.intp], bool]:
        """Return the strokes of a page in the order of writing, the row of each, and whether that order is known."""
        while True:
            self._strokes, self._row_of = [], []
            self._compose()
            if 1 < len(self._strokes) <= _MOST_STROKES:
                return self._as_written()

    def _compose(self) -> None:
        kind = self._rng.random()
        if kind < 0.1 and self._samples.numbers:
            self._column_of_numbers()
        elif kind < 0.18 and self._samples.words:
            self._lines_of_words()
        else:
            self._expressions()

    def _put(self, row: Strokes, x: float, y: float, scale: float, number: int) -> None:
        self._strokes += [stroke * scale + (x, y) for stroke in row]
        self._row_of += [number] * len(row)

    def _any_of(self, rows: Sequence[Strokes]) -> Strokes:
        return rows[int(self._rng.integers(len(rows)))]

    def _writer(self) -> Sequence[Strokes]:
        return self._samples.writers[int(self._rng.choice(len(self._samples.writers), p=self._shares))]

    def _column_of_numbers(self) -> None:
        """Put numbers under each other, often with a rule below them and what they come to."""
        rng, y, right = self._rng, 0.0, 6.0
        count = int(rng.integers(2, 6))
        for number in range(count):
            row = self._any_of(self._samples.numbers)
            scale = math.exp(rng.normal(0, 0.1))
            width, height = _size(row) * scale
            self._put(row, right - width + rng.normal(0, 0.2), y, scale, number)
            y += height + rng.uniform(0.1, 0.8)
        if rng.random() < 0.8:
            length = rng.uniform(2.5, 5.5)
            points = int(rng.integers(4, 12))
            rule = np.stack([np.linspace(0, length, points), np.cumsum(rng.normal(0, 0.02, points))], axis=1)
            self._put([rule], right - rng.uniform(2.5, 5), y, 1.0, count)
            if rng.random() < 0.5:
                row = self._any_of(self._samples.numbers)
                self._put(row, right - _size(row)[0], y + rng.uniform(0.1, 0.7), 1.0, count + 1)

    def _lines_of_words(self) -> None:
        rng, y = self._rng, 0.0
        gap, writer = self._gap(), self._writer()
        for number in range(int(rng.integers(1, 5))):
            row = self._any_of(self._samples.words if rng.random() < 0.7 else writer)
            scale = math.exp(rng.normal(0, 0.15))
            self._put(row, rng.uniform(0, 2), y, scale, number)
            y += _size(row)[1] * scale + 0.7 * rng.uniform(*gap)

    def _expressions(self) -> None:
        """Put expressions of one writer under each other, now and then beside each other; often it is only one."""
        rng, writer, gap = self._rng, self._writer(), self._gap()
        beside_each_other = rng.random() < 0.15
        x = y = top = highest = 0.0
        for number in range(1 if rng.random() < 0.12 else int(rng.integers(2, 8))):
            row = self._any_of(writer)
            scale = math.exp(rng.normal(0, 0.15))
            width, height = _size(row) * scale
            if beside_each_other and number and rng.random() < 0.5 and x + width < 60:
                drop = rng.normal(0, 0.8) + (highest - height) / 2
                self._put(row, x + rng.uniform(2, 6), top + drop, scale, number)
                x, highest = x + width + 5, max(highest, height)
                continue
            if number:
                y += highest + rng.uniform(*gap) + beside_each_other
            indent = rng.uniform(0, 4) * (rng.random() < 0.6)
            self._put(row, indent, y, scale, number)
            top, x, highest = y, indent + width, height

    def _gap(self) -> tuple[float, float]:
        return GAPS[int(self._rng.choice(len(GAPS), p=[share for _, share in GAPS]))][0]

    def _as_written(self) -> tuple[Strokes, NDArray[np.intp], bool]:
        """Leave out what is not written yet, turn and stretch the page, and choose the order of writing."""
        rng = self._rng
        strokes, row_of = self._strokes, np.array(self._row_of)
        if rng.random() < 0.3 and len(strokes) > 3:
            kept = int(rng.integers(max(2, len(strokes) - 8), len(strokes) + 1))
            strokes, row_of = strokes[:kept], row_of[:kept]
        slope = math.radians(rng.uniform(-3, 3) if rng.random() < 0.35 else rng.uniform(-1.3, 1.3))
        turn = np.array([[math.cos(slope), -math.sin(slope)], [math.sin(slope), math.cos(slope)]])
        stretch = math.exp(rng.normal(0, 0.12)) if rng.random() < 0.5 else 1.0
        strokes = [stroke @ turn.T * (stretch, 1 / stretch) for stroke in strokes]
        order = self._order(row_of)
        return [strokes[index] for index in order], row_of[order], bool(rng.random() > 0.3)

    def _order(self, row_of: NDArray[np.intp]) -> NDArray[np.intp]:
        rng, count, kind = self._rng, len(row_of), self._rng.random()
        if kind < 0.1:
            return rng.permutation(count)
        if kind < 0.3:
            # A few strokes are added at the end.
            late = rng.choice(count, min(int(rng.integers(1, 5)), count - 1), replace=False)
            return np.concatenate([np.setdiff1d(np.arange(count), late), late])
        if kind < 0.55:
            rows = rng.permutation(np.unique(row_of))
            return np.concatenate([np.flatnonzero(row_of == row) for row in rows])
        return np.arange(count)


def _size(row: Strokes) -> NDArray[np.float64]:
    """float64 [2]: width and height of a row."""
    return np.asarray(np.concatenate(row).max(axis=0))
