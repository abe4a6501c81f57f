"""Ink in hand: erased in parts, and scratched out; and all of it undone."""

import math
import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from tests.ink.editing.test_scratch_out import zigzag
from tests.ui.draw.page import Page, bars, page
from tests.ui.hand import Pen, stroke, write
from tests.ui.pictures import ink_share, picture_of

__all__ = ["page"]


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
