"""Mouse and pen on the canvas: what becomes a stroke, and what does not."""

import threading
import time

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from pytestqt.qtbot import QtBot

from digitvision.ink.raster import rasterize
from digitvision.ink.stroke import NO_PRESSURE, Drawing, Sample, Stroke
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.window.main_window import MainWindow
from tests.ui.hand import DIAGONAL, Fingers, Pen, mouse, stroke, tap, write
from tests.ui.windows import PATIENCE_MS

_LEFT = Qt.MouseButton.LeftButton
_PRESS, _MOVE, _RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
_PATH = [(200.0 + 10 * i, 300.0 + 7 * i) for i in range(12)]


def _strokes(window: MainWindow) -> tuple[Stroke, ...]:
    return window.document.drawing.strokes


# --- the mouse ------------------------------------------------------------------------------------------------------


def test_a_mouse_stroke_has_the_positions_that_were_written(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, DIAGONAL)

    (written,) = _strokes(window)
    np.testing.assert_allclose(written.xy, DIAGONAL.xy, atol=1e-6)


def test_the_times_of_a_stroke_begin_at_zero_and_grow(window: MainWindow, canvas: Canvas) -> None:
    player = PointerPlayer(canvas)
    player.write(DIAGONAL, between=lambda: time.sleep(0.001))

    times = _strokes(window)[0].points[:, 2]
    assert times[0] == 0
    assert (np.diff(times) > 0).all()
    assert times[-1] >= len(DIAGONAL) - 1


@pytest.mark.slow
def test_a_second_stroke_goes_on_with_the_first_ones_clock(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, DIAGONAL)
    time.sleep(0.03)
    write(canvas, stroke((500, 500), (600, 600)))

    first, second = _strokes(window)
    assert second.points[0, 2] >= first.points[-1, 2] + 30


def test_a_device_with_a_clock_of_its_own_goes_on_with_growing_times(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, DIAGONAL)
    player = PointerPlayer(canvas)
    events = [
        player.event("press", Sample(500, 500)),
        player.event("move", Sample(550, 500)),
        player.event("release", Sample(600, 500)),
    ]
    for number, event in enumerate(events):
        event.setTimestamp(10 + 8 * number)
        QCoreApplication.sendEvent(canvas, event)

    first, second = _strokes(window)
    assert second.points[0, 2] > first.points[-1, 2]
    np.testing.assert_allclose(np.diff(second.points[:, 2]), 8)


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_other_buttons_of_the_mouse_do_not_write(window: MainWindow, canvas: Canvas, button: Qt.MouseButton) -> None:
    mouse(canvas, _PRESS, (100, 100), button=button, buttons=button)
    mouse(canvas, _MOVE, (200, 200), buttons=button)
    mouse(canvas, _RELEASE, (200, 200), button=button)

    assert _strokes(window) == ()


def test_another_button_on_the_way_does_not_break_the_stroke(window: MainWindow, canvas: Canvas) -> None:
    right = Qt.MouseButton.RightButton
    mouse(canvas, _PRESS, (100, 100), button=_LEFT, buttons=_LEFT)
    mouse(canvas, _PRESS, (120, 100), button=right, buttons=_LEFT | right)
    mouse(canvas, _RELEASE, (130, 100), button=right, buttons=_LEFT)
    mouse(canvas, _MOVE, (200, 100), buttons=_LEFT)
    mouse(canvas, _RELEASE, (200, 100), button=_LEFT)

    (written,) = _strokes(window)
    assert written.xy[-1, 0] == pytest.approx(200)


def test_moving_the_mouse_without_a_button_writes_nothing(window: MainWindow, canvas: Canvas) -> None:
    for position in _PATH:
        mouse(canvas, _MOVE, position)

    assert _strokes(window) == ()
    assert not canvas.busy


def test_a_double_click_makes_two_strokes(window: MainWindow, canvas: Canvas) -> None:
    tap(canvas, (300, 300))
    mouse(canvas, QEvent.Type.MouseButtonDblClick, (300, 300), button=_LEFT, buttons=_LEFT)
    mouse(canvas, _RELEASE, (300, 300), button=_LEFT)

    assert len(_strokes(window)) == 2


def test_a_tap_is_a_dot(window: MainWindow, canvas: Canvas) -> None:
    tap(canvas, (300, 400))

    (dot,) = _strokes(window)
    assert len(dot) == 1
    assert dot.xy[0] == pytest.approx((300, 400))


def test_a_tap_of_a_hand_that_trembles_is_a_dot(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, stroke((300, 400), (301, 400.5), (300.5, 401)))

    assert [len(one) for one in _strokes(window)] == [1]


@pytest.mark.parametrize(("pen_width", "samples"), [(22.0, 1), (10.0, 1), (6.0, 4)])
def test_a_stroke_within_half_the_pens_mark_is_a_dot(
    window: MainWindow, canvas: Canvas, pen_width: float, samples: int
) -> None:
    canvas.set_pen_width(pen_width)

    write(canvas, stroke((300, 400), (303, 401), (303, 404), (300, 403)))

    assert [len(one) for one in _strokes(window)] == [samples]


def test_a_stroke_may_leave_the_canvas_and_come_back(window: MainWindow, canvas: Canvas) -> None:
    beyond = stroke((500, 500), (500, -80), (1500, -80), (500, 300))

    write(canvas, beyond)

    (written,) = _strokes(window)
    np.testing.assert_allclose(written.xy, beyond.xy, atol=1e-6)


def test_what_was_drawn_is_what_is_read(window: MainWindow, canvas: Canvas, qtbot: QtBot) -> None:
    write(canvas, DIAGONAL)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    reading = window.draw_tab.reading
    assert reading is not None
    assert reading.raster is not None
    np.testing.assert_allclose(reading.raster, rasterize(Drawing((DIAGONAL,)).strokes), atol=1e-3)


# --- the pen --------------------------------------------------------------------------------------------------------


def test_the_pens_pressure_is_kept_in_the_samples(window: MainWindow, canvas: Canvas) -> None:
    pen = Pen(canvas)
    pressures = [0.1, 0.35, 0.6, 0.95]
    pen.press(_PATH[0], pressures[0])
    for position, pressure in zip(_PATH[1:], pressures[1:], strict=False):
        pen.move(position, pressure)
    pen.release(_PATH[3])

    assert _strokes(window)[0].points[:, 3] == pytest.approx(pressures)


def test_the_mouse_and_the_finger_have_no_pressure(window: MainWindow, canvas: Canvas, fingers: Fingers) -> None:
    write(canvas, DIAGONAL)
    fingers.sweep(_PATH)

    by_mouse, by_finger = _strokes(window)
    assert (by_mouse.points[:, 3] == NO_PRESSURE).all()
    assert (by_finger.points[:, 3] == NO_PRESSURE).all()


def test_pressure_is_visible_on_the_canvas_but_not_to_the_network(
    window: MainWindow, canvas: Canvas, qtbot: QtBot
) -> None:
    pictures, rasters = [], []
    for pressure in (0.1, 0.9):
        window.document.start()
        Pen(canvas).sweep(_PATH, pressure)
        qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)
        reading = window.draw_tab.reading
        assert reading is not None
        pictures.append(canvas.grab().toImage())
        rasters.append(reading.raster)

    assert pictures[0] != pictures[1]
    np.testing.assert_array_equal(rasters[0], rasters[1])


def test_the_system_is_asked_not_to_merge_reports(window: MainWindow) -> None:
    attributes = Qt.ApplicationAttribute

    assert not QCoreApplication.testAttribute(attributes.AA_CompressHighFrequencyEvents)
    assert not QCoreApplication.testAttribute(attributes.AA_CompressTabletEvents)


@pytest.mark.slow
@pytest.mark.parametrize("device", ["mouse", "pen"])
def test_every_report_is_kept(window: MainWindow, canvas: Canvas, device: str) -> None:
    many = Stroke.of((500 + 300 * np.cos(i / 50), 500 + 0.4 * i, i) for i in range(1001))

    write(canvas, many, device=device)

    np.testing.assert_allclose(_strokes(window)[0].xy, many.xy, atol=1e-6)


@pytest.mark.slow
def test_every_report_posted_by_another_thread_is_kept(window: MainWindow, canvas: Canvas, qtbot: QtBot) -> None:
    many = [Sample(500 + 300 * np.cos(i / 50), 500 + 0.4 * i) for i in range(1001)]
    player = PointerPlayer(canvas, "pen")
    events = [player.event("press", many[0]), *(player.event("move", sample) for sample in many[1:])]
    events.append(player.event("release", many[-1]))

    def post() -> None:
        for event in events:
            QCoreApplication.postEvent(canvas, event)

    hand = threading.Thread(target=post)
    hand.start()
    qtbot.waitUntil(lambda: bool(_strokes(window)), timeout=PATIENCE_MS)
    hand.join()

    assert [len(one) for one in _strokes(window)] == [len(many)]


def test_the_last_move_without_pressure_does_not_lengthen_the_stroke(window: MainWindow, canvas: Canvas) -> None:
    pen = Pen(canvas)
    pen.press((100, 100))
    pen.move((200, 100))
    pen.move((260, 100), pressure=0.0)
    pen.release((260, 100))

    assert _strokes(window)[0].bounds.right == pytest.approx(200)


def test_a_pen_that_only_hovers_writes_nothing(window: MainWindow, canvas: Canvas) -> None:
    pen = Pen(canvas)
    pen.approach()
    for position in _PATH:
        pen.hover(position)
    pen.withdraw()

    assert _strokes(window) == ()


def test_the_stroke_ends_when_the_pen_leaves_the_tablet(window: MainWindow, canvas: Canvas) -> None:
    pen = Pen(canvas)
    pen.approach()
    pen.press(_PATH[0])
    pen.move(_PATH[5])
    pen.withdraw()

    assert [len(one) for one in _strokes(window)] == [2]
    assert not canvas.busy


def test_the_stroke_ends_when_the_pen_comes_back_without_having_been_lifted(window: MainWindow, canvas: Canvas) -> None:
    pen = Pen(canvas)
    pen.press(_PATH[0])
    pen.move(_PATH[5])
    pen.hover(_PATH[8])

    assert [len(one) for one in _strokes(window)] == [2]
