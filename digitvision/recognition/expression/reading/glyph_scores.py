"""Scores of the network for single glyphs, an ensemble member beside the networks for expressions.

It was trained on other writers' glyphs too and sees each symbol as it was drawn, so that its errors are different ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import Raster, rasterize_all
from digitvision.ink.spatial_context import contexts_of
from digitvision.ink.stroke import NO_PRESSURE, Stroke
from digitvision.ink.trajectory import Trajectory, trajectory
from digitvision.recognition.expression.reading.stroke_features import Points
from digitvision.recognition.memo import Memo
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.recognizer import Recognizer

GLYPH_SCORES_WEIGHT: Final = 0.4
"""Weight of the network for single glyphs in the mean of each symbol's class probabilities, 0 to 1."""

_LEAST: Final = 1e-9
"""Smallest probability whose logarithm is taken."""

_KEPT: Final = 400
"""Number of groups of strokes that are remembered: those of a row that grows are the same again."""

_DECIMALS: Final = 9
"""Decimals of a group's points in sizes of the group: the same ink has the same ones in whatever unit it comes."""


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
        self._views: Memo[tuple[bytes, ...], tuple[Raster, Trajectory]] = Memo(_KEPT)
        self._scores: Memo[tuple[bytes, ...], tuple[NDArray[np.float32], np.float32]] = Memo(_KEPT)

    def of(self, points: Points, groups: Sequence[tuple[int, ...]]) -> GlyphScores:
        """Score symbols.

        Args:
            points: The expression's strokes, see `stroke_features.Points`.
            groups: The strokes of each symbol.
        """
        shapes = [_shape_of(points[list(group)]) for group in groups]
        shape_keys = [tuple(path.tobytes() for path in shape) for shape in shapes]

        def views(missing: list[int]) -> list[tuple[Raster, Trajectory]]:
            own = [[_stroke(path) for path in shapes[index]] for index in missing]
            return list(zip(rasterize_all(own), map(trajectory, own), strict=True))

        seen = self._views.of(shape_keys, views)
        contexts = contexts_of(groups, [_stroke(path) for path in points])

        def scores(missing: list[int]) -> list[tuple[NDArray[np.float32], np.float32]]:
            rasters, trajectories = (np.stack(own) for own in zip(*(seen[index] for index in missing), strict=True))
            found = self.recognizer.answers(rasters, trajectories, contexts[missing])
            return list(zip(found.probabilities[:, self._order], found.in_vocabulary, strict=True))

        keys = [(*shape, own.tobytes()) for shape, own in zip(shape_keys, contexts, strict=True)]
        shares, in_vocabulary = zip(*self._scores.of(keys, scores), strict=True)
        return GlyphScores(np.stack(shares), np.array(in_vocabulary, np.float32))


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


def _shape_of(paths: Points) -> Points:
    """Return a group's strokes in sizes of the group, float64 [K, 32, 2]: neither its place nor its size is in it."""
    low, high = paths.min(axis=(0, 1)), paths.max(axis=(0, 1))
    shape: Points = np.round((paths - low) / (float((high - low).max()) or 1.0), _DECIMALS)
    return shape


def _stroke(path: NDArray[np.float64]) -> Stroke:
    samples = np.zeros((len(path), 4))
    samples[:, :2] = path
    samples[:, 3] = NO_PRESSURE
    return Stroke(samples)
