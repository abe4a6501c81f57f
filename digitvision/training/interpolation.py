"""A network between two whose weights differ by one round of training: what both know is worth more than either.

After Wortsman et al. 2022, "Robust fine-tuning of zero-shot models" (arXiv:2109.01903): what a network learned late it
learned of the data at hand, and hands and formulas that it has not seen are read better a little way back.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras


def between(
    before: Sequence[NDArray[np.float32]], after: Sequence[NDArray[np.float32]], share: float
) -> list[NDArray[np.float32]]:
    """The weights on the way from one network to another.

    Args:
        share: Of the way, from 0 to 1.
    """
    return [one + np.float32(share) * (other - one) for one, other in zip(before, after, strict=True)]


def measure_norms(network: "keras.Model", batches: Iterable[Any]) -> None:
    """Measure anew what the layers that normalize subtract and divide by: those of other weights do not fit.

    Izmailov et al. 2018, "Averaging weights leads to wider optima and better generalization" (arXiv:1803.05407).

    Args:
        batches: Inputs of the network, at least one.
    """
    layers = [layer for layer in network.layers if type(layer).__name__ == "BatchNormalization"]
    momenta = [layer.momentum for layer in layers]
    sums = [[np.zeros(variable.shape) for variable in _moving(layer)] for layer in layers]
    count = 0
    try:
        for layer in layers:
            # What is moved is the last batch's own.
            layer.momentum = 0.0
        for batch in batches:
            network(batch, training=True)
            count += 1
            for layer, parts in zip(layers, sums, strict=True):
                for part, variable in zip(parts, _moving(layer), strict=True):
                    part += np.asarray(variable)
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum
    for layer, parts in zip(layers, sums, strict=True):
        for part, variable in zip(parts, _moving(layer), strict=True):
            variable.assign(part / count)


def _moving(layer: Any) -> tuple[Any, Any]:
    return layer.moving_mean, layer.moving_variance
