"""Small networks of dense layers, run by numpy: no library has to be loaded for a few thousand weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

_BLOCK: Final = 12
"""Number of rows of features that are judged at a time. Larger products of matrices are shared out among threads by
numpy's library, each of which waits for the slowest: where other programs work too, that took 70 ms instead of 1."""

_Network = TypeVar("_Network", bound="DenseNetwork")


@dataclass(frozen=True, slots=True, eq=False)
class DenseNetwork:
    """Dense layers with ReLU between them.

    Attributes:
        mean, scale: float32 [F]: what is subtracted from the features, and what they are divided by then.
        layers: The weights, float32 [inputs, outputs], and biases, float32 [outputs], of each layer; the last has one
            output.
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    layers: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]]

    def logits(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return float32 [P], the network's output for each row of float32 [P, F]."""
        values = (features - self.mean) / self.scale
        blocks = [self._judged(values[first : first + _BLOCK]) for first in range(0, len(values), _BLOCK)]
        return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)

    def _judged(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        for number, (weights, biases) in enumerate(self.layers):
            values = values @ weights + biases
            if number < len(self.layers) - 1:
                values = np.maximum(values, 0)
        found: NDArray[np.float32] = values[:, 0]
        return found

    @classmethod
    def of_arrays(cls: type[_Network], arrays: Mapping[str, NDArray[np.float32]], prefix: str = "") -> _Network:
        """Take a network from the arrays of a file that holds one or, with prefixes, several.

        Raises:
            KeyError: An array is missing.
        """
        count = sum(name.startswith(f"{prefix}weights") for name in arrays)
        layers = [(arrays[f"{prefix}weights_{index}"], arrays[f"{prefix}biases_{index}"]) for index in range(count)]
        return cls(arrays[f"{prefix}mean"], arrays[f"{prefix}scale"], layers)
