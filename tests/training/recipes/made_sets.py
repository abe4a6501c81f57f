"""Training sets for the tests: the arrays that a test is about, and for all others what is sensible without them."""

from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import rasterize
from digitvision.ink.trajectory import trajectory
from digitvision.training.data.glyphs import stroke_of
from digitvision.training.recipes.training_set import TrainingSet
from tests.training.recipes.made_recipes import shape

_FIRST_AXIS: Final = {"labels", "source", "context_row", "sizes"}
_SECOND_AXIS: Final = {"rasters", "paths", "pictures"}


def training_set(**given: NDArray[Any]) -> TrainingSet:
    """A set with these arrays; all others are blank: nothing drawn, glyphs that stand alone, ten labels in turn."""
    counts = {array.shape[name in _SECOND_AXIS] for name, array in given.items() if name in _FIRST_AXIS | _SECOND_AXIS}
    held = {len(array) for name, array in given.items() if name.startswith("held_") and name != "held_context"}
    if len(counts) > 1 or len(held) > 1:
        raise ValueError(f"{counts} glyphs, {held} of them held out")
    (count,), (held_count,) = counts or {0}, held or {0}
    blank: dict[str, NDArray[Any]] = {
        "rasters": np.zeros((1, count, 28, 28), np.uint8),
        "paths": np.zeros((1, count, 64, 6), np.int8),
        "pictures": given.get("rasters", np.zeros((1, count, 28, 28), np.uint8)),
        "labels": np.arange(count, dtype=np.int64) % 10,
        "source": np.zeros(count, np.int64),
        "context": np.zeros((0, 24, 24), np.uint8),
        "context_row": np.full(count, -1, np.int64),
        "sizes": np.ones((count, 2), np.float32),
        "held_rasters": np.zeros((held_count, 28, 28), np.uint8),
        "held_paths": np.zeros((held_count, 64, 6), np.int8),
        "held_pictures": np.zeros((held_count, 28, 28), np.uint8),
        "held_labels": np.arange(held_count, dtype=np.int64) % 10,
        "held_source": np.zeros(held_count, np.int64),
        "held_context": np.zeros((0, 24, 24, 2), np.uint8),
        "held_context_row": np.full(held_count, -1, np.int64),
    }
    return TrainingSet(**{**blank, **given})


def written_set(texts: str, **given: NDArray[Any]) -> TrainingSet:
    """One glyph of strokes for each of the texts."""
    rasters, paths = zip(*map(_rendered, texts), strict=True)
    return training_set(**{"rasters": np.stack(rasters)[None], "paths": np.stack(paths)[None], **given})


def pictured_set(texts: str, **given: NDArray[Any]) -> TrainingSet:
    """One picture for each of the texts."""
    return training_set(**{"rasters": written_set(texts).rasters, **given})


@cache
def _rendered(text: str) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
    strokes = [stroke_of(path) for path in shape(text)]
    return np.rint(rasterize(strokes) * 255).astype(np.uint8), np.rint(trajectory(strokes) * 127).astype(np.int8)
