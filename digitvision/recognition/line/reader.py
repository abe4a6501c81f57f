"""Read a row of strokes: strokes to groups, groups to classes, and the best of several segmentations."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import rasterize_all
from digitvision.ink.spatial_context import contexts_of
from digitvision.ink.stroke import Drawing
from digitvision.ink.trajectory import trajectory
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.reading.networks import StrokeScores, SymbolScores, mean_scores
from digitvision.recognition.expression.reading.reader import ExpressionReader
from digitvision.recognition.expression.reading.stroke_features import Points, resampled, stroke_features, unit_of
from digitvision.recognition.expression.reading.symbol_features import symbol_features, symbol_rasters
from digitvision.recognition.line.decoding import Line, read_words
from digitvision.recognition.line.geometry import size_scores
from digitvision.recognition.line.grammar import grammar_of
from digitvision.recognition.line.line_kinds import InkScores, Kind, line_labels, padded_shares
from digitvision.recognition.line.stroke_groups import (
    Group,
    best_segmentations,
    boxes_of,
    left_to_right,
    likely_groups,
    merge_logit,
    possible_groups,
)
from digitvision.recognition.line.word_list import WordList
from digitvision.recognition.recognizer import Recognizer
from digitvision.recognition.rows.word_gaps import words_of
from digitvision.recognition.signs.degree_signs import with_degrees_in_row
from digitvision.recognition.signs.more_labels import DEGREE
from digitvision.recognition.signs.percent_finder import PERCENT, PercentFinder

_TOGETHER: Final = 0.5
"""Weight of the first expression network's score of strokes that belong together. All these weights were fitted to
discriminate right covers from wrong ones (conditional logit)."""

_IN_VOCABULARY: Final = 4.0
"""Weight of each glyph's in-vocabulary score, which identifies wrong groups best."""

_GLYPH: Final = 1.0
_FOLLOWING: Final = 1.1
"""Weight of the second network's score of glyphs that follow each other in the row."""

_CLEAR: Final = 0.6
"""Weight of the second network's certainty about each glyph."""

_GLYPH_BONUS: Final = 0.7
"""Added to a cover's score for each glyph: each costs it some probability, so few glyphs would always win."""

_SYMBOL: Final = 1.0
"""Weight of the second network's classes beside the glyph network's; `_SIZE` is that of sizes and positions."""
_SIZE: Final = 0.7

_LOWEST_SCORE: Final = -8.0
"""Least logarithm of a probability."""

_SEGMENTATIONS: Final = 4
_LARGEST_DIFFERENCE: Final = 6.0
"""Largest difference of another cover's score from the best one's."""

_PERCENT: Final = 1.0
"""Weight of the logit of strokes to be a percent sign, in place of the first expression network's score of them: that
network has seen none, and would take them apart."""

_LEAST_PERCENT: Final = -4.0
"""Least logit of strokes that are considered as a percent sign."""

_LEAST: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class LineReading:
    """One possible reading of a line of M glyphs.

    Attributes:
        groups: Each glyph's strokes, or its segments of a picture's ink, in reading order.
        words: Indices of each word's first glyph and of the glyph after its last.
        line: The words' classes.
        score: Logarithm of its probability, comparable among readings of the same line.
        ink: Scores of the classes of each glyph.
        in_vocabulary: float64 [M], see `Prediction`.
        boxes: float64 [M, 4], left, top, right, bottom of each glyph.
        scores: Scores of relations between the glyphs, in a row or not; None for pictures.
        read: float64 [M, C], the glyph network's probabilities before the user's choices; None without choices.
    """

    groups: tuple[Group, ...]
    words: tuple[tuple[int, int], ...]
    line: Line
    score: float
    ink: InkScores
    in_vocabulary: NDArray[np.float64]
    boxes: NDArray[np.float64]
    scores: SymbolScores | None = None
    read: NDArray[np.float64] | None = None


class LineReader:
    """Reads with the network for glyphs and those for expressions. Not thread-safe: each thread needs its own."""

    def __init__(self, glyphs: Recognizer, expressions: ExpressionReader) -> None:
        """Take a recognizer of single glyphs among all classes, and the networks for expressions."""
        self._glyphs = glyphs
        self._networks = expressions.networks
        self._labels = line_labels(glyphs.labels)
        self._percents = PercentFinder(glyphs)
        latex = [label.latex for label in self._labels]
        self._percent, self._degree = latex.index(PERCENT), latex.index(DEGREE)
        self._grammar = grammar_of(self._labels)
        self._texts = [label.text for label in self._labels]
        index_of = {label: index for index, label in enumerate(expressions.labels)}
        self._symbols = np.array([index_of.get(label.latex, -1) for label in self._labels], np.intp)

    def read(
        self, drawing: Drawing, kinds: Sequence[Kind], listed: WordList | None, corrections: Corrections
    ) -> list[LineReading]:
        """Read a drawing with at least one stroke; return its readings, the best first."""
        points = _points_of(drawing)
        features = stroke_features(points)
        stroke_scores = [networks.of_strokes(features) for networks in self._networks]
        together: NDArray[np.float32] = np.mean([scores.together for scores in stroke_scores], axis=0)
        boxes = np.array([stroke.bounds for stroke in drawing.strokes])
        percents = {one.strokes: one.logit for one in self._percents.find(points, _LEAST_PERCENT, corrections)}
        order = left_to_right(boxes)
        groups = _groups_of(together, order, corrections, percents)
        shares, in_vocabulary = self._glyph_shares(drawing, groups)
        self._see_percents(groups, percents, shares, in_vocabulary)
        classes = np.array(sorted({label for kind in kinds for label in kind.first | kind.inner | kind.last}))
        pinned = self._pinned(groups, corrections, frozenset(classes.tolist()))
        read = shares.copy()
        for index, label in pinned.items():
            shares[index], in_vocabulary[index] = 0.0, 1.0
            shares[index, label] = 1.0
        fit = np.log(np.maximum(shares[:, classes].max(axis=1), _LEAST))
        joined = [
            _PERCENT * percents[group] if group in percents else _TOGETHER * merge_logit(together, group)
            for group in groups
        ]
        alone = np.array(joined) + _IN_VOCABULARY * np.log(np.maximum(in_vocabulary, _LEAST)) + _GLYPH_BONUS
        best = best_segmentations(groups, (alone + _GLYPH * fit).tolist(), order, _SEGMENTATIONS)
        segmentations = [one for score, one in best if score >= best[0][0] - _LARGEST_DIFFERENCE]
        # Covers share most of their glyphs: each glyph's picture goes through the networks once.
        distinct = sorted({index for segmentation in segmentations for index in segmentation})
        rasters = symbol_rasters(points, [groups[index] for index in distinct])
        pictures = [networks.of_pictures(rasters) for networks in self._networks]
        readings: list[LineReading] = []
        for segmentation in segmentations:
            row = _from_left(segmentation, boxes, groups)
            own = tuple(groups[index] for index in row)
            rows = np.searchsorted(distinct, row)
            scores_of_symbols = self._symbol_scores(points, own, stroke_scores, [some[rows] for some in pictures])
            symbols, beside, clear = self._row_scores(scores_of_symbols, [group in percents for group in own])
            own_boxes = boxes_of(boxes, own)
            own_pinned = {place: pinned[index] for place, index in enumerate(row) if index in pinned}
            own_shares = with_degrees_in_row(shares[row], self._texts, own_boxes, self._degree, own_pinned)
            ink = self._ink(own_shares, symbols, own_boxes, own_pinned)
            words = words_of(own_boxes)
            base = float(alone[row].sum()) + _FOLLOWING * beside + _CLEAR * clear
            readings += [
                LineReading(
                    own,
                    tuple(words),
                    line,
                    base + line.score,
                    ink,
                    in_vocabulary[row],
                    own_boxes,
                    scores_of_symbols,
                    read[row] if own_pinned else None,
                )
                for line in read_words(ink, words, kinds, self._labels, self._grammar, listed)
            ]
        return sorted(readings, key=lambda one: -one.score)

    def _pinned(self, groups: Sequence[Group], corrections: Corrections, answered: frozenset[int]) -> dict[int, int]:
        """Return the class that the user has chosen for each group that has one, by the group's index.

        A class that is not answered, because it was chosen within another alphabet, is left out.
        """
        index_of = {label.latex: index for index, label in enumerate(self._labels)}
        chosen = {tuple(sorted(glyph)): index_of.get(latex, -1) for glyph, latex in corrections.labels}
        found = {index: chosen.get(group, -1) for index, group in enumerate(groups)}
        return {index: label for index, label in found.items() if label in answered}

    def _glyph_shares(
        self, drawing: Drawing, groups: Sequence[Group]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        strokes = [[drawing.strokes[stroke] for stroke in group] for group in groups]
        found = self._glyphs.answers(
            rasterize_all(strokes),
            np.stack([trajectory(own) for own in strokes]),
            contexts_of(groups, drawing.strokes),
        )
        shares = padded_shares(found.probabilities.astype(np.float64), len(self._labels))
        return shares, found.in_vocabulary.astype(np.float64)

    def _symbol_scores(
        self,
        points: Points,
        groups: Sequence[Group],
        stroke_scores: Sequence[StrokeScores],
        pictures: Sequence[NDArray[np.float32]],
    ) -> SymbolScores:
        """Run the networks for expressions on glyphs in the order of the row."""
        made = symbol_features(points, groups)
        return mean_scores(
            [
                networks.of_symbols(own.vectors, some, made)
                for networks, own, some in zip(self._networks, stroke_scores, pictures, strict=True)
            ]
        )

    def _see_percents(
        self,
        groups: Sequence[Group],
        percents: Mapping[Group, float],
        shares: NDArray[np.float64],
        in_vocabulary: NDArray[np.float64],
    ) -> None:
        """Put the probability of each group that may be a percent sign into the glyph network's answers."""
        for index, group in enumerate(groups):
            if group in percents:
                probability = 1 / (1 + math.exp(-percents[group]))
                rest = max(1 - float(shares[index, self._percent]), _LEAST)
                shares[index] *= (1 - probability) / rest
                shares[index, self._percent] = probability
                in_vocabulary[index] = max(in_vocabulary[index], probability)

    def _row_scores(self, scores: SymbolScores, unknown: Sequence[bool]) -> tuple[NDArray[np.float64], float, float]:
        """Return the scores that matter in a row.

        Args:
            scores: The second networks' scores of the glyphs in the row.
            unknown: Whether each glyph may be one that these networks do not know: what they say of it counts nothing.

        Returns:
            Log-probabilities of the glyph network's classes, NaN for classes that the second networks lack; that of all
            neighbours in the row together; and that of all glyphs' best classes together.
        """
        classes = np.where(self._symbols >= 0, scores.classes[:, self._symbols], np.nan).astype(np.float64)
        known = ~np.array(unknown)
        following = np.arange(1, len(scores.roots))
        beside = np.maximum(scores.edges[following, following - 1, 0], _LOWEST_SCORE)
        clear = scores.classes.max(axis=1)
        return classes, float(beside[known[1:] & known[:-1]].sum()), float(clear[known].sum())

    def _ink(
        self,
        shares: NDArray[np.float64],
        symbols: NDArray[np.float64],
        boxes: NDArray[np.float64],
        pinned: Mapping[int, int],
    ) -> InkScores:
        by_glyph = np.maximum(np.log(np.maximum(shares, _LEAST)), _LOWEST_SCORE)
        # For a class that the expression networks lack, the glyph network's probability is used.
        by_symbol = np.where(np.isnan(symbols), by_glyph, np.maximum(symbols, _LOWEST_SCORE))
        sizes = size_scores(boxes, self._texts) if len(boxes) > 1 else 0.0
        return InkScores(shares, _GLYPH * by_glyph + _SYMBOL * by_symbol + _SIZE * sizes, pinned)


def _groups_of(
    together: NDArray[np.float32], order: Sequence[int], corrections: Corrections, percents: Iterable[Group]
) -> list[Group]:
    """Return the groups of strokes that may be glyphs: the likely ones, and those that may be percent signs."""
    groups = _allowed(possible_groups(together), corrections, len(order))
    kept = likely_groups(groups, [merge_logit(together, group) for group in groups], order)
    return list(dict.fromkeys((*(groups[index] for index in kept), *percents)))


def _from_left(segmentation: Sequence[int], boxes: NDArray[np.float64], groups: Sequence[Group]) -> list[int]:
    """Return the indices of a segmentation's groups from left to right."""
    own = boxes_of(boxes, [groups[index] for index in segmentation])
    return [segmentation[index] for index in left_to_right(own)]


def _points_of(drawing: Drawing) -> NDArray[np.float64]:
    """Return the strokes as the networks take them, in units of a symbol."""
    points = resampled([stroke.xy for stroke in drawing.strokes])
    return points / unit_of(points)


def _allowed(groups: Sequence[Group], corrections: Corrections, count: int) -> list[Group]:
    """Return the groups that contradict no correction, and those that corrections define."""
    corrected = [tuple(sorted(glyph)) for glyph in corrections.glyphs if all(stroke < count for stroke in glyph)]
    owner = {stroke: glyph for glyph in corrected for stroke in glyph}

    def fits(group: Group) -> bool:
        if any(owner.get(stroke, group) != group for stroke in group):
            return False
        return all(len(apart.intersection(group)) < 2 for apart in corrections.apart)

    return list(dict.fromkeys([*(group for group in groups if fits(group)), *corrected]))
