"""The eraser, as a tool and as the other end of the pen."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Stroke
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.window.main_window import MainWindow
from tests.ui.hand import Pen, stroke, write


def _strokes(window: MainWindow) -> tuple[Stroke, ...]:
    return window.document.drawing.strokes


_LINES = [stroke((200 * i, 200), (200 * i, 800)) for i in range(1, 5)]


def _erase_with_the_pens_end(window: MainWindow, canvas: Canvas) -> None:
    Pen(canvas, eraser=True).sweep([(150, 500), (300, 500), (450, 500)])


def _erase_with_the_tool(window: MainWindow, canvas: Canvas) -> None:
    canvas.set_tool("eraser")
    write(canvas, stroke((150, 500), (300, 500), (450, 500)))


@pytest.mark.parametrize("erase", [_erase_with_the_pens_end, _erase_with_the_tool])
def test_the_eraser_takes_out_whole_strokes_in_one_step(
    window: MainWindow, canvas: Canvas, erase: Callable[[MainWindow, Canvas], None]
) -> None:
    write(canvas, *_LINES)
    before = _strokes(window)
    steps = window.document.undo_stack.count()

    erase(window, canvas)

    assert _strokes(window) == (before[2], before[3])
    assert window.document.undo_stack.count() == steps + 1
    window.document.undo_stack.undo()
    assert _strokes(window) == before


def test_an_eraser_that_meets_nothing_is_no_step(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, *_LINES)
    steps = window.document.undo_stack.count()

    Pen(canvas, eraser=True).sweep([(20, 20), (900, 60)])

    assert window.document.undo_stack.count() == steps


def test_the_eraser_meets_strokes_between_two_reports(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, *_LINES)

    Pen(canvas, eraser=True).sweep([(100, 500), (900, 500)])

    assert _strokes(window) == ()


def test_what_the_eraser_touched_is_gone_before_it_is_lifted_and_back_when_cancelled(
    window: MainWindow, canvas: Canvas, qtbot: QtBot
) -> None:
    write(canvas, *_LINES)
    full = canvas.grab().toImage()
    pen = Pen(canvas, eraser=True)
    pen.press((150, 500))
    pen.move((250, 500))

    assert len(canvas.live_drawing().strokes) == 3
    assert canvas.grab().toImage() != full
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    pen.release((250, 500))
    assert len(_strokes(window)) == 4
    assert canvas.grab().toImage() == full


def test_the_pen_writes_again_after_its_eraser_end_was_used(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, *_LINES)
    _erase_with_the_pens_end(window, canvas)

    Pen(canvas).sweep([(500, 100), (600, 150)])

    assert len(_strokes(window)) == 3
