"""Marks: lines along a margin and scribbles, and signs that are none."""

import numpy as np
import pytest

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.rows.row_features import shapes_of
from digitvision.recognition.rows.row_finder import RowFinder, several_of
from digitvision.recognition.rows.row_marks import are_marks, are_underlines, path_length
from tests.ink.drawings import line
from tests.recognition.line.rows import ring, row
from tests.recognition.page.sheets import equation, stacked, strokes_of_rows

NAMES = ("parabola", "quadratic", "integral")


def _is_mark(stroke: Stroke) -> bool:
    return bool(are_marks(shapes_of([stroke]).boxes, np.array([path_length(stroke.xy)]))[0])


def _zigzag(width: float, height: float, turns: int) -> Stroke:
    corners = [(width * (turn % 2), height * turn / turns) for turn in range(turns + 1)]
    return line(*corners)


def test_long_upright_lines_and_scribbles_are_marks() -> None:
    assert _is_mark(line((0, 0), (0.2, 4), (0, 9)))
    assert _is_mark(_zigzag(5, 4, 12))


@pytest.mark.parametrize(
    "sign",
    [
        line((0, 0), (0.1, 4)),
        line((1, 0), (0, 4), (1, 8)),
        line((1, 0.4), (0.5, 0), (0.5, 7), (0, 6.6)),
        _zigzag(1.2, 2.5, 3),
        _zigzag(0.8, 1.2, 12),
        line((0, 0), (12, 0.1)),
    ],
    ids=["bar", "bracket", "integral", "sigma", "small-scribble", "fraction-bar"],
)
def test_signs_are_no_marks(sign: Stroke) -> None:
    assert not _is_mark(sign)


@pytest.fixture(scope="module")
def finder() -> RowFinder:
    return RowFinder()


@pytest.mark.parametrize("where", [-30.0, 420.0])
def test_a_line_along_the_margin_is_a_row_of_its_own(finder: RowFinder, where: float) -> None:
    rows = [equation(name) for name in NAMES] * 2
    page = stacked(rows)
    margin = line((where, -50), (where + 8, 500), (where, 1000))

    found = finder.rows_of(page.with_stroke(margin))

    assert sorted(row.strokes for row in found) == [*strokes_of_rows(rows), (len(page.strokes),)]
    # Nor is anything left of it when it is gone.
    assert [row.strokes for row in finder.rows_of(page)] == strokes_of_rows(rows)


def test_a_mark_by_itself_is_a_row(finder: RowFinder) -> None:
    assert [row.strokes for row in finder.rows_of(Drawing((_zigzag(500, 400, 12),)))] == [(0,)]


def _boxes(*boxes: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(boxes, np.float64)


RESULT = ((0.0, 0.0, 0.6, 1.0), (0.8, 0.0, 1.4, 1.0))


@pytest.mark.parametrize(
    ("others", "lines", "expected"),
    [
        (RESULT, ((-0.1, 1.2, 1.5, 1.25), (0.0, 1.4, 1.4, 1.45)), True),
        # One line alone, lines far apart, a short one, and one of another place.
        (RESULT, ((-0.1, 1.2, 1.5, 1.25),), False),
        (RESULT, ((-0.1, 1.2, 1.5, 1.25), (0.0, 1.8, 1.4, 1.85)), False),
        (RESULT, ((0.0, 1.2, 0.6, 1.25), (0.0, 1.4, 0.6, 1.45)), False),
        (RESULT, ((-0.1, 1.2, 1.5, 1.25), (1.0, 1.4, 2.5, 1.45)), False),
        # Nothing stands on them: a bar of the next row's wide equality sign, or a rule.
        (RESULT, ((-0.1, 2.2, 1.5, 2.25), (0.0, 2.4, 1.4, 2.45)), False),
        # A wide equality sign below something else.
        ((*RESULT, (-0.9, 0.9, -0.3, 1.8)), ((-0.1, 1.2, 1.5, 1.25), (0.0, 1.4, 1.4, 1.45)), False),
        ((*RESULT, (1.8, 0.9, 2.3, 1.8)), ((-0.1, 1.2, 1.5, 1.25), (0.0, 1.4, 1.4, 1.45)), False),
    ],
)
def test_two_lines_below_a_result_are_no_signs(
    others: tuple[tuple[float, float, float, float], ...],
    lines: tuple[tuple[float, float, float, float], ...],
    expected: bool,
) -> None:
    found = are_underlines(_boxes(*others, *lines))

    assert found.tolist() == [False] * len(others) + [expected] * len(lines)


FRAMES = {
    "box": line((-60, -60), (560, -55), (565, 150), (-55, 155), (-60, -50)),
    "ring": ring(250, 50, 780, 260),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_line_around_a_row_is_a_row_of_its_own(finder: RowFinder, name: str) -> None:
    page = row("12+7=")
    framed = page.with_stroke(FRAMES[name])
    own = tuple(range(len(page.strokes)))

    for drawing in (framed, Drawing((FRAMES[name], *page.strokes))):
        assert sorted(len(row.strokes) for row in finder.rows_of(drawing)) == [1, len(own)]
        assert len(finder.frames) == 1
    assert [row.strokes for row in finder.rows_of(page)] == [own]
    assert finder.frames == []
    # The large line does not make what it is around look like a dot.
    assert len(several_of(finder.rows_of(framed))) == 2


@pytest.mark.parametrize("ring_", [ring(300, 50, 60, 90), ring(300, 50, 260, 140)], ids=["zero", "nothing-inside"])
def test_zeros_are_no_frames(finder: RowFinder, ring_: Stroke) -> None:
    finder.rows_of(Drawing((*row("12").strokes, ring_)))

    assert finder.frames == []
