"""What is out of sight is not changed: the canvas's actions rest in other tabs, and a new model is shown at work."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QToolBar, QToolButton
from pytestqt.qtbot import QtBot

from digitvision.resources import resource_path
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import action, button, choose, named
from tests.ui.draw.equation_window import EquationMaker, EquationWindow
from tests.ui.hand import DIAGONAL, write
from tests.ui.windows import PATIENCE_MS


def _tool(window: MainWindow, text: str) -> QToolButton:
    (bar,) = window.findChildren(QToolBar)
    found = bar.widgetForAction(action(window, text))
    assert isinstance(found, QToolButton)
    return found


@pytest.mark.slow
def test_the_tool_bar_clears_no_drawing_that_is_out_of_sight(window: MainWindow, qtbot: QtBot) -> None:
    write(window.draw_tab.canvas, DIAGONAL)
    for tab in ("Train", "Model"):
        choose(window, tab)

        qtbot.mouseClick(_tool(window, "Clear"), Qt.MouseButton.LeftButton)
        for text in ("Clear", "Undo stroke", "Eraser", "Copy picture", "Boxes around glyphs", "Line"):
            assert not action(window, text).isEnabled(), text
        assert not named(window, QSlider, "Pen width").isEnabled()
        assert action(window, "New drawing").isEnabled()
    assert len(window.document.drawing.strokes) == 1

    choose(window, "Draw")
    assert action(window, "Pen").isEnabled()
    assert not action(window, "Redo").isEnabled()
    assert not action(window, "Boxes around glyphs").isEnabled(), "one character has no boxes"
    qtbot.mouseClick(_tool(window, "Clear"), Qt.MouseButton.LeftButton)
    assert not window.document.drawing


@pytest.mark.slow
def test_the_reading_can_be_changed_after_a_look_at_another_tab(equation: EquationWindow) -> None:
    window = equation.window
    choose(window, "Model")
    choose(window, "Draw")

    window.readings.use("character")

    assert window.readings.reading == "character"


@pytest.mark.slow
def test_a_trained_model_that_is_used_is_shown_where_it_reads(
    equations: EquationMaker, home: Path, qtbot: QtBot
) -> None:
    shutil.copytree(resource_path("models", "classic"), home / "models" / "mine")
    window = equations("1+2").window
    before = window.model
    assert before is not None
    choose(window, "Train")

    window.train_tab.model_wanted.emit("mine")
    qtbot.waitUntil(lambda: window.model is not None and window.model.name == "mine", timeout=PATIENCE_MS)

    assert window.tabs.currentWidget() is window.draw_tab
    assert window.readings.reading == "character"
    assert "“mine” reads single characters from now on, as one of: Digits." in window.notice.text
    qtbot.mouseClick(button(window.notice, f"Back to “{before.name}”"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.model is not None and window.model.name == before.name, timeout=PATIENCE_MS)
    assert window.notice.text == ""
