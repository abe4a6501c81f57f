"""Find the rows of a page: which strokes are written in one row, in whatever order they were written."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.rows.row_clustering import JoinedRow, joined_rows
from digitvision.recognition.rows.row_features import REACH, StrokeShapes, pair_features, shapes_of, unit_of_boxes
from digitvision.recognition.rows.row_network import RowNetwork

SURE_ABOVE: Final = 0.9
"""Confidence from which a row may count as sure to be one row, and no more and no less."""

_CERTAIN: Final = 1e6
"""Logit of strokes that the user has put into one row, or into different ones."""

_STEP: Final = 1.1
"""The unit of a page is one of a geometric series, so that a stroke more seldom changes what all are measured in."""

_WINDOW: Final = 3 * REACH
"""Vertical distance from what has changed, in units, within which pairs are measured anew together: those that are
changed are within `REACH`, their partners again, and these depend on what is as far away once more."""

_MANY: Final = 0.5
"""Share of the strokes in that window from which the whole page is measured anew."""

_SMALLEST: Final = 1e-6


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row of a page.

    Attributes:
        strokes: Indices of its strokes in the drawing, ascending.
        box: The rectangle around them, in the drawing's unit.
        confidence: Probability that these strokes are a row and no others are in it, 0 to 1.
        sure: Whether that is enough to rely on.
    """

    strokes: tuple[int, ...]
    box: Bounds
    confidence: float = 1.0
    sure: bool = True


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

    def rows_of(self, drawing: Drawing, corrections: Corrections = Corrections()) -> list[FoundRow]:
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
        return _in_order([_found_row(row, boxes) for row in found])

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
        gap = np.maximum(
            changed[:, None, 1] - shapes.boxes[None, :, 3], shapes.boxes[None, :, 1] - changed[:, None, 3]
        ).min(axis=0) / unit
        near = np.flatnonzero(gap <= _WINDOW)
        if len(near) > _MANY * len(strokes):
            self._logits = self._logits_within(strokes, shapes, range(len(strokes)))
            return
        affected = {id(strokes[index]) for index in np.flatnonzero(gap <= REACH).tolist()}
        measured = self._logits_within(strokes, shapes, near.tolist())
        affected |= {id(stroke) for stroke in differ}
        kept = {pair: logit for pair, logit in self._logits.items() if affected.isdisjoint(pair)}
        self._logits = kept | {pair: logit for pair, logit in measured.items() if not affected.isdisjoint(pair)}

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
        own = StrokeShapes(shapes.boxes[chosen] / self._unit, shapes.points[chosen] / self._unit)
        pairs, features = pair_features(own, written=np.array(chosen))
        logits = self._network.logits(features).tolist() if len(pairs) else []
        return {
            (id(strokes[chosen[one]]), id(strokes[chosen[other]])): logit
            for (one, other), logit in zip(pairs.tolist(), logits, strict=True)
        }


def _rounded(unit: float) -> float:
    return _STEP ** round(math.log(unit, _STEP))


def _pinned(
    pairs: NDArray[np.intp], logits: NDArray[np.float64], corrections: Corrections
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Add what the user has said of rows: their strokes belong together, and no two rows do."""
    rows = [sorted(row) for row, _ in corrections.rows]
    if not rows:
        return pairs, logits
    together = [(one, other) for row in rows for one, other in zip(row, row[1:], strict=False)]
    apart = [(row[0], other[0]) for index, row in enumerate(rows) for other in rows[index + 1 :]]
    row_of = {stroke: number for number, row in enumerate(rows) for stroke in row}
    # What the networks say of strokes whose rows are known counts no more.
    open_ = np.array([not (one in row_of and other in row_of) for one, other in pairs.tolist()], bool)
    said = np.array([*together, *apart], np.intp).reshape(-1, 2)
    weights = np.array([_CERTAIN] * len(together) + [-_CERTAIN] * len(apart))
    return np.concatenate([pairs[open_], said]), np.concatenate([logits[open_], weights])


def _found_row(row: JoinedRow, boxes: NDArray[np.float64]) -> FoundRow:
    own = boxes[list(row.strokes)]
    box = Bounds(*own[:, :2].min(axis=0).tolist(), *own[:, 2:].max(axis=0).tolist())
    confidence = _confidence(row)
    return FoundRow(row.strokes, box, confidence, confidence >= SURE_ABOVE)


def _confidence(row: JoinedRow) -> float:
    return 1.0


def _in_order(rows: Sequence[FoundRow]) -> list[FoundRow]:
    """Sort rows from top to bottom; those of which each is beside the middle of the other go from left to right."""
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
    middle_one, middle_other = (one.top + one.bottom) / 2, (other.top + other.bottom) / 2
    apart = max(one.left, other.left) >= min(one.right, other.right)
    return apart and one.top <= middle_other <= one.bottom and other.top <= middle_one <= other.bottom
