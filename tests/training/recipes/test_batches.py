"""Batches: varied, the same for the same seed, and all of what the network takes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.training.recipes.batches import Batch
from tests.training.recipes.batches import batches_of, batches_recipe, in_a_row, still
from tests.training.recipes.made_sets import pictured_set, training_set, written_set


def _parts(batch: Batch) -> list[NDArray[Any]]:
    context = [] if batch.context is None else [batch.context]
    return [batch.rasters, batch.paths, batch.labels, batch.among, *context]


def test_an_epoch_is_the_same_for_the_same_seed_and_another_for_another(tmp_path: Path) -> None:
    recipe = batches_recipe(tmp_path, batch_size=8, surrounded=True)
    of = written_set("0123456789" * 4, **in_a_row(40))

    one, same, next_one = (batches_of(recipe, of, epoch) for epoch in (3, 3, 4))
    other_seed = batches_of(batches_recipe(tmp_path, batch_size=8, surrounded=True, seed=9), of, 3)

    for batch, again in zip(one, same, strict=True):
        assert batch.context is not None
        for part, part_again in zip(_parts(batch), _parts(again), strict=True):
            np.testing.assert_array_equal(part, part_again)
    for other in (next_one, other_seed):
        assert not np.array_equal(one[0].labels, other[0].labels)
        assert not np.array_equal(one[0].rasters, other[0].rasters)


def test_every_glyph_is_in_one_batch_of_an_epoch_but_for_the_rest_of_a_batch(tmp_path: Path) -> None:
    of = written_set("0123456789" * 3, labels=np.arange(30))

    batches = batches_of(batches_recipe(tmp_path, batch_size=8), of, 1)

    seen = np.concatenate([batch.labels for batch in batches])
    assert [len(batch.labels) for batch in batches] == [8, 8, 8]
    assert len(set(seen.tolist())) == 24


@pytest.mark.parametrize("with_context", [False, True])
def test_a_batch_is_what_the_network_takes(tmp_path: Path, with_context: bool) -> None:
    recipe = batches_recipe(tmp_path, batch_size=8, surrounded=with_context)

    (batch,) = batches_of(recipe, written_set("01234567", **in_a_row(8)), 1)

    assert batch.rasters.shape == (8, 28, 28, 1)
    assert batch.paths.shape == (8, 64, 6)
    assert batch.labels.shape == (8,)
    assert batch.among.shape == (8, len(recipe.classes) + 1)
    assert (batch.context is not None) == with_context
    assert [part.dtype.name for part in _parts(batch)] == [
        "float32", "float32", "int64", "float32", *(["float32"] if with_context else []),
    ]  # fmt: skip
    if batch.context is not None:
        assert batch.context.shape == (8, 24, 24, 2)


def test_another_epoch_sees_another_variant(tmp_path: Path) -> None:
    rasters = np.zeros((3, 8, 28, 28), np.uint8)
    for variant in range(3):
        rasters[variant, :, 10:18, 10:18] = 80 * (variant + 1)
    recipe = batches_recipe(tmp_path, batch_size=8, variants=3, without_trajectory=0)
    of = training_set(rasters=rasters, paths=np.repeat(written_set("1").paths, 8, axis=1).repeat(3, axis=0))

    seen = []
    for epoch in (1, 2, 3):
        (batch,) = batches_of(recipe, of, epoch)
        # The middle of the square stays in the square, whatever the map.
        seen.append(np.rint(batch.rasters[:, 13, 13, 0] * 255 / 80).astype(int))

    assert (np.sort(np.array(seen), axis=0) == np.array([[1], [2], [3]])).all()


def test_another_epoch_has_another_picture_of_a_glyph(tmp_path: Path) -> None:
    pictures = np.zeros((3, 8, 28, 28), np.uint8)
    for number in range(3):
        pictures[number, :, 10:18, 10:18] = 80 * (number + 1)
    of = pictured_set("01234567", pictures=pictures)
    recipe = batches_recipe(tmp_path, batch_size=8, pictures=3, distortion=still())

    seen = []
    for epoch in (1, 2, 3):
        (batch,) = batches_of(recipe, of, epoch)
        seen.append(np.rint(batch.rasters[:, 13, 13, 0] * 255 / 80).astype(int))

    assert (np.sort(np.array(seen), axis=0) == np.array([[1], [2], [3]])).all()


def test_without_distortion_every_glyph_is_given_as_it_was_rendered(tmp_path: Path) -> None:
    white, black = np.full((1, 60, 28, 28), 255, np.uint8), np.zeros((1, 60, 28, 28), np.uint8)
    of = written_set("012345" * 10, pictures=white)
    plain = written_set("012345" * 10, pictures=black)

    (batch,) = batches_of(batches_recipe(tmp_path, batch_size=60, distortion=still()), of, 1)
    (again,) = batches_of(batches_recipe(tmp_path, batch_size=60, distortion=still()), plain, 1)

    shown = batch.paths.any(axis=(1, 2))
    assert 0 < shown.sum() < 60
    # A batch of all glyphs has them in the set's order.
    np.testing.assert_allclose(batch.rasters[shown, :, :, 0] * 255, of.rasters[0, shown], atol=1e-3)
    np.testing.assert_allclose(batch.paths[shown, :, :2] * 127, of.paths[0, shown, :, :2], atol=1e-3)
    # A glyph without its trajectory is given as a picture.
    assert (batch.rasters[~shown] == 1).all()
    assert not again.rasters[~shown].any()


def test_the_share_that_is_to_be_hidden_has_no_trajectory_at_all(tmp_path: Path) -> None:
    recipe, of = batches_recipe(tmp_path, batch_size=50, without_trajectory=0.3), written_set("0123456789" * 40)

    paths = np.concatenate([batch.paths for batch in batches_of(recipe, of, 1)])

    shown = paths.any(axis=(1, 2))
    assert 0.22 < 1 - shown.mean() < 0.38
    assert (paths[shown][:, :, 5] == 1).all()
    assert not paths[~shown].any()


def test_pictures_stay_without_a_trajectory(tmp_path: Path) -> None:
    (batch,) = batches_of(batches_recipe(tmp_path, batch_size=10), pictured_set("0123456789"), 1)

    assert not batch.paths.any()
    assert batch.rasters.reshape(10, -1).any(axis=1).all()
    assert 0 <= batch.rasters.min() <= batch.rasters.max() <= 1
