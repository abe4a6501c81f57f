r"""A page as LaTeX with amsmath: the body of a document's `align*`, or a document that compiles by itself.

Rows are aligned at their first relation sign, words stand in `\text{}`, and what was computed is bold, so that it is
told from what was written. A column of numbers is an array with its rule in it.
"""

import re
from collections.abc import Sequence
from typing import Final

from digitvision.recognition.calculation.column_sums import SIGNS
from digitvision.recognition.expression.notation.latex import latex_of_row
from digitvision.recognition.expression.notation.symbols import TEXTS
from digitvision.recognition.page_export.page_rows import ExportRow, cleaned, halves, written_rows
from digitvision.recognition.prediction import percent

COMPUTED_COLOUR: Final = "1F66D6"
"""Colour of what was computed, as red, green and blue in hexadecimal digits."""

_ESCAPED: Final = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    **{sign: f"\\{sign}" for sign in "#$%&_{}"},
}
_SIGNS: Final = {text: label for label, text in TEXTS.items() if not text.isascii()}
"""Mathematical signs beyond ASCII, which not every typesetter knows in text."""

_DOCUMENT: Final = r"""\documentclass{{article}}
\usepackage[T1]{{fontenc}}
\usepackage{{amsmath}}
\usepackage{{xcolor}}
{note}\definecolor{{computed}}{{HTML}}{{{colour}}}
\newcommand{{\computed}}[1]{{{{\color{{computed}}\boldsymbol{{#1}}}}}}
\allowdisplaybreaks
\begin{{document}}
{title}{body}
\end{{document}}
"""
_NOTE: Final = (
    "% There are letters in it that lualatex or xelatex with a fitting font can print, and pdflatex cannot.\n"
)
_LATIN: Final = 0x180
"""Letters from here on are in no font of LaTeX's own."""


def align_of(rows: Sequence[ExportRow], *, notes: bool = True, command: str = r"\boldsymbol") -> str:
    """Return rows as an `align*`, to be pasted into a document that uses amsmath; empty for no rows.

    Args:
        rows: Rows of a page.
        notes: Whether comments say which rows were not read, or not surely.
        command: What is written before a computed value in braces.
    """
    written = written_rows(rows)
    if not written:
        return ""
    lines = []
    for index, row in enumerate(written):
        end = r" \\" if index + 1 < len(written) else ""
        note = note_of(row, rows) if notes else ""
        lines.append(f"  {aligned_row(row, command=command)}{end}" + (f" % {note}" if note else ""))
    return "\n".join([r"\begin{align*}", *lines, r"\end{align*}"])


def document_of(rows: Sequence[ExportRow], title: str = "") -> str:
    """Return rows as a whole document; title is plain text, and may be empty."""
    body = align_of(rows, command=r"\computed")
    heading = f"\\section*{{{escaped(title)}}}\n" if cleaned(title) else ""
    foreign = any(ord(sign) >= _LATIN for sign in heading + body)
    return _DOCUMENT.format(note=_NOTE if foreign else "", colour=COMPUTED_COLOUR, title=heading, body=body)


def aligned_row(row: ExportRow, *, command: str) -> str:
    """Return one row of an `align*` or `aligned`, without its end: two to four columns between `&`."""
    if row.column:
        return _column(row, command)
    if row.structure is None:
        return rf"&\text{{{escaped(row.text or 'not read')}}}" + _value_apart(row, command)
    left, right = (latex_of_row(half) for half in halves(row.structure))
    # After the line's end LaTeX would take a bracket for a space, and a star for a command.
    start = "{}" if left.startswith(("[", "*")) else ""
    text = f"{start}{left} &{right}" if left else f"&{right}"
    if row.computed is not None and row.asks:
        return f"{text} {command}{{{row.computed.latex}}}"
    return text + _value_apart(row, command)


def escaped(text: str) -> str:
    r"""Return plain text as it stands in LaTeX's text, on one line; signs of mathematics between `$`."""
    parts = []
    for sign in cleaned(text):
        label = _SIGNS.get(sign)
        parts.append(_ESCAPED.get(sign, sign) if label is None else f"${label}$")
    # Two hyphens or apostrophes would be typeset as one sign.
    return re.sub(r"([-'])(?=\1)", r"\1{}", "".join(parts))


def note_of(row: ExportRow, rows: Sequence[ExportRow] = ()) -> str:
    """Return a line on a row that was not read, or not surely, and on those in its column; empty for sure ones.

    Args:
        row: The row.
        rows: All rows that are exported.
    """
    column = [one for one in rows if row.column and one.number in row.within] or [row]
    return ", ".join(note for note in map(_note, column) if note)


def _note(row: ExportRow) -> str:
    if row.problem:
        return f"Row {row.number}: {row.problem}"
    if row.reading.verdict == "sure":
        return ""
    return f"Row {row.number}: {row.reading.verdict}, {percent(row.reading.confidence)}"


def _column(row: ExportRow, command: str) -> str:
    r"""Return a column of numbers as an array with `\hline` for a rule, the sum under the last one."""
    lines, rule = [], ""
    for text in row.column:
        if not text:
            rule = r"\hline "
            continue
        sign, number = (text[0], text[1:]) if text[0] in SIGNS else ("", text)
        # Behind nothing, LaTeX sets a sign of two operands; the comma is a decimal one.
        shown = {"": "", "×": r"{}\times "}.get(sign, "{}" + sign) + number.replace(",", "{,}")
        lines.append(rule + shown)
        rule = ""
    if rule:
        below = row.computed if row.has_sum_below else None
        lines.append(rule.strip() if below is None else rf"{rule}{command}{{{below.latex}}}")
    inside = r" \\ ".join(lines)
    table = rf"&\begin{{array}}{{r}} {inside} \end{{array}}"
    return table if row.has_sum_below else table + _value_apart(row, command)


def _value_apart(row: ExportRow, command: str) -> str:
    """Return the value of a row that does not end with an equals sign, in columns of its own."""
    return "" if row.computed is None else rf" &&\to {command}{{{row.computed.latex}}}"
