"""Find the rows of a page: which strokes are written in one row, in whatever order they were written."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.rows.columns import columns_apart
from digitvision.recognition.rows.row_clustering import JoinedRow, RowClustering, joined_rows
from digitvision.recognition.rows.row_features import REACH, StrokeShapes, pair_features, shapes_of, unit_of_boxes
from digitvision.recognition.rows.row_marks import are_frames, are_marks, are_underlines, path_length
from digitvision.recognition.rows.row_network import RowNetwork

NO_CORRECTIONS: Final = Corrections()

CLEARLY_APART: Final = 10.0
"""Least `FoundRow.apart` of all rows of a drawing that obviously has several: of CROHME 2013's and 2012's expressions 1
in 1,120 looks so, and 97 % of their pages."""

LEAST_ROW: Final = 0.25
"""Least height of a row that is noticed beside another one, as a share of the usual size of a stroke."""

COLUMNS_APART: Final = -1e3
"""Logit of strokes in different columns."""

_CERTAIN: Final = 1e6
"""Logit of strokes that the user has put into one row, or into different ones."""

_STEP: Final = 1.1
"""The unit of a page is one of a geometric series, so that a stroke more seldom changes what all are measured in."""

_NO_PAIRS: Final = np.zeros((0, 2), np.intp)

_MANY: Final = 0.5
"""Share of the strokes around a change from which the whole page is measured anew."""


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row of a page.

    Attributes:
        strokes: Indices of its strokes in the drawing, ascending.
        box: The rectangle around them, in the drawing's unit.
        weakest: The least sum of logits for which two of its parts were joined, above 0; infinite for one stroke.
        size: The median of its strokes' longer sides, in the drawing's unit.
        between: How much speaks for it that this and another row are one, by that row's strokes: sums of logits, 0 at
            most; rows that are far away are left out.
    """

    strokes: tuple[int, ...]
    box: Bounds
    weakest: float = math.inf
    size: float = 0.0
    between: Mapping[tuple[int, ...], float] = field(default_factory=dict)

    @property
    def apart(self) -> float:
        """How much speaks for it that the nearest other row is another one, from 0; infinite where none is near."""
        return max(-max(self.between.values(), default=-math.inf), 0.0)

    def beside(self, whole: "FoundRow", one: tuple[int, ...], other: tuple[int, ...]) -> "FoundRow":
        """Return the row after two others, given by their strokes, were joined."""
        between = {row: total for row, total in self.between.items() if row not in (one, other)}
        return replace(self, between={**between, whole.strokes: whole.between[self.strokes]})

    def joined(self, other: "FoundRow") -> "FoundRow":
        """Return both as one row."""
        strokes = tuple(sorted((*self.strokes, *other.strokes)))
        between = dict(self.between)
        for row, total in other.between.items():
            between[row] = between.get(row, 0.0) + total
        between.pop(self.strokes, None)
        between.pop(other.strokes, None)
        weakest, size = min(self.weakest, other.weakest), max(self.size, other.size)
        return FoundRow(strokes, self.box.united(other.box), weakest, size, between)


class RowFinder:
    """Finds rows, and measures only what has changed since the last page. Not thread-safe."""

    def __init__(self, network: RowNetwork | None = None) -> None:
        """Take the network that judges pairs of strokes; None for the program's own.

        Raises:
            ModelFault: The program's own is missing or damaged.
        """
        self._network = RowNetwork.load() if network is None else network
        self._clustering = RowClustering()
        self._strokes: tuple[Stroke, ...] = ()
        self._unit = 0.0
        self._pairs = _NO_PAIRS
        self._logits: NDArray[np.float64] = np.zeros(0)
        """The pairs of `_strokes` that are near, intp [P, 2], and the logit of each."""
        self._columns: dict[tuple[Stroke, ...], tuple[NDArray[np.intp], NDArray[np.float64]]] = {}
        """The pairs of the columns of the last page, by the positions of their strokes, and the logit of each."""
        self._shapes: dict[int, StrokeShapes] = {}
        self._length_of: dict[int, float] = {}
        self._lengths: NDArray[np.float64] = np.zeros(0)
        """The shape and the length of each stroke by its identity, and float64 [N]: the lengths in their order."""
        self._frames: NDArray[np.bool_] = np.zeros(0, bool)
        """bool [N]: which strokes are frames around others, or lines below a result."""

    @property
    def frames(self) -> list[int]:
        """The strokes of the last page that are drawn around others or twice below them, by their indices."""
        found: list[int] = np.flatnonzero(self._frames).tolist()
        return found

    def rows_of(
        self, drawing: Drawing, corrections: Corrections = NO_CORRECTIONS, *, columns: bool = True
    ) -> list[FoundRow]:
        """Return the rows of a drawing from top to bottom, and those beside each other from left to right.

        Args:
            drawing: At least one stroke.
            corrections: The rows among them are kept.
            columns: Whether there may be columns, between which no row goes on.
        """
        shapes = self._shapes_of(drawing.strokes)
        self._measure(drawing.strokes, shapes)
        pairs, logits = self._in_columns(shapes) if columns else (self._pairs, self._logits)
        pairs, logits = _pinned(pairs, logits, corrections)
        return in_order(_found_rows(self._clustering.joined(len(shapes.boxes), pairs, logits), shapes.boxes))

    def rows_of_shapes(self, shapes: StrokeShapes) -> list[FoundRow]:
        """Return the rows of parts of a picture's ink, whose order of writing nobody knows.

        Args:
            shapes: At least one part, in any unit.
        """
        unit = unit_of_boxes(shapes.boxes)
        pairs, features = pair_features(StrokeShapes(shapes.boxes / unit, shapes.points / unit), ordered=False)
        logits = self._network.logits(features).astype(np.float64) if len(pairs) else np.zeros(0)
        return in_order(_found_rows(joined_rows(len(shapes.boxes), pairs, logits), shapes.boxes))

    def _in_columns(self, shapes: StrokeShapes) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return all pairs with their logits, each column measured as if the others were not there.

        The network sees no further than a few strokes, and takes what stands in the next column for more of a row.
        """
        count, before = len(shapes.boxes), self._columns
        self._columns = {}

        def measured(side: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
            # The strokes are the key, so that no other stroke can have the identity of one of them.
            key = tuple(self._strokes[stroke] for stroke in side.tolist())
            known = self._columns.get(key) or before.get(key)
            if known is None:
                pairs, logits = self._judged(shapes, side, np.ones(count, bool))
                known = np.searchsorted(side, pairs), logits
            self._columns[key] = known
            return side[known[0]], known[1]

        def rows_within(side: NDArray[np.intp]) -> list[NDArray[np.intp]]:
            pairs, logits = measured(side)
            rows = joined_rows(len(side), np.searchsorted(side, pairs), logits)
            return [side[list(row.strokes)] for row in rows]

        strips = columns_apart(shapes.boxes / self._unit, rows_within)
        if not strips:
            return self._pairs, self._logits
        at = np.zeros((count, len(strips)), np.intp)
        for number, strip in enumerate(strips):
            at[strip.left, number], at[strip.right, number] = -1, 1
        ends = at[self._pairs]
        apart = (ends.prod(axis=1) < 0).any(axis=1)
        alike = (ends[:, 0] == ends[:, 1]).all(axis=1) & ends[:, 0].any(axis=1)
        found = [(self._pairs[~alike], np.where(apart, COLUMNS_APART, self._logits)[~alike])]
        for column in np.unique(at[at.any(axis=1)], axis=0):
            found.append(measured(np.flatnonzero((at == column).all(axis=1))))
        return np.concatenate([pairs for pairs, _ in found]), np.concatenate([logits for _, logits in found])

    def _measure(self, strokes: tuple[Stroke, ...], shapes: StrokeShapes) -> None:
        """Bring the logits of all pairs up to date."""
        unit = _rounded(unit_of_boxes(shapes.boxes))
        before, self._strokes = self._strokes, strokes
        same = sum(1 for _ in takewhile(lambda both: both[0] is both[1], zip(before, strokes, strict=False)))
        # A stroke that came or went between others has changed how many were written between those.
        differ = (*before[same:], *strokes[same:])
        frames = are_frames(shapes.boxes / unit, shapes.points / unit, self._lengths / unit)
        frames |= are_underlines(shapes.boxes / unit)
        # What was drawn around others or below them hides nothing any more, wherever it is.
        is_framed_anew = bool((frames[:same] != self._frames[:same]).any())
        self._frames = frames
        if unit != self._unit or is_framed_anew:
            self._unit = unit
            self._measure_all(shapes)
            return
        if not differ:
            return
        changed = np.array([stroke.bounds for stroke in differ], np.float64)
        affected = _near(shapes.boxes, changed, REACH * unit)
        partners = _near(shapes.boxes, shapes.boxes[affected], REACH * unit)
        # What the partners of affected strokes are measured by lies as far away once more.
        near = _near(shapes.boxes, shapes.boxes[partners], REACH * unit)
        if len(near) > _MANY * len(strokes):
            self._measure_all(shapes)
            return
        stale = np.zeros(len(strokes), bool)
        stale[affected], stale[same:] = True, True
        kept = np.flatnonzero((self._pairs < same).all(axis=1))
        kept = kept[~stale[self._pairs[kept]].any(axis=1)]
        pairs, logits = self._judged(shapes, near, stale)
        self._pairs = np.concatenate([self._pairs[kept], pairs])
        self._logits = np.concatenate([self._logits[kept], logits])

    def _measure_all(self, shapes: StrokeShapes) -> None:
        every = np.arange(len(shapes.boxes))
        self._pairs, self._logits = self._judged(shapes, every, np.ones(len(every), bool))

    def _shapes_of(self, strokes: Sequence[Stroke]) -> StrokeShapes:
        known = self._shapes
        new = [stroke for stroke in strokes if id(stroke) not in known]
        if new:
            measured = shapes_of(new)
            for index, stroke in enumerate(new):
                known[id(stroke)] = StrokeShapes(measured.boxes[index], measured.points[index])
                self._length_of[id(stroke)] = path_length(stroke.xy)
        self._shapes = {id(stroke): known[id(stroke)] for stroke in strokes}
        self._length_of = {id(stroke): self._length_of[id(stroke)] for stroke in strokes}
        self._lengths = np.array(list(map(self._length_of.__getitem__, map(id, strokes))))
        own = [self._shapes[id(stroke)] for stroke in strokes]
        return StrokeShapes(np.array([one.boxes for one in own]), np.array([one.points for one in own]))

    def _judged(
        self, shapes: StrokeShapes, chosen: NDArray[np.intp], wanted: NDArray[np.bool_]
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return pairs and their logits.

        Args:
            shapes: All strokes of the page.
            chosen: intp [K], ascending: the strokes that count.
            wanted: bool [N]: strokes of which each pair has at least one.
        """
        if not len(chosen):
            return _NO_PAIRS, np.zeros(0)
        own = StrokeShapes(shapes.boxes[chosen] / self._unit, shapes.points[chosen] / self._unit)
        # What goes across many rows belongs to none, and hides nothing that parts these.
        inked = ~(are_marks(own.boxes, self._lengths[chosen] / self._unit) | self._frames[chosen])
        chosen, own = chosen[inked], StrokeShapes(own.boxes[inked], own.points[inked])
        if not len(chosen):
            return _NO_PAIRS, np.zeros(0)
        pairs, features = pair_features(own, written=chosen, wanted=wanted[chosen])
        logits = self._network.logits(features).astype(np.float64) if len(pairs) else np.zeros(0)
        return chosen[pairs], logits


def _near(boxes: NDArray[np.float64], others: NDArray[np.float64], reach: float) -> NDArray[np.intp]:
    """Return the indices of the boxes whose vertical gap to one of the others is no larger than this."""
    gaps = np.maximum(others[None, :, 1] - boxes[:, None, 3], boxes[:, None, 1] - others[None, :, 3])
    return np.flatnonzero(gaps.min(axis=1, initial=np.inf) <= reach)


def _rounded(unit: float) -> float:
    return _STEP ** round(math.log(unit, _STEP))


def _pinned(
    pairs: NDArray[np.intp], logits: NDArray[np.float64], corrections: Corrections
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Add what the user has said of rows: their strokes belong together, and no two rows do."""
    rows = [sorted(row) for row, _ in corrections.rows]
    if not rows:
        return pairs, logits
    together = [(one, other) for row in rows for one, other in pairwise(row)]
    apart = [(row[0], other[0]) for index, row in enumerate(rows) for other in rows[index + 1 :]]
    row_of = {stroke: number for number, row in enumerate(rows) for stroke in row}
    # What the networks say of strokes whose rows are known counts no more.
    open_ = np.array([not (one in row_of and other in row_of) for one, other in pairs.tolist()], bool)
    said = np.array([*together, *apart], np.intp).reshape(-1, 2)
    weights = np.array([_CERTAIN] * len(together) + [-_CERTAIN] * len(apart))
    return np.concatenate([pairs[open_], said]), np.concatenate([logits[open_], weights])


def _found_rows(rows: Sequence[JoinedRow], boxes: NDArray[np.float64]) -> list[FoundRow]:
    """Return rows with what is measured of them, in the same order.

    Args:
        rows: At least one row; every stroke is in one of them.
        boxes: float64 [N, 4], those of all strokes.
    """
    order = np.concatenate([np.array(row.strokes, np.intp) for row in rows])
    counts = np.array([len(row.strokes) for row in rows])
    starts = np.cumsum(counts) - counts
    own = boxes[order]
    low, high = np.minimum.reduceat(own[:, :2], starts), np.maximum.reduceat(own[:, 2:], starts)
    sides = (own[:, 2:] - own[:, :2]).max(axis=1)
    sides = sides[np.lexsort((sides, np.repeat(np.arange(len(rows)), counts)))]
    sizes = (sides[starts + (counts - 1) // 2] + sides[starts + counts // 2]) / 2
    found = []
    for row, corners, size in zip(rows, np.hstack([low, high]).tolist(), sizes.tolist(), strict=True):
        between = {rows[index].strokes: total for index, total in row.between.items()}
        found.append(FoundRow(row.strokes, Bounds(*corners), row.weakest, size, between))
    return found


def several_of(rows: Sequence[FoundRow]) -> list[FoundRow]:
    """Return the rows of a drawing that hold more than bars and dots: parts of a sign like ÷ are no rows."""
    # The size of a line around a row says nothing about the size of the writing.
    framed = [row for row in rows if len(row.strokes) == 1 and any(_is_around(row.box, one.box) for one in rows)]
    size = max((row.size for row in rows if row not in framed), default=0.0)
    return [row for row in rows if row.box.height > LEAST_ROW * size]


def _is_around(outer: Bounds, inner: Bounds) -> bool:
    sides = outer.left < inner.left and inner.right < outer.right
    return sides and outer.top < inner.top and inner.bottom < outer.bottom


def are_clearly_several(rows: Sequence[FoundRow]) -> bool:
    """Whether these are obviously several rows, which no reading of a single one is made for."""
    return len(rows) > 1 and all(row.apart >= CLEARLY_APART for row in rows)


def in_order(rows: Sequence[FoundRow]) -> list[FoundRow]:
    """Sort rows from top to bottom; those that stand beside each other go from left to right."""
    waiting = sorted(rows, key=lambda row: (row.box.top + row.box.bottom, row.box.left))
    ordered: list[FoundRow] = []
    while waiting:
        first, *rest = waiting
        top, bottom = first.box.top, first.box.bottom
        level_with = [row for row in rest if row.box.top <= bottom and row.box.bottom >= top]
        beside = [row for row in level_with if are_beside(first.box, row.box)]
        level = sorted([first, *beside], key=lambda row: row.box.left)
        ordered += level
        waiting = [row for row in rest if row not in beside]
    return ordered


def are_beside(one: Bounds, other: Bounds) -> bool:
    """Whether one row stands at the side of another: at least half of the lower one's height is beside it."""
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    apart = max(one.left, other.left) >= min(one.right, other.right)
    return apart and shared >= min(one.height, other.height) / 2
