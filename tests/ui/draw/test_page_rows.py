"""Rows of a page are joined and parted, by their marks, their menus and what is selected."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QMenu

from digitvision.ink.stroke import Sample
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.page import row_marks
from tests.ui.controls import action, button, choose
from tests.ui.draw.page_window import HEIGHT, PageMaker, PageWindow, hands_rest, strokes_of_row
from tests.ui.hand import stroke

__all__ = ["hands_rest"]

pytestmark = pytest.mark.usefixtures("hands_rest")


def _drag(page: PageWindow, *places: QPointF) -> None:
    """Drag the mouse over the canvas, which is given places in its pixels."""
    canvas = page.window.draw_tab.canvas
    player = PointerPlayer(canvas)
    first, *rest = (Sample(*canvas.to_drawing(place)) for place in places)
    player.send("press", first)
    for place in rest:
        player.send("move", place)
    player.send("release", rest[-1] if rest else first)


def _mark(page: PageWindow, place: int) -> QPointF:
    return page.answer.marks.rectangle(page.answer.items[place].key).center()


def test_a_click_on_a_mark_chooses_its_row(three_rows: PageWindow) -> None:
    before = len(three_rows.window.document.drawing.strokes)

    _drag(three_rows, _mark(three_rows, 2))

    assert three_rows.chosen == "2-1="
    assert len(three_rows.window.document.drawing.strokes) == before, "nothing was written"


@pytest.mark.slow
def test_a_row_is_joined_to_the_one_that_its_mark_is_dragged_onto(three_rows: PageWindow) -> None:
    start, end = _mark(three_rows, 1), _mark(three_rows, 0)

    _drag(three_rows, start, (start + end) / 2, end)
    three_rows.settle()

    assert len(three_rows.texts) == 2
    document = three_rows.window.document
    assert document.corrections.rows == ((frozenset(range(8)), ""),)
    assert document.undo_stack.undoText() == "join rows"
    assert three_rows.answer.chosen == 0
    three_rows.window.document.undo_stack.undo()
    three_rows.click_row(2)
    _drag(three_rows, start, (start + end) / 2, end)
    three_rows.settle()
    assert three_rows.answer.chosen == 0, "what is joined is chosen"
    document.undo_stack.undo()
    three_rows.settle()
    assert three_rows.texts == ["1+2= 3", "3+4= 7", "2-1= 1"]


@pytest.mark.slow
def test_where_there_is_ink_or_somebody_writes_a_mark_is_not_in_the_way(
    three_rows: PageWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas, mark = three_rows.window.draw_tab.canvas, _mark(three_rows, 1)
    assert canvas.overlays.tool_at(mark) is not None

    monkeypatch.setattr(row_marks, "WRITING_S", 60.0)
    three_rows.write(3, 1)
    assert canvas.overlays.tool_at(mark) is None

    monkeypatch.setattr(row_marks, "WRITING_S", 0.0)
    assert canvas.overlays.tool_at(mark) is not None
    x, y = canvas.to_drawing(mark)
    three_rows.window.document.add_stroke(stroke((x, y), (x, y + 20), (x, y + 40)))
    three_rows.settle()
    assert canvas.overlays.tool_at(mark) is None


def test_a_page_of_one_row_has_no_marks(pages: PageMaker) -> None:
    page = pages()
    page.put(4)

    assert page.answer.marks.rectangle(page.answer.items[0].key).isEmpty()


@pytest.mark.slow
def test_the_chosen_row_is_joined_with_the_one_above_it(three_rows: PageWindow) -> None:
    join = action(three_rows.window, "Join with the row above")
    assert not join.isEnabled(), "the first row has none above it"
    three_rows.click_row(2)
    assert join.isEnabled()

    join.trigger()
    three_rows.settle()

    assert len(three_rows.texts) == 2
    assert three_rows.window.document.corrections.rows == ((frozenset(range(4, 12)), ""),)


@pytest.mark.slow
def test_selected_strokes_become_a_row_of_their_own(three_rows: PageWindow) -> None:
    window = three_rows.window
    choose(window, "Select")
    window.draw_tab.editing.selection.choose([6, 7])
    three_rows.qtbot.mouseClick(button(window.draw_tab.canvas, "Row of its own"), Qt.MouseButton.LeftButton)
    three_rows.settle()

    assert set(window.document.corrections.rows) == {(frozenset({4, 5}), ""), (frozenset({6, 7}), "")}
    assert window.document.undo_stack.undoText() == "row of its own"
    assert len(three_rows.texts) == 4
    assert not action(window, "Row of its own").isEnabled(), "nothing is selected any more"


@pytest.mark.slow
def test_a_whole_row_cannot_become_a_row_of_its_own(three_rows: PageWindow) -> None:
    window = three_rows.window
    choose(window, "Select")
    window.draw_tab.editing.selection.choose([4, 5, 6, 7])
    assert not action(window, "Row of its own").isEnabled()
    window.draw_tab.editing.selection.choose([4, 5, 6])
    assert action(window, "Row of its own").isEnabled()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_row_is_parted_at_a_place_on_the_canvas(three_rows: PageWindow) -> None:
    canvas, document = three_rows.window.draw_tab.canvas, three_rows.window.document
    second = strokes_of_row(1, 4)
    x = (second[1].bounds.right + second[2].bounds.left) / 2
    at = canvas.to_widget(x, second[1].bounds.top + HEIGHT / 2).toPoint()

    menu = _context_menu(three_rows, at)
    three_rows.settle()

    assert "Part the row here" in menu
    assert three_rows.chosen == "3+"
    assert set(document.corrections.rows) == {(frozenset({4, 5}), ""), (frozenset({6, 7}), "")}
    assert document.undo_stack.undoText() == "part row"


def _context_menu(page: PageWindow, at: QPoint) -> list[str]:
    """Open the menu on the canvas, choose to part the row, and return what was offered."""
    canvas = page.window.draw_tab.canvas
    canvas.customContextMenuRequested.emit(at)
    (menu,) = [one for one in canvas.findChildren(QMenu) if one.isVisible()]
    offered = {one.text().replace("&", ""): one for one in menu.actions() if one.text()}
    menu.close()
    if "Part the row here" in offered:
        offered["Part the row here"].trigger()
    return list(offered)
