"""Pages that are composed of expressions: by one writer, with the gaps that were asked for, and row by row."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from digitvision.training.expression.corpus import Expression
from digitvision.training.page.pages import PageStyle, composed, pages_of, symbol_height
from tests.training.expression.rows import row_of

STRAIGHT = PageStyle(gap=(0.3, 0.5), tilt=0.0, size=0.0, indent=0.0)


def _written(writer: str, *rows: str) -> list[Expression]:
    return [replace(row_of(labels), writer=writer) for labels in rows]


def test_rows_lie_under_each_other_with_the_gap_that_was_asked_for() -> None:
    rows = _written("a", "1 2", "1 + 2", "2")

    page = composed(np.random.default_rng(1), rows, STRAIGHT)

    assert page.rows == tuple(rows)
    assert [int((page.row_of == number).sum()) for number in range(3)] == [len(row.points) for row in rows]
    boxes = [
        np.array([page.drawing.strokes[index].bounds for index in np.flatnonzero(page.row_of == number)])
        for number in range(3)
    ]
    # A symbol is a hundred of the drawing's units high.
    for upper, lower in pairwise(boxes):
        assert 30 <= lower[:, 1].min() - upper[:, 3].max() <= 50


def test_a_page_is_by_one_writer_and_the_same_seed_makes_the_same_pages() -> None:
    expressions = _written("a", "1 2", "2 1", "1 + 1") + _written("b", "2 2", "1 1 1") + _written("c", "1")

    pages = pages_of(expressions, 20, PageStyle(rows=(2, 3)), seed=5)
    again = pages_of(expressions, 20, PageStyle(rows=(2, 3)), seed=5)

    assert {row.writer for page in pages for row in page.rows} == {"a", "b"}
    assert all(len({row.writer for row in page.rows}) == 1 for page in pages)
    assert all(len(set(map(id, page.rows))) == len(page.rows) for page in pages)
    assert [page.drawing for page in pages] == [page.drawing for page in again]
    assert pages_of(_written("c", "1"), 3, PageStyle(), seed=1) == []


def test_the_height_of_a_symbol_is_that_of_letters_and_digits() -> None:
    one = row_of("1 2 - x")
    heights = [float(np.ptp(one.points[list(symbol.strokes)][..., 1])) for symbol in one.tree.symbols]

    assert symbol_height(one) == pytest.approx(float(np.median([heights[0], heights[1], heights[3]])))
