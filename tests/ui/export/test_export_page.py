"""A page as a file in every form: PDF, SVG, PNG and text, whole and row by row, and what cannot be written."""

import csv
import errno
import os
import re
from base64 import b64decode
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from digitvision.faults import Fault
from digitvision.files import FileFault
from digitvision.ink.stroke import Bounds, Drawing, Stroke
from digitvision.recognition.expression.semantics.values import Value
from digitvision.recognition.page_export.text_forms import NothingReadFault
from digitvision.recognition.prediction import PAGE, Reading
from digitvision.ui.export.export_page import Page, UnknownFormFault, export_page, page_bytes
from digitvision.ui.export.export_request import EXPORT_FORMS, PICTURED, SUFFIXES, ExportForm, ExportRequest
from digitvision.ui.export.page_pdf import TooLongFault
from tests.recognition.page_export.pages import HOSTILE, SEVEN, inked, page, page_of, row_of, unread_row
from tests.ui.export.pdfs import sheet_texts, streams_of

pytestmark = pytest.mark.usefixtures("qapp")

BLUE = 0x1F, 0x66, 0xD6


def _page(*answers: str, values: tuple[Value | None, ...] = ()) -> Page:
    drawing, reading = inked(page(*answers))
    return Page(drawing, 10.0, reading, values, title="A page")


def _pixels(data: bytes) -> NDArray[np.int_]:
    with Image.open(BytesIO(data)) as image:
        return np.asarray(image.convert("RGB")).astype(np.int_)


def _is_blue(pixels: NDArray[np.int_]) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = np.abs(pixels - BLUE).max(axis=2) < 40
    return near


# --- PDF ------------------------------------------------------------------------------------------------------------


def test_a_pdf_has_ink_as_curves_and_text_that_is_not_seen() -> None:
    pdf = page_bytes(_page("3 + 4 =", "x ^ { 2 } = 4", '"words', values=(SEVEN, None, None)), ExportRequest("pdf"))

    (sheet,) = sheet_texts(pdf)
    assert sheet.lines == ("3+4=", "7", "x²=4", "words")
    assert set(sheet.opacities) == {0.0}
    # Twelve for each stroke.
    assert sheet.curves >= 12 * (4 + 4 + 1)
    assert re.search(rb"/MediaBox \[0 0 595[\d.]* 84[12][\d.]*\]", pdf)
    # The title is in UTF-16.
    assert "A page".encode("utf-16-be") in pdf


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.isascii()])
def test_words_are_found_in_a_pdf(text: str) -> None:
    (sheet,) = sheet_texts(page_bytes(_page(f'"{text}'), ExportRequest("pdf")))

    assert sheet.lines == (" ".join(text.replace("\x00", "").replace("\x1b", "").split()),)


def test_words_are_found_whatever_font_the_window_has(qapp: QApplication) -> None:
    before = qapp.font()
    qapp.setFont(QFont("Standard Symbols PS"))
    try:
        pdf = page_bytes(_page('"so T₀ is √2', "T _ { 0 } = 3"), ExportRequest("pdf"))
    finally:
        qapp.setFont(before)

    assert sheet_texts(pdf)[0].lines == ("so T₀ is √2", "T₀=3")


def test_ligatures_are_written_as_their_letters() -> None:
    (sheet,) = sheet_texts(page_bytes(_page('"office file'), ExportRequest("pdf")))

    assert sheet.lines == ("office file",)


def test_a_long_page_goes_on_on_the_next_sheet_with_whole_rows() -> None:
    answers = [f"a = {number % 10}" for number in range(30)]

    sheets = sheet_texts(page_bytes(_page(*answers), ExportRequest("pdf")))

    assert len(sheets) == 2
    assert [line for sheet in sheets for line in sheet.lines] == [f"a={number % 10}" for number in range(30)]
    # A stroke is twelve curves here: none is on two sheets.
    assert [sheet.curves for sheet in sheets] == [12 * 3 * 15] * 2


def test_a_sheet_can_be_as_large_as_the_page() -> None:
    answers = [f"a = {number % 10}" for number in range(30)]
    pdf = page_bytes(_page(*answers), ExportRequest("pdf", sheet="own"))

    assert len(sheet_texts(pdf)) == 1
    found = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert found is not None
    width, height = (float(side) / 72 * 25.4 for side in found.groups())
    # 29 rows of a hundred units, and one of sixty; 0.18 mm for each, and margins.
    assert height == pytest.approx(2960 * 0.18 + 30, abs=4)
    assert width < height / 4


def test_ink_that_is_miles_away_does_not_make_endless_paper() -> None:
    far = Drawing((Stroke.of([(0, 0)]), Stroke.of([(0, 0), (0, 1e7)])))

    with pytest.raises(TooLongFault, match="more than 200 sheets"):
        page_bytes(Page(far, 10.0), ExportRequest("pdf"))
    assert page_bytes(Page(far, 10.0), ExportRequest("pdf", sheet="own")).startswith(b"%PDF")


def test_an_empty_page_is_an_empty_sheet() -> None:
    (sheet,) = sheet_texts(page_bytes(Page(Drawing(), 10.0), ExportRequest("pdf", paper="squared")))

    assert (sheet.lines, sheet.curves) == ((), 0)


# --- PNG and SVG ----------------------------------------------------------------------------------------------------


def test_values_are_in_another_colour_beside_the_ink() -> None:
    whole = _page("3 + 4 =", values=(SEVEN,))

    pixels = _pixels(page_bytes(whole, ExportRequest("png", 400)))
    without = _pixels(page_bytes(whole, ExportRequest("png", 400, values=False)))

    rows, columns = np.nonzero(_is_blue(pixels))
    ink_columns = np.nonzero((pixels.max(axis=2) < 60).any(axis=0))[0]
    assert len(rows) > 50
    assert columns.min() > ink_columns.max()
    assert not _is_blue(without).any()


def test_svg_and_png_show_the_same() -> None:
    whole = _page("3 + 4 =", "x = 1", values=(SEVEN, None))

    png = _pixels(page_bytes(whole, ExportRequest("png", 300, paper="dotted")))
    renderer = QSvgRenderer(QByteArray(page_bytes(whole, ExportRequest("svg", 300, paper="dotted"))))
    assert renderer.isValid()
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    svg = (
        np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., 2::-1].astype(np.int_)
    )

    assert svg.shape == png.shape
    for part in (lambda one: one.max(axis=2) < 100, _is_blue):
        both = (part(svg) & part(png)).sum() / (part(svg) | part(png)).sum()
        assert both > 0.85


@pytest.mark.parametrize("pattern", ["ruled", "squared", "dotted"])
def test_the_papers_pattern_is_printed_where_it_is_wanted(pattern: str) -> None:
    drawing = Drawing((Stroke.of([(10, 10)]), Stroke.of([(310, 310)])))

    plain, printed = (
        _pixels(page_bytes(Page(drawing, 10.0), ExportRequest("png", 400, paper=paper))) for paper in ("", pattern)
    )

    pale = (plain != printed).any(axis=2)
    assert 0 < pale.mean() < 0.25
    # The lines at 80, 160 and 240; with 310 + 10 + margins on 400 pixels.
    changed_rows = np.nonzero(pale[:, 200 if pattern != "dotted" else slice(None)].reshape(400, -1).any(axis=1))[0]
    assert len(changed_rows) <= (400 if pattern == "squared" else 60)


def test_the_ground_can_be_transparent() -> None:
    with Image.open(BytesIO(page_bytes(_page("x"), ExportRequest("png", 100, transparent=True)))) as image:
        alpha = np.asarray(image.convert("RGBA"))[..., 3]

    assert (alpha.min(), alpha.max()) == (0, 255)


# --- a single row, pictures, and what fails -------------------------------------------------------------------------


@pytest.mark.parametrize("form", EXPORT_FORMS)
def test_a_row_goes_out_by_itself_in_every_form(form: ExportForm, tmp_path: Path) -> None:
    whole = _page("a = 1", "3 + 4 =", "b = 2", values=(None, SEVEN, None))
    path = tmp_path / f"row{SUFFIXES[form]}"

    export_page(whole.reading, whole.values, path, drawing=whole.drawing, pen_width=10, row=1)

    data = path.read_bytes()
    if form == "pdf":
        assert sheet_texts(data)[0].lines == ("3+4=", "7")
    elif form == "png":
        assert _is_blue(_pixels(data)).any()
        # One row is wider than high, the page is not as wide.
        assert np.divide(*_pixels(data).shape[:2]) < 0.4
    elif form == "csv":
        rows = list(csv.reader(data.decode().splitlines()))
        assert [row[2] for row in rows] == ["text", "3+4="]
    else:
        text = data.decode()
        assert "7" in text
        assert not re.search(r"<mi>[ab]</mi>|>[ab]=|[ab] (&)?=", text)
        if form in ("svg", "mathml"):
            ElementTree.fromstring(text)


def test_a_picture_goes_out_with_its_text_upon_it(tmp_path: Path) -> None:
    image = QImage(600, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff8000"))
    row = row_of('"seen')
    reading = page_of(replace(row, strokes=(), box=Bounds(50, 60, 350, 120)))

    for form in PICTURED:
        path = tmp_path / f"picture{SUFFIXES[form]}"
        export_page(reading, (), path, drawing=Drawing(), pen_width=10, image=image)

    pixels = _pixels((tmp_path / "picture.png").read_bytes())
    assert pixels[tuple(side // 2 for side in pixels.shape[:2])].tolist() == [0xFF, 0x80, 0]
    (sheet,) = sheet_texts((tmp_path / "picture.pdf").read_bytes())
    assert sheet.lines == ("seen",)
    assert "data:image/png;base64," in (tmp_path / "picture.svg").read_text()
    export_page(reading, (), tmp_path / "row.png", drawing=Drawing(), pen_width=10, image=image, row=0)
    height, width = _pixels((tmp_path / "row.png").read_bytes()).shape[:2]
    assert height / width == pytest.approx(0.28, abs=0.05)


def test_a_row_of_a_picture_goes_out_without_the_others(tmp_path: Path) -> None:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff8000"))
    painter = QPainter(image)
    painter.fillRect(0, 100, 300, 60, QColor("#0000ff"))
    painter.end()
    first, second = (replace(row_of('"seen', number), strokes=()) for number in range(2))
    reading = page_of(replace(first, box=Bounds(0, 0, 300, 60)), replace(second, box=Bounds(0, 100, 300, 160)))
    whole = Page(Drawing(), 10.0, reading, image=image)

    shown = {form: page_bytes(whole, ExportRequest(form), row=1) for form in ("png", "svg", "pdf")}

    assert set(map(tuple, _pixels(shown["png"]).reshape(-1, 3).tolist())) >= {(0, 0, 255)}
    assert not (_pixels(shown["png"])[:, :, 0] > _pixels(shown["png"])[:, :, 2] + 8).any()
    (embedded,) = re.findall(rb"data:image/png;base64,([^\"]+)", shown["svg"])
    assert _pixels(b64decode(embedded))[:, :, 0].max() == 0
    (sheet,) = sheet_texts(shown["pdf"])
    assert sheet.lines == ("seen",)
    # Qt compresses images in PDFs, so that colours are not exact.
    (jpeg,) = [_pixels(data) for data in streams_of(shown["pdf"]) if data.startswith(b"\xff\xd8")]
    assert (jpeg[:, :, 0] - jpeg[:, :, 2]).max() < 60


def test_ink_goes_out_whether_it_was_read_or_not(tmp_path: Path) -> None:
    drawing, reading = inked(page_of(unread_row(0)))

    for form in EXPORT_FORMS:
        path = tmp_path / f"page{SUFFIXES[form]}"
        if form in PICTURED:
            export_page(reading, (), path, drawing=drawing, pen_width=10)
            assert path.stat().st_size > 100
            continue
        with pytest.raises(NothingReadFault, match="900 strokes"):
            export_page(reading, (), path, drawing=drawing, pen_width=10)
        assert not path.exists()


def test_a_name_that_says_no_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormFault, match="page.docx"):
        export_page(Reading(PAGE), (), tmp_path / "page.docx", drawing=Drawing(), pen_width=10)


def test_an_old_file_stays_where_the_new_one_cannot_be_written(tmp_path: Path) -> None:
    whole = _page("a = 1")
    old = tmp_path / "page.csv"
    old.write_text("old")

    with pytest.raises(Fault):
        export_page(Reading(PAGE), (), old, drawing=Drawing(), pen_width=10)
    with pytest.raises(FileFault, match="there is no folder"):
        export_page(whole.reading, (), tmp_path / "no" / "page.pdf", drawing=whole.drawing, pen_width=10)

    assert old.read_text() == "old"
    assert list(tmp_path.iterdir()) == [old]


@pytest.mark.parametrize("form", EXPORT_FORMS)
def test_a_full_disk_leaves_the_old_file_and_says_so(
    form: ExportForm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _page("a = 1")
    old = tmp_path / f"page{SUFFIXES[form]}"
    old.write_text("old")

    def fill_up(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fill_up)
    with pytest.raises(FileFault, match="cannot be written: no space left"):
        export_page(whole.reading, (), old, drawing=whole.drawing, pen_width=10)

    assert old.read_text() == "old"
    assert list(tmp_path.iterdir()) == [old]


def test_a_page_is_written_off_the_windows_thread(qapp: QApplication) -> None:
    import threading

    whole = _page("3 + 4 =", values=(SEVEN,))
    found: list[bytes] = []
    thread = threading.Thread(
        target=lambda: found.extend(page_bytes(whole, ExportRequest(form)) for form in EXPORT_FORMS)
    )
    thread.start()
    thread.join(60)

    assert [bool(data) for data in found] == [True] * len(EXPORT_FORMS)
