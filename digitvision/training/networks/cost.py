"""The cost of an answer of a network: its multiplications."""

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


def multiply_adds(network: "keras.Model") -> int:
    """Count the multiplications with an addition each for one glyph, in convolutions and dense layers.

    Normalization, pooling and activations cost little beside them and are not counted, as in the tables of papers.
    """
    return sum(layer_multiply_adds(layer) for layer in network.layers)


def layer_multiply_adds(layer: "keras.layers.Layer") -> int:
    """Count the same for one layer: its weights times the positions where each is used. A layer may be a network."""
    inner = getattr(layer, "layers", None)
    if inner is not None:
        return sum(map(layer_multiply_adds, inner))
    kernels: tuple[Any, ...] = ()
    positions = layer.output.shape[1:-1]
    match type(layer).__name__:
        case "Dense" | "Conv1D" | "Conv2D" | "DepthwiseConv2D":
            kernels = (layer.kernel,)
        case "SeparableConv2D":
            kernels = (layer.depthwise_kernel, layer.pointwise_kernel)
        case "Conv2DTranspose":
            kernels, positions = (layer.kernel,), layer.input.shape[1:-1]
    return int(sum(math.prod(kernel.shape) for kernel in kernels) * math.prod(positions))
