"""Columns of rows: parted by the strip between them, aligned or not; results and single wide rows are not parted."""

import pytest

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.rows.row_finder import RowFinder
from tests.recognition.line.rows import HEIGHT, row

Placed = tuple[str, float, float]
"""What is written, and where its upper left corner is, in heights of a sign."""

ALIGNED: list[Placed] = [(text, x, 1.8 * y) for y in range(3) for text, x in ((f"1{y}", 0.0), (f"4{y}", 3.5))]
UNALIGNED: list[Placed] = [(text, x, y + 0.8 * (x > 0)) for text, x, y in ALIGNED]
CALCULATIONS: list[Placed] = [(text, x, 1.8 * y) for y in range(3) for text, x in ((f"{y}+2=", 0.0), (f"4+{y}=", 5.6))]
TITLE: list[Placed] = [("1234567890", 0.0, -2.0), *ALIGNED]


def _written(placed: list[Placed]) -> tuple[Drawing, list[tuple[int, ...]]]:
    """Return a page, and the strokes of each of its rows."""
    strokes: list[Stroke] = []
    rows = []
    for text, x, y in placed:
        own = row(text).strokes
        rows.append(tuple(range(len(strokes), len(strokes) + len(own))))
        strokes += [stroke.moved(scale=1, dx=x * HEIGHT, dy=y * HEIGHT) for stroke in own]
    return Drawing(tuple(strokes)), rows


@pytest.fixture(scope="module")
def finder() -> RowFinder:
    return RowFinder()


@pytest.mark.slow
@pytest.mark.parametrize("placed", [ALIGNED, UNALIGNED, CALCULATIONS, TITLE])
def test_the_rows_of_columns_are_found(finder: RowFinder, placed: list[Placed]) -> None:
    page, rows = _written(placed)

    found = finder.rows_of(page)

    assert {one.strokes for one in found} == set(rows)
    # Stroke by stroke they are the same.
    growing = RowFinder()
    for count in range(1, len(page.strokes) + 1):
        found = growing.rows_of(Drawing(page.strokes[:count]))
    assert {one.strokes for one in found} == set(rows)


def test_a_single_wide_row_is_not_parted(finder: RowFinder) -> None:
    page, _ = _written([("12", 0.0, 0.0), ("34", 3.4, 0.0)])

    assert len(finder.rows_of(page)) == 1


def test_results_far_from_their_equality_signs_are_no_column(finder: RowFinder) -> None:
    page, _ = _written([(text, x, 1.8 * y) for y in range(3) for text, x in ((f"{y}+2=", 0.0), (f"{y}", 5.6))])

    assert {one.strokes for one in finder.rows_of(page)} == {one.strokes for one in finder.rows_of(page, columns=False)}


def test_columns_are_left_out_where_rows_go_on_across_them(finder: RowFinder) -> None:
    page, rows = _written(ALIGNED)

    assert {one.strokes for one in finder.rows_of(page, columns=False)} != set(rows)
    assert {one.strokes for one in finder.rows_of(page)} == set(rows)
