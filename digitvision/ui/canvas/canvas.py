"""The paint canvas: shows a drawing, and turns the pointer into strokes and erasures."""

from typing import Final, Literal

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
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

from digitvision.ink.stroke import Drawing, Sample, Stroke
from digitvision.ui.canvas.eraser import ERASER_WIDTH, Eraser
from digitvision.ui.canvas.ink_layer import InkLayer, Look
from digitvision.ui.canvas.live_stroke import LiveStroke
from digitvision.ui.canvas.overlay import CanvasOverlays
from digitvision.ui.canvas.placeholder import paint_hint, writing_hint
from digitvision.ui.canvas.pointer_input import PointerInput, PointerReport, PointerSink
from digitvision.ui.canvas.stroke_clock import StrokeClock
from digitvision.ui.canvas.tool_cursor import tool_cursor
from digitvision.ui.canvas.viewport import fitted_view
from digitvision.ui.theme import hairline

SLICE_MS: Final = 8.0
"""Of a frame, for painting strokes that wait: thousands come into view one slice after the other, the pen goes on."""

Tool = Literal["pen", "eraser", "select"]


class Canvas(QWidget):
    """Paints vectors only, so that any size and any pixel density is sharp.

    The drawing belongs to somebody else: the canvas shows what `set_drawing` gives it and asks for changes by signals.
    """

    stroke_finished = Signal(object)
    """A whole new `Stroke`."""
    strokes_erased = Signal(object)
    """Places of strokes to take out, a tuple of int."""
    ink_changed = Signal()
    """What is seen has changed while the pointer is still down; `live_drawing` has it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing = Drawing()
        self._picture: QImage | None = None
        self._pen_width = 22.0
        self._tool: Tool = "pen"
        self._hint = writing_hint("digits")
        self._layer = InkLayer()
        self._live: LiveStroke | None = None
        self._handing_over = False
        self._erasing = False
        self._eraser = Eraser()
        self._clock = StrokeClock()
        self._scale, self._origin = 1.0, QPointF()
        self._cursor_shown: Tool | Literal["hand"] | None = None
        self.overlays = CanvasOverlays()
        """What is painted over the ink."""
        self._selector: PointerSink | None = None
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

    # --- what is shown ------------------------------------------------------------------------------------------

    @property
    def drawing(self) -> Drawing:
        return self._drawing

    @property
    def picture_place(self) -> QRect | None:
        """Where a picture is shown in place of the drawing, in the widget's pixels; None without one."""
        return None if self._picture is None else self._place_of(self._picture)

    def live_drawing(self) -> Drawing:
        """The drawing as it is seen: with the unfinished stroke, without what the eraser has just touched."""
        erased = self._eraser.erased
        drawing = self._drawing.without(erased) if erased else self._drawing
        return drawing if self._live is None else drawing.with_stroke(self._live.stroke)

    @Slot(object, object)
    def set_content(self, drawing: Drawing, picture: QImage | None) -> None:
        """Show another drawing, or a picture in its place."""
        if picture is not self._picture:
            self._picture = picture
            self.update()
        old, new = self._drawing.strokes, drawing.strokes
        if old is not new:
            for rectangle in self._layer.set_strokes(new):
                self.update(rectangle)
            self._eraser.forget()
        self._drawing = drawing
        if bool(old) != bool(new):
            # The hint comes or goes.
            self.update()
        # The view stays while somebody writes, also beyond the edge; another drawing is shown as a whole.
        another = not (old and new and old[0] is new[0])
        if another and self._input.active is None and not self._handing_over:
            self._fit_view()

    @Slot(float)
    def set_pen_width(self, width: float) -> None:
        """Set the pen's width on the screen, in the drawing's unit; what was drawn takes it too."""
        if width == self._pen_width:
            return
        self._pen_width = width
        self._update_cursor()
        self.update()
        if not self.busy:
            self._fit_view()

    @property
    def hint(self) -> str:
        """What the empty canvas asks for."""
        return self._hint

    def set_hint(self, hint: str) -> None:
        """Set what the empty canvas asks for."""
        if hint != self._hint:
            self._hint = hint
            self.update()

    def set_tool(self, tool: Tool) -> None:
        if tool != self._tool and "select" in (tool, self._tool):
            # What selects and what writes do not share a press.
            self._input.finish()
        self._tool = tool
        self._update_cursor()

    def set_selector(self, selector: PointerSink) -> None:
        """What the pointer does with the tool that selects."""
        self._selector = selector

    @property
    def tool(self) -> Tool:
        return self._tool

    def set_pen_near(self, near: bool) -> None:
        """The system says that a pen came near the tablet, or left it."""
        self._input.set_pen_near(near)

    @property
    def busy(self) -> bool:
        """Whether a pointer is down."""
        return self._input.active is not None

    @property
    def ink_margin_px(self) -> float:
        """How far the ink reaches beyond the samples, on the widget."""
        return self._pen_width * self._scale / 2

    def to_widget(self, x: float, y: float) -> QPointF:
        """Where a place of the drawing lies on the widget, in its pixels."""
        return QPointF(self._origin.x() + x * self._scale, self._origin.y() + y * self._scale)

    def to_drawing(self, position: QPointF) -> tuple[float, float]:
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

    @property
    def _selecting(self) -> PointerSink | None:
        """What hears of the pointer in the pen's place."""
        return self._selector if self._tool == "select" and not self._erasing else None

    def begin(self, report: PointerReport) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._erasing = report.erasing or self._tool == "eraser"
        if self._selecting is not None:
            self._selecting.begin(report)
            return
        if self._erasing:
            self._erase_to(report.position)
            return
        self._clock.begin_stroke(self._drawing, report.time_ms)
        if not self._drawing:
            self.update()
        self._live = LiveStroke(self._sample(report, earliest_ms=0.0), self._pen_width)
        self._update_live([piece.rectangle for piece in self._live.pieces])
        self.ink_changed.emit()

    def extend(self, report: PointerReport) -> None:
        if self._selecting is not None:
            self._selecting.extend(report)
            return
        if self._erasing:
            self._erase_to(report.position)
            return
        if self._live is None:
            return
        last = self._live.last
        sample = self._sample(report, earliest_ms=last.time)
        if (sample.x, sample.y) != (last.x, last.y):
            self._update_live(self._live.append(sample))
            self.ink_changed.emit()

    def end(self) -> None:
        if self._selecting is not None:
            self._selecting.end()
            return
        if self._erasing:
            self._end_erasing(keep=True)
            return
        if self._live is None:
            return
        stroke = self._live.stroke
        is_tap = self._live.is_tap(self._scale)
        stroke = Stroke(stroke.points[:1]) if is_tap else stroke
        self._drop_live()
        if is_tap and self.overlays.tap(self.to_widget(*stroke.xy[0])):
            self.ink_changed.emit()
            return
        self._handing_over = True
        self.stroke_finished.emit(stroke)
        self._handing_over = False

    def cancel(self) -> None:
        if self._selecting is not None:
            self._selecting.cancel()
            return
        if self._erasing:
            self._end_erasing(keep=False)
        else:
            self._drop_live()
        self.ink_changed.emit()

    def hover(self, position: QPointF, *, erasing: bool) -> None:
        """The pointer is near but not down: the cursor shows what it would do."""
        if not erasing and self.overlays.is_button(position):
            self._show_cursor("hand")
        else:
            self._show_cursor("eraser" if erasing else self._tool)
        if self._selector is not None and self._tool == "select":
            self._selector.hover(position, erasing=erasing)

    def _sample(self, report: PointerReport, *, earliest_ms: float) -> Sample:
        x, y = self.to_drawing(report.position)
        return Sample(x, y, self._clock.time_of(report.time_ms, earliest_ms=earliest_ms), report.pressure)

    def _update_live(self, rectangles: list[QRectF]) -> None:
        for rectangle in rectangles:
            self.update(self._on_widget(rectangle) if self._picture is None else self.rect())

    def _drop_live(self) -> None:
        if self._live is not None:
            self._update_live([piece.rectangle for piece in self._live.pieces])
        if not self._drawing:
            self.update()
        self._live = None

    # --- the eraser ---------------------------------------------------------------------------------------------

    def _erase_to(self, position: QPointF) -> None:
        here = self.to_drawing(position)
        hit = self._eraser.sweep_to(self._drawing, self._layer.boxes, here, pen_width=self._pen_width)
        if hit:
            for rectangle in self._layer.hide(hit):
                self.update(rectangle)
            self.ink_changed.emit()

    def _end_erasing(self, *, keep: bool) -> None:
        erased, self._erasing = self._eraser.lift(), False
        if keep and erased:
            self.strokes_erased.emit(erased)
        else:
            for rectangle in self._layer.show_all():
                self.update(rectangle)

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
            # What has just been painted, or is still to be, may lie outside of what is shown now.
            QTimer.singleShot(0, self, self.update)
        painter = QPainter(self)
        # A press on a picture may be a tap on a glyph: the picture goes when the stroke is one.
        if self._picture is not None and (self._live is None or self._live.is_tap(self._scale)):
            self._paint_picture(painter, self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        else:
            self._layer.draw(painter, event.rect())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._live is not None:
                self._paint_live(painter, self._live, event.rect())
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
        seen = QRectF(QPointF(*corner), QRectF(window).size() / self._scale)
        live.paint(painter, self.palette().color(QPalette.ColorRole.Text), seen)
        painter.restore()

    def _paint_picture(self, painter: QPainter, picture: QImage) -> None:
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._place_of(picture), picture)

    def _place_of(self, picture: QImage) -> QRect:
        size = picture.size().scaled(self.size() * 0.94, Qt.AspectRatioMode.KeepAspectRatio)
        return QRect(QPointF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2).toPoint(), size)

    def _update_cursor(self) -> None:
        self._cursor_shown = None
        self._show_cursor(self._tool)

    def _show_cursor(self, tool: Tool | Literal["hand"]) -> None:
        """A circle as wide as the line that the tool makes; a hand over buttons, a cross to select with."""
        if self._cursor_shown == tool:
            return
        self._cursor_shown = tool
        if tool in ("hand", "select"):
            shapes = Qt.CursorShape
            self.setCursor(shapes.PointingHandCursor if tool == "hand" else shapes.CrossCursor)
            return
        erasing = tool == "eraser"
        width = ERASER_WIDTH if erasing else self._pen_width
        palette, ratio = self.palette(), self.devicePixelRatioF()
        self.setCursor(tool_cursor(width * self._scale, dashed=erasing, palette=palette, ratio=ratio))
