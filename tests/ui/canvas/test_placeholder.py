"""What an empty canvas and an empty panel say, and where."""

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from digitvision.ui.canvas.placeholder import SPACE_PX, paint_hint
from tests.ui.draw.equation_window import EquationMaker
from tests.ui.pictures import pixels

_SIZES = [(608, 200), (380, 366), (1248, 420), (2528, 1000)]


def _rows_of_ink(canvas: QWidget, hint: str) -> list[tuple[int, int]]:
    """Return the first and the last row of each line of the hint, from top to bottom."""
    image = QImage(canvas.size(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_hint(painter, hint, canvas)
    painter.end()
    inked = np.flatnonzero((pixels(image) < 250).any(axis=(1, 2)))
    breaks = np.flatnonzero(np.diff(inked) > SPACE_PX // 2)
    return list(zip(inked[[0, *(breaks + 1)]].tolist(), inked[[*breaks, -1]].tolist(), strict=True))


@pytest.mark.parametrize("size", _SIZES)
def test_the_hint_is_one_block_in_the_middle(qtbot: QtBot, size: tuple[int, int]) -> None:
    canvas = QWidget()
    qtbot.addWidget(canvas)
    canvas.resize(*size)

    (first, hint_ends), (how_begins, last) = _rows_of_ink(canvas, "Write a digit")

    assert SPACE_PX <= how_begins - hint_ends <= 3 * SPACE_PX
    assert abs((first + last) / 2 - canvas.height() / 2) <= SPACE_PX


@pytest.mark.parametrize("size", [(640, 480), (800, 600), (1280, 800), (2560, 1410)])
def test_what_an_empty_panel_says_stands_in_its_middle(equations: EquationMaker, size: tuple[int, int]) -> None:
    window = equations()
    window.window.resize(*size)
    window.qtbot.wait(20)

    panel = window.answer.panel
    message = next(label for label in panel.findChildren(QLabel) if label.text() == panel.message_text)
    words = QRect(message.rect())
    words = message.fontMetrics().boundingRect(words, int(message.alignment()), message.text())
    middle = message.mapTo(panel, words.center())
    assert abs(middle.y() - panel.height() / 2) <= SPACE_PX
    assert abs(middle.x() - panel.width() / 2) <= SPACE_PX
