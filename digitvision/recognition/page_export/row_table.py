"""The rows of a page as a table for spreadsheets: values, names, and how far they can be relied on.

A spreadsheet takes what begins with an equals sign, a plus, a minus or an `@` for a formula of its own: such a cell
begins with an apostrophe here, unless it is a number. Source: OWASP, "CSV Injection".
"""

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

from digitvision.recognition.expression.notation.latex import latex_of_row
from digitvision.recognition.page_export.latex_page import escaped
from digitvision.recognition.page_export.page_rows import ExportRow

COLUMNS: Final = ("row", "kind", "text", "latex", "name", "value", "number", "unit", "sure", "confidence", "problem")
"""`value` is what a row comes to as a person writes it; `number` is a plain number, or empty, and `unit` its unit."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")


def table_of(rows: Sequence[ExportRow]) -> str:
    """Return rows as CSV (RFC 4180), with a head; a row that was not read has its problem in the last column."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = [
            row.number,
            row.kind,
            row.text,
            _latex_of(row),
            row.name,
            row.amount.text,
            row.amount.number,
            row.amount.unit,
            str(row.reading.sure and row.kind != "not read").lower(),
            round(row.reading.confidence, 6),
            row.problem,
        ]
        writer.writerow(map(_cell, cells))
    return table.getvalue()


def _latex_of(row: ExportRow) -> str:
    if row.structure is not None:
        return latex_of_row(row.structure)
    if row.kind == "column":
        return row.text.replace("×", r" \times ").replace(",", "{,}")
    return rf"\text{{{escaped(row.text)}}}" if row.text else ""


def _cell(content: object) -> object:
    """Return a cell's content, after an apostrophe where a spreadsheet would take it for a formula."""
    is_formula = isinstance(content, str) and content.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(content)
    return f"'{content}" if is_formula else content
