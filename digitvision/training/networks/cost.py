"""What a network costs to ask: its multiplications."""

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


def multiply_adds(network: "keras.Model") -> int:
    """Multiplications with an addition each that one glyph takes, in convolutions and dense layers.

    What normalizes, pools or rectifies costs little beside them and is not counted, as in the papers' tables.
    """
    return sum(layer_multiply_adds(layer) for layer in network.layers)


def layer_multiply_adds(layer: "keras.layers.Layer") -> int:
    """The same of one layer: its weights times the places where each of them is used; of a network in it, all of it."""
    inner = getattr(layer, "layers", None)
    if inner is not None:
        return sum(map(layer_multiply_adds, inner))
    kernels: tuple[Any, ...] = ()
    places = layer.output.shape[1:-1]
    match type(layer).__name__:
        case "Dense" | "Conv1D" | "Conv2D" | "DepthwiseConv2D":
            kernels = (layer.kernel,)
        case "SeparableConv2D":
            kernels = (layer.depthwise_kernel, layer.pointwise_kernel)
        case "Conv2DTranspose":
            kernels, places = (layer.kernel,), layer.input.shape[1:-1]
    return int(sum(math.prod(kernel.shape) for kernel in kernels) * math.prod(places))
