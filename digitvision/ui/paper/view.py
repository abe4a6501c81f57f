"""Which part of the drawing is in sight: pure functions from one view to another.

A `View` does not depend on the canvas's size. With a size it becomes a `Placement`, by which positions of the drawing
are turned into pixels and back.
"""

import math
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt

from digitvision.ink.drawing_settings import View

PAGE: Final = 1000.0
"""The canvas's shorter side in the drawing's unit at the actual size, whatever its size on the screen."""

HOME: Final = View()
"""The page in the middle of the canvas at the actual size."""

ZOOMS: Final = (0.1, 16.0)
"""Smallest and largest zoom that a hand can choose; a drawing that is larger still is shown smaller as a whole."""

ROOM: Final = 0.5
"""How far the middle of the canvas can leave page and ink, as a share of half the canvas: three quarters of it are then
free to write on."""

NEAR_EDGE: Final = 0.9
"""Share of the canvas from which on ink is near the right or the lower edge."""

MADE_ROOM: Final = 0.75
"""Where such ink comes to lie when the paper follows it, as a share of the canvas."""

PICTURE_SHARE: Final = 0.94
"""Share of the canvas that a picture fills at the actual size."""

MARGIN_SHARE: Final = 0.04
"""Least share of the canvas that is free on each side of a drawing that is shown smaller as a whole."""

LABEL_PX: Final = 20.0
"""Room below such a drawing for the labels of its glyphs."""

STEP: Final = 1.25
"""Factor of one step of the zoom."""

SNAP: Final = 0.04
"""A step that ends this near to the actual size ends at it."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the drawing lies on a canvas.

    Attributes:
        scale: Pixels of the canvas for each unit of the drawing.
        origin: Position of the drawing's origin on the canvas, in its pixels; a whole number of device pixels, so that
            paper that is moved looks the same as before.
    """

    scale: float = 1.0
    origin: QPointF = field(default_factory=QPointF)

    def to_canvas(self, x: float, y: float) -> QPointF:
        """Return where a position of the drawing lies on the canvas, in its pixels."""
        return QPointF(self.origin.x() + x * self.scale, self.origin.y() + y * self.scale)

    def to_drawing(self, position: QPointF) -> tuple[float, float]:
        """Return the position of the drawing that lies at this pixel of the canvas."""
        return (position.x() - self.origin.x()) / self.scale, (position.y() - self.origin.y()) / self.scale

    def rectangle(self, box: NDArray[np.float64]) -> QRectF:
        """Return where a box of the drawing lies on the canvas; float64 [4]: left, top, right, bottom."""
        left, top, right, bottom = box.tolist()
        return QRectF(self.to_canvas(left, top), self.to_canvas(right, bottom))


def placed(view: View, size: QSize, ratio: float = 1.0) -> Placement:
    """Return where the drawing lies on a canvas of this size.

    Args:
        view: The part of the drawing that is in sight.
        size: Size of the canvas in its pixels.
        ratio: Device pixels for each pixel of the canvas.
    """
    scale = _scale(view, size)
    left, top = size.width() / 2 - view.x * scale, size.height() / 2 - view.y * scale
    return Placement(scale, QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio))


def in_sight(view: View, size: QSize) -> NDArray[np.float64]:
    """Return the part of the drawing that a canvas of this size shows, float64 [4]: left, top, right, bottom."""
    scale = _scale(view, size)
    half = np.array([size.width(), size.height()]) / scale / 2
    middle = np.array([view.x, view.y])
    return np.concatenate([middle - half, middle + half])


def whole_view(size: QSize, boxes: NDArray[np.float64], *, edge: float) -> View:
    """Return the view of the whole drawing: the page, or as little beside it as shows all ink, smaller where needed.

    Args:
        size: Size of the canvas in its pixels.
        boxes: float64 [N, 4]: the rectangle of each stroke in the drawing's unit; left, top, right, bottom.
        edge: Margin around the samples in the drawing's unit; half of it is covered by the width of the ink.
    """
    # On a wide canvas, ink beside the square page is in sight without a change of the view.
    if not len(boxes) or not beyond(in_sight(HOME, size), boxes, margin=edge / 2).any():
        return HOME
    around = enclosing(boxes) + np.array([-edge, -edge, edge, edge])
    sides = np.array([size.width(), size.height()]) / _scale(HOME, size)
    zoom = min(float((sides / np.maximum(around[2:] - around[:2], 1.0)).min()), 1.0)
    if zoom < 1.0:
        # The page is left anyway, so there may be room for the glyphs' boxes, and for the labels below them.
        share = np.array([1.0, 1.0]) - 2 * MARGIN_SHARE - np.array([0.0, LABEL_PX / max(size.height(), 1)])
        zoom = float((sides * share / np.maximum(around[2:] - around[:2], 1.0)).min())
        margin, label = MARGIN_SHARE * sides / zoom, LABEL_PX / max(size.height(), 1) * sides[1] / zoom
        around += np.concatenate([-margin, margin + np.array([0.0, label])])
    half = sides / zoom / 2
    # A side that just fits leaves no choice, and rounding may turn the two limits round.
    least, most = np.minimum(around[2:] - half, around[:2] + half), np.maximum(around[2:] - half, around[:2] + half)
    x, y = np.clip(PAGE / 2, least, most).tolist()
    return View(zoom, x, y)


def picture_rectangle(picture: QSize, size: QSize, placement: Placement) -> QRectF:
    """Return where a picture lies on a canvas, in its pixels: its middle is the middle of the page.

    Args:
        picture: Size of the picture in its own pixels.
        size: Size of the canvas in its pixels.
        placement: Where the drawing lies on the canvas.
    """
    zoom = placement.scale / _scale(HOME, size)
    shown = QSizeF(picture).scaled(QSizeF(size) * PICTURE_SHARE, Qt.AspectRatioMode.KeepAspectRatio) * zoom
    middle = placement.to_canvas(PAGE / 2, PAGE / 2)
    return QRectF(middle - QPointF(shown.width(), shown.height()) / 2, shown)


def enclosing(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the smallest box that holds all of these, float64 [4]; N ≥ 1."""
    around: NDArray[np.float64] = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
    return around


def beyond(sight: NDArray[np.float64], boxes: NDArray[np.float64], *, margin: float = 0.0) -> NDArray[np.float64]:
    """Return how far ink reaches out of sight to the left, upwards, to the right and downwards.

    Args:
        sight: float64 [4]: the part of the drawing that is in sight.
        boxes: float64 [N, 4]: the rectangle of each stroke.
        margin: How far the ink reaches beyond the boxes.

    Returns:
        float64 [4], in the drawing's unit; 0 where no ink lies beyond that edge.
    """
    if not len(boxes):
        return np.zeros(4)
    around = enclosing(boxes) + np.array([-margin, -margin, margin, margin])
    out: NDArray[np.float64] = np.maximum(np.concatenate([sight[:2] - around[:2], around[2:] - sight[2:]]), 0.0)
    return out


def is_sound(view: View) -> bool:
    """Whether a view, which may come from any file, is one at all: finite numbers, and a zoom above 0."""
    return all(map(math.isfinite, (view.zoom, view.x, view.y))) and view.zoom > 0


def shows_ink(view: View, size: QSize, boxes: NDArray[np.float64]) -> bool:
    """Whether any stroke's box is at least partly in sight."""
    sight = in_sight(view, size)
    meets = (boxes[:, :2] <= sight[2:]).all(axis=1) & (boxes[:, 2:] >= sight[:2]).all(axis=1)
    return bool(meets.any())


def panned(view: View, size: QSize, right: float, down: float) -> View:
    """Return the view after the paper has been moved by this many pixels of the canvas."""
    scale = _scale(view, size)
    return replace(view, x=view.x - right / scale, y=view.y - down / scale)


def zoomed(view: View, size: QSize, zoom: float, at: QPointF) -> View:
    """Return the view at another zoom, with the same position of the drawing at this pixel of the canvas."""
    before, after = _scale(view, size), _scale(replace(view, zoom=zoom), size)
    away_x, away_y = at.x() - size.width() / 2, at.y() - size.height() / 2
    return View(zoom, view.x + away_x / before - away_x / after, view.y + away_y / before - away_y / after)


def bounded(view: View, size: QSize, boxes: NDArray[np.float64]) -> View:
    """Return the nearest view from which page and ink are not lost, with room to go on writing on every side.

    Args:
        view: Any view.
        size: Size of the canvas in its pixels.
        boxes: float64 [N, 4]: the rectangle of each stroke in the drawing's unit; left, top, right, bottom.
    """
    content = enclosing(np.vstack([boxes, [0.0, 0.0, PAGE, PAGE]]))
    smallest, largest = ZOOMS
    # As small as shows all of the ink, where that is smaller than what a hand can choose otherwise.
    whole = whole_view(size, boxes, edge=0.0).zoom
    zoom = min(max(view.zoom, min(smallest, whole)), largest)
    scale = _scale(replace(view, zoom=zoom), size)
    room = ROOM * np.array([size.width(), size.height()]) / scale / 2
    x, y = np.clip([view.x, view.y], content[:2] - room, content[2:] + room).tolist()
    return View(zoom, x, y)


def at_start(view: View, size: QSize, outline: NDArray[np.float64]) -> View:
    """Return the view at the same zoom and height that shows where the writing begins, beside the left edge.

    Args:
        view: The view before.
        size: Size of the canvas in its pixels.
        outline: float64 [1, 4]: the rectangle around all ink in the drawing's unit.
    """
    extent = size.width() / _scale(view, size)
    return replace(view, x=float(outline[0, 0]) + (0.5 - MARGIN_SHARE) * extent)


def at_end(view: View, size: QSize, outline: NDArray[np.float64]) -> View:
    """Return the view at the same zoom and height that shows where the writing ends, with room to go on.

    Args:
        view: The view before.
        size: Size of the canvas in its pixels.
        outline: float64 [1, 4]: the rectangle around all ink in the drawing's unit.
    """
    extent = size.width() / _scale(view, size)
    return replace(view, x=float(outline[0, 2]) + (0.5 - MADE_ROOM) * extent)


def followed(view: View, size: QSize, box: NDArray[np.float64]) -> View:
    """Return the view that makes room to go on writing after a stroke near the right or the lower edge.

    Args:
        view: The view in which the stroke was written.
        size: Size of the canvas in its pixels.
        box: float64 [4]: the stroke's rectangle in the drawing's unit.

    Returns:
        The same view where there is room, or where the stroke is so far out of sight that somebody has moved away.
    """
    sight = in_sight(view, size)
    extent = sight[2:] - sight[:2]
    ends = (box[2:] - sight[:2]) / extent
    if (ends < 0).any() or (box[:2] > sight[2:]).any():
        return view
    steps = np.where(ends > NEAR_EDGE, (ends - MADE_ROOM) * extent, 0.0)
    right, down = steps.tolist()
    return replace(view, x=view.x + right, y=view.y + down)


def brought_into_sight(view: View, size: QSize, box: NDArray[np.float64]) -> View:
    """Return the nearest view at the same zoom that shows a box as a whole, or its upper left part where it is larger.

    Args:
        view: The view before.
        size: Size of the canvas in its pixels.
        box: float64 [4]: left, top, right, bottom in the drawing's unit.
    """
    sight = in_sight(view, size)
    margin = MARGIN_SHARE * (sight[2:] - sight[:2])
    forward = np.maximum(box[2:] + margin - sight[2:], 0.0)
    # What is at the upper left comes last, so that it is seen in any case.
    back = np.minimum(box[:2] - margin - (sight[:2] + forward), 0.0)
    right, down = (forward + back).tolist()
    return replace(view, x=view.x + right, y=view.y + down)


def between(start: View, end: View, share: float) -> View:
    """Return the view on the way from one to another; `share` runs from 0 to 1."""
    return View(
        start.zoom * (end.zoom / start.zoom) ** share,
        start.x + (end.x - start.x) * share,
        start.y + (end.y - start.y) * share,
    )


def next_zoom(zoom: float, steps: float) -> float:
    """Return the zoom after this many steps inwards, or outwards where negative; the actual size is not jumped over."""
    new = zoom * STEP**steps
    crossed = (zoom - 1) * (new - 1) < 0 or abs(new - 1) < SNAP
    return 1.0 if crossed and abs(zoom - 1) > SNAP else new


def _scale(view: View, size: QSize) -> float:
    return max(min(size.width(), size.height()) / PAGE * view.zoom, 1e-9)
