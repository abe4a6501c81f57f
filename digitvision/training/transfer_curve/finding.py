"""Accuracies against samples of each class, with and without transfer, and what they come to."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Way = Literal["transfer", "scratch"]
WAYS: Final[tuple[Way, ...]] = ("transfer", "scratch")

REPORTED_AT: Final = 10
"""Samples of each class that the finding is told of, or the nearest number to it that was measured."""


@dataclass(frozen=True, slots=True)
class Point:
    """One training: the samples of each class, how it was done, which repeat from 1 on, and the share that was right.

    `seconds` is what it took.
    """

    samples: int
    way: Way
    repeat: int
    accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What transfer is worth, in samples.

    Attributes:
        samples: Of each class, with which transfer comes to `accuracy`.
        scratch: What comes of as many without transfer; None where that was not measured.
        needed: With how many it takes from scratch, read off between the measured ones; None where it was not reached.
        most: The largest number that was measured from scratch; 0 where none was.
    """

    samples: int
    accuracy: float
    scratch: float | None
    needed: float | None
    most: int


@dataclass(frozen=True, slots=True)
class Curve:
    """What was measured, all of it or as far as it came."""

    points: tuple[Point, ...]
    stopped: bool

    @property
    def finding(self) -> Finding | None:
        return finding_of(self.points)


def mean_accuracies(points: Sequence[Point], way: Way) -> dict[int, float]:
    """The mean accuracy of one way by the number of samples, ascending."""
    found: dict[int, list[float]] = {}
    for point in points:
        if point.way == way:
            found.setdefault(point.samples, []).append(point.accuracy)
    return {samples: sum(values) / len(values) for samples, values in sorted(found.items())}


def finding_of(points: Sequence[Point]) -> Finding | None:
    """What the points say at `REPORTED_AT` samples a class, or as near to that as was measured; None without any."""
    transfer, scratch = mean_accuracies(points, "transfer"), mean_accuracies(points, "scratch")
    if not transfer:
        return None
    told = min(transfer, key=lambda samples: abs(math.log(samples / REPORTED_AT)))
    return Finding(
        samples=told,
        accuracy=transfer[told],
        scratch=scratch.get(told),
        needed=samples_needed(scratch, transfer[told]),
        most=max(scratch, default=0),
    )


def samples_needed(measured: dict[int, float], accuracy: float) -> float | None:
    """With how many samples this accuracy is reached first, on straight lines over their logarithm.

    Args:
        measured: Accuracies by the number of samples, ascending.
        accuracy: The one that is wanted.

    Returns:
        None where it is not reached; the least number that was measured where that is enough.
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
