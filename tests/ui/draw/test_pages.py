"""Pages in the real window: rows are listed, chosen, corrected, and what they come to stands beside the ink."""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QMenu
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Drawing, Sample
from digitvision.recognition.models.model_store import ModelStore
from digitvision.resources import resource_path
from digitvision.ui.answer import candidate_row
from digitvision.ui.automation.page_bench import composed_row
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.canvas import glyph_boxes
from digitvision.ui.draw.page_answer import PageAnswer
from digitvision.ui.page import row_marks
from digitvision.ui.reading.reading_kinds import READINGS
from tests.recognition.line.line_pictures import picture
from tests.recognition.line.rows import moved, row
from tests.ui.controls import action, button, choose, named
from tests.ui.draw.page_window import HEIGHT, PageMaker, PageWindow, strokes_of_row
from tests.ui.hand import stroke, tap, write
from tests.ui.windows import PATIENCE_MS, WindowMaker


@pytest.fixture(autouse=True)
def hands_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a stroke, labels and marks can be clicked on at once."""
    monkeypatch.setattr(glyph_boxes, "WRITING_S", 0.0)
    monkeypatch.setattr(row_marks, "WRITING_S", 0.0)


def _click_row(page: PageWindow, place: int) -> None:
    rows = page.answer.panel.rows
    rectangle = rows.visualRect(rows.model().index(place, 0))
    page.qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rectangle.center())


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


def test_rows_are_listed_with_what_they_come_to(three_rows: PageWindow) -> None:
    assert three_rows.texts == ["1+2= 3", "3+4= 7", "2-1= 1"]
    assert all(item.formula is not None for item in three_rows.answer.panel.rows.items)
    reading = three_rows.window.draw_tab.reading
    assert reading is not None
    assert reading.text == "1+2=\n3+4=\n2-1="


def test_of_a_page_that_is_opened_the_first_row_is_chosen_and_shown_in_detail(three_rows: PageWindow) -> None:
    details = three_rows.answer.details

    assert three_rows.chosen == "1+2="
    assert details.view.text == "1+2="
    assert details.value_text == "= 3"
    assert details.confidence_text.endswith("Sure")
    assert details.candidates.buttons


def test_a_row_that_is_chosen_in_the_list_comes_into_sight(three_rows: PageWindow) -> None:
    canvas = three_rows.window.draw_tab.canvas
    view = canvas.sheet.view
    view.zoom_to(4.0)
    view.pan(0, 400)

    def begins_in_sight(place: int) -> bool:
        box = three_rows.answer.items[place].row.box
        return QRectF(canvas.rect()).contains(canvas.to_widget(box.left, box.top))

    for place in (2, 0):
        _click_row(three_rows, place)
        three_rows.qtbot.waitUntil(partial(begins_in_sight, place), timeout=PATIENCE_MS)
        assert three_rows.answer.chosen == place


def test_the_chosen_row_follows_the_pen(three_rows: PageWindow) -> None:
    three_rows.write(3)
    assert three_rows.chosen == "7+5="

    three_rows.write(1, 1, first=4)
    assert three_rows.chosen == "3+4=3"
    assert three_rows.answer.details.view.text == "3+4=3"


def test_a_row_is_chosen_by_a_click_and_by_the_arrow_keys(three_rows: PageWindow, qtbot: QtBot) -> None:
    _click_row(three_rows, 2)
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
    _click_row(three_rows, 1)
    view = three_rows.answer.details.view
    qtbot.waitUntil(lambda: not view.symbol_rectangle(0).isEmpty(), timeout=PATIENCE_MS)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.symbol_rectangle(0).center().toPoint())
    popup = three_rows.answer.corrections.popup
    assert popup is not None
    popup.chosen.emit("9")
    three_rows.settle()

    assert three_rows.texts == ["1+2= 3", "9+4= 13", "2-1= 1"]


def test_another_candidate_of_the_chosen_row_is_taken(three_rows: PageWindow, qtbot: QtBot) -> None:
    _click_row(three_rows, 1)
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


def test_a_click_on_a_mark_chooses_its_row(three_rows: PageWindow) -> None:
    before = len(three_rows.window.document.drawing.strokes)

    _drag(three_rows, _mark(three_rows, 2))

    assert three_rows.chosen == "2-1="
    assert len(three_rows.window.document.drawing.strokes) == before, "nothing was written"


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
    _click_row(three_rows, 2)
    _drag(three_rows, start, (start + end) / 2, end)
    three_rows.settle()
    assert three_rows.answer.chosen == 0, "what is joined is chosen"
    document.undo_stack.undo()
    three_rows.settle()
    assert three_rows.texts == ["1+2= 3", "3+4= 7", "2-1= 1"]


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


def test_the_chosen_row_is_joined_with_the_one_above_it(three_rows: PageWindow) -> None:
    join = action(three_rows.window, "Join with the row above")
    assert not join.isEnabled(), "the first row has none above it"
    _click_row(three_rows, 2)
    assert join.isEnabled()

    join.trigger()
    three_rows.settle()

    assert len(three_rows.texts) == 2
    assert three_rows.window.document.corrections.rows == ((frozenset(range(4, 12)), ""),)


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
    assert [item.verdict for item in rows.items] == ["sure", "not sure"]
    spoken = rows.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Row 2: 3+4=, not sure, 7"
    _click_row(page, 1)
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


@pytest.mark.slow
def test_the_programs_own_networks_read_a_page(make_window: WindowMaker, qtbot: QtBot, shared_values: None) -> None:
    assert not READINGS["page"].problem(ModelStore())
    window = make_window(reading="page")
    strokes = [one for place, text in enumerate(("12+30=", "45-6=")) for one in composed_row(text, place)]

    write(window.draw_tab.canvas, *strokes)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    items = window.draw_tab.page.panel.rows.items
    assert [(item.text, item.value_text) for item in items] == [("12+30=", "42"), ("45-6=", "39")]


@pytest.mark.slow
def test_the_rows_of_a_picture_are_listed(make_window: WindowMaker, tmp_path: Path, shared_values: None) -> None:
    path = tmp_path / "rows.png"
    below = moved(row("75"), scale=1, dx=0, dy=260)
    picture(Drawing((*row("238").strokes, *below.strokes))).save(path)

    window = make_window(reading="page", file=path)
    page = window.draw_tab.page

    assert [item.text for item in page.panel.rows.items] == ["238", "75"]
    assert page.details.view.text == "238"
    assert page.marks.rectangle(page.items[1].key).isEmpty(), "nothing can be dragged"
    assert not action(window, "Join with the row above").isEnabled()
    assert not named(page.panel, QComboBox, "Kind of row").isEnabled()


@pytest.mark.slow
def test_rows_of_a_picture_are_corrected_or_it_is_said_why_not(
    make_window: WindowMaker, qtbot: QtBot, tmp_path: Path, shared_values: None
) -> None:
    path = tmp_path / "rows.png"
    below = moved(row("75"), scale=1, dx=0, dy=260)
    picture(Drawing((*row("238").strokes, *below.strokes))).save(path)
    window = make_window(reading="page", file=path)
    page, canvas = window.draw_tab.page, window.draw_tab.canvas

    def settle() -> list[str]:
        qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)
        return [item.text for item in page.panel.rows.items]

    tap(canvas, canvas.to_drawing(page.corrections.boxes.label(4).center()))
    popup = page.corrections.popup
    assert popup is not None
    assert popup.isVisible()
    assert page.chosen == 1, "the row of the glyph is chosen"
    popup.chosen.emit("9")
    assert settle() == ["238", "79"]
    assert page.corrections.boxes.is_pinned(4)

    page.choose(page.items[0].key)
    settle()
    other = page.items[0].reading.candidates[1].text
    qtbot.waitUntil(lambda: bool(page.details.candidates.buttons), timeout=PATIENCE_MS)
    qtbot.wait(2 * candidate_row.PATIENCE_MS)
    qtbot.mouseClick(page.details.candidates.buttons[0], Qt.MouseButton.LeftButton)
    assert settle() == [other, "79"]
    window.document.undo_stack.undo()
    window.document.undo_stack.undo()
    assert settle() == ["238", "75"]

    kind, told = named(page.panel, QComboBox, "Kind of row"), "cannot be joined or parted"
    assert not kind.isEnabled()
    assert told in kind.toolTip()
    assert [one.text() for one in page.panel.findChildren(QLabel) if one.isVisible() and told in one.text()]
    assert page.choose_at(50.0, 50.0) == -1, "nothing there can be parted"


@pytest.mark.slow
def test_the_candidates_of_a_page_that_comes_back_row_by_row_are_typeset(pages: PageMaker) -> None:
    def icon() -> QImage:
        button = page.answer.details.candidates.buttons[0]
        return button.icon().pixmap(button.iconSize()).toImage()

    def rest() -> None:
        page.settle()
        page.qtbot.wait(2 * candidate_row.PATIENCE_MS)

    page = pages(slices=True, pause_s=0.1)
    page.put(4, 4, 4, 4, 4)
    rest()
    came_back = icon()
    for place in (1, 0):
        _click_row(page, place)
        rest()

    assert came_back == icon(), "while nothing else is asked for, they are typeset"


@pytest.mark.slow
@pytest.mark.parametrize(("size", "least"), [((1600, 1000), 220), ((1000, 700), 110)])
def test_the_graph_of_the_chosen_row_has_room(pages: PageMaker, size: tuple[int, int], least: int) -> None:
    page = pages(scripts=("y=3x",))
    page.window.resize(*size)
    page.put(4)
    page.qtbot.waitUntil(lambda: page.window.width() == size[0], timeout=PATIENCE_MS)
    page.settle()

    plot, rows = page.answer.details.plot, page.answer.panel.rows
    assert plot is not None
    assert plot.height() >= least
    assert rows.height() >= 200


@pytest.mark.slow
def test_a_model_that_is_named_counts_for_pages(make_window: WindowMaker, tmp_path: Path) -> None:
    refused = make_window(reading="page", model="digits")
    assert "digits" in refused.notice.text
    assert refused.readings.reading == "character"

    mine = tmp_path / "mine"
    shutil.copytree(resource_path("models", "equations"), mine)
    card = json.loads((mine / "card.json").read_text())
    (mine / "card.json").write_text(json.dumps({**card, "name": "mine"}))
    window = make_window(reading="page", model=str(mine))

    assert window.notice.text == ""
    assert window.readings.reading == "page"
    shown = [one.text() for one in window.statusBar().findChildren(QLabel)]
    assert any("mine" in text for text in shown), shown
