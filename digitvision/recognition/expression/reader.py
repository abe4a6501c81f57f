"""Reads an expression: strokes to symbols to a layout tree."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.decoding import best_layout, merged_groups
from digitvision.recognition.expression.layout import RELATIONS, LayoutTree, Symbol
from digitvision.recognition.expression.networks import ExpressionNetworks, SymbolScores
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

    def __init__(self, networks: ExpressionNetworks, labels: Sequence[str]) -> None:
        """Take networks whose classes are these labels, in LaTeX."""
        self._networks = networks
        self._labels = tuple(labels)

    def read(self, strokes: Sequence[NDArray[np.float64]]) -> ExpressionReading:
        """Read strokes, float [K, 2] each, in any unit and in the order of writing; at least one."""
        points = resampled(strokes)
        return self.read_points(points / unit_of(points))

    def read_points(self, points: Points, groups: Sequence[tuple[int, ...]] | None = None) -> ExpressionReading:
        """Read strokes that are resampled and in their unit; grouped as given, or as the first network says."""
        scores = self._networks.of_strokes(stroke_features(points))
        if groups is None:
            groups = merged_groups(scores.together)
        found = self._networks.of_symbols(scores.vectors, symbol_features(points, groups))
        labels = [self._labels[place] for place in found.classes.argmax(axis=1)]
        _, relations = best_layout(found.edges, found.roots)
        tree = LayoutTree(
            tuple(Symbol(label, tuple(group)) for label, group in zip(labels, groups, strict=True)),
            tuple((parent, child, RELATIONS[relation]) for parent, child, relation in relations),
        )
        return ExpressionReading(tree, found)
