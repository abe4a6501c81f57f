"""Trainings by a recipe: rounds of a falling learning rate, and the running mean of the weights as what is saved."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from digitvision.training.networks.fused_adam import fuse_step
from digitvision.training.run.checkpoint import Weights
from digitvision.training.run.run import Run, Trainer
from digitvision.training.run.schedule import AVERAGE_EVERY, RunningMean, WarmRestarts

GRADIENT_LIMIT: Final = 2.0
"""The largest norm of all gradients of a step together; longer ones are scaled down to it."""


class AveragingTrainer(Trainer):
    """A trainer with steps of its own: a subclass has the networks, the batches, the step and the validation.

    Attributes:
        schedule: The learning rate over `settings.epochs` epochs, to be set with the data.
        mean: The running mean of the weights, which is what is validated and kept.
        optimizer: The Keras optimizer of the networks.
    """

    advice: ClassVar[str] = "Try a lower learning rate in the recipe."
    schedule: WarmRestarts
    mean: RunningMean
    optimizer: Any

    def take_networks(
        self, averaged: Sequence[Any], trainable: Sequence[Any], *, rate: float, decay: float, past: float
    ) -> None:
        """Begin with new networks.

        Args:
            averaged: The variables of which the running mean is kept.
            trainable: The variables that are learned.
            rate: The highest learning rate.
            decay: How strongly weights are drawn to zero, see `keras.optimizers.AdamW`.
            past: Weight of the past in the running mean, see `RunningMean`.
        """
        from keras.optimizers import AdamW

        self._averaged = averaged
        self.mean = RunningMean(past)
        self.optimizer = fuse_step(AdamW(rate, weight_decay=decay, global_clipnorm=GRADIENT_LIMIT))
        # Weights that only shift or scale are not drawn to zero.
        self.optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        self.optimizer.build(trainable)

    @abstractmethod
    def batches(self, epoch: int) -> tuple[int, Iterable[Any]]:
        """Prepare for an epoch, counted from 1; return the number of its batches, and the batches in their order."""

    @abstractmethod
    def step(self, batch: Any, rate: float) -> tuple[int, float, float]:
        """Learn from a batch at this learning rate.

        Returns:
            Number of samples, their mean loss, and how many of them were answered rightly.
        """

    @abstractmethod
    def validate(self, before_batch: Callable[[], None]) -> tuple[float, float]:
        """Return loss and accuracy, 0 to 1, of the networks as they are on what is held out.

        Args:
            before_batch: To be called before each batch; may raise `Stopped`.
        """

    def close(self) -> None:
        """End what prepares batches beside the training; called however the training ends."""

    def learn(self, run: Run) -> None:
        try:
            while not run.is_over:
                self._run_epoch(run, run.next_epoch)
        finally:
            self.close()

    def keep(self) -> None:
        self.best = [np.array(weight) for weight in self.mean.weights]

    def _run_epoch(self, run: Run, epoch: int) -> None:
        # Where several networks are trained one after the other, the schedule begins anew with each.
        finished = (epoch - 1) % self.settings.epochs
        count, batches = self.batches(epoch)
        if self.schedule.begins(finished + 1):
            self._restart()
        run.begin_epoch(count)
        for number, batch in enumerate(batches):
            run.before_batch()
            run.metrics.add(*self.step(batch, self.schedule.rate(finished + number / count)))
            if number % AVERAGE_EVERY == 0:
                self.mean.add(self._weights(), int(np.asarray(self.optimizer.iterations)))
        weights = self._weights()
        self._assign(self.mean.weights)
        loss, accuracy = self.validate(run.before_batch)
        self._assign(weights)
        run.end_epoch(loss, accuracy)

    def _restart(self) -> None:
        """Begin another round: from the mean of the weights, with an optimizer whose moments and steps are zero."""
        self._assign(self.mean.weights)
        for variable in self.optimizer.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype))

    def _weights(self) -> Weights:
        return [variable.numpy() for variable in self._averaged]

    def _assign(self, weights: Weights) -> None:
        for variable, value in zip(self._averaged, weights, strict=True):
            variable.assign(value)


def fingerprint_of(sizes: Sequence[int]) -> int:
    """Return a number that tells data apart from other data by the sizes of its samples and by their order."""
    return int((np.array(sizes) * (np.arange(len(sizes)) % 65521 + 1)).sum())
