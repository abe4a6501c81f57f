"""Painting a page: paper, ink, values, and the text under which the ink is found, all in the drawing's unit."""

import re
import unicodedata
from typing import Final

import numpy as np
from PySide6.QtCore import QByteArray, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtSvg import QSvgRenderer

from digitvision.ink.drawing_settings import PAPER_SPACING
from digitvision.ink.stroke import Bounds
from digitvision.recognition.page_export.page_svg import (
    BASELINE,
    DOT_WIDTH,
    PAPER_COLOUR,
    PAPER_OPACITIES,
    RULE_WIDTH,
    TEXT_HEIGHT,
)
from digitvision.recognition.page_export.picture_layout import PagePicture, PlacedText
from digitvision.ui.canvas.stroke_path import ink_pen, stroke_pieces

INK: Final = "#000000"

_FONT_PX: Final = 100
_LEAST: Final = 1e-3
_MOST_LINES: Final = 2000
"""Most lines or dots of the paper's pattern in one direction; there are more only where ink lies very far away."""


def paint_page(painter: QPainter, page: PagePicture, window: Bounds, *, image: QImage | None) -> None:
    """Paint what of a page lies in a window, but for the paper.

    Args:
        painter: Paints in the drawing's unit.
        page: The page.
        window: The part of the page; what reaches out of it is for the painter to clip.
        image: A picture that was read instead of ink, with its own pixels as the drawing's unit; None without one.
    """
    area = rectangle_of(window)
    if image is not None:
        painter.drawImage(QPointF(0, 0), image)
    pen = ink_pen(QColor(INK))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for stroke in page.drawing.strokes:
        for piece in stroke_pieces(stroke.points, page.pen_width):
            if piece.rectangle.intersects(area):
                piece.paint(painter, pen)
    for value in page.values:
        if rectangle_of(value.box).intersects(area):
            # Qt writes outlines of this width into a PDF, although there is no pen, and signs would become bold.
            svg = value.formula.svg.replace(b"<g ", b'<g stroke-width="0" ', 1)
            QSvgRenderer(QByteArray(svg)).render(painter, rectangle_of(value.box))


def paint_paper(painter: QPainter, pattern: str, window: Bounds) -> None:
    """Paint the pattern of the paper in a window: as on the canvas, its lines pass through the drawing's origin."""
    if pattern not in PAPER_OPACITIES:
        return
    colour = QColor(PAPER_COLOUR)
    colour.setAlphaF(PAPER_OPACITIES[pattern])
    rows, columns = _places(window.top, window.bottom), _places(window.left, window.right)
    if pattern == "dotted":
        painter.setPen(QPen(colour, DOT_WIDTH, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        # Qt paints no line without length, but the round ends of one that is too short to be seen.
        painter.drawLines([QLineF(x, y, x + _LEAST, y) for y in rows for x in columns])
        return
    painter.setPen(QPen(colour, RULE_WIDTH, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    lines = [QLineF(window.left, y, window.right, y) for y in rows]
    if pattern == "squared":
        lines += [QLineF(x, window.top, x, window.bottom) for x in columns]
    painter.drawLines(lines)


def paint_text(painter: QPainter, text: PlacedText) -> None:
    """Paint text that is not seen, but found and copied, over the width of what it says."""
    # The window's own font may be one of symbols, in which not every letter can be found.
    font = QFont("sans-serif")
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setPixelSize(_FONT_PX)
    # A ligature would be found as a sign of its own only.
    font.setFeature(QFont.Tag("liga"), 0)
    box, metrics = text.box, QFontMetricsF(font)
    advance = metrics.horizontalAdvance(text.text)
    if advance <= 0:
        return
    colour = QColor(INK)
    colour.setAlpha(0)
    painter.save()
    painter.setFont(font)
    painter.setPen(colour)
    painter.translate(box.left, box.top + BASELINE * box.height)
    painter.scale(max(box.width, _LEAST) / advance, max(TEXT_HEIGHT * box.height, _LEAST) / _FONT_PX)
    for start, words in _pieces(text.text):
        painter.drawText(QPointF(metrics.horizontalAdvance(text.text[:start]), 0), words)
    painter.restore()


def _pieces(text: str) -> list[tuple[int, str]]:
    """Return the words of a text and where each begins; one that runs to the left anywhere stays whole.

    Viewers know spaces by the gaps between words. A space itself is a tab to them, as Qt writes the first sign of all
    those that have the same glyph.
    """
    if any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text):
        return [(0, text)]
    return [(found.start(), found[0]) for found in re.finditer(r"\S+", text)]


def rectangle_of(box: Bounds) -> QRectF:
    """Return a box as Qt's rectangle, never without any area, so that it can meet another."""
    return QRectF(box.left, box.top, max(box.width, _LEAST), max(box.height, _LEAST))


def _places(first: float, last: float) -> list[float]:
    start, end = int(np.ceil(first / PAPER_SPACING)), int(np.floor(last / PAPER_SPACING))
    return [number * PAPER_SPACING for number in range(start, min(end + 1, start + _MOST_LINES))]
