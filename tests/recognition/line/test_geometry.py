"""Sizes, positions and gaps in a row."""

import numpy as np
import pytest

from digitvision.recognition.line.geometry import size_scores
from digitvision.recognition.rows.word_gaps import row_height, words_of


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


@pytest.mark.parametrize("scale", [0.01, 1, 1000])
def test_a_low_small_mark_is_no_digit(scale: float) -> None:
    row = np.array([[0, 0, 6, 10], [8, 9, 9, 10], [11, 0, 17, 10]], np.float64) * scale
    texts = ["1", ".", "0", "-"]

    scores = size_scores(row, texts)

    assert [texts[index] for index in scores.argmax(axis=1)][1] == "."
    assert scores[0, 2] > scores[0, 1] + 5
    assert row_height(row) == pytest.approx(10 * scale)


def test_dashes_alone_have_a_size() -> None:
    row = np.array([[0, 0, 5, 0], [8, 0, 13, 0]], np.float64)

    assert row_height(row) == 5
    assert np.isfinite(size_scores(row, ["-", "1"])).all()
