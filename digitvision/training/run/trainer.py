"""One training from data to its outcome."""

import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.models.model_card import DataSource
from digitvision.recognition.models.model_store import ModelStore, check_name
from digitvision.training.augmentation.distortion import Distortion, move_trajectories, random_maps, warp_rasters
from digitvision.training.augmentation.jitter import jitter
from digitvision.training.data.dataset import DataFault, Dataset, Progress, join
from digitvision.training.data.labels import alphabet_of, label_of
from digitvision.training.data.loading import MNIST, load
from digitvision.training.data.splitting import (
    Split,
    notices_of_empty_classes,
    notices_of_unlearned_classes,
    occurring_names,
    split,
)
from digitvision.training.evaluation.evaluation import evaluate
from digitvision.training.models.saving import (
    COMPARED_GLYPHS,
    Measured,
    calibrate,
    card_of,
    compare_forms,
    finish,
    model_files,
    network_inputs,
    trial,
)
from digitvision.training.networks.architectures import (
    architecture_title,
    build_network,
    check_architecture,
    compile_network,
    is_user_file,
)
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.networks.transfer import ALL, base_network, head_fits, label_names, transfer_network, unfreeze
from digitvision.training.run.checkpoint import (
    CONSTANT_RATE,
    Checkpoint,
    Epoch,
    Settings,
    Weights,
    check_workplace,
    load_checkpoint,
    restore,
    save_checkpoint,
    training_folder,
)
from digitvision.training.run.control import Control
from digitvision.training.run.epoch_metrics import EpochMetrics, Report
from digitvision.training.run.outcome import Outcome, run_to_outcome
from digitvision.training.run.settings_text import command_of, quoted, told_settings

if TYPE_CHECKING:
    import keras

    from digitvision.training.run.user_network import UserNetwork

ONE_CYCLE: Final = "one-cycle"
FINAL_RATE: Final = 0.01
"""Of the learning rate, at the end of a cosine."""

RISING_SHARE: Final = 0.2
"""Of a one-cycle training, in which the learning rate rises."""

LOWER: Final = "Try a lower learning rate."

SECOND_STAGE_RATE: Final = 0.1
"""Of the learning rate, when the base learns too: what it knows is not to be forgotten at once."""

_LEAST_RATE: Final = 1e-3
"""Of the learning rate, where a one-cycle training begins and ends."""

_VALIDATION_BATCH: Final = 512
_LEAST_PROBABILITY: Final = 1e-7
"""As Keras clips in its own cross-entropy."""


class Trainer:
    """Runs one training to its outcome.

    `prepare` may run in another thread than `train`, so that the main thread can answer while TensorFlow is imported.
    """

    def __init__(self, settings: Settings, *, store: ModelStore, report: Report, control: Control) -> None:
        """Check the settings.

        Args:
            settings: What to train and how.
            store: Where the model goes.
            report: Told every event but the last, see the contract.
            control: Stops the training at the next batch, or holds it up.

        Raises:
            Fault: The name or the architecture will not do, or there is no such model to begin with.
        """
        self._base = store.find(settings.base) if settings.base else None
        architecture = self._base.card.architecture if self._base else check_architecture(settings.architecture)
        self._settings = replace(settings, name=check_name(settings.name), architecture=architecture)
        self._store = store
        self._report = report
        self._control = control
        self._history: list[Epoch] = []
        self._best_epoch = 0
        self._best: Weights = []

    def prepare(self, *, resume: bool, progress: Progress | None = None) -> None:
        """Read the data, import TensorFlow and build the network.

        Args:
            resume: Go on from the last finished epoch.
            progress: Told how many samples are ready, where that takes long.

        Raises:
            Fault: The data cannot be used, or there is nothing to resume.
        """
        settings = self._settings
        checkpoint = load_checkpoint(settings.name) if resume else None
        check_workplace(settings.name)
        self._sources = [load(name, "training", progress) for name in settings.data]
        self._splits: list[Split] = [split(source, settings.seed, settings.validation) for source in self._sources]
        names = occurring_names(self._sources)
        if len(names) < 2:
            raise DataFault("The data holds a single class; two or more are needed to tell them apart.")
        learned = occurring_names([part.training for part in self._splits])
        self._notices = (*notices_of_empty_classes(self._sources), *notices_of_unlearned_classes(names, learned))
        self._keep_head = self._base is not None and not settings.new_head and head_fits(self._base, names)
        if self._base is not None and self._keep_head:
            names = label_names(self._base, names)
        self._training = join([part.training for part in self._splits], names)
        self._validation = join([part.validation for part in self._splits], names)
        if checkpoint is not None and checkpoint.fingerprint != self._training.fingerprint:
            raise DataFault("The data is not the same as when the training began; start it again without --resume.")
        import_keras().utils.set_random_seed(settings.seed)
        self._own = self._begin_own(checkpoint)
        self._network = self._built()
        self._stage = 0
        self._begin_stage(len(checkpoint.history) if checkpoint is not None else 1)
        if checkpoint is not None:
            restore(self._network, checkpoint)
            self._history = list(checkpoint.history)
            self._best_epoch, self._best = checkpoint.best_epoch, checkpoint.best

    def train(self) -> Outcome:
        """Train, measure and save.

        Raises:
            Fault: The training failed; a model of the same name is unchanged.
        """
        notices = (*self._notices, *(self._own.notices if self._own is not None else ()))
        self._report(
            {
                "event": "started",
                "samples": len(self._training),
                "classes": len(self._training.label_names),
                "parameters": int(self._network.count_params()),
                "held_out": len(self._validation),
                "split": [part.by for part in self._splits],
                **({"notices": list(notices)} if notices else {}),
            }
        )

        def run() -> None:
            for epoch in range(len(self._history) + 1, self._settings.epochs + 1):
                if self._gets_no_better():
                    break
                self._begin_stage(epoch)
                self._finish_epoch(self._run_epoch(epoch))

        def save() -> tuple[float, str]:
            accuracy, data = self._save()
            return accuracy, f"{accuracy * 100:.2f} % right on {data}"

        return run_to_outcome(
            self._settings.name,
            train=run,
            kept_epoch=lambda: self._best_epoch if self._history else 0,
            save=save,
            report=self._report,
            advice=LOWER,
        )

    def _built(self) -> "keras.Model":
        """A network as the training begins with, not compiled."""
        classes = len(self._training.label_names)
        if self._own is not None:
            return self._own.network(classes)
        if self._base is None:
            return build_network(self._settings.architecture, classes)
        freeze = ALL if self._settings.two_stages else self._settings.freeze
        return transfer_network(base_network(self._base), classes, keep_head=self._keep_head, freeze=freeze)

    def _begin_own(self, checkpoint: Checkpoint | None) -> "UserNetwork | None":
        """The user's own network, where the architecture is a file that builds it."""
        if self._base is not None or not is_user_file(self._settings.architecture):
            return None
        # Not before: it knows this module.
        from digitvision.training.run.user_network import UserNetwork

        return UserNetwork(Path(self._settings.architecture), checkpoint)

    def _begin_stage(self, epoch: int) -> None:
        """Compile for the stage that this epoch belongs to, where it is not the present one."""
        stage = 2 if self._settings.two_stages and self._base and epoch > self._first_stage_epochs else 1
        if stage == self._stage:
            return
        if stage == 2 and self._base is not None:
            trained = [layer.name for layer in base_network(self._base).layers if layer.trainable]
            unfreeze(self._network, trained)
        self._stage = stage
        compile_network(self._network, self._settings.learning_rate)
        self._network.optimizer.build(self._network.trainable_variables)

    @property
    def _first_stage_epochs(self) -> int:
        return max(1, self._settings.epochs // 3)

    def _inputs(self, of: Dataset, rows: Any, generator: np.random.Generator | None) -> Any:
        """Some samples as the network takes them, varied where there is chance to vary them by."""
        if len(self._network.inputs) == 1:
            rasters = of.floats(rows)[..., None]
            return rasters if generator is None else jitter(rasters, generator)
        rasters, paths, around = of.views(rows)
        if generator is not None:
            by = Distortion()
            pictured = np.ones(len(rasters), bool) if paths is None else paths[:, 0, -1] == 0
            maps = random_maps(np.ones(len(rasters)), by, generator)
            rasters = warp_rasters(rasters, maps, pictured, by, generator)
            paths = None if paths is None else move_trajectories(paths, maps)
        return network_inputs(self._network, rasters, paths, around)

    def _run_epoch(self, epoch: int) -> Epoch:
        settings, training = self._settings, self._training
        # Seeded by the epoch, so that a resumed training sees what an unbroken one would have seen.
        generator = np.random.default_rng([settings.seed, epoch])
        order = generator.permutation(len(training))
        one_hot = np.eye(len(training.label_names), dtype=np.float32)
        batches = -(-len(order) // settings.batch_size)
        metrics = EpochMetrics(self._report, epoch=epoch, epochs=settings.epochs, batches=batches)
        for batch in range(batches):
            self._network.optimizer.learning_rate = self._rate(epoch - 1 + batch / batches)
            metrics.held_up(self._control.check())
            chosen = order[batch * settings.batch_size : (batch + 1) * settings.batch_size]
            # Some versions of Keras would otherwise go on averaging since the training began.
            self._network.reset_metrics()
            logs = self._network.train_on_batch(
                self._inputs(training, chosen, generator if settings.augment else None),
                one_hot[training.labels[chosen]],
                return_dict=True,
            )
            # Keras tells of each batch alone; the epoch's figures are means over all its samples so far.
            metrics.add(len(chosen), float(logs["loss"]), float(logs["accuracy"]) * len(chosen))
        validation_loss, validation_accuracy = self._validate()
        metrics.check_validation(validation_loss)
        return Epoch(
            epoch=epoch,
            loss=metrics.loss,
            accuracy=metrics.accuracy,
            validation_loss=round(validation_loss, 5),
            validation_accuracy=round(validation_accuracy, 5),
            seconds=metrics.seconds,
        )

    def _rate(self, epochs: float) -> float:
        """The learning rate after so many epochs.

        For `cosine` half a cosine (Loshchilov & Hutter 2017, arXiv:1608.03983); for `one-cycle` a rise from nothing and
        a fall to nothing, straight both (after Smith & Topin 2018, arXiv:1708.07120): with a high rate in between, few
        epochs are enough.
        """
        highest = self._settings.learning_rate * (SECOND_STAGE_RATE if self._stage == 2 else 1.0)
        if self._settings.schedule == CONSTANT_RATE:
            return highest
        share = min(epochs / self._settings.epochs, 1.0)
        if self._settings.schedule == ONE_CYCLE:
            return highest * max(min(share / RISING_SHARE, (1 - share) / (1 - RISING_SHARE)), _LEAST_RATE)
        return highest * (FINAL_RATE + (1 - FINAL_RATE) * 0.5 * (1 + math.cos(math.pi * share)))

    def _gets_no_better(self) -> bool:
        patience = self._settings.patience
        return patience > 0 and len(self._history) - self._best_epoch >= patience

    def _validate(self) -> tuple[float, float]:
        """Loss and accuracy on the held-out samples."""
        validation = self._validation
        loss, right = 0.0, 0
        for first in range(0, len(validation), _VALIDATION_BATCH):
            self._control.check()
            part = slice(first, first + _VALIDATION_BATCH)
            probabilities: NDArray[np.float32] = self._network.predict_on_batch(self._inputs(validation, part, None))
            truth = validation.labels[part]
            chosen = np.take_along_axis(probabilities, truth[:, None], axis=1)[:, 0]
            loss -= float(np.log(np.maximum(chosen, _LEAST_PROBABILITY)).sum())
            right += int((probabilities.argmax(axis=1) == truth).sum())
        return loss / len(validation), right / len(validation)

    def _finish_epoch(self, epoch: Epoch) -> None:
        self._history.append(epoch)
        best = max(self._history, key=lambda past: (past.validation_accuracy, -past.validation_loss))
        if best is epoch:
            self._best_epoch, self._best = epoch.epoch, self._network.get_weights()
        save_checkpoint(
            Checkpoint(
                settings=self._settings,
                fingerprint=self._training.fingerprint,
                history=tuple(self._history),
                best_epoch=self._best_epoch,
                network=[np.asarray(variable) for variable in self._network.variables],
                optimizer=[np.asarray(variable) for variable in self._network.optimizer.variables],
                best=self._best,
                description=self._own.description if self._own is not None else "",
                source=self._own.source if self._own is not None else "",
            )
        )
        self._report({"event": "epoch", **asdict(epoch)})

    def _save(self) -> tuple[float, str]:
        """Save the network after the best epoch; its accuracy, and on what that was measured."""
        settings = self._settings
        workplace = training_folder(settings.name)
        # A new one: the state of this training's optimizer is of no use to those who use the model.
        network = self._built()
        compile_network(network, settings.learning_rate)
        network.optimizer.build(network.trainable_variables)
        network.set_weights(self._best)
        files = model_files(network, workplace)
        card = card_of(
            network,
            name=settings.name,
            alphabet=alphabet_of(self._training.label_names),
            labels=tuple(label_of(name) for name in self._training.label_names),
            architecture=self._architecture,
            description=f"Trained on {' + '.join(source.name for source in self._sources)}"
            + (f", beginning with “{self._base.name}”." if self._base is not None else "."),
            data=tuple(
                DataSource(source.name, len(part.training), source.licence, part.training.writer_count)
                for source, part in zip(self._sources, self._splits, strict=True)
            ),
            settings=told_settings(settings, self._splits, self._history, self._best_epoch),
        )
        if self._base is not None:
            card = replace(card, views=self._base.card.views)
        raw = trial(card, files, workplace)
        compare_forms(network, raw, *self._compared())
        card = calibrate(card, raw, self._validation)
        recognizer = trial(card, files, workplace)
        measured = []
        if MNIST in settings.data:
            command = f"digitvision evaluate --model {quoted(settings.name)} --data mnist"
            measured.append(Measured(evaluate(recognizer, load(MNIST, "test")), "MNIST test", command))
        if settings.data != (MNIST,):
            held_out = " + ".join(f"{part.training.name} (held out: {part.by})" for part in self._splits)
            measured.append(Measured(evaluate(recognizer, self._validation), held_out, command_of(settings)))
        finish(self._store, card, files, measured)
        return measured[0].evaluation.accuracy, measured[0].data

    def _compared(self) -> tuple[NDArray[np.float32], NDArray[np.float32] | None, NDArray[np.float32] | None]:
        """Real glyphs to compare the two forms on: held-out ones, or others where there are none."""
        of = self._validation if len(self._validation) else self._training
        return of.views(slice(COMPARED_GLYPHS))

    @property
    def _architecture(self) -> str:
        """What the card calls it."""
        return self._settings.architecture if self._own is None else architecture_title(self._settings.architecture)
