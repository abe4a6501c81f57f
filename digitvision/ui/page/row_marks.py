"""Marks of a page's rows in the left margin of the canvas: by them rows are chosen, and dragged to be joined."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QFont, QPainter, QPalette, QPen

from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.glyph_boxes import WRITING_S, trust_colour
from digitvision.ui.canvas.live_stroke import LiveStroke
from digitvision.ui.canvas.pointer_input import PointerReport
from digitvision.ui.canvas.pointer_words import paint_words
from digitvision.ui.page.row_item import NO_ROW, RowItem
from digitvision.ui.theme import accent, muted

EDGE_PX: Final = 4.0
"""Space between the canvas's edge and the numbers."""

NUMBER_PX: Final = 27.0
LETTER_PX: Final = 11
HOOK_PX: Final = 4.0
"""Width of a number, its letters' size, and the length of a bracket's ends."""

BESIDE_PX: Final = 10.0
"""Space between a bracket and the ink of its row, where the row stands beside another one."""

_MEETING: Final = 0.2
"""Share of a row's height from which rows at its left are beside it."""

DRAG_PX: Final = 6.0
"""A press that moves no further than this is a click."""

FINGER_PX: Final = 8.0
"""How far beside a mark a finger still takes hold of it."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A row's mark in the canvas's pixels.

    Attributes:
        item: The row.
        number: Its number, from 1.
        ink: The rectangle of the row.
        bar: The upright line's x.
        at_right: Whether the mark stands to the right of the row, with its bracket open to the left.
    """

    item: RowItem
    number: int
    ink: QRectF
    bar: float
    at_right: bool = False

    @property
    def grip(self) -> QRectF:
        """The rectangle of number and bracket."""
        left = self.bar - (HOOK_PX if self.at_right else NUMBER_PX)
        return QRectF(left, self.ink.top(), NUMBER_PX + HOOK_PX, self.ink.height())

    def looks(self, chosen: int) -> tuple[object, ...]:
        """Return all that is seen of the mark, where the row with this key is chosen."""
        corners = (self.bar, self.at_right, self.ink.top(), self.ink.bottom())
        return self.item.key, self.number, corners, self.item.trust == "not sure", self.item.key == chosen


class RowMarks(QObject):
    """An overlay of the canvas, and the tool for presses on it. A page of one row has no marks.

    A mark stands at the left edge of the canvas, or at the right one where there is ink at the left; where there is ink
    on both sides, the row has none. Nobody who writes is to take hold of a mark by mistake: there is none for a moment
    after each stroke.
    """

    chosen = Signal(int)
    """Key of the row whose mark was clicked on."""
    joined = Signal(int, int)
    """Keys of a row that was dragged onto another one, and of that one."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._items: Sequence[RowItem] = ()
        self._key = NO_ROW
        self._marks: list[_Mark] = []
        self._laid_out: tuple[object, ...] = ()
        self._strokes: tuple[Stroke, ...] = ()
        self._written_s = float("-inf")
        self._held: _Mark | None = None
        self._start = self._at = QPointF()
        self._moved = False
        canvas.overlays.add(self, lowest=True)
        canvas.overlays.add_grip(self)
        canvas.stroke_finished.connect(self._note_writing)

    @property
    def target(self) -> int:
        """Key of the row that the dragged one would be joined to if it were dropped now; `NO_ROW` for none."""
        if self._held is None or not self._moved:
            return NO_ROW
        others = [mark for mark in self._lay_out() if mark.item.key != self._held.item.key]
        reached = [mark for mark in others if mark.ink.top() <= self._at.y() <= mark.ink.bottom()]
        inside = [mark for mark in reached if mark.ink.left() <= self._at.x() <= mark.ink.right()]
        found = inside or reached
        return found[0].item.key if found else NO_ROW

    @property
    def words(self) -> str:
        """What would be done if the dragged row were dropped now; empty while none is dragged."""
        if self._held is None or not self._moved:
            return ""
        number = next((place for place, one in enumerate(self._items, start=1) if one.key == self.target), 0)
        if not number:
            return self.tr("Drag it onto the row that it belongs to")
        return self.tr("Make rows {one} and {other} one row").format(one=self._held.number, other=number)

    def show_rows(self, items: Sequence[RowItem], *, key: int) -> None:
        """Show the marks of these rows, of which the one with this key is chosen."""
        if key == self._key and self._canvas.drawing.strokes is self._strokes and _are_alike(items, self._items):
            # Only what rows come to has changed.
            self._items = items
            return
        before = {mark.looks(self._key): mark for mark in self._lay_out()}
        self._items, self._key = items, key
        # Most often only what rows come to has changed, and the marks stay where they are.
        self._marks = [replace(mark, item=items[mark.number - 1]) for mark in self._marks if mark.number <= len(items)]
        if self._held is not None and all(one.key != self._held.item.key for one in items):
            self._held = None
        now = {mark.looks(key): mark for mark in self._lay_out()}
        for looks in before.keys() ^ now.keys():
            mark = now.get(looks) or before[looks]
            self._canvas.update(mark.grip.adjusted(-4, -4, 4, 4).toAlignedRect())

    def rectangle(self, key: int) -> QRectF:
        """Return where a row's mark can be taken hold of; empty where it has none."""
        return next((mark.grip for mark in self._lay_out() if mark.item.key == key), QRectF())

    def _note_writing(self) -> None:
        self._written_s = time.monotonic()

    def _lay_out(self) -> list[_Mark]:
        """Return the marks of the rows in sight, as the canvas shows the drawing now."""
        canvas = self._canvas
        view = (canvas.to_widget(0, 0), canvas.to_widget(1000, 1000), canvas.size(), canvas.ink_margin_px)
        boxes, strokes = [item.row.box for item in self._items], canvas.drawing.strokes
        if (view, boxes) == self._laid_out and strokes and strokes[:-1] == self._strokes:
            # A stroke more: marks that it does not meet stay where they are.
            self._strokes, reached = strokes, self._on_canvas(strokes[-1].bounds)
            if not any(mark.grip.intersects(reached) for mark in self._marks):
                return self._marks
            self._laid_out = ()
        if (view, boxes) != self._laid_out or strokes is not self._strokes:
            self._strokes = strokes
            self._laid_out, self._marks = (view, boxes), self._found() if len(self._items) > 1 else []
        return self._marks

    def _found(self) -> list[_Mark]:
        margin, scale = self._canvas.ink_margin_px, self._canvas.scale
        origin = self._canvas.to_widget(0, 0)
        sides = np.array([item.row.box for item in self._items]) * scale
        sides += np.array([origin.x(), origin.y()] * 2) + margin * np.array([-1, -1, 1, 1])
        in_sight = (sides[:, 3] >= 0) & (sides[:, 1] <= self._canvas.height())
        rows = [
            (number + 1, self._items[number], QRectF(QPointF(*sides[number, :2]), QPointF(*sides[number, 2:])))
            for number in np.flatnonzero(in_sight).tolist()
        ]
        bars = bars_of(sides)
        at_left = [_Mark(item, number, ink, bars[number - 1]) for number, item, ink in rows]
        free = self._without_ink(at_left)
        # Of both places the left one counts.
        right, placed = self._canvas.width() - EDGE_PX - NUMBER_PX, {mark.number for mark in free}
        free += self._without_ink(
            [_Mark(item, number, ink, right, at_right=True) for number, item, ink in rows if number not in placed]
        )
        return sorted(free, key=lambda mark: mark.number)

    def _without_ink(self, marks: Sequence[_Mark]) -> list[_Mark]:
        inked = self._are_inked([mark.grip for mark in marks]) if marks else []
        return [mark for mark, is_inked in zip(marks, inked, strict=True) if not is_inked]

    def _on_canvas(self, box: Bounds) -> QRectF:
        margin = self._canvas.ink_margin_px
        corners = self._canvas.to_widget(box.left, box.top), self._canvas.to_widget(box.right, box.bottom)
        return QRectF(*corners).adjusted(-margin, -margin, margin, margin)

    def _mark_at(self, position: QPointF) -> _Mark | None:
        reach = FINGER_PX if self._canvas.touched else 0.0
        for mark in self._lay_out():
            grip = mark.grip.adjusted(-reach, 0, reach, 0)
            if grip.contains(position):
                # Ink may have come since the marks were laid out.
                return None if self._are_inked([mark.grip])[0] else mark
        return None

    def _are_inked(self, rectangles: Sequence[QRectF]) -> list[bool]:
        """Return for each of these rectangles of the canvas whether ink lies below it."""
        boxes, canvas = self._canvas.stroke_boxes, self._canvas
        low = np.array([canvas.to_drawing(one.topLeft()) for one in rectangles]).reshape(-1, 1, 2)
        high = np.array([canvas.to_drawing(one.bottomRight()) for one in rectangles]).reshape(-1, 1, 2)
        meets: NDArray[np.bool_] = np.all((boxes[None, :, 2:] >= low) & (boxes[None, :, :2] <= high), axis=2)
        return [bool(one.any()) for one in meets]

    # --- what the canvas asks of something that can be taken hold of, and of a tool -------------------------------

    @property
    def shape(self) -> Qt.CursorShape:
        """The cursor over a mark: a hand."""
        return Qt.CursorShape.OpenHandCursor

    def tool_at(self, position: QPointF) -> "RowMarks | None":
        """Return this for a press on a mark, unless somebody writes."""
        if len(self._items) < 2 or time.monotonic() - self._written_s < WRITING_S:
            return None
        return None if self._mark_at(position) is None else self

    @property
    def live_stroke(self) -> LiveStroke | None:
        """None: a mark writes nothing."""
        return None

    def preview(self, drawing: Drawing) -> Drawing:
        """Return the drawing: a row stays where it is while its mark is dragged."""
        return drawing

    def cursor(self) -> QCursor:
        """Return a hand that holds something."""
        return QCursor(Qt.CursorShape.ClosedHandCursor)

    def hover(self, position: QPointF) -> bool:
        """Return False: the cursor is the same everywhere."""
        return False

    def begin(self, report: PointerReport) -> None:
        """Take hold of the mark that lies here."""
        self._held = self._mark_at(report.position)
        self._start = self._at = report.position
        self._moved = False

    def extend(self, report: PointerReport) -> None:
        """Drag the mark."""
        self._at = report.position
        self._moved = self._moved or (self._at - self._start).manhattanLength() > DRAG_PX
        if self._moved:
            self._canvas.update()

    def end(self) -> None:
        """Join the row to the one that it was dragged onto, or take the press for a click."""
        held, moved, target = self._held, self._moved, self.target
        self.cancel()
        if held is not None and not moved:
            self.chosen.emit(held.item.key)
        elif held is not None and target != NO_ROW:
            self.joined.emit(held.item.key, target)

    def cancel(self) -> None:
        """Let go."""
        self._held, self._moved = None, False
        self._canvas.update()

    def drop_indices(self) -> None:
        """Let go: the rows will be others."""
        self.cancel()

    # --- what the canvas asks of an overlay ---------------------------------------------------------------------

    def is_button(self, position: QPointF) -> bool:
        """Return False: a press on a mark is no tap of the pen."""
        return False

    def tap(self, position: QPointF) -> None:
        """Nothing to do: presses come to `begin`."""

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint the marks, and the row that another one is dragged onto."""
        marks = self._lay_out()
        if not marks:
            return
        palette, target = self._canvas.palette(), self.target
        font = QFont(self._canvas.font())
        font.setPixelSize(LETTER_PX)
        for mark in marks:
            if not mark.grip.adjusted(-4, -4, 4, 4).intersects(QRectF(window)) and mark.item.key != target:
                continue
            if mark.item.key == target:
                tint = QColor(accent(palette))
                tint.setAlpha(40)
                painter.fillRect(mark.ink, tint)
            strong = mark.item.key in (self._key, target)
            font.setBold(strong)
            painter.setFont(font)
            _paint(painter, mark, palette, strong=strong)
        if self._held is not None and self._moved:
            painter.setPen(QPen(accent(palette), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(self._held.bar, self._held.ink.center().y()), self._at)
            painter.setFont(self._canvas.font())
            paint_words(painter, self._canvas, self._at, self.words)
            painter.setBrush(Qt.BrushStyle.NoBrush)


def _are_alike(items: Sequence[RowItem], others: Sequence[RowItem]) -> bool:
    """Whether rows are the same, read alike, and have the same marks therefore."""
    return len(items) == len(others) and all(
        one is other or (one.key == other.key and one.row is other.row and one.chosen == other.chosen)
        for one, other in zip(items, others, strict=True)
    )


def bars_of(sides: NDArray[np.float64]) -> list[float]:
    """Return the x of the bracket of each row: the canvas's left edge, or just beside the ink of a second column.

    Args:
        sides: float64 [R, 4], left, top, right and bottom of the rectangles of all rows.
    """
    left, top, right, bottom = sides.T
    common = np.maximum(np.minimum(bottom, bottom[:, None]) - np.maximum(top, top[:, None]), 0)
    # Marks of rows that are half a row apart would lie upon each other at the edge.
    beside = np.where(right < left[:, None], common, 0).sum(axis=1) > _MEETING * (bottom - top)
    bars: list[float] = np.where(beside, left - BESIDE_PX, EDGE_PX + NUMBER_PX).tolist()
    return bars


def _paint(painter: QPainter, mark: _Mark, palette: QPalette, *, strong: bool) -> None:
    doubtful = mark.item.trust == "not sure"
    plain = muted(palette) if not doubtful else trust_colour("not sure", palette)
    colour = accent(palette) if strong and not doubtful else plain
    style = Qt.PenStyle.DotLine if doubtful else Qt.PenStyle.SolidLine
    painter.setPen(QPen(colour, 2.5 if strong else 1.0, style))
    top, bottom = QPointF(mark.bar, mark.ink.top() + 1), QPointF(mark.bar, mark.ink.bottom() - 1)
    hook = QPointF(-HOOK_PX if mark.at_right else HOOK_PX, 0)
    painter.drawPolyline([top + hook, top, bottom, bottom + hook])
    if mark.ink.height() < LETTER_PX:
        return
    painter.setPen(colour)
    left = mark.bar + 3 if mark.at_right else mark.bar - NUMBER_PX
    number = QRectF(left, mark.ink.top(), NUMBER_PX - 3, mark.ink.height())
    text = f"{mark.number}?" if doubtful else str(mark.number)
    side = Qt.AlignmentFlag.AlignLeft if mark.at_right else Qt.AlignmentFlag.AlignRight
    painter.drawText(number, Qt.AlignmentFlag.AlignVCenter | side, text)
