"""The user's corrections of a page's rows: joined, parted, and of another kind."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
from PySide6.QtCore import QObject, Slot

from digitvision.ink.stroke import Stroke
from digitvision.recognition.prediction import Reading, RowReading
from digitvision.ui.document.document import Document
from digitvision.ui.draw.glyph_corrections import GlyphCorrections
from digitvision.ui.selection.selection_tool import SelectionTool


class RowCorrections(QObject):
    """Turns gestures into corrections of the document; each is a step that can be undone."""

    def __init__(self, document: Document, glyphs: GlyphCorrections) -> None:
        super().__init__(glyphs)
        self._document = document
        self._glyphs = glyphs
        self._selector: SelectionTool = glyphs.selector
        self._rows: Sequence[RowReading] = ()
        self._selector.view.row_wanted.connect(self.make_row)

    def show_reading(self, reading: Reading | None) -> None:
        """Let the user correct the rows of this page; None for nothing."""
        self._rows = () if reading is None else reading.rows

    def row_of(self, strokes: Iterable[int]) -> int | None:
        """Return the number of the row, from 0, that holds the first of these strokes; None without one."""
        first = next(iter(strokes), None)
        return next((place for place, row in enumerate(self._rows) if first in row.strokes), None)

    def join(self, row: int, other: int) -> None:
        """Make two rows one, which has the kind of the other one where that was chosen."""
        if row == other or not max(row, other) < len(self._rows):
            return
        strokes = self._glyphs.current_indices((*self._rows[row].strokes, *self._rows[other].strokes))
        if strokes:
            self._document.correct(self._document.corrections.with_row(strokes), self.tr("join rows"))

    @Slot()
    def make_row(self) -> None:
        """Make the selected strokes a row of their own."""
        strokes, rows = self._selector.selected, self._selector.rows_selected
        self._selector.clear()
        self._set_apart(strokes, self.tr("row of its own") if rows < 2 else self.tr("join as one row"))

    def part_at(self, row: int, x: float, y: float) -> None:
        """Part a row at a position of the drawing: into what stands above and below it, or left and right of it.

        Which of the two it is depends on where there is more room between the parts.
        """
        own = self._rows[row].strokes if row < len(self._rows) else ()
        strokes = self._glyphs.current_indices(own)
        if len(strokes) > 1:
            ink = [self._document.drawing.strokes[index] for index in strokes]
            first = parted_at(ink, x, y)
            self._set_apart([strokes[index] for index in first], self.tr("part row"))

    def set_kind(self, row: int, mode: str) -> None:
        """Read a row in this mode, one of `corrections.ROW_MODES`; that it is so already is noted where it was open."""
        if (
            row < len(self._rows)
            and self._rows[row].reading.mode == mode
            and not self._rows[row].reading.suggested_mode
        ):
            return
        strokes = self._glyphs.current_indices(self._rows[row].strokes) if row < len(self._rows) else []
        if strokes:
            self._document.correct(self._document.corrections.with_row(strokes, mode), self.tr("kind of row"))

    def _set_apart(self, strokes: Collection[int], text: str) -> None:
        """Make strokes a row, and keep together what is left of the rows that they are taken from."""
        corrections, chosen = self._document.corrections, set(strokes)
        modes = dict(corrections.rows)
        for row in self._rows:
            own = set(self._glyphs.current_indices(row.strokes))
            rest = own - chosen
            if own & chosen and rest:
                mode = next((mode for pinned, mode in modes.items() if pinned & rest), "")
                corrections = corrections.with_row(rest, mode)
        if chosen:
            self._document.correct(corrections.with_row(chosen), text)


def parted_at(strokes: Sequence[Stroke], x: float, y: float) -> list[int]:
    """Return the indices of the strokes on one side of a position: above it, or left of it.

    Args:
        strokes: At least two strokes.
        x, y: The position in the drawing's unit. Where all strokes lie on one side of it, none is returned.
    """
    boxes = np.array([stroke.bounds for stroke in strokes], np.float64)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    best: tuple[float, list[int]] = (float("-inf"), [])
    for axis, place in ((1, y), (0, x)):
        first = middles[:, axis] < place
        if first.all() or not first.any():
            continue
        gap = float(boxes[~first, axis].min() - boxes[first, axis + 2].max())
        if gap > best[0]:
            best = gap, [int(index) for index in np.flatnonzero(first)]
    return best[1]
