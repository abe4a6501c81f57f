"""What an empty canvas says, so that nobody stalls before it."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFontInfo, QPainter
from PySide6.QtWidgets import QWidget

from digitvision.ui.theme import muted


def writing_hint(name: str) -> str:
    """What an empty canvas asks for, by the alphabet's name, or by the reading's where there is more than a glyph."""
    translate = QCoreApplication.translate
    hints = {
        "digits": translate("CanvasHint", "Write a digit"),
        "upper": translate("CanvasHint", "Write a capital letter"),
        "lower": translate("CanvasHint", "Write a small letter"),
        "letters": translate("CanvasHint", "Write a letter"),
        "math": translate("CanvasHint", "Write a symbol"),
        "line": translate("CanvasHint", "Write a number or a word"),
        "equation": translate("CanvasHint", "Write an equation"),
    }
    return hints.get(name) or translate("CanvasHint", "Write a sign")


def paint_hint(painter: QPainter, hint: str, canvas: QWidget) -> None:
    """Write the hint in the middle of the canvas, and below it how to follow it."""
    font = canvas.font()
    points = QFontInfo(font).pointSizeF()
    font.setPointSizeF(points * 1.8)
    painter.setFont(font)
    painter.setPen(muted(canvas.palette()))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    middle = canvas.rect().adjusted(16, 0, -16, -int(canvas.height() * 0.04))
    painter.drawText(middle, flags, hint)
    font.setPointSizeF(points)
    painter.setFont(font)
    below = canvas.rect().adjusted(16, int(canvas.height() * 0.10), -16, 0)
    how = QCoreApplication.translate(
        "CanvasHint", "with the mouse, a finger or a pen – or drop a drawing or a picture here"
    )
    painter.drawText(below, flags, how)
