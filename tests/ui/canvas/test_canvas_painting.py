"""What the canvas paints: the ink, all of it and nothing else, whole or bit by bit, in any colours and any density."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPalette
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Drawing, Sample, Stroke
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.paper.view import shows_ink
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ui.controls import choose
from tests.ui.hand import DIAGONAL, Pen, stroke, tap, write
from tests.ui.pictures import PaintedRegion, Picture, distances, ink_share, picture_of, rgb, screen_picture
from tests.ui.windows import PATIENCE_MS

_PEN_WIDTH = 22.0

# Half the diagonal of a pixel, and by how much the smooth curve leaves the straight lines between the samples.
_SLACK_PX = 3.5


def _inside(picture: Picture) -> Picture:
    """Return the picture without its edge, which shows the focus."""
    return picture[2:-2, 2:-2]


def _unit_px(canvas: Canvas) -> float:
    """Return the number of pixels for each unit of the drawing."""
    return (canvas.to_widget(1000, 0).x() - canvas.to_widget(0, 0).x()) / 1000


def _assert_ink_is_where_the_strokes_are(canvas: Canvas, strokes: tuple[Stroke, ...], *, ratio: float = 1.0) -> None:
    share = _edgeless(ink_share(canvas, picture_of(canvas, ratio=ratio)))
    away = _edgeless(distances(canvas, strokes, ratio=ratio))
    slack = _SLACK_PX / _unit_px(canvas)
    assert (away < _PEN_WIDTH / 2 - slack).sum() > 20
    assert share[away < _PEN_WIDTH / 2 - slack].min() > 0.95
    assert share[away > _PEN_WIDTH / 2 + slack].max() < 0.05


def _edgeless(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[3:-3, 3:-3]


@pytest.mark.slow
@pytest.mark.parametrize("digit", [2, 4, 8])
def test_ink_is_painted_where_the_strokes_are_and_nowhere_else(window: MainWindow, canvas: Canvas, digit: int) -> None:
    drawing = sample_drawing(digit)
    write(canvas, *drawing.strokes)

    _assert_ink_is_where_the_strokes_are(canvas, drawing.strokes)


def test_a_dot_is_painted_as_a_disc_as_wide_as_the_pen(window: MainWindow, canvas: Canvas) -> None:
    tap(canvas, (500, 500))

    _assert_ink_is_where_the_strokes_are(canvas, (stroke((500, 500)),))


@pytest.mark.slow
def test_ink_is_sharp_on_a_dense_screen(window: MainWindow, canvas: Canvas) -> None:
    drawing = sample_drawing(5)
    write(canvas, *drawing.strokes)

    _assert_ink_is_where_the_strokes_are(canvas, drawing.strokes, ratio=2.0)
    # Pixels between ink and paper lie only along the edges: with doubled pixels there would be as many again.
    dense, plain = (ink_share(canvas, picture_of(canvas, ratio=ratio)) for ratio in (2.0, 1.0))
    soft_dense, soft_plain = (((share > 0.1) & (share < 0.9)).sum() for share in (dense, plain))
    assert soft_dense < 3 * soft_plain


@pytest.mark.slow
def test_more_pressure_makes_a_wider_line(window: MainWindow, canvas: Canvas) -> None:
    amounts = []
    for pressure in (0.1, 0.5, 1.0):
        window.document.start()
        Pen(canvas).sweep([(200 + 20.0 * i, 500) for i in range(30)], pressure)
        amounts.append(ink_share(canvas, picture_of(canvas))[2:-2, 2:-2].sum())

    assert amounts[0] * 1.3 < amounts[1] < amounts[2] / 1.3


@pytest.mark.slow
def test_a_thicker_pen_repaints_what_was_drawn(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, DIAGONAL)
    before = ink_share(canvas, picture_of(canvas))[2:-2, 2:-2].sum()

    choose(window, "Thicker pen")

    assert ink_share(canvas, picture_of(canvas))[2:-2, 2:-2].sum() > before * 1.1


@pytest.mark.slow
@pytest.mark.parametrize("device", ["mouse", "pen"])
def test_what_stands_on_the_screen_bit_by_bit_is_what_a_new_canvas_shows(
    window: MainWindow, canvas: Canvas, qtbot: QtBot, device: str
) -> None:
    for digit in (8, 4):
        write(canvas, *sample_drawing(digit).strokes, device=device)
        _assert_screen_as_new(canvas, qtbot)


@pytest.mark.slow
def test_the_screen_is_right_after_erasing_undoing_and_clearing(
    window: MainWindow, canvas: Canvas, qtbot: QtBot
) -> None:
    lines = [stroke((200 * i, 200), (180 * i, 800)) for i in range(1, 5)]
    write(canvas, *lines, *sample_drawing(3).strokes)
    Pen(canvas, eraser=True).sweep([(150, 450), (300, 450)])
    assert len(canvas.drawing.strokes) < len(lines) + len(sample_drawing(3).strokes)
    _assert_screen_as_new(canvas, qtbot)
    for step in ("Undo erase", "Redo erase", "Undo erase", "Clear", "Undo clear"):
        choose(window, step)
        _assert_screen_as_new(canvas, qtbot)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_screen_is_right_after_any_changes(window: MainWindow, canvas: Canvas, qtbot: QtBot, seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = window.document
    for _ in range(12):
        for _ in range(int(rng.integers(1, 8))):
            act = rng.random()
            count = len(document.drawing.strokes)
            if act < 0.5 or not count:
                path = rng.uniform(50, 950, (int(rng.integers(1, 5)), 2))
                pressure = rng.uniform(0.2, 1, len(path))
                document.add_stroke(Stroke(np.column_stack([path, np.arange(len(path)), pressure])))
            elif act < 0.7:
                document.erase(tuple(rng.choice(count, int(rng.integers(1, count + 1)), replace=False).tolist()))
            elif act < 0.85:
                document.undo_stack.undo()
            elif act < 0.95:
                document.undo_stack.redo()
            else:
                window.resize(*rng.integers((640, 480), (900, 800)).tolist())
                qtbot.wait(20)
        _assert_screen_as_new(canvas, qtbot)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_screen_is_right_wherever_the_paper_has_been_moved(
    window: MainWindow, canvas: Canvas, qtbot: QtBot, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    document, view = window.document, canvas.sheet.view
    for _ in range(40):
        path = rng.uniform(-300, 1300, (1, 2)) + rng.uniform(-40, 40, (int(rng.integers(1, 5)), 2))
        document.add_stroke(Stroke(np.column_stack([path, np.arange(len(path)), rng.uniform(0.2, 1, len(path))])))
    for _ in range(10):
        for _ in range(int(rng.integers(1, 5))):
            act = rng.random()
            if act < 0.5:
                view.pan(*rng.uniform(-200, 200, 2).tolist())
            elif act < 0.7:
                view.zoom_by(float(rng.uniform(-3, 3)), QPointF(*rng.uniform(0, 400, 2).tolist()))
            elif act < 0.8:
                document.erase(tuple(rng.choice(len(document.drawing.strokes), 2, replace=False).tolist()))
            elif act < 0.9:
                document.undo_stack.undo()
            if rng.random() < 0.5:
                # Painted in part, before the next change comes.
                qtbot.wait(1)
        # Back within the bounds, which are narrower without the strokes that are gone.
        view.pan(0, 0)
        if not shows_ink(view.view, canvas.size(), canvas.stroke_boxes):
            # A new canvas would show the whole drawing instead.
            view.show(None)
        # Far away many soft edges meet in one pixel.
        _assert_screen_as_new(canvas, qtbot, rounding=4)


def _assert_screen_as_new(canvas: Canvas, qtbot: QtBot, *, rounding: int = 2) -> None:
    """Assert that the screen shows what a new canvas with the same drawing shows."""
    new = Canvas()
    new.resize(canvas.size())
    new.set_content(canvas.drawing, None)
    new.show()
    view = canvas.sheet.view
    new.sheet.view.show(None if view.usual else view.view)
    expected = _inside(picture_of(new))
    new.close()
    new.deleteLater()
    canvas.window().activateWindow()
    # Strokes that meet may have been painted in another order, which rounds their soft edges otherwise: once for the
    # ink, and once for the layer that lies on the paper.
    np.testing.assert_allclose(_inside(_settled_screen(canvas, qtbot)).astype(int), expected, rtol=0, atol=rounding)


@pytest.mark.slow
def test_the_screen_is_right_while_the_stroke_is_being_written(
    window: MainWindow, canvas: Canvas, qtbot: QtBot
) -> None:
    curve = sample_drawing(8).strokes[0]
    player = PointerPlayer(canvas)
    player.send("press", curve.samples[0])
    for number, sample in enumerate(curve.samples[1:]):
        player.send("move", sample)
        if number % 7 == 0:
            np.testing.assert_array_equal(_settled_screen(canvas, qtbot), picture_of(canvas))
    player.send("release", curve.samples[-1])


def _settled_screen(canvas: Canvas, qtbot: QtBot) -> Picture:
    last: list[Picture] = [screen_picture(canvas)]

    def at_rest() -> bool:
        last.append(screen_picture(canvas))
        return np.array_equal(last[-1], last[-2])

    qtbot.waitUntil(at_rest, timeout=PATIENCE_MS)
    return last[-1]


@pytest.mark.slow
@pytest.mark.parametrize("digit", [0, 5, 8])
def test_the_unfinished_stroke_looks_like_the_finished_one(window: MainWindow, canvas: Canvas, digit: int) -> None:
    curve = max(sample_drawing(digit).strokes, key=len)
    pen = Pen(canvas)
    pressures = 0.5 + 0.4 * np.sin(np.arange(len(curve)) / 5)
    pen.press(curve.samples[0][:2], pressures[0])
    for sample, pressure in zip(curve.samples[1:], pressures[1:].tolist(), strict=True):
        pen.move((sample.x, sample.y), pressure)
    unfinished = ink_share(canvas, picture_of(canvas))

    pen.release(curve.samples[-1][:2])

    finished = ink_share(canvas, picture_of(canvas))
    difference = np.abs(finished - unfinished)
    # Where two pieces meet their soft edges may differ a little; whole pixels may not.
    assert difference.max() < 0.35
    assert difference.sum() < 0.01 * finished.sum()


@pytest.mark.slow
@pytest.mark.parametrize("appearance", ["Light", "Dark"])
def test_ink_and_paper_follow_the_appearance(window: MainWindow, canvas: Canvas, appearance: str) -> None:
    choose(window, appearance)
    write(canvas, DIAGONAL)
    picture = _inside(picture_of(canvas)).astype(int)

    middle = canvas.to_widget(*DIAGONAL.xy[20]).toPoint()
    ink, paper = picture[middle.y() - 2, middle.x() - 2].mean(), picture[5, 5].mean()
    if appearance == "Light":
        assert ink < 80 < 200 < paper
    else:
        assert paper < 80 < 180 < ink
    _assert_ink_is_where_the_strokes_are(canvas, (DIAGONAL,))


def test_the_empty_canvas_has_a_hint_and_the_first_touch_takes_it_away(window: MainWindow, canvas: Canvas) -> None:
    hint = _inside(picture_of(canvas))
    player = PointerPlayer(canvas)

    player.send("press", Sample(100, 100))

    ground = rgb(canvas.palette().color(QPalette.ColorRole.Base))
    middle = np.s_[canvas.height() // 4 : -canvas.height() // 4, canvas.width() // 4 : -canvas.width() // 4]
    assert (hint[middle] != ground).any()
    assert (_inside(picture_of(canvas))[middle] == ground).all()
    player.send("release", Sample(100, 100))
    choose(window, "Undo stroke")
    np.testing.assert_array_equal(_inside(picture_of(canvas)), hint)


def test_a_canvas_full_of_strokes_is_painted_to_the_end(window: MainWindow, canvas: Canvas) -> None:
    columns = tuple(
        stroke((40.0 * x + 20, 40.0 * y + 20), (40.0 * x + 40, 40.0 * y + 30)) for x in range(24) for y in range(24)
    )
    window.document.apply(Drawing(columns), None, None)

    _assert_ink_is_where_the_strokes_are(canvas, columns)


def test_a_stroke_paints_nothing_anew_that_is_far_away(window: MainWindow, canvas: Canvas, qtbot: QtBot) -> None:
    write(canvas, stroke((100, 100), (200, 120)))
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)
    qtbot.wait(20)
    painted = PaintedRegion()
    canvas.installEventFilter(painted)

    write(canvas, stroke((100, 800), (200, 820)))
    qtbot.waitUntil(lambda: not painted.region.isEmpty(), timeout=PATIENCE_MS)
    qtbot.wait(20)

    top = painted.region.boundingRect().top()
    assert canvas.to_widget(0, 600).y() < top < canvas.to_widget(0, 800).y()
    _assert_ink_is_where_the_strokes_are(canvas, canvas.drawing.strokes)
