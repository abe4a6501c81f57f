"""The answer of a line that was read glyph by glyph: its texts and trees, and what is said of each glyph."""

import math
import time
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds
from digitvision.recognition.expression.layout import LayoutTree, Relation, Symbol
from digitvision.recognition.expression.reading.doubtful_forms import begins_with_item_number
from digitvision.recognition.line.confidence import confidences_of_glyphs
from digitvision.recognition.line.doubtful_glyphs import hides_cross, is_doubtful
from digitvision.recognition.line.line_kinds import DEGREE_SIGN, Kind
from digitvision.recognition.line.off_baseline import leaves_row
from digitvision.recognition.line.reader import LineReading
from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.prediction import (
    IN_VOCABULARY_ABOVE,
    LIKELY_ABOVE,
    LINE,
    Candidate,
    GlyphReading,
    Label,
    Prediction,
    Reading,
    doubted,
    glyph_candidates,
)
from digitvision.recognition.signs.degree_signs import has_doubtful_ring
from digitvision.recognition.signs.percent_finder import PERCENT
from digitvision.recognition.signs.primes import PRIME
from digitvision.recognition.signs.wide_gaps import side_gaps

SURE_ABOVE: Final = 0.8
"""Confidence from which a reading may count as sure."""

_TIGHT: Final = frozenset({"+", "-", "=", "×", "÷", "/", "("})
_TIGHT_BEFORE: Final = frozenset({"+", "-", "=", "×", "÷", "/", ")", "%", "°"})
"""Signs of arithmetic after and before which a gap is not a space."""

_STRANGE: Final = frozenset({PERCENT, DEGREE_SIGN.latex, PRIME})
"""Classes of which the networks for expressions know nothing."""

_RAISED: Final = frozenset({DEGREE_SIGN.latex, PRIME})

_TWO_PRIMES: Final = "\N{PRIME}\N{PRIME}"

_LEAST: Final = 1e-6


class GlyphAnswers:
    """Makes answers of what was found by looking at single glyphs."""

    def __init__(self, labels: Sequence[Label], in_vocabulary_above: float) -> None:
        """Take what the answers are told in.

        Args:
            labels: All classes of a line, the signs of a degree and of multiplication among them; readings name them by
                their index.
            in_vocabulary_above: In-vocabulary score from which a glyph's own prediction may be sure, 0 to 1.
        """
        self._labels = labels
        latex = [label.latex for label in labels]
        self._degree = latex.index(DEGREE_SIGN.latex)
        self._times, self._unknown = latex.index(r"\times"), [latex.index("x"), latex.index("X")]
        self._in_vocabulary_above = in_vocabulary_above

    def reading(
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
        strange = [index for index, label in enumerate(best.line.labels) if self._labels[label].latex in _STRANGE]
        suggested_mode = EQUATION if leaves_row(best, strange) else ""
        # Of confident readings of words in pictures four in five are right, which is too few to rely on. A drawing
        # with something above something else is not a line, however clear its glyphs are.
        reliable = not suggested_mode and (strokes or all(word.kind.row for word in best.line.words))
        candidates, trees = self._candidates(found, confidence, max(top, 1), strokes=strokes)
        classes = classes_of(kinds)
        choices = range(len(self._labels)) if any_class else classes
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
        texts = [self._labels[label].text for label in best.line.labels]
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
        trees = tuple(self.tree(readings[text], strokes=strokes) for text in kept)
        shares = [confidence, *(min(weights[text] / rest * left, confidence) for text in kept[1:])]
        return tuple(
            Candidate(text, tree.latex, share) for text, tree, share in zip(kept, trees, shares, strict=True)
        ), trees

    def text_of(self, reading: LineReading) -> str:
        """Format a reading as text: with spaces between words, but not around the signs of arithmetic."""
        labels = [self._labels[label].text for label in reading.line.labels]
        spaces = self._spaces(reading)
        parts = (" " + text if index in spaces else text for index, text in enumerate(labels))
        return "".join(parts).replace(_TWO_PRIMES, "\N{DOUBLE PRIME}")

    def _spaces(self, reading: LineReading) -> frozenset[int]:
        """Return the glyphs before which the text has a space."""
        rows = [word.kind.row for word in reading.line.words for _ in word.labels]
        labels = [self._labels[label].text for label in reading.line.labels]
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

    def tree(self, reading: LineReading, *, strokes: bool) -> LayoutTree:
        symbols = tuple(
            Symbol(self._labels[label].latex, group if strokes else ())
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
        labels = tuple(self._labels[label] for label in choices)

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
            bool(shares[list(classes)].max() >= SURE_ABOVE and in_vocabulary >= self._in_vocabulary_above),
        )
        candidates = glyph_candidates(prediction, self._labels[reading.line.labels[index]], confidence, top)
        box = Bounds(*reading.boxes[index].tolist())
        read = None
        if reading.read is not None and index in reading.ink.pinned:
            read = Prediction(labels, shares_of(reading.read[index]))
        return GlyphReading(candidates, reading.groups[index] if strokes else (), box, prediction, read)


def classes_of(kinds: Sequence[Kind]) -> list[int]:
    """Return all classes of these kinds, as indices among the model's labels."""
    return sorted({label for kind in kinds for label in kind.first | kind.inner | kind.last})
