"""The tool bar's words go where there is no room for them beside what they name."""

import pytest
from PySide6.QtWidgets import QLabel, QSlider

from digitvision.ui.window.main_window import MainWindow
from digitvision.ui.window.tool_bar import ToolBar


@pytest.mark.parametrize(("width", "with_words"), [(800, False), (1280, True)])
def test_nothing_is_pushed_out_of_the_tool_bar(window: MainWindow, width: int, with_words: bool) -> None:
    bar = window.findChild(ToolBar)
    assert bar is not None
    slider = bar.findChild(QSlider)
    assert slider is not None
    words = {label.text(): label for label in bar.findChildren(QLabel)}

    # There and back: words that went come again.
    for now in (1280, 640, width):
        window.resize(now, 600)
        window.grab()

    assert slider.isVisible()
    assert slider.mapTo(bar, slider.rect().bottomRight()).x() < bar.width()
    assert {text: label.isVisible() for text, label in words.items()} == {
        "Reading": with_words,
        "Pen width": with_words,
    }
