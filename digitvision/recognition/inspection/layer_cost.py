"""What each layer of a network costs to ask, told from its model card, without the network."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

from digitvision.recognition.inspection.layer_graph import LayerInputs
from digitvision.recognition.models.model_card import Layer

_FILTERS: Final = re.compile(r"(\d+) filters (\d+(?:×\d+)*)")
"""As cards tell of convolutions in `Layer.detail`."""


def multiply_adds(layers: Sequence[Layer], inputs: LayerInputs) -> dict[str, int]:
    """By layer the multiplications with an addition each that one glyph takes, in convolutions and dense layers.

    What normalizes, pools or rectifies costs little beside them and counts as 0, as in the papers' tables.
    """
    shapes = {layer.name: layer.output_shape for layer in layers}
    return {layer.name: weights(layer, shapes, inputs) * _places(layer, shapes, inputs) for layer in layers}


def weights(layer: Layer, shapes: Mapping[str, tuple[int, ...]], inputs: LayerInputs) -> int:
    """A layer's weights that are multiplied with, so without its biases; 0 for a layer of another kind.

    Args:
        shapes: Every layer's output shape, by name.
        inputs: What every layer takes in.
    """
    told = _FILTERS.match(layer.detail)
    size = math.prod(map(int, told[2].split("×"))) if told else 0
    channels = layer.output_shape[-1] if layer.output_shape else 0
    if not channels or not layer.parameters:
        return 0
    given = [shapes[name][-1] for name in inputs[layer.name] if shapes[name]]
    # A bias adds one parameter to what each output channel has in weights; rounding down leaves it out.
    each = layer.parameters // channels
    match layer.kind:
        case "Conv1D" | "Conv2D" | "Conv2DTranspose" if size > 1:
            return each // size * size * channels
        case "Dense" | "Conv1D" | "Conv2D" | "Conv2DTranspose":
            # One weight an input channel: only these tell whether there is a bias as well.
            return (each - 1 if each - 1 in given else each) * channels
        case "DepthwiseConv2D":
            return math.isqrt(each) ** 2 * channels
        case "SeparableConv2D" if size:
            return layer.parameters // (size + channels) * (size + channels)
    return 0


def _places(layer: Layer, shapes: Mapping[str, tuple[int, ...]], inputs: LayerInputs) -> int:
    """In how many places each weight is used."""
    given = inputs[layer.name]
    shape = shapes[given[0]] if layer.kind == "Conv2DTranspose" and given else layer.output_shape
    return math.prod(shape[:-1])
