"""One training by a recipe, from data to a model with its calibration and figures."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import RASTER_SIZE
from digitvision.recognition.models.model_card import Figure, ModelCard
from digitvision.recognition.models.model_store import Model, ModelStore, check_name
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.data.dataset import DataFault, Progress
from digitvision.training.data.loading import MNIST, load_mnist
from digitvision.training.evaluation.evaluation import evaluate
from digitvision.training.models.saving import (
    LARGEST_DIFFERENCE,
    LARGEST_IN_HALVES,
    Measured,
    compare_forms,
    model_files,
    to_half_precision,
    trial,
)
from digitvision.training.networks.conversion import Precision
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.networks.multi_view import build_raster, build_views, with_picture_branches
from digitvision.training.networks.transfer import base_network, take_weights
from digitvision.training.recipes.batches import Batch, Batches
from digitvision.training.recipes.calibration import Shown, calibrate_alphabets, held_out_rows, uncalibrated_card
from digitvision.training.recipes.gathering import count_writers
from digitvision.training.recipes.recipe import RASTER, Recipe, load_recipe
from digitvision.training.recipes.training_set import Way, build_training_set, ways_of
from digitvision.training.run.checkpoint import (
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
from digitvision.training.run.epoch_metrics import Diverged, EpochMetrics, Report
from digitvision.training.run.outcome import Outcome, run_to_outcome
from digitvision.training.run.schedule import AVERAGE_EVERY, RunningMean, WarmRestarts

if TYPE_CHECKING:
    import keras

WARM_UP_EPOCHS: Final = 0.5
FINAL_RATE: Final = 0.005
RESTART_RATE: Final = 0.35
"""Of the learning rate: a restart at full height would unlearn what the first round came to."""

GRADIENT_LIMIT: Final = 2.0
DOUBT_BELOW: Final = 0.002
DOUBT_AFTER: Final = 0.3
"""After this share of the first round's epochs, a label that has less than so much probability is taken for wrong and
not learned: a few percent of some sources' are (after Shen and Sanghavi 2019, "Learning with bad training data via
iterative trimmed loss minimization")."""


_LOWER: Final = "Try a lower learning rate in the recipe."
_VALIDATION_BATCH: Final = 512
_COMPARED: Final = 512
_SHOWN_AT_ONCE: Final = 4096


class RecipeTrainer:
    """Runs one training by a recipe to its outcome; used as `Trainer` is."""

    def __init__(self, settings: Settings, *, store: ModelStore, report: Report, control: Control) -> None:
        """Check the settings.

        Args:
            settings: Its `recipe` and `data_root` say what to train, `epochs` for how long, `name` what to call it.
            store: Where the model goes.
            report: Told every event but the last, see the contract.
            control: Stops the training at the next batch, or holds it up.

        Raises:
            Fault: There is no such recipe, the name will not do, or a model that the recipe begins with or reads
                pictures with is missing or of another kind.
        """
        self._settings = settings
        check_name(settings.name)
        self._recipe: Recipe = load_recipe(settings.recipe)
        self._base = store.find(self._recipe.begins_with) if self._recipe.begins_with else None
        self._for_pictures = [self._found_for_pictures(name, store) for name in self._recipe.pictured_by]
        self._store = store
        self._report = report
        self._control = control
        self._history: list[Epoch] = []
        self._schedule = WarmRestarts(
            epochs=settings.epochs,
            restarts=self._recipe.restart_after,
            highest=self._recipe.learning_rate,
            lower=(RESTART_RATE,),
            warm_up=WARM_UP_EPOCHS,
            final=FINAL_RATE,
        )
        self._mean = RunningMean(self._recipe.average)
        self._kept: Weights = []

    def prepare(self, *, resume: bool, progress: Progress | None = None) -> None:
        """Build or find the training set, import TensorFlow and build the network.

        Raises:
            Fault: The data cannot be used, or there is nothing to resume.
        """
        checkpoint = load_checkpoint(self._settings.name) if resume else None
        check_workplace(self._settings.name)
        self._set = build_training_set(self._recipe, Path(self._settings.data_root), progress)
        self._check_set()
        if checkpoint is not None and checkpoint.fingerprint != self._fingerprint:
            raise DataFault("The data is not the same as when the training began; start it again without --resume.")
        keras = import_keras()
        keras.utils.set_random_seed(self._settings.seed)
        self._network = self._built()
        if self._base is not None:
            texts = [label.text for label in self._base.card.labels]
            take_weights(self._network, self._recipe.classes, base_network(self._base), texts)
        self._network.compile(
            optimizer=keras.optimizers.AdamW(
                self._recipe.learning_rate, weight_decay=self._recipe.weight_decay, global_clipnorm=GRADIENT_LIMIT
            ),
            loss="categorical_crossentropy",
            jit_compile=False,
        )
        # Weights that only shift or scale are not drawn to zero.
        self._network.optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        self._network.optimizer.build(self._network.trainable_variables)
        if checkpoint is not None:
            restore(self._network, checkpoint)
            self._history = list(checkpoint.history)
            # Copies: what was read from the checkpoint cannot be written to.
            self._mean.weights = [np.array(weight) for weight in checkpoint.best]
            self._kept = checkpoint.best

    def train(self) -> Outcome:
        """Train, calibrate, measure and save.

        Raises:
            Fault: The training failed; a model of the same name is unchanged.
        """
        self._report(
            {
                "event": "started",
                "samples": len(self._set),
                "classes": len(self._recipe.classes),
                "parameters": int(self._network.count_params()),
                "held_out": len(self._set.held_labels),
                "split": [],
            }
        )
        step = self._step()

        def run() -> None:
            try:
                for epoch in range(len(self._history) + 1, self._settings.epochs + 1):
                    if self._schedule.begins(epoch):
                        self._restart()
                    self._finish_epoch(self._run_epoch(epoch, step))
            except Diverged:
                # What was averaged since may be spoilt.
                self._mean.weights = self._kept
                raise

        return run_to_outcome(
            self._settings.name,
            train=run,
            kept_epoch=lambda: len(self._history),
            save=self._save,
            report=self._report,
            advice=_LOWER,
        )

    def _check_set(self) -> None:
        """Refuse what would fail after hours: less than a batch, or an alphabet that nothing can be measured on."""
        recipe = self._recipe
        if len(self._set) < recipe.batch_size:
            raise DataFault(
                f"The recipe “{recipe.name}” trains on {len(self._set):,} glyphs, fewer than the {recipe.batch_size:,} "
                "of a batch."
            )
        for alphabet in recipe.alphabets:
            if not len(held_out_rows(recipe, self._set, alphabet)):
                raise DataFault(f"The recipe “{recipe.name}” holds out no glyph of {alphabet} to calibrate with.")

    @property
    def _fingerprint(self) -> int:
        return int(np.bitwise_xor.reduce(self._set.labels * 31 + np.arange(len(self._set)) % 65521))

    def _found_for_pictures(self, name: str, store: ModelStore) -> Model:
        if all(model.name != name for model in store.models()[0]):
            raise DataFault(
                f"The recipe “{self._recipe.name}” reads pictures with “{name}”, which is not in the library: "
                "train it first."
            )
        model = store.find(name)
        texts = tuple(label.text for label in model.card.labels)
        if model.card.architecture != RASTER or texts != self._recipe.classes or not model.card.rejects:
            raise DataFault(
                f"“{name}” is no model to read pictures with: it was not trained on them with the alphabets of "
                f"“{self._recipe.name}”."
            )
        return model

    def _built(self) -> "keras.Model":
        recipe = self._recipe
        classes = len(recipe.classes) + 1
        if recipe.architecture == RASTER:
            return build_raster(classes, width=recipe.width, joint=recipe.joint)
        return build_views(classes, width=recipe.width, joint=recipe.joint, with_context=recipe.with_context)

    def _step(self) -> Any:
        """One training step as a compiled function: loss and right answers of a batch."""
        import tensorflow as tf

        network, optimizer = self._network, self._network.optimizer
        classes, smoothing = len(self._recipe.classes) + 1, self._recipe.label_smoothing

        def step(views: Any, labels: Any, among: Any, rate: Any, doubt_below: Any) -> Any:
            optimizer.learning_rate.assign(rate)
            with tf.GradientTape() as tape:
                answers = network(views, training=True)
                # The others are not answers that this glyph is to be told from.
                shares = answers * among
                shares /= tf.reduce_sum(shares, axis=1, keepdims=True)
                target = tf.one_hot(labels, classes) * (1 - smoothing)
                target += smoothing * among / tf.reduce_sum(among, axis=1, keepdims=True)
                losses = -tf.reduce_sum(target * tf.math.log(shares + 1e-7), axis=1)
                believed = tf.gather(shares, labels, axis=1, batch_dims=1) >= doubt_below
                loss = tf.reduce_mean(losses * tf.stop_gradient(tf.cast(believed, tf.float32)))
            gradients = tape.gradient(loss, network.trainable_variables)
            optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
            right = tf.reduce_sum(tf.cast(tf.argmax(shares, axis=1) == labels, tf.int32))
            return loss, right

        return tf.function(step, reduce_retracing=True)

    def _run_epoch(self, epoch: int, step: Any) -> Epoch:
        batches = Batches(self._recipe, self._set, epoch)
        count, size = len(batches), self._recipe.batch_size
        metrics = EpochMetrics(self._report, epoch=epoch, epochs=self._settings.epochs, batches=count)
        doubt_below = np.float32(DOUBT_BELOW if epoch > DOUBT_AFTER * self._schedule.first else 0)
        for number, batch in enumerate(_ahead(batches)):
            metrics.held_up(self._control.check())
            rate = np.float32(self._schedule.rate(epoch - 1 + number / count))
            views = self._views(batch.rasters, batch.paths, batch.around)
            loss, right = step(views, batch.labels, batch.among, rate, doubt_below)
            metrics.add(size, float(loss), int(right))
            if number % AVERAGE_EVERY == 0:
                optimizer = self._network.optimizer
                self._mean.add(self._network.get_weights(), int(np.asarray(optimizer.iterations)))
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

    def _views(
        self, rasters: NDArray[np.float32], paths: NDArray[np.float32] | None, around: NDArray[np.float32] | None
    ) -> "dict[str, NDArray[np.float32]] | NDArray[np.float32]":
        """What the network takes: its views by their names, or its only one."""
        first = rasters.reshape(-1, RASTER_SIZE, RASTER_SIZE, 1)
        given = {"raster": first, "trajectory": paths, "surroundings": around}
        if self._recipe.architecture == RASTER:
            return first
        return {view: values for view, values in given.items() if view in self._network.input and values is not None}

    def _restart(self) -> None:
        """Begin another round: from the mean of the weights, with an optimizer that remembers nothing."""
        self._network.set_weights(self._mean.weights)
        for variable in self._network.optimizer.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype))

    def _validate(self) -> tuple[float, float]:
        """Loss and accuracy of the averaged network on the held-out glyphs, junk among them, over all classes."""
        weights = self._network.get_weights()
        self._network.set_weights(self._mean.weights)
        loss, right, count = 0.0, 0, len(self._set.held_labels)
        for first in range(0, count, _VALIDATION_BATCH):
            self._control.check()
            views = self._views(*self._set.held("in place", slice(first, first + _VALIDATION_BATCH)))
            answers = np.asarray(self._network.predict_on_batch(views), np.float64)
            truth = self._set.held_labels[first : first + _VALIDATION_BATCH]
            loss -= float(np.log(np.maximum(answers[np.arange(len(truth)), truth], 1e-7)).sum())
            right += int((answers.argmax(axis=1) == truth).sum())
        self._network.set_weights(weights)
        return loss / count, right / count

    def _finish_epoch(self, epoch: Epoch) -> None:
        self._history.append(epoch)
        self._kept = [np.array(weight) for weight in self._mean.weights]
        save_checkpoint(
            Checkpoint(
                settings=self._settings,
                fingerprint=self._fingerprint,
                history=tuple(self._history),
                best_epoch=epoch.epoch,
                network=[np.asarray(variable) for variable in self._network.variables],
                optimizer=[np.asarray(variable) for variable in self._network.optimizer.variables],
                best=self._mean.weights,
            )
        )
        self._report({"event": "epoch", **asdict(epoch)})

    def _save(self) -> tuple[float, str]:
        """Save the averaged network; its held-out accuracy, and the words for it."""
        workplace = training_folder(self._settings.name)
        network = self._built()
        network.set_weights(self._mean.weights)
        branches = [base_network(model) for model in self._for_pictures]
        if branches:
            network = with_picture_branches(network, branches)
            network.set_weights(to_half_precision(network.get_weights()))
        # In single precision several branches would be more than the two megabytes that a shipped model may have.
        precision: Precision = "float16" if branches else "float32"
        files = model_files(network, workplace, precision)
        writers = count_writers(self._recipe, Path(self._settings.data_root))
        card = uncalibrated_card(self._recipe, self._settings, self._set, writers, self._history, network)
        card = replace(card, precision=precision)
        recognizer = trial(card, files, workplace)
        ways = {way: np.flatnonzero(self._set.held_shown(way)) for way in ways_of(self._recipe)}
        ways = {way: rows for way, rows in ways.items() if len(rows)}
        shown = {way: self._shown(way, rows, recognizer) for way, rows in ways.items()}
        most = LARGEST_IN_HALVES if branches else LARGEST_DIFFERENCE
        for way, rows in ways.items():
            for some in (rows[:_COMPARED], rows[-_COMPARED:]):
                compare_forms(network, recognizer, *self._set.held(way, some), most=most)
        card = calibrate_alphabets(card, self._recipe, self._set, shown)
        self._store.save(replace(card, figures=(*card.figures, *self._test_figures(card, files))), files)
        accuracy = card.figures[0].value
        return accuracy, f"{accuracy * 100:.2f} % right on {card.figures[0].data}"

    def _shown(self, way: Way, rows: NDArray[np.intp], recognizer: Recognizer) -> Shown:
        parts = [
            recognizer.outputs(*self._set.held(way, rows[first : first + _SHOWN_AT_ONCE]))
            for first in range(0, len(rows), _SHOWN_AT_ONCE)
        ]
        return Shown(rows, np.concatenate(parts))

    def _test_figures(self, card: ModelCard, files: dict[str, bytes]) -> tuple[Figure, ...]:
        """Figures on MNIST's test, where the recipe learns from MNIST."""
        if all(source.data != MNIST for source in self._recipe.sources):
            return ()
        recognizer = trial(card, files, training_folder(self._settings.name))
        command = f"digitvision evaluate --model {self._settings.name} --data mnist"
        return Measured(evaluate(recognizer, load_mnist("test")), "MNIST test", command).figures()


def _ahead(batches: Batches) -> Iterator[Batch]:
    """The batches's batches in order, each made while the one before is learned from."""
    with ThreadPoolExecutor(1, thread_name_prefix="batches") as pool:
        following = pool.submit(batches.batch, 0)
        for number in range(1, len(batches) + 1):
            batch = following.result()
            if number < len(batches):
                following = pool.submit(batches.batch, number)
            yield batch
