"""What is counted as wrong in readings of lines."""

import math

import pytest

from digitvision.training.text.evaluation import digits_right, text_errors


def test_characters_words_lines_and_digits_are_counted() -> None:
    found = text_errors(["the cat", "room 21", ""], ["the cat", "room 12", "a"])

    assert found.character_errors == pytest.approx((0 + 2 + 1) / 15)
    assert found.word_errors == pytest.approx((0 + 1 + 1) / 5)
    assert found.lines_right == pytest.approx(1 / 3)
    assert found.digits_right == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    ("found", "truth", "right"), [("12", "12", 2), ("on 1 st", "on 12 st", 1), ("12", "no", 0), ("", "7", 0)]
)
def test_digits_count_where_they_stand(found: str, truth: str, right: int) -> None:
    assert digits_right(found, truth) == right


def test_texts_without_digits_have_no_share_of_digits() -> None:
    assert math.isnan(text_errors(["a"], ["a"]).digits_right)


def test_there_has_to_be_something_to_compare_with() -> None:
    with pytest.raises(ValueError, match="no text"):
        text_errors([], [])
