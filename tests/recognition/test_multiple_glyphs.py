"""Several glyphs read as one character, and what stands above something read as a line."""

import json
import lzma
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.multiple_glyphs import are_several
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
def test_glyphs_side_by_side_are_rather_a_line(digits: Recognizer, text: str) -> None:
    assert read_character(digits, row(text)).rather == "line"


@pytest.mark.parametrize("digit", range(10))
def test_one_digit_is_rather_nothing_else(digits: Recognizer, digit: int) -> None:
    assert read_character(digits, sample_drawing(digit)).rather == ""


@pytest.mark.parametrize("seed", range(5))
def test_a_scribble_is_no_line(digits: Recognizer, seed: int) -> None:
    assert read_character(digits, scribble(6, seed)).rather == ""


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
        # Wide, and so more than a letter.
        ((_upright(0), line((8, 50), (130, 50)), _upright(130)), True),
        # A dot or a dash beside one glyph is no other one.
        ((_upright(0), line((60, 95), (62, 99))), False),
        ((_upright(0), line((40, 50), (100, 50))), False),
        ((line((0, 0), (0, 0)),), False),
        ((line((0, 0), (50, 0)), line((80, 0), (120, 0))), False),
    ],
)
def test_columns_with_room_between_are_several_glyphs(strokes: tuple[Stroke, ...], several: bool) -> None:
    assert are_several(strokes, 0.05) == several
    assert not are_several(strokes, 0.9), "what looks like a sign is one"


@pytest.mark.parametrize("drawing", [_fraction(), _power(), _root()], ids=["fraction", "power", "root"])
def test_what_is_no_row_is_rather_an_equation(drawing: Drawing) -> None:
    for alphabet in (None, "all", "digits"):
        assert shipped().read(drawing, top=3, alphabet=alphabet).rather == "equation"


@pytest.mark.parametrize("drawing", [_fraction(), _power(), _root()], ids=["fraction", "power", "root"])
def test_what_is_no_row_is_never_sure_as_one(drawing: Drawing) -> None:
    for alphabet in (None, "all", "digits"):
        assert shipped().read(drawing, top=3, alphabet=alphabet).verdict != "sure"


@pytest.mark.parametrize("text", ["407", "3.5", "23+8=31", "9", "12÷4=3"])
def test_a_row_is_rather_nothing_else(text: str) -> None:
    assert shipped().read(row(text), top=3).rather == ""


@pytest.mark.parametrize("seed", range(4))
def test_a_scribble_is_no_equation(seed: int) -> None:
    assert shipped().read(scribble(8, seed), top=3).rather == ""


def test_expressions_of_real_people_in_one_row_are_hardly_ever_taken_for_more(shared: Path) -> None:
    with lzma.open(shared / "data" / "crohme" / "crohme2013_test.jsonl.xz", "rt", encoding="utf-8") as file:
        expressions = [json.loads(one) for one in islice(file, 200)]
    found: dict[bool, list[bool]] = {True: [], False: []}
    for one in expressions:
        relations = {relation for _, _, relation in one["relations"] or ()}
        paths = [np.array(stroke, np.float64).reshape(-1, 2) for stroke in one["strokes"]]
        drawing = Drawing(tuple(Stroke.of(path.tolist()) for path in paths))
        if relations <= {"Right"} or "Above" in relations:
            found[relations <= {"Right"}].append(shipped().read(drawing, top=1).rather == "equation")

    assert sum(found[True]) <= 0.01 * len(found[True])
    assert sum(found[False]) >= 0.9 * len(found[False])
