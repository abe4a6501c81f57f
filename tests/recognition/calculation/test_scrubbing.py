"""The numbers of a row, and another in the place of one of them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.recognition.calculation.scrubbing import number_at, numbers_of, tree_with_number
from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.notation.plain_text import text_of
from tests.recognition.expression.trees import any_trees, tree_of


@pytest.mark.parametrize(
    ("latex", "numbers"),
    [
        ("1 2 + 3", [(12, 1), (3, 1)]),
        (r"\frac{1}{2 5} x^{3}", [(1, 1), (25, 1), (3, 1)]),
        ("1 . 5 + 3 , 2 5", [(Fraction(3, 2), Fraction(1, 10)), (Fraction(13, 4), Fraction(1, 100))]),
        ("x_{1} = 4", [(4, 1)]),
        ("- 7", [(7, 1)]),
        ("a + b", []),
        ("1 , 2 3 4", []),
    ],
)
def test_the_numbers_of_a_row(latex: str, numbers: list[tuple[Fraction, Fraction]]) -> None:
    assert [(one.value, one.step) for one in numbers_of(tree_of(latex))] == numbers


def test_the_number_under_a_symbol() -> None:
    tree = tree_of("a + 1 2 x")

    assert number_at(tree, 0) is None
    for symbol in (2, 3):
        number = number_at(tree, symbol)
        assert number is not None
        assert number.symbols == (2, 3)
        assert number.value == 12


@pytest.mark.parametrize(
    ("latex", "place", "value", "text"),
    [
        ("1 2 + 3", 0, Fraction(7), "7+3"),
        ("1 2 + 3", 1, Fraction(100), "12+100"),
        ("1 2 + 3", 1, Fraction(-1), "12+(-1)"),
        ("2^{3}", 0, Fraction(10), "10³"),
        ("2^{3}", 0, Fraction(-2), "(-2)³"),
        ("2^{3}", 1, Fraction(12), "2¹²"),
        (r"\frac{1}{2} x", 1, Fraction(5), "(1/5)x"),
        ("a = 3", 0, Fraction(7, 2), "a=3.5"),
        (r"\sqrt{9}", 0, Fraction(16), "√(16)"),
        ("3", 0, Fraction(0), "0"),
    ],
)
def test_a_row_with_another_number(latex: str, place: int, value: Fraction, text: str) -> None:
    tree = tree_of(latex)

    changed = tree_with_number(tree, numbers_of(tree)[place].symbols, value)

    assert text_of(changed) == text


@pytest.mark.slow
@given(any_trees(), st.fractions(-1000, 1000, max_denominator=20))
def test_any_number_can_be_replaced(tree: LayoutTree, value: Fraction) -> None:
    for number in numbers_of(tree):
        changed = tree_with_number(tree, number.symbols, value)

        assert len(changed.relations) == len(changed.symbols) - 1


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_number_is_found_as_it_was_put(first: int, second: int) -> None:
    tree = tree_of(" ".join(str(first)) + " + x")

    changed = tree_with_number(tree, numbers_of(tree)[0].symbols, Fraction(second))

    assert [one.value for one in numbers_of(changed)] == [second]
