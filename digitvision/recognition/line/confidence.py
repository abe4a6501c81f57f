"""How probable it is that a whole line was read right."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from digitvision.recognition.line.reader import LineReading

_WEIGHTS: Final = (1.0, 0.5, 0.5, 0.5, 0.5, 0.0)
"""Of `facts`, and last the offset; by logistic regression on the hidden writers' half of the development data."""

_LEAST: Final = 1e-6


def facts(readings: Sequence[LineReading]) -> tuple[float, ...]:
    """What a confidence is told from.

    Logarithms of how probable the best reading is beside the others, its least certain glyph, its glyphs together, and
    how much they look like any; and how far another grouping of the strokes is behind.
    """
    best = readings[0]
    scores = np.array([one.score - best.score for one in readings])
    among = -math.log(float(np.exp(scores).sum()))
    shares = best.ink.shares[np.arange(len(best.groups)), list(best.line.labels)]
    logs = np.log(np.maximum(shares, _LEAST))
    behind = [best.score - one.score for one in readings if one.groups != best.groups]
    return (
        max(among, -5.0),
        max(float(logs.min()), -8.0),
        max(float(logs.sum()), -20.0),
        max(float(np.log(np.maximum(best.known, _LEAST)).min()), -8.0),
        min([5.0, *behind]) - 5.0,
    )


def confidence_of(readings: Sequence[LineReading]) -> float:
    """From 0 to 1, of the best of these readings."""
    score = _WEIGHTS[-1] + sum(weight * fact for weight, fact in zip(_WEIGHTS[:-1], facts(readings), strict=True))
    return 1 / (1 + math.exp(-min(max(score, -30.0), 30.0)))
