"""Rows are the same rows for as long as they keep some of their strokes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitvision.ink.stroke import Bounds, Stroke
from digitvision.recognition.calculation.page_rows import SumPlace
from digitvision.recognition.prediction import Candidate, GlyphReading, Label, Prediction, Reading, RowReading
from digitvision.ui.page.row_item import RowItem, RowKeys
from tests.ui.hand import stroke

ONE = np.ones(1, np.float32)


def _row(*strokes: int) -> RowReading:
    return RowReading(Reading("equation"), strokes, Bounds(0, 0, 1, 1))


def _strokes(count: int) -> list[Stroke]:
    return [stroke((number, 0), (number, 1)) for number in range(count)]


def test_a_row_that_is_written_on_keeps_its_key() -> None:
    keys, strokes = RowKeys(), _strokes(6)

    first = keys.keys_of([_row(0, 1), _row(2, 3)], strokes[:4])
    second = keys.keys_of([_row(0, 1, 5), _row(2, 3), _row(4)], strokes)

    assert second[:2] == first
    assert second[2] not in first


def test_a_row_keeps_its_key_when_strokes_before_it_are_taken_out() -> None:
    keys, strokes = RowKeys(), _strokes(4)
    first = keys.keys_of([_row(0, 1), _row(2, 3)], strokes)

    assert keys.keys_of([_row(0, 1)], strokes[2:]) == [first[1]]


def test_of_two_parts_of_a_row_the_larger_one_keeps_the_key() -> None:
    keys, strokes = RowKeys(), _strokes(5)
    (key,) = keys.keys_of([_row(0, 1, 2, 3, 4)], strokes)

    parts = keys.keys_of([_row(0, 1), _row(2, 3, 4)], strokes)

    assert parts[1] == key
    assert parts[0] != key


@pytest.mark.slow
@given(st.lists(st.lists(st.integers(0, 3), min_size=8, max_size=8), min_size=1, max_size=5))
def test_no_two_rows_have_the_same_key(partitions: list[list[int]]) -> None:
    keys, strokes = RowKeys(), _strokes(8)

    for owners in partitions:
        groups = [[index for index, owner in enumerate(owners) if owner == row] for row in sorted(set(owners))]
        found = keys.keys_of([_row(*group) for group in groups], strokes)
        assert len(set(found)) == len(groups)
        # Asked again, they are the same.
        assert keys.keys_of([_row(*group) for group in groups], strokes) == found


def _item(*in_vocabulary: float, confidence: float = 0.2) -> RowItem:
    label = Label("x", "x")
    glyphs = tuple(
        GlyphReading((Candidate("x", "x", 0.9),), (index,), Bounds(0, 0, 1, 1), Prediction((label,), ONE, score))
        for index, score in enumerate(in_vocabulary)
    )
    reading = Reading("equation", (Candidate("x", "x", confidence),), confidence > 0.9, glyphs)
    return RowItem(0, RowReading(reading, (0,), Bounds(0, 0, 1, 1)))


def test_what_looks_like_no_signs_is_told_to_be_a_scribble() -> None:
    assert _item(0.1, 0.2, 0.9).kind_text == "a scribble?"
    assert _item(0.1, 0.2, 0.9).note == "Most of this looks like no sign: write it again, or erase it."
    assert _item(0.1, 0.9, 0.9).note == ""
    assert _item(0.1, 0.1, confidence=0.95).kind_text == ""
    assert replace(_item(0.1, 0.2, 0.9), chosen=True).note == ""


def test_a_rule_says_what_it_sums_up() -> None:
    under = SumPlace(right=1.0, top=1.0, height=1.0, rows=(0, 1), text="482−95")

    assert replace(_item(0.9), under=under).note == "Above this rule stands 482−95."
    assert replace(_item(0.9), under=replace(under, text="")).note == ""
