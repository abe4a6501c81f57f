"""The metrics of one epoch while it runs: mean loss and accuracy, samples a second, and the time that is left."""

import math
import time
from collections.abc import Callable
from typing import Any, Final

from digitvision.training.run.checkpoint import Epoch

REPORT_INTERVAL_S: Final = 0.1
"""Least number of seconds between two `batch` events."""

Report = Callable[[dict[str, Any]], None]
"""Takes one event of a training: its kind by the key `event`, and what that kind describes."""


class Diverged(Exception):
    """The loss is no longer a number: the network of this epoch is worth nothing.

    Attributes:
        epoch: The epoch in which that happened.
    """

    def __init__(self, epoch: int) -> None:
        super().__init__(f"the loss is no longer a number in epoch {epoch}")
        self.epoch = epoch


class EpochMetrics:
    """Adds up the batches of an epoch, and reports them ten times a second at most."""

    def __init__(self, report: Report, *, epoch: int, epochs: int, batches: int) -> None:
        """Begin an epoch, now.

        Args:
            report: Called with the `batch` events.
            epoch: Number of this epoch, counted from 1.
            epochs: Number of epochs of the whole training.
            batches: Number of batches of an epoch.
        """
        self._report = report
        self._epoch, self._epochs, self._batches = epoch, epochs, batches
        self._batch = 0
        self._samples = 0
        self._loss = self._right = 0.0
        self._started = self._reported = time.monotonic()
        self._first_ended: float | None = None

    @property
    def loss(self) -> float:
        """Mean loss of the samples so far."""
        return round(self._loss / max(self._samples, 1), 5)

    @property
    def accuracy(self) -> float:
        """Share of the samples so far, 0 to 1, that were answered rightly."""
        return round(self._right / max(self._samples, 1), 5)

    @property
    def seconds(self) -> float:
        """Seconds since the beginning, without pauses."""
        return round(time.monotonic() - self._started, 2)

    def exclude(self, seconds: float) -> None:
        """Leave a pause of so many seconds out of all times."""
        self._started += seconds
        self._reported += seconds
        if self._first_ended is not None:
            self._first_ended += seconds

    def add(self, samples: int, loss: float, right: float) -> None:
        """Take in a batch by its own figures.

        Args:
            samples: Number of samples of the batch.
            loss: Mean loss of these samples.
            right: How many of them were answered rightly.

        Raises:
            Diverged: The loss is no longer a number.
        """
        self._loss += loss * samples
        self._right += right
        self._advance(samples)

    def add_by_means(self, samples: int, loss: float, accuracy: float) -> None:
        """Take in a batch by the means of the epoch so far, as Keras gives them.

        Args:
            samples: Number of samples of the batch.
            loss: Mean loss of all samples of the epoch so far, this batch included.
            accuracy: Share of these, 0 to 1, that were answered rightly.

        Raises:
            Diverged: The loss is no longer a number.
        """
        count = self._samples + samples
        self._loss, self._right = loss * count, accuracy * count
        self._advance(samples)

    def finished(self, validation_loss: float, validation_accuracy: float) -> Epoch:
        """Return the whole epoch, which ends now.

        Raises:
            Diverged: The loss on the held-out samples is not a number: the last step has spoilt the network.
        """
        if not math.isfinite(validation_loss):
            raise Diverged(self._epoch)
        return Epoch(
            epoch=self._epoch,
            loss=self.loss,
            accuracy=self.accuracy,
            validation_loss=round(validation_loss, 5),
            validation_accuracy=round(validation_accuracy, 5),
            seconds=self.seconds,
        )

    def _advance(self, samples: int) -> None:
        self._batch += 1
        self._samples += samples
        if not math.isfinite(self._loss):
            raise Diverged(self._epoch)
        now = time.monotonic()
        if self._first_ended is None:
            self._first_ended = now
        # The first batch, in which the network is compiled, says nothing of the time that is left.
        if now - self._reported < REPORT_INTERVAL_S or self._batch < min(2, self._batches):
            return
        self._reported = now
        seconds = max(self._seconds_of_a_batch(now), 1e-9)
        left = self._batches - self._batch + (self._epochs - self._epoch) * self._batches
        self._report(
            {
                "event": "batch",
                "epoch": self._epoch,
                "of": self._epochs,
                "batch": self._batch,
                "batches": self._batches,
                "loss": self.loss,
                "accuracy": self.accuracy,
                "eta_s": round(seconds * left, 1),
                "samples_per_s": round(self._samples / self._batch / seconds, 1),
            }
        )

    def _seconds_of_a_batch(self, now: float) -> float:
        """Return the mean time of a batch; the first one counts only where there is no other."""
        if self._first_ended is None or self._batch < 2:
            return (now - self._started) / max(self._batch, 1)
        return (now - self._first_ended) / (self._batch - 1)
