"""The question before a drawing would be lost, in windows that keep no journal."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox

from digitvision.ink.export import drawing_png
from digitvision.ink.inkml import read_inkml
from digitvision.ink.stroke import Drawing
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing, sample_path
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


def test_a_drawing_that_a_picture_covers_is_not_lost_unasked(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, tmp_path: Path
) -> None:
    write(canvas, *sample_drawing(7).strokes)
    written = window.document.drawing
    (tmp_path / "one.png").write_bytes(drawing_png(sample_drawing(1), size=200, pen_width=40))
    window.files.open(tmp_path / "one.png")
    settle(window)
    assert window.document.picture is not None

    dialogs.answer(QMessageBox.StandardButton.Save)
    dialogs.save_to(tmp_path / "kept.inkml")
    window.files.new()

    assert dialogs.asked == ["Save the drawing first?"]
    kept = read_inkml(tmp_path / "kept.inkml").drawing
    assert [len(stroke) for stroke in kept.strokes] == [len(stroke) for stroke in written.strokes]
    assert not window.document.drawing


def test_a_stroke_after_a_picture_is_not_saved_over_the_file_that_was_open_before(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, tmp_path: Path
) -> None:
    before = sample_path(7).read_bytes()
    (tmp_path / "seven.inkml").write_bytes(before)
    window.files.open(tmp_path / "seven.inkml")
    settle(window)
    (tmp_path / "one.png").write_bytes(drawing_png(sample_drawing(1), size=200, pen_width=40))
    window.files.open(tmp_path / "one.png")
    settle(window)
    assert window.windowTitle().startswith("one.png")

    write(canvas, *sample_drawing(1).strokes)
    dialogs.save_to(tmp_path / "other.inkml")
    assert window.files.save()

    assert (tmp_path / "seven.inkml").read_bytes() == before
    assert (tmp_path / "other.inkml").is_file()
    for _ in range(1 + len(sample_drawing(1).strokes)):
        window.document.undo_stack.undo()
    assert window.document.path == tmp_path / "seven.inkml"
