"""A row as the calculation takes it, and what it says of the row."""

from collections.abc import Iterable
from dataclasses import dataclass

from digitvision.ink.stroke import Bounds
from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.notation.symbols import kind_of
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.prediction import Reading, RowReading

_SIGNS = frozenset({"digit", "operator", "relation", "open", "close", "comma"})
_MORE_SIGNS = frozenset({".", "%", r"\%", "?", "_", r"\_", "—", "–"})


@dataclass(frozen=True, slots=True)
class PageRow:
    """A row of a page.

    Attributes:
        tree: Its layout tree; None where it is not read yet, or cannot be.
        mode: How it is read: ``equation``, or ``line``, which has a value only if it has no letters.
        box: The rectangle around its ink, in the drawing's unit.
        boxes: The rectangle of each of the tree's symbols, by their indices; empty where they are not known.
    """

    tree: LayoutTree | None
    mode: str
    box: Bounds
    boxes: tuple[Bounds, ...] = ()

    @property
    def has_value(self) -> bool:
        """Whether the row may have a value: words have none."""
        if self.tree is None:
            return False
        return self.mode == EQUATION or all(
            kind_of(symbol.label) in _SIGNS or symbol.label in _MORE_SIGNS for symbol in self.tree.symbols
        )


@dataclass(frozen=True, slots=True)
class SumPlace:
    """Where a person writes the sum of a column, in the drawing's unit.

    Attributes:
        right: Where the numbers of the column end, and the sum is to end.
        top: Lower edge of the rule.
        height: Height of the numbers.
        rows: Indices of the column's rows, from top to bottom.
        text: What is summed up, on one line: `12+34`, `12×34`.
    """

    right: float
    top: float
    height: float
    rows: tuple[int, ...]
    text: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RowResult:
    """What a row comes to.

    Attributes:
        value: Its value; None where it has none.
        sentence: Why it has none, where there is something to say.
        defines: The name to which it gives a value, such as `a`, `x_1`, or `f` of a function; empty for none.
        uses: The names that stand in it, of functions and of symbols.
        waiting: Whether its value needs more than arithmetic and was not asked for yet.
        under: Where the value belongs if the row is the rule under a column; None for any other row.
    """

    value: Value | None = None
    sentence: str = ""
    defines: str = ""
    uses: frozenset[str] = frozenset()
    waiting: bool = False
    under: SumPlace | None = None


def page_rows(rows: Iterable[RowReading]) -> tuple[PageRow, ...]:
    """Return the rows of a page's reading as the calculation takes them."""
    return tuple(PageRow(row.reading.tree, row.reading.mode, row.box, _boxes(row.reading)) for row in rows)


def _boxes(reading: Reading) -> tuple[Bounds, ...]:
    """Return the boxes of the tree's symbols, which are those of the glyphs with the same strokes."""
    if reading.tree is None:
        return ()
    by_strokes = {frozenset(glyph.strokes): glyph.box for glyph in reading.glyphs}
    found = [by_strokes.get(frozenset(symbol.strokes)) for symbol in reading.tree.symbols]
    known = tuple(box for box in found if box is not None)
    return known if len(known) == len(found) else ()
