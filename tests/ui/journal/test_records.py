"""Changes of a drawing as lines of text."""

import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.ui.journal.drawing_state import DrawingState
from digitvision.ui.journal.records import DamagedRecord, RecordChain, change_between, changed
from tests.ui.journal.states import STATES, drawn, facts


@pytest.mark.slow
@settings(max_examples=40)
@given(STATES, STATES)
def test_a_change_leads_from_one_state_to_the_other_exactly(before: DrawingState, after: DrawingState) -> None:
    line = RecordChain().line_of(change_between(before, after))

    assert facts(changed(before, RecordChain().record_of(line))) == facts(after)


@settings(max_examples=20)
@given(STATES)
def test_nothing_is_written_where_nothing_has_changed(state: DrawingState) -> None:
    assert change_between(state, state) == {}


def test_a_stroke_more_is_written_alone() -> None:
    before = drawn(*range(100))
    after = DrawingState(before.drawing.with_stroke(drawn(7).drawing.strokes[0]), modified=True)

    record = change_between(before, after)

    assert record["splice"] == [100, 0]
    assert len(record["strokes"]) == 1
    assert set(record) == {"splice", "strokes"}


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_line_with_another_byte_is_not_taken(place: int, difference: int) -> None:
    line = bytearray(RecordChain().line_of(change_between(DrawingState(), drawn(1, 2))))
    line[place % len(line)] ^= difference

    with pytest.raises(DamagedRecord):
        RecordChain().record_of(bytes(line))


def test_a_line_is_not_taken_in_place_of_another() -> None:
    chain = RecordChain()
    first = chain.line_of({"text": "a"})
    second = chain.line_of({"text": "b"})

    reader = RecordChain()
    with pytest.raises(DamagedRecord):
        reader.record_of(second)
    assert reader.record_of(first) == {"text": "a"}
    assert reader.record_of(second) == {"text": "b"}


@pytest.mark.parametrize(
    "record",
    [
        {"splice": [0, 1], "strokes": []},
        {"splice": [-1, 0], "strokes": []},
        {"splice": [0], "strokes": []},
        {"splice": [0, 0]},
        {"splice": [0, 0], "strokes": ["AAAA"]},
        {"splice": [0, 0], "strokes": ["no base 64"]},
        {"splice": [0, 0], "strokes": ["AAAAAAAA8H8AAAAAAADwfwAAAAAAAPB/AAAAAAAA8H8="]},
        {"corrections": {}},
        {"settings": {"reading": 3, "alphabet": "", "paper": "", "view": None}},
        {"path": None},
        {"modified": 1},
    ],
)
def test_a_record_that_makes_no_sense_is_damaged(record: dict[str, object]) -> None:
    with pytest.raises(DamagedRecord):
        changed(DrawingState(), record)


@pytest.mark.slow
def test_other_threads_go_on_while_the_text_of_thousands_of_strokes_is_made() -> None:
    points = np.random.default_rng(0).uniform(0, 1000, (25_000, 24, 4))
    record = change_between(DrawingState(), DrawingState(Drawing(tuple(map(Stroke, points)))))
    chain = RecordChain()
    lines: list[bytes] = []
    writer = threading.Thread(target=lambda: lines.append(chain.line_of(record)))
    begun = last = time.perf_counter()
    longest_s = 0.0
    writer.start()
    while writer.is_alive():
        time.sleep(0.001)
        now = time.perf_counter()
        longest_s, last = max(longest_s, now - last), now

    # Whoever holds the interpreter all the time stops the window, which lives in another thread.
    assert longest_s < (last - begun) / 2
    assert RecordChain().record_of(lines[0]) == record
