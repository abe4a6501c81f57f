"""Trainings of the networks that read expressions."""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import fields
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from digitvision.recognition.expression.reading.stroke_features import CHANNELS, PAIR_NUMBERS, POINTS, SCALARS
from digitvision.recognition.expression.reading.symbol_features import BOX_NUMBERS, LAYERS, SIDE, SYMBOL_PAIR_NUMBERS
from digitvision.recognition.models.model_store import ModelStore
from digitvision.training.data.dataset import DataFault, Progress
from digitvision.training.expression.augmentation import Changes
from digitvision.training.expression.batches import Batch, Batches, BatchSettings, batch_of
from digitvision.training.expression.corpus import labels_of, read_corpus
from digitvision.training.expression.networks import Networks, build_networks
from digitvision.training.expression.objective import losses
from digitvision.training.expression.recipe import ExpressionRecipe
from digitvision.training.expression.saving import Trained, save_expression_model
from digitvision.training.run.averaging_trainer import AveragingTrainer, fingerprint_of
from digitvision.training.run.checkpoint import Checkpoint, Epoch, Settings, Weights, restore
from digitvision.training.run.schedule import WarmRestarts

WARM_UP_STEPS: Final = 200
FINAL_RATE: Final = 0.01

RESTART_RATES: Final = (0.5, 0.4)
"""Highest learning rates of the second round and of those after it, as multiples of that of the first."""

_MOST_OF_ONE: Final = 0.2
"""Largest share of what is held out that one writer may have written, unless most wrote more than that."""

_BATCH_ARRAYS: Final = tuple(item.name for item in fields(Batch))


class ExpressionTrainer(AveragingTrainer):
    """Trains networks that read expressions by a recipe: several members one after the other, read together later."""

    kept_message: ClassVar[str] = "the networks after epoch {epoch} were kept"

    def __init__(self, settings: Settings, recipe: ExpressionRecipe, store: ModelStore) -> None:
        """Check the settings.

        Args:
            settings: `data_root` says where the recipe's data lies, `epochs` how long each member is trained.
            recipe: What to train, and how.
            store: Where the model is saved.

        Raises:
            Fault: The name will not do.
        """
        super().__init__(settings, store)
        self._recipe = recipe
        self._members: list[Weights] = []
        """The kept weights of each member that has finished an epoch."""
        self._member = 0
        self._prepared: Generator[tuple[int, Batch], None, None] | None = None

    @property
    def epochs(self) -> int:
        return self.settings.epochs * self._recipe.members

    def read_data(self, progress: Progress | None) -> None:
        recipe, root = self._recipe, Path(self.settings.data_root)
        corpus = root / recipe.expressions
        expressions = read_corpus(corpus)
        held_out = held_out_writers([one.writer for one in expressions], recipe.held_out, recipe.seed)
        self._learned = [one for one in expressions if one.writer not in held_out]
        self._held = [one for one in expressions if one.writer in held_out]
        if len(self._learned) < recipe.batch_size or not self._held:
            raise DataFault(f"“{corpus}” has too few expressions to learn from and to hold out.")
        self._labels = labels_of(expressions)
        self._batches = Batches(
            BatchSettings(
                corpus=corpus,
                writers=frozenset(one.writer for one in self._learned),
                labels=self._labels,
                size=recipe.batch_size,
                seed=self.settings.seed,
                changes=Changes(**recipe.changes),
                banks=tuple(root / source.data for source in recipe.glyphs),
            ),
            [len(one.points) for one in self._learned],
        )
        self.schedule = WarmRestarts(
            epochs=self.settings.epochs,
            restarts=recipe.restart_after,
            highest=recipe.learning_rate,
            lower=RESTART_RATES,
            warm_up=WARM_UP_STEPS / len(self._batches),
            final=FINAL_RATE,
        )

    @property
    def fingerprint(self) -> int:
        return fingerprint_of([len(one.points) for one in self._learned])

    def build(self, checkpoint: Checkpoint | None) -> None:
        finished = len(checkpoint.history) if checkpoint is not None else 0
        whole, under_way = divmod(finished, self.settings.epochs)
        self._begin_member(min(whole, self._recipe.members - 1))
        if checkpoint is None:
            return
        count = len(self._networks.weights)
        self.best = checkpoint.best
        self._members = [checkpoint.best[first : first + count] for first in range(0, len(checkpoint.best), count)]
        if under_way:
            restore(*self.variables(), checkpoint)
            # Copies: arrays that were read from a file cannot be written to.
            self.mean.weights = [np.array(weight) for weight in self._members[whole]]

    def facts(self) -> dict[str, Any]:
        return {
            "samples": len(self._learned),
            "classes": len(self._labels),
            "parameters": sum(int(network.count_params()) for network in self._networks.all),
            "held_out": len(self._held),
            "split": ["by writer"],
        }

    def variables(self) -> tuple[Sequence[Any], Sequence[Any]]:
        return self._networks.weights, self.optimizer.variables

    def batches(self, epoch: int) -> tuple[int, Iterable[Batch]]:
        member = (epoch - 1) // self.settings.epochs
        if member != self._member:
            self._begin_member(member)
        if self._prepared is None:
            self._prepared = self._batches.batches(epoch, (member + 1) * self.settings.epochs)
        count = len(self._batches)
        return count, (batch for _, batch in islice(self._prepared, count))

    def step(self, batch: Batch, rate: float) -> tuple[int, float, float]:
        loss, classes, _ = self._step(tensors(batch), np.float32(rate))
        size = len(batch.paths)
        return size, float(loss), float(classes) * size

    def validate(self, before_batch: Callable[[], None]) -> tuple[float, float]:
        """Return the loss, and the share of symbols of the right class, where the groups of strokes are given."""
        order = np.argsort([len(one.points) for one in self._held], kind="stable")
        total = right = symbols = 0.0
        for first in range(0, len(order), self._recipe.batch_size):
            before_batch()
            some = [self._held[index] for index in order[first : first + self._recipe.batch_size].tolist()]
            loss, classes_right = self._validation(tensors(batch_of(some, self._labels)))
            count = sum(len(one.tree.symbols) for one in some)
            total, right = total + float(loss) * count, right + float(classes_right) * count
            symbols += count
        return total / symbols, right / symbols

    def close(self) -> None:
        if self._prepared is not None:
            self._prepared.close()

    def keep(self) -> None:
        super().keep()
        self._members[self._member :] = [self.best]
        self.best = [weight for member in self._members for weight in member]

    def save(self, history: Sequence[Epoch]) -> tuple[float, str]:
        # A member that is not finished counts where there is no other.
        members = self._members[: len(history) // self.settings.epochs] or self._members
        trained = Trained(self._recipe, self.settings, members, self._labels, self._learned, self._held, history)
        return save_expression_model(trained, self.save_model)

    def _begin_member(self, member: int) -> None:
        """Build new networks for this member, counted from 0: each begins with other weights."""
        import keras

        keras.utils.set_random_seed(self.settings.seed * 1000 + member)
        self._networks: Networks = build_networks(len(self._labels), self._recipe.dropout, self._recipe.blocks)
        self.take_networks(
            self._networks.weights,
            self._networks.trainable,
            rate=self._recipe.learning_rate,
            decay=self._recipe.weight_decay,
            past=self._recipe.average,
        )
        self._step = compiled_step(self._networks, self.optimizer)
        self._validation = compiled_validation(self._networks)
        self._member = member
        self._prepared = None


def held_out_writers(writers: Sequence[str], share: float, seed: int) -> frozenset[str]:
    """Choose writers at random until they have written this share; none of those who wrote much more than others."""
    names, counts = np.unique(np.array(writers), return_counts=True)
    chosen: set[str] = set()
    wanted = share * len(writers)
    most = max(_MOST_OF_ONE * wanted, len(writers) / max(len(names), 1))
    for index in np.random.default_rng(seed).permutation(len(names)).tolist():
        if wanted <= 0:
            break
        if counts[index] <= most:
            chosen.add(str(names[index]))
            wanted -= int(counts[index])
    return frozenset(chosen)


def tensors(batch: Batch) -> dict[str, Any]:
    """Return the arrays of a batch as tensors, by their names."""
    import tensorflow as tf

    return {name: tf.constant(getattr(batch, name)) for name in _BATCH_ARRAYS}


def batch_signature() -> dict[str, Any]:
    """What a `Batch` is to a compiled function: of any number of expressions, strokes and symbols.

    A function without it would be compiled anew for several of the first batches, for seconds each.
    """
    import tensorflow as tf

    shapes: dict[str, tuple[int | None, ...]] = {
        "paths": (None, None, POINTS, CHANNELS),
        "scalars": (None, None, SCALARS),
        "stroke_pairs": (None, None, None, PAIR_NUMBERS),
        "rasters": (None, None, SIDE, SIDE, LAYERS),
        "boxes": (None, None, BOX_NUMBERS),
        "symbol_pairs": (None, None, None, SYMBOL_PAIR_NUMBERS),
        "grouping": (None, None, None),
        "together": (None, None, None),
    }
    whole = ("stroke_labels", "labels", "edges")
    return {
        name: tf.TensorSpec(shapes.get(name, (None, None)), tf.int32 if name in whole else tf.float32)
        for name in _BATCH_ARRAYS
    }


def compiled_step(networks: Networks, optimizer: Any) -> Any:
    """Return a training step as a compiled function: it gives the loss and the shares of right classes and parents."""
    import tensorflow as tf

    def step(batch: dict[str, Any], rate: Any) -> Any:
        optimizer.learning_rate.assign(rate)
        with tf.GradientTape() as tape:
            loss, parts = losses(networks, batch, training=True)
        gradients = tape.gradient(loss, networks.trainable)
        optimizer.apply_gradients(zip(gradients, networks.trainable, strict=True))
        return loss, parts["classes_right"], parts["parents_right"]

    return tf.function(step, input_signature=[batch_signature(), tf.TensorSpec((), tf.float32)], autograph=False)


def compiled_validation(networks: Networks) -> Any:
    """Return a compiled function that gives the loss of a batch and the share of symbols with the right class."""
    import tensorflow as tf

    def validate(batch: dict[str, Any]) -> Any:
        loss, parts = losses(networks, batch, training=False)
        return loss, parts["classes_right"]

    return tf.function(validate, input_signature=[batch_signature()], autograph=False)
