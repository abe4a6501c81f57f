"""Over-segmentation of a picture's line: cut it into more segments than glyphs, so that each glyph is some segments.

A connected component may be several glyphs that touch. It is cut along paths from top to bottom that cross little ink:
the cheapest are found by dynamic programming over the rows, as seams are (Avidan and Shamir 2007, "Seam carving for
content-aware image resizing"). Which cuts are right is decided when glyphs are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitvision.ink.components import component_boxes, label_components
from digitvision.ink.pen_width import pen_width
from digitvision.ink.runs import positions_in_runs, run_lengths
from digitvision.recognition.rows.word_gaps import row_height

ROW_PX: Final = 64
"""Height of the writing to which larger pictures are reduced, in pixels: about three times that of a raster's glyph."""

_INK: Final = 0.45
"""Darkness from which pixels are connected, 0 to 1."""

_HOLLOW: Final = 0.35
"""Largest mean darkness in the middle of a ring."""

_FAINTEST: Final = 0.05
"""Least contrast that is brought to full ink after a picture was reduced, 0 to 1."""

_SPECK: Final = 0.5
"""Least ink of a component, as a share of a dot as wide as the pen: smaller ones are dirt."""

_SPECK_HEIGHT: Final = 0.02
"""Least ink of a component for thin pens: side of a square in heights of the writing."""

_LEVELS: Final = (0.3, 0.5, 0.7)
"""Heights of a component, as shares of it, at which different paths are searched for."""

_SLOPE: Final = 0.06
"""Cost of a step aside, in pixels of full ink."""

_DEAREST: Final = 3.2
"""Largest cost of a cut, in widths of the pen."""

_WALL: Final = (1.5, 4.5)
"""Width of two upright strokes that touch each other, in widths of the pen; `_WALL_HEIGHT` is their least height."""
_WALL_HEIGHT: Final = 2.0

_WALL_MIDDLE: Final = 0.12
_LEAST_MIDDLE: Final = 0.6
"""Distance from the middle, as a share of the width and in pixels, within which such strokes may be separated; there
the cost of ink is `_WALL_COST` of what it is elsewhere."""
_WALL_COST: Final = 0.06

_FLAT: Final = 0.4
"""Height, in heights of the writing, below which a component is a bar, a dot or a comma, and not two glyphs."""

_ALONE: Final = 3.0
_SOLID: Final = 0.5
"""Width in heights, and share of its box that it fills, from which a component that is alone is a bar: a joined word is
as wide, but fills little."""

_NARROWEST: Final = 0.14
"""Least distance between two cuts, in heights of the writing."""

_LEAST_INK: Final = 0.25
"""Least ink on either side of a cut, as a share of a stroke as long as the writing is high."""

_MOST_SEGMENTS: Final = 200
"""Largest number of segments: a glyph has about three, and nobody writes more in one line."""


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """The N segments of a line's ink, in reading order.

    Attributes:
        ink: float32 [H, W], the picture's ink, reduced where it was large.
        labels: int [H, W], 0 outside of the segments, else the segment's index plus 1.
        boxes: float64 [N, 4], left, top, right, bottom.
        components: int [N], number of the connected component that the segment was cut from.
        contacts: float64 [N, N], symmetric: length over which each two segments touch, in widths of the pen.
        height: Height of the writing, in pixels.
        unit: Median size of the components without the pen's width, in pixels: the unit of the spatial context.
        pen: Width of the pen, in pixels.
        scale: Pixels of the picture for one of `ink`.
    """

    ink: NDArray[np.float32]
    labels: NDArray[np.intp]
    boxes: NDArray[np.float64]
    components: NDArray[np.intp]
    contacts: NDArray[np.float64]
    height: float
    unit: float
    pen: float
    scale: float

    def __len__(self) -> int:
        return len(self.boxes)

    def masses(self) -> NDArray[np.float64]:
        """float64 [N]: the ink of each segment, in pixels of full ink."""
        masses = np.bincount(self.labels.ravel(), weights=self.ink.ravel(), minlength=len(self) + 1)
        return np.asarray(masses[1:], np.float64)

    def is_ring(self, segment: int) -> bool:
        """Whether a segment is hollow: ink on all four sides of its box, and hardly any in the middle."""
        ink = self.ink_of([segment])
        rows, columns = (slice(size // 3, size - size // 3) for size in ink.shape)
        above, below = ink[: rows.start, columns], ink[rows.stop :, columns]
        sides = (above, below, ink[rows, : columns.start], ink[rows, columns.stop :])
        if not all(side.size and side.max() >= _INK for side in sides):
            return False
        return bool(ink[rows, columns].mean() < _HOLLOW)

    def ink_of(self, group: Sequence[int]) -> NDArray[np.float32]:
        """Return the ink of some segments alone, float32, cropped to it."""
        boxes = self.boxes[list(group)].astype(np.intp)
        left, top = boxes[:, :2].min(axis=0)
        right, bottom = boxes[:, 2:].max(axis=0)
        field = (slice(top, bottom), slice(left, right))
        return np.where(np.isin(self.labels[field], np.array(group) + 1), self.ink[field], np.float32(0))


def segments_of(ink: NDArray[np.float32]) -> Segments | None:
    """Cut a line's ink into segments; None where there is none, or more than 200.

    Args:
        ink: float32 [H, W], 0 (paper) to 1 (ink), without rules.
    """
    labels, boxes, height = _components(ink)
    if height == 0:
        return None
    scale = 1.0
    if height > ROW_PX:
        ink = _reduced(ink, height / ROW_PX)
        scale = height / ROW_PX
        labels, boxes, height = _components(ink)
        if height == 0:
            return None
    pen = max(pen_width(np.where(labels > 0, ink, np.float32(0))), 1.0)
    masses = np.bincount(labels.ravel(), weights=ink.ravel(), minlength=len(boxes) + 1)[1:]
    least = max(_SPECK * pen**2 * np.pi / 4, (_SPECK_HEIGHT * height) ** 2)
    kept = np.flatnonzero(masses >= least)
    if len(kept) == 0 or len(kept) > _MOST_SEGMENTS:
        return None
    sizes = (boxes[kept, 2:] - boxes[kept, :2]).max(axis=1)
    cut = np.zeros(labels.shape, np.intp)
    components: list[int] = []
    for number in kept.tolist():
        left, top, right, bottom = boxes[number]
        own = labels[top:bottom, left:right] == number + 1
        parts, count = _cut_apart(np.where(own, ink[top:bottom, left:right], np.float32(0)), own, height, pen)
        field = cut[top:bottom, left:right]
        field[own] = parts[own] + len(components)
        components += [number] * count
        if len(components) > _MOST_SEGMENTS:
            return None
    found = component_boxes(cut, len(components)).astype(np.float64)
    order = np.argsort(found[:, 0] + found[:, 2], kind="stable")
    new_number = np.zeros(len(components) + 1, np.intp)
    new_number[order + 1] = np.arange(1, len(components) + 1)
    cut = new_number[cut]
    contacts = _contacts(cut, ink, len(components)) / pen
    return Segments(
        ink=ink,
        labels=cut,
        boxes=found[order],
        components=np.array(components)[order],
        contacts=contacts,
        height=height,
        unit=max(float(np.median(sizes)) - pen, 1.0),
        pen=pen,
        scale=scale,
    )


def _components(ink: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp], float]:
    """Return the connected components, their boxes, and the height of the writing, 0 where there is none."""
    labels, count = label_components(ink >= _INK)
    if count == 0:
        return labels, np.zeros((0, 4), np.intp), 0.0
    boxes = component_boxes(labels, count)
    height = row_height(boxes.astype(np.float64))
    if count == 1:
        # A bar that is alone, such as a minus sign, says nothing of how high writing would be: it is no row of parts.
        left, top, right, bottom = boxes[0].tolist()
        solid = float((labels[top:bottom, left:right] > 0).mean()) > _SOLID
        height = float(right - left) if solid and right - left > _ALONE * (bottom - top) else height
    return labels, boxes, height


def _reduced(ink: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Return the ink averaged down, with its contrast restored."""
    width, height = (max(1, round(side / factor)) for side in (ink.shape[1], ink.shape[0]))
    small = np.asarray(Image.fromarray(ink).resize((width, height), Image.Resampling.BOX), np.float32)
    darkest = float(np.quantile(small[small > 0], 0.95)) if small.any() else 1.0
    reduced: NDArray[np.float32] = np.clip(small / min(max(darkest, _FAINTEST), 1.0), 0, 1).astype(np.float32)
    return reduced


def _cut_apart(
    ink: NDArray[np.float32], own: NDArray[np.bool_], height: float, pen: float
) -> tuple[NDArray[np.intp], int]:
    """Number the parts of one component from left to right.

    Returns:
        int [h, w], 1 to count inside the component, 0 outside; and the count.
    """
    chosen = _seams(ink, height, pen)
    columns = np.arange(ink.shape[1])
    parts = np.zeros(ink.shape, np.intp)
    for seam in chosen:
        parts += columns[None, :] > seam[:, None]
    names, numbers = np.unique(parts[own], return_inverse=True)
    found = np.zeros(ink.shape, np.intp)
    found[own] = numbers.reshape(-1) + 1
    return found, len(names)


def _seams(ink: NDArray[np.float32], height: float, pen: float) -> list[NDArray[np.intp]]:
    """Return paths from top to bottom that cross little ink, from left to right: the last column before the cut in
    each row."""
    rows, columns = ink.shape
    if columns < 2 * _NARROWEST * height + 2 or rows < max(_FLAT * height, 3):
        return []
    cost = ink * np.where(_within_walls(ink >= _INK, pen), np.float32(_WALL_COST), np.float32(1))
    forward, backward = _through(cost), _through(cost[::-1])[::-1]
    total = float(ink.sum())
    least = _LEAST_INK * height * pen
    candidates = []
    for level in sorted({int(share * (rows - 1)) for share in _LEVELS}):
        paths = forward[level] + backward[level] - cost[level]
        inner = np.concatenate([[np.inf], paths, [np.inf]])
        lowest = (inner[1:-1] <= inner[:-2]) & (inner[1:-1] <= inner[2:]) & (paths <= _DEAREST * pen)
        candidates += [(float(paths[column]), level, int(column)) for column in np.flatnonzero(lowest)]
    cumulated = np.cumsum(ink, axis=1)
    chosen: list[NDArray[np.intp]] = []
    for _, level, column in sorted(candidates):
        seam = _path(forward, backward, level, column)
        before = float(cumulated[np.arange(rows), seam].sum())
        if min(before, total - before) < least:
            continue
        if all(float(np.abs(seam - other).mean()) >= _NARROWEST * height for other in chosen):
            chosen.append(seam)
    return sorted(chosen, key=lambda seam: float(seam.mean()))


def _within_walls(mask: NDArray[np.bool_], pen: float) -> NDArray[np.bool_]:
    """bool [h, w]: the middle of ink that is too wide for one upright stroke, where two glyphs lean on each other."""
    across, along = run_lengths(mask), run_lengths(np.ascontiguousarray(mask.T)).T
    wall = (across >= _WALL[0] * pen) & (across <= _WALL[1] * pen) & (along >= _WALL_HEIGHT * pen)
    aside = np.abs(positions_in_runs(mask) + 0.5 - across / 2)
    middle: NDArray[np.bool_] = wall & (aside <= np.maximum(_WALL_MIDDLE * across, _LEAST_MIDDLE))
    return middle


def _through(ink: NDArray[np.float32]) -> NDArray[np.float64]:
    """float64 [h, w]: the least cost of a path from the first row to each pixel, that pixel included."""
    cost = ink.astype(np.float64)
    for row in range(1, len(cost)):
        above = cost[row - 1]
        least = above.copy()
        least[1:] = np.minimum(least[1:], above[:-1] + _SLOPE)
        least[:-1] = np.minimum(least[:-1], above[1:] + _SLOPE)
        cost[row] += least
    return cost


def _path(forward: NDArray[np.float64], backward: NDArray[np.float64], level: int, column: int) -> NDArray[np.intp]:
    """int [h]: the columns of the cheapest path through a pixel."""
    seam = np.empty(len(forward), np.intp)
    seam[level] = column
    for costs, rows in ((forward, range(level - 1, -1, -1)), (backward, range(level + 1, len(forward)))):
        at = column
        for row in rows:
            options = [(costs[row, at], at)]
            if at > 0:
                options.append((costs[row, at - 1] + _SLOPE, at - 1))
            if at < costs.shape[1] - 1:
                options.append((costs[row, at + 1] + _SLOPE, at + 1))
            at = min(options)[1]
            seam[row] = at
    return seam


def _contacts(labels: NDArray[np.intp], ink: NDArray[np.float32], count: int) -> NDArray[np.float64]:
    """float64 [N, N]: the ink along the border of each two segments, in pixels."""
    contacts = np.zeros((count + 1, count + 1))
    for first, second in (
        ((slice(None), slice(None, -1)), (slice(None), slice(1, None))),
        ((slice(None, -1), slice(None)), (slice(1, None), slice(None))),
    ):
        one, other = labels[first], labels[second]
        beside = (one != other) & (one > 0) & (other > 0)
        np.add.at(contacts, (one[beside], other[beside]), np.minimum(ink[first], ink[second])[beside])
    contacts = contacts[1:, 1:]
    both: NDArray[np.float64] = contacts + contacts.T
    return both
