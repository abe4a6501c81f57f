"""A page as PDF: curves for the ink, values beside it, and the reading as text that is found and copied, not seen."""

from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter

from digitvision import __version__
from digitvision.faults import Fault
from digitvision.ink.stroke import Bounds
from digitvision.recognition.page_export.page_rows import cleaned
from digitvision.recognition.page_export.picture_layout import PagePicture
from digitvision.recognition.page_export.sheets import MOST_SHEETS, sheets_of
from digitvision.ui.export.export_request import SheetSize
from digitvision.ui.export.page_painter import paint_page, paint_paper, paint_text

MARGIN_MM: Final = 15.0
"""Margin of a sheet; of one of the page's own size as well."""

SHEETS_MM: Final[dict[SheetSize, tuple[float, float]]] = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}

WIDTH_UNITS: Final = 1000.0
"""What of the drawing a sheet's width shows: the canvas's shorter side at the actual size, or more if ink needs it."""

OWN_MM: Final = 180.0 / WIDTH_UNITS
"""Millimetres for each unit of the drawing on a sheet of its own size."""

LONGEST_MM: Final = 5000.0
"""Longest side of a PDF's sheet; the format allows 5,080."""

_RESOLUTION: Final = 1200
_MM_PER_INCH: Final = 25.4


class TooLongFault(Fault):
    """A page that needs more sheets than anybody would print."""


def page_pdf(
    page: PagePicture, *, sheet: SheetSize, title: str = "", paper: str = "", image: QImage | None = None
) -> bytes:
    """Return a page as a PDF; one that is too long for a sheet goes on on the next, parted between its rows.

    Args:
        page: The page; an empty one gives an empty sheet.
        sheet: Size of the sheets.
        title: The document's title, as plain text; empty for none.
        paper: Pattern of the paper; empty for none.
        image: A picture that was read instead of ink; None without one.

    Raises:
        TooLongFault: It needs too many sheets.
    """
    bounds = page.bounds or Bounds(0.0, 0.0, WIDTH_UNITS, WIDTH_UNITS)
    if sheet == "own":
        longest = LONGEST_MM - 2 * MARGIN_MM
        scale = min(OWN_MM, longest / max(bounds.longer_side, 1e-9))
        size = QSizeF(*(side * scale + 2 * MARGIN_MM for side in (bounds.width, bounds.height)))
        windows = [bounds]
    else:
        size = QSizeF(*SHEETS_MM[sheet])
        room = size - QSizeF(2 * MARGIN_MM, 2 * MARGIN_MM)
        bounds = _as_wide_as_the_paper(bounds, image)
        scale = room.width() / bounds.width
        boxes = [] if image is None else [bounds]
        boxes += [_inked(stroke.bounds, page.pen_width) for stroke in page.drawing.strokes]
        boxes += [text.box for text in page.texts]
        windows = sheets_of(bounds, boxes, room.height() / scale)
    if len(windows) > MOST_SHEETS:
        raise TooLongFault(
            f"This needs more than {MOST_SHEETS} sheets of paper; choose a sheet of the drawing's own size instead."
        )
    return _written(page, windows, size, scale, title=title, paper=paper, image=image)


def _as_wide_as_the_paper(bounds: Bounds, image: QImage | None) -> Bounds:
    """Return bounds that are at least as wide as the canvas, so that small drawings are printed in their size."""
    if image is not None:
        return bounds
    left = min(bounds.left, max(0.0, bounds.right - WIDTH_UNITS))
    return Bounds(left, bounds.top, max(bounds.right, left + WIDTH_UNITS), bounds.bottom)


def _inked(box: Bounds, pen_width: float) -> Bounds:
    """Return a stroke's box with the width of its line, which is at most one and a half times the pen's."""
    reach = 0.75 * pen_width
    return Bounds(box.left - reach, box.top - reach, box.right + reach, box.bottom + reach)


def _written(
    page: PagePicture,
    windows: list[Bounds],
    size: QSizeF,
    scale: float,
    *,
    title: str,
    paper: str,
    image: QImage | None,
) -> bytes:
    """Write each window of a page on a sheet of its own; `size` is in mm, `scale` in mm for each unit."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(cleaned(title))
    writer.setCreator(f"DigitVision {__version__}")
    writer.setResolution(_RESOLUTION)
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    for number, window in enumerate(windows):
        if number:
            writer.newPage()
        painter.save()
        dots = _RESOLUTION / _MM_PER_INCH
        painter.scale(dots * scale, dots * scale)
        left, top = window.left - MARGIN_MM / scale, window.top - MARGIN_MM / scale
        painter.translate(-left, -top)
        whole = Bounds(left, top, left + size.width() / scale, top + size.height() / scale)
        paint_paper(painter, paper, whole)
        if len(windows) > 1:
            # Ink of the next sheet does not reach into this one.
            painter.setClipRect(QRectF(whole.left, window.top, whole.width, window.height))
        paint_page(painter, page, window if len(windows) > 1 else whole, image=image)
        for text in page.texts:
            if window.top <= (text.box.top + text.box.bottom) / 2 <= window.bottom:
                paint_text(painter, text)
        painter.restore()
    painter.end()
    return bytes(data.data())
