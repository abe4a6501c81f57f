"""The figures of an evaluation, as plain functions of confidences and of what was right."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

CALIBRATION_BINS: Final = 15
WANTED_PRECISION: Final = 0.995

_NORMAL_95: Final = 1.959964
"""Standard deviations either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Score:
    """Right answers among `samples` of one class, one writer or one change."""

    name: str
    samples: int
    right: int

    @property
    def accuracy(self) -> float:
        return self.right / self.samples if self.samples else 0.0


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers with a confidence above `low` and up to `high`.

    Attributes:
        confidence: Their mean confidence; 0 where there are none.
        accuracy: The share of them that are right; 0 where there are none.
    """

    low: float
    high: float
    samples: int
    confidence: float
    accuracy: float


def wilson_interval(right: int, samples: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), which holds for shares near 0 and 1 and few samples too."""
    share, z2 = right / samples, _NORMAL_95**2
    middle = (share + z2 / (2 * samples)) / (1 + z2 / samples)
    half = _NORMAL_95 / (1 + z2 / samples) * (share * (1 - share) / samples + z2 / (4 * samples**2)) ** 0.5
    return max(middle - half, 0.0), min(middle + half, 1.0)


def reliability(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Accuracy beside confidence in bins of equal width, the least confident first."""
    place = np.clip(np.ceil(confidence * CALIBRATION_BINS).astype(np.intp) - 1, 0, CALIBRATION_BINS - 1)
    samples = np.bincount(place, minlength=CALIBRATION_BINS)
    least_one = np.maximum(samples, 1)
    confident = np.bincount(place, weights=confidence, minlength=CALIBRATION_BINS) / least_one
    accurate = np.bincount(place, weights=right, minlength=CALIBRATION_BINS) / least_one
    return tuple(
        Bin(
            low=number / CALIBRATION_BINS,
            high=(number + 1) / CALIBRATION_BINS,
            samples=int(samples[number]),
            confidence=float(confident[number]),
            accuracy=float(accurate[number]),
        )
        for number in range(CALIBRATION_BINS)
    )


def expected_calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The mean gap between confidence and accuracy over the bins, weighted by their samples (Guo et al. 2017)."""
    bins = reliability(confidence, right)
    return sum(item.samples * abs(item.confidence - item.accuracy) for item in bins) / len(confidence)


def coverage_at_precision(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], precision: float = WANTED_PRECISION
) -> float:
    """The largest share of the answers, the most confident first, of which at least `precision` are right."""
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    precisions = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    # No limit of confidence comes between equal ones: they count together.
    last_of_its_kind = np.append(ranked[1:] < ranked[:-1], True)
    good = np.flatnonzero((precisions >= precision) & last_of_its_kind)
    return float((good[-1] + 1) / len(order)) if len(good) else 0.0


def auroc(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float | None:
    """The chance that a positive has a higher score than a negative, ties counting half; None without either."""
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if positives == 0 or negatives == 0:
        return None
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    ranks = mean_rank[place]
    return float((ranks[positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))
