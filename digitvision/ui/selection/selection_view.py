"""What is seen of a selection: its halo, its frame with handles, the loop, a dragged glyph, and the bar."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QColor, QPainter, QPalette, QPen, QPolygonF

from digitvision.ink.editing.transform import Affine
from digitvision.ink.stroke import Bounds
from digitvision.recognition.expression.layout import Relation
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.glyph_boxes import GlyphBoxes
from digitvision.ui.canvas.pointer_words import paint_words
from digitvision.ui.canvas.tool import SELECT_TOOLS
from digitvision.ui.selection.floating_ink import FloatingInk
from digitvision.ui.selection.frame import MARGIN_PX, REACH_PX, handles_of
from digitvision.ui.selection.relation_zones import relation_to, zones_around
from digitvision.ui.selection.selection import Selection
from digitvision.ui.selection.selection_bar import SelectionBar
from digitvision.ui.theme import accent

HANDLE_PX: Final = 4.5
"""Half of the side of a handle, and the radius of the knob."""


@dataclass(frozen=True, slots=True)
class GlyphDrag:
    """A glyph that is dragged to where it stands.

    Attributes:
        boxes: The boxes of all glyphs.
        glyph: Index of the dragged one.
        by: How far it has been dragged, in the canvas's pixels.
        at: Where the pointer is.
        target: Index of the glyph that it would be related to if it were dropped now, and the relation.
    """

    boxes: GlyphBoxes
    glyph: int
    by: QPointF
    at: QPointF
    target: tuple[int, Relation] | None


class SelectionView(QObject):
    """An overlay of the canvas."""

    joined = Signal()
    """The selected strokes are one glyph."""
    parted = Signal()
    """No two of the selected strokes belong to one glyph."""
    row_wanted = Signal()
    """The selected strokes are one row, apart from all others."""

    def __init__(self, canvas: Canvas, selection: Selection) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._selection = selection
        self._floating = FloatingInk(canvas)
        self._affine = Affine()
        self._dropped: Affine | None = None
        self._held = False
        self._lifted = False
        self._loop = QPolygonF()
        self._drag: GlyphDrag | None = None
        self._glyphs = self._one = False
        self._rows = 0
        self._shown_at = QRect()
        self._actions: list[QAction] = []
        self._last_actions: list[QAction] = []
        self._left_handed = False
        self.pointer = QPointF(-1e3, -1e3)
        """Where the pointer was last, in the canvas's pixels; far from it before it came."""
        self.bar: SelectionBar | None = None
        """The bar beside the selection; None before the first selection."""
        canvas.overlays.add(self)
        selection.changed.connect(self._follow)

    @property
    def frame(self) -> QRectF | None:
        """The frame around the selected ink in the canvas's pixels; None where none is shown."""
        ink = self._selection.bounds
        return None if ink is None or self._canvas.tool not in SELECT_TOOLS else self._around(ink)

    def offer_actions(self, actions: list[QAction], last: list[QAction]) -> None:
        """Set the actions that the bar offers for any ink, and those at its end."""
        self._actions, self._last_actions = actions, last

    def set_left_handed(self, left_handed: bool) -> None:
        """Let the bar keep out of the way of a hand that comes from the left, or from the right."""
        self._left_handed = left_handed
        self._offer()

    def show_glyphs(self, several: bool, *, one: bool, rows: int = 0) -> None:
        """Offer to join and to separate glyphs, or not.

        Args:
            several: Whether glyphs are read.
            one: Whether the selected strokes are one glyph already, and cannot be joined.
            rows: In how many rows the selected strokes are that can be one row; 0 where they cannot.
        """
        if (several, one, rows) != (self._glyphs, self._one, self._rows):
            self._glyphs, self._one, self._rows = several, one, rows
            self._offer()

    def hold(self) -> None:
        """Hide what is in the way while the pointer is down."""
        self._held = True
        if self.bar is not None:
            self.bar.hide()

    def drag(self, affine: Affine) -> None:
        """Show the selected ink as this mapping moves, scales and turns it."""
        self._affine = affine
        self._lifted = True
        self._canvas.update()

    def drop(self, affine: Affine) -> None:
        """Note that the ink will be on the page as it has been dragged."""
        self._dropped = affine

    def show_loop(self, loop: QPolygonF) -> None:
        """Show the loop that the pointer draws."""
        self._loop = loop
        self._canvas.update()

    def show_drag(self, drag: GlyphDrag) -> None:
        """Show a glyph that is dragged."""
        self._drag = drag
        self._canvas.update()

    def release(self) -> None:
        """Show the selection as it is while no pointer is down."""
        self._held = self._lifted = False
        self._affine, self._loop, self._drag, self._dropped = Affine(), QPolygonF(), None, None
        self._offer()
        self._canvas.update()

    @Slot()
    def _follow(self) -> None:
        strokes, dropped = self._selection.strokes, self._dropped
        if dropped is not None and dropped.only_moves:
            self._floating.hold_moved(strokes, dropped.dx, dropped.dy)
        else:
            self._floating.hold(strokes)
        self._affine, self._dropped = Affine(), None
        self._lifted = False
        self._offer()
        self._canvas.update()

    @Slot()
    def _offer(self) -> None:
        """Show the bar beside the frame, or hide it where there is none."""
        frame = self.frame
        if frame is None or self._held:
            if self.bar is not None:
                self.bar.hide()
            return
        if self.bar is None:
            self.bar = SelectionBar(self._canvas)
            self.bar.joined.connect(self.joined)
            self.bar.parted.connect(self.parted)
            self.bar.row_wanted.connect(self.row_wanted)
            self.bar.add_actions(self._actions, self._last_actions)
        self._shown_at = self._extent(frame)
        self.bar.offer(
            self._shown_at,
            strokes=len(self._selection.indices),
            glyphs=self._glyphs,
            one=self._one,
            rows=self._rows,
            left_handed=self._left_handed,
            pointer=self.pointer.toPoint(),
            ink_in=self._ink_in,
        )

    def _ink_in(self, rectangle: QRect) -> float:
        """Return how much of a rectangle of the canvas is covered by strokes' boxes, in square pixels."""
        margin = self._canvas.ink_margin_px
        low = self._canvas.to_drawing(rectangle.topLeft().toPointF() - QPointF(margin, margin))
        high = self._canvas.to_drawing(rectangle.bottomRight().toPointF() + QPointF(margin, margin))
        boxes = self._canvas.stroke_boxes
        common = np.minimum(boxes[:, 2:], high) - np.maximum(boxes[:, :2], low)
        meets = (common >= 0).all(axis=1)
        # A straight stroke has no area, but ink.
        return float(((common[meets] * self._canvas.scale + margin).prod(axis=1)).sum())

    def _around(self, ink: Bounds) -> QRectF:
        margin = MARGIN_PX + self._canvas.ink_margin_px
        corners = self._canvas.to_widget(ink.left, ink.top), self._canvas.to_widget(ink.right, ink.bottom)
        return QRectF(*corners).adjusted(-margin, -margin, margin, margin)

    def _extent(self, frame: QRectF) -> QRect:
        """Return the rectangle around a frame and its handles."""
        knob = handles_of(frame, QRectF(self._canvas.rect()))["turn"]
        edge = REACH_PX / 2
        return frame.adjusted(-edge, -edge, edge, edge).united(QRectF(knob, knob).adjusted(-1, -edge, 1, edge)).toRect()

    # --- what the canvas asks of an overlay ---------------------------------------------------------------------

    def is_button(self, position: QPointF) -> bool:
        """Return False: a tap of the pen is never meant for the selection."""
        return False

    def tap(self, position: QPointF) -> None:
        """Nothing to do: the selection has no buttons."""

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint the selected ink with its frame, the loop, and where a dragged glyph would be dropped."""
        if self._canvas.tool not in SELECT_TOOLS:
            return
        frame = self.frame
        if frame is not None:
            # Until dropped ink is painted on the page, it is seen as it was dragged.
            stands_in = not self._canvas.ink_complete and self._floating.complete
            self._floating.paint(painter, self._affine, lifted=self._lifted or stands_in)
            self._paint_frame(painter, frame)
            if not self._held and self._extent(frame) != self._shown_at:
                # The view has moved on.
                QTimer.singleShot(0, self, self._offer)
        if not self._loop.isEmpty():
            painter.setPen(QPen(self._accent(), 1.5, Qt.PenStyle.DashLine))
            painter.setBrush(self._tint())
            painter.drawPolygon(self._loop)
        if self._drag is not None:
            self._paint_drag(painter, self._drag)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_frame(self, painter: QPainter, frame: QRectF) -> None:
        colour, paper = self._accent(), self._canvas.palette().color(QPalette.ColorRole.Base)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 1.2, Qt.PenStyle.DashLine))
        if not self._affine.is_identity:
            painter.drawPolygon(self._mapped(frame))
            return
        painter.drawRect(frame)
        if self._held and not self._loop.isEmpty():
            return
        handles = handles_of(frame, QRectF(self._canvas.rect()))
        knob = handles.pop("turn")
        painter.setPen(QPen(colour, 1.5))
        edge = frame.top() if knob.y() < frame.top() else frame.bottom()
        painter.drawLine(QPointF(knob.x(), edge), knob)
        painter.setBrush(paper)
        for place in handles.values():
            painter.drawRect(QRectF(place.x() - HANDLE_PX, place.y() - HANDLE_PX, 2 * HANDLE_PX, 2 * HANDLE_PX))
        painter.drawEllipse(knob, HANDLE_PX + 1, HANDLE_PX + 1)

    def _mapped(self, frame: QRectF) -> QPolygonF:
        """Return the frame's corners where dragging has brought them; its distance from the ink stays the same."""
        ink = self._selection.bounds
        if ink is not None and self._affine.xy == self._affine.yx == 0:
            low, high = self._affine.point(ink.left, ink.top), self._affine.point(ink.right, ink.bottom)
            return QPolygonF(self._around(Bounds(*low, *high)))
        corners = (frame.topLeft(), frame.topRight(), frame.bottomRight(), frame.bottomLeft())
        mapped = (self._affine.point(*self._canvas.to_drawing(corner)) for corner in corners)
        return QPolygonF([self._canvas.to_widget(*corner) for corner in mapped])

    def _paint_drag(self, painter: QPainter, drag: GlyphDrag) -> None:
        colour = self._accent()
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(self._tint())
        painter.drawRoundedRect(drag.boxes.rectangle(drag.glyph).translated(drag.by), 5, 5)
        if drag.target is None:
            return
        index, relation = drag.target
        candidate, of = drag.boxes.glyphs[index].candidates[0], drag.boxes.rectangle(index)
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(zones_around(of, candidate.latex)[relation], 4, 4)
        painter.setPen(QPen(colour, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(of, 5, 5)
        paint_words(painter, self._canvas, drag.at, relation_to(relation, candidate.text))

    def _accent(self) -> QColor:
        return accent(self._canvas.palette())

    def _tint(self) -> QColor:
        tint = QColor(self._accent())
        tint.setAlpha(40)
        return tint
