"""Trainings by a recipe of a network that reads glyphs, to a model with its calibration and figures."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import RASTER_SIZE
from digitvision.recognition.models.model_card import Figure, ModelCard
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.data.dataset import DataFault, Progress
from digitvision.training.data.loading import load_mnist
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
from digitvision.training.networks.multi_view import build_raster, build_views, with_picture_branches
from digitvision.training.networks.transfer import base_network, take_weights
from digitvision.training.recipes.batches import Batch, Batches
from digitvision.training.recipes.calibration import WayOutputs, calibrate_alphabets, held_out_rows, uncalibrated_card
from digitvision.training.recipes.gathering import count_writers
from digitvision.training.recipes.recipe import RASTER, Recipe
from digitvision.training.recipes.training_set import Way, build_training_set, ways_of
from digitvision.training.run.averaging_trainer import AveragingTrainer
from digitvision.training.run.checkpoint import Checkpoint, Epoch, Settings, restore, training_folder
from digitvision.training.run.schedule import WarmRestarts

if TYPE_CHECKING:
    import keras

WARM_UP_EPOCHS: Final = 0.5
FINAL_RATE: Final = 0.005
RESTART_RATE: Final = 0.35
"""Highest learning rate of the second round, as a multiple of that of the first: a full restart would lose too much of
what was learned."""

DOUBT_BELOW: Final = 0.002
DOUBT_AFTER: Final = 0.3
"""After this share of the epochs of the first round, a label with a probability below `DOUBT_BELOW` is taken for wrong
and is not learned: a few percent of the labels of some sources are wrong (after Shen and Sanghavi 2019, "Learning with
bad training data via iterative trimmed loss minimization")."""

_DIGITS: Final = "digits"
_VALIDATION_BATCH: Final = 512
_LEAST_PROBABILITY: Final = 1e-7
_COMPARED: Final = 512
_SHOWN_AT_ONCE: Final = 4096


class RecipeTrainer(AveragingTrainer):
    """Trains one network of several views by a recipe, with its calibration and figures."""

    def __init__(self, settings: Settings, recipe: Recipe, store: ModelStore) -> None:
        """Check the settings.

        Args:
            settings: `data_root` says where the recipe's data lies, `epochs` for how long to train.
            recipe: What to train, and how.
            store: Where the model is saved, and where the models that the recipe names are found.

        Raises:
            Fault: The name will not do, or a model that the recipe begins with or reads pictures with is missing or of
                another kind.
        """
        super().__init__(settings, store)
        self._recipe = recipe
        self._base = store.find(recipe.begins_with) if recipe.begins_with else None
        self._for_pictures = [self._found_for_pictures(name, store) for name in recipe.pictured_by]
        self._doubt_below = 0.0

    def read_data(self, progress: Progress | None) -> None:
        self._set = build_training_set(self._recipe, Path(self.settings.data_root), progress)
        self._check_set()
        self.schedule = WarmRestarts(
            epochs=self.settings.epochs,
            restarts=self._recipe.restart_after,
            highest=self._recipe.learning_rate,
            lower=(RESTART_RATE,),
            warm_up=WARM_UP_EPOCHS,
            final=FINAL_RATE,
        )

    @property
    def fingerprint(self) -> int:
        return int(np.bitwise_xor.reduce(self._set.labels * 31 + np.arange(len(self._set)) % 65521))

    def build(self, checkpoint: Checkpoint | None) -> None:
        self._network = self._built()
        if self._base is not None:
            texts = [label.text for label in self._base.card.labels]
            take_weights(self._network, self._recipe.classes, base_network(self._base), texts)
        self.take_networks(
            self._network.weights,
            self._network.trainable_variables,
            rate=self._recipe.learning_rate,
            decay=self._recipe.weight_decay,
            past=self._recipe.average,
        )
        # Through XLA, nothing measurable is gained on a processor.
        self._network.compile(optimizer=self.optimizer, jit_compile=False)
        self._step = self._compiled_step()
        if checkpoint is not None:
            restore(*self.variables(), checkpoint)
            # Copies: arrays that were read from a file cannot be written to.
            self.mean.weights = [np.array(weight) for weight in checkpoint.best]
            self.keep()

    def facts(self) -> dict[str, Any]:
        return {
            "samples": len(self._set),
            "classes": len(self._recipe.classes),
            "parameters": int(self._network.count_params()),
            "held_out": len(self._set.held_labels),
            "split": [],
        }

    def variables(self) -> tuple[Sequence[Any], Sequence[Any]]:
        return self._network.variables, self.optimizer.variables

    def batches(self, epoch: int) -> tuple[int, Iterable[Batch]]:
        self._doubt_below = DOUBT_BELOW if epoch > DOUBT_AFTER * self.schedule.first else 0.0
        batches = Batches(self._recipe, self._set, epoch)
        return len(batches), _prepared_ahead(batches)

    def step(self, batch: Batch, rate: float) -> tuple[int, float, float]:
        views = self._views(batch.rasters, batch.paths, batch.context)
        loss, right = self._step(views, batch.labels, batch.among, np.float32(rate), np.float32(self._doubt_below))
        return len(batch.labels), float(loss), int(right)

    def validate(self, before_batch: Callable[[], None]) -> tuple[float, float]:
        """Return loss and accuracy over all classes on the held-out glyphs, junk among them."""
        loss, right, count = 0.0, 0, len(self._set.held_labels)
        for first in range(0, count, _VALIDATION_BATCH):
            before_batch()
            views = self._views(*self._set.held("in context", slice(first, first + _VALIDATION_BATCH)))
            answers = np.asarray(self._network.predict_on_batch(views), np.float64)
            truth = self._set.held_labels[first : first + _VALIDATION_BATCH]
            loss -= float(np.log(np.maximum(answers[np.arange(len(truth)), truth], _LEAST_PROBABILITY)).sum())
            right += int((answers.argmax(axis=1) == truth).sum())
        return loss / count, right / count

    def save(self, history: Sequence[Epoch]) -> tuple[float, str]:
        workplace = training_folder(self.settings.name)
        network = self._built()
        network.set_weights(self.best)
        branches = [base_network(model) for model in self._for_pictures]
        if branches:
            network = with_picture_branches(network, branches)
            network.set_weights(to_half_precision(network.get_weights()))
        # In single precision several branches would be more than the two megabytes that a shipped model may have.
        precision: Precision = "float16" if branches else "float32"
        files = model_files(network, workplace, precision)
        writers = count_writers(self._recipe, Path(self.settings.data_root))
        card = uncalibrated_card(self._recipe, self.settings, self._set, writers, history, network)
        card = replace(card, precision=precision)
        recognizer = trial(card, files, workplace)
        ways = {way: np.flatnonzero(self._set.held_mask(way)) for way in ways_of(self._recipe)}
        ways = {way: rows for way, rows in ways.items() if len(rows)}
        outputs_by_way = {way: self._outputs_of(way, rows, recognizer) for way, rows in ways.items()}
        most = LARGEST_IN_HALVES if branches else LARGEST_DIFFERENCE
        for way, rows in ways.items():
            for some in (rows[:_COMPARED], rows[-_COMPARED:]):
                compare_forms(network, recognizer, *self._set.held(way, some), most=most)
        card = calibrate_alphabets(card, self._recipe, self._set, outputs_by_way)
        self.save_model(replace(card, figures=(*card.figures, *self._test_figures(card, files))), files)
        accuracy = card.figures[0].value
        return accuracy, f"{accuracy * 100:.2f} % right on {card.figures[0].data}"

    def _check_set(self) -> None:
        """Refuse a set that would fail after hours: smaller than a batch, or without held-out glyphs of an alphabet."""
        recipe = self._recipe
        if len(self._set) < recipe.batch_size:
            raise DataFault(
                f"The recipe “{recipe.name}” trains on {len(self._set):,} glyphs, fewer than the {recipe.batch_size:,} "
                "of a batch."
            )
        for alphabet in recipe.alphabets:
            if not len(held_out_rows(recipe, self._set, alphabet)):
                raise DataFault(f"The recipe “{recipe.name}” holds out no glyph of {alphabet} to calibrate with.")

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

    def _compiled_step(self) -> Any:
        """Return one training step as a compiled function: it gives loss and number of right answers of a batch."""
        import tensorflow as tf

        network, optimizer = self._network, self.optimizer
        classes, smoothing = len(self._recipe.classes) + 1, self._recipe.label_smoothing

        def step(views: Any, labels: Any, among: Any, rate: Any, doubt_below: Any) -> Any:
            optimizer.learning_rate.assign(rate)
            with tf.GradientTape() as tape:
                answers = network(views, training=True)
                # Classes that this glyph is not compared with do not count.
                shares = answers * among
                shares /= tf.reduce_sum(shares, axis=1, keepdims=True)
                target = tf.one_hot(labels, classes) * (1 - smoothing)
                target += smoothing * among / tf.reduce_sum(among, axis=1, keepdims=True)
                losses = -tf.reduce_sum(target * tf.math.log(shares + 1e-7), axis=1)
                is_believed = tf.gather(shares, labels, axis=1, batch_dims=1) >= doubt_below
                loss = tf.reduce_mean(losses * tf.stop_gradient(tf.cast(is_believed, tf.float32)))
            gradients = tape.gradient(loss, network.trainable_variables)
            optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
            right = tf.reduce_sum(tf.cast(tf.argmax(shares, axis=1) == labels, tf.int32))
            return loss, right

        return tf.function(step, reduce_retracing=True)

    def _views(
        self, rasters: NDArray[np.float32], paths: NDArray[np.float32] | None, context: NDArray[np.float32] | None
    ) -> "dict[str, NDArray[np.float32]] | NDArray[np.float32]":
        """Return the inputs of the network: its views by their names, or its only one."""
        first = rasters.reshape(-1, RASTER_SIZE, RASTER_SIZE, 1)
        given = {"raster": first, "trajectory": paths, "surroundings": context}
        if self._recipe.architecture == RASTER:
            return first
        return {view: values for view, values in given.items() if view in self._network.input and values is not None}

    def _outputs_of(self, way: Way, rows: NDArray[np.intp], recognizer: Recognizer) -> WayOutputs:
        parts = [
            recognizer.outputs(*self._set.held(way, rows[first : first + _SHOWN_AT_ONCE]))
            for first in range(0, len(rows), _SHOWN_AT_ONCE)
        ]
        return WayOutputs(rows, np.concatenate(parts))

    def _test_figures(self, card: ModelCard, files: dict[str, bytes]) -> tuple[Figure, ...]:
        """Return figures on the test part of MNIST, where the model reads digits."""
        if _DIGITS not in card.alphabet_names:
            return ()
        several = len(card.alphabet_names) > 1
        recognizer = trial(card, files, training_folder(self.settings.name), _DIGITS)
        within = f" --alphabet {_DIGITS}" if several else ""
        command = f"digitvision evaluate --model {self.settings.name}{within} --data mnist"
        data = f"MNIST test, {_DIGITS}" if several else "MNIST test"
        return Measured(evaluate(recognizer, load_mnist("test")), data, command).figures()


def _prepared_ahead(batches: Batches) -> Iterator[Batch]:
    """Yield the batches in their order, each prepared in a thread while the network learns from the one before."""
    with ThreadPoolExecutor(1, thread_name_prefix="batches") as pool:
        following = pool.submit(batches.batch, 0)
        for number in range(1, len(batches) + 1):
            batch = following.result()
            if number < len(batches):
                following = pool.submit(batches.batch, number)
            yield batch
