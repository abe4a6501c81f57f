"""A loaded model that reads whole expressions, and its readings."""

import math
import time
from collections.abc import Sequence
from typing import Final

import numpy as np

from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import RELATIONS, LayoutError, LayoutTree, Symbol
from digitvision.recognition.expression.notation.plain_text import text_of
from digitvision.recognition.expression.reading.ellipsis import DOTS, with_dots
from digitvision.recognition.expression.reading.model import load_expression_reader
from digitvision.recognition.expression.reading.reader import NO_CORRECTIONS, ExpressionReading
from digitvision.recognition.expression.reading.rescoring import LABELLINGS
from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.prediction import (
    IN_VOCABULARY_ABOVE,
    LIKELY_ABOVE,
    Candidate,
    GlyphReading,
    Prediction,
    Reading,
    trusted,
)

MOST_STROKES: Final = 200
"""Nobody writes more in one expression; the time that is taken grows with their square."""

_LEAST: Final = 1e-6
_LEAST_IN_VOCABULARY: Final = 0.02


class EquationRecognizer:
    """Reads expressions with one model. Not thread-safe: one thread, one recognizer.

    Attributes:
        model: What it was loaded from; `labels` its classes.
        reader: What reads strokes; `confidence` what tells how far to rely on that.
    """

    def __init__(self, model: Model) -> None:
        """Load the model.

        Raises:
            ModelFault: It is missing, damaged, or reads no expressions.
        """
        self.model = model
        self.labels = model.card.labels
        self.reader = load_expression_reader(model, with_glyph_scores=True)
        self._labels = {label.latex: label for label in self.labels}
        self.confidence = Confidence.of_card(model.card.settings.get("confidence"))

    def read(self, drawing: Drawing, *, top: int, corrections: Corrections = NO_CORRECTIONS) -> Reading:
        """Read a drawing as an expression; without strokes, or with more than anybody writes, there is no candidate."""
        started = time.perf_counter()
        if not 0 < len(drawing.strokes) <= MOST_STROKES:
            return Reading(EQUATION)
        strokes = [stroke.xy for stroke in drawing.strokes]
        found = self.reader.read(strokes, corrections, alternatives=max(top - 1, 0))
        candidates, trees = self.candidates(found, top)
        if not trees:
            # Scripts within scripts, deeper than anybody writes: scribbles.
            return Reading(EQUATION, elapsed_ms=(time.perf_counter() - started) * 1000)
        confidence = candidates[0].confidence
        glyphs = tuple(self._glyph(found, place, confidence, drawing, top) for place in range(len(found.tree.symbols)))
        return Reading(
            EQUATION,
            candidates,
            self.is_sure(found),
            glyphs,
            tree=found.tree,
            trees=trees,
            likely=self.is_likely(found),
            elapsed_ms=(time.perf_counter() - started) * 1000,
        )

    def is_sure(self, found: ExpressionReading) -> bool:
        """Whether a reading can be relied on: it is probable, and each symbol looks like a sign that there is."""
        return self.confidence.of(found) >= self.model.card.sure_above and _looks_written(found)

    def is_likely(self, found: ExpressionReading) -> bool:
        """Whether a reading is more probable than not, and each symbol looks like a sign that there is."""
        return self.confidence.of(found) >= LIKELY_ABOVE and _looks_written(found)

    def candidates(self, found: ExpressionReading, top: int) -> tuple[tuple[Candidate, ...], tuple[LayoutTree, ...]]:
        """The best readings that differ, best first, and their trees."""
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
                scored.append((behind + loss, LayoutTree(symbols, other.tree.relations)))
        scored.sort(key=lambda one: one[0])
        weights: dict[str, float] = {}
        trees: dict[str, LayoutTree] = {}
        joined = any(symbol.label == DOTS for symbol in found.tree.symbols)
        for behind, plain in scored:
            # Three dots beside dots that are one symbol would look the same.
            tree = with_dots(plain) if joined else plain
            if trees and tree.hides_symbols:
                # It would look as if something written were not there.
                continue
            try:
                latex = tree.latex
            except LayoutError:
                continue
            weights[latex] = weights.get(latex, 0.0) + math.exp(-max(behind, 0.0))
            trees.setdefault(latex, tree)
        # The same reading may come of several layouts and groupings, which all speak for it.
        first, *others = trees
        kept = [first, *sorted(others, key=lambda latex: -weights[latex])][:top]
        # What the best one leaves is shared among the others by how much less probable they are.
        rest = sum(weights[latex] for latex in kept[1:])
        left = min(1 - confidence, confidence * rest) / max(rest, _LEAST)
        return tuple(
            Candidate(
                text_of(trees[latex]), latex, confidence if place == 0 else min(weights[latex] * left, confidence)
            )
            for place, latex in enumerate(kept)
        ), tuple(trees[latex] for latex in kept)

    def _glyph(
        self, found: ExpressionReading, place: int, confidence: float, drawing: Drawing, top: int
    ) -> GlyphReading:
        """A symbol's glyph; `confidence` is that in the whole, which cannot be right without it."""
        symbol = found.tree.symbols[place]
        shares = found.labelling.marginals[place].astype(np.float32)
        in_vocabulary = 1.0 if found.in_vocabulary is None else float(found.in_vocabulary[place])
        shares /= max(float(shares.sum()), _LEAST)
        prediction = Prediction(self.labels, shares, in_vocabulary, sure=bool(shares.max() >= 0.9))
        bounds = Drawing(tuple(drawing.strokes[stroke] for stroke in symbol.strokes)).bounds
        assert bounds is not None
        label = self._labels[symbol.label]
        own = max(float(prediction.probabilities[self.labels.index(label)]), confidence)
        return GlyphReading(trusted(prediction, label, own, max(top, 1)), symbol.strokes, Bounds(*bounds), prediction)


def _looks_written(found: ExpressionReading) -> bool:
    return found.in_vocabulary is None or float(found.in_vocabulary.min()) >= IN_VOCABULARY_ABOVE


_UNMEASURED: Final = (2.1, 1.1, 0.9, 0.3, 0.6, 0.2, 3.8)
"""Weights where a card has none: about what was found with the program's own model."""


class Confidence:
    """How probable it is that a whole reading is right, by logistic regression on held-out expressions."""

    def __init__(self, weights: Sequence[float]) -> None:
        """Take a weight for each of `facts`, and last the offset."""
        self._weights = tuple(weights)

    @classmethod
    def of_card(cls, weights: object) -> "Confidence":
        """What a card says, or the plain product of the probabilities where it says nothing that can be used."""
        if (
            isinstance(weights, list)
            and len(weights) == FACTS + 1
            and all(isinstance(weight, int | float) and math.isfinite(weight) for weight in weights)
        ):
            return cls(weights)
        return cls(_UNMEASURED)

    def of(self, reading: ExpressionReading) -> float:
        """From 0 to 1."""
        score = self._weights[-1] + sum(
            weight * fact for weight, fact in zip(self._weights[:-1], facts(reading), strict=True)
        )
        return 1 / (1 + math.exp(-min(max(score, -30.0), 30.0)))


FACTS: Final = 6
_LOWEST: Final = -4.0


def facts(reading: ExpressionReading) -> tuple[float, ...]:
    """What a reading's confidence is told from: how improbable its parts are, the roots of negative logarithms.

    Of its share among the likely readings, of its least certain class, of its layout, of its least certain relation,
    each logarithm no lower than is seen when readings are right now and then; how much the strangest symbol looks like
    a sign at all; and how many symbols there are. The logarithms themselves promise too little of doubtful readings and
    too much of middling ones; so do probabilities.
    """
    tree = reading.tree
    classes = [
        math.log(max(float(reading.labelling.marginals[place].max()), _LEAST)) for place in range(len(tree.symbols))
    ]
    places = {relation: number for number, relation in enumerate(RELATIONS)}
    layout = [
        float(reading.scores.edges[child, parent, places[relation]]) for parent, child, relation in tree.relations
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
    """The probabilities of the likely readings together, where the best one's is 1.

    As many as are always there, however many candidates are wanted.
    """
    losses = [loss for loss, *_ in reading.labelling.alternatives[:LABELLINGS]]
    losses += [max(reading.score - other.score, 0.0) for other in reading.others]
    return 1 + sum(math.exp(-loss) for loss in losses)
