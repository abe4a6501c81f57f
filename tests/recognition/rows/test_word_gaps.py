"""Gaps between words in a row."""

import numpy as np

from digitvision.recognition.rows.word_gaps import words_of


def boxes(*widths_and_gaps: float, height: float = 10) -> np.ndarray:
    """Return boxes of one height, given a width, the gap after it, a width and so on."""
    found, at = [], 0.0
    for index, length in enumerate(widths_and_gaps):
        if index % 2 == 0:
            found.append([at, 0, at + length, height])
        at += length
    return np.array(found)


def test_a_wide_gap_separates_words() -> None:
    assert words_of(boxes(5, 2, 5, 2, 5, 14, 5, 2, 5)) == [(0, 3), (3, 5)]
    assert words_of(boxes(5, 2, 5, 2, 5, 3, 5, 2, 5)) == [(0, 5)]


def test_loose_writing_is_one_word() -> None:
    assert words_of(boxes(5, 9, 5, 8, 5, 9, 5, 8, 5)) == [(0, 5)]
    assert words_of(boxes(5, 9, 5)) == [(0, 2)]


def test_an_empty_line_has_no_words() -> None:
    assert words_of(np.zeros((0, 4))) == []
    assert words_of(np.array([[1.0, 1, 1, 1]])) == [(0, 1)]
