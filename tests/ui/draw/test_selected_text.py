"""What selected ink reads as."""

import pytest

from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.prediction import Reading
from digitvision.ui.draw.selected_text import text_of_strokes
from tests.ui.expressions import KnownReader, row


def _reading(corrections: Corrections) -> Reading:
    return KnownReader("x2+1").read(Drawing(tuple(row(4))), corrections, "")


@pytest.mark.parametrize(
    ("strokes", "text"),
    [((0, 1, 2, 3), "x²+1"), ((0, 1), "x²"), ((2, 3), "+1"), ((1, 3), "2 1"), ((0,), "x"), ((), "")],
)
def test_a_part_of_an_expression_is_written_as_what_it_is(strokes: tuple[int, ...], text: str) -> None:
    reading = _reading(Corrections().with_relation({1}, {0}, "Sup").with_relation({2}, {0}, "Right"))

    assert text_of_strokes(reading, strokes, 4).replace(" ", "") == text.replace(" ", "")


def test_parts_of_glyphs_read_as_nothing() -> None:
    reading = _reading(Corrections().with_glyph({0, 1}))

    assert text_of_strokes(reading, (0,), 4) == ""
    assert text_of_strokes(reading, (0, 1, 2), 4) != ""


def test_without_a_reading_there_is_no_text() -> None:
    assert text_of_strokes(None, (0,), 1) == ""
    assert text_of_strokes(Reading("line"), (0,), 1) == ""
