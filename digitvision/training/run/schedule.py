"""Schedules with warm restarts: rounds of a learning rate that rises and falls, and the running mean of the weights."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from digitvision.training.run.checkpoint import Weights

AVERAGE_EVERY: Final = 4
"""Steps between two contributions to the running mean of the weights, which changes slowly: each of them takes time."""

_AT_FIRST: Final = 0.01
"""Number of epochs that the warm-up counts as finished at the first step, so that its rate is not zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmRestarts:
    """The learning rate over a training: in each round a linear rise, then half a cosine down.

    Loshchilov & Hutter 2017 (arXiv:1608.03983).

    Attributes:
        epochs: Number of epochs of the whole training.
        restarts: The epochs after which another round begins.
        highest: The highest learning rate of the first round.
        lower: The highest rates of the rounds after it, as multiples of `highest`; the last one holds for all further
            rounds.
        warm_up: Number of epochs of each round in which the rate rises.
        final: The rate at the end of a round, as a multiple of the highest of that round.
    """

    epochs: int
    restarts: tuple[int, ...] = ()
    highest: float
    lower: tuple[float, ...]
    warm_up: float
    final: float

    @property
    def first(self) -> int:
        """Number of epochs of the first round."""
        return self._begins[1]

    def begins(self, epoch: int) -> bool:
        """Whether another round begins with this epoch, counted from 1."""
        return epoch - 1 in self._begins[1:-1]

    def rate(self, epochs: float) -> float:
        """Return the learning rate after so many epochs."""
        begins = self._begins
        number = sum(epochs >= begin for begin in begins[1:-1])
        highest = self.highest * (1.0, *self.lower)[min(number, len(self.lower))]
        length, epochs = begins[number + 1] - begins[number], epochs - begins[number]
        if epochs < self.warm_up:
            return highest * (epochs + _AT_FIRST) / self.warm_up
        share = min((epochs - self.warm_up) / max(length - self.warm_up, 1e-9), 1.0)
        return highest * (self.final + (1 - self.final) * 0.5 * (1 + math.cos(math.pi * share)))

    @property
    def _begins(self) -> tuple[int, ...]:
        """The epochs after which the rounds begin, and last of all the end of the training."""
        return (0, *(epoch for epoch in self.restarts if epoch < self.epochs), self.epochs)


def restarts_of(raw: Any) -> tuple[int, ...]:
    """Return the epochs after which a recipe begins another round, from the JSON of its file.

    Raises:
        ValueError: This is not a list of epochs in ascending order.
    """
    if (
        not isinstance(raw, list)
        or not all(isinstance(epoch, int) and epoch > 0 for epoch in raw)
        or sorted(set(raw)) != raw
    ):
        raise ValueError(f"“restart_after” is {raw}, not a list of epochs in their order")
    return tuple(raw)


@dataclass(slots=True)
class RunningMean:
    """The running mean of a network's weights (Polyak & Juditsky 1992), which is what is measured and saved.

    Attributes:
        past: Weight of the past, from 0 to below 1.
        weights: The mean; empty before the first contribution.
    """

    past: float
    weights: Weights = field(default_factory=list)

    def add(self, weights: Sequence[Any], steps: int) -> None:
        """Move the mean a little towards these weights, after so many steps of a round: faster at its beginning."""
        if not self.weights:
            self.weights = [np.array(weight) for weight in weights]
            return
        kept = min(self.past, (1 + steps) / (10 + steps)) ** AVERAGE_EVERY
        for mean, weight in zip(self.weights, weights, strict=True):
            mean *= kept
            mean += (1 - kept) * np.asarray(weight)
