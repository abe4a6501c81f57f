"""Variation of handwriting: whatever the random numbers are, the glyph stays a glyph."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitvision.ink.raster import rasterize
from digitvision.ink.trajectory import trajectory
from digitvision.training.augmentation.handwriting import Variation, vary
from digitvision.training.data.glyphs import Paths, stroke_of
from tests.training.recipes.made_recipes import CAPITALS, shape

_STILL = dict.fromkeys(Variation.__dataclass_fields__, 0.0)
NOTHING = Variation(**_STILL)
EVERYTHING = Variation(
    coarse=1.0,
    sparse=1.0,
    rounded=1.0,
    ends=1.0,
    reversed_stroke=1.0,
    reordered=1.0,
    doubled=1.0,
    dropped=1.0,
)

numbers = st.floats(-1e4, 1e4, allow_nan=False, width=32)
paths = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=40).map(lambda points: np.array(points, np.float64))
glyphs = st.lists(paths, min_size=1, max_size=6).map(tuple)
dots = st.tuples(numbers, numbers, st.integers(1, 20), st.integers(1, 5)).map(
    lambda it: tuple(np.full((it[2], 2), it[:2]) for _ in range(it[3]))
)


def _normalised(glyph: Paths) -> list[NDArray[np.float64]]:
    points = np.concatenate(glyph)
    low, high = points.min(axis=0), points.max(axis=0)
    return [(path - (low + high) / 2) / (high - low).max() for path in glyph]


@pytest.mark.slow
@given(st.one_of(glyphs, dots), st.integers(0, 2**32 - 1), st.sampled_from([Variation(), EVERYTHING]))
def test_any_ink_comes_back_as_ink_that_can_be_drawn(glyph: Paths, seed: int, by: Variation) -> None:
    strokes = vary(glyph, np.random.default_rng(seed), by)

    assert strokes
    assert all(path.ndim == 2 and path.shape[1] == 2 and len(path) for path in strokes)
    assert all(np.isfinite(path).all() for path in strokes)
    assert len(glyph) - 1 <= len(strokes) <= len(glyph) + 1
    drawn = [stroke_of(path) for path in strokes]
    raster = rasterize(drawn)
    assert np.isfinite(raster).all()
    assert 0 <= raster.min() <= raster.max() <= 1
    assert raster.any()
    assert np.isfinite(trajectory(drawn)).all()


@pytest.mark.slow
@given(glyphs, st.integers(0, 2**32 - 1))
def test_the_same_seed_writes_the_same(glyph: Paths, seed: int) -> None:
    before = [path.copy() for path in glyph]
    one = vary(glyph, np.random.default_rng(seed), EVERYTHING)
    two = vary(glyph, np.random.default_rng(seed), EVERYTHING)

    assert any(len(path) > 0 for path in one)
    assert all(np.array_equal(path, again) for path, again in zip(one, two, strict=True))
    assert all(np.array_equal(path, kept) for path, kept in zip(glyph, before, strict=True))


@pytest.mark.parametrize("text", ["0", "4", "8", *CAPITALS])
def test_without_any_variation_only_position_and_size_change(text: str) -> None:
    strokes = vary(shape(text), np.random.default_rng(0), NOTHING)

    for path, expected in zip(strokes, _normalised(shape(text)), strict=True):
        np.testing.assert_allclose(path, expected, atol=1e-9)


@pytest.mark.parametrize("text", ["2", "5", *CAPITALS])
def test_a_variation_changes_a_glyph_as_much_as_writers_differ(text: str) -> None:
    generator = np.random.default_rng(1)
    upright = rasterize([stroke_of(path) for path in shape(text)])
    sizes, apart = [], []
    for _ in range(60):
        strokes = vary(shape(text), generator, Variation())
        sizes.append(np.ptp(np.concatenate(strokes), axis=0).max())
        apart.append(np.abs(rasterize([stroke_of(path) for path in strokes]) - upright).mean())

    # About as large as it was, never twice; different each time, but nowhere near as different as another glyph.
    assert 0.85 < np.median(sizes) < 1.2
    assert max(sizes) < 1.7
    other = rasterize([stroke_of(path) for path in shape("0" if text != "0" else "1")])
    assert 0.01 < np.median(apart) < np.abs(other - upright).mean()


def test_position_and_unit_of_the_ink_make_no_difference() -> None:
    here = vary(shape("3"), np.random.default_rng(4), Variation())
    there = vary(tuple(path * 40 - 900 for path in shape("3")), np.random.default_rng(4), Variation())

    for path, other in zip(here, there, strict=True):
        np.testing.assert_allclose(other, path, atol=1e-9)


def test_samples_of_whole_numbers_are_varied_as_finely_as_others() -> None:
    whole = tuple(path.round().astype(np.int16) for path in shape("3"))
    one = vary(whole, np.random.default_rng(4), Variation())
    two = vary(tuple(path.astype(np.float64) for path in whole), np.random.default_rng(4), Variation())

    # No two samples share a whole number any more.
    assert len(np.unique(np.concatenate(one))) == np.concatenate(one).size
    assert all(np.array_equal(path, other) for path, other in zip(one, two, strict=True))


def _only(**change: float) -> Variation:
    return Variation(**{**_STILL, **change})


def test_a_slow_device_takes_few_samples_and_keeps_the_ends() -> None:
    way = np.stack([np.linspace(0, 100, 200), np.zeros(200)], axis=1)

    for seed in range(20):
        (path,) = vary((way,), np.random.default_rng(seed), _only(sparse=1.0))
        assert 6 <= len(path) <= 24
        np.testing.assert_allclose(path[[0, -1], 0], [-0.5, 0.5], atol=1e-9)


def test_a_stroke_may_run_the_other_way_and_in_another_order() -> None:
    glyph = _normalised(shape("T"))

    turned = vary(shape("T"), np.random.default_rng(0), _only(reversed_stroke=1.0))
    orders = {
        tuple(
            float(path[0, 0].round(6)) for path in vary(shape("T"), np.random.default_rng(seed), _only(reordered=1.0))
        )
        for seed in range(20)
    }

    assert all(np.allclose(path[::-1], other) for path, other in zip(turned, glyph, strict=True))
    assert len(orders) == 2


def test_ends_overshoot_or_fall_short() -> None:
    way = np.stack([np.linspace(0, 100, 50), np.zeros(50)], axis=1)
    lengths = [float(np.ptp(vary((way,), np.random.default_rng(seed), _only(ends=1.0))[0][:, 0])) for seed in range(40)]

    assert 0.8 < min(lengths) < 0.99
    assert 1.01 < max(lengths) < 1.2


def test_only_a_slip_of_the_pen_is_left_out_and_only_of_many_strokes() -> None:
    long, slip, dot = (np.array([[left, 5.0], [right, 5]]) for left, right in ((0, 100), (50, 51), (50, 59)))
    slips = _only(dropped=1.0)
    three = tuple(long + np.array([0, down]) for down in (0, 20, 40))

    kept = vary((long, slip), np.random.default_rng(0), slips)
    without = vary((*three, slip), np.random.default_rng(0), slips)
    dotted = vary((*three, dot), np.random.default_rng(0), slips)

    assert (len(kept), len(without), len(dotted)) == (2, 3, 4)


def test_the_smallest_stroke_may_be_written_twice() -> None:
    twice = vary(
        (np.array([[0.0, 0], [100, 0]]), np.array([[50.0, 5], [60, 5]])), np.random.default_rng(0), _only(doubled=1.0)
    )

    assert len(twice) == 3
    assert np.abs(twice[2] - twice[1]).max() < 0.12
