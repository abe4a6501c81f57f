"""Batches are distorted: all views of a glyph by the same map, within the limits that the recipe sets."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.ink.raster import GLYPH_BOX, PEN_WIDTH, RASTER_SIZE
from digitvision.ink.trajectory import Trajectory
from digitvision.training.augmentation.distortion import Distortion
from digitvision.training.recipes.recipe import Recipe
from digitvision.training.recipes.training_set import TrainingSet
from tests.ink.test_raster import painted
from tests.training.recipes.batches import batches_of, batches_recipe, still
from tests.training.recipes.made_recipes import shape
from tests.training.recipes.made_sets import pictured_set, written_set


def _map_of(before: Trajectory, after: Trajectory) -> NDArray[np.float64]:
    """The map from the positions of one trajectory to those of the other, float64 [2, 2]."""
    found, *_ = np.linalg.lstsq(before[:, :2].astype(np.float64), after[:, :2].astype(np.float64), rcond=None)
    moving: NDArray[np.float64] = found.T
    return moving


def _centre(raster: NDArray[np.floating]) -> NDArray[np.float64]:
    rows, columns = np.mgrid[0:28, 0:28] + 0.5
    centre: NDArray[np.float64] = np.array([(raster * columns).sum(), (raster * rows).sum()]) / raster.sum()
    return centre


@pytest.mark.slow
@pytest.mark.parametrize("text", ["4", "7", "E", "L"])
def test_both_views_are_moved_by_the_same_map(tmp_path: Path, text: str) -> None:
    of = written_set(text * 6)
    recipe = batches_recipe(tmp_path, batch_size=6, without_trajectory=0)
    before = of.paths[0, 0].astype(np.float32) / 127

    (batch,) = batches_of(recipe, of, 1)

    apart: dict[str, list[float]] = {"by its map": [], "unmoved": [], "inverse": [], "mirrored": []}
    for raster, after in zip(batch.rasters[..., 0], batch.paths, strict=True):
        moving = _map_of(before, after)
        np.testing.assert_allclose(after[:, :2], before[:, :2] @ moving.T, atol=1e-4)
        for kind, other in zip(
            apart, (moving, np.eye(2), np.array(np.linalg.inv(moving), np.float64), moving.T), strict=True
        ):
            apart[kind].append(float(np.abs(_drawn(text, other, raster) - raster).mean()))
    # What is left is the blur that moving pixels brings.
    means = {kind: np.mean(values) for kind, values in apart.items()}
    assert means.pop("by its map") < 0.8 * min(means.values())


def _drawn(text: str, moving: NDArray[np.float64], like: NDArray[np.float32]) -> NDArray[np.float64]:
    """A shape's strokes under a map, as large as in a raster, with their mass where the other raster has it."""
    points = np.concatenate(shape(text))
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (GLYPH_BOX - PEN_WIDTH) / (high - low).max()
    # Every fourth sample is enough, and painting is slow.
    few = [np.concatenate([path[:-1:4], path[-1:]]) for path in shape(text)]
    paths = [(path - (low + high) / 2) * scale @ moving.T + RASTER_SIZE / 2 for path in few]
    by = _centre(like) - _centre(painted(paths))
    return painted([path + by for path in paths])


def test_directions_are_those_of_the_moved_path(tmp_path: Path) -> None:
    (batch,) = batches_of(batches_recipe(tmp_path, batch_size=16, without_trajectory=0), written_set("45" * 8), 2)

    paths = batch.paths
    norms = np.hypot(paths[:, :, 2], paths[:, :, 3])
    begins = paths[:, :, 4] == 1
    assert (norms[begins] == 0).all()
    np.testing.assert_allclose(norms[~begins], 1, atol=1e-5)
    steps = np.diff(paths[:, :, :2], axis=1)
    lengths = np.hypot(steps[..., 0], steps[..., 1])
    along = (steps * paths[:, 1:, 2:4]).sum(axis=2)
    inside = ~begins[:, 1:]
    # In bytes, a short step's own direction is coarse.
    assert (along[inside] > 0.8 * lengths[inside]).all()


def _maps_of(recipe: Recipe, of: TrainingSet) -> NDArray[np.float64]:
    (batch,) = batches_of(recipe, of, 1)
    before = of.paths[0, 0].astype(np.float32) / 127
    return np.array([_map_of(before, after) for after in batch.paths])


def test_maps_stay_within_their_limits_and_strokes_move_less_than_pictures(tmp_path: Path) -> None:
    by, of = Distortion(), written_set("4" * 400)

    maps = _maps_of(batches_recipe(tmp_path, batch_size=400, without_trajectory=0), of)

    turned = np.degrees(np.arctan2(maps[:, 1, 0], maps[:, 0, 0]))
    sizes = np.hypot(maps[:, 0, 0], maps[:, 1, 0])
    share = by.strokes_share
    assert 0.75 * share * by.turn < np.abs(turned).max() < 1.02 * share * by.turn
    assert np.abs(sizes - 1).max() < (by.size + by.proportion) * 1.02 * share
    assert np.abs(maps.mean(axis=0) - np.eye(2)).max() < 0.01


def test_the_recipe_says_how_much_batches_are_distorted(tmp_path: Path) -> None:
    of = written_set("4" * 200)
    recipe = batches_recipe(
        tmp_path, batch_size=200, without_trajectory=0, distortion=still(turn=30.0, strokes_share=1.0)
    )

    maps = _maps_of(recipe, of)

    turned = np.degrees(np.arctan2(maps[:, 1, 0], maps[:, 0, 0]))
    assert 25 < np.abs(turned).max() < 30.1
    np.testing.assert_allclose(np.hypot(maps[:, 0, 0], maps[:, 1, 0]), 1, atol=1e-2)


def test_positions_shift_by_no_more_than_the_limit(tmp_path: Path) -> None:
    of = pictured_set("0" * 200)

    (batch,) = batches_of(batches_recipe(tmp_path, batch_size=200), of, 1)

    start = _centre(of.rasters[0, 0].astype(np.float32))
    apart = np.array([_centre(raster[..., 0]) - start for raster in batch.rasters])
    assert np.median(np.abs(apart)) < Distortion().shift
    # The bending moves its mass a little, too.
    assert np.abs(apart).max() < 2.5 * Distortion().shift
    assert np.abs(apart.mean(axis=0)).max() < 0.25
