"""The network that tells of two strokes whether they stand in the same row: a few dense layers, run by numpy."""

from pathlib import Path

import numpy as np

from digitvision.files import reason
from digitvision.recognition.dense_network import DenseNetwork
from digitvision.recognition.models.model_card import ModelFault
from digitvision.resources import resource_path


class RowNetwork(DenseNetwork):
    """A network whose output is the logit of each pair to be of one row."""

    __slots__ = ()

    @classmethod
    def load(cls, path: Path | None = None) -> "RowNetwork":
        """Load the program's own network, or another one.

        Raises:
            ModelFault: The file is missing or damaged.
        """
        path = resource_path("page", "rows.npz") if path is None else path
        try:
            with np.load(path, allow_pickle=False) as file:
                return cls.of_arrays(dict(file))
        except OSError as error:
            raise ModelFault(f"The network for rows cannot be read: {reason(error)}.") from error
        except (ValueError, KeyError, EOFError) as error:
            raise ModelFault("The network for rows is damaged; install the program again.") from error
