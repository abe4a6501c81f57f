"""The network that a user's own Python file builds: once, at the beginning of a training."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from digitvision.faults import Fault
from digitvision.files import FileFault
from digitvision.training.data.labels import label_of
from digitvision.training.models.saving import card_of, compare_forms, model_files, trial
from digitvision.training.networks.architectures import architecture_title
from digitvision.training.networks.keras_file import network_from_description
from digitvision.training.networks.multi_view import INPUT_SHAPE
from digitvision.training.networks.user_file import network_from_file, source_digest
from digitvision.training.run.checkpoint import Checkpoint

if TYPE_CHECKING:
    import keras

_COMPARED: Final = 8
_NAME: Final = "trial"
_ALPHABET: Final = "own"


class UserNetwork:
    """Runs the file at the beginning of the training, and keeps a description of the network for its continuation.

    Attributes:
        source: The SHA-256 of the content of the file.
        description: The network as Keras's JSON; empty before it was built.
    """

    def __init__(self, path: Path, checkpoint: Checkpoint | None) -> None:
        """Take the file, or the network of the checkpoint where there is one.

        Args:
            path: The Python file.
            checkpoint: The checkpoint of an unfinished training by that file.

        Raises:
            FileFault: The file cannot be read, and there is no checkpoint.
        """
        self._path = path
        if checkpoint is None:
            self.source = source_digest(path)
            self.description = ""
        else:
            self.source, self.description = checkpoint.source, checkpoint.description

    @property
    def notices(self) -> tuple[str, ...]:
        """A sentence where the file has changed since the training began; none otherwise."""
        try:
            same = source_digest(self._path) == self.source
        except FileFault:
            same = False
        name = self._path.name
        notice = f"“{name}” has changed since the training began, which goes on with the network as it was then."
        return () if same else (notice,)

    def network(self, classes: int) -> "keras.Model":
        """Return the network, not compiled.

        Raises:
            Fault: The file builds no network that could be trained and saved.
        """
        if self.description:
            return network_from_description(self.description)
        network = network_from_file(self._path, INPUT_SHAPE, classes)
        self._rehearse(network, classes)
        self.description = str(network.to_json())
        return network

    def _rehearse(self, network: "keras.Model", classes: int) -> None:
        """Save and compare the network once as if it were trained, so that none is trained that could not be saved."""
        labels = tuple(label_of(str(index)) for index in range(classes))
        card = card_of(
            network,
            name=_NAME,
            alphabet=_ALPHABET,
            labels=labels,
            architecture=architecture_title(str(self._path)),
        )
        rasters = np.random.default_rng(0).random((_COMPARED, *INPUT_SHAPE[:2]), np.float32)
        with tempfile.TemporaryDirectory(prefix="digitvision-") as folder:
            try:
                compare_forms(network, trial(card, model_files(network, Path(folder)), Path(folder)), rasters)
            except Fault as fault:
                raise Fault(f"The network of “{self._path.name}” cannot be used: {fault}") from fault
