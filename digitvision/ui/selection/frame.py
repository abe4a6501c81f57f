"""The frame around selected ink: its handles, and what dragging them does to the ink."""

import math
from typing import Final, Literal

from PySide6.QtCore import QPointF, QRectF, Qt

from digitvision.ink.editing.transform import Affine
from digitvision.ink.stroke import Bounds

Handle = Literal[
    "top left", "top", "top right", "right", "bottom right", "bottom", "bottom left", "left", "turn", "inside"
]

MARGIN_PX: Final = 9.0
"""Space between the ink and the frame."""

REACH_PX: Final = 13.0
"""Distance from a handle's middle within which it is hit: as wide as a fingertip."""

KNOB_PX: Final = 30.0
"""Distance of the knob that turns from the frame's upper side."""

ROOM_FOR_SIDES_PX: Final = 64.0
"""Shortest side that has a handle in its middle."""

STEP_DEGREES: Final = 15.0
"""Angle in whole multiples of which ink is turned with Shift."""

SIZES: Final = (4.0, 50_000.0)
"""Smallest and largest longer side that ink is scaled to, in the drawing's unit: files keep three decimals."""

CORNERS: Final[tuple[Handle, ...]] = ("top left", "top right", "bottom right", "bottom left")
SIDES: Final[tuple[Handle, ...]] = ("top", "right", "bottom", "left")

_DIAGONAL, _OTHER_DIAGONAL = Qt.CursorShape.SizeFDiagCursor, Qt.CursorShape.SizeBDiagCursor
CURSORS: Final[dict[Handle, Qt.CursorShape]] = {
    "top left": _DIAGONAL,
    "bottom right": _DIAGONAL,
    "top right": _OTHER_DIAGONAL,
    "bottom left": _OTHER_DIAGONAL,
    "top": Qt.CursorShape.SizeVerCursor,
    "bottom": Qt.CursorShape.SizeVerCursor,
    "left": Qt.CursorShape.SizeHorCursor,
    "right": Qt.CursorShape.SizeHorCursor,
    "turn": Qt.CursorShape.PointingHandCursor,
    "inside": Qt.CursorShape.SizeAllCursor,
}


def handles_of(frame: QRectF, room: QRectF) -> dict[Handle, QPointF]:
    """Return where a frame's handles lie, in the canvas's pixels.

    Args:
        frame: The frame.
        room: The canvas; where the knob would lie beyond its upper edge, it lies below the frame.
    """
    middle = frame.center()
    handles: dict[Handle, QPointF] = {
        "top left": frame.topLeft(),
        "top right": frame.topRight(),
        "bottom right": frame.bottomRight(),
        "bottom left": frame.bottomLeft(),
    }
    if frame.width() >= ROOM_FOR_SIDES_PX:
        handles |= {"top": QPointF(middle.x(), frame.top()), "bottom": QPointF(middle.x(), frame.bottom())}
    if frame.height() >= ROOM_FOR_SIDES_PX:
        handles |= {"left": QPointF(frame.left(), middle.y()), "right": QPointF(frame.right(), middle.y())}
    above, below = frame.top() - KNOB_PX, frame.bottom() + KNOB_PX
    fits = above >= room.top() + REACH_PX / 2 or below > room.bottom()
    handles["turn"] = QPointF(middle.x(), above if fits else below)
    return handles


def handle_at(frame: QRectF, room: QRectF, position: QPointF) -> Handle | None:
    """Return the handle that is hit at a pixel of the canvas, `inside` within the frame, None beside it."""
    near = [
        (math.hypot(place.x() - position.x(), place.y() - position.y()), handle)
        for handle, place in handles_of(frame, room).items()
    ]
    away, handle = min(near)
    within = frame.contains(position)
    # Room is left in the middle of narrow ink, such as a 1, to move it by.
    reach = min(REACH_PX, frame.width() / 4, frame.height() / 4) if within else REACH_PX
    if away <= reach:
        return handle
    return "inside" if within else None


def dragged(
    handle: Handle, ink: Bounds, start: tuple[float, float], at: tuple[float, float], *, in_steps: bool = False
) -> Affine:
    """Return what dragging a handle does to the ink.

    Args:
        handle: The handle, or `inside` to move the ink.
        ink: The rectangle around the ink, in the drawing's unit.
        start: Where the handle was taken, in the drawing's unit.
        at: Where it is now.
        in_steps: Whether to turn in steps of `STEP_DEGREES` only.
    """
    dx, dy = at[0] - start[0], at[1] - start[1]
    if handle == "inside":
        return Affine.move(dx, dy)
    if handle == "turn":
        return _turned(ink, start, at, in_steps=in_steps)
    left, right, top, bottom = "left" in handle, "right" in handle, "top" in handle, "bottom" in handle
    # The side or corner opposite of the handle stays.
    about = (ink.right if left else ink.left, ink.bottom if top else ink.top)
    width, height = ink.width, ink.height
    if handle in CORNERS:
        # Along the diagonal, so that proportions are kept wherever the pointer goes.
        square = width**2 + height**2
        along = (dx if right else -dx) * width + (dy if bottom else -dy) * height
        factor = _limited(1 + along / square, ink.longer_side) if square else 1.0
        return Affine.scale(factor, factor, about=about)
    across = _limited(1 + (dx if right else -dx) / width, width) if (left or right) and width else 1.0
    down = _limited(1 + (dy if bottom else -dy) / height, height) if (top or bottom) and height else 1.0
    return Affine.scale(across, down, about=about)


def _turned(ink: Bounds, start: tuple[float, float], at: tuple[float, float], *, in_steps: bool) -> Affine:
    x, y = (ink.left + ink.right) / 2, (ink.top + ink.bottom) / 2
    angle = math.atan2(at[1] - y, at[0] - x) - math.atan2(start[1] - y, start[0] - x)
    if in_steps:
        step = math.radians(STEP_DEGREES)
        angle = round(angle / step) * step
    return Affine.turn(angle, about=(x, y))


def _limited(factor: float, size: float) -> float:
    """Return a factor that neither turns ink of this size over nor makes it too small or too large."""
    smallest, largest = SIZES
    return min(max(factor, min(smallest / size, 1.0)), max(largest / size, 1.0))
