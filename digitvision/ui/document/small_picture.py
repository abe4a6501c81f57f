"""Small pictures of drawings, painted off the window's thread."""

from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter

from digitvision.ui.canvas.stroke_path import ink_pen, stroke_pieces
from digitvision.ui.journal.drawing_state import DrawingState

PICTURE: Final = QSize(148, 104)
"""Size in pixels of the screen's own unit."""

MARGIN_PX: Final = 8.0
PEN_PX: Final = 2.0
"""Width of the pen on the picture, however small the drawing is shown."""

MOST_STROKES: Final = 2000
"""A drawing of more strokes is thinned out: nobody could tell them apart at this size."""


def small_picture(state: DrawingState, *, ink: QColor, paper: QColor, ratio: float) -> QImage:
    """Paint a drawing, as large as fits.

    Args:
        state: The drawing.
        ink: Colour of the strokes.
        paper: Colour behind them.
        ratio: Pixels of the picture for each pixel of `PICTURE`.
    """
    image = QImage(PICTURE * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(paper)
    bounds = state.drawing.bounds
    if bounds is None:
        return image
    room = QRectF(0, 0, PICTURE.width(), PICTURE.height()).adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
    scale = min(room.width() / max(bounds.width, 1e-6), room.height() / max(bounds.height, 1e-6), 1.0)
    strokes = state.drawing.strokes
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(room.center())
    painter.scale(scale, scale)
    painter.translate(-(bounds.left + bounds.right) / 2, -(bounds.top + bounds.bottom) / 2)
    pen = ink_pen(ink)
    for stroke in strokes[:: 1 + len(strokes) // MOST_STROKES]:
        for piece in stroke_pieces(stroke.points, PEN_PX / scale):
            piece.paint(painter, pen)
    painter.end()
    return image
