"""Recognition off the window's thread, with a worker as slow as the test wants it."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import Reading
from digitvision.ui.reading.recognition_worker import RecognitionWorker
from tests.recognition.model_folders import classic_card, classic_files
from tests.recognition.one_class_models import ODD
from tests.ui.reading.slow_worker import Bench
from tests.ui.windows import PATIENCE_MS


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


def test_what_takes_several_slices_is_shown_with_each_and_goes_on_by_itself(bench: Bench, qtbot: QtBot) -> None:
    bench.worker.slices = 3
    bench.load()
    bench.ask(2)
    bench.let_answer(2)
    bench.wait_asked(3)
    assert not bench.client.idle

    bench.let_answer()
    bench.wait_idle()

    assert bench.worker.asked == [2, 2, 2]
    assert bench.heard == ["2", "2", "2"]


def test_values_that_come_after_the_first_slice_are_typeset_before_the_second(bench: Bench) -> None:
    bench.worker.slices = 2
    bench.load()
    order: list[str] = []
    bench.client.recognized.connect(lambda *_: order.append("read"))
    bench.client.latex_typeset.connect(lambda *_: order.append("typeset"))
    # The values are worked out by another thread, and known only once the window has got its turn.
    bench.client.recognized.connect(lambda *_: QTimer.singleShot(0, lambda: bench.client.typeset_values(["= 3"])))

    bench.ask(2)
    bench.let_answer(4)
    bench.wait_idle()

    assert order[:2] == ["read", "typeset"]
    assert bench.worker.asked == [2, 2]


def test_the_candidates_of_a_row_are_typeset_though_a_slice_comes_in_between(bench: Bench) -> None:
    bench.worker.slices, bench.worker.rows, bench.worker.candidates = 2, True, 3
    bench.load()
    asked: list[int] = []

    def ask_once(reading: Reading, _live: bool) -> None:
        if not asked:
            bench.client.typeset_candidates(reading.rows[0].reading)
        asked.append(len(bench.worker.asked))

    bench.client.recognized.connect(ask_once)
    bench.ask(2)
    bench.let_answer(4)
    bench.wait_idle()

    assert asked == [1, 2]
    assert bench.worker.typeset_indices == [1, 2]


def test_a_new_request_waits_for_no_more_than_one_slice(bench: Bench) -> None:
    bench.worker.slices = 3
    bench.load()
    bench.ask(1)
    bench.wait_asked(1)
    bench.ask(5)
    bench.let_answer(6)
    bench.wait_idle()

    assert bench.worker.asked == [1, 5, 5, 5]


def test_values_are_typeset_between_two_slices(bench: Bench) -> None:
    bench.worker.slices = 2
    bench.load()
    bench.ask(1)
    bench.wait_asked(1)
    bench.client.typeset_values(["7", "12", "7"])
    bench.let_answer(2)
    bench.worker_typeset(1)
    assert bench.worker.asked == [1]

    bench.let_answer(3)
    bench.wait_idle()

    assert bench.worker.typeset_latex_of == ["7", "12"]
    assert bench.worker.asked == [1, 1]


def test_forgetting_ends_what_takes_several_slices(bench: Bench) -> None:
    bench.worker.slices = 3
    bench.load()
    bench.ask(1)
    bench.wait_asked(1)
    bench.client.forget()
    bench.let_answer(3)
    bench.wait_idle()

    assert bench.worker.asked == [1]


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


def test_of_several_loads_in_a_row_the_last_one_is_reported(bench: Bench, qtbot: QtBot) -> None:
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
    monkeypatch.setattr("digitvision.recognition.models.model_store.DEFAULT_MODELS", defaults)
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
