"""Read an expression: group its strokes into symbols, and find the symbols' classes and layout tree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import RELATIONS, LayoutTree, Symbol
from digitvision.recognition.expression.reading.decoding import Grouping, best_layout, groupings, other_layouts
from digitvision.recognition.expression.reading.ellipsis import with_dots
from digitvision.recognition.expression.reading.glyph_scores import GlyphScorer, GlyphScores, joined
from digitvision.recognition.expression.reading.labelling import Labelling, label_symbols
from digitvision.recognition.expression.reading.letter_case import case_pairs
from digitvision.recognition.expression.reading.networks import (
    ExpressionNetworks,
    StrokeScores,
    SymbolScores,
    mean_scores,
)
from digitvision.recognition.expression.reading.ngrams import NgramModel
from digitvision.recognition.expression.reading.pinning import pinned_together
from digitvision.recognition.expression.reading.priors import SymbolPriors
from digitvision.recognition.expression.reading.rescoring import LABELLINGS, OTHER_LABELLINGS, rescore
from digitvision.recognition.expression.reading.stroke_features import Points, resampled, stroke_features, unit_of
from digitvision.recognition.expression.reading.symbol_features import (
    boxes_of,
    ends_of,
    symbol_features,
    symbol_rasters,
)
from digitvision.recognition.signs.by_place import told_by_place
from digitvision.recognition.signs.degree_signs import with_degrees
from digitvision.recognition.signs.digit_groups import gaps_between_digits
from digitvision.recognition.signs.mixed_numbers import numerators_before_slashes
from digitvision.recognition.signs.more_labels import padded_scores, with_more_labels
from digitvision.recognition.signs.percent_finder import FoundPercent, PercentFinder, apart
from digitvision.recognition.signs.stand_ins import stands_well, with_stand_ins

NO_CORRECTIONS: Final = Corrections()

_DOUBT_WEIGHT: Final = 0.6
"""Weight of a grouping's doubt in a reading's score."""

_SYMBOL_BONUS: Final = 0.3
"""Added to a score for each symbol: each costs the grouping some probability, so few symbols would always win."""

_DOUBTED_PERCENT: Final = 4.0
"""Largest absolute logit of a percent sign for which the expression is also read the other way."""

_PLAIN_RING: Final = 2.0
"""How much less probable than a degree sign the same ring is as the power that the networks read, as a logarithm."""

_UNTOLD: Final = 3.0
"""How much less probable than the reading with signs that are told by their places the one without is."""

_RULED_OUT: Final = -1e6
"""Log-probability of what the user's corrections exclude."""


@dataclass(frozen=True, slots=True, eq=False)
class ExpressionReading:
    """An expression's reading.

    Attributes:
        tree: The layout tree of the best reading.
        scores: Scores of the second networks for the tree's symbols, in their order, and all labels of the reader, with
            corrections pinned.
        labelling: The classes that the symbols may have.
        score: Logarithm of the reading's probability, comparable among readings of the same strokes.
        doubt: Doubt of the grouping that was chosen, see `decoding.Grouping`.
        in_vocabulary: float32 [M], in-vocabulary score of each symbol, 0 (junk) to 1; None without glyph scores.
        others: Readings with other groupings of the strokes or other layouts, the best first.
        read: float32 [M, C], logarithms of the networks' probabilities before the user's corrections.
    """

    tree: LayoutTree
    scores: SymbolScores
    labelling: Labelling
    score: float
    doubt: float = 0.0
    in_vocabulary: NDArray[np.float32] | None = None
    others: tuple["ExpressionReading", ...] = ()
    read: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _GroupScores:
    """Scores that depend on a group's strokes alone, not on the grouping that it is part of.

    Attributes:
        index_of: Row of each group in the arrays.
        pictures: Vectors of the groups' pictures for each pair of networks, see `ExpressionNetworks.of_pictures`.
        glyph_scores: Scores of the network for glyphs; None without one.
    """

    index_of: dict[tuple[int, ...], int]
    pictures: Sequence[NDArray[np.float32]]
    glyph_scores: GlyphScores | None


class ExpressionReader:
    """Reads expressions with pairs of networks. Not thread-safe: each thread needs a reader of its own."""

    def __init__(
        self,
        networks: Sequence[ExpressionNetworks],
        labels: Sequence[str],
        symbol_priors: SymbolPriors | None = None,
        glyph_scores: GlyphScorer | None = None,
        ngrams: NgramModel | None = None,
        percents: PercentFinder | None = None,
    ) -> None:
        """Take the networks and what helps to choose among their readings.

        Args:
            networks: Pairs of networks whose probabilities are averaged.
            labels: LaTeX of the networks' classes, in their order.
            symbol_priors: Which classes usually stand where; decides between classes that the ink leaves open.
            glyph_scores: A network for single glyphs that scores each symbol's class too.
            ngrams: Decides which of the likely readings looks most like a formula.
            percents: Finds percent signs, which the networks do not know.
        """
        self.networks = tuple(networks)
        self.all_labels = with_more_labels(labels)
        """The networks' labels and, after them, what else may be pinned."""
        self._symbol_priors = None if symbol_priors is None else symbol_priors.padded(len(self.all_labels))
        self._percents = percents
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
        """Read strokes, float [K, 2] each, at least one, in any unit and in the order of writing."""
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
        """Read strokes that are resampled and measured in their unit.

        Args:
            points: float64 [N, 32, 2], see `stroke_features.Points`.
            groups: The strokes of each symbol; None to let the networks group them.
            corrections: The user's corrections, which no reading contradicts.
            alternatives: Number of other labellings that are wanted for each grouping.
        """
        if groups is not None or self._percents is None:
            return self._read_plainly(points, groups, corrections, alternatives)
        best = self._read_with_signs(points, corrections, alternatives)
        told = told_by_place(best.tree, boxes_of(points, best.tree), points, corrections)
        if told != corrections:
            again = self._read_with_signs(points, told, alternatives)
            before = replace(best, others=(), score=again.score - _UNTOLD)
            best = replace(again, others=(before, *again.others))
        best = replace(_with_gaps(points, best), others=tuple(_with_gaps(points, other) for other in best.others))
        tree = with_degrees(best.tree, boxes_of(points, best.tree), corrections)
        if tree is best.tree:
            return best
        plain = replace(best, others=(), score=best.score - _PLAIN_RING)
        return replace(best, tree=tree, others=(plain, *best.others))

    def _read_with_signs(self, points: Points, corrections: Corrections, alternatives: int) -> ExpressionReading:
        """Read with what the networks know and with percent signs."""
        assert self._percents is not None
        found = apart(self._percents.find(points, -_DOUBTED_PERCENT, corrections))
        if found:
            return self._read_with_percents(points, found, corrections, alternatives)
        return self._read_plainly(points, None, corrections, alternatives)

    def _read_with_percents(
        self, points: Points, found: Sequence[FoundPercent], corrections: Corrections, alternatives: int
    ) -> ExpressionReading:
        """Read with those that are rather percent signs than not; where one is in doubt, read the other way as well."""
        certain = [one for one in found if one.logit > 0]
        doubtful = min(found, key=lambda one: abs(one.logit))
        best = self._read_standing_in(points, certain, corrections, alternatives)
        if best is None:
            return self._read_plainly(points, None, corrections, alternatives)
        if abs(doubtful.logit) > _DOUBTED_PERCENT:
            return best
        others = [one for one in certain if one is not doubtful]
        other = self._read_standing_in(
            points, others if doubtful in certain else [*certain, doubtful], corrections, alternatives
        )
        if other is None:
            return best
        behind = best.score - abs(doubtful.logit) - other.score
        more = [replace(one, score=one.score + behind) for one in (replace(other, others=()), *other.others)]
        return replace(best, others=tuple(sorted((*best.others, *more), key=lambda one: -one.score)))

    def _read_standing_in(
        self, points: Points, signs: Sequence[FoundPercent], corrections: Corrections, alternatives: int
    ) -> ExpressionReading | None:
        """Read with these percent signs; None where one would stand where none can."""
        if not signs:
            return self._read_plainly(points, None, corrections, alternatives)
        standing = with_stand_ins(points, [one.strokes for one in signs])
        read = self._read_plainly(standing.points, None, standing.corrections(corrections), alternatives)
        if not stands_well(read.tree):
            return None
        others = tuple(replace(one, tree=standing.tree(one.tree)) for one in read.others if stands_well(one.tree))
        return replace(read, tree=standing.tree(read.tree), others=others)

    def _read_plainly(
        self, points: Points, groups: Sequence[tuple[int, ...]] | None, corrections: Corrections, alternatives: int
    ) -> ExpressionReading:
        """Read with nothing but the networks' own classes and those that are pinned."""
        features = stroke_features(points)
        stroke_scores = [networks.of_strokes(features) for networks in self.networks]
        if groups is None:
            together = np.mean([scores.together for scores in stroke_scores], axis=0)
            choices = groupings(pinned_together(together, corrections))
        else:
            choices = [Grouping(tuple(groups))]
        best, *others = self._readings(points, choices, stroke_scores, corrections, alternatives)
        if groups is None:
            joined = self._with_dots(points, best, stroke_scores, corrections, alternatives)
            if joined is not None:
                best, others = joined, [best, *others]
        return replace(best, others=tuple(others))

    def _with_dots(
        self,
        points: Points,
        best: ExpressionReading,
        stroke_scores: Sequence[StrokeScores],
        corrections: Corrections,
        alternatives: int,
    ) -> ExpressionReading | None:
        """Read again with three dots in a row as one symbol; None where there are none or corrections forbid it."""
        tree = with_dots(best.tree)
        before = {symbol.strokes for symbol in best.tree.symbols}
        new = {stroke for symbol in tree.symbols if symbol.strokes not in before for stroke in symbol.strokes}
        if not new or new & corrections.strokes:
            return None
        grouping = Grouping(tuple(sorted(symbol.strokes for symbol in tree.symbols)), best.doubt)
        found = self._readings(points, [grouping], stroke_scores, corrections, alternatives)[0]
        joined = {symbol for symbol in tree.symbols if symbol.strokes not in before}
        return found if joined <= set(found.tree.symbols) else None

    def _readings(
        self,
        points: Points,
        choices: Sequence[Grouping],
        stroke_scores: Sequence[StrokeScores],
        corrections: Corrections,
        alternatives: int,
    ) -> list[ExpressionReading]:
        """Return the readings of several groupings, each with its likely layouts, the best first."""
        group_scores = self._group_scores(points, sorted({group for grouping in choices for group in grouping.groups}))
        found = [
            reading
            for grouping in choices
            for reading in self._read_grouped(points, grouping, stroke_scores, group_scores, corrections, alternatives)
        ]
        judged = rescore(
            [(one.tree, one.labelling) for one in found],
            self.all_labels,
            self._symbol_priors,
            self._ngrams,
            [ends_of(points, one.tree) for one in found],
        )
        readings = [
            replace(one, tree=own.tree, labelling=own.labelling, score=one.score + own.credit)
            for one, own in zip(found, judged, strict=True)
        ]
        return sorted(readings, key=lambda one: -one.score)

    def _group_scores(self, points: Points, groups: Sequence[tuple[int, ...]]) -> _GroupScores:
        """Score each group once for all groupings that contain it."""
        rasters = symbol_rasters(points, groups)
        return _GroupScores(
            {group: index for index, group in enumerate(groups)},
            [networks.of_pictures(rasters) for networks in self.networks],
            None if self._glyph_scores is None else self._glyph_scores.of(points, groups),
        )

    def _read_grouped(
        self,
        points: Points,
        grouping: Grouping,
        stroke_scores: Sequence[StrokeScores],
        group_scores: _GroupScores,
        corrections: Corrections,
        alternatives: int,
    ) -> list[ExpressionReading]:
        """Return the reading with the best layout, then those with other layouts, for one grouping."""
        read = self._symbol_scores(points, grouping, stroke_scores, group_scores)
        # Corrections are certain: the measures of how sure a reading is must count them as such.
        scores = SymbolScores(*self._pinned(read, grouping.groups, corrections))
        in_vocabulary = _in_vocabulary(grouping, group_scores, corrections)
        best = best_layout(scores.edges, scores.roots)
        layouts = [best, *other_layouts(scores.edges, scores.roots, best[1])]
        readings = []
        for number, (root, relations) in enumerate(layouts):
            wanted = max(alternatives, OTHER_LABELLINGS if number else LABELLINGS)
            labelling = label_symbols(
                scores.classes,
                root,
                relations,
                self._symbol_priors,
                alternatives=wanted,
                pairs_of_cases=self._pairs_of_cases,
            )
            tree = LayoutTree(
                tuple(
                    Symbol(self.all_labels[label], group)
                    for label, group in zip(labelling.best, grouping.groups, strict=True)
                ),
                tuple((parent, child, RELATIONS[relation]) for parent, child, relation in relations),
            )
            score = _score(scores, grouping, labelling.best, root, relations)
            readings.append(
                ExpressionReading(tree, scores, labelling, score, grouping.doubt, in_vocabulary, read=read.classes)
            )
        return readings

    def _symbol_scores(
        self,
        points: Points,
        grouping: Grouping,
        stroke_scores: Sequence[StrokeScores],
        group_scores: _GroupScores,
    ) -> SymbolScores:
        """Return the scores of a grouping's symbols."""
        features = symbol_features(points, grouping.groups)
        own = [group_scores.index_of[group] for group in grouping.groups]
        scores = mean_scores(
            [
                networks.of_symbols(own_scores.vectors, pictures[own], features)
                for networks, own_scores, pictures in zip(
                    self.networks, stroke_scores, group_scores.pictures, strict=True
                )
            ]
        )
        if group_scores.glyph_scores is not None:
            scores = replace(scores, classes=joined(scores.classes, group_scores.glyph_scores.shares[own]))
        return replace(scores, classes=padded_scores(scores.classes, len(self.all_labels)))

    def _pinned(
        self, scores: SymbolScores, groups: Sequence[tuple[int, ...]], corrections: Corrections
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Return the scores of classes, edges and roots with the user's corrections pinned."""
        if not corrections:
            return scores.classes, scores.edges, scores.roots
        classes, edges, roots = scores.classes.copy(), scores.edges.copy(), scores.roots.copy()
        index_of = {frozenset(group): index for index, group in enumerate(groups)}
        for glyph, label in corrections.labels:
            if glyph in index_of and label in self.all_labels:
                classes[index_of[glyph]] = _RULED_OUT
                classes[index_of[glyph], self.all_labels.index(label)] = 0
        for child, parent, relation in corrections.relations:
            if child not in index_of or (parent is not None and parent not in index_of):
                continue
            own = index_of[child]
            edges[own] = _RULED_OUT
            if parent is None:
                roots[:] = _RULED_OUT
                roots[own] = 0
                continue
            roots[own] = _RULED_OUT
            # Another glyph that would have had this relation to the parent loses it.
            edges[:, index_of[parent], RELATIONS.index(relation)] = _RULED_OUT
            edges[own, index_of[parent], RELATIONS.index(relation)] = 0
        return classes, edges, roots


def _in_vocabulary(
    grouping: Grouping, group_scores: _GroupScores, corrections: Corrections
) -> NDArray[np.float32] | None:
    """Return the in-vocabulary scores of a grouping's symbols, 1 for corrected ones; None without glyph scores."""
    if group_scores.glyph_scores is None:
        return None
    own = [group_scores.index_of[group] for group in grouping.groups]
    corrected = {glyph for glyph, _ in corrections.labels}
    is_corrected = [frozenset(group) in corrected for group in grouping.groups]
    return np.where(is_corrected, np.float32(1), group_scores.glyph_scores.in_vocabulary[own])


def _score(
    scores: SymbolScores,
    grouping: Grouping,
    labels: Sequence[int],
    root: int,
    relations: Sequence[tuple[int, int, int]],
) -> float:
    """Return the logarithm of a reading's probability, comparable among readings of the same strokes."""
    count = len(grouping.groups)
    ink = float(scores.classes[np.arange(count), labels].sum())
    layout = sum(float(scores.edges[child, parent, relation]) for parent, child, relation in relations)
    return ink + layout + float(scores.roots[root]) - _DOUBT_WEIGHT * grouping.doubt + _SYMBOL_BONUS * count


def _with_gaps(points: Points, reading: ExpressionReading) -> ExpressionReading:
    """Return a reading whose tree has the gaps between groups of digits, and before fractions with a slash."""
    boxes = boxes_of(points, reading.tree)
    gaps = gaps_between_digits(reading.tree, boxes).union(numerators_before_slashes(reading.tree, boxes))
    return replace(reading, tree=replace(reading.tree, gaps=gaps)) if gaps else reading
