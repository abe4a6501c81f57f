"""Read a line, which is a number, arithmetic or words, with its glyphs, its confidence and other candidates."""

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
from digitvision.recognition.expression.reading.model import default_expression_model, load_expression_reader
from digitvision.recognition.expression.reading.reader import NO_CORRECTIONS
from digitvision.recognition.expression.reading.stroke_features import resampled
from digitvision.recognition.line.confidence import confidence_of, picture_confidence_of
from digitvision.recognition.line.doubtful_glyphs import is_tall
from digitvision.recognition.line.glyph_answers import GlyphAnswers, classes_of
from digitvision.recognition.line.line_kinds import (
    DEGREE_SIGN,
    Kind,
    kinds_of,
    line_labels,
    with_classes,
    with_rare_classes,
)
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
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import (
    LINE,
    PAGE,
    Reading,
    doubted,
    too_many_strokes,
)
from digitvision.recognition.recognizer import Recognizer
from digitvision.recognition.rows.row_finder import FoundRow, RowFinder, are_clearly_several, several_of
from digitvision.recognition.signs.leaning_ones import has_leaning_one
from digitvision.recognition.signs.loose_rings import has_loose_ring, has_mark_behind
from digitvision.recognition.signs.primes import PRIME, has_small_strokes, with_primes
from digitvision.recognition.text.languages import DEFAULT_LANGUAGE
from digitvision.recognition.text.own_words import OwnWords
from digitvision.recognition.text.reader import MOST_STROKES as MOST_STROKES_OF_WORDS
from digitvision.recognition.text.recognizer import TextLine

MOST_STROKES: Final = 120
"""Largest number of strokes that are read glyph by glyph: the time grows with its square. Words may have more."""

_WITH_PRIMES: Final = (None, "all", "math")
"""Alphabets within which primes behind digits are read."""

_FAINT_INK: Final = 0.35
"""Darkness from which a picture counts as having ink, 0 to 1."""

_NO_LINE: Final = (
    "No line of writing was found in this picture: what is there is ruled lines or specks, or far more than one line."
)


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
        self._pictures: PictureReader | None = None
        self._last_picture: (
            tuple[NDArray[np.float32], str | None, WordList | None, PictureGroups | None, list[LineReading]] | None
        ) = None
        self._glyph_answers = GlyphAnswers(self.labels, self.model.card.alphabet_card("all").in_vocabulary_above)
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
            if count > MOST_STROKES_OF_WORDS:
                return Reading(LINE, refusal=too_many_strokes(count, MOST_STROKES_OF_WORDS, "a line"))
            # As words there may be more of them, but these are none.
            return Reading(LINE, refusal=too_many_strokes(count, MOST_STROKES, "a line without words") if count else "")
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
        reading = self._glyph_answers.reading(
            found, confidence_of(found), kinds, top, started, strokes=True, any_class=not alphabet
        )
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
        tree = self._glyph_answers.tree(found, strokes=True)
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
            answered = {self.labels[index].latex: index for index in classes_of(kinds)}
            found = apply_corrections(found, corrections.picture, answered, self._glyph_answers.text_of)
        confidence = picture_confidence_of(found, predictions.passed_over(found[0]))
        reading = self._glyph_answers.reading(found, confidence, kinds, top, started, strokes=False)
        texts = [self.labels[label].text for label in found[0].line.labels]
        marked = self._degree in classes_of(kinds) and has_mark_behind(texts, predictions.parts(found[0]))
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
