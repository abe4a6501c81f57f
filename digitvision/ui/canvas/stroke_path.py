"""Strokes as painter paths: smooth curves, cut into short pieces so that only what changed is painted again."""

import itertools
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from digitvision.ink.curve import STEADYING_PASSES, drawn_path
from digitvision.ink.stroke import Stroke, pen_width_at

NEIGHBOURS: Final = STEADYING_PASSES + 1
"""Number of samples on either side of a segment that shape its curve."""

PIECE_SEGMENTS: Final = 16
"""Segments in a piece: few enough to paint quickly, many enough to keep the number of pieces low."""

WIDTH_STEPS: Final = 24
"""Number of widths that pressure is rounded to, so that neighbouring segments of equal width make one path."""

KEPT_WEIGHT: Final = 400_000
"""The paths that are kept have about this many segments at most, some 30 MB; a piece counts as several."""

PIECE_WEIGHT: Final = 8

OUTDATED_AT_ONCE: Final = 4
"""Strokes whose outdated paths are deleted whenever new ones are asked for; those of thousands would take a while."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A short part of a stroke, in the drawing's unit.

    Attributes:
        path: The middle line.
        width: Width of the line.
        rectangle: The rectangle that the line covers.
    """

    path: QPainterPath
    width: float
    rectangle: QRectF

    def paint(self, painter: QPainter, pen: QPen) -> None:
        """Paint the part with this pen, whose width is changed unless it is a width on the screen."""
        if not pen.isCosmetic():
            pen.setWidthF(self.width)
        painter.setPen(pen)
        painter.drawPath(self.path)


def ink_pen(colour: QColor) -> QPen:
    """Return the pen that pieces are painted with; each piece sets its width."""
    return QPen(colour, 1.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def stroke_pieces(points: NDArray[np.float64], pen_width: float, *, skip: int = 0, drop: int = 0) -> list[Piece]:
    """Return the pieces of a stroke, or of a part of it.

    Args:
        points: float64 [N, 4]: x, y, time, pressure.
        pen_width: Width of the pen at the pressure of a mouse, in the drawing's unit.
        skip: Number of segments at the beginning that only shape the curve of the next ones.
        drop: The same for segments at the end.
    """
    widths = pen_width_at(_stepped(points[:, 3]), pen_width)
    if len(points) == 1:
        return [_dot(points[0, :2], float(widths[0]))]
    end = len(points) - 1 - drop
    curves = drawn_path(points[:, :2], pen_width)[skip:end]
    # A segment is as wide as the pen was at its end.
    segment_widths = widths[1:][skip:end]
    changes = np.flatnonzero(np.diff(segment_widths)) + 1
    runs = np.concatenate([[0], changes, [len(curves)]])
    firsts = np.concatenate([np.arange(a, b, PIECE_SEGMENTS) for a, b in itertools.pairwise(runs.tolist())])
    return _pieces(curves, firsts, segment_widths[firsts])


def _stepped(pressure: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.round(pressure * WIDTH_STEPS) / WIDTH_STEPS


def _pieces(curves: NDArray[np.float64], firsts: NDArray[np.intp], widths: NDArray[np.float64]) -> list[Piece]:
    """Cut cubic Bézier curves into pieces.

    Args:
        curves: float64 [S, 4, 2].
        firsts: int [P], ascending: the first segment of each piece.
        widths: float64 [P]: the width of each piece.
    """
    if not len(curves):
        return []
    halves = widths[:, None] / 2
    lows = (np.minimum.reduceat(curves.min(axis=1), firsts) - halves).tolist()
    sizes = (np.maximum.reduceat(curves.max(axis=1), firsts) + halves - lows).tolist()
    starts, rows = curves[:, 0].tolist(), curves[:, 1:].reshape(len(curves), 6).tolist()
    bounds = [*firsts.tolist(), len(curves)]
    pieces = []
    for number, width in enumerate(widths.tolist()):
        first = bounds[number]
        path = QPainterPath(QPointF(*starts[first]))
        for row in rows[first : bounds[number + 1]]:
            path.cubicTo(*row)
        pieces.append(Piece(path, width, QRectF(*lows[number], *sizes[number])))
    return pieces


def _dot(position: NDArray[np.float64], width: float) -> Piece:
    x, y = position.tolist()
    path = QPainterPath(QPointF(x, y))
    # Qt does not paint a line without length; of a line too short to be visible it paints the round ends.
    path.lineTo(x + width * 1e-3, y)
    return Piece(path, width, QRectF(x - width / 2, y - width / 2, width, width))


def coarse_piece(stroke: Stroke, pen_width: float, step: float) -> Piece:
    """Return a whole stroke as one line of one width, for a drawing that is seen from far away.

    Args:
        stroke: A stroke of any length.
        pen_width: Width of the pen at the pressure of a mouse, in the drawing's unit.
        step: Distance of the positions that are kept, in the drawing's unit: details below it are not seen.
    """
    xy, pressure = stroke.xy, stroke.points[:, 3]
    width = float(pen_width_at(pressure.mean(), pen_width))
    if len(xy) == 1:
        return _dot(xy[0], width)
    moves = np.diff(xy, axis=0)
    passed = (np.hypot(moves[:, 0], moves[:, 1]).cumsum() / step).astype(np.intp)
    kept = np.flatnonzero(np.diff(passed)) + 1
    polygon = QPolygonF([QPointF(x, y) for x, y in xy[[0, *kept.tolist(), -1]].tolist()])
    path = QPainterPath()
    path.addPolygon(polygon)
    left, top, right, bottom = stroke.bounds
    half = width / 2
    return Piece(path, width, QRectF(QPointF(left - half, top - half), QPointF(right + half, bottom + half)))


class StrokePaths:
    """Keeps the pieces of strokes that were painted last, because they are painted again when the paper moves."""

    def __init__(self) -> None:
        self._pen_width = 0.0
        self._step = 0.0
        self._kept: OrderedDict[int, tuple[Stroke, list[Piece], int]] = OrderedDict()
        self._weight = 0
        self._outdated: list[tuple[Stroke, list[Piece], int]] = []

    @property
    def full(self) -> bool:
        """Whether another stroke would take the place of one that is kept."""
        return self._weight >= KEPT_WEIGHT

    def pieces(self, stroke: Stroke, pen_width: float, *, step: float = 0.0) -> list[Piece]:
        """Return the pieces of a stroke.

        Args:
            stroke: The stroke.
            pen_width: Width of the pen at the pressure of a mouse, in the drawing's unit.
            step: Size of details that need not be seen, in the drawing's unit; 0 for all details.
        """
        if (pen_width, step) != (self._pen_width, self._step):
            self._pen_width, self._step, self._weight = pen_width, step, 0
            self._outdated.extend(self._kept.values())
            self._kept.clear()
        if self._outdated:
            del self._outdated[-OUTDATED_AT_ONCE:]
        found = self._kept.get(id(stroke))
        if found is not None:
            self._kept.move_to_end(id(stroke))
            return found[1]
        pieces = [coarse_piece(stroke, pen_width, step)] if step else stroke_pieces(stroke.points, pen_width)
        # The stroke is kept with them, so that no other one gets its identity.
        weight = len(stroke) + PIECE_WEIGHT * len(pieces)
        self._kept[id(stroke)] = (stroke, pieces, weight)
        self._weight += weight
        while self._weight > KEPT_WEIGHT and len(self._kept) > 1:
            _, (_, _, weight) = self._kept.popitem(last=False)
            self._weight -= weight
        return pieces
