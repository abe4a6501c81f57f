"""How finished strokes look on the canvas, and where: what decides it all, and how much detail is worth painting."""

import math
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPen

from digitvision.ink.stroke import Stroke
from digitvision.ui.canvas.stroke_path import ink_pen
from digitvision.ui.paper.view import Placement

EDGE_PX: Final = 2
"""Margin around painted rectangles, for antialiasing."""

FAR_SCALE: Final = 0.35
FAR_PEN_PX: Final = 3.0
"""With fewer device pixels for each unit, and for the pen's width, strokes are painted in less detail, but at once."""

HAIR_PX: Final = 1.6
"""Lines thinner than this, seen from far away, are one device pixel wide."""

FAR_STEP_PX: Final = 1.5
"""Size of what is left out then, in device pixels."""

NEAR_BLACK: Final = 0.15
LEAST_CONTRAST: Final = 0.15
"""Lightness, from 0 to 1, below which a colour is black, and by which it has to differ from the paper."""

WHOLE_PX: Final = 1e-3
"""Paper that has moved by whole device pixels, but for this, looks the same as before."""


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that decides how strokes look; another look means painting them all anew.

    Attributes:
        size: Size of the canvas in its own pixels.
        ratio: Device pixels for each pixel of the canvas.
        placement: Where the drawing lies on the canvas.
        pen_width: Width of the pen at the pressure of a mouse, in the drawing's unit.
        ink: Colour of the strokes.
    """

    size: QSize
    ratio: float
    placement: Placement
    pen_width: float
    ink: QColor

    @property
    def pixels(self) -> QRect:
        """The whole canvas in device pixels."""
        return QRect(QPoint(0, 0), self.size * self.ratio)

    @property
    def scale(self) -> float:
        """Device pixels for each unit of the drawing."""
        return self.placement.scale * self.ratio

    @property
    def origin(self) -> QPointF:
        """Position of the drawing's origin in device pixels."""
        return self.placement.origin * self.ratio

    @property
    def coarse_step(self) -> float:
        """Size of details, in the drawing's unit, that are too small to be seen from far away; 0 from near."""
        if self.scale >= FAR_SCALE or self.pen_width * self.scale >= FAR_PEN_PX:
            return 0.0
        # One of few steps, so that the paths last for a while when the zoom changes.
        return 2.0 ** math.floor(math.log2(FAR_STEP_PX / self.scale))

    def pen(self) -> QPen:
        """Return the pen for this look; far away it draws no round ends, and the thinnest lines all alike."""
        if not self.coarse_step:
            return ink_pen(self.ink)
        pen = QPen(self.ink, 1.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.BevelJoin)
        pen.setCosmetic(self.pen_width * self.scale < HAIR_PX)
        return pen

    def colour(self, stroke: Stroke) -> QColor:
        """Return the colour of a stroke: its own, unless that is black or could hardly be told from the paper.

        Black is the colour of a pen that nobody has chosen, and the theme has one for it.
        """
        if stroke.look is None or not stroke.look.colour:
            return self.ink
        own = QColor(stroke.look.colour)
        # The ink of a theme stands out from its paper, so its opposite is as bright as the paper.
        paper = 1.0 - self.ink.lightnessF()
        return self.ink if own.lightnessF() < NEAR_BLACK or abs(own.lightnessF() - paper) < LEAST_CONTRAST else own

    def on_canvas(self, left: float, top: float, right: float, bottom: float) -> QRect:
        """Return a rectangle of the drawing in the canvas's pixels, rounded outwards."""
        rectangle = QRectF(self.placement.to_canvas(left, top), self.placement.to_canvas(right, bottom))
        return rectangle.toAlignedRect().adjusted(-EDGE_PX, -EDGE_PX, EDGE_PX, EDGE_PX)

    def in_pixels(self, rectangle: QRect) -> QRect:
        """Return a rectangle of the canvas in device pixels, rounded outwards."""
        corner, size = QPointF(rectangle.topLeft()) * self.ratio, QSizeF(rectangle.size()) * self.ratio
        return QRectF(corner, size).toAlignedRect()

    def in_drawing(self, pixels: QRect) -> QRectF:
        """Return a rectangle of device pixels in the drawing's unit."""
        return QRectF((QPointF(pixels.topLeft()) - self.origin) / self.scale, QSizeF(pixels.size()) / self.scale)

    def moved_by(self, before: "Look") -> QPoint | None:
        """Return by how many device pixels the paper has moved since; None if it looks different in any other way."""
        if replace(self, placement=before.placement) != before or self.placement.scale != before.placement.scale:
            return None
        moved = self.origin - before.origin
        whole = moved.toPoint()
        return whole if (moved - QPointF(whole)).manhattanLength() < WHOLE_PX else None
