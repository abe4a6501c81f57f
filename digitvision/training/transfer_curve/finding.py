"""The points of a transfer curve, and the number of samples that transfer saves."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Way = Literal["transfer", "scratch"]
WAYS: Final[tuple[Way, ...]] = ("transfer", "scratch")
"""The ways to begin a training: with the weights of the base, or with random ones."""

REPORTED_AT: Final = 10
"""The finding is for this number of samples of each class, or for the nearest number that was measured."""


@dataclass(frozen=True, slots=True)
class Point:
    """The result of one training.

    Attributes:
        samples: Number of samples of each class.
        way: The way to begin.
        repeat: Number of the repeat, from 1 on.
        accuracy: Share of right answers on held-out samples, 0 to 1.
        seconds: Time of the training.
    """

    samples: int
    way: Way
    repeat: int
    accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Finding:
    """The number of samples that transfer saves.

    Attributes:
        samples: Number of samples of each class.
        accuracy: Accuracy with transfer with as many samples.
        scratch: Accuracy from scratch with as many samples; None if it was not measured.
        needed: Number of samples that a training from scratch needs for `accuracy`, interpolated between the measured
            numbers; None if the accuracy was not reached.
        most: Largest number of samples that was measured from scratch; 0 if there is none.
    """

    samples: int
    accuracy: float
    scratch: float | None
    needed: float | None
    most: int


@dataclass(frozen=True, slots=True)
class Curve:
    """The measured points; `stopped` is whether the measurement was stopped before its end."""

    points: tuple[Point, ...]
    stopped: bool

    @property
    def finding(self) -> Finding | None:
        """The finding of the points, see `finding_of`."""
        return finding_of(self.points)


def mean_accuracies(points: Sequence[Point], way: Way) -> dict[int, float]:
    """Return the mean accuracies of one way by the number of samples, ascending."""
    found: dict[int, list[float]] = {}
    for point in points:
        if point.way == way:
            found.setdefault(point.samples, []).append(point.accuracy)
    return {samples: sum(values) / len(values) for samples, values in sorted(found.items())}


def finding_of(points: Sequence[Point]) -> Finding | None:
    """Return the finding at `REPORTED_AT` samples of each class or the nearest measured number; None without points."""
    transfer, scratch = mean_accuracies(points, "transfer"), mean_accuracies(points, "scratch")
    if not transfer:
        return None
    reported = min(transfer, key=lambda samples: abs(math.log(samples / REPORTED_AT)))
    return Finding(
        samples=reported,
        accuracy=transfer[reported],
        scratch=scratch.get(reported),
        needed=samples_needed(scratch, transfer[reported]),
        most=max(scratch, default=0),
    )


def samples_needed(measured: dict[int, float], accuracy: float) -> float | None:
    """Return the number of samples at which an accuracy is reached first, interpolated over its logarithm.

    Args:
        measured: Accuracies by the number of samples, ascending.
        accuracy: The wanted accuracy.

    Returns:
        None if the accuracy is not reached; the smallest measured number if that is enough.
    """
    before: tuple[int, float] | None = None
    for samples, reached in measured.items():
        if reached >= accuracy:
            if before is None:
                return float(samples)
            share = (accuracy - before[1]) / (reached - before[1])
            return float(before[0] * (samples / before[0]) ** share)
        before = samples, reached
    return None
