"""Lines read from pictures by the shipped networks."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from digitvision.ink.components import label_components
from digitvision.ink.picture import ink_of_picture
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.prediction import Reading
from tests.recognition.line.line_pictures import boxes_of_ink, photographed, picture, ruled
from tests.recognition.line.rows import row
from tests.recognition.line.test_recognizer import shipped


def read(image: Image.Image, alphabet: str | None = None, *, top: int = 3) -> Reading:
    return shipped().read_picture(ink_of_picture(image), top=top, alphabet=alphabet)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["407", "12", "9876543210", "3.5", "23+8=31", "84÷2=42", "5-3=2"])
@pytest.mark.parametrize("dark", [False, True])
def test_clear_lines_are_read(text: str, dark: bool) -> None:
    reading = read(picture(row(text), dark=dark))

    assert reading.text == text
    assert reading.mode == "line"
    assert reading.latex == " ".join(text).replace("÷", r"\div")
    assert "".join(glyph.candidates[0].text for glyph in reading.glyphs) == text
    assert reading.tree is not None
    assert reading.tree.latex == reading.latex


@pytest.mark.slow
def test_glyphs_have_boxes_in_the_pictures_pixels_and_no_strokes() -> None:
    image = picture(row("407"), height=200, pen=8)

    reading = read(image)

    boxes = np.array([glyph.box for glyph in reading.glyphs])
    ink = boxes_of_ink(image)
    assert all(glyph.strokes == () for glyph in reading.glyphs)
    assert (np.diff(boxes[:, 0]) > 0).all()
    outline = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
    assert np.abs(outline - ink).max() <= 6


def test_a_clear_number_is_sure() -> None:
    reading = read(picture(row("407")), top=5)

    assert reading.sure
    assert reading.confidence > 0.9
    confidences = [candidate.confidence for candidate in reading.candidates]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) <= 1 + 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("pen", [1.5, 9.0])
def test_points_and_signs_are_read_by_any_pen(pen: float) -> None:
    assert read(picture(row("6.5÷2=3.25"), height=80, pen=pen)).text == "6.5÷2=3.25"


def test_words_are_never_sure() -> None:
    reading = read(picture(row("101")), "upper")

    assert reading.text.isalpha()
    assert not reading.sure


@pytest.mark.slow
def test_ink_that_is_left_out_lowers_the_confidence() -> None:
    clean, dotted = (read(picture(row(text)), "digits") for text in ("1250", "12.50"))

    assert clean.text == dotted.text == "1250"
    assert dotted.confidence < clean.confidence


@pytest.mark.slow
@pytest.mark.parametrize("text", ["407", "2983"])
def test_a_photograph_is_read(text: str) -> None:
    assert read(photographed(picture(row(text)))).text == text


@pytest.mark.slow
@pytest.mark.parametrize("text", ["60", "38", "235"])
def test_digits_that_touch_are_separated(text: str) -> None:
    image = picture(row(text, gap=1), pen=4)
    _, segments = label_components(ink_of_picture(image) > 0.3)
    assert segments < len(text)

    assert read(image).text == text


@pytest.mark.parametrize("frame", [False, True])
def test_rules_and_frames_are_no_glyphs(frame: bool) -> None:
    assert read(ruled(picture(row("407")), frame=frame)).text == "407"


@pytest.mark.slow
def test_marks_are_left_out_where_only_digits_are_wanted() -> None:
    assert read(picture(row("12.50")), "digits").text == "1250"


@pytest.mark.slow
def test_answers_are_within_the_alphabet() -> None:
    image = picture(row("502"))

    for alphabet, letters in (("upper", str.isupper), ("lower", str.islower), ("letters", str.isalpha)):
        assert all(letters(candidate.text) for candidate in read(image, alphabet).candidates), alphabet
    with pytest.raises(ModelFault, match="runes"):
        read(image, "runes")


@pytest.mark.parametrize("size", [(1, 1), (300, 80), (3, 900), (900, 3)])
def test_an_empty_picture_has_nothing_to_read(size: tuple[int, int]) -> None:
    for tone in (255, 0, 128):
        reading = read(Image.new("L", size, tone))
        assert reading.candidates == ()
        assert not reading.sure


def test_a_rule_alone_is_not_sure() -> None:
    blank = Image.new("L", (400, 120), 255)

    for frame in (False, True):
        assert not read(ruled(blank, frame=frame)).sure


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 120), st.integers(1, 240), st.sampled_from([2, 6, 20]))
def test_anything_gets_an_answer(seed: int, height: int, width: int, grain: int) -> None:
    chance = np.random.default_rng(seed)
    coarse = chance.integers(0, 2, (-(-height // grain), -(-width // grain)), dtype=np.uint8) * 255
    image = Image.fromarray(np.kron(coarse, np.ones((grain, grain), np.uint8))[:height, :width])

    reading = read(image)

    assert all(0 <= candidate.confidence <= 1 for candidate in reading.candidates)
    assert bool(reading.candidates) == bool(reading.glyphs)


@pytest.mark.slow
def test_a_page_full_of_ink_is_no_line() -> None:
    specks = np.kron(np.random.default_rng(3).integers(0, 2, (60, 80), dtype=np.uint8) * 255, np.ones((9, 9), np.uint8))

    begun = time.process_time()
    reading = read(Image.fromarray(specks))

    assert not reading.sure
    assert time.process_time() - begun < 20


@pytest.mark.slow
def test_a_huge_picture_is_read_quickly() -> None:
    shipped()
    small = picture(row("4078"), height=400, pen=16)
    image = small.resize((4000, round(small.height * 4000 / small.width)))
    whole = Image.new("L", (4000, 3000), 255)
    whole.paste(image, (0, 1000))
    read(whole)

    begun = time.process_time()
    reading = read(whole)

    assert reading.text == "4078"
    assert time.process_time() - begun < 5
