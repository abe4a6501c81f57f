"""A finger that rests opens the canvas's menu and writes nothing; one that writes, or is one of two, does not."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Drawing
from digitvision.ui.canvas import long_press
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.long_press import REST_PX
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import action, choose
from tests.ui.hand import Fingers, Pen, stroke, write

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

_SHORT_MS = 40
_PLACE = (300.0, 400.0)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a short rest for a long one."""
    monkeypatch.setattr(long_press, "LONG_PRESS_MS", _SHORT_MS)


def _menus(canvas: Canvas) -> list[QMenu]:
    return [menu for menu in canvas.findChildren(QMenu) if menu.isVisible()]


def _rest(qtbot: QtBot) -> None:
    qtbot.wait(4 * _SHORT_MS)


def _close(menus: list[QMenu]) -> None:
    for menu in menus:
        menu.close()
    QApplication.processEvents()


@pytest.mark.parametrize("tool", ["Pen", "Eraser", "Select"])
def test_a_finger_that_rests_opens_the_menu_and_leaves_no_trace(
    window: MainWindow, canvas: Canvas, fingers: Fingers, qtbot: QtBot, tool: str
) -> None:
    write(canvas, stroke(_PLACE, (500, 600)))
    choose(window, tool)
    before = window.document.drawing

    fingers.press(0, _PLACE)
    fingers.move(0, (_PLACE[0] + 2, _PLACE[1] + 2))
    qtbot.waitUntil(lambda: len(_menus(canvas)) == 1)
    fingers.move(0, (700, 700))
    fingers.release(0, (700, 700))

    (menu,) = _menus(canvas)
    corner = canvas.mapFromGlobal(menu.pos())
    expected = canvas.to_widget(*_PLACE)
    assert abs(corner.x() - expected.x()) <= REST_PX
    _close([menu])
    assert window.document.drawing is before
    assert canvas.live_drawing() == before
    assert window.document.undo_stack.count() == 1


def test_what_is_under_the_finger_is_selected_for_the_menu(
    window: MainWindow, canvas: Canvas, fingers: Fingers, qtbot: QtBot
) -> None:
    write(canvas, stroke(_PLACE, (500, 400)))

    fingers.press(0, _PLACE)
    qtbot.waitUntil(lambda: len(_menus(canvas)) == 1)
    fingers.release(0, _PLACE)

    assert window.draw_tab.editing.selection.indices == (0,)
    _close(_menus(canvas))


@pytest.mark.slow
def test_a_finger_that_writes_slowly_gets_no_menu(
    window: MainWindow, canvas: Canvas, fingers: Fingers, qtbot: QtBot
) -> None:
    far = 2 * REST_PX / canvas.scale

    fingers.press(0, _PLACE)
    fingers.move(0, (_PLACE[0] + far, _PLACE[1]))
    fingers.move(0, _PLACE)
    _rest(qtbot)
    assert canvas.busy
    fingers.release(0, _PLACE)

    assert _menus(canvas) == []
    (written,) = window.document.drawing.strokes
    np.testing.assert_allclose(written.xy[1], (_PLACE[0] + far, _PLACE[1]), atol=2.0)


@pytest.mark.slow
def test_a_short_tap_is_a_dot(window: MainWindow, canvas: Canvas, fingers: Fingers, qtbot: QtBot) -> None:
    fingers.press(0, _PLACE)
    fingers.release(0, _PLACE)
    _rest(qtbot)

    assert _menus(canvas) == []
    assert [len(one) for one in window.document.drawing.strokes] == [1]


def test_two_fingers_that_rest_hold_the_paper(
    window: MainWindow, canvas: Canvas, fingers: Fingers, qtbot: QtBot
) -> None:
    write(canvas, stroke((100, 100), (900, 900)))
    zoom = canvas.sheet.view.view.zoom

    fingers.press(0, (300, 400))
    fingers.press(1, (600, 400))
    _rest(qtbot)
    assert _menus(canvas) == []
    fingers.move(1, (800, 400))
    fingers.move(1, (850, 400))

    assert canvas.sheet.view.view.zoom > zoom
    fingers.release(1, (850, 400))
    _rest(qtbot)
    fingers.release(0, (300, 400))
    assert _menus(canvas) == []
    assert len(window.document.drawing.strokes) == 1


@pytest.mark.parametrize("sign", ["cancel", "pen"])
def test_a_touch_that_was_taken_away_opens_nothing(
    window: MainWindow, canvas: Canvas, fingers: Fingers, qtbot: QtBot, sign: str
) -> None:
    pen = Pen(canvas)
    fingers.press(0, _PLACE)
    if sign == "cancel":
        fingers.cancelled()
    else:
        pen.approach()
    _rest(qtbot)
    pen.withdraw()

    assert _menus(canvas) == []
    assert window.document.drawing == Drawing()


def test_a_finger_writes_again_after_the_menu(
    window: MainWindow,
    canvas: Canvas,
    fingers: Fingers,
    qtbot: QtBot,
) -> None:
    fingers.press(0, _PLACE)
    qtbot.waitUntil(lambda: len(_menus(canvas)) == 1)
    fingers.release(0, _PLACE)
    _close(_menus(canvas))
    fingers.sweep([(200, 200), (400, 200), (600, 300)])

    assert [len(one) for one in window.document.drawing.strokes] == [3]
    assert action(window, "Undo stroke").isEnabled()


def test_a_canvas_without_a_menu_keeps_the_dot(qtbot: QtBot) -> None:
    plain = Canvas()
    qtbot.addWidget(plain)
    plain.resize(300, 300)
    plain.show()
    hand = Fingers(plain)

    hand.press(0, _PLACE)
    _rest(qtbot)

    with qtbot.waitSignal(plain.stroke_finished):
        hand.release(0, _PLACE)
