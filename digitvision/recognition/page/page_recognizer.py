"""Read a page: find its rows, and read each of them as an equation or as a line."""

import heapq
import math
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from operator import itemgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.reading.doubtful_forms import has_half_fraction
from digitvision.recognition.expression.reading.model import default_expression_model
from digitvision.recognition.expression.reading.reader import NO_CORRECTIONS
from digitvision.recognition.expression.reading.recognizer import EquationRecognizer
from digitvision.recognition.line.recognizer import LineRecognizer
from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.recognition.page.doubtful_rows import KNOT, boxes_of, covers, doubtful_rows, is_knot
from digitvision.recognition.page.joined_forms import (
    fraction_around,
    hangs,
    is_far_fetched,
    is_fraction_alone,
    is_unfinished,
)
from digitvision.recognition.page.nearer_limits import limit_of_upper
from digitvision.recognition.page.row_kind import are_words, may_be_words, with_doubted_word
from digitvision.recognition.page.row_trust import DOUBTFUL_ABOVE, SURE_ABOVE, join_trust, one_row_share
from digitvision.recognition.prediction import (
    DOUBTED_TRUST,
    LIKELY_ABOVE,
    LINE,
    PAGE,
    Candidate,
    Reading,
    RowReading,
    too_many_strokes,
)
from digitvision.recognition.rows.equality_signs import goes_on_at_equality
from digitvision.recognition.rows.row_finder import FoundRow, RowFinder, are_beside, in_order

MOST_STROKES: Final = 1200
"""Largest number of strokes that are read as a page: some eighty rows."""

_KEPT: Final = 400
"""Number of rows whose readings are remembered."""

_LEAST_HANGING: Final = -4.0
"""Sum of logits below which no row hangs on a sign of another one: of CROHME's pages none of 126 did."""

_AS_LIKELY: Final = 0.7
"""Least share of how likely two rows are that they must be after a limit has been moved from one to the other."""

_UNFINISHED: Final = 0.1
"""How much less likely a row is by itself that is unfinished, and not together with the other one."""


@dataclass(slots=True, eq=False)
class _Row:
    """A row as it is remembered: its strokes, how it was read, by its own indices, and where it stood on the last page.

    The strokes are kept, so that no other stroke can have the identity of one of them.
    """

    strokes: tuple[Stroke, ...]
    reading: Reading
    trust: float = 0.0
    placed: RowReading | None = None

    def on_page(self, row: FoundRow, trust: float) -> RowReading:
        """Return the row as it is read on a page; where nothing has changed it is the same object as before."""
        if self.placed is None or self.trust != trust or self.placed.strokes != row.strokes:
            reading = _trusted(_with_indices(self.reading, row.strokes), trust)
            self.trust, self.placed = trust, RowReading(reading, row.strokes, row.box)
        return self.placed


@dataclass(slots=True, eq=False)
class _Turn:
    """One page to read: what is asked, until when new rows may be read, whether one was, and whether one was not."""

    drawing: Drawing
    corrections: Corrections
    top: int
    until: float
    begun: bool = False
    unfinished: bool = False


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

    def __init__(self, store: ModelStore, model: str | None = None) -> None:
        """Load the networks for rows, for expressions, and for lines.

        Args:
            store: The models.
            model: Name or folder of a model, which reads equations or else words, as it can; None for the program's.

        Raises:
            ModelFault: A model is missing or damaged, or reads neither equations nor all classes of words.
        """
        self._finder = RowFinder()
        own = page_models(store, model)
        self.equations = EquationRecognizer(own.equations)
        self.lines = LineRecognizer(store, own.words)
        self._known: dict[tuple[object, ...], _Row] = {}

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
        for row_strokes in doubtful_rows(boxes, within, [row.strokes for row in rows]):
            # Of a row that the user has told of, there is no doubt.
            if all(frozenset(row_strokes) != said for said, _ in corrections.rows):
                trust[row_strokes] *= DOUBTED_TRUST
        found = []
        for row in rows:
            read = self._row(row.strokes, turn)
            unread = RowReading(Reading(""), row.strokes, row.box)
            found.append(unread if read is None else read.on_page(row, trust[row.strokes]))
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
        trust = {strokes: join_trust(row.weakest) for strokes, row in rows.items()}
        # Those that most probably are one row first: more may be joined to it.
        doubts = [
            (-logit, strokes, other)
            for strokes, row in rows.items()
            for other in row.between
            if strokes < other and (logit := _logit(row, rows[other], boxes)) > DOUBTFUL_ABOVE
        ]
        heapq.heapify(doubts)
        self._join_fractions(rows, trust, boxes, turn)
        while doubts:
            negative, one, other = heapq.heappop(doubts)
            if one not in rows or other not in rows:
                continue
            share = self._one_row_share(one, other, -negative, turn)
            if share <= 0.5:
                trust[one] *= 1 - share
                trust[other] *= 1 - share
                continue
            whole = _join(rows, trust, (one, other), share)
            for third in whole.between:
                if third in rows and (logit := _logit(whole, rows[third], boxes)) > DOUBTFUL_ABOVE:
                    heapq.heappush(doubts, (-logit, min(whole.strokes, third), max(whole.strokes, third)))
        self._move_limits(rows, trust, boxes, turn)
        return in_order(list(rows.values())), trust

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

    def _join_fractions(
        self,
        rows: dict[tuple[int, ...], FoundRow],
        trust: dict[tuple[int, ...], float],
        boxes: NDArray[np.float64],
        turn: "_Turn",
    ) -> None:
        """Join bars with what is above and below them, where that makes likely fractions; it takes three rows at once.

        Args:
            rows: The rows by their strokes, which are changed as `trust` is.
            trust: The probability of each to be one row.
            boxes: float64 [N, 4], of all strokes of the page.
            turn: The page.
        """
        for bar in [row for row in rows.values() if len(row.strokes) == 1]:
            parts = fraction_around(bar, rows, boxes)
            known = [self._row(strokes, turn) for strokes in parts]
            if not parts or None in known:
                continue
            whole = self._row(tuple(sorted(sum(parts, ()))), turn)
            if whole is None or whole.reading.tree is None or not is_fraction_alone(whole.reading.tree):
                continue
            upper, _, lower = (rows[strokes] for strokes in parts)
            logit = sum(bar.between[one.strokes] for one in (upper, lower)) + upper.between.get(lower.strokes, 0.0)
            apart = math.prod(one.reading.confidence for one in known if one is not None)
            share = one_row_share(logit, whole.reading.confidence, apart)
            if share > 0.5:
                _join(rows, trust, parts, share)

    def _move_limits(
        self,
        rows: dict[tuple[int, ...], FoundRow],
        trust: dict[tuple[int, ...], float],
        boxes: NDArray[np.float64],
        turn: "_Turn",
    ) -> None:
        """Move limits to the rows above whose operators they are nearer to, where both rows are as likely then.

        Args:
            rows: The rows by their strokes, which are changed as `trust` is.
            trust: The probability of each to be one row.
            boxes: float64 [N, 4], of all strokes of the page.
            turn: The page.
        """
        if turn.corrections.rows:
            return
        for upper, lower in pairwise([row.strokes for row in in_order(list(rows.values()))]):
            pair = [self._row(strokes, turn) for strokes in (upper, lower)]
            trees = [None if one is None else one.reading.tree for one in pair]
            if upper not in rows or trees[0] is None or trees[1] is None:
                continue
            limit = limit_of_upper(trees[0], upper, trees[1], lower, boxes)
            if not limit or limit >= set(lower):
                continue
            moved = tuple(sorted({*upper, *limit})), tuple(sorted(set(lower) - limit))
            likely = [
                math.prod(0.0 if one is None else one.reading.confidence for one in some)
                for some in (pair, [self._row(strokes, turn) for strokes in moved])
            ]
            if likely[1] < _AS_LIKELY * likely[0]:
                continue
            for before, now in zip((upper, lower), moved, strict=True):
                own = boxes[list(now)]
                box = Bounds(*own[:, :2].min(axis=0).tolist(), *own[:, 2:].max(axis=0).tolist())
                rows[now] = replace(rows.pop(before), strokes=now, box=box)
                trust[now] = trust.pop(before)

    def _one_row_share(self, one: tuple[int, ...], other: tuple[int, ...], logit: float, turn: "_Turn") -> float:
        """Return the probability that two rows are one: how they are read together and apart decides."""
        both = tuple(sorted((*one, *other)))
        first, second, whole = (self._row(strokes, turn) for strokes in (one, other, both))
        if first is None or second is None:
            # There was no time to read them: the networks alone have to decide, and the next slice goes on.
            return one_row_share(logit)
        if whole is None:
            # What is read already stays in sight until it is known whether both are one.
            return min(one_row_share(logit), 0.5)
        apart = first.reading.confidence * second.reading.confidence
        tree = whole.reading.tree
        if tree is None:
            return one_row_share(logit, 0.0, apart)
        part = {place for place, stroke in enumerate(both) if stroke in one}
        if has_half_fraction(tree) or is_far_fetched(tree, part) or (logit < _LEAST_HANGING and hangs(tree, part)):
            # A rule below a column of numbers, too, is no bar of a fraction that has nothing on its other side.
            return one_row_share(logit, 0.0, apart)
        if not is_unfinished(tree):
            halves = [one.reading.tree for one in (first, second)]
            apart *= math.prod(_UNFINISHED for half in halves if half is not None and is_unfinished(half))
        return one_row_share(logit, whole.reading.confidence, apart)

    def _row(self, strokes: tuple[int, ...], turn: "_Turn") -> _Row | None:
        """Return these strokes read as one row; None where there is no time left."""
        own = itemgetter(*strokes)(turn.drawing.strokes) if len(strokes) > 1 else (turn.drawing.strokes[strokes[0]],)
        said = turn.corrections.within(strokes) if turn.corrections else NO_CORRECTIONS
        mode = next((mode for row, mode in turn.corrections.rows if mode and row <= frozenset(strokes)), "")
        key = (tuple(map(id, own)), said, mode, turn.top)
        known = self._known.pop(key, None)
        if known is None and (not turn.begun or time.perf_counter() < turn.until):
            turn.begun = True
            known = _Row(own, self._read_row(Drawing(own), mode, said, turn.top))
        if known is None:
            turn.unfinished = True
            return None
        self._known[key] = known
        return known

    def _read_row(self, drawing: Drawing, mode: str, corrections: Corrections, top: int) -> Reading:
        """Read strokes as one row, in this mode, or in the one that they look like."""
        if mode == LINE:
            return self.lines.read(drawing, top=top, corrections=corrections, one_row=True)
        equation = self.equations.read(drawing, top=top, corrections=corrections, one_row=True)
        if mode == EQUATION:
            return equation
        if not may_be_words(equation):
            return with_doubted_word(equation)
        line = self.lines.read(drawing, top=top, corrections=corrections, one_row=True)
        return line if are_words(line) else with_doubted_word(equation)


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


def _join(
    rows: dict[tuple[int, ...], FoundRow],
    trust: dict[tuple[int, ...], float],
    parts: Sequence[tuple[int, ...]],
    share: float,
) -> FoundRow:
    """Make one row of several, given by their strokes, and return it; `share` is the probability that they are one."""
    whole, *others = (rows.pop(part) for part in parts)
    before = [whole.strokes]
    for other in others:
        whole = whole.joined(other)
        before.append(other.strokes)
        for third in whole.between:
            if third in rows:
                rows[third] = rows[third].beside(whole, *before)
        before = [whole.strokes]
    rows[whole.strokes] = whole
    trust[whole.strokes] = math.prod(trust.pop(part) for part in parts) * share
    return whole


def _logit(one: FoundRow, other: FoundRow, boxes: NDArray[np.float64]) -> float:
    """Return how much speaks for it that two rows are one: it is open at least where an equality sign parts them.

    Args:
        one, other: Two rows that are near.
        boxes: float64 [N, 4], of all strokes of the page.
    """
    found, size = one.between[other.strokes], max(one.size, other.size)
    if found >= 0 or not size or not are_beside(one.box, other.box):
        return found
    left, right = sorted((one, other), key=lambda row: row.box.left)
    return 0.0 if goes_on_at_equality(*(boxes[list(row.strokes)] / size for row in (left, right))) else found


def _trusted(reading: Reading, trust: float) -> Reading:
    """Return a row's reading with the confidence that it has where its strokes may not be one row."""
    if not reading.candidates:
        return reading
    candidates = tuple(replace(one, confidence=one.confidence * trust) for one in reading.candidates)
    return replace(
        reading,
        candidates=candidates,
        sure=reading.sure and candidates[0].confidence >= SURE_ABOVE,
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
