"""Small networks as other people make them: some trained, others with the weights of one that was."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.training.data.loading import load_mnist
from digitvision.training.networks.keras_import import import_keras

Pictures = NDArray[np.float32]

_DIGITS: Final = 6000
_UNITS: Final = 48
_SIDE: Final = 28


def digits() -> tuple[Pictures, NDArray[np.int64]]:
    """Digits of MNIST's training part, float32 [N, 28, 28] from 0 to 1, and their labels."""
    mnist = load_mnist("training")
    return mnist.floats(slice(0, _DIGITS)), mnist.labels[:_DIGITS]


def trained(change: Callable[[Pictures], Pictures], *first: Any) -> Any:
    """Train a network for some seconds on changed pictures; `first` are its layers before the dense ones.

    Its batch normalisation lets it learn from any range of values, and ties it to the range that it has learned from.
    """
    keras = import_keras()
    layers = keras.layers
    pictures, labels = digits()
    keras.utils.set_random_seed(1)
    network = keras.Sequential(
        [
            keras.Input((_SIDE, _SIDE, 1)),
            *first,
            layers.Flatten(),
            layers.Dense(_UNITS),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    _fit(network, change(pictures)[..., None], labels)
    return network


def _fit(network: Any, pictures: Pictures, labels: NDArray[np.int64]) -> None:
    network.compile("adam", "sparse_categorical_crossentropy")
    network.fit(pictures, labels, batch_size=64, epochs=3, verbose=0)


def _dense(keras: Any, outputs: int, last: str | None) -> list[Any]:
    layers = keras.layers
    return [layers.Flatten(), layers.Dense(_UNITS, activation="relu"), layers.Dense(outputs, activation=last)]


@cache
def base_weights() -> tuple[NDArray[np.float32], ...]:
    """Weights of a trained dense network that takes 784 values from 0 to 1, white ink on black."""
    keras = import_keras()
    pictures, labels = digits()
    keras.utils.set_random_seed(1)
    network = keras.Sequential([keras.Input((_SIDE, _SIDE, 1)), *_dense(keras, 10, "softmax")])
    _fit(network, pictures[..., None], labels)
    return tuple(network.get_weights())


def with_base(
    *first: Any,
    shape: tuple[int, ...] = (_SIDE, _SIDE, 1),
    kernel: Callable[[NDArray[np.float32]], NDArray[np.float32]] = lambda kernel: kernel,
    order: tuple[int, ...] = tuple(range(10)),
    last: str | None = "softmax",
    policy: str = "float32",
) -> Any:
    """Build a network with the weights of the base.

    Args:
        first: Layers before the dense ones.
        shape: What it takes.
        kernel: Makes of the base's kernel [28, 28, units] that of the first dense layer, whose last side is the units.
        order: The digit that each output stands for; −1 for one that stands for none.
        last: Activation of the last layer.
        policy: Type in which the network is kept and calculates.
    """
    keras = import_keras()
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        network = keras.Sequential([keras.Input(shape), *first, *_dense(keras, len(order), last)])
    finally:
        keras.config.set_dtype_policy(before)
    weights, offsets, answers, priors = base_weights()
    # An output that is for no digit stays far below the others.
    taken = list(order)
    answers = np.where(np.array(taken) < 0, 0, answers[:, taken])
    priors = np.where(np.array(taken) < 0, -20, priors[taken])
    changed = kernel(weights.reshape(_SIDE, _SIDE, _UNITS)).reshape(-1, _UNITS)
    network.layers[-2].set_weights([changed, offsets])
    network.layers[-1].set_weights([answers, priors])
    return network


def functional() -> Any:
    """A network in two branches, trained on 0 to 255, black on white, with layers that vary its pictures."""
    keras = import_keras()
    layers = keras.layers
    pictures, labels = digits()
    keras.utils.set_random_seed(1)
    inputs = keras.Input((_SIDE, _SIDE, 1))
    found = layers.Flatten()(layers.RandomTranslation(0.02, 0.02)(layers.Rescaling(1 / 255)(inputs)))
    branches = [layers.Dense(24, activation=activation)(found) for activation in ("relu", "tanh")]
    network = keras.Model(inputs, layers.Dense(10, activation="softmax")(layers.Concatenate()(branches)))
    _fit(network, 255 - pictures[..., None] * 255, labels)
    return network


def convolutional(channels: int = 3, change: Callable[[Pictures], Pictures] = lambda pictures: pictures * 2 - 1) -> Any:
    """A network for pictures of any size, trained on changed pictures with so many channels."""
    keras = import_keras()
    layers = keras.layers
    pictures, labels = digits()
    keras.utils.set_random_seed(1)
    network = keras.Sequential(
        [
            keras.Input((None, None, channels)),
            layers.Conv2D(12, 5, strides=2, activation="relu"),
            layers.Conv2D(32, 5, strides=2),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.GlobalMaxPooling2D(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    _fit(network, np.repeat(change(pictures)[..., None], channels, axis=-1), labels)
    return network
