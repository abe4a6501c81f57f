"""Percent and degree signs in lines, and signs that a user may choose for a glyph of one."""

from pathlib import Path

import pytest

from digitvision.ink.inkml import read_inkml
from digitvision.ink.picture import ink_of_picture
from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections
from tests.recognition.line.line_pictures import picture
from tests.recognition.line.rows import PERCENTS, moved, row
from tests.recognition.line.test_recognizer import shipped


@pytest.mark.parametrize("shape", PERCENTS)
@pytest.mark.parametrize("text", ["5%", "50%", "100%", "12.5%", "7%", "200+10%="])
def test_percent_signs_of_several_hands_are_read(text: str, shape: str) -> None:
    drawing = row(text, percent=PERCENTS[shape])

    reading = shipped().read(drawing, top=3)

    assert reading.text == text
    assert reading.tree is not None
    assert [symbol.label for symbol in reading.tree.symbols if symbol.label == r"\%"] == [r"\%"]


@pytest.mark.parametrize("text", ["0/0", "9/0", "100", "1090", "10/90", "900"])
def test_zeros_beside_slashes_and_ones_are_no_percent_sign(text: str) -> None:
    assert "%" not in shipped().read(row(text), top=3).text


def test_strokes_of_a_percent_sign_that_are_kept_apart_are_none() -> None:
    drawing = row("50%")
    apart = Corrections().with_apart(range(len(drawing.strokes)))

    assert shipped().read(drawing, top=3).text == "50%"
    assert "%" not in shipped().read(drawing, top=3, corrections=apart).text


@pytest.mark.parametrize("text", ["20°", "30°", "360°", "5°"])
def test_a_small_ring_on_a_number_is_a_degree_sign(text: str) -> None:
    reading = shipped().read(row(text, gap=14), top=3)

    assert reading.text == text
    assert reading.latex == " ".join(text[:-1]) + r"^{\circ}"
    assert not reading.suggested_mode


@pytest.mark.parametrize("text", ["30°", "5°", "180°"])
def test_a_small_ring_on_a_number_of_a_picture_is_a_degree_sign(text: str) -> None:
    ink = ink_of_picture(picture(row(text, gap=14)))

    assert shipped().read_picture(ink, top=3).text == text
    assert shipped().read_picture(ink, top=3, alphabet="digits").text == text[:-1] + "0"


def test_a_small_raised_zero_may_be_a_degree_sign() -> None:
    number = row("45")
    assert number.bounds is not None
    small = moved(row("0"), scale=0.52, dx=number.bounds.right + 16, dy=0)

    reading = shipped().read(Drawing((*number.strokes, *small.strokes)), top=3)

    assert reading.text == "450"
    assert not reading.sure


def test_a_percent_sign_without_a_ring_is_not_surely_a_digit() -> None:
    cut = row("21%", percent=PERCENTS["rings"][:2])

    assert not shipped().read(cut, top=3).sure


def test_a_zero_as_large_as_its_neighbours_is_no_degree_sign() -> None:
    assert shipped().read(row("200"), top=3).text == "200"


@pytest.mark.parametrize("alphabet", [None, "all"])
@pytest.mark.parametrize(
    ("sign", "latex"), [("%", r"\%"), ("°", r"\circ"), ("′", r"\prime"), ("'", "'"), ("β", r"\beta")]
)
def test_any_sign_can_be_chosen_for_a_glyph(sign: str, latex: str, alphabet: str | None) -> None:
    drawing = row("407")
    last = shipped().read(drawing, top=1, alphabet=alphabet).glyphs[-1]
    assert latex in {label.latex for label in last.prediction.labels}

    reading = shipped().read(
        drawing, top=3, alphabet=alphabet, corrections=Corrections().with_label(last.strokes, latex)
    )

    assert reading.text == "40" + sign
    assert reading.glyphs[-1].candidates[0].text == sign


def test_a_written_percentage_is_read(shared: Path) -> None:
    drawing = read_inkml(shared / "cases" / "15-percent.inkml").drawing

    reading = shipped().read(drawing, top=3)

    assert reading.text == "50%"
    assert reading.sure
