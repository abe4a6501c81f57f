"""Sizes and positions in a row."""

import numpy as np
import pytest

from digitvision.recognition.line.geometry import size_scores
from digitvision.recognition.rows.word_gaps import row_height


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
