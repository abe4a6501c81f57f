"""No Python object outlives an item of a layout: what lies there next in memory would be taken for it."""

import re
from pathlib import Path

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget, QWidgetItem
from pytestqt.qtbot import QtBot

import digitvision
from digitvision.ui.widgets.layouts import add_layout, forget_items
from tests.ui.windows import WindowMaker


def _items() -> list[QWidgetItem]:
    """Return the items of layouts that Python has objects of; spaces go with their layout, and layouts tell Python."""
    known = shiboken6.getAllValidWrappers()
    return [one for one in known if isinstance(one, QWidgetItem)]


def _filled() -> QHBoxLayout:
    inner, innermost = QHBoxLayout(), QVBoxLayout()
    innermost.addWidget(QPushButton("1"))
    inner.addWidget(QPushButton("2"))
    inner.addStretch(1)
    inner.addLayout(innermost)
    return inner


def test_no_object_of_an_item_is_left_of_a_layout_that_was_added_filled(qtbot: QtBot) -> None:
    before = len(_items())
    window = QWidget()
    qtbot.addWidget(window)
    outer = QVBoxLayout(window)

    add_layout(outer, _filled(), 2)
    form = QFormLayout()
    add_layout(outer, form)
    row = _filled()
    form.addRow("row", row)
    forget_items(row)

    assert len(_items()) == before
    assert outer.stretch(0) == 2
    buttons = window.findChildren(QPushButton)
    assert len(buttons) == 4
    for button in buttons:
        button.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert outer.count() == 2
    assert row.count() == 2


def test_a_window_has_none(make_window: WindowMaker) -> None:
    before = len(_items())
    window = make_window()
    for index in range(window.tabs.count()):
        window.tabs.setCurrentIndex(index)

    assert len(_items()) == before


def test_layouts_are_added_in_one_way() -> None:
    sources = [path for path in Path(digitvision.__file__).parent.rglob("*.py") if path.name != "layouts.py"]
    assert len(sources) > 100
    assert [str(path) for path in sources if re.search(r"\.(add|insert)Layout\(", path.read_text("utf-8"))] == []
