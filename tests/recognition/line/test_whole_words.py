"""Lines of words within the reader of lines: when they are read as such, with their numbers, and several rows."""

import numpy as np
import pytest

from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.line.recognizer import LineRecognizer
from digitvision.recognition.line.whole_words import are_rather_words, has_words, with_numbers
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import LINE, Candidate, GlyphReading, Label, Prediction, Reading
from digitvision.recognition.text import recognizer
from digitvision.recognition.text.latex import word_latex
from digitvision.recognition.text.recognizer import TextLine
from tests.recognition.line.rows import row
from tests.recognition.text.printed import printed


@pytest.fixture(scope="module")
def lines() -> LineRecognizer:
    return LineRecognizer(ModelStore())


@pytest.mark.parametrize(
    ("text", "words"),
    [("to me", True), ("Room 12b", True), ("Total: 42", True), ("12 kg", True), ("407", False), ("2x+3", False),
     ("sin x", False), ("a b", False), ("", False), ("12:30", False), ("loge", True)],
)  # fmt: skip
def test_what_has_words(text: str, words: bool) -> None:
    assert has_words(text) == words


@pytest.mark.parametrize(
    ("confidence", "listed", "glyphs", "sure", "expected"),
    [
        (0.3, True, "compd9ed", False, True),
        (0.3, False, "compd9ed", False, False),
        (0.3, True, "compd9ed", True, False),
        (0.05, True, "compd9ed", False, False),
        (0.3, True, "(0/5)", False, False),
        (0.9, False, "A-52", True, True),
    ],
)
def test_words_that_there_are_win_over_unsure_letters(
    confidence: float, listed: bool, glyphs: str, sure: bool, expected: bool
) -> None:
    words = TextLine(Reading(LINE, (Candidate("compared", "", confidence),)), "compared", confidence, listed)

    read = Reading(LINE, (Candidate(glyphs, "", 0.8),), sure)

    assert are_rather_words(words, read) == expected


@pytest.mark.parametrize("text", ["the little tent", "voice", "hello"])
def test_words_are_read_as_a_whole(lines: LineRecognizer, text: str) -> None:
    reading = lines.read(printed(text), top=3)

    assert reading.text == text
    assert reading.likely or reading.sure
    assert all(glyph.is_word for glyph in reading.glyphs)
    assert reading.mode == "line"


@pytest.mark.parametrize("text", ["407", "23+8=31", "-56"])
def test_numbers_are_read_glyph_by_glyph(lines: LineRecognizer, text: str) -> None:
    reading = lines.read(row(text), top=3)

    assert reading.text == text
    assert not any(glyph.is_word for glyph in reading.glyphs)


@pytest.mark.parametrize("text", ["the hotel 147", "in 147 hotel", "hotel 147 in the inn"])
def test_numbers_beside_words_are_read(lines: LineRecognizer, text: str) -> None:
    reading = lines.read(printed(text), top=3)

    assert reading.text == text
    strokes = sorted(stroke for glyph in reading.glyphs for stroke in glyph.strokes)
    assert strokes == list(range(len(printed(text).strokes)))


@pytest.mark.parametrize(("alphabet", "words"), [(None, True), ("all", True), ("letters", True), ("digits", False)])
def test_words_are_read_within_the_alphabets_that_have_them(
    lines: LineRecognizer, alphabet: str | None, words: bool
) -> None:
    reading = lines.read(printed("the little tent"), top=3, alphabet=alphabet)

    assert (reading.text == "the little tent") == words
    if alphabet == "digits":
        assert reading.text.replace(" ", "").isdigit()


def test_a_word_in_two_rows_is_not_likely_and_offers_the_page(lines: LineRecognizer) -> None:
    below = tuple(stroke.moved(scale=1, dx=0, dy=170) for stroke in printed("hotel in the inn").strokes)
    both = Drawing((*printed("the little tent").strokes, *below))

    reading = lines.read(both, top=3)

    assert reading.suggested_mode == "page"
    assert not reading.sure
    assert not reading.likely
    assert lines.read(both, top=3, one_row=True).suggested_mode == ""


def test_what_the_user_said_of_a_letter_has_the_line_read_by_its_glyphs(lines: LineRecognizer) -> None:
    drawing = printed("hello")
    whole = lines.read(drawing, top=3, corrections=Corrections().with_label(range(5), "h e l l s"))
    single = lines.read(drawing, top=3, corrections=Corrections().with_label([4], "0"))

    assert whole.text == "hells"
    assert single.text.endswith("0")
    assert not any(glyph.is_word for glyph in single.glyphs)


def test_lines_longer_than_glyphs_can_be_read_in_are_words_or_refused(lines: LineRecognizer) -> None:
    long = " ".join(["the little tent"] * 8)

    reading = lines.read(printed(long), top=3)

    assert len(printed(long).strokes) > 120
    assert reading.text == long


def test_a_model_of_lines_may_be_named() -> None:
    named = LineRecognizer(ModelStore(), "lines")

    assert named.read(printed("hello"), top=1).text == "hello"
    assert named.read(row("407"), top=1).text == "407"


def test_without_a_network_for_lines_they_are_read_by_their_glyphs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer, "DEFAULT_TEXT_MODEL", "none such")
    alone = LineRecognizer(ModelStore())

    reading = alone.read(printed("hello"), top=1)

    assert reading.candidates
    assert not any(glyph.is_word for glyph in reading.glyphs)


@pytest.mark.parametrize("alphabet", ["digits", "lower"])
def test_what_was_said_of_a_word_means_nothing_where_glyphs_are_read(lines: LineRecognizer, alphabet: str) -> None:
    drawing = row("407")
    said = Corrections().with_label(range(len(drawing.strokes)), "f o r t y")

    plain, told = (lines.read(drawing, top=3, alphabet=alphabet, corrections=own) for own in (Corrections(), said))

    assert told.text == plain.text
    assert not any(glyph.read for glyph in told.glyphs)
    assert lines.read(drawing, top=3, corrections=said).text == "forty"


@pytest.mark.parametrize(
    ("read", "number", "expected"),
    [("12b", "126", "12b"), ("19so", "1950", "1950"), ("(4).", "647.", "(4)."), ("71", "77", "77"), ("I", "1", "I")],
)
def test_which_words_are_rather_numbers(read: str, number: str, expected: str) -> None:
    candidates = (Candidate(read, word_latex(read), 0.7),)
    labels = (Label(read, word_latex(read)),)
    word = GlyphReading(candidates, (0,), Bounds(0, 0, 1, 1), Prediction(labels, np.ones(1, np.float32)), is_word=True)
    reading = Reading(LINE, candidates, glyphs=(word,))
    by_glyphs = Reading(LINE, (Candidate(number, number, 0.95),))

    found = with_numbers(reading, Drawing((Stroke.of([(0, 0), (1, 1)]),)), lambda _: by_glyphs)

    assert found.text == expected
