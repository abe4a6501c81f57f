"""Everything has a name, a tip and a key, and can be reached without a pointer."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QProgressBar,
    QScrollBar,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ui.controls import choose, menu_actions, plain
from tests.ui.hand import write
from tests.ui.windows import PATIENCE_MS

_INTERACTIVE = (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QProgressBar,
    QTreeWidget,
    Canvas,
)
_LABELS = QAccessible.RelationFlag.Label
_TABS = ("Draw", "Train", "Model")


def test_every_action_has_a_text_a_tool_tip_and_a_status_tip(window: MainWindow) -> None:
    lacking = [
        action.text()
        for action in menu_actions(window)
        if action.isEnabled() and not (plain(action.text()) and action.toolTip() and action.statusTip())
    ]

    assert lacking == []


def test_a_tool_tip_says_more_than_the_text(window: MainWindow) -> None:
    bare = [action.text() for action in menu_actions(window) if action.toolTip() == plain(action.text())]

    assert [text for text in bare if text != "No recent files"] == []


def test_no_two_actions_share_a_key(window: MainWindow) -> None:
    keys = [sequence.toString() for action in menu_actions(window) for sequence in action.shortcuts()]

    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert len(keys) > 15


def test_no_two_entries_of_a_menu_share_a_mnemonic(window: MainWindow) -> None:
    menus: list[QWidget] = [window.menuBar(), *(action.menu() for action in window.menuBar().actions())]  # type: ignore[list-item]
    for menu in menus:
        letters = [
            action.text()[action.text().index("&") + 1].lower() for action in menu.actions() if "&" in action.text()
        ]
        assert letters
        assert [letter for letter, count in Counter(letters).items() if count > 1] == [], letters


@pytest.mark.parametrize("tab", _TABS)
def test_every_control_has_a_name_that_a_screen_reader_speaks(window: MainWindow, tab: str) -> None:
    choose(window, tab)

    nameless = [
        f"{type(widget).__name__} {widget.objectName()} in {type(widget.parentWidget()).__name__}"
        for widget in window.findChildren(QWidget)
        if isinstance(widget, _INTERACTIVE) and widget.isVisible() and _is_ours(widget) and not _spoken(widget)
    ]

    assert nameless == []


@pytest.mark.parametrize("tab", _TABS)
def test_every_button_without_words_has_a_tool_tip(window: MainWindow, tab: str) -> None:
    choose(window, tab)

    lacking = [
        widget.text()
        for widget in window.findChildren(QAbstractButton)
        if widget.isVisible() and _is_ours(widget) and not widget.toolTip()
    ]

    assert lacking == []


def _is_ours(widget: QWidget) -> bool:
    """Whether a widget is the program's, and no part of one of Qt's own controls."""
    return not isinstance(widget, QScrollBar) and not widget.objectName().startswith("qt_")


def _spoken(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    if isinstance(widget, QComboBox):
        # On some systems Qt gives a combo box its value for a name, and its label as a relation beside it.
        names = [other.text(QAccessible.Text.Name) for other, kind in interface.relations() if kind & _LABELS]
        return widget.accessibleName() or "".join(names)
    return str(interface.text(QAccessible.Text.Name))


@pytest.mark.parametrize(
    ("tab", "reached"),
    [
        ("Draw", {"Canvas", "Pen width", "Alphabet"}),
        ("Train", {"Data", "Network", "Model's name", "Epochs", "Batch size", "Learning rate", "Train"}),
        ("Model", {"Model to look at", "Data and licences", "All that was measured", "All layers"}),
    ],
)
def test_the_tab_key_reaches_the_controls(window: MainWindow, qtbot: QtBot, tab: str, reached: set[str]) -> None:
    choose(window, tab)
    names: list[str] = []

    for _ in range(40):
        focused = QApplication.focusWidget()
        assert focused is not None
        names.append(_spoken(focused))
        qtbot.keyClick(focused, Qt.Key.Key_Tab)

    assert reached <= set(names)


def test_the_canvas_has_the_focus_at_the_start(window: MainWindow, canvas: Canvas) -> None:
    assert QApplication.focusWidget() is canvas


def test_the_answer_is_spoken_with_its_confidence_and_the_word_for_it(window: MainWindow, qtbot: QtBot) -> None:
    write(window.draw_tab.canvas, *sample_drawing(4).strokes)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    panel = window.draw_tab.character.panel
    (answer,) = [one for one in panel.findChildren(QWidget) if one.accessibleName() == "Answer"]
    assert answer.accessibleDescription().startswith("4 ")
    assert "%" in answer.accessibleDescription()
    assert panel.verdict_text in answer.accessibleDescription()
