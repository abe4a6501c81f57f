"""Lines read by the shipped networks: clear ones in any order and at any size, corrections, and bad input."""

import time
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.line.recognizer import MOST_STROKES, LineRecognizer
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import ModelStore
from tests.ink.drawings import drawings_with_ink, line
from tests.recognition.line.rows import moved, reordered, row, scribble

_kept: list[LineRecognizer] = []


def shipped() -> LineRecognizer:
    """Return the program's own recognizer, loaded once."""
    if not _kept:
        _kept.append(LineRecognizer(ModelStore()))
    return _kept[0]


@pytest.mark.parametrize("text", ["407", "12", "9876543210", "3.5", "23+8=31", "-56"])
def test_clear_lines_are_read(text: str) -> None:
    reading = shipped().read(row(text), top=3)

    assert reading.text == text
    assert reading.mode == "line"
    assert reading.latex == " ".join(text)
    assert "".join(glyph.candidates[0].text for glyph in reading.glyphs) == text
    assert reading.tree is not None
    assert reading.tree == reading.trees[0]
    assert reading.tree.latex == reading.latex
    assert {relation for _, _, relation in reading.tree.relations} == {"Right"}
    assert sorted(stroke for glyph in reading.glyphs for stroke in glyph.strokes) == list(range(len(row(text).strokes)))
    assert [glyph.box.left for glyph in reading.glyphs] == sorted(glyph.box.left for glyph in reading.glyphs)


def test_a_clear_number_is_sure() -> None:
    reading = shipped().read(row("407"), top=5)

    assert reading.sure
    assert reading.confidence > 0.9
    confidences = [candidate.confidence for candidate in reading.candidates]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) <= 1 + 1e-6
    assert len({candidate.text for candidate in reading.candidates}) == len(reading.candidates) <= 5


@pytest.mark.slow
@settings(max_examples=12)
@given(st.randoms(use_true_random=False))
def test_the_order_of_writing_does_not_matter(chance: Random) -> None:
    drawing = row("2+45=47")
    order = list(range(len(drawing.strokes)))
    chance.shuffle(order)

    reading = shipped().read(reordered(drawing, order), top=1)

    assert reading.text == "2+45=47"


@pytest.mark.slow
@settings(max_examples=12)
@given(st.floats(0.02, 50), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_position_and_size_do_not_matter(scale: float, dx: float, dy: float) -> None:
    reading = shipped().read(moved(row("608"), scale=scale, dx=dx, dy=dy), top=1)

    assert reading.text == "608"


def test_a_wide_gap_is_a_space() -> None:
    assert shipped().read(row("407 123"), top=1).text == "407 123"
    assert shipped().read(row("4 + 3"), top=1).text == "4+3"


def test_answers_are_within_the_alphabet() -> None:
    recognizer = shipped()

    for alphabet, letters in (("upper", str.isupper), ("lower", str.islower), ("letters", str.isalpha)):
        reading = recognizer.read(row("502"), top=4, alphabet=alphabet)
        assert all(letters(candidate.text) for candidate in reading.candidates), alphabet
    with pytest.raises(ModelFault, match="runes"):
        recognizer.read(row("502"), top=1, alphabet="runes")


def test_corrections_are_not_contradicted() -> None:
    drawing = row("2+2")
    plus = (1, 2)
    recognizer = shipped()

    apart = recognizer.read(drawing, top=1, corrections=Corrections().with_apart(plus))
    named = recognizer.read(drawing, top=1, corrections=Corrections().with_label(plus, "4"))
    joined = recognizer.read(drawing, top=1, corrections=Corrections().with_glyph([0, 1, 2]))

    assert {(1,), (2,)} <= {glyph.strokes for glyph in apart.glyphs}
    assert named.text == "242"
    assert named.glyphs[1].candidates[0].text == "4"
    assert (0, 1, 2) in {glyph.strokes for glyph in joined.glyphs}


@pytest.mark.parametrize("alphabet", ["all", None])
@pytest.mark.parametrize("chosen", ["7", "4", "A"])
def test_a_class_that_the_user_chose_holds_in_every_candidate(alphabet: str | None, chosen: str) -> None:
    corrections = Corrections().with_label([1], chosen)
    reading = shipped().read(row("111"), top=6, corrections=corrections, alphabet=alphabet)

    assert reading.text == f"1{chosen}1"
    assert {candidate.text[1] for candidate in reading.candidates} == {chosen}
    assert {tree.symbols[1].label for tree in reading.trees} == {chosen}
    assert sum(candidate.confidence for candidate in reading.candidates) <= 1 + 1e-6
    assert reading.glyphs[1].candidates[0].text == chosen
    if chosen.isdigit():
        assert reading.sure


def test_what_the_network_reads_is_kept_beside_the_choice() -> None:
    reading = shipped().read(row("407"), top=3, corrections=Corrections().with_label([0, 1], "9"), alphabet="digits")
    before = shipped().read(row("407"), top=3, alphabet="digits").glyphs[0]
    first, *others = reading.glyphs

    assert first.candidates[0].text == "9"
    assert first.read is not None
    assert first.read.candidates(10) == before.prediction.candidates(10)
    assert [glyph.read for glyph in others] == [None, None]


def test_a_class_of_another_alphabet_is_left_alone() -> None:
    corrections = Corrections().with_label([1], "A")

    assert shipped().read(row("111"), top=3, corrections=corrections, alphabet="digits").text == "111"


def test_every_glyph_of_a_line_may_be_chosen() -> None:
    corrections = Corrections().with_label([0], "4").with_label([1], "x").with_label([2], "?")
    reading = shipped().read(row("111"), top=6, corrections=corrections, alphabet="all")

    assert [candidate.text for candidate in reading.candidates] == ["4x?"]
    assert reading.confidence == pytest.approx(1.0, abs=0.2)


@pytest.mark.slow
@settings(max_examples=15)
@given(drawings_with_ink)
def test_anything_gets_an_answer(drawing: Drawing) -> None:
    reading = shipped().read(drawing, top=3)

    assert reading.candidates
    assert sorted(stroke for glyph in reading.glyphs for stroke in glyph.strokes) == list(range(len(drawing.strokes)))
    assert all(0 <= candidate.confidence <= 1 for candidate in reading.candidates)


@pytest.mark.slow
@pytest.mark.parametrize(
    "drawing",
    [
        scribble(1, 1, points=3000),
        scribble(12, 2),
        scribble(MOST_STROKES, 3),
        scribble(500, 4),
    ],
    ids=["one giant stroke", "a scribble", "as many as are read", "more than anybody writes"],
)
def test_scribbles_are_not_sure_and_are_read_quickly(drawing: Drawing) -> None:
    recognizer = shipped()
    begun = time.process_time()

    reading = recognizer.read(drawing, top=5)

    print(f"\n{len(drawing.strokes)} strokes: {(time.process_time() - begun) * 1000:.0f} ms")
    assert reading.verdict == "not sure"


@pytest.mark.slow
@pytest.mark.parametrize("drawing", [row("407"), row("23+8=31"), *(scribble(6, seed) for seed in range(4))])
def test_candidates_come_best_first(drawing: Drawing) -> None:
    confidences = [one.confidence for one in shipped().read(drawing, top=6).candidates]

    assert len(confidences) == 6
    assert confidences == sorted(confidences, reverse=True)


def test_a_stroke_of_extreme_size_is_read_by_its_shape() -> None:
    reading = shipped().read(Drawing((line((0, 0), (1e9, 3), (-1e9, 1e9)),)), top=5)

    assert (reading.text, reading.sure, reading.verdict) == ("7", False, "likely")


def test_an_empty_drawing_has_nothing_to_read() -> None:
    reading = shipped().read(Drawing(), top=5)

    assert reading.mode == "line"
    assert reading.candidates == ()
    assert reading.tree is None


def test_a_dot_alone_is_answered() -> None:
    reading = shipped().read(Drawing((Stroke.of([(5, 5)]),)), top=2)

    assert [glyph.strokes for glyph in reading.glyphs] == [(0,)]
    assert "." in [candidate.text for candidate in reading.candidates]
    assert 0 < reading.confidence < 1
    assert not reading.sure


@pytest.mark.parametrize(("box", "text"), [((145, 20, 155, 100), "1"), ((110, 52, 180, 62), "-")])
def test_a_bar_in_a_picture_is_a_sign(box: tuple[int, int, int, int], text: str) -> None:
    left, top, right, bottom = box
    ink = np.zeros((120, 300), np.float32)
    ink[top:bottom, left:right] = 1

    assert shipped().read_picture(ink, top=3).text == text


@pytest.mark.parametrize(
    ("drawing", "said"),
    [(scribble(MOST_STROKES + 1, 3), ("121 strokes", f"at most {MOST_STROKES}")), (scribble(3000, 3), ("3,000",))],
)
def test_too_many_strokes_are_refused_with_how_many_would_do(drawing: Drawing, said: tuple[str, ...]) -> None:
    reading = shipped().read(drawing, top=3)

    assert reading.candidates == ()
    assert all(part in reading.refusal for part in said)


def test_a_picture_of_ruled_lines_says_that_it_holds_no_line() -> None:
    ink = np.zeros((120, 300), np.float32)
    ink[20:120:20] = 1

    assert "ruled lines" in shipped().read_picture(ink, top=3).refusal
    assert shipped().read_picture(np.zeros((20, 60), np.float32), top=3).refusal == ""
