"""Reads an expression: strokes to symbols to a layout tree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import RELATIONS, LayoutTree, Symbol
from digitvision.recognition.expression.reading.decoding import Grouping, best_layout, groupings, other_layouts
from digitvision.recognition.expression.reading.ellipsis import with_dots
from digitvision.recognition.expression.reading.glyph_scores import GlyphScorer, GlyphScores
from digitvision.recognition.expression.reading.labelling import Labelling, label_symbols
from digitvision.recognition.expression.reading.letter_case import case_pairs
from digitvision.recognition.expression.reading.networks import (
    ExpressionNetworks,
    StrokeScores,
    SymbolScores,
    mean_scores,
)
from digitvision.recognition.expression.reading.ngrams import NgramModel
from digitvision.recognition.expression.reading.priors import SymbolPriors
from digitvision.recognition.expression.reading.rescoring import LABELLINGS, OTHER_LABELLINGS, rescored
from digitvision.recognition.expression.reading.stroke_features import Points, resampled, stroke_features, unit_of
from digitvision.recognition.expression.reading.symbol_features import symbol_features, symbol_rasters

NO_CORRECTIONS: Final = Corrections()

_DOUBT_WEIGHT: Final = 0.6
_SYMBOL_BONUS: Final = 0.3
"""What a grouping gains for each symbol: each costs it some probability, so that few symbols would always win."""

GLYPH_SCORES_WEIGHT: Final = 0.4
"""Of the network for single glyphs in each symbol's class."""

_LEAST: Final = 1e-9
_PINNED: Final = 1e3
"""Logit of what the user has said of strokes; beyond all that the networks say."""

_RULED_OUT: Final = -1e6


@dataclass(frozen=True, slots=True, eq=False)
class ExpressionReading:
    """What an expression was read as.

    Attributes:
        tree: The best reading.
        scores: What the second networks said of its symbols, in their order, and beyond that what the user has said.
        labelling: What its symbols may be.
        doubt: See `decoding.Grouping`; of what was chosen.
        score: How probable it is, as a logarithm, beside other readings of the same strokes.
        in_vocabulary: float32 [M], how much each symbol looks like any sign at all; None where nobody was asked.
        others: Readings with other groupings of the strokes or other layouts, the best first.
    """

    tree: LayoutTree
    scores: SymbolScores
    labelling: Labelling
    score: float
    doubt: float = 0.0
    in_vocabulary: NDArray[np.float32] | None = None
    others: tuple["ExpressionReading", ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Looks:
    """What is said of groups of strokes by their looks alone.

    Attributes:
        place_of: Each group's row.
        pictures: Of each pair of networks, see `ExpressionNetworks.of_pictures`.
        glyph_scores: None where nobody was asked.
    """

    place_of: dict[tuple[int, ...], int]
    pictures: Sequence[NDArray[np.float32]]
    glyph_scores: GlyphScores | None


class ExpressionReader:
    """Reads with pairs of networks. Not thread-safe: one thread, one reader."""

    def __init__(
        self,
        networks: Sequence[ExpressionNetworks],
        labels: Sequence[str],
        symbol_priors: SymbolPriors | None = None,
        glyph_scores: GlyphScorer | None = None,
        ngrams: NgramModel | None = None,
    ) -> None:
        """Take pairs of networks that are asked together, whose classes are these labels, in LaTeX.

        Args:
            symbol_priors: What settles classes that the ink leaves open.
            glyph_scores: What else is asked of each symbol's class.
            ngrams: What settles which of the likely readings is meant.
        """
        self.networks = tuple(networks)
        self._symbol_priors = symbol_priors
        self._glyph_scores = glyph_scores
        self._ngrams = ngrams
        self.labels = tuple(labels)
        self._pairs_of_cases = case_pairs(self.labels)

    def read(
        self,
        strokes: Sequence[NDArray[np.float64]],
        corrections: Corrections = NO_CORRECTIONS,
        *,
        alternatives: int = 0,
    ) -> ExpressionReading:
        """Read strokes, float [K, 2] each, in any unit and in the order of writing; at least one."""
        points = resampled(strokes)
        return self.read_points(points / unit_of(points), corrections=corrections, alternatives=alternatives)

    def read_points(
        self,
        points: Points,
        groups: Sequence[tuple[int, ...]] | None = None,
        corrections: Corrections = NO_CORRECTIONS,
        *,
        alternatives: int = 0,
    ) -> ExpressionReading:
        """Read strokes that are resampled and in their unit.

        Args:
            groups: How they are grouped; None for as the networks say.
            corrections: What must not be contradicted.
            alternatives: How many other labellings are wanted of each grouping.
        """
        seen = stroke_features(points)
        told = [networks.of_strokes(seen) for networks in self.networks]
        if groups is None:
            together = np.mean([scores.together for scores in told], axis=0)
            ways = groupings(_pinned_together(together, corrections))
        else:
            ways = [Grouping(tuple(groups))]
        best, *others = self._readings(points, ways, told, corrections, alternatives)
        if groups is None:
            joined = self._with_dots(points, best, told, corrections, alternatives)
            if joined is not None:
                best, others = joined, [best, *others]
        return replace(best, others=tuple(others))

    def _with_dots(
        self,
        points: Points,
        best: ExpressionReading,
        told: Sequence[StrokeScores],
        corrections: Corrections,
        alternatives: int,
    ) -> ExpressionReading | None:
        """The reading again with three dots in a row taken together; None where there are none, or they must not be."""
        tree = with_dots(best.tree)
        before = {symbol.strokes for symbol in best.tree.symbols}
        new = {stroke for symbol in tree.symbols if symbol.strokes not in before for stroke in symbol.strokes}
        if not new or new & corrections.strokes:
            return None
        way = Grouping(tuple(sorted(symbol.strokes for symbol in tree.symbols)), best.doubt)
        found = self._readings(points, [way], told, corrections, alternatives)[0]
        joined = {symbol for symbol in tree.symbols if symbol.strokes not in before}
        return found if joined <= set(found.tree.symbols) else None

    def _readings(
        self,
        points: Points,
        ways: Sequence[Grouping],
        told: Sequence[StrokeScores],
        corrections: Corrections,
        alternatives: int,
    ) -> list[ExpressionReading]:
        """The readings of several groupings, each with its likely layouts; the best first."""
        looks = self._looks(points, sorted({group for way in ways for group in way.groups}))
        found = [
            reading
            for way in ways
            for reading in self._read_grouped(points, way, told, looks, corrections, alternatives)
        ]
        judged = rescored(
            [(one.tree, one.labelling) for one in found],
            self.labels,
            self._symbol_priors,
            self._ngrams,
            [_ends_of(points, one.tree) for one in found],
        )
        readings = [
            replace(one, tree=own.tree, labelling=own.labelling, score=one.score + own.credit)
            for one, own in zip(found, judged, strict=True)
        ]
        return sorted(readings, key=lambda one: -one.score)

    def _looks(self, points: Points, groups: Sequence[tuple[int, ...]]) -> _Looks:
        """What is said of each group's looks, once for all ways that have it."""
        rasters = symbol_rasters(points, groups)
        return _Looks(
            {group: place for place, group in enumerate(groups)},
            [networks.of_pictures(rasters) for networks in self.networks],
            None if self._glyph_scores is None else self._glyph_scores.of(points, groups),
        )

    def _read_grouped(
        self,
        points: Points,
        way: Grouping,
        told: Sequence[StrokeScores],
        looks: _Looks,
        corrections: Corrections,
        alternatives: int,
    ) -> list[ExpressionReading]:
        """The best layout's reading, then those of other layouts."""
        made = symbol_features(points, way.groups)
        own = [looks.place_of[group] for group in way.groups]
        scores = mean_scores(
            [
                networks.of_symbols(stroke_scores.vectors, pictures[own], made)
                for networks, stroke_scores, pictures in zip(self.networks, told, looks.pictures, strict=True)
            ]
        )
        if looks.glyph_scores is not None:
            scores = replace(scores, classes=_joined(scores.classes, looks.glyph_scores.shares[own]))
        classes, edges, roots = self._pinned(scores, way.groups, corrections)
        # What somebody has said is certain, also to whoever asks how far the reading can be relied on.
        scores = SymbolScores(classes, edges, roots)
        in_vocabulary = None if looks.glyph_scores is None else looks.glyph_scores.in_vocabulary[own]
        if in_vocabulary is not None:
            said = {glyph for glyph, _ in corrections.labels}
            in_vocabulary = np.where([frozenset(group) in said for group in way.groups], np.float32(1), in_vocabulary)
        best = best_layout(edges, roots)
        layouts = [best, *other_layouts(edges, roots, best[1])]
        readings = []
        for number, (root, relations) in enumerate(layouts):
            wanted = max(alternatives, OTHER_LABELLINGS if number else LABELLINGS)
            labelling = label_symbols(
                classes,
                root,
                relations,
                self._symbol_priors,
                alternatives=wanted,
                pairs_of_cases=self._pairs_of_cases,
            )
            tree = LayoutTree(
                tuple(
                    Symbol(self.labels[label], group) for label, group in zip(labelling.best, way.groups, strict=True)
                ),
                tuple((parent, child, RELATIONS[relation]) for parent, child, relation in relations),
            )
            layout = sum(float(edges[child, parent, relation]) for parent, child, relation in relations)
            ink = float(classes[np.arange(len(way.groups)), labelling.best].sum())
            score = ink + layout + float(roots[root]) - _DOUBT_WEIGHT * way.doubt + _SYMBOL_BONUS * len(way.groups)
            readings.append(ExpressionReading(tree, scores, labelling, score, way.doubt, in_vocabulary))
        return readings

    def _pinned(
        self, scores: SymbolScores, groups: Sequence[tuple[int, ...]], corrections: Corrections
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """The scores with what the user has said ruled in."""
        if not corrections:
            return scores.classes, scores.edges, scores.roots
        classes, edges, roots = scores.classes.copy(), scores.edges.copy(), scores.roots.copy()
        place_of = {frozenset(group): place for place, group in enumerate(groups)}
        for glyph, label in corrections.labels:
            if glyph in place_of and label in self.labels:
                classes[place_of[glyph]] = _RULED_OUT
                classes[place_of[glyph], self.labels.index(label)] = 0
        for child, parent, relation in corrections.relations:
            if child not in place_of or (parent is not None and parent not in place_of):
                continue
            own = place_of[child]
            edges[own] = _RULED_OUT
            if parent is None:
                roots[:] = _RULED_OUT
                roots[own] = 0
                continue
            roots[own] = _RULED_OUT
            # What another glyph would have had in this place, it has no more.
            edges[:, place_of[parent], RELATIONS.index(relation)] = _RULED_OUT
            edges[own, place_of[parent], RELATIONS.index(relation)] = 0
        return classes, edges, roots


def _ends_of(points: Points, tree: LayoutTree) -> NDArray[np.float64]:
    """float64 [M, 2]: the tops and bottoms of a reading's symbols."""
    heights = points[..., 1]
    tops, bottoms = heights.min(axis=1), heights.max(axis=1)
    own = [list(symbol.strokes) for symbol in tree.symbols]
    return np.array([(tops[strokes].min(), bottoms[strokes].max()) for strokes in own], np.float64)


def _joined(classes: NDArray[np.float32], shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of the probabilities whose logarithms are `classes` with others, as logarithms."""
    mean = (1 - GLYPH_SCORES_WEIGHT) * np.exp(classes) + GLYPH_SCORES_WEIGHT * shares
    result: NDArray[np.float32] = np.log(np.maximum(mean, _LEAST)).astype(np.float32)
    return result


def _pinned_together(together: NDArray[np.float32], corrections: Corrections) -> NDArray[np.float32]:
    """The logits with what the user has said of strokes ruled in."""
    if not corrections:
        return together
    pinned = together.copy()
    for group in corrections.apart:
        own = [stroke for stroke in group if stroke < len(pinned)]
        pinned[np.ix_(own, own)] = -_PINNED
    for glyph in corrections.glyphs:
        own = [stroke for stroke in glyph if stroke < len(pinned)]
        pinned[own] = -_PINNED
        pinned[:, own] = -_PINNED
        pinned[np.ix_(own, own)] = _PINNED
    return pinned
