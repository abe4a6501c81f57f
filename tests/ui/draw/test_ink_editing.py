"""Ink in hand: selected, moved, scaled, turned, copied, erased in parts, scratched out; and all of it undone."""

import math
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.document.ink_clipboard import CopiedInk, copy_of, ink_data, read_ink
from tests.ink.editing.test_scratch_out import zigzag
from tests.ui.draw.page import Page, bars, page
from tests.ui.hand import Pen, stroke, write
from tests.ui.pictures import ink_share, picture_of, pixels
from tests.ui.windows import PATIENCE_MS

__all__ = ["page"]

_AROUND_TWO = Bounds(150, 250, 400, 550)
"""Around the first two of the bars."""
_FAR = (900.0, 950.0)
"""A place without ink."""


# --- selecting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", ["select", "select rectangle"])
def test_a_loop_or_a_rectangle_selects_and_shift_adds(page: Page, tool: str) -> None:
    page.put(*bars(5))
    page.canvas.set_tool(tool)  # type: ignore[arg-type]

    page.loop(_AROUND_TWO)
    assert page.selected == [0, 1]
    page.loop(Bounds(620, 250, 700, 550), shift=True)
    assert page.selected == [0, 1, 3]
    page.loop(Bounds(820, 600, 900, 900))
    assert page.selected == []
    assert page.document.undo_stack.count() == 0


def test_a_click_selects_a_stroke_and_a_click_beside_it_nothing(page: Page) -> None:
    page.put(*bars(3))

    page.click((350, 400))
    assert page.selected == [1]
    page.click((650, 640), shift=True)
    assert page.selected == [1]
    page.click((500, 400), shift=True)
    assert page.selected == [1, 2]
    page.click((500, 400), shift=True)
    assert page.selected == [1]
    page.click(_FAR)
    assert page.selected == []


def test_two_clicks_select_what_lies_together_and_two_more_the_row(page: Page) -> None:
    plus = stroke((320, 400), (380, 400))
    below = stroke((200, 800), (300, 900))
    page.put(*bars(3), plus, below)

    page.click((350, 400), times=2)
    assert page.selected == [1, 3]
    page.click((350, 400), times=2)
    assert page.selected == [0, 1, 2, 3]


class _Button:
    """An overlay with a button in the corner of the canvas."""

    def __init__(self) -> None:
        self.tapped = 0

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Nothing is to be seen."""

    def is_button(self, position: QPointF) -> bool:
        return position.x() < 60 and position.y() < 60

    def tap(self, position: QPointF) -> None:
        self.tapped += 1


def test_a_click_on_a_button_over_the_ink_presses_it_and_the_selection_stays(page: Page) -> None:
    page.put(*bars(3))
    page.editing.select_all()
    button = _Button()
    page.canvas.overlays.add(button)

    page.click((40, 40))

    assert button.tapped == 1
    assert page.selected == [0, 1, 2]


def test_all_is_selected_and_esc_ends_it(page: Page, qtbot: QtBot) -> None:
    page.put(*bars(3))

    page.editing.select_all()
    assert page.selected == [0, 1, 2]
    qtbot.keyClick(page.canvas, Qt.Key.Key_Escape)
    assert page.selected == []


def test_another_tool_ends_the_selection(page: Page) -> None:
    page.put(*bars(3))
    page.editing.select_all()

    page.canvas.set_tool("pen")

    assert page.selected == []


def test_the_bar_stays_within_the_canvas_and_goes_while_the_pointer_is_down(page: Page) -> None:
    page.put(stroke((20, 900), (200, 990)))
    page.editing.select_all()
    bar = page.editing.tool.bar
    assert bar is not None
    assert bar.isVisible()
    assert page.canvas.rect().contains(bar.geometry())

    page.take("inside", (50, -50), up=False)
    assert not bar.isVisible()
    page.release((160, 890))
    assert bar.isVisible()


@pytest.mark.parametrize("at", [(200, 560), (330, 560), (420, 540), (200, 240)])
def test_no_button_comes_under_the_pointer(page: Page, at: tuple[float, float]) -> None:
    page.put(*bars(3))
    left, top, right, bottom = _AROUND_TWO
    # The loop ends where the bar would be.
    page.drag((left, top), (right, top), (right, bottom), (left, bottom), (left, top), at)
    bar, pixel = page.editing.tool.bar, page.canvas.to_widget(*at).toPoint()
    assert bar is not None
    assert bar.isVisible()

    assert not bar.geometry().contains(pixel)
    assert page.canvas.rect().contains(bar.geometry())


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
    page.loop(_AROUND_TWO)

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
    page.loop(_AROUND_TWO)

    page.take("bottom right", (75, 100))

    bounds = Drawing(page.strokes[:2]).bounds
    assert bounds is not None
    assert (bounds.left, bounds.top) == pytest.approx((200, 300), abs=1)
    assert (bounds.width, bounds.height) == pytest.approx((225, 300), abs=4)
    assert page.undo_text == "scale"


def test_a_side_scales_one_direction(page: Page) -> None:
    page.put(*bars(3))
    page.loop(_AROUND_TWO)

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
    page.loop(_AROUND_TWO)
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
    page.loop(_AROUND_TWO)
    page.take("inside", (100, 60), up=False)

    page.document.undo_stack.undo()
    page.release((300, 400))

    assert page.strokes == bars(3)


def test_corrections_stay_with_ink_that_is_moved_and_leave_with_ink_that_is_deleted(page: Page) -> None:
    page.put(*bars(3))
    page.document.correct(Corrections().with_label({1}, "x"))
    page.loop(_AROUND_TWO)

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


def test_other_ink_stays_in_sight_while_much_ink_is_taken_out(page: Page) -> None:
    page.put(*_full_page())
    picture_of(page.canvas)

    page.document.erase(tuple(range(280)))
    at_once = ink_share(page.canvas, pixels(page.canvas.grab().toImage())) > 0.5

    assert at_once[200:350].any()
    assert not at_once[4:170, 4:-4].any()


# --- copies ---------------------------------------------------------------------------------------------------------


def test_a_duplicate_lies_beside_the_ink_and_is_selected(page: Page) -> None:
    page.put(*bars(3))
    page.document.correct(Corrections().with_label({1}, "x"))
    page.loop(_AROUND_TWO)

    page.editing.duplicate()

    assert len(page.strokes) == 5
    assert page.selected == [3, 4]
    shift = page.strokes[3].xy - page.strokes[0].xy
    assert (shift == shift[0]).all()
    assert _lie_apart(page.strokes[3:], page.strokes[:3])
    assert page.document.corrections == Corrections().with_label({1}, "x").with_label({4}, "x")
    assert page.strokes[3].points[0, 2] > page.strokes[2].points[-1, 2]
    assert page.undo_text == "duplicate"


def _lie_apart(some: Sequence[Stroke], others: Sequence[Stroke], *, across: float = 0, down: float = 0) -> bool:
    """Whether the boxes of no two strokes meet, nor come as near as this in both directions."""
    return all(
        max(one.left - other.right, other.left - one.right) > across
        or max(one.top - other.bottom, other.top - one.bottom) > down
        for one in (stroke.bounds for stroke in some)
        for other in (stroke.bounds for stroke in others)
    )


def test_copies_never_lie_on_ink_and_are_in_sight_where_the_page_is_full(page: Page, qtbot: QtBot) -> None:
    page.put(*bars(3))
    page.editing.select_all()

    for _ in range(6):
        page.editing.duplicate()
        copy = [page.strokes[index] for index in page.selected]
        assert _lie_apart(copy, [one for one in page.strokes if one not in copy])
        # The view may glide there.
        qtbot.waitUntil(partial(_in_sight, page, copy), timeout=PATIENCE_MS)


def _in_sight(page: Page, strokes: Sequence[Stroke]) -> bool:
    boxes = [one.bounds for one in strokes]
    corners = [corner for box in boxes for corner in ((box.left, box.top), (box.right, box.bottom))]
    return all(page.canvas.rect().contains(page.canvas.to_widget(*corner).toPoint()) for corner in corners)


def _clipboard_ink() -> bytes:
    data = ink_data(QGuiApplication.clipboard().mimeData())
    assert data is not None
    return data


def test_ink_that_is_cut_can_be_pasted_again_and_again(page: Page) -> None:
    page.put(*bars(3))
    page.document.correct(Corrections().with_label({0}, "x").with_relation({1}, {0}, "Sup"))
    page.loop(_AROUND_TWO)

    QGuiApplication.clipboard().setMimeData(copy_of(page.editing.copied(), "x^1", 9.0).mime())
    page.editing.cut()
    assert page.undo_text == "cut"
    assert len(page.strokes) == 1
    assert QGuiApplication.clipboard().text() == "x^1"
    assert not QGuiApplication.clipboard().image().isNull()
    page.editing.put_in(read_ink(_clipboard_ink(), "clipboard"))
    page.editing.put_in(read_ink(_clipboard_ink(), "clipboard"))

    assert page.undo_text == "paste"
    assert len(page.strokes) == 5
    assert page.selected == [3, 4]
    # In its place at first, and beside it after that, with the room of a row.
    np.testing.assert_allclose(page.strokes[1].xy, bars(1)[0].xy)
    assert _lie_apart(page.strokes[3:], page.strokes[:3], across=50, down=190)
    labels = dict(page.document.corrections.labels)
    assert labels == {frozenset({1}): "x", frozenset({3}): "x"}
    assert len(page.document.corrections.relations) == 2


def test_ink_is_pasted_where_it_can_be_seen(page: Page) -> None:
    page.put(*bars(1))
    far = Drawing((stroke((9000, 9000), (9100, 9100)),))
    page.editing.put_in(CopiedInk(far, Corrections()))

    bounds = page.strokes[-1].bounds
    assert bounds.left >= 0
    assert bounds.right <= 1000
    assert bounds.top >= 0
    assert bounds.bottom <= 1000


def test_pasting_with_the_pen_in_hand_asks_for_a_tool_that_selects(page: Page, qtbot: QtBot) -> None:
    page.put(*bars(1))
    page.editing.select_all()
    ink = page.editing.copied()
    page.canvas.set_tool("pen")

    with qtbot.waitSignal(page.editing.selecting):
        page.editing.put_in(ink)


# --- erasing parts --------------------------------------------------------------------------------------------------


def _erase_part(page: Page) -> None:
    page.canvas.set_tool("part eraser")
    page.drag((100, 400), (200, 400), (250, 400))


def test_the_eraser_for_parts_cuts_a_stroke_in_two(page: Page) -> None:
    page.put(*bars(2))

    _erase_part(page)

    upper, lower, other = page.strokes
    assert upper.bounds.bottom < 400 < lower.bounds.top
    assert lower.bounds.top - upper.bounds.bottom == pytest.approx(2 * 18 + 10, abs=3)
    assert other == bars(2)[1]
    assert page.undo_text == "erase part"
    page.document.undo_stack.undo()
    assert page.strokes == bars(2)


def test_corrections_stay_with_strokes_of_which_one_piece_remains(page: Page) -> None:
    page.put(*bars(3))
    page.document.correct(Corrections().with_label({0}, "x").with_label({1}, "y").with_label({2}, "z"))
    page.canvas.set_tool("part eraser")

    page.drag((100, 400), (250, 400), (250, 560), (350, 560), (350, 490))

    assert dict(page.document.corrections.labels) == {frozenset({2}): "y", frozenset({3}): "z"}
    assert page.strokes[2].bounds.bottom < 480


def test_what_remains_is_seen_while_the_eraser_is_down_and_esc_brings_all_back(page: Page, qtbot: QtBot) -> None:
    page.put(*bars(1))
    page.canvas.set_tool("part eraser")
    page.drag((100, 400), (200, 400), (250, 400), up=False)

    assert len(page.canvas.live_drawing().strokes) == 2
    assert page.strokes == bars(1)

    def inked(x: float, y: float) -> bool:
        pixel = page.canvas.to_widget(x, y).toPoint()
        return bool(ink_share(page.canvas, picture_of(page.canvas))[pixel.y(), pixel.x()] > 0.5)

    assert inked(200, 330)
    assert not inked(200, 400)
    qtbot.keyClick(page.canvas, Qt.Key.Key_Escape)
    assert inked(200, 400)
    page.release((250, 400))
    assert page.document.undo_stack.count() == 0


def test_the_pens_other_end_erases_as_the_eraser_chosen_last(page: Page) -> None:
    page.put(*bars(2))
    page.canvas.set_tool("part eraser")
    page.canvas.set_tool("pen")

    Pen(page.canvas, eraser=True).sweep([(150, 400), (200, 400), (250, 400)])
    assert len(page.strokes) == 3
    page.canvas.set_tool("eraser")
    page.canvas.set_tool("pen")
    Pen(page.canvas, eraser=True).sweep([(300, 400), (350, 400), (400, 400)])
    assert len(page.strokes) == 2


# --- scratching out -------------------------------------------------------------------------------------------------


@pytest.fixture
def scratch(page: Page) -> Callable[[], None]:
    """Writes a zigzag over the second of three bars, with the pen."""

    def act() -> None:
        page.put(*bars(3))
        page.canvas.set_tool("pen")
        write(page.canvas, zigzag(290, 290, 410, 510))

    return act


def test_a_zigzag_takes_ink_away_and_one_undo_makes_it_ink(page: Page, scratch: Callable[[], None]) -> None:
    seen: list[int] = []
    page.document.content_changed.connect(lambda: seen.append(len(page.strokes)))

    scratch()

    assert page.strokes == (bars(3)[0], bars(3)[2])
    # The zigzag is never there to be read.
    assert seen == [3, 2]
    assert page.undo_text == "scratch-out"
    page.document.undo_stack.undo()
    assert len(page.strokes) == 4
    assert page.undo_text == "stroke"
    page.document.undo_stack.undo()
    assert page.strokes == bars(3)


def test_it_can_be_switched_off(page: Page, scratch: Callable[[], None]) -> None:
    page.editing.scratching = False

    scratch()

    assert len(page.strokes) == 4


def test_a_drawing_that_is_read_meanwhile_is_without_the_zigzag_and_what_it_covers(page: Page) -> None:
    drawing = Drawing((*bars(3), zigzag(290, 290, 410, 510)))

    assert page.editing.without_scratched(drawing).strokes == (bars(3)[0], bars(3)[2])
    assert page.editing.without_scratched(Drawing(bars(3))) == Drawing(bars(3))


def test_looking_for_a_zigzag_takes_the_pen_no_time(page: Page) -> None:
    page.put(*(stroke(*((x * 40 + t, y * 40 + t) for t in range(9))) for x in range(25) for y in range(40)))
    long = Stroke.of((500 + 300 * math.cos(t / 9), 500 + 300 * math.sin(t / 7), t) for t in range(3000))

    start = time.process_time()
    page.editing.without_scratched(page.document.drawing.with_stroke(long))
    QApplication.processEvents()

    assert time.process_time() - start < 0.1
