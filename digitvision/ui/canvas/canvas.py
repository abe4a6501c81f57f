"""The canvas: shows a drawing, and hands the pointer to the tool that is chosen."""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QRegion,
    QResizeEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.ui.canvas.eraser_tool import EraserTool
from digitvision.ui.canvas.ink_layer import InkLayer
from digitvision.ui.canvas.ink_look import Look
from digitvision.ui.canvas.live_stroke import LiveStroke
from digitvision.ui.canvas.long_press import LongPress
from digitvision.ui.canvas.overlay import CanvasOverlays
from digitvision.ui.canvas.part_eraser_tool import PartEraserTool
from digitvision.ui.canvas.pen_tool import PenTool
from digitvision.ui.canvas.placeholder import paint_hint, paint_progress, writing_hint
from digitvision.ui.canvas.pointer_input import PointerInput, PointerReport
from digitvision.ui.canvas.tool import Tool, ToolName
from digitvision.ui.canvas.tool_choice import ToolChoice
from digitvision.ui.paper.paper_view import Content
from digitvision.ui.paper.sheet import Sheet
from digitvision.ui.paper.view import picture_rectangle
from digitvision.ui.theme import hairline

IDLE_MS: Final = 8
"""Pause between two slices of work that only prepares for what may come."""

SLICE_MS: Final = 8.0
"""Time of a frame for painting strokes that wait. Thousands appear slice by slice, and the pen stays responsive."""

_ENDS: Final = frozenset(
    getattr(QEvent.Type, name) for name in ("WindowDeactivate", "UngrabMouse", "Leave", "FocusOut", "Hide")
)
"""After these events a pointer that is down may send no more."""


class Canvas(QWidget):
    """Paints vectors only, so that any size and any pixel density is sharp.

    The drawing belongs to the document: the canvas shows what `set_content` gives it and asks for changes by signals.
    """

    stroke_finished = Signal(object)
    """A whole new `Stroke`."""
    strokes_erased = Signal(object)
    """Indices of strokes to take out, a tuple of int."""
    strokes_cut = Signal(object)
    """What remains of strokes, by their indices: a mapping from int to a tuple of `Stroke`."""
    tool_changed = Signal(str)
    """Name of the tool that is used from now on."""
    ink_changed = Signal()
    """The ink on the canvas has changed while the pointer is still down; `live_drawing` returns it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing = Drawing()
        self._picture: QImage | None = None
        self._pen_width = 22.0
        self.pen = PenTool(self)
        """The tool that writes."""
        parts = PartEraserTool(self)
        self._tools = ToolChoice(self, {"pen": self.pen, "eraser": EraserTool(self), "part eraser": parts})
        self._hint = writing_hint("digits")
        self._layer = InkLayer()
        self._handing_over = False
        self._idle = QTimer()
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self._use_idle_time)
        self._touched = False
        self._input = PointerInput(self)
        self._long_press = LongPress(self, self._input)
        self.sheet = Sheet(self, self._input, self._content)
        """The paper: which part of it is in sight, and what moves it."""
        self.sheet.moved.connect(self._update_cursor)
        self.sheet.hand_changed.connect(self._show_hand)
        self.overlays = CanvasOverlays(self.sheet.marks)
        """The layers that are painted over the ink."""
        self.overlays.add(parts)
        # Not before: the canvas gets an event when it becomes an owner.
        self.sheet.setParent(self)
        self._long_press.setParent(self)
        self._idle.setParent(self)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_TabletTracking)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(220, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Canvas"))
        self.setAccessibleDescription(self.tr("Write here with the mouse, a finger or a pen."))

    # --- the content --------------------------------------------------------------------------------------------

    @property
    def drawing(self) -> Drawing:
        """The drawing without what the press has changed so far."""
        return self._drawing

    @property
    def picture_rectangle(self) -> QRect | None:
        """Where a picture is shown instead of the drawing, in the widget's pixels; None without one."""
        if self._picture is None:
            return None
        return picture_rectangle(self._picture.size(), self.size(), self.sheet.view.placement).toRect()

    @property
    def live_stroke(self) -> LiveStroke | None:
        """The stroke that is being written; None while none is."""
        return None if self._tools.active is None else self._tools.active.live_stroke

    def live_drawing(self) -> Drawing:
        """Return the drawing as it looks now: with the unfinished stroke, without what the eraser has touched."""
        return self._drawing if self._tools.active is None else self._tools.active.preview(self._drawing)

    @Slot(object, object)
    def set_content(self, drawing: Drawing, picture: QImage | None, *, goes_on: bool = False) -> None:
        """Show another drawing, or a picture instead of it.

        Args:
            drawing: The drawing; empty while there is a picture.
            picture: The picture; None for none.
            goes_on: Whether it is the drawing before with some strokes changed, even if no stroke is the same.
        """
        if picture is not self._picture:
            self._picture = picture
            self.update()
            if not self._handing_over:
                self.sheet.view.show(None)
        old, new = self._drawing.strokes, drawing.strokes
        if old is not new:
            for rectangle in self._layer.set_strokes(new):
                self.update(rectangle)
            if self._tools.active is not None:
                self._tools.active.drop_indices()
        self._drawing = drawing
        if bool(old) != bool(new):
            # The hint appears or disappears.
            self.update()
        # The view stays while somebody writes, also beyond the edge. Another drawing is shown as a whole.
        another = not (old and new and (goes_on or old[0] is new[0]))
        if not self._handing_over:
            self.sheet.show_drawing(another=another, cleared=len(old) > 1 and not new)
            self.sheet.refresh()

    @Slot(float)
    def set_pen_width(self, width: float) -> None:
        """Set the width in which all strokes are shown, in the drawing's unit."""
        if width == self._pen_width:
            return
        self._pen_width = width
        self._update_cursor()
        self.update()
        if not self.busy:
            self.sheet.view.refit()

    @property
    def hint(self) -> str:
        """The sentence on the empty canvas."""
        return self._hint

    def set_hint(self, hint: str) -> None:
        """Set the sentence on the empty canvas."""
        if hint != self._hint:
            self._hint = hint
            self.update()

    def add_tool(self, name: ToolName, tool: Tool) -> None:
        """Have this tool used where the one of this name is chosen."""
        self._tools.add(name, tool)

    def set_tool(self, name: ToolName) -> None:
        """Use this tool from the next press on; an eraser is from then on the one at the other end of a pen, too."""
        if self._tools.choose(name):
            self.tool_changed.emit(name)

    @property
    def tool(self) -> ToolName:
        """Name of the tool that is chosen; the other end of a pen erases whatever is chosen."""
        return self._tools.name

    def set_pen_near(self, near: bool) -> None:
        """Note that a pen has come near the tablet, or has left it."""
        self._input.set_pen_near(near)

    @property
    def busy(self) -> bool:
        """Whether a pointer is down."""
        return self._input.busy

    def abandon(self) -> None:
        """End the press under way, which leaves no trace."""
        self._input.abandon()

    @property
    def touched(self) -> bool:
        """Whether the last press was a finger's, which hits less exactly than a pen or the mouse."""
        return self._touched

    @property
    def ink_complete(self) -> bool:
        """Whether all ink in sight is painted."""
        return self._layer.complete

    @property
    def ink_margin_px(self) -> float:
        """How far the ink reaches beyond the samples of a stroke, in the widget's pixels."""
        return self._pen_width * self.scale / 2

    def to_widget(self, x: float, y: float) -> QPointF:
        """Return where a position of the drawing lies on the widget, in its pixels."""
        return self.sheet.view.placement.to_canvas(x, y)

    def to_drawing(self, position: QPointF) -> tuple[float, float]:
        """Return the position in the drawing that is shown at this pixel of the widget."""
        return self.sheet.view.placement.to_drawing(position)

    def _content(self) -> Content:
        picture = self.picture_rectangle
        if picture is not None:
            corner, opposite = QPointF(picture.topLeft()), QPointF(picture.bottomRight()) + QPointF(1, 1)
            box = np.array([[*self.to_drawing(corner), *self.to_drawing(opposite)]])
            return Content(box, box, 0.0)
        return Content(self._layer.boxes, self._layer.outline, self._pen_width)

    def _look(self) -> Look:
        ink = self.palette().color(QPalette.ColorRole.Text)
        return Look(self.size(), self.devicePixelRatioF(), self.sheet.view.placement, self._pen_width, ink)

    # --- the pointer --------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            self._long_press.note(event)
        if self.sheet.handle(event) or self._input.handle(event):
            return True
        if event.type() in _ENDS:
            self._input.finish()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.busy:
            self.abandon()
        else:
            super().keyPressEvent(event)

    def begin(self, report: PointerReport) -> None:
        """Choose the tool for this press and hand it the first report."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.sheet.view.stand_still()
        self._touched = self._input.finger_writes
        # An eraser takes hold of nothing.
        erasing = report.erasing or self.tool in ("eraser", "part eraser")
        instead = None if erasing else self.overlays.tool_at(report.position)
        tool = self._tools.take_up(erasing=report.erasing, instead=instead)
        self._repaint_hint()
        tool.begin(report)

    def extend(self, report: PointerReport) -> None:
        """Hand a report to the tool that the press began with."""
        if self._tools.active is not None:
            self._tools.active.extend(report)

    def end(self) -> None:
        """Finish the press and keep what it did."""
        tool = self._put_down()
        if tool is not None:
            tool.end()
        # In case that it got another size meanwhile.
        self.sheet.lie_on(self)

    def cancel(self) -> None:
        """Finish the press and leave no trace of it."""
        tool = self._put_down()
        if tool is not None:
            tool.cancel()
        self.sheet.lie_on(self)

    def hover(self, position: QPointF, *, erasing: bool) -> None:
        """Show by the cursor what a pointer that is near would do."""
        self.sheet.following.note_hand()
        shape = None if erasing else self.overlays.shape_at(position)
        if shape is not None:
            self._tools.show_shape(shape)
        elif not erasing and self.tool == "pen" and self.overlays.is_button(position):
            self._tools.show_shape(Qt.CursorShape.PointingHandCursor)
        else:
            self._tools.hover(position, erasing=erasing)

    def _put_down(self) -> Tool | None:
        tool = self._tools.put_down()
        self._repaint_hint()
        return tool

    def _repaint_hint(self) -> None:
        """Paint the empty canvas anew: its hint gives way to a press and comes back after it."""
        if not self._drawing:
            self.update()

    # --- what a tool sees of the canvas and asks of it ----------------------------------------------------------

    @property
    def stroke_boxes(self) -> NDArray[np.float64]:
        """float64 [N, 4]: the rectangle of each stroke in the drawing's unit: left, top, right, bottom."""
        return self._layer.boxes

    def has_ink(self, place: QRectF) -> bool:
        """Whether a rectangle of the widget, in its pixels, holds some stroke's box or a part of it."""
        left, top = self.to_drawing(place.topLeft())
        right, bottom = self.to_drawing(place.bottomRight())
        boxes = self._layer.boxes
        across = (boxes[:, 0] < right) & (boxes[:, 2] > left)
        return bool((across & (boxes[:, 1] < bottom) & (boxes[:, 3] > top)).any())

    @property
    def pen_width(self) -> float:
        """Width of the pen at a mouse's pressure, in the drawing's unit."""
        return self._pen_width

    @property
    def scale(self) -> float:
        """Pixels of the canvas for each unit of the drawing."""
        return self.sheet.view.placement.scale

    def repaint_parts(self, rectangles: Iterable[QRectF]) -> None:
        """Paint these rectangles of the drawing anew, given in its unit."""
        look = self._look()
        for rectangle in rectangles:
            place = look.on_canvas(rectangle.left(), rectangle.top(), rectangle.right(), rectangle.bottom())
            self.update(place if self._picture is None else self.rect())

    def hide_strokes(self, indices: Iterable[int]) -> None:
        """Show the drawing without these strokes until it changes."""
        for rectangle in self._layer.hide(indices):
            self.update(rectangle)

    def show_hidden_strokes(self) -> None:
        """Show the hidden strokes again."""
        for rectangle in self._layer.show_all():
            self.update(rectangle)

    def tap(self, x: float, y: float) -> bool:
        """Hand a tap at this position of the drawing to what lies over the ink; return whether it was meant for it."""
        return self.overlays.tap(self.to_widget(x, y))

    def announce_change(self) -> None:
        """Let listeners know that the preview of the drawing has changed."""
        self.ink_changed.emit()

    def add_stroke(self, stroke: Stroke) -> None:
        """Ask for a stroke to be added to the drawing."""
        self._handing_over = True
        self.stroke_finished.emit(stroke)
        self._handing_over = False
        self.sheet.finish_stroke(np.array(stroke.bounds))

    def erase_strokes(self, indices: tuple[int, ...]) -> None:
        """Ask for strokes to be taken out of the drawing."""
        self.strokes_erased.emit(indices)

    def cut_strokes(self, remains: Mapping[int, tuple[Stroke, ...]]) -> None:
        """Ask for strokes, by their indices, to be replaced by what remains of them."""
        self.strokes_cut.emit(remains)

    # --- painting -----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sheet.lie_on(self)
        self._update_cursor()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._update_cursor()
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._layer.set_look(self._look())
        unpainted = QRegion(self._layer.waiting & self.rect()) - event.region()
        was_complete = self._layer.complete
        self._layer.advance(SLICE_MS)
        if not was_complete and not (self._layer.complete and unpainted.isEmpty()):
            # Strokes that have just been painted, or still wait, may lie outside of the part that is painted now.
            QTimer.singleShot(0, self, self.update)
        if self._layer.complete and not self._idle.isActive():
            self._idle.start()
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Base))
        live = self.live_stroke
        # A press on a picture may be a tap on a glyph: the picture gives way only when the press becomes a stroke.
        if self._picture is not None and (live is None or live.is_tap(self.scale)):
            self._paint_picture(painter, self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        else:
            self.sheet.paint(painter, event.rect())
            self._layer.draw(painter, event.rect())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if live is not None:
                self._paint_live(painter, live, event.rect())
            elif not self._drawing and self._hint:
                paint_hint(painter, self._hint, self)
        self.overlays.paint(painter, event.rect())
        paint_progress(painter, self._layer.progress, self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        focused = self.hasFocus() and self.window().isActiveWindow()
        edge = self.palette().color(QPalette.ColorRole.Accent) if focused else hairline(self.palette())
        painter.setPen(QPen(edge, 0))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    @Slot()
    def _use_idle_time(self) -> None:
        if not self.busy and self._layer.look_around(SLICE_MS / 2):
            self._idle.start()

    def _paint_live(self, painter: QPainter, live: LiveStroke, window: QRect) -> None:
        painter.save()
        painter.translate(self.sheet.view.placement.origin)
        painter.scale(self.scale, self.scale)
        corner = self.to_drawing(QPointF(window.topLeft()))
        visible = QRectF(QPointF(*corner), QRectF(window).size() / self.scale)
        live.paint(painter, self.palette().color(QPalette.ColorRole.Text), visible)
        painter.restore()

    def _paint_picture(self, painter: QPainter, picture: QImage) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.picture_rectangle or QRect(), picture)

    @Slot(object)
    def _show_hand(self, shape: Qt.CursorShape | None) -> None:
        self._tools.show_shape(shape)

    @Slot()
    def _update_cursor(self) -> None:
        self._tools.refresh_cursor()
