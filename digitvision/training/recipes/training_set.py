"""Training sets: the glyphs of a recipe rendered in variations, junk, and held-out writers; built once and kept."""

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from digitvision.files import reason, user_folder
from digitvision.ink.raster import PREPROCESSING_VERSION
from digitvision.ink.spatial_context import FIELD, LAYERS
from digitvision.training.augmentation.handwriting import Variation
from digitvision.training.data.dataset import TRAJECTORY_UNIT, DataFault, Progress
from digitvision.training.data.loading import MNIST
from digitvision.training.recipes.gathering import gather
from digitvision.training.recipes.recipe import Recipe
from digitvision.training.recipes.rendering import render

BUILD_VERSION: Final = 3
"""Changes whenever something else is built from the same recipe and data."""

Way = Literal["alone", "in context", "as pictures"]
"""What the network is given of held-out glyphs: raster and trajectory; their spatial context as well, where they have
one; or a raster made from a picture."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """Rendered glyphs: N that are learned from, and M of writers that are held out.

    Attributes:
        rasters: uint8 [V, N, 28, 28], V variations of the handwriting of each glyph; all the same for pictures.
        paths: int8 [V, N, 64, 6], trajectories in units of 1 / `TRAJECTORY_UNIT`; all zero for pictures.
        pictures: uint8 [P, N, 28, 28], rasters of P pictures of each glyph.
        labels: int64 [N], indices into the recipe's classes; the number of classes for junk.
        source: int64 [N], indices into the recipe's sources; the number of sources for junk.
        context: uint8 [A, 24, 24], the other ink around those glyphs that do not stand alone.
        context_row: int64 [N], indices into `context`; -1 for glyphs that stand alone.
        sizes: float32 [N, 2], width and height of the glyphs; in units (see `ink/spatial_context.py`) where they do not
            stand alone, otherwise in any unit.
        held_rasters: uint8 [M, 28, 28], rasters of the held-out glyphs as they were written; `held_paths`,
            `held_labels` and `held_source` likewise.
        held_pictures: uint8 [M, 28, 28], rasters of one picture of each.
        held_context: uint8 [B, 24, 24, 2], spatial context of those of them that do not stand alone.
        held_context_row: int64 [M], indices into `held_context`; -1 for glyphs that stand alone.
    """

    rasters: NDArray[np.uint8]
    paths: NDArray[np.int8]
    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    source: NDArray[np.int64]
    context: NDArray[np.uint8]
    context_row: NDArray[np.int64]
    sizes: NDArray[np.float32]
    held_rasters: NDArray[np.uint8]
    held_paths: NDArray[np.int8]
    held_pictures: NDArray[np.uint8]
    held_labels: NDArray[np.int64]
    held_source: NDArray[np.int64]
    held_context: NDArray[np.uint8]
    held_context_row: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def held_mask(self, way: Way) -> NDArray[np.bool_]:
        """Return which of the held-out glyphs have something that only this way gives the network, bool [M]."""
        written: NDArray[np.bool_] = self.held_paths[:, 0, -1] > 0
        if way == "in context":
            return self.held_context_row >= 0
        return written if way == "as pictures" else np.ones(len(written), bool)

    def held(
        self, way: Way, rows: NDArray[np.intp] | slice
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None, NDArray[np.float32] | None]:
        """Return rasters, trajectories and context of some held-out glyphs, as `Recognizer.answers` takes them."""
        rasters = (self.held_pictures if way == "as pictures" else self.held_rasters)[rows]
        paths = context = None
        if way != "as pictures":
            paths = self.held_paths[rows].astype(np.float32) / np.float32(TRAJECTORY_UNIT)
        if way == "in context":
            own = self.held_context_row[rows]
            context = np.zeros((len(own), FIELD, FIELD, LAYERS), np.float32)
            context[own >= 0] = self.held_context[own[own >= 0]].astype(np.float32) / np.float32(255)
        return rasters.astype(np.float32) / np.float32(255), paths, context


def ways_of(recipe: Recipe) -> tuple[Way, ...]:
    """Return the ways in which the network of a recipe may be given glyphs."""
    return ("alone", "in context", "as pictures") if recipe.with_context else ("alone", "as pictures")


def build_training_set(recipe: Recipe, root: Path, progress: Progress | None = None) -> TrainingSet:
    """Build the training set of a recipe, or open it where it was built before.

    The same recipe and data give the same set, byte for byte, on any number of processors.

    Args:
        recipe: What to learn from.
        root: The folder that the recipe's paths start from.
        progress: Called with the number of glyphs that are rendered, and of all glyphs.

    Raises:
        DataFault: Data is missing or damaged, or the set cannot be written.
    """
    folder = user_folder() / "sets" / _fingerprint(recipe, root)
    if not folder.is_dir():
        learned, held = gather(recipe, root)
        arrays = render(recipe, learned, held, progress)
        _keep(folder, arrays)
    # The files are mapped, not read: a set is larger than the free memory of many machines.
    return TrainingSet(
        **{item.name: np.load(folder / _file_name(item.name), mmap_mode="r") for item in fields(TrainingSet)}
    )


def _file_name(attribute: str) -> str:
    """Return the name of the file of an array; older sets call the context what lies around a glyph."""
    return f"{attribute.replace('context', 'around')}.npy"


def _fingerprint(recipe: Recipe, root: Path) -> str:
    """Return a name made from all that a set depends on; of data, its size and time, which is enough on one machine."""
    facts: dict[str, Any] = {"build": BUILD_VERSION, "preprocessing": PREPROCESSING_VERSION}
    facts["variation"] = asdict(Variation(**recipe.variation))
    facts["recipe"] = {
        name: value
        for name, value in recipe.to_data().items()
        if name
        in (
            "name",
            "alphabets",
            "beside",
            "sources",
            "strangers",
            "expressions",
            "variants",
            "pictures",
            "surrounded",
            "held_out",
            "seed",
        )
    }
    for path in [source.data for source in recipe.sources if source.data != MNIST] + [recipe.expressions]:
        if path:
            try:
                found = (root / path).stat()
            except OSError as error:
                raise DataFault(f"The recipe needs “{path}” in “{root}”: {reason(error)}.") from error
            facts[path] = [found.st_size, found.st_mtime_ns]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]


def _keep(folder: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Write the arrays into a folder, which is there with all of them or not at all."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
        try:
            for name, array in arrays.items():
                np.save(temporary / _file_name(name), array)
            os.replace(temporary, folder)
        except OSError:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    except OSError as error:
        raise DataFault(f"What was built for training cannot be kept in “{folder.parent}”: {reason(error)}.") from error
