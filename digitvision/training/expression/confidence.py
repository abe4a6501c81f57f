"""Confidence in readings of expressions, learned from held-out writers."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.reading.recognizer import FACTS, facts
from digitvision.training.expression.metrics import Outcome

SURE_PRECISION: Final = 0.95
"""Share of sure readings that are to be right on held-out writers, who are read better than other collections."""

FEWEST: Final = 100
"""Least number of expressions that confidence is learned from."""

SURE_AT_LEAST: Final = 0.9
"""Lowest limit of sure readings."""

_DRAWN_TO_ZERO: Final = 0.5
_STEPS: Final = 50
_FEWEST_SURE: Final = 20


def fit_confidence(outcomes: Sequence[Outcome]) -> list[float] | None:
    """Fit weights of `facts` and an offset by logistic regression (Newton's method); None with too few outcomes."""
    if len(outcomes) < FEWEST:
        return None
    inputs = np.array([[*facts(one.reading), 1.0] for one in outcomes])
    right = np.array([one.right for one in outcomes], np.float64)
    weights = np.zeros(FACTS + 1)
    penalty = np.full(FACTS + 1, _DRAWN_TO_ZERO * len(outcomes) / 100)
    penalty[-1] = 1e-9
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (chance - right) + penalty * weights
        bend = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return [round(float(weight), 6) for weight in weights]


def sure_limit(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the limit of sure readings: the lowest confidence from which on `SURE_PRECISION` of them are right.

    It is at least `SURE_AT_LEAST`, and 1 where no limit is high enough.
    """
    order = np.argsort(-confidence, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    precise = np.flatnonzero((precision >= SURE_PRECISION) & (np.arange(len(order)) >= _FEWEST_SURE))
    return max(float(confidence[order[precise[-1]]]), SURE_AT_LEAST) if len(precise) else 1.0
