"""Corrections of glyphs by what is selected and dragged: their strokes, and their relations."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Sample
from digitvision.recognition.corrections import Corrections
from digitvision.ui.automation.pointer_player import PointerPlayer
from tests.ui.controls import action, button, choose
from tests.ui.draw.equation_window import EquationMaker, EquationWindow
from tests.ui.expressions import column
from tests.ui.hand import stroke
from tests.ui.pictures import ink_share, picture_of


def _sweep(equation: EquationWindow, *positions: QPointF) -> None:
    """Press the mouse at the first of these pixels of the canvas, and release it at the last."""
    canvas = equation.window.draw_tab.canvas
    player = PointerPlayer(canvas, "mouse")
    first, *rest = (Sample(*canvas.to_drawing(position)) for position in positions)
    player.send("press", first)
    for sample in rest:
        player.send("move", sample)
    player.send("release", rest[-1] if rest else first)


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


@pytest.mark.slow
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
