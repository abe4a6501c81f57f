"""Distortion of rasters and trajectories: compared with slow loops, and only as far as wanted."""

import math
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitvision.ink.raster import CENTRE, RASTER_SIZE, rasterize
from digitvision.ink.trajectory import trajectory
from digitvision.training.augmentation.distortion import (
    Distortion,
    move_trajectories,
    random_maps,
    vary_ink,
    warp_rasters,
)
from digitvision.training.data.glyphs import stroke_of
from tests.ink.test_raster import centre_of_mass
from tests.training.recipes.made_recipes import CAPITALS, shape
from tests.training.samples import mnist_part

_STILL: Final = dict.fromkeys(Distortion.__dataclass_fields__, 0.0)
NOTHING = Distortion(**_STILL)
MIDDLE: Final = CENTRE - 0.5
"""The pixel that glyphs' mass is centred on, counted from 0: what maps are about."""


def _only(**change: float) -> Distortion:
    return Distortion(**{**_STILL, **change})


def _chance(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def _digits(count: int) -> NDArray[np.float32]:
    return mnist_part(count)[0].astype(np.float32) / np.float32(255)


def _same(count: int) -> NDArray[np.float64]:
    return np.repeat(np.eye(2)[None], count, axis=0)


def _all(count: int) -> NDArray[np.bool_]:
    return np.ones(count, bool)


def _slowly_warped(raster: NDArray[np.float32], by: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map rasters pixel by pixel, with bilinear interpolation between the four nearest pixels."""
    result = np.zeros((RASTER_SIZE, RASTER_SIZE))
    (a, b), (c, d) = by.tolist()
    determinant = a * d - b * c
    for row in range(RASTER_SIZE):
        for column in range(RASTER_SIZE):
            right, down = column - MIDDLE, row - MIDDLE
            x = (d * right - b * down) / determinant + MIDDLE
            y = (a * down - c * right) / determinant + MIDDLE
            for left in (math.floor(x), math.floor(x) + 1):
                for top in (math.floor(y), math.floor(y) + 1):
                    if 0 <= left < RASTER_SIZE and 0 <= top < RASTER_SIZE:
                        result[row, column] += (1 - abs(x - left)) * (1 - abs(y - top)) * raster[top, left]
    return result


@given(st.integers(0, 2**32 - 1))
def test_without_any_distortion_rasters_are_what_they_were(seed: int) -> None:
    generator = _chance(seed)
    rasters = generator.random((3, RASTER_SIZE, RASTER_SIZE), np.float32)
    before = rasters.copy()

    maps = random_maps(np.ones(3), NOTHING, generator)
    found = warp_rasters(rasters, maps, _all(3), NOTHING, generator)

    np.testing.assert_array_equal(maps, _same(3))
    np.testing.assert_allclose(found, before, atol=1e-6)
    np.testing.assert_array_equal(rasters, before)
    np.testing.assert_array_equal(vary_ink(found.copy(), _all(3), NOTHING, generator), found)


def test_distorted_samples_have_the_precision_that_networks_take() -> None:
    maps, paths = random_maps(np.ones(2), Distortion(), _chance()), np.ones((2, 64, 6), np.float32)

    assert move_trajectories(paths, maps).dtype == np.float32
    assert vary_ink(_digits(2), _all(2), Distortion(), _chance()).dtype == np.float32
    assert warp_rasters(_digits(2), maps, _all(2), Distortion(), _chance()).dtype == np.float32


@pytest.mark.parametrize("seed", range(4))
def test_rasters_are_mapped_as_a_slow_loop_maps_them(seed: int) -> None:
    generator = _chance(seed)
    rasters = _digits(3)
    maps = random_maps(np.full(3, 2.0), Distortion(), generator)

    found = warp_rasters(rasters, maps, _all(3), NOTHING, generator)

    for after, before, by in zip(found, rasters, maps, strict=True):
        np.testing.assert_allclose(after, _slowly_warped(before, by), atol=1e-4)


def test_a_map_leaves_the_centre_and_turns_the_rest() -> None:
    rasters = _digits(4)
    quarter = np.repeat(np.array([[[0.0, -1.0], [1.0, 0.0]]]), 4, axis=0)

    found = warp_rasters(rasters, quarter, _all(4), NOTHING, _chance())

    # Downwards is positive, so a quarter clockwise, about pixel 14: the first row and column have no counterpart.
    np.testing.assert_allclose(found[:, 1:, 1:], np.rot90(rasters[:, 1:, 1:], -1, axes=(1, 2)), atol=1e-5)


def test_a_raster_is_shifted_as_a_whole_and_no_farther_than_the_limit() -> None:
    square = np.zeros((RASTER_SIZE, RASTER_SIZE), np.float32)
    square[8:20, 10:18] = 1
    rasters = np.repeat(square[None], 300, axis=0)

    found = warp_rasters(rasters, _same(300), _all(300), _only(shift=1.5), _chance())

    start = np.array(centre_of_mass(rasters[0]))
    apart = np.array([centre_of_mass(raster) for raster in found]) - start
    assert 1.4 < np.abs(apart).max() <= 1.5 + 1e-3
    assert np.abs(apart.mean(axis=0)).max() < 0.2
    np.testing.assert_allclose(found.sum(axis=(1, 2)), rasters.sum(axis=(1, 2)), rtol=1e-4)


def test_only_bendable_rasters_are_bent_and_only_the_wanted_share() -> None:
    rasters = np.repeat(_digits(1), 400, axis=0)
    bendable = np.arange(400) % 2 == 0

    found = warp_rasters(rasters, _same(400), bendable, _only(elastic=1.0, elastic_chance=0.4), _chance())

    changed = np.abs(found - rasters).max(axis=(1, 2)) > 1e-3
    assert not changed[~bendable].any()
    assert 0.3 < changed[bendable].mean() < 0.5
    # A bent digit is still that digit: about as much ink, about where it was.
    assert np.abs(found[changed] - rasters[changed]).mean() < 0.5 * np.abs(rasters[0] - _digits(2)[1]).mean()
    np.testing.assert_allclose(found[changed].sum(axis=(1, 2)), rasters[0].sum(), rtol=0.5)


@pytest.mark.parametrize("elastic", [0.4, 0.9])
def test_pixels_are_moved_smoothly_and_as_far_as_wanted(elastic: float) -> None:
    # Slopes whose values give the position.
    columns = np.tile(np.arange(RASTER_SIZE, dtype=np.float32), (RASTER_SIZE, 1))
    slopes = np.repeat(np.stack([columns, columns.T]), 200, axis=0)

    found = warp_rasters(slopes, _same(400), _all(400), _only(elastic=elastic, elastic_chance=1.0), _chance())

    inner = slice(5, -5)
    apart = (found - slopes)[:, inner, inner]
    assert np.sqrt((apart**2).mean()) == pytest.approx(elastic, rel=0.1)
    assert abs(apart.mean()) < 0.1 * elastic
    # Neighbouring pixels are moved alike, distant ones independently.
    beside = np.diff(apart, axis=1)
    assert np.sqrt((beside**2).mean()) < 0.4 * elastic
    assert abs(np.corrcoef(apart[:, 0, 0], apart[:, -1, -1])[0, 1]) < 0.2


@pytest.mark.parametrize("strength", [1.0, 0.4])
def test_each_change_is_what_its_name_says_and_no_more_than_the_limit(strength: float) -> None:
    strengths = np.full(500, strength)

    turns = random_maps(strengths, _only(turn=9.0), _chance())
    slants = random_maps(strengths, _only(slant=0.16), _chance())
    sizes = random_maps(strengths, _only(size=0.09), _chance())
    proportions = random_maps(strengths, _only(proportion=0.1), _chance())

    angles = np.degrees(np.arctan2(turns[:, 1, 0], turns[:, 0, 0]))
    for by, angle in zip(turns, np.radians(angles), strict=True):
        expected = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
        np.testing.assert_allclose(by, expected, atol=1e-12)
    # An upright line leans, a level one stays.
    np.testing.assert_allclose(slants[:, :, 0], np.tile([1.0, 0.0], (500, 1)), atol=1e-12)
    np.testing.assert_allclose(slants[:, 1, 1], 1, atol=1e-12)
    np.testing.assert_allclose(sizes, sizes[:, :1, :1] * np.eye(2), atol=1e-12)
    np.testing.assert_allclose(proportions[:, [0, 1, 1], [1, 0, 1]], np.tile([0.0, 0.0, 1.0], (500, 1)), atol=1e-12)
    for amounts, limit in (
        (angles, 9.0),
        (slants[:, 0, 1], 0.16),
        (sizes[:, 0, 0] - 1, 0.09),
        (proportions[:, 0, 0] - 1, 0.1),
    ):
        assert 0.95 * limit * strength < np.abs(amounts).max() <= limit * strength + 1e-9
        assert abs(amounts.mean()) < 0.1 * limit * strength


def test_no_strength_is_no_map() -> None:
    strength = np.array([0.0, 1.0, 0.0])

    maps = random_maps(strength, Distortion(), _chance())

    np.testing.assert_array_equal(maps[[0, 2]], _same(2))
    assert not np.allclose(maps[1], np.eye(2))


@pytest.mark.parametrize("text", ["0", "4", "8", *CAPITALS])
def test_trajectories_are_mapped_as_a_slow_loop_maps_each_point(text: str) -> None:
    path = trajectory([stroke_of(path) for path in shape(text)])
    maps = random_maps(np.full(3, 1.5), Distortion(), _chance())

    found = move_trajectories(np.repeat(path[None], 3, axis=0), maps)

    for after, ((a, b), (c, d)) in zip(found, maps.tolist(), strict=True):
        for (x, y, cosine, sine, *rest), (was_x, was_y, was_cosine, was_sine, *was) in zip(
            after.tolist(), path.tolist(), strict=True
        ):
            assert (x, y) == pytest.approx((a * was_x + b * was_y, c * was_x + d * was_y), abs=1e-5)
            right, down = a * was_cosine + b * was_sine, c * was_cosine + d * was_sine
            length = math.hypot(right, down)
            expected = (right / length, down / length) if length else (0.0, 0.0)
            assert (cosine, sine) == pytest.approx(expected, abs=1e-5)
            assert rest == was


def test_a_missing_trajectory_stays_missing() -> None:
    nothing = np.zeros((5, 64, 6), np.float32)

    assert not move_trajectories(nothing, random_maps(np.ones(5), Distortion(), _chance())).any()


def test_a_trajectory_and_its_raster_go_the_same_way() -> None:
    # An upright bar that is turned clockwise leans with its top to the right.
    bar = [stroke_of(np.array([[0.0, 0.0], [0.0, 100.0]]))]
    by = np.array([[[math.cos(0.3), -math.sin(0.3)], [math.sin(0.3), math.cos(0.3)]]])

    path = move_trajectories(trajectory(bar)[None], by)[0]
    raster = warp_rasters(rasterize(bar)[None], by, _all(1), NOTHING, _chance())[0]

    columns = np.arange(RASTER_SIZE)
    top, low = (raster[rows] @ columns / raster[rows].sum(axis=1) for rows in (slice(6, 10), slice(18, 22)))
    assert path[0, 0] > 0 > path[-1, 0]
    assert top.mean() > low.mean() + 2


def test_lines_get_thicker_or_thinner_within_the_range_of_the_neighbouring_pixels() -> None:
    rasters = _digits(60)

    found = vary_ink(rasters.copy(), _all(60), _only(weight_chance=1.0), _chance())

    for before, after in zip(rasters, found, strict=True):
        for row in range(RASTER_SIZE):
            for column in range(RASTER_SIZE):
                neighbours = before[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
                least = neighbours.min() if 0 < row < 27 and 0 < column < 27 else 0.0
                assert least - 1e-6 <= after[row, column] <= neighbours.max() + 1e-6
    change = found.sum(axis=(1, 2)) / rasters.sum(axis=(1, 2))
    bolder, finer = change > 1, change < 1
    assert bolder.sum() > 15
    assert finer.sum() > 15
    assert not (bolder & (found < rasters - 1e-6).any(axis=(1, 2))).any()
    assert not (finer & (found > rasters + 1e-6).any(axis=(1, 2))).any()
    assert found.any(axis=(1, 2)).all()


def test_noise_is_as_strong_as_wanted_and_ink_stays_within_its_range() -> None:
    grey = np.full((50, RASTER_SIZE, RASTER_SIZE), 0.5, np.float32)

    found = vary_ink(grey.copy(), _all(50), _only(noise=0.1, noise_chance=1.0), _chance())

    assert (found - grey).std() == pytest.approx(0.1, rel=0.05)
    loud = vary_ink(_digits(50), _all(50), _only(noise=2.0, noise_chance=1.0), _chance())
    assert (loud.min(), loud.max()) == (0, 1)


@pytest.mark.parametrize(
    "by", [_only(weight_chance=1.0), _only(noise=0.1, noise_chance=1.0), _only(weight_chance=0.3), Distortion()]
)
def test_only_pictures_get_another_line_and_only_the_wanted_share(by: Distortion) -> None:
    rasters = np.repeat(_digits(1), 600, axis=0)
    pictures = np.arange(600) % 3 == 0

    found = vary_ink(rasters.copy(), pictures, by, _chance())

    changed = (found != rasters).any(axis=(1, 2))
    assert not changed[~pictures].any()
    wanted = 1 - (1 - by.weight_chance) * (1 - by.noise_chance)
    assert changed[pictures].mean() == pytest.approx(wanted, abs=0.09)


def test_the_same_seed_distorts_the_same() -> None:
    def distorted(seed: int) -> NDArray[np.float32]:
        generator = _chance(seed)
        maps = random_maps(np.ones(8), Distortion(), generator)
        return vary_ink(
            warp_rasters(_digits(8), maps, _all(8), Distortion(), generator), _all(8), Distortion(), generator
        )

    np.testing.assert_array_equal(distorted(5), distorted(5))
    assert not np.array_equal(distorted(5), distorted(6))
