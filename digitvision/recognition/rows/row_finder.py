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
from digitvision.recognition.rows.row_clustering import JoinedRow, joined_rows
from digitvision.recognition.rows.row_features import REACH, StrokeShapes, pair_features, shapes_of, unit_of_boxes
from digitvision.recognition.rows.row_network import RowNetwork

NO_CORRECTIONS: Final = Corrections()

CLEARLY_APART: Final = 10.0
"""Least `FoundRow.apart` of all rows of a drawing that obviously has several: of CROHME 2013's and 2012's expressions 1
in 1,120 looks so, and 97 % of their pages."""

LEAST_ROW: Final = 0.25
"""Least height of a row that is noticed beside another one, as a share of the usual size of a stroke."""

_CERTAIN: Final = 1e6
"""Logit of strokes that the user has put into one row, or into different ones."""

_STEP: Final = 1.1
"""The unit of a page is one of a geometric series, so that a stroke more seldom changes what all are measured in."""

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
        self._strokes: tuple[Stroke, ...] = ()
        self._unit = 0.0
        self._logits: dict[tuple[int, int], float] = {}
        """The logit of each pair that is near, by the identities of both strokes, which `_strokes` keeps alive."""
        self._shapes: dict[int, StrokeShapes] = {}

    def rows_of(self, drawing: Drawing, corrections: Corrections = NO_CORRECTIONS) -> list[FoundRow]:
        """Return the rows of a drawing from top to bottom, and those beside each other from left to right.

        Args:
            drawing: At least one stroke.
            corrections: The rows among them are kept.
        """
        strokes = drawing.strokes
        self._measure(strokes)
        index_of = {id(stroke): index for index, stroke in enumerate(strokes)}
        pairs = np.array([(index_of[one], index_of[other]) for one, other in self._logits], np.intp).reshape(-1, 2)
        logits = np.fromiter(self._logits.values(), np.float64, len(self._logits))
        pairs, logits = _pinned(pairs, logits, corrections)
        found = joined_rows(len(strokes), pairs, logits)
        boxes = np.array([stroke.bounds for stroke in strokes], np.float64)
        return in_order([_found_row(row, found, boxes) for row in found])

    def rows_of_shapes(self, shapes: StrokeShapes) -> list[FoundRow]:
        """Return the rows of parts of a picture's ink, whose order of writing nobody knows.

        Args:
            shapes: At least one part, in any unit.
        """
        unit = unit_of_boxes(shapes.boxes)
        pairs, features = pair_features(StrokeShapes(shapes.boxes / unit, shapes.points / unit), ordered=False)
        logits = self._network.logits(features).astype(np.float64) if len(pairs) else np.zeros(0)
        found = joined_rows(len(shapes.boxes), pairs, logits)
        return in_order([_found_row(row, found, shapes.boxes) for row in found])

    def _measure(self, strokes: tuple[Stroke, ...]) -> None:
        """Bring the logits of all pairs up to date."""
        shapes = self._shapes_of(strokes)
        unit = _rounded(unit_of_boxes(shapes.boxes))
        same = sum(1 for _ in takewhile(lambda both: both[0] is both[1], zip(self._strokes, strokes, strict=False)))
        # A stroke that came or went between others has changed how many were written between those.
        differ = (*self._strokes[same:], *strokes[same:])
        changed = np.array([stroke.bounds for stroke in differ], np.float64).reshape(-1, 4)
        self._strokes = strokes
        if unit != self._unit:
            self._unit = unit
            self._logits = self._logits_within(strokes, shapes, range(len(strokes)))
            return
        if not len(changed):
            return
        affected = _near(shapes.boxes, changed, REACH * unit)
        partners = _near(shapes.boxes, shapes.boxes[affected], REACH * unit)
        # What the partners of affected strokes are measured by lies as far away once more.
        near = _near(shapes.boxes, shapes.boxes[partners], REACH * unit)
        if len(near) > _MANY * len(strokes):
            self._logits = self._logits_within(strokes, shapes, range(len(strokes)))
            return
        measured = self._logits_within(strokes, shapes, near.tolist())
        stale = {id(strokes[index]) for index in affected.tolist()} | {id(stroke) for stroke in differ}
        kept = {pair: logit for pair, logit in self._logits.items() if stale.isdisjoint(pair)}
        self._logits = kept | {pair: logit for pair, logit in measured.items() if not stale.isdisjoint(pair)}

    def _shapes_of(self, strokes: Sequence[Stroke]) -> StrokeShapes:
        known = self._shapes
        new = [stroke for stroke in strokes if id(stroke) not in known]
        if new:
            measured = shapes_of(new)
            for index, stroke in enumerate(new):
                known[id(stroke)] = StrokeShapes(measured.boxes[index], measured.points[index])
        self._shapes = {id(stroke): known[id(stroke)] for stroke in strokes}
        own = [self._shapes[id(stroke)] for stroke in strokes]
        return StrokeShapes(np.array([one.boxes for one in own]), np.array([one.points for one in own]))

    def _logits_within(
        self, strokes: Sequence[Stroke], shapes: StrokeShapes, indices: Sequence[int]
    ) -> dict[tuple[int, int], float]:
        """Return the logits of the pairs among some strokes, by the identities of both."""
        chosen = list(indices)
        if not chosen:
            return {}
        own = StrokeShapes(shapes.boxes[chosen] / self._unit, shapes.points[chosen] / self._unit)
        pairs, features = pair_features(own, written=np.array(chosen))
        logits = self._network.logits(features).tolist() if len(pairs) else []
        return {
            (id(strokes[chosen[one]]), id(strokes[chosen[other]])): logit
            for (one, other), logit in zip(pairs.tolist(), logits, strict=True)
        }


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


def _found_row(row: JoinedRow, rows: Sequence[JoinedRow], boxes: NDArray[np.float64]) -> FoundRow:
    own = boxes[list(row.strokes)]
    box = Bounds(*own[:, :2].min(axis=0).tolist(), *own[:, 2:].max(axis=0).tolist())
    size = float(np.median((own[:, 2:] - own[:, :2]).max(axis=1)))
    between = {rows[index].strokes: total for index, total in row.between.items()}
    return FoundRow(row.strokes, box, row.weakest, size, between)


def several_of(rows: Sequence[FoundRow]) -> list[FoundRow]:
    """Return the rows of a drawing that hold more than bars and dots: parts of a sign like ÷ are no rows."""
    size = max((row.size for row in rows), default=0.0)
    return [row for row in rows if row.box.height > LEAST_ROW * size]


def are_clearly_several(rows: Sequence[FoundRow]) -> bool:
    """Whether these are obviously several rows, which no reading of a single one is made for."""
    return len(rows) > 1 and all(row.apart >= CLEARLY_APART for row in rows)


def in_order(rows: Sequence[FoundRow]) -> list[FoundRow]:
    """Sort rows from top to bottom; those that stand beside each other go from left to right."""
    waiting = sorted(rows, key=lambda row: (row.box.top + row.box.bottom, row.box.left))
    ordered: list[FoundRow] = []
    while waiting:
        first, *rest = waiting
        beside = [row for row in rest if _are_beside(first.box, row.box)]
        level = sorted([first, *beside], key=lambda row: row.box.left)
        ordered += level
        waiting = [row for row in rest if row not in beside]
    return ordered


def _are_beside(one: Bounds, other: Bounds) -> bool:
    """Whether one row stands at the side of another: at least half of the lower one's height is beside it."""
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    apart = max(one.left, other.left) >= min(one.right, other.right)
    return apart and shared >= min(one.height, other.height) / 2
