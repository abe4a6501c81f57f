"""Measuring a transfer curve: accuracy against samples of each class, with a base's weights and from scratch.

Both ways train the same layers in the same number of steps. With transfer (after Yosinski et al. 2014, arXiv:1411.1792)
a new last layer is first trained on the features of the frozen base, which are calculated once; then all layers are
trained slowly, except the means of normalizations. This was better than the last layer alone for every number of
samples. From scratch the same network begins with random weights.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.models.model_store import ModelStore
from digitvision.training.data.dataset import Progress
from digitvision.training.models.saving import network_inputs
from digitvision.training.networks.architectures import compile_network
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.networks.transfer import (
    ALL,
    NEW_HEAD,
    base_network,
    feature_extractor,
    reinitialize,
    transfer_network,
    unfreeze,
)
from digitvision.training.run.checkpoint import Weights
from digitvision.training.run.control import Control, Stopped
from digitvision.training.transfer_curve.data import draw, notices_of_known_data
from digitvision.training.transfer_curve.finding import WAYS, Curve, Point, Way

if TYPE_CHECKING:
    import keras

DEFAULT_SAMPLES: Final = (1, 3, 10, 30, 100)
DEFAULT_REPEATS: Final = 2
DEFAULT_EPOCHS: Final = 8
FEWEST_STEPS: Final = 200
"""Least number of steps of a training: with few samples, an epoch has only one or two."""

_BATCH: Final = 32
_AT_ONCE: Final = 250
_HEAD_STEPS: Final = 300
_HEAD_RATE: Final = 0.01
_RATE: Final = 0.001
_FINAL_RATE: Final = 0.01
"""Share of the learning rate at the end of its cosine schedule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveRequest:
    """A request for a transfer curve.

    Attributes:
        base: Name or folder of the model to begin with.
        data: Names or paths of data, as `train` takes them.
        samples: Numbers of samples of each class.
        repeats: Number of trainings for each number, each with other samples.
        epochs: Passes over the samples of a training; it has at least `FEWEST_STEPS` steps.
        seed: Seed of the random numbers.
    """

    base: str
    data: tuple[str, ...]
    samples: tuple[int, ...] = DEFAULT_SAMPLES
    repeats: int = DEFAULT_REPEATS
    epochs: int = DEFAULT_EPOCHS
    seed: int = 1


class TransferCurve:
    """Runs the trainings of one curve; `prepare` may run in another thread than `run`."""

    def __init__(self, request: CurveRequest, *, store: ModelStore, control: Control) -> None:
        """Find the base in the store. `control` can stop the trainings.

        Raises:
            ModelFault: There is no such model.
        """
        self._request = request
        self._base = store.find(request.base)
        self._control = control
        self._begun: list[Weights] = []

    def prepare(self, progress: Progress | None = None) -> None:
        """Read the data, import TensorFlow and build the networks.

        Raises:
            Fault: The data or the base cannot be used.
        """
        request = self._request
        self._data = draw(
            request.data, levels=request.samples, repeats=request.repeats, seed=request.seed, progress=progress
        )
        keras = import_keras()
        classes = len(self._data.label_names)
        base = base_network(self._base)
        trained = [layer.name for layer in base.layers if layer.trainable]
        for repeat in range(request.repeats):
            keras.utils.set_random_seed(request.seed + repeat)
            self._scratch = transfer_network(reinitialize(base), classes, keep_head=False, freeze=0)
            self._begun.append(self._scratch.get_weights())
        self._features = feature_extractor(base)
        self._transfer = transfer_network(base, classes, keep_head=False, freeze=ALL)
        unfreeze(self._transfer, trained)
        self._learned = self._transfer.get_weights()
        width = self._features.output.shape[-1]
        self._head = keras.Sequential(
            [keras.Input((width,)), keras.layers.Dense(classes, activation="softmax", dtype="float32")]
        )
        for network in (self._scratch, self._transfer, self._head):
            compile_network(network, _RATE)

    @property
    def facts(self) -> dict[str, Any]:
        """What is known before the first training, ready for JSON."""
        data = self._data
        return {
            "base": self._base.name,
            "data": data.learned.name,
            "classes": len(data.label_names),
            "samples": list(data.levels),
            "repeats": self._request.repeats,
            "held_out": len(data.held_out),
            "split": list(data.split),
            "notices": [*data.notices, *notices_of_known_data(self._base.card, self._request.data)],
        }

    def run(self, point: Callable[[Point], None], progress: Progress) -> Curve:
        """Train and measure; all numbers of samples are measured once before the second repeat.

        Args:
            point: Called with the result of each training.
            progress: Called with the number of steps that are done and of all steps.
        """
        data, points = self._data, list[Point]()
        total = sum(self._steps(level) for level in data.levels) * len(WAYS) * self._request.repeats
        done = 0
        try:
            features = self._base_features()
            for repeat in range(self._request.repeats):
                for level in data.levels:
                    for way in WAYS:
                        began = time.monotonic()
                        network = self._network(way, level, repeat, features)
                        rows = data.rows(level, repeat)
                        for _ in self._train(network, rows, self._steps(level), _RATE, [repeat, level]):
                            done += 1
                            progress(done, total)
                        accuracy = self._accuracy(network)
                        points.append(Point(level, way, repeat + 1, accuracy, round(time.monotonic() - began, 2)))
                        point(points[-1])
        except Stopped:
            return Curve(tuple(points), stopped=True)
        return Curve(tuple(points), stopped=False)

    def _steps(self, level: int) -> int:
        """Return the number of steps of a training with so many samples of each class, the same in all repeats."""
        samples = len(self._data.rows(level, 0))
        return max(FEWEST_STEPS, self._request.epochs * -(-samples // _BATCH))

    def _base_features(self) -> NDArray[np.float32]:
        """Calculate the features of the base for each training sample, float32 [N, F]."""
        learned, parts = self._data.learned, []
        for first in range(0, len(learned), _AT_ONCE):
            self._control.check()
            views = learned.views(slice(first, first + _AT_ONCE))
            parts.append(np.asarray(self._features.predict_on_batch(network_inputs(self._features, *views))))
        return np.concatenate(parts)

    def _network(self, way: Way, level: int, repeat: int, features: NDArray[np.float32]) -> "keras.Model":
        """Return the network as a way begins: with random weights, or with the base's and a trained last layer."""
        if way == "scratch":
            _restart(self._scratch, self._begun[repeat])
            return self._scratch
        rows = self._data.rows(level, repeat)
        _restart(self._head, [np.zeros_like(weight) for weight in self._head.get_weights()])
        for _ in self._train(self._head, rows, _HEAD_STEPS, _HEAD_RATE, [repeat, level], features):
            continue
        _restart(self._transfer, self._learned)
        self._transfer.get_layer(NEW_HEAD).set_weights(self._head.get_weights())
        return self._transfer

    def _train(
        self,
        network: "keras.Model",
        rows: NDArray[np.intp],
        steps: int,
        rate: float,
        seed: Sequence[int],
        features: NDArray[np.float32] | None = None,
    ) -> Iterator[None]:
        """Train on the samples at these rows, and yield after each step.

        Args:
            network: The network, compiled.
            rows: intp [M], indices of training samples.
            steps: Number of steps.
            rate: Learning rate at the beginning.
            seed: Part of the seed of the order of the samples.
            features: float32 [N, F], what the network takes instead of the samples' views.

        Raises:
            Stopped: The measurement was stopped.
        """
        learned = self._data.learned
        one_hot = np.eye(len(self._data.label_names), dtype=np.float32)
        generator = np.random.default_rng([self._request.seed, *seed])
        waiting = np.empty(0, np.intp)
        for step in range(steps):
            self._control.check()
            # All batches have one size, however few samples there are: TensorFlow compiles for seconds for each shape.
            while len(waiting) < _BATCH:
                waiting = np.concatenate([waiting, generator.permutation(rows)])
            chosen, waiting = waiting[:_BATCH], waiting[_BATCH:]
            fall = 0.5 * (1 + math.cos(math.pi * step / steps))
            network.optimizer.learning_rate = rate * (_FINAL_RATE + (1 - _FINAL_RATE) * fall)
            inputs = network_inputs(network, *learned.views(chosen)) if features is None else features[chosen]
            network.train_on_batch(inputs, one_hot[learned.labels[chosen]])
            yield

    def _accuracy(self, network: "keras.Model") -> float:
        """Return the share of held-out samples that the network answers right."""
        held_out, right = self._data.held_out, 0
        for first in range(0, len(held_out), _AT_ONCE):
            self._control.check()
            part = slice(first, first + _AT_ONCE)
            answers = np.asarray(network.predict_on_batch(network_inputs(network, *held_out.views(part))))
            right += int((answers.argmax(axis=1) == held_out.labels[part]).sum())
        return right / len(held_out)


def _restart(network: "keras.Model", weights: Weights) -> None:
    """Give a network these weights, and reset its optimizer."""
    network.set_weights(weights)
    for variable in network.optimizer.variables:
        variable.assign(np.zeros(variable.shape, variable.dtype))
