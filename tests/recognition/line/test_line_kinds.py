"""Kinds of words and the grammar of numbers, which decide what the ink leaves open."""

import sys

import numpy as np
import pytest

from digitvision.faults import Fault
from digitvision.recognition.alphabets import CLASSES
from digitvision.recognition.line.decoding import read_words
from digitvision.recognition.line.grammar import UNUSUAL, grammar_of, whole_cost
from digitvision.recognition.line.line_kinds import InkScores, kinds_of
from digitvision.recognition.line.word_list import WordList, english_words
from digitvision.recognition.prediction import Label

LABELS = tuple(Label(text, text) for text in CLASSES["all"])
INDEX = {label.text: index for index, label in enumerate(LABELS)}
GRAMMAR = grammar_of(LABELS)


def ink_of(*glyphs: dict[str, float]) -> InkScores:
    """Return scores of glyphs, given probabilities of some classes; the rest is spread over all classes."""
    shares = np.zeros((len(glyphs), len(LABELS)))
    for index, own in enumerate(glyphs):
        shares[index] = (1 - sum(own.values())) / len(LABELS)
        for text, share in own.items():
            shares[index, INDEX[text]] += share
    return InkScores(shares, np.log(shares))


def best(ink: InkScores, alphabet: str | None = None, listed: WordList | None = None) -> str:
    words = [(0, len(ink.shares))]
    line = read_words(ink, words, kinds_of(alphabet, LABELS), LABELS, GRAMMAR, listed)[0]
    return "".join(LABELS[label].text for label in line.labels)


def test_neighbours_distinguish_a_zero_from_an_o() -> None:
    either = {"0": 0.48, "O": 0.5}

    assert best(ink_of({"4": 0.99}, either, {"7": 0.99})) == "407"
    assert best(ink_of({"N": 0.99}, either, {"T": 0.99})) == "NOT"


def test_a_word_has_one_pattern_of_case() -> None:
    either = {"c": 0.48, "C": 0.5}

    assert best(ink_of({"i": 0.98}, either, {"e": 0.98})) == "ice"
    assert best(ink_of({"c": 0.2, "C": 0.78}, {"a": 0.98}, {"r": 0.98})) == "Car"


@pytest.mark.parametrize(("alphabet", "answer"), [("digits", "1"), ("lower", "l"), ("upper", "I")])
def test_answers_are_within_the_alphabet(alphabet: str, answer: str) -> None:
    ink = ink_of({"1": 0.3, "l": 0.3, "I": 0.3, "|": 0.05})

    assert best(ink, alphabet) == answer


def test_brackets_and_slashes_are_read_where_the_grammar_allows_them() -> None:
    one = {"1": 0.45, "(": 0.5}

    assert best(ink_of({"5": 0.99}, {"9": 0.99}, one, {"+": 0.99}, {"3": 0.99})) == "591+3"
    assert best(ink_of({"7": 0.99}, {"/": 0.99}, {"1": 0.4, "/": 0.55}, {"9": 0.99})) == "7/19"


def test_unusual_rows_cost() -> None:
    assert whole_cost(list("(1+2)=")) == 0
    assert whole_cost(list("(1+2")) == UNUSUAL
    assert whole_cost(list("1+2)")) == UNUSUAL
    assert whole_cost(list("12.")) == UNUSUAL


def test_listed_words_help_and_do_not_decide_alone() -> None:
    listed = WordList({"here": 900.0, "hero": 50.0, "Paris": 3.0, "don't": 3.0}, LABELS)
    unclear = ink_of({"h": 0.98}, {"e": 0.98}, {"n": 0.6, "r": 0.38}, {"e": 0.98})
    clear = ink_of({"h": 0.99}, {"e": 0.99}, {"q": 0.999}, {"e": 0.99})

    assert best(unclear) == "hene"
    assert best(unclear, listed=listed) == "here"
    assert best(clear, listed=listed) == "heqe"
    assert best(ink_of({"H": 0.9}, {"e": 0.98}, {"n": 0.6, "r": 0.38}, {"e": 0.98}), listed=listed) == "Here"
    assert best(ink_of({"4": 0.9}, {"0": 0.9}), listed=listed) == "40"


def test_a_word_longer_than_all_listed_ones_changes_nothing() -> None:
    listed = WordList({"here": 1.0}, LABELS)
    ink = ink_of(*[{"a": 0.9}] * 300)

    assert best(ink, "lower", listed) == "a" * 300


@pytest.mark.slow
def test_english_words_come_from_their_package() -> None:
    listed = english_words(LABELS)

    assert best(ink_of({"h": 0.98}, {"a": 0.98}, {"u": 0.6, "v": 0.38}, {"e": 0.98}), listed=listed) == "have"


def test_without_the_package_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spellchecker", None)

    with pytest.raises(Fault, match="install pyspellchecker again"):
        english_words(LABELS)
