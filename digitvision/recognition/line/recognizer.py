"""A line's reading: a number, one-line arithmetic or words, with its glyphs, its confidence and what else it may be."""

import math
import time
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.alphabets import ALPHABETS
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.reading.model import default_expression_model, load_expression_reader
from digitvision.recognition.expression.reading.reader import NO_CORRECTIONS
from digitvision.recognition.line.confidence import confidence_of, confidences_of_glyphs, picture_confidence_of
from digitvision.recognition.line.line_kinds import Kind, kinds_of
from digitvision.recognition.line.off_baseline import leaves_row
from digitvision.recognition.line.picture_corrections import as_said
from digitvision.recognition.line.picture_reader import PictureReader, Seen
from digitvision.recognition.line.reader import LineReader, LineReading
from digitvision.recognition.line.word_list import WordList
from digitvision.recognition.models.model_card import EQUATION, ModelFault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import (
    IN_VOCABULARY_ABOVE,
    LIKELY_ABOVE,
    LINE,
    Candidate,
    GlyphReading,
    Prediction,
    Reading,
    glyph_candidates,
)
from digitvision.recognition.recognizer import Recognizer

MOST_STROKES: Final = 120
"""Nobody writes more in one line; the time that is taken grows with their square."""

SURE_ABOVE: Final = 0.8
"""Confidence from which a reading may count as sure."""

_TIGHT: Final = frozenset({"+", "-", "=", "×", "÷", "/", "("})
_TIGHT_BEFORE: Final = frozenset({"+", "-", "=", "×", "÷", "/", ")", "%"})
"""Signs of arithmetic after and before which the room that people leave is no space."""

_LEAST: Final = 1e-6


class LineRecognizer:
    """Reads lines. Not thread-safe: one thread, one recognizer."""

    def __init__(self, store: ModelStore, model: str | None = None) -> None:
        """Load the network for glyphs and those for expressions.

        Args:
            model: A model of glyphs that knows all classes; the program's, when None.

        Raises:
            ModelFault: One is missing, damaged or not of this kind.
        """
        self.model = store.for_alphabet("all", model)
        self._store = store
        self._glyphs = Recognizer(self.model, "all")
        self.labels = self._glyphs.labels
        self._pictures: PictureReader | None = None
        self._last_picture: (
            tuple[NDArray[np.float32], str | None, WordList | None, Seen | None, list[LineReading]] | None
        ) = None
        self._reader = LineReader(self._glyphs, load_expression_reader(default_expression_model(store)))
        self._kinds = {alphabet: kinds_of(alphabet, self.labels) for alphabet in (None, *ALPHABETS)}

    def read(
        self,
        drawing: Drawing,
        *,
        top: int,
        corrections: Corrections = NO_CORRECTIONS,
        alphabet: str | None = None,
        words: WordList | None = None,
    ) -> Reading:
        """Read a drawing as one line. Without a stroke, or with more than anybody writes, there is no candidate.

        Args:
            top: Candidates that are wanted.
            corrections: What must not be contradicted; a line is a row, so relations say nothing.
            alphabet: One of `alphabets.ALPHABETS`; numbers with their signs, arithmetic and words, when None.
            words: Words that are to be expected; they help where the ink leaves letters open.

        Raises:
            ModelFault: There is no such alphabet.
        """
        started = time.perf_counter()
        kinds = self._kinds_of(alphabet)
        if not 0 < len(drawing.strokes) <= MOST_STROKES:
            return Reading(LINE)
        found = self._reader.read(drawing, kinds, words, corrections)
        return self._reading(found, confidence_of(found), kinds, top, started, strokes=True)

    def read_picture(
        self,
        ink: NDArray[np.float32],
        *,
        top: int,
        corrections: Corrections = NO_CORRECTIONS,
        alphabet: str | None = None,
        words: WordList | None = None,
    ) -> Reading:
        """Read a picture as one line. Without ink, or with more than anybody writes, there is no candidate.

        Its glyphs have no strokes, and boxes in the picture's pixels.

        Args:
            ink: float32 [H, W], 0 (paper) to 1 (ink); other arguments as for `read`.
            corrections: Of these what was said of a picture.

        Raises:
            ModelFault: There is no such alphabet, or no model of digits.
        """
        started = time.perf_counter()
        kinds = self._kinds_of(alphabet)
        seen, found = self._found_in(ink, kinds, alphabet, words)
        if seen is None or not found:
            return Reading(LINE, elapsed_ms=(time.perf_counter() - started) * 1000)
        if corrections.picture:
            answered = {self.labels[place].latex: place for place in _classes_of(kinds)}
            found = as_said(found, corrections.picture, answered, self.text_of)
        confidence = picture_confidence_of(found, seen.passed_over(found[0]))
        return self._reading(found, confidence, kinds, top, started, strokes=False)

    def _found_in(
        self, ink: NDArray[np.float32], kinds: Sequence[Kind], alphabet: str | None, words: WordList | None
    ) -> tuple[Seen | None, list[LineReading]]:
        last = self._last_picture
        if last is not None and last[0] is ink and last[1:3] == (alphabet, words):
            # Nothing is looked at again because something was said of it.
            return last[3:]
        if self._pictures is None:
            # Whoever only draws does not wait for it.
            digits = Recognizer(self._store.bundled_default("digits"), "digits")
            self._pictures = PictureReader(self._glyphs, digits)
        seen = self._pictures.look(ink)
        found = [] if seen is None else self._pictures.readings_of(seen, kinds, words)
        self._last_picture = (ink, alphabet, words, seen, found)
        return seen, found

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
    ) -> Reading:
        best = found[0]
        looks_written = float(best.in_vocabulary.min()) >= IN_VOCABULARY_ABOVE
        suggested_mode = EQUATION if leaves_row(best) else ""
        # Of words in pictures, four in five that seem certain are right: too few to rely on. What has something above
        # something else is no line, however clear its glyphs are.
        reliable = not suggested_mode and (strokes or all(word.kind.row for word in best.line.words))
        candidates, trees = self._candidates(found, confidence, max(top, 1), strokes=strokes)
        classes = _classes_of(kinds)
        trust = confidences_of_glyphs(found, confidence)
        glyphs = tuple(
            self._glyph(best, place, float(trust[place]), classes, max(top, 1), strokes=strokes)
            for place in range(len(best.groups))
        )
        return Reading(
            LINE,
            candidates,
            confidence >= SURE_ABOVE and looks_written and reliable,
            glyphs,
            tree=trees[0],
            trees=trees,
            likely=confidence >= LIKELY_ABOVE and looks_written,
            suggested_mode=suggested_mode,
            elapsed_ms=(time.perf_counter() - started) * 1000,
        )

    def _candidates(
        self, found: Sequence[LineReading], confidence: float, top: int, *, strokes: bool
    ) -> tuple[tuple[Candidate, ...], tuple[LayoutTree, ...]]:
        """The best readings whose texts differ, and their trees."""
        weights: dict[str, float] = {}
        readings: dict[str, LineReading] = {}
        for one in found:
            text = self.text_of(one)
            weights[text] = weights.get(text, 0.0) + math.exp(one.score - found[0].score)
            readings.setdefault(text, one)
        first, *others = readings
        kept = [first, *sorted(others, key=lambda text: -weights[text])][:top]
        # What the best one leaves is shared among the others by how probable they are.
        rest = max(sum(weights[text] for text in kept[1:]), _LEAST)
        left = min(1 - confidence, confidence * rest)
        trees = tuple(self._tree(readings[text], strokes=strokes) for text in kept)
        shares = [confidence, *(min(weights[text] / rest * left, confidence) for text in kept[1:])]
        return tuple(
            Candidate(text, tree.latex, share) for text, tree, share in zip(kept, trees, shares, strict=True)
        ), trees

    def text_of(self, reading: LineReading) -> str:
        """A reading as people type it: with spaces between words, and none around the signs of arithmetic."""
        rows = [word.kind.row for word in reading.line.words for _ in word.labels]
        labels = [self.labels[label].text for label in reading.line.labels]
        begins = {first for first, _ in reading.words[1:]}
        parts: list[str] = []
        for place, text in enumerate(labels):
            if place in begins and not (rows[place] and (labels[place - 1] in _TIGHT or text in _TIGHT_BEFORE)):
                parts.append(" ")
            parts.append(text)
        return "".join(parts)

    def _tree(self, reading: LineReading, *, strokes: bool) -> LayoutTree:
        symbols = tuple(
            Symbol(self.labels[label].latex, group if strokes else ())
            for label, group in zip(reading.line.labels, reading.groups, strict=True)
        )
        return LayoutTree(symbols, tuple((place, place + 1, "Right") for place in range(len(symbols) - 1)))

    def _glyph(
        self, reading: LineReading, place: int, confidence: float, classes: Sequence[int], top: int, *, strokes: bool
    ) -> GlyphReading:
        """A glyph of a line, its own reading with this confidence; what that leaves, its looks share among others."""
        shares = reading.ink.shares[place, list(classes)]
        labels = tuple(self.labels[label] for label in classes)
        in_vocabulary = float(reading.in_vocabulary[place])
        prediction = Prediction(
            labels,
            (shares / max(float(shares.sum()), _LEAST)).astype(np.float32),
            in_vocabulary,
            bool(
                shares.max() >= SURE_ABOVE and in_vocabulary >= self.model.card.alphabet_card("all").in_vocabulary_above
            ),
        )
        candidates = glyph_candidates(prediction, self.labels[reading.line.labels[place]], confidence, top)
        box = Bounds(*reading.boxes[place].tolist())
        return GlyphReading(candidates, reading.groups[place] if strokes else (), box, prediction)


def _classes_of(kinds: Sequence[Kind]) -> list[int]:
    """All classes that some kind of line has, as places among the model's labels."""
    return sorted({label for kind in kinds for label in kind.first | kind.inner | kind.last})
