"""The values of what ends with an equals sign, and the sums of columns, where a person would write them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSizeF, Qt, Slot
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgRenderer

from digitvision.ink.stroke import Bounds, Stroke
from digitvision.recognition.calculation.page_rows import SumPlace
from digitvision.recognition.expression.notation.typesetting import TypesetFormula
from digitvision.recognition.prediction import Reading
from digitvision.ui.answer.formula_image import renderer_of
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.reading.typesetting import TYPESET_SIZE
from digitvision.ui.theme import accent

GAP: Final = 0.5
"""Space between the ink and the value, in heights of the writing."""

SUM_GAP: Final = 0.3
"""Space between a rule and the sum under it, in heights of the column's numbers."""

SUM_GAP_PX: Final = 18
"""The same at least, in pixels: the labels of the boxes have that room."""

DIGIT_HEIGHT: Final = 0.65 * TYPESET_SIZE
AXIS_HEIGHT: Final = 0.26 * TYPESET_SIZE
"""Height of a typeset digit, and of the middle of an equals sign above the baseline, in the formula's unit."""

SCALES: Final = (0.7, 4.0)
"""Smallest and largest scale of a value; where there is no room for the smallest, it stands in the panel only."""

STEPS: Final = 6
"""Number of scales that are tried from the largest to the smallest."""

EDGE_PX: Final = 8
"""Space to the edges of the canvas, and to other ink at least."""

GROUND_PX: Final = 3
GROUND_ALPHA: Final = 28
"""Margin and opacity of the ground that a value stands on: ink of any colour, also of the accent's, has none."""

ValueOf = tuple[TypesetFormula, Reading]
"""A value, typeset, and the reading that it is the value of."""

SumOf = tuple[TypesetFormula, SumPlace]
"""The sum of a column, typeset, and where it stands."""


@dataclass(frozen=True, slots=True, eq=False)
class _Value:
    """A value, and what it is the value of, in the drawing's unit.

    Attributes:
        formula: The value.
        boxes: The boxes of the glyphs, the last one that of the equals sign.
        right: Where the glyphs end.
        middle: The y of the equals sign's middle.
        height: Height of the writing, which is that of digits and letters: signs are flat.
        under: Where it stands if it is the sum of a column; None for the value of what ends with an equals sign.
    """

    formula: TypesetFormula
    boxes: tuple[Bounds, ...]
    right: float
    middle: float
    height: float
    under: SumPlace | None = None

    @property
    def looks(self) -> tuple[object, ...]:
        """All that decides what is seen of the value."""
        return id(self.formula), self.boxes, self.under


def _value_of(formula: TypesetFormula, boxes: tuple[Bounds, ...]) -> _Value:
    sides = np.array(boxes, np.float64)
    heights = sides[:, 3] - sides[:, 1]
    height = float(np.median(heights[heights >= heights.max() / 2]))
    return _Value(formula, boxes, float(sides[:, 2].max()), float(sides[-1, 1] + sides[-1, 3]) / 2, height)


def _painted(place: QRectF) -> QRect:
    """Return the pixels that a value in this rectangle is painted on, with its ground."""
    margin = GROUND_PX + 1
    return place.toAlignedRect().adjusted(-margin, -margin, margin, margin)


def _is_level(place: QRectF, ink: QRectF) -> bool:
    """Whether ink may take room from a value that stands here: it would be larger if there were more room."""
    reach = place.height() * SCALES[1] / SCALES[0]
    return place.top() - reach <= ink.bottom() and ink.top() <= place.bottom() + reach and not place.isEmpty()


class ValuesBesideInk(QObject):
    """A layer over the ink. It is in the accent's colour, it is no ink, and gives way to whoever writes over it."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._values: list[_Value] = []
        self._places: list[QRectF] = []
        self._laid_out: tuple[object, ...] = ()
        self._strokes: tuple[Stroke, ...] = ()
        self._covered: set[int] = set()
        self._last: QPointF | None = None
        self._renderers: dict[tuple[int, int], tuple[TypesetFormula, QSvgRenderer]] = {}
        canvas.overlays.add(self)
        canvas.ink_changed.connect(self._follow_pen)
        canvas.stroke_finished.connect(self._give_way)

    @property
    def formula(self) -> TypesetFormula | None:
        """The first value beside the ink; None without one."""
        return self._values[0].formula if self._values else None

    @property
    def formulas(self) -> Sequence[TypesetFormula]:
        """All values beside the ink."""
        return [value.formula for value in self._values]

    def show_values(self, values: Iterable[ValueOf], sums: Iterable[SumOf] = ()) -> None:
        """Show the values of readings of strokes that end with an equals sign; those of any other are left out.

        Args:
            values: The values.
            sums: What stands under the rules of columns.
        """
        known = {value.looks: value for value in self._values}
        shown = []
        for formula, reading in values:
            boxes = tuple(glyph.box for glyph in reading.glyphs)
            if reading.latex.endswith("=") and boxes and all(glyph.strokes for glyph in reading.glyphs):
                shown.append(known.get((id(formula), boxes, None)) or _value_of(formula, boxes))
        for formula, under in sums:
            made = _Value(formula, (), under.right, under.top, under.height, under)
            shown.append(known.get(made.looks) or made)
        if [value.looks for value in shown] != [value.looks for value in self._values]:
            self._change_to(shown)

    def _change_to(self, values: list[_Value]) -> None:
        """Show these values, and repaint where others were or where they are."""
        others = {id(value.formula) for value in self._values} ^ {id(value.formula) for value in values}
        before = list(self._lay_out())
        changed = [place for value, place in zip(self._values, before, strict=True) if id(value.formula) in others]
        self._values, self._laid_out, self._covered = values, (), set()
        now = self._lay_out()
        changed += [place for value, place in zip(values, now, strict=True) if id(value.formula) in others]
        self._repaint_changed(before, now)
        # Another value may be as large as the one before, and stand where that stood.
        self._repaint_changed(changed, ())

    def _repaint_changed(self, before: Sequence[QRectF], now: Sequence[QRectF]) -> None:
        stay = [place for place in now if place in before]
        for place in (*before, *now):
            if not place.isEmpty() and place not in stay:
                self._canvas.update(_painted(place))

    @Slot()
    def clear(self) -> None:
        """Show no values."""
        self.show_values(())

    def rectangle(self, place: int = 0) -> QRectF:
        """Return the rectangle of a value on the canvas; empty where there is none, or no room for it."""
        places = self._lay_out()
        return places[place] if place < len(places) else QRectF()

    def _lay_out(self) -> list[QRectF]:
        """Return the values' rectangles as the canvas shows the drawing now."""
        canvas = self._canvas
        view, strokes = (canvas.to_widget(0, 0), canvas.to_widget(1000, 1000), canvas.size()), canvas.drawing.strokes
        if view != self._laid_out or strokes is not self._strokes:
            moved, before = view != self._laid_out, self._places
            more = not moved and bool(strokes) and strokes[:-1] == self._strokes
            self._laid_out, self._strokes = view, strokes
            if more:
                # Beside a stroke more there is never more room than before, and less only at its own height.
                written = self._on_canvas(strokes[-1].bounds)
                self._places = list(before)
                for index, value in enumerate(self._values):
                    if _is_level(before[index], written):
                        self._places[index] = QRectF()
                        self._places[index] = self._place(value)
            else:
                self._places = []
                for value in self._values:
                    # Those before it have their places already.
                    self._places.append(self._place(value))
            if not moved:
                # There is more room beside some of them, or less.
                self._repaint_changed(before, self._places)
        return self._places

    def _place(self, value: _Value) -> QRectF:
        """Return where a value stands: where a person would write it, or at the canvas's edge where that is beyond it.

        It is empty where there is ink, or no room.
        """
        if value.under is None:
            return self._beside(value)
        wanted = self._under_rule(value, value.under)
        if self._is_taken(wanted):
            return QRectF()
        # Below the lower edge of the canvas nobody would see it.
        return wanted if QRectF(self._canvas.rect()).contains(wanted) else self._beside(value)

    def _beside(self, value: _Value) -> QRectF:
        """Return the place to the right of an equals sign or a rule, smaller where there is little room; empty where
        that is out of sight, or not free.
        """
        formula, canvas = value.formula, self._canvas
        least = canvas.ink_margin_px + GROUND_PX + 1
        start = canvas.to_widget(value.right, value.middle)
        start += QPointF(max(GAP * value.height * canvas.scale, least), 0)
        half = value.height * canvas.scale / 2
        if not -half <= start.y() <= canvas.height() + half:
            return QRectF()
        wanted, edge = self._wanted_scale(value), canvas.width() - EDGE_PX
        for step in range(STEPS + 1):
            scale = wanted * (SCALES[0] / wanted) ** (step / STEPS)
            size = QSizeF(formula.width, formula.height) * scale
            # At the upper and lower edge of the canvas the value moves into sight.
            top = self._top_in_sight(start.y() + (AXIS_HEIGHT - formula.baseline) * scale, size.height())
            place = QRectF(QPointF(start.x(), top), size)
            # Nearer to other ink, it would look like a part of what is written there.
            apart = max(GAP * DIGIT_HEIGHT * scale, EDGE_PX)
            in_sight = place.right() <= edge and QRectF(canvas.rect()).contains(place)
            if in_sight and not self._is_taken(place.adjusted(0, 0, apart, 0)):
                return place
        return QRectF()

    def _is_taken(self, place: QRectF) -> bool:
        """Whether ink or another value lies in a rectangle of the canvas, or so near that the two would touch."""
        margin = self._canvas.ink_margin_px + GROUND_PX
        around = place.adjusted(-margin, -margin, margin, margin)
        return self._canvas.has_ink(around) or any(around.intersects(other) for other in self._places)

    def _under_rule(self, value: _Value, under: SumPlace) -> QRectF:
        """Return where the sum of a column stands, in sight or not: it ends where the numbers do."""
        canvas = self._canvas
        size = QSizeF(value.formula.width, value.formula.height) * self._wanted_scale(value)
        gap = max(SUM_GAP * under.height * canvas.scale, SUM_GAP_PX)
        corner = canvas.to_widget(under.right, under.top) + QPointF(0, gap)
        return QRectF(corner - QPointF(size.width(), 0), size)

    def _wanted_scale(self, value: _Value) -> float:
        least, most = SCALES
        return min(max(value.height * self._canvas.scale / DIGIT_HEIGHT, least), most)

    def _top_in_sight(self, top: float, height: float) -> float:
        return max(min(top, self._canvas.height() - height - 1), 0.0)

    @Slot(object)
    def _give_way(self, stroke: Stroke) -> None:
        """Drop the values that a stroke was written over; the reading that follows brings them back if they are so."""
        # The next stroke begins elsewhere, and nothing between the two is written over.
        self._last = None
        written = self._on_canvas(stroke.bounds)
        # As they stood when it was written: with its ink there is less room.
        places = self._places if len(self._places) == len(self._values) else self._lay_out()
        kept = [value for value, place in zip(self._values, places, strict=True) if not place.intersects(written)]
        if len(kept) < len(self._values):
            self._repaint_changed(places, ())
            self._values, self._laid_out, self._covered = kept, (), set()

    def _on_canvas(self, box: Bounds) -> QRectF:
        margin = self._canvas.ink_margin_px
        corners = self._canvas.to_widget(box.left, box.top), self._canvas.to_widget(box.right, box.bottom)
        return QRectF(*corners).adjusted(-margin, -margin, margin, margin)

    @Slot()
    def _follow_pen(self) -> None:
        """Hide the values that are being written over, until the pen is up."""
        live = self._canvas.live_stroke if self._canvas.busy else None
        before = set(self._covered)
        if live is None:
            self._covered, self._last = set(), None
        else:
            at = self._canvas.to_widget(live.last.x, live.last.y)
            margin = self._canvas.ink_margin_px + 1
            way = QRectF(self._last or at, at).normalized().adjusted(-margin, -margin, margin, margin)
            self._last = at
            self._covered |= {place for place, box in enumerate(self._lay_out()) if box.intersects(way)}
        for place in before ^ self._covered:
            self._canvas.update(_painted(self.rectangle(place)))

    # --- what the canvas asks of an overlay ---------------------------------------------------------------------

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint the values that lie in this part of the canvas, but for those that are being written over."""
        if not self._values:
            return
        covered = self._covered if self._canvas.busy else set[int]()
        for number, (value, place) in enumerate(zip(self._values, self._lay_out(), strict=True)):
            if _painted(place).intersects(window) and not place.isEmpty() and number not in covered:
                self._paint_ground(painter, place)
                self._renderer(value.formula).render(painter, place)

    def _paint_ground(self, painter: QPainter, place: QRectF) -> None:
        ground = QColor(accent(self._canvas.palette()))
        ground.setAlpha(GROUND_ALPHA)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        around = place.adjusted(-GROUND_PX, -GROUND_PX, GROUND_PX, GROUND_PX)
        painter.drawRoundedRect(around, 2 * GROUND_PX, 2 * GROUND_PX)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _renderer(self, formula: TypesetFormula) -> QSvgRenderer:
        colour = accent(self._canvas.palette())
        key = (id(formula), colour.rgba())
        if key not in self._renderers:
            shown = {id(value.formula) for value in self._values}
            self._renderers = {one: kept for one, kept in self._renderers.items() if one[0] in shown}
            self._renderers[key] = formula, renderer_of(formula, colour)
        return self._renderers[key][1]

    def is_button(self, _position: QPointF) -> bool:
        """Never: what is written over a value is ink."""
        return False

    def tap(self, _position: QPointF) -> None:
        """Nothing here can be tapped."""
