"""The marks of rows beside the canvas."""

from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

from digitvision.ui.page.row_marks import LETTER_PX, NUMBER_PX


def test_a_doubted_row_s_number_of_two_digits_has_room(qapp: QApplication) -> None:
    font = QFont(qapp.font())
    font.setPixelSize(LETTER_PX)
    font.setBold(True)

    assert QFontMetricsF(font).horizontalAdvance("28?") <= NUMBER_PX - 3
