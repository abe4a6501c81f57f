"""What one epoch comes to while it runs: its mean loss and accuracy, how fast it goes, and how long it will take."""

import math
import time
from collections.abc import Callable
from typing import Any, Final

REPORT_INTERVAL_S: Final = 0.1

Report = Callable[[dict[str, Any]], None]


class Diverged(Exception):
    """The loss is no longer a number: what is learned from here on is worth nothing.

    Attributes:
        epoch: The one that came to this.
    """

    def __init__(self, epoch: int) -> None:
        super().__init__(f"the loss is no longer a number in epoch {epoch}")
        self.epoch = epoch


class EpochMetrics:
    """Adds up an epoch's batches, and reports them ten times a second at most."""

    def __init__(self, report: Report, *, epoch: int, epochs: int, batches: int) -> None:
        """Begin an epoch, now.

        Args:
            report: Told the `batch` events, see the contract.
            epoch: Which one, from 1 on.
            epochs: How many the training has.
            batches: How many an epoch has.
        """
        self._report = report
        self._epoch, self._epochs, self._batches = epoch, epochs, batches
        self._batch = 0
        self._samples = 0
        self._loss = self._right = 0.0
        self._started = self._reported = time.monotonic()

    @property
    def loss(self) -> float:
        """Mean over the samples so far."""
        return round(self._loss / max(self._samples, 1), 5)

    @property
    def accuracy(self) -> float:
        """Share of the samples so far, from 0 to 1, that were right."""
        return round(self._right / max(self._samples, 1), 5)

    @property
    def seconds(self) -> float:
        """Since the beginning, without breaks."""
        return round(time.monotonic() - self._started, 2)

    def held_up(self, seconds: float) -> None:
        """Leave a break out of all times."""
        self._started += seconds
        self._reported += seconds

    def add(self, samples: int, loss: float, right: float) -> None:
        """Take in a batch.

        Args:
            samples: In the batch.
            loss: Mean over it.
            right: How many of it were right.

        Raises:
            Diverged: The loss is no longer a number.
        """
        self._batch += 1
        self._samples += samples
        self._loss += loss * samples
        self._right += right
        if not math.isfinite(self._loss):
            raise Diverged(self._epoch)
        now = time.monotonic()
        if now - self._reported < REPORT_INTERVAL_S:
            return
        self._reported = now
        taken = max(now - self._started, 1e-9)
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
                "eta_s": round(taken / self._batch * left, 1),
                "samples_per_s": round(self._samples / taken, 1),
            }
        )

    def check_validation(self, loss: float) -> None:
        """Refuse an epoch whose last step has spoilt the network.

        Raises:
            Diverged: The loss on the held-out samples is no number.
        """
        if not math.isfinite(loss):
            raise Diverged(self._epoch)
