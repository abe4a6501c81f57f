"""Trainings on labelled samples, by Keras's own `fit` with callbacks, as every course on Keras shows it."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.models.model_card import DataSource
from digitvision.recognition.models.model_store import ModelStore
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
    model_files,
    network_inputs,
    trial,
    with_figures,
)
from digitvision.training.networks.architectures import (
    architecture_title,
    build_network,
    check_architecture,
    compile_network,
    is_user_file,
)
from digitvision.training.networks.transfer import ALL, base_network, head_fits, label_names, transfer_network, unfreeze
from digitvision.training.run.checkpoint import (
    CONSTANT_RATE,
    Checkpoint,
    Epoch,
    Settings,
    restore,
    training_folder,
)
from digitvision.training.run.run import Run, Trainer
from digitvision.training.run.settings_text import command_of, quoted, settings_for_card
from digitvision.training.run.user_network import UserNetwork

if TYPE_CHECKING:
    import keras
    import tensorflow

ONE_CYCLE: Final = "one-cycle"
"""The schedule by which the learning rate rises from nothing and falls to nothing."""

FINAL_RATE: Final = 0.01
"""Learning rate at the end of a cosine, as a multiple of that of the settings."""

RISING_SHARE: Final = 0.2
"""Share of a one-cycle training in which the learning rate rises."""

SECOND_STAGE_RATE: Final = 0.1
"""Learning rate of the second stage, as a multiple of that of the settings: what the base knows is not to be forgotten
at once."""

_LEAST_RATE: Final = 1e-3
"""Learning rate at both ends of a one-cycle training, as a multiple of that of the settings."""

_VALIDATION_BATCH: Final = 512
_PREPARED_AHEAD: Final = 2
"""Number of batches that are prepared while the network learns from another one."""

_Batch = tuple[Any, NDArray[np.float32]]
"""Inputs of a network, and the answers to be learned, float32 [B, C]."""


class PlainTrainer(Trainer):
    """Trains one network on labelled samples, by Keras's own `fit`."""

    def __init__(self, settings: Settings, store: ModelStore) -> None:
        """Check the settings.

        Raises:
            Fault: The name or the architecture will not do, or there is no such model to begin with.
        """
        self._base = store.find(settings.base) if settings.base else None
        architecture = self._base.card.architecture if self._base else check_architecture(settings.architecture)
        super().__init__(replace(settings, architecture=architecture), store)

    def read_data(self, progress: Progress | None) -> None:
        settings = self.settings
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
        self._one_hot = np.eye(len(names), dtype=np.float32)

    @property
    def fingerprint(self) -> int:
        return self._training.fingerprint

    def build(self, checkpoint: Checkpoint | None) -> None:
        is_own = self._base is None and is_user_file(self.settings.architecture)
        self._own = UserNetwork(Path(self.settings.architecture), checkpoint) if is_own else None
        self._network = self._built()
        if self._own is not None:
            self.description, self.source = self._own.description, self._own.source
        self._stage = 0
        self._begin_stage(len(checkpoint.history) if checkpoint is not None else 1)
        if checkpoint is not None:
            restore(*self.variables(), checkpoint)
            self.best = checkpoint.best

    def facts(self) -> dict[str, Any]:
        notices = (*self._notices, *(self._own.notices if self._own is not None else ()))
        return {
            "samples": len(self._training),
            "classes": len(self._training.label_names),
            "parameters": int(self._network.count_params()),
            "held_out": len(self._validation),
            "split": [part.by for part in self._splits],
            **({"notices": list(notices)} if notices else {}),
        }

    def learn(self, run: Run) -> None:
        for last in self._last_epochs:
            if run.next_epoch <= last and not run.is_over:
                self._begin_stage(run.next_epoch)
                self._fit(run, last)

    def kept_epoch(self, history: Sequence[Epoch]) -> int:
        return max(history, key=lambda epoch: (epoch.validation_accuracy, -epoch.validation_loss)).epoch

    def keep(self) -> None:
        self.best = self._network.get_weights()

    def variables(self) -> tuple[Sequence[Any], Sequence[Any]]:
        return self._network.variables, self._network.optimizer.variables

    def save(self, history: Sequence[Epoch]) -> tuple[float, str]:
        settings, kept_epoch = self.settings, self.kept_epoch(history)
        workplace = training_folder(settings.name)
        # A new network: the state of this training's optimizer is of no use to those who use the model.
        network = self._built()
        compile_network(network, settings.learning_rate)
        network.set_weights(self.best)
        files = model_files(network, workplace)
        card = card_of(
            network,
            name=settings.name,
            alphabet=alphabet_of(self._training.label_names),
            labels=tuple(label_of(name) for name in self._training.label_names),
            architecture=settings.architecture if self._own is None else architecture_title(settings.architecture),
            description=f"Trained on {' + '.join(source.name for source in self._sources)}"
            + (f", beginning with “{self._base.name}”." if self._base is not None else "."),
            data=tuple(
                DataSource(source.name, len(part.training), source.licence, part.training.writer_count)
                for source, part in zip(self._sources, self._splits, strict=True)
            ),
            settings=settings_for_card(settings, self._splits, history, kept_epoch),
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
        self.save_model(with_figures(card, measured), files)
        accuracy = measured[0].evaluation.accuracy
        return accuracy, f"{accuracy * 100:.2f} % right on {measured[0].data}"

    def _fit(self, run: Run, last: int) -> None:
        """Train to the end of this epoch, as long as the run is not over."""
        from keras.callbacks import LambdaCallback

        network, size, samples = self._network, self.settings.batch_size, len(self._training)
        first, batches = run.next_epoch, math.ceil(samples / size)

        def begin_batch(batch: int, **_logs: Any) -> None:
            run.before_batch()
            network.optimizer.learning_rate = self._rate(run.next_epoch - 1 + batch / batches)

        def end_batch(batch: int, logs: dict[str, float]) -> None:
            run.metrics.add_by_means(min(size, samples - batch * size), logs["loss"], logs["accuracy"])

        def end_epoch(_epoch: int, logs: dict[str, float]) -> None:
            run.end_epoch(logs["val_loss"], logs["val_accuracy"])
            network.stop_training = run.is_over

        network.fit(
            _prepared_ahead(lambda: self._training_batches(first, last)),
            initial_epoch=first - 1,
            epochs=last,
            steps_per_epoch=batches,
            validation_data=_prepared_ahead(self._validation_batches),
            validation_steps=math.ceil(len(self._validation) / _VALIDATION_BATCH),
            callbacks=[
                LambdaCallback(
                    on_epoch_begin=lambda _epoch, _logs: run.begin_epoch(batches),
                    on_train_batch_begin=begin_batch,
                    on_train_batch_end=end_batch,
                    on_test_batch_begin=lambda _batch, **_logs: run.before_batch(),
                    on_epoch_end=end_epoch,
                )
            ],
            shuffle=False,  # the batches are shuffled already
            verbose=0,
        )

    def _training_batches(self, first: int, last: int) -> Iterator[_Batch]:
        """Yield the batches of these epochs and all between them, shuffled, and varied where the settings ask for it.

        The chance is seeded by the epoch, so that a training that is resumed learns from what an unbroken one would
        have learned from.
        """
        settings, size = self.settings, self.settings.batch_size
        for epoch in range(first, last + 1):
            generator = np.random.default_rng([settings.seed, epoch])
            order = generator.permutation(len(self._training))
            for begin in range(0, len(order), size):
                rows = order[begin : begin + size]
                yield self._batch(self._training, rows, generator if settings.augment else None)

    def _validation_batches(self) -> Iterator[_Batch]:
        for begin in range(0, len(self._validation), _VALIDATION_BATCH):
            yield self._batch(self._validation, slice(begin, begin + _VALIDATION_BATCH), None)

    def _batch(self, of: Dataset, rows: Any, generator: np.random.Generator | None) -> _Batch:
        """Return some samples as the network takes them, varied where there is a generator to vary them by."""
        answers = self._one_hot[of.labels[rows]]
        if len(self._network.inputs) == 1:
            rasters = of.floats(rows)[..., None]
            return rasters if generator is None else jitter(rasters, generator), answers
        rasters, paths, context = of.views(rows)
        if generator is not None:
            distortion = Distortion()
            is_picture = np.ones(len(rasters), bool) if paths is None else paths[:, 0, -1] == 0
            maps = random_maps(np.ones(len(rasters)), distortion, generator)
            rasters = warp_rasters(rasters, maps, is_picture, distortion, generator)
            paths = None if paths is None else move_trajectories(paths, maps)
        return network_inputs(self._network, rasters, paths, context), answers

    def _built(self) -> "keras.Model":
        """Return a network as the training begins with, not compiled."""
        classes = len(self._training.label_names)
        if self._own is not None:
            return self._own.network(classes)
        if self._base is None:
            return build_network(self.settings.architecture, classes)
        freeze = ALL if self.settings.two_stages else self.settings.freeze
        return transfer_network(base_network(self._base), classes, keep_head=self._keep_head, freeze=freeze)

    @property
    def _last_epochs(self) -> tuple[int, ...]:
        """The last epoch of each stage; in the first of two, the layers of the base are frozen."""
        epochs = self.settings.epochs
        return (max(1, epochs // 3), epochs) if self.settings.two_stages and self._base else (epochs,)

    def _begin_stage(self, epoch: int) -> None:
        """Compile the network for the stage that this epoch belongs to, where it is not yet."""
        stage = 1 + sum(epoch > last for last in self._last_epochs[:-1])
        if stage == self._stage:
            return
        if stage == 2 and self._base is not None:
            trained = [layer.name for layer in base_network(self._base).layers if layer.trainable]
            unfreeze(self._network, trained)
        self._stage = stage
        compile_network(self._network, self.settings.learning_rate)

    def _rate(self, epochs: float) -> float:
        """Return the learning rate after so many epochs.

        For `cosine` half a cosine (Loshchilov & Hutter 2017, arXiv:1608.03983); for `one-cycle` a straight rise from
        nothing and a straight fall to nothing (after Smith & Topin 2018, arXiv:1708.07120): with a high rate in
        between, few epochs are enough.
        """
        settings = self.settings
        highest = settings.learning_rate * (SECOND_STAGE_RATE if self._stage == 2 else 1.0)
        if settings.schedule == CONSTANT_RATE:
            return highest
        share = min(epochs / settings.epochs, 1.0)
        if settings.schedule == ONE_CYCLE:
            return highest * max(min(share / RISING_SHARE, (1 - share) / (1 - RISING_SHARE)), _LEAST_RATE)
        return highest * (FINAL_RATE + (1 - FINAL_RATE) * 0.5 * (1 + math.cos(math.pi * share)))

    def _compared(self) -> tuple[NDArray[np.float32], NDArray[np.float32] | None, NDArray[np.float32] | None]:
        """Return real glyphs to compare the two forms on: held-out ones, or others where there are none."""
        of = self._validation if len(self._validation) else self._training
        return of.views(slice(COMPARED_GLYPHS))


def _prepared_ahead(batches: Callable[[], Iterator[_Batch]]) -> "tensorflow.data.Dataset":
    """Return batches as `fit` takes them, prepared in a thread while the network learns.

    Args:
        batches: Begins to yield all batches, each time it is called.
    """
    import tensorflow as tf

    signature = tf.nest.map_structure(
        lambda array: tf.TensorSpec((None, *array.shape[1:]), array.dtype), next(batches())
    )
    options = tf.data.Options()
    # There is nothing to tune, and the thread that would do it holds up the end of each pass over the data for seconds.
    options.autotune.enabled = False
    ahead = tf.data.Dataset.from_generator(batches, output_signature=signature).prefetch(_PREPARED_AHEAD)
    return ahead.with_options(options)
