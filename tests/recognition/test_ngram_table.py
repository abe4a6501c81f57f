"""Tables of n-grams: counting, and the file that keeps them."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.recognition.ngram_table import NgramTable, read_table

TABLE = NgramTable(np.array([3, 7, 1000]), np.array([1, 5, 2]))


@given(st.lists(st.lists(st.integers(0, 9), min_size=1), min_size=1))
def test_counts_are_those_of_all_texts_together(texts: list[list[int]]) -> None:
    table = NgramTable.counted(np.array(text, np.int64) for text in texts)

    together = [code for text in texts for code in text]
    assert table.of_codes(np.arange(11)).tolist() == [together.count(code) for code in range(11)]
    table.check(10)


def test_equal_codes_are_added_up() -> None:
    table = NgramTable.of(np.array([4, 2, 4]), np.array([1, 10, 100]))

    assert table.codes.tolist() == [2, 4]
    assert table.counts.tolist() == [10, 101]


@pytest.mark.parametrize("words", [(), ("x", r"\frac", "ß")])
def test_a_file_gives_the_same_table(words: tuple[str, ...]) -> None:
    again, found = read_table(TABLE.to_bytes(words), with_words=bool(words))

    assert again.codes.tolist() == TABLE.codes.tolist()
    assert again.counts.tolist() == TABLE.counts.tolist()
    assert found == words


def test_what_is_very_frequent_is_written_as_the_most_that_fits() -> None:
    again, _ = read_table(NgramTable(np.array([1, 2]), np.array([65535, 65536])).to_bytes())

    assert again.counts.tolist() == [65535, 65535]


@pytest.mark.parametrize("content", [b"", b"PK", b"nonsense" * 40, TABLE.to_bytes()[:-30]])
def test_a_damaged_file_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no table of n-grams"):
        read_table(content)


def test_a_file_without_words_is_refused_where_they_are_wanted() -> None:
    with pytest.raises(ValueError, match="no table of n-grams"):
        read_table(TABLE.to_bytes(), with_words=True)


def test_words_that_are_no_text_are_refused() -> None:
    content = io.BytesIO()
    np.savez(content, words=np.array([255, 254], np.uint8), steps=np.array([1]), counts=np.array([1]))

    with pytest.raises(ValueError, match="no table of n-grams"):
        read_table(content.getvalue(), with_words=True)


@pytest.mark.parametrize(
    ("codes", "counts"),
    [([], []), ([1, 1], [1, 1]), ([2, 1], [1, 1]), ([-1], [1]), ([10], [1]), ([1], [0]), ([1, 2], [1])],
)
def test_a_table_that_does_not_fit_is_refused(codes: list[int], counts: list[int]) -> None:
    with pytest.raises(ValueError, match="no table of n-grams"):
        NgramTable(np.array(codes, np.int64), np.array(counts, np.int64)).check(10)
