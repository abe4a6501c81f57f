"""What is said of glyphs: their class, the other reading, their strokes, their places; and all of it undone."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Sample
from digitvision.recognition.corrections import Corrections
from digitvision.ui.candidates_popup import CandidatesPopup
from digitvision.ui.pointer_player import PointerPlayer
from tests.ui.conftest import WindowMaker
from tests.ui.controls import action, button, choose, named
from tests.ui.equation_window import EquationMaker, EquationWindow, equation_maker
from tests.ui.expressions import column
from tests.ui.pictures import ink_share, picture_of


@pytest.fixture
def equations(make_window: WindowMaker, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> EquationMaker:
    return equation_maker(make_window, qtbot, monkeypatch)


@pytest.fixture
def window(equations: EquationMaker) -> EquationWindow:
    """With `1 + 2` on it."""
    made = equations("1+2")
    made.write(3)
    return made


def _popup(window: EquationWindow, place: int) -> CandidatesPopup:
    """The candidates of a symbol, after a click on it in the formula."""
    view = window.answer.panel.view
    spot = view.symbol_rectangle(place).center().toPoint()
    window.qtbot.mouseMove(view, spot)
    window.qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
    popup = window.answer.corrections.popup
    assert popup is not None
    assert popup.isVisible()
    return popup


def _sweep(window: EquationWindow, *positions: QPointF) -> None:
    """Press the mouse at the first place of the canvas, let it go at the last."""
    canvas = window.window.draw_tab.canvas
    player = PointerPlayer(canvas, "mouse")
    first, *rest = (Sample(*canvas.to_drawing(position)) for position in positions)
    player.send("press", first)
    for sample in rest:
        player.send("move", sample)
    player.send("release", rest[-1] if rest else first)


# --- the candidates of a glyph --------------------------------------------------------------------------------------


def test_a_choice_is_pinned_and_the_rest_is_read_again(window: EquationWindow) -> None:
    popup = _popup(window, 2)
    entries = named(popup, QListWidget, "Candidates")
    assert popup.offered[0].startswith("2\t95.0")
    assert entries.count() == 8
    third = entries.item(2)

    window.qtbot.mouseClick(entries.viewport(), Qt.MouseButton.LeftButton, pos=entries.visualItemRect(third).center())
    window.settle()

    chosen = third.text().split("\t")[0]
    assert window.latex == f"1 + {chosen}"
    assert window.window.document.corrections == Corrections().with_label({2}, chosen)
    assert not popup.isVisible()


def test_the_keys_choose_a_symbol_and_a_candidate(window: EquationWindow, qtbot: QtBot) -> None:
    view = window.answer.panel.view
    view.setFocus()
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.chosen == 1
    qtbot.keyClick(view, Qt.Key.Key_Return)
    popup = window.answer.corrections.popup
    assert popup is not None
    entries = named(popup, QListWidget, "Candidates")

    qtbot.keyClick(entries, Qt.Key.Key_Down)
    wanted = entries.currentItem().text().split("\t")[0]
    qtbot.keyClick(entries, Qt.Key.Key_Return)
    window.settle()

    assert window.latex == f"1 {wanted} 2"


@pytest.mark.parametrize(("typed", "latex"), [("β", r"\beta"), (r"\beta", r"\beta"), ("beta", r"\beta"), ("y", "y")])
def test_any_class_of_the_model_can_be_typed(window: EquationWindow, qtbot: QtBot, typed: str, latex: str) -> None:
    field = named(_popup(window, 0), QLineEdit, "Another sign")

    qtbot.keyClicks(field, typed) if typed.isascii() else field.setText(typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    window.settle()

    assert window.latex == f"{latex} + 2"


def test_what_the_model_does_not_know_is_said_in_place(window: EquationWindow, qtbot: QtBot) -> None:
    popup = _popup(window, 0)
    field = named(popup, QLineEdit, "Another sign")

    field.setText("ℵ")
    qtbot.keyClick(field, Qt.Key.Key_Return)

    assert popup.isVisible()
    assert popup.complaint == "The model does not know “ℵ”."
    assert not window.window.document.corrections
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_a_correction_stays_with_its_ink_when_other_strokes_go(window: EquationWindow) -> None:
    document = window.window.document
    document.correct(Corrections().with_label({2}, "x"))
    window.settle()

    document.erase((0,))
    window.settle()
    assert document.corrections == Corrections().with_label({1}, "x")
    assert window.latex == "1 x"

    document.undo_stack.undo()
    window.settle()
    assert document.corrections == Corrections().with_label({2}, "x")
    assert window.latex == "1 + x"


def test_a_correction_of_what_is_erased_is_dropped_and_comes_back(window: EquationWindow) -> None:
    document = window.window.document
    document.correct(Corrections().with_label({2}, "x"))
    document.erase((2,))
    assert not document.corrections
    document.undo_stack.undo()
    window.settle()

    assert window.latex == "1 + x"


def test_corrections_are_undone_and_done_again_one_by_one(window: EquationWindow) -> None:
    stack = window.window.document.undo_stack
    window.window.document.correct(Corrections().with_label({2}, "x"))
    window.settle()
    window.window.document.correct(window.window.document.corrections.with_label({0}, "y"))
    window.settle()
    assert window.latex == "y + x"

    stack.undo()
    window.settle()
    assert window.latex == "1 + x"
    stack.undo()
    window.settle()
    assert window.latex == "1 + 2"
    stack.redo()
    stack.redo()
    window.settle()
    assert window.latex == "y + x"


def test_corrections_are_forgotten_at_once_and_that_is_undone(window: EquationWindow) -> None:
    assert not action(window.window, "Forget corrections").isEnabled()
    window.window.document.correct(Corrections().with_label({2}, "x"))
    window.settle()

    choose(window.window, "Forget corrections")
    window.settle()
    assert window.latex == "1 + 2"
    window.window.document.undo_stack.undo()
    window.settle()
    assert window.latex == "1 + x"


def test_another_drawing_begins_without_corrections(window: EquationWindow) -> None:
    window.window.document.correct(Corrections().with_label({2}, "x"))

    window.window.document.start()

    assert not window.window.document.corrections


# --- the other reading ----------------------------------------------------------------------------------------------


def test_the_second_choice_is_one_click_away(window: EquationWindow, qtbot: QtBot) -> None:
    (second,) = window.answer.panel.candidates.buttons
    assert second.accessibleName() == "Read it as 7+2"
    assert "20.0" in second.text()
    assert not second.icon().isNull()

    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    window.settle()

    assert window.latex == "7 + 2"
    assert window.window.document.corrections == Corrections().with_label({0}, "7")
    assert window.answer.panel.candidates.buttons == []
    window.window.document.undo_stack.undo()
    window.settle()
    assert window.latex == "1 + 2"


# --- the lasso ------------------------------------------------------------------------------------------------------


def _lasso(window: EquationWindow, *places: int) -> None:
    """Draw round the boxes of these glyphs with the tool that selects."""
    choose(window.window, "Select")
    boxes = window.answer.corrections.boxes
    around = boxes.rectangle(places[0])
    for place in places:
        around = around.united(boxes.rectangle(place))
    around = around.adjusted(-20, -20, 20, 20)
    corners = (around.topLeft(), around.topRight(), around.bottomRight(), around.bottomLeft(), around.topLeft())
    _sweep(window, *corners)


def test_strokes_in_a_lasso_are_made_one_glyph(window: EquationWindow, qtbot: QtBot) -> None:
    _lasso(window, 0, 1)
    selector = window.answer.corrections.selector
    assert selector.selected == (0, 1)
    assert selector.bar is not None

    qtbot.mouseClick(button(selector.bar, "One glyph"), Qt.MouseButton.LeftButton)
    window.settle()

    assert window.window.document.corrections == Corrections().with_glyph({0, 1})
    reading = window.window.draw_tab.reading
    assert reading is not None
    assert [glyph.strokes for glyph in reading.glyphs] == [(0, 1), (2,)]
    assert not selector.bar.isVisible()
    assert len(window.window.document.drawing.strokes) == 3


def test_strokes_in_a_lasso_are_taken_apart(window: EquationWindow, qtbot: QtBot) -> None:
    window.window.document.correct(Corrections().with_glyph({0, 1}))
    window.settle()
    _lasso(window, 0)
    bar = window.answer.corrections.selector.bar
    assert bar is not None

    qtbot.mouseClick(button(bar, "Separate"), Qt.MouseButton.LeftButton)
    window.settle()

    assert window.window.document.corrections == Corrections().with_apart({0, 1})
    reading = window.window.draw_tab.reading
    assert reading is not None
    assert len(reading.glyphs) == 3


def test_a_lasso_around_nothing_offers_nothing(window: EquationWindow) -> None:
    choose(window.window, "Select")

    _sweep(window, QPointF(10, 10), QPointF(40, 10), QPointF(40, 40), QPointF(10, 40))

    assert window.answer.corrections.selector.selected == ()
    assert window.answer.corrections.selector.bar is None
    assert len(window.window.document.drawing.strokes) == 3


def test_the_tool_that_selects_is_offered_for_equations_only(window: EquationWindow) -> None:
    choose(window.window, "Select")
    assert window.window.draw_tab.canvas.tool == "select"

    choose(window.window, "Character")
    window.settle()

    assert not action(window.window, "Select").isEnabled()
    assert action(window.window, "Pen").isChecked()


def test_a_click_with_the_tool_that_selects_asks_for_candidates(window: EquationWindow) -> None:
    choose(window.window, "Select")

    _sweep(window, window.answer.corrections.boxes.rectangle(1).center())

    popup = window.answer.corrections.popup
    assert popup is not None
    assert popup.offered[0].startswith("+")
    window.window.draw_tab.canvas.setFocus()
    assert not popup.isVisible()


# --- places ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dx", "dy", "relation"),
    [(1, -1, "Sup"), (1, 1, "Sub"), (1, 0, "Right"), (0, -1, "Above"), (0, 1, "Below")],
)
def test_a_glyph_that_is_dragged_stands_where_it_is_let_go(
    window: EquationWindow, dx: int, dy: int, relation: str
) -> None:
    choose(window.window, "Select")
    boxes, selector = window.answer.corrections.boxes, window.answer.corrections.selector
    of = boxes.rectangle(0)
    middle = of.center()
    target = QPointF(middle.x() + dx * (of.width() / 2 + 15), middle.y() + dy * (of.height() / 2 + 15))
    start = boxes.rectangle(2).center()
    seen = []
    window.window.draw_tab.canvas.update()
    canvas = window.window.draw_tab.canvas
    player = PointerPlayer(canvas, "mouse")
    player.send("press", Sample(*canvas.to_drawing(start)))
    player.send("move", Sample(*canvas.to_drawing((start + target) / 2)))
    player.send("move", Sample(*canvas.to_drawing(target)))
    seen.append(selector.target)
    canvas.grab()
    player.send("release", Sample(*canvas.to_drawing(target)))
    window.settle()

    assert seen == [(0, relation)]
    assert window.window.document.corrections.relations == ((frozenset({2}), frozenset({0}), relation),)
    reading = window.window.draw_tab.reading
    assert reading is not None
    assert reading.tree is not None
    assert (0, 2, relation) in reading.tree.relations


def test_where_a_dragged_glyph_would_stand_is_said_within_the_canvas(equations: EquationMaker) -> None:
    window = equations("12")
    canvas = window.window.draw_tab.canvas
    right = canvas.to_drawing(QPointF(canvas.width() - 40.0, 0.0))[0]
    window.write([column(150.0), column(right)])
    choose(window.window, "Select")
    boxes = window.answer.corrections.boxes
    target = QPointF(canvas.width() - 15.0, boxes.rectangle(1).center().y())
    boxes.set_visible(False)
    player = PointerPlayer(canvas, "mouse")
    player.send("press", Sample(*canvas.to_drawing(boxes.rectangle(0).center())))
    player.send("move", Sample(*canvas.to_drawing(target)))
    assert window.answer.corrections.selector.target == (1, "Right")

    # Left of the pointer, above it, the ground of the words covers what is there; the words end before the edge does.
    ink = ink_share(canvas, picture_of(canvas))
    around = ink[round(target.y()) - 40 : round(target.y()) - 14]
    assert (around[:, -120:-20] > 0.6).any()
    assert not (around[:, -4:-1] > 0.6).any()
    player.send("release", Sample(*canvas.to_drawing(target)))


def test_only_a_root_has_something_inside(equations: EquationMaker) -> None:
    window = equations("12")
    window.write(2)
    window.window.document.correct(Corrections().with_label({0}, r"\sqrt"))
    window.settle()
    choose(window.window, "Select")
    boxes = window.answer.corrections.boxes

    _sweep(window, boxes.rectangle(1).center(), boxes.rectangle(0).center())
    window.settle()

    assert window.latex == r"\sqrt{2}"


def test_a_glyph_that_is_let_go_nowhere_stays(window: EquationWindow) -> None:
    choose(window.window, "Select")
    boxes = window.answer.corrections.boxes

    _sweep(window, boxes.rectangle(2).center(), QPointF(boxes.rectangle(2).center().x(), 4))

    assert not window.window.document.corrections
    assert len(window.window.document.drawing.strokes) == 3
