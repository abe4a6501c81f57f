"""The pressure curve never falls, stays within its limits, and is straight at first."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.ink.editing.pressure_curve import STRAIGHT, PressureCurve

shares = st.floats(0, 1)
curves = st.lists(shares, min_size=5, max_size=5).map(lambda heights: PressureCurve(tuple(sorted(heights))))


@given(pressure=shares)
def test_the_straight_curve_changes_nothing(pressure: float) -> None:
    assert STRAIGHT(pressure) == pytest.approx(pressure, abs=1e-12)
    assert STRAIGHT.is_straight


@pytest.mark.slow
@given(curve=curves, pressures=st.lists(shares, min_size=2, max_size=20))
def test_more_pressure_never_gives_less_ink(curve: PressureCurve, pressures: list[float]) -> None:
    heights = [curve(pressure) for pressure in sorted(pressures)]

    assert all(after >= before - 1e-12 for before, after in pairwise(heights))
    assert all(0 <= height <= 1 for height in heights)


@given(curve=curves)
def test_it_goes_through_its_points(curve: PressureCurve) -> None:
    assert [curve(index / 4) for index in range(5)] == pytest.approx(curve.heights)


@given(curve=curves, index=st.integers(0, 4), height=st.floats(-2, 3))
def test_a_point_that_is_moved_goes_no_further_than_its_neighbours(
    curve: PressureCurve, index: int, height: float
) -> None:
    moved = curve.with_height(index, height)

    assert [h for i, h in enumerate(moved.heights) if i != index] == [
        h for i, h in enumerate(curve.heights) if i != index
    ]


@pytest.mark.parametrize("heights", [(), (0.5,), (0.2, 0.1), (0.0, 1.1), (-0.1, 0.5), (float("nan"), 1.0)])
def test_what_is_no_curve_is_refused(heights: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="pressure curve"):
        PressureCurve(heights)
