"""The tool that selects ink, and moves, scales and turns what is selected; a glyph is dragged to where it stands."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QCursor, QPolygonF
from PySide6.QtWidgets import QApplication

from digitvision.ink.editing.choosing import enclosed, nearest, row_of, together
from digitvision.ink.editing.transform import Affine, bounds_of
from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.expression.layout import Relation
from digitvision.recognition.prediction import Reading
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.glyph_boxes import GlyphBoxes
from digitvision.ui.canvas.live_stroke import LiveStroke
from digitvision.ui.canvas.pointer_input import PointerReport
from digitvision.ui.canvas.tool import SELECT_TOOLS
from digitvision.ui.selection.frame import CURSORS, Handle, dragged, handle_at
from digitvision.ui.selection.relation_zones import relation_at
from digitvision.ui.selection.selection import Selection
from digitvision.ui.selection.selection_bar import SelectionBar
from digitvision.ui.selection.selection_view import GlyphDrag, SelectionView

DRAG_PX: Final = 6.0
"""A press that moves no further than this is a click."""

HIT_PX: Final = 10.0
"""Distance from a stroke's line within which a click hits it."""

INK_PX: Final = 4.0
"""Distance from a stroke's ink within which a drag takes hold of its glyph."""

Way = Literal["loop", "rectangle", "glyph", "frame"]
"""What a press does: it draws a loop or a rectangle, drags a glyph to where it stands, or drags the frame."""


@dataclass(slots=True)
class _Press:
    """A press of the pointer: what it does, from where to where it has gone, and with which keys.

    `handle` is the frame's part that is dragged, `glyph` the index of the glyph that is.
    """

    way: Way
    start: QPointF
    at: QPointF
    time_ms: float
    shift: bool
    handle: Handle | None = None
    glyph: int | None = None
    moved: bool = False


class SelectionTool(QObject):
    """A tool of the canvas; what it shows is painted by its view."""

    picked = Signal(int, QRect)
    """Index of a glyph that was clicked on, and its box on the canvas."""
    related = Signal(int, int, str)
    """Index of a glyph, index of another one, and the `Relation` of the first to the second."""
    transformed = Signal(object, str)
    """The `Affine` by which the selected ink is to be changed, and the `Handle` that was dragged."""

    def __init__(self, canvas: Canvas, selection: Selection) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._selection = selection
        self._boxes: GlyphBoxes | None = None
        self._reading: Reading | None = None
        self._press: _Press | None = None
        self._loop = QPolygonF()
        self._over: Handle | None = None
        self._clicks = 0
        self._clicked = (float("-inf"), QPointF())
        self._before_click: tuple[int, ...] = ()
        self.view = SelectionView(canvas, selection)
        """What is painted, and the bar beside the selection."""
        for name in SELECT_TOOLS:
            canvas.add_tool(name, self)
        canvas.tool_changed.connect(self._follow_tool)
        selection.changed.connect(self._show_glyphs)

    @property
    def selected(self) -> tuple[int, ...]:
        """Indices of the selected strokes."""
        return self._selection.indices

    @property
    def bar(self) -> SelectionBar | None:
        """The bar beside the selection; None before the first selection."""
        return self.view.bar

    @property
    def target(self) -> tuple[int, Relation] | None:
        """Index of the glyph that the dragged one would be related to if it were dropped now, and the relation."""
        press, boxes = self._press, self._boxes
        if press is None or press.glyph is None or not press.moved or boxes is None:
            return None
        found = []
        for index in range(len(boxes.glyphs)):
            if index == press.glyph:
                continue
            box = boxes.rectangle(index)
            relation = relation_at(box, boxes.glyphs[index].candidates[0].latex, press.at)
            if relation is not None:
                # Of zones that overlap, the nearest glyph's counts; the inside of a root counts last.
                away = press.at - box.center()
                found.append((relation == "Inside", away.x() ** 2 + away.y() ** 2, index, relation))
        return min(found)[2:] if found else None

    def use_boxes(self, boxes: GlyphBoxes) -> None:
        """Let the glyphs that have these boxes be clicked on, dragged and selected."""
        self._boxes = boxes

    def show_reading(self, reading: Reading | None) -> None:
        """Let the glyphs of this reading be clicked on and dragged; None for none."""
        self._reading = reading
        if self._press is not None and self._press.way == "glyph":
            self._let_go()
        self._show_glyphs()

    @property
    def is_one_glyph(self) -> bool:
        """Whether the selected strokes are read as one glyph."""
        if self._reading is None or self._boxes is None:
            return False
        return any(tuple(sorted(glyph.strokes)) == self.selected for glyph in self._boxes.glyphs)

    @property
    def rows_selected(self) -> int:
        """In how many rows the selected strokes are read; 0 where they are exactly one row, or no rows are read."""
        if self._reading is None or not self._reading.rows or not self.selected:
            return 0
        chosen = set(self.selected)
        touched = [row for row in self._reading.rows if not chosen.isdisjoint(row.strokes)]
        return 0 if any(set(row.strokes) == chosen for row in touched) else max(len(touched), 1)

    def sign_at(self, position: QPointF) -> tuple[int, ...]:
        """Return the strokes of the glyph whose ink lies at this pixel of the canvas, or the stroke; () for none."""
        glyph = self._glyph_on_ink(position)
        if glyph is not None and self._boxes is not None:
            return self._boxes.glyphs[glyph].strokes
        hit = self._stroke_at(position)
        return () if hit is None else (hit,)

    def clear(self) -> None:
        """Select nothing."""
        self._let_go()
        self._selection.clear()

    # --- what the canvas asks of its tool -----------------------------------------------------------------------

    @property
    def live_stroke(self) -> LiveStroke | None:
        """None: a selection writes nothing."""
        return None

    def preview(self, drawing: Drawing) -> Drawing:
        """Return the drawing with the selected ink as it is dragged now."""
        affine = self._affine()
        if affine.is_identity:
            return drawing
        chosen = self._selection.indices
        return drawing.with_remains({index: (affine.stroke(drawing.strokes[index]),) for index in chosen})

    def cursor(self) -> QCursor:
        """Return a cross, or over the frame what dragging it there would do."""
        return QCursor(Qt.CursorShape.CrossCursor if self._over is None else CURSORS[self._over])

    def hover(self, position: QPointF) -> bool:
        """Note which part of the frame the pointer is over; return whether it is another one than before."""
        self.view.pointer = position
        before, self._over = self._over, self._handle_at(position)
        return self._over != before

    def begin(self, report: PointerReport) -> None:
        """Take hold of the frame or a glyph, or start a loop or a rectangle where there is neither."""
        here = self.view.pointer = report.position
        last_ms, last = self._clicked
        again = report.time_ms - last_ms < QApplication.doubleClickInterval()
        self._clicks = self._clicks + 1 if again and (here - last).manhattanLength() < 2 * DRAG_PX else 1
        if self._clicks == 1:
            self._before_click = self._selection.indices
        shift = bool(report.modifiers & Qt.KeyboardModifier.ShiftModifier)
        handle = self._handle_at(here)
        turns = handle is not None and handle != "inside"
        way: Way = "loop" if self._canvas.tool == "select" else "rectangle"
        press = _Press(way, here, here, report.time_ms, shift)
        if handle is not None and (turns or not shift):
            press.way, press.handle = "frame", handle
        elif not shift and (glyph := self._glyph_on_ink(here)) is not None:
            press.way, press.glyph = "glyph", glyph
        self._press, self._loop = press, QPolygonF([here])
        self.view.hold()

    def extend(self, report: PointerReport) -> None:
        """Follow the pointer with what it has hold of."""
        press = self._press
        if press is None:
            return
        press.at = self.view.pointer = report.position
        press.shift = bool(report.modifiers & Qt.KeyboardModifier.ShiftModifier)
        if not press.moved and (press.at - press.start).manhattanLength() > DRAG_PX:
            press.moved = True
            if press.way == "frame":
                self._canvas.hide_strokes(self._selection.indices)
                if self._boxes is not None:
                    self._boxes.leave_out(self._selection.indices)
        if not press.moved:
            return
        if press.way == "frame":
            self.view.drag(self._affine())
            self._canvas.announce_change()
        elif press.glyph is not None:
            self._show_glyph_drag(press)
        elif press.way == "loop":
            self._loop.append(press.at)
            self.view.show_loop(self._loop)
        else:
            self._loop = QPolygonF(QRectF(press.start, press.at).normalized())
            self.view.show_loop(self._loop)

    def end(self) -> None:
        """Select what the loop encloses, change the selected ink, relate the dragged glyph, or take it for a click."""
        press, target, affine = self._press, self.target, self._affine()
        if press is None:
            return
        loop = self._loop
        self._press = None
        if not press.moved:
            self._let_go()
            self._click(press)
        elif press.way == "frame":
            self._drop(press, affine)
        elif press.glyph is not None:
            self._let_go()
            if target is not None:
                self.related.emit(press.glyph, *target)
        else:
            self._let_go()
            corners = np.array([self._canvas.to_drawing(corner) for corner in loop.toList()])
            caught = enclosed(self._canvas.drawing.strokes, corners)
            self._selection.choose((*self._selection.indices, *caught) if press.shift else caught)

    def cancel(self) -> None:
        """Leave everything as it was before the press; a press that has not begun to drag ends the selection."""
        dragging = self._press is not None and self._press.moved and self._press.way == "frame"
        self._let_go()
        if dragging:
            self._canvas.show_hidden_strokes()
            self._canvas.announce_change()

    def drop_indices(self) -> None:
        """End the press: what it has hold of may be gone."""
        self._let_go()

    # --- the ways of a press ------------------------------------------------------------------------------------

    def _drop(self, press: _Press, affine: Affine) -> None:
        """Hand over how the selected ink is to be changed."""
        if affine.is_identity or press.handle is None:
            self._let_go()
            self._canvas.show_hidden_strokes()
            return
        self.view.drop(affine)
        self.transformed.emit(affine, press.handle)
        self._let_go()

    def _show_glyph_drag(self, press: _Press) -> None:
        if press.glyph is not None and self._boxes is not None:
            by = press.at - press.start
            self.view.show_drag(GlyphDrag(self._boxes, press.glyph, by, press.at, self.target))

    def _click(self, press: _Press) -> None:
        """Select the glyph or the row, or ask for candidates, depending on the number of clicks."""
        self._clicked = (press.time_ms, press.start)
        at = press.start
        if press.shift:
            self._toggle(at)
            return
        if self._clicks > 1:
            glyph = self._strokes_at(at)
            whole = self._clicks > 2 or set(glyph) <= set(self._before_click)
            if glyph:
                self._selection.choose(self._row_at(at, glyph) if whole else glyph)
            return
        glyph_index = self._glyph_at(at)
        if glyph_index is None and press.handle is None and self._canvas.tap(*self._canvas.to_drawing(at)):
            return
        if press.handle is None:
            self._selection.clear()
        if glyph_index is not None and self._boxes is not None:
            self.picked.emit(glyph_index, self._boxes.rectangle(glyph_index).toAlignedRect())
        elif press.handle is None:
            hit = self._stroke_at(at)
            self._selection.choose(() if hit is None else (hit,))

    def _toggle(self, at: QPointF) -> None:
        """Add the glyph or stroke that lies here to the selection, or take it out."""
        index = self._glyph_at(at)
        if index is not None and self._boxes is not None:
            here = set(self._boxes.glyphs[index].strokes)
        else:
            hit = self._stroke_at(at)
            here = set() if hit is None else {hit}
        now = set(self._selection.indices)
        self._selection.choose(now - here if here <= now else now | here)

    def _glyph_at(self, position: QPointF) -> int | None:
        """Return the index of the glyph that lies here; None where there is none, or nothing is read."""
        return None if self._reading is None or self._boxes is None else self._boxes.glyph_at(position)

    def _glyph_on_ink(self, position: QPointF) -> int | None:
        """Return the index of the glyph whose ink lies here: on blank paper within its box a loop begins."""
        if self._reading is None or self._boxes is None:
            return None
        hit = self._stroke_at(position, HIT_PX if self._canvas.touched else INK_PX)
        return next((index for index, glyph in enumerate(self._boxes.glyphs) if hit in glyph.strokes), None)

    def _stroke_at(self, position: QPointF, reach_px: float = HIT_PX) -> int | None:
        reach = (reach_px + self._canvas.ink_margin_px) / self._canvas.scale
        return nearest(self._canvas.drawing.strokes, self._canvas.to_drawing(position), reach)

    def _strokes_at(self, position: QPointF) -> tuple[int, ...]:
        """Return the strokes of the glyph that lies here: as it was read, or those that lie together."""
        index = self._glyph_at(position)
        if index is not None and self._boxes is not None:
            return self._boxes.glyphs[index].strokes
        hit = self._stroke_at(position)
        if hit is None:
            return ()
        return together(self._canvas.stroke_boxes, [hit], self._canvas.pen_width)

    def _row_at(self, position: QPointF, glyph: tuple[int, ...]) -> tuple[int, ...]:
        """Return the strokes of the row in which the glyph that lies here stands."""
        index = self._glyph_at(position)
        rows = () if self._reading is None else self._reading.rows
        read = next((row.strokes for row in rows if not set(glyph).isdisjoint(row.strokes)), None)
        if read is not None:
            return read
        if index is not None and self._boxes is not None:
            glyphs = self._boxes.glyphs
            row = row_of([one.box for one in glyphs], index)
            return tuple(stroke for number in row for stroke in glyphs[number].strokes)
        strokes = self._canvas.drawing.strokes
        own = bounds_of(strokes[number] for number in glyph)
        if own is None:
            return glyph
        others = [number for number in range(len(strokes)) if number not in glyph]
        boxes: list[Bounds] = [own, *(strokes[number].bounds for number in others)]
        row = row_of(boxes, 0)
        return (*glyph, *(others[number - 1] for number in row if number))

    def _handle_at(self, position: QPointF) -> Handle | None:
        frame = self.view.frame
        return None if frame is None else handle_at(frame, QRectF(self._canvas.rect()), position)

    def _affine(self) -> Affine:
        """Return what the press has done to the selected ink so far."""
        press = self._press
        ink = self._selection.bounds
        if press is None or press.handle is None or not press.moved or ink is None:
            return Affine()
        start, at = self._canvas.to_drawing(press.start), self._canvas.to_drawing(press.at)
        return dragged(press.handle, ink, start, at, in_steps=press.shift)

    def _let_go(self) -> None:
        self._press, self._loop = None, QPolygonF()
        if self._boxes is not None:
            self._boxes.leave_out(())
        self.view.release()

    @Slot()
    def _show_glyphs(self) -> None:
        several = self._reading is not None and bool(self._reading.glyphs)
        self.view.show_glyphs(several, one=self.is_one_glyph, rows=self.rows_selected)

    @Slot(str)
    def _follow_tool(self, name: str) -> None:
        if name not in SELECT_TOOLS:
            self.clear()
        self._over = None
        self.view.release()
