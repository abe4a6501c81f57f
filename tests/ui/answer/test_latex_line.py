"""The LaTeX below a formula: whole, and copied by its button."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot

from digitvision.recognition.prediction import Candidate, Reading
from digitvision.ui.answer.formula_panel import FormulaPanel
from digitvision.ui.answer.latex_line import LatexLine
from tests.recognition.expression.trees import tree_of
from tests.ui.controls import named

_LONG = " + ".join(rf"\frac{{x_{{{number}}}}}{{y}}" for number in range(8))


@pytest.fixture
def shown(qtbot: QtBot) -> LatexLine:
    made = LatexLine()
    qtbot.addWidget(made)
    made.resize(400, 60)
    made.show()
    qtbot.waitExposed(made)
    return made


def _end(line: LatexLine) -> QRect:
    """Return where the last character stands."""
    text = named(line, QPlainTextEdit, "LaTeX")
    cursor = QTextCursor(text.document())
    cursor.movePosition(QTextCursor.MoveOperation.End)
    return text.cursorRect(cursor)


def test_long_latex_is_wrapped_and_nothing_is_cut_at_the_right(shown: LatexLine, qtbot: QtBot) -> None:
    text = named(shown, QPlainTextEdit, "LaTeX")
    shown.show_latex("x + 1")
    one = text.height()
    assert not text.verticalScrollBar().isVisible()

    shown.set_roomy(True)
    shown.show_latex(_LONG)
    qtbot.wait(1)

    assert text.height() > 1.5 * one
    assert text.viewport().rect().contains(_end(shown).center())


def test_what_has_no_room_is_scrolled_to(shown: LatexLine, qtbot: QtBot) -> None:
    text = named(shown, QPlainTextEdit, "LaTeX")
    shown.show_latex(_LONG * 3)
    qtbot.wait(1)
    assert text.verticalScrollBar().maximum() > 0

    text.verticalScrollBar().setValue(text.verticalScrollBar().maximum())

    assert text.viewport().rect().contains(_end(shown).center())


def test_the_button_copies_all_of_it_and_says_so(shown: LatexLine, qtbot: QtBot) -> None:
    shown.show_latex(_LONG)
    button = named(shown, QToolButton, "Copy the LaTeX")

    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    assert QGuiApplication.clipboard().text() == _LONG
    assert button.toolTip() == "Copied"
    shown.show_latex("x")
    assert button.toolTip() == "Copy the LaTeX"


@pytest.mark.parametrize(
    ("mode", "text", "latex", "shown_latex"),
    [
        ("line", "hello", "h e l l o", ""),
        ("line", "go on", "g o o n", ""),
        ("line", "3×4=", r"3 \times 4 =", r"3 \times 4 ="),
        ("equation", "x+1", "x + 1", "x + 1"),
        ("equation", "200+1", "2 0 0 + 1", "200 + 1"),
    ],
)
def test_latex_that_says_nothing_more_than_the_text_is_left_out(
    qtbot: QtBot, mode: str, text: str, latex: str, shown_latex: str
) -> None:
    panel = FormulaPanel()
    qtbot.addWidget(panel)
    tree = tree_of(latex)

    panel.show_reading(Reading(mode, (Candidate(text, latex, 0.9),), True, tree=tree, trees=(tree,)))
    panel.show()

    assert panel.latex_text == shown_latex
    assert panel.findChildren(LatexLine)[0].isVisible() == bool(shown_latex)
