"""The rows of a page as a table for spreadsheets: values, names, and how far they can be relied on."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from digitvision.recognition.expression.notation.latex import latex_of_row
from digitvision.recognition.page_export.latex_page import escaped
from digitvision.recognition.page_export.page_rows import ExportRow

COLUMNS: Final = ("row", "kind", "text", "latex", "name", "value", "number", "unit", "sure", "confidence", "problem")
"""`value` is what a row comes to as a person writes it; `number` is a plain number, or empty, and `unit` its unit."""


def table_of(rows: Sequence[ExportRow]) -> str:
    """Return rows as CSV (RFC 4180), with a head; a row that was not read has its problem in the last column."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        latex = latex_of_row(row.structure) if row.structure is not None else ""
        writer.writerow(
            [
                row.number,
                row.kind,
                row.text,
                latex or (rf"\text{{{escaped(row.text)}}}" if row.text else ""),
                row.name,
                row.amount.text,
                row.amount.number,
                row.amount.unit,
                str(row.reading.sure and row.kind != "not read").lower(),
                round(row.reading.confidence, 6),
                row.problem,
            ]
        )
    return table.getvalue()
