"""The shipped samples as pictures, and the raster of a picture."""

from io import BytesIO

from PIL import Image

from digitvision.ink.export import drawing_png
from digitvision.ink.picture import ink_of_picture
from digitvision.ink.raster import GLYPH_BOX, PEN_WIDTH, Raster, rasterize_picture
from digitvision.ink.stroke import Drawing, Stroke
from tests.ink.drawings import sample_drawing


def plain_drawing(digit: int) -> Drawing:
    """Return a sample as a mouse would have drawn it."""
    return Drawing(tuple(Stroke.of(stroke.xy.tolist()) for stroke in sample_drawing(digit).strokes))


def picture(digit: int, *, size: int = 500, ink: str = "#000000", paper: str | None = "#ffffff") -> Image.Image:
    """Return a sample with the pen's width that a raster has."""
    drawing = plain_drawing(digit)
    bounds = drawing.bounds
    assert bounds is not None
    pen_width = bounds.longer_side * PEN_WIDTH / (GLYPH_BOX - PEN_WIDTH)
    return Image.open(BytesIO(drawing_png(drawing, size=size, pen_width=pen_width, ink=ink, paper=paper)))


def read(image: Image.Image) -> Raster:
    return rasterize_picture(ink_of_picture(image))
