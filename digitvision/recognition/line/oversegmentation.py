"""A picture's line cut into pieces: more than there are glyphs, so that each glyph is some pieces beside each other.

What hangs together may be several glyphs that touch. Where a pen's path from top to bottom would cross little ink, it
is cut: the cheapest such paths are found by dynamic programming over the rows, as seams are (Avidan and Shamir 2007,
"Seam carving for content-aware image resizing"). Which cuts are right is decided where glyphs are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitvision.ink.components import label_components
from digitvision.ink.pen_width import pen_width
from digitvision.ink.rules import component_boxes
from digitvision.ink.runs import positions_in_runs, run_lengths
from digitvision.recognition.line.geometry import row_height

ROW_PX: Final = 64
"""Height of the writing to which larger pictures are reduced: three times what the network sees."""

_INK: Final = 0.45
"""Of full ink, from which pixels hang together."""

_FAINTEST: Final = 0.05
"""Of full ink: what is still fainter after a picture was reduced stays faint."""

_SPECK: Final = 0.5
"""Of a dot as wide as the pen: smaller pieces are dirt."""

_SPECK_HEIGHT: Final = 0.02
"""Of the writing's height, a side of a square: the same for thin pens."""

_LEVELS: Final = (0.3, 0.5, 0.7)
"""Of a piece's height, at which paths are told apart."""

_SLOPE: Final = 0.06
"""What a step aside costs, in pixels of full ink."""

_DEAREST: Final = 3.2
"""Widths of the pen that a cut may go through."""

_WALL: Final = (1.5, 4.5)
"""Widths of the pen that two upright strokes beside each other are wide, and `_WALL_HEIGHT` how high, at least."""
_WALL_HEIGHT: Final = 2.0

_WALL_MIDDLE: Final = 0.12
_LEAST_MIDDLE: Final = 0.6
"""Of its width, and pixels, how far from its middle such a wall may be parted; there ink costs `_WALL_COST` of what it
does elsewhere."""
_WALL_COST: Final = 0.06

_FLAT: Final = 0.4
"""Of the writing's height: what is lower is a bar, a dot or a comma, and no two glyphs."""

_NARROWEST: Final = 0.14
"""Of the writing's height between two cuts."""

_LEAST_INK: Final = 0.25
"""Of a stroke as long as the writing is high: what a cut leaves on either side is more."""

_MOST_SEGMENTS: Final = 200
"""Nobody writes more in one line: a glyph has about three."""


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """A line's ink in pieces, in reading order.

    Attributes:
        ink: float32 [H, W], what is read: reduced where it was large.
        labels: int [H, W], 0 where there is no piece, else its place plus 1.
        boxes: float64 [N, 4], left, top, right, bottom.
        components: int [N], which pieces hang together.
        contacts: float64 [N, N], symmetric: how much of a pen's width each two pieces touch each other over.
        height: Of the writing, in pixels.
        unit: The longer side of the pen's path in what hangs together, usually: what surroundings are measured by.
        pen: Its width, in pixels.
        scale: Pixels of the picture to one of `ink`.
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
        """float64 [N]: the ink of each, in pixels of full ink."""
        masses = np.bincount(self.labels.ravel(), weights=self.ink.ravel(), minlength=len(self) + 1)
        return np.asarray(masses[1:], np.float64)

    def ink_of(self, group: Sequence[int]) -> NDArray[np.float32]:
        """The ink of some pieces alone, float32, with nothing around it."""
        boxes = self.boxes[list(group)].astype(np.intp)
        left, top = boxes[:, :2].min(axis=0)
        right, bottom = boxes[:, 2:].max(axis=0)
        field = (slice(top, bottom), slice(left, right))
        return np.where(np.isin(self.labels[field], np.array(group) + 1), self.ink[field], np.float32(0))


def segments_of(ink: NDArray[np.float32]) -> Segments | None:
    """Cut a line's ink into pieces; None where there is none, or more than anybody writes.

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
    places = np.zeros(len(components) + 1, np.intp)
    places[order + 1] = np.arange(1, len(components) + 1)
    cut = places[cut]
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
    """What hangs together, its boxes, and the height of the writing, 0 without any."""
    labels, count = label_components(ink >= _INK)
    if count == 0:
        return labels, np.zeros((0, 4), np.intp), 0.0
    boxes = component_boxes(labels, count)
    return labels, boxes, row_height(boxes.astype(np.float64))


def _reduced(ink: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """The ink averaged down, and as dark as before."""
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
        int [h, w], 1 to count; and the count.
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
    """Paths from top to bottom that cross little ink, from left to right: the column after which to cut in each row."""
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
    """bool [h, w]: the middle of what is too wide for one upright stroke: there two glyphs lean on each other."""
    across, along = run_lengths(mask), run_lengths(np.ascontiguousarray(mask.T)).T
    wall = (across >= _WALL[0] * pen) & (across <= _WALL[1] * pen) & (along >= _WALL_HEIGHT * pen)
    aside = np.abs(positions_in_runs(mask) + 0.5 - across / 2)
    middle: NDArray[np.bool_] = wall & (aside <= np.maximum(_WALL_MIDDLE * across, _LEAST_MIDDLE))
    return middle


def _through(ink: NDArray[np.float32]) -> NDArray[np.float64]:
    """float64 [h, w]: the least ink that a path from the first row to each pixel crosses, that pixel's included."""
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
            ways = [(costs[row, at], at)]
            if at > 0:
                ways.append((costs[row, at - 1] + _SLOPE, at - 1))
            if at < costs.shape[1] - 1:
                ways.append((costs[row, at + 1] + _SLOPE, at + 1))
            at = min(ways)[1]
            seam[row] = at
    return seam


def _contacts(labels: NDArray[np.intp], ink: NDArray[np.float32], count: int) -> NDArray[np.float64]:
    """float64 [N, N]: the ink along the border of each two pieces, in pixels."""
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
