"""Exports from the window: what was read goes out with the ink, as far as it is what is on the canvas now."""

import errno
import os
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from digitvision.ui.export.export_request import ExportForm, ExportRequest
from tests.recognition.page_export.pages import SEVEN, inked, page
from tests.ui.controls import action, choose
from tests.ui.dialogs import Dialogs
from tests.ui.draw.equation_window import EquationMaker
from tests.ui.export.pdfs import sheet_texts
from tests.ui.hand import write
from tests.ui.windows import PATIENCE_MS


@pytest.mark.slow
def test_an_equation_goes_out_with_its_value(
    equations: EquationMaker, dialogs: Dialogs, qtbot: QtBot, tmp_path: Path
) -> None:
    window = equations("1+2=")
    window.write(4)
    path = tmp_path / "sum"
    dialogs.save_to(path)

    forms: tuple[tuple[ExportForm, str], ...] = (("latex", ".tex"), ("pdf", ".pdf"), ("csv", ".csv"))
    for form, suffix in forms:
        dialogs.export_as(ExportRequest(form))
        choose(window.window, "Export …")
        qtbot.waitUntil(path.with_suffix(suffix).exists, timeout=PATIENCE_MS)

    assert r"1 + 2 &= \computed{3}" in path.with_suffix(".tex").read_text()
    assert sheet_texts(path.with_suffix(".pdf").read_bytes())[0].lines == ("1+2=", "3")
    assert "1,equation,1+2=,1 + 2 =,,3,3,,true," in path.with_suffix(".csv").read_text()


@pytest.mark.slow
def test_a_row_of_a_page_goes_out_by_itself(
    equations: EquationMaker, dialogs: Dialogs, qtbot: QtBot, tmp_path: Path
) -> None:
    window = equations("1+2=").window
    drawing, reading = inked(page("a = 1", "3 + 4 ="))
    window.document.start()
    write(window.draw_tab.canvas, *drawing.strokes)
    window.files.set_read_page(lambda: (reading, (None, SEVEN)))
    dialogs.export_as(ExportRequest("markdown"))
    path = tmp_path / "row.md"
    dialogs.save_to(path)

    window.files.export_row(1)
    qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)

    assert path.read_text() == "# row\n\n$$\n3 + 4 = \\boldsymbol{7}\n$$\n"


@pytest.mark.slow
def test_a_disk_that_cannot_be_written_is_one_sentence(
    equations: EquationMaker, dialogs: Dialogs, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = equations("1+2=")
    window.write(4)
    path = tmp_path / "old.pdf"
    path.write_text("old")
    failed: list[str] = []
    window.window.files.failed.connect(failed.append)
    dialogs.export_as(ExportRequest("pdf"))
    dialogs.save_to(path)

    def refuse(_descriptor: int) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        choose(window.window, "Export …")
        qtbot.waitUntil(lambda: bool(failed), timeout=PATIENCE_MS)

    assert len(failed) == 1
    assert "old.pdf” cannot be written: read-only file system" in failed[0]
    assert "\n" not in failed[0]
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_read_of_other_ink_does_not_go_out(equations: EquationMaker) -> None:
    window = equations("1+2=")
    window.write(4)
    tab = window.window.draw_tab
    reading, values = tab.read_page()
    assert reading is not None
    assert [value.text for value in values if value is not None] == ["3"]

    window.window.document.clear()

    assert tab.read_page() == (None, ())


@pytest.mark.slow
def test_a_page_can_be_copied_as_a_whole(equations: EquationMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    window = equations("1+2=")
    window.write(4)
    names = ("Page as LaTeX", "Page as Markdown", "Page as MathML")
    assert not any(action(window.window, name).isVisible() for name in names)
    _, reading = inked(page("a = 1", "3 + 4 ="))
    monkeypatch.setattr(window.window.draw_tab, "_reading", reading)
    monkeypatch.setattr(window.window.draw_tab, "read_page", lambda: (reading, (None, SEVEN)))

    window.window.draw_tab.reading_changed.emit(reading)
    assert all(action(window.window, name).isVisible() for name in names)
    choose(window.window, "Page as LaTeX")

    assert QGuiApplication.clipboard().text().startswith("\\begin{align*}\n  a &= 1")
    assert window.window.statusBar().currentMessage() == "Copied: Page as LaTeX"
