"""Words beside the pointer that say what would be done where it is let go."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from digitvision.ui.theme import hairline


def paint_words(painter: QPainter, canvas: QWidget, at: QPointF, words: str) -> None:
    """Paint words beside the pointer, within the canvas, on a ground that covers boxes and ink.

    Args:
        painter: Paints on the canvas.
        canvas: The canvas.
        at: Where the pointer is, in the canvas's pixels.
        words: The words.
    """
    palette, edges = canvas.palette(), QRectF(canvas.rect())
    ground = painter.fontMetrics().boundingRect(words).toRectF().adjusted(-6, -3, 6, 3)
    ground.moveBottomLeft(at + QPointF(14, -14))
    ground.moveRight(min(ground.right(), edges.right() - 4))
    ground.moveTop(max(ground.top(), edges.top() + 4))
    painter.setPen(QPen(hairline(palette), 1))
    painter.setBrush(palette.color(palette.ColorRole.Base))
    painter.drawRoundedRect(ground, 4, 4)
    painter.setPen(palette.color(palette.ColorRole.Text))
    painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, words)
