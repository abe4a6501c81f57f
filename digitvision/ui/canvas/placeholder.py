"""What the canvas says of itself: what can be written on an empty one, and how far the painting of a full one is."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QMargins, QPoint, QRect, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QWidget

from digitvision.ui.theme import muted

EDGE_PX: Final = 16
"""Space to the left and right of the hint."""

SPACE_PX: Final = 8
"""Space between the two lines of the hint."""

HINT_SIZE: Final = 1.8
"""Size of the first line, as a multiple of the system's font."""

TOLD_FROM: Final = 1000
"""From this many strokes on it is told how many of them are painted: fewer are there at once."""

_FLAGS: Final = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)


def writing_hint(name: str) -> str:
    """Return the hint for an alphabet of single characters, or for a kind of reading of several glyphs."""
    translate = QCoreApplication.translate
    hints = {
        "digits": translate("CanvasHint", "Write a digit"),
        "upper": translate("CanvasHint", "Write a capital letter"),
        "lower": translate("CanvasHint", "Write a small letter"),
        "letters": translate("CanvasHint", "Write a letter"),
        "math": translate("CanvasHint", "Write a symbol"),
        "line": translate("CanvasHint", "Write a number or a word"),
        "equation": translate("CanvasHint", "Write an equation"),
        "page": translate("CanvasHint", "Write a digit, an equation, or line under line"),
    }
    return hints.get(name) or translate("CanvasHint", "Write a symbol")


def paint_hint(painter: QPainter, hint: str, canvas: QWidget) -> None:
    """Paint the hint, and below it what to write with, in the middle of the canvas."""
    how = QCoreApplication.translate(
        "CanvasHint", "with the mouse, a finger or a pen – or drop a drawing or a picture here"
    )
    font = canvas.font()
    points = QFontInfo(font).pointSizeF()
    room = canvas.rect().adjusted(EDGE_PX, 0, -EDGE_PX, 0)
    lines: list[tuple[str, QFont, QRect]] = []
    for text, size in ((hint, points * HINT_SIZE), (how, points)):
        font = QFont(font)
        font.setPointSizeF(size)
        lines.append((text, font, QFontMetrics(font).boundingRect(room, _FLAGS, text)))
    height = sum(box.height() for _, _, box in lines) + SPACE_PX
    top = room.top() + max(room.height() - height, 0) // 2
    painter.setPen(muted(canvas.palette()))
    for text, own, box in lines:
        painter.setFont(own)
        painter.drawText(QRect(room.left(), top, room.width(), box.height()), _FLAGS, text)
        top += box.height() + SPACE_PX


def paint_progress(painter: QPainter, progress: tuple[int, int], canvas: QWidget) -> None:
    """Paint in the lower left corner how many of many strokes are painted already, and their number."""
    done, count = progress
    if count < TOLD_FROM:
        return
    words = QCoreApplication.translate("CanvasHint", "Painting: {done:,} of {count:,} strokes").format(
        done=done, count=count
    )
    metrics = QFontMetrics(canvas.font())
    size = metrics.size(0, words).grownBy(QMargins(SPACE_PX, SPACE_PX // 2, SPACE_PX, SPACE_PX // 2))
    box = QRect(QPoint(SPACE_PX, canvas.height() - SPACE_PX - size.height()), size)
    painter.fillRect(box, canvas.palette().color(QPalette.ColorRole.Base))
    painter.setFont(canvas.font())
    painter.setPen(canvas.palette().color(QPalette.ColorRole.Text))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
