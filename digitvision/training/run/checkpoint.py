"""Checkpoints: what a training needs to go on after a break, in one file that is whole or not there."""

import io
import itertools
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.faults import Fault
from digitvision.files import user_folder, write_atomically
from digitvision.recognition.models.model_store import check_name
from digitvision.training.data.array_files import read_arrays
from digitvision.training.data.splitting import VALIDATION_SHARE

_FORMAT: Final = "digitvision-checkpoint"
_VERSION: Final = 1
_FILE: Final = "checkpoint.npz"
_STATE: Final = "state"

_MOST_ARRAYS: Final = 4096
"""Largest number of arrays in a checkpoint: several for each layer, of networks with hundreds of layers."""

CONSTANT_RATE: Final = "constant"
"""The schedule by which the learning rate never changes."""

Weights = list[NDArray[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that decides how a training goes.

    Attributes:
        name: Name of the model to be made.
        architecture: See `architectures.build_network`.
        data: What is learned from, each as `loading.load` takes it.
        epochs: Number of epochs of the whole training; by a recipe of expressions, of each member.
        augment: Whether samples are varied at random.
        seed: The seed of all random choices.
        schedule: `constant`; `cosine`, by which the learning rate falls to nearly nothing at the end; or `one-cycle`.
        patience: Epochs without a better one after which the training ends; 0 for never before `epochs`.
        base: Name of the model whose network this one begins with; empty for none.
        freeze: Number of the base's layers with weights, from the input on, that are not trained; -1 for all but the
            last.
        new_head: Whether the last layer is replaced even where the base has the same classes.
        validation: Share of the samples that is held out, above 0 and below 1, see `splitting.held_out_mask`.
        two_stages: Whether the base is frozen for the first third of the epochs, and learns slowly after it.
        recipe: Name or path of the recipe that decides all of this; empty for none.
        data_root: The folder that the recipe's paths start from.
        replace: Whether a model and an unfinished training of the same name are replaced, and not kept under another.
    """

    name: str
    architecture: str
    data: tuple[str, ...]
    epochs: int
    batch_size: int
    learning_rate: float
    augment: bool
    seed: int
    schedule: str = CONSTANT_RATE
    patience: int = 0
    base: str = ""
    freeze: int = 0
    new_head: bool = False
    two_stages: bool = False
    validation: float = VALIDATION_SHARE
    recipe: str = ""
    data_root: str = ""
    replace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """The results of one epoch; accuracies from 0 to 1, `epoch` counted from 1."""

    epoch: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Checkpoint:
    """The state of a training after its last finished epoch.

    Attributes:
        fingerprint: A number made from the data, which must be the same when the training goes on.
        description: The network that a user's own Python file built, as Keras's JSON, so that the training goes on with
            the same one whatever becomes of the file; empty for other networks.
        source: The SHA-256 of the content of that file.
        history: Every finished epoch.
        network: Values of the network's variables, in its own order; `optimizer` likewise.
        best: The weights to be saved: those after the epoch `best_epoch`, or their running mean.
    """

    settings: Settings
    fingerprint: int
    history: tuple[Epoch, ...]
    best_epoch: int
    network: Weights = field(repr=False)
    optimizer: Weights = field(repr=False)
    best: Weights = field(repr=False)
    description: str = field(default="", repr=False)
    source: str = ""


def training_folder(name: str) -> Path:
    """Return the folder in which a training keeps what is not a model yet.

    Raises:
        ModelFault: The name cannot be a model's.
    """
    return user_folder() / "training" / check_name(name)


def check_workplace(name: str) -> None:
    """Try to write where the training will write, so that a failure comes before the training and not after it.

    Raises:
        FileFault: The folder cannot be written to.
    """
    folder = training_folder(name)
    is_new = not folder.exists()
    trial = folder / "trial"
    write_atomically(trial, b"")
    trial.unlink()
    if is_new:
        folder.rmdir()


def save_checkpoint(checkpoint: Checkpoint) -> None:
    """Write the checkpoint, whole or not at all.

    Raises:
        FileFault: It cannot be written; the checkpoint before it is unchanged.
    """
    state = {
        "format": _FORMAT,
        "version": _VERSION,
        "settings": asdict(checkpoint.settings),
        "fingerprint": checkpoint.fingerprint,
        "history": [asdict(epoch) for epoch in checkpoint.history],
        "best_epoch": checkpoint.best_epoch,
        "description": checkpoint.description,
        "source": checkpoint.source,
    }
    arrays: dict[str, NDArray[Any]] = {_STATE: np.frombuffer(json.dumps(state).encode(), np.uint8)}
    for kind in ("network", "optimizer", "best"):
        for index, array in enumerate(getattr(checkpoint, kind)):
            arrays[f"{kind}_{index}"] = array
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    write_atomically(training_folder(checkpoint.settings.name) / _FILE, content.getvalue())


def load_checkpoint(name: str) -> Checkpoint:
    """Read the checkpoint of the unfinished training of this name.

    Raises:
        Fault: There is none, or it is damaged.
    """
    name = check_name(name)
    path = training_folder(name) / _FILE
    if not path.exists():
        raise Fault(f"There is no unfinished training “{name}” to go on with; leave out --resume.")
    arrays = read_arrays(path, most=_MOST_ARRAYS)
    try:
        state = json.loads(arrays[_STATE].tobytes())
        if state["format"] != _FORMAT or state["version"] != _VERSION:
            raise ValueError("another version")
        # The name of the folder counts: a training that gave way to another one has been renamed.
        settings = Settings(**{**state["settings"], "name": name, "data": tuple(state["settings"]["data"])})
        return Checkpoint(
            settings=settings,
            fingerprint=int(state["fingerprint"]),
            history=tuple(Epoch(**epoch) for epoch in state["history"]),
            best_epoch=int(state["best_epoch"]),
            network=_weights(arrays, "network"),
            optimizer=_weights(arrays, "optimizer"),
            best=_weights(arrays, "best"),
            description=str(state.get("description", "")),
            source=str(state.get("source", "")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Fault(f"The unfinished training “{name}” is damaged; start it again without --resume.") from error


def has_checkpoint(name: str) -> bool:
    """Whether there is an unfinished training of this name."""
    return (training_folder(name) / _FILE).exists()


def keep_unfinished(name: str) -> str:
    """Rename the unfinished training of this name, if there is one, so that another one may take the name.

    Returns:
        The new name; empty where there is none, or where it cannot be renamed.
    """
    folder = training_folder(name)
    if not has_checkpoint(name):
        return ""
    names = (f"{name[:50].rstrip()} earlier{f' {number}' if number > 1 else ''}" for number in itertools.count(1))
    new_name = next(one for one in names if not folder.with_name(one).exists())
    try:
        os.replace(folder, folder.with_name(new_name))
    except OSError:
        return ""
    return new_name


def lock_file(name: str) -> Path:
    """Return the file that is held while a training of this name is under way, see `files.holding`."""
    return training_folder(name).with_name(f".{name}.lock")


def remove_checkpoint(name: str) -> None:
    """Remove the checkpoint of the unfinished training of this name, if there is one."""
    shutil.rmtree(training_folder(name), ignore_errors=True)


def restore(network: Sequence[Any], optimizer: Sequence[Any], checkpoint: Checkpoint) -> None:
    """Put a network of the same architecture, and its optimizer, into the state of a checkpoint.

    Args:
        network: The variables of the network, in the order in which they were saved.
        optimizer: The variables of the optimizer, likewise.

    Raises:
        Fault: The checkpoint is of another network.
    """
    try:
        for variables, values in ((network, checkpoint.network), (optimizer, checkpoint.optimizer)):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)
    except ValueError as error:
        raise Fault(
            f"The unfinished training “{checkpoint.settings.name}” is of another network; "
            "start it again without --resume."
        ) from error


def _weights(arrays: dict[str, NDArray[Any]], kind: str) -> Weights:
    count = sum(name.startswith(f"{kind}_") for name in arrays)
    return [arrays[f"{kind}_{index}"] for index in range(count)]
