"""What the eraser for parts takes out, and what it leaves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitvision.ink.editing.partial_erasing import cut_stroke
from digitvision.ink.stroke import Stroke
from tests.ink.drawings import line

places = st.tuples(st.floats(-100, 100), st.floats(-100, 100))
paths = st.lists(places, min_size=1, max_size=12).map(
    lambda positions: Stroke.of((x, y, 10.0 * number, (number % 5) / 4) for number, (x, y) in enumerate(positions))
)


def _distances(
    points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return distances of points from the eraser's way, by trying many places on it."""
    way = start + np.linspace(0, 1, 400)[:, None] * (end - start)
    distances: NDArray[np.float64] = np.hypot(*np.moveaxis(points[:, None] - way, 2, 0)).min(axis=1)
    return distances


def _along(stroke: Stroke, count: int = 60) -> NDArray[np.float64]:
    """Return points on all segments of a stroke."""
    if len(stroke) == 1:
        return stroke.xy
    shares = np.linspace(0, 1, count)[:, None, None]
    points: NDArray[np.float64] = (stroke.xy[:-1] + shares * (stroke.xy[1:] - stroke.xy[:-1])).reshape(-1, 2)
    return points


@pytest.mark.slow
@given(stroke=paths, start=places, end=places, reach=st.floats(1, 60))
def test_nothing_within_reach_remains_and_all_beyond_it_does(
    stroke: Stroke, start: tuple[float, float], end: tuple[float, float], reach: float
) -> None:
    a, b = np.array(start), np.array(end)

    pieces = cut_stroke(stroke, a, b, reach)

    if pieces is None:
        assert (_distances(_along(stroke), a, b) >= reach - 0.2).all()
        return
    for piece in pieces:
        assert (_distances(_along(piece), a, b) >= reach - 1e-3).all()
    beyond = stroke.xy[_distances(stroke.xy, a, b) > reach + 0.2]
    remaining = np.concatenate([piece.xy for piece in pieces]) if pieces else np.empty((0, 2))
    if len(stroke) > 1:
        for sample in beyond:
            assert (remaining == sample).all(axis=1).any()


@pytest.mark.slow
@given(stroke=paths, start=places, end=places, reach=st.floats(1, 60))
def test_times_never_run_backwards_and_pressures_lie_between_those_of_neighbours(
    stroke: Stroke, start: tuple[float, float], end: tuple[float, float], reach: float
) -> None:
    for piece in cut_stroke(stroke, np.array(start), np.array(end), reach) or ():
        assert (np.diff(piece.points[:, 2]) >= 0).all()
        at = np.interp(piece.points[:, 2], stroke.points[:, 2], stroke.points[:, 3])
        np.testing.assert_allclose(piece.points[:, 3], at, atol=1e-6)


def test_a_line_is_cut_where_the_eraser_ends() -> None:
    stroke = Stroke.of([(0, 0, 0, 0.2), (100, 0, 100, 0.4)])

    pieces = cut_stroke(stroke, np.array([50.0, -30.0]), np.array([50.0, 30.0]), 10.0)

    assert pieces is not None
    before, after = (piece.points for piece in pieces)
    np.testing.assert_allclose(before, [(0, 0, 0, 0.2), (40, 0, 40, 0.28)])
    np.testing.assert_allclose(after, [(60, 0, 60, 0.32), (100, 0, 100, 0.4)])


def test_what_is_not_met_is_left_as_it_is() -> None:
    assert cut_stroke(line((0, 0), (100, 0)), np.array([50.0, 20.0]), np.array([50.0, 90.0]), 10.0) is None


def test_a_dot_goes_as_a_whole() -> None:
    dot, here = Stroke.of([(5, 5)]), np.array([0.0, 5.0])

    assert cut_stroke(dot, here, here, 6.0) == ()
    assert cut_stroke(dot, here, here, 4.0) is None


def test_crumbs_go_too() -> None:
    stroke, at = line((0, 0), (100, 0)), np.array([12.0, 0.0])

    whole = cut_stroke(stroke, at, at, 10.0)
    swept = cut_stroke(stroke, at, at, 10.0, crumb=3.0)

    assert whole is not None
    assert swept is not None
    assert (len(whole), len(swept)) == (2, 1)
