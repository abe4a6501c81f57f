"""A page, or one of its rows, as a file in any form: what `File > Export…` and a row's menu call."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter

from digitvision.faults import Fault
from digitvision.files import write_named_file
from digitvision.ink.export import MARGIN
from digitvision.ink.stroke import Bounds, Drawing
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.page_export.page_svg import Background, page_svg
from digitvision.recognition.page_export.picture_layout import PagePicture, picture_of
from digitvision.recognition.page_export.text_forms import chosen_rows, page_text
from digitvision.recognition.prediction import PAGE, Reading
from digitvision.ui.export.export_request import ExportRequest, form_of_suffix
from digitvision.ui.export.page_painter import paint_page, paint_paper, rectangle_of
from digitvision.ui.export.page_pdf import page_pdf

LEAST_PEN_PX: Final = 1.0
"""Least width of the pen in a picture of pixels."""

NO_READING: Final = Reading(PAGE)


class UnknownFormFault(Fault):
    """A file whose name does not say in which form it is to be written."""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """What is exported.

    Attributes:
        drawing: The ink; empty where a picture was read.
        pen_width: Width of the pen at the pressure of a mouse, in the drawing's unit.
        reading: How it was read, as a page or as a single row; without rows only pictures can be made of it.
        values: What each row comes to, in the order of the rows; nothing for no values.
        image: The picture that was read instead of ink; None without one.
        title: The document's title.
    """

    drawing: Drawing
    pen_width: float
    reading: Reading = NO_READING
    values: Sequence[Value | None] = field(default=())
    image: QImage | None = None
    title: str = ""


def export_page(
    reading: Reading,
    values: Sequence[Value | None],
    path: Path,
    *,
    drawing: Drawing,
    pen_width: float,
    image: QImage | None = None,
    request: ExportRequest | None = None,
    row: int | None = None,
) -> None:
    """Write a page, or one of its rows, to a file; the old file stays as it was where that fails.

    Args:
        reading: How it was read.
        values: What each row comes to, in the order of the rows; nothing for no values.
        path: The file, in a folder that exists.
        drawing: The ink; empty where a picture was read.
        pen_width: Width of the pen at the pressure of a mouse, in the drawing's unit.
        image: The picture that was read instead of ink; None without one.
        request: How to write it; None for what the file's suffix says.
        row: Index of the only row that is written, from 0; None for all.

    Raises:
        Fault: The file cannot be written, its suffix says no form, nothing was read that could be written as text, or
            the page is too long.
        ValueError: There is no such row, or there are values but not one for each row.
    """
    if request is None:
        form = form_of_suffix(path.suffix)
        if form is None:
            raise UnknownFormFault(
                f"“{path.name}” does not say in which form it is to be written: end it with .pdf or .tex, say."
            )
        request = ExportRequest(form)
    page = Page(drawing, pen_width, reading, values, image, path.stem)
    write_named_file(path, page_bytes(page, request, row=row))


def page_bytes(page: Page, request: ExportRequest, *, row: int | None = None) -> bytes:
    """Return a page, or the row with this index, as a file; see `export_page` for what is raised."""
    if request.form in ("latex", "markdown", "mathml", "csv"):
        return page_text(page.reading, page.values, request.form, title=page.title, row=row).encode("utf-8")
    if request.form == "png":
        return _png_of(picture_of_page(page, request, row=row))
    picture, image = _laid_out(page, request, row)
    if request.form == "pdf":
        return page_pdf(picture, sheet=request.sheet, title=page.title, paper=request.paper, image=image)
    behind = None if image is None else Background(_png_of(image), _outline(image))
    svg = page_svg(picture, size=request.size_px, title=page.title, paper=request.paper, background=behind)
    return svg.encode("utf-8")


def picture_of_page(page: Page, request: ExportRequest, *, row: int | None = None) -> QImage:
    """Return a page, or the row with this index, as pixels with a margin; an empty one is an empty square."""
    picture, image = _laid_out(page, request, row)
    bounds, size = picture.bounds or Bounds(0.0, 0.0, 1.0, 1.0), request.size_px
    scale = size * (1 - 2 * MARGIN) / max(bounds.longer_side, 1e-9)
    edge = MARGIN * size / scale
    width, height = (min(size, max(round((side + 2 * edge) * scale), 1)) for side in (bounds.width, bounds.height))
    form = QImage.Format.Format_ARGB32_Premultiplied if request.transparent else QImage.Format.Format_RGB32
    painted = QImage(width, height, form)
    painted.fill(Qt.GlobalColor.transparent if request.transparent else Qt.GlobalColor.white)
    painter = QPainter(painted)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.scale(scale, scale)
    window = Bounds(bounds.left - edge, bounds.top - edge, bounds.right + edge, bounds.bottom + edge)
    painter.translate(-window.left, -window.top)
    # A line finer than a pixel would only be grey.
    picture = replace(picture, pen_width=max(picture.pen_width, LEAST_PEN_PX / scale))
    paint_paper(painter, request.paper, window)
    paint_page(painter, picture, window, image=image)
    painter.end()
    return painted


def _laid_out(page: Page, request: ExportRequest, row: int | None) -> tuple[PagePicture, QImage | None]:
    """Return all that a picture shows, and the image behind it, which shows no other row."""
    rows, image, drawing = chosen_rows(page.reading, page.values, row), page.image, page.drawing
    shown = None
    if image is not None:
        # The drawing that a picture covers is not what was read.
        drawing = Drawing()
        shown = _outline(image) if row is None else functools.reduce(Bounds.united, (one.box for one in rows))
        image = image if row is None else _only(image, shown)
    elif row is not None:
        drawing = Drawing(tuple(drawing.strokes[index] for one in rows for index in one.strokes))
    picture = picture_of(drawing, rows, pen_width=page.pen_width, with_values=request.values, background=shown)
    return picture, image


def _only(image: QImage, box: Bounds) -> QImage:
    """Return an image with all pixels but those in a box transparent."""
    part = QImage(image.size(), QImage.Format.Format_ARGB32_Premultiplied)
    part.fill(Qt.GlobalColor.transparent)
    painter = QPainter(part)
    painter.setClipRect(rectangle_of(box).toAlignedRect())
    painter.drawImage(0, 0, image)
    painter.end()
    return part


def _outline(image: QImage) -> Bounds:
    return Bounds(0.0, 0.0, float(image.width()), float(image.height()))


def _png_of(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())
