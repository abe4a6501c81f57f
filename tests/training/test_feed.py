"""Batches: varied, the same for the same seed, and both views of a glyph moved by the same map."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.ink.raster import GLYPH_BOX, PEN_WIDTH, RASTER_SIZE, rasterize
from digitvision.ink.trajectory import Trajectory, trajectory
from digitvision.training.feed import PROPORTION, SHIFT_PIXELS, SIZE, SLANT, TURN_DEGREES, Feed
from digitvision.training.glyphs import stroke_of
from digitvision.training.recipe import Recipe, load_recipe
from digitvision.training.trainer import import_keras
from digitvision.training.trainingset import TrainingSet
from tests.ink.test_raster import painted
from tests.training.recipes import shape, write_recipe

pytestmark = pytest.mark.slow

Batch = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]


@pytest.fixture(autouse=True, scope="module")
def _tensorflow() -> None:
    """Imported as the program imports it: quietly."""
    import_keras()


def _recipe(folder: Path, **change: Any) -> Recipe:
    return load_recipe(str(write_recipe(folder / "recipe.json", **{"variants": 1, **change})))


def _set(rasters: NDArray[np.uint8], paths: NDArray[np.int8]) -> TrainingSet:
    """Glyphs with a label each, so that they can be told in a batch."""
    count = rasters.shape[1]
    places = np.arange(count)
    return TrainingSet(
        rasters, paths, places, np.zeros(count, np.int64), rasters[0, :0], paths[0, :0], places[:0], places[:0]
    )


def _written(texts: str, variants: int = 1) -> TrainingSet:
    glyphs = [[stroke_of(path) for path in shape(text)] for text in texts]
    rasters = np.array([np.rint(rasterize(glyph) * 255) for glyph in glyphs]).astype(np.uint8)
    paths = np.array([np.rint(trajectory(glyph) * 127) for glyph in glyphs]).astype(np.int8)
    return _set(np.repeat(rasters[None], variants, axis=0), np.repeat(paths[None], variants, axis=0))


def _pictures(texts: str) -> TrainingSet:
    of = _written(texts)
    return _set(of.rasters, np.zeros_like(of.paths))


def _epoch(recipe: Recipe, of: TrainingSet, epoch: int) -> list[Batch]:
    feed = Feed(recipe, of, epoch)
    return [(np.asarray(r), p, labels) for r, p, labels in (feed.batch(number) for number in range(len(feed)))]


def test_an_epoch_is_the_same_for_the_same_seed_and_another_for_another(tmp_path: Path) -> None:
    recipe, of = _recipe(tmp_path, batch_size=8), _written("0123456789" * 4)

    one, same, next_one = (_epoch(recipe, of, epoch) for epoch in (3, 3, 4))
    other_seed = _epoch(_recipe(tmp_path, batch_size=8, seed=9), of, 3)

    for batch, again in zip(one, same, strict=True):
        for part, part_again in zip(batch, again, strict=True):
            np.testing.assert_array_equal(part, part_again)
    for other in (next_one, other_seed):
        assert not np.array_equal(one[0][2], other[0][2])
        assert not np.array_equal(one[0][0], other[0][0])


def test_every_glyph_is_seen_once_an_epoch_but_for_the_rest_of_a_batch(tmp_path: Path) -> None:
    batches = _epoch(_recipe(tmp_path, batch_size=8), _written("0123456789" * 3), 1)

    seen = np.concatenate([labels for _, _, labels in batches])
    assert [len(labels) for _, _, labels in batches] == [8, 8, 8]
    assert len(set(seen.tolist())) == 24
    rasters, paths, labels = batches[0]
    assert rasters.shape == (8, 28, 28, 1)
    assert paths.shape == (8, 64, 6)
    assert [part.dtype.name for part in (rasters, paths, labels)] == ["float32", "float32", "int64"]


def test_another_epoch_sees_another_variant(tmp_path: Path) -> None:
    rasters = np.zeros((3, 8, 28, 28), np.uint8)
    for variant in range(3):
        rasters[variant, :, 10:18, 10:18] = 80 * (variant + 1)
    recipe = _recipe(tmp_path, batch_size=8, variants=3)
    of = _set(rasters, np.repeat(_written("1").paths, 8, axis=1).repeat(3, axis=0))

    seen = []
    for epoch in (1, 2, 3):
        ((found, _, labels),) = _epoch(recipe, of, epoch)
        # The middle of the square stays in the square, whatever the map.
        seen.append(np.rint(found[np.argsort(labels), 13, 13, 0] * 255 / 80).astype(int))

    assert (np.sort(np.array(seen), axis=0) == np.array([[1], [2], [3]])).all()


def test_the_share_that_is_to_be_hidden_has_no_trajectory_at_all(tmp_path: Path) -> None:
    recipe, of = _recipe(tmp_path, batch_size=50, without_trajectory=0.3), _written("0123456789" * 40)

    paths = np.concatenate([paths for _, paths, _ in _epoch(recipe, of, 1)])

    shown = paths.any(axis=(1, 2))
    assert 0.22 < 1 - shown.mean() < 0.38
    assert (paths[shown][:, :, 5] == 1).all()
    assert not paths[~shown].any()


def test_pictures_stay_without_a_trajectory(tmp_path: Path) -> None:
    ((rasters, paths, _),) = _epoch(_recipe(tmp_path, batch_size=10), _pictures("0123456789"), 1)

    assert not paths.any()
    assert rasters.reshape(10, -1).any(axis=1).all()
    assert 0 <= rasters.min() <= rasters.max() <= 1


def _map_of(before: Trajectory, after: Trajectory) -> NDArray[np.float64]:
    """float64 [2, 2]: the map that takes the one trajectory's places to the other's."""
    found, *_ = np.linalg.lstsq(before[:, :2].astype(np.float64), after[:, :2].astype(np.float64), rcond=None)
    moving: NDArray[np.float64] = found.T
    return moving


def _centre(raster: NDArray[np.floating]) -> NDArray[np.float64]:
    rows, columns = np.mgrid[0:28, 0:28] + 0.5
    centre: NDArray[np.float64] = np.array([(raster * columns).sum(), (raster * rows).sum()]) / raster.sum()
    return centre


@pytest.mark.parametrize("text", ["4", "7", "E", "L"])
def test_both_views_are_moved_by_the_same_map(tmp_path: Path, text: str) -> None:
    of = _written(text * 12)
    recipe = _recipe(tmp_path, batch_size=12, without_trajectory=0)
    before = of.paths[0, 0].astype(np.float32) / 127

    ((rasters, paths, _),) = _epoch(recipe, of, 1)

    apart: dict[str, list[float]] = {"by its map": [], "unmoved": [], "inverse": [], "mirrored": []}
    for raster, after in zip(rasters[..., 0], paths, strict=True):
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
    paths = [(path - (low + high) / 2) * scale @ moving.T + RASTER_SIZE / 2 for path in shape(text)]
    by = _centre(like) - _centre(painted(paths))
    return painted([path + by for path in paths])


def test_directions_are_those_of_the_moved_path(tmp_path: Path) -> None:
    ((_, paths, _),) = _epoch(_recipe(tmp_path, batch_size=16, without_trajectory=0), _written("45" * 8), 2)

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


def test_maps_stay_within_their_limits_and_strokes_move_less_than_pictures(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path, batch_size=400, without_trajectory=0)
    of = _written("4" * 400)
    before = of.paths[0, 0].astype(np.float32) / 127

    ((_, paths, _),) = _epoch(recipe, of, 1)

    maps = np.array([_map_of(before, after) for after in paths])
    turned = np.degrees(np.arctan2(maps[:, 1, 0], maps[:, 0, 0]))
    sizes = np.hypot(maps[:, 0, 0], maps[:, 1, 0])
    assert 0.3 * TURN_DEGREES < np.abs(turned).max() < 0.41 * TURN_DEGREES
    assert np.abs(sizes - 1).max() < (SIZE + PROPORTION) * 0.41
    assert np.abs(maps.mean(axis=0) - np.eye(2)).max() < 0.01
    assert SLANT > 0


def test_places_shift_by_no_more_than_the_limit(tmp_path: Path) -> None:
    of = _pictures("0" * 200)

    ((rasters, _, _),) = _epoch(_recipe(tmp_path, batch_size=200), of, 1)

    start = _centre(of.rasters[0, 0].astype(np.float32))
    apart = np.array([_centre(raster[..., 0]) - start for raster in rasters])
    assert np.median(np.abs(apart)) < SHIFT_PIXELS
    assert np.abs(apart).max() < 2 * SHIFT_PIXELS
    assert np.abs(apart.mean(axis=0)).max() < 0.25
