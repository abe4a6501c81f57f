"""The finished strokes, painted once into a pixmap, so that a full canvas costs the pen no more than an empty one.

When the paper moves, the pixmap moves with it, and only the strips that come into sight are painted. At another zoom
the pixmap before is shown, larger or smaller, until the new one is complete; so it is when many strokes change at once.
When all strokes move by whole pixels, the pixmap moves, too.
"""

import itertools
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPixmap, QRegion

from digitvision.ink.editing.transform import offset_between
from digitvision.ink.stroke import Stroke, changed_range
from digitvision.ui.canvas.ink_look import EDGE_PX, WHOLE_PX, Look
from digitvision.ui.canvas.stroke_path import StrokePaths
from digitvision.ui.paper.view import Placement, enclosing

REPAINTED_AT_ONCE: Final = 40
"""When more strokes than this go at once, all others are painted anew rather than those beside each that went."""


class InkLayer:
    """Keeps the pixmap in step with the strokes, a slice of work at a time. Where there is no ink it is transparent.

    Ink has one colour, but where another program's file has given it one of its own; so the order in which strokes are
    painted makes no difference that is worth the time to keep to it.
    """

    def __init__(self) -> None:
        self._strokes: tuple[Stroke, ...] = ()
        self._boxes: NDArray[np.float64] = np.empty((0, 4))
        self._outline = self._boxes
        self._hidden: set[int] = set()
        self._look: Look | None = None
        self._paths, self._coarse_paths = StrokePaths(), StrokePaths()
        self._pixmap = QPixmap()
        self._before: tuple[QPixmap, Placement] | None = None
        """What was shown in another look, for as long as the pixmap is not complete."""
        self._shift = QPoint()
        """By how many device pixels the paper has moved since the pixmap was made; regions are kept without it."""
        self._waiting: OrderedDict[int, Stroke] = OrderedDict()
        """Strokes to paint, by identity."""
        self._clips: dict[int, QRegion] = {}
        """Regions of the paper, by identity of strokes that wait: of these only the part that lies there is painted.

        Each stroke waits once, with all of its regions: ink that is painted twice gets thicker edges.
        """
        self._most_waiting = 0
        """Number of strokes that waited when the painting that goes on began."""
        self._near: list[Stroke] | None = None
        """Strokes around what is in sight, whose paths may not have been made yet; None before they are known."""

    @property
    def boxes(self) -> NDArray[np.float64]:
        """float64 [N, 4]: the bounding box of each stroke's samples in the drawing's unit: left, top, right, bottom."""
        return self._boxes

    @property
    def outline(self) -> NDArray[np.float64]:
        """float64 [1, 4]: the box around all of them; [0, 4] without strokes."""
        return self._outline

    @property
    def complete(self) -> bool:
        """Whether every stroke in sight is painted."""
        return not self._waiting

    @property
    def progress(self) -> tuple[int, int]:
        """How many of the strokes that are being painted are there already, and their number; 0 of 0 without any."""
        return self._most_waiting - len(self._waiting), self._most_waiting

    @property
    def waiting(self) -> QRect:
        """The canvas's rectangle that the strokes which are still to be painted lie in; empty without any."""
        if len(self._waiting) > REPAINTED_AT_ONCE and self._look is not None:
            return QRect(QPoint(0, 0), self._look.size)
        rectangle = QRect()
        for stroke in self._waiting.values():
            rectangle |= self._rectangle(np.array(stroke.bounds))
        return rectangle

    def set_look(self, look: Look) -> None:
        """Paint with this look from now on."""
        before = self._look
        if look == before:
            return
        self._look = look
        self._near = None
        moved = None if before is None else look.moved_by(before)
        if moved is not None and look.pixels.intersects(look.pixels.translated(moved)):
            self._move(look, moved)
            return
        if before is None or before.ink != look.ink:
            self._before = None
        elif self.complete or self._before is None:
            # While a zoom goes on, the last picture that was complete stays.
            self._before = (self._pixmap, before.placement)
        self._pixmap = QPixmap(look.pixels.size())
        self._pixmap.setDevicePixelRatio(look.ratio)
        self._paint_all(look)

    def set_strokes(self, strokes: tuple[Stroke, ...]) -> list[QRect]:
        """Paint strokes that are new and take out those that are gone.

        Returns:
            The canvas's rectangles that have changed or will change as the waiting strokes are painted.
        """
        old = self._strokes
        first, old_end, new_end = changed_range(old, strokes)
        moved = (
            self._moved_together(strokes) if first == 0 and old_end == len(old) and len(old) == len(strokes) else None
        )
        gone = self._boxes[first:old_end]
        came = strokes[first:new_end]
        sides = itertools.chain.from_iterable(stroke.bounds for stroke in came)
        boxes = np.fromiter(sides, np.float64, 4 * len(came)).reshape(-1, 4)
        self._boxes = np.concatenate([self._boxes[:first], boxes, self._boxes[old_end:]])
        # Looked for among all only where it may shrink: a change on a full canvas costs no more than on an empty one.
        shrinks = len(gone) > 0 and not _within(gone, self._outline[0])
        rest = self._boxes if shrinks else np.vstack([self._outline, boxes])
        self._outline = enclosing(rest)[None] if len(rest) else rest
        self._strokes = strokes
        self._hidden = set()
        self._near = None
        look = self._look
        if moved is not None and look is not None:
            self._shift_pixmap(look, moved)
            return [QRect(QPoint(0, 0), look.size)]
        self._forget(old[first:old_end])
        changed = self._repaint(gone, stay_in_sight=len(came) == len(gone))
        self._wait_for(range(first, new_end))
        if self._look is not None and len(came) > REPAINTED_AT_ONCE:
            return [QRect(QPoint(0, 0), self._look.size)]
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
        self._wait_for(hidden)
        return [self._rectangle(self._boxes[index]) for index in hidden]

    def advance(self, budget_ms: float) -> None:
        """Paint waiting strokes for about this time."""
        look = self._look
        self._most_waiting = max(self._most_waiting, len(self._waiting)) if self._waiting else 0
        if not self._waiting or look is None:
            return
        end = time.perf_counter() + budget_ms / 1000
        painter = self._ink_painter(look)
        pen, step = look.pen(), look.coarse_step
        paths = self._coarse_paths if step else self._paths
        everything = look.in_drawing(look.pixels.adjusted(-EDGE_PX, -EDGE_PX, EDGE_PX, EDGE_PX))
        while self._waiting:
            identity, stroke = self._waiting.popitem(last=False)
            clip = self._clips.pop(identity, None) if self._clips else None
            if clip is not None:
                # A painter whose clipping has changed lets ink through where it must not, so each gets one of its own.
                self._end(painter)
                painter = self._ink_painter(look)
            visible = everything if clip is None else self._clip(painter, look, clip)
            # Paper may have moved out of sight since.
            if not visible.isEmpty():
                pen.setColor(look.colour(stroke))
                for piece in paths.pieces(stroke, look.pen_width, step=step):
                    if piece.rectangle.intersects(visible):
                        piece.paint(painter, pen)
            if clip is not None:
                self._end(painter)
                painter = self._ink_painter(look)
            if time.perf_counter() > end:
                break
        self._end(painter)
        if not self._waiting:
            self._before = None
            self._most_waiting = 0

    def look_around(self, budget_ms: float) -> bool:
        """Make the paths of strokes around what is in sight, for about this time: the paper moves more smoothly then.

        Returns:
            Whether there is more to do.
        """
        look = self._look
        if look is None or self._waiting or look.coarse_step or self._near == []:
            return False
        if self._near is None:
            width, height = look.pixels.width(), look.pixels.height()
            around = look.pixels.adjusted(-2 * width, -2 * height, 2 * width, 2 * height)
            self._near = [self._strokes[index] for index in self._meeting(look, around)]
        end = time.perf_counter() + budget_ms / 1000
        while self._near and not self._paths.full:
            self._paths.pieces(self._near.pop(), look.pen_width)
            if time.perf_counter() > end:
                return True
        self._near = []
        return False

    def _clip(self, painter: QPainter, look: Look, region: QRegion) -> QRectF:
        """Let the painter paint in a region of the paper only, and return what encloses it, in the drawing's unit."""
        clip = region.translated(self._shift) & look.pixels
        # The region is given in device pixels, so the drawing's scale must not be applied to it.
        painter.setWorldMatrixEnabled(False)
        painter.setClipRegion(clip)
        painter.setWorldMatrixEnabled(True)
        return look.in_drawing(clip.boundingRect()) if not clip.isEmpty() else QRectF()

    def draw(self, painter: QPainter, window: QRect) -> None:
        """Paint a part of the ink on the canvas."""
        painter.save()
        painter.setClipRect(window)
        if self._before is not None and self._look is not None:
            pixmap, before = self._before
            factor = self._look.placement.scale / before.scale
            corner = self._look.placement.origin - before.origin * factor
            painter.drawPixmap(QRectF(corner, pixmap.deviceIndependentSize() * factor), pixmap, QRectF(pixmap.rect()))
        painter.drawPixmap(0, 0, self._pixmap)
        painter.restore()

    def _forget(self, strokes: Iterable[Stroke]) -> None:
        """Take strokes off those that wait to be painted."""
        if self._waiting:
            for stroke in strokes:
                self._waiting.pop(id(stroke), None)
                self._clips.pop(id(stroke), None)

    def _moved_together(self, strokes: tuple[Stroke, ...]) -> QPoint | None:
        """Return by how many whole device pixels all strokes have been moved; None for any other change."""
        look = self._look
        if look is None or self._hidden or not self.complete:
            return None
        offset = offset_between(self._strokes, strokes)
        if offset is None:
            return None
        exact = QPointF(*offset) * look.scale
        by = exact.toPoint()
        # Between two pixels the ink would look otherwise; and from out of sight nothing can be taken over.
        whole = (exact - QPointF(by)).manhattanLength() < WHOLE_PX
        return by if whole and look.pixels.intersects(look.pixels.translated(by)) else None

    def _shift_pixmap(self, look: Look, by: QPoint) -> None:
        """Move what is painted by this many device pixels, and have the ink that comes into sight painted."""
        self._pixmap.scroll(by.x(), by.y(), look.pixels)
        self._renew(look, QRegion(look.pixels) - QRegion(look.pixels.translated(by)))

    def _repaint(self, gone: NDArray[np.float64], *, stay_in_sight: bool = False) -> list[QRect]:
        """Clear the bounding boxes of strokes that are gone, float64 [G, 4], and paint anew the others that lie there.

        Args:
            gone: The boxes.
            stay_in_sight: Whether many strokes are seen in their old places until all are painted in their new ones.

        Returns:
            The rectangles of the canvas that change.
        """
        look = self._look
        if look is None or len(gone) == 0:
            return []
        if not self._strokes:
            self._before = None
            self._paint_all(look)
            return [QRect(QPoint(0, 0), look.size)]
        rectangles = [self._rectangle(box) for box in gone]
        if len(gone) > REPAINTED_AT_ONCE:
            self._paint_behind(look, () if stay_in_sight else rectangles)
            return [QRect(QPoint(0, 0), look.size)]
        # A region merges boxes that overlap: ink that is painted twice gets thicker edges.
        region = QRegion()
        for rectangle in rectangles:
            region += look.in_pixels(rectangle) & look.pixels
        if self._before is not None:
            self._clear_before(look, rectangles)
        self._renew(look, region)
        return rectangles

    def _paint_behind(self, look: Look, cleared: Iterable[QRect]) -> None:
        """Paint all strokes anew, with what was painted shown until then but for some rectangles of the canvas."""
        if self._before is None and self.complete:
            self._before = (self._pixmap, look.placement)
            self._pixmap = QPixmap(look.pixels.size())
            self._pixmap.setDevicePixelRatio(look.ratio)
        if self._before is not None:
            self._clear_before(look, cleared)
        self._paint_all(look)
        if self.complete:
            self._before = None

    def _renew(self, look: Look, region: QRegion) -> None:
        """Clear a region of the pixmap and have it painted anew."""
        rectangles: list[QRect] = list(region)  # type: ignore[call-overload] # the stubs do not know its iterator
        painter = self._painter()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        for rectangle in rectangles:
            painter.fillRect(rectangle, Qt.GlobalColor.transparent)
        self._end(painter)
        for rectangle in rectangles:
            for index in self._meeting(look, rectangle):
                self._wait(self._strokes[index], rectangle.translated(-self._shift))

    def _clear_before(self, look: Look, rectangles: Iterable[QRect]) -> None:
        """Take strokes that are gone out of what was shown in another look, too."""
        assert self._before is not None
        pixmap, before = self._before
        factor = before.scale / look.placement.scale
        painter = QPainter(pixmap)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        for rectangle in rectangles:
            corner = before.origin + (QPointF(rectangle.topLeft()) - look.placement.origin) * factor
            painter.fillRect(QRectF(corner, QSizeF(rectangle.size()) * factor), Qt.GlobalColor.transparent)
        painter.end()

    def _move(self, look: Look, by: QPoint) -> None:
        """Move the paper by this many device pixels, and have what comes into sight painted."""
        self._pixmap.scroll(by.x(), by.y(), look.pixels)
        self._shift += by
        self._renew(look, QRegion(look.pixels) - QRegion(look.pixels.translated(by)))

    def _meeting(self, look: Look, pixels: QRect) -> list[int]:
        """Return the indices of the strokes whose ink may lie in this rectangle of device pixels."""
        found: list[int] = np.flatnonzero(self._meets(self._boxes, look, pixels)).tolist()
        return [index for index in found if index not in self._hidden] if self._hidden else found

    def _meets(self, boxes: NDArray[np.float64], look: Look, pixels: QRect) -> NDArray[np.bool_]:
        """Return for each box, float64 [N, 4], whether ink in it may lie in this rectangle of device pixels."""
        area = look.in_drawing(pixels)
        margin = self._margin(look)
        left, top, right, bottom = boxes.T
        meets: NDArray[np.bool_] = (left <= area.right() + margin) & (right >= area.left() - margin)
        meets &= (top <= area.bottom() + margin) & (bottom >= area.top() - margin)
        return meets

    def _wait(self, stroke: Stroke, rectangle: QRect) -> None:
        """Have a stroke painted in this rectangle of the paper too, unless all of it waits to be painted."""
        identity = id(stroke)
        if identity not in self._waiting:
            self._waiting[identity], self._clips[identity] = stroke, QRegion(rectangle)
        elif identity in self._clips:
            self._clips[identity] += rectangle

    def _wait_for(self, indices: Sequence[int]) -> None:
        """Have strokes painted that lie in sight; before the others if those can be seen already, at another zoom."""
        look = self._look
        if look is None or not indices:
            return
        seen: list[int] = np.flatnonzero(self._meets(self._boxes[indices], look, look.pixels)).tolist()
        came = _by_identity([self._strokes[indices[position]] for position in seen])
        if self._clips:
            for identity in came:
                self._clips.pop(identity, None)
        if self._before is None:
            self._waiting.update(came)
        elif len(came) > REPAINTED_AT_ONCE:
            # Those that wait already keep their places behind.
            came.update(self._waiting)
            self._waiting = came
        else:
            for identity in reversed(came):
                self._waiting[identity] = came[identity]
                self._waiting.move_to_end(identity, last=False)

    def _paint_all(self, look: Look) -> None:
        self._pixmap.fill(Qt.GlobalColor.transparent)
        self._shift = QPoint()
        indices = self._unseen_first(self._meeting(look, look.pixels))
        # Without a loop in Python: a paper full of ink is painted anew at every step of the zoom.
        self._waiting = _by_identity(list(map(self._strokes.__getitem__, indices)))
        self._clips = {}

    def _unseen_first(self, indices: list[int]) -> list[int]:
        """Put those strokes first that are not in what was shown in another look: the rest can be seen already."""
        if self._before is None or not indices:
            return indices
        pixmap, before = self._before
        size = pixmap.deviceIndependentSize()
        left, top = before.to_drawing(QPointF(0, 0))
        right, bottom = before.to_drawing(QPointF(size.width(), size.height()))
        boxes, which = self._boxes[indices], np.array(indices)
        seen = (boxes[:, :2] >= (left, top)).all(axis=1) & (boxes[:, 2:] <= (right, bottom)).all(axis=1)
        ordered: list[int] = np.concatenate([which[~seen], which[seen]]).tolist()
        return ordered

    def _painter(self) -> QPainter:
        """Return a painter on the pixmap that counts device pixels; `_end` ends it."""
        self._pixmap.setDevicePixelRatio(1.0)
        return QPainter(self._pixmap)

    def _ink_painter(self, look: Look) -> QPainter:
        """Return a painter on the pixmap that counts in the drawing's unit; `_end` ends it."""
        painter = self._painter()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(look.origin)
        painter.scale(look.scale, look.scale)
        return painter

    def _end(self, painter: QPainter) -> None:
        painter.end()
        if self._look is not None:
            self._pixmap.setDevicePixelRatio(self._look.ratio)

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


def _within(boxes: NDArray[np.float64], outline: NDArray[np.float64]) -> bool:
    """Whether boxes, float64 [N, 4], lie within an outline, float64 [4], without touching it."""
    return bool((boxes[:, :2] > outline[:2]).all() and (boxes[:, 2:] < outline[2:]).all())


def _by_identity(strokes: list[Stroke]) -> OrderedDict[int, Stroke]:
    """Return strokes by their identities, in this order."""
    return OrderedDict(zip(map(id, strokes), strokes, strict=True))
