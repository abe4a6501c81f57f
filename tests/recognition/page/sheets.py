"""Pages for the tests, composed of the shipped samples of equations."""

from collections.abc import Sequence

from digitvision.ink.inkml import read_inkml
from digitvision.ink.stroke import Drawing
from digitvision.resources import resource_path

HEIGHT = 100.0
"""Height of a row, in the drawing's unit."""


def equation(name: str) -> Drawing:
    """Return a shipped equation, as high as a row."""
    drawing = read_inkml(resource_path("samples", "equations", f"{name}.inkml")).drawing
    bounds = drawing.bounds
    assert bounds is not None
    scale = HEIGHT / bounds.height
    moved = (stroke.moved(scale=scale, dx=-bounds.left * scale, dy=-bounds.top * scale) for stroke in drawing.strokes)
    return Drawing(tuple(moved))


def stacked(rows: Sequence[Drawing], gap: float = 60.0) -> Drawing:
    """Return rows under each other, with this much room between them."""
    strokes = []
    for number, row in enumerate(rows):
        strokes += [stroke.moved(scale=1, dx=0, dy=number * (HEIGHT + gap)) for stroke in row.strokes]
    return Drawing(tuple(strokes))


def strokes_of_rows(rows: Sequence[Drawing]) -> list[tuple[int, ...]]:
    """Return the indices that the strokes of each row have in `stacked`."""
    found, first = [], 0
    for row in rows:
        found.append(tuple(range(first, first + len(row.strokes))))
        first += len(row.strokes)
    return found
