"""Several glyphs read as one character, and expressions in two dimensions read as a line."""

import json
import lzma
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.ink.export import drawing_png
from digitvision.ink.picture import ink_of_picture, picture_from_bytes
from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.multiple_glyphs import (
    are_several,
    are_several_in_picture,
    may_be_several,
    reading_for,
)
from digitvision.recognition.reader import read_character
from digitvision.recognition.recognizer import Recognizer
from tests.ink.drawings import line, sample_drawing
from tests.recognition.line.rows import moved, row, scribble
from tests.recognition.line.test_recognizer import shipped

BAR = line((-20, 120), (180, 122))


@pytest.fixture(scope="module")
def digits() -> Recognizer:
    return Recognizer(ModelStore().for_alphabet("digits"), "digits")


def _fraction() -> Drawing:
    """21 over 40."""
    below = moved(row("40"), scale=1, dx=0, dy=145)
    return Drawing((*row("21").strokes, BAR, *below.strokes))


def _power() -> Drawing:
    """3 to the power of 25."""
    above = moved(row("25"), scale=0.45, dx=85, dy=-35)
    return Drawing((*row("3").strokes, *above.strokes))


def _root() -> Drawing:
    """The root of 25."""
    sign = Stroke.of([(-60, 70), (-45, 65), (-28, 105), (-10, -25), (90, -27), (190, -25)])
    return Drawing((sign, *row("25").strokes))


@pytest.mark.parametrize("text", ["407", "10", "12345", "3+8"])
def test_for_glyphs_side_by_side_a_line_is_suggested(digits: Recognizer, text: str) -> None:
    assert read_character(digits, row(text)).suggested_mode == "line"


@pytest.mark.parametrize("digit", range(10))
def test_for_one_digit_nothing_else_is_suggested(digits: Recognizer, digit: int) -> None:
    assert read_character(digits, sample_drawing(digit)).suggested_mode == ""


@pytest.mark.parametrize("seed", range(5))
def test_for_a_scribble_no_line_is_suggested(digits: Recognizer, seed: int) -> None:
    assert read_character(digits, scribble(6, seed)).suggested_mode == ""


def _upright(x: float) -> Stroke:
    return line((x, 0), (x, 100))


@pytest.mark.parametrize(
    ("strokes", "several"),
    [
        ((_upright(0), _upright(50)), True),
        ((_upright(0), _upright(10), _upright(20)), True),
        # An H whose bar does not reach its first side, and the same where it does.
        ((_upright(0), line((8, 50), (70, 50)), _upright(70)), False),
        ((_upright(0), line((0, 50), (70, 50)), _upright(70)), False),
        # These are too wide for a letter.
        ((_upright(0), line((8, 50), (130, 50)), _upright(130)), True),
        # A dot or a dash beside one glyph is no further glyph.
        ((_upright(0), line((60, 95), (62, 99))), False),
        ((_upright(0), line((40, 50), (100, 50))), False),
        ((line((0, 0), (0, 0)),), False),
        ((line((0, 0), (50, 0)), line((80, 0), (120, 0))), False),
    ],
)
def test_columns_with_a_gap_between_are_several_glyphs(strokes: tuple[Stroke, ...], several: bool) -> None:
    assert are_several(strokes, 0.05) == several
    assert not are_several(strokes, 0.9), "what looks like a sign is one"


@pytest.mark.parametrize("drawing", [_fraction(), _power(), _root()], ids=["fraction", "power", "root"])
def test_for_a_drawing_that_is_no_row_an_equation_is_suggested(drawing: Drawing) -> None:
    for alphabet in (None, "all", "digits"):
        assert shipped().read(drawing, top=3, alphabet=alphabet).suggested_mode == "equation"


@pytest.mark.parametrize("drawing", [_fraction(), _power(), _root()], ids=["fraction", "power", "root"])
def test_a_drawing_that_is_no_row_is_never_sure_as_a_line(drawing: Drawing) -> None:
    for alphabet in (None, "all", "digits"):
        assert shipped().read(drawing, top=3, alphabet=alphabet).verdict != "sure"


@pytest.mark.parametrize("text", ["407", "3.5", "23+8=31", "9", "12÷4=3"])
def test_for_a_row_nothing_else_is_suggested(text: str) -> None:
    assert shipped().read(row(text), top=3).suggested_mode == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("drawing", "mode"),
    [
        (row("407"), "line"),
        (row("3.5"), "line"),
        (row("3+8"), "equation"),
        (row("12÷4="), "equation"),
        (_fraction(), "equation"),
        (_power(), "equation"),
        (_root(), "equation"),
        (sample_drawing(4), ""),
        (row("="), ""),
        (row("÷"), ""),
        (scribble(6, 1), ""),
    ],
    ids=["number", "decimals", "sum", "quotient", "fraction", "power", "root", "4", "=", "÷", "scribble"],
)
def test_the_mode_is_found_that_would_read_what_looks_like_no_digit(drawing: Drawing, mode: str) -> None:
    assert reading_for(drawing.strokes, shipped().read(drawing, top=1)) == mode


@pytest.mark.parametrize("text", ["407", "3+8", "12÷4="])
def test_what_looks_like_no_digit_is_worth_a_closer_look(digits: Recognizer, text: str) -> None:
    drawing = row(text)
    in_vocabulary = read_character(digits, drawing).glyphs[0].prediction.in_vocabulary
    assert may_be_several(drawing.strokes, in_vocabulary)
    assert not may_be_several(drawing.strokes[:1], in_vocabulary)
    assert not may_be_several(drawing.strokes, 0.9)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_for_a_scribble_no_equation_is_suggested(seed: int) -> None:
    assert shipped().read(scribble(8, seed), top=3).suggested_mode == ""


@pytest.mark.slow
def test_for_real_expressions_that_look_like_no_digit_an_equation_is_found(shared: Path, digits: Recognizer) -> None:
    with lzma.open(shared / "data" / "crohme" / "crohme2013_test.jsonl.xz", "rt", encoding="utf-8") as file:
        strokes = [json.loads(one)["strokes"] for one in islice(file, 40)]
    found = []
    for one in strokes:
        drawing = Drawing(tuple(Stroke.of(np.array(path, np.float64).reshape(-1, 2).tolist()) for path in one))
        glyph = read_character(digits, drawing).glyphs[0]
        if may_be_several(drawing.strokes, glyph.prediction.in_vocabulary):
            found.append(reading_for(drawing.strokes, shipped().read(drawing, top=1)))

    assert len(found) >= 38
    assert found.count("equation") >= 0.85 * len(found)


@pytest.mark.slow
def test_for_real_expressions_in_one_row_an_equation_is_hardly_ever_suggested(shared: Path) -> None:
    with lzma.open(shared / "data" / "crohme" / "crohme2013_test.jsonl.xz", "rt", encoding="utf-8") as file:
        expressions = [json.loads(one) for one in islice(file, 200)]
    found: dict[bool, list[bool]] = {True: [], False: []}
    for one in expressions:
        relations = {relation for _, _, relation in one["relations"] or ()}
        paths = [np.array(stroke, np.float64).reshape(-1, 2) for stroke in one["strokes"]]
        drawing = Drawing(tuple(Stroke.of(path.tolist()) for path in paths))
        if relations <= {"Right"} or "Above" in relations:
            found[relations <= {"Right"}].append(shipped().read(drawing, top=1).suggested_mode == "equation")

    assert sum(found[True]) <= 0.01 * len(found[True])
    assert sum(found[False]) >= 0.9 * len(found[False])


def _ink(drawing: Drawing) -> NDArray[np.float32]:
    return ink_of_picture(picture_from_bytes(drawing_png(drawing, size=300, pen_width=12), where="a test"))


def test_several_glyphs_are_seen_in_a_picture_too() -> None:
    assert are_several_in_picture(_ink(row("407")), 1.0)
    assert are_several_in_picture(_ink(row("42")), 0.0)
    assert not are_several_in_picture(_ink(row("42")), 1.0)
    assert not are_several_in_picture(np.zeros((20, 30), np.float32), 0.0)
    for digit in range(10):
        assert not are_several_in_picture(_ink(sample_drawing(digit)), 0.0)
