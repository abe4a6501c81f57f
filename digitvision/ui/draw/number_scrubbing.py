"""A number of a page under the finger: dragged sideways by a label, it changes, and what hangs on it follows."""

import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QFont, QFontMetricsF, QPainter, QPen

from digitvision.ink.stroke import Drawing
from digitvision.recognition.calculation.page_rows import page_rows
from digitvision.recognition.calculation.scrubbing import WrittenNumber, number_at
from digitvision.recognition.prediction import Reading
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.glyph_boxes import GlyphBoxes
from digitvision.ui.canvas.live_stroke import LiveStroke
from digitvision.ui.canvas.pointer_input import PointerReport
from digitvision.ui.page.number_field import number_text, pace
from digitvision.ui.theme import accent

REST_S: Final = 2.0
"""For this long after a stroke a press on a label is the pen's: a rule may begin where the label of a digit is."""

DRAG_PX: Final = 6.0
"""A press that moves no further than this is the pen's, and so is one that goes up or down rather than sideways."""

STEP_PX: Final = 5.0
"""Way of the pointer for one step of the number."""

LETTER_PX: Final = 20
SPACE_PX: Final = 8.0
BESIDE_PX: Final = 16.0
"""Size of the number beside the pointer, the space around it, and its distance from the pointer."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A number that may be scrubbed, and the index of its row."""

    row: int
    number: WrittenNumber


class NumberScrubbing(QObject):
    """An overlay of the canvas, and the tool for presses on the labels of numbers.

    The ink stays what it is, and when the pointer is lifted everything is again what is written. A press that turns
    out to be no scrubbing is handed to the pen, with all that it missed.
    """

    changed = Signal(int, object, object)
    """Index of a row, the indices of the number's symbols in the row's tree, and what it is while it is scrubbed, a
    `Fraction`."""
    left = Signal()
    """The numbers are what is written."""

    def __init__(self, canvas: Canvas, boxes: GlyphBoxes) -> None:
        """Take hold of what has labels.

        Args:
            canvas: Shows the boxes.
            boxes: Have the labels.
        """
        super().__init__(canvas)
        self._canvas = canvas
        self._boxes = boxes
        self._reading: Reading | None = None
        self._written_s = float("-inf")
        self._held: _Held | None = None
        self._reports: list[PointerReport] = []
        self._writes = False
        self._value: Fraction | None = None
        self._at = QPointF()
        self._way = 0.0
        canvas.overlays.add(self)
        canvas.overlays.add_grip(self)
        canvas.stroke_finished.connect(self._note_writing)

    @property
    def value(self) -> Fraction | None:
        """What the number is now; None while none is scrubbed."""
        return self._value

    def show_reading(self, reading: Reading | None) -> None:
        """Let numbers of this page be scrubbed; None for no page. One that is scrubbed now is let go."""
        self._reading = reading
        self.drop_indices()

    def _note_writing(self) -> None:
        self._written_s = time.monotonic()

    def _number_at(self, position: QPointF) -> _Held | None:
        """Return the number that has a label here; None where there is none, or the label is that of another sign."""
        index = self._boxes.label_at(position)
        if index is None or self._reading is None or index >= len(self._reading.glyphs):
            return None
        strokes = set(self._reading.glyphs[index].strokes)
        for place, row in enumerate(self._reading.rows):
            tree = row.reading.tree
            if not strokes or tree is None or not strokes <= set(row.strokes):
                continue
            symbol = next((one for one, found in enumerate(tree.symbols) if set(found.strokes) == strokes), None)
            # Words have no value that could follow.
            if symbol is None or not page_rows([row])[0].has_value:
                return None
            number = number_at(tree, symbol)
            return None if number is None else _Held(place, number)
        return None

    # --- what the canvas asks of something that can be taken hold of, and of a tool -------------------------------

    @property
    def shape(self) -> Qt.CursorShape:
        """The cursor over a number's label."""
        return Qt.CursorShape.SizeHorCursor

    def tool_at(self, position: QPointF) -> "NumberScrubbing | None":
        """Return this for a press with the pen on the label of a number, unless somebody writes."""
        resting = time.monotonic() - self._written_s >= REST_S
        if self._canvas.tool != "pen" or not self._boxes.visible or not resting:
            return None
        return None if self._number_at(position) is None else self

    @property
    def live_stroke(self) -> LiveStroke | None:
        """The stroke that the pen writes, if the press has turned out to be one."""
        return self._canvas.pen.live_stroke if self._writes else None

    def preview(self, drawing: Drawing) -> Drawing:
        """Return the drawing with what the pen has written; scrubbing changes no ink."""
        return self._canvas.pen.preview(drawing) if self._writes else drawing

    def cursor(self) -> QCursor:
        """Return arrows to the left and right."""
        return QCursor(self.shape)

    def hover(self, position: QPointF) -> bool:
        """Return False: the cursor is the same everywhere."""
        return False

    def begin(self, report: PointerReport) -> None:
        """Take hold of the number whose label lies here."""
        self._held = self._number_at(report.position)
        self._reports, self._writes, self._value = [report], False, None

    def extend(self, report: PointerReport) -> None:
        """Follow the pointer, once it is known whether it scrubs or writes."""
        if self._writes:
            self._canvas.pen.extend(report)
        elif self._value is not None:
            self._scrub(report)
        elif self._reports:
            self._reports.append(report)
            moved = report.position - self._reports[0].position
            if max(abs(moved.x()), abs(moved.y())) <= DRAG_PX:
                return
            if self._held is None or abs(moved.y()) > abs(moved.x()):
                self._write()
            else:
                self._value, self._way, self._at = self._held.number.value, 0.0, report.position
                self._canvas.update(self._place().toAlignedRect())

    def end(self) -> None:
        """Let go: everything is what is written. A tap is the pen's."""
        if not self._writes and self._value is None and self._reports:
            self._write()
        if self._writes:
            self._writes = False
            self._canvas.pen.end()
        self._let_go()

    def cancel(self) -> None:
        """Let go and leave no trace."""
        if self._writes:
            self._writes = False
            self._canvas.pen.cancel()
        self._let_go()

    def drop_indices(self) -> None:
        """Let go of a number: the rows will be others. A press that has not moved yet is the pen's."""
        if self._value is not None:
            self._let_go()
        self._held = None

    def _write(self) -> None:
        """Hand the press to the pen."""
        self._writes = True
        first, *others = self._reports
        self._canvas.pen.begin(first)
        for report in others:
            self._canvas.pen.extend(report)

    def _scrub(self, report: PointerReport) -> None:
        held, value = self._held, self._value
        assert held is not None
        assert value is not None
        before = self._place()
        self._way += report.position.x() - self._at.x()
        self._at = report.position
        steps = int(self._way / STEP_PX)
        if steps:
            self._way -= steps * STEP_PX
            value += steps * held.number.step * pace(report.modifiers)
            self._value = value
            self.changed.emit(held.row, held.number.symbols, value)
        self._canvas.update(before.united(self._place()).toAlignedRect())

    def _let_go(self) -> None:
        scrubbed = self._value is not None
        if scrubbed:
            self._canvas.update(self._place().toAlignedRect())
        self._held, self._value = None, None
        if not self._writes:
            self._reports = []
        if scrubbed:
            self.left.emit()

    # --- what the canvas asks of an overlay ---------------------------------------------------------------------

    def is_button(self, position: QPointF) -> bool:
        """Return False: a tap on a label is one on its box."""
        return False

    def tap(self, position: QPointF) -> None:
        """Nothing to do: presses come to `begin`."""

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Paint the number beside the pointer."""
        if self._value is None:
            return
        place, palette = self._place().adjusted(1, 1, -1, -1), self._canvas.palette()
        ground = QColor(palette.color(palette.ColorRole.Base))
        ground.setAlpha(235)
        painter.setBrush(ground)
        painter.setPen(QPen(accent(palette), 1))
        painter.drawRoundedRect(place, 5, 5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(self._font())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, number_text(self._value))

    def _font(self) -> QFont:
        font = QFont(self._canvas.font())
        font.setPixelSize(LETTER_PX)
        return font

    def _place(self) -> QRectF:
        """Return the rectangle of the number: above the pointer, where no hand is, or below it at the upper edge."""
        if self._value is None:
            return QRectF()
        metrics = QFontMetricsF(self._font())
        width = metrics.horizontalAdvance(number_text(self._value)) + 2 * SPACE_PX
        height = metrics.height() + SPACE_PX
        left = min(max(self._at.x() - width / 2, 2.0), self._canvas.width() - width - 2)
        above = self._at.y() - BESIDE_PX - height
        return QRectF(left, above if above > 2 else self._at.y() + BESIDE_PX, width, height)
