"""A page as Markdown, with formulas as TeX between `$$`, as GitHub, Jupyter, Obsidian and pandoc display them.

Words are paragraphs. Formulas in a row make one block, aligned at their relation signs.
"""

import html
import itertools
import re
from collections.abc import Sequence
from typing import Final

from digitvision.recognition.page_export.latex_page import aligned_row, note_of
from digitvision.recognition.page_export.page_rows import ExportRow, cleaned, written_rows

_ANYWHERE: Final = re.compile(r"[\\`*_{}\[\]#|~$^!]|==+")
"""Signs that mean something in Markdown or in one of its dialects, wherever they stand."""

_AT_THE_START: Final = re.compile(r"^(\d*)([-+=:.)])")
"""Signs that make a list, or a rule, of what they begin."""


def markdown_of(rows: Sequence[ExportRow], title: str = "", *, notes: bool = True) -> str:
    """Return rows as Markdown that ends with a line's end; empty for no rows and no title.

    Args:
        rows: Rows of a page.
        title: A heading as plain text; empty for none.
        notes: Whether comments, which are not displayed, say which rows were not read surely.
    """
    blocks = [f"# {escaped(title)}"] if cleaned(title) else []
    for formulas, group in itertools.groupby(written_rows(rows), key=_is_formula):
        if formulas:
            blocks.append(_formulas(list(group)))
        else:
            blocks += [_words(row) for row in group]
    remarks = [note_of(row) for row in rows if row.kind != "not read"] if notes else []
    if any(remarks):
        blocks.append("\n".join(f"<!-- {note} -->" for note in remarks if note))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def escaped(text: str) -> str:
    """Return plain text as it stands in Markdown, on one line."""
    signs = _ANYWHERE.sub(lambda found: "".join(f"\\{sign}" for sign in found[0]), cleaned(text))
    return html.escape(_AT_THE_START.sub(r"\1\\\2", signs), quote=False)


def _is_formula(row: ExportRow) -> bool:
    return row.structure is not None or bool(row.column)


def _formulas(rows: Sequence[ExportRow]) -> str:
    lines = [aligned_row(row, command=r"\boldsymbol").replace("&&", r"&\quad&") for row in rows]
    if len(rows) == 1:
        return f"$$\n{lines[0].replace('&', '')}\n$$"
    end = " \\\\\n"
    return f"$$\n\\begin{{aligned}}\n{end.join(lines)}\n\\end{{aligned}}\n$$"


def _words(row: ExportRow) -> str:
    if row.kind == "not read":
        return f"*{escaped(f'Row {row.number}: {row.problem}')}*"
    computed = "" if row.computed is None else rf" $\to \boldsymbol{{{row.computed.latex}}}$"
    return escaped(row.text) + computed
