"""Batches: varied, the same for the same seed, and all views of a glyph as they belong together."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.ink.raster import GLYPH_BOX, PEN_WIDTH, RASTER_SIZE
from digitvision.ink.trajectory import Trajectory
from digitvision.recognition.alphabets import CLASSES
from digitvision.training.distortion import Distortion
from digitvision.training.feed import ALONE, OTHER_PLACE, OWN_ALPHABET, RARE_SHARE, Batch, Feed
from digitvision.training.recipe import Recipe, load_recipe
from digitvision.training.trainingset import TrainingSet
from tests.ink.test_raster import painted
from tests.training.recipes import shape, write_recipe
from tests.training.sets import pictured_set, training_set, written_set

PIXELS: Final = 4
"""Of a unit in the surroundings."""

PEN: Final = 0.1
"""Units by which a glyph's box stands out on either side."""


def _recipe(folder: Path, **change: Any) -> Recipe:
    return load_recipe(str(write_recipe(folder / "recipe.json", **{"variants": 1, "pictures": 1, **change})))


def _epoch(recipe: Recipe, of: TrainingSet, epoch: int) -> list[Batch]:
    feed = Feed(recipe, of, epoch)
    return [feed.batch(number) for number in range(len(feed))]


def _still(**change: float) -> dict[str, float]:
    """No distortion but this one."""
    return {**dict.fromkeys(Distortion.__dataclass_fields__, 0.0), **change}


def _parts(batch: Batch) -> list[NDArray[Any]]:
    around = [] if batch.around is None else [batch.around]
    return [batch.rasters, batch.paths, batch.labels, batch.among, *around]


def test_an_epoch_is_the_same_for_the_same_seed_and_another_for_another(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path, batch_size=8, surrounded=True)
    of = written_set("0123456789" * 4, **_in_a_row(40))

    one, same, next_one = (_epoch(recipe, of, epoch) for epoch in (3, 3, 4))
    other_seed = _epoch(_recipe(tmp_path, batch_size=8, surrounded=True, seed=9), of, 3)

    for batch, again in zip(one, same, strict=True):
        assert batch.around is not None
        for part, part_again in zip(_parts(batch), _parts(again), strict=True):
            np.testing.assert_array_equal(part, part_again)
    for other in (next_one, other_seed):
        assert not np.array_equal(one[0].labels, other[0].labels)
        assert not np.array_equal(one[0].rasters, other[0].rasters)


def test_every_glyph_is_seen_once_an_epoch_but_for_the_rest_of_a_batch(tmp_path: Path) -> None:
    of = written_set("0123456789" * 3, labels=np.arange(30))

    batches = _epoch(_recipe(tmp_path, batch_size=8), of, 1)

    seen = np.concatenate([batch.labels for batch in batches])
    assert [len(batch.labels) for batch in batches] == [8, 8, 8]
    assert len(set(seen.tolist())) == 24


@pytest.mark.parametrize("surrounded", [False, True])
def test_a_batch_is_what_the_network_takes(tmp_path: Path, surrounded: bool) -> None:
    recipe = _recipe(tmp_path, batch_size=8, surrounded=surrounded)

    (batch,) = _epoch(recipe, written_set("01234567", **_in_a_row(8)), 1)

    assert batch.rasters.shape == (8, 28, 28, 1)
    assert batch.paths.shape == (8, 64, 6)
    assert batch.labels.shape == (8,)
    assert batch.among.shape == (8, len(recipe.classes) + 1)
    assert (batch.around is not None) == surrounded
    assert [part.dtype.name for part in _parts(batch)] == [
        "float32", "float32", "int64", "float32", *(["float32"] if surrounded else []),
    ]  # fmt: skip
    if batch.around is not None:
        assert batch.around.shape == (8, 24, 24, 2)


def test_another_epoch_sees_another_variant(tmp_path: Path) -> None:
    rasters = np.zeros((3, 8, 28, 28), np.uint8)
    for variant in range(3):
        rasters[variant, :, 10:18, 10:18] = 80 * (variant + 1)
    recipe = _recipe(tmp_path, batch_size=8, variants=3, without_trajectory=0)
    of = training_set(rasters=rasters, paths=np.repeat(written_set("1").paths, 8, axis=1).repeat(3, axis=0))

    seen = []
    for epoch in (1, 2, 3):
        (batch,) = _epoch(recipe, of, epoch)
        # The middle of the square stays in the square, whatever the map.
        seen.append(np.rint(batch.rasters[:, 13, 13, 0] * 255 / 80).astype(int))

    assert (np.sort(np.array(seen), axis=0) == np.array([[1], [2], [3]])).all()


def test_another_epoch_sees_another_picture_of_what_is_shown_as_one(tmp_path: Path) -> None:
    pictures = np.zeros((3, 8, 28, 28), np.uint8)
    for number in range(3):
        pictures[number, :, 10:18, 10:18] = 80 * (number + 1)
    of = pictured_set("01234567", pictures=pictures)
    recipe = _recipe(tmp_path, batch_size=8, pictures=3, distortion=_still())

    seen = []
    for epoch in (1, 2, 3):
        (batch,) = _epoch(recipe, of, epoch)
        seen.append(np.rint(batch.rasters[:, 13, 13, 0] * 255 / 80).astype(int))

    assert (np.sort(np.array(seen), axis=0) == np.array([[1], [2], [3]])).all()


def test_without_distortion_every_glyph_is_shown_as_it_was_rendered(tmp_path: Path) -> None:
    white, black = np.full((1, 60, 28, 28), 255, np.uint8), np.zeros((1, 60, 28, 28), np.uint8)
    of = written_set("012345" * 10, pictures=white)
    plain = written_set("012345" * 10, pictures=black)

    (batch,) = _epoch(_recipe(tmp_path, batch_size=60, distortion=_still()), of, 1)
    (again,) = _epoch(_recipe(tmp_path, batch_size=60, distortion=_still()), plain, 1)

    shown = batch.paths.any(axis=(1, 2))
    assert 0 < shown.sum() < 60
    # A batch of all glyphs has them in the set's order.
    np.testing.assert_allclose(batch.rasters[shown, :, :, 0] * 255, of.rasters[0, shown], atol=1e-3)
    np.testing.assert_allclose(batch.paths[shown, :, :2] * 127, of.paths[0, shown, :, :2], atol=1e-3)
    # What is shown without its trajectory is shown as a picture of it.
    assert (batch.rasters[~shown] == 1).all()
    assert not again.rasters[~shown].any()


def test_the_share_that_is_to_be_hidden_has_no_trajectory_at_all(tmp_path: Path) -> None:
    recipe, of = _recipe(tmp_path, batch_size=50, without_trajectory=0.3), written_set("0123456789" * 40)

    paths = np.concatenate([batch.paths for batch in _epoch(recipe, of, 1)])

    shown = paths.any(axis=(1, 2))
    assert 0.22 < 1 - shown.mean() < 0.38
    assert (paths[shown][:, :, 5] == 1).all()
    assert not paths[~shown].any()


def test_pictures_stay_without_a_trajectory(tmp_path: Path) -> None:
    (batch,) = _epoch(_recipe(tmp_path, batch_size=10), pictured_set("0123456789"), 1)

    assert not batch.paths.any()
    assert batch.rasters.reshape(10, -1).any(axis=1).all()
    assert 0 <= batch.rasters.min() <= batch.rasters.max() <= 1


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
    of = written_set(text * 6)
    recipe = _recipe(tmp_path, batch_size=6, without_trajectory=0)
    before = of.paths[0, 0].astype(np.float32) / 127

    (batch,) = _epoch(recipe, of, 1)

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
    (batch,) = _epoch(_recipe(tmp_path, batch_size=16, without_trajectory=0), written_set("45" * 8), 2)

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
    (batch,) = _epoch(recipe, of, 1)
    before = of.paths[0, 0].astype(np.float32) / 127
    return np.array([_map_of(before, after) for after in batch.paths])


def test_maps_stay_within_their_limits_and_strokes_move_less_than_pictures(tmp_path: Path) -> None:
    by, of = Distortion(), written_set("4" * 400)

    maps = _maps_of(_recipe(tmp_path, batch_size=400, without_trajectory=0), of)

    turned = np.degrees(np.arctan2(maps[:, 1, 0], maps[:, 0, 0]))
    sizes = np.hypot(maps[:, 0, 0], maps[:, 1, 0])
    share = by.strokes_share
    assert 0.75 * share * by.turn < np.abs(turned).max() < 1.02 * share * by.turn
    assert np.abs(sizes - 1).max() < (by.size + by.proportion) * 1.02 * share
    assert np.abs(maps.mean(axis=0) - np.eye(2)).max() < 0.01


def test_the_recipe_says_how_much_batches_are_distorted(tmp_path: Path) -> None:
    of = written_set("4" * 200)
    recipe = _recipe(tmp_path, batch_size=200, without_trajectory=0, distortion=_still(turn=30.0, strokes_share=1.0))

    maps = _maps_of(recipe, of)

    turned = np.degrees(np.arctan2(maps[:, 1, 0], maps[:, 0, 0]))
    assert 25 < np.abs(turned).max() < 30.1
    np.testing.assert_allclose(np.hypot(maps[:, 0, 0], maps[:, 1, 0]), 1, atol=1e-2)


def test_places_shift_by_no_more_than_the_limit(tmp_path: Path) -> None:
    of = pictured_set("0" * 200)

    (batch,) = _epoch(_recipe(tmp_path, batch_size=200), of, 1)

    start = _centre(of.rasters[0, 0].astype(np.float32))
    apart = np.array([_centre(raster[..., 0]) - start for raster in batch.rasters])
    assert np.median(np.abs(apart)) < Distortion().shift
    # The bending moves its mass a little, too.
    assert np.abs(apart).max() < 2.5 * Distortion().shift
    assert np.abs(apart.mean(axis=0)).max() < 0.25


_ALPHABETS: Final = ("all", "letters", "upper", "lower", "digits")


def _of_alphabets(folder: Path, **change: Any) -> Recipe:
    """Sources: letters of one case each, both, digits, signs, and one whose glyphs are for no alphabet."""
    names = [("all", "upper", "letters"), ("letters", "lower", "all"), ("all", "letters"), ("digits",), ("all",), ()]
    sources = [
        {"data": f"{number}.npz", "licence": "x", "alphabets": alphabets} for number, alphabets in enumerate(names)
    ]
    change = {"strangers": {}, "expressions": "", "batch_size": 400, **change}
    return _recipe(folder, alphabets=list(_ALPHABETS), sources=sources, **change)


def _among(recipe: Recipe, text: str, source: int) -> tuple[list[frozenset[str]], Batch]:
    """What 400 glyphs of a class and source are to be told from."""
    label = len(recipe.classes) if text == "stranger" else recipe.classes.index(text)
    of = written_set("4" * 400, labels=np.full(400, label), source=np.full(400, source))
    (batch,) = _epoch(recipe, of, 1)
    names = np.array([*recipe.classes, "stranger"])
    return [frozenset(names[row == 1].tolist()) for row in batch.among], batch


@pytest.mark.parametrize(
    ("text", "source", "own", "others"),
    [
        ("C", 0, "upper", ["letters", "all"]),
        ("c", 1, "lower", ["letters", "all"]),
        ("c", 2, "letters", ["all"]),
        ("C", 2, "letters", ["all"]),
        ("4", 3, "digits", []),
        ("+", 4, "all", []),
        # A glyph that is none of the class that its source is mostly for.
        ("c", 0, "letters", ["all"]),
        ("4", 1, "all", []),
    ],
)
def test_most_glyphs_are_told_from_the_smallest_alphabet_that_they_are_for(
    tmp_path: Path, text: str, source: int, own: str, others: list[str]
) -> None:
    found, _ = _among(_of_alphabets(tmp_path), text, source)

    kinds = {name: frozenset((*CLASSES[name], "stranger")) for name in (own, *others)}
    assert set(found) == set(kinds.values())
    share = found.count(kinds[own]) / len(found)
    # Where chance draws among all that fit, it may draw the smallest, too.
    assert share == pytest.approx(OWN_ALPHABET + (1 - OWN_ALPHABET) / (1 + len(others)), abs=0.07)
    for name in others:
        assert found.count(kinds[name]) / len(found) == pytest.approx((1 - share) / len(others), abs=0.06)


@pytest.mark.parametrize(("text", "source"), [("stranger", 6), ("4", 5), ("c", 3)])
def test_strangers_and_glyphs_that_are_for_no_alphabet_are_told_from_all(
    tmp_path: Path, text: str, source: int
) -> None:
    recipe = _of_alphabets(tmp_path)

    found, _ = _among(recipe, text, source)

    assert set(found) == {frozenset((*recipe.classes, "stranger"))}


@pytest.mark.parametrize("source", range(7))
def test_own_class_and_strangers_are_always_among_them(tmp_path: Path, source: int) -> None:
    recipe = _of_alphabets(tmp_path)
    labels = np.arange(400) % (len(recipe.classes) + 1)
    of = written_set("4" * 400, labels=labels, source=np.full(400, source))

    (batch,) = _epoch(recipe, of, 1)

    assert set(np.unique(batch.among)) <= {0, 1}
    assert (batch.among[:, -1] == 1).all()
    assert (batch.among[np.arange(400), batch.labels] == 1).all()


def _in_a_row(count: int) -> dict[str, NDArray[Any]]:
    """Glyphs of different sizes, each with ink around it that tells whose it is."""
    around = np.zeros((count, 24, 24), np.uint8)
    for place in range(count):
        around[place, 8:16, 8:16] = place + 1
    sizes = np.stack([np.full(count, 1.0), 0.4 + 0.01 * np.arange(count)], axis=1).astype(np.float32)
    return {"around": around, "around_row": np.arange(count), "sizes": sizes}


def _whose(field: NDArray[np.float32]) -> int | None:
    """The place of the glyph that this ink was around; None where there is none."""
    value = round(float(field[12, 12, 0]) * 255)
    return value - 1 if value else None


def _box(field: NDArray[np.float32]) -> tuple[float, float]:
    """Width and height in units of the box in the second layer, which has to lie within the field."""
    layer = field[:, :, 1].astype(np.float64)
    width = layer.sum(axis=1).max() / layer.max()
    height = layer.sum(axis=0).max() / layer.max()
    return width / PIXELS - 2 * PEN, height / PIXELS - 2 * PEN


def _numbered(count: int) -> NDArray[np.uint8]:
    """uint8 [1, N, 28, 28]: rasters that tell which glyph they are of; see `_places`."""
    rasters = np.zeros((1, count, 28, 28), np.uint8)
    rasters[0, :, 14, 14], rasters[0, :, 14, 15] = np.divmod(np.arange(count), 256)
    return rasters


def _places(batch: Batch) -> list[int]:
    """The glyphs of a batch by their places in a numbered set; nothing may have distorted them."""
    found = np.rint(batch.rasters[:, 14, 14:16, 0] * 255).astype(int)
    places: list[int] = (found[:, 0] * 256 + found[:, 1]).tolist()
    return places


def _surrounded_recipe(folder: Path, batch_size: int, alphabet: str = "math") -> Recipe:
    return _recipe(
        folder,
        alphabets=[alphabet],
        sources=[{"data": "m.npz", "licence": "x", "alphabets": [alphabet]}],
        surrounded=True,
        batch_size=batch_size,
        strangers={},
        expressions="",
        distortion=_still(),
    )


def _surrounded(folder: Path, texts: Sequence[str], **given: NDArray[Any]) -> tuple[Recipe, Batch]:
    """A batch as large as a set of glyphs of these classes, numbered in turn."""
    recipe = _surrounded_recipe(folder, len(texts))
    labels = np.array([recipe.classes.index(text) if text else len(recipe.classes) for text in texts])
    (batch,) = _epoch(recipe, training_set(**{"rasters": _numbered(len(texts)), "labels": labels, **given}), 1)
    assert batch.around is not None
    return recipe, batch


def test_without_surroundings_in_the_recipe_there_are_none(tmp_path: Path) -> None:
    (batch,) = _epoch(_recipe(tmp_path, batch_size=8), written_set("01234567", **_in_a_row(8)), 1)

    assert batch.around is None


def test_where_all_glyphs_stand_alone_no_surroundings_are_made_up(tmp_path: Path) -> None:
    _, batch = _surrounded(tmp_path, ["a", "b", "+", ""] * 50)

    assert batch.around is not None
    assert not batch.around.any()


def test_a_stranger_of_an_expression_has_its_own_surroundings_or_none(tmp_path: Path) -> None:
    given = _in_a_row(250)

    # Strangers have no role that they would share with others.
    _, batch = _surrounded(tmp_path, [""] * 250, **given)

    assert batch.around is not None
    shown = batch.around.any(axis=(1, 2, 3))
    assert 1 - shown.mean() == pytest.approx(ALONE, abs=0.09)
    for place, field in zip(np.array(_places(batch))[shown].tolist(), batch.around[shown], strict=True):
        assert _whose(field) == place
        # A little larger or smaller than it is.
        assert np.abs(np.log(np.array(_box(field)) / given["sizes"][place])).max() < 0.4


def test_most_glyphs_of_expressions_have_their_own_surroundings(tmp_path: Path) -> None:
    _, batch = _surrounded(tmp_path, ["c"] * 250, **_in_a_row(250))

    assert batch.around is not None
    owners = [_whose(field) for field in batch.around]
    own = np.mean([owner == place for owner, place in zip(owners, _places(batch), strict=True)])
    # Those that are there once more are never shown alone.
    alone = ALONE / (1 + RARE_SHARE)
    assert own == pytest.approx((1 - OTHER_PLACE) * (1 - alone), abs=0.08)
    assert np.mean([owner is None for owner in owners]) == pytest.approx((1 - OTHER_PLACE) * alone, abs=0.08)


def test_some_glyphs_of_expressions_come_once_more_the_rarer_their_class_the_likelier(tmp_path: Path) -> None:
    # Of two classes in expressions one is nine times as frequent; a third stands alone, and some are strangers.
    texts = ["x"] * 900 + ["X"] * 100 + ["7"] * 300 + [""] * 300
    recipe = _surrounded_recipe(tmp_path, 10)
    rows = np.arange(1600)
    rows[1000:1300] = -1
    around = np.zeros((1600, 24, 24), np.uint8)
    labels = np.array([recipe.classes.index(text) if text else len(recipe.classes) for text in texts])
    of = training_set(rasters=_numbered(1600), labels=labels, around=around, around_row=rows)

    once_more: list[list[int]] = []
    for epoch in (1, 2):
        batches = _epoch(recipe, of, epoch)
        assert len(batches) == 185
        counts = np.bincount([place for batch in batches for place in _places(batch)], minlength=1600)
        assert counts.min() == 1
        once_more.append((counts - 1).tolist())

    for more in once_more:
        assert sum(more) == RARE_SHARE * 1000
        assert sum(more[1000:]) == 0
        # By the roots of how many there are: three to one, not nine to one.
        assert sum(more[:900]) / sum(more) == pytest.approx(0.75, abs=0.09)
    assert once_more[0] != once_more[1]


def test_without_surroundings_no_glyph_comes_twice(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path, batch_size=10, distortion=_still())
    of = training_set(rasters=_numbered(200), **_in_a_row(200))

    places = [place for batch in _epoch(recipe, of, 1) for place in _places(batch)]

    assert sorted(places) == list(range(200))


def _among_where_shown(
    folder: Path, alphabets: list[str], text: str
) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
    """What 250 glyphs of a class are told from: those with surroundings, and those without."""
    recipe = _recipe(
        folder,
        alphabets=alphabets,
        sources=[{"data": "m.npz", "licence": "x", "alphabets": alphabets}],
        surrounded=True,
        batch_size=250,
        strangers={},
        expressions="",
    )
    labels = np.full(250, recipe.classes.index(text))
    of = written_set("4" * 250, labels=labels, **_in_a_row(250))
    (batch,) = _epoch(recipe, of, 1)
    assert batch.around is not None
    names = np.array([*recipe.classes, "stranger"])
    shown = batch.around.any(axis=(1, 2, 3))
    placed, alone = ({frozenset(names[row == 1].tolist()) for row in batch.among[part]} for part in (shown, ~shown))
    assert placed
    assert alone
    return placed, alone


@pytest.mark.parametrize("text", ["c", "C", "4"])
def test_in_its_place_a_glyph_is_told_from_all_that_stands_in_expressions(tmp_path: Path, text: str) -> None:
    alphabets = ["all", "math", "letters", "upper", "lower", "digits"]

    placed, alone = _among_where_shown(tmp_path, alphabets, text)

    everything = {name: frozenset((*CLASSES[name], "stranger")) for name in alphabets}
    assert placed == {everything["math"], everything["all"]}
    assert alone == {classes for classes in everything.values() if text in classes}


def test_in_its_place_a_glyph_is_told_from_all_classes_where_no_alphabet_is_one_of_expressions(tmp_path: Path) -> None:
    placed, alone = _among_where_shown(tmp_path, ["digits", "upper"], "4")

    assert placed == {frozenset((*CLASSES["digits"], *CLASSES["upper"], "stranger"))}
    assert alone == {frozenset((*CLASSES["digits"], "stranger"))}


def test_glyphs_stand_where_others_of_their_role_stood_but_of_no_other(tmp_path: Path) -> None:
    texts = ["a", "c", "b", "+", "∫"] * 48
    given = _in_a_row(240)

    _, batch = _surrounded(tmp_path, texts, **given)

    assert batch.around is not None
    kinds = {"a": "ac", "c": "ac", "b": "b", "+": "+", "∫": "∫"}
    swapped = 0
    for place, field in zip(_places(batch), batch.around, strict=True):
        owner = _whose(field)
        if owner is not None:
            assert texts[owner] in kinds[texts[place]]
            swapped += texts[owner] != texts[place]
    # Of two in five glyphs, a's and c's, a third and more stand elsewhere, half of them where the other class stood.
    assert swapped / 240 == pytest.approx(0.4 * OTHER_PLACE / 2, abs=0.05)


def test_what_takes_another_s_place_takes_its_height_and_keeps_its_own_shape(tmp_path: Path) -> None:
    # Wide small glyphs alone, and two narrow tall ones of their role in expressions.
    count = 300
    texts = ["b"] * (count - 2) + ["d", "d"]
    around = np.zeros((2, 24, 24), np.uint8)
    around[:, 8:16, 8:16] = np.array([1, 2])[:, None, None]
    sizes = np.tile(np.array([40.0, 20.0], np.float32), (count, 1))
    sizes[-2:] = [[0.5, 1.5], [0.5, 0.9]]
    rows = np.full(count, -1)
    rows[-2:] = [0, 1]

    recipe, batch = _surrounded(tmp_path, texts, around=around, around_row=rows, sizes=sizes)

    assert batch.around is not None
    b = recipe.classes.index("b")
    shown = batch.around.any(axis=(1, 2, 3)) & (batch.labels == b)
    assert shown.sum() / (count - 2) == pytest.approx(OTHER_PLACE, abs=0.08)
    heights: dict[int, list[float]] = {0: [], 1: []}
    for field in batch.around[shown]:
        owner = _whose(field)
        assert owner is not None
        width, height = _box(field)
        heights[owner].append(height)
        assert math.log(width / height / 2) == pytest.approx(0, abs=0.5)
    assert np.median(heights[0]) == pytest.approx(1.5, rel=0.05)
    assert np.median(heights[1]) == pytest.approx(0.9, rel=0.05)
    # It is still what it was.
    assert [recipe.classes[label] for label in batch.labels] == [texts[place] for place in _places(batch)]


@pytest.mark.parametrize("text", ["+", "=", "-"])
def test_what_has_no_height_to_speak_of_takes_the_other_s_width(tmp_path: Path, text: str) -> None:
    count = 200
    around = np.zeros((1, 24, 24), np.uint8)
    around[:, 8:16, 8:16] = 1
    sizes = np.tile(np.array([0.5, 0.25], np.float32), (count, 1))
    sizes[-1] = [1.0, 0.01]
    rows = np.full(count, -1)
    rows[-1] = 0

    _, batch = _surrounded(tmp_path, [text] * count, around=around, around_row=rows, sizes=sizes)

    assert batch.around is not None
    shown = batch.around[batch.around.any(axis=(1, 2, 3))]
    assert len(shown) > 30
    assert np.median([_box(field) for field in shown], axis=0) == pytest.approx((1.0, 0.5), rel=0.08)


@pytest.mark.parametrize(
    ("text", "size", "there", "other"),
    [
        # A fraction bar, which is a minus by its name.
        ("+", (0.8, 0.8), "-", (8.0, 0.1)),
        ("×", (0.7, 0.8), "-", (8.0, 0.1)),
        ("÷", (1.0, 1.0), "-", (8.0, 0.1)),
        (".", (0.08, 0.07), "…", (2.5, 0.2)),
        # Drawn straight down: its width is next to nothing, and cannot be what its size is measured by.
        (",", (0.004, 0.6), ",", (0.22, 0.6)),
        (".", (0.0, 0.1), ".", (0.1, 0.1)),
    ],
)
def test_nothing_grows_out_of_all_proportion_in_another_s_place(
    tmp_path: Path, text: str, size: tuple[float, float], there: str, other: tuple[float, float]
) -> None:
    count = 200
    around = np.zeros((1, 24, 24), np.uint8)
    around[:, 8:16, 8:16] = 1
    sizes = np.tile(np.array(size, np.float32), (count, 1))
    sizes[-1] = other
    rows = np.full(count, -1)
    rows[-1] = 0

    _, batch = _surrounded(tmp_path, [text] * (count - 1) + [there], around=around, around_row=rows, sizes=sizes)

    assert batch.around is not None
    fields = [field for place, field in zip(_places(batch), batch.around, strict=True) if place < count - 1]
    # What is thinner than a pixel counts as up to two of them.
    assert max((max(_box(field)) for field in fields if field.any()), default=0.0) < 2.5 * max(size) + 0.2


def test_the_ink_around_is_shifted_by_no_more_than_a_pixel(tmp_path: Path) -> None:
    count = 200
    around = np.zeros((1, 24, 24), np.uint8)
    around[0, 10, 6] = 255
    sizes = np.ones((count, 2), np.float32)

    _, batch = _surrounded(tmp_path, ["∫"] * count, around=around, around_row=np.zeros(count, np.int64), sizes=sizes)

    assert batch.around is not None
    places = {tuple(place) for field in batch.around for place in np.argwhere(field[:, :, 0] > 0).tolist()}
    assert places == {(row, column) for row in (9, 10, 11) for column in (5, 6, 7)}
    assert batch.around[:, :, :, 0].max() == 1


def test_ink_at_the_field_s_edge_does_not_come_in_again_at_the_other_side(tmp_path: Path) -> None:
    count = 200
    around = np.zeros((1, 24, 24), np.uint8)
    around[0, 8:16, 0] = 255

    _, batch = _surrounded(tmp_path, ["∫"] * count, around=around, around_row=np.zeros(count, np.int64))

    assert batch.around is not None
    assert batch.around[:, :, :2, 0].any()
    assert not batch.around[:, :, 12:, 0].any()
