"""Pages in the real window: rows are listed, chosen, corrected, and what they come to stands beside the ink."""

from functools import partial

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QComboBox, QMenu
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Sample
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.draw.page_answer import PageAnswer
from tests.ui.controls import action, named
from tests.ui.draw.page_window import HEIGHT, PageMaker, PageWindow, hands_rest, strokes_of_row
from tests.ui.hand import stroke, tap, write
from tests.ui.windows import PATIENCE_MS

__all__ = ["hands_rest"]

pytestmark = pytest.mark.usefixtures("hands_rest")


@pytest.mark.slow
def test_rows_are_listed_with_what_they_come_to(three_rows: PageWindow) -> None:
    assert three_rows.texts == ["1+2= 3", "3+4= 7", "2-1= 1"]
    assert all(item.formula is not None for item in three_rows.answer.panel.rows.items)
    reading = three_rows.window.draw_tab.reading
    assert reading is not None
    assert reading.text == "1+2=\n3+4=\n2-1="


@pytest.mark.slow
def test_of_a_page_that_is_opened_the_first_row_is_chosen_and_shown_in_detail(three_rows: PageWindow) -> None:
    details = three_rows.answer.details

    assert three_rows.chosen == "1+2="
    assert details.view.text == "1+2="
    assert details.value_text == "= 3"
    assert details.confidence_text.endswith("Sure")
    assert details.candidates.buttons


@pytest.mark.slow
def test_a_row_that_is_chosen_in_the_list_comes_into_sight(three_rows: PageWindow) -> None:
    canvas = three_rows.window.draw_tab.canvas
    view = canvas.sheet.view
    view.zoom_to(4.0)
    view.pan(0, 400)

    def begins_in_sight(place: int) -> bool:
        box = three_rows.answer.items[place].row.box
        return QRectF(canvas.rect()).contains(canvas.to_widget(box.left, box.top))

    for place in (2, 0):
        three_rows.click_row(place)
        three_rows.qtbot.waitUntil(partial(begins_in_sight, place), timeout=PATIENCE_MS)
        assert three_rows.answer.chosen == place


@pytest.mark.slow
def test_the_chosen_row_follows_the_pen(three_rows: PageWindow) -> None:
    three_rows.write(3)
    assert three_rows.chosen == "7+5="

    three_rows.write(1, 1, first=4)
    assert three_rows.chosen == "3+4=3"
    assert three_rows.answer.details.view.text == "3+4=3"


@pytest.mark.slow
def test_a_row_is_chosen_by_a_click_and_by_the_arrow_keys(three_rows: PageWindow, qtbot: QtBot) -> None:
    three_rows.click_row(2)
    assert three_rows.answer.details.view.text == "2-1="
    assert three_rows.answer.details.value_text == "= 1"

    rows = three_rows.answer.panel.rows
    assert rows.hasFocus()
    qtbot.keyClick(rows, Qt.Key.Key_Up)
    assert three_rows.answer.details.view.text == "3+4="
    assert three_rows.answer.chosen == 1


def test_a_click_on_a_rows_ink_chooses_it_and_offers_its_glyph(three_rows: PageWindow) -> None:
    canvas, boxes = three_rows.window.draw_tab.canvas, three_rows.answer.corrections.boxes

    tap(canvas, canvas.to_drawing(boxes.rectangle(8).center()))

    assert three_rows.chosen == "2-1="
    popup = three_rows.answer.corrections.popup
    assert popup is not None
    assert popup.isVisible()
    assert popup.offered[0].startswith("2")


def test_a_glyph_of_the_chosen_row_is_corrected_in_the_details(three_rows: PageWindow, qtbot: QtBot) -> None:
    three_rows.click_row(1)
    view = three_rows.answer.details.view
    qtbot.waitUntil(lambda: not view.symbol_rectangle(0).isEmpty(), timeout=PATIENCE_MS)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.symbol_rectangle(0).center().toPoint())
    popup = three_rows.answer.corrections.popup
    assert popup is not None
    popup.chosen.emit("9")
    three_rows.settle()

    assert three_rows.texts == ["1+2= 3", "9+4= 13", "2-1= 1"]


def test_another_candidate_of_the_chosen_row_is_taken(three_rows: PageWindow, qtbot: QtBot) -> None:
    three_rows.click_row(1)
    three_rows.settle()
    qtbot.mouseClick(three_rows.answer.details.candidates.buttons[0], Qt.MouseButton.LeftButton)
    three_rows.settle()

    assert three_rows.texts == ["1+2= 3", "7+4= 11", "2-1= 1"]


def test_every_row_that_ends_with_an_equals_sign_has_its_value_beside_its_ink(three_rows: PageWindow) -> None:
    canvas, beside = three_rows.window.draw_tab.canvas, three_rows.answer.beside

    assert len(beside.formulas) == 3
    for place in range(3):
        rectangle, last = beside.rectangle(place), strokes_of_row(place, 4)[-1].bounds
        assert rectangle.left() > canvas.to_widget(last.right, last.top).x()
        assert canvas.to_widget(0, last.top).y() < rectangle.center().y() < canvas.to_widget(0, last.bottom).y()


def test_only_the_value_that_is_written_over_goes(three_rows: PageWindow) -> None:
    canvas, beside = three_rows.window.draw_tab.canvas, three_rows.answer.beside
    middle = canvas.to_drawing(beside.rectangle(1).center())

    write(canvas, stroke(middle, (middle[0], middle[1] + 10), (middle[0], middle[1] + 20)))

    assert len(beside.formulas) == 2
    three_rows.settle()
    assert three_rows.texts[1] == "3+4=3 false"


def test_a_value_stays_while_strokes_are_written_above_and_below_it(three_rows: PageWindow) -> None:
    canvas, beside = three_rows.window.draw_tab.canvas, three_rows.answer.beside
    x, y = canvas.to_drawing(beside.rectangle(1).center())
    write(canvas, stroke((x, y - 160), (x, y - 130)))
    three_rows.settle()
    place = beside.rectangle(0).toAlignedRect()
    assert place.contains(canvas.to_widget(x, y).toPoint()), "the value above it is gone"
    before = canvas.grab(place).toImage()

    player = PointerPlayer(canvas)
    player.send("press", Sample(x, y + 160))
    player.send("move", Sample(x, y + 190))

    assert canvas.grab(place).toImage() == before
    player.send("release", Sample(x, y + 190))
    three_rows.settle()


def test_a_value_keeps_clear_of_the_ink_to_its_right(pages: PageMaker) -> None:
    page = pages()
    page.put(4, 4)
    assert not page.answer.beside.rectangle(0).isEmpty()
    strokes = [*strokes_of_row(0, 4), *strokes_of_row(1, 4)]
    x = strokes[3].bounds.right + 0.55 * HEIGHT
    other = stroke(*((x, y) for y in range(60, 150, 10)))

    write(page.window.draw_tab.canvas, other)
    page.settle()
    page.window.document.correct(page.window.document.corrections.with_row({8}).with_row({0, 1, 2, 3}))
    page.settle()

    assert page.answer.items[0].value_text == "3"
    assert not any(
        page.answer.beside.rectangle(place).intersects(
            QRectF(page.window.draw_tab.canvas.to_widget(x - 2, 60), page.window.draw_tab.canvas.to_widget(x + 2, 150))
        )
        for place in range(3)
    )


def test_the_kind_of_a_row_is_corrected(three_rows: PageWindow, qtbot: QtBot) -> None:
    kind = named(three_rows.answer.panel, QComboBox, "Kind of row")
    assert kind.currentText() == "Equation"

    kind.setFocus()
    qtbot.keyClick(kind, Qt.Key.Key_Down)
    three_rows.settle()

    document = three_rows.window.document
    assert document.corrections.rows == ((frozenset(range(4)), "line"),)
    assert document.undo_stack.undoText() == "kind of row"
    assert three_rows.answer.panel.kind_text == "Number or words"


def test_a_row_that_is_not_sure_says_so(pages: PageMaker) -> None:
    page = pages(unsure=frozenset({1}))
    page.put(4, 4)

    rows = page.answer.panel.rows
    assert [item.trust for item in rows.items] == ["sure", "not sure"]
    spoken = rows.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Row 2: 3+4=, not sure, 7"
    page.click_row(1)
    assert page.answer.details.confidence_text.endswith("Not sure")


def test_a_page_is_read_in_slices_and_is_settled_only_when_all_is_read(pages: PageMaker) -> None:
    page = pages(slices=True)
    seen: list[int] = []
    page.window.draw_tab.reading_changed.connect(
        lambda reading: seen.append(0 if reading is None else sum(bool(row.reading.mode) for row in reading.rows))
    )

    page.put(4, 4, 4, 4)

    assert [count for count in seen if count] == [1, 2, 3, 4]
    assert page.texts == ["1+2= 3", "3+4= 7", "2-1= 1", "7+5= 12"]


def test_a_single_glyph_is_answered_as_a_character_until_there_is_another(pages: PageMaker) -> None:
    page = pages()
    canvas, tab = page.window.draw_tab.canvas, page.window.draw_tab
    place, size = canvas.geometry(), canvas.size()

    page.write(0, 1)
    assert tab.reading is not None
    assert (tab.reading.mode, tab.reading.text) == ("character", "1")
    assert tab.character.panel.isVisible()
    assert not page.answer.panel.isVisible()
    assert tab.formula is not None

    page.write(0, 1, first=1)
    assert tab.reading.mode == "page"
    assert page.answer.panel.isVisible()
    assert not tab.character.panel.isVisible()
    page.qtbot.wait(10)
    assert (canvas.geometry(), canvas.size()) == (place, size), "the canvas stays where it is"

    page.window.document.undo_stack.undo()
    page.settle()
    assert tab.character.panel.isVisible()


def test_another_kind_of_reading_takes_the_page_away(three_rows: PageWindow) -> None:
    window = three_rows.window
    window.readings.use("character")
    three_rows.settle()

    assert not three_rows.answer.panel.isVisible()
    assert window.draw_tab.character.panel.isVisible()
    assert three_rows.answer.beside.formula is None
    assert three_rows.answer.items == []
    assert not action(window, "Join with the row above").isEnabled()


def test_an_empty_page_says_what_to_do(pages: PageMaker) -> None:
    page = pages()
    page.put(4, 4)
    page.window.document.clear()
    page.settle()

    tab = page.window.draw_tab
    assert tab.character.panel.isVisible(), "as an empty character, which the first glyph makes of it"
    assert not page.answer.panel.isVisible()
    assert page.answer.panel.rows.items == []
    assert tab.canvas.hint == "Write a digit, an equation, or line under line"


def test_rows_that_are_taken_out_go_and_the_others_stay(three_rows: PageWindow) -> None:
    keys = [item.key for item in three_rows.answer.items]

    three_rows.window.document.erase((4, 5, 6, 7))
    three_rows.settle()

    assert three_rows.texts == ["1+2= 3", "2-1= 1"]
    assert [item.key for item in three_rows.answer.items] == [keys[0], keys[2]]


@pytest.mark.parametrize(("width", "beside"), [(1400, True), (700, False)])
def test_the_panel_stands_beside_the_canvas_or_below_it(three_rows: PageWindow, width: int, beside: bool) -> None:
    window, answer = three_rows.window, three_rows.answer
    window.resize(width, 700)
    three_rows.qtbot.waitUntil(lambda: window.width() == width, timeout=PATIENCE_MS)
    three_rows.qtbot.wait(10)

    canvas, panel = window.draw_tab.canvas.geometry(), answer.panel.geometry()

    assert isinstance(answer, PageAnswer)
    assert (panel.left() > canvas.right()) == beside
    assert (panel.top() > canvas.bottom()) == (not beside)
    if beside:
        assert canvas.width() > 0.55 * width


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_menu_of_a_row_concerns_the_row_under_the_pointer(three_rows: PageWindow) -> None:
    rows = three_rows.answer.panel.rows
    place = rows.visualRect(rows.model().index(1, 0)).center()
    reason = QContextMenuEvent.Reason.Mouse

    QApplication.sendEvent(rows.viewport(), QContextMenuEvent(reason, place, rows.viewport().mapToGlobal(place)))

    assert three_rows.chosen == "3+4="
    (menu,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu) and one.isVisible()]
    offered = {one.text().replace("&", ""): one for one in menu.actions()}
    menu.close()
    assert offered["Copy as"].menu() is not None
    offered["Join with the row above"].trigger()
    three_rows.settle()
    assert len(three_rows.texts) == 2
