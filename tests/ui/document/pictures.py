"""Pictures of handwriting, as somebody may open them."""

from digitvision.ink.export import drawing_png
from tests.ink.drawings import sample_drawing


def digit_picture(digit: int, *, ink: str = "#000000", paper: str = "#ffffff") -> bytes:
    """Return a PNG picture of the shipped drawing of a digit."""
    return drawing_png(sample_drawing(digit), size=400, pen_width=40, ink=ink, paper=paper)
