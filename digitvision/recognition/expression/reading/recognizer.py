"""A loaded model that reads whole expressions, and the confidence in its readings."""

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import RELATIONS, LayoutError, LayoutTree, Symbol
from digitvision.recognition.expression.notation.plain_text import text_of
from digitvision.recognition.expression.reading.doubtful_forms import has_mixed_number, is_doubtful
from digitvision.recognition.expression.reading.ellipsis import DOTS, with_dots
from digitvision.recognition.expression.reading.model import load_expression_reader
from digitvision.recognition.expression.reading.reader import NO_CORRECTIONS, ExpressionReading
from digitvision.recognition.expression.reading.rescoring import LABELLINGS
from digitvision.recognition.expression.reading.stroke_features import resampled
from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.prediction import (
    IN_VOCABULARY_ABOVE,
    LIKELY_ABOVE,
    PAGE,
    Candidate,
    GlyphReading,
    Prediction,
    Reading,
    doubted,
    glyph_candidates,
    too_many_strokes,
)
from digitvision.recognition.rows.row_finder import RowFinder, are_clearly_several, several_of
from digitvision.recognition.signs.leaning_ones import has_leaning_one
from digitvision.recognition.signs.loose_rings import has_loose_ring
from digitvision.recognition.signs.more_labels import label_of

MOST_STROKES: Final = 200
"""Largest number of strokes that are read: the time grows with its square, and nobody writes a longer expression."""

_SCRIBBLE: Final = (
    "This looks like a scribble: its signs would stand above and below each other more often than in any formula."
)

_LEAST: Final = 1e-6
"""Smallest probability whose logarithm is taken."""

_LEAST_IN_VOCABULARY: Final = 0.02
"""Smallest in-vocabulary score whose logarithm is taken."""


class EquationRecognizer:
    """Reads expressions with one model. Not thread-safe: each thread needs a recognizer of its own.

    Attributes:
        model: The model; `labels` are its classes, and after them those that a user may choose besides.
        reader: Reads strokes; `confidence` estimates how probable it is that its reading is right.
    """

    def __init__(self, model: Model) -> None:
        """Load the model.

        Raises:
            ModelFault: The model is missing or damaged, or does not read expressions.
        """
        self.model = model
        self.reader = load_expression_reader(model, with_glyph_scores=True)
        own = {label.latex: label for label in model.card.labels}
        self.labels = tuple(own.get(latex) or label_of(latex) for latex in self.reader.all_labels)
        self._labels = {label.latex: label for label in self.labels}
        self._rows = RowFinder()
        self.confidence = Confidence.of_card(model.card.settings.get("confidence"))

    def read(
        self, drawing: Drawing, *, top: int, corrections: Corrections = NO_CORRECTIONS, one_row: bool = False
    ) -> Reading:
        """Read a drawing as an expression; with too many strokes it is refused, and without any there is no answer.

        Args:
            drawing: The drawing.
            top: Number of candidates that are wanted.
            corrections: The user's corrections, which no reading contradicts.
            one_row: Whether all strokes are known to be one expression; else several rows are noticed and doubted.
        """
        started = time.perf_counter()
        count = len(drawing.strokes)
        if not 0 < count <= MOST_STROKES:
            return Reading(EQUATION, refusal=too_many_strokes(count, MOST_STROKES, "an equation") if count else "")
        corrections = corrections.without_words()
        strokes = [stroke.xy for stroke in drawing.strokes]
        found = self.reader.read(strokes, corrections, alternatives=max(top - 1, 0))
        candidates, trees = self.candidates(found, top)
        if not trees:
            # Scripts nested deeper than any layout allows: the drawing is a scribble.
            return Reading(EQUATION, refusal=_SCRIBBLE, elapsed_ms=(time.perf_counter() - started) * 1000)
        confidence = candidates[0].confidence
        rows = [] if one_row or corrections.relations else several_of(self._rows.rows_of(drawing))
        glyphs = tuple(self._glyph(found, index, confidence, drawing, top) for index in range(len(found.tree.symbols)))
        chosen = {glyph for glyph, _ in corrections.labels}
        glyphs = tuple(
            replace(glyph, read=self._read(found, index)) if frozenset(glyph.strokes) in chosen else glyph
            for index, glyph in enumerate(glyphs)
        )
        has_been_told = bool(corrections.labels or corrections.relations)
        reading = Reading(
            EQUATION,
            candidates,
            self.is_sure(found) and (has_been_told or not has_mixed_number(found.tree)),
            glyphs,
            tree=found.tree,
            trees=trees,
            likely=self.is_likely(found),
            elapsed_ms=(time.perf_counter() - started) * 1000,
        )
        if len(rows) > 1:
            # Several rows are read as one that was never written, however clear their signs are.
            return doubted(reading, PAGE if are_clearly_several(rows) else "")
        if has_been_told:
            return reading
        boxes = np.array([glyph.box for glyph in glyphs])
        labels = [symbol.label for symbol in found.tree.symbols]
        rings = has_loose_ring(labels, [symbol.strokes for symbol in found.tree.symbols], resampled(strokes))
        doubtful = rings or is_doubtful(found.tree, boxes) or has_leaning_one(found.tree, strokes)
        return doubted(reading, "") if doubtful else reading

    def is_sure(self, found: ExpressionReading) -> bool:
        """Whether a reading can be relied on: it is probable, and no symbol looks like junk."""
        return self.confidence.of(found) >= self.model.card.sure_above and _all_in_vocabulary(found)

    def is_likely(self, found: ExpressionReading) -> bool:
        """Whether a reading is more probable than not, and no symbol looks like junk."""
        return self.confidence.of(found) >= LIKELY_ABOVE and _all_in_vocabulary(found)

    def candidates(self, found: ExpressionReading, top: int) -> tuple[tuple[Candidate, ...], tuple[LayoutTree, ...]]:
        """Return at most `top` best readings that differ, best first, and their trees."""
        confidence = self.confidence.of(found)
        scored: list[tuple[float, LayoutTree]] = [(0.0, found.tree)]
        for other in (found, *found.others):
            behind = found.score - other.score
            if other is not found:
                scored.append((behind, other.tree))
            for loss, _, _, labels in other.labelling.alternatives:
                symbols = tuple(
                    Symbol(self.labels[label].latex, symbol.strokes)
                    for label, symbol in zip(labels, other.tree.symbols, strict=True)
                )
                scored.append((behind + loss, LayoutTree(symbols, other.tree.relations, other.tree.gaps)))
        scored.sort(key=lambda one: one[0])
        weights: dict[str, float] = {}
        trees: dict[str, LayoutTree] = {}
        joined = any(symbol.label == DOTS for symbol in found.tree.symbols)
        for behind, plain in scored:
            # The same expression with three dots as symbols of their own would look the same.
            tree = with_dots(plain) if joined else plain
            if trees and tree.hides_symbols:
                # Its typeset form would leave out something that was written.
                continue
            try:
                latex = tree.latex
            except LayoutError:
                continue
            weights[latex] = weights.get(latex, 0.0) + math.exp(-max(behind, 0.0))
            trees.setdefault(latex, tree)
        # The same reading may come from several layouts and groupings: their weights add up.
        first, *others = trees
        kept = [first, *sorted(others, key=lambda latex: -weights[latex])][:top]
        # The probability that the best reading leaves is shared among the others in proportion to their weights.
        rest = sum(weights[latex] for latex in kept[1:])
        left = min(1 - confidence, confidence * rest) / max(rest, _LEAST)
        return tuple(
            Candidate(
                text_of(trees[latex]), latex, confidence if index == 0 else min(weights[latex] * left, confidence)
            )
            for index, latex in enumerate(kept)
        ), tuple(trees[latex] for latex in kept)

    def _glyph(
        self, found: ExpressionReading, index: int, confidence: float, drawing: Drawing, top: int
    ) -> GlyphReading:
        """Return a symbol's glyph; `confidence` is that of the whole reading, which the symbol's is never below."""
        symbol = found.tree.symbols[index]
        shares = found.labelling.marginals[index].astype(np.float32)
        in_vocabulary = 1.0 if found.in_vocabulary is None else float(found.in_vocabulary[index])
        shares /= max(float(shares.sum()), _LEAST)
        prediction = Prediction(self.labels, shares, in_vocabulary, sure=bool(shares.max() >= 0.9))
        bounds = Drawing(tuple(drawing.strokes[stroke] for stroke in symbol.strokes)).bounds
        assert bounds is not None
        label = self._labels[symbol.label]
        own = max(float(prediction.probabilities[self.labels.index(label)]), confidence)
        return GlyphReading(
            glyph_candidates(prediction, label, own, max(top, 1)), symbol.strokes, Bounds(*bounds), prediction
        )

    def _read(self, found: ExpressionReading, index: int) -> Prediction | None:
        """Return what the networks alone say of a symbol."""
        if found.read is None:
            return None
        shares = np.exp(found.read[index].astype(np.float64))
        return Prediction(self.labels, (shares / shares.sum()).astype(np.float32))


def _all_in_vocabulary(found: ExpressionReading) -> bool:
    """Whether every symbol's in-vocabulary score is high enough."""
    return found.in_vocabulary is None or float(found.in_vocabulary.min()) >= IN_VOCABULARY_ABOVE


_UNMEASURED: Final = (2.1, 1.1, 0.9, 0.3, 0.6, 0.2, 3.8)
"""Weights for a model whose card has none: close to those that were fitted for the program's own model."""


class Confidence:
    """Estimates the probability that a whole reading is right, by logistic regression on held-out expressions."""

    def __init__(self, weights: Sequence[float]) -> None:
        """Take a weight for each of `facts`, and the offset last."""
        self._weights = tuple(weights)

    @classmethod
    def of_card(cls, weights: object) -> "Confidence":
        """Take the weights of a card; typical weights where the card has none or they are unusable."""
        if (
            isinstance(weights, list)
            and len(weights) == FACTS + 1
            and all(isinstance(weight, int | float) and math.isfinite(weight) for weight in weights)
        ):
            return cls(weights)
        return cls(_UNMEASURED)

    def of(self, reading: ExpressionReading) -> float:
        """Return the probability that a reading is right, 0 to 1."""
        score = self._weights[-1] + sum(
            weight * fact for weight, fact in zip(self._weights[:-1], facts(reading), strict=True)
        )
        return 1 / (1 + math.exp(-min(max(score, -30.0), 30.0)))


FACTS: Final = 6
"""Number of `facts`."""

_LOWEST: Final = -4.0
"""Logarithms are clipped here: right readings have parts as improbable as this now and then."""


def facts(reading: ExpressionReading) -> tuple[float, ...]:
    """Return the features of a reading from which its confidence is estimated.

    The first four are negative square roots of negative logarithms: of the reading's share among the likely readings,
    of its least certain class, of its layout, and of its least certain relation. Then follow the logarithm of the
    lowest in-vocabulary score and that of the number of symbols, negated. Plain logarithms and probabilities were tried
    too: both promise too little for doubtful readings and too much for middling ones.
    """
    tree = reading.tree
    classes = [
        math.log(max(float(reading.labelling.marginals[index].max()), _LEAST)) for index in range(len(tree.symbols))
    ]
    relation_indices = {relation: number for number, relation in enumerate(RELATIONS)}
    layout = [
        float(reading.scores.edges[child, parent, relation_indices[relation]])
        for parent, child, relation in tree.relations
    ]
    layout.append(float(reading.scores.roots[tree.root]))
    parts = (-math.log(_weight_of_all(reading)), min(classes), sum(layout), min(layout))
    return (
        *(-math.sqrt(max(-max(part, _LOWEST), 0.0)) for part in parts),
        0.0
        if reading.in_vocabulary is None
        else math.log(max(float(reading.in_vocabulary.min()), _LEAST_IN_VOCABULARY)),
        -math.log(len(tree.symbols)),
    )


def _weight_of_all(reading: ExpressionReading) -> float:
    """Return the sum of the likely readings' probabilities, relative to the best reading's.

    Only the labellings that are always computed count, so that the number of wanted candidates changes nothing.
    """
    losses = [loss for loss, *_ in reading.labelling.alternatives[:LABELLINGS]]
    losses += [max(reading.score - other.score, 0.0) for other in reading.others]
    return 1 + sum(math.exp(-loss) for loss in losses)
