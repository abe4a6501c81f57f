"""Batches: varied, the same for the same seed, and both views of a glyph moved by the same map."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.ink.raster import rasterize
from digitvision.ink.trajectory import Trajectory, trajectory
from digitvision.training.feed import PROPORTION, SHIFT_PIXELS, SIZE, SLANT, TURN_DEGREES, Feed
from digitvision.training.glyphs import stroke_of
from digitvision.training.recipe import Recipe, load_recipe
from digitvision.training.trainer import import_keras
from digitvision.training.trainingset import TrainingSet
from tests.training.recipes import shape, write_recipe

pytestmark = pytest.mark.slow

Batch = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]


@pytest.fixture(autouse=True, scope="module")
def _tensorflow() -> None:
    """Imported as the program imports it: quietly."""
    import_keras()


def _recipe(folder: Path, **change: Any) -> Recipe:
    return load_recipe(str(write_recipe(folder / "recipe.json", **change)))


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
        assert all(np.array_equal(part, part_again) for part, part_again in zip(batch, again, strict=True))
    for other in (next_one, other_seed):
        assert not np.array_equal(one[0][2], other[0][2])
        assert not np.array_equal(one[0][0], other[0][0])


def test_every_glyph_is_seen_once_an_epoch_but_for_the_rest_of_a_batch(tmp_path: Path) -> None:
    batches = _epoch(_recipe(tmp_path, batch_size=8), _written("0123456789" * 3), 1)

    seen = np.concatenate([labels for _, _, labels in batches])
    assert [len(labels) for _, _, labels in batches] == [8, 8, 8]
    assert len(set(seen.tolist())) == 24
    rasters, paths, labels = batches[0]
    assert (rasters.shape, rasters.dtype) == ((8, 28, 28, 1), np.float32)
    assert (paths.shape, paths.dtype) == ((8, 64, 6), np.float32)
    assert labels.dtype == np.int64


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
    return found.T


def _centre(raster: NDArray[np.float32]) -> NDArray[np.float64]:
    rows, columns = np.mgrid[0:28, 0:28] + 0.5
    return np.array([(raster * columns).sum(), (raster * rows).sum()]) / raster.sum()


@pytest.mark.parametrize("text", ["4", "7", "E", "L"])
def test_both_views_are_moved_by_the_same_map(tmp_path: Path, text: str) -> None:
    of = _written(text * 32)
    recipe = _recipe(tmp_path, batch_size=32, without_trajectory=0)
    before = of.paths[0, 0].astype(np.float32) / 127

    ((rasters, paths, _),) = _epoch(recipe, of, 1)

    maps = [_map_of(before, after) for after in paths]
    strokes = shape(text)
    apart, unmoved = [], []
    for raster, after, moving in zip(rasters[..., 0], paths, maps, strict=True):
        np.testing.assert_allclose(after[:, :2], before[:, :2] @ moving.T, atol=1e-4)
        # The stroke itself, moved by the trajectory's map, drawn with the glyph's own size and place.
        middle = np.concatenate(strokes)
        middle = (middle.min(axis=0) + middle.max(axis=0)) / 2
        expected = _drawn([(path - middle) @ moving.T + middle for path in strokes], raster)
        apart.append(np.abs(expected - raster).mean())
        unmoved.append(np.abs(_drawn(list(strokes), raster) - raster).mean())
    assert np.mean(apart) < 0.6 * np.mean(unmoved)
    assert np.max(apart) < 0.035


def _drawn(paths: list[NDArray[np.float64]], like: NDArray[np.float32]) -> NDArray[np.float64]:
    """The strokes as large as the shape's own raster shows them, with their mass where the other raster has it."""
    from scipy.ndimage import shift

    raster = rasterize([stroke_of(path) for path in paths]).astype(np.float64)
    found: NDArray[np.float64] = shift(raster, (_centre(like) - _centre(raster))[::-1], order=1)
    return found


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
