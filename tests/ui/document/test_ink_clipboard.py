"""Ink on the clipboard: what goes there, and what is taken from there, whoever put it there."""

import numpy as np
import pytest
from hypothesis import given, settings
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

from digitvision.faults import Fault
from digitvision.ink.inkml import inkml_bytes
from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.ui.document.ink_clipboard import (
    INK_TYPE,
    MOST_SAMPLES,
    CopiedInk,
    copy_of,
    ink_data,
    ink_of,
    placed,
    read_ink,
)
from tests.ink.drawings import drawings_with_ink
from tests.ui.hand import stroke

_ROW = Drawing(tuple(stroke((100 * number, 0), (100 * number, 90)) for number in range(4)))
_FOREIGN = b"<ink><trace>10 0, 9 14, 8 28</trace><trace>130 155, 144 159</trace></ink>"


def test_ink_comes_back_with_the_corrections_that_are_about_it(qapp: QApplication) -> None:
    corrections = Corrections().with_label({1}, "x").with_label({3}, r"\beta").with_relation({3}, {1}, "Sup")
    ink = ink_of(_ROW, corrections, (1, 3))

    data = ink_data(copy_of(ink, "xβ", 9.0).mime())

    assert data is not None
    back = read_ink(data, "clipboard")
    assert back.drawing == Drawing((_ROW.strokes[1], _ROW.strokes[3]))
    assert back.corrections == Corrections().with_label({0}, "x").with_label({1}, r"\beta").with_relation(
        {1}, {0}, "Sup"
    )


def test_corrections_about_other_ink_stay_behind() -> None:
    ink = ink_of(_ROW, Corrections().with_glyph({0, 1}).with_label({2}, "x"), (1, 2))

    assert ink.corrections == Corrections().with_label({1}, "x")


def test_other_programs_get_a_text_and_a_picture(qapp: QApplication) -> None:
    mime = copy_of(CopiedInk(_ROW, Corrections()), "1111", 9.0).mime()

    assert mime.text() == "1111"
    assert mime.hasImage()
    assert b"<svg" in bytes(mime.data("image/svg+xml").data())
    assert not copy_of(CopiedInk(_ROW, Corrections()), "", 9.0).mime().hasText()


@settings(max_examples=25)
@given(drawing=drawings_with_ink)
def test_any_ink_survives_the_clipboard(drawing: Drawing) -> None:
    back = read_ink(inkml_bytes(drawing), "clipboard").drawing

    assert len(back.strokes) == len(drawing.strokes)
    for one, other in zip(back.strokes, drawing.strokes, strict=True):
        np.testing.assert_allclose(one.points, other.points, atol=6e-4)


def test_ink_of_another_program_is_brought_to_a_size_that_can_be_seen() -> None:
    bounds = read_ink(_FOREIGN, "clipboard").drawing.bounds

    assert bounds is not None
    assert bounds.longer_side == pytest.approx(400)


def test_inkml_that_was_copied_as_text_is_ink_too(qapp: QApplication) -> None:
    mime = QMimeData()
    mime.setText(_FOREIGN.decode())
    assert ink_data(mime) == _FOREIGN
    mime.setText("think <of ink")
    assert ink_data(mime) is None


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"<ink><trace>10 0, 9", "no ink file"),
        (b"\x00\xff\xfe", "no ink file"),
        (b'<!DOCTYPE ink [<!ENTITY a "b">]><ink><trace>&a;</trace></ink>', "is refused"),
        (b"<ink></ink>", "holds no ink"),
        pytest.param(
            b"<ink><trace>" + b"1 2," * (MOST_SAMPLES + 5) + b"3 4</trace></ink>",
            "more ink than",
            marks=pytest.mark.slow,
        ),
        (b"<ink><trace>1e300 2, 3 4</trace></ink>", "cannot be opened"),
    ],
    ids=["empty", "cut off", "bytes", "entities", "no ink", "too much", "far away"],
)
def test_what_cannot_be_pasted_is_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Fault, match=sentence) as fault:
        read_ink(data, "clipboard")

    assert str(fault.value).count(".") >= 1
    assert "\n" not in str(fault.value)


def test_pasted_ink_lies_beside_ink_in_its_place_and_is_later_than_all() -> None:
    strokes = placed(
        Drawing(_ROW.strokes[:1]), _ROW, Bounds(-50, -50, 950, 950), last_ms=500.0, pause_ms=1000.0, step=20.0
    )

    # With the room of a row above it.
    assert strokes[0].bounds.top >= 180
    assert strokes[0].bounds.bottom <= 950
    assert strokes[0].points[0, 2] == 1500.0


@pytest.mark.slow
@settings(max_examples=25)
@given(drawing=drawings_with_ink)
def test_pasted_ink_is_in_sight(drawing: Drawing) -> None:
    sight = Bounds(0, 0, 1000, 800)

    strokes = placed(drawing, Drawing(), sight, last_ms=0, pause_ms=0, step=20.0)

    bounds = Drawing(strokes).bounds
    assert bounds is not None
    assert -1e-6 <= (bounds.left + bounds.right) / 2 <= 1000 + 1e-6
    assert -1e-6 <= (bounds.top + bounds.bottom) / 2 <= 800 + 1e-6


def test_the_type_is_that_of_inkml() -> None:
    assert INK_TYPE == "application/inkml+xml"
