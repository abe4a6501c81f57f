"""The figures of an evaluation as functions of confidences and right answers."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

CALIBRATION_BINS: Final = 15
WANTED_PRECISION: Final = 0.995
"""Share of right answers among those that `coverage_at_precision` counts."""

_NORMAL_95: Final = 1.959964
"""Standard deviations on either side of the mean within which 95 % of a normal distribution lie."""


@dataclass(frozen=True, slots=True)
class Score:
    """Number of samples and of right answers of one class, one writer or one change."""

    name: str
    samples: int
    right: int

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0 to 1; 0 without samples."""
        return self.right / self.samples if self.samples else 0.0


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers with a confidence above `low` and up to `high`.

    Attributes:
        low: Lower bound of the confidence; the first bin has also the answers with a confidence of 0.
        high: Upper bound of the confidence.
        samples: Number of answers.
        confidence: Mean confidence of the answers; 0 without answers.
        accuracy: Share of right answers; 0 without answers.
    """

    low: float
    high: float
    samples: int
    confidence: float
    accuracy: float


def wilson_interval(right: int, samples: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share by Wilson 1927, which is valid near 0 and 1 and for few samples.

    Args:
        right: Number of right answers.
        samples: Number of all answers, at least 1.
    """
    share, z2 = right / samples, _NORMAL_95**2
    middle = (share + z2 / (2 * samples)) / (1 + z2 / samples)
    half = _NORMAL_95 / (1 + z2 / samples) * (share * (1 - share) / samples + z2 / (4 * samples**2)) ** 0.5
    return max(middle - half, 0.0), min(middle + half, 1.0)


def reliability(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Return mean confidence and accuracy in 15 bins of equal width, the least confident first.

    Args:
        confidence: float64 [N], 0 to 1.
        right: bool [N], whether the answers are right.
    """
    bins = np.clip(np.ceil(confidence * CALIBRATION_BINS).astype(np.intp) - 1, 0, CALIBRATION_BINS - 1)
    samples = np.bincount(bins, minlength=CALIBRATION_BINS)
    divisor = np.maximum(samples, 1)
    mean_confidence = np.bincount(bins, weights=confidence, minlength=CALIBRATION_BINS) / divisor
    accuracy = np.bincount(bins, weights=right, minlength=CALIBRATION_BINS) / divisor
    return tuple(
        Bin(
            low=number / CALIBRATION_BINS,
            high=(number + 1) / CALIBRATION_BINS,
            samples=int(samples[number]),
            confidence=float(mean_confidence[number]),
            accuracy=float(accuracy[number]),
        )
        for number in range(CALIBRATION_BINS)
    )


def expected_calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the mean difference between confidence and accuracy over the bins, weighted by their samples, 0 to 1.

    This is the expected calibration error of Guo et al. 2017 (arXiv:1706.04599); arguments as of `reliability`.
    """
    bins = reliability(confidence, right)
    return sum(item.samples * abs(item.confidence - item.accuracy) for item in bins) / len(confidence)


def coverage_at_precision(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], precision: float = WANTED_PRECISION
) -> float:
    """Return the largest share of the answers, the most confident first, of which a share of `precision` is right.

    Arguments as of `reliability`; 0 if there is no such share.
    """
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    precisions = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    # Answers of equal confidence are counted together: no limit of the confidence separates them.
    last_of_its_kind = np.append(ranked[1:] < ranked[:-1], True)
    possible = np.flatnonzero((precisions >= precision) & last_of_its_kind)
    return float((possible[-1] + 1) / len(order)) if len(possible) else 0.0


def auroc(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float | None:
    """Return the area under the ROC curve: the probability that a positive has a higher score than a negative.

    Equal scores count half.

    Args:
        scores: float64 [N].
        positive: bool [N], whether each score is that of a positive.

    Returns:
        A share from 0 to 1; None if there are no positives or no negatives.
    """
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if positives == 0 or negatives == 0:
        return None
    _, group, counts = np.unique(scores, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    ranks = mean_rank[group]
    return float((ranks[positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))
