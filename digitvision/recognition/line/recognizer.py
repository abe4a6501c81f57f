"""Read a line, which is a number, arithmetic or words, with its glyphs, its confidence and other candidates."""

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.forms.form import without_form
from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.alphabets import ALPHABETS
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.expression.reading.doubtful_forms import begins_with_item_number
from digitvision.recognition.expression.reading.model import default_expression_model, load_expression_reader
from digitvision.recognition.expression.reading.reader import NO_CORRECTIONS
from digitvision.recognition.expression.reading.stroke_features import resampled
from digitvision.recognition.line.confidence import confidence_of, confidences_of_glyphs, picture_confidence_of
from digitvision.recognition.line.doubtful_glyphs import hides_cross, is_doubtful, is_tall
from digitvision.recognition.line.line_kinds import (
    DEGREE_SIGN,
    Kind,
    kinds_of,
    line_labels,
    with_classes,
    with_rare_classes,
)
from digitvision.recognition.line.off_baseline import leaves_row
from digitvision.recognition.line.oversegmentation import segments_of
from digitvision.recognition.line.picture_corrections import apply_corrections
from digitvision.recognition.line.picture_reader import PictureGroups, PictureReader
from digitvision.recognition.line.picture_rows import ink_of_row, rows_of_picture
from digitvision.recognition.line.reader import LineReader, LineReading
from digitvision.recognition.line.ruled_strokes import may_be_ruled
from digitvision.recognition.line.whole_words import (
    WholeWords,
    are_rather_words,
    is_clear,
    is_in_rows,
    with_numbers,
)
from digitvision.recognition.line.word_list import WordList
from digitvision.recognition.models.model_card import EQUATION, ModelFault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import (
    IN_VOCABULARY_ABOVE,
    LIKELY_ABOVE,
    LINE,
    PAGE,
    Candidate,
    GlyphReading,
    Prediction,
    Reading,
    doubted,
    glyph_candidates,
    too_many_strokes,
)
from digitvision.recognition.recognizer import Recognizer
from digitvision.recognition.rows.row_finder import FoundRow, RowFinder, are_clearly_several, several_of
from digitvision.recognition.signs.degree_signs import has_doubtful_ring
from digitvision.recognition.signs.leaning_ones import has_leaning_one
from digitvision.recognition.signs.loose_rings import has_loose_ring, has_mark_behind
from digitvision.recognition.signs.percent_finder import PERCENT
from digitvision.recognition.signs.primes import PRIME, has_small_strokes, with_primes
from digitvision.recognition.signs.wide_gaps import side_gaps
from digitvision.recognition.text.languages import DEFAULT_LANGUAGE
from digitvision.recognition.text.own_words import OwnWords
from digitvision.recognition.text.reader import MOST_STROKES as MOST_STROKES_OF_WORDS
from digitvision.recognition.text.recognizer import TextLine

MOST_STROKES: Final = 120
"""Largest number of strokes that are read glyph by glyph: the time grows with its square. Words may have more."""

SURE_ABOVE: Final = 0.8
"""Confidence from which a reading may count as sure."""

_TIGHT: Final = frozenset({"+", "-", "=", "×", "÷", "/", "("})
_TIGHT_BEFORE: Final = frozenset({"+", "-", "=", "×", "÷", "/", ")", "%", "°"})
"""Signs of arithmetic after and before which a gap is not a space."""

_STRANGE: Final = frozenset({PERCENT, DEGREE_SIGN.latex, PRIME})
"""Classes of which the networks for expressions know nothing."""

_RAISED: Final = frozenset({DEGREE_SIGN.latex, PRIME})

_WITH_PRIMES: Final = (None, "all", "math")
"""Alphabets within which primes behind digits are read."""

_TWO_PRIMES: Final = "\N{PRIME}\N{PRIME}"

_FAINT_INK: Final = 0.35
"""Darkness from which a picture counts as having ink, 0 to 1."""

_NO_LINE: Final = (
    "No line of writing was found in this picture: what is there is ruled lines or specks, or far more than one line."
)

_LEAST: Final = 1e-6


class LineRecognizer:
    """Reads lines. Not thread-safe: each thread needs a recognizer of its own."""

    def __init__(self, store: ModelStore, model: str | None = None, own_words: OwnWords | None = None) -> None:
        """Load the network for glyphs and those for expressions.

        Args:
            store: The models.
            model: Name or folder of a model of glyphs with all classes, or of one that reads whole lines of words; None
                for the program's.
            own_words: Words of the user, which are expected; None for none.

        Raises:
            ModelFault: A model is missing, damaged or not of this kind.
        """
        whole = model if model and store.find(model).card.reading == LINE else None
        self.model = store.for_alphabet("all", None if whole else model)
        self._store = store
        self._glyphs = Recognizer(self.model, "all")
        self.labels = line_labels(self._glyphs.labels)
        latex = [label.latex for label in self.labels]
        self._prime, self._degree = latex.index(PRIME), latex.index(DEGREE_SIGN.latex)
        self._times, self._unknown = latex.index(r"\times"), [latex.index("x"), latex.index("X")]
        self._pictures: PictureReader | None = None
        self._last_picture: (
            tuple[NDArray[np.float32], str | None, WordList | None, PictureGroups | None, list[LineReading]] | None
        ) = None
        self._reader = LineReader(self._glyphs, load_expression_reader(default_expression_model(store)))
        self._rows = RowFinder()
        self._words = WholeWords(store, whole, own_words)
        self._kinds = {alphabet: kinds_of(alphabet, self.labels) for alphabet in (None, *ALPHABETS)}

    def read(
        self,
        drawing: Drawing,
        *,
        top: int,
        corrections: Corrections = NO_CORRECTIONS,
        alphabet: str | None = None,
        words: WordList | None = None,
        one_row: bool = False,
        language: str = DEFAULT_LANGUAGE,
    ) -> Reading:
        """Read a drawing as one line; with too many strokes it is refused, and without any there is no answer.

        Args:
            drawing: The drawing.
            top: Number of candidates that are wanted.
            corrections: The user's corrections, which no reading contradicts; relations mean nothing in a line.
            alphabet: One of `alphabets.ALPHABETS`; None for numbers with their signs, arithmetic and words.
            words: Expected words, which help where the ink leaves letters open.
            one_row: Whether all strokes are known to be one row; else several rows are noticed and doubted.
            language: What words are expected to be of, one of `lexicon.LANGUAGES`, or `recognizer.PLAIN` for none.

        Raises:
            Fault: There are no words of this language.
            ModelFault: Lines are not read within this alphabet.
        """
        started = time.perf_counter()
        kinds = self._kinds_of(alphabet)
        count = len(drawing.strokes)
        whole = self._words.read(drawing, top=top, corrections=corrections, alphabet=alphabet, language=language)
        if whole is not None and is_clear(whole, glyphs_can_be_read=count <= MOST_STROKES):
            reading = self.finished_words(whole, drawing, one_row=one_row)
        elif not 0 < count <= MOST_STROKES:
            most = MOST_STROKES if count <= MOST_STROKES_OF_WORDS else MOST_STROKES_OF_WORDS
            return Reading(LINE, refusal=too_many_strokes(count, most, "a line") if count else "")
        else:
            reading = self._read_glyphs(drawing, top, corrections, alphabet, words, kinds)
            if whole is not None and are_rather_words(whole, reading):
                reading = self.finished_words(whole, drawing, one_row=one_row)
            else:
                reading = self._of_glyphs(reading, drawing, one_row=one_row)
        return replace(reading, elapsed_ms=(time.perf_counter() - started) * 1000)

    def read_words(self, drawing: Drawing, *, top: int, corrections: Corrections = NO_CORRECTIONS) -> TextLine | None:
        """Read a drawing as a line of words and nothing else; None where it has none."""
        return self._words.read(drawing, top=top, corrections=corrections, alphabet=None)

    def finished_words(self, whole: TextLine, drawing: Drawing, *, one_row: bool) -> Reading:
        """Return the reading of a line of words, with its numbers read glyph by glyph."""
        reading = with_numbers(whole.reading, drawing, self._number)
        return reading if one_row or not is_in_rows(drawing) else doubted(reading, PAGE)

    def _of_glyphs(self, reading: Reading, drawing: Drawing, *, one_row: bool) -> Reading:
        """Return the reading of a line of glyphs, doubted where it may be ruled lines or several rows."""
        if may_be_ruled(drawing.strokes, bars=any(map(is_tall, reading.text))):
            reading = doubted(reading, reading.suggested_mode)
        return reading if one_row else self._doubted(reading, several_of(self._rows.rows_of(drawing)))

    def _read_glyphs(
        self,
        drawing: Drawing,
        top: int,
        corrections: Corrections,
        alphabet: str | None,
        words: WordList | None,
        kinds: Sequence[Kind],
    ) -> Reading:
        """Read a drawing glyph by glyph, as `read` does."""
        started = time.perf_counter()
        corrections = corrections.without_words()
        if alphabet is None and corrections.labels:
            chosen = {latex for _, latex in corrections.labels}
            kinds = with_classes(kinds, (index for index, label in enumerate(self.labels) if label.latex in chosen))
        found = self._reader.read(drawing, kinds, words, corrections)
        told = self._with_primes(drawing, found[0], corrections) if alphabet in _WITH_PRIMES else corrections
        if told != corrections:
            kinds = with_rare_classes(kinds, [self._prime])
            found = self._reader.read(drawing, kinds, words, told)
        reading = self._reading(found, confidence_of(found), kinds, top, started, strokes=True, any_class=not alphabet)
        texts = [self.labels[label].text for label in found[0].line.labels]
        points = resampled([stroke.xy for stroke in drawing.strokes])
        ends = np.array([stroke.bounds for stroke in drawing.strokes], np.float64)
        marked = has_mark_behind(texts, [ends[list(group)] for group in found[0].groups])
        leaning = reading.tree is not None and has_leaning_one(reading.tree, [stroke.xy for stroke in drawing.strokes])
        if marked or leaning or has_loose_ring(texts, found[0].groups, points):
            reading = doubted(reading, reading.suggested_mode)
        return reading

    def _number(self, drawing: Drawing) -> Reading:
        """Read a drawing as a number, glyph by glyph."""
        numbers = tuple(kind for kind in self._kinds[None] if kind.name in ("digits", "number"))
        return self._read_glyphs(drawing, 3, NO_CORRECTIONS, "digits", None, numbers)

    def _with_primes(self, drawing: Drawing, found: LineReading, corrections: Corrections) -> Corrections:
        """Add to corrections which strokes behind digits are primes."""
        ends = np.array([stroke.bounds for stroke in drawing.strokes])
        if not has_small_strokes(ends, float((ends[:, 3] - ends[:, 1]).max())):
            return corrections
        tree = self._tree(found, strokes=True)
        return with_primes(tree, found.boxes, resampled([stroke.xy for stroke in drawing.strokes]), corrections)

    def rows_of(self, ink: NDArray[np.float32]) -> list[tuple[NDArray[np.float32], Bounds]]:
        """Return the rows of a picture from top to bottom: the ink of each alone, and where it was cut out.

        Args:
            ink: float32 [H, W], 0 (paper) to 1 (ink).
        """
        plain = without_form(ink).ink
        segments = segments_of(plain)
        if segments is None:
            return []
        return [ink_of_row(plain, segments, row) for row in rows_of_picture(segments, self._rows)]

    def _doubted(self, reading: Reading, rows: Sequence[FoundRow]) -> Reading:
        """Return a reading of these rows: what was written in several is no line, however clear its glyphs are."""
        if len(rows) < 2:
            return reading
        return doubted(reading, PAGE if are_clearly_several(rows) else reading.suggested_mode)

    def read_picture(
        self,
        ink: NDArray[np.float32],
        *,
        top: int,
        corrections: Corrections = NO_CORRECTIONS,
        alphabet: str | None = None,
        words: WordList | None = None,
        one_row: bool = False,
    ) -> Reading:
        """Read a picture as one line; with too much ink it is refused, and without any there is no answer.

        Its glyphs have no strokes, and boxes in the picture's pixels.

        Args:
            ink: float32 [H, W], 0 (paper) to 1 (ink).
            top: Number of candidates that are wanted.
            corrections: Only those of a picture count.
            alphabet: As for `read`.
            words: As for `read`.
            one_row: As for `read`.

        Raises:
            ModelFault: Lines are not read within this alphabet, or there is no model of digits.
        """
        started = time.perf_counter()
        kinds = self._kinds_of(alphabet)
        predictions, found = self._found_in(ink, kinds, alphabet, words)
        if predictions is None or not found:
            refusal = _NO_LINE if (ink >= _FAINT_INK).any() else ""
            return Reading(LINE, refusal=refusal, elapsed_ms=(time.perf_counter() - started) * 1000)
        if corrections.picture:
            answered = {self.labels[index].latex: index for index in _classes_of(kinds)}
            found = apply_corrections(found, corrections.picture, answered, self.text_of)
        confidence = picture_confidence_of(found, predictions.passed_over(found[0]))
        reading = self._reading(found, confidence, kinds, top, started, strokes=False)
        texts = [self.labels[label].text for label in found[0].line.labels]
        marked = self._degree in _classes_of(kinds) and has_mark_behind(texts, predictions.parts(found[0]))
        if predictions.doubtful or marked:
            reading = doubted(reading, "")
        return reading if one_row else self._doubted(reading, rows_of_picture(predictions.segments, self._rows))

    def _found_in(
        self, ink: NDArray[np.float32], kinds: Sequence[Kind], alphabet: str | None, words: WordList | None
    ) -> tuple[PictureGroups | None, list[LineReading]]:
        last = self._last_picture
        if last is not None and last[0] is ink and last[1:3] == (alphabet, words):
            # New corrections do not change the networks' predictions.
            return last[3:]
        if self._pictures is None:
            # It is loaded late: whoever only draws does not need it.
            digits = Recognizer(self._store.bundled_default("digits"), "digits")
            self._pictures = PictureReader(self._glyphs, digits)
        predictions = self._pictures.predict(ink)
        found = [] if predictions is None else self._pictures.readings_of(predictions, kinds, words)
        self._last_picture = (ink, alphabet, words, predictions, found)
        return predictions, found

    def _kinds_of(self, alphabet: str | None) -> tuple[Kind, ...]:
        if alphabet not in self._kinds:
            raise ModelFault(f"Lines are not read within the alphabet “{alphabet}”.")
        return self._kinds[alphabet]

    def _reading(
        self,
        found: Sequence[LineReading],
        confidence: float,
        kinds: Sequence[Kind],
        top: int,
        started: float,
        *,
        strokes: bool,
        any_class: bool = False,
    ) -> Reading:
        """Return the reading of what was found.

        Args:
            found: All readings, the best first.
            confidence: Confidence of the best one.
            kinds: The kinds of words that it was read as.
            top: Number of candidates that are wanted.
            started: When the reading began.
            strokes: Whether strokes were read, and no picture.
            any_class: Whether the user may choose any class for a glyph, and not only those of these kinds.
        """
        best = found[0]
        all_in_vocabulary = float(best.in_vocabulary.min()) >= IN_VOCABULARY_ABOVE
        strange = [index for index, label in enumerate(best.line.labels) if self.labels[label].latex in _STRANGE]
        suggested_mode = EQUATION if leaves_row(best, strange) else ""
        # Of confident readings of words in pictures four in five are right, which is too few to rely on. A drawing
        # with something above something else is not a line, however clear its glyphs are.
        reliable = not suggested_mode and (strokes or all(word.kind.row for word in best.line.words))
        candidates, trees = self._candidates(found, confidence, max(top, 1), strokes=strokes)
        classes = _classes_of(kinds)
        choices = range(len(self.labels)) if any_class else classes
        confidences = confidences_of_glyphs(found, confidence)
        glyphs = tuple(
            self._glyph(best, index, float(confidences[index]), classes, choices, max(top, 1), strokes=strokes)
            for index in range(len(best.groups))
        )
        reading = Reading(
            LINE,
            candidates,
            confidence >= SURE_ABOVE and all_in_vocabulary and reliable,
            glyphs,
            tree=trees[0],
            trees=trees,
            likely=confidence >= LIKELY_ABOVE and all_in_vocabulary,
            suggested_mode=suggested_mode,
            elapsed_ms=(time.perf_counter() - started) * 1000,
        )
        texts = [self.labels[label].text for label in best.line.labels]
        # Where no degree sign may be answered, a small raised zero is one, as cents are written.
        rings = self._degree in classes and has_doubtful_ring(texts, best.boxes)
        shares = best.ink.shares
        crosses = hides_cross(texts, shares[:, self._times], shares[:, self._unknown].sum(axis=1))
        doubtful = rings or crosses or is_doubtful(texts, best.boxes) or self._hides_gap(best, trees[0])
        return doubted(reading, suggested_mode) if doubtful else reading

    def _candidates(
        self, found: Sequence[LineReading], confidence: float, top: int, *, strokes: bool
    ) -> tuple[tuple[Candidate, ...], tuple[LayoutTree, ...]]:
        """Return the best readings whose texts differ, and their trees."""
        weights: dict[str, float] = {}
        readings: dict[str, LineReading] = {}
        for one in found:
            text = self.text_of(one)
            weights[text] = weights.get(text, 0.0) + math.exp(one.score - found[0].score)
            readings.setdefault(text, one)
        first, *others = readings
        kept = [first, *sorted(others, key=lambda text: -weights[text])][:top]
        # The probability that the best reading leaves is shared among the others in proportion to their weights.
        rest = max(sum(weights[text] for text in kept[1:]), _LEAST)
        left = min(1 - confidence, confidence * rest)
        trees = tuple(self._tree(readings[text], strokes=strokes) for text in kept)
        shares = [confidence, *(min(weights[text] / rest * left, confidence) for text in kept[1:])]
        return tuple(
            Candidate(text, tree.latex, share) for text, tree, share in zip(kept, trees, shares, strict=True)
        ), trees

    def text_of(self, reading: LineReading) -> str:
        """Format a reading as text: with spaces between words, but not around the signs of arithmetic."""
        labels = [self.labels[label].text for label in reading.line.labels]
        spaces = self._spaces(reading)
        parts = (" " + text if index in spaces else text for index, text in enumerate(labels))
        return "".join(parts).replace(_TWO_PRIMES, "\N{DOUBLE PRIME}")

    def _spaces(self, reading: LineReading) -> frozenset[int]:
        """Return the glyphs before which the text has a space."""
        rows = [word.kind.row for word in reading.line.words for _ in word.labels]
        labels = [self.labels[label].text for label in reading.line.labels]
        return frozenset(
            first
            for first, _ in reading.words[1:]
            if not (rows[first] and (labels[first - 1] in _TIGHT or labels[first] in _TIGHT_BEFORE))
        )

    def _hides_gap(self, reading: LineReading, tree: LayoutTree) -> bool:
        """Whether a row of numbers has a gap, as between two rows beside each other, where its text has no space.

        So it is behind the point of an item's number, `1. 9+8=`.
        """
        if not all(word.kind.row for word in reading.line.words):
            return False
        spaces = self._spaces(reading)
        if not spaces and begins_with_item_number(tree, reading.boxes):
            return True
        return any(len(gap.left) not in spaces for gap in side_gaps(tree, reading.boxes))

    def _tree(self, reading: LineReading, *, strokes: bool) -> LayoutTree:
        symbols = tuple(
            Symbol(self.labels[label].latex, group if strokes else ())
            for label, group in zip(reading.line.labels, reading.groups, strict=True)
        )
        relations: list[tuple[int, int, Relation]] = []
        before = 0
        for index in range(1, len(symbols)):
            # A degree sign is raised, and what follows it stands beside the number; so are primes.
            raised = symbols[index].label in _RAISED
            second = raised and symbols[index].label == symbols[index - 1].label
            relations.append((index - 1 if second else before, index, "Sup" if raised and not second else "Right"))
            before = before if raised else index
        return LayoutTree(symbols, tuple(relations))

    def _glyph(
        self,
        reading: LineReading,
        index: int,
        confidence: float,
        classes: Sequence[int],
        choices: Sequence[int],
        top: int,
        *,
        strokes: bool,
    ) -> GlyphReading:
        """Return a glyph of a line with this confidence; the rest is shared among its other candidates.

        `classes` are those that it is read as, and `choices` those that may be chosen.
        """
        labels = tuple(self.labels[label] for label in choices)

        def shares_of(shares: NDArray[np.float64]) -> NDArray[np.float32]:
            own = np.zeros(len(shares))
            own[list(classes)] = shares[list(classes)]
            return (own[list(choices)] / max(float(own.sum()), _LEAST)).astype(np.float32)

        shares = reading.ink.shares[index]
        in_vocabulary = float(reading.in_vocabulary[index])
        prediction = Prediction(
            labels,
            shares_of(shares),
            in_vocabulary,
            bool(
                shares[list(classes)].max() >= SURE_ABOVE
                and in_vocabulary >= self.model.card.alphabet_card("all").in_vocabulary_above
            ),
        )
        candidates = glyph_candidates(prediction, self.labels[reading.line.labels[index]], confidence, top)
        box = Bounds(*reading.boxes[index].tolist())
        read = None
        if reading.read is not None and index in reading.ink.pinned:
            read = Prediction(labels, shares_of(reading.read[index]))
        return GlyphReading(candidates, reading.groups[index] if strokes else (), box, prediction, read)


def _classes_of(kinds: Sequence[Kind]) -> list[int]:
    """Return all classes of these kinds, as indices among the model's labels."""
    return sorted({label for kind in kinds for label in kind.first | kind.inner | kind.last})
