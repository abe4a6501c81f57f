"""Strokes that do not end as they should: they end cleanly all the same."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Sample
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import choose
from tests.ui.hand import Pen, mouse, stroke, write
from tests.ui.windows import PATIENCE_MS

_BEGUN = [(200.0 + 10 * i, 300.0 + 7 * i) for i in range(6)]


@pytest.fixture
def other_window(qtbot: QtBot) -> Iterator[QWidget]:
    widget = QWidget()
    yield widget
    widget.close()
    widget.deleteLater()


def _begin(canvas: Canvas) -> PointerPlayer:
    player = PointerPlayer(canvas)
    player.send("press", Sample(*_BEGUN[0]))
    for position in _BEGUN[1:]:
        player.send("move", Sample(*position))
    assert canvas.busy
    return player


def _assert_ended(window: MainWindow, canvas: Canvas, player: PointerPlayer) -> None:
    assert not canvas.busy
    (written,) = window.document.drawing.strokes
    np.testing.assert_allclose(written.xy, _BEGUN, atol=1e-6)
    # The rest of the gesture belongs to nobody.
    player.send("release", Sample(700, 700))
    assert len(window.document.drawing.strokes) == 1


def _lose_focus(window: MainWindow, canvas: Canvas) -> None:
    canvas.clearFocus()


def _switch_tab(window: MainWindow, canvas: Canvas) -> None:
    choose(window, "Train")


def _hide(window: MainWindow, canvas: Canvas) -> None:
    window.hide()


def _minimize(window: MainWindow, canvas: Canvas) -> None:
    window.showMinimized()


def _leave(window: MainWindow, canvas: Canvas) -> None:
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))


def _lose_the_grab(window: MainWindow, canvas: Canvas) -> None:
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.UngrabMouse))


def _miss_the_release(window: MainWindow, canvas: Canvas) -> None:
    mouse(canvas, QEvent.Type.MouseMove, (900, 900))


def _disable(window: MainWindow, canvas: Canvas) -> None:
    canvas.setEnabled(False)


@pytest.mark.parametrize(
    "interrupt",
    [_lose_focus, _switch_tab, _hide, _minimize, _leave, _lose_the_grab, _miss_the_release, _disable],
    ids=lambda interrupt: interrupt.__name__.strip("_"),
)
def test_an_interrupted_stroke_ends_with_what_was_written(
    window: MainWindow, canvas: Canvas, interrupt: Callable[[MainWindow, Canvas], None]
) -> None:
    player = _begin(canvas)

    interrupt(window, canvas)

    _assert_ended(window, canvas, player)


def test_a_stroke_ends_when_another_window_comes_to_the_front(
    window: MainWindow, canvas: Canvas, other_window: QWidget, qtbot: QtBot
) -> None:
    player = _begin(canvas)

    other_window.show()
    other_window.activateWindow()
    qtbot.waitUntil(other_window.isActiveWindow, timeout=PATIENCE_MS)

    _assert_ended(window, canvas, player)


def test_a_new_press_ends_a_stroke_whose_release_was_lost(window: MainWindow, canvas: Canvas) -> None:
    _begin(canvas)

    write(canvas, stroke((600, 600), (700, 700)))

    assert [len(one) for one in window.document.drawing.strokes] == [len(_BEGUN), 2]


def test_coming_back_to_the_canvas_does_not_go_on_with_the_stroke(window: MainWindow, canvas: Canvas) -> None:
    _begin(canvas)
    _leave(window, canvas)
    position = QPointF(canvas.rect().center())
    QApplication.sendEvent(canvas, QEnterEvent(position, position, position))
    mouse(canvas, QEvent.Type.MouseMove, (700, 700), buttons=Qt.MouseButton.LeftButton)

    assert [len(one) for one in window.document.drawing.strokes] == [len(_BEGUN)]


def test_escape_cancels_the_stroke_under_way(window: MainWindow, canvas: Canvas, qtbot: QtBot) -> None:
    empty = canvas.grab().toImage()
    player = _begin(canvas)

    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    player.send("move", Sample(700, 700))
    player.send("release", Sample(700, 700))

    assert not canvas.live_drawing()
    assert window.document.undo_stack.count() == 0
    assert canvas.grab().toImage() == empty


def test_escape_takes_nothing_that_is_finished(window: MainWindow, canvas: Canvas, qtbot: QtBot) -> None:
    write(canvas, stroke((600, 600), (700, 700)))

    qtbot.keyClick(canvas, Qt.Key.Key_Escape)

    assert len(window.document.drawing.strokes) == 1


def test_undo_while_the_pen_is_down_keeps_the_stroke_under_way(
    window: MainWindow, canvas: Canvas, qtbot: QtBot
) -> None:
    write(canvas, stroke((600, 600), (700, 700)))
    pen = Pen(canvas)
    pen.press((100, 100))
    pen.move((200, 100))

    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    pen.move((300, 100))
    pen.release((300, 100))

    (written,) = window.document.drawing.strokes
    np.testing.assert_allclose(written.xy, [(100, 100), (200, 100), (300, 100)], atol=1e-6)


def test_clearing_and_undoing_while_the_eraser_is_down_harms_nothing(window: MainWindow, canvas: Canvas) -> None:
    lines = [stroke((200 * i, 200), (200 * i, 800)) for i in range(1, 5)]
    write(canvas, *lines)
    pen = Pen(canvas, eraser=True)
    pen.press((150, 500))
    pen.move((450, 500))

    window.document.clear()
    pen.move((650, 500))
    pen.release((650, 500))

    assert window.document.drawing.strokes == ()
    window.document.undo_stack.undo()
    assert len(window.document.drawing.strokes) == 4


def test_the_view_does_not_jump_while_a_pointer_is_down(window: MainWindow, canvas: Canvas) -> None:
    player = PointerPlayer(canvas)
    write(canvas, stroke((500, 500), (600, 600)))
    player.send("press", Sample(500, 500))
    before = canvas.to_widget(0, 0)

    window.document.add_stroke(stroke((-3000, 500), (4000, 500)))
    assert canvas.to_widget(0, 0) == before

    # Nor when it goes up: whoever wrote beyond the edge wants to write on at the same size.
    player.send("release", Sample(500, 500))
    assert canvas.to_widget(0, 0) == before

    # With the next change of the window's size all ink is in view again.
    window.resize(window.width() - 50, window.height())
    assert canvas.to_widget(-3000, 500).x() >= 0
