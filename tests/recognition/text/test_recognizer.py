"""Lines read as words: which strokes are which word, what else they may be, and what the user said."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from digitvision.faults import Fault
from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.reading.reader import NO_CORRECTIONS
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import Reading
from digitvision.recognition.text.languages import PLAIN
from digitvision.recognition.text.latex import other_words, word_latex, word_text
from digitvision.recognition.text.own_words import OwnWords
from digitvision.recognition.text.recognizer import TextRecognizer, fits_words
from tests.recognition.text.printed import printed

TEXT = "the little tent"


@pytest.fixture(scope="module")
def recognizer() -> TextRecognizer:
    return TextRecognizer(ModelStore())


def _read(recognizer: TextRecognizer, drawing: Drawing, corrections: Corrections = NO_CORRECTIONS) -> Reading:
    found = recognizer.read(drawing.strokes, top=3, corrections=corrections)
    assert found is not None
    return found.reading


def test_each_word_is_a_glyph_with_its_strokes_and_what_else_it_may_be(recognizer: TextRecognizer) -> None:
    reading = _read(recognizer, printed(TEXT))

    assert reading.text == TEXT
    assert [glyph.text for glyph in reading.glyphs] == TEXT.split()
    assert all(glyph.is_word for glyph in reading.glyphs)
    assert [glyph.strokes for glyph in reading.glyphs] == [tuple(range(4)), tuple(range(4, 13)), tuple(range(13, 19))]
    for glyph in reading.glyphs:
        assert len(glyph.candidates) > 1
        assert sum(one.confidence for one in glyph.candidates) == pytest.approx(1, abs=1e-3)
        assert [label.text for label in glyph.prediction.labels] == [one.text for one in glyph.candidates]
    assert reading.confidence == pytest.approx(np.prod([glyph.confidence for glyph in reading.glyphs]), rel=1e-3)
    assert len({one.text for one in reading.candidates}) == len(reading.candidates) == len(reading.trees) == 3
    assert sum(one.confidence for one in reading.candidates) <= 1 + 1e-6


def test_each_character_has_its_box_where_it_has_strokes_of_its_own(recognizer: TextRecognizer) -> None:
    drawing = printed(TEXT)
    joined = Stroke(np.concatenate([stroke.points for stroke in drawing.strokes[:4]]))

    first = _read(recognizer, drawing).glyphs[0]
    cursive = _read(recognizer, Drawing((joined, *drawing.strokes[4:]))).glyphs[0]

    assert len(first.characters) == len("the")
    assert first.characters[1] == drawing.strokes[2].bounds
    assert cursive.strokes == (0,)
    assert cursive.characters == ()


def test_each_character_has_its_strokes_where_they_can_be_told(recognizer: TextRecognizer) -> None:
    tree = _read(recognizer, printed(TEXT)).tree

    assert tree is not None
    assert tree.latex == " ".join(TEXT.replace(" ", ""))
    parts = [symbol.strokes for symbol in tree.symbols]
    assert sorted(stroke for part in parts for stroke in part) == list(range(19))
    assert parts[:3] == [(0, 1), (2,), (3,)]


def test_strokes_that_were_written_later_belong_to_their_word(recognizer: TextRecognizer) -> None:
    own = printed(TEXT).strokes
    # The crossbar of the first t and the dot of the i come last.
    late = Drawing((own[0], *own[2:6], *own[7:], own[1], own[6]))

    reading = _read(recognizer, late)

    assert reading.text == TEXT
    assert [set(glyph.strokes) for glyph in reading.glyphs] == [
        {0, 1, 2, 17},
        {3, 4, 18, *range(5, 11)},
        set(range(11, 17)),
    ]


def test_what_the_user_said_of_a_word_is_kept_and_can_be_taken_back(recognizer: TextRecognizer) -> None:
    said = NO_CORRECTIONS.with_label(range(4, 13), word_latex("brittle"))

    reading = _read(recognizer, printed(TEXT), said)

    assert reading.text == "the brittle tent"
    chosen = reading.glyphs[1]
    assert chosen.confidence == 1
    assert chosen.read is not None
    assert chosen.read.candidates(1)[0].text == "little"
    assert reading.glyphs[0].confidence < 1
    assert fits_words(reading, said)
    assert reading.tree is not None
    assert sorted(stroke for symbol in reading.tree.symbols for stroke in symbol.strokes) == list(range(19))


def test_a_correction_stays_where_more_is_written(recognizer: TextRecognizer) -> None:
    said = NO_CORRECTIONS.with_label(range(4), word_latex("thy"))

    assert _read(recognizer, printed("the little"), said).text == "thy little"
    assert _read(recognizer, printed("the little tent inn"), said).text == "thy little tent inn"


def test_two_words_can_be_said_to_be_one_or_three(recognizer: TextRecognizer) -> None:
    reading = _read(recognizer, printed(TEXT))
    corrections = NO_CORRECTIONS
    for strokes, latex in other_words(reading, "the lit tle tent"):
        corrections = corrections.with_label(strokes, latex)
    assert [word_text(latex) for _, latex in corrections.labels] == ["lit tle"]
    assert _read(recognizer, printed(TEXT), corrections).text == "the lit tle tent"

    joined = NO_CORRECTIONS.with_label(range(13), word_latex("thelittle"))
    found = _read(recognizer, printed(TEXT), joined)
    assert found.text == "thelittle tent"
    assert [glyph.strokes for glyph in found.glyphs] == [tuple(range(13)), tuple(range(13, 19))]


@pytest.mark.parametrize(
    "corrections",
    [
        NO_CORRECTIONS.with_label([5], "l"),
        NO_CORRECTIONS.with_apart([5, 6]),
        NO_CORRECTIONS.with_relation([0], [2], "Right"),
    ],
)
def test_what_was_said_of_single_letters_is_not_about_words(
    recognizer: TextRecognizer, corrections: Corrections
) -> None:
    assert not fits_words(_read(recognizer, printed(TEXT), corrections), corrections)


def test_words_of_the_user_are_expected_as_soon_as_they_are_known(recognizer: TextRecognizer, tmp_path: Path) -> None:
    own = OwnWords(tmp_path / "words.txt")
    reader = TextRecognizer(ModelStore(), own_words=own)
    english = reader.lexicon("en")
    assert english is not None
    assert not english.has("telino")

    OwnWords(tmp_path / "words.txt").add("Telino")

    later = reader.lexicon("en")
    assert later is not None
    assert later.has("telino")
    assert reader.lexicon(PLAIN) is None


def test_other_languages(recognizer: TextRecognizer) -> None:
    drawing = printed("the little tent")
    found = recognizer.read(drawing.strokes, top=1, corrections=NO_CORRECTIONS, language=PLAIN)

    assert found is not None
    assert found.text.count(" ") == 2
    with pytest.raises(Fault, match="no words of the language “xx”"):
        recognizer.read(drawing.strokes, top=1, corrections=NO_CORRECTIONS, language="xx")


def _odd_ink() -> Iterator[Drawing]:
    rng = np.random.default_rng(3)
    yield Drawing((Stroke.of([(5, 5)]),))
    yield Drawing(tuple(Stroke.of([(0, 0)]) for _ in range(30)))
    yield Drawing(tuple(Stroke.of(rng.uniform(0, 300, (12, 2)).tolist()) for _ in range(40)))
    yield Drawing((Stroke.of([(index * 7.0, 40 * np.sin(index)) for index in range(120)]),))
    turned = printed("the little tent inn")
    yield Drawing(tuple(Stroke.of([(-x, -y) for x, y in stroke.xy.tolist()]) for stroke in turned.strokes))


@pytest.mark.parametrize("drawing", list(_odd_ink()), ids=["point", "points", "scribble", "wave", "upside down"])
def test_what_is_no_writing_is_never_sure_and_every_stroke_is_in_one_word(
    recognizer: TextRecognizer, drawing: Drawing
) -> None:
    found = recognizer.read(drawing.strokes, top=3, corrections=NO_CORRECTIONS)

    if found is not None:
        assert not found.reading.sure
        strokes = sorted(stroke for glyph in found.reading.glyphs for stroke in glyph.strokes)
        assert strokes == list(range(len(drawing.strokes)))


def test_nothing_and_too_much_is_no_line(recognizer: TextRecognizer) -> None:
    many = [Stroke.of([(index, 0), (index, 9)]) for index in range(401)]

    assert recognizer.read([], top=3, corrections=NO_CORRECTIONS) is None
    assert recognizer.read(many, top=3, corrections=NO_CORRECTIONS) is None


def test_a_word_with_a_line_through_it_is_crossed_out_and_not_sure(recognizer: TextRecognizer) -> None:
    own = printed(TEXT)
    xs = [x for stroke in own.strokes[4:13] for x, _ in stroke.xy.tolist()]
    line = Stroke.of([(min(xs) - 5, 168), ((min(xs) + max(xs)) / 2, 171), (max(xs) + 5, 169)])

    reading = _read(recognizer, Drawing((*own.strokes, line)))

    assert reading.text == "the # tent"
    assert not reading.sure
    assert any(one.text == "little" for one in reading.glyphs[1].candidates)


def test_one_line_through_two_words_crosses_out_both(recognizer: TextRecognizer) -> None:
    own = printed(TEXT)
    xs = [x for stroke in own.strokes[4:19] for x, _ in stroke.xy.tolist()]
    line = Stroke.of([(min(xs) - 5, 168), (max(xs) + 5, 169)])

    reading = _read(recognizer, Drawing((*own.strokes, line)))

    assert reading.text == "the #"
    assert reading.glyphs[1].strokes == tuple(range(4, 20))
    assert [one.text for one in reading.glyphs[1].candidates] == ["#", "little tent"]


def test_a_corrected_word_is_crossed_out_by_a_later_line_and_not_by_an_earlier_one(recognizer: TextRecognizer) -> None:
    own = printed(TEXT)
    xs = [x for stroke in own.strokes[4:13] for x, _ in stroke.xy.tolist()]
    line = Stroke.of([(min(xs) - 5, 168), (max(xs) + 5, 169)])
    struck = Drawing((*own.strokes, line))

    later = _read(recognizer, struck, NO_CORRECTIONS.with_label(range(4, 13), word_latex("brittle")))
    earlier = _read(recognizer, struck, NO_CORRECTIONS.with_label([*range(4, 13), 19], word_latex("brittle")))

    assert later.text == "the # tent"
    assert not later.sure
    assert not any(glyph.read is not None for glyph in later.glyphs)
    assert earlier.text == "the brittle tent"


def test_what_was_said_of_a_word_holds_where_later_ink_would_change_its_strokes(recognizer: TextRecognizer) -> None:
    own = printed(TEXT).strokes
    said = NO_CORRECTIONS.with_label(range(4, 13), word_latex("brittle"))
    marks = tuple(Stroke.of([(x, 20), (x + 160, 25)]) for x in (300.0, 420.0))

    for more in (own + marks[:1], own + marks, (*own, *printed("tent", scale=25).strokes)):
        reading = _read(recognizer, Drawing(tuple(more)), said)
        assert "brittle" in [glyph.text for glyph in reading.glyphs]
        strokes = sorted(stroke for glyph in reading.glyphs for stroke in glyph.strokes)
        assert strokes == list(range(len(more)))


def test_a_part_of_two_words_can_be_said_to_be_a_word(recognizer: TextRecognizer) -> None:
    # The last stroke of the first word, and the first one of the second.
    reading = _read(recognizer, printed(TEXT), NO_CORRECTIONS.with_label([3, 4], word_latex("el")))

    assert [glyph.text for glyph in reading.glyphs] == ["el", "the", "little", "tent"]
    assert [glyph.strokes for glyph in reading.glyphs] == [(3, 4), (0, 1, 2), tuple(range(5, 13)), tuple(range(13, 19))]


@pytest.mark.parametrize("latex", [" ", r"\space", r"\space \space", "\t x"])
def test_a_correction_without_a_word_changes_nothing_or_is_read(recognizer: TextRecognizer, latex: str) -> None:
    reading = _read(recognizer, printed(TEXT), NO_CORRECTIONS.with_label(range(4, 13), latex))

    assert reading.text == ("the x tent" if "x" in latex else TEXT)
