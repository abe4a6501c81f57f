"""Readings that need more than one glyph, and their typeset formulas, off the window's thread."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections
from tests.ui.hand import stroke
from tests.ui.reading.slow_worker import Bench
from tests.ui.windows import PATIENCE_MS


@pytest.fixture
def expressions(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot)
    bench.worker.candidates = 3
    bench.load()
    yield bench
    bench.worker.may_load.release(10)
    bench.worker.may_answer.release(100)
    bench.client.shut_down()


def test_another_reading_waits_for_what_it_needs(expressions: Bench, qtbot: QtBot) -> None:
    worker = expressions.worker
    expressions.client.read_as("equation")
    expressions.ask(2)
    worker.may_answer.release(10)
    qtbot.wait(30)
    assert worker.readings == []

    worker.may_load.release()
    expressions.wait_idle()

    assert worker.readings == ["equation"]
    assert expressions.heard == ["2"]


def test_what_was_loaded_once_is_not_loaded_again(expressions: Bench) -> None:
    worker = expressions.worker
    worker.may_load.release()
    expressions.client.read_as("equation")
    expressions.wait_idle()

    expressions.client.read_as("character")
    expressions.client.read_as("equation")

    # Nobody lets it load a second time.
    assert expressions.client.idle


def test_a_kind_of_reading_that_cannot_be_used_is_reported(expressions: Bench, qtbot: QtBot) -> None:
    told: list[tuple[str, str]] = []
    expressions.client.prepared.connect(lambda reading, problem: told.append((reading, problem)))
    expressions.worker.may_load.release()

    expressions.client.read_as("equation", "none")
    qtbot.waitUntil(lambda: told != [], timeout=PATIENCE_MS)

    assert told == [("equation", "It is not installed.")]
    assert not expressions.client.idle


def test_candidates_are_typeset_after_the_answer(expressions: Bench) -> None:
    seen: list[tuple[int, object]] = []
    expressions.client.typeset.connect(lambda index, formula: seen.append((index, formula)))
    expressions.worker.may_load.release()
    expressions.worker.may_answer.release(10)
    expressions.client.read_as("equation")

    expressions.ask(1)
    expressions.wait_idle()

    assert seen == [(0, "formula"), (1, "formula 1"), (2, "formula 2")]


def test_a_new_drawing_is_read_before_old_candidates_are_typeset(expressions: Bench, qtbot: QtBot) -> None:
    worker = expressions.worker
    worker.may_load.release()
    expressions.client.read_as("equation")
    expressions.ask(1)
    worker.may_answer.release()
    # The first candidate is under way when the next stroke comes.
    qtbot.waitUntil(lambda: worker.typeset_indices == [1], timeout=PATIENCE_MS)

    expressions.ask(2)
    worker.may_answer.release(10)
    expressions.wait_idle()

    assert expressions.heard == ["1", "2"]
    assert worker.typeset_indices == [1, 1, 2]


def test_a_value_is_typeset_after_the_answer_and_before_the_candidates(expressions: Bench, qtbot: QtBot) -> None:
    worker, seen = expressions.worker, list[tuple[str, object]]()
    expressions.client.latex_typeset.connect(lambda latex, formula: seen.append((latex, formula)))
    worker.may_load.release()
    expressions.client.read_as("equation")
    expressions.ask(1)
    expressions.wait_asked(1)

    # While the drawing is being read: of two values the newer counts.
    expressions.client.typeset_latex("= 3")
    expressions.client.typeset_latex("= 4")
    assert worker.typeset_latex_of == []
    assert not expressions.client.idle
    worker.may_answer.release(2)
    qtbot.waitUntil(lambda: seen != [], timeout=PATIENCE_MS)
    worker.may_answer.release(10)
    expressions.wait_idle()

    assert seen == [("= 4", "picture of = 4")]
    assert worker.typeset_latex_of == ["= 4"]
    assert worker.typeset_indices == [1, 2]


def test_a_new_drawing_keeps_a_value_waiting_and_an_empty_one_drops_it(expressions: Bench, qtbot: QtBot) -> None:
    worker = expressions.worker
    worker.may_load.release()
    expressions.client.read_as("equation")
    expressions.ask(1)
    expressions.wait_asked(1)
    expressions.client.typeset_latex("= 3")
    expressions.ask(2)
    worker.may_answer.release()
    expressions.wait_asked(2)
    assert worker.typeset_latex_of == []
    worker.may_answer.release(10)
    expressions.wait_idle()
    assert worker.typeset_latex_of == ["= 3"]

    expressions.ask(3)
    expressions.client.typeset_latex("= 5")
    expressions.client.forget()
    expressions.wait_idle()
    assert worker.typeset_latex_of == ["= 3"]


def test_with_the_pen_down_only_the_answer_is_typeset(expressions: Bench) -> None:
    worker = expressions.worker
    worker.may_load.release()
    worker.may_answer.release(10)
    expressions.client.read_as("equation")

    expressions.ask(1, live=True)
    expressions.wait_idle()

    assert expressions.heard == ["1"]
    assert worker.typeset_indices == []


def test_a_writer_who_is_faster_than_the_reader_sees_what_is_read_so_far(expressions: Bench) -> None:
    worker = expressions.worker
    worker.may_load.release()
    expressions.client.read_as("equation")

    expressions.ask(1)
    expressions.wait_asked(1)
    for count in range(2, 6):
        expressions.ask(count)
    worker.may_answer.release()
    expressions.wait_asked(2)
    assert expressions.heard == ["1"]
    expressions.ask(7)
    worker.may_answer.release(10)
    expressions.wait_idle()

    assert worker.asked == [1, 5, 7]
    assert expressions.heard == ["1", "5", "7"]


@pytest.mark.parametrize("change", ["undo", "pin", "alphabet", "clear"])
def test_what_is_no_longer_there_is_not_shown(expressions: Bench, change: str) -> None:
    worker, client = expressions.worker, expressions.client
    worker.may_load.release()
    client.read_as("equation")
    expressions.ask(3)
    expressions.wait_asked(1)

    drawing = Drawing(tuple(stroke((i, i)) for i in range(2 if change == "undo" else 4)))
    if change == "clear":
        client.forget()
    if change == "alphabet":
        client.answer_within("digits")
    pins = Corrections().with_label({0}, "2") if change == "pin" else Corrections()
    client.request(drawing, live=False, corrections=pins)
    worker.may_answer.release(10)
    expressions.wait_idle()

    assert expressions.heard == [str(len(drawing.strokes))]


def test_a_closer_look_waits_for_the_answer_and_is_dropped_with_its_drawing(expressions: Bench, qtbot: QtBot) -> None:
    worker, found = expressions.worker, list[str]()
    expressions.client.kind_found.connect(found.append)
    worker.may_load.release()
    expressions.client.read_as("equation")
    expressions.ask(1)
    expressions.wait_asked(1)

    expressions.client.find_kind()
    assert worker.looked_at == []
    worker.may_answer.release(10)
    expressions.wait_idle()
    assert found == ["line"]

    expressions.client.find_kind()
    expressions.ask(2)
    worker.may_answer.release(10)
    expressions.wait_idle()
    assert found == ["line"], "what was found is about a drawing that is no longer there"
    expressions.client.forget()
    looked_at = list(worker.looked_at)
    expressions.client.find_kind()
    expressions.wait_idle()
    assert worker.looked_at == looked_at, "there is nothing to look at"
