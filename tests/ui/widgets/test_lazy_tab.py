"""Tabs that are made when they are first wanted."""

import pytest
from PySide6.QtWidgets import QLabel, QTabWidget
from pytestqt.qtbot import QtBot

from digitvision.ui.models.model_tab import ModelTab
from digitvision.ui.train.train_tab import TrainTab
from digitvision.ui.widgets.lazy_tab import LazyTab
from tests.ui.windows import WindowMaker


def _tabs(qtbot: QtBot) -> tuple[QTabWidget, LazyTab[QLabel], list[QLabel]]:
    tabs = QTabWidget()
    qtbot.addWidget(tabs)
    tabs.addTab(QLabel("first"), "First")
    made: list[QLabel] = []

    def make() -> QLabel:
        made.append(QLabel("late"))
        return made[-1]

    late = LazyTab(tabs, "Late", make)
    tabs.addTab(QLabel("last"), "Last")
    return tabs, late, made


def test_the_page_is_made_when_the_tab_is_shown_and_only_once(qtbot: QtBot) -> None:
    tabs, late, made = _tabs(qtbot)
    assert late.made is None
    assert made == []

    tabs.setCurrentIndex(1)
    assert tabs.currentWidget() is late.made is made[0]
    tabs.setCurrentIndex(0)
    tabs.setCurrentIndex(1)
    assert len(made) == 1


def test_a_page_that_is_wanted_while_hidden_is_made_without_being_shown(qtbot: QtBot) -> None:
    tabs, late, made = _tabs(qtbot)
    heard: list[int] = []
    tabs.currentChanged.connect(heard.append)

    assert late.page is made[0]
    assert [tabs.tabText(index) for index in range(3)] == ["First", "Late", "Last"]
    assert tabs.indexOf(late.page) == 1
    assert tabs.currentIndex() == 0
    assert heard == []


@pytest.mark.slow
def test_a_new_window_has_made_no_page_that_is_not_shown(make_window: WindowMaker, qtbot: QtBot) -> None:
    window = make_window()
    qtbot.waitUntil(lambda: window.settled, timeout=20_000)
    assert window.findChildren(TrainTab) == []
    assert window.findChildren(ModelTab) == []

    window.tabs.setCurrentIndex(2)
    (tab,) = window.findChildren(ModelTab)
    assert tab is window.model_tab is window.tabs.currentWidget()
