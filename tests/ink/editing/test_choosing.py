"""Which strokes a loop, a click and a row choose."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitvision.ink.editing.choosing import enclosed, nearest, row_of, together
from digitvision.ink.stroke import Bounds, Stroke
from tests.ink.drawings import line, strokes

_SQUARE = np.array([(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)])


def _boxes(*parts: Stroke) -> NDArray[np.float64]:
    return np.array([part.bounds for part in parts])


def test_a_loop_chooses_what_lies_in_it_for_the_most_part() -> None:
    inside, outside, half_in = line((2, 2), (8, 8)), line((20, 2), (30, 2)), line((8, 5), (9, 5), (9.5, 5), (30, 5))

    assert enclosed([inside, outside, half_in], _SQUARE) == (0, 2)


def test_a_loop_in_a_hollow_does_not_choose_what_lies_in_the_hollow() -> None:
    hollow = np.array([(0.0, 0), (30, 0), (30, 30), (20, 30), (20, 10), (10, 10), (10, 30), (0, 30)])

    assert enclosed([line((15, 20), (15, 25)), line((5, 5), (25, 5))], hollow) == (1,)


@pytest.mark.slow
@given(stroke=strokes)
def test_a_rectangle_around_a_stroke_chooses_it(stroke: Stroke) -> None:
    left, top, right, bottom = stroke.bounds
    around = np.array([(left - 1, top - 1), (right + 1, top - 1), (right + 1, bottom + 1), (left - 1, bottom + 1)])

    assert enclosed([stroke], around) == (0,)
    assert enclosed([stroke], around + np.array([right - left + 3, 0])) == ()


def test_a_line_is_no_loop() -> None:
    assert enclosed([line((0, 0), (5, 5))], _SQUARE[:2]) == ()


def test_a_click_hits_the_nearest_line_within_reach() -> None:
    parts = [line((0, 0), (100, 0)), line((0, 10), (100, 10)), line((50, 50))]

    assert nearest(parts, (50, 2), 5) == 0
    assert nearest(parts, (50, 7), 5) == 1
    assert nearest(parts, (52, 52), 5) == 2
    assert nearest(parts, (50, 30), 5) is None


def test_strokes_that_touch_belong_together_through_others() -> None:
    parts = (line((0, 0), (10, 10)), line((12, 0), (20, 10)), line((60, 0), (70, 10)), line((22, 5), (30, 5)))

    assert together(_boxes(*parts), [0], 3.0) == (0, 1, 3)
    assert together(_boxes(*parts), [2], 3.0) == (2,)


@pytest.mark.slow
@given(tops=st.lists(st.floats(0, 500), min_size=1, max_size=12))
def test_a_row_is_the_same_for_each_of_its_glyphs(tops: list[float]) -> None:
    boxes = [Bounds(60.0 * number, top, 60.0 * number + 40, top + 100) for number, top in enumerate(tops)]

    for start in range(len(boxes)):
        row = row_of(boxes, start)
        assert start in row
        assert all(row_of(boxes, other) == row for other in row)


def test_rows_below_each_other_are_two() -> None:
    boxes = [Bounds(0, 0, 40, 100), Bounds(60, 10, 90, 95), Bounds(0, 120, 40, 220), Bounds(60, 90, 90, 210)]

    assert row_of(boxes, 0) == (0, 1)
    assert row_of(boxes, 3) == (2, 3)


def test_a_minus_sign_stands_in_the_row_that_it_is_written_in() -> None:
    assert row_of([Bounds(0, 0, 40, 100), Bounds(60, 50, 90, 50)], 1) == (0, 1)
