"""Rows of a page as they are shown, and which of them are the same rows as before."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from digitvision.ink.stroke import Stroke
from digitvision.recognition.calculation.page_rows import SumPlace
from digitvision.recognition.expression.notation.typesetting import TypesetFormula
from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.prediction import IN_VOCABULARY_ABOVE, LINE, Reading, RowReading
from digitvision.ui.reading.reading_text import ReadingTrust

if TYPE_CHECKING:
    from digitvision.recognition.expression.semantics.values import Value

NO_ROW: Final = -1
"""Key of no row."""

_FIRST_OF_PICTURE: Final = -2
"""Key of the first row of a picture; those below have smaller ones."""


@dataclass(frozen=True, eq=False)
class RowItem:
    """A row, with all that is shown of it.

    Attributes:
        key: Number by which it is known for as long as it keeps some of its strokes.
        row: The row as it was read; `reading.mode` is empty while it is still to be read.
        formula: The row typeset; None where it is shown as text.
        value: What it comes to, or while it is not `complete` what it came to before; None where it has no value, or
            where that is not known yet.
        value_formula: The value typeset; None where it is shown as text.
        sentence: Why it has no value; empty for no reason.
        complete: Whether that is known, and the value is typeset where it can be.
        under: Where the value stands on the canvas if the row is the rule under a column; None for any other row.
        sum_formula: The value as it stands there, typeset.
        doubtful: Numbers, from 1, of the rows that are not sure and that the value rests on; none without a value.
        chosen: Whether the row is what the user said that it is, see `reading_text.trust_of`.
    """

    key: int
    row: RowReading
    formula: TypesetFormula | None = None
    value: "Value | None" = None
    value_formula: TypesetFormula | None = None
    sentence: str = ""
    complete: bool = False
    under: SumPlace | None = None
    sum_formula: TypesetFormula | None = None
    doubtful: tuple[int, ...] = ()
    chosen: bool = False

    @property
    def reading(self) -> Reading:
        """How the row was read."""
        return self.row.reading

    @property
    def text(self) -> str:
        """What the row was read as, or why it was not, and of a rule what it sums up; empty while it is to be read."""
        if self.under is not None and self.under.text:
            return self.under.text
        return self.reading.text or self.reading.refusal

    @cached_property
    def trust(self) -> ReadingTrust | None:
        """How far the reading can be relied on; None where nothing was read."""
        if not self.reading.candidates:
            return None
        return "chosen" if self.chosen else self.reading.verdict

    @property
    def value_text(self) -> str:
        """What the row comes to as text; empty for a function, which has a graph instead, and without a value."""
        return "" if self.value is None or self.value.kind == "function" else self.value.text

    @property
    def maybe_words(self) -> bool:
        """Whether the row was read as an equation and is as well a word."""
        return self.reading.mode == EQUATION and self.reading.suggested_mode == LINE

    @property
    def maybe_scribble(self) -> bool:
        """Whether most glyphs of the row look like no sign at all."""
        foreign = sum(glyph.prediction.in_vocabulary < IN_VOCABULARY_ABOVE for glyph in self.reading.glyphs)
        return self.trust == "not sure" and 2 * foreign > len(self.reading.glyphs)

    @property
    def kind_text(self) -> str:
        """What the row was read as, where it is no plain equation: words, what may be a word, or a scribble."""
        translate = QCoreApplication.translate
        if self.maybe_words:
            return translate("Rows", "or a word?")
        if self.maybe_scribble:
            return translate("Rows", "a scribble?")
        words = self.reading.mode == LINE and any(map(str.isalpha, self.reading.text))
        return translate("Rows", "words") if words else ""

    @property
    def doubt_text(self) -> str:
        """On which rows that are not sure the value rests, as a sentence; empty where it rests on none."""
        translate = QCoreApplication.translate
        if not self.doubtful:
            return ""
        one = translate("Rows", "This rests on {rows}, which is not sure")
        several = translate("Rows", "This rests on {rows}, which are not sure")
        return (several if len(self.doubtful) > 1 else one).format(rows=self.doubtful_rows)

    @property
    def note(self) -> str:
        """What else is to be said of the row, as a sentence; empty for nothing."""
        if self.maybe_scribble:
            return QCoreApplication.translate("Rows", "Most of this looks like no sign: write it again, or erase it.")
        if self.under is not None and self.under.text and not self.doubt_text:
            # What it sums up looks like a row of its own.
            return QCoreApplication.translate("Rows", "Above this rule stands {numbers}.").format(
                numbers=self.under.text
            )
        return self.doubt_text

    @property
    def doubtful_rows(self) -> str:
        """The rows that are not sure and that the value rests on, in words; empty for none."""
        translate = QCoreApplication.translate
        if not self.doubtful:
            return ""
        *first, last = map(str, self.doubtful)
        if not first:
            return translate("Rows", "row {number}").format(number=last)
        return translate("Rows", "rows {numbers} and {last}").format(numbers=", ".join(first), last=last)

    @cached_property
    def looks(self) -> tuple[object, ...]:
        """All that is seen of it: a row that looks the same need not be painted anew."""
        graphs = () if self.value is None else tuple(plot.title for plot in self.value.plots)
        return (
            *(self.key, self.text, self.reading.mode, self.kind_text, self.trust, self.reading.confidence),
            *(id(self.formula), self.value_text, id(self.value_formula), self.sentence, graphs),
            *(self.complete, self.doubtful),
        )


class RowKeys:
    """Gives rows their keys. A row that is written on keeps its key, one that is joined to another gets the other's."""

    def __init__(self) -> None:
        # The strokes are kept, so that no other stroke can have the identity of one of them.
        self._keys: dict[int, tuple[Stroke, int]] = {}
        self._next = 0

    def keys_of(self, rows: Sequence[RowReading], strokes: Sequence[Stroke]) -> list[int]:
        """Return a key for each row, no two of which are equal.

        Args:
            rows: The rows.
            strokes: The strokes of the drawing.
        """
        if all(not row.strokes for row in rows):
            # The rows of a picture have none, and come all at once: they are known by their places.
            return [_FIRST_OF_PICTURE - index for index in range(len(rows))]
        votes = []
        for index, row in enumerate(rows):
            known = (self._keys.get(id(strokes[stroke])) for stroke in row.strokes)
            own = [one[1] for one in known if one is not None]
            votes += [(own.count(key), key, index) for key in set(own)]
        found: dict[int, int] = {}
        taken: set[int] = set()
        for _, key, index in sorted(votes, key=lambda vote: (-vote[0], vote[1:])):
            if index not in found and key not in taken:
                found[index] = key
                taken.add(key)
        for index in range(len(rows)):
            if index not in found:
                found[index] = self._next
                self._next += 1
        self._keys = {
            id(strokes[stroke]): (strokes[stroke], found[index])
            for index, row in enumerate(rows)
            for stroke in row.strokes
        }
        return [found[index] for index in range(len(rows))]
