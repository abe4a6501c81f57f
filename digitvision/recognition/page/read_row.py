"""A row that was read, as it is remembered from page to page."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from digitvision.ink.stroke import Stroke
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.expression.notation.symbols import kind_of
from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.page.number_rows import as_number
from digitvision.recognition.page.row_form import RowForm, form_of
from digitvision.recognition.page.row_trust import SURE_ABOVE
from digitvision.recognition.prediction import LIKELY_ABOVE, Reading, RowReading
from digitvision.recognition.rows.row_finder import FoundRow
from digitvision.recognition.signs.wide_gaps import side_gaps


@dataclass(eq=False)
class ReadRow:
    """A row as it is remembered: its strokes, how it was read, by its own indices, and where it stood on the last page.

    The strokes are kept, so that no other stroke can have the identity of one of them.
    """

    strokes: tuple[Stroke, ...]
    reading: Reading
    form: RowForm = field(init=False)
    has_limits: bool = field(init=False)
    """Whether there is an operator with limits, or room for them."""
    trust: tuple[float, bool] = (0.0, False)
    placed: RowReading | None = None

    def __post_init__(self) -> None:
        tree = self.reading.tree
        self.form = form_of(tree)
        self.has_limits = tree is not None and any(kind_of(symbol.label) == "big" for symbol in tree.symbols)

    @cached_property
    def left_of_gap(self) -> frozenset[int]:
        """The strokes on the left of the widest gap that is too wide for one row, by its own indices; mostly none."""
        tree = self.reading.tree
        if tree is None or self.reading.mode != EQUATION:
            return frozenset()
        boxes = np.array([glyph.box for glyph in self.reading.glyphs])
        clear = [gap for gap in side_gaps(tree, boxes) if gap.is_clear]
        widest = max(clear, key=lambda gap: gap.width, default=None)
        symbols = () if widest is None else widest.left
        return frozenset(stroke for symbol in symbols for stroke in tree.symbols[symbol].strokes)

    def on_page(self, row: FoundRow, trust: float, *, among_numbers: bool) -> RowReading:
        """Return the row as it is read on a page; where nothing has changed it is the same object as before."""
        if self.placed is None or self.trust != (trust, among_numbers) or self.placed.strokes != row.strokes:
            read = as_number(self.reading) if among_numbers else self.reading
            self.trust = trust, among_numbers
            self.placed = RowReading(_trusted(_with_indices(read, row.strokes), trust), row.strokes, row.box)
        return self.placed


def _trusted(reading: Reading, trust: float) -> Reading:
    """Return a row's reading with the confidence that it has where its strokes may not be one row."""
    if not reading.candidates:
        return reading
    candidates = tuple(replace(one, confidence=one.confidence * trust) for one in reading.candidates)
    return replace(
        reading,
        candidates=candidates,
        sure=reading.sure and candidates[0].confidence >= SURE_ABOVE,
        likely=reading.likely and candidates[0].confidence >= LIKELY_ABOVE,
    )


def _with_indices(reading: Reading, strokes: Sequence[int]) -> Reading:
    """Return a row's reading with the indices that its strokes have in the whole drawing."""

    def moved(tree: LayoutTree) -> LayoutTree:
        symbols = (Symbol(one.label, tuple(strokes[index] for index in one.strokes)) for one in tree.symbols)
        return LayoutTree(tuple(symbols), tree.relations, tree.gaps)

    if all(index == stroke for index, stroke in enumerate(strokes)):
        return reading
    return replace(
        reading,
        glyphs=tuple(
            replace(glyph, strokes=tuple(strokes[index] for index in glyph.strokes)) for glyph in reading.glyphs
        ),
        tree=None if reading.tree is None else moved(reading.tree),
        trees=tuple(map(moved, reading.trees)),
    )
