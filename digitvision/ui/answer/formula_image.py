"""A typeset formula in the colours and sizes that it is wanted in: it comes in black, as vectors."""

from collections.abc import Collection
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath
from PySide6.QtSvg import QSvgRenderer

from digitvision.recognition.expression.notation.typesetting import TypesetFormula

BLACK: Final = "#000000"
MARK_MARGIN: Final = 2.0
MARK_RADIUS: Final = 2.5
"""Around a marked symbol, in the formula's unit."""

LARGEST_SIDE_PX: Final = 8192
"""Of a picture: nobody writes a formula that fills it, and a misreading is not to fill the memory."""


def coloured_svg(formula: TypesetFormula, colour: QColor) -> bytes:
    """Its SVG in one colour."""
    return formula.svg.replace(f'fill="{BLACK}"'.encode(), f'fill="{colour.name()}"'.encode(), 1)


def renderer_of(formula: TypesetFormula, colour: QColor) -> QSvgRenderer:
    """What paints it."""
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
    """Paint it.

    Args:
        formula: What.
        scale: Pixels for each unit of its size.
        colour: Of everything.
        ground: Behind it; None for nothing, so that what lies below is seen.
        marked: Places of symbols that have this colour behind them, the `mark`.
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
    """What lies behind these symbols; neighbours flow together."""
    path = QPainterPath()
    margin = MARK_MARGIN
    for place in marked:
        if place in formula.places:
            box = QRectF(*formula.places[place]).adjusted(-margin, -margin, margin, margin)
            own = QPainterPath()
            own.addRoundedRect(box, MARK_RADIUS, MARK_RADIUS)
            path = path.united(own)
    return path
