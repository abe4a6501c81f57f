"""Corrections of a picture's line: of a glyph's class, of the whole text, and contradictory ones."""

from digitvision.ink.picture import ink_of_picture
from digitvision.ink.stroke import Bounds
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.prediction import Reading
from tests.recognition.line.line_pictures import picture
from tests.recognition.line.rows import row
from tests.recognition.line.test_recognizer import shipped

INK = ink_of_picture(picture(row("407"), height=120, pen=8))


def _read(corrections: Corrections, alphabet: str = "digits") -> Reading:
    return shipped().read_picture(INK, top=6, corrections=corrections, alphabet=alphabet)


def test_a_corrected_glyph_has_its_class_and_the_others_stay() -> None:
    before = _read(Corrections())
    box = before.glyphs[1].box

    after = _read(Corrections().with_picture_label(box, "6"))

    assert (before.text, after.text) == ("407", "467")
    assert after.latex == "4 6 7"
    assert [glyph.box for glyph in after.glyphs] == [glyph.box for glyph in before.glyphs]
    assert after.glyphs[1].candidates[0].confidence == 1.0
    for index in (0, 2):
        kept, was = after.glyphs[index].candidates, before.glyphs[index].candidates
        assert [one.text for one in kept] == [one.text for one in was]
        assert after.confidence <= kept[0].confidence <= 1
    assert _read(Corrections()).text == "407", "corrections are kept nowhere"


def test_what_the_network_reads_is_kept_beside_the_choice() -> None:
    before = _read(Corrections()).glyphs[0]

    after = _read(Corrections().with_picture_label(before.box, "6").with_picture_label(before.box, "8")).glyphs[0]

    assert after.read is not None
    assert after.read.candidates(10) == before.prediction.candidates(10)


def test_the_last_correction_of_a_glyph_counts() -> None:
    box = _read(Corrections()).glyphs[1].box

    assert _read(Corrections().with_picture_label(box, "6").with_picture_label(box, "8")).text == "487"


def test_a_chosen_reading_comes_first_and_those_before_it_are_gone() -> None:
    before = _read(Corrections())
    chosen = before.candidates[2].text

    after = _read(Corrections().with_picture_text(chosen))

    assert after.text == chosen
    refused = {one.text for one in before.candidates[:2]}
    assert not refused & {one.text for one in after.candidates}
    assert sum(one.confidence for one in after.candidates) <= 1.001


def test_corrections_that_fit_no_reading_are_ignored() -> None:
    corrections = Corrections().with_picture_label(Bounds(0, 0, 1, 1), "6").with_picture_text("no such line")
    box = _read(Corrections()).glyphs[0].box

    assert _read(corrections).text == "407"
    # Among digits there is no letter, even if a correction from another alphabet wants one.
    assert _read(corrections.with_picture_label(box, "A")).text == "407"
    assert _read(Corrections().with_picture_label(box, "A"), "all").text == "A07"
