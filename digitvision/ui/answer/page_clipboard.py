"""A page, or one of its rows, in the text formats for other programs, to be copied there."""

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QMimeData

from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.page_export.text_forms import NothingReadFault, page_text
from digitvision.recognition.prediction import Reading
from digitvision.ui.answer.clipboard import MATHML_TYPES
from digitvision.ui.answer.clipboard_formats import PageCopyForm


def page_mime(
    reading: Reading, values: Sequence[Value | None], form: PageCopyForm, *, row: int | None = None
) -> QMimeData | None:
    """Return the clipboard's data for a page.

    Args:
        reading: The page.
        values: What each row comes to, in the order of the rows; nothing for no values.
        form: The format.
        row: Index of the only row that is copied, from 0; None for all.

    Returns:
        The data; None where nothing was read.

    Raises:
        ValueError: There is no such row, or there are values but not one for each row.
    """
    try:
        text = page_text(reading, values, form, row=row, notes=False).rstrip("\n")
    except NothingReadFault:
        return None
    mime = QMimeData()
    mime.setText(text)
    if form == "mathml":
        for kind in MATHML_TYPES:
            mime.setData(kind, QByteArray(text.encode()))
    return mime
