"""Building a network from a list of layers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from digitvision.layer_list import ListedLayer

if TYPE_CHECKING:
    import keras

_TO_ONE_ROW: Final = ("dense", "flatten", "mean")
"""Kinds of layers whose output is a row of values, not a picture."""


def build(listed: Sequence[ListedLayer], input_shape: tuple[int, int, int], classes: int) -> "keras.Sequential":
    """Build the network, not compiled, with a softmax over the classes.

    Args:
        listed: A list that makes a network, see `layer_list.problem_of`.
        input_shape: Height, width and channels of the input.
        classes: Number of outputs.
    """
    from keras import Input, Sequential, layers

    network = Sequential([Input(input_shape)], name="listed")
    is_picture = True
    for number, item in enumerate(listed, start=1):
        if item.kind == "dense" and is_picture:
            network.add(layers.Flatten(name=f"flatten{number}"))
        is_picture = is_picture and item.kind not in _TO_ONE_ROW
        network.add(_layer(item, f"{item.kind}{number}"))
    if is_picture:
        network.add(layers.Flatten(name="flatten"))
    network.add(layers.Dense(classes, activation="softmax", name="answers"))
    return network


def _layer(item: ListedLayer, name: str) -> "keras.layers.Layer":
    from keras import layers

    # All numbers of a list are whole except the share of a dropout.
    whole: list[Any] = [int(number) for number in item.numbers]
    match item.kind:
        case "conv":
            filters, side, stride = whole
            return layers.Conv2D(filters, side, strides=stride, activation="relu", name=name)
        case "pool":
            return layers.MaxPooling2D(whole[0], name=name)
        case "norm":
            return layers.BatchNormalization(name=name)
        case "dense":
            return layers.Dense(whole[0], activation="relu", name=name)
        case "dropout":
            return layers.Dropout(item.numbers[0], name=name)
        case "flatten":
            return layers.Flatten(name=name)
        case "mean":
            return layers.GlobalAveragePooling2D(name=name)
        case _:
            raise ValueError(f"no layer {item.kind}")
