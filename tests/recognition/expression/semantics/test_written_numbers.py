"""Numbers with points and commas."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.recognition.expression.semantics.written_numbers import UnclearError, is_decimal_comma, written_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("3.14", Fraction(157, 50)),
        ("3,14", Fraction(157, 50)),
        ("1.234", Fraction(1234, 1000)),
        ("0,125", Fraction(1, 8)),
        ("1234,567", Fraction(1234567, 1000)),
        ("1,234.5", Fraction(2469, 2)),
        ("1.234,5", Fraction(2469, 2)),
        ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("1.234.567,5", Fraction(2469135, 2)),
    ],
)
def test_a_number_is_what_people_mean_by_it(text: str, value: Fraction) -> None:
    assert written_number(text)[0] == value


@pytest.mark.parametrize("text", ["1,234", "12,000", "1" * 1001])
def test_what_may_be_two_numbers_is_none(text: str) -> None:
    with pytest.raises(UnclearError):
        written_number(text)


def test_a_point_beside_decimal_commas_may_separate_thousands() -> None:
    with pytest.raises(UnclearError, match="may be 1234"):
        written_number("1.234", commas=True)
    assert written_number("0.125", commas=True)[0] == Fraction(1, 8)
    decimal = ["3,14", "1.234,5", "0,125", "1234,567"]
    assert [text for text in (*decimal, "1,234", "1,234.5", "12") if is_decimal_comma(text)] == decimal


@given(st.decimals(0, 10**9, places=2), st.sampled_from([",.", ".,"]))
def test_groups_and_decimals_are_read_in_both_orders(value: object, marks: str) -> None:
    text = f"{value:,}".translate(str.maketrans(",.", marks))

    assert written_number(text) == (Fraction(str(value)), str(value).replace(",", ""))
