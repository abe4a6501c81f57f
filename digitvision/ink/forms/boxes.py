"""Boxes around single glyphs: components of one size in a row that run along three or four sides of their rectangle."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.components import Components
from digitvision.ink.rules import near

_NEAR_SIDE: Final = 0.03
"""How far from a side of its rectangle a box's line may run, as a share of the shorter side, beside a pixel."""

_ROUNDED: Final = 0.3
"""Least share of a side along which a box with round corners runs; `_STRAIGHT` that of a frame that is alone."""
_STRAIGHT: Final = 0.9

_SAME_SIZE: Final = 0.08
"""Largest difference of sizes and levels of boxes in a row, as a share of the size."""

_LEAST: Final = 0.3
"""Least height of a box, as a share of the picture's."""

_FILLED: Final = 0.5
"""Least share of boxes in which something is written; `_APART` of those where it does not touch the box."""
_APART: Final = 0.3

_FRAME: Final = 0.6
"""Least width of a frame that all writing within touches, as a share of the picture's."""

_SAME_INK: Final = 1.15
"""Ink of a box in which nothing is written across its line, in that of the emptiest."""


def boxes_in(parts: Components) -> NDArray[np.bool_]:
    """bool [H, W]: the pixels of boxes that stand apart from each other, at least two, and of a straight frame.

    Args:
        parts: The components of a mask with its ruled lines level and upright.
    """
    labels, _, boxes = parts
    found = np.zeros(labels.shape, bool)
    sides = boxes[:, 2:] - boxes[:, :2]
    large = np.flatnonzero((sides.min(axis=1) >= 8) & (sides[:, 1] >= _LEAST * labels.shape[0]))
    shares = {index: _shares(_own(labels, boxes, index)) for index in large.tolist()}
    boxed = np.array([index for index, share in shares.items() if _is_box(share)], np.intp)
    while len(boxed) > 1:
        first = boxed[0]
        near_size = _SAME_SIZE * float(sides[first].max()) + 2
        same = (np.abs(sides[boxed] - sides[first]) <= near_size).all(axis=1)
        group, boxed = boxed[same], boxed[~same]
        held = np.array([_held(labels, boxes, index) for index in group.tolist()])
        # An eight has ink of its own within, which a box has only where a glyph touches it.
        if len(group) > 1 and held.any(axis=1).mean() >= _FILLED and held[:, 0].mean() >= _APART:
            _mark(found, labels, boxes, group)
    for index, share in shares.items():
        wide = sides[index, 0] >= _FRAME * labels.shape[1]
        holds = _held(labels, boxes, index)
        if min(share) >= _STRAIGHT and (holds[0] or (wide and holds[1])) and not found[_field(boxes, index)].any():
            found[_field(boxes, index)] |= _along_sides(_own(labels, boxes, index))
    return found


def _field(boxes: NDArray[np.intp], index: int) -> tuple[slice, slice]:
    left, top, right, bottom = boxes[index].tolist()
    return slice(top, bottom), slice(left, right)


def _own(labels: NDArray[np.intp], boxes: NDArray[np.intp], index: int) -> NDArray[np.bool_]:
    return np.asarray(labels[_field(boxes, index)] == index + 1)


def _reach(own: NDArray[np.bool_]) -> int:
    return 1 + int(_NEAR_SIDE * min(own.shape) + 0.5)


def _shares(own: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    """Return the share of each side of its rectangle along which a component runs: top, bottom, left, right."""
    reach = _reach(own)
    return (
        float(own[:reach].any(axis=0).mean()),
        float(own[-reach:].any(axis=0).mean()),
        float(own[:, :reach].any(axis=1).mean()),
        float(own[:, -reach:].any(axis=1).mean()),
    )


def _is_box(shares: tuple[float, float, float, float]) -> bool:
    """Whether a component runs along all sides, or straight along three of them: a box that is open above or below."""
    top, bottom, left, right = shares
    return min(shares) >= _ROUNDED or min(left, right, max(top, bottom)) >= _STRAIGHT


def _held(labels: NDArray[np.intp], boxes: NDArray[np.intp], index: int) -> tuple[bool, bool]:
    """Whether there is other ink well within a component's rectangle, and ink of its own."""
    field = labels[_field(boxes, index)]
    down, across = (side // 5 for side in field.shape)
    inner = field[down:-down, across:-across]
    own = inner == index + 1
    return bool(((inner > 0) & ~own).any()), bool(own.any())


def _mark(found: NDArray[np.bool_], labels: NDArray[np.intp], boxes: NDArray[np.intp], group: NDArray[np.intp]) -> None:
    """Add the boxes of a group; ink that touches a box stays, told by the emptiest box of them."""
    owns = [_own(labels, boxes, index) for index in group.tolist()]
    masses = [float(own.sum()) for own in owns]
    emptiest = int(np.argmin(masses))
    empty = owns[emptiest]
    for index, own, mass in zip(group.tolist(), owns, masses, strict=True):
        if mass <= _SAME_INK * masses[emptiest]:
            found[_field(boxes, index)] |= own
            continue
        rows = np.minimum(np.arange(own.shape[0]) * empty.shape[0] // own.shape[0], empty.shape[0] - 1)
        columns = np.minimum(np.arange(own.shape[1]) * empty.shape[1] // own.shape[1], empty.shape[1] - 1)
        found[_field(boxes, index)] |= own & near(empty[np.ix_(rows, columns)])


def _along_sides(own: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool [h, w]: the line along the four sides of a frame, as thick as it usually is."""
    line = np.zeros(own.shape, bool)
    reach = _reach(own)
    for turns in range(4):
        side = np.rot90(own, turns)
        marked = np.rot90(line, turns)
        first = side.argmax(axis=0)
        columns = np.flatnonzero(side.any(axis=0) & (first <= reach))
        runs = [int((~side[first[column] :, column]).argmax()) or side.shape[0] for column in columns.tolist()]
        usual = int(np.median(runs)) + 1
        for column, run in zip(columns.tolist(), runs, strict=True):
            marked[first[column] : first[column] + min(run, usual), column] = True
    return line
