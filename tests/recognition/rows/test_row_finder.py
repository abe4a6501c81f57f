"""Rows of pages: found in any order of writing, corrected, and measured anew only where something changed."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.rows.row_finder import RowFinder, are_clearly_several
from digitvision.recognition.rows.row_network import RowNetwork
from tests.recognition.page.sheets import equation, stacked, strokes_of_rows

NAMES = ("parabola", "quadratic", "integral")


@pytest.fixture(scope="module")
def finder() -> RowFinder:
    return RowFinder()


@pytest.mark.parametrize("gap", [35.0, 60.0, 150.0])
def test_rows_under_each_other_are_found(finder: RowFinder, gap: float) -> None:
    rows = [equation(name) for name in NAMES]

    found = finder.rows_of(stacked(rows, gap))

    assert [row.strokes for row in found] == strokes_of_rows(rows)
    assert are_clearly_several(found)


@pytest.mark.parametrize("name", NAMES)
def test_an_equation_is_one_row(finder: RowFinder, name: str) -> None:
    drawing = equation(name)
    assert [row.strokes for row in finder.rows_of(drawing)] == [tuple(range(len(drawing.strokes)))]


@pytest.mark.slow
@given(st.permutations(range(42)))
@settings(max_examples=15)
def test_the_order_of_writing_does_not_matter(order: list[int]) -> None:
    rows = [equation(name) for name in NAMES]
    whole = stacked(rows)
    assert len(whole.strokes) == len(order)

    found = RowFinder().rows_of(Drawing(tuple(whole.strokes[index] for index in order)))

    meant = [sorted(order.index(stroke) for stroke in row) for row in strokes_of_rows(rows)]
    assert [list(row.strokes) for row in found] == meant


def test_rows_beside_each_other_go_from_left_to_right(finder: RowFinder) -> None:
    one, other = equation("parabola"), equation("integral")
    assert one.bounds is not None
    beside = tuple(stroke.moved(scale=1, dx=one.bounds.right + 500, dy=5) for stroke in other.strokes)

    found = finder.rows_of(Drawing((*beside, *one.strokes)))

    first = len(beside)
    assert [row.strokes for row in found] == [
        tuple(range(first, first + len(one.strokes))),
        tuple(range(first)),
    ]


def test_rows_that_the_user_has_joined_or_parted_stay_so(finder: RowFinder) -> None:
    rows = [equation("parabola"), equation("integral")]
    page, (one, other) = stacked(rows), strokes_of_rows(rows)

    joined = finder.rows_of(page, Corrections().with_row((*one, *other)))
    assert [row.strokes for row in joined] == [(*one, *other)]

    bounds = rows[0].bounds
    assert bounds is not None
    left = tuple(index for index in one if page.strokes[index].bounds.right < bounds.width / 3)
    right = tuple(index for index in one if index not in left)
    parted = finder.rows_of(page, Corrections().with_row(left).with_row(right))
    assert [row.strokes for row in parted] == [left, right, other]


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 30), st.floats(-300, 300), st.floats(-300, 300)), min_size=1, max_size=6))
@settings(max_examples=25)
def test_a_page_that_changes_has_the_rows_that_it_has_from_scratch(steps: list[tuple[int, float, float]]) -> None:
    strokes: list[Stroke] = list(stacked([equation("parabola"), equation("integral")] * 3).strokes)
    changing = RowFinder()
    changing.rows_of(Drawing(tuple(strokes)))
    for index, dx, dy in steps:
        index %= len(strokes)
        if dx < 0 and len(strokes) > 2:
            # The last is taken back, or one from between.
            del strokes[-1 if dy < 0 else index]
        else:
            strokes.append(strokes[index].moved(scale=1, dx=dx, dy=dy))
        page = Drawing(tuple(strokes))

        changed, anew = changing.rows_of(page), RowFinder().rows_of(page)
        assert [(row.strokes, row.box) for row in changed] == [(row.strokes, row.box) for row in anew]
        assert [row.weakest for row in changed] == pytest.approx([row.weakest for row in anew], abs=1e-3)
        assert [row.between.keys() for row in changed] == [row.between.keys() for row in anew]


def test_a_network_that_is_missing_or_damaged_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelFault, match="rows"):
        RowNetwork.load(tmp_path / "none.npz")
    (tmp_path / "rows.npz").write_bytes(b"x")
    with pytest.raises(ModelFault, match="damaged"):
        RowNetwork.load(tmp_path / "rows.npz")
    np.savez(tmp_path / "other.npz", mean=np.zeros(3))
    with pytest.raises(ModelFault, match="damaged"):
        RowNetwork.load(tmp_path / "other.npz")
