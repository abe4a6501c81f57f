import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.ink.curve import points_at, positions_along, smooth_path, steady_samples
from digitvision.ink.stroke import Stroke
from tests.ink.drawings import DIGITS, sample_drawing, strokes


@given(strokes)
def test_the_curve_passes_through_every_sample(stroke: Stroke) -> None:
    segments = smooth_path(stroke.xy)

    assert segments.shape == (len(stroke) - 1, 4, 2)
    assert np.isfinite(segments).all()
    np.testing.assert_array_equal(segments[:, 0], stroke.xy[:-1])
    np.testing.assert_array_equal(segments[:, 3], stroke.xy[1:])


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=3, max_size=20, unique=True))
def test_the_curve_has_no_corner_at_a_sample(positions: list[tuple[float, float]]) -> None:
    points = np.array(positions)
    steps = np.hypot(*np.diff(points, axis=0).T)
    segments = smooth_path(points)

    arriving = segments[:-1, 3] - segments[:-1, 2]
    leaving = segments[1:, 1] - segments[1:, 0]
    cross = arriving[:, 0] * leaving[:, 1] - arriving[:, 1] * leaving[:, 0]
    scale = np.hypot(*arriving.T) * np.hypot(*leaving.T)
    usable = (steps[:-1] > 1e-3) & (steps[1:] > 1e-3)
    assert (np.abs(cross[usable]) <= 1e-6 * scale[usable] + 1e-6).all()
    assert ((arriving * leaving).sum(axis=1)[usable] >= -1e-6).all()


def test_a_straight_line_stays_straight_however_unevenly_it_is_sampled() -> None:
    x = np.array([0.0, 1.0, 1.5, 40.0, 41.0, 300.0])
    segments = smooth_path(np.column_stack([x, 2 * x]))

    path = points_at(segments, np.linspace(0, len(segments), 400))

    np.testing.assert_allclose(path[:, 1], 2 * path[:, 0], atol=1e-9)
    # It never turns back.
    assert (np.diff(path[:, 0]) >= 0).all()


def test_few_samples_of_a_circle_give_nearly_a_circle() -> None:
    angles = np.linspace(0, 2 * np.pi, 17)
    points = 100 * np.column_stack([np.cos(angles), np.sin(angles)])
    # The ends of a stroke have one neighbour only and are left out.
    path = points_at(smooth_path(points), np.linspace(1, 15, 300))

    assert np.abs(np.hypot(*path.T) - 100).max() < 0.5


def test_repeated_samples_change_nothing() -> None:
    points = np.array([[0.0, 0.0], [10.0, 5.0], [20.0, 0.0], [30.0, 20.0]])
    repeated = smooth_path(np.repeat(points, [2, 3, 1, 2], axis=0))
    moving = (repeated[:, 0] != repeated[:, 3]).any(axis=1)

    np.testing.assert_allclose(repeated[moving], smooth_path(points))
    assert (repeated[~moving] == repeated[~moving][:, :1]).all()


def test_a_dot_has_no_segment_and_two_samples_have_a_straight_one() -> None:
    assert smooth_path(np.array([[3.0, 4.0]])).shape == (0, 4, 2)
    np.testing.assert_allclose(smooth_path(np.array([[0.0, 0.0], [3.0, 6.0]]))[0], [[0, 0], [1, 2], [2, 4], [3, 6]])


@pytest.mark.parametrize("digit", DIGITS)
def test_the_curve_hardly_leaves_the_path_of_the_samples(digit: int) -> None:
    for stroke in sample_drawing(digit).strokes:
        middles = points_at(smooth_path(stroke.xy), np.arange(0.5, len(stroke) - 1))
        chords = (stroke.xy[1:] + stroke.xy[:-1]) / 2

        assert np.hypot(*(middles - chords).T).max() < 4


@pytest.mark.slow
@given(strokes, st.floats(1, 500))
def test_positions_along_a_curve_are_near_to_each_other_and_include_every_sample(stroke: Stroke, step: float) -> None:
    segments = smooth_path(stroke.xy)
    if len(segments) == 0:
        return
    positions = positions_along(segments, step)

    assert (np.diff(positions) > 0).all()
    assert set(range(len(stroke))) <= set(np.round(positions, 9).tolist())
    np.testing.assert_allclose(points_at(segments, np.arange(len(stroke)).astype(float)), stroke.xy, atol=1e-9)
    # A Bézier curve is at most three times as fast as its mean.
    assert np.hypot(*np.diff(points_at(segments, positions), axis=0).T).max() <= 3 * step + 1e-9


def test_steadying_removes_the_steps_of_a_slow_line_of_whole_pixels() -> None:
    x = np.arange(0.0, 60.0)
    stepped = np.column_stack([x, np.round(x / 7)])

    away = steady_samples(stepped, 5.5)[:, 1] - x / 7

    assert np.abs(np.diff(away)).max() < 0.4 * np.abs(np.diff(stepped[:, 1] - x / 7)).max()


@pytest.mark.slow
@given(strokes)
def test_steadying_moves_no_sample_beyond_its_neighbours_and_never_the_ends(stroke: Stroke) -> None:
    steady = steady_samples(stroke.xy, 5.5)

    np.testing.assert_array_equal(steady[[0, -1]], stroke.xy[[0, -1]])
    # Each pass moves a sample by at most half its distance to the middle of its neighbours, if that is short.
    assert np.hypot(*(steady - stroke.xy).T).max() < 4 * 5.5


def test_steadying_leaves_the_tip_where_the_pen_turns_back() -> None:
    there_and_back = np.array([[0.0, 0.0], [20.0, 0.0], [40.0, 0.0], [20.0, 1.0], [0.0, 2.0]])

    np.testing.assert_allclose(steady_samples(there_and_back, 5.5)[2], [40.0, 0.0], atol=0.1)
