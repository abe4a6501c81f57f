"""Features of strokes and symbols: shapes, invariances, rasters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitvision.recognition.expression.reading.stroke_features import (
    CHANNELS,
    PAIR_NUMBERS,
    POINTS,
    SCALARS,
    least_distances,
    resampled,
    stroke_features,
    unit_of,
)
from digitvision.recognition.expression.reading.symbol_features import (
    BOX_NUMBERS,
    LAYERS,
    SIDE,
    SYMBOL_PAIR_NUMBERS,
    symbol_features,
    symbol_rasters,
)


def scribbles(count: int, seed: int = 1) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.uniform(0, 100, 2) * k + rng.normal(size=(rng.integers(1, 40), 2)).cumsum(axis=0) for k in range(count)]


def test_steps_are_equal_and_ends_are_kept() -> None:
    points = resampled([np.array([[0.0, 0.0], [31.0, 0.0]]), np.array([[5.0, 7.0]])])
    assert np.allclose(points[0, :, 0], np.arange(POINTS))
    assert np.allclose(points[1], [5, 7])


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.floats(0.01, 1000), st.floats(-1e4, 1e4), st.integers(0, 99))
def test_position_and_size_of_the_expression_make_no_difference(
    count: int, scale: float, shift: float, seed: int
) -> None:
    def features(strokes: list[np.ndarray]) -> list[np.ndarray]:
        points = resampled(strokes)
        points = points / unit_of(points)
        found = stroke_features(points)
        groups = [(k,) for k in range(count)]
        symbols = symbol_features(points, groups)
        rasters = symbol_rasters(points, groups)
        return [found.paths, found.scalars, found.pairs, rasters, symbols.boxes, symbols.pairs]

    strokes = scribbles(count, seed)
    for one, other in zip(features(strokes), features([stroke * scale + shift for stroke in strokes]), strict=True):
        assert np.allclose(one, other, atol=2e-3)


def test_shapes_are_those_that_the_networks_take() -> None:
    points = resampled(scribbles(5))
    found = stroke_features(points / unit_of(points))
    assert found.paths.shape == (5, POINTS, CHANNELS)
    assert found.scalars.shape == (5, SCALARS)
    assert found.pairs.shape == (5, 5, PAIR_NUMBERS)
    groups = [(0, 3), (1,), (2, 4)]
    symbols = symbol_features(points, groups)
    assert symbol_rasters(points, groups).shape == (3, SIDE, SIDE, LAYERS)
    assert symbols.boxes.shape == (3, BOX_NUMBERS)
    assert symbols.pairs.shape == (3, 3, SYMBOL_PAIR_NUMBERS)
    assert np.allclose(symbols.grouping.sum(axis=1), 1)
    assert np.flatnonzero(symbols.grouping[0]).tolist() == [0, 3]
    for values in (found.paths, found.scalars, found.pairs, symbols.boxes, symbols.pairs):
        assert np.isfinite(values).all()
        assert np.abs(values).max() < 50


def test_the_nearest_points_of_two_strokes_are_found() -> None:
    points = resampled([np.array([[0.0, 0], [10, 0]]), np.array([[10.0, 3], [20, 3]]), np.array([[0.0, 0]])])
    assert np.allclose(least_distances(points), [[0, 3, 0], [3, 0, np.hypot(10, 3)], [0, np.hypot(10, 3), 0]])


def test_distances_of_many_strokes_are_those_of_each_two() -> None:
    points = resampled(scribbles(70))
    found = least_distances(points)
    assert np.array_equal(found, found.T)
    for one, other in ((0, 69), (3, 4), (40, 12), (69, 69)):
        assert found[one, other] == pytest.approx(least_distances(points[[one, other]])[0, 1])
        ends = [np.concatenate([points[k, ::2], points[k, -1:]]) for k in (one, other)]
        every = np.hypot(*(ends[0][:, None] - ends[1][None]).transpose(2, 0, 1))
        assert found[one, other] == pytest.approx(every.min())


def test_a_bar_and_a_stem_are_drawn_in_different_layers() -> None:
    bar, stem = np.array([[0.0, 0], [4, 0]]), np.array([[0.0, 0], [0, 4]])
    rasters = symbol_rasters(resampled([bar, stem]), [(0,), (1,)])
    assert rasters.max() <= 1
    for index, layer, axis in ((0, 1, 0), (1, 3, 1)):
        inked = rasters[index, :, :, 0] > 0.2
        assert inked.any(axis=axis).sum() >= SIDE - 6
        assert inked.any(axis=1 - axis).sum() <= 2
        other = 3 if layer == 1 else 1
        assert rasters[index, :, :, layer].sum() > 10 * max(rasters[index, :, :, other].sum(), 1e-9)


def test_a_dot_has_ink_and_no_direction() -> None:
    rasters = symbol_rasters(resampled([np.array([[3.0, 4.0]])]), [(0,)])
    assert rasters[0, :, :, 0].sum() > 0.5
    assert rasters[0, :, :, 1:].sum() == 0
