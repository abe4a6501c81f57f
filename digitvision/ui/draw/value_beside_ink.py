"""The value of what ends with an equals sign, beside the ink, where a person would write it."""

from typing import Final

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSizeF, Slot
from PySide6.QtGui import QPainter

from digitvision.recognition.expression.notation.typesetting import TypesetFormula
from digitvision.recognition.prediction import Reading
from digitvision.ui.answer.formula_image import renderer_of
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.reading.typesetting import TYPESET_SIZE
from digitvision.ui.theme import accent

GAP: Final = 0.5
"""Space between the ink and the value, in heights of the writing."""

DIGIT_HEIGHT: Final = 0.65 * TYPESET_SIZE
AXIS_HEIGHT: Final = 0.26 * TYPESET_SIZE
"""Height of a typeset digit, and of the middle of an equals sign above the baseline, in the formula's unit."""

SCALES: Final = (0.7, 4.0)
"""Smallest and largest scale of the value; where there is no room for the smallest, it stands below the canvas only."""

EDGE_PX: Final = 8
"""Space to the edges of the canvas."""


class ValueBesideInk(QObject):
    """A layer over the ink. It is in the accent's colour, it is no ink, and it goes as soon as somebody writes."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._formula: TypesetFormula | None = None
        self._reading: Reading | None = None
        canvas.overlays.add(self)
        canvas.ink_changed.connect(self._repaint)
        canvas.stroke_finished.connect(self.clear)

    @property
    def formula(self) -> TypesetFormula | None:
        """The value beside the ink; None without one."""
        return self._formula

    def show_value(self, formula: TypesetFormula, reading: Reading) -> None:
        """Show a value beside a reading of strokes that ends with an equals sign; of any other, show nothing."""
        self.clear()
        if reading.latex.endswith("=") and reading.glyphs and all(glyph.strokes for glyph in reading.glyphs):
            self._formula, self._reading = formula, reading
            self._repaint()

    @Slot()
    def clear(self) -> None:
        """Show no value."""
        self._repaint()
        self._formula = self._reading = None

    def rectangle(self) -> QRectF:
        """Return the value's rectangle on the canvas; empty where there is none, or no room for it."""
        formula, reading = self._formula, self._reading
        if formula is None or reading is None:
            return QRectF()
        boxes = np.array([glyph.box for glyph in reading.glyphs], np.float64)
        heights = boxes[:, 3] - boxes[:, 1]
        # Signs are flat; the height of the writing is that of digits and letters.
        height = float(np.median(heights[heights >= heights.max() / 2]))
        sign = boxes[-1]
        start = self._canvas.to_widget(float(boxes[:, 2].max()) + GAP * height, float(sign[1] + sign[3]) / 2)
        height_px = self._canvas.to_widget(0, height).y() - self._canvas.to_widget(0, 0).y()
        least, most = SCALES
        room = (self._canvas.width() - EDGE_PX - start.x()) / formula.width
        scale = min(max(height_px / DIGIT_HEIGHT, least), most, room)
        size = QSizeF(formula.width, formula.height) * scale
        top = start.y() + (AXIS_HEIGHT - formula.baseline) * scale
        found = QRectF(QPointF(start.x(), top), size)
        fits = scale >= least and QRectF(self._canvas.rect()).contains(found)
        return found if fits else QRectF()

    @Slot()
    def _repaint(self) -> None:
        if self._formula is None:
            return
        self._canvas.update(self.rectangle().toAlignedRect().adjusted(-1, -1, 1, 1))

    # --- what the canvas asks of an overlay ---------------------------------------------------------------------

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint the value if it lies in this part of the canvas."""
        if self._formula is None or self._canvas.busy:
            return
        rectangle = self.rectangle()
        if rectangle.intersects(QRectF(window)):
            renderer_of(self._formula, accent(self._canvas.palette())).render(painter, rectangle)

    def is_button(self, _position: QPointF) -> bool:
        """Never: what is written over the value is ink."""
        return False

    def tap(self, _position: QPointF) -> None:
        """Nothing here can be tapped."""
