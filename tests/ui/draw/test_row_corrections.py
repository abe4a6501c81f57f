"""Where a row is parted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.ui.draw.row_corrections import parted_at
from tests.ui.hand import stroke


def _box(x: float, y: float) -> tuple[tuple[float, float], tuple[float, float]]:
    return (x, y), (x + 10, y + 10)


def test_two_lines_that_were_taken_for_one_are_parted_between_them() -> None:
    strokes = [stroke(*_box(x, y)) for y in (0, 40) for x in (0, 20, 40)]

    assert parted_at(strokes, 25, 25) == [0, 1, 2]


def test_what_stands_side_by_side_is_parted_left_and_right() -> None:
    strokes = [stroke(*_box(x, y)) for x, y in ((0, 0), (15, 4), (80, 2), (95, 0))]

    assert parted_at(strokes, 50, 6) == [0, 1]


def test_beside_all_strokes_nothing_is_parted() -> None:
    strokes = [stroke(*_box(x, 0)) for x in (0, 20)]

    assert parted_at(strokes, -50, -50) == []


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), min_size=2, max_size=12),
    st.floats(-50, 600),
    st.floats(-50, 600),
)
def test_a_part_is_neither_nothing_nor_all_unless_the_place_is_beside_all(
    corners: list[tuple[float, float]], x: float, y: float
) -> None:
    strokes = [stroke(*_box(*corner)) for corner in corners]

    first = parted_at(strokes, x, y)

    assert len(set(first)) == len(first) < len(strokes)
    between = any(
        min(middles) < place <= max(middles)
        for middles, place in (
            ([float(one.xy[:, 0].mean()) for one in strokes], x),
            ([float(one.xy[:, 1].mean()) for one in strokes], y),
        )
    )
    if not between:
        assert first == []
