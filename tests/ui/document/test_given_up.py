"""Drawings that are given up, cleared or covered by a picture, are among the earlier ones where they are worth it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import choose
from tests.ui.dialogs import Dialogs
from tests.ui.document.journals import autosave_of, earlier
from tests.ui.document.kept_window import MORE, folder, window
from tests.ui.document.pictures import digit_picture
from tests.ui.hand import DIAGONAL, stroke, write

__all__ = ["folder", "window"]

Settle = Callable[[MainWindow], None]


def _put_aside(window: MainWindow, folder: Path) -> list[Drawing]:
    """Return the earlier drawings, once everything is written."""
    autosave_of(window).journal.flush()
    return [found.state.drawing for found in earlier(folder)]


@pytest.mark.slow
def test_a_drawing_that_a_picture_covered_is_an_earlier_one_when_the_picture_gives_way(
    window: MainWindow, canvas: Canvas, folder: Path, tmp_path: Path, settle: Settle
) -> None:
    write(canvas, DIAGONAL)
    covered = window.document.drawing
    (tmp_path / "seven.png").write_bytes(digit_picture(7))
    window.files.open(tmp_path / "seven.png")
    settle(window)
    assert _put_aside(window, folder) == []

    write(canvas, MORE)

    assert _put_aside(window, folder) == [covered]
    assert earlier(folder)[0].state.picture is None
    assert "what it covered is under Earlier drawings" in window.way_back.text
    window.document.undo_stack.undo()
    assert window.way_back.text == "The picture covers your drawing."
    assert window.document.drawing_to_save == covered
    assert _put_aside(window, folder) == [], "it is under the picture again"
    window.document.undo_stack.redo()
    assert _put_aside(window, folder) == [covered]


def test_a_cleared_drawing_is_an_earlier_one_until_undo_brings_it_back(
    window: MainWindow, canvas: Canvas, folder: Path
) -> None:
    write(canvas, DIAGONAL, MORE)
    cleared = window.document.drawing
    window.document.clear()
    assert _put_aside(window, folder) == [cleared]

    window.document.undo_stack.undo()
    assert _put_aside(window, folder) == []

    window.document.undo_stack.redo()
    write(canvas, MORE)
    window.close()
    assert cleared in [found.state.drawing for found in earlier(folder)]


@pytest.mark.slow
def test_neither_one_stroke_nor_what_a_file_holds_is_kept_when_it_is_cleared(
    window: MainWindow, canvas: Canvas, folder: Path, dialogs: Dialogs, tmp_path: Path
) -> None:
    write(canvas, DIAGONAL)
    window.document.clear()
    window.document.start()
    write(canvas, DIAGONAL, MORE)
    dialogs.save_to(tmp_path / "one.inkml")
    choose(window, "Save")
    window.document.clear()

    assert _put_aside(window, folder) == []


def test_no_more_cleared_drawings_are_kept_than_is_sensible(
    window: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitvision.ui.document.autosave.MOST_GIVEN_UP", 2)
    for _ in range(4):
        window.document.insert([stroke((0, 0), (9, 9)), stroke((9, 0), (0, 9))], Corrections(), "ink")
        window.document.clear()

    assert len(_put_aside(window, folder)) == 2
