"""A network that begins with what another one learned: its layers, with the old last one or a new one on them.

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
"""The name of a new last layer."""

_QUICK_MOMENTUM: Final = 0.9


def base_network(model: Model) -> "keras.Model":
    """The Keras form of a model of the library.

    Raises:
        ModelFault: It is missing, damaged, or does not end as networks do that answer with probabilities.
    """
    network = keras_network(model)
    if answering_layer(network) is None:
        raise ModelFault(f"The model “{model.name}” cannot be learned from: it does not end in a dense layer.")
    return network


def answering_layer(network: "keras.Model") -> "keras.layers.Layer | None":
    """The dense layer whose outputs stand for the classes, where a network ends in one; a softmax may follow it."""
    *before, last = network.layers
    if before and type(last).__name__ in ("Softmax", "Activation"):
        *before, last = before
    return last if before and type(last).__name__ == "Dense" else None


def head_fits(model: Model, names: Sequence[str]) -> bool:
    """Whether a model answers each of these classes already, so that its last layer may stay.

    A network that knows junk answers them in its last place, which data has none of: its last layer is never kept.
    """
    known = {label.text for label in model.card.labels}
    return not model.card.rejects and all(label_of(name).text in known for name in names)


def label_names(model: Model, names: Sequence[str]) -> tuple[str, ...]:
    """The model's classes in its own order, each named as the data does.

    Raises:
        DataFault: The data has a class that the model does not know.
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
    """The base with its own last layer or a new one.

    Args:
        base: See `base_network`.
        classes: Number of outputs of a new last layer.
        keep_head: Whether the last layer stays.
        freeze: So many of the layers with weights, from the input on, are not trained; `ALL` for all but the last.
    """
    from keras import Model, layers

    head = answering_layer(base)
    if head is None:
        raise ValueError("not a network as `base_network` gives it")
    weighted = [layer for layer in base.layers if layer is not head and layer.count_params()]
    # What was never trained stays so: it draws direction maps, for instance.
    for layer in weighted if freeze == ALL else weighted[:freeze]:
        layer.trainable = False
    if keep_head:
        return base
    features: Any = head.input
    answers = layers.Dense(classes, activation="softmax", dtype="float32", name=NEW_HEAD)(features)
    return Model(_inputs_of(base), answers, name=base.name)


def feature_extractor(base: "keras.Model") -> "keras.Model":
    """The base without its last layer: what that layer answers from, float32 [N, F]. It shares the base's layers."""
    from keras import Model

    head = answering_layer(base)
    if head is None:
        raise ValueError("not a network as `base_network` gives it")
    return Model(_inputs_of(base), head.input)


def reinitialize(base: "keras.Model") -> "keras.Model":
    """The same layers as if they had learned nothing; what was never trained is as it was.

    Means that layers normalize by follow quickly: Keras's own pace is made for thousands of steps, and few samples are
    learned in hundreds.
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
    """Let these layers learn again, all but those that normalize: few samples would spoil their means.

    Args:
        once_trained: The names of the layers that were trained in the base.
    """
    for layer in network.layers:
        if layer.name in once_trained and type(layer).__name__ != "BatchNormalization":
            layer.trainable = True


def take_weights(network: "keras.Model", labels: Sequence[str], base: "keras.Model", base_labels: Sequence[str]) -> int:
    """Give a network of views another one's weights, wherever both have the same layer.

    Dense layers after which views come together may have more inputs in one of the two: the first views are the same in
    all networks (`multi_view.build_views`), so that what both have is taken and the rest stays as it is. Of the last
    layer, the classes that both know are taken, and what stands for junk; of a base that reads pictures by
    branches of their own, what it answers strokes by.

    Args:
        labels: The network's classes, in the order of its outputs; one more output is for junk.
        base_labels: The base's, likewise.

    Returns:
        How many layers were given weights.
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
            # The views' features come first, whatever stands behind them for pictures.
            features = len(taken[0]) if OWN_PART not in others else others[OWN_PART].output.shape[-1]
            taken[0] = taken[0][:features]
            fit = len(own[0]) == features
            places = [(place, base_labels.index(text)) for place, text in enumerate(labels) if text in base_labels]
            places.append((len(labels), len(base_labels)))
        else:
            fit = all(_fits(*pair) for pair in zip(own, taken, strict=True))
            places = []
        if not fit:
            continue
        for mine, theirs in zip(own, taken, strict=True):
            for place, of_base in places:
                mine[..., place] = theirs[..., of_base]
            if layer is not answers:
                common = min(len(mine), len(theirs))
                mine[:common] = theirs[:common]
        layer.set_weights(own)
        given += 1
    return given


def _fits(own: NDArray[np.float32], taken: NDArray[np.float32]) -> bool:
    """Whether two arrays are alike; matrices may differ in how many inputs they have."""
    return own.shape == taken.shape or (own.ndim == taken.ndim == 2 and own.shape[1] == taken.shape[1])
