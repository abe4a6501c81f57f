"""One training of networks that read expressions, from data to a model."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final

import numpy as np

from digitvision.faults import Fault
from digitvision.recognition.models.model_store import ModelStore, check_name
from digitvision.training.data.dataset import DataFault, Progress
from digitvision.training.expression.augmentation import Changes
from digitvision.training.expression.batches import Batch, Batches, BatchSettings, batch_of
from digitvision.training.expression.corpus import Expression, labels_of, read_corpus
from digitvision.training.expression.networks import Networks, build_networks
from digitvision.training.expression.objective import losses
from digitvision.training.expression.recipe import ExpressionRecipe, load_expression_recipe
from digitvision.training.expression.saving import Trained, save_expression_model
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.run.checkpoint import (
    Checkpoint,
    Epoch,
    Settings,
    Weights,
    check_workplace,
    load_checkpoint,
    save_checkpoint,
)
from digitvision.training.run.control import Control
from digitvision.training.run.epoch_metrics import EpochMetrics, Report
from digitvision.training.run.outcome import Outcome, run_to_outcome
from digitvision.training.run.schedule import AVERAGE_EVERY, RunningMean, WarmRestarts

WARM_UP_STEPS: Final = 200
FINAL_RATE: Final = 0.01

RESTART_RATES: Final = (0.5, 0.4)
"""Of the learning rate, in the second round and from the third one on."""

GRADIENT_LIMIT: Final = 2.0
_MOST_OF_ONE: Final = 0.2
"""Of what is held out, where that is more than most wrote: it should not depend on one person's hand."""

_LOWER: Final = "Try a lower learning rate in the recipe."
_BATCH_ARRAYS: Final = tuple(item.name for item in fields(Batch))


class ExpressionTrainer:
    """Runs one training by a recipe of expressions to its outcome; used as `Trainer` is."""

    def __init__(self, settings: Settings, *, store: ModelStore, report: Report, control: Control) -> None:
        """Check the settings.

        Args:
            settings: Its `recipe` and `data_root` say what to train, `epochs` for how long, `name` what to call it.
            store: Where the model goes.
            report: Told every event but the last, see the contract.
            control: Stops the training at the next batch, or holds it up.

        Raises:
            Fault: There is no such recipe, or the name will not do.
        """
        self._settings = settings
        check_name(settings.name)
        self._recipe: ExpressionRecipe = load_expression_recipe(settings.recipe)
        self._store = store
        self._report = report
        self._control = control
        self._history: list[Epoch] = []
        self._finished: list[Weights] = []
        self._mean = RunningMean(self._recipe.average)
        self._kept: Weights = []

    def prepare(self, *, resume: bool, progress: Progress | None = None) -> None:
        """Read the expressions, import TensorFlow and build the networks.

        Raises:
            Fault: The data cannot be used, or there is nothing to resume.
        """
        checkpoint = load_checkpoint(self._settings.name) if resume else None
        check_workplace(self._settings.name)
        root = Path(self._settings.data_root)
        corpus = root / self._recipe.expressions
        expressions = read_corpus(corpus)
        held_out = held_out_writers([one.writer for one in expressions], self._recipe.held_out, self._recipe.seed)
        self._learned = [one for one in expressions if one.writer not in held_out]
        self._held = [one for one in expressions if one.writer in held_out]
        if len(self._learned) < self._recipe.batch_size or not self._held:
            raise DataFault(f"“{corpus}” has too few expressions to learn from and to hold out.")
        self._labels = labels_of(expressions)
        if checkpoint is not None and checkpoint.fingerprint != self._fingerprint:
            raise DataFault("The data is not the same as when the training began; start it again without --resume.")
        self._batches = Batches(
            BatchSettings(
                corpus=corpus,
                writers=frozenset(one.writer for one in self._learned),
                labels=self._labels,
                size=self._recipe.batch_size,
                seed=self._settings.seed,
                changes=Changes(**self._recipe.changes),
                banks=tuple(root / source.data for source in self._recipe.glyphs),
            ),
            [len(one.points) for one in self._learned],
        )
        self._schedule = WarmRestarts(
            epochs=self._settings.epochs,
            restarts=self._recipe.restart_after,
            highest=self._recipe.learning_rate,
            lower=RESTART_RATES,
            warm_up=WARM_UP_STEPS / len(self._batches),
            final=FINAL_RATE,
        )
        import_keras()
        self._begin_member(0)
        if checkpoint is not None:
            self._restore(checkpoint)

    def train(self) -> Outcome:
        """Train, measure and save.

        Raises:
            Fault: The training failed; a model of the same name is unchanged.
        """
        self._report(
            {
                "event": "started",
                "samples": len(self._learned),
                "classes": len(self._labels),
                "parameters": sum(int(network.count_params()) for network in self._networks.all),
                "held_out": len(self._held),
                "split": ["by writer"],
            }
        )

        def run() -> None:
            while len(self._history) < self._all_epochs:
                self._run_member()

        return run_to_outcome(
            self._settings.name,
            train=run,
            kept_epoch=lambda: len(self._history),
            save=lambda: save_expression_model(self._store, self._trained()),
            report=self._report,
            kept="the networks after epoch {epoch} were kept",
            advice=_LOWER,
        )

    @property
    def _all_epochs(self) -> int:
        return self._settings.epochs * self._recipe.members

    @property
    def _fingerprint(self) -> int:
        sizes = np.array([len(one.points) for one in self._learned])
        return int((sizes * (np.arange(len(sizes)) % 65521 + 1)).sum())

    def _begin_member(self, member: int) -> None:
        """New networks, each time from another beginning."""
        import keras

        keras.utils.set_random_seed(self._settings.seed * 1000 + member)
        self._networks: Networks = build_networks(len(self._labels), self._recipe.dropout)
        self._optimizer = keras.optimizers.AdamW(
            self._recipe.learning_rate, weight_decay=self._recipe.weight_decay, global_clipnorm=GRADIENT_LIMIT
        )
        # Weights that only shift or scale are not drawn to zero.
        self._optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        self._optimizer.build(self._networks.trainable)
        self._step = compiled_step(self._networks, self._optimizer)
        self._validation = compiled_validation(self._networks)
        self._mean, self._kept = RunningMean(self._recipe.average), []

    def _run_member(self) -> None:
        """Train the member under way to its end."""
        epochs = self._settings.epochs
        member = len(self._history) // epochs
        first = len(self._history) + 1
        batches = self._batches.batches(first, (member + 1) * epochs)
        try:
            for epoch in range(first, (member + 1) * epochs + 1):
                if self._schedule.begins((epoch - 1) % epochs + 1):
                    self._restart()
                metrics = EpochMetrics(self._report, epoch=epoch, epochs=self._all_epochs, batches=len(self._batches))
                for number in range(len(self._batches)):
                    metrics.held_up(self._control.check())
                    done = (epoch - 1) % epochs + number / len(self._batches)
                    _, batch = next(batches)
                    loss, classes, _ = self._step(tensors(batch), np.float32(self._schedule.rate(done)))
                    size = len(batch.paths)
                    metrics.add(size, float(loss), float(classes) * size)
                    if number % AVERAGE_EVERY == 0:
                        self._mean.add(self._networks.weights, int(np.asarray(self._optimizer.iterations)))
                self._finish_epoch(epoch, metrics)
        finally:
            batches.close()
        self._finished.append(self._kept)
        if len(self._history) < self._all_epochs:
            self._begin_member(len(self._finished))

    def _restart(self) -> None:
        """Begin another round: from the mean of the weights, with an optimizer that remembers nothing."""
        self._assign(self._mean.weights)
        for variable in self._optimizer.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype))

    def _finish_epoch(self, number: int, metrics: EpochMetrics) -> None:
        now = [np.array(weight) for weight in self._networks.weights]
        self._assign(self._mean.weights)
        loss, accuracy = validated(self._validation, self._held, self._labels, self._recipe.batch_size)
        self._assign(now)
        metrics.check_validation(loss)
        self._kept = [np.array(weight) for weight in self._mean.weights]
        epoch = Epoch(
            epoch=number,
            loss=metrics.loss,
            accuracy=metrics.accuracy,
            validation_loss=round(loss, 5),
            validation_accuracy=round(accuracy, 5),
            seconds=metrics.seconds,
        )
        self._history.append(epoch)
        save_checkpoint(
            Checkpoint(
                settings=self._settings,
                fingerprint=self._fingerprint,
                history=tuple(self._history),
                best_epoch=number,
                network=now,
                optimizer=[np.asarray(variable) for variable in self._optimizer.variables],
                # All members that are finished, then the one under way.
                best=[weight for member in (*self._finished, self._kept) for weight in member],
            )
        )
        self._report({"event": "epoch", **asdict(epoch)})

    def _restore(self, checkpoint: Checkpoint) -> None:
        self._history = list(checkpoint.history)
        count = len(self._networks.weights)
        members = [
            [np.array(weight) for weight in checkpoint.best[first : first + count]]
            for first in range(0, len(checkpoint.best), count)
        ]
        whole, under_way = divmod(len(self._history), self._settings.epochs)
        self._finished = members[:whole]
        if not under_way:
            if len(self._history) < self._all_epochs:
                self._begin_member(whole)
            return
        self._begin_member(whole)
        try:
            self._assign(checkpoint.network)
            for variable, value in zip(self._optimizer.variables, checkpoint.optimizer, strict=True):
                variable.assign(value)
        except ValueError as error:
            raise Fault(
                f"The unfinished training “{self._settings.name}” is of other networks; start it again without "
                "--resume."
            ) from error
        self._mean.weights = members[whole]
        self._kept = [np.array(weight) for weight in self._mean.weights]

    def _assign(self, weights: Weights) -> None:
        for variable, value in zip(self._networks.weights, weights, strict=True):
            variable.assign(value)

    def _trained(self) -> Trained:
        # A member that is not finished counts where there is no other.
        members = self._finished or [self._kept]
        return Trained(self._recipe, self._settings, members, self._labels, self._learned, self._held, self._history)


def held_out_writers(writers: Sequence[str], share: float, seed: int) -> frozenset[str]:
    """Writers chosen by chance until they wrote this share; none who wrote much more than others."""
    names, counts = np.unique(np.array(writers), return_counts=True)
    chosen: set[str] = set()
    wanted = share * len(writers)
    most = max(_MOST_OF_ONE * wanted, len(writers) / max(len(names), 1))
    for place in np.random.default_rng(seed).permutation(len(names)).tolist():
        if wanted <= 0:
            break
        if counts[place] <= most:
            chosen.add(str(names[place]))
            wanted -= int(counts[place])
    return frozenset(chosen)


def tensors(batch: Batch) -> dict[str, Any]:
    """A batch's arrays by name, as TensorFlow takes them."""
    import tensorflow as tf

    return {name: tf.constant(getattr(batch, name)) for name in _BATCH_ARRAYS}


def compiled_step(networks: Networks, optimizer: Any) -> Any:
    """One training step as a compiled function: loss, and the shares of symbols whose class and parent are right."""
    import tensorflow as tf

    def step(batch: dict[str, Any], rate: Any) -> Any:
        optimizer.learning_rate.assign(rate)
        with tf.GradientTape() as tape:
            loss, parts = losses(networks, batch, training=True)
        gradients = tape.gradient(loss, networks.trainable)
        optimizer.apply_gradients(zip(gradients, networks.trainable, strict=True))
        return loss, parts["classes_right"], parts["parents_right"]

    return tf.function(step, reduce_retracing=True, autograph=False)


def compiled_validation(networks: Networks) -> Any:
    """Loss of a batch, and the share of symbols whose class is right, as a compiled function."""
    import tensorflow as tf

    def validate(batch: dict[str, Any]) -> Any:
        loss, parts = losses(networks, batch, training=False)
        return loss, parts["classes_right"]

    return tf.function(validate, reduce_retracing=True, autograph=False)


def validated(
    validation: Any, expressions: Sequence[Expression], labels: Sequence[str], size: int
) -> tuple[float, float]:
    """Loss on expressions as they were written, and the share of symbols of the right class where groups are known.

    Args:
        validation: See `compiled_validation`.
    """
    order = np.argsort([len(one.points) for one in expressions], kind="stable")
    total = right = symbols = 0.0
    for first in range(0, len(order), size):
        some = [expressions[place] for place in order[first : first + size].tolist()]
        loss, classes_right = validation(tensors(batch_of(some, labels)))
        count = sum(len(one.tree.symbols) for one in some)
        total, right = total + float(loss) * count, right + float(classes_right) * count
        symbols += count
    return total / symbols, right / symbols
