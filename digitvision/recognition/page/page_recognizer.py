"""Read a page: find its rows, and read each of them as an equation or as a line."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.reading.model import default_expression_model
from digitvision.recognition.expression.reading.reader import NO_CORRECTIONS
from digitvision.recognition.expression.reading.recognizer import EquationRecognizer
from digitvision.recognition.line.recognizer import LineRecognizer
from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.rows.row_finder import FoundRow, RowFinder
from digitvision.recognition.page.row_kind import are_words, may_be_words
from digitvision.recognition.prediction import LIKELY_ABOVE, LINE, PAGE, Candidate, Reading, RowReading, too_many_strokes

MOST_STROKES: Final = 1200
"""Largest number of strokes that are read as a page: some eighty rows."""

_KEPT: Final = 400
"""Number of rows whose readings are remembered."""


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """A row as it is remembered: its strokes, what was said of it, and how it was read, by its own indices.

    The strokes are kept, so that no other stroke can have the identity of one of them.
    """

    strokes: tuple[Stroke, ...]
    reading: Reading


class PageRecognizer:
    """Reads pages, and remembers rows that it has read. Not thread-safe: each thread needs a recognizer of its own."""

    def __init__(self, store: ModelStore) -> None:
        """Load the networks for rows, for expressions, and for lines.

        Raises:
            ModelFault: A model is missing or damaged.
        """
        self._finder = RowFinder()
        self.equations = EquationRecognizer(default_expression_model(store))
        self.lines = LineRecognizer(store)
        self._rows: dict[tuple[object, ...], _Row] = {}

    def read(
        self,
        drawing: Drawing,
        *,
        top: int,
        corrections: Corrections = NO_CORRECTIONS,
        within_s: float | None = None,
    ) -> Reading:
        """Read a drawing as a page; with too many strokes it is refused, and without any there is no answer.

        Args:
            drawing: The drawing.
            top: Number of candidates that are wanted for each row.
            corrections: The user's corrections, which no reading contradicts.
            within_s: Time in seconds after which no further row is read, though at least one is; None for no limit.
                Rows that are still to be read have the mode of a reading that was not begun, which is empty: a page
                that is read again goes on with them.
        """
        started = time.perf_counter()
        count = len(drawing.strokes)
        if not 0 < count <= MOST_STROKES:
            return Reading(PAGE, refusal=too_many_strokes(count, MOST_STROKES, "a page") if count else "")
        rows = self._finder.rows_of(drawing, corrections)
        until = None if within_s is None else started + within_s
        modes = dict(corrections.rows)
        found = []
        for row in rows:
            own = tuple(drawing.strokes[index] for index in row.strokes)
            said = corrections.within(row.strokes)
            mode = next((mode for strokes, mode in modes.items() if strokes <= frozenset(row.strokes) and mode), "")
            key = (tuple(map(id, own)), said, mode, top)
            known = self._rows.pop(key, None)
            if known is None and (until is None or time.perf_counter() < until or not any(one.reading.mode for one in found)):
                known = _Row(own, self._read_row(Drawing(own), mode, said, top))
            if known is not None:
                self._rows[key] = known
            reading = Reading("") if known is None else _with_indices(known.reading, row.strokes)
            found.append(RowReading(_trusted(reading, row), row.strokes, row.box))
        while len(self._rows) > _KEPT:
            self._rows.pop(next(iter(self._rows)))
        return page_of(found, (time.perf_counter() - started) * 1000)

    def _read_row(self, drawing: Drawing, mode: str, corrections: Corrections, top: int) -> Reading:
        """Read strokes as one row, in this mode, or in the one that they look like."""
        if mode == LINE:
            return self.lines.read(drawing, top=top, corrections=corrections)
        equation = self.equations.read(drawing, top=top, corrections=corrections)
        if mode == EQUATION or not may_be_words(equation):
            return equation
        line = self.lines.read(drawing, top=top, corrections=corrections)
        return line if are_words(line, equation) else equation


def page_of(rows: Sequence[RowReading], elapsed_ms: float = 0.0) -> Reading:
    """Return the reading of a page that consists of these rows, in their order."""
    read = [row.reading for row in rows if row.reading.candidates]
    if not read:
        return Reading(PAGE, rows=tuple(rows), elapsed_ms=elapsed_ms)
    confidence = math.prod(one.confidence for one in read)
    whole = Candidate("\n".join(one.text for one in read), r" \\ ".join(one.latex for one in read), confidence)
    return Reading(
        PAGE,
        (whole,),
        len(read) == len(rows) and all(one.sure for one in read),
        tuple(glyph for one in read for glyph in one.glyphs),
        likely=len(read) == len(rows) and all(one.likely or one.sure for one in read),
        rows=tuple(rows),
        elapsed_ms=elapsed_ms,
    )


def _trusted(reading: Reading, row: FoundRow) -> Reading:
    """Return a row's reading with the confidence that it has if its strokes may belong to other rows, too."""
    if not reading.candidates or row.confidence >= 1:
        return reading
    candidates = tuple(replace(one, confidence=one.confidence * row.confidence) for one in reading.candidates)
    return replace(
        reading,
        candidates=candidates,
        sure=reading.sure and row.sure,
        likely=reading.likely and candidates[0].confidence >= LIKELY_ABOVE,
    )


def _with_indices(reading: Reading, strokes: Sequence[int]) -> Reading:
    """Return a row's reading with the indices that its strokes have in the whole drawing."""

    def moved(tree: LayoutTree) -> LayoutTree:
        symbols = (Symbol(one.label, tuple(strokes[index] for index in one.strokes)) for one in tree.symbols)
        return LayoutTree(tuple(symbols), tree.relations)

    if all(index == stroke for index, stroke in enumerate(strokes)):
        return reading
    return replace(
        reading,
        glyphs=tuple(
            replace(glyph, strokes=tuple(strokes[index] for index in glyph.strokes)) for glyph in reading.glyphs
        ),
        tree=None if reading.tree is None else moved(reading.tree),
        trees=tuple(map(moved, reading.trees)),
    )
