"""The stabiliser smooths what lies behind the pen and never lags."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitvision.ink.editing.stabilizer import MOST_NEIGHBOURS, TREMOR, stabilized, unsettled_from

steps = st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9), st.floats(0, 40)), min_size=1, max_size=80)
strengths = st.floats(0.05, 1)


def _points(moves: list[tuple[float, float, float]]) -> NDArray[np.float64]:
    walked = np.cumsum(np.array(moves), axis=0)
    return np.column_stack([walked, np.full(len(walked), 0.5)])


@pytest.mark.slow
@given(moves=steps, strength=strengths)
def test_both_ends_stay_where_the_pen_was(moves: list[tuple[float, float, float]], strength: float) -> None:
    points = _points(moves)

    steady = stabilized(points, strength)

    np.testing.assert_allclose(steady[[0, -1]], points[[0, -1]])
    np.testing.assert_array_equal(steady[:, 2:], points[:, 2:])


@given(moves=steps)
def test_without_strength_every_sample_stays_exactly(moves: list[tuple[float, float, float]]) -> None:
    points = _points(moves)

    np.testing.assert_array_equal(stabilized(points, 0.0), points)


@given(moves=steps, strength=strengths)
def test_what_has_settled_changes_no_more(moves: list[tuple[float, float, float]], strength: float) -> None:
    points = _points(moves)
    cut = max(len(points) // 2, 1)

    first = unsettled_from(points[:cut, 2], strength)

    before, after = stabilized(points[:cut], strength), stabilized(points, strength)
    np.testing.assert_allclose(after[:first], before[:first], atol=1e-9)
    assert first >= cut - MOST_NEIGHBOURS - 1


@given(moves=steps, strength=strengths)
def test_what_is_written_backwards_is_steadied_alike(moves: list[tuple[float, float, float]], strength: float) -> None:
    # A window with a lag would pull the line one way or the other.
    points = _points(moves)
    backwards = points[::-1].copy()
    backwards[:, 2] = points[-1, 2] - backwards[:, 2]

    np.testing.assert_allclose(
        stabilized(backwards, strength)[::-1, :2], stabilized(points, strength)[:, :2], atol=1e-6
    )


def test_a_straight_line_at_any_pace_stays_straight_and_in_its_place() -> None:
    times = np.cumsum(np.array([0.0, 4, 9, 4, 4, 12, 4, 7, 4, 4, 15, 4, 4, 4]))
    points = np.column_stack([3 * times, 2 * times, times, np.full(len(times), 0.5)])

    np.testing.assert_allclose(stabilized(points, 1.0), points, atol=1e-9)


def test_a_tremor_is_taken_out_and_a_curve_stays() -> None:
    times = np.arange(0, 2000, 4.0)

    def height_left(period_ms: float, strength: float) -> float:
        wave = np.sin(times * 2 * np.pi / period_ms)
        points = np.column_stack([times, wave, times, np.full(len(times), 0.5)])
        return float(np.abs(stabilized(points, strength)[50:-50, 1]).max())

    assert height_left(25, 1.0) < 0.05
    assert 0.3 < height_left(25, 0.1) < 0.95
    assert height_left(600, 0.3) > 0.95
    assert height_left(600, 1.0) > 0.75


@given(moves=steps, strength=strengths)
def test_no_sample_moves_further_than_a_hand_trembles(moves: list[tuple[float, float, float]], strength: float) -> None:
    points = _points(moves)

    moved = stabilized(points, strength)[:, :2] - points[:, :2]

    assert np.hypot(moved[:, 0], moved[:, 1]).max() <= TREMOR + 1e-9


@pytest.mark.parametrize("height", [100.0, 600.0])
@pytest.mark.parametrize("duration_ms", [250.0, 500.0])
def test_a_quick_eight_keeps_both_of_its_loops_at_full_strength(height: float, duration_ms: float) -> None:
    times = np.arange(0, duration_ms, 8.0)
    turn = times / duration_ms * 2 * np.pi
    points = np.column_stack(
        [height / 4 * np.sin(2 * turn), height / 2 * np.cos(turn), times, np.full(len(times), 0.5)]
    )

    steady = stabilized(points, 1.0)

    for axis in (0, 1):
        assert np.ptp(steady[:, axis]) > 0.9 * np.ptp(points[:, axis])
    upper, lower = steady[steady[:, 1] > 0], steady[steady[:, 1] < 0]
    assert np.ptp(upper[:, 0]) > 0.8 * np.ptp(points[:, 0])
    assert np.ptp(lower[:, 0]) > 0.8 * np.ptp(points[:, 0])


def test_more_steadiness_takes_out_more_of_a_tremor() -> None:
    times = np.arange(0, 2000, 8.0)
    tremor = 2.5 * np.sin(times * 2 * np.pi * 0.009)
    points = np.column_stack([0.3 * times, tremor, times, np.full(len(times), 0.5)])

    left = [np.abs(stabilized(points, strength)[30:-30, 1]).max() for strength in (0.2, 0.5, 0.8, 1.0)]

    assert left == sorted(left, reverse=True)
    assert left[-1] < 0.35 * 2.5
