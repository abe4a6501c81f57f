"""Trainings that were stopped or broken off and can go on: what their checkpoints say, and how they are forgotten."""

import json
import os
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from digitvision.faults import Fault
from digitvision.files import FileFault, is_held, reason, user_folder, write_atomically

_FORMAT: Final = "digitvision-checkpoint"
_VERSION: Final = 1
_FILE: Final = "checkpoint.npz"
_STATE: Final = "state.npy"
_LIMIT: Final = 8 * 2**20
_TOLD: Final = "told"
"""File with the number of epochs after which the training stopped, as far as the user has been told of it."""

_FORGOTTEN: Final = ".forgotten-"


@dataclass(frozen=True, slots=True)
class StoppedTraining:
    """A training that can go on.

    Attributes:
        name: The name of the model that is to be made.
        epochs: Number of epochs of the whole training.
        history: Every finished epoch, as the command line reports it.
        settings: The settings by the names of the command line's options.
        stopped: When its last epoch ended, in seconds since 1970.
        told: Whether the user knows that it stopped there.
    """

    name: str
    epochs: int
    history: tuple[dict[str, Any], ...] = field(repr=False)
    settings: dict[str, Any] = field(repr=False)
    stopped: float = 0.0
    told: bool = False

    @property
    def epoch(self) -> int:
        """The last finished epoch, counted from 1."""
        return int(self.history[-1]["epoch"])

    @property
    def best_accuracy(self) -> float:
        """The highest accuracy on held-out samples, 0 to 1."""
        return max(float(epoch["validation_accuracy"]) for epoch in self.history)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A stopped training that was forgotten, but can still be brought back."""

    name: str
    folder: Path


def stopped_trainings() -> list[StoppedTraining]:
    """Return the trainings that can go on, the latest first; those under way and damaged files are left out."""
    found = []
    for path in _folder().glob(f"*/{_FILE}"):
        if is_held(path.parent.with_name(f".{path.parent.name}.lock")):
            continue
        try:
            found.append(_read(path))
        except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, LookupError, TypeError):
            continue
    return sorted(found, key=lambda one: (-one.stopped, one.name))


def stopped_training(name: str) -> StoppedTraining | None:
    """Return the training of this name that can go on; None where there is none."""
    return next((one for one in stopped_trainings() if one.name == name), None)


def first_news() -> StoppedTraining | None:
    """Return the latest stopped training that the user has not been told of; None where there is none."""
    return next((one for one in stopped_trainings() if not one.told), None)


def remember_news() -> None:
    """Keep that the user knows of all stopped trainings."""
    for one in stopped_trainings():
        if not one.told:
            remember_told(one)


def remember_told(stopped: StoppedTraining) -> None:
    """Keep that the user knows that this training stopped; a disk that is full is no reason to disturb them."""
    try:
        write_atomically(_folder() / stopped.name / _TOLD, str(stopped.epoch).encode())
    except FileFault:
        return


def forget(name: str) -> Forgotten:
    """Forget a stopped training so that it can be brought back until `empty_forgotten`.

    Raises:
        Fault: The disk cannot be written.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix=_FORGOTTEN, dir=_folder()))
        os.replace(_folder() / name, folder / name)
    except OSError as error:
        raise Fault(f"The training “{name}” cannot be forgotten: {reason(error)}.") from error
    return Forgotten(name, folder)


def bring_back(forgotten: Forgotten) -> None:
    """Undo `forget`.

    Raises:
        Fault: There is another training of this name by now, or the disk cannot be written.
    """
    target = _folder() / forgotten.name
    if target.exists():
        raise Fault(f"There is another training “{forgotten.name}” by now.")
    try:
        os.replace(forgotten.folder / forgotten.name, target)
    except OSError as error:
        raise Fault(f"The training “{forgotten.name}” cannot be brought back: {reason(error)}.") from error
    shutil.rmtree(forgotten.folder, ignore_errors=True)


def empty_forgotten() -> None:
    """Delete for good what was forgotten."""
    for folder in _folder().glob(f"{_FORGOTTEN}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    return user_folder() / "training"


def _read(path: Path) -> StoppedTraining:
    """Read what a checkpoint says of itself, without the weights.

    Raises:
        OSError: The file cannot be read; errors of the archive and of its content likewise.
    """
    with zipfile.ZipFile(path) as archive, archive.open(_STATE) as member:
        if archive.getinfo(_STATE).file_size > _LIMIT:
            raise ValueError("too large")
        state = json.loads(np.lib.format.read_array(member, allow_pickle=False).tobytes())
    if state["format"] != _FORMAT or state["version"] != _VERSION:
        raise ValueError("another form")
    history, settings = tuple(dict(epoch) for epoch in state["history"]), dict(state["settings"])
    stopped = StoppedTraining(
        name=path.parent.name,
        epochs=int(settings["epochs"]),
        history=history,
        settings=settings,
        stopped=path.stat().st_mtime,
        told=_told_of(path.parent) == str(history[-1]["epoch"]),
    )
    # Both are shown, and would fail there.
    _ = stopped.epoch, stopped.best_accuracy
    return stopped


def _told_of(folder: Path) -> str:
    try:
        return (folder / _TOLD).read_text("utf-8", errors="replace").strip()
    except OSError:
        return ""
