"""Mouse events beside those of a pen, fingers, and the palm of the hand that holds the pen."""

import time
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Stroke
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.pointer_input import MOUSE_SILENCE_MS, PALM_SILENCE_MS
from digitvision.ui.window.main_window import MainWindow
from tests.ui.hand import DIAGONAL, Fingers, Pen, Position, mouse, write

_LEFT = Qt.MouseButton.LeftButton
_PRESS, _MOVE, _RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
_PATH = [(200.0 + 10 * i, 300.0 + 7 * i) for i in range(12)]

# Touch points come in whole pixels from Qt's test module; the canvas is about 600 pixels wide.
_PIXEL = 2.0


def _strokes(window: MainWindow) -> tuple[Stroke, ...]:
    return window.document.drawing.strokes


_SOURCES = [Qt.MouseEventSource.MouseEventNotSynthesized, Qt.MouseEventSource.MouseEventSynthesizedBySystem]


@pytest.mark.parametrize("source", _SOURCES)
@pytest.mark.parametrize("when", ["before", "after"])
def test_mouse_events_beside_those_of_the_pen_add_nothing(
    window: MainWindow, canvas: Canvas, when: str, source: Qt.MouseEventSource
) -> None:
    pen = Pen(canvas)
    echoes = {
        "press": lambda position: mouse(canvas, _PRESS, position, button=_LEFT, buttons=_LEFT, source=source),
        "move": lambda position: mouse(canvas, _MOVE, position, buttons=_LEFT, source=source),
        "release": lambda position: mouse(canvas, _RELEASE, position, button=_LEFT, source=source),
    }
    reports: dict[str, Callable[[Position], None]] = {"press": pen.press, "move": pen.move, "release": pen.release}
    steps = [("press", _PATH[0]), *(("move", position) for position in _PATH[1:]), ("release", _PATH[-1])]

    for name, position in steps:
        if when == "before":
            echoes[name](position)
        reports[name](position)
        if when == "after":
            echoes[name](position)

    (written,) = _strokes(window)
    np.testing.assert_allclose(written.xy, _PATH, atol=1e-6)


@pytest.mark.slow
def test_a_whole_mouse_gesture_right_after_the_pen_is_its_echo(window: MainWindow, canvas: Canvas) -> None:
    Pen(canvas).sweep(_PATH)
    write(canvas, DIAGONAL)

    assert len(_strokes(window)) == 1


@pytest.mark.slow
def test_the_mouse_writes_again_a_moment_after_the_pen(window: MainWindow, canvas: Canvas, qtbot: QtBot) -> None:
    Pen(canvas).sweep(_PATH)
    qtbot.wait(MOUSE_SILENCE_MS + 50)
    write(canvas, DIAGONAL)

    assert len(_strokes(window)) == 2


def test_mouse_events_that_the_system_makes_of_touches_add_nothing(
    window: MainWindow, canvas: Canvas, fingers: Fingers
) -> None:
    synthesized = Qt.MouseEventSource.MouseEventSynthesizedBySystem
    fingers.press(0, _PATH[0])
    mouse(canvas, _PRESS, _PATH[0], button=_LEFT, buttons=_LEFT)
    fingers.move(0, _PATH[5])
    mouse(canvas, _MOVE, _PATH[5], buttons=_LEFT)
    fingers.release(0, _PATH[5])
    mouse(canvas, _RELEASE, _PATH[5], button=_LEFT)
    mouse(canvas, _PRESS, _PATH[5], button=_LEFT, buttons=_LEFT, source=synthesized)
    mouse(canvas, _RELEASE, _PATH[5], button=_LEFT, source=synthesized)

    assert [len(one) for one in _strokes(window)] == [2]


# --- fingers and the palm -------------------------------------------------------------------------------------------


def test_one_finger_writes(window: MainWindow, canvas: Canvas, fingers: Fingers) -> None:
    fingers.sweep(_PATH)

    (written,) = _strokes(window)
    np.testing.assert_allclose(written.xy, _PATH, atol=_PIXEL)


def test_a_second_finger_does_not_disturb_a_stroke_that_has_begun(
    window: MainWindow, canvas: Canvas, fingers: Fingers
) -> None:
    fingers.press(0, (200, 200))
    fingers.move(0, (300, 200))
    fingers.press(1, (800, 800))
    fingers.move(1, (700, 800))
    fingers.release(1, (700, 800))
    fingers.move(0, (400, 200))
    fingers.release(0, (400, 200))

    (written,) = _strokes(window)
    np.testing.assert_allclose(written.xy, [(200, 200), (300, 200), (400, 200)], atol=_PIXEL)


def test_the_second_finger_does_not_go_on_when_the_first_is_lifted(
    window: MainWindow, canvas: Canvas, fingers: Fingers
) -> None:
    fingers.press(0, (200, 200))
    fingers.move(0, (300, 200))
    fingers.press(1, (800, 800))
    fingers.release(0, (300, 200))
    fingers.move(1, (600, 600))
    fingers.release(1, (600, 600))

    (written,) = _strokes(window)
    np.testing.assert_allclose(written.xy, [(200, 200), (300, 200)], atol=_PIXEL)


def test_touches_that_the_system_takes_away_leave_no_trace(
    window: MainWindow, canvas: Canvas, fingers: Fingers
) -> None:
    fingers.press(0, (200, 200))
    fingers.move(0, (400, 400))
    fingers.cancelled()

    assert not canvas.busy
    assert not canvas.live_drawing()
    assert _strokes(window) == ()
    assert window.document.undo_stack.count() == 0


@pytest.mark.slow
def test_the_palm_writes_nothing_while_the_pen_is_near(window: MainWindow, canvas: Canvas, fingers: Fingers) -> None:
    pen = Pen(canvas)
    pen.approach()
    time.sleep((PALM_SILENCE_MS + 50) / 1000)
    fingers.sweep(_PATH)
    pen.withdraw()

    assert _strokes(window) == ()


def test_the_palm_writes_nothing_just_after_the_pen_wrote(window: MainWindow, canvas: Canvas, fingers: Fingers) -> None:
    Pen(canvas).sweep(_PATH)
    fingers.sweep([(800, 800), (850, 850)])

    assert len(_strokes(window)) == 1


def test_the_palm_on_the_screen_does_not_break_the_pens_stroke(
    window: MainWindow, canvas: Canvas, fingers: Fingers
) -> None:
    pen = Pen(canvas)
    pen.press(_PATH[0])
    fingers.press(0, (800, 800))
    pen.move(_PATH[1])
    fingers.move(0, (820, 820))
    pen.move(_PATH[2])
    fingers.release(0, (820, 820))
    pen.release(_PATH[2])

    (written,) = _strokes(window)
    np.testing.assert_allclose(written.xy, _PATH[:3], atol=1e-6)


@pytest.mark.parametrize("sign", ["proximity", "hover", "press"])
def test_a_touch_that_turns_out_to_be_the_palm_is_cancelled(
    window: MainWindow, canvas: Canvas, fingers: Fingers, sign: str
) -> None:
    fingers.press(0, (800, 800))
    fingers.move(0, (850, 850))
    pen = Pen(canvas)
    if sign == "proximity":
        pen.approach()
    elif sign == "hover":
        pen.hover(_PATH[0])
    else:
        pen.press(_PATH[0])
    fingers.move(0, (900, 900))
    fingers.release(0, (900, 900))
    if sign == "press":
        pen.move(_PATH[2])
        pen.release(_PATH[2])
    pen.withdraw()

    assert [len(one) for one in _strokes(window)] == ([2] if sign == "press" else [])


@pytest.mark.slow
def test_fingers_write_again_when_the_pen_is_gone(
    window: MainWindow, canvas: Canvas, fingers: Fingers, qtbot: QtBot
) -> None:
    Pen(canvas).sweep(_PATH)
    qtbot.wait(PALM_SILENCE_MS + 50)
    fingers.sweep(_PATH)

    assert len(_strokes(window)) == 2
