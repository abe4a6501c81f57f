"""Notices go with their cause, and nobody has to close them."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitvision.faults import Fault
from digitvision.ui import settings as settings_module
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.train.stopped_trainings import first_news
from digitvision.ui.widgets import floating_notice
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.recognition.one_class_models import ODD, save_model
from tests.ui.controls import button, choose
from tests.ui.dialogs import Dialogs
from tests.ui.document.pictures import digit_picture
from tests.ui.hand import DIAGONAL, write
from tests.ui.train.stopped import leave_stopped
from tests.ui.windows import PATIENCE_MS, WindowMaker


@pytest.mark.slow
def test_what_could_not_be_pasted_is_forgotten_when_somebody_writes(window: MainWindow, canvas: Canvas) -> None:
    QGuiApplication.clipboard().setText("no picture")
    window.files.paste()
    assert "neither ink nor a picture" in window.notice.text

    write(canvas, *sample_drawing(4).strokes)

    assert window.notice.text == ""


@pytest.mark.slow
def test_what_could_not_be_saved_stays_until_it_is_saved(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, tmp_path: Path
) -> None:
    write(canvas, *sample_drawing(4).strokes)
    (tmp_path / "file").write_text("no folder")
    dialogs.save_to(tmp_path / "file" / "four.inkml")
    choose(window, "Save")
    assert window.notice.text != ""

    write(canvas, *sample_drawing(7).strokes)
    assert window.notice.text != "", "the drawing is still not saved"
    dialogs.save_to(tmp_path / "four.inkml")
    choose(window, "Save")
    assert window.notice.text == ""


@pytest.mark.slow
def test_settings_that_are_written_again_are_no_longer_complained_about(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _data: bytes) -> None:
        raise Fault("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(settings_module, "write_atomically", full)
        window.set_appearance("dark")
        qtbot.waitUntil(lambda: "The disk is full" in window.notice.text, timeout=PATIENCE_MS)

    window.set_appearance("light")
    qtbot.waitUntil(lambda: window.notice.text == "", timeout=PATIENCE_MS)


def test_a_model_that_could_not_be_had_is_forgotten_when_another_answers(
    make_window: WindowMaker, qtbot: QtBot
) -> None:
    save_model("odd", ODD)
    window = make_window(model="none-of-this-name")
    assert "none-of-this-name" in window.notice.text

    window._models.choice.use_model("odd")
    qtbot.waitUntil(lambda: window.model is not None and window.model.name == "odd", timeout=PATIENCE_MS)

    assert window.notice.text == ""


def test_nothing_moves_under_the_pen_when_a_notice_comes_and_goes(window: MainWindow, canvas: Canvas) -> None:
    def place() -> QRect:
        QApplication.processEvents()
        return QRect(canvas.mapToGlobal(QPoint()), canvas.size())

    before = place()

    window.notice.show_notice("The settings were not saved: the disk is full.", kind="warning")
    assert place() == before
    assert not QRect(window.notice.mapToGlobal(QPoint()), window.notice.size()).intersects(before)

    window.notice.dismiss()
    assert place() == before


def test_a_notice_with_another_cause_stays(window: MainWindow, canvas: Canvas) -> None:
    window.notice.show_notice("The training has ended.", kind="good", label="Use it", action=lambda: None)

    write(canvas, *sample_drawing(4).strokes)
    window.notice.settle("")

    assert window.notice.text == "The training has ended."


def test_news_without_a_button_goes_with_the_next_stroke(window: MainWindow, canvas: Canvas) -> None:
    window.notice.show_notice("Your drawing is back.", kind="good")

    write(canvas, DIAGONAL)

    assert window.notice.text == ""


def test_news_without_a_button_goes_by_itself_and_a_warning_stays(
    make_window: WindowMaker, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floating_notice, "PASSES_MS", 30)
    window = make_window()
    window.notice.show_notice("Your drawing is back.", kind="note")
    qtbot.waitUntil(lambda: window.notice.text == "", timeout=PATIENCE_MS)

    window.notice.show_notice("Your drawing is back.", kind="good")
    window.notice.show_notice("The disk is full.", kind="warning")
    qtbot.wait(60)
    assert window.notice.text == "The disk is full."


def test_a_sentence_in_the_status_bar_waits_until_the_notice_over_it_is_gone(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.statusBar()
    window.notice.show_notice("Your drawing is back.", kind="good")
    window.recovery.said.emit("Your last drawing is kept.")
    assert bar.currentMessage() == ""
    window.notice.dismiss()
    qtbot.waitUntil(lambda: bar.currentMessage() == "Your last drawing is kept.", timeout=PATIENCE_MS)

    window.notice.show_notice("The disk is full.", kind="warning")
    assert bar.currentMessage() == ""
    window.notice.dismiss()
    qtbot.waitUntil(lambda: bar.currentMessage() == "Your last drawing is kept.", timeout=PATIENCE_MS)


def test_what_was_done_is_not_said_any_more_once_the_content_is_another(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, tmp_path: Path
) -> None:
    write(canvas, DIAGONAL)
    dialogs.save_to(tmp_path / "one.inkml")
    for change in (window.document.start, window.document.undo_stack.undo, lambda: write(canvas, DIAGONAL)):
        if not window.document.drawing:
            write(canvas, DIAGONAL)
        choose(window, "Save")
        assert "one.inkml" in window.statusBar().currentMessage()
        change()
        assert window.statusBar().currentMessage() == ""


def test_a_stopped_training_is_told_of_after_what_is_more_urgent(
    make_window: WindowMaker, qtbot: QtBot, home: Path
) -> None:
    leave_stopped("mine", epochs=10, finished=3)
    (home / "settings.json").write_text("no settings", encoding="utf-8")
    window = make_window()
    first = window.notice.text
    assert "“mine”" not in first
    assert first != ""
    qtbot.wait(50)
    assert first_news() is not None, "nobody has seen it"

    button(window.notice, "✕").click()

    qtbot.waitUntil(lambda: "“mine” stopped" in window.notice.text, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: first_news() is None, timeout=PATIENCE_MS)
    # What comes now takes its place for a while only.
    window.notice.show_notice("The disk is full.", kind="warning")
    window.notice.dismiss()
    qtbot.waitUntil(lambda: "“mine” stopped" in window.notice.text, timeout=PATIENCE_MS)
    window.recovery.shown.emit()
    window.notice.show_notice("Your drawing is back.", kind="good")
    window.notice.dismiss()
    qtbot.waitUntil(lambda: "“mine” stopped" in window.notice.text, timeout=PATIENCE_MS)
    button(window.notice, "✕").click()
    qtbot.wait(20)
    assert window.notice.text == ""


def test_a_stopped_training_does_not_cover_the_way_back(make_window: WindowMaker, qtbot: QtBot, tmp_path: Path) -> None:
    leave_stopped("mine", epochs=10, finished=3)
    window = make_window()
    qtbot.waitUntil(lambda: "“mine” stopped" in window.notice.text, timeout=PATIENCE_MS)
    write(window.draw_tab.canvas, DIAGONAL)
    (tmp_path / "seven.png").write_bytes(digit_picture(7))
    window.files.open(tmp_path / "seven.png")
    qtbot.waitUntil(lambda: window.way_back.text != "", timeout=PATIENCE_MS)
    assert window.notice.text == ""

    window.document.undo_stack.undo()

    assert window.way_back.text == ""
    qtbot.waitUntil(lambda: "“mine” stopped" in window.notice.text, timeout=PATIENCE_MS)
