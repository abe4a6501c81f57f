"""The marks of rows beside the canvas."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

from digitvision.ui.page.row_marks import BESIDE_PX, EDGE_PX, LETTER_PX, NUMBER_PX, bars_of


def test_a_doubted_row_s_number_of_two_digits_has_room(qapp: QApplication) -> None:
    font = QFont(qapp.font())
    font.setPixelSize(LETTER_PX)
    font.setBold(True)

    assert QFontMetricsF(font).horizontalAdvance("28?") <= NUMBER_PX - 3


@pytest.mark.parametrize(
    ("down", "beside"), [(0, True), (45, True), (90, True), (-45, True), (-55, False), (160, False)]
)
def test_the_mark_of_a_second_column_stands_beside_its_ink(down: float, beside: bool) -> None:
    """Also of rows that are half a row apart: at the canvas's edge, their marks would lie upon each other."""
    left = np.array([(50, top, 300, top + 60) for top in (100.0, 190.0)])
    ink = QRectF(400, 100 + down, 200, 60)
    sides = np.vstack([left, [(ink.left(), ink.top(), ink.right(), ink.bottom())]])

    assert bars_of(sides)[-1] == (ink.left() - BESIDE_PX if beside else EDGE_PX + NUMBER_PX)
