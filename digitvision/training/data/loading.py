"""Loading data by the name or path that `--data` takes: shipped, the user's own, or any file of a known format."""

from pathlib import Path
from typing import Final, Literal

import numpy as np

from digitvision.files import user_folder
from digitvision.resources import resource_path
from digitvision.training.data.array_files import read_idx, read_npz
from digitvision.training.data.dataset import DataFault, Dataset, Progress
from digitvision.training.data.glyphs import Glyphs, prepare
from digitvision.training.data.ink_files import read_expressions, read_folder

MNIST: Final = "mnist"
DRAWINGS: Final = "drawings"

MNIST_LICENCE: Final = "CC BY-SA 3.0; by Y. LeCun, C. Cortes and C. Burges"
MNIST_VALIDATION: Final = 5000
"""Samples at the end of the training part that are customarily held out."""

Part = Literal["training", "test"]


def load(name_or_path: str, part: Part, progress: Progress | None = None) -> Dataset:
    """Read data by its name or path.

    Args:
        name_or_path: `mnist`, `drawings`, or the path of a file or folder that `load_glyphs` can read.
        part: Which part of MNIST to read; other data has one part only.
        progress: Called with the number of samples that are ready.

    Raises:
        DataFault: The data is missing, damaged, or of an unknown format.
    """
    if name_or_path == MNIST:
        return load_mnist(part)
    return prepare(load_glyphs(name_or_path, progress), progress)


def load_glyphs(name_or_path: str, progress: Progress | None = None) -> Glyphs:
    """Read data by its name or path, without any preprocessing; `mnist` is its training part.

    A path is that of an .npz, a .jsonl.xz of expressions, an IDX file of pictures, or a folder with a sub-folder for
    each class.

    Raises:
        DataFault: The data is missing, damaged, or of an unknown format.
    """
    if name_or_path == MNIST:
        mnist = load_mnist("training")
        return Glyphs(mnist.name, list(mnist.rasters), mnist.labels, mnist.label_names, licence=mnist.licence)
    if name_or_path == DRAWINGS:
        folder = user_folder() / DRAWINGS
        if not folder.is_dir():
            raise DataFault("There are no drawings of your own yet: nothing was corrected or kept for training.")
        return read_folder(folder, progress, ink_only=True)
    path = Path(name_or_path)
    if not path.exists():
        raise DataFault(f"There is no data “{name_or_path}”: it is neither a file or folder, nor mnist or drawings.")
    if path.is_dir():
        return read_folder(path, progress)
    if path.suffix == ".npz":
        return read_npz(path)
    if path.name.endswith(".jsonl.xz"):
        return read_expressions(path)
    if "idx3" in path.name:
        return read_idx(path)
    raise DataFault(
        f"“{path}” is of no format that can be read: take an .npz, a .jsonl.xz, an IDX file of pictures, "
        "or a folder with a sub-folder for each class."
    )


def load_mnist(part: Part) -> Dataset:
    """Load the shipped MNIST: 60,000 training or 10,000 test digits.

    Its pictures are rasters already: `rasterize_picture` would return them unchanged.

    Raises:
        DataFault: The shipped file is missing or damaged.
    """
    path = resource_path("data", f"mnist_{'train' if part == 'training' else 'test'}.npz")
    try:
        with np.load(path, allow_pickle=False) as file:
            images, labels, names = file["images"], file["labels"], file["label_names"]
        return Dataset(
            name="MNIST" if part == "training" else "MNIST test",
            rasters=images,
            labels=labels.astype(np.int64),
            label_names=tuple(names.tolist()),
            licence=MNIST_LICENCE,
            held_out=MNIST_VALIDATION if part == "training" else 0,
        )
    except (OSError, ValueError, KeyError) as error:
        raise DataFault(f"The shipped data “{path.name}” is missing or damaged; install DigitVision again.") from error
