"""What stands over a page's ink keeps off it: marks, boxes, the list of candidates, the bar of a selection."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from digitvision.ink.stroke import Drawing, Sample
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.canvas import glyph_boxes
from digitvision.ui.page import row_marks
from tests.ui.controls import action, button, choose
from tests.ui.draw.page_window import PageMaker, PageWindow, strokes_of_row
from tests.ui.expressions import column
from tests.ui.hand import stroke, tap
from tests.ui.pictures import picture_of, rgb
from tests.ui.windows import PATIENCE_MS

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def hands_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a stroke, labels and marks can be clicked on at once."""
    monkeypatch.setattr(glyph_boxes, "WRITING_S", 0.0)
    monkeypatch.setattr(row_marks, "WRITING_S", 0.0)


def _drag(page: PageWindow, *places: QPointF, drop: bool = True) -> None:
    player = PointerPlayer(page.window.draw_tab.canvas)
    samples = [Sample(*page.window.draw_tab.canvas.to_drawing(place)) for place in places]
    player.send("press", samples[0])
    for sample in samples[1:]:
        player.send("move", sample)
    if drop:
        player.send("release", samples[-1])


def _mark(page: PageWindow, place: int) -> QRectF:
    return page.answer.marks.rectangle(page.answer.items[place].key)


# --- marks ----------------------------------------------------------------------------------------------------------


def test_where_ink_is_at_the_left_edge_the_mark_stands_at_the_right(three_rows: PageWindow) -> None:
    canvas = three_rows.window.draw_tab.canvas
    assert _mark(three_rows, 1).right() < canvas.to_widget(100, 0).x()

    canvas.sheet.view.pan(-canvas.to_widget(110, 0).x(), 0)
    three_rows.settle()

    mark = _mark(three_rows, 1)
    assert mark.left() > canvas.width() - 40
    assert QRectF(canvas.rect()).contains(mark)
    before = len(three_rows.window.document.drawing.strokes)
    _drag(three_rows, mark.center())
    assert three_rows.answer.chosen == 1
    _drag(three_rows, mark.center(), QPointF(mark.center().x(), _mark(three_rows, 0).center().y()))
    three_rows.settle()
    assert len(three_rows.texts) == 2
    assert len(three_rows.window.document.drawing.strokes) == before, "nothing was written"


def test_where_ink_is_on_both_sides_a_row_has_no_mark(three_rows: PageWindow) -> None:
    canvas = three_rows.window.draw_tab.canvas
    top = three_rows.answer.items[1].row.box.top
    left, _ = canvas.to_drawing(QPointF(15, 0))
    right, _ = canvas.to_drawing(QPointF(canvas.width() - 15, 0))
    for x in (left, right):
        three_rows.window.document.add_stroke(stroke((x, top + 10), (x, top + 40), (x, top + 60)))
    three_rows.settle()

    assert [_mark(three_rows, place).isEmpty() for place in range(3)] == [False, True, False]


def test_while_a_row_is_dragged_it_is_said_what_would_become_of_it(three_rows: PageWindow) -> None:
    canvas, marks, document = three_rows.window.draw_tab.canvas, three_rows.answer.marks, three_rows.window.document
    start, end = _mark(three_rows, 1).center(), _mark(three_rows, 0).center()
    assert marks.words == ""

    _drag(three_rows, start, QPointF(start.x(), canvas.height() - 5), drop=False)
    assert marks.words == "Drag it onto the row that it belongs to"
    before = picture_of(canvas).astype(int)
    _drag(three_rows, start, (start + end) / 2, end, drop=False)
    assert marks.words == "Make rows 2 and 1 one row"
    changed = abs(picture_of(canvas).astype(int) - before).max(axis=2) > 40
    assert changed[: int(end.y()), int(end.x()) + 14 : int(end.x()) + 160].sum() > 100, "it stands beside the pointer"

    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    PointerPlayer(canvas).send("release", Sample(*canvas.to_drawing(end)))
    three_rows.settle()
    assert marks.words == ""
    assert not document.corrections.rows


# --- boxes ----------------------------------------------------------------------------------------------------------


def test_around_small_writing_only_doubt_and_corrections_have_boxes(pages: PageMaker) -> None:
    page = pages(scripts=("1+2=", "3+4="))
    page.put(4, 4)
    canvas, boxes = page.window.draw_tab.canvas, page.answer.corrections.boxes
    page.window.document.correct(page.window.document.corrections.with_label((5,), "+"))
    page.settle()
    accent = rgb(canvas.palette().color(QPalette.ColorRole.Accent))

    def edge(index: int) -> int:
        """Return how many pixels of a box's upper edge have the accent's colour."""
        box = boxes.rectangle(index).toAlignedRect()
        rows = picture_of(canvas).astype(int)[box.top() - 1 : box.top() + 3, box.left() : box.right()]
        return int((abs(rows - accent).max(axis=2) < 90).sum())

    assert edge(0) > 3
    canvas.sheet.view.zoom_to(0.2)
    page.settle()
    assert edge(0) == 0
    assert boxes.is_pinned(5)
    assert edge(5) > 3
    tap(canvas, canvas.to_drawing(boxes.rectangle(0).center()))
    popup = page.answer.corrections.popup
    assert popup is not None
    assert popup.isVisible(), "a glyph without a box can still be corrected"


# --- the list of candidates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1000, 600), (700, 700)])
@pytest.mark.parametrize("glyph", [0, 5, 8, 11])
def test_the_list_of_candidates_leaves_its_row_in_sight(
    three_rows: PageWindow, size: tuple[int, int], glyph: int
) -> None:
    window, canvas = three_rows.window, three_rows.window.draw_tab.canvas
    window.resize(*size)
    three_rows.qtbot.waitUntil(lambda: (window.width(), window.height()) == size, timeout=PATIENCE_MS)
    three_rows.settle()
    boxes = three_rows.answer.corrections.boxes

    tap(canvas, canvas.to_drawing(boxes.label(glyph).center()))

    popup = three_rows.answer.corrections.popup
    assert popup is not None
    assert window.rect().contains(popup.geometry())
    for other in range(glyph // 4 * 4, glyph // 4 * 4 + 4):
        place = boxes.rectangle(other).toAlignedRect()
        on_window = QRect(window.mapFromGlobal(canvas.mapToGlobal(place.topLeft())), place.size())
        assert not popup.geometry().intersects(on_window)


def test_a_high_row_has_the_list_at_its_side(pages: PageMaker) -> None:
    page = pages(scripts=("1+2=",))
    high = [column(120.0 + 70.0 * number, top=20.0, bottom=980.0) for number in range(4)]
    page.window.document.open(Drawing(tuple(high)), None, native=True)
    page.settle()
    canvas, boxes = page.window.draw_tab.canvas, page.answer.corrections.boxes

    tap(canvas, canvas.to_drawing(boxes.rectangle(1).center()))

    popup = page.answer.corrections.popup
    assert popup is not None
    right = canvas.mapTo(page.window, boxes.rectangle(3).bottomRight().toPoint()).x()
    assert popup.geometry().left() > right


# --- the selection --------------------------------------------------------------------------------------------------


def test_selected_parts_of_several_rows_are_joined_as_one_row(three_rows: PageWindow) -> None:
    window = three_rows.window
    choose(window, "Select")
    window.draw_tab.editing.selection.choose([2, 3, 4, 5])
    assert action(window, "Join as one row").isEnabled()
    join = button(window.draw_tab.canvas, "Join as one row")
    assert join.toolTip() == "Read the selected strokes, which are in 2 rows, as one row"

    three_rows.qtbot.mouseClick(join, Qt.MouseButton.LeftButton)
    three_rows.settle()

    assert (frozenset({2, 3, 4, 5}), "") in window.document.corrections.rows
    assert window.document.undo_stack.undoText() == "join as one row"

    window.draw_tab.editing.selection.choose([8, 9])
    assert action(window, "Row of its own").isEnabled()
    assert button(window.draw_tab.canvas, "Row of its own").isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_bar_of_a_selection_goes_while_the_menu_is_open(three_rows: PageWindow) -> None:
    window, canvas = three_rows.window, three_rows.window.draw_tab.canvas
    choose(window, "Select")
    window.draw_tab.editing.selection.choose([4, 5])
    bar = window.draw_tab.editing.tool.view.bar
    assert bar is not None
    assert bar.isVisible()

    at: QPoint = canvas.to_widget(*strokes_of_row(1, 1)[0].xy[0]).toPoint()
    canvas.customContextMenuRequested.emit(at)
    (menu,) = [one for one in canvas.findChildren(QMenu) if one.isVisible()]
    assert not bar.isVisible()

    menu.close()
    assert bar.isVisible()
    assert window.draw_tab.editing.selection.indices == (4, 5)
