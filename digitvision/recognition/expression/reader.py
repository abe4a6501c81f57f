"""Reads an expression: strokes to symbols to a layout tree."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.decoding import best_layout, merged_groups
from digitvision.recognition.expression.language import Language
from digitvision.recognition.expression.layout import RELATIONS, LayoutTree, Symbol
from digitvision.recognition.expression.networks import ExpressionNetworks, SymbolScores, mean_scores
from digitvision.recognition.expression.strokefeatures import Points, resampled, stroke_features, unit_of
from digitvision.recognition.expression.symbolfeatures import symbol_features


@dataclass(frozen=True, slots=True, eq=False)
class ExpressionReading:
    """What an expression was read as.

    Attributes:
        tree: The best reading.
        scores: What the second network said of its symbols, in their order.
    """

    tree: LayoutTree
    scores: SymbolScores


class ExpressionReader:
    """Reads with one pair of networks. Not thread-safe: one thread, one reader."""

    def __init__(
        self, networks: Sequence[ExpressionNetworks], labels: Sequence[str], language: Language | None = None
    ) -> None:
        """Take pairs of networks that are asked together, whose classes are these labels, in LaTeX.

        Args:
            language: What settles classes that the ink leaves open.
        """
        self._networks = tuple(networks)
        self._labels = tuple(labels)
        self._language = language

    def read(self, strokes: Sequence[NDArray[np.float64]]) -> ExpressionReading:
        """Read strokes, float [K, 2] each, in any unit and in the order of writing; at least one."""
        points = resampled(strokes)
        return self.read_points(points / unit_of(points))

    def read_points(self, points: Points, groups: Sequence[tuple[int, ...]] | None = None) -> ExpressionReading:
        """Read strokes that are resampled and in their unit; grouped as given, or as the first network says."""
        seen = stroke_features(points)
        told = [networks.of_strokes(seen) for networks in self._networks]
        if groups is None:
            groups = merged_groups(np.mean([scores.together for scores in told], axis=0))
        made = symbol_features(points, groups)
        found = mean_scores(
            [networks.of_symbols(scores.vectors, made) for networks, scores in zip(self._networks, told, strict=True)]
        )
        labels = [self._labels[place] for place in found.classes.argmax(axis=1)]
        _, relations = best_layout(found.edges, found.roots)
        tree = LayoutTree(
            tuple(Symbol(label, tuple(group)) for label, group in zip(labels, groups, strict=True)),
            tuple((parent, child, RELATIONS[relation]) for parent, child, relation in relations),
        )
        return ExpressionReading(tree, found)
