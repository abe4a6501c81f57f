"""The cost of each layer of a network, computed from its model card."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

from digitvision.recognition.inspection.layer_graph import LayerInputs
from digitvision.recognition.models.model_card import Layer

_FILTERS: Final = re.compile(r"(\d+) filters (\d+(?:×\d+)*)")
"""Pattern of a convolution's description in `Layer.detail`."""


def multiply_adds(layers: Sequence[Layer], inputs: LayerInputs) -> dict[str, int]:
    """Return the multiply-adds of each layer for one glyph, in convolutions and dense layers.

    Normalization, pooling and activations cost little beside them and count as 0, as is usual in papers.
    """
    shapes = {layer.name: layer.output_shape for layer in layers}
    return {layer.name: weights(layer, shapes, inputs) * _positions(layer, shapes, inputs) for layer in layers}


def weights(layer: Layer, shapes: Mapping[str, tuple[int, ...]], inputs: LayerInputs) -> int:
    """Return the number of a layer's weights without its biases; 0 for a layer of another kind.

    Args:
        layer: The layer.
        shapes: Every layer's output shape, by name.
        inputs: The inputs of every layer.
    """
    described = _FILTERS.match(layer.detail)
    size = math.prod(map(int, described[2].split("×"))) if described else 0
    channels = layer.output_shape[-1] if layer.output_shape else 0
    if not channels or not layer.parameters:
        return 0
    given = [shapes[name][-1] for name in inputs[layer.name] if shapes[name]]
    # A bias adds one parameter to the weights of each output channel; rounding down removes it.
    each = layer.parameters // channels
    match layer.kind:
        case "Conv1D" | "Conv2D" | "Conv2DTranspose" if size > 1:
            return each // size * size * channels
        case "Dense" | "Conv1D" | "Conv2D" | "Conv2DTranspose":
            # There is one weight for each input channel: their number shows whether there is a bias as well.
            return (each - 1 if each - 1 in given else each) * channels
        case "DepthwiseConv2D":
            return math.isqrt(each) ** 2 * channels
        case "SeparableConv2D" if size:
            return layer.parameters // (size + channels) * (size + channels)
    return 0


def _positions(layer: Layer, shapes: Mapping[str, tuple[int, ...]], inputs: LayerInputs) -> int:
    """Return the number of positions in which each weight is used."""
    given = inputs[layer.name]
    shape = shapes[given[0]] if layer.kind == "Conv2DTranspose" and given else layer.output_shape
    return math.prod(shape[:-1])
