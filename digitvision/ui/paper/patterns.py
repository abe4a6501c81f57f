"""What is printed on the paper, behind the ink: nothing, lines, squares or dots. It is no part of the drawing."""

from typing import Final, Literal, get_args

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen

from digitvision.ink.drawing_settings import PAPER_SPACING
from digitvision.ui.paper.view import Placement
from digitvision.ui.theme import is_dark

Pattern = Literal["blank", "ruled", "squared", "dotted"]
PATTERNS: Final[tuple[Pattern, ...]] = get_args(Pattern)

LEAST_SPACING_PX: Final = {"ruled": 20.0, "squared": 16.0, "dotted": 24.0}
"""Nearer together on the screen, every second line is left out."""

DOT_PX: Final = 2.5
STRENGTHS: Final = {"ruled": (46, 52), "squared": (24, 26), "dotted": (110, 120)}
"""Opacity of the ink's colour, 0 to 255, on a light and on a dark ground: visible, and far paler than ink."""


def pattern_named(name: str) -> Pattern:
    """Return the pattern of this name; no pattern for a name that is not known."""
    return next((pattern for pattern in PATTERNS if pattern == name), "blank")


def paint_pattern(painter: QPainter, pattern: Pattern, placement: Placement, window: QRect, palette: QPalette) -> None:
    """Paint what is printed on a part of the canvas.

    Args:
        painter: Paints in the canvas's pixels.
        pattern: What is printed.
        placement: Where the drawing lies on the canvas.
        window: The part of the canvas, in its pixels.
        palette: Colours of the canvas.
    """
    if pattern == "blank":
        return
    colour = QColor(palette.color(QPalette.ColorRole.Text))
    colour.setAlpha(STRENGTHS[pattern][is_dark(palette)])
    step = PAPER_SPACING * placement.scale
    while step < LEAST_SPACING_PX[pattern]:
        step *= 2
    area = QRectF(window)
    rows = _places(placement.origin.y(), step, area.top(), area.bottom())
    columns = _places(placement.origin.x(), step, area.left(), area.right())
    painter.save()
    painter.setClipRect(window)
    if pattern == "dotted":
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, DOT_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints([QPointF(x, y) for y in rows for x in columns])
    else:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(colour, 0))
        lines = [QLineF(area.left(), y, area.right(), y) for y in rows]
        if pattern == "squared":
            lines += [QLineF(x, area.top(), x, area.bottom()) for x in columns]
        painter.drawLines(lines)
    painter.restore()


def _places(origin: float, step: float, first: float, last: float) -> list[float]:
    """Return where lines meet an axis of the canvas, from a little before `first` to a little after `last`."""
    numbers = np.arange(np.floor((first - DOT_PX - origin) / step), np.ceil((last + DOT_PX - origin) / step) + 1)
    places: list[float] = np.floor(origin + numbers * step).tolist()
    return places
