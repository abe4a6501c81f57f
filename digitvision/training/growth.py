"""A wider network that begins with all that a narrower one of the same layers has learned, and answers as it does.

After Chen, Goodfellow, Shlens 2016, "Net2Net: Accelerating learning via knowledge transfer" (arXiv:1511.05641), but the
new channels are not copies of old ones: each begins as any new network's would and is not listened to by an old one, so
that it need not first grow apart from what it was copied from.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras

Places = NDArray[np.intp]

_CONNECTED = ("Conv1D", "Conv2D", "Dense")
"""Layers in which every channel is made of all channels before."""


def take_narrower(network: "keras.Model", base: "keras.Model") -> None:
    """Give a network the weights of one that has the same layers with fewer channels.

    The old channels come first in every layer; what joins several layers' channels keeps their order.

    Args:
        network: With weights as new networks have them.

    Raises:
        ValueError: The base has other layers, or more channels.
    """
    alike = [layer.name for layer in network.layers] == [layer.name for layer in base.layers]
    if not alike or any(
        (np.array(wide.shape) < narrow.shape).any() for wide, narrow in zip(network.weights, base.weights, strict=True)
    ):
        raise ValueError("not a wider network of the same layers")
    places: dict[str, Places] = {}
    for layer in network.layers:
        narrow = base.get_layer(layer.name)
        before = [places[tensor._keras_history.operation.name] for tensor in _inputs_of(layer)]
        places[layer.name] = _places_after(layer, narrow, before)
        if layer.weights:
            layer.set_weights(_widened(layer, narrow, before, places[layer.name]))


def _inputs_of(layer: "keras.Layer") -> list[Any]:
    if type(layer).__name__ == "InputLayer":
        return []
    return layer.input if isinstance(layer.input, list) else [layer.input]


def _places_after(layer: "keras.Layer", narrow: "keras.Layer", before: list[Places]) -> Places:
    """Where the narrow layer's channels are among the wide one's."""
    wide_count, count = layer.output.shape[-1], narrow.output.shape[-1]
    kind = type(layer).__name__
    if kind in _CONNECTED or wide_count == count:
        return np.arange(count)
    if kind == "Concatenate":
        starts = np.cumsum([0, *(tensor.shape[-1] for tensor in layer.input)])
        return np.concatenate([part + start for part, start in zip(before, starts, strict=False)])
    if kind == "Flatten":
        # Every place's channels, one place after another.
        channels = layer.input.shape[-1]
        return np.concatenate([before[0] + start for start in range(0, wide_count, channels)])
    if any((part != before[0]).any() for part in before):
        raise ValueError(f"channels of “{layer.name}” do not belong together")
    return before[0]


def _widened(layer: "keras.Layer", narrow: "keras.Layer", before: list[Places], after: Places) -> list[NDArray[Any]]:
    """The layer's weights: the narrow one's at the old places, and nothing from new channels to old ones."""
    weights = []
    for wide, old in zip(layer.get_weights(), narrow.get_weights(), strict=True):
        if wide.shape == old.shape:
            wide = np.array(old)
        elif type(layer).__name__ in _CONNECTED and wide.ndim > 1:
            wide[..., after] = 0
            wide[(..., *np.ix_(before[0], after))] = old
        elif type(layer).__name__ == "DepthwiseConv2D":
            wide[:, :, after] = old
        else:
            wide[after] = old
        weights.append(wide)
    return weights
