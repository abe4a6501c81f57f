"""Strokes as painter paths: smooth curves, cut into short pieces so that only what changed is painted again."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from digitvision.ink.curve import STEADYING_PASSES, drawn_path
from digitvision.ink.stroke import pen_width_at

NEIGHBOURS: Final = STEADYING_PASSES + 1
"""Number of samples on either side of a segment that shape its curve."""

PIECE_SEGMENTS: Final = 16
"""Segments in a piece: few enough to paint quickly, many enough to keep the number of pieces low."""

WIDTH_STEPS: Final = 24
"""Number of widths that pressure is rounded to, so that neighbouring segments of equal width make one path."""


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
        """Paint the part with this pen, whose width is changed."""
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
    pieces = []
    for begin, end in zip(runs[:-1].tolist(), runs[1:].tolist(), strict=True):
        for first in range(begin, end, PIECE_SEGMENTS):
            part = curves[first : min(first + PIECE_SEGMENTS, end)]
            pieces.append(_piece(part, float(segment_widths[first])))
    return pieces


def _stepped(pressure: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.round(pressure * WIDTH_STEPS) / WIDTH_STEPS


def _piece(curves: NDArray[np.float64], width: float) -> Piece:
    """Return the piece of cubic Bézier curves, float64 [S, 4, 2]."""
    path = QPainterPath(QPointF(*curves[0, 0].tolist()))
    for row in curves[:, 1:].reshape(len(curves), 6).tolist():
        path.cubicTo(*row)
    low, high = curves.min(axis=(0, 1)) - width / 2, curves.max(axis=(0, 1)) + width / 2
    return Piece(path, width, QRectF(QPointF(*low.tolist()), QPointF(*high.tolist())))


def _dot(position: NDArray[np.float64], width: float) -> Piece:
    x, y = position.tolist()
    path = QPainterPath(QPointF(x, y))
    # Qt does not paint a line without length; of a line too short to be visible it paints the round ends.
    path.lineTo(x + width * 1e-3, y)
    return Piece(path, width, QRectF(x - width / 2, y - width / 2, width, width))
