"""Corrections of glyphs: their class, another reading, their strokes, their relations, and all of it undone."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds, Sample
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.prediction import Candidate, GlyphReading, Label, Prediction
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.draw.candidates_popup import CandidatesPopup
from tests.ui.controls import action, button, choose, named
from tests.ui.draw.equation_window import EquationMaker, EquationWindow
from tests.ui.expressions import column
from tests.ui.hand import stroke
from tests.ui.pictures import ink_share, picture_of


def _popup(equation: EquationWindow, index: int) -> CandidatesPopup:
    """Return the candidates of a symbol, after a click on it in the formula."""
    view = equation.answer.panel.view
    spot = view.symbol_rectangle(index).center().toPoint()
    equation.qtbot.mouseMove(view, spot)
    equation.qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
    popup = equation.answer.corrections.popup
    assert popup is not None
    assert popup.isVisible()
    return popup


def _sweep(equation: EquationWindow, *positions: QPointF) -> None:
    """Press the mouse at the first of these pixels of the canvas, and release it at the last."""
    canvas = equation.window.draw_tab.canvas
    player = PointerPlayer(canvas, "mouse")
    first, *rest = (Sample(*canvas.to_drawing(position)) for position in positions)
    player.send("press", first)
    for sample in rest:
        player.send("move", sample)
    player.send("release", rest[-1] if rest else first)


# --- the candidates of a glyph --------------------------------------------------------------------------------------


def test_a_choice_is_pinned_and_the_rest_is_read_again(equation: EquationWindow) -> None:
    popup = _popup(equation, 2)
    entries = named(popup, QListWidget, "Candidates")
    assert popup.offered[0].startswith("2\t95.0")
    assert entries.count() == 8
    third = entries.item(2)

    equation.qtbot.mouseClick(entries.viewport(), Qt.MouseButton.LeftButton, pos=entries.visualItemRect(third).center())
    equation.settle()

    chosen = third.text().split("\t")[0]
    assert equation.latex == f"1 + {chosen}"
    assert equation.window.document.corrections == Corrections().with_label({2}, chosen)
    assert not popup.isVisible()


def test_candidates_are_high_enough_for_a_finger_and_all_in_sight(equation: EquationWindow) -> None:
    popup = _popup(equation, 2)
    entries = named(popup, QListWidget, "Candidates")
    rows = [entries.visualItemRect(entries.item(row)) for row in range(entries.count())]

    assert all(row.height() >= entries.fontMetrics().height() + 8 for row in rows)
    assert all(entries.viewport().rect().contains(row) for row in rows)
    assert equation.window.rect().contains(popup.geometry())


def test_a_confidence_among_neighbours_leaves_less_to_other_candidates(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    labels = (Label("2", "2"), Label("α", r"\alpha"), Label("d", "d"))
    looks = Prediction(labels, np.array([0.4, 0.5, 0.1], np.float32))
    popup = CandidatesPopup(window)

    popup.ask(GlyphReading((Candidate("2", "2", 0.7),), (0,), Bounds(0, 0, 10, 10), looks), QRect(0, 0, 10, 10))

    # By its own scores it is rather an alpha; the confidences of all candidates add up to 1.
    assert popup.offered == ["2\t70.0 %", "α\t25.0 %", "d\t5.0 %"]


def test_after_a_choice_the_networks_own_ranking_is_shown_and_leads_back(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    labels = (Label("2", "2"), Label("α", r"\alpha"), Label("d", "d"))
    chosen = Prediction(labels, np.array([1.0, 0.0, 0.0], np.float32))
    read = Prediction(labels, np.array([0.1, 0.2, 0.7], np.float32))
    popup = CandidatesPopup(window)
    glyph = GlyphReading((Candidate("2", "2", 1.0),), (0,), Bounds(0, 0, 10, 10), chosen, read)

    popup.ask(glyph, QRect(0, 0, 10, 10))

    assert popup.offered == ["2\tYour choice", "d\t70.0 %", "α\t20.0 %", "As read"]


def test_a_choice_is_taken_back_in_the_list(equation: EquationWindow) -> None:
    drawing = equation.window.document.drawing
    corrections = Corrections().with_label({2}, "x")
    equation.window.document.correct(corrections)
    equation.settle()
    assert equation.latex == "1 + x"
    popup = _popup(equation, 2)
    entries = named(popup, QListWidget, "Candidates")
    last = entries.item(entries.count() - 1)
    assert last.text() == "As read"

    spot = entries.visualItemRect(last).center()
    equation.qtbot.mouseClick(entries.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    equation.settle()

    assert equation.latex == "1 + 2"
    assert not popup.isVisible()
    assert not equation.window.document.corrections
    assert equation.window.document.drawing == drawing
    choose(equation.window, "Undo as read")
    equation.settle()
    assert equation.latex == "1 + x"


def test_the_keys_choose_a_symbol_and_a_candidate(equation: EquationWindow, qtbot: QtBot) -> None:
    view = equation.answer.panel.view
    view.setFocus()
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.chosen == 1
    qtbot.keyClick(view, Qt.Key.Key_Return)
    popup = equation.answer.corrections.popup
    assert popup is not None
    entries = named(popup, QListWidget, "Candidates")

    qtbot.keyClick(entries, Qt.Key.Key_Down)
    wanted = entries.currentItem().text().split("\t")[0]
    qtbot.keyClick(entries, Qt.Key.Key_Return)
    equation.settle()

    assert equation.latex == f"1 {wanted} 2"


@pytest.mark.parametrize(("typed", "latex"), [("β", r"\beta"), (r"\beta", r"\beta"), ("beta", r"\beta"), ("y", "y")])
def test_any_class_of_the_model_can_be_typed(equation: EquationWindow, qtbot: QtBot, typed: str, latex: str) -> None:
    field = named(_popup(equation, 0), QLineEdit, "Another symbol")

    qtbot.keyClicks(field, typed) if typed.isascii() else field.setText(typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    equation.settle()

    assert equation.latex == f"{latex} + 2"


def test_a_symbol_that_the_model_does_not_know_is_reported_beside_the_field(
    equation: EquationWindow, qtbot: QtBot
) -> None:
    popup = _popup(equation, 0)
    field = named(popup, QLineEdit, "Another symbol")

    field.setText("ℵ")
    qtbot.keyClick(field, Qt.Key.Key_Return)

    assert popup.isVisible()
    assert popup.complaint == "The model does not know “ℵ”."
    assert not equation.window.document.corrections
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_a_correction_stays_with_its_ink_when_other_strokes_go(equation: EquationWindow) -> None:
    document = equation.window.document
    document.correct(Corrections().with_label({2}, "x"))
    equation.settle()

    document.erase((0,))
    equation.settle()
    assert document.corrections == Corrections().with_label({1}, "x")
    assert equation.latex == "1 x"

    document.undo_stack.undo()
    equation.settle()
    assert document.corrections == Corrections().with_label({2}, "x")
    assert equation.latex == "1 + x"


def test_a_correction_of_what_is_erased_is_dropped_and_comes_back(equation: EquationWindow) -> None:
    document = equation.window.document
    document.correct(Corrections().with_label({2}, "x"))
    document.erase((2,))
    assert not document.corrections
    document.undo_stack.undo()
    equation.settle()

    assert equation.latex == "1 + x"


def test_corrections_are_undone_and_redone_one_by_one(equation: EquationWindow) -> None:
    stack = equation.window.document.undo_stack
    equation.window.document.correct(Corrections().with_label({2}, "x"))
    equation.settle()
    equation.window.document.correct(equation.window.document.corrections.with_label({0}, "y"))
    equation.settle()
    assert equation.latex == "y + x"

    stack.undo()
    equation.settle()
    assert equation.latex == "1 + x"
    stack.undo()
    equation.settle()
    assert equation.latex == "1 + 2"
    stack.redo()
    stack.redo()
    equation.settle()
    assert equation.latex == "y + x"


def test_corrections_are_forgotten_at_once_and_that_is_undone(equation: EquationWindow) -> None:
    assert not action(equation.window, "Forget corrections").isEnabled()
    equation.window.document.correct(Corrections().with_label({2}, "x"))
    equation.settle()

    choose(equation.window, "Forget corrections")
    equation.settle()
    assert equation.latex == "1 + 2"
    equation.window.document.undo_stack.undo()
    equation.settle()
    assert equation.latex == "1 + x"


def test_another_drawing_begins_without_corrections(equation: EquationWindow) -> None:
    equation.window.document.correct(Corrections().with_label({2}, "x"))

    equation.window.document.start()

    assert not equation.window.document.corrections


# --- the other reading ----------------------------------------------------------------------------------------------


def test_the_second_choice_is_one_click_away(equation: EquationWindow, qtbot: QtBot) -> None:
    (second,) = equation.answer.panel.candidates.buttons
    assert second.accessibleName() == "Read it as 7+2"
    assert "20.0" in second.text()
    assert not second.icon().isNull()

    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    equation.settle()

    assert equation.latex == "7 + 2"
    assert equation.window.document.corrections == Corrections().with_label({0}, "7")
    assert equation.answer.panel.candidates.buttons == []
    equation.window.document.undo_stack.undo()
    equation.settle()
    assert equation.latex == "1 + 2"


# --- the lasso ------------------------------------------------------------------------------------------------------


def _lasso(equation: EquationWindow, *indices: int) -> None:
    """Draw a lasso around the boxes of these glyphs."""
    choose(equation.window, "Select")
    boxes = equation.answer.corrections.boxes
    around = boxes.rectangle(indices[0])
    for index in indices:
        around = around.united(boxes.rectangle(index))
    around = around.adjusted(-20, -20, 20, 20)
    corners = (around.topLeft(), around.topRight(), around.bottomRight(), around.bottomLeft(), around.topLeft())
    _sweep(equation, *corners)


def test_strokes_in_a_lasso_are_made_one_glyph(equation: EquationWindow, qtbot: QtBot) -> None:
    _lasso(equation, 0, 1)
    selector = equation.answer.corrections.selector
    assert selector.selected == (0, 1)
    assert selector.bar is not None

    qtbot.mouseClick(button(selector.bar, "One glyph"), Qt.MouseButton.LeftButton)
    equation.settle()

    assert equation.window.document.corrections == Corrections().with_glyph({0, 1})
    reading = equation.window.draw_tab.reading
    assert reading is not None
    assert [glyph.strokes for glyph in reading.glyphs] == [(0, 1), (2,)]
    assert not selector.bar.isVisible()
    assert len(equation.window.document.drawing.strokes) == 3


def test_strokes_in_a_lasso_are_taken_apart(equation: EquationWindow, qtbot: QtBot) -> None:
    equation.window.document.correct(Corrections().with_glyph({0, 1}))
    equation.settle()
    _lasso(equation, 0)
    bar = equation.answer.corrections.selector.bar
    assert bar is not None

    qtbot.mouseClick(button(bar, "Separate"), Qt.MouseButton.LeftButton)
    equation.settle()

    assert equation.window.document.corrections == Corrections().with_apart({0, 1})
    reading = equation.window.draw_tab.reading
    assert reading is not None
    assert len(reading.glyphs) == 3


def test_a_lasso_around_nothing_offers_nothing(equation: EquationWindow) -> None:
    choose(equation.window, "Select")

    _sweep(equation, QPointF(10, 10), QPointF(40, 10), QPointF(40, 40), QPointF(10, 40))

    assert equation.answer.corrections.selector.selected == ()
    assert equation.answer.corrections.selector.bar is None
    assert len(equation.window.document.drawing.strokes) == 3


def test_a_selection_stays_where_ink_is_read_as_another_kind_which_has_no_glyphs_to_join(
    equation: EquationWindow,
) -> None:
    _lasso(equation, 0, 1)
    selector = equation.answer.corrections.selector
    assert selector.bar is not None
    assert "One glyph" in [one.text() for one in selector.bar.findChildren(QToolButton) if one.isVisible()]

    choose(equation.window, "Character")
    equation.settle()

    assert selector.selected == (0, 1)
    assert action(equation.window, "Select").isChecked()
    assert "One glyph" not in [one.text() for one in selector.bar.findChildren(QToolButton) if one.isVisible()]


def test_a_click_with_the_selection_asks_for_candidates(equation: EquationWindow) -> None:
    choose(equation.window, "Select")

    _sweep(equation, equation.answer.corrections.boxes.rectangle(1).center())

    popup = equation.answer.corrections.popup
    assert popup is not None
    assert popup.offered[0].startswith("+")
    equation.window.draw_tab.canvas.setFocus()
    assert not popup.isVisible()


def test_two_clicks_select_a_glyph_and_two_more_its_row(equation: EquationWindow) -> None:
    equation.window.document.correct(Corrections().with_glyph({0, 1}))
    equation.settle()
    choose(equation.window, "Select")
    corrections = equation.answer.corrections
    middle = corrections.boxes.rectangle(0).center()

    _sweep(equation, middle)
    _sweep(equation, middle)

    assert corrections.selector.selected == (0, 1)
    assert corrections.popup is not None
    assert not corrections.popup.isVisible()
    _sweep(equation, middle)
    _sweep(equation, middle)
    assert set(corrections.selector.selected) == {0, 1, 2}


def test_a_glyph_that_is_selected_is_moved_and_read_again_where_it_is(equation: EquationWindow) -> None:
    _lasso(equation, 2)
    boxes, before = equation.answer.corrections.boxes, equation.window.document.drawing.strokes[2].xy[0]
    start = boxes.rectangle(2).center()

    _sweep(equation, start, start + QPointF(30, 40))
    equation.settle()

    assert not equation.window.document.corrections
    moved = equation.window.document.drawing.strokes[2].xy[0] - before
    scale = equation.window.draw_tab.canvas.scale
    assert moved * scale == pytest.approx([30, 40], abs=1)
    assert boxes.rectangle(2).center() == start + QPointF(30, 40)


# --- relations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dx", "dy", "relation"),
    [(1, -1, "Sup"), (1, 1, "Sub"), (1, 0, "Right"), (0, -1, "Above"), (0, 1, "Below")],
)
def test_a_glyph_that_is_dragged_stands_where_it_is_let_go(
    equation: EquationWindow, dx: int, dy: int, relation: str
) -> None:
    choose(equation.window, "Select")
    boxes, selector = equation.answer.corrections.boxes, equation.answer.corrections.selector
    of = boxes.rectangle(0)
    middle = of.center()
    target = QPointF(middle.x() + dx * (of.width() / 2 + 15), middle.y() + dy * (of.height() / 2 + 15))
    start = boxes.rectangle(2).center()
    seen = []
    equation.window.draw_tab.canvas.update()
    canvas = equation.window.draw_tab.canvas
    player = PointerPlayer(canvas, "mouse")
    player.send("press", Sample(*canvas.to_drawing(start)))
    player.send("move", Sample(*canvas.to_drawing((start + target) / 2)))
    player.send("move", Sample(*canvas.to_drawing(target)))
    seen.append(selector.target)
    canvas.grab()
    player.send("release", Sample(*canvas.to_drawing(target)))
    equation.settle()

    assert seen == [(0, relation)]
    assert equation.window.document.corrections.relations == ((frozenset({2}), frozenset({0}), relation),)
    reading = equation.window.draw_tab.reading
    assert reading is not None
    assert reading.tree is not None
    assert (0, 2, relation) in reading.tree.relations


def test_where_a_dragged_glyph_would_stand_is_named_within_the_canvas(equations: EquationMaker) -> None:
    equation = equations("12")
    canvas = equation.window.draw_tab.canvas
    right = canvas.to_drawing(QPointF(canvas.width() - 40.0, 0.0))[0]
    equation.write([column(150.0), column(right)])
    choose(equation.window, "Select")
    boxes = equation.answer.corrections.boxes
    target = QPointF(canvas.width() - 15.0, boxes.rectangle(1).center().y())
    boxes.set_visible(False)
    player = PointerPlayer(canvas, "mouse")
    player.send("press", Sample(*canvas.to_drawing(boxes.rectangle(0).center())))
    player.send("move", Sample(*canvas.to_drawing(target)))
    assert equation.answer.corrections.selector.target == (1, "Right")

    # Left of the pointer, above it, the ground of the words covers what is there; the words end before the edge does.
    ink = ink_share(canvas, picture_of(canvas))
    around = ink[round(target.y()) - 40 : round(target.y()) - 14]
    assert (around[:, -120:-20] > 0.6).any()
    assert not (around[:, -4:-1] > 0.6).any()
    player.send("release", Sample(*canvas.to_drawing(target)))


def test_only_a_root_has_something_inside(equations: EquationMaker) -> None:
    equation = equations("12")
    equation.write(2)
    equation.window.document.correct(Corrections().with_label({0}, r"\sqrt"))
    equation.settle()
    choose(equation.window, "Select")
    boxes = equation.answer.corrections.boxes

    _sweep(equation, boxes.rectangle(1).center(), boxes.rectangle(0).center())
    equation.settle()

    assert equation.latex == r"\sqrt{2}"


def test_a_glyph_that_is_let_go_nowhere_stays(equation: EquationWindow) -> None:
    choose(equation.window, "Select")
    boxes = equation.answer.corrections.boxes

    _sweep(equation, boxes.rectangle(2).center(), QPointF(boxes.rectangle(2).center().x(), 4))

    assert not equation.window.document.corrections
    assert len(equation.window.document.drawing.strokes) == 3


def test_a_drag_that_begins_on_blank_paper_within_a_box_selects(equations: EquationMaker) -> None:
    equation = equations("12")
    canvas = equation.window.draw_tab.canvas
    equation.write([stroke((200, 300), (300, 450), (400, 600)), column(700.0)])
    boxes = equation.answer.corrections.boxes
    canvas.set_tool("select rectangle")
    box = boxes.rectangle(0)
    blank, far = box.bottomLeft() + QPointF(2.0, -2.0), QPointF(box.right() + 30.0, box.top() - 10.0)
    assert boxes.glyph_at(blank) == 0
    player = PointerPlayer(canvas, "mouse")
    player.send("press", Sample(*canvas.to_drawing(blank)))
    player.send("move", Sample(*canvas.to_drawing(box.center())))
    player.send("move", Sample(*canvas.to_drawing(far)))
    assert equation.answer.corrections.selector.target is None
    player.send("release", Sample(*canvas.to_drawing(far)))

    assert equation.window.draw_tab.editing.selection.indices == (0,)
    assert not equation.window.document.corrections.relations


def test_what_is_one_glyph_already_is_not_made_one(equations: EquationMaker) -> None:
    equation = equations("12")
    equation.write([column(200.0), column(700.0)])
    selection, bar = equation.window.draw_tab.editing.selection, equation.answer.corrections.selector.view
    equation.window.draw_tab.canvas.set_tool("select")
    join = action(equation.window, "One glyph")

    selection.choose([0])
    assert not join.isEnabled()
    assert bar.bar is not None
    assert not button(bar.bar, "One glyph").isEnabled()
    selection.choose([0, 1])
    assert join.isEnabled()
    assert button(bar.bar, "One glyph").isEnabled()
