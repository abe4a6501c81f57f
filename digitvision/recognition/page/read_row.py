"""A row that was read, as it is remembered from page to page."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from digitvision.ink.stroke import Stroke
from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.page.number_rows import as_number
from digitvision.recognition.page.row_form import RowForm, form_of
from digitvision.recognition.page.row_trust import SURE_ABOVE
from digitvision.recognition.prediction import LIKELY_ABOVE, Reading, RowReading
from digitvision.recognition.rows.row_finder import FoundRow


@dataclass(slots=True, eq=False)
class ReadRow:
    """A row as it is remembered: its strokes, how it was read, by its own indices, and where it stood on the last page.

    The strokes are kept, so that no other stroke can have the identity of one of them.
    """

    strokes: tuple[Stroke, ...]
    reading: Reading
    form: RowForm = field(init=False)
    trust: tuple[float, bool] = (0.0, False)
    placed: RowReading | None = None

    def __post_init__(self) -> None:
        self.form = form_of(self.reading.tree)

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
