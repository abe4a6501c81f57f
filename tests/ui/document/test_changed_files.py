"""Files that somebody else changes, or has open: nothing is replaced in silence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from digitvision.ink.inkml import read_inkml
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing, sample_path
from tests.ui.controls import action, button, choose
from tests.ui.dialogs import Dialogs
from tests.ui.document.journals import earlier, kept
from tests.ui.document.kept_window import MORE, folder, window
from tests.ui.hand import DIAGONAL, write
from tests.ui.windows import WindowMaker

__all__ = ["folder", "window"]

Settle = Callable[[MainWindow], None]


@pytest.mark.slow
def test_a_file_that_changed_on_the_disk_is_not_replaced_in_silence(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "shared.inkml"
    write(canvas, DIAGONAL)
    dialogs.save_to(path)
    choose(window, "Save")
    theirs = sample_path(7).read_bytes()
    path.write_bytes(theirs)
    write(canvas, MORE)

    choose(window, "Save")

    assert "shared.inkml” was changed by another program" in window.notice.text
    assert path.read_bytes() == theirs
    assert window.document.modified

    button(window.notice, "Replace").click()
    assert len(read_inkml(path).drawing.strokes) == 2
    assert not window.document.modified
    assert window.notice.text == ""
    (replaced,) = earlier(folder)
    assert replaced.state.drawing == sample_drawing(7)
    assert replaced.state.path == str(path)


def test_a_changed_file_can_be_left_and_the_drawing_saved_elsewhere(
    window: MainWindow, dialogs: Dialogs, canvas: Canvas, settle: Settle, tmp_path: Path
) -> None:
    path = tmp_path / "shared.inkml"
    path.write_bytes(sample_path(7).read_bytes())
    window.files.open(path)
    settle(window)
    path.write_bytes(sample_path(2).read_bytes())
    write(canvas, MORE)
    choose(window, "Save")

    dialogs.save_to(tmp_path / "mine.inkml")
    button(window.notice, "Save as …").click()

    assert path.read_bytes() == sample_path(2).read_bytes()
    assert window.document.path == tmp_path / "mine.inkml"
    assert not window.document.modified


def test_a_file_that_is_gone_is_written_again(
    window: MainWindow, dialogs: Dialogs, canvas: Canvas, tmp_path: Path
) -> None:
    path = tmp_path / "mine.inkml"
    write(canvas, DIAGONAL)
    dialogs.save_to(path)
    choose(window, "Save")
    path.unlink()
    write(canvas, MORE)

    choose(window, "Save")

    assert len(read_inkml(path).drawing.strokes) == 2


@pytest.mark.slow
def test_a_second_window_on_a_file_says_so_and_opens_it(
    window: MainWindow, make_window: WindowMaker, settle: Settle, folder: Path
) -> None:
    window.files.open(sample_path(4))
    settle(window)
    kept(window)
    assert window.notice.text == ""

    second = make_window(journal=folder, file=sample_path(4))
    settle(second)

    assert "open in another window" in second.notice.text
    assert "Save asks before it replaces" in second.notice.text
    assert second.document.path == sample_path(4)
    window.close()
    second.files.open(sample_path(4))
    settle(second)
    assert second.notice.text == ""


def test_earlier_drawings_are_offered_only_where_drawings_are_kept(
    window: MainWindow, make_window: WindowMaker
) -> None:
    assert action(window, "Earlier drawings …").isEnabled()
    assert not action(make_window(), "Earlier drawings …").isEnabled()
