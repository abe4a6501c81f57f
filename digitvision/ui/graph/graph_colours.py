"""Colours and lines of graphs: no two graphs differ by their colour alone."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette, QPen

from digitvision.ui.theme import accent, is_dark, muted

LINE_PX: Final = 2.0

_LINES: Final = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine)
_WARM: Final = ("#9a5b00", "#f0b952")
"""The second graph's colour on a light and on a dark ground."""


def curve_pen(index: int, palette: QPalette) -> QPen:
    """Return the pen of the graph with this index; the first has the accent's colour, for it was computed."""
    colours = (accent(palette), QColor(_WARM[is_dark(palette)]), muted(palette))
    pen = QPen(colours[index % len(colours)], LINE_PX, _LINES[index % len(_LINES)])
    # A cosmetic pen is as wide at every scale of the graph.
    pen.setCosmetic(True)
    return pen


def axis_pen(palette: QPalette) -> QPen:
    """Return the pen of the axes through zero, which stand out from the grid."""
    pen = QPen(palette.color(QPalette.ColorRole.Text), 1.4)
    pen.setCosmetic(True)
    return pen
