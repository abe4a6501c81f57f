"""Read a line from a picture: segments of ink to groups, groups to classes, and the best of several segmentations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.forms.form import without_form
from digitvision.ink.raster import rasterize_picture
from digitvision.ink.spatial_context import picture_contexts_of
from digitvision.recognition.alphabets import DIGITS
from digitvision.recognition.line.decoding import read_words
from digitvision.recognition.line.geometry import size_scores
from digitvision.recognition.line.grammar import grammar_of
from digitvision.recognition.line.line_kinds import DEGREE_SIGN, InkScores, Kind, line_labels, padded_shares
from digitvision.recognition.line.oversegmentation import Segments, segments_of
from digitvision.recognition.line.reader import LineReading
from digitvision.recognition.line.segment_groups import (
    GLYPH_FEATURES,
    PASSED_FEATURES,
    glyph_features,
    passed_features,
    possible_segment_groups,
)
from digitvision.recognition.line.stroke_groups import Group, best_segmentations, boxes_of
from digitvision.recognition.line.word_list import WordList
from digitvision.recognition.recognizer import Answers, Recognizer
from digitvision.recognition.rows.word_gaps import words_of
from digitvision.recognition.signs.degree_signs import with_degrees_in_row

CLASS_WEIGHT: Final = 1.01
"""Weight of the logarithms of the classes' probabilities. All these weights were fitted to discriminate the right
readings of half of the development pictures from wrong ones (conditional logit)."""

GLYPH_WEIGHTS: Final[Mapping[str, float]] = {
    "in vocabulary": 1.05,
    "in vocabulary of glyphs": 0.8,
    "among": -0.6,
    "glyph": -0.76,
    "contact": 0.06,
    "slight contact": -0.49,
    "cuts": -1.05,
    "gap": 0.48,
    "joined": -0.89,
    "stacked": 0.0,
    "torn": 0.0,
    "low": -2.86,
    "high": 0.28,
    "wide": -2.31,
}
"""Weights of `segment_groups.glyph_features`; `PASSED_WEIGHTS` are those of `passed_features`."""
SIGN_WEIGHTS: Final[Mapping[str, float]] = {
    "in vocabulary": 1.94,
    "in vocabulary of glyphs": 1.94,
    "among": -0.2,
    "glyph": 1.21,
    "contact": -0.34,
    "slight contact": -0.73,
    "cuts": -1.22,
    "gap": -1.03,
    "joined": -2.14,
    "stacked": 0.78,
    "torn": -0.92,
    "low": -0.62,
    "high": 0.52,
    "wide": -1.08,
}
"""As `GLYPH_WEIGHTS`, where signs or letters may be answered: there parts above each other belong together, and a point
beside a digit is not part of it."""
PASSED_WEIGHTS: Final[Mapping[str, float]] = {
    "segment": 0.21,
    "contact": -0.01,
    "cuts": -0.42,
    "height": -2.98,
    "ink": -2.2,
}

_SIZE: Final = 0.5
"""Weight of sizes and positions beside the network's classes."""

_DIGIT: Final = 0.7
"""Weight of the network for digits in a digit's class, beside that of the network for all glyphs."""

_LOWEST_SCORE: Final = -8.0
"""Least logarithm of a probability."""

_SEGMENTATIONS: Final = 6
_LARGEST_DIFFERENCE: Final = 6.0
"""Largest difference of another segmentation's score from the best one's."""

_LEAST: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class PictureGroups:
    """The groups of segments of a picture's line, and the networks' predictions for each group.

    Attributes:
        segments: The segments.
        groups: The groups that may be glyphs.
        by_glyph: What the network of all glyphs says of each.
        by_digit: What that of digits says.
        doubtful: Whether some segments may be a form's lines, see `WithoutForm`.
        cells: Whether each glyph stands in a cell of its own.
    """

    segments: Segments
    groups: list[Group]
    by_glyph: Answers
    by_digit: Answers
    doubtful: bool
    cells: bool

    def parts(self, reading: LineReading) -> list[NDArray[np.float64]]:
        """Return the boxes of what each of a reading's glyphs consists of, float64 [K, 4]; what is connected is one.

        Only a ring that touches the rest counts by itself, as degree signs do.
        """
        components = self.segments.components.copy()
        for group in reading.groups:
            for one in group:
                if len(group) > 1 and self.segments.is_ring(one):
                    components[one] = -1 - one
        found = []
        for group in reading.groups:
            pieces = [tuple(one for one in group if components[one] == of) for of in set(components[list(group)])]
            found.append(boxes_of(self.segments.boxes, pieces))
        return found

    def passed_over(self, reading: LineReading) -> float:
        """Return the share of the ink that is in none of a reading's glyphs, 0 to 1."""
        masses = self.segments.masses()
        kept = [segment for group in reading.groups for segment in group]
        return max(1 - float(masses[kept].sum() / masses.sum()), 0.0)


class PictureReader:
    """Reads with the networks for single glyphs. Not thread-safe: each thread needs a reader of its own."""

    def __init__(self, glyphs: Recognizer, digits: Recognizer) -> None:
        """Take a recognizer of single glyphs among all classes, and one of digits."""
        self._glyphs = glyphs
        self._digits = digits
        self._labels = line_labels(glyphs.labels)
        self._grammar = grammar_of(self._labels)
        self._texts = [label.text for label in self._labels]
        self._degree = self._labels.index(DEGREE_SIGN)
        self._digit_indices = np.array([self._texts.index(text) for text in DIGITS], np.intp)

    def predict(self, ink: NDArray[np.float32]) -> PictureGroups | None:
        """Run the networks on a picture's ink; None where there is no line.

        Args:
            ink: float32 [H, W], 0 (paper) to 1 (ink).
        """
        plain = without_form(ink)
        segments = segments_of(plain.ink)
        if segments is None:
            return None
        groups = possible_segment_groups(segments)
        rasters = np.stack([rasterize_picture(segments.ink_of(group)) for group in groups])
        contexts = picture_contexts_of(
            groups, segments.ink, segments.labels, segments.boxes, unit=segments.unit, pen=segments.pen
        )
        return PictureGroups(
            segments,
            groups,
            self._glyphs.answers(rasters, None, contexts),
            self._digits.answers(rasters),
            plain.doubtful,
            plain.cells,
        )

    def readings_of(
        self, predictions: PictureGroups, kinds: Sequence[Kind], listed: WordList | None
    ) -> list[LineReading]:
        """Return the readings of a line, the best first; none where all segments would be left out."""
        segments, groups, by_glyph, by_digit = (
            predictions.segments,
            predictions.groups,
            predictions.by_glyph,
            predictions.by_digit,
        )
        classes = np.array(sorted({label for kind in kinds for label in kind.first | kind.inner | kind.last}))
        degrees = self._degree in classes
        digits_only = set(classes.tolist()) <= set(self._digit_indices.tolist())
        by_class = padded_shares(by_glyph.probabilities.astype(np.float64), len(self._labels))
        shares = self._shares(by_class, by_digit)
        logs = _logarithms(shares[:, classes].max(axis=1))
        in_vocabulary = (by_digit if digits_only else by_glyph).in_vocabulary.astype(np.float64)
        among = by_class[:, classes].sum(axis=1)
        features = glyph_features(
            segments, groups, in_vocabulary=in_vocabulary, in_vocabulary_glyph=by_glyph.in_vocabulary, among=among
        )
        weights = GLYPH_WEIGHTS if digits_only else SIGN_WEIGHTS
        alone = features @ np.array([weights[name] for name in GLYPH_FEATURES])
        # Points and dashes between digits are not digits: where digits alone are wanted, segments may be left out.
        passed = [(segment,) for segment in range(len(segments))] if digits_only else []
        passing = passed_features(segments) @ np.array([PASSED_WEIGHTS[name] for name in PASSED_FEATURES])
        scores = [*(alone + CLASS_WEIGHT * logs).tolist(), *passing[: len(passed)].tolist()]
        segmentations = best_segmentations([*groups, *passed], scores, range(len(segments)), _SEGMENTATIONS)
        readings: list[LineReading] = []
        for total, segmentation in segmentations:
            if total < segmentations[0][0] - _LARGEST_DIFFERENCE:
                break
            kept = [index for index in segmentation if index < len(groups)]
            if not kept:
                continue
            boxes = boxes_of(segments.boxes, [groups[index] for index in kept])
            order = np.argsort(boxes[:, 0] + boxes[:, 2], kind="stable")
            row, boxes = [kept[index] for index in order.tolist()], boxes[order]
            base = float(alone[row].sum()) + sum(scores[index] for index in segmentation if index >= len(groups))
            paths = _paths(boxes, segments.pen)
            own_shares = shares[row]
            if degrees:
                own_shares = with_degrees_in_row(own_shares, self._texts, paths, self._degree)
            own = InkScores(own_shares, self._rows(own_shares, paths))
            # Neither segments that were left out nor the cells of a form separate words.
            words = [(0, len(row))] if digits_only or predictions.cells else words_of(boxes)
            readings += [
                LineReading(
                    tuple(groups[index] for index in row),
                    tuple(words),
                    line,
                    base + CLASS_WEIGHT * line.score,
                    own,
                    in_vocabulary[row],
                    boxes * segments.scale,
                )
                for line in read_words(own, words, kinds, self._labels, self._grammar, listed)
            ]
        return sorted(readings, key=lambda one: -one.score)

    def _shares(self, by_class: NDArray[np.float64], by_digit: Answers) -> NDArray[np.float64]:
        """float64 [M, C]: class probabilities; for digits both networks' probabilities are combined."""
        shares = by_class.copy()
        digits = np.maximum(shares[:, self._digit_indices], _LEAST)
        among = digits.sum(axis=1, keepdims=True)
        both = (digits / among) ** (1 - _DIGIT) * np.maximum(by_digit.probabilities, _LEAST) ** _DIGIT
        shares[:, self._digit_indices] = among * both / both.sum(axis=1, keepdims=True)
        return shares

    def _rows(self, shares: NDArray[np.float64], paths: NDArray[np.float64]) -> NDArray[np.float64]:
        scores = _logarithms(shares)
        if len(paths) < 2:
            return scores
        sized: NDArray[np.float64] = scores + _SIZE * size_scores(paths, self._texts)
        return sized


def _paths(boxes: NDArray[np.float64], pen: float) -> NDArray[np.float64]:
    """Return the boxes, float64 [M, 4], of the pen's path in glyphs, without half of its width on every side."""
    half = np.minimum((boxes[:, 2:] - boxes[:, :2]) / 2, pen / 2)
    return np.concatenate([boxes[:, :2] + half, boxes[:, 2:] - half], axis=1)


def _logarithms(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    logs: NDArray[np.float64] = np.maximum(np.log(np.maximum(shares, _LEAST)), _LOWEST_SCORE)
    return logs
