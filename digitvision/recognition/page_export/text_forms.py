"""The forms in which a page or one of its rows is written as text, by their names."""

from collections.abc import Sequence
from typing import Final, Literal, get_args

from digitvision.faults import Fault
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.page_export.latex_page import align_of, document_of
from digitvision.recognition.page_export.markdown_page import markdown_of
from digitvision.recognition.page_export.mathml_page import page_mathml
from digitvision.recognition.page_export.page_rows import ExportRow, column_of, export_rows
from digitvision.recognition.page_export.row_table import table_of
from digitvision.recognition.prediction import PAGE, Reading

TextForm = Literal["latex", "align", "markdown", "mathml", "csv"]
TEXT_FORMS: Final[tuple[TextForm, ...]] = get_args(TextForm)


class NothingReadFault(Fault):
    """A page of which nothing was read cannot be written as text."""


def page_text(
    reading: Reading,
    values: Sequence[Value | None],
    form: TextForm,
    *,
    title: str = "",
    row: int | None = None,
    notes: bool = True,
) -> str:
    """Write what was read as text.

    Args:
        reading: A page, or any other reading as a page of one row.
        values: What each row comes to, in the order of the rows; nothing for no values.
        form: `latex` is a whole document, `align` what is pasted into one, `markdown`, `mathml`, or `csv`.
        title: A heading for `latex` and `markdown`, as plain text; empty for none.
        row: Index of the only row that is written, from 0; None for all.
        notes: Whether comments in `align` and `markdown` say what was not read surely; in `latex` they always do.

    Raises:
        NothingReadFault: Nothing was read; the sentence says why, where that is known.
        ValueError: There is no such row, or there are values but not one for each row.
    """
    rows = chosen_rows(reading, values, row)
    if all(one.kind == "not read" for one in rows):
        raise NothingReadFault(
            reading.refusal
            or next((one.reading.refusal for one in rows if one.reading.refusal), "")
            or "Nothing was read that could be exported as text; as a picture the ink itself can be exported."
        )
    return _written(rows, form, title, notes=notes)


def _written(rows: Sequence[ExportRow], form: TextForm, title: str, *, notes: bool) -> str:
    if form == "latex":
        return document_of(rows, title)
    if form == "align":
        return align_of(rows, notes=notes) + "\n"
    if form == "markdown":
        return markdown_of(rows, title, notes=notes)
    return page_mathml(rows) + "\n" if form == "mathml" else table_of(rows)


def chosen_rows(reading: Reading, values: Sequence[Value | None] = (), row: int | None = None) -> tuple[ExportRow, ...]:
    """Return the rows that are exported: all, or the one with this index, from 0; of a column's rule, its column.

    Raises:
        ValueError: There is no such row, or there are values but not one for each row.
    """
    rows = () if reading.mode == PAGE and not reading.rows else export_rows(reading, values)
    if row is None:
        return rows
    if not 0 <= row < len(rows):
        raise ValueError(f"there is no row {row} among {len(rows)}")
    return column_of(rows, rows[row])
