"""Moving, scaling and turning keep what they should keep."""

import functools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.ink.editing.transform import Affine, bounds_of
from digitvision.ink.stroke import Stroke
from tests.ink.drawings import strokes

_near = functools.partial(pytest.approx, rel=1e-9, abs=1e-6)
near = st.floats(-1000, 1000)
factors = st.floats(0.05, 20)
affines = st.one_of(
    st.builds(Affine.move, near, near),
    st.builds(lambda a, b, x, y: Affine.scale(a, b, about=(x, y)), factors, factors, near, near),
    st.builds(lambda angle, x, y: Affine.turn(angle, about=(x, y)), st.floats(-7, 7), near, near),
)


@pytest.mark.slow
@given(stroke=strokes, first=affines, second=affines)
def test_one_after_the_other_is_the_same_as_both_together(stroke: Stroke, first: Affine, second: Affine) -> None:
    apart, together = second.points(first.points(stroke.xy)), first.then(second).points(stroke.xy)

    np.testing.assert_allclose(together, apart, rtol=1e-9, atol=1e-5)


@pytest.mark.slow
@given(stroke=strokes, affine=affines)
def test_times_and_pressures_stay(stroke: Stroke, affine: Affine) -> None:
    mapped = affine.stroke(stroke)

    np.testing.assert_array_equal(mapped.points[:, 2:], stroke.points[:, 2:])
    assert mapped.samples[0][:2] == _near(affine.point(*stroke.samples[0][:2]))


@pytest.mark.slow
@given(angle=st.floats(-7, 7), x=near, y=near, stroke=strokes)
def test_turning_keeps_distances_and_its_centre(angle: float, x: float, y: float, stroke: Stroke) -> None:
    turned = Affine.turn(angle, about=(x, y)).points(stroke.xy)

    before, after = np.hypot(*(stroke.xy - (x, y)).T), np.hypot(*(turned - (x, y)).T)
    np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-6)


def test_a_quarter_turn_is_clockwise_on_the_screen() -> None:
    assert Affine.turn(math.pi / 2, about=(0, 0)).point(1, 0) == _near((0, 1))


@given(across=factors, down=factors, x=near, y=near)
def test_scaling_keeps_the_point_that_it_is_about(across: float, down: float, x: float, y: float) -> None:
    assert Affine.scale(across, down, about=(x, y)).point(x, y) == _near((x, y))


def test_the_bounds_of_strokes_hold_all_of_them() -> None:
    assert bounds_of([Stroke.of([(0, 5)]), Stroke.of([(3, 1), (9, 2)])]) == (0, 1, 9, 5)
    assert bounds_of([]) is None
