"""The weights of a layer as pictures: the filters of a convolution and the matrix of a dense layer."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.inspection.activations import Inside
from digitvision.recognition.inspection.layer_cost import weights
from digitvision.recognition.inspection.layer_graph import LayerInputs
from digitvision.recognition.models.model_card import Layer

_ORDER_KEEPING: Final = ("Flatten", "Dropout", "Reshape", "InputLayer")
"""Kinds of layers that keep the order of numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class Filters:
    """The weights of a layer, as LiteRT multiplies with them.

    Attributes:
        layer: The layer's name.
        pictures: float32 [F, P, H, W]: for each filter a picture for each of the feature maps of its input. Along a
            path (Conv1D) H are the steps and W the channels. A dense layer has a filter a unit where its input is
            feature maps; else all its weights are one picture, with a row a unit and a column an input.
        matrix: Whether they are such a single picture.
        normalized: Whether the factors of a following normalization are multiplied into the weights.
    """

    layer: str
    pictures: NDArray[np.float32]
    matrix: bool
    normalized: bool

    @property
    def most(self) -> float:
        """The largest absolute value of the weights."""
        return float(np.abs(self.pictures).max(initial=0.0))


def filters_of(inside: Inside, inputs: LayerInputs, name: str) -> Filters | None:
    """Return the weights of a layer; None where it has none that make a picture.

    Args:
        inside: The model.
        inputs: See `layer_inputs`.
        name: Name of one of the model card's layers.
    """
    layers = {one.name: one for one in inside.model.card.layers}
    layer = layers[name]
    size = weights(layer, {one.name: one.output_shape for one in layers.values()}, inputs)
    normalizing = [one for one, given in inputs.items() if name in given and layers[one].kind == "BatchNormalization"]
    kernel = inside.weights((name, *normalizing), size) if size else None
    if kernel is None:
        return None
    pictures = _pictures(layer, kernel, _input_shape(name, layers, inputs))
    if pictures is None:
        return None
    matrix = layer.kind == "Dense" and len(pictures) == 1 != layer.output_shape[-1]
    return Filters(name, np.ascontiguousarray(pictures, np.float32), matrix, bool(normalizing))


def _pictures(layer: Layer, kernel: NDArray[np.float32], given: tuple[int, ...]) -> NDArray[np.float32] | None:
    """Return the kernel in the order of `Filters.pictures`; None where its shape is not that of the layer's kind."""
    channels = layer.output_shape[-1]
    match layer.kind:
        case "Conv1D" if kernel.ndim == 4 and kernel.shape[:2] == (channels, 1):
            return kernel
        case "Conv2D" | "Conv2DTranspose" if kernel.ndim == 4 and len(kernel) == channels:
            return kernel.transpose(0, 3, 1, 2)
        case "DepthwiseConv2D" if kernel.ndim == 4 and kernel.shape[-1] == channels:
            return kernel.transpose(3, 0, 1, 2)
        case "Dense" if kernel.ndim == 2 and len(kernel) == channels:
            if len(given) == 3 and given[0] * given[1] > 1 and np.prod(given) == kernel.shape[1]:
                return kernel.reshape(channels, *given).transpose(0, 3, 1, 2)
            return kernel[None, None]
    return None


def _input_shape(name: str, layers: dict[str, Layer], inputs: LayerInputs) -> tuple[int, ...]:
    """Return the shape of the feature maps that a layer takes in, also where they are flattened before."""
    given = inputs[name]
    while len(given) == 1 and layers[given[0]].kind in _ORDER_KEEPING and inputs[given[0]]:
        given = inputs[given[0]]
    return layers[given[0]].output_shape if len(given) == 1 else ()
