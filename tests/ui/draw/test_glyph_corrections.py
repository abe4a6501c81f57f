"""Corrections of glyphs: their class, and another reading; and all of it undone."""

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Bounds
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.prediction import Candidate, GlyphReading, Label, Prediction
from digitvision.ui.draw.candidates_popup import CandidatesPopup
from tests.ui.controls import action, choose, named
from tests.ui.draw.equation_window import EquationWindow


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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
