"""Pages that are composed of expressions: by one writer, with the gaps that were asked for, and row by row."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.training.expression.corpus import Expression
from digitvision.training.page.pages import (
    Page,
    PageStyle,
    composed,
    has_equality,
    largest_gap,
    pages_of,
    result_of,
    symbol_height,
)
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


def _boxes(page: Page) -> list[NDArray[np.float64]]:
    """Return left, top, right, bottom of each row, in heights of a symbol."""
    found = []
    for number in range(int(page.row_of.max()) + 1):
        own = np.array([page.drawing.strokes[index].bounds for index in np.flatnonzero(page.row_of == number)]) / 100
        found.append(np.array([*own[:, :2].min(axis=0), *own[:, 2:].max(axis=0)]))
    return found


def test_two_columns_are_as_far_apart_as_was_asked_for_and_further_than_their_signs() -> None:
    rows = _written("a", "1 2", "1 + 2", "2 1", "2", "1 1")
    inner = max(largest_gap(list(row.points / symbol_height(row))) for row in rows)

    page = composed(np.random.default_rng(1), rows, replace(STRAIGHT, columns=(1.5, 1.6)))

    boxes = _boxes(page)
    left, right = boxes[:3], boxes[3:]
    gap = min(box[0] for box in right) - max(box[2] for box in left)
    assert gap == pytest.approx(max(1.55, 1.3 * inner), abs=0.06)
    for one, other in zip(left, right, strict=False):
        assert abs((one[1] + one[3]) / 2 - (other[1] + other[3]) / 2) < 0.8
    tops = [box[1] for box in right]
    assert tops == sorted(tops)


def test_what_is_on_the_right_of_an_equality_sign_is_moved_as_a_whole() -> None:
    plain = _written("a", "1 + 2 = 2 1")[0]
    assert has_equality(plain)
    assert result_of(plain) == (4, 5)
    assert result_of(_written("a", "1 + 2")[0]) == ()

    page = composed(np.random.default_rng(1), [plain], replace(STRAIGHT, result=(3.0, 3.1)))

    lefts = [stroke.bounds.left / 100 for stroke in page.drawing.strokes]
    rights = [stroke.bounds.right / 100 for stroke in page.drawing.strokes]
    assert 3.0 <= lefts[4] - rights[3] <= 3.1
    assert lefts[5] - rights[4] == pytest.approx(lefts[1] - rights[0])
    others = pages_of(_written("a", "1 2", "2 1", "1 = 2", "2 = 1"), 9, PageStyle(rows=(2, 2), result=(1, 2)), seed=1)
    assert all(result_of(row) for one in others for row in one.rows)


def test_a_mark_is_a_row_of_its_own_that_holds_no_expression() -> None:
    style = replace(STRAIGHT, rows=(2, 3), marks=True)
    pages = pages_of(_written("a", "1 2", "2 1", "1 + 1"), 60, style, seed=2)

    sizes = []
    for page in pages:
        assert int(page.row_of.max()) == len(page.rows)
        marks = np.flatnonzero(page.row_of == len(page.rows)).tolist()
        assert marks == [len(page.drawing.strokes) - 1]
        box = page.drawing.strokes[marks[0]].bounds
        sizes.append((box.width / 100, box.height / 100))
    # Lines along a margin, rules, scribbles and taps.
    assert any(width < 0.5 and height > 2 for width, height in sizes)
    assert any(width > 2 and height < 0.5 for width, height in sizes)
    assert any(width > 1.5 and height > 1.5 for width, height in sizes)
    assert any(max(size) < 0.2 for size in sizes)
