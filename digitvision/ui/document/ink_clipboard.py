"""Ink on the clipboard: InkML for this program and others, with a picture and a text for those that know no ink."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QImage

from digitvision.faults import Fault
from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.recognition.corrections import Corrections, annotations_of, corrections_of

INK_TYPE: Final = "application/inkml+xml"
"""The media type of InkML."""

SVG_TYPE: Final = "image/svg+xml"
COPY_SIZE_PX: Final = 1024
"""Longer side of the picture beside the ink."""

HEAD: Final = 2000
"""Number of characters at the beginning of a text in which InkML has its first element."""

MOST_SAMPLES: Final = 200_000
"""Most samples that are pasted: more than ten full pages of handwriting."""

PLACES: Final = 24
"""Number of places in each direction that are tried for pasted ink."""

_HIGH_STROKES: Final = 75
"""Percentage of the strokes that are no higher than a row."""

FOREIGN_SIZE: Final = 400.0
"""Longer side that another program's ink is brought to, in the drawing's unit; its own unit may be anything."""


@dataclass(frozen=True, slots=True)
class CopiedInk:
    """Strokes with the corrections of their glyphs, whose indices count from the first of them."""

    drawing: Drawing
    corrections: Corrections


def ink_of(drawing: Drawing, corrections: Corrections, indices: tuple[int, ...]) -> CopiedInk:
    """Return some strokes of a drawing, by their indices, with the corrections that are about these strokes only."""
    places = {index: place for place, index in enumerate(indices)}
    return CopiedInk(Drawing(tuple(drawing.strokes[index] for index in indices)), corrections.moved(places))


@dataclass(frozen=True, slots=True)
class InkCopy:
    """Ink in all the forms in which it goes to the clipboard.

    Attributes:
        inkml: The ink.
        text: What it reads as; empty for no text.
        svg: A picture of it.
        image: The same in pixels, on white.
    """

    inkml: bytes
    text: str
    svg: bytes
    image: QImage

    def mime(self) -> QMimeData:
        """Return the clipboard's data."""
        mime = QMimeData()
        mime.setData(INK_TYPE, QByteArray(self.inkml))
        mime.setData(SVG_TYPE, QByteArray(self.svg))
        mime.setImageData(self.image)
        if self.text:
            mime.setText(self.text)
        return mime


def copy_of(ink: CopiedInk, text: str, pen_width: float) -> InkCopy:
    """Return a copy of some ink; of much ink that takes long, so it is called beside the window's thread.

    Args:
        ink: The ink.
        text: What it reads as; empty for no text.
        pen_width: Width of the pen in the pictures, in the drawing's unit.
    """
    from digitvision.ink.export import drawing_png, drawing_svg
    from digitvision.ink.inkml import inkml_bytes

    png = drawing_png(ink.drawing, size=COPY_SIZE_PX, pen_width=pen_width, paper="#ffffff")
    return InkCopy(
        inkml_bytes(ink.drawing, annotations_of(ink.corrections)),
        text,
        drawing_svg(ink.drawing, size=COPY_SIZE_PX, pen_width=pen_width).encode(),
        QImage.fromData(png),
    )


def ink_data(mime: QMimeData) -> bytes | None:
    """Return the InkML that the data holds, also where a program has put it there as text; None for none."""
    if mime.hasFormat(INK_TYPE):
        return bytes(mime.data(INK_TYPE).data())
    if mime.hasText() and not mime.hasImage():
        text = mime.text()
        if "<ink" in text[:HEAD]:
            return text.encode("utf-8", errors="replace")
    return None


def read_ink(data: bytes, where: str) -> CopiedInk:
    """Return the ink in some InkML, which any program may have put on the clipboard.

    Args:
        data: The InkML.
        where: Where it comes from, for error messages.

    Raises:
        Fault: It is no InkML, is refused, or holds no ink or too much of it.
    """
    from digitvision.ink.inkml import parse_inkml

    document = parse_inkml(data, where=where)
    drawing = document.drawing
    if not drawing:
        raise Fault(f"“{where}” holds no ink.")
    if drawing.sample_count > MOST_SAMPLES:
        raise Fault(f"“{where}” holds more ink than can be pasted at once.")
    if not document.native:
        drawing = drawing.fit_into(Bounds(300.0, 300.0, 300.0 + FOREIGN_SIZE, 300.0 + FOREIGN_SIZE))
    return CopiedInk(drawing, corrections_of(document.annotations))


def placed(
    ink: Drawing, existing: Drawing, in_sight: Bounds, *, last_ms: float, pause_ms: float, step: float
) -> tuple[Stroke, ...]:
    """Return pasted strokes where they can be seen and lie on no other ink, with times after all others.

    They stay where they were if there is nothing else; or else they go as near as possible, with the room of a row
    between them and other ink, so that a copy below a row is not read as its subscript. Where all that is in sight is
    full, they go beyond the ink.

    Args:
        ink: The strokes.
        existing: The drawing that they are added to.
        in_sight: The part of the drawing that is on the screen.
        last_ms: Time of the drawing's last sample.
        pause_ms: Time between that and the first of the pasted strokes.
        step: A short distance; half of it is left free around the ink at least.
    """
    bounds = ink.bounds
    if bounds is None:
        return ()
    dx = _into(bounds.left, bounds.right, in_sight.left, in_sight.right)
    dy = _into(bounds.top, bounds.bottom, in_sight.top, in_sight.bottom)
    boxes = np.array([stroke.bounds for stroke in existing.strokes]).reshape(-1, 4)
    here = np.array(bounds) + np.array([dx, dy, dx, dy])
    if _meet(here[None], boxes, (step / 2, step / 2)).any():
        dx, dy = _free_place(bounds, boxes, in_sight, (dx, dy), (step / 2, _row_height(ink)))
    shift = np.array([dx, dy, last_ms + pause_ms - float(ink.strokes[0].points[0, 2]), 0.0])
    return tuple(stroke.with_points(stroke.points + shift) for stroke in ink.strokes)


def _row_height(ink: Drawing) -> float:
    """Return how high a row of this ink is: as most of its strokes, but a fraction bar or a minus has no height."""
    return float(np.percentile([stroke.bounds.height for stroke in ink.strokes], _HIGH_STROKES))


def _free_place(
    bounds: Bounds,
    boxes: NDArray[np.float64],
    in_sight: Bounds,
    near: tuple[float, float],
    spaces: tuple[float, float],
) -> tuple[float, float]:
    """Return by how far ink moves to lie on no other: as near as possible in sight, else just beyond all other ink.

    Args:
        bounds: The rectangle around the ink.
        boxes: Those around the other strokes, float64 [N, 4].
        in_sight: The part of the drawing that is on the screen.
        near: How far it would be moved otherwise.
        spaces: Distance that has to be kept from other ink, and a row's height, which had better be kept.
    """
    least, row = spaces
    row = max(row, least)
    xs = np.linspace(in_sight.left + least, in_sight.right - least - bounds.width, PLACES)
    ys = np.linspace(in_sight.top + least, in_sight.bottom - least - bounds.height, PLACES)
    # Straight below, above and beside are places that a hand would choose.
    xs, ys = (np.append(many, low + move) for many, low, move in zip((xs, ys), bounds[:2], near, strict=True))
    corners = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    size, low, high = np.array([bounds.width, bounds.height]), np.array(in_sight[:2]), np.array(in_sight[2:])
    seen = ((corners >= low) & (corners + size <= high)).all(axis=1)
    moves = corners[seen] - bounds[:2]
    moves = moves[np.argsort(np.hypot(*(moves - near).T), kind="stable")]
    for space in ((row, row), (least, least)):
        free = ~_meet(np.array(bounds) + np.hstack([moves, moves]), boxes, space)
        if free.any():
            dx, dy = moves[int(free.argmax())].tolist()
            return dx, dy
    right, below = (float(boxes[:, side].max()) + row - low for side, low in ((2, bounds.left), (3, bounds.top)))
    return (right, near[1]) if right - near[0] < below - near[1] else (near[0], below)


def _meet(places: NDArray[np.float64], boxes: NDArray[np.float64], space: tuple[float, float]) -> NDArray[np.bool_]:
    """Whether each place, float64 [P, 4], comes nearer than `space` in both directions to any box, float64 [N, 4]."""
    apart = np.maximum(places[:, None, :2] - boxes[None, :, 2:], boxes[None, :, :2] - places[:, None, 2:])
    near = np.all(apart < np.array(space), axis=2)
    found: NDArray[np.bool_] = np.asarray(np.any(near, axis=1), dtype=np.bool_)
    return found


def _into(low: float, high: float, least: float, most: float) -> float:
    """Return how far a range moves so that its middle comes to lie within the limits."""
    middle = (low + high) / 2
    if least <= middle <= most:
        return 0.0
    return (least + most) / 2 - middle
