"""Texts from the network's answer along a line, compared with every way to write them."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.recognition.text.character_ngrams import CharacterNgrams
from digitvision.recognition.text.characters import BLANK, CHARACTERS, CLASSES, classes_of
from digitvision.recognition.text.decoding import beam_search, greedy_text
from digitvision.recognition.text.lexicon import Lexicon

LETTERS = "ab1"


def _answer(rows: list[dict[str, float]]) -> NDArray[np.float32]:
    """The logarithms of these probabilities, "" standing for no character; the rest is next to nothing."""
    answer = np.full((len(rows), CLASSES), 1e-12)
    for row, chances in zip(answer, rows, strict=True):
        for character, chance in chances.items():
            row[classes_of(character)[0] if character else BLANK] = chance
    found: NDArray[np.float32] = np.log(answer).astype(np.float32)
    return found


def _random_answer(seed: int, length: int = 5) -> NDArray[np.float32]:
    shares = np.random.default_rng(seed).dirichlet(np.full(len(LETTERS) + 1, 0.7), length)
    return _answer([dict(zip(("", *LETTERS), row, strict=True)) for row in shares.tolist()])


def _all_texts(answer: NDArray[np.float32]) -> dict[str, float]:
    """The probability of each text: the sum over all ways to write it."""
    classes = [*classes_of(LETTERS), BLANK]
    found: dict[str, float] = {}
    for path in itertools.product(classes, repeat=len(answer)):
        text = "".join(CHARACTERS[index] for index, _ in itertools.groupby(path) if index != BLANK)
        chance = float(np.exp(sum(answer[place, index] for place, index in enumerate(path))))
        found[text] = found.get(text, 0.0) + chance
    return found


def test_equal_characters_in_a_row_are_one_unless_there_is_none_between_them() -> None:
    once = {"a": 0.9, "": 0.1}
    none = {"": 0.9, "a": 0.1}
    assert greedy_text(_answer([once, once, {"b": 1.0}])) == "ab"
    assert greedy_text(_answer([once, none, once])) == "aa"
    assert greedy_text(_answer([])) == ""


@pytest.mark.parametrize("seed", range(8))
def test_a_wide_beam_finds_the_most_probable_texts_with_their_probabilities(seed: int) -> None:
    answer = _random_answer(seed)
    right = sorted(_all_texts(answer).items(), key=lambda item: -item[1])[:5]

    found = beam_search(answer, width=1000)[:5]

    assert [candidate.text for candidate in found] == [text for text, _ in right]
    # Ways through characters that are next to impossible at their place are left out.
    np.testing.assert_allclose(
        np.exp([candidate.score for candidate in found]), [chance for _, chance in right], rtol=1e-2
    )


def test_the_language_decides_where_the_network_doubts_and_not_where_it_is_sure() -> None:
    language = CharacterNgrams.of_texts(["banana banana"])
    doubtful = _answer([{"b": 1.0}, {"a": 0.45, "o": 0.55}, {"n": 1.0}])
    sure = _answer([{"b": 1.0}, {"a": 1e-4, "o": 1 - 1e-4}, {"n": 1.0}])

    assert beam_search(doubtful)[0].text == "bon"
    assert beam_search(doubtful, language)[0].text == "ban"
    assert beam_search(sure, language)[0].text == "bon"


def test_the_language_has_no_say_on_digits() -> None:
    language = CharacterNgrams.of_texts(["1234 1234 1234"])
    answer = _answer([{"1": 1.0}, {"2": 0.4, "7": 0.6}, {"3": 1.0}])

    assert beam_search(answer, language)[0].text == "173"
    assert [c.score for c in beam_search(answer, language)] == [c.score for c in beam_search(answer)]


def test_two_listed_words_are_worth_no_more_than_one_and_the_more_usual_of_two_wins() -> None:
    words = Lexicon({"into": 10**6, "in": 10**6, "to": 10**6, "bis": 50, "his": 10**6})
    gap = _answer([{"i": 1.0}, {"n": 1.0}, {" ": 0.4, "": 0.6}, {"t": 1.0}, {"o": 1.0}])
    first = _answer([{"b": 0.55, "h": 0.45}, {"i": 1.0}, {"s": 1.0}])

    assert beam_search(gap, words=words)[0].text == "into"
    assert beam_search(first)[0].text == "bis"
    assert beam_search(first, words=words)[0].text == "his"


def test_a_word_that_is_not_listed_is_worth_nothing_however_it_begins() -> None:
    words = Lexicon({"house": 10**6})
    answer = _answer([{"h": 1.0}, {"o": 1.0}, {"u": 1.0}, {"s": 1.0}, {"x": 0.9, "e": 0.1}, {" ": 1.0}])
    written, listed = beam_search(answer)[0].score, beam_search(answer, words=words)

    assert {one.text: one.score for one in listed}["housx "] == pytest.approx(written)
    assert listed[0].text == "house "


def test_a_word_is_followed_where_it_only_wins_at_its_end() -> None:
    words = Lexicon({"house": 10**6})
    # Of two texts that are followed, the listed word comes behind until its last letter.
    other = {"c": 0.4, "k": 0.35, "h": 0.25}
    answer = _answer([other, {"o": 1.0}, {"u": 1.0}, {"s": 1.0}, {"e": 1.0}])

    assert beam_search(answer, width=2)[0].text == "couse"
    assert beam_search(answer, words=words, width=2)[0].text == "house"


def test_letters_behind_a_digit_are_no_word() -> None:
    words = Lexicon({"bus": 10**6})
    answer = _answer([{"1": 1.0}, {"b": 1.0}, {"u": 1.0}, {"s": 1.0}])

    assert beam_search(answer, words=words)[0].score == pytest.approx(beam_search(answer)[0].score)
