"""The tool that selects: a lasso takes strokes together or apart, a glyph that is dragged says where it stands."""

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
from digitvision.ui.canvas.relation_zones import relation_at, relation_title, zones_around
from digitvision.ui.canvas.selection_bar import SelectionBar
from digitvision.ui.theme import accent, hairline

DRAG_PX: Final = 6.0
"""A press that stays within so many pixels is a click."""

CAUGHT_SHARE: Final = 0.5
"""Of a stroke's samples that the lasso has to enclose."""


class SelectionTool(QObject):
    """Hears of the pointer in the pen's place, and is painted over the boxes."""

    picked = Signal(int, QRect)
    """The place of a glyph that was clicked on, and its box on the canvas."""
    joined = Signal(object)
    """Places of strokes that are one glyph."""
    parted = Signal(object)
    """Places of strokes that are not."""
    related = Signal(int, int, str)
    """A glyph's place, that of another one, and where the first stands from there."""

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
        """Places of the strokes that the lasso has caught."""
        return self._selected

    @property
    def bar(self) -> SelectionBar | None:
        """What can be done with them, if it was ever offered."""
        return self._bar

    @property
    def target(self) -> tuple[int, Relation] | None:
        """Where the dragged glyph would stand if it were let go now: another glyph's place, and where from there."""
        if self._dragged is None or not self._moved:
            return None
        found = []
        for place in range(len(self._boxes.glyphs)):
            if place == self._dragged:
                continue
            box = self._boxes.rectangle(place)
            relation = relation_at(box, self._latex(place), self._at)
            if relation is not None:
                # Of places that overlap, that of the glyph which is nearest, and what lies inside a root last.
                away = self._at - box.center()
                found.append((relation == "Inside", away.x() ** 2 + away.y() ** 2, place, relation))
        return min(found)[2:] if found else None

    def show_reading(self, reading: Reading | None) -> None:
        """What can be selected; a selection of something else is over."""
        self._reading = reading
        self.clear()

    def clear(self) -> None:
        """Select nothing."""
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
        self.clear()
        self._pressed = self._at = report.position
        self._dragged = self._boxes.glyph_at(report.position) if self._reading is not None else None
        self._lasso = QPolygonF([report.position])

    def extend(self, report: PointerReport) -> None:
        if self._pressed is None:
            return
        self._at = report.position
        self._moved = self._moved or (self._at - self._pressed).manhattanLength() > DRAG_PX
        if self._dragged is None:
            self._lasso.append(report.position)
        self._canvas.update()

    def end(self) -> None:
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
        self.clear()

    def drop_indices(self) -> None:
        """Nothing to do: `show_reading` ends a selection whose strokes are gone."""

    def _catch(self) -> None:
        """Select the strokes that the lasso encloses, and offer what can be done with them."""
        caught = []
        fill = Qt.FillRule.OddEvenFill
        for place, stroke in enumerate(self._canvas.drawing.strokes):
            # A long stroke need not be looked at in every sample.
            samples = stroke.xy[:: max(len(stroke) // 32, 1)]
            inside = sum(self._lasso.containsPoint(self._canvas.to_widget(x, y), fill) for x, y in samples)
            if inside > CAUGHT_SHARE * len(samples):
                caught.append(place)
        where = self._lasso.boundingRect()
        self._pressed, self._selected = None, tuple(caught)
        if not caught:
            self._lasso = QPolygonF()
        elif self._reading is not None:
            if self._bar is None:
                self._bar = SelectionBar(self._canvas)
                self._bar.joined.connect(self._join)
                self._bar.parted.connect(self._part)
            self._bar.offer(where.toAlignedRect(), strokes=len(caught))
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

    def _latex(self, place: int) -> str:
        return self._boxes.glyphs[place].candidates[0].latex

    # --- painting -----------------------------------------------------------------------------------------------

    def is_button(self, position: QPointF) -> bool:
        """A tap of the pen is never meant for a selection."""
        return False

    def tap(self, position: QPointF) -> None:
        """Never asked for."""

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint lasso, selection, and where a dragged glyph would go."""
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
            for place in self._selected:
                painter.drawRect(self._stroke_box(place))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _stroke_box(self, place: int) -> QRectF:
        left, top, right, bottom = self._canvas.drawing.strokes[place].bounds
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
        place, relation = target
        latex, of = self._latex(place), self._boxes.rectangle(place)
        zone = zones_around(of, latex)[relation]
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(zone, 4, 4)
        painter.setPen(QPen(colour, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(of, 5, 5)
        words = self.tr("{place} of {sign}").format(
            place=relation_title(relation), sign=self._boxes.glyphs[place].candidates[0].text
        )
        self._paint_words(painter, words)

    def _paint_words(self, painter: QPainter, words: str) -> None:
        """Beside the pointer, on a ground of their own, for boxes and ink lie below; and within the canvas."""
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
