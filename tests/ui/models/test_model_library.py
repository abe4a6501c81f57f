"""The model library in the window: each change is shown and confirmed at once, and a removal can be undone."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from digitvision.recognition.models.model_library import LONGEST_DESCRIPTION
from digitvision.recognition.models.model_store import ModelStore
from digitvision.resources import resource_path
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import button, labels, named, plain
from tests.ui.windows import PATIENCE_MS, WindowMaker

pytestmark = pytest.mark.usefixtures("only_classic")


def _window(make_window: WindowMaker, home: Path, *own: str, model: str = "") -> MainWindow:
    for name in own:
        shutil.copytree(resource_path("models", "classic"), home / "models" / name)
    window = make_window(model=model)
    window.tabs.setCurrentWidget(window.model_tab)
    return window


def _menu(window: MainWindow) -> dict[str, QAction]:
    opened = window.model_tab.library.button.menu()
    assert isinstance(opened, QMenu)
    opened.aboutToShow.emit()
    return {plain(action.text()): action for action in opened.actions() if action.text()}


def _trigger(window: MainWindow, title: str) -> None:
    action = _menu(window)[title]
    assert action.isEnabled()
    action.trigger()


def _wait_for(qtbot: QtBot, window: MainWindow, name: str) -> None:
    qtbot.waitUntil(lambda: window.model is not None and window.model.name == name, timeout=PATIENCE_MS)


def _write(window: MainWindow, title: str, text: str, *, end: str = "Save") -> None:
    line = named(window.model_tab, QLineEdit, title)
    assert line.isVisible()
    assert line.hasFocus()
    line.setText(text)
    if end == "Escape":
        QTest.keyClick(line, Qt.Key.Key_Escape)
    else:
        button(window.model_tab.library.editor, end).click()


def _offered(window: MainWindow) -> list[str]:
    choice = named(window.model_tab, QComboBox, "Model to look at")
    return [choice.itemData(index) for index in range(choice.count())]


def test_a_shipped_model_can_only_be_copied(make_window: WindowMaker, home: Path) -> None:
    window = _window(make_window, home)

    actions = _menu(window)
    assert [title for title, action in actions.items() if action.isEnabled()] == ["Copy", "Export …", "Import …"]
    assert actions["Answers by default: Digits"].isChecked()
    _trigger(window, "Copy")

    assert _offered(window) == ["classic", "classic copy"]
    assert "“classic” was copied to “classic copy”." in window.model_tab.library.notice.text
    assert window.model is not None
    assert window.model.name == "classic"


def test_a_renamed_model_goes_on_answering(make_window: WindowMaker, home: Path, qtbot: QtBot) -> None:
    window = _window(make_window, home, "mine", model="mine")

    _trigger(window, "Rename …")
    _write(window, "New name", "our sevens")
    _wait_for(qtbot, window, "our sevens")

    assert _offered(window) == ["classic", "our sevens"]
    assert window.model_tab.library.editor.isHidden()
    assert (home / "models" / "our sevens").is_dir()


@pytest.mark.parametrize(("text", "sentence"), [("classic", "already"), ("a/b", "will not do"), ("", "will not do")])
def test_an_unusable_name_leaves_the_line_for_another_try(
    make_window: WindowMaker, home: Path, qtbot: QtBot, text: str, sentence: str
) -> None:
    window = _window(make_window, home, "mine", model="mine")
    _trigger(window, "Rename …")
    _write(window, "New name", text)

    assert sentence in window.model_tab.library.notice.text
    assert _offered(window) == ["classic", "mine"]
    _write(window, "New name", "better")
    _wait_for(qtbot, window, "better")
    assert window.model_tab.library.editor.isHidden()


@pytest.mark.parametrize("end", ["Cancel", "Escape"])
def test_cancelling_changes_nothing(make_window: WindowMaker, home: Path, end: str) -> None:
    window = _window(make_window, home, "mine", model="mine")
    _trigger(window, "Rename …")
    _write(window, "New name", "other", end=end)

    assert window.model_tab.library.editor.isHidden()
    assert _offered(window) == ["classic", "mine"]


def test_a_description_is_shown_on_the_card(make_window: WindowMaker, home: Path, qtbot: QtBot) -> None:
    window = _window(make_window, home, "mine", model="mine")
    _trigger(window, "Describe …")
    assert named(window.model_tab, QLineEdit, "Description").maxLength() == LONGEST_DESCRIPTION
    _write(window, "Description", "Reads my sevens.")

    qtbot.waitUntil(lambda: any("Reads my sevens." in text for text in labels(window.model_tab)), timeout=PATIENCE_MS)


def test_a_removed_model_is_brought_back_by_one_click(make_window: WindowMaker, home: Path, qtbot: QtBot) -> None:
    window = _window(make_window, home, "mine", model="mine")

    _trigger(window, "Remove")
    _wait_for(qtbot, window, "classic")
    qtbot.waitUntil(lambda: _offered(window) == ["classic"], timeout=PATIENCE_MS)
    assert window.model_tab.library.notice.text == "“mine” was removed."

    button(window.model_tab.library.notice, "Undo").click()
    _wait_for(qtbot, window, "mine")
    assert _offered(window) == ["classic", "mine"]


def test_closing_the_window_removes_for_good(make_window: WindowMaker, home: Path, qtbot: QtBot) -> None:
    window = _window(make_window, home, "mine", model="mine")
    _trigger(window, "Remove")
    _wait_for(qtbot, window, "classic")
    assert any((home / "models").iterdir())

    window.close()

    assert list((home / "models").iterdir()) == []


def test_the_default_is_chosen_and_taken_back(make_window: WindowMaker, home: Path) -> None:
    window = _window(make_window, home, "mine", model="mine")
    title = "Answers by default: Digits"
    assert not _menu(window)[title].isChecked()

    _trigger(window, title)
    assert "Digits: “mine” answers by default." in window.model_tab.library.notice.text
    assert ModelStore().for_alphabet("digits").name == "mine"
    assert _menu(window)[title].isChecked()

    _trigger(window, title)
    assert "Digits: “classic” answers by default." in window.model_tab.library.notice.text
    assert ModelStore().for_alphabet("digits").name == "classic"


def test_the_button_has_a_tool_tip(make_window: WindowMaker, home: Path) -> None:
    window = _window(make_window, home)
    found = [item for item in window.model_tab.findChildren(QToolButton) if item.text() == "Library"]

    assert len(found) == 1
    assert "Rename, describe, copy, remove or export" in found[0].toolTip()
