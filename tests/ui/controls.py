"""Finds the window's menus and controls by their texts."""

from collections.abc import Iterator
from typing import TypeVar

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QTabBar, QTreeWidget, QWidget

from digitvision.ui.window.main_window import MainWindow

_Widget = TypeVar("_Widget", bound=QWidget)


def menu_actions(window: MainWindow) -> Iterator[QAction]:
    """Yield every action of the menu bar and its sub-menus, which are filled as when they are opened."""
    for entry in window.menuBar().actions():
        yield from _actions_of(entry)


def action(window: MainWindow, text: str) -> QAction:
    """Return the menu's action with this text, mnemonics left out."""
    found = [one for one in menu_actions(window) if plain(one.text()) == text]
    assert len(found) == 1, f"{len(found)} actions “{text}” among {[one.text() for one in menu_actions(window)]}"
    return found[0]


def choose(window: MainWindow, text: str) -> None:
    """Choose an entry of the menus."""
    entry = action(window, text)
    assert entry.isEnabled(), f"“{text}” is not offered"
    entry.trigger()


def button(parent: QWidget, text: str) -> QAbstractButton:
    """Return the visible button with this text."""
    found = [one for one in parent.findChildren(QAbstractButton) if plain(one.text()) == text and one.isVisible()]
    assert len(found) == 1, f"{len(found)} buttons “{text}”"
    return found[0]


def labels(parent: QWidget) -> list[str]:
    """Return the texts of all visible labels."""
    return [label.text() for label in parent.findChildren(QLabel) if label.isVisible() and label.text()]


def named(parent: QWidget, kind: type[_Widget], name: str) -> _Widget:
    """Return the widget of this kind and accessible name."""
    (found,) = [one for one in parent.findChildren(kind) if one.accessibleName() == name]
    return found


def open_page(window: MainWindow, title: str) -> None:
    """Turn to a page of the Model tab."""
    window.tabs.setCurrentWidget(window.model_tab)
    bar = named(window.model_tab, QTabBar, "Pages of the model")
    (index,) = [index for index in range(bar.count()) if bar.tabText(index) == title]
    bar.setCurrentIndex(index)


def rows(table: QTreeWidget) -> list[list[str]]:
    """Return the texts of a table, row by row."""
    items = [table.topLevelItem(row) for row in range(table.topLevelItemCount())]
    return [[item.text(column) for column in range(table.columnCount())] for item in items if item is not None]


def plain(text: str) -> str:
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _actions_of(entry: QAction) -> Iterator[QAction]:
    menu = entry.menu()
    if isinstance(menu, QMenu):
        menu.aboutToShow.emit()
        for inner in menu.actions():
            yield from _actions_of(inner)
    elif not entry.isSeparator():
        yield entry
