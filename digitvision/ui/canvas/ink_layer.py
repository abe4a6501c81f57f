"""The finished strokes, painted once into a pixmap, so that a full canvas costs the pen no more than an empty one."""

import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF
from PySide6.QtGui import QColor, QPainter, QPixmap, QRegion

from digitvision.ink.stroke import Stroke, changed_range
from digitvision.ui.canvas.stroke_path import ink_pen, stroke_pieces

REPAINTED_AT_ONCE: Final = 40
"""When more strokes than this go at once, all others are painted anew rather than those beside each that went."""

EDGE_PX: Final = 2
"""Margin around painted rectangles, for antialiasing."""


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that decides how strokes look; another look means painting them all anew.

    Attributes:
        size: Size of the canvas in its own pixels.
        ratio: Device pixels for each pixel of the canvas.
        scale: Pixels of the canvas for each unit of the drawing.
        origin: Position of the drawing's origin on the canvas, in its pixels.
        pen_width: Width of the pen at the pressure of a mouse, in the drawing's unit.
        ink: Colour of the strokes.
        paper: Colour of the ground.
    """

    size: QSize
    ratio: float
    scale: float
    origin: QPointF
    pen_width: float
    ink: QColor
    paper: QColor

    def on_canvas(self, left: float, top: float, right: float, bottom: float) -> QRect:
        """Return a rectangle of the drawing in the canvas's pixels, rounded outwards."""
        corner = QPointF(left, top) * self.scale + self.origin
        opposite = QPointF(right, bottom) * self.scale + self.origin
        return QRectF(corner, opposite).toAlignedRect().adjusted(-EDGE_PX, -EDGE_PX, EDGE_PX, EDGE_PX)

    def from_canvas(self, rectangle: QRect) -> QRectF:
        """Return a rectangle of the canvas in the drawing's unit."""
        corner = (QPointF(rectangle.topLeft()) - self.origin) / self.scale
        return QRectF(corner, QSizeF(rectangle.size()) / self.scale)


class InkLayer:
    """Keeps the pixmap in step with the strokes, a slice of work at a time.

    All ink has one colour, so the order in which strokes are painted makes no difference.
    """

    def __init__(self) -> None:
        self._strokes: tuple[Stroke, ...] = ()
        self._boxes: NDArray[np.float64] = np.empty((0, 4))
        self._hidden: set[int] = set()
        self._look: Look | None = None
        self._pixmap = QPixmap()
        self._waiting: OrderedDict[int, tuple[Stroke, QRegion | None]] = OrderedDict()
        """Strokes to paint, by identity; with a region of the canvas, only the part that lies in it.

        Each stroke is here once, with all of its regions: ink that is painted twice gets thicker edges.
        """

    @property
    def boxes(self) -> NDArray[np.float64]:
        """float64 [N, 4]: the bounding box of each stroke's samples in the drawing's unit: left, top, right, bottom."""
        return self._boxes

    @property
    def complete(self) -> bool:
        """Whether every stroke is painted."""
        return not self._waiting

    def set_look(self, look: Look) -> bool:
        """Paint with this look from now on.

        Returns:
            Whether it differs from the one before.
        """
        if look == self._look:
            return False
        self._look = look
        self._pixmap = QPixmap(look.size * look.ratio)
        self._pixmap.setDevicePixelRatio(look.ratio)
        self._paint_all()
        return True

    def set_strokes(self, strokes: tuple[Stroke, ...]) -> list[QRect]:
        """Paint strokes that are new and take out those that are gone.

        Returns:
            The canvas's rectangles that have changed or will change as the waiting strokes are painted.
        """
        old = self._strokes
        first, old_end, new_end = changed_range(old, strokes)
        gone = self._boxes[first:old_end]
        came = strokes[first:new_end]
        boxes = np.array([stroke.bounds for stroke in came]).reshape(-1, 4)
        self._boxes = np.concatenate([self._boxes[:first], boxes, self._boxes[old_end:]])
        self._strokes = strokes
        self._hidden = set()
        self._forget(old[first:old_end])
        changed = self._repaint(gone)
        self._waiting.update((id(stroke), (stroke, None)) for stroke in came)
        return changed + [self._rectangle(box) for box in boxes]

    def hide(self, indices: Iterable[int]) -> list[QRect]:
        """Leave out strokes that are still in the drawing, until `set_strokes` or `show_all`.

        Returns:
            The canvas's rectangles that have changed or will change as the waiting strokes are painted.
        """
        indices = list(indices)
        self._hidden.update(indices)
        self._forget([self._strokes[index] for index in indices])
        return self._repaint(self._boxes[indices])

    def show_all(self) -> list[QRect]:
        """Paint the hidden strokes again.

        Returns:
            The canvas's rectangles that will change as the waiting strokes are painted.
        """
        hidden = sorted(self._hidden)
        self._hidden = set()
        strokes = [self._strokes[index] for index in hidden]
        self._waiting.update((id(stroke), (stroke, None)) for stroke in strokes)
        return [self._rectangle(self._boxes[index]) for index in hidden]

    def advance(self, budget_ms: float) -> None:
        """Paint waiting strokes for about this time."""
        if not self._waiting or self._look is None:
            return
        end = time.perf_counter() + budget_ms / 1000
        painter = self._painter(self._look)
        pen = ink_pen(self._look.ink)
        while self._waiting:
            _, (stroke, clip) = self._waiting.popitem(last=False)
            if clip is None:
                painter.setClipping(False)
            else:
                # The region is given in pixels of the canvas, so the drawing's scale must not be applied to it.
                painter.setWorldMatrixEnabled(False)
                painter.setClipRegion(clip)
                painter.setWorldMatrixEnabled(True)
            for piece in stroke_pieces(stroke.points, self._look.pen_width):
                piece.paint(painter, pen)
            if time.perf_counter() > end:
                break
        painter.end()

    def draw(self, painter: QPainter, window: QRect) -> None:
        """Paint a part of the pixmap on the canvas."""
        painter.save()
        painter.setClipRect(window)
        painter.drawPixmap(0, 0, self._pixmap)
        painter.restore()

    def _forget(self, strokes: Iterable[Stroke]) -> None:
        """Take strokes off those that wait to be painted."""
        if self._waiting:
            for stroke in strokes:
                self._waiting.pop(id(stroke), None)

    def _repaint(self, gone: NDArray[np.float64]) -> list[QRect]:
        """Clear the bounding boxes of strokes that are gone, float64 [G, 4], and paint anew the others that lie there.

        Returns:
            The rectangles of the canvas that change.
        """
        if self._look is None or len(gone) == 0:
            return []
        if len(gone) > REPAINTED_AT_ONCE or not self._strokes:
            self._paint_all()
            return [QRect(QPoint(0, 0), self._look.size)]
        # A region merges boxes that overlap: ink that is painted twice gets thicker edges.
        region = QRegion()
        for box in gone:
            region += self._rectangle(box)
        rectangles: list[QRect] = list(region)  # type: ignore[call-overload] # the stubs do not know its iterator
        painter = QPainter(self._pixmap)
        for rectangle in rectangles:
            painter.fillRect(rectangle, self._look.paper)
        painter.end()
        for rectangle in rectangles:
            area = self._look.from_canvas(rectangle)
            margin = self._margin(self._look)
            meets = (self._boxes[:, :2] <= (area.right() + margin, area.bottom() + margin)).all(axis=1)
            meets &= (self._boxes[:, 2:] >= (area.left() - margin, area.top() - margin)).all(axis=1)
            touched = set(np.flatnonzero(meets).tolist()) - self._hidden
            for index in sorted(touched):
                self._wait(self._strokes[index], rectangle)
        return rectangles

    def _wait(self, stroke: Stroke, rectangle: QRect) -> None:
        """Have a stroke painted in this rectangle too, unless all of it waits to be painted."""
        _, clip = self._waiting.get(id(stroke), (stroke, QRegion()))
        if clip is not None:
            self._waiting[id(stroke)] = (stroke, clip + rectangle)

    def _paint_all(self) -> None:
        if self._look is None:
            return
        self._pixmap.fill(self._look.paper)
        shown = (stroke for index, stroke in enumerate(self._strokes) if index not in self._hidden)
        self._waiting = OrderedDict((id(stroke), (stroke, None)) for stroke in shown)

    def _painter(self, look: Look) -> QPainter:
        painter = QPainter(self._pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(look.origin)
        painter.scale(look.scale, look.scale)
        return painter

    def _rectangle(self, box: NDArray[np.float64]) -> QRect:
        """Return the canvas's rectangle that a stroke with this bounding box paints on."""
        if self._look is None:
            return QRect()
        margin = self._margin(self._look)
        left, top, right, bottom = box.tolist()
        return self._look.on_canvas(left - margin, top - margin, right + margin, bottom + margin)

    @staticmethod
    def _margin(look: Look) -> float:
        # Half of the thickest line is less than the pen's width; the rest is room for the curve to swing out.
        return look.pen_width * 1.5
