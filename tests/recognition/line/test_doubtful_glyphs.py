"""Rows, forms and small marks that are read as a line are doubted, and lines are not."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitvision.ink.picture import ink_of_picture
from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.line.doubtful_glyphs import (
    has_sign_behind_sign,
    hides_cross,
    is_doubtful,
    stand_in_two_rows,
)
from digitvision.recognition.line.ruled_strokes import may_be_ruled
from tests.ink.drawings import line
from tests.recognition.line.rows import ring, row
from tests.recognition.line.test_recognizer import shipped


def _below(drawing: Drawing, dx: float, dy: float) -> tuple[Stroke, ...]:
    return tuple(stroke.moved(scale=1, dx=dx, dy=dy) for stroke in drawing.strokes)


@pytest.mark.parametrize("gap", [2, 15])
@pytest.mark.parametrize("dx", [0, 30])
def test_two_rows_close_to_each_other_are_no_line(gap: float, dx: float) -> None:
    drawing = Drawing((*row("30672").strokes, *_below(row("18459"), dx, 100 + gap)))

    assert not shipped().read(drawing, top=1).sure


def test_a_line_may_slope_and_have_signs_that_stand_anywhere() -> None:
    boxes = np.array([(60 * index, 25 * index, 60 * index + 40, 25 * index + 100) for index in range(6)], np.float64)
    boxes[2, 1] = boxes[2, 3] - 4

    assert not stand_in_two_rows(boxes)
    assert not is_doubtful(["3", "0", ".", "6", "7", "2"], boxes)


@pytest.mark.parametrize(("height", "expected"), [(30, True), (70, False)])
def test_a_digit_far_smaller_than_the_others_is_none(height: float, expected: bool) -> None:
    boxes = np.array([(0, 0, 50, 100), (60, 100 - height, 70, 100), (80, 0, 130, 100)], np.float64)

    assert is_doubtful(["3", "1", "4"], boxes) is expected
    assert not is_doubtful(["3", ",", "4"], boxes)


@pytest.mark.parametrize("text", ["1=1", "1.1", "1+1", "11-11", "1÷1"])
def test_ones_are_higher_than_the_signs_between_them_and_no_bars(text: str) -> None:
    reading = shipped().read(row(text), top=1)

    assert (reading.text, reading.sure) == (text, True)


@pytest.mark.parametrize("text", ["30672", "1111", "17", "407-3=1"])
def test_a_line_alone_has_nothing_ruled(text: str) -> None:
    assert not may_be_ruled(row(text).strokes)
    assert shipped().read(row(text), top=1).text == text


@pytest.mark.parametrize(
    "ruled",
    [
        [line((-40, -40), (-41, 50), (-40, 140))],
        [line((-20, 120), (200, 121), (420, 119))],
        [line((75, -20), (75, 130)), line((200, -20), (200, 130))],
        [line((-20, -30), (-20, 130), (420, 130), (420, -30), (-20, -30))],
    ],
    ids=["margin", "base", "dividers", "frame"],
)
def test_what_was_ruled_around_digits_leaves_a_doubt(ruled: list[Stroke]) -> None:
    drawing = Drawing((*ruled, *row("3062").strokes))

    assert may_be_ruled(drawing.strokes)
    assert not shipped().read(drawing, top=1).sure


def test_a_zero_with_a_slash_is_no_box() -> None:
    zero = ring(50, 50, 50, 100)

    assert not may_be_ruled([zero, line((62, 20), (50, 50), (38, 80))])


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("5\N{PRIME}", r"5^{\prime}"),
        ("6\N{DOUBLE PRIME}", r"6^{\prime \prime}"),
        ("5\N{PRIME}8\N{DOUBLE PRIME}", r"5^{\prime} 8^{\prime \prime}"),
    ],
)
def test_primes_behind_digits_are_read(text: str, latex: str) -> None:
    reading = shipped().read(row(text, gap=12), top=3)

    assert reading.text == text
    assert reading.latex == latex
    assert not reading.suggested_mode


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("++8=17", True),
        ("3+×2", True),
        ("×-7=2", True),
        ("3+=14", True),
        ("3+-2", False),
        ("+3", False),
        ("3×2", False),
    ],
)
def test_a_sign_that_takes_nothing_behind_it_is_no_sign(text: str, expected: bool) -> None:
    assert has_sign_behind_sign(list(text)) is expected


@pytest.mark.parametrize(
    ("text", "times", "unknown", "expected"),
    [
        ("+9+3", 0.22, 0.77, True),
        ("+9+3", 0.01, 0.02, False),
        ("x45=", 0.08, 0.9, True),
        ("xq", 0.14, 0.85, True),
        ("x-4=6", 0.14, 0.85, False),
        ("xylem", 0.14, 0.85, False),
        ("×9+3", 0.6, 0.4, False),
        # The user said that it is an x.
        ("x45=", 0.0, 1.0, False),
    ],
)
def test_what_looks_like_a_cross_and_is_read_as_none_is_doubted(
    text: str, times: float, unknown: float, expected: bool
) -> None:
    rest = [0.0] * (len(text) - 1)

    assert hides_cross(list(text), np.array([times, *rest]), np.array([unknown, *rest])) is expected


def test_a_line_that_begins_with_a_sign_of_multiplication_is_doubted() -> None:
    cross = (line((0, 40), (30, 70)), line((30, 40), (0, 70)))

    assert not shipped().read(Drawing((*cross, *_below(row("8+5"), 80, 0))), top=1).sure


@pytest.mark.parametrize(
    ("texts", "height", "expected"),
    [("347", 55, True), ("367", 55, False), ("347", 70, True), ("347", 80, False), ("374", 70, False)],
)
def test_a_low_four_may_be_a_plus_sign(texts: str, height: float, expected: bool) -> None:
    boxes = np.array([(60 * index, 0, 60 * index + 50, 100) for index in range(3)], np.float64)
    place = {"4": 1, "6": 1}.get(texts[1], 2)
    boxes[place, 1::2] = 50 - height / 2, 50 + height / 2

    assert is_doubtful(list(texts), boxes) is expected


@pytest.mark.slow
@pytest.mark.parametrize("width", [4, 9, 14])
def test_a_plus_sign_with_the_corner_of_a_four_leaves_a_doubt_in_a_picture(width: int) -> None:
    plus = (line((99, 27), (75, 64), (134, 64)), line((109, 40), (109, 93)))
    drawing = Drawing((*row("7").strokes, *plus, *_below(row("5"), 160, 0)))
    picture = Image.new("L", (300, 180), 255)
    for stroke in drawing.strokes:
        ImageDraw.Draw(picture).line([(x + 30, y + 40) for x, y in stroke.xy.tolist()], fill=0, width=width)

    assert not shipped().read_picture(ink_of_picture(picture), top=1).sure


@pytest.mark.parametrize(("count", "shift", "expected"), [(8, 0, True), (5, 0, True), (4, 0, False), (8, 9, False)])
def test_many_bars_at_equal_distances_are_ruled(count: int, shift: float, expected: bool) -> None:
    bars = [
        line((60 * index + shift * (index == 3), 0), (60 * index + shift * (index == 3), 100)) for index in range(count)
    ]

    assert may_be_ruled(bars, bars=False) is expected


def test_two_lines_under_a_result_are_no_sign_behind_it() -> None:
    boxes = np.array([(0, 0, 50, 100), (60, 0, 110, 100), (20, 120, 100, 140), (120, 0, 170, 100)], np.float64)

    assert is_doubtful(["7", "8", "=", "5"], boxes)
    boxes[2] = (112, 40, 118, 60)
    assert not is_doubtful(["7", "8", "=", "5"], boxes)
    # A one hardly covers the lines below it.
    boxes = np.array([(0, 0, 50, 100), (20, 110, 120, 130), (80, 0, 84, 90)], np.float64)
    assert is_doubtful(["8", "=", "1"], boxes)
    boxes[1] = (55, 40, 75, 60)
    assert not is_doubtful(["8", "=", "1"], boxes)


@pytest.mark.parametrize(("text", "expected"), [("6==5", True), ("6=5=", False), ("6)5=", True), ("(6)=", False)])
def test_signs_that_nobody_writes_in_a_row_are_doubted(text: str, expected: bool) -> None:
    boxes = np.array([(60 * index, 0, 60 * index + 50, 100) for index in range(len(text))], np.float64)

    assert is_doubtful(list(text), boxes) is expected
