"""One training from its settings to its outcome, whatever it trains."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, ClassVar, Final

import numpy as np

from digitvision.faults import Fault
from digitvision.files import reason
from digitvision.recognition.models.model_card import ModelCard, ModelFault
from digitvision.recognition.models.model_store import ModelStore, check_name
from digitvision.training.data.dataset import DataFault, Progress
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.run.checkpoint import (
    Checkpoint,
    Epoch,
    Settings,
    Weights,
    check_workplace,
    keep_unfinished,
    load_checkpoint,
    remove_checkpoint,
    save_checkpoint,
)
from digitvision.training.run.control import Control, Stopped
from digitvision.training.run.epoch_metrics import Diverged, EpochMetrics, Pace, Report
from digitvision.training.run.outcome import Outcome

_EARLIER: Final = " The model that had this name before is now “{earlier}”."
_DIVERGED: Final = "The training failed in epoch {epoch}: the loss is no longer a number"


class Trainer(ABC):
    """One way to train a kind of network: its data, its steps, its validation, and how it is saved.

    A `Run` calls its methods in the order in which they stand here, and owns everything else.

    Attributes:
        settings: What to train and how, as checked by the trainer.
        best: The weights that are to be saved; empty before an epoch is finished.
        description: See `Checkpoint`; `source` likewise.
        earlier: The name that another model of this name got when the new one was saved; empty where there was none.
        advice: What the user may do where the loss is no longer a number.
        kept_message: What is kept where a training does not come to its end.
    """

    advice: ClassVar[str] = "Try a lower learning rate."
    kept_message: ClassVar[str] = "the network after epoch {epoch} was kept"

    def __init__(self, settings: Settings, store: ModelStore) -> None:
        """Check the settings.

        Args:
            settings: What to train and how.
            store: Where the model is saved, and where a model to begin with is found.

        Raises:
            Fault: The settings cannot be followed.
        """
        self.settings = replace(settings, name=check_name(settings.name))
        self.best: Weights = []
        self.description = self.source = ""
        self.earlier = ""
        self._store = store

    @property
    def epochs(self) -> int:
        """Number of epochs of the whole training."""
        return self.settings.epochs

    @abstractmethod
    def read_data(self, progress: Progress | None) -> None:
        """Read or build what is learned from and what is held out.

        Raises:
            Fault: The data cannot be used.
        """

    @property
    @abstractmethod
    def fingerprint(self) -> int:
        """A number that tells the data apart from other data."""

    @abstractmethod
    def build(self, checkpoint: Checkpoint | None) -> None:
        """Build the network, and put it into the state of a checkpoint where there is one.

        Raises:
            Fault: The network cannot be built, or the checkpoint is of another one.
        """

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """Return what the event `started` describes: samples, classes, parameters, held_out, split, and notices."""

    @abstractmethod
    def learn(self, run: "Run") -> None:
        """Train from the run's next epoch on until the run is over, and report each batch and epoch to the run.

        Raises:
            Stopped: The user has asked to stop.
            Diverged: The loss is no longer a number.
        """

    def kept_epoch(self, history: Sequence[Epoch]) -> int:
        """Return the epoch whose network is to be saved, the last one unless a trainer decides otherwise."""
        return history[-1].epoch

    @abstractmethod
    def keep(self) -> None:
        """Put a copy of the network after the epoch that has just ended into `best`."""

    @abstractmethod
    def variables(self) -> tuple[Sequence[Any], Sequence[Any]]:
        """Return the variables of the network and of its optimizer, as the checkpoint stores them."""

    @abstractmethod
    def save(self, history: Sequence[Epoch]) -> tuple[float, str]:
        """Save `best`, measured and with its card.

        Returns:
            The accuracy, 0 to 1, and a phrase that describes it.

        Raises:
            Fault: It cannot be saved; a model of the same name is unchanged.
        """

    def save_model(self, card: ModelCard, files: Mapping[str, bytes]) -> None:
        """Save the model; another one of its name is kept under a name of its own, unless the settings replace it.

        Raises:
            ModelFault: The store cannot be written; a model of the same name is unchanged.
        """
        name, store = self.settings.name, self._store
        keeps = not self.settings.replace and store.has(name, bundled=False) and not self._has_saved_before(card)
        self.earlier = store.earlier_name(name) if keeps else ""
        store.save(card, files, keep_as=self.earlier)

    def _has_saved_before(self, card: ModelCard) -> bool:
        """Whether the model of this name was saved when this same training was stopped before."""
        try:
            saved = self._store.find(self.settings.name).card.settings.get("history")
        except ModelFault:
            return False
        return isinstance(saved, list) and bool(saved) and saved == card.settings["history"][: len(saved)]


class Run:
    """Runs a trainer to its outcome: owns resuming, epochs, checkpoints, events, stopping and the end.

    `prepare` may run in another thread than `train`, so that the main thread can answer while TensorFlow is imported.
    """

    def __init__(self, trainer: Trainer, *, report: Report, control: Control) -> None:
        """Take the trainer.

        Args:
            trainer: What is trained, and how.
            report: Called with every event but the last one, see `EpochMetrics`.
            control: Stops the training at the next batch, or pauses it.
        """
        self._trainer = trainer
        self._report = report
        self._control = control
        self._history: list[Epoch] = []
        self._metrics: EpochMetrics | None = None
        self._pace: Pace | None = None
        self._resumed = False

    def prepare(self, *, resume: bool, progress: Progress | None = None) -> None:
        """Read the data, import TensorFlow and build the network.

        Args:
            resume: Go on after the last finished epoch of the training of this name.
            progress: Called with the number of samples that are ready, where that takes long.

        Raises:
            Fault: The data cannot be used, or there is nothing to resume.
        """
        settings = self._trainer.settings
        checkpoint = load_checkpoint(settings.name) if resume else None
        check_workplace(settings.name)
        self._trainer.read_data(progress)
        if checkpoint is not None and checkpoint.fingerprint != self._trainer.fingerprint:
            raise DataFault("The data is not the same as when the training began; start it again without --resume.")
        import_keras().utils.set_random_seed(settings.seed)
        self._trainer.build(checkpoint)
        if checkpoint is not None:
            self._history = list(checkpoint.history)
            self._resumed = True

    def train(self) -> Outcome:
        """Train, measure and save; a training that was stopped or lost keeps the network of its kept epoch.

        Raises:
            Fault: The training failed and nothing was saved; a model of the same name is unchanged.
        """
        self._report({"event": "started", **self._trainer.facts()})
        stopped, diverged = False, 0
        try:
            self._trainer.learn(self)
        except Stopped:
            stopped = True
        except Diverged as error:
            diverged = error.epoch
        if not self._history:
            if diverged:
                failure = _DIVERGED.format(epoch=diverged)
                raise Fault(f"{failure}, and nothing was saved. {self._trainer.advice}")
            return Outcome("cancelled", None, None, "Stopped before the first epoch was finished; nothing was saved.")
        if stopped:
            self._report({"event": "stopped", "epoch": self._kept_epoch})
        return self._save(stopped=stopped, diverged=diverged)

    @property
    def next_epoch(self) -> int:
        """The epoch that is under way or comes next, counted from 1."""
        return len(self._history) + 1

    @property
    def is_over(self) -> bool:
        """Whether all epochs are finished, or as many as the patience allows went by without a better one."""
        patience = self._trainer.settings.patience
        is_patience_lost = patience > 0 and len(self._history) - self._kept_epoch >= patience
        return is_patience_lost or len(self._history) >= self._trainer.epochs

    def begin_epoch(self, batches: int) -> None:
        """Begin the next epoch, of so many batches, now."""
        self._metrics = EpochMetrics(
            self._report, epoch=self.next_epoch, epochs=self._trainer.epochs, batches=batches, before=self._pace
        )

    def before_batch(self) -> None:
        """Wait as long as the training is paused; to be called before each batch, those of the validation as well.

        Raises:
            Stopped: The user has asked to stop.
        """
        self.metrics.exclude(self._control.check())

    @property
    def metrics(self) -> EpochMetrics:
        """The metrics of the epoch under way, which take in every batch."""
        if self._metrics is None:
            raise RuntimeError("no epoch has begun")
        return self._metrics

    def end_epoch(self, validation_loss: float, validation_accuracy: float) -> None:
        """End the epoch under way: keep its network where it is to be kept, write the checkpoint, report the event.

        Raises:
            Diverged: The loss on the held-out samples is not a number.
            FileFault: The checkpoint cannot be written; the one before is unchanged.
        """
        epoch = self.metrics.finished(validation_loss, validation_accuracy)
        self._history.append(epoch)
        if self._kept_epoch == epoch.epoch:
            self._trainer.keep()
        network, optimizer = self._trainer.variables()
        if not self._resumed and len(self._history) == 1 and not self._trainer.settings.replace:
            keep_unfinished(self._trainer.settings.name)
        save_checkpoint(
            Checkpoint(
                settings=self._trainer.settings,
                fingerprint=self._trainer.fingerprint,
                history=tuple(self._history),
                best_epoch=self._kept_epoch,
                network=[np.asarray(variable) for variable in network],
                optimizer=[np.asarray(variable) for variable in optimizer],
                best=self._trainer.best,
                description=self._trainer.description,
                source=self._trainer.source,
            )
        )
        self._pace = self.metrics.pace
        self._report({"event": "epoch", **asdict(epoch)})

    @property
    def _kept_epoch(self) -> int:
        """The epoch whose network is kept, 0 before one is finished."""
        return self._trainer.kept_epoch(self._history) if self._history else 0

    def _save(self, *, stopped: bool, diverged: int) -> Outcome:
        """Save what was kept; `diverged` is the epoch in which the loss was no longer a number, 0 for none."""
        name = self._trainer.settings.name
        try:
            accuracy, description = self._trainer.save(self._history)
        except OSError as error:
            raise Fault(f"The model “{name}” cannot be saved: {reason(error)}.") from error
        earlier = self._trainer.earlier
        kept = f"{self._trainer.kept_message.format(epoch=self._kept_epoch)}: {description}."
        before = _EARLIER.format(earlier=earlier) if earlier else ""
        if diverged:
            message = f"{_DIVERGED.format(epoch=diverged)}; {kept} {self._trainer.advice}{before}"
            return Outcome("failed", name, accuracy, message, earlier)
        if stopped:
            return Outcome("cancelled", name, accuracy, f"Stopped; {kept}{before}", earlier)
        remove_checkpoint(name)
        return Outcome("completed", name, accuracy, f"Saved as “{name}”: {description}.{before}", earlier)
