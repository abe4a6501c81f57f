"""The canvas: shows a drawing, and hands the pointer to the tool that is chosen."""

from collections.abc import Iterable
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QCursor,
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.ui.canvas.eraser_tool import EraserTool
from digitvision.ui.canvas.ink_layer import InkLayer, Look
from digitvision.ui.canvas.live_stroke import LiveStroke
from digitvision.ui.canvas.overlay import CanvasOverlays
from digitvision.ui.canvas.pen_tool import PenTool
from digitvision.ui.canvas.placeholder import paint_hint, writing_hint
from digitvision.ui.canvas.pointer_input import PointerInput, PointerReport
from digitvision.ui.canvas.tool import Tool, ToolName
from digitvision.ui.canvas.viewport import fitted_view
from digitvision.ui.theme import hairline

SLICE_MS: Final = 8.0
"""Time of a frame for painting strokes that wait. Thousands appear slice by slice, and the pen stays responsive."""


class Canvas(QWidget):
    """Paints vectors only, so that any size and any pixel density is sharp.

    The drawing belongs to the document: the canvas shows what `set_content` gives it and asks for changes by signals.
    """

    stroke_finished = Signal(object)
    """A whole new `Stroke`."""
    strokes_erased = Signal(object)
    """Indices of strokes to take out, a tuple of int."""
    ink_changed = Signal()
    """The ink on the canvas has changed while the pointer is still down; `live_drawing` returns it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing = Drawing()
        self._picture: QImage | None = None
        self._pen_width = 22.0
        self._tools: dict[ToolName, Tool] = {"pen": PenTool(self), "eraser": EraserTool(self)}
        self._tool: ToolName = "pen"
        self._active: Tool | None = None
        self._hint = writing_hint("digits")
        self._layer = InkLayer()
        self._handing_over = False
        self._scale, self._origin = 1.0, QPointF()
        self._touched = False
        self._cursor_shown: Tool | Literal["hand"] | None = None
        self.overlays = CanvasOverlays()
        """The layers that are painted over the ink."""
        self._input = PointerInput(self)
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
        return None if self._picture is None else self._rectangle_of(self._picture)

    def live_drawing(self) -> Drawing:
        """Return the drawing as it looks now: with the unfinished stroke, without what the eraser has touched."""
        return self._drawing if self._active is None else self._active.preview(self._drawing)

    @Slot(object, object)
    def set_content(self, drawing: Drawing, picture: QImage | None) -> None:
        """Show another drawing, or a picture instead of it."""
        if picture is not self._picture:
            self._picture = picture
            self.update()
        old, new = self._drawing.strokes, drawing.strokes
        if old is not new:
            for rectangle in self._layer.set_strokes(new):
                self.update(rectangle)
            if self._active is not None:
                self._active.drop_indices()
        self._drawing = drawing
        if bool(old) != bool(new):
            # The hint appears or disappears.
            self.update()
        # The view stays while somebody writes, also beyond the edge. Another drawing is shown as a whole.
        another = not (old and new and old[0] is new[0])
        if another and self._input.active is None and not self._handing_over:
            self._fit_view()

    @Slot(float)
    def set_pen_width(self, width: float) -> None:
        """Set the width in which all strokes are shown, in the drawing's unit."""
        if width == self._pen_width:
            return
        self._pen_width = width
        self._update_cursor()
        self.update()
        if not self.busy:
            self._fit_view()

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
        self._tools[name] = tool

    def set_tool(self, name: ToolName) -> None:
        """Use this tool from the next press on."""
        self._tool = name
        self._update_cursor()

    @property
    def tool(self) -> ToolName:
        """Name of the tool that is chosen; the other end of a pen erases whatever is chosen."""
        return self._tool

    def set_pen_near(self, near: bool) -> None:
        """Note that a pen has come near the tablet, or has left it."""
        self._input.set_pen_near(near)

    @property
    def busy(self) -> bool:
        """Whether a pointer is down."""
        return self._input.active is not None

    @property
    def touched(self) -> bool:
        """Whether the last press was a finger's, which hits less exactly than a pen or the mouse."""
        return self._touched

    @property
    def ink_margin_px(self) -> float:
        """How far the ink reaches beyond the samples of a stroke, in the widget's pixels."""
        return self._pen_width * self._scale / 2

    def to_widget(self, x: float, y: float) -> QPointF:
        """Return where a position of the drawing lies on the widget, in its pixels."""
        return QPointF(self._origin.x() + x * self._scale, self._origin.y() + y * self._scale)

    def to_drawing(self, position: QPointF) -> tuple[float, float]:
        """Return the position in the drawing that is shown at this pixel of the widget."""
        return (position.x() - self._origin.x()) / self._scale, (position.y() - self._origin.y()) / self._scale

    def _look(self) -> Look:
        palette = self.palette()
        ink, paper = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base)
        ratio = self.devicePixelRatioF()
        return Look(self.size(), ratio, self._scale, self._origin, self._pen_width, ink, paper)

    def _on_widget(self, rectangle: QRectF) -> QRect:
        return self._look().on_canvas(rectangle.left(), rectangle.top(), rectangle.right(), rectangle.bottom())

    def _fit_view(self) -> None:
        """Show the whole page, and all ink wherever it lies."""
        boxes = self._layer.boxes if self._drawing else np.empty((0, 4))
        scale, origin = fitted_view(self.size(), boxes, edge=self._pen_width)
        if scale != self._scale or origin != self._origin:
            self._scale, self._origin = scale, origin
            self._update_cursor()
            self.update()

    # --- the pointer --------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if self._input.handle(event):
            return True
        if event.type() in (QEvent.Type.WindowDeactivate, QEvent.Type.UngrabMouse, QEvent.Type.Leave):
            self._input.finish()
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._input.finish()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._input.finish()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.busy:
            self._input.abandon()
        else:
            super().keyPressEvent(event)

    def begin(self, report: PointerReport) -> None:
        """Choose the tool for this press and hand it the first report."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._touched = self._input.active == "touch"
        self._active = self._tools["eraser" if report.erasing else self._tool]
        self._repaint_hint()
        self._active.begin(report)

    def extend(self, report: PointerReport) -> None:
        """Hand a report to the tool that the press began with."""
        if self._active is not None:
            self._active.extend(report)

    def end(self) -> None:
        """Finish the press and keep what it did."""
        tool, self._active = self._active, None
        self._repaint_hint()
        if tool is not None:
            tool.end()

    def cancel(self) -> None:
        """Finish the press and leave no trace of it."""
        tool, self._active = self._active, None
        self._repaint_hint()
        if tool is not None:
            tool.cancel()

    def hover(self, position: QPointF, *, erasing: bool) -> None:
        """Show by the cursor what a pointer that is near would do."""
        if not erasing and self._tool == "pen" and self.overlays.is_button(position):
            self._show_cursor("hand")
        else:
            self._show_cursor(self._tools["eraser" if erasing else self._tool])

    def _repaint_hint(self) -> None:
        """Paint the empty canvas anew: its hint gives way to a press and comes back after it."""
        if not self._drawing:
            self.update()

    # --- what a tool sees of the canvas and asks of it ----------------------------------------------------------

    @property
    def stroke_boxes(self) -> NDArray[np.float64]:
        """float64 [N, 4]: the rectangle of each stroke in the drawing's unit: left, top, right, bottom."""
        return self._layer.boxes

    @property
    def pen_width(self) -> float:
        """Width of the pen at a mouse's pressure, in the drawing's unit."""
        return self._pen_width

    @property
    def scale(self) -> float:
        """Pixels of the canvas for each unit of the drawing."""
        return self._scale

    def repaint_parts(self, rectangles: Iterable[QRectF]) -> None:
        """Paint these rectangles of the drawing anew, given in its unit."""
        for rectangle in rectangles:
            self.update(self._on_widget(rectangle) if self._picture is None else self.rect())

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

    def erase_strokes(self, indices: tuple[int, ...]) -> None:
        """Ask for strokes to be taken out of the drawing."""
        self.strokes_erased.emit(indices)

    # --- painting -----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_view()
        self._update_cursor()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._update_cursor()
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._layer.set_look(self._look())
        was_complete = self._layer.complete
        self._layer.advance(SLICE_MS)
        if not was_complete and not (self._layer.complete and event.rect() == self.rect()):
            # Strokes that have just been painted, or still wait, may lie outside of the part that is painted now.
            QTimer.singleShot(0, self, self.update)
        painter = QPainter(self)
        live = None if self._active is None else self._active.live_stroke
        # A press on a picture may be a tap on a glyph: the picture gives way only when the press becomes a stroke.
        if self._picture is not None and (live is None or live.is_tap(self._scale)):
            self._paint_picture(painter, self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        else:
            self._layer.draw(painter, event.rect())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if live is not None:
                self._paint_live(painter, live, event.rect())
            elif not self._drawing:
                paint_hint(painter, self._hint, self)
        self.overlays.paint(painter, event.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        focused = self.hasFocus() and self.window().isActiveWindow()
        edge = self.palette().color(QPalette.ColorRole.Accent) if focused else hairline(self.palette())
        painter.setPen(QPen(edge, 0))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_live(self, painter: QPainter, live: LiveStroke, window: QRect) -> None:
        painter.save()
        painter.translate(self._origin)
        painter.scale(self._scale, self._scale)
        corner = self.to_drawing(QPointF(window.topLeft()))
        visible = QRectF(QPointF(*corner), QRectF(window).size() / self._scale)
        live.paint(painter, self.palette().color(QPalette.ColorRole.Text), visible)
        painter.restore()

    def _paint_picture(self, painter: QPainter, picture: QImage) -> None:
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._rectangle_of(picture), picture)

    def _rectangle_of(self, picture: QImage) -> QRect:
        size = picture.size().scaled(self.size() * 0.94, Qt.AspectRatioMode.KeepAspectRatio)
        return QRect(QPointF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2).toPoint(), size)

    def _update_cursor(self) -> None:
        self._cursor_shown = None
        self._show_cursor(self._tools[self._tool])

    def _show_cursor(self, shown: Tool | Literal["hand"]) -> None:
        """Show a tool's cursor, or a hand over a button."""
        if self._cursor_shown == shown:
            return
        self._cursor_shown = shown
        self.setCursor(QCursor(Qt.CursorShape.PointingHandCursor) if shown == "hand" else shown.cursor())
