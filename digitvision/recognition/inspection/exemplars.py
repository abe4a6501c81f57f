"""Glyphs of known classes that a drawing is compared with: digits of MNIST, and the user's own drawings.

Of the shipped models' training data only MNIST may be redistributed, so there are no others.
"""

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitvision.faults import Fault
from digitvision.files import user_folder
from digitvision.ink.inkml import read_inkml
from digitvision.ink.raster import RASTER_SIZE, rasterize
from digitvision.ink.trajectory import Trajectory, trajectory
from digitvision.resources import resource_path

MNIST_SAMPLES: Final = 2000
"""Number of MNIST's 60,000 training samples that are used, the first ones: about 200 of each digit."""

OWN_MOST: Final = 500
"""Largest number of the user's own drawings that are used, the newest ones."""

OWN_FOLDER: Final = "drawings"
"""Folder in the user's folder that has a folder for each class."""

Source = Literal["mnist", "sample", "own"]
"""Source of an exemplar: MNIST's training pictures, the drawings that the program ships, or the user's own."""

_MNIST_FILE: Final = "mnist_train.npz"


@dataclass(frozen=True, slots=True, eq=False)
class Exemplar:
    """A glyph of a known class.

    Attributes:
        raster: uint8 [28, 28], 255 for full ink.
        trajectory: See `trajectory`; None for a picture.
        label: The text of its class's label.
        source: Where it comes from.
    """

    raster: NDArray[np.uint8]
    trajectory: Trajectory | None
    label: str
    source: Source


def shipped_exemplars() -> tuple[Exemplar, ...]:
    """Load the pictures of MNIST and the drawings that the program ships.

    Raises:
        Fault: A shipped file is missing or damaged.
    """
    path = resource_path("data", _MNIST_FILE)
    try:
        with zipfile.ZipFile(path) as archive:
            rasters = _first_rows(archive.open("images.npy"), (RASTER_SIZE, RASTER_SIZE))
            labels = _first_rows(archive.open("labels.npy"), ())
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise Fault(f"The shipped data “{path.name}” is missing or damaged; install DigitVision again.") from error
    pictures = (
        Exemplar(raster, None, str(label), "mnist") for raster, label in zip(rasters, labels.tolist(), strict=True)
    )
    drawings = (_drawn(path, path.stem, "sample") for path in sorted(resource_path("samples").glob("*.inkml")))
    return (*pictures, *drawings)


class UserFile(NamedTuple):
    """One of the user's own drawings; `changed` is the time of its file's last change, in nanoseconds."""

    changed: int
    path: Path
    label: str


def own_files(labels: Mapping[str, str]) -> tuple[UserFile, ...]:
    """Return the user's newest drawings of known classes, each with its label's text; they are not read yet.

    Args:
        labels: Text of the label for each possible name of a folder.
    """
    found: list[UserFile] = []
    try:
        for folder in (user_folder() / OWN_FOLDER).iterdir():
            if folder.name in labels and folder.is_dir():
                label = labels[folder.name]
                found += [UserFile(path.stat().st_mtime_ns, path, label) for path in folder.glob("*.inkml")]
    except OSError:
        # There are no drawings, or they are being moved: what was found so far is enough.
        pass
    return tuple(sorted(found, reverse=True)[:OWN_MOST])


def own_exemplar(file: UserFile) -> Exemplar | None:
    """Load one of the user's drawings; None where it cannot be read or has no ink."""
    try:
        return _drawn(file.path, file.label, "own")
    except Fault:
        return None


def digest(exemplars: tuple[Exemplar, ...]) -> bytes:
    """Return a digest that is the same for the same glyphs in the same order only."""
    found = hashlib.sha256()
    for one in exemplars:
        found.update(one.raster.tobytes())
        found.update(b"" if one.trajectory is None else one.trajectory.tobytes())
    return found.digest()


def _drawn(path: Path, label: str, source: Source) -> Exemplar:
    strokes = read_inkml(path).drawing.strokes
    if not strokes:
        raise Fault(f"“{path}” has no ink.")
    raster = np.rint(rasterize(strokes) * 255).astype(np.uint8)
    return Exemplar(raster, trajectory(strokes), label, source)


def _first_rows(file: IO[bytes], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """uint8 [MNIST_SAMPLES, *shape]: the beginning of a NumPy file; the rest is not unpacked."""
    with file:
        np.lib.format.read_magic(file)
        whole, by_columns, kind = np.lib.format.read_array_header_1_0(file)
        if whole[1:] != shape or by_columns or kind != np.uint8:
            raise ValueError("not what MNIST holds")
        size = MNIST_SAMPLES * int(np.prod(shape, dtype=np.int64))
        return np.frombuffer(file.read(size), np.uint8).reshape(MNIST_SAMPLES, *shape)
