"""Marks over the ink: where more of it lies out of sight, and a button that shows the whole drawing."""

from typing import Final

import numpy as np
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QWidget

from digitvision.ui.paper.paper_view import Ink, PaperView
from digitvision.ui.paper.view import beyond, enclosing, in_sight
from digitvision.ui.theme import hairline

BUTTON_HEIGHT_PX: Final = 28
BUTTON_EDGE_PX: Final = 14
"""Space between the button and the canvas's edges: the scroll marks lie in it."""

BUTTON_PADDING_PX: Final = 10
ARROWS_PX: Final = 9
GAP_PX: Final = 8
FINGER_PX: Final = 6
"""How far beside the button a tap is still meant for it."""

MARK_PX: Final = 3
MARK_EDGE_PX: Final = 4
SHORTEST_MARK_PX: Final = 24
MARK_OPACITY: Final = 90
HARDLY_BEYOND: Final = 1.0
"""Ink that reaches no further out of sight than this many units is not worth a mark."""


class ViewMarks:
    """An overlay of the canvas. It changes only while no pointer is down, so that nothing moves under the pen."""

    def __init__(self, canvas: QWidget, view: PaperView, ink: Ink) -> None:
        self._canvas = canvas
        self._view = view
        self._ink = ink
        self._text = ""
        self._marks: tuple[QRectF, ...] = ()

    @property
    def text(self) -> str:
        """What the button says; empty while it is not shown, because all is as usual."""
        return self._text

    @property
    def button(self) -> QRect:
        """Where the button is shown, in the canvas's pixels; empty while it is not."""
        if not self._text:
            return QRect()
        words = QFontMetrics(self._canvas.font()).horizontalAdvance(self._text)
        width = words + ARROWS_PX + GAP_PX + 2 * BUTTON_PADDING_PX
        right, bottom = self._canvas.width() - BUTTON_EDGE_PX, self._canvas.height() - BUTTON_EDGE_PX
        return QRect(right - width, bottom - BUTTON_HEIGHT_PX, width, BUTTON_HEIGHT_PX)

    @property
    def marks(self) -> tuple[QRectF, ...]:
        """The scroll marks, in the canvas's pixels."""
        return self._marks

    def refresh(self) -> None:
        """Show what is so now."""
        before = self._text, self._marks
        self._marks = self._find_marks()
        usual = self._view.shows_whole or (self._view.has_usual_zoom and not self._marks)
        self._text = "" if usual else self._words()
        if before != (self._text, self._marks):
            self._canvas.update()

    # --- what the canvas asks of an overlay ---------------------------------------------------------------------

    def is_button(self, position: QPointF) -> bool:
        """Whether a tap at this position is meant for the button."""
        reach = self.button.adjusted(-FINGER_PX, -FINGER_PX, FINGER_PX, FINGER_PX)
        return bool(self._text) and reach.contains(position.toPoint())

    def tap(self, position: QPointF) -> None:
        """Show the whole drawing."""
        self._view.whole_drawing()

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint the marks that lie in this part of the canvas."""
        palette = self._canvas.palette()
        painter.save()
        colour = QColor(palette.color(QPalette.ColorRole.Text))
        colour.setAlpha(MARK_OPACITY)
        for mark in self._marks:
            painter.fillRect(mark.toRect(), colour)
        button = self.button
        if self._text and button.adjusted(-1, -1, 1, 1).intersects(window):
            self._paint_button(painter, QRectF(button), palette)
        painter.restore()

    def _paint_button(self, painter: QPainter, button: QRectF, palette: QPalette) -> None:
        painter.setPen(QPen(hairline(palette), 1))
        painter.setBrush(palette.color(QPalette.ColorRole.Button))
        painter.drawRoundedRect(button.adjusted(0.5, 0.5, -0.5, -0.5), BUTTON_HEIGHT_PX / 2, BUTTON_HEIGHT_PX / 2)
        painter.setPen(palette.color(QPalette.ColorRole.ButtonText))
        painter.setFont(self._canvas.font())
        words = button.adjusted(BUTTON_PADDING_PX + ARROWS_PX + GAP_PX, 0, -BUTTON_PADDING_PX, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self._text)
        # Two arrows that point outwards, to the upper right and the lower left.
        painter.setPen(QPen(palette.color(QPalette.ColorRole.ButtonText), 1.4))
        left, middle = button.left() + BUTTON_PADDING_PX, button.center().y() + 0.5
        up = QPointF(left + ARROWS_PX, middle - ARROWS_PX / 2)
        low = QPointF(left, middle + ARROWS_PX / 2)
        head = ARROWS_PX * 0.42
        painter.drawLines(
            [
                QLineF(low, up),
                QLineF(up, up + QPointF(-head, 0)),
                QLineF(up, up + QPointF(0, head)),
                QLineF(low, low + QPointF(head, 0)),
                QLineF(low, low + QPointF(0, -head)),
            ]
        )

    def _words(self) -> str:
        translate = QCoreApplication.translate
        percent = translate("ViewMarks", "{percent} %").format(percent=max(round(self._view.view.zoom * 100), 1))
        return f"{percent}   {translate('ViewMarks', 'Whole drawing')}"

    def _find_marks(self) -> tuple[QRectF, ...]:
        outline = self._ink().outline
        sight = in_sight(self._view.view, self._view.size)
        hidden = beyond(sight, outline) > HARDLY_BEYOND
        if not hidden.any():
            return ()
        content = enclosing(np.vstack([outline, sight]))
        width, height = float(self._canvas.width()), float(self._canvas.height())
        found = []
        if hidden[0] or hidden[2]:
            begin, length = _stretch(sight[[0, 2]].tolist(), content[[0, 2]].tolist(), width)
            found.append(QRectF(begin, height - MARK_EDGE_PX - MARK_PX, length, MARK_PX))
        if hidden[1] or hidden[3]:
            begin, length = _stretch(sight[[1, 3]].tolist(), content[[1, 3]].tolist(), height)
            found.append(QRectF(width - MARK_EDGE_PX - MARK_PX, begin, MARK_PX, length))
        return tuple(found)


def _stretch(sight: list[float], content: list[float], side: float) -> tuple[float, float]:
    """Return beginning and length, in pixels, of a mark on a side of the canvas: what is in sight of all there is."""
    room = side - 2 * (MARK_EDGE_PX + MARK_PX)
    extent = content[1] - content[0]
    length = max((sight[1] - sight[0]) / extent * room, SHORTEST_MARK_PX)
    begin = (sight[0] - content[0]) / extent * room
    return MARK_EDGE_PX + MARK_PX + min(begin, room - length), length
