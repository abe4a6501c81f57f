"""The metrics of one epoch while it runs: mean loss and accuracy, samples a second, and the time that is left."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from digitvision.training.run.checkpoint import Epoch

REPORT_INTERVAL_S: Final = 0.1
"""Least number of seconds between two `batch` events."""

KNOWN_BATCHES: Final = 5
KNOWN_S: Final = 1.0
"""So many batches, which take so many seconds together, say how long the others will take."""

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


@dataclass(frozen=True, slots=True)
class Pace:
    """How long an epoch took, by which the time left is told at the beginning of the next one.

    Attributes:
        batch_s: Mean seconds of a batch; None where there was only the one in which all was compiled.
        rest_s: Seconds for what follows the last batch: the validation and the checkpoint.
    """

    batch_s: float | None
    rest_s: float


class EpochMetrics:
    """Adds up the batches of an epoch, and reports them ten times a second at most."""

    def __init__(self, report: Report, *, epoch: int, epochs: int, batches: int, before: Pace | None = None) -> None:
        """Begin an epoch, now.

        Args:
            report: Called with the `batch` events.
            epoch: Number of this epoch, counted from 1.
            epochs: Number of epochs of the whole training.
            batches: Number of batches of an epoch.
            before: How long the epoch before took; None where all has still to be compiled.
        """
        self._report = report
        self._epoch, self._epochs, self._batches = epoch, epochs, batches
        self._batch = 0
        self._samples = 0
        self._loss = self._right = 0.0
        self._before = before
        self._paused = 0.0
        self._started = self._reported = self._now()
        self._ends: list[float] = []
        """When the batches ended."""

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
        return round(self._now() - self._started, 2)

    @property
    def pace(self) -> Pace:
        """How long the epoch took, once all that belongs to it is done."""
        ends = [*([] if self._before is None else [self._started]), *self._ends]
        batch_s = (ends[-1] - ends[0]) / (len(ends) - 1) if len(ends) > 1 else None
        return Pace(batch_s, self._now() - ends[-1] if ends else 0.0)

    def exclude(self, seconds: float) -> None:
        """Leave a pause of so many seconds out of all times."""
        self._paused += seconds

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
        now = self._now()
        self._ends.append(now)
        # The first batch, in which the network is compiled, says nothing of the time that is left.
        if now - self._reported < REPORT_INTERVAL_S or self._batch < min(2, self._batches):
            return
        self._reported = now
        seconds, is_known = self._seconds_of_a_batch()
        left = self._batches - self._batch + (self._epochs - self._epoch) * self._batches
        rest_s = 0.0 if self._before is None else self._before.rest_s * (self._epochs - self._epoch + 1)
        self._report(
            {
                "event": "batch",
                "epoch": self._epoch,
                "of": self._epochs,
                "batch": self._batch,
                "batches": self._batches,
                "loss": self.loss,
                "accuracy": self.accuracy,
                "eta_s": round(seconds * left + rest_s, 1),
                "eta_is_known": is_known,
                "samples_per_s": round(self._samples / self._batch / seconds, 1),
            }
        )

    def _now(self) -> float:
        return time.monotonic() - self._paused

    def _seconds_of_a_batch(self) -> tuple[float, bool]:
        """Return how long a batch takes, and whether that is known well enough to tell anybody the time left.

        It is the mean of the later half of the batches: the first ones are slow, and the machine may have got more or
        less to do meanwhile. Until there are enough of them, the epoch before says it.
        """
        skipped = self._batch // 2
        batches, begun = self._batch - skipped, self._ends[skipped - 1] if skipped else self._started
        seconds = max(self._ends[-1] - begun, 1e-9)
        if skipped and batches >= KNOWN_BATCHES and seconds >= KNOWN_S:
            return seconds / batches, True
        if self._before is not None and self._before.batch_s is not None:
            return max(self._before.batch_s, 1e-9), True
        return seconds / batches, False
