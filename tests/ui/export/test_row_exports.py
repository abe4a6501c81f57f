"""One row of a page goes out by itself: from its menus, as a file in every form, and to the clipboard."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from digitvision.ui.export.export_request import EXPORT_FORMS, SUFFIXES, ExportForm, ExportRequest
from tests.ui.controls import action, choose, plain
from tests.ui.dialogs import Dialogs
from tests.ui.draw.page_window import PageMaker, PageWindow
from tests.ui.export.pdfs import sheet_texts
from tests.ui.windows import PATIENCE_MS

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
_MARKS: dict[ExportForm, bytes] = {
    "png": b"\x89PNG",
    "svg": b">3+4=</text>",
    "pdf": b"%PDF",
    "latex": rb"3 + 4 &= \computed{7}",
    "markdown": rb"3 + 4 = \boldsymbol{7}",
    "mathml": b"<mn>7</mn>",
    "csv": b"2,equation,3+4=,3 + 4 =,,7,7,,true",
}
"""What each form of the second row holds."""


@pytest.fixture(autouse=True)
def empty_clipboard(qapp: QApplication) -> Iterator[None]:
    """Leave nothing on the clipboard: data on the tests' clipboard would outlive the interpreter."""
    yield
    QGuiApplication.clipboard().clear()


def _menu_at(widget: QWidget, place: QPoint) -> dict[str, QAction]:
    """Return what the menu offers that a right click opens, and close it."""
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    (menu,) = [one for one in QApplication.allWidgets() if isinstance(one, QMenu) and one.isVisible()]
    offered = {plain(one.text()): one for one in menu.actions() if one.isEnabled()}
    menu.close()
    return offered


def _in_list(page: PageWindow) -> dict[str, QAction]:
    rows = page.answer.panel.rows
    return _menu_at(rows.viewport(), rows.visualRect(rows.model().index(1, 0)).center())


def _on_canvas(page: PageWindow) -> dict[str, QAction]:
    box = page.answer.items[1].row.box
    canvas = page.window.draw_tab.canvas
    return _menu_at(canvas, canvas.to_widget(box.left + 1, box.top + 1).toPoint())


@pytest.mark.parametrize("menu_of", [_in_list, _on_canvas])
def test_the_row_under_the_pointer_is_exported_and_copied(
    menu_of: Callable[[PageWindow], dict[str, QAction]],
    three_rows: PageWindow,
    dialogs: Dialogs,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    path = tmp_path / "row.tex"
    dialogs.export_as(ExportRequest("latex"))
    dialogs.save_to(path)

    offered = menu_of(three_rows)
    assert three_rows.chosen == "3+4="
    copies = offered["Copy as"].menu()
    assert isinstance(copies, QMenu)
    offered["Export the row …"].trigger()
    qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)

    assert _MARKS["latex"] in path.read_bytes()
    assert b"1 + 2" not in path.read_bytes()
    (copied,) = [one for one in copies.actions() if plain(one.text()) == "Row with its value as Markdown"]
    copied.trigger()
    assert QGuiApplication.clipboard().text() == "$$\n3 + 4 = \\boldsymbol{7}\n$$"


def test_the_menu_beside_all_rows_offers_none(three_rows: PageWindow) -> None:
    canvas = three_rows.window.draw_tab.canvas

    assert "Export the row …" not in _menu_at(canvas, QPoint(canvas.width() - 5, canvas.height() - 5))


@pytest.mark.slow
def test_a_row_is_written_in_every_form(three_rows: PageWindow, dialogs: Dialogs, qtbot: QtBot, tmp_path: Path) -> None:
    three_rows.answer.choose(three_rows.answer.items[1].key)
    for form in EXPORT_FORMS:
        path = tmp_path / f"row{SUFFIXES[form]}"
        dialogs.export_as(ExportRequest(form))
        dialogs.save_to(path)
        choose(three_rows.window, "Export the row …")
        qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)

        assert _MARKS[form] in path.read_bytes()
        assert b"1+2" not in path.read_bytes()
    assert sheet_texts((tmp_path / "row.pdf").read_bytes())[0].lines == ("3+4=", "7")
    assert not QImage(str(tmp_path / "row.png")).isNull()


def test_the_chosen_row_is_copied_with_what_it_comes_to(three_rows: PageWindow) -> None:
    three_rows.answer.choose(three_rows.answer.items[2].key)

    choose(three_rows.window, "Row with its value as LaTeX")
    assert QGuiApplication.clipboard().text() == "\\begin{align*}\n  2 - 1 &= \\boldsymbol{1}\n\\end{align*}"
    assert three_rows.window.statusBar().currentMessage() == "Copied: Row with its value as LaTeX"
    choose(three_rows.window, "Row with its value as MathML")
    assert QGuiApplication.clipboard().mimeData().hasFormat("application/mathml+xml")


@pytest.mark.slow
def test_a_row_of_words_is_copied_as_words(pages: PageMaker) -> None:
    page = pages(scripts=("xy",))
    page.put(2, 2)
    choose(page.window, "LaTeX")
    assert QGuiApplication.clipboard().text() == r"\(xy\)"

    page.answer.rows.set_kind(page.answer.chosen, "line")
    page.settle()
    choose(page.window, "LaTeX")

    assert QGuiApplication.clipboard().text() == "xy"


@pytest.mark.slow
def test_without_a_row_there_is_nothing_to_export(pages: PageMaker) -> None:
    page = pages()
    assert not action(page.window, "Export the row …").isEnabled()

    page.put(4, 4)
    assert action(page.window, "Export the row …").isEnabled()
    page.window.document.clear()
    page.settle()
    assert not action(page.window, "Export the row …").isEnabled()


def test_a_row_that_is_being_read_is_not_mistaken_for_another(three_rows: PageWindow, dialogs: Dialogs) -> None:
    refused: list[str] = []
    three_rows.window.files.refused.connect(refused.append)
    three_rows.window.files.set_read_page(lambda: (None, ()))

    choose(three_rows.window, "Export the row …")

    assert refused == ["The row is still being read; try again in a moment."]
