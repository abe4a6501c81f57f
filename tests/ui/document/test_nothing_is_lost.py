"""What is drawn is kept while it is drawn: nothing is asked, and nothing is lost."""

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from digitvision.ink.inkml import read_inkml
from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.journal import journal_writer
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing, sample_path
from tests.ui.controls import button, choose
from tests.ui.dialogs import Dialogs
from tests.ui.document.journals import autosave_of, earlier, kept
from tests.ui.document.kept_window import MORE, folder, window
from tests.ui.hand import DIAGONAL, Pen, write
from tests.ui.windows import PATIENCE_MS, WindowMaker

__all__ = ["folder", "window"]

Settle = Callable[[MainWindow], None]


def _new(window: MainWindow) -> None:
    choose(window, "New drawing")


def _open(window: MainWindow) -> None:
    window.files.open(sample_path(3))


def _close(window: MainWindow) -> None:
    window.close()


_WAYS = pytest.mark.parametrize("leave", [_new, _open, _close])


# --- kept while it is drawn -----------------------------------------------------------------------------------------


def test_every_change_is_on_the_disk_as_it_is(window: MainWindow, canvas: Canvas) -> None:
    document = window.document
    write(canvas, DIAGONAL, MORE, device="pen")
    assert kept(window).state.drawing == document.drawing
    assert kept(window).state.modified

    document.correct(Corrections().with_label({1}, "x"))
    assert kept(window).state.corrections == document.corrections
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert kept(window).state.drawing == document.drawing
    assert len(document.drawing.strokes) == 1
    document.remember(paper="lines")
    assert kept(window).state.settings == document.settings
    document.clear()
    assert kept(window).state.drawing == Drawing()


@pytest.mark.slow
def test_a_stroke_is_on_the_disk_soon_without_anybody_waiting_for_it(
    window: MainWindow, canvas: Canvas, qtbot: QtBot
) -> None:
    journal = autosave_of(window).journal
    with qtbot.waitSignal(journal.written, timeout=PATIENCE_MS):
        write(canvas, DIAGONAL)


def test_nothing_is_written_before_there_is_something_to_keep(window: MainWindow, folder: Path) -> None:
    choose(window, "New drawing")
    window.close()

    assert not folder.exists()


def test_the_file_and_whether_it_is_saved_are_kept(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, tmp_path: Path
) -> None:
    write(canvas, DIAGONAL)
    dialogs.save_to(tmp_path / "one.inkml")
    choose(window, "Save")
    assert kept(window).state.path == str(tmp_path / "one.inkml")
    assert not kept(window).state.modified

    write(canvas, MORE)
    assert kept(window).state.modified


# --- what is closed -------------------------------------------------------------------------------------------------


@_WAYS
def test_what_is_closed_unsaved_is_among_the_earlier_drawings_and_nobody_is_asked(
    window: MainWindow,
    canvas: Canvas,
    dialogs: Dialogs,
    settle: Settle,
    folder: Path,
    leave: Callable[[MainWindow], None],
) -> None:
    write(canvas, *sample_drawing(4).strokes)
    drawn = window.document.drawing
    settle(window)

    leave(window)
    settle(window)
    autosave_of(window).journal.flush()

    (found,) = earlier(folder)
    assert found.state.drawing == drawn
    assert found.state.text == "4"
    assert dialogs.asked == []
    if window.isVisible():
        assert window.statusBar().currentMessage() == "The drawing before is under File > Earlier drawings."


@_WAYS
def test_what_is_saved_or_empty_leaves_nothing_behind(
    window: MainWindow,
    canvas: Canvas,
    dialogs: Dialogs,
    settle: Settle,
    folder: Path,
    tmp_path: Path,
    leave: Callable[[MainWindow], None],
) -> None:
    write(canvas, DIAGONAL)
    autosave_of(window).keep()
    autosave_of(window).journal.flush()
    assert list(folder.iterdir()) != []
    dialogs.save_to(tmp_path / "one.inkml")
    choose(window, "Save")

    leave(window)
    settle(window)
    window.close()

    assert list(folder.iterdir()) == []


def test_what_is_written_while_a_file_is_being_read_is_kept(
    window: MainWindow, canvas: Canvas, settle: Settle, folder: Path
) -> None:
    window.files.open(sample_path(3))
    PointerPlayer(canvas).write(DIAGONAL, between=lambda: None)
    drawn = window.document.drawing
    settle(window)
    autosave_of(window).journal.flush()

    assert [found.state.drawing for found in earlier(folder)] == [drawn]
    assert window.document.path == sample_path(3)


@pytest.mark.slow
def test_the_next_window_says_once_where_the_last_drawing_is(
    window: MainWindow, canvas: Canvas, make_window: WindowMaker, folder: Path
) -> None:
    write(canvas, DIAGONAL)
    window.close()

    second = make_window(journal=folder)
    assert "under File > Earlier drawings" in second.statusBar().currentMessage()
    assert not second.document.drawing
    second.close()
    assert make_window(journal=folder).statusBar().currentMessage() == ""


# --- when it cannot be kept -----------------------------------------------------------------------------------------


def _full(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_told_until_it_has_room_again(
    window: MainWindow, canvas: Canvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_writer, "RETRY_S", 0.05)
    notice = window.recovery.keeping
    write(canvas, DIAGONAL)
    assert kept(window).state.drawing == window.document.drawing
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _full)
        write(canvas, MORE)
        qtbot.waitUntil(lambda: bool(notice.text), timeout=PATIENCE_MS)
        assert "cannot be kept: no space left on device" in notice.text
        # Drawing goes on, and other news do not take the notice away.
        write(canvas, MORE)
        window.files.succeeded.emit("Saved")
        assert notice.text

    qtbot.waitUntil(lambda: not notice.text, timeout=PATIENCE_MS)
    assert kept(window).state.drawing == window.document.drawing
    assert len(window.document.drawing.strokes) == 3


@pytest.mark.parametrize("size", [(640, 480), (800, 600), (1600, 1000)])
def test_nothing_moves_or_is_covered_when_the_disk_fails(
    window: MainWindow, canvas: Canvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    window.resize(*size)
    # Once all is laid out.
    qtbot.wait(100)
    pen, notice = Pen(canvas), window.recovery.keeping
    place = canvas.rect().translated(canvas.mapTo(window, QPoint(0, 0)))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _full)
        pen.press((100, 100))
        window.document.add_stroke(DIAGONAL)
        qtbot.waitUntil(lambda: bool(notice.text_in_sight), timeout=PATIENCE_MS)

        covered = notice.rect().translated(notice.mapTo(window, QPoint(0, 0)))
        assert canvas.rect().translated(canvas.mapTo(window, QPoint(0, 0))) == place
        assert window.rect().contains(covered)
        assert not covered.intersects(window.draw_tab.rect().translated(window.draw_tab.mapTo(window, QPoint(0, 0))))
        assert not covered.intersects(window.statusBar().geometry())
        assert notice.text_in_sight in notice.text or notice.text_in_sight.startswith("Not kept")
        pen.release((100, 100))


@pytest.mark.parametrize("leave", [_new, _close])
def test_the_user_is_asked_only_where_the_drawing_would_be_lost(
    window: MainWindow,
    canvas: Canvas,
    dialogs: Dialogs,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    leave: Callable[[MainWindow], None],
) -> None:
    dialogs.answer(QMessageBox.StandardButton.Cancel)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _full)
        write(canvas, DIAGONAL)
        qtbot.waitUntil(lambda: bool(window.recovery.keeping.text), timeout=PATIENCE_MS)

        leave(window)

        assert dialogs.asked == ["Save the drawing first?"]
        assert window.isVisible()
        assert window.document.drawing

    leave(window)
    assert len(dialogs.asked) == 1


def test_a_folder_that_cannot_be_made_is_told_and_saving_works(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    folder.write_text("in the way")
    write(canvas, DIAGONAL)
    qtbot.waitUntil(lambda: bool(window.recovery.keeping.text), timeout=PATIENCE_MS)

    dialogs.save_to(tmp_path / "kept.inkml")
    button(window.recovery.keeping, "Save as …").click()

    assert len(read_inkml(tmp_path / "kept.inkml").drawing.strokes) == 1
    assert folder.read_text() == "in the way"
    window.close()
    assert dialogs.asked == []


@pytest.mark.slow
def test_a_disk_that_hangs_does_not_hold_the_window(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    released = threading.Event()
    monkeypatch.setattr(os, "fsync", lambda _: released.wait(10))
    monkeypatch.setattr("digitvision.ui.journal.journal.CLOSING_LIMIT_S", 0.1)
    write(canvas, DIAGONAL)
    write(canvas, MORE)
    assert len(window.document.drawing.strokes) == 2

    dialogs.answer(QMessageBox.StandardButton.Cancel)
    window.close()
    assert dialogs.asked == ["Save the drawing first?"]
    released.set()
