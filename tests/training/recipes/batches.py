"""Recipes and sets for the tests of batches, and whole epochs of these."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitvision.training.augmentation.distortion import Distortion
from digitvision.training.recipes.batches import Batch, Batches
from digitvision.training.recipes.recipe import Recipe
from digitvision.training.recipes.training_set import TrainingSet
from tests.training.recipes.made_recipes import read_recipe, write_recipe


def batches_recipe(folder: Path, **change: Any) -> Recipe:
    return read_recipe(str(write_recipe(folder / "recipe.json", **{"variants": 1, "pictures": 1, **change})))


def batches_of(recipe: Recipe, of: TrainingSet, epoch: int) -> list[Batch]:
    batches = Batches(recipe, of, epoch)
    return [batches.batch(number) for number in range(len(batches))]


def still(**change: float) -> dict[str, float]:
    """No distortion but this one."""
    return {**dict.fromkeys(Distortion.__dataclass_fields__, 0.0), **change}


def in_a_row(count: int) -> dict[str, NDArray[Any]]:
    """Glyphs of different sizes, each with a context that identifies it."""
    context = np.zeros((count, 24, 24), np.uint8)
    for index in range(count):
        context[index, 8:16, 8:16] = index + 1
    sizes = np.stack([np.full(count, 1.0), 0.4 + 0.01 * np.arange(count)], axis=1).astype(np.float32)
    return {"context": context, "context_row": np.arange(count), "sizes": sizes}
