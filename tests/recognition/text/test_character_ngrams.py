"""The statistics of characters in texts."""

import numpy as np
import pytest

from digitvision.recognition.text.character_ngrams import CharacterNgrams
from digitvision.recognition.text.characters import CHARACTERS, classes_of, is_readable, text_of

TEXTS = ["the cat sat on the mat", "the dog sat", "a cat"]


@pytest.fixture(scope="module")
def ngrams() -> CharacterNgrams:
    return CharacterNgrams.of_texts(TEXTS)


@pytest.mark.parametrize("text", ["", "t", "the c", "zebra", "x1", "a\"b'c"])
def test_the_probabilities_after_a_text_sum_up_to_nearly_one(ngrams: CharacterNgrams, text: str) -> None:
    chances = np.exp(ngrams.after(text))

    assert chances.shape == (len(CHARACTERS),)
    # The border has a small share as well.
    assert 0.98 < chances.sum() <= 1 + 1e-5
    assert (chances > 0).all()


def test_what_occurred_is_more_probable(ngrams: CharacterNgrams) -> None:
    assert ngrams.after("th").argmax() == classes_of("e")[0]
    assert ngrams.log_probability("the cat") > ngrams.log_probability("tho cat") > ngrams.log_probability("qzx vqj")


def test_the_first_order_is_witten_bells() -> None:
    """With a single text of one character all orders mix the same count with what the next lower one says."""
    ngrams = CharacterNgrams.of_texts(["a"])
    chance = 1 / (len(CHARACTERS) + 1)
    for _ in range(6):
        chance = (1 + chance) / 2

    assert np.exp(ngrams.after("")[classes_of("a")[0]]) == pytest.approx(chance, rel=1e-5)


def test_digits_are_like_a_beginning(ngrams: CharacterNgrams) -> None:
    np.testing.assert_array_equal(ngrams.after("on 12"), ngrams.after(""))
    np.testing.assert_array_equal(ngrams.after("12t"), ngrams.after("t"))


def test_a_file_gives_the_same_model(ngrams: CharacterNgrams) -> None:
    again = CharacterNgrams.from_bytes(ngrams.to_bytes())

    np.testing.assert_array_equal(again.after("the s"), ngrams.after("the s"))


@pytest.mark.parametrize("content", [b"", b"PK", b"nonsense" * 40])
def test_a_damaged_file_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no table of n-grams"):
        CharacterNgrams.from_bytes(content)


def test_texts_that_cannot_be_read_are_left_out() -> None:
    with pytest.raises(ValueError, match="no text"):
        CharacterNgrams.of_texts(["Ω", ""])


def test_characters_and_classes_are_each_others_inverse() -> None:
    assert len(set(CHARACTERS)) == len(CHARACTERS)
    assert text_of(classes_of(CHARACTERS)) == CHARACTERS
    assert is_readable("Total: 42.50 kg")
    assert not is_readable("naïve")
