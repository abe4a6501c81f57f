"""What a hand does to move the paper, with the events that a window system sends; and that the pen never moves it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication

from digitvision.ink.drawing_settings import View
from digitvision.ink.stroke import Drawing, Sample
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.document.document import Document
from digitvision.ui.paper.navigation import ARROW_PX, NOTCH_PX, SCREEN_SHARE
from digitvision.ui.paper.view import HOME, ZOOMS, placed
from tests.ui.hand import Fingers, Pen, mouse, stroke, write

_NONE = Qt.KeyboardModifier.NoModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_MIDDLE = Qt.MouseButton.MiddleButton
_PLACE = QPointF(120.0, 90.0)


def _wheel(
    canvas: Canvas,
    down: int = 0,
    right: int = 0,
    *,
    keys: Qt.KeyboardModifier = _NONE,
    pixels: QPoint | None = None,
) -> None:
    """Turn the wheel by these angles, or move two fingers on a touch pad by these pixels."""
    event = QWheelEvent(
        _PLACE,
        QPointF(canvas.mapToGlobal(_PLACE.toPoint())),
        pixels or QPoint(),
        QPoint(right, down),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def _key(
    canvas: Canvas, key: Qt.Key, *, keys: Qt.KeyboardModifier = _NONE, kind: QEvent.Type = QEvent.Type.KeyPress
) -> None:
    QApplication.sendEvent(canvas, QKeyEvent(kind, key, keys))


def _origin(canvas: Canvas) -> tuple[float, float]:
    place = canvas.to_widget(0, 0)
    return place.x(), place.y()


def _zoom(canvas: Canvas) -> float:
    return canvas.sheet.view.view.zoom


@pytest.fixture
def moved(canvas: Canvas) -> Callable[[], tuple[float, float]]:
    """Returns by how many pixels the paper has moved since the beginning."""
    x, y = _origin(canvas)
    return lambda: (_origin(canvas)[0] - x, _origin(canvas)[1] - y)


def test_the_wheel_moves_the_paper_down_and_with_shift_sideways(
    canvas: Canvas, moved: Callable[[], tuple[float, float]]
) -> None:
    _wheel(canvas, -120)
    assert moved() == pytest.approx((0, -NOTCH_PX), abs=1)
    _wheel(canvas, -120, keys=_SHIFT)
    assert moved() == pytest.approx((-NOTCH_PX, -NOTCH_PX), abs=1)
    _wheel(canvas, right=60)
    assert moved() == pytest.approx((-NOTCH_PX / 2, -NOTCH_PX), abs=1)


def test_two_fingers_on_a_touch_pad_move_the_paper_with_them(
    canvas: Canvas, moved: Callable[[], tuple[float, float]]
) -> None:
    _wheel(canvas, -300, 200, pixels=QPoint(7, -11))

    assert moved() == pytest.approx((7, -11), abs=1)


def test_the_wheel_with_ctrl_zooms_about_the_pointer(canvas: Canvas) -> None:
    below = canvas.to_drawing(_PLACE)
    _wheel(canvas, 240, keys=_CTRL)

    assert _zoom(canvas) == pytest.approx(1.25**2)
    assert canvas.to_drawing(_PLACE) == pytest.approx(below, abs=2)
    _wheel(canvas, -240, keys=_CTRL)
    assert _zoom(canvas) == 1.0


def test_the_zoom_has_limits_at_which_the_paper_rests(canvas: Canvas) -> None:
    for turned, limit in ((1200, ZOOMS[1]), (-1200, ZOOMS[0])):
        for _ in range(5):
            _wheel(canvas, turned, keys=_CTRL)
        assert _zoom(canvas) == pytest.approx(limit)
        before = _origin(canvas)
        _wheel(canvas, turned, keys=_CTRL)
        assert _origin(canvas) == before


def test_a_pinch_on_a_touch_pad_zooms(canvas: Canvas) -> None:
    pad = QPointingDevice.primaryPointingDevice()
    for kind, value in (
        (Qt.NativeGestureType.BeginNativeGesture, 0.0),
        (Qt.NativeGestureType.ZoomNativeGesture, 0.5),
        (Qt.NativeGestureType.EndNativeGesture, 0.0),
    ):
        event = QNativeGestureEvent(kind, pad, 2, _PLACE, _PLACE, _PLACE, value, QPointF())
        QApplication.sendEvent(canvas, event)

    assert _zoom(canvas) == pytest.approx(1.5)


@pytest.mark.parametrize("turn", ["down", "zoom", "pinch", "key", "middle"])
def test_nothing_moves_under_the_pen(document: Document, canvas: Canvas, turn: str) -> None:
    player = PointerPlayer(canvas, "pen")
    player.send("press", Sample(300, 300))
    before = canvas.sheet.view.placement
    if turn in ("down", "zoom"):
        _wheel(canvas, -120, keys=_CTRL if turn == "zoom" else _NONE)
    elif turn == "pinch":
        pad, kind = QPointingDevice.primaryPointingDevice(), Qt.NativeGestureType.ZoomNativeGesture
        QApplication.sendEvent(canvas, QNativeGestureEvent(kind, pad, 2, _PLACE, _PLACE, _PLACE, 0.5, QPointF()))
    elif turn == "key":
        _key(canvas, Qt.Key.Key_PageDown)
        _key(canvas, Qt.Key.Key_Space)
    else:
        mouse(canvas, QEvent.Type.MouseButtonPress, (100, 100), button=_MIDDLE, buttons=_MIDDLE)
        mouse(canvas, QEvent.Type.MouseMove, (300, 300), buttons=_MIDDLE)

    assert canvas.sheet.view.placement == before
    player.send("move", Sample(400, 300))
    player.send("release", Sample(400, 300))
    assert [len(one) for one in document.drawing.strokes] == [2]


def test_the_middle_button_drags_the_paper_and_writes_nothing(
    document: Document, canvas: Canvas, moved: Callable[[], tuple[float, float]]
) -> None:
    start, end = canvas.to_widget(100, 100), canvas.to_widget(300, 250)
    mouse(canvas, QEvent.Type.MouseButtonPress, (100, 100), button=_MIDDLE, buttons=_MIDDLE)
    assert canvas.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    mouse(canvas, QEvent.Type.MouseMove, (300, 250), buttons=_MIDDLE)
    mouse(canvas, QEvent.Type.MouseButtonRelease, (100, 100), button=_MIDDLE)

    assert moved() == pytest.approx((end.x() - start.x(), end.y() - start.y()), abs=1)
    assert canvas.cursor().shape() == Qt.CursorShape.BitmapCursor
    assert not document.drawing
    write(canvas, stroke((100, 100), (200, 200)))
    assert len(document.drawing.strokes) == 1


@pytest.mark.parametrize("device", ["mouse", "pen"])
def test_with_the_space_bar_any_pointer_drags_the_paper(
    document: Document, canvas: Canvas, moved: Callable[[], tuple[float, float]], device: str
) -> None:
    _key(canvas, Qt.Key.Key_Space)
    assert canvas.cursor().shape() == Qt.CursorShape.OpenHandCursor
    step = canvas.to_widget(200, 0).x() - canvas.to_widget(0, 0).x()
    if device == "pen":
        pen = Pen(canvas)
        pen.press((300, 300))
        pen.move((500, 300))
        pen.release((300, 300))
    else:
        player = PointerPlayer(canvas)
        player.send("press", Sample(300, 300))
        player.send("move", Sample(500, 300))
        player.send("release", Sample(300, 300))

    assert moved() == pytest.approx((step, 0), abs=1)
    _key(canvas, Qt.Key.Key_Space, kind=QEvent.Type.KeyRelease)
    assert canvas.cursor().shape() == Qt.CursorShape.BitmapCursor
    assert not document.drawing


def test_a_space_bar_whose_release_goes_elsewhere_does_not_stay_held(document: Document, canvas: Canvas) -> None:
    _key(canvas, Qt.Key.Key_Space)
    canvas.clearFocus()
    canvas.setFocus()
    write(canvas, stroke((100, 100), (200, 200)))

    assert len(document.drawing.strokes) == 1


def test_keys_move_the_paper(canvas: Canvas, moved: Callable[[], tuple[float, float]]) -> None:
    _key(canvas, Qt.Key.Key_PageDown)
    assert moved()[1] == pytest.approx(-SCREEN_SHARE * canvas.height(), abs=1)
    _key(canvas, Qt.Key.Key_PageUp)
    assert moved() == pytest.approx((0, 0), abs=1)
    _key(canvas, Qt.Key.Key_Right)
    _key(canvas, Qt.Key.Key_Down)
    assert moved() == pytest.approx((-ARROW_PX, -ARROW_PX), abs=1)


def test_two_fingers_push_and_spread_the_paper_and_write_nothing(
    document: Document, canvas: Canvas, fingers: Fingers
) -> None:
    def at(x: float, y: float) -> tuple[float, float]:
        """The position of the drawing below this pixel, wherever the paper lies now."""
        return canvas.to_drawing(QPointF(x, y))

    x, y = _origin(canvas)
    fingers.press(0, at(100, 200))
    fingers.press(1, at(200, 200))
    assert not canvas.busy
    fingers.move(0, at(100, 230))
    fingers.move(1, at(200, 230))

    assert _origin(canvas) == pytest.approx((x, y + 30), abs=1)
    assert _zoom(canvas) == 1.0
    fingers.move(1, at(250, 230))
    fingers.move(1, at(400, 230))
    assert _zoom(canvas) == pytest.approx(2.0, abs=0.05)
    fingers.release(1, at(400, 230))
    left = canvas.sheet.view.placement
    fingers.move(0, at(150, 260))
    assert canvas.sheet.view.placement == left
    fingers.release(0, at(150, 260))
    assert not document.drawing
    fingers.sweep([at(100, 100), at(150, 150), at(200, 200)])
    assert len(document.drawing.strokes) == 1


def test_the_pen_beside_two_fingers_is_a_hand_that_writes(document: Document, canvas: Canvas, fingers: Fingers) -> None:
    Pen(canvas).sweep([(100, 100), (200, 200)])
    before = canvas.sheet.view.placement
    fingers.press(0, (200, 500))
    fingers.press(1, (400, 500))
    fingers.move(1, (700, 800))

    assert canvas.sheet.view.placement == before
    assert len(document.drawing.strokes) == 1


def test_writing_on_moved_paper_lands_below_the_hand(document: Document, canvas: Canvas) -> None:
    _wheel(canvas, 240, keys=_CTRL)
    _wheel(canvas, -360)
    at = canvas.to_drawing(QPointF(50, 60))
    write(canvas, stroke(at, (at[0] + 100, at[1])))

    (written,) = document.drawing.strokes
    place = canvas.to_widget(*written.xy[0])
    assert (place.x(), place.y()) == pytest.approx((50, 60), abs=1)


def test_who_never_moves_the_paper_sees_nothing_of_it(document: Document, canvas: Canvas) -> None:
    write(canvas, stroke((200, 200), (800, 800)))

    assert canvas.sheet.view.view == HOME
    assert canvas.sheet.marks.text == ""
    assert canvas.sheet.marks.marks == ()


def _place(canvas: Canvas, x: float) -> float:
    """Return where a position of the drawing lies on the canvas when the paper has come to rest."""
    return placed(canvas.sheet.view.view, canvas.size()).to_canvas(x, 0.0).x()


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_home_and_end_go_to_where_the_writing_begins_and_ends(canvas: Canvas, document: Document, zoom: float) -> None:
    canvas.sheet.following.wanted = True
    document.open(Drawing((stroke((700, 500), (720, 600)), stroke((4200, 500), (4210, 600)))), None, native=True)
    canvas.sheet.view.zoom_to(zoom)

    _key(canvas, Qt.Key.Key_End)
    assert 0.6 * canvas.width() < _place(canvas, 4210) < 0.9 * canvas.width()
    _key(canvas, Qt.Key.Key_Home)
    assert 5 < _place(canvas, 700) < 0.1 * canvas.width()
    assert canvas.sheet.view.view.zoom == zoom


def test_home_shows_all_of_a_single_character(canvas: Canvas, document: Document) -> None:
    document.open(Drawing((stroke((700, 500), (720, 600)),)), None, native=True)
    canvas.sheet.view.zoom_to(3.0)
    canvas.sheet.view.pan(90, 30)

    _key(canvas, Qt.Key.Key_Home)

    assert canvas.sheet.view.view == View(1.0, 710.0, 550.0)
