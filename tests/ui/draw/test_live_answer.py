"""The answer on screen is the one to the drawing on screen, at any moment."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Sample
from digitvision.recognition.prediction import Reading
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import DIGITS, sample_drawing
from tests.ui.controls import choose, labels
from tests.ui.hand import DIAGONAL, tap, write
from tests.ui.windows import PATIENCE_MS, WindowMaker

Settle = Callable[[MainWindow], None]


def _assert_no_answer(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.draw_tab.character.panel
    assert window.draw_tab.reading is None
    assert panel.answer_text == ""
    qtbot.waitUntil(lambda: not panel.chart.shown_values.any(), timeout=PATIENCE_MS)


@pytest.mark.slow
@pytest.mark.parametrize("digit", DIGITS)
def test_a_shipped_sample_is_read_correctly(window: MainWindow, canvas: Canvas, settle: Settle, digit: int) -> None:
    write(canvas, *sample_drawing(digit).strokes)
    settle(window)

    reading = window.draw_tab.reading
    assert reading is not None
    assert reading.text == str(digit)
    assert window.draw_tab.character.panel.answer_text == str(digit)
    assert str(digit) in labels(window.draw_tab)


def test_an_empty_canvas_has_no_answer(window: MainWindow, qtbot: QtBot) -> None:
    _assert_no_answer(window, qtbot)
    assert "No answer yet" in labels(window.draw_tab)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["Clear", "Undo stroke", "New drawing"])
def test_a_canvas_that_becomes_empty_has_no_answer(
    window: MainWindow, canvas: Canvas, settle: Settle, qtbot: QtBot, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(canvas, sample_drawing(0).strokes[0])
    settle(window)
    assert window.draw_tab.reading is not None
    monkeypatch.setattr(window.files, "may_discard", lambda: True)

    choose(window, way)
    settle(window)

    _assert_no_answer(window, qtbot)


@pytest.mark.slow
def test_an_answer_on_its_way_when_the_canvas_is_cleared_is_dropped(
    window: MainWindow, canvas: Canvas, settle: Settle, qtbot: QtBot
) -> None:
    for _ in range(5):
        write(canvas, DIAGONAL)
        window.document.clear()
        settle(window)
        _assert_no_answer(window, qtbot)


@pytest.mark.slow
def test_undo_brings_back_the_answer_before(window: MainWindow, canvas: Canvas, settle: Settle) -> None:
    write(canvas, *sample_drawing(1).strokes)
    settle(window)
    before = window.draw_tab.reading
    assert before is not None
    write(canvas, *sample_drawing(0).strokes)
    settle(window)

    for _ in sample_drawing(0).strokes:
        window.document.undo_stack.undo()
    settle(window)

    reading = window.draw_tab.reading
    assert reading is not None
    assert reading.candidates == before.candidates


@pytest.mark.slow
def test_the_answer_comes_while_the_pen_is_still_down(window: MainWindow, canvas: Canvas, qtbot: QtBot) -> None:
    seen: list[Reading] = []
    window.draw_tab.reading_changed.connect(seen.append)
    (curve,) = sample_drawing(0).strokes
    player = PointerPlayer(canvas)
    player.send("press", curve.samples[0])
    for sample in curve.samples[1:]:
        player.send("move", sample)
        qtbot.wait(2)

    assert not window.document.drawing
    assert any(reading is not None and reading.candidates for reading in seen)
    player.send("release", curve.samples[-1])


@pytest.mark.slow
def test_a_cancelled_stroke_takes_its_live_answer_with_it(
    window: MainWindow, canvas: Canvas, settle: Settle, qtbot: QtBot
) -> None:
    player = PointerPlayer(canvas)
    player.send("press", Sample(100, 100))
    for i in range(50):
        player.send("move", Sample(100 + 10.0 * i, 100 + 5.0 * i))
        qtbot.wait(2)
    assert window.draw_tab.reading is not None
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    # The live answers are some time apart.
    qtbot.wait(100)
    settle(window)

    _assert_no_answer(window, qtbot)
    player.send("release", Sample(600, 350))


def test_what_is_drawn_before_the_model_is_loaded_is_read_once_it_is(make_window: WindowMaker, settle: Settle) -> None:
    window = make_window(start=False)
    write(window.draw_tab.canvas, *sample_drawing(7).strokes)
    assert window.draw_tab.reading is None

    window.start()
    settle(window)

    reading = window.draw_tab.reading
    assert reading is not None
    assert reading.text == "7"


def test_a_dot_is_answered_but_not_surely(window: MainWindow, canvas: Canvas, settle: Settle) -> None:
    tap(canvas, (500, 500))
    settle(window)

    reading = window.draw_tab.reading
    assert reading is not None
    assert not reading.sure


@pytest.mark.slow
def test_the_confidence_is_a_number_and_a_word(window: MainWindow, canvas: Canvas, settle: Settle) -> None:
    write(canvas, *sample_drawing(3).strokes)
    settle(window)

    reading = window.draw_tab.reading
    assert reading is not None
    assert (
        window.draw_tab.character.panel.verdict_text
        == {"sure": "Sure", "likely": "Likely", "not sure": "Not sure"}[reading.verdict]
    )
    assert any(text.endswith("%") for text in labels(window.draw_tab))


def test_many_strokes_written_without_a_pause_end_with_the_right_answer(
    window: MainWindow, canvas: Canvas, settle: Settle
) -> None:
    for digit in (3, 8, 1, 5):
        window.document.start()
        for stroke in sample_drawing(digit).strokes:
            player = PointerPlayer(canvas)
            player.write(stroke, between=lambda: None)
    settle(window)

    reading = window.draw_tab.reading
    assert reading is not None
    assert reading.text == "5"


def test_undo_with_the_pen_down_leaves_the_answer_to_what_is_being_written(
    window: MainWindow, canvas: Canvas, settle: Settle, qtbot: QtBot
) -> None:
    write(canvas, DIAGONAL)
    settle(window)
    player = PointerPlayer(canvas)
    reports = sample_drawing(7).strokes[0].samples
    player.send("press", reports[0])
    for report in reports[1:]:
        player.send("move", report)

    choose(window, "Undo stroke")

    qtbot.waitUntil(lambda: window.draw_tab.character.panel.answer_text == "7", timeout=PATIENCE_MS)
    assert not window.document.drawing
    player.send("release", reports[-1])


def test_the_keys_of_the_canvas_are_left_to_the_other_tabs(
    window: MainWindow, canvas: Canvas, settle: Settle, qtbot: QtBot
) -> None:
    write(canvas, DIAGONAL)
    for number, cleared in ((1, False), (0, True)):
        window.tabs.setCurrentIndex(number)
        window.tabs.setFocus()
        qtbot.keyClick(window, Qt.Key.Key_Delete)
        assert bool(window.document.drawing) != cleared
