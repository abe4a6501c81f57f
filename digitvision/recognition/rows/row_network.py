"""The network that tells of two strokes whether they stand in the same row: a few dense layers, run by numpy."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.files import reason
from digitvision.recognition.models.model_card import ModelFault
from digitvision.resources import resource_path

_BLOCK: Final = 12
"""Number of pairs that are judged at a time. Larger products of matrices are shared out among threads by numpy's
library, each of which waits for the slowest: where other programs work too, that took 70 ms instead of 1."""


@dataclass(frozen=True, slots=True, eq=False)
class RowNetwork:
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
        """Return float32 [P], the logit of each pair to be of one row, from float32 [P, F]."""
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
    def load(cls, path: Path | None = None) -> "RowNetwork":
        """Load the program's own network, or another one.

        Raises:
            ModelFault: The file is missing or damaged.
        """
        path = resource_path("page", "rows.npz") if path is None else path
        try:
            with np.load(path, allow_pickle=False) as file:
                count = sum(name.startswith("weights") for name in file.files)
                layers = [(file[f"weights_{index}"], file[f"biases_{index}"]) for index in range(count)]
                return cls(file["mean"], file["scale"], layers)
        except OSError as error:
            raise ModelFault(f"The network for rows cannot be read: {reason(error)}.") from error
        except (ValueError, KeyError, EOFError) as error:
            raise ModelFault("The network for rows is damaged; install the program again.") from error
