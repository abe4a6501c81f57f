"""Ink in hand: how it is selected, and where the bar of its actions stands."""

import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds
from tests.ui.draw.page import AROUND_TWO, Page, bars, page
from tests.ui.hand import stroke

__all__ = ["page"]

_FAR = (900.0, 950.0)
"""A place without ink."""


@pytest.mark.parametrize("tool", ["select", "select rectangle"])
def test_a_loop_or_a_rectangle_selects_and_shift_adds(page: Page, tool: str) -> None:
    page.put(*bars(5))
    page.canvas.set_tool(tool)  # type: ignore[arg-type]

    page.loop(AROUND_TWO)
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
    left, top, right, bottom = AROUND_TWO
    # The loop ends where the bar would be.
    page.drag((left, top), (right, top), (right, bottom), (left, bottom), (left, top), at)
    bar, pixel = page.editing.tool.bar, page.canvas.to_widget(*at).toPoint()
    assert bar is not None
    assert bar.isVisible()

    assert not bar.geometry().contains(pixel)
    assert page.canvas.rect().contains(bar.geometry())
