"""The rows of a page typeset in the recognition thread, a few at a time; and a page of one glyph as a character."""

import math
import time
from collections.abc import Collection, Sequence
from typing import Final, TypeAlias

from digitvision.ink.stroke import Drawing
from digitvision.recognition.corrections import Corrections
from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.reading.doubtful_forms import is_lone_dot
from digitvision.recognition.prediction import Reading, RowReading
from digitvision.ui.reading.reading_kinds import FEW_STROKES, Ink, Reader
from digitvision.ui.reading.typesetting import is_typeset, typeset

TYPESETTING_S: Final = 0.015
"""Time in seconds for which rows are typeset at a stretch, after at least one."""

_KEPT: Final = 1000
"""Number of formulas that are remembered."""

Structure: TypeAlias = tuple[tuple[str, ...], tuple[tuple[int, int, str], ...]]


def structure_of(tree: LayoutTree) -> Structure:
    """Return what a layout looks like, whichever strokes its symbols have: equal ones are typeset in the same way."""
    return tuple(symbol.label for symbol in tree.symbols), tree.relations


class RowTypesetter:
    """Typesets rows, and remembers them by their structure."""

    def __init__(self) -> None:
        self._formulas: dict[Structure, object] = {}
        self._before: tuple[object, ...] = ()

    def typeset_rows(self, page: Reading, in_sight: Collection[int]) -> tuple[tuple[object, ...], bool]:
        """Typeset the rows of a page: first the one that was written last, then those in sight.

        Args:
            page: The page, of whose rows some may be still to be read.
            in_sight: Strokes whose rows come first.

        Returns:
            A `TypesetFormula` for each row, None for words and where it is still to be made; and whether all rows are
            read and typeset.
        """
        return self._typeset(page, in_sight, time.perf_counter() + TYPESETTING_S)

    def typeset_all(self, page: Reading) -> tuple[object, ...]:
        """Typeset all rows of a page, however long that takes."""
        return self._typeset(page, (), math.inf)[0]

    def _typeset(self, page: Reading, in_sight: Collection[int], until: float) -> tuple[tuple[object, ...], bool]:
        complete = all(row.reading.mode for row in page.rows) and self._is_settled(page)
        found: dict[int, object] = {}
        begun = False
        for index in _order(page.rows, in_sight):
            reading = page.rows[index].reading
            if reading.tree is None or not reading.candidates or not is_typeset(reading, reading.text):
                continue
            key = structure_of(reading.tree)
            if key not in self._formulas:
                if begun and time.perf_counter() > until:
                    complete = False
                    continue
                begun = True
                self._formulas[key] = typeset(reading.tree)
            else:
                # The last ones used are kept longest.
                self._formulas[key] = self._formulas.pop(key)
            found[index] = self._formulas[key]
        while len(self._formulas) > _KEPT:
            self._formulas.pop(next(iter(self._formulas)))
        return tuple(found.get(index) for index in range(len(page.rows))), complete

    def _is_settled(self, page: Reading) -> bool:
        """Whether reading on would change nothing.

        Where time was up, rows may be joined or trusted otherwise when they are read again; where it is always up, as
        with more rows than are remembered, a page is settled once that has changed nothing.
        """
        before, self._before = self._before, tuple((row.strokes, row.reading.confidence) for row in page.rows)
        return not page.unfinished or self._before == before


def _order(rows: Sequence[RowReading], in_sight: Collection[int]) -> list[int]:
    """Return the indices of the rows in the order in which they are wanted."""
    newest = max((max(row.strokes, default=0) for row in rows), default=0)

    def rank(index: int) -> tuple[bool, bool, int]:
        strokes = rows[index].strokes
        return newest not in strokes, not any(stroke in in_sight for stroke in strokes), index

    return sorted(range(len(rows)), key=rank)


def as_character(ink: Ink, page: Reading, corrections: Corrections, read: Reader) -> Reading:
    """Return the reading of a page with a single glyph as that of a character; any other page as it is.

    The model of characters knows but the alphabet that was chosen for it: it answers only where it is sure, or reads
    the same as the page. A dot by itself is most often a tap that nobody meant, and stays as the page has it.

    Args:
        ink: The drawing, or the picture's ink.
        page: Its reading as a page.
        corrections: The user's corrections.
        read: Reads it as a character.
    """
    few = not isinstance(ink, Drawing) or len(ink.strokes) <= FEW_STROKES
    if not few or len(page.rows) > 1 or len(page.glyphs) > 1 or corrections.rows:
        return page
    character = read(ink, corrections, "")
    if not character.chosen and any(row.reading.tree and is_lone_dot(row.reading.tree) for row in page.rows):
        return page
    agrees = bool(page.candidates) and character.text == page.text
    return character if character.candidates and (character.sure or agrees or character.chosen) else page
