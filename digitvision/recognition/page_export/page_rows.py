"""The rows of a page as exports need them, the same for every form: what was read, what it comes to, how sure it is."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from digitvision.ink.stroke import Bounds
from digitvision.recognition.calculation.column_sums import ColumnSum, column_sums
from digitvision.recognition.calculation.page_rows import page_rows
from digitvision.recognition.expression.layout import LayoutError, LayoutTree, Symbol
from digitvision.recognition.expression.notation.structure import Atom, Item, Row, is_atom, structure_of
from digitvision.recognition.expression.semantics.row_cursor import Names
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.models.model_card import CHARACTER
from digitvision.recognition.page_export.row_amounts import Amount, amount_of, name_and_amount, page_names
from digitvision.recognition.prediction import LINE, PAGE, Reading, RowReading

RowKind = Literal["equation", "number", "words", "column", "rule", "not read"]

NOT_READ: Final = "This row was not read."

_DROPPED: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
"""Unicode's categories of what no document may contain: control signs, halves of signs, and signs without a meaning."""

_TURNING: Final = frozenset(map(chr, (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)))
"""Signs that only turn the direction of what follows, the document's own words included."""


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One row of a page.

    Attributes:
        number: Its number on the page, from 1.
        kind: What it is; a number is also arithmetic that was read as a line. The rule under which a column's sum
            belongs is the `column`, any other rule in a column a `rule`.
        text: What was read, on one line; empty where nothing was, and of a rule. Of a column it is what is summed up.
        structure: The formula of an equation or a number; None for all others.
        value: What it comes to; None where it has no value.
        name: The name that it defines, such as `a` or `f(x)`; empty where it defines none.
        amount: What it comes to or, without a value, the number that stands in it, without the name.
        reading: How it was read.
        strokes: Indices of its strokes in the drawing; empty for a picture.
        box: The rectangle around its ink, in the drawing's unit or in the picture's pixels.
        column: The lines of the column that comes to the row's value, each a number with its sign and an empty text for
            a rule; empty for a row that is not a column's rule or the result that was written under it.
        within: Numbers of the rows that stand in that column, itself included, from top to bottom; empty for none.
        beside_rule: The number that was read together with the rule, as one row; empty for none.
    """

    number: int
    kind: RowKind
    text: str
    structure: Row | None
    value: Value | None
    name: str
    amount: Amount
    reading: Reading
    strokes: tuple[int, ...]
    box: Bounds
    column: tuple[str, ...] = ()
    within: tuple[int, ...] = ()
    beside_rule: str = ""

    @property
    def on_ink(self) -> str:
        """The text that stands in its ink: a rule says nothing."""
        return self.beside_rule if self.kind == "column" else self.text

    @property
    def asks(self) -> bool:
        """Whether it ends with an equals sign, so that its value goes on with it."""
        return self.structure is not None and len(self.structure) > 0 and _is_sign(self.structure[-1], "=")

    @property
    def has_sum_below(self) -> bool:
        """Whether it is the rule of a column under which the value belongs."""
        return self.kind == "column"

    @property
    def computed(self) -> Value | None:
        """The value if it says more than the row does: a function's value is its own formula."""
        return None if self.value is None or self.value.kind == "function" else self.value

    @property
    def problem(self) -> str:
        """Why it was not read; empty where it was."""
        return (cleaned(self.reading.refusal) or NOT_READ) if self.kind == "not read" else ""


def export_rows(reading: Reading, values: Sequence[Value | None] = ()) -> tuple[ExportRow, ...]:
    """Return the rows of a page; any other reading is a page of one row.

    Args:
        reading: The reading of a drawing or a picture; an empty one has no rows.
        values: What each row comes to, in the order of the rows; nothing for no values at all.

    Raises:
        ValueError: There are values, but not one for each row.
    """
    rows = reading.rows
    if reading.mode != PAGE and (reading.candidates or reading.refusal):
        rows = (_only_row(reading),)
    if values and len(values) != len(rows):
        raise ValueError(f"{len(values)} values do not fit {len(rows)} rows")
    names = page_names(row.reading.tree for row in rows)
    found = [
        _row(number, row, value, names)
        for number, (row, value) in enumerate(zip(rows, values or (None,) * len(rows), strict=True), 1)
    ]
    for one in column_sums(page_rows(rows)):
        _set_column(found, one)
    return tuple(found)


def written_rows(rows: Sequence[ExportRow]) -> tuple[ExportRow, ...]:
    """Return the rows without those that stand in a column which another one of them shows as a whole."""
    shown = {number for row in rows if row.column for number in row.within}
    return tuple(row for row in rows if row.column or row.number not in shown)


def column_of(rows: Sequence[ExportRow], row: ExportRow) -> tuple[ExportRow, ...]:
    """Return the rows of the column whose rule or result a row is; the row itself where it is none."""
    whole = next((one for one in rows if one.column and row.number in one.within), None)
    if whole is None or not (row.column or row.kind in ("column", "rule")):
        return (row,)
    within = (row if row.column else whole).within
    return tuple(one for one in rows if one.number in within)


def halves(row: Row) -> tuple[Row, Row]:
    """Return a formula's part before its first relation sign, and the rest; all is rest where there is none."""
    first = next((index for index, item in enumerate(row) if is_atom(item, "relation")), 0)
    return row[:first], row[first:]


def _is_sign(item: Item, label: str) -> bool:
    return isinstance(item, Atom) and item.label == label


def cleaned(text: str) -> str:
    """Return a text on one line, without signs that no document may contain or that turn what follows."""
    signs = (" " if sign.isspace() else sign for sign in text)
    kept = (sign for sign in signs if unicodedata.category(sign) not in _DROPPED and sign not in _TURNING)
    return " ".join("".join(kept).split())


def _set_column(rows: list[ExportRow], found: ColumnSum) -> None:
    """Tell the rows of a column what they are in it: their rules are no minus signs."""
    within = tuple(dict.fromkeys(row + 1 for line in found.lines for row in line.rows))
    for line in found.lines:
        for index in line.rows if not line.text else ():
            rows[index] = replace(rows[index], kind="rule", text="", structure=None)
    texts = tuple(line.text for line in found.lines)
    shown = replace(rows[found.row], column=texts, within=within)
    if found.row == found.rule:
        beside = next((line.text for line in found.lines if line.text and found.row in line.rows), "")
        text = found.under.text if found.under is not None else ""
        shown = replace(shown, kind="column", text=text, structure=None, beside_rule=beside)
    rows[found.row] = shown


def _only_row(reading: Reading) -> RowReading:
    """Return a reading that is no page as the row that it is."""
    boxes = [glyph.box for glyph in reading.glyphs]
    box = Bounds(0.0, 0.0, 0.0, 0.0) if not boxes else boxes[0]
    for other in boxes[1:]:
        box = box.united(other)
    return RowReading(reading, tuple(sorted({index for glyph in reading.glyphs for index in glyph.strokes})), box)


def _row(number: int, row: RowReading, value: Value | None, names: Names) -> ExportRow:
    reading, structure, name = row.reading, None, ""
    amount = Amount() if value is None else amount_of(value)
    text = cleaned(reading.text)
    kind: RowKind = "not read"
    if text:
        kind = "words"
        if reading.mode != LINE:
            kind = "equation"
        elif not any(map(str.isalpha, text)):
            kind = "number"
    tree = reading.tree
    if tree is None and reading.mode == CHARACTER and text:
        tree = LayoutTree((Symbol(reading.latex),))
    if kind in ("equation", "number") and tree is not None:
        try:
            structure = structure_of(tree)
            name, amount = name_and_amount(structure, names, value)
        except LayoutError:
            structure = None
    if structure is None and kind == "equation":
        # Without a layout only its text is known.
        kind = "words"
    return ExportRow(number, kind, text, structure, value, cleaned(name), amount, reading, row.strokes, row.box)
