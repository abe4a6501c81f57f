"""The selection: a lasso joins or separates strokes, and a glyph is dragged to where it stands."""

from typing import Final

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QCursor, QPainter, QPalette, QPen, QPolygonF

from digitvision.ink.stroke import Drawing
from digitvision.recognition.expression.layout import Relation
from digitvision.recognition.prediction import Reading
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.glyph_boxes import GlyphBoxes
from digitvision.ui.canvas.live_stroke import LiveStroke
from digitvision.ui.canvas.pointer_input import PointerReport
from digitvision.ui.canvas.relation_zones import relation_at, relation_to, zones_around
from digitvision.ui.canvas.selection_bar import SelectionBar
from digitvision.ui.theme import accent, hairline

DRAG_PX: Final = 6.0
"""A press that moves no further than this is a click."""

CAUGHT_SHARE: Final = 0.5
"""Share of a stroke's samples that the lasso must enclose to select the stroke."""


class SelectionTool(QObject):
    """A tool of the canvas, which paints the selection over the boxes as an overlay."""

    picked = Signal(int, QRect)
    """Index of a glyph that was clicked on, and its box on the canvas."""
    joined = Signal(object)
    """Indices of strokes that are one glyph."""
    parted = Signal(object)
    """Indices of strokes no two of which belong to one glyph."""
    related = Signal(int, int, str)
    """Index of a glyph, index of another one, and the `Relation` of the first to the second."""

    def __init__(self, canvas: Canvas, boxes: GlyphBoxes) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._boxes = boxes
        self._reading: Reading | None = None
        self._pressed: QPointF | None = None
        self._at = QPointF()
        self._dragged: int | None = None
        self._moved = False
        self._lasso = QPolygonF()
        self._selected: tuple[int, ...] = ()
        self._bar: SelectionBar | None = None
        canvas.overlays.add(self)

    @property
    def selected(self) -> tuple[int, ...]:
        """Indices of the selected strokes."""
        return self._selected

    @property
    def bar(self) -> SelectionBar | None:
        """The bar beside the selection; None before the first selection."""
        return self._bar

    @property
    def target(self) -> tuple[int, Relation] | None:
        """Index of the glyph that the dragged one would be related to if it were dropped now, and the relation."""
        if self._dragged is None or not self._moved:
            return None
        found = []
        for index in range(len(self._boxes.glyphs)):
            if index == self._dragged:
                continue
            box = self._boxes.rectangle(index)
            relation = relation_at(box, self._latex(index), self._at)
            if relation is not None:
                # Of zones that overlap, the nearest glyph's counts; the inside of a root counts last.
                away = self._at - box.center()
                found.append((relation == "Inside", away.x() ** 2 + away.y() ** 2, index, relation))
        return min(found)[2:] if found else None

    def show_reading(self, reading: Reading | None) -> None:
        """Let the glyphs of this reading be selected; a selection in another one ends."""
        self._reading = reading
        self.clear()

    def clear(self) -> None:
        """End the selection."""
        self._selected, self._lasso, self._dragged, self._pressed = (), QPolygonF(), None, None
        self._moved = False
        if self._bar is not None:
            self._bar.hide()
        self._canvas.update()

    # --- what the canvas asks of its tool -----------------------------------------------------------------------

    @property
    def live_stroke(self) -> LiveStroke | None:
        """None: a selection writes nothing."""
        return None

    def preview(self, drawing: Drawing) -> Drawing:
        """Return the drawing as it is: a selection changes no ink."""
        return drawing

    def cursor(self) -> QCursor:
        """Return a cross."""
        return QCursor(Qt.CursorShape.CrossCursor)

    def begin(self, report: PointerReport) -> None:
        """Start to drag the glyph below the pointer, or a lasso where there is none."""
        self.clear()
        self._pressed = self._at = report.position
        self._dragged = self._boxes.glyph_at(report.position) if self._reading is not None else None
        self._lasso = QPolygonF([report.position])

    def extend(self, report: PointerReport) -> None:
        """Drag the glyph or the lasso to the pointer."""
        if self._pressed is None:
            return
        self._at = report.position
        self._moved = self._moved or (self._at - self._pressed).manhattanLength() > DRAG_PX
        if self._dragged is None:
            self._lasso.append(report.position)
        self._canvas.update()

    def end(self) -> None:
        """Select the strokes within the lasso, relate the dragged glyph, or pick the one that was clicked on."""
        dragged, moved, target = self._dragged, self._moved, self.target
        if dragged is None and moved:
            self._catch()
            return
        self.clear()
        if dragged is not None and not moved:
            self.picked.emit(dragged, self._boxes.rectangle(dragged).toAlignedRect())
        elif dragged is not None and target is not None:
            self.related.emit(dragged, *target)

    def cancel(self) -> None:
        """End the selection."""
        self.clear()

    def drop_indices(self) -> None:
        """Nothing to do: `show_reading` ends a selection whose strokes are gone."""

    def _catch(self) -> None:
        """Select the strokes that the lasso encloses, and show the bar beside them."""
        caught = []
        fill = Qt.FillRule.OddEvenFill
        for index, stroke in enumerate(self._canvas.drawing.strokes):
            # Some 32 samples of a long stroke are enough.
            samples = stroke.xy[:: max(len(stroke) // 32, 1)]
            inside = sum(self._lasso.containsPoint(self._canvas.to_widget(x, y), fill) for x, y in samples)
            if inside > CAUGHT_SHARE * len(samples):
                caught.append(index)
        enclosed = self._lasso.boundingRect()
        self._pressed, self._selected = None, tuple(caught)
        if not caught:
            self._lasso = QPolygonF()
        elif self._reading is not None:
            if self._bar is None:
                self._bar = SelectionBar(self._canvas)
                self._bar.joined.connect(self._join)
                self._bar.parted.connect(self._part)
            self._bar.offer(enclosed.toAlignedRect(), strokes=len(caught))
        self._canvas.update()

    @Slot()
    def _join(self) -> None:
        selected = self._selected
        self.clear()
        self.joined.emit(selected)

    @Slot()
    def _part(self) -> None:
        selected = self._selected
        self.clear()
        self.parted.emit(selected)

    def _latex(self, index: int) -> str:
        return self._boxes.glyphs[index].candidates[0].latex

    # --- painting -----------------------------------------------------------------------------------------------

    def is_button(self, position: QPointF) -> bool:
        """Return False: a tap of the pen is never meant for the selection."""
        return False

    def tap(self, position: QPointF) -> None:
        """Nothing to do: the selection has no buttons."""

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint the lasso, the selected strokes, and where a dragged glyph would be dropped."""
        if self._lasso.isEmpty() or self._canvas.tool != "select":
            return
        palette = self._canvas.palette()
        colour = accent(palette)
        tint = QColor(colour)
        tint.setAlpha(40)
        if self._dragged is not None:
            if self._moved:
                self._paint_drag(painter, self._dragged, colour, tint)
        else:
            painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine))
            painter.setBrush(tint)
            painter.drawPolygon(self._lasso)
            for index in self._selected:
                painter.drawRect(self._stroke_box(index))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _stroke_box(self, index: int) -> QRectF:
        left, top, right, bottom = self._canvas.drawing.strokes[index].bounds
        corners = self._canvas.to_widget(left, top), self._canvas.to_widget(right, bottom)
        return QRectF(*corners).adjusted(-3, -3, 3, 3)

    def _paint_drag(self, painter: QPainter, dragged: int, colour: QColor, tint: QColor) -> None:
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(tint)
        box = self._boxes.rectangle(dragged)
        pressed = self._pressed if self._pressed is not None else self._at
        painter.drawRoundedRect(box.translated(self._at - pressed), 5, 5)
        target = self.target
        if target is None:
            return
        index, relation = target
        latex, of = self._latex(index), self._boxes.rectangle(index)
        zone = zones_around(of, latex)[relation]
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(zone, 4, 4)
        painter.setPen(QPen(colour, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(of, 5, 5)
        self._paint_words(painter, relation_to(relation, self._boxes.glyphs[index].candidates[0].text))

    def _paint_words(self, painter: QPainter, words: str) -> None:
        """Paint words beside the pointer, within the canvas, on a ground that covers boxes and ink."""
        palette, canvas = self._canvas.palette(), QRectF(self._canvas.rect())
        ground = painter.fontMetrics().boundingRect(words).toRectF().adjusted(-6, -3, 6, 3)
        ground.moveBottomLeft(self._at + QPointF(14, -14))
        ground.moveRight(min(ground.right(), canvas.right() - 4))
        ground.moveTop(max(ground.top(), canvas.top() + 4))
        painter.setPen(QPen(hairline(palette), 1))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(ground, 4, 4)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, words)
