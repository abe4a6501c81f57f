"""Words that stay what they were while a line goes on."""

import pytest

from digitvision.ink.stroke import Stroke
from digitvision.recognition.text.settled_words import SettledWords
from digitvision.recognition.text.words import ReadWord, WrittenWord

STROKES = tuple(Stroke.of([(index, 0), (index, 9)]) for index in range(6))


def _word(strokes: tuple[int, ...], **shares: float) -> ReadWord:
    text = next(iter(shares))
    written = WrittenWord(text, 0, strokes, tuple((stroke,) for stroke in strokes), (0, 1))
    return ReadWord(written, tuple(shares), tuple(shares.values()))


@pytest.fixture
def settled() -> SettledWords:
    found = SettledWords()
    found.settle(STROKES[:4], [_word((0, 1), to=0.6, lo=0.4), _word((2, 3), me=0.9, ne=0.1)], "en")
    return found


def test_a_word_stays_where_the_other_is_hardly_likelier(settled: SettledWords) -> None:
    words, share = settled.settle(
        STROKES, [_word((0, 1), lo=0.6, to=0.4), _word((2, 3), me=0.9, ne=0.1), _word((4, 5), my=1.0)], "en"
    )

    assert [word.text for word in words] == ["to", "me", "my"]
    assert words[0].texts == ("to", "lo")
    assert words[0].written.parts == ((0, 1), ())
    assert share == pytest.approx(0.4 / 0.6)


@pytest.mark.parametrize("shares", [{"lo": 0.9, "to": 0.1}, {"lo": 1.0}])
def test_a_word_changes_where_another_is_clearly_likelier(settled: SettledWords, shares: dict[str, float]) -> None:
    words, share = settled.settle(STROKES, [_word((0, 1), **shares), _word((2, 3, 4, 5), me=1.0)], "en")

    assert words[0].text == "lo"
    assert share == 1


def test_the_last_word_and_one_with_other_strokes_may_change(settled: SettledWords) -> None:
    last, _ = settled.settle(STROKES[:4], [_word((0, 1), to=1.0), _word((2, 3), ne=0.5, me=0.5)], "en")
    other, _ = settled.settle(STROKES, [_word((0, 1, 2), lo=0.6, to=0.4), _word((3, 4, 5), ne=1.0)], "en")

    assert last[1].text == "ne"
    assert other[0].text == "lo"


@pytest.mark.parametrize(("strokes", "language"), [(STROKES[:4], "de"), (STROKES[1:], "en"), (STROKES[:3], "en")])
def test_another_line_or_language_begins_anew(
    settled: SettledWords, strokes: tuple[Stroke, ...], language: str
) -> None:
    words, share = settled.settle(strokes, [_word((0, 1), lo=0.6, to=0.4), _word((2,), me=1.0)], language)

    assert words[0].text == "lo"
    assert share == 1
