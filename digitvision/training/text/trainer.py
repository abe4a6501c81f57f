"""Trainings of the network that reads words and lines."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.text.decoding import greedy_text
from digitvision.training.data.dataset import DataFault, Progress
from digitvision.training.expression.metrics import edits
from digitvision.training.run.averaging_trainer import AveragingTrainer, fingerprint_of
from digitvision.training.run.checkpoint import Checkpoint, Epoch, Settings, restore
from digitvision.training.run.schedule import WarmRestarts
from digitvision.training.text.batches import Batch, EpochBatches, held_out_batches
from digitvision.training.text.line_set import read_held_out, read_line_set
from digitvision.training.text.network import batch_signature, build_network, learning_logits, loss_of, tensors_of
from digitvision.training.text.recipe import LineRecipe
from digitvision.training.text.saving import Trained, save_line_model

WARM_UP_STEPS: Final = 150
FINAL_RATE: Final = 0.01

RESTART_RATES: Final = (0.64,)
"""Highest learning rate of the rounds after the first one, as a multiple of that of the first."""


class LineTrainer(AveragingTrainer):
    """Trains a network that reads lines by a recipe."""

    kept_message: ClassVar[str] = "the network after epoch {epoch} was kept"

    def __init__(self, settings: Settings, recipe: LineRecipe, store: ModelStore) -> None:
        """Check the settings.

        Args:
            settings: `data_root` says where the recipe's data lies, `epochs` how long the network is trained.
            recipe: What to train, and how.
            store: Where the model is saved.

        Raises:
            Fault: The name will not do.
        """
        super().__init__(settings, store)
        self._recipe = recipe
        self._prepared: EpochBatches | None = None

    def read_data(self, progress: Progress | None) -> None:
        recipe, root = self._recipe, Path(self.settings.data_root)
        self._lines = read_line_set(recipe, root, progress)
        self._held = read_held_out(recipe.held_out, root)
        self._held_batches = held_out_batches(self._held, recipe.batch_size)
        if len(self._lines) < recipe.batch_size:
            raise DataFault(f"There are {len(self._lines)} lines to learn from, fewer than one batch has.")
        steps = len(self._lines) // recipe.batch_size
        self.schedule = WarmRestarts(
            epochs=self.settings.epochs,
            restarts=recipe.restart_after,
            highest=recipe.learning_rate,
            lower=RESTART_RATES,
            warm_up=min(WARM_UP_STEPS / steps, self.settings.epochs / 4),
            final=FINAL_RATE,
        )

    @property
    def fingerprint(self) -> int:
        learned = (*self._lines.lines, *self._lines.pieces, *self._lines.numbers)
        return fingerprint_of([sum(len(path) for path in line.paths) for line in learned])

    def build(self, checkpoint: Checkpoint | None) -> None:
        recipe = self._recipe
        self._network = build_network(recipe.units, recipe.layers, recipe.channels, recipe.dropout)
        self.take_networks(
            self._network.weights,
            self._network.trainable_variables,
            rate=recipe.learning_rate,
            decay=recipe.weight_decay,
            past=recipe.average,
        )
        self._step = _compiled_step(self._network, self.optimizer)
        self._answer, self._loss = _compiled_validation(self._network)
        if checkpoint is not None:
            restore(*self.variables(), checkpoint)
            self.best = checkpoint.best
            # Copies: arrays that were read from a file cannot be written to.
            self.mean.weights = [np.array(weight) for weight in checkpoint.best]

    def facts(self) -> dict[str, Any]:
        return {
            "samples": len(self._lines),
            "classes": int(self._network.output.shape[-1]) - 1,
            "parameters": int(self._network.count_params()),
            "held_out": len(self._held),
            "split": ["by file"],
        }

    def variables(self) -> tuple[Sequence[Any], Sequence[Any]]:
        # With the state of what is left out at random: a training that goes on is the same as one without break.
        return self._network.variables, self.optimizer.variables

    def batches(self, epoch: int) -> tuple[int, Iterable[Batch]]:
        self.close()
        self._prepared = EpochBatches(self._lines, epoch, self.settings.seed)
        return len(self._prepared), self._prepared

    def step(self, batch: Batch, rate: float) -> tuple[int, float, float]:
        loss, logits = self._step(*tensors_of(batch), np.float32(rate))
        answers = logits.numpy()
        right = sum(
            greedy_text(answer[:length]) == text
            for answer, length, text in zip(answers, batch.lengths.tolist(), batch.texts, strict=True)
        )
        return len(batch.paths), float(loss), float(right)

    def validate(self, before_batch: Callable[[], None]) -> tuple[float, float]:
        """Return the mean loss, and the share of characters that are read rightly, at least 0."""
        losses: list[float] = []
        wrong = characters = 0
        for batch, texts in self._held_batches:
            before_batch()
            paths, *rest = tensors_of(batch)
            logits = self._answer(paths)
            if all(batch.texts):
                losses += [float(self._loss(logits, *rest))] * len(texts)
            for answer, length, text in zip(logits.numpy(), batch.lengths.tolist(), texts, strict=True):
                wrong += edits(list(greedy_text(answer[:length])), list(text))
                characters += len(text)
        return float(np.mean(losses)) if losses else 0.0, max(1 - wrong / max(characters, 1), 0.0)

    def close(self) -> None:
        if self._prepared is not None:
            self._prepared.close()

    def save(self, history: Sequence[Epoch]) -> tuple[float, str]:
        trained = Trained(self._recipe, self.settings, self.best, self._lines, self._held, history)
        return save_line_model(trained, self.save_model)


def _compiled_step(network: Any, optimizer: Any) -> Any:
    """Return a training step as a compiled function: it gives the loss and the logits."""
    import tensorflow as tf

    def step(paths: Any, places: Any, classes: Any, lengths: Any, sizes: Any, rate: Any) -> Any:
        optimizer.learning_rate.assign(rate)
        with tf.GradientTape() as tape:
            logits = learning_logits(network, paths)
            loss = loss_of(logits, places, classes, lengths, sizes)
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        return loss, logits

    signature = [*batch_signature(), tf.TensorSpec((), tf.float32)]
    return tf.function(step, input_signature=signature, autograph=False)


def _compiled_validation(network: Any) -> tuple[Any, Any]:
    """Return compiled functions that give the logits of a batch's paths, and the loss of logits."""
    import tensorflow as tf

    paths, *rest = batch_signature()
    logits = tf.TensorSpec((None, None, network.output.shape[-1]), tf.float32)
    answer = tf.function(lambda values: network(values, training=False), input_signature=[paths], autograph=False)
    return answer, tf.function(loss_of, input_signature=[logits, *rest], autograph=False)
