"""The question before a drawing would be lost."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox

from digitvision.ink.inkml import read_inkml
from digitvision.ink.stroke import Drawing
from digitvision.ui.canvas import Canvas
from digitvision.ui.main_window import MainWindow
from digitvision.ui.pointer_player import PointerPlayer
from tests.ink.drawings import sample_path
from tests.ui.controls import choose
from tests.ui.dialogs import Dialogs
from tests.ui.hand import DIAGONAL, write

Settle = Callable[[MainWindow], None]

_BUTTONS = QMessageBox.StandardButton


def _new(window: MainWindow) -> None:
    choose(window, "New drawing")


def _open(window: MainWindow) -> None:
    choose(window, "Open …")


def _close(window: MainWindow) -> None:
    window.close()


_WAYS = pytest.mark.parametrize("leave", [_new, _open, _close])


def _is_left(window: MainWindow, drawn: Drawing) -> bool:
    return not window.isVisible() or window.document.drawing != drawn


@_WAYS
def test_cancel_keeps_the_drawing(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, leave: Callable[[MainWindow], None]
) -> None:
    write(canvas, DIAGONAL)
    drawn = window.document.drawing
    dialogs.answer(_BUTTONS.Cancel)
    dialogs.open_from(sample_path(3))

    leave(window)
    settle(window)

    assert len(dialogs.asked) == 1
    assert not _is_left(window, drawn)
    assert window.document.modified


@_WAYS
def test_discard_goes_on_without_saving(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, leave: Callable[[MainWindow], None]
) -> None:
    write(canvas, DIAGONAL)
    drawn = window.document.drawing
    dialogs.answer(_BUTTONS.Discard)
    dialogs.open_from(sample_path(3))

    leave(window)
    settle(window)

    assert len(dialogs.asked) == 1
    assert _is_left(window, drawn)


@_WAYS
def test_save_goes_on_after_saving(
    window: MainWindow,
    canvas: Canvas,
    dialogs: Dialogs,
    settle: Settle,
    tmp_path: Path,
    leave: Callable[[MainWindow], None],
) -> None:
    write(canvas, DIAGONAL)
    drawn = window.document.drawing
    dialogs.answer(_BUTTONS.Save)
    dialogs.save_to(tmp_path / "kept.inkml")
    dialogs.open_from(sample_path(3))

    leave(window)
    settle(window)

    (kept,) = read_inkml(tmp_path / "kept.inkml").drawing.strokes
    np.testing.assert_allclose(kept.points, drawn.strokes[0].points, atol=0.001)
    assert _is_left(window, drawn)


@_WAYS
def test_a_save_that_is_cancelled_stays(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, leave: Callable[[MainWindow], None]
) -> None:
    write(canvas, DIAGONAL)
    drawn = window.document.drawing
    dialogs.answer(_BUTTONS.Save)
    dialogs.save_to(None)
    dialogs.open_from(sample_path(3))

    leave(window)
    settle(window)

    assert not _is_left(window, drawn)


@_WAYS
def test_nothing_is_asked_when_nothing_would_be_lost(
    window: MainWindow, dialogs: Dialogs, settle: Settle, leave: Callable[[MainWindow], None]
) -> None:
    dialogs.open_from(sample_path(3))

    leave(window)
    settle(window)

    assert dialogs.asked == []


def test_what_is_written_while_a_file_is_being_read_is_asked_about(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle
) -> None:
    dialogs.answer(_BUTTONS.Cancel)

    window.files.open(sample_path(3))
    PointerPlayer(canvas).write(DIAGONAL, between=lambda: None)
    settle(window)

    assert len(dialogs.asked) == 1
    np.testing.assert_allclose(window.document.drawing.strokes[0].xy, DIAGONAL.xy, atol=1e-6)


def test_a_file_that_opens_while_another_is_saved_is_not_taken_for_it(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, tmp_path: Path
) -> None:
    write(canvas, DIAGONAL)
    dialogs.answer(_BUTTONS.Discard)
    dialogs.save_to(tmp_path / "diagonal.inkml")

    window.files.open(sample_path(3))
    choose(window, "Save")
    settle(window)

    np.testing.assert_allclose(read_inkml(tmp_path / "diagonal.inkml").drawing.strokes[0].xy, DIAGONAL.xy, atol=0.001)
    assert window.document.path == sample_path(3)
