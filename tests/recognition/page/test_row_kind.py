"""Where letters in a row may be a word, and where they are not."""

import pytest

from digitvision.recognition.page.row_kind import with_doubted_word
from digitvision.recognition.prediction import Candidate, Reading
from tests.recognition.expression.trees import tree_of


def _equation(latex: str) -> Reading:
    tree = tree_of(latex)
    return Reading("equation", (Candidate(latex, latex, 0.95),), sure=True, tree=tree, trees=(tree,), likely=False)


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
