"""The list of candidates while it is open: keys are its own, and a tap beside it only closes it."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from digitvision.ui.canvas import glyph_boxes
from digitvision.ui.draw.candidates_popup import CandidatesPopup
from tests.ui.controls import action, named
from tests.ui.draw.equation_window import EquationWindow
from tests.ui.hand import stroke, tap, write


@pytest.fixture
def popup(equation: EquationWindow) -> CandidatesPopup:
    """The candidates of the 2 in 1 + 2, which a tap on its label has opened."""
    boxes = equation.answer.corrections.boxes
    equation.answer.corrections.ask(2, boxes.label(2).toAlignedRect())
    found = equation.answer.corrections.popup
    assert found is not None
    return found


def _press(qtbot: QtBot, key: Qt.Key | str) -> None:
    """Press a key as a person does: whatever has the focus gets it, and shortcuts come first."""
    focus = QApplication.focusWidget()
    assert isinstance(focus, QWidget)
    qtbot.keyClick(focus, key)


def test_letters_that_are_keys_of_tools_are_typed(
    equation: EquationWindow, popup: CandidatesPopup, qtbot: QtBot
) -> None:
    boxes_shown = action(equation.window, "Boxes around glyphs").isChecked()

    for letter in "bes":
        _press(qtbot, letter)

    assert named(popup, QLineEdit, "Another symbol").text() == "bes"
    assert action(equation.window, "Pen").isChecked()
    assert action(equation.window, "Boxes around glyphs").isChecked() == boxes_shown
    assert popup.isVisible()


def test_a_letter_typed_in_the_list_goes_to_the_field(popup: CandidatesPopup, qtbot: QtBot) -> None:
    named(popup, QListWidget, "Candidates").setFocus()

    _press(qtbot, "b")
    _press(qtbot, "e")

    assert named(popup, QLineEdit, "Another symbol").text() == "be"


@pytest.mark.parametrize("key", [Qt.Key.Key_F6, Qt.Key.Key_F7, Qt.Key.Key_Delete, Qt.Key.Key_BracketLeft])
@pytest.mark.parametrize("part", ["Another symbol", "Candidates"])
def test_no_key_changes_the_reading_or_the_drawing(
    equation: EquationWindow, popup: CandidatesPopup, qtbot: QtBot, key: Qt.Key, part: str
) -> None:
    width = equation.window.draw_tab.canvas.pen_width
    named(popup, QWidget, part).setFocus()

    _press(qtbot, key)

    assert equation.window.readings.reading == "equation"
    assert len(equation.window.document.drawing.strokes) == 3
    assert equation.window.draw_tab.canvas.pen_width == width


@pytest.mark.slow
def test_what_is_typed_is_chosen_by_return(equation: EquationWindow, popup: CandidatesPopup, qtbot: QtBot) -> None:
    _press(qtbot, "y")
    _press(qtbot, Qt.Key.Key_Return)
    equation.settle()

    assert equation.latex == "1 + y"
    assert not popup.isVisible()


def test_the_arrows_choose_in_the_list_while_the_field_is_empty(
    equation: EquationWindow, popup: CandidatesPopup, qtbot: QtBot
) -> None:
    wanted = popup.offered[2].split("\t")[0]

    _press(qtbot, Qt.Key.Key_Down)
    _press(qtbot, Qt.Key.Key_Down)
    _press(qtbot, Qt.Key.Key_Return)
    equation.settle()

    assert equation.latex == f"1 + {wanted}"


def test_escape_closes_and_changes_nothing(equation: EquationWindow, popup: CandidatesPopup, qtbot: QtBot) -> None:
    _press(qtbot, "b")
    _press(qtbot, Qt.Key.Key_Escape)

    assert not popup.isVisible()
    assert not equation.window.document.corrections
    assert equation.window.draw_tab.canvas.hasFocus()


def test_a_dot_right_after_a_key_has_closed_the_list_is_written(
    equation: EquationWindow, popup: CandidatesPopup, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glyph_boxes, "WRITING_S", 0.0)
    canvas = equation.window.draw_tab.canvas

    _press(qtbot, Qt.Key.Key_Escape)
    tap(canvas, canvas.to_drawing(QPointF(canvas.width() - 12.0, 12.0)))

    assert len(equation.window.document.drawing.strokes) == 4


def test_a_command_of_the_window_is_obeyed(equation: EquationWindow, popup: CandidatesPopup, qtbot: QtBot) -> None:
    named(popup, QListWidget, "Candidates").setFocus()

    focus = QApplication.focusWidget()
    assert isinstance(focus, QWidget)
    qtbot.keyClick(focus, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert len(equation.window.document.drawing.strokes) == 2


def test_a_tap_beside_the_list_closes_it_and_writes_nothing(
    equation: EquationWindow, popup: CandidatesPopup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glyph_boxes, "WRITING_S", 0.0)
    canvas = equation.window.draw_tab.canvas
    aside = canvas.to_drawing(QPointF(canvas.width() - 12.0, 12.0))

    tap(canvas, aside)
    assert not popup.isVisible()
    assert len(equation.window.document.drawing.strokes) == 3
    tap(canvas, aside)
    assert len(equation.window.document.drawing.strokes) == 4


def test_a_stroke_beside_the_list_is_written_and_the_dot_that_follows_it_too(
    equation: EquationWindow, popup: CandidatesPopup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glyph_boxes, "WRITING_S", 0.0)
    canvas = equation.window.draw_tab.canvas
    x, y = canvas.to_drawing(QPointF(canvas.width() - 12.0, 12.0))

    write(canvas, stroke((x, y), (x, y + 100), (x, y + 200)))
    assert not popup.isVisible()
    # Beside the stroke, which may be read by now and have a box.
    tap(canvas, (x - 150, y))

    assert len(equation.window.document.drawing.strokes) == 5
