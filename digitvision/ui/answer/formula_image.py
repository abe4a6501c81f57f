"""A typeset formula, which comes as black vectors, in any colour and size."""

from collections.abc import Collection
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath
from PySide6.QtSvg import QSvgRenderer

from digitvision.recognition.expression.notation.typesetting import TypesetFormula

BLACK: Final = "#000000"
MARK_MARGIN: Final = 2.0
MARK_RADIUS: Final = 2.5
"""Margin and radius of the mark behind a symbol, in the formula's unit."""

LARGEST_SIDE_PX: Final = 8192
"""Largest side of a picture: no written formula needs more, and a misreading must not fill the memory."""


def coloured_svg(formula: TypesetFormula, colour: QColor) -> bytes:
    """Return the formula's SVG in one colour."""
    return formula.svg.replace(f'fill="{BLACK}"'.encode(), f'fill="{colour.name()}"'.encode(), 1)


def renderer_of(formula: TypesetFormula, colour: QColor) -> QSvgRenderer:
    """Return what paints the formula in one colour."""
    return QSvgRenderer(QByteArray(coloured_svg(formula, colour)))


def image_of(
    formula: TypesetFormula,
    *,
    scale: float,
    colour: QColor,
    ground: QColor | None,
    marked: Collection[int] = (),
    mark: QColor | None = None,
) -> QImage:
    """Paint a formula.

    Args:
        formula: The formula.
        scale: Pixels for each unit of the formula.
        colour: Colour of all symbols and lines.
        ground: Colour of the ground; None for a transparent one.
        marked: Indices of symbols that have a mark behind them.
        mark: Colour of the marks; None for no marks.
    """
    scale = min(scale, LARGEST_SIDE_PX / max(formula.width, formula.height))
    width, height = max(round(formula.width * scale), 1), max(round(formula.height * scale), 1)
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(ground if ground is not None else Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if mark is not None:
        painter.scale(scale, scale)
        painter.fillPath(_behind(formula, marked), mark)
        painter.resetTransform()
    renderer_of(formula, colour).render(painter, QRectF(0, 0, width, height))
    painter.end()
    return image


def _behind(formula: TypesetFormula, marked: Collection[int]) -> QPainterPath:
    """Return the marks behind these symbols, those of neighbours joined."""
    path = QPainterPath()
    margin = MARK_MARGIN
    for index in marked:
        if index in formula.rectangles:
            box = QRectF(*formula.rectangles[index]).adjusted(-margin, -margin, margin, margin)
            own = QPainterPath()
            own.addRoundedRect(box, MARK_RADIUS, MARK_RADIUS)
            path = path.united(own)
    return path
