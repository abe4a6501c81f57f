"""Read a page: find its rows, and read each of them as an equation or as a line."""

import math
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import itemgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.reading.model import default_expression_model
from digitvision.recognition.expression.reading.reader import NO_CORRECTIONS
from digitvision.recognition.expression.reading.recognizer import EquationRecognizer
from digitvision.recognition.line.recognizer import LineRecognizer
from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.recognition.page.doubtful_rows import (
    HALF_SAID_TRUST,
    KNOT,
    boxes_of,
    covers,
    doubtful_rows,
    half_said_rows,
    is_knot,
)
from digitvision.recognition.page.number_rows import are_numbers, as_number
from digitvision.recognition.page.read_row import ReadRow
from digitvision.recognition.page.row_form import RowForm
from digitvision.recognition.page.row_joining import RowJoiner, go_on_in_columns
from digitvision.recognition.page.row_kind import are_rather_words, may_be_words, with_doubted_word
from digitvision.recognition.prediction import (
    DOUBTED_TRUST,
    LINE,
    PAGE,
    Candidate,
    Reading,
    RowReading,
    too_many_strokes,
)
from digitvision.recognition.rows.row_finder import FoundRow, RowFinder
from digitvision.recognition.text.own_words import OwnWords

MOST_STROKES: Final = 1200
"""Largest number of strokes that are read as a page: some eighty rows."""

_KEPT: Final = 400
"""Number of rows whose readings are remembered."""


@dataclass(slots=True, eq=False)
class _Turn:
    """One page to read: what is asked, until when new rows may be read, whether one was, and whether one was not."""

    drawing: Drawing
    corrections: Corrections
    top: int
    until: float
    begun: bool = False
    unfinished: bool = False
    rows: dict[tuple[int, ...], ReadRow] = field(default_factory=dict)
    """What was asked for in this turn, by its strokes."""


@dataclass(frozen=True, slots=True)
class PageModels:
    """What reads a page: the model of equations, and the name of the model of words, None for the program's."""

    equations: Model
    words: str | None


def page_models(store: ModelStore, name: str | None = None) -> PageModels:
    """Return the models that read pages, one of which may be named.

    Args:
        store: The models.
        name: Name or folder of a model; None for the program's.

    Raises:
        ModelFault: There is no such model, or it reads neither equations nor all classes of words.
    """
    if not name or store.find(name).card.reading == EQUATION:
        return PageModels(default_expression_model(store, name or None), None)
    store.for_alphabet("all", name)
    return PageModels(default_expression_model(store), name)


class PageRecognizer:
    """Reads pages, and remembers rows that it has read. Not thread-safe: each thread needs a recognizer of its own."""

    def __init__(self, store: ModelStore, model: str | None = None, own_words: OwnWords | None = None) -> None:
        """Load the networks for rows, for expressions, and for lines.

        Args:
            store: The models.
            model: Name or folder of a model, which reads equations or else words, as it can; None for the program's.
            own_words: Words of the user, which are expected; None for none.

        Raises:
            ModelFault: A model is missing or damaged, or reads neither equations nor all classes of words.
        """
        self._finder = RowFinder()
        own = page_models(store, model)
        self.equations = EquationRecognizer(own.equations)
        self.lines = LineRecognizer(store, own.words, own_words)
        self._known: dict[tuple[object, ...], ReadRow] = {}

    def read(
        self,
        drawing: Drawing,
        *,
        top: int,
        corrections: Corrections = NO_CORRECTIONS,
        within_s: float | None = None,
    ) -> Reading:
        """Read a drawing as a page; too many strokes and knots are refused, and without any there is no answer.

        Args:
            drawing: The drawing.
            top: Number of candidates that are wanted for each row.
            corrections: The user's corrections, which no reading contradicts.
            within_s: Time in seconds after which no further row is read, though at least one is; None for no limit.
                The row that was written last comes first, or the uppermost one where that is not read yet, and then
                it is the only one. Rows that are still to be read have the mode of a reading that was not begun, which
                is empty. While there is more to read the reading is `unfinished`: a page that is read again goes on.
        """
        started = time.perf_counter()
        count = len(drawing.strokes)
        if not 0 < count <= MOST_STROKES:
            return Reading(PAGE, refusal=too_many_strokes(count, MOST_STROKES, "a page") if count else "")
        boxes = boxes_of(drawing.strokes)
        within = covers(boxes)
        if is_knot(within):
            return Reading(PAGE, refusal=KNOT)
        turn = _Turn(drawing, corrections, top, math.inf if within_s is None else started + within_s)
        rows, trust = self._rows_of(turn, boxes)
        for row_strokes in doubtful_rows(boxes, within, [row.strokes for row in rows], self._finder.frames):
            # Of a row that the user has told of, there is no doubt.
            if all(frozenset(row_strokes) != said for said, _ in corrections.rows):
                trust[row_strokes] *= DOUBTED_TRUST
        read = [self._row(row.strokes, turn) for row in rows]
        forms = [RowForm() if one is None else one.form for one in read]
        for number in half_said_rows([(row.box, form) for row, form in zip(rows, forms, strict=True)]):
            trust[rows[number].strokes] *= HALF_SAID_TRUST
        found = []
        for number, (row, one) in enumerate(zip(rows, read, strict=True)):
            if one is None:
                found.append(RowReading(Reading(""), row.strokes, row.box))
                continue
            others = [*forms[:number], *forms[number + 1 :]] if len(one.reading.glyphs) == 1 else []
            lone = are_numbers(others)
            if not lone and are_numbers(others, fewest=1) and as_number(one.reading) is not one.reading:
                # Beside a single number, a g may be a 9 as well.
                trust[row.strokes] *= HALF_SAID_TRUST
            found.append(one.on_page(row, trust[row.strokes], among_numbers=lone))
        while len(self._known) > _KEPT:
            self._known.pop(next(iter(self._known)))
        page = page_of(found, (time.perf_counter() - started) * 1000)
        return replace(page, unfinished=turn.unfinished)

    def read_picture(self, ink: NDArray[np.float32], *, top: int, corrections: Corrections = NO_CORRECTIONS) -> Reading:
        """Read a picture as rows of numbers and words; without any there is no answer, and with far too many a refusal.

        Args:
            ink: float32 [H, W], 0 (paper) to 1 (ink).
            top: Number of candidates that are wanted for each row.
            corrections: Only those of a picture count.
        """
        started = time.perf_counter()
        rows = self.lines.rows_of(ink)
        if len(rows) < 2:
            whole = self.lines.read_picture(ink, top=top, corrections=corrections, one_row=True)
            boxes = [glyph.box for glyph in whole.glyphs]
            row = RowReading(whole, (), reduce(Bounds.united, boxes)) if boxes else None
            return replace(page_of([row] if row else []), refusal=whole.refusal, elapsed_ms=whole.elapsed_ms)
        found = []
        for own, box in rows:
            reading = self.lines.read_picture(own, top=top, one_row=True)
            said = corrections.within_picture(box, glyphs=len(reading.glyphs))
            if said:
                reading = self.lines.read_picture(own, top=top, corrections=said, one_row=True)
            found.append(RowReading(_shifted(reading, box), (), box))
        return page_of(found, (time.perf_counter() - started) * 1000)

    def _rows_of(
        self, turn: "_Turn", boxes: NDArray[np.float64]
    ) -> tuple[list[FoundRow], dict[tuple[int, ...], float]]:
        """Return the rows, and the probability of each to be one row and no other."""
        rows = {row.strokes: row for row in self._finder.rows_of(turn.drawing, turn.corrections)}
        self._read_in_turn(rows, turn)

        def read(strokes: tuple[int, ...]) -> ReadRow | None:
            return self._row(strokes, turn)

        if go_on_in_columns(list(rows.values()), read):
            found = self._finder.rows_of(turn.drawing, turn.corrections, columns=False)
            rows = {row.strokes: row for row in found}
            self._read_in_turn(rows, turn)
        return RowJoiner(rows.values(), boxes, read).joined(limits=not turn.corrections.rows)

    def _read_in_turn(self, rows: Collection[tuple[int, ...]], turn: "_Turn") -> None:
        """Read these rows as far as there is time: first the one that was written last, for which somebody waits.

        Of a page that was just opened it is the uppermost one. Whichever are joined then, each of them has to be read:
        how likely it is alone decides on that, too.

        Args:
            rows: The strokes of each row, from top to bottom.
            turn: The page.
        """
        uppermost, newest = next(iter(rows)), len(turn.drawing.strokes) - 1
        for strokes in (uppermost, next(strokes for strokes in rows if newest in strokes)):
            self._row(strokes, turn)
            if turn.begun and turn.until < math.inf:
                turn.until = -math.inf
        for strokes in rows:
            self._row(strokes, turn)

    def _row(self, strokes: tuple[int, ...], turn: "_Turn") -> ReadRow | None:
        """Return these strokes read as one row; None where there is no time left."""
        if strokes in turn.rows:
            return turn.rows[strokes]
        own = itemgetter(*strokes)(turn.drawing.strokes) if len(strokes) > 1 else (turn.drawing.strokes[strokes[0]],)
        said = turn.corrections.within(strokes) if turn.corrections else NO_CORRECTIONS
        mode = next((mode for row, mode in turn.corrections.rows if mode and row <= frozenset(strokes)), "")
        key = (tuple(map(id, own)), said, mode, turn.top)
        known = self._known.pop(key, None)
        if known is None and (not turn.begun or time.perf_counter() < turn.until):
            turn.begun = True
            known = ReadRow(own, self._read_row(Drawing(own), mode, said, turn.top))
        if known is None:
            turn.unfinished = True
            return None
        self._known[key] = turn.rows[strokes] = known
        return known

    def _read_row(self, drawing: Drawing, mode: str, corrections: Corrections, top: int) -> Reading:
        """Read strokes as one row, in this mode, or in the one that they look like."""
        if mode == LINE:
            return self.lines.read(drawing, top=top, corrections=corrections, one_row=True)
        equation = self.equations.read(drawing, top=top, corrections=corrections, one_row=True)
        if mode == EQUATION:
            return equation
        words = None
        if corrections.labels or may_be_words(equation):
            words = self.lines.read_words(drawing, top=top, corrections=corrections)
        if words is None or not are_rather_words(words, equation):
            return with_doubted_word(equation)
        return self.lines.finished_words(words, drawing, one_row=True)


def page_of(rows: Sequence[RowReading], elapsed_ms: float = 0.0) -> Reading:
    """Return the reading of a page that consists of these rows, in their order."""
    read = [row.reading for row in rows if row.reading.candidates]
    if not read:
        refusal = next((row.reading.refusal for row in rows if row.reading.refusal), "")
        return Reading(PAGE, refusal=refusal, rows=tuple(rows), elapsed_ms=elapsed_ms)
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


def _shifted(reading: Reading, box: Bounds) -> Reading:
    """Return the reading of a part of a picture, whose glyphs have boxes in the whole picture's pixels then."""
    glyphs = tuple(
        replace(
            glyph,
            box=Bounds(
                glyph.box.left + box.left,
                glyph.box.top + box.top,
                glyph.box.right + box.left,
                glyph.box.bottom + box.top,
            ),
        )
        for glyph in reading.glyphs
    )
    return replace(reading, glyphs=glyphs)
