"""Words, and what the network for rows has torn out of their line."""

import numpy as np
import pytest

from digitvision.ink.stroke import Bounds
from digitvision.recognition.page.read_row import ReadRow
from digitvision.recognition.page.row_joining import RowJoiner, is_within_line
from digitvision.recognition.prediction import LINE, Candidate, Reading
from digitvision.recognition.rows.row_finder import FoundRow

BOXES = np.array([(0, 0, 90, 40), (100, 5, 130, 35), (140, 0, 200, 40)], np.float64)
WORDS, PART, WHOLE = (0, 2), (1,), (0, 1, 2)


def _joined(whole: tuple[str, float], *, limits: bool = True) -> list[tuple[int, ...]]:
    """Return the rows where a line of words and a letter within it are read with these modes and confidences."""
    known = {WORDS: (LINE, 0.3), PART: ("equation", 0.8), WHOLE: whole}

    def read(strokes: tuple[int, ...]) -> ReadRow:
        mode, confidence = known[strokes]
        return ReadRow((), Reading(mode, (Candidate("text", "t e x t", confidence),)))

    rows = [FoundRow(WORDS, Bounds(0, 0, 200, 40)), FoundRow(PART, Bounds(100, 5, 130, 35))]
    found, trust = RowJoiner(rows, BOXES, read).joined(limits=limits)
    assert all(0 < trust[row.strokes] <= 1 for row in found)
    return [row.strokes for row in found]


def test_what_was_torn_out_of_a_line_of_words_is_joined_where_that_is_likelier() -> None:
    assert _joined((LINE, 0.6)) == [WHOLE]


@pytest.mark.parametrize("whole", [(LINE, 0.1), ("equation", 0.9)])
def test_it_stays_apart_where_both_are_likelier_apart_or_no_words_together(whole: tuple[str, float]) -> None:
    assert sorted(_joined(whole)) == [WORDS, PART]


def test_rows_that_the_user_has_told_of_stay_as_they_are() -> None:
    assert sorted(_joined((LINE, 0.6), limits=False)) == [WORDS, PART]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Bounds(50, 5, 70, 30), True),
        (Bounds(210, 5, 230, 30), True),
        (Bounds(250, 5, 270, 30), False),
        (Bounds(50, 30, 70, 70), False),
        (Bounds(-30, 10, -10, 20), True),
        (Bounds(50, 20, 70, 20), False),
    ],
)
def test_what_is_within_a_line(part: Bounds, expected: bool) -> None:
    assert is_within_line(part, Bounds(0, 0, 200, 40)) is expected
