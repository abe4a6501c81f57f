"""After a crash the next start brings back every drawing of every window."""

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile
from pytestqt.qtbot import QtBot

from digitvision.files import log_path
from digitvision.ink.drawing_settings import View
from digitvision.ink.export import drawing_png
from digitvision.recognition.corrections import Corrections
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.journal import journal_folder
from digitvision.ui.journal.drawing_state import DrawingState
from digitvision.ui.journal.journal_file import JournalFile
from digitvision.ui.journal.journal_folder import earlier_names
from digitvision.ui.journal.journal_reader import read_journal
from digitvision.ui.settings import SettingsStore
from digitvision.ui.window import window_recovery
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing, sample_path
from tests.ui.controls import choose
from tests.ui.dialogs import Dialogs
from tests.ui.document.journals import OtherWindows, autosave_of, crashed, earlier
from tests.ui.hand import DIAGONAL, stroke, write
from tests.ui.journal.states import drawn
from tests.ui.windows import PATIENCE_MS, WindowMaker

Settle = Callable[[MainWindow], None]


@pytest.fixture
def folder(home: Path) -> Path:
    """The folder of the journals."""
    return home / "journal"


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> OtherWindows:
    """The windows that a window would open for further drawings."""
    return OtherWindows(monkeypatch)


def _leave(folder: Path, *names: str, state: DrawingState | None = None) -> None:
    """Leave drawings as crashes do, the last one as the newest."""
    for name in names:
        file = JournalFile(folder, name)
        file.write(drawn(len(name)) if state is None else state)
        file.release()


@pytest.mark.slow
def test_a_drawing_is_back_with_all_that_belongs_to_it(
    make_window: WindowMaker, dialogs: Dialogs, settle: Settle, others: OtherWindows, home: Path, tmp_path: Path
) -> None:
    first = make_window(journal=home / "first")
    canvas, document = first.draw_tab.canvas, first.document
    write(canvas, *sample_drawing(4).strokes)
    dialogs.save_to(tmp_path / "four.inkml")
    choose(first, "Save")
    write(canvas, DIAGONAL, device="pen")
    document.correct(Corrections().with_label({0, 1}, "4"))
    document.remember(paper="squares", view=View(2.0, 30.0, 40.0))

    second = make_window(journal=crashed(first, home / "second"))
    settle(second)

    assert second.document.drawing == document.drawing
    assert second.document.corrections == document.corrections
    assert second.document.settings == document.settings
    assert second.document.path == tmp_path / "four.inkml"
    assert second.document.modified
    assert second.isWindowModified()
    assert "“four.inkml” is back as it was at" in second.notice.text
    assert others.opened == []
    # It is in the journal again, and saving goes to its own file.
    choose(second, "Save")
    assert not second.document.modified


@pytest.mark.slow
def test_an_unsaved_drawing_is_named_by_its_time_and_can_be_gone_on_with(
    make_window: WindowMaker, settle: Settle, home: Path
) -> None:
    first = make_window(journal=home / "first")
    write(first.draw_tab.canvas, DIAGONAL)
    second = make_window(journal=crashed(first, home / "second"))
    settle(second)
    assert second.notice.text.startswith("Your drawing of ")
    assert second.notice.text.endswith(" is back.")

    write(second.draw_tab.canvas, stroke((500, 500), (600, 600)))
    third = make_window(journal=crashed(second, home / "third"))
    settle(third)

    assert third.document.drawing == second.document.drawing
    assert len(third.document.drawing.strokes) == 2
    third.close()
    assert len(earlier(home / "third")) == 1


@pytest.mark.slow
def test_a_picture_and_the_drawing_under_it_are_back(
    make_window: WindowMaker, settle: Settle, home: Path, tmp_path: Path
) -> None:
    first = make_window(journal=home / "first")
    write(first.draw_tab.canvas, DIAGONAL)
    (tmp_path / "seven.png").write_bytes(drawing_png(sample_drawing(7), size=200, pen_width=60))
    first.files.open(tmp_path / "seven.png")
    settle(first)
    first.document.correct(replace(Corrections(), picture=((None, "7"),)))
    first_answer = first.draw_tab.character.panel.answer_text

    second = make_window(journal=crashed(first, home / "second"))
    settle(second)

    picture = second.document.picture
    assert picture is not None
    assert picture.name == "seven.png"
    assert second.document.corrections == first.document.corrections
    assert second.draw_tab.character.panel.answer_text == first_answer
    assert second.document.modified
    assert second.document.drawing_to_save == first.document.drawing_to_save


@pytest.mark.slow
def test_a_saved_drawing_is_back_as_saved_and_as_unsaved_where_its_file_is_gone(
    make_window: WindowMaker, settle: Settle, home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "mine.inkml"
    path.write_bytes(sample_path(5).read_bytes())
    first = make_window(journal=home / "first", file=path)
    settle(first)

    second = make_window(journal=crashed(first, home / "second"))
    settle(second)
    assert second.document.path == path
    assert not second.document.modified

    left = crashed(first, home / "third")
    path.unlink()
    third = make_window(journal=left)
    settle(third)
    assert third.document.modified
    assert third.document.drawing == first.document.drawing


def test_the_newest_comes_here_and_the_others_in_windows_of_their_own(
    make_window: WindowMaker, settle: Settle, others: OtherWindows, folder: Path
) -> None:
    _leave(folder, "a", "bb", "ccc")

    window = make_window(journal=folder)
    settle(window)

    assert window.document.drawing == drawn(3).drawing
    assert sorted(others.opened) == ["a", "bb"]
    assert others.places == [1, 2]
    # They look there for where this window stands.
    assert SettingsStore().values.geometry == bytes(window.saveGeometry().data())


def test_a_window_that_is_opened_for_a_drawing_shows_that_one(
    make_window: WindowMaker, settle: Settle, folder: Path, others: OtherWindows
) -> None:
    _leave(folder, "a", "bb")
    window = make_window(journal=folder, start=False)

    window.start(bring_back="a")
    settle(window)

    assert window.document.drawing == drawn(1).drawing
    assert others.opened == []


def test_a_file_on_the_command_line_is_shown_and_what_was_left_gets_its_own_window(
    make_window: WindowMaker, settle: Settle, others: OtherWindows, folder: Path
) -> None:
    _leave(folder, "a")

    window = make_window(journal=folder, file=sample_path(6))
    settle(window)

    assert window.document.path == sample_path(6)
    assert others.opened == ["a"]


def test_who_writes_at_once_is_not_disturbed(
    make_window: WindowMaker, qtbot: QtBot, settle: Settle, others: OtherWindows, folder: Path
) -> None:
    _leave(folder, "a")
    window = make_window(journal=folder, start=False)

    window.start()
    window.document.add_stroke(DIAGONAL)
    settle(window)

    assert window.document.drawing.strokes == (DIAGONAL,)
    assert others.opened == ["a"]
    assert (folder / "a.journal").exists()


def test_a_drawing_is_shown_also_where_nothing_can_be_written(
    make_window: WindowMaker, settle: Settle, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _leave(folder, "a")
    before = (folder / "a.journal").read_bytes()

    def read_only(*_: object) -> QLockFile:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with monkeypatch.context() as patch:
        patch.setattr(journal_folder, "lock_of", read_only)
        window = make_window(journal=folder)
        settle(window)

    assert window.document.drawing == drawn(1).drawing
    assert window.document.modified
    assert (folder / "a.journal").read_bytes() == before


def test_a_window_for_a_drawing_that_another_one_has_closes(
    make_window: WindowMaker, qtbot: QtBot, folder: Path
) -> None:
    window = make_window(journal=folder, start=False)

    window.start(bring_back="a")

    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)


@pytest.mark.slow
def test_a_living_windows_drawing_is_left_to_it(
    make_window: WindowMaker, settle: Settle, others: OtherWindows, folder: Path
) -> None:
    first = make_window(journal=folder)
    write(first.draw_tab.canvas, DIAGONAL)
    autosave_of(first).journal.flush()

    second = make_window(journal=folder)
    settle(second)

    assert not second.document.drawing
    assert others.opened == []


def test_more_drawings_than_windows_stay_among_the_earlier_ones(
    make_window: WindowMaker, settle: Settle, others: OtherWindows, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_recovery, "MOST_WINDOWS", 2)
    _leave(folder, "a", "bb", "ccc", "dddd")

    window = make_window(journal=folder)
    settle(window)

    assert others.opened == ["ccc"]
    assert sorted(earlier_names(folder)) == ["a", "bb"]


def test_a_drawing_that_ends_the_program_is_left_after_two_attempts(
    make_window: WindowMaker, settle: Settle, folder: Path
) -> None:
    _leave(folder, "a", state=replace(drawn(1), attempts=2))

    window = make_window(journal=folder)
    settle(window)

    assert not window.document.drawing
    assert "ended the program twice" in window.notice.text
    assert earlier_names(folder) == ["a"]


@pytest.mark.slow
def test_an_attempt_is_noted_before_and_forgotten_after_the_drawing_was_in_sight(
    make_window: WindowMaker, settle: Settle, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_recovery, "PROOF_MS", 300)
    _leave(folder, "a")
    window = make_window(journal=folder)
    settle(window)
    path = folder / "a.journal"

    attempts = [read_journal(path).state.attempts]
    qtbot.waitUntil(lambda: read_journal(path).state.attempts == 0, timeout=PATIENCE_MS)

    assert attempts[0] in (0, 1)
    assert window.document.drawing


def test_a_journal_that_is_cut_is_back_up_to_the_cut_and_that_is_said(
    make_window: WindowMaker, settle: Settle, folder: Path, canvas: Canvas
) -> None:
    file = JournalFile(folder, "a")
    file.write(drawn(1))
    file.write(drawn(1, 2))
    file.release()
    path = folder / "a.journal"
    path.write_bytes(path.read_bytes()[:-20])
    whole = path.read_bytes()

    window = make_window(journal=folder)
    settle(window)

    assert window.document.drawing == drawn(1).drawing
    assert "damaged at its end" in window.notice.text
    assert (folder / "a.damaged").read_bytes() == whole


def test_strokes_behind_a_damaged_first_one_are_back_and_that_is_said(
    make_window: WindowMaker, settle: Settle, folder: Path
) -> None:
    file = JournalFile(folder, "a")
    file.write(drawn(1))
    file.write(drawn(1, 2))
    file.release()
    path = folder / "a.journal"
    content = bytearray(path.read_bytes())
    content[content.index(b"strokes") + 20] ^= 1
    path.write_bytes(content)

    window = make_window(journal=folder)
    settle(window)

    assert window.document.drawing == drawn(2).drawing
    assert "is damaged, so something may be missing" in window.notice.text
    assert (folder / "a.damaged").read_bytes() == bytes(content)


def test_what_a_newer_version_has_kept_is_told_and_left_alone(
    make_window: WindowMaker, settle: Settle, folder: Path
) -> None:
    folder.mkdir()
    content = b"digitvision-journal 2\nsomething new\n"
    (folder / "a.journal").write_bytes(content)

    window = make_window(journal=folder)
    settle(window)

    assert "newer DigitVision" in window.notice.text
    assert (folder / "a.journal").read_bytes() == content


def test_what_cannot_be_read_is_told_and_not_deleted(make_window: WindowMaker, settle: Settle, folder: Path) -> None:
    folder.mkdir()
    (folder / "a.journal").write_bytes(b"no journal at all")

    window = make_window(journal=folder)
    settle(window)

    assert "A drawing that was kept could not be read" in window.notice.text
    assert str(log_path()) in window.notice.text
    assert (folder / "a.damaged").read_bytes() == b"no journal at all"


def test_several_that_cannot_be_read_are_counted(make_window: WindowMaker, settle: Settle, folder: Path) -> None:
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.journal").write_bytes(b"no journal at all")

    window = make_window(journal=folder)
    settle(window)

    assert "3 drawings that were kept could not be read" in window.notice.text


@pytest.mark.parametrize("content", [b"", bytes(300)])
def test_a_file_that_was_just_begun_when_the_power_went_is_no_news(
    make_window: WindowMaker, settle: Settle, folder: Path, content: bytes
) -> None:
    folder.mkdir()
    (folder / "a.journal").write_bytes(content)

    window = make_window(journal=folder)
    settle(window)

    assert window.notice.text == ""
    assert list(folder.iterdir()) == []


def test_an_empty_drawing_is_not_brought_back(make_window: WindowMaker, settle: Settle, folder: Path) -> None:
    file = JournalFile(folder, "a")
    file.write(drawn(1))
    file.write(DrawingState())
    file.release()

    window = make_window(journal=folder)
    settle(window)

    assert window.notice.text == ""
    assert list(folder.iterdir()) == []
