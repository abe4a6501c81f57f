"""Recognition off the window's thread, with a worker as slow as the test wants it."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QObject, Signal, Slot
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Drawing
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.modelstore import ModelStore
from digitvision.recognition.prediction import Candidate, Reading
from digitvision.ui.recognition_worker import (
    RecognitionAnswer,
    RecognitionClient,
    RecognitionRequest,
    RecognitionWorker,
    TypesettingRequest,
)
from tests.recognition.alphabets import ODD
from tests.recognition.models import classic_card, classic_files
from tests.ui.conftest import PATIENCE_MS
from tests.ui.hand import stroke


class SlowWorker(QObject):
    """Has the signals of the real worker; each answer is the number of strokes, and waits until it is let go."""

    loaded = Signal(object, str, str)
    failed = Signal(str)
    answered = Signal(object)
    prepared = Signal(str, str)
    typeset = Signal(int, int, object)
    latex_typeset = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []
        self.loads: list[str] = []
        self.may_load = threading.Semaphore(0)
        self.may_answer = threading.Semaphore(0)
        self.broken = False
        self.candidates = 1
        self.readings: list[str] = []
        self.typeset_places: list[int] = []
        self.typeset_latex_of: list[str] = []

    @Slot(str, str)
    def load(self, name: str, alphabet: str) -> None:
        self.loads.append(name)
        assert self.may_load.acquire(timeout=PATIENCE_MS / 1000)
        if name == "none":
            self.failed.emit("There is no model.")
        else:
            self.loaded.emit(name, alphabet, "")

    @Slot(str, str)
    def prepare(self, reading: str, model: str) -> None:
        assert self.may_load.acquire(timeout=PATIENCE_MS / 1000)
        self.prepared.emit(reading, "It is not installed." if model == "none" else "")

    @Slot(object)
    def typeset_candidate(self, request: TypesettingRequest) -> None:
        self.typeset_places.append(request.place)
        assert self.may_answer.acquire(timeout=PATIENCE_MS / 1000)
        self.typeset.emit(request.revision, request.place, f"formula {request.place}")

    @Slot(str)
    def typeset_latex(self, latex: str) -> None:
        self.typeset_latex_of.append(latex)
        assert self.may_answer.acquire(timeout=PATIENCE_MS / 1000)
        self.latex_typeset.emit(latex, f"picture of {latex}")

    @Slot(object)
    def answer(self, request: RecognitionRequest) -> None:
        assert isinstance(request.content, Drawing)
        count = len(request.content.strokes)
        self.asked.append(count)
        self.readings.append(request.reading)
        assert self.may_answer.acquire(timeout=PATIENCE_MS / 1000)
        if self.broken:
            self.answered.emit(None)
        else:
            trees = tuple(LayoutTree((Symbol(str(number)),)) for number in range(self.candidates))
            candidates = tuple(Candidate(str(count), str(count), 1.0) for _ in trees)
            reading = Reading(request.reading, candidates, trees=trees)
            self.answered.emit(RecognitionAnswer(request.revision, reading, request.live, "formula"))


class Bench:
    """A client, its slow worker, and what was heard."""

    def __init__(self, qtbot: QtBot) -> None:
        self.worker = SlowWorker()
        self.client = RecognitionClient(cast(RecognitionWorker, self.worker))
        self.heard: list[str] = []
        self.client.recognized.connect(lambda reading, _live: self.heard.append(reading.text))
        self._qtbot = qtbot
        self.client.start("classic")

    def ask(self, strokes: int, *, live: bool = False) -> None:
        self.client.request(Drawing(tuple(stroke((i, i)) for i in range(strokes))), live=live)

    def load(self) -> None:
        self.worker.may_load.release()
        with self._qtbot.waitSignal(self.client.model_loaded, timeout=PATIENCE_MS):
            pass

    def let_answer(self, count: int = 1) -> None:
        self.worker.may_answer.release(count)

    def wait_asked(self, count: int) -> None:
        self._qtbot.waitUntil(lambda: len(self.worker.asked) == count, timeout=PATIENCE_MS)

    def wait_idle(self) -> None:
        self._qtbot.waitUntil(lambda: self.client.idle, timeout=PATIENCE_MS)


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot)
    yield bench
    bench.worker.may_load.release(10)
    bench.worker.may_answer.release(100)
    bench.client.shut_down()


def test_at_most_one_request_is_under_way_and_the_newest_waits(bench: Bench, qtbot: QtBot) -> None:
    bench.load()
    for count in range(1, 6):
        bench.ask(count)
    bench.wait_asked(1)
    qtbot.wait(30)
    assert bench.worker.asked == [1]

    bench.let_answer(2)
    bench.wait_idle()

    assert bench.worker.asked == [1, 5]


def test_only_the_answer_to_the_newest_drawing_is_shown(bench: Bench) -> None:
    bench.load()
    bench.ask(1)
    bench.wait_asked(1)
    bench.ask(2)
    bench.let_answer(2)
    bench.wait_idle()

    assert bench.heard == ["2"]


def test_while_the_pen_is_down_each_answer_is_shown(bench: Bench) -> None:
    bench.load()
    bench.ask(1, live=True)
    bench.wait_asked(1)
    bench.ask(2, live=True)
    bench.let_answer(2)
    bench.wait_idle()

    assert bench.heard == ["1", "2"]


def test_a_live_answer_that_comes_after_the_pen_is_up_is_dropped(bench: Bench) -> None:
    bench.load()
    bench.ask(1, live=True)
    bench.wait_asked(1)
    bench.ask(2)
    bench.let_answer(2)
    bench.wait_idle()

    assert bench.heard == ["2"]


def test_an_answer_that_comes_after_forgetting_is_dropped(bench: Bench) -> None:
    bench.load()
    bench.ask(1)
    bench.wait_asked(1)
    bench.ask(2)
    bench.client.forget()
    bench.let_answer(2)
    bench.wait_idle()

    assert bench.heard == []
    assert bench.worker.asked == [1]


def test_what_was_asked_before_the_model_is_loaded_is_answered_then(bench: Bench, qtbot: QtBot) -> None:
    bench.ask(1)
    bench.ask(2)
    qtbot.wait(20)
    assert not bench.client.idle
    assert bench.worker.asked == []

    bench.load()
    bench.let_answer()
    bench.wait_idle()

    assert bench.heard == ["2"]


def test_what_is_asked_while_another_model_loads_is_answered_by_that_model(bench: Bench, qtbot: QtBot) -> None:
    bench.load()
    bench.client.load("other")
    bench.ask(3)
    qtbot.wait(20)
    assert bench.worker.asked == []

    bench.load()
    bench.let_answer()
    bench.wait_idle()

    assert bench.worker.loads == ["classic", "other"]
    assert bench.heard == ["3"]


def test_of_several_loads_in_a_row_the_last_one_is_told(bench: Bench, qtbot: QtBot) -> None:
    told: list[tuple[object, str]] = []
    bench.client.model_loaded.connect(lambda model, alphabet, _problem: told.append((model, alphabet)))
    bench.client.load("other", "upper")
    bench.client.load("third", "lower")
    bench.ask(3)
    bench.worker.may_load.release(2)
    qtbot.waitUntil(lambda: len(bench.worker.loads) == 3, timeout=PATIENCE_MS)
    qtbot.wait(20)
    assert told == []
    assert bench.worker.asked == []

    bench.worker.may_load.release()
    bench.let_answer()
    bench.wait_idle()

    assert told == [("third", "lower")]
    assert bench.heard == ["3"]


def test_a_request_that_failed_does_not_block_the_next(bench: Bench) -> None:
    bench.load()
    bench.worker.broken = True
    bench.ask(1)
    bench.let_answer()
    bench.wait_idle()
    bench.worker.broken = False
    bench.ask(2)
    bench.let_answer()
    bench.wait_idle()

    assert bench.heard == ["2"]


def test_the_sentence_of_a_model_that_cannot_be_loaded_comes_through(bench: Bench, qtbot: QtBot) -> None:
    bench.load()
    bench.client.load("none")
    bench.worker.may_load.release()
    with qtbot.waitSignal(bench.client.load_failed, timeout=PATIENCE_MS) as heard:
        pass

    assert heard.args == ["There is no model."]


def test_shutting_down_waits_for_the_answer_under_way(bench: Bench) -> None:
    bench.load()
    bench.ask(1)
    bench.wait_asked(1)
    letting_go = threading.Timer(0.1, bench.let_answer)
    letting_go.start()

    bench.client.shut_down()
    letting_go.join()

    assert bench.heard == []


def test_a_model_that_fails_first_is_replaced_by_the_bundled_default_of_the_alphabet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    defaults = {"digits": "classic", "lower": "glyphs"}
    monkeypatch.setattr("digitvision.recognition.modelstore.DEFAULT_MODELS", defaults)
    bundled = ModelStore(user=tmp_path / "bundled")
    for name, alphabets in (("classic", ()), ("glyphs", (ODD,))):
        bundled.save(replace(classic_card(name), alphabets=alphabets), classic_files())
    worker = RecognitionWorker(ModelStore(bundled=tmp_path / "bundled", user=tmp_path / "user"))
    told: list[tuple[str, str, str]] = []
    worker.loaded.connect(lambda model, alphabet, problem: told.append((model.name, alphabet, problem)))

    worker.load("gone", "lower")
    worker.load("gone", "digits")

    assert [item[:2] for item in told] == [("glyphs", "lower"), ("glyphs", "lower")]
    assert all("no model “gone”" in item[2] and "“glyphs” answers instead." in item[2] for item in told)


# --- other readings ---------------------------------------------------------------------------------------------------


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


def test_a_reading_that_cannot_be_had_is_told(expressions: Bench, qtbot: QtBot) -> None:
    told: list[tuple[str, str]] = []
    expressions.client.prepared.connect(lambda reading, problem: told.append((reading, problem)))
    expressions.worker.may_load.release()

    expressions.client.read_as("equation", "none")
    qtbot.waitUntil(lambda: told != [], timeout=PATIENCE_MS)

    assert told == [("equation", "It is not installed.")]
    assert not expressions.client.idle


def test_candidates_are_typeset_after_the_answer(expressions: Bench) -> None:
    seen: list[tuple[int, object]] = []
    expressions.client.typeset.connect(lambda place, formula: seen.append((place, formula)))
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
    qtbot.waitUntil(lambda: worker.typeset_places == [1], timeout=PATIENCE_MS)

    expressions.ask(2)
    worker.may_answer.release(10)
    expressions.wait_idle()

    assert expressions.heard == ["1", "2"]
    assert worker.typeset_places == [1, 1, 2]


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
    assert worker.typeset_places == [1, 2]


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
    assert worker.typeset_places == []
