"""Where letters in a row may be a word, and where they are not."""

from dataclasses import replace

import numpy as np
import pytest

from digitvision.ink.stroke import Bounds
from digitvision.recognition.page.row_kind import (
    are_rather_words,
    has_letters_alone,
    may_be_words,
    with_doubted_word,
)
from digitvision.recognition.prediction import LINE, Candidate, GlyphReading, Label, Prediction, Reading
from digitvision.recognition.text.recognizer import TextLine
from tests.recognition.expression.trees import tree_of


def _equation(latex: str, confidence: float = 0.95) -> Reading:
    tree = tree_of(latex)
    return Reading(
        "equation", (Candidate(latex, latex, confidence),), sure=True, tree=tree, trees=(tree,), likely=False
    )


@pytest.mark.parametrize("latex", ["t h e", "a b c", "N s y n"])
def test_letters_alone_are_doubted_and_may_be_a_word(latex: str) -> None:
    reading = with_doubted_word(_equation(latex))

    assert reading.suggested_mode == "line"
    assert reading.verdict == "likely"
    assert reading.confidence == 0.95


def test_two_letters_may_be_a_word_and_stay_sure() -> None:
    reading = with_doubted_word(_equation("a b"))

    assert reading.suggested_mode == "line"
    assert reading.verdict == "sure"


@pytest.mark.parametrize(
    "latex",
    [
        *("x", "2 a b", "a + b", "a b =", "x_{i} y", r"\frac{a}{b}", "a b^{2}", r"\alpha b c", r"\sin x", r"\sin"),
        *("s i n", "c o s", "l n"),
    ],
)
def test_what_has_signs_places_or_is_a_function_is_no_word(latex: str) -> None:
    equation = _equation(latex)

    assert with_doubted_word(equation) is equation


def test_what_was_not_read_is_no_word() -> None:
    nothing = Reading("equation")

    assert with_doubted_word(nothing) is nothing


def _words(text: str, confidence: float, said: str = "") -> TextLine:
    candidates = (Candidate(said or text, "", confidence),)
    labels = (Label(said, said),)
    own = Prediction(labels, np.ones(1, np.float32))
    glyph = GlyphReading(candidates, (0,), Bounds(0, 0, 1, 1), own, own if said else None, is_word=True)
    return TextLine(Reading(LINE, candidates, glyphs=(glyph,)), text, confidence)


@pytest.mark.parametrize(
    ("latex", "alone"),
    [("t h e", True), (r"\tan k", True), ("m", True), ("2 a", False), ("a + b", False), ("i_{L}", False)],
)
def test_what_has_letters_alone(latex: str, alone: bool) -> None:
    assert has_letters_alone(_equation(latex)) == alone


@pytest.mark.parametrize(
    ("latex", "sure", "words", "expected"),
    [
        (r"\tan k", True, _words("dark", 0.9), True),
        (r"\tan k", True, _words("dark", 0.5), False),
        ("a + b", True, _words("at b", 0.9), False),
        ("a + b", False, _words("at b", 0.7), True),
        ("a + b", False, _words("at b", 0.3), False),
        ("a + b", False, _words("thank the Lord our God", 0.15), True),
        ("a + b", False, _words("thank the Lord our God", 0.05), False),
        ("a + b", True, _words("at b", 0.0, said="at bay"), True),
    ],
)
def test_the_more_confident_reading_says_what_a_row_is(latex: str, sure: bool, words: TextLine, expected: bool) -> None:
    equation = replace(_equation(latex), sure=sure)

    assert are_rather_words(words, equation) == expected


def test_a_likely_equation_is_no_long_line_of_words() -> None:
    words = _words("thank the Lord our God", 0.15)

    assert not are_rather_words(words, replace(_equation("a + b"), sure=False, likely=True))


@pytest.mark.parametrize(
    ("latex", "sure", "likely", "expected"),
    [
        ("a b", True, False, True),
        ("a + b", True, False, False),
        ("a + b", False, True, True),
        (r"1 \times 2", False, True, False),
        (r"\alpha 1", False, True, True),
        ("1 + 2", False, False, True),
        ("i_{L}", False, True, True),
        ("i_{L}", True, False, False),
    ],
)
def test_which_rows_are_worth_reading_as_words(latex: str, sure: bool, likely: bool, expected: bool) -> None:
    assert may_be_words(replace(_equation(latex), sure=sure, likely=likely)) == expected
    assert may_be_words(Reading("equation"))


def test_listed_words_may_be_less_confident() -> None:
    listed = replace(_words("since it", 0.3), is_listed=True)
    products, layout = _equation("s i n c e", 0.41), _equation("i_{L}", 0.55)

    for equation in (replace(products, sure=False), replace(layout, sure=False, likely=True)):
        assert are_rather_words(listed, equation)
        assert not are_rather_words(replace(listed, is_listed=False), equation)
    assert not are_rather_words(listed, replace(products, sure=True))
    assert not are_rather_words(replace(listed, confidence=0.25), replace(products, sure=False))
