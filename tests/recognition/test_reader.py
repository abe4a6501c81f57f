"""Reading drawings and pictures as one glyph."""

import numpy as np
import pytest

from digitvision.ink.raster import rasterize
from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.reader import read_character, read_character_picture
from digitvision.recognition.recognizer import Recognizer
from tests.ink.drawings import DIGITS, line, sample_drawing
from tests.training.samples import mnist_part


@pytest.fixture(scope="module")
def classic() -> Recognizer:
    return Recognizer(ModelStore().find("classic"))


@pytest.mark.parametrize("digit", DIGITS)
def test_the_shipped_samples_are_read_right(classic: Recognizer, digit: int) -> None:
    drawing = sample_drawing(digit)

    reading = read_character(classic, drawing)

    assert reading.text == reading.latex == str(digit)
    assert reading.sure
    assert reading.verdict == "sure"
    assert len(reading.candidates) == 5
    assert reading.glyphs[0].strokes == tuple(range(len(drawing.strokes)))
    assert reading.glyphs[0].box == drawing.bounds
    assert reading.raster is not None
    assert (reading.raster == rasterize(drawing.strokes)).all()


@pytest.mark.parametrize("digit", DIGITS)
def test_position_and_size_on_the_canvas_change_nothing(classic: Recognizer, digit: int) -> None:
    drawing = sample_drawing(digit)
    moved = Drawing(tuple(stroke.moved(scale=0.21, dx=700, dy=-90) for stroke in drawing.strokes))

    there, here = read_character(classic, moved), read_character(classic, drawing)

    assert there.text == here.text
    assert there.confidence == pytest.approx(here.confidence, abs=0.01)


def test_an_empty_drawing_has_no_answer(classic: Recognizer) -> None:
    reading = read_character(classic, Drawing())

    assert reading.candidates == ()
    assert reading.text == ""
    assert reading.confidence == 0.0
    assert not reading.sure
    assert reading.raster is None


@pytest.mark.parametrize("positions", [[(5, 5)], [(5, 5), (5, 5), (5, 5)]])
def test_a_dot_is_never_sure(classic: Recognizer, positions: list[tuple[float, float]]) -> None:
    reading = read_character(classic, Drawing((line(*positions),)))

    assert reading.candidates
    assert not reading.sure
    assert reading.verdict != "sure"


def test_pictures_are_read_wherever_the_ink_lies(classic: Recognizer) -> None:
    images, labels = mnist_part(50)
    right = 0
    for image, label in zip(images, labels, strict=True):
        page = np.zeros((90, 140), np.float32)
        page[40:68, 100:128] = image / 255
        reading = read_character_picture(classic, page)
        right += reading.text == str(label)
        assert reading.glyphs[0].strokes == ()
        assert reading.glyphs[0].box.left >= 100

    assert right >= 49


def test_a_frame_around_a_glyph_is_left_out(classic: Recognizer) -> None:
    images, _ = mnist_part(3)
    for image in images:
        page = np.zeros((60, 60), np.float32)
        page[16:44, 16:44] = image / 255
        framed = page.copy()
        framed[[4, 5, -6, -5], 4:-4] = framed[4:-4, [4, 5, -6, -5]] = 1

        pictured, plain = read_character_picture(classic, framed), read_character_picture(classic, page)

        assert (pictured.text, pictured.confidence) == (plain.text, plain.confidence)
        assert pictured.glyphs[0].box == plain.glyphs[0].box


def test_a_blank_picture_has_no_answer(classic: Recognizer) -> None:
    assert read_character_picture(classic, np.zeros((20, 30), np.float32)).candidates == ()


@pytest.mark.parametrize("name", ["digits", "all"])
def test_a_dot_in_a_picture_is_read_as_a_drawn_one(name: str) -> None:
    recognizer = Recognizer(ModelStore().for_alphabet(name), name)
    down, across = np.mgrid[-50:50, -80:120]
    spot = (np.hypot(down, across) < 21).astype(np.float32)

    pictured, drawn = read_character_picture(recognizer, spot), read_character(recognizer, Drawing((line((5, 5)),)))

    assert [one.text for one in pictured.candidates] == [one.text for one in drawn.candidates]
    assert (pictured.sure, pictured.verdict) == (drawn.sure, drawn.verdict)
    assert pictured.glyphs[0].box.width == pytest.approx(41, abs=1)
    if name == "digits":
        assert not pictured.sure
    else:
        assert pictured.text == "."


def test_what_the_user_chose_comes_first_and_the_prediction_stays(classic: Recognizer) -> None:
    drawing = sample_drawing(4)
    strokes = range(len(drawing.strokes))

    reading = read_character(classic, drawing, corrections=Corrections().with_label(strokes, "9"))

    assert (reading.text, reading.sure, reading.chosen) == ("9", True, True)
    assert reading.glyphs[0].prediction.candidates(1)[0].text == "4"
    assert "9" not in [one.text for one in reading.candidates[1:]]


@pytest.mark.parametrize(
    "corrections",
    [
        Corrections().with_label({0}, "9"),
        Corrections().with_glyph({0, 1}),
        Corrections().with_label({0, 1}, r"\heartsuit"),
        Corrections().with_label({0, 1, 2}, "9"),
    ],
    ids=["a part", "no class", "a class that the model does not know", "other strokes"],
)
def test_corrections_of_something_else_change_nothing(classic: Recognizer, corrections: Corrections) -> None:
    drawing = sample_drawing(4)
    assert len(drawing.strokes) == 2

    reading = read_character(classic, drawing, corrections=corrections)

    assert (reading.text, reading.chosen) == ("4", False)


def test_a_choice_for_a_picture_goes_with_its_box_and_the_last_one_counts(classic: Recognizer) -> None:
    ink = np.zeros((60, 60), np.float32)
    ink[10:50, 28:34] = 1
    box = read_character_picture(classic, ink).glyphs[0].box
    said = Corrections().with_picture_label(box, "9").with_picture_label(box, "7")

    assert read_character_picture(classic, ink, corrections=said).text == "7"
    elsewhere = Corrections().with_picture_label(Bounds(0, 0, 1, 1), "9")
    assert not read_character_picture(classic, ink, corrections=elsewhere).chosen
