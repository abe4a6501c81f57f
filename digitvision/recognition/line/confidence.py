"""Estimate the probability that a whole line was read right."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.line.reader import LineReading

_WEIGHTS: Final = (0.865, 1.119, -0.062, -0.583, 0.632, -0.121, -1.486, 0.29, -0.964)
"""Weights of `facts`, and the offset last: logistic regression on numbers and arithmetic of half of the writers of the
development data, and on words that were put together from letters of one writer each."""

_PICTURE_WEIGHTS: Final = (
    2.331,
    0.5,
    0.139,
    0.193,
    0.417,
    -0.318,
    1.182,
    0.607,
    -1.25,
    -4.716,
    -0.426,
    -11.429,
    1.837,
)
"""Weights of `picture_facts`, and the offset last, fitted to readings of half of the writers and files of the
development pictures: numbers, arithmetic, expressions in one row, scanned amounts, and words put together from
letters."""

_LEAST: Final = 1e-6
_LEAST_REST: Final = 1e-3


def facts(readings: Sequence[LineReading]) -> tuple[float, ...]:
    """Return the features of readings from which the confidence is estimated.

    They are logarithms of the best reading's share among all readings, and (negated) of the share that it leaves; of
    the probability of its least certain glyph; the mean of these over its glyphs; that of the lowest in-vocabulary
    score; how far the best reading with another grouping of the strokes is behind, less 5; 1 for digits alone; 1 for
    other numbers and arithmetic.
    """
    best = readings[0]
    scores = np.array([one.score - best.score for one in readings])
    among = max(-math.log(float(np.exp(scores).sum())), -5.0)
    shares = best.ink.shares[np.arange(len(best.groups)), list(best.line.labels)]
    logs = np.log(np.maximum(shares, _LEAST))
    behind = [best.score - one.score for one in readings if one.groups != best.groups]
    names = {word.kind.name for word in best.line.words}
    digits = names == {"digits"}
    row = not digits and all(word.kind.row for word in best.line.words)
    return (
        among,
        -math.log(1 - math.exp(among) + _LEAST_REST),
        max(float(logs.min()), -8.0),
        max(float(logs.sum()), -20.0) / len(logs),
        max(float(np.log(np.maximum(best.in_vocabulary, _LEAST)).min()), -8.0),
        min([5.0, *behind]) - 5.0,
        float(digits),
        float(row),
    )


def confidence_of(readings: Sequence[LineReading]) -> float:
    """Return the probability, 0 to 1, that the best of these readings of strokes is right."""
    return _probability(_WEIGHTS, facts(readings))


def confidences_of_glyphs(readings: Sequence[LineReading], confidence: float) -> NDArray[np.float64]:
    """Return the confidence of each glyph of the best reading, so that box and line agree.

    The product of the glyphs' confidences is the line's. Glyphs that look less like their class, and that other
    readings of the line read otherwise, get more of its doubt.

    Args:
        readings: The readings, the best first.
        confidence: Confidence of the best one, 0 to 1.

    Returns:
        float64 [M], each from `confidence` to 1.
    """
    best = readings[0]
    weights = np.exp(np.array([one.score - best.score for one in readings]))
    glyphs_of = [set(zip(one.groups, one.line.labels, strict=True)) for one in readings]
    own = zip(best.groups, best.line.labels, strict=True)
    agreed = np.array([float(weights[[glyph in one for one in glyphs_of]].sum() / weights.sum()) for glyph in own])
    own_shares = best.ink.shares[np.arange(len(best.groups)), list(best.line.labels)]
    # A glyph that the user corrected is certain.
    doubts = np.where(own_shares >= 1, 0.0, -np.log(np.maximum(agreed * own_shares, _LEAST)))
    found: NDArray[np.float64] = max(confidence, _LEAST) ** (doubts / max(float(doubts.sum()), _LEAST))
    return found


def picture_facts(readings: Sequence[LineReading], passed_over: float) -> tuple[float, ...]:
    """Return the features of a picture's readings from which the confidence is estimated.

    They are `facts`; 1 for a row of all signs of mathematics; 1 where a word is mixed; the logarithm of the number of
    glyphs; and the share of the ink that is left out, which is large on paper with dirt or a pattern.
    """
    names = {word.kind.name for word in readings[0].line.words}
    length = math.log(len(readings[0].groups))
    return (*facts(readings), float("math" in names), float("mixed" in names), length, passed_over)


def picture_confidence_of(readings: Sequence[LineReading], passed_over: float) -> float:
    """Return the probability, 0 to 1, that the best of these readings of a picture is right.

    Args:
        readings: The readings, the best first.
        passed_over: The share of the ink that is in none of its glyphs, 0 to 1.
    """
    return _probability(_PICTURE_WEIGHTS, picture_facts(readings, passed_over))


def _probability(weights: Sequence[float], found: Sequence[float]) -> float:
    score = weights[-1] + sum(weight * fact for weight, fact in zip(weights[:-1], found, strict=True))
    return 1 / (1 + math.exp(-min(max(score, -30.0), 30.0)))
