"""Ink on a page that nobody can be sure of: marks, entangled rows, knots."""

import numpy as np
import pytest

from digitvision.ink.stroke import Bounds, Stroke
from digitvision.recognition.page.doubtful_rows import boxes_of, covers, doubtful_rows, half_said_rows, is_knot
from digitvision.recognition.page.row_form import form_of
from tests.ink.drawings import line
from tests.recognition.expression.trees import tree_of


def _signs(y: float) -> list[Stroke]:
    return [line((x, y), (x + 30, y + 50)) for x in (0.0, 50.0, 100.0)]


MARKS = {
    "tap": ([line((300, 40), (301, 40))], False),
    "margin": ([line((-20, -20), (-18, 330))], False),
    "rule": ([line((-50, 70), (500, 72))], False),
    "scribble": ([line(*((20.0 * turn, 320.0 * (turn % 2) - 40) for turn in range(9)))], True),
    "one": ([line((300, 40), (301, 90))], None),
    "minus": ([line((300, 60), (340, 60))], None),
}


@pytest.mark.parametrize("name", MARKS)
def test_marks_are_doubted_and_signs_are_not(name: str) -> None:
    mark, hides = MARKS[name]
    strokes = [*_signs(0), *_signs(200), *mark]
    rows = [(0, 1, 2), (3, 4, 5), (6,)]
    boxes = boxes_of(strokes)

    found = doubtful_rows(boxes, covers(boxes), rows)

    # A scribble makes what is below it doubtful, too.
    assert found == ({*rows} if hides else set() if hides is None else {rows[2]})


def test_rows_through_each_other_are_doubted() -> None:
    strokes = [*_signs(0), *(line((x + 10, 10), (x + 20, 40)) for x in (0.0, 50.0, 100.0)), *_signs(200)]
    boxes = boxes_of(strokes)

    assert doubtful_rows(boxes, covers(boxes), [(0, 1, 2), (3, 4, 5), (6, 7, 8)]) == {(3, 4, 5), (0, 1, 2)}
    assert doubtful_rows(boxes, covers(boxes), [(0, 1, 2, 3, 4, 5), (6, 7, 8)]) == set()


def test_a_knot_is_no_page() -> None:
    rng = np.random.default_rng(1)
    knot = [line(*rng.uniform(0, 300, (2, 2)).tolist()) for _ in range(100)]
    page = [sign for row in range(40) for sign in _signs(80.0 * row)]

    assert is_knot(covers(boxes_of(knot)))
    assert not is_knot(covers(boxes_of(page)))
    # A few strokes are a sign that somebody is drawing.
    assert not is_knot(covers(boxes_of(knot[:20])))


def test_a_line_around_a_row_is_doubted_and_what_is_inside_is_not() -> None:
    strokes = [*_signs(0), line((-30, -30), (180, -30), (180, 80), (-30, 80), (-30, -20))]
    boxes = boxes_of(strokes)

    assert doubtful_rows(boxes, covers(boxes), [(0, 1, 2), (3,)], [3]) == {(3,)}
    # What is scribbled over a row makes it doubtful.
    assert (0, 1, 2) in doubtful_rows(boxes, covers(boxes), [(0, 1, 2), (3,)])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("1.9 + 1 =", "2.8 - 3 ="), {0, 1}),
        (("1.9 + 1 =", "x", "2.8 - 3 ="), {0, 2}),
        (("1.9 + 1 =", "3.8 - 3 ="), set()),
        (("1.9 + 1 =", "1.8 - 3 ="), set()),
        (("1.9", "2.8"), set()),
        (("12 + 7 =", "="), {1}),
        (("12 + 7 =", "+ 7"), set()),
    ],
)
def test_numbers_of_exercises_and_signs_by_themselves_are_half_said(rows: tuple[str, ...], expected: set[int]) -> None:
    boxes = (Bounds(0, 200.0 * place, 500, 200.0 * place + 100) for place in range(len(rows)))
    found = list(zip(boxes, map(form_of, map(tree_of, rows)), strict=True))

    assert half_said_rows(found) == expected
