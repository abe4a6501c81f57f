"""What another program's file holds beside the ink to read, as it is seen: highlighters' strokes, beneath the ink."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from digitvision.ink.foreign.brushes import Kind
from digitvision.ink.foreign.marks import Mark
from digitvision.ui.paper.view import Placement

MOST_SAMPLES: Final = 20_000
"""Samples of the marks that are painted; what is more stays in the file."""

USUAL_WIDTH: Final = 40.0
"""Width, in the drawing's unit, of a mark that does not tell its own, or one that could not be seen."""

_LEAST_WIDTH: Final = 8.0
_MOST_WIDTH: Final = 400.0
_USUAL_COLOUR: Final = "#ffff00"
_MOST_OPACITY: Final = 0.6
"""A highlighter lets the ink be read in either theme."""


@dataclass(frozen=True, slots=True)
class _Path:
    path: QPainterPath
    pen: QPen
    rectangle: QRectF


class MarkPaths:
    """Paints marks. Those that are transparent, or have the paper's colour, are not seen, as in their own program."""

    def __init__(self) -> None:
        self._marks: tuple[Mark, ...] = ()
        self._paths: list[_Path] = []

    def set_marks(self, marks: tuple[Mark, ...]) -> bool:
        """Show these marks from now on; return whether they are others than before."""
        if marks is self._marks or marks == self._marks:
            return False
        self._marks = marks
        seen = [mark for mark in marks if mark.kind is Kind.HIGHLIGHTER]
        self._paths = _paths(seen)
        return True

    def paint(self, painter: QPainter, placement: Placement, window: QRect) -> None:
        """Paint what lies in this part of the canvas, given in its pixels."""
        if not self._paths:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corner, opposite = (placement.to_drawing(QPointF(point)) for point in (window.topLeft(), window.bottomRight()))
        visible = QRectF(QPointF(*corner), QPointF(*opposite)).adjusted(-1, -1, 1, 1)
        painter.translate(placement.origin)
        painter.scale(placement.scale, placement.scale)
        for one in self._paths:
            if one.rectangle.intersects(visible):
                painter.setPen(one.pen)
                painter.drawPath(one.path)
        painter.restore()


def _paths(marks: Sequence[Mark]) -> list[_Path]:
    paths, samples = [], 0
    for mark in marks:
        samples += len(mark.stroke)
        if samples > MOST_SAMPLES:
            break
        first, *others = mark.stroke.xy.tolist()
        path = QPainterPath(QPointF(*first))
        for point in others or [[first[0] + 0.01, first[1]]]:
            path.lineTo(*point)
        own = mark.width if mark.width is not None and mark.width >= _LEAST_WIDTH else USUAL_WIDTH
        width = min(own, _MOST_WIDTH)
        colour = QColor(mark.brush.colour or _USUAL_COLOUR)
        colour.setAlphaF(min(1.0 - mark.brush.transparency, _MOST_OPACITY))
        pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
        if not others:
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        half = width / 2 + 1
        paths.append(_Path(path, pen, path.boundingRect().adjusted(-half, -half, half, half)))
    return paths
