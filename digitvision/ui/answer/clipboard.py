"""A formula in the formats for other programs, to be copied or dragged there."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter

from digitvision.recognition.expression.layout import LayoutError, LayoutTree
from digitvision.recognition.expression.notation.latex import display_latex_of, inline_latex_of
from digitvision.recognition.expression.notation.mathml import NAMESPACE, mathml_of
from digitvision.recognition.expression.notation.plain_text import text_of
from digitvision.recognition.expression.notation.typesetting import TypesetFormula
from digitvision.recognition.expression.notation.typst import typst_of
from digitvision.recognition.expression.semantics.sympy_code import sympy_code_of
from digitvision.ui.answer.clipboard_formats import PICTURE_FORMS, CopyForm
from digitvision.ui.answer.formula_image import BLACK, image_of

PICTURE_SCALE: Final = 3.0
"""Pixels of a PNG for each unit of the typeset formula."""

MATHML_TYPES: Final = (
    "application/mathml+xml",
    # The names of the format on the Windows clipboard, from which Word takes equations.
    'application/x-qt-windows-mime;value="MathML"',
    'application/x-qt-windows-mime;value="MathML Presentation"',
)
SVG_TYPE: Final = "image/svg+xml"
PNG_TYPE: Final = "image/png"

_WRITERS: Final[dict[CopyForm, Callable[[LayoutTree], str | None]]] = {
    "text": text_of,
    "latex": inline_latex_of,
    "display": display_latex_of,
    "mathml": mathml_of,
    "typst": typst_of,
    "sympy": sympy_code_of,
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula to be copied.

    Attributes:
        tree: Its layout.
        typeset: The typeset formula; None where it could not be typeset.
        words: What was read where that is words and no formula; empty for a formula.
    """

    tree: LayoutTree
    typeset: TypesetFormula | None
    words: str = ""


def as_text(formula: Formula, form: CopyForm) -> str | None:
    """Return a formula in a text format; None for pictures, and where it cannot be written in that format."""
    if formula.words:
        return _words_as(form, formula.words)
    write = _WRITERS.get(form)
    try:
        return None if write is None else write(formula.tree)
    except LayoutError:
        return None


def _words_as(form: CopyForm, words: str) -> str | None:
    """Return words in a text format: they are no product of their letters, and have spaces between them."""
    from digitvision.recognition.page_export.latex_page import escaped
    from digitvision.recognition.page_export.page_rows import cleaned

    text = cleaned(words)
    if form == "display":
        return rf"\[\text{{{escaped(text)}}}\]"
    if form == "mathml":
        return f'<math display="block" xmlns="{NAMESPACE}"><mtext>{escape(text)}</mtext></math>'
    if form == "typst":
        # A string between dollars is text.
        quoted = text.replace("\\", r"\\").replace('"', r"\"")
        return f'"{quoted}"'
    return {"text": text, "latex": escaped(text)}.get(form)


def mime_of(formula: Formula, form: CopyForm) -> QMimeData | None:
    """Return the clipboard's data for a format; None where the formula cannot be written in it."""
    if form in PICTURE_FORMS:
        return None if formula.typeset is None else _picture(formula.typeset, form)
    text = as_text(formula, form)
    if text is None:
        return None
    mime = QMimeData()
    mime.setText(text)
    if form == "mathml":
        for kind in MATHML_TYPES:
            mime.setData(kind, QByteArray(text.encode()))
    return mime


def dragged_mime(formula: Formula) -> QMimeData:
    """Return the data of a formula that is dragged to another program: LaTeX, SVG and a picture."""
    mime = QMimeData()
    mime.setText(as_text(formula, "latex") or "")
    if formula.typeset is not None:
        mime.setData(SVG_TYPE, QByteArray(formula.typeset.svg))
        _add_png(mime, formula.typeset)
    return mime


def _picture(typeset: TypesetFormula, form: CopyForm) -> QMimeData:
    mime = QMimeData()
    if form == "svg":
        mime.setData(SVG_TYPE, QByteArray(typeset.svg))
        # Text editors take the source of the SVG.
        mime.setText(typeset.svg.decode())
    else:
        _add_png(mime, typeset)
    return mime


def _add_png(mime: QMimeData, typeset: TypesetFormula) -> None:
    # On white, because many programs show transparent parts as black, on which a black formula is invisible.
    white = QColor(Qt.GlobalColor.white)
    image = image_of(typeset, scale=PICTURE_SCALE, colour=QColor(BLACK), ground=white)
    mime.setImageData(image)
    mime.setData(PNG_TYPE, _png(image))


def _png(image: QImage) -> QByteArray:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return data
