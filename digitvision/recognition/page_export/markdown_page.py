"""A page as Markdown, with formulas as TeX between `$$`, as GitHub, Jupyter, Obsidian and pandoc display them.

Words are paragraphs. Formulas in a row make one block, aligned at their relation signs.
"""

import html
import itertools
from collections.abc import Sequence
from typing import Final

from digitvision.recognition.page_export.latex_page import aligned_row, note_of
from digitvision.recognition.page_export.page_rows import ExportRow, cleaned

_ESCAPED: Final = frozenset("\\`*_{}[]()<>#+-.!|~$^=:")
"""Signs that mean something in Markdown or in one of its dialects; a backslash before them is always allowed."""


def markdown_of(rows: Sequence[ExportRow], title: str = "", *, notes: bool = True) -> str:
    """Return rows as Markdown that ends with a line's end; empty for no rows and no title.

    Args:
        rows: Rows of a page.
        title: A heading as plain text; empty for none.
        notes: Whether comments, which are not displayed, say which rows were not read surely.
    """
    blocks = [f"# {escaped(title)}"] if cleaned(title) else []
    for formulas, group in itertools.groupby(rows, key=lambda row: row.structure is not None):
        if formulas:
            blocks.append(_formulas(list(group)))
        else:
            blocks += [_words(row) for row in group]
    remarks = [note_of(row) for row in rows if row.kind != "not read"] if notes else []
    if any(remarks):
        # Two hyphens would end the comment.
        blocks.append("\n".join(f"<!-- {note.replace('--', '-')} -->" for note in remarks if note))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def escaped(text: str) -> str:
    """Return plain text as it stands in Markdown, on one line."""
    return "".join(_sign(sign) for sign in cleaned(text))


def _sign(sign: str) -> str:
    return f"\\{sign}" if sign in _ESCAPED else html.escape(sign, quote=False)


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
