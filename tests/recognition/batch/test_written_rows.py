"""Real handwriting in rows and forms: right or not sure, and never sure of what was not written."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitvision.ink.picture import ink_of_picture
from digitvision.recognition.prediction import Reading
from tests.recognition.batch.written_rows import HEIGHT, Hand, drawing_of, lines_of, picture_of
from tests.recognition.line.test_recognizer import shipped

WRITERS = (3, 17, 31)


def _is_kept(reading: Reading, text: str) -> bool:
    return reading.text.replace(" ", "") == text or not reading.sure


@pytest.mark.slow
@pytest.mark.parametrize("writer", WRITERS)
def test_two_rows_are_never_one_row_for_sure(shared: Path, writer: int) -> None:
    hand = Hand(shared, writer)
    for gap in (0.02, 0.15, 0.4, 1.0):
        paths = [*hand.row(hand.number(5)), *hand.row(hand.number(4), top=(1 + gap) * HEIGHT)]
        by_column = sorted(paths, key=lambda path: float(path[:, 0].min()))

        assert not shipped().read(drawing_of(paths), top=1).sure, gap
        assert not shipped().read(drawing_of(by_column), top=1).sure, gap
        assert not shipped().read_picture(ink_of_picture(picture_of(paths, [])), top=1).sure, gap


@pytest.mark.slow
@pytest.mark.parametrize("form", ["comb", "boxes", "dividers", "margin", "base"])
@pytest.mark.parametrize("writer", WRITERS)
def test_the_lines_of_a_form_are_no_ones(shared: Path, writer: int, form: str) -> None:
    hand = Hand(shared, writer)
    text = hand.number(5)
    paths, ruled = hand.cells(text), lines_of(form, len(text))

    assert not shipped().read(drawing_of([*ruled, *paths]), top=1).sure
    for turn in (0.0, 2.0):
        reading = shipped().read_picture(ink_of_picture(picture_of(paths, ruled, turn=turn)), top=1)
        assert _is_kept(reading, text), (turn, text, reading.text)


@pytest.mark.slow
@pytest.mark.parametrize("writer", WRITERS)
def test_numbers_that_are_cropped_closely_are_read(shared: Path, writer: int) -> None:
    hand = Hand(shared, writer)
    read = 0
    for sign in "0123456789":
        tones = np.asarray(picture_of(hand.glyph(sign, 0.0, 0.0), []))
        rows, columns = np.nonzero(tones < 128)
        close = tones[rows.min() + 1 : rows.max(), columns.min() + 1 : columns.max()]
        reading = shipped().read_picture(ink_of_picture(Image.fromarray(close)), top=1, alphabet="digits")
        assert _is_kept(reading, sign), (sign, reading.text)
        read += reading.text == sign

    assert read >= 8
