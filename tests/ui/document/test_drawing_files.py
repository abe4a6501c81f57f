"""New, open, save, recent files, and the question before anything would be lost."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from digitvision.ink.inkml import read_inkml
from digitvision.ink.stroke import Drawing
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing, sample_path
from tests.ui.controls import action, button, choose, plain
from tests.ui.dialogs import Dialogs
from tests.ui.hand import DIAGONAL, stroke, write
from tests.ui.windows import WindowMaker

Settle = Callable[[MainWindow], None]

_BUTTONS = QMessageBox.StandardButton


def _assert_same(drawing: Drawing, other: Drawing) -> None:
    assert len(drawing.strokes) == len(other.strokes)
    for one, two in zip(drawing.strokes, other.strokes, strict=True):
        np.testing.assert_allclose(one.points, two.points, atol=0.001)


# --- save and open --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_saved_drawing_opens_as_it_was(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, tmp_path: Path
) -> None:
    write(canvas, *sample_drawing(4).strokes, device="pen")
    drawn = window.document.drawing
    dialogs.save_to(tmp_path / "four.inkml")
    choose(window, "Save")
    choose(window, "New drawing")
    assert not window.document.drawing

    dialogs.open_from(tmp_path / "four.inkml")
    choose(window, "Open …")
    settle(window)

    _assert_same(window.document.drawing, drawn)
    assert window.document.path == tmp_path / "four.inkml"
    assert window.draw_tab.character.panel.answer_text == "4"


def test_save_writes_to_the_same_file_without_asking_again(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    write(canvas, DIAGONAL)
    dialogs.save_to(tmp_path / "one.inkml")
    choose(window, "Save")
    dialogs.save_to(tmp_path / "two.inkml")
    write(canvas, stroke((500, 500), (600, 600)))

    qtbot.keyClick(canvas, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)

    assert len(read_inkml(tmp_path / "one.inkml").drawing.strokes) == 2
    assert not (tmp_path / "two.inkml").exists()


def test_save_as_takes_another_file_and_leaves_the_first(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, tmp_path: Path
) -> None:
    write(canvas, DIAGONAL)
    dialogs.save_to(tmp_path / "one.inkml")
    choose(window, "Save")
    write(canvas, stroke((500, 500), (600, 600)))
    dialogs.save_to(tmp_path / "two.inkml")
    choose(window, "Save as …")

    assert len(read_inkml(tmp_path / "one.inkml").drawing.strokes) == 1
    assert len(read_inkml(tmp_path / "two.inkml").drawing.strokes) == 2
    assert window.document.path == tmp_path / "two.inkml"


@pytest.mark.parametrize(
    ("chosen", "written"),
    [("four", "four.inkml"), ("4.ink", "4.ink"), ("v1.2", "v1.2.inkml"), ("4.png", "4.png.inkml")],
)
def test_a_name_without_a_suffix_gets_the_usual_one(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, tmp_path: Path, chosen: str, written: str
) -> None:
    write(canvas, DIAGONAL)
    dialogs.save_to(tmp_path / chosen)

    choose(window, "Save")

    assert [path.name for path in tmp_path.iterdir()] == [written]


@pytest.mark.parametrize("button", [_BUTTONS.Cancel, _BUTTONS.Yes])
def test_a_file_that_only_the_added_suffix_meets_is_not_replaced_unasked(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, tmp_path: Path, button: QMessageBox.StandardButton
) -> None:
    (tmp_path / "four.inkml").write_text("something dear")
    write(canvas, DIAGONAL)
    dialogs.save_to(tmp_path / "four")
    dialogs.answer(button)

    choose(window, "Save")

    assert dialogs.asked == ["Replace “four.inkml”?"]
    kept = (tmp_path / "four.inkml").read_text() == "something dear"
    assert kept == (button == _BUTTONS.Cancel)


def test_a_cancelled_save_changes_nothing(window: MainWindow, canvas: Canvas, dialogs: Dialogs, tmp_path: Path) -> None:
    write(canvas, DIAGONAL)
    dialogs.save_to(None)

    choose(window, "Save")

    assert window.document.path is None
    assert window.document.modified
    assert window.notice.text == ""


def test_the_title_names_the_file_and_whether_it_is_saved(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, tmp_path: Path
) -> None:
    assert window.windowTitle().startswith("Untitled")
    assert not window.isWindowModified()
    write(canvas, DIAGONAL)
    assert window.isWindowModified()

    dialogs.save_to(tmp_path / "mine.inkml")
    choose(window, "Save")
    assert window.windowTitle().startswith("mine.inkml")
    assert not window.isWindowModified()

    choose(window, "Undo stroke")
    assert window.isWindowModified()
    choose(window, "Redo stroke")
    assert not window.isWindowModified()


def test_only_what_makes_sense_is_offered(window: MainWindow, canvas: Canvas, settle: Settle) -> None:
    needing_ink = ["Save", "Save as …", "Export …", "Copy picture", "Clear", "Copy answer"]
    assert [name for name in needing_ink if action(window, name).isEnabled()] == []

    write(canvas, DIAGONAL)
    settle(window)

    assert [name for name in needing_ink if not action(window, name).isEnabled()] == []


@pytest.mark.parametrize(
    "name", ["Zeichnung äöü.inkml", "ぺン 書く.inkml", "emoji 🖊️.inkml", "x" * 240 + ".inkml", "a&b <c>'\".inkml"]
)
def test_any_name_that_the_system_allows_does(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, tmp_path: Path, name: str
) -> None:
    write(canvas, DIAGONAL)
    dialogs.save_to(tmp_path / name)
    choose(window, "Save")
    assert window.notice.text == ""
    window.document.start()

    window.files.open(tmp_path / name)
    settle(window)

    assert len(window.document.drawing.strokes) == 1
    assert window.document.path == tmp_path / name


def test_a_very_deep_folder_does(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, tmp_path: Path
) -> None:
    deep = tmp_path.joinpath(*["folder" * 20] * 25)
    deep.mkdir(parents=True)
    write(canvas, DIAGONAL)
    dialogs.save_to(deep / "drawing.inkml")

    choose(window, "Save")

    assert len(read_inkml(deep / "drawing.inkml").drawing.strokes) == 1


def test_a_name_that_the_system_does_not_allow_is_one_sentence(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, tmp_path: Path
) -> None:
    write(canvas, DIAGONAL)
    dialogs.save_to(tmp_path / ("x" * 300 + ".inkml"))

    choose(window, "Save")

    assert "cannot be written" in window.notice.text
    assert window.document.modified


# --- a disk that is full, a folder that cannot be written -----------------------------------------------------------


def _full(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_leaves_the_old_file_and_the_drawing(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(canvas, DIAGONAL)
    dialogs.save_to(tmp_path / "drawing.inkml")
    choose(window, "Save")
    before = (tmp_path / "drawing.inkml").read_bytes()
    write(canvas, stroke((500, 500), (600, 600)))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _full)
        choose(window, "Save")

    assert "no space left on device" in window.notice.text
    assert (tmp_path / "drawing.inkml").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["drawing.inkml"]
    assert len(window.document.drawing.strokes) == 2
    assert window.document.modified

    choose(window, "Save")
    assert not window.document.modified


def test_a_folder_that_cannot_be_written_is_one_sentence(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    write(canvas, DIAGONAL)
    dialogs.save_to(tmp_path / "file" / "drawing.inkml")

    choose(window, "Save")

    assert "cannot be written" in window.notice.text
    assert window.document.modified
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_folder_that_does_not_exist_is_not_made_in_silence(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, tmp_path: Path
) -> None:
    write(canvas, DIAGONAL)
    dialogs.save_to(tmp_path / "mistyped" / "drawing.inkml")

    choose(window, "Save")

    assert "there is no folder" in window.notice.text
    assert list(tmp_path.iterdir()) == []
    assert window.document.modified
    # The way on asks for another place.
    dialogs.save_to(tmp_path / "drawing.inkml")
    button(window.notice, "Save as …").click()
    assert window.notice.text == ""
    assert not window.document.modified


def test_closing_after_a_save_that_failed_keeps_the_window(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    write(canvas, DIAGONAL)
    dialogs.answer(_BUTTONS.Save)
    dialogs.save_to(tmp_path / "file" / "drawing.inkml")

    window.close()

    assert window.isVisible()
    assert window.document.drawing


# --- recent files ---------------------------------------------------------------------------------------------------


def _recent(window: MainWindow) -> list[str]:
    (menu,) = [menu for menu in window.menuBar().findChildren(QMenu) if plain(menu.title()) == "Open recent"]
    menu.aboutToShow.emit()
    return [entry.text() for entry in menu.actions()]


def test_recent_files_come_newest_first_and_open(window: MainWindow, settle: Settle, dialogs: Dialogs) -> None:
    for digit in (1, 2, 3, 1):
        window.files.open(sample_path(digit))
        settle(window)

    assert _recent(window) == ["1.inkml", "3.inkml", "2.inkml"]
    choose(window, "2.inkml")
    settle(window)
    assert window.document.path == sample_path(2)


def test_a_recent_file_that_is_gone_is_reported_and_removed(window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    gone = tmp_path / "gone.inkml"
    gone.write_bytes(sample_path(5).read_bytes())
    window.files.open(gone)
    settle(window)
    before = window.document.drawing
    gone.unlink()

    choose(window, "gone.inkml")
    settle(window)

    assert "gone.inkml” cannot be read: no such file or directory." in window.notice.text
    assert _recent(window) == ["No recent files"]
    assert window.document.drawing is before


def test_recent_files_are_remembered_by_the_next_window(make_window: WindowMaker, settle: Settle) -> None:
    first = make_window(file=sample_path(6))
    settle(first)
    first.close()

    assert _recent(make_window()) == ["6.inkml"]


def test_a_mnemonic_in_a_recent_files_name_is_shown_as_it_is(
    window: MainWindow, settle: Settle, tmp_path: Path
) -> None:
    path = tmp_path / "a&b.inkml"
    path.write_bytes(sample_path(5).read_bytes())
    window.files.open(path)
    settle(window)

    assert _recent(window) == ["a&&b.inkml"]


def test_a_file_given_on_the_command_line_is_opened(make_window: WindowMaker) -> None:
    window = make_window(file=sample_path(9))

    assert window.document.path == sample_path(9)
    assert window.draw_tab.character.panel.answer_text == "9"


def test_qts_question_whether_to_replace_a_file_has_room_for_its_title(
    window: MainWindow, canvas: Canvas, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    titles: list[str] = []

    def ask(_parent: object, title: str, *_: object) -> tuple[str, str]:
        titles.append(title)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    write(canvas, DIAGONAL)
    choose(window, "Save")

    # As Qt's own file dialog asks, with its title.
    box = QMessageBox(
        QMessageBox.Icon.Warning,
        titles[0],
        "a.inkml already exists.\nDo you want to replace it?",
        QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
    )
    qtbot.addWidget(box)
    font = box.font()
    font.setBold(True)
    title = f"{box.windowTitle()} — {QGuiApplication.applicationDisplayName()}"
    # Beside it a window manager shows an icon and three buttons.
    assert box.sizeHint().width() - 90 >= QFontMetrics(font).horizontalAdvance(title)
