"""The answer of a line whose glyphs have been read: its text with spaces, its tree, and its candidates."""

import numpy as np
import pytest

from digitvision.recognition.alphabets import CLASSES
from digitvision.recognition.line.decoding import Line, Word
from digitvision.recognition.line.glyph_answers import GlyphAnswers, classes_of
from digitvision.recognition.line.line_kinds import DEGREE_SIGN, InkScores, Kind, kinds_of, line_labels
from digitvision.recognition.line.reader import LineReading
from digitvision.recognition.prediction import Label
from digitvision.recognition.signs.primes import PRIME

OTHERS = (Label("\N{PRIME}", PRIME),) if PRIME not in CLASSES["all"] else ()
LATEX = {"×": r"\times"}
LABELS = line_labels((*(Label(text, LATEX.get(text, text)) for text in CLASSES["all"] if text != PRIME), *OTHERS))
INDEX = {label.text: index for index, label in enumerate(LABELS)}
ANSWERS = GlyphAnswers(LABELS, 0.5)
ANY = frozenset(range(len(LABELS)))
ROW = Kind("row", 1.0, ANY, ANY, ANY, row=True)
LETTERS = Kind("letters", 1.0, ANY, ANY, ANY)


def _reading(*words: str, kind: Kind = ROW, score: float = 0.0) -> LineReading:
    """Return the reading of these words, one stroke a glyph, 60 wide and 80 high."""
    ends = np.cumsum([len(word) for word in words]).tolist()
    labels = [INDEX[sign] for word in words for sign in word]
    line = Line(score, tuple(Word(0.0, tuple(INDEX[sign] for sign in word), kind) for word in words))
    shares = np.full((len(labels), len(LABELS)), 0.1 / (len(LABELS) - 1))
    shares[range(len(labels)), labels] = 0.9
    boxes = np.array([(100.0 * place, 100.0, 100.0 * place + 60, 180.0) for place in range(len(labels))])
    return LineReading(
        tuple((stroke,) for stroke in range(len(labels))),
        tuple(zip([0, *ends[:-1]], ends, strict=True)),
        line,
        score,
        InkScores(shares, np.log(shares)),
        np.ones(len(labels)),
        boxes,
    )


@pytest.mark.parametrize(
    ("words", "text"), [(("12", "34"), "12 34"), (("12", "+", "34"), "12+34"), (("5", "°"), "5°"), (("1′′",), "1″")]
)
def test_numbers_have_spaces_but_not_around_signs(words: tuple[str, ...], text: str) -> None:
    assert ANSWERS.text_of(_reading(*words)) == text


def test_in_words_a_sign_keeps_its_space() -> None:
    assert ANSWERS.text_of(_reading("a", "+", "b", kind=LETTERS)) == "a + b"


def test_what_follows_a_raised_sign_stands_beside_the_number() -> None:
    tree = ANSWERS.tree(_reading("5°C"), strokes=True)

    assert tree.relations == ((0, 1, "Sup"), (0, 2, "Right"))
    assert [symbol.strokes for symbol in tree.symbols] == [(0,), (1,), (2,)]
    assert [symbol.strokes for symbol in ANSWERS.tree(_reading("5°C"), strokes=False).symbols] == [(), (), ()]


def test_candidates_share_what_the_best_one_leaves() -> None:
    found = [_reading("12"), _reading("17", score=-1.0), _reading("13", score=-2.0), _reading("17", score=-3.0)]

    reading = ANSWERS.reading(found, 0.9, kinds_of("digits", LABELS), 5, 0.0, strokes=True)

    assert [one.text for one in reading.candidates] == ["12", "17", "13"]
    assert [one.confidence for one in reading.candidates] == sorted(
        (one.confidence for one in reading.candidates), reverse=True
    )
    assert sum(one.confidence for one in reading.candidates) == pytest.approx(1.0)
    assert [one.latex for one in reading.candidates] == [tree.latex for tree in reading.trees]


def test_a_glyph_is_told_among_the_classes_of_its_kinds() -> None:
    kinds = kinds_of("digits", LABELS)

    reading = ANSWERS.reading([_reading("12")], 0.9, kinds, 3, 0.0, strokes=True)
    any_class = ANSWERS.reading([_reading("12")], 0.9, kinds, 3, 0.0, strokes=True, any_class=True)

    assert len(reading.glyphs[0].prediction.labels) == len(classes_of(kinds))
    assert any_class.glyphs[0].prediction.labels == LABELS
    for glyph in (reading.glyphs[0], any_class.glyphs[0]):
        assert glyph.candidates[0].text == "1"
        assert glyph.prediction.probabilities.sum() == pytest.approx(1.0)
    assert reading.sure
    assert DEGREE_SIGN not in reading.glyphs[0].prediction.labels
