"""What a recipe trains on: every glyph rendered in several hands, junk, and held-out writers; built once, kept."""

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
"""Changes with every change of what is built from the same recipe and data."""

Way = Literal["alone", "in place", "pictured"]
"""How held-out glyphs are shown: by raster and trajectory; with what lies around them as well, those that do not stand
alone; as pictures."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """Rendered glyphs.

    Attributes:
        rasters: uint8 [V, N, 28, 28], V ways to write each glyph; pictures look the same in all.
        paths: int8 [V, N, 64, 6], trajectories; all zero for pictures.
        pictures: uint8 [P, N, 28, 28], rasters of P pictures of each glyph.
        labels: int64 [N], places in the recipe's classes; their number for junk.
        source: int64 [N], places in the recipe's sources; their number for junk.
        around: uint8 [A, 24, 24], the other ink around the glyphs that do not stand alone.
        around_row: int64 [N], places in `around`; -1 for glyphs that stand alone.
        sizes: float32 [N, 2], width and height of the glyphs; in units (see `ink/spatial_context.py`) where they do not
            stand alone, else in any.
        held_rasters: uint8 [M, 28, 28]: glyphs of writers that are not learned from, as written; likewise
            `held_paths`, `held_labels`, `held_source`.
        held_pictures: uint8 [M, 28, 28], rasters of one picture of each.
        held_around: uint8 [B, 24, 24, 2], surroundings of those of them that do not stand alone.
        held_around_row: int64 [M], places in `held_around`; -1 for glyphs that stand alone.
    """

    rasters: NDArray[np.uint8]
    paths: NDArray[np.int8]
    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    source: NDArray[np.int64]
    around: NDArray[np.uint8]
    around_row: NDArray[np.int64]
    sizes: NDArray[np.float32]
    held_rasters: NDArray[np.uint8]
    held_paths: NDArray[np.int8]
    held_pictures: NDArray[np.uint8]
    held_labels: NDArray[np.int64]
    held_source: NDArray[np.int64]
    held_around: NDArray[np.uint8]
    held_around_row: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def held_shown(self, way: Way) -> NDArray[np.bool_]:
        """bool [M]: which of the held-out glyphs this way shows something of that the others do not."""
        written: NDArray[np.bool_] = self.held_paths[:, 0, -1] > 0
        if way == "in place":
            return self.held_around_row >= 0
        return written if way == "pictured" else np.ones(len(written), bool)

    def held(
        self, way: Way, rows: NDArray[np.intp] | slice
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None, NDArray[np.float32] | None]:
        """Rasters, trajectories and surroundings of some held-out glyphs, as `Recognizer.answers` takes them."""
        rasters = (self.held_pictures if way == "pictured" else self.held_rasters)[rows]
        paths = around = None
        if way != "pictured":
            paths = self.held_paths[rows].astype(np.float32) / np.float32(TRAJECTORY_UNIT)
        if way == "in place":
            own = self.held_around_row[rows]
            around = np.zeros((len(own), FIELD, FIELD, LAYERS), np.float32)
            around[own >= 0] = self.held_around[own[own >= 0]].astype(np.float32) / np.float32(255)
        return rasters.astype(np.float32) / np.float32(255), paths, around


def ways_of(recipe: Recipe) -> tuple[Way, ...]:
    """The ways in which a recipe's network is shown glyphs."""
    return ("alone", "in place", "pictured") if recipe.with_context else ("alone", "pictured")


def build_training_set(recipe: Recipe, root: Path, progress: Progress | None = None) -> TrainingSet:
    """Build what a recipe trains on, or take what was built before.

    The same recipe and data give the same set, byte for byte, on any number of processors.

    Args:
        root: The folder that the recipe's paths start from.

    Raises:
        DataFault: Data is missing or damaged, or there is no room to keep what is built.
    """
    folder = user_folder() / "sets" / _fingerprint(recipe, root)
    if not folder.is_dir():
        learned, held = gather(recipe, root)
        arrays = render(recipe, learned, held, progress)
        _keep(folder, arrays)
    # Mapped, not read: a set is larger than what many machines have to spare.
    return TrainingSet(
        **{item.name: np.load(folder / f"{item.name}.npy", mmap_mode="r") for item in fields(TrainingSet)}
    )


def _fingerprint(recipe: Recipe, root: Path) -> str:
    """Names the set by all that it depends on; data by size and time, which is quick and enough on one machine."""
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
    """Write the arrays into a folder that is whole or not there."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
        try:
            for name, array in arrays.items():
                np.save(temporary / f"{name}.npy", array)
            os.replace(temporary, folder)
        except OSError:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    except OSError as error:
        raise DataFault(f"What was built for training cannot be kept in “{folder.parent}”: {reason(error)}.") from error
