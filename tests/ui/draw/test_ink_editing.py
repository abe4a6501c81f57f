"""Ink in hand: moved, scaled and turned, much of it as well as little; and all of it undone."""

import math
import time

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.ui.canvas.canvas import Canvas
from tests.ui.draw.page import AROUND_TWO, Page, bars, page
from tests.ui.hand import stroke
from tests.ui.pictures import ink_share, picture_of, pixels

__all__ = ["page"]


# --- moving, scaling, turning ---------------------------------------------------------------------------------------


def test_the_bar_does_not_cover_the_ink_beside_the_selection(page: Page) -> None:
    page.put(stroke((300, 300), (400, 400)), stroke((200, 440), (600, 480)))
    page.editing.selection.choose([0])

    bar = page.editing.tool.bar
    assert bar is not None
    below = QRectF(page.canvas.to_widget(200, 440), page.canvas.to_widget(600, 480)).toRect()
    assert not bar.geometry().intersects(below)
    assert page.canvas.rect().contains(bar.geometry())


def _shown(strokes: tuple[Stroke, ...]) -> NDArray[np.float64]:
    return np.concatenate([one.xy for one in strokes])


def test_selected_ink_is_dragged_and_that_is_one_step(page: Page) -> None:
    page.put(*bars(3))
    page.loop(AROUND_TWO)

    page.take("inside", (100, 60))

    moved = _shown(bars(3)[:2]) + np.array([100, 60])
    np.testing.assert_allclose(_shown(page.strokes[:2]), moved, atol=1.1)
    assert page.strokes[2].xy[0].tolist() == [500, 300]
    assert page.selected == [0, 1]
    assert page.undo_text == "move"
    page.document.undo_stack.undo()
    np.testing.assert_array_equal(_shown(page.strokes), _shown(bars(3)))
    assert page.selected == [0, 1]


def test_a_corner_scales_and_the_corner_opposite_stays(page: Page) -> None:
    page.put(*bars(3))
    page.loop(AROUND_TWO)

    page.take("bottom right", (75, 100))

    bounds = Drawing(page.strokes[:2]).bounds
    assert bounds is not None
    assert (bounds.left, bounds.top) == pytest.approx((200, 300), abs=1)
    assert (bounds.width, bounds.height) == pytest.approx((225, 300), abs=4)
    assert page.undo_text == "scale"


def test_a_side_scales_one_direction(page: Page) -> None:
    page.put(*bars(3))
    page.loop(AROUND_TWO)

    page.take("left", (-150, 30))

    bounds = Drawing(page.strokes[:2]).bounds
    assert bounds == pytest.approx((50, 300, 350, 500), abs=3)


def test_the_knob_turns_and_with_shift_in_steps_of_fifteen_degrees(page: Page) -> None:
    page.put(*bars(1))
    page.editing.select_all()

    page.take("turn", (150, 20), shift=True)

    (dx, dy) = page.strokes[0].xy[-1] - page.strokes[0].xy[0]
    angle = math.degrees(math.atan2(dy, dx)) - 90
    assert angle % 15 == pytest.approx(0, abs=1e-6)
    assert angle > 10
    assert page.undo_text == "turn"


def test_arrow_keys_move_by_pixels_and_are_undone_together(page: Page, qtbot: QtBot) -> None:
    page.put(*bars(2))
    page.click((200, 400))

    for _ in range(3):
        qtbot.keyClick(page.canvas, Qt.Key.Key_Right)
    qtbot.keyClick(page.canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)

    assert page.strokes[0].xy[0].tolist() == pytest.approx([200 + 3 * 2, 300 - 10 * 2])
    assert page.undo_text == "move"
    page.document.undo_stack.undo()
    assert page.strokes[0].xy[0].tolist() == [200, 300]
    assert not page.document.undo_stack.canUndo()


def test_nudges_of_other_ink_are_steps_of_their_own(page: Page, qtbot: QtBot) -> None:
    page.put(*bars(2))
    page.click((200, 400))
    qtbot.keyClick(page.canvas, Qt.Key.Key_Right)
    page.click((350, 400))
    qtbot.keyClick(page.canvas, Qt.Key.Key_Right)

    assert page.document.undo_stack.count() == 2


def test_esc_puts_dragged_ink_back(page: Page, qtbot: QtBot) -> None:
    page.put(*bars(3))
    page.loop(AROUND_TWO)
    page.take("inside", (100, 60), up=False)
    assert page.canvas.live_drawing() != page.document.drawing

    qtbot.keyClick(page.canvas, Qt.Key.Key_Escape)

    assert page.document.undo_stack.count() == 0
    assert page.canvas.live_drawing() == page.document.drawing
    assert page.selected == [0, 1]
    page.release((300, 400))
    assert page.document.undo_stack.count() == 0


def test_undo_while_ink_is_dragged_ends_the_drag(page: Page) -> None:
    page.put(*bars(3))
    page.document.add_stroke(stroke((700, 700), (800, 800)))
    page.loop(AROUND_TWO)
    page.take("inside", (100, 60), up=False)

    page.document.undo_stack.undo()
    page.release((300, 400))

    assert page.strokes == bars(3)


def test_corrections_stay_with_ink_that_is_moved_and_leave_with_ink_that_is_deleted(page: Page) -> None:
    page.put(*bars(3))
    page.document.correct(Corrections().with_label({1}, "x"))
    page.loop(AROUND_TWO)

    page.take("inside", (100, 60))
    assert page.document.corrections == Corrections().with_label({1}, "x")
    page.editing.delete()
    assert page.undo_text == "delete"
    assert len(page.strokes) == 1
    assert not page.document.corrections
    assert page.selected == []
    page.document.undo_stack.undo()
    assert page.document.corrections == Corrections().with_label({1}, "x")


def test_the_view_stays_when_ink_is_moved_beyond_its_edge(page: Page) -> None:
    page.put(*bars(2))
    before = page.canvas.to_widget(0, 0), page.canvas.scale
    page.editing.select_all()

    page.take("inside", (-400, 0))

    assert (page.canvas.to_widget(0, 0), page.canvas.scale) == before


@pytest.mark.slow
def test_five_hundred_strokes_are_dragged_at_the_screens_rate(page: Page) -> None:
    page.put(*(stroke(*((x * 40 + 3 * t, y * 40 + 2 * t) for t in range(9))) for x in range(25) for y in range(20)))
    page.editing.select_all()
    picture_of(page.canvas)
    page.take("inside", (4, 4), up=False)
    picture_of(page.canvas)

    spent = []
    for step in range(20):
        start = time.process_time()
        page.move_to((500.0 + step, 500.0))
        page.canvas.repaint()
        spent.append(time.process_time() - start)
    page.release((520, 500))

    assert float(np.median(spent)) < 0.016


def _full_page() -> tuple[Stroke, ...]:
    """Return so much ink that its strokes take seconds to paint: rings of 40 samples."""
    turns = np.linspace(0.0, 6.0, 40)
    return tuple(
        stroke(*((60 + 30 * (n % 28) + 9 * math.cos(t), 60 + 30 * (n // 28) + 9 * math.sin(t)) for t in turns))
        for n in range(600)
    )


@pytest.mark.slow
def test_much_ink_stays_in_sight_when_it_is_selected_and_moved(page: Page, qtbot: QtBot) -> None:
    page.put(*_full_page())
    plain = ink_share(page.canvas, picture_of(page.canvas)) > 0.5

    start = time.process_time()
    page.editing.select_all()
    selected = page.canvas.grab()
    qtbot.keyClick(page.canvas, Qt.Key.Key_Right)
    moved = page.canvas.grab()
    spent = time.process_time() - start

    assert page.canvas.ink_complete
    for seen, dx in ((selected, 0), (moved, 1)):
        dark = ink_share(page.canvas, pixels(seen.toImage())) > 0.5
        assert (dark[30:450, 30 + dx : 450 + dx] & plain[30:450, 30:450]).sum() > 0.95 * plain[30:450, 30:450].sum()
    # Painting it all anew took seconds.
    assert spent < 0.5


def test_much_ink_that_is_moved_looks_as_if_it_had_been_written_there(page: Page, qtbot: QtBot) -> None:
    page.put(*_full_page()[:60], stroke((-300, 300), (-20, 300)))
    picture_of(page.canvas)
    page.editing.select_all()
    for _ in range(3):
        qtbot.keyClick(page.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    page.editing.tool.clear()
    moved = picture_of(page.canvas)

    anew = Page(Canvas())
    anew.canvas.resize(page.canvas.size())
    anew.canvas.set_pen_width(10.0)
    anew.canvas.set_content(page.document.drawing, None)
    anew.canvas.sheet.view.show(page.canvas.sheet.view.view)
    assert (np.abs(moved.astype(int) - picture_of(anew.canvas).astype(int))[4:-4, 4:-4] > 8).mean() < 0.001
    anew.canvas.deleteLater()


@pytest.mark.slow
def test_much_ink_that_is_dropped_is_in_sight_before_the_page_has_painted_it(page: Page) -> None:
    page.put(*_full_page())
    page.editing.select_all()
    frame = page.editing.tool.view.frame
    assert frame is not None
    x, y = page.canvas.to_drawing(frame.center())
    page.take("inside", (30.0, 60.0), up=False)
    dragged = ink_share(page.canvas, picture_of(page.canvas)) > 0.5

    page.release((x + 30.0, y + 60.0))
    dropped = ink_share(page.canvas, pixels(page.canvas.grab().toImage())) > 0.5

    assert dragged[4:-4, 4:-4].sum() > 1000
    assert (dragged & dropped)[4:-4, 4:-4].sum() > 0.9 * dragged[4:-4, 4:-4].sum()


@pytest.mark.slow
def test_other_ink_stays_in_sight_while_much_ink_is_taken_out(page: Page) -> None:
    page.put(*_full_page())
    picture_of(page.canvas)

    page.document.erase(tuple(range(280)))
    at_once = ink_share(page.canvas, pixels(page.canvas.grab().toImage())) > 0.5

    assert at_once[200:350].any()
    assert not at_once[4:170, 4:-4].any()
