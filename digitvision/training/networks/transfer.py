"""Transfer learning: a network that begins with the weights of another one, and keeps its last layer or gets a new one.

After Yosinski, Clune, Bengio, Lipson 2014, "How transferable are features in deep neural networks?"
(arXiv:1411.1792).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.inspection.features import OWN_PART
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import Model
from digitvision.training.data.dataset import DataFault
from digitvision.training.data.labels import label_of
from digitvision.training.networks.conversion import keras_network

if TYPE_CHECKING:
    import keras

ALL: Final = -1
"""Freeze every layer but the last."""

NEW_HEAD: Final = "new_answers"
"""Name of a new last layer."""

_QUICK_MOMENTUM: Final = 0.9
"""Momentum of the running means of batch normalization in a training of a few hundred steps."""


def base_network(model: Model) -> "keras.Model":
    """Load the Keras form of a model of the library as the base of a training.

    Raises:
        ModelFault: The file is missing or damaged, or the network does not end in a dense layer.
    """
    network = keras_network(model)
    if answering_layer(network) is None:
        raise ModelFault(f"The model “{model.name}” cannot be learned from: it does not end in a dense layer.")
    return network


def answering_layer(network: "keras.Model") -> "keras.layers.Layer | None":
    """Return the dense layer at the end, whose outputs stand for the classes; None if a network ends otherwise.

    A softmax may follow it.
    """
    *before, last = network.layers
    if before and type(last).__name__ in ("Softmax", "Activation"):
        *before, last = before
    return last if before and type(last).__name__ == "Dense" else None


def head_fits(model: Model, names: Sequence[str]) -> bool:
    """Whether a model already answers each of these classes, so that its last layer can be kept.

    The last layer of a model that rejects junk has an output for junk, of which the data has no samples: it is never
    kept.
    """
    known = {label.text for label in model.card.labels}
    return not model.card.rejects and all(label_of(name).text in known for name in names)


def label_names(model: Model, names: Sequence[str]) -> tuple[str, ...]:
    """Return the model's classes in its order, each with the name that the data gives it.

    Raises:
        DataFault: The data has a class that the model does not answer.
    """
    given = {label_of(name).text: name for name in names}
    known = [label.text for label in model.card.labels]
    missing = sorted(set(given) - set(known))
    if missing:
        raise DataFault(
            f"The data has classes that “{model.name}” does not answer: {', '.join(missing)}; train a new last layer."
        )
    return tuple(given.get(text, text) for text in known)


def transfer_network(base: "keras.Model", classes: int, *, keep_head: bool, freeze: int) -> "keras.Model":
    """Make a network of the base's layers with its last layer or a new one.

    Args:
        base: A network that `base_network` returned. Its layers are used, not copied.
        classes: Number of outputs of a new last layer.
        keep_head: Whether the last layer is kept.
        freeze: Number of layers with weights, counted from the input, that are not trained; `ALL` for all but the
            last.
    """
    from keras import Model, layers

    head = answering_layer(base)
    if head is None:
        raise ValueError("not a network as `base_network` gives it")
    weighted = [layer for layer in base.layers if layer is not head and layer.count_params()]
    # Layers that were never trained, as those that draw direction maps, stay untrained.
    for layer in weighted if freeze == ALL else weighted[:freeze]:
        layer.trainable = False
    if keep_head:
        return base
    features: Any = head.input
    answers = layers.Dense(classes, activation="softmax", dtype="float32", name=NEW_HEAD)(features)
    return Model(_inputs_of(base), answers, name=base.name)


def feature_extractor(base: "keras.Model") -> "keras.Model":
    """Return the base without its last layer, sharing its layers; the output is that layer's input, float32 [N, F]."""
    from keras import Model

    head = answering_layer(base)
    if head is None:
        raise ValueError("not a network as `base_network` gives it")
    return Model(_inputs_of(base), head.input)


def reinitialize(base: "keras.Model") -> "keras.Model":
    """Make a network of the same layers with new random weights; layers that are never trained keep their weights.

    The running means of normalizations follow faster than by Keras's default, which suits thousands of steps: few
    samples are learned in hundreds.
    """
    from keras import models

    def new(layer: "keras.layers.Layer") -> "keras.layers.Layer":
        config = layer.get_config()
        if type(layer).__name__ == "BatchNormalization":
            config["momentum"] = _QUICK_MOMENTUM
        made: keras.layers.Layer = type(layer).from_config(config)
        return made

    network: keras.Model = models.clone_model(base, clone_function=new)
    for layer in base.layers:
        if not layer.trainable:
            network.get_layer(layer.name).set_weights(layer.get_weights())
    return network


def _inputs_of(base: "keras.Model") -> Any:
    return base.inputs[0] if len(base.inputs) == 1 else base.input


def unfreeze(network: "keras.Model", once_trained: Sequence[str]) -> None:
    """Let layers be trained again, except normalizations, whose means would suffer from few samples.

    Args:
        network: The network.
        once_trained: Names of the layers that were trained in the base.
    """
    for layer in network.layers:
        if layer.name in once_trained and type(layer).__name__ != "BatchNormalization":
            layer.trainable = True


def take_weights(network: "keras.Model", labels: Sequence[str], base: "keras.Model", base_labels: Sequence[str]) -> int:
    """Copy another network's weights into a network of views, for every layer that both have.

    The dense layers behind the joined views may have more inputs in one of the two networks. The first views are the
    same in all networks (`multi_view.build_views`), so that the weights of the common inputs are copied. In the last
    layer, the outputs of common classes and of junk are copied. Of a base with branches for pictures, the part of the
    last layer that answers strokes is copied.

    Args:
        network: The network that gets weights.
        labels: Classes of the network in the order of its outputs; one more output is for junk.
        base: The network that gives weights.
        base_labels: Classes of the base, likewise.

    Returns:
        Number of layers that got weights.
    """
    answers = answering_layer(network)
    others = {layer.name: layer for layer in base.layers}
    given = 0
    for layer in network.layers:
        other = others.get(layer.name)
        if other is None or not layer.trainable_weights:
            continue
        own, taken = layer.get_weights(), other.get_weights()
        if layer is answers:
            # The features of the views come first; those of the branches for pictures follow them.
            features = len(taken[0]) if OWN_PART not in others else others[OWN_PART].output.shape[-1]
            taken[0] = taken[0][:features]
            fit = len(own[0]) == features
            pairs = [(index, base_labels.index(text)) for index, text in enumerate(labels) if text in base_labels]
            pairs.append((len(labels), len(base_labels)))
        else:
            fit = all(_fits(*pair) for pair in zip(own, taken, strict=True))
            pairs = []
        if not fit:
            continue
        for mine, theirs in zip(own, taken, strict=True):
            for index, index_in_base in pairs:
                mine[..., index] = theirs[..., index_in_base]
            if layer is not answers:
                common = min(len(mine), len(theirs))
                mine[:common] = theirs[:common]
        layer.set_weights(own)
        given += 1
    return given


def _fits(own: NDArray[np.float32], taken: NDArray[np.float32]) -> bool:
    """Whether two arrays have the same shape; matrices may differ in the number of inputs."""
    return own.shape == taken.shape or (own.ndim == taken.ndim == 2 and own.shape[1] == taken.shape[1])
