"""What is measured of pairs of strokes, compared with plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.ink.stroke import Stroke
from digitvision.recognition.rows.row_features import (
    POINTS,
    REACH,
    WINDOWS,
    StrokeShapes,
    pair_features,
    shapes_of,
    unit_of_boxes,
)
from tests.ink.drawings import line

STRIPS = 18
"""Column of the first window's strip among the features."""

_positions = st.tuples(st.floats(0, 12), st.floats(0, 6))
_strokes = st.lists(
    st.lists(_positions, min_size=1, max_size=4).map(lambda points: Stroke.of(points)), min_size=2, max_size=8
)


def _largest_strip(shapes: StrokeShapes, one: int, other: int, half: float) -> float:
    """Try every height between the middles of both strokes in steps of a hundredth."""
    middles = (shapes.boxes[:, :2] + shapes.boxes[:, 2:]) / 2
    upper, lower = sorted((one, other), key=lambda index: float(middles[index, 1]))
    centre = float(middles[[one, other], 0].mean())
    best = run = 0.0
    for y in np.arange(middles[upper, 1], middles[lower, 1], 0.01):
        inked = any(
            left < centre + half and right > centre - half and top - 0.01 <= y <= bottom + 0.01
            for left, top, right, bottom in shapes.boxes.tolist()
        )
        run = 0.0 if inked else run + 0.01
        best = max(best, run)
    return min(best, 3.0)


@pytest.mark.slow
@given(_strokes)
def test_clear_strips_are_found_as_by_trying_every_height(strokes: list[Stroke]) -> None:
    shapes = shapes_of(strokes)

    pairs, features = pair_features(shapes)

    for (one, other), found in zip(pairs.tolist(), features.tolist(), strict=True):
        widest = _largest_strip(shapes, one, other, WINDOWS[-1])
        # Cells that ink only touches count as inked.
        assert widest - 0.13 <= found[STRIPS + len(WINDOWS) - 1] <= widest + 0.08


@pytest.mark.slow
@given(_strokes)
def test_only_strokes_that_are_near_each_other_are_paired(strokes: list[Stroke]) -> None:
    shapes = shapes_of(strokes)

    pairs, features = pair_features(shapes)

    assert np.isfinite(features).all()
    assert len({tuple(pair) for pair in pairs.tolist()}) == len(pairs) == len(features)
    for one, other in pairs.tolist():
        assert one < other
        gap = max(shapes.boxes[one, 1], shapes.boxes[other, 1]) - min(shapes.boxes[one, 3], shapes.boxes[other, 3])
        assert gap <= REACH


def test_points_lie_at_equal_distances_along_a_stroke() -> None:
    shapes = shapes_of([line((0, 0), (8, 0), (8, 3))])

    steps = np.abs(np.diff(shapes.points[0], axis=0)).sum(axis=1)
    assert steps == pytest.approx(11 / (POINTS - 1))
    assert shapes.boxes.tolist() == [[0, 0, 8, 3]]


def test_the_unit_is_the_usual_size_of_strokes_and_never_nothing() -> None:
    assert unit_of_boxes(np.array([[0, 0, 1, 2], [0, 0, 4, 1], [0, 0, 9, 9.0]])) == 4
    assert unit_of_boxes(np.zeros((1, 4))) > 0


def test_the_order_of_writing_can_be_left_out() -> None:
    shapes = shapes_of([line((0, 0), (1, 0)), line((0, 1), (1, 1)), line((2, 0), (3, 0))])

    known, unknown = pair_features(shapes)[1], pair_features(shapes, ordered=False)[1]

    assert set(np.flatnonzero((known != unknown).any(axis=0)).tolist()) == {22, 23}
