"""Mouse, pen and fingers on the canvas: what becomes a stroke, and what does not."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from pytestqt.qtbot import QtBot

from digitvision.ink.raster import rasterize
from digitvision.ink.stroke import NO_PRESSURE, Drawing, Sample, Stroke
from digitvision.ui.canvas import Canvas
from digitvision.ui.main_window import MainWindow
from digitvision.ui.pointer_input import MOUSE_SILENCE_MS, PALM_SILENCE_MS
from digitvision.ui.pointer_player import PointerPlayer
from tests.ui.conftest import PATIENCE_MS
from tests.ui.hand import DIAGONAL, Fingers, Pen, Place, mouse, stroke, tap, write

_LEFT = Qt.MouseButton.LeftButton
_PRESS, _MOVE, _RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
_PATH = [(200.0 + 10 * i, 300.0 + 7 * i) for i in range(12)]

# Touch points come in whole pixels from Qt's test module; the canvas is about 600 pixels wide.
_PIXEL = 2.0


@pytest.fixture
def fingers(canvas: Canvas) -> Iterator[Fingers]:
    hand = Fingers(canvas)
    yield hand
    hand.lift_all()


def _strokes(window: MainWindow) -> tuple[Stroke, ...]:
    return window.document.drawing.strokes


# --- the mouse ----------------------------------------------------------------------------------------------------


def test_a_mouse_stroke_has_the_places_that_were_written(window: MainWindow, canvas: Canvas) -> None:
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
    for place in _PATH:
        mouse(canvas, _MOVE, place)

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


def test_a_stroke_may_leave_the_canvas_and_come_back(window: MainWindow, canvas: Canvas) -> None:
    beyond = stroke((500, 500), (500, -80), (1500, -80), (500, 300))

    write(canvas, beyond)

    (written,) = _strokes(window)
    np.testing.assert_allclose(written.xy, beyond.xy, atol=1e-6)


# --- the pen ------------------------------------------------------------------------------------------------------


def test_the_pens_pressure_is_kept_in_the_samples(window: MainWindow, canvas: Canvas) -> None:
    pen = Pen(canvas)
    pressures = [0.1, 0.35, 0.6, 0.95]
    pen.press(_PATH[0], pressures[0])
    for place, pressure in zip(_PATH[1:], pressures[1:], strict=False):
        pen.move(place, pressure)
    pen.release(_PATH[3])

    assert _strokes(window)[0].points[:, 3] == pytest.approx(pressures)


def test_the_mouse_and_the_finger_have_no_pressure(window: MainWindow, canvas: Canvas, fingers: Fingers) -> None:
    write(canvas, DIAGONAL)
    fingers.sweep(_PATH)

    assert all((one.points[:, 3] == NO_PRESSURE).all() for one in _strokes(window))


def test_pressure_is_seen_on_the_canvas_but_not_by_the_network(
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


def test_the_system_is_told_not_to_merge_reports(window: MainWindow) -> None:
    attributes = Qt.ApplicationAttribute

    assert not QCoreApplication.testAttribute(attributes.AA_CompressHighFrequencyEvents)
    assert not QCoreApplication.testAttribute(attributes.AA_CompressTabletEvents)


@pytest.mark.parametrize("device", ["mouse", "pen"])
def test_every_report_is_kept(window: MainWindow, canvas: Canvas, device: str) -> None:
    many = Stroke.of((500 + 300 * np.cos(i / 50), 500 + 0.4 * i, i) for i in range(1001))

    write(canvas, many, device=device)

    np.testing.assert_allclose(_strokes(window)[0].xy, many.xy, atol=1e-6)


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
    for place in _PATH:
        pen.hover(place)
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


# --- the eraser ---------------------------------------------------------------------------------------------------

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


# --- mouse events beside those of a pen ---------------------------------------------------------------------------

_SOURCES = [Qt.MouseEventSource.MouseEventNotSynthesized, Qt.MouseEventSource.MouseEventSynthesizedBySystem]


@pytest.mark.parametrize("source", _SOURCES)
@pytest.mark.parametrize("when", ["before", "after"])
def test_mouse_events_beside_those_of_the_pen_add_nothing(
    window: MainWindow, canvas: Canvas, when: str, source: Qt.MouseEventSource
) -> None:
    pen = Pen(canvas)
    echoes = {
        "press": lambda place: mouse(canvas, _PRESS, place, button=_LEFT, buttons=_LEFT, source=source),
        "move": lambda place: mouse(canvas, _MOVE, place, buttons=_LEFT, source=source),
        "release": lambda place: mouse(canvas, _RELEASE, place, button=_LEFT, source=source),
    }
    reports: dict[str, Callable[[Place], None]] = {"press": pen.press, "move": pen.move, "release": pen.release}
    steps = [("press", _PATH[0]), *(("move", place) for place in _PATH[1:]), ("release", _PATH[-1])]

    for name, place in steps:
        if when == "before":
            echoes[name](place)
        reports[name](place)
        if when == "after":
            echoes[name](place)

    (written,) = _strokes(window)
    np.testing.assert_allclose(written.xy, _PATH, atol=1e-6)


def test_a_whole_mouse_gesture_right_after_the_pen_is_its_echo(window: MainWindow, canvas: Canvas) -> None:
    Pen(canvas).sweep(_PATH)
    write(canvas, DIAGONAL)

    assert len(_strokes(window)) == 1


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


# --- fingers and the palm -----------------------------------------------------------------------------------------


def test_one_finger_writes(window: MainWindow, canvas: Canvas, fingers: Fingers) -> None:
    fingers.sweep(_PATH)

    (written,) = _strokes(window)
    np.testing.assert_allclose(written.xy, _PATH, atol=_PIXEL)


def test_a_second_finger_does_not_disturb_the_first(window: MainWindow, canvas: Canvas, fingers: Fingers) -> None:
    fingers.press(0, (200, 200))
    fingers.press(1, (800, 800))
    fingers.move(1, (700, 800))
    fingers.move(0, (300, 200))
    fingers.release(1, (700, 800))
    fingers.move(0, (400, 200))
    fingers.release(0, (400, 200))

    (written,) = _strokes(window)
    np.testing.assert_allclose(written.xy, [(200, 200), (300, 200), (400, 200)], atol=_PIXEL)


def test_the_second_finger_does_not_go_on_when_the_first_is_lifted(
    window: MainWindow, canvas: Canvas, fingers: Fingers
) -> None:
    fingers.press(0, (200, 200))
    fingers.press(1, (800, 800))
    fingers.release(0, (200, 200))
    fingers.move(1, (600, 600))
    fingers.release(1, (600, 600))

    assert len(_strokes(window)) == 1
    assert _strokes(window)[0].bounds.longer_side < _PIXEL


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
        pen.move(_PATH[1])
        pen.release(_PATH[1])
    pen.withdraw()

    assert [len(one) for one in _strokes(window)] == ([2] if sign == "press" else [])


def test_fingers_write_again_when_the_pen_is_gone(
    window: MainWindow, canvas: Canvas, fingers: Fingers, qtbot: QtBot
) -> None:
    Pen(canvas).sweep(_PATH)
    qtbot.wait(PALM_SILENCE_MS + 50)
    fingers.sweep(_PATH)

    assert len(_strokes(window)) == 2


def test_what_was_drawn_is_what_is_read(window: MainWindow, canvas: Canvas, qtbot: QtBot) -> None:
    write(canvas, DIAGONAL)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    reading = window.draw_tab.reading
    assert reading is not None
    assert reading.raster is not None
    np.testing.assert_allclose(reading.raster, rasterize(Drawing((DIAGONAL,)).strokes), atol=1e-3)
