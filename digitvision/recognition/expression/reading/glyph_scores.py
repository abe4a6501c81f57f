"""Scores of the network for single glyphs, an ensemble member beside the networks for expressions.

It was trained on other writers' glyphs too and sees each symbol as it was drawn, so that its errors are different ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import rasterize_all
from digitvision.ink.spatial_context import contexts_of
from digitvision.ink.stroke import NO_PRESSURE, Stroke
from digitvision.ink.trajectory import trajectory
from digitvision.recognition.expression.reading.stroke_features import Points
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.recognizer import Recognizer

GLYPH_SCORES_WEIGHT: Final = 0.4
"""Weight of the network for single glyphs in the mean of each symbol's class probabilities, 0 to 1."""

_LEAST: Final = 1e-9
"""Smallest probability whose logarithm is taken."""


@dataclass(frozen=True, slots=True, eq=False)
class GlyphScores:
    """Scores of M symbols.

    Attributes:
        shares: float32 [M, C], probabilities of the expression's classes.
        in_vocabulary: float32 [M], see `prediction.Prediction`.
    """

    shares: NDArray[np.float32]
    in_vocabulary: NDArray[np.float32]


class GlyphScorer:
    """Scores symbols with the network for glyphs. Not thread-safe: each thread needs a scorer of its own."""

    def __init__(self, recognizer: Recognizer, labels: Sequence[str]) -> None:
        """Take a recognizer, and the LaTeX of an expression's classes in their order.

        Raises:
            ModelFault: The recognizer's model lacks some of the classes.
        """
        index_of = {label.latex: index for index, label in enumerate(recognizer.labels)}
        if not set(labels) <= index_of.keys():
            raise ModelFault(f"The model “{recognizer.model.name}” does not know all signs of equations.")
        self.recognizer = recognizer
        """The recognizer of single glyphs."""
        self._order = np.array([index_of[label] for label in labels], np.intp)

    def of(self, points: Points, groups: Sequence[tuple[int, ...]]) -> GlyphScores:
        """Score symbols.

        Args:
            points: The expression's strokes, see `stroke_features.Points`.
            groups: The strokes of each symbol.
        """
        strokes = [_stroke(path) for path in points]
        own = [[strokes[index] for index in group] for group in groups]
        found = self.recognizer.answers(
            rasterize_all(own), np.stack([trajectory(some) for some in own]), contexts_of(groups, strokes)
        )
        return GlyphScores(found.probabilities[:, self._order], found.in_vocabulary)


def shipped_glyph_scorer(labels: Sequence[str]) -> GlyphScorer:
    """Build a scorer with the glyph model that came with the program, for which readings' confidence was fitted.

    Raises:
        ModelFault: The model is missing or damaged, or lacks some of these labels.
    """
    return GlyphScorer(Recognizer(ModelStore().bundled_default("math"), "math"), labels)


def joined(classes: NDArray[np.float32], shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the logarithms of the weighted mean of probabilities `exp(classes)` and `shares`, float32 [M, C]."""
    mean = (1 - GLYPH_SCORES_WEIGHT) * np.exp(classes) + GLYPH_SCORES_WEIGHT * shares
    result: NDArray[np.float32] = np.log(np.maximum(mean, _LEAST)).astype(np.float32)
    return result


def _stroke(path: NDArray[np.float64]) -> Stroke:
    samples = np.zeros((len(path), 4))
    samples[:, :2] = path
    samples[:, 3] = NO_PRESSURE
    return Stroke(samples)
