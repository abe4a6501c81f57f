"""The cursor on the canvas: a ring as wide as the line that the tool makes."""

import math
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QCursor, QPainter, QPalette, QPen, QPixmap

from digitvision.ui.theme import muted

DIAMETERS_PX: Final = (4.0, 92.0)
"""Smallest and largest ring: a smaller one is hardly visible, and some systems show no larger cursor."""

EDGE_PX: Final = 2


def tool_cursor(width_px: float, *, dashed: bool, palette: QPalette, ratio: float) -> QCursor:
    """Return a ring with a dot in its middle as a cursor.

    Args:
        width_px: Width of the tool's line in the widget's pixels.
        dashed: Whether the ring is dashed, for tools that take ink away.
        palette: Colours of the canvas, on which the cursor must be visible.
        ratio: Device pixels for each pixel of the widget.
    """
    smallest, largest = DIAMETERS_PX
    diameter = min(max(width_px, smallest), largest)
    side = math.ceil(diameter) + 2 * EDGE_PX
    pixmap = QPixmap(math.ceil(side * ratio), math.ceil(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = QPointF(side / 2, side / 2)
    style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    # A light ring around a dark one is visible on any ground.
    for colour, extra in ((palette.color(QPalette.ColorRole.Base), 1.0), (muted(palette), 0.0)):
        painter.setPen(QPen(colour, 1.0, style))
        painter.drawEllipse(middle, diameter / 2 + extra, diameter / 2 + extra)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 1.5))
    painter.drawPoint(middle)
    painter.end()
    return QCursor(pixmap, side // 2, side // 2)
