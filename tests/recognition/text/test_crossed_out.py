"""Lines through words, and what is none."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds
from digitvision.recognition.text.crossed_out import is_covered, lines_through


def _stem(x: float, top: float = -1.7) -> NDArray[np.float32]:
    return np.array([(x, top), (x, -0.9), (x, -0.5), (x, 0)], np.float32)


def _line(left: float, right: float, y: float = -0.5) -> NDArray[np.float32]:
    return np.array([(left, y), ((left + right) / 2, y + 0.05), (right, y)], np.float32)


STEMS = [_stem(x) for x in (0.0, 0.6, 1.2)]
SCRAWL = np.array([(0, -0.9), (1.6, -0.9), (0, -0.3), (1.6, -0.3)], np.float32)


@pytest.mark.parametrize(
    ("strokes", "found"),
    [
        ([*STEMS, _line(-0.2, 1.4)], [3]),
        ([_line(-0.2, 1.4), *STEMS], [0]),
        # A word in one stroke.
        ([np.concatenate(STEMS), _line(-0.2, 1.4)], [1]),
        # The bar of a tt, an underline, a bar above, a line that stops short, and one that winds.
        ([*STEMS[:2], _line(-0.5, 1.1)], []),
        ([*STEMS, _line(-0.2, 1.4, 0.3)], []),
        ([*STEMS, _line(-0.2, 1.4, -1.3)], []),
        ([*STEMS, _line(1.0, 2.4)], []),
        ([*STEMS, SCRAWL], []),
        ([], []),
    ],
)
def test_a_line_through_a_word_crosses_its_ink_three_times(
    strokes: list[NDArray[np.float32]], found: list[int]
) -> None:
    assert lines_through(strokes) == found


@pytest.mark.parametrize(
    ("left", "right", "covered"), [(0, 100, True), (-20, 75, True), (40, 120, False), (120, 200, False)]
)
def test_a_line_covers_what_it_reaches_over_most_of(left: float, right: float, covered: bool) -> None:
    assert is_covered(Bounds(0, 0, 100, 50), Bounds(left, 20, right, 24)) == covered
