"""Reads a line from a picture: pieces of ink to groups, groups to classes, several ways at once, and the best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import rasterize_picture
from digitvision.ink.rules import without_rules
from digitvision.ink.spatial_context import picture_contexts_of
from digitvision.recognition.alphabets import DIGITS
from digitvision.recognition.line.decoding import read_words
from digitvision.recognition.line.geometry import size_scores, words_of
from digitvision.recognition.line.grammar import grammar_of
from digitvision.recognition.line.line_kinds import InkScores, Kind
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

CLASS_WEIGHT: Final = 1.01
"""Of the logarithms of classes' probabilities. These weights were fitted to the right readings of a half of the
development pictures against the wrong ones (conditional logit)."""

GLYPH_WEIGHTS: Final[Mapping[str, float]] = {
    "known": 1.05,
    "known glyph": 0.8,
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
"""Of `segment_groups.glyph_features`; `PASSED_WEIGHTS` of `passed_features`."""
SIGN_WEIGHTS: Final[Mapping[str, float]] = {
    "known": 1.94,
    "known glyph": 1.94,
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
"""The same where signs or letters may be answered: parts above each other belong together, and a point beside a digit
is no part of it."""
PASSED_WEIGHTS: Final[Mapping[str, float]] = {
    "piece": 0.21,
    "contact": -0.01,
    "cuts": -0.42,
    "height": -2.98,
    "ink": -2.2,
}

_SIZE: Final = 0.5
"""Of sizes and places beside the network's classes."""

_DIGIT: Final = 0.7
"""Of what the network for digits says of a digit, beside the one for all glyphs."""

_LOWEST_SCORE: Final = -8.0
"""Logarithm beyond which nothing is less probable."""

_SEGMENTATIONS: Final = 6
_FURTHEST: Final = 6.0
"""How far behind the best one another cover may be."""

_LEAST: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A picture's line as the networks have looked at it: what each group of pieces may be."""

    segments: Segments
    groups: list[Group]
    by_glyph: Answers
    by_digit: Answers

    def passed_over(self, reading: LineReading) -> float:
        """The share of the ink that is in none of a reading's glyphs, from 0 to 1."""
        masses = self.segments.masses()
        kept = [segment for group in reading.groups for segment in group]
        return max(1 - float(masses[kept].sum() / masses.sum()), 0.0)


class PictureReader:
    """Reads with the networks for single glyphs. Not thread-safe: one thread, one reader."""

    def __init__(self, glyphs: Recognizer, digits: Recognizer) -> None:
        """Take a recognizer of single glyphs among all classes, and one of digits."""
        self._glyphs = glyphs
        self._digits = digits
        self._labels = glyphs.labels
        self._grammar = grammar_of(glyphs.labels)
        self._texts = [label.text for label in glyphs.labels]
        self._digit_places = np.array([self._texts.index(text) for text in DIGITS], np.intp)

    def look(self, ink: NDArray[np.float32]) -> Seen | None:
        """What the networks say of a picture's ink; None where there is no line.

        Args:
            ink: float32 [H, W], 0 (paper) to 1 (ink).
        """
        segments = segments_of(without_rules(ink))
        if segments is None:
            return None
        groups = possible_segment_groups(segments)
        rasters = np.stack([rasterize_picture(segments.ink_of(group)) for group in groups])
        around = picture_contexts_of(
            groups, segments.ink, segments.labels, segments.boxes, unit=segments.unit, pen=segments.pen
        )
        return Seen(segments, groups, self._glyphs.answers(rasters, None, around), self._digits.answers(rasters))

    def readings_of(self, seen: Seen, kinds: Sequence[Kind], listed: WordList | None) -> list[LineReading]:
        """The readings of what was looked at, the best first; none where all would be passed over."""
        segments, groups, by_glyph, by_digit = seen.segments, seen.groups, seen.by_glyph, seen.by_digit
        classes = np.array(sorted({label for kind in kinds for label in kind.first | kind.inner | kind.last}))
        digits_only = set(classes.tolist()) <= set(self._digit_places.tolist())
        shares = self._shares(by_glyph, by_digit)
        logs = _logarithms(shares[:, classes].max(axis=1))
        in_vocabulary = (by_digit if digits_only else by_glyph).in_vocabulary.astype(np.float64)
        among = by_glyph.probabilities[:, classes].sum(axis=1)
        features = glyph_features(
            segments, groups, in_vocabulary=in_vocabulary, in_vocabulary_glyph=by_glyph.in_vocabulary, among=among
        )
        weights = GLYPH_WEIGHTS if digits_only else SIGN_WEIGHTS
        alone = features @ np.array([weights[name] for name in GLYPH_FEATURES])
        # Points and dashes between digits are no digits: whoever wants digits only wants them passed over.
        passed = [(segment,) for segment in range(len(segments))] if digits_only else []
        passing = passed_features(segments) @ np.array([PASSED_WEIGHTS[name] for name in PASSED_FEATURES])
        scores = [*(alone + CLASS_WEIGHT * logs).tolist(), *passing[: len(passed)].tolist()]
        segmentations = best_segmentations([*groups, *passed], scores, range(len(segments)), _SEGMENTATIONS)
        readings: list[LineReading] = []
        for total, segmentation in segmentations:
            if total < segmentations[0][0] - _FURTHEST:
                break
            kept = [place for place in segmentation if place < len(groups)]
            if not kept:
                continue
            boxes = boxes_of(segments.boxes, [groups[place] for place in kept])
            order = np.argsort(boxes[:, 0] + boxes[:, 2], kind="stable")
            row, boxes = [kept[place] for place in order.tolist()], boxes[order]
            base = float(alone[row].sum()) + sum(scores[place] for place in segmentation if place >= len(groups))
            own = InkScores(shares[row], self._rows(shares[row], boxes, segments.pen))
            # What was passed over has left gaps that part no words.
            words = [(0, len(row))] if digits_only else words_of(boxes)
            readings += [
                LineReading(
                    tuple(groups[place] for place in row),
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

    def _shares(self, by_glyph: Answers, by_digit: Answers) -> NDArray[np.float64]:
        """float64 [M, C]: how probable each class is; which digit it is, both networks say together."""
        shares = by_glyph.probabilities.astype(np.float64)
        digits = np.maximum(shares[:, self._digit_places], _LEAST)
        among = digits.sum(axis=1, keepdims=True)
        both = (digits / among) ** (1 - _DIGIT) * np.maximum(by_digit.probabilities, _LEAST) ** _DIGIT
        shares[:, self._digit_places] = among * both / both.sum(axis=1, keepdims=True)
        return shares

    def _rows(self, shares: NDArray[np.float64], boxes: NDArray[np.float64], pen: float) -> NDArray[np.float64]:
        scores = _logarithms(shares)
        if len(boxes) < 2:
            return scores
        # Sizes are those of the pen's path, which leaves half of its width on every side.
        half = np.minimum((boxes[:, 2:] - boxes[:, :2]) / 2, pen / 2)
        paths = np.concatenate([boxes[:, :2] + half, boxes[:, 2:] - half], axis=1)
        sized: NDArray[np.float64] = scores + _SIZE * size_scores(paths, self._texts)
        return sized


def _logarithms(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    logs: NDArray[np.float64] = np.maximum(np.log(np.maximum(shares, _LEAST)), _LOWEST_SCORE)
    return logs
