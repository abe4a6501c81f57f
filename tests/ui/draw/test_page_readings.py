"""Pages as the program's own networks read them, in ink and in pictures, and what takes its time to be shown."""

import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from digitvision.ink.stroke import Drawing
from digitvision.recognition.models.model_store import ModelStore
from digitvision.resources import resource_path
from digitvision.ui.answer import candidate_row
from digitvision.ui.automation.page_bench import composed_row
from digitvision.ui.reading.reading_kinds import READINGS
from tests.recognition.line.line_pictures import picture
from tests.recognition.line.rows import moved, row
from tests.ui.controls import action, named
from tests.ui.draw.page_window import PageMaker, hands_rest
from tests.ui.hand import tap, write
from tests.ui.windows import PATIENCE_MS, WindowMaker

__all__ = ["hands_rest"]

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("hands_rest")]


def test_the_programs_own_networks_read_a_page(make_window: WindowMaker, qtbot: QtBot, shared_values: None) -> None:
    assert not READINGS["page"].problem(ModelStore())
    window = make_window(reading="page")
    strokes = [one for place, text in enumerate(("12+30=", "45-6=")) for one in composed_row(text, place)]

    write(window.draw_tab.canvas, *strokes)
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    items = window.draw_tab.page.panel.rows.items
    assert [(item.text, item.value_text) for item in items] == [("12+30=", "42"), ("45-6=", "39")]


def test_the_rows_of_a_picture_are_listed(make_window: WindowMaker, tmp_path: Path, shared_values: None) -> None:
    path = tmp_path / "rows.png"
    below = moved(row("75"), scale=1, dx=0, dy=260)
    picture(Drawing((*row("238").strokes, *below.strokes))).save(path)

    window = make_window(reading="page", file=path)
    page = window.draw_tab.page

    assert [item.text for item in page.panel.rows.items] == ["238", "75"]
    assert page.details.view.text == "238"
    assert page.marks.rectangle(page.items[1].key).isEmpty(), "nothing can be dragged"
    assert not action(window, "Join with the row above").isEnabled()
    assert not named(page.panel, QComboBox, "Kind of row").isEnabled()


def test_rows_of_a_picture_are_corrected_or_it_is_said_why_not(
    make_window: WindowMaker, qtbot: QtBot, tmp_path: Path, shared_values: None
) -> None:
    path = tmp_path / "rows.png"
    below = moved(row("75"), scale=1, dx=0, dy=260)
    picture(Drawing((*row("238").strokes, *below.strokes))).save(path)
    window = make_window(reading="page", file=path)
    page, canvas = window.draw_tab.page, window.draw_tab.canvas

    def settle() -> list[str]:
        qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)
        return [item.text for item in page.panel.rows.items]

    tap(canvas, canvas.to_drawing(page.corrections.boxes.label(4).center()))
    popup = page.corrections.popup
    assert popup is not None
    assert popup.isVisible()
    assert page.chosen == 1, "the row of the glyph is chosen"
    popup.chosen.emit("9")
    assert settle() == ["238", "79"]
    assert page.corrections.boxes.is_pinned(4)

    page.choose(page.items[0].key)
    settle()
    other = page.items[0].reading.candidates[1].text
    qtbot.waitUntil(lambda: bool(page.details.candidates.buttons), timeout=PATIENCE_MS)
    qtbot.wait(2 * candidate_row.PATIENCE_MS)
    qtbot.mouseClick(page.details.candidates.buttons[0], Qt.MouseButton.LeftButton)
    assert settle() == [other, "79"]
    window.document.undo_stack.undo()
    window.document.undo_stack.undo()
    assert settle() == ["238", "75"]

    kind, told = named(page.panel, QComboBox, "Kind of row"), "cannot be joined or parted"
    assert not kind.isEnabled()
    assert told in kind.toolTip()
    assert [one.text() for one in page.panel.findChildren(QLabel) if one.isVisible() and told in one.text()]
    assert page.choose_at(50.0, 50.0) == -1, "nothing there can be parted"


def test_the_candidates_of_a_page_that_comes_back_row_by_row_are_typeset(pages: PageMaker) -> None:
    def icon() -> QImage:
        button = page.answer.details.candidates.buttons[0]
        return button.icon().pixmap(button.iconSize()).toImage()

    def rest() -> None:
        page.settle()
        page.qtbot.wait(2 * candidate_row.PATIENCE_MS)

    page = pages(slices=True, pause_s=0.1)
    page.put(4, 4, 4, 4, 4)
    rest()
    came_back = icon()
    for place in (1, 0):
        page.click_row(place)
        rest()

    assert came_back == icon(), "while nothing else is asked for, they are typeset"


@pytest.mark.parametrize(("size", "least"), [((1600, 1000), 330), ((1080, 760), 200), ((1000, 700), 170)])
def test_the_graph_of_the_chosen_row_has_room(pages: PageMaker, size: tuple[int, int], least: int) -> None:
    page = pages(scripts=("y=3x",))
    # Where the panel was below the canvas before, the graph grows with it.
    for one in ((800, 600), size):
        page.window.resize(*one)
        page.put(4)
        page.settle()
    page.qtbot.waitUntil(lambda: page.window.width() == size[0], timeout=PATIENCE_MS)
    page.settle()

    plot, rows = page.answer.details.plot, page.answer.panel.rows
    assert plot is not None
    assert plot.height() >= least
    assert plot.height() < 2 * plot.width()
    assert rows.height() >= 200


def test_what_stands_above_a_graph_is_as_large_as_there_is_room(pages: PageMaker) -> None:
    page = pages(scripts=("y=3x", "1+2="))
    page.window.resize(1080, 760)
    page.put(4, 4)
    details, rows = page.answer.details, page.answer.panel.rows
    candidates, latex = details.candidates, named(details, QPlainTextEdit, "LaTeX")
    height = rows.height()
    assert details.plot is not None

    assert candidates.geometry().bottom() <= latex.mapTo(details, QPoint(0, 0)).y()
    page.click_row(1)
    page.settle()
    assert details.plot is None
    assert rows.height() == height, "another row is chosen, and the list stays as it is"


def test_a_model_that_is_named_counts_for_pages(make_window: WindowMaker, tmp_path: Path) -> None:
    refused = make_window(reading="page", model="digits")
    assert "digits" in refused.notice.text
    assert refused.readings.reading == "character"

    mine = tmp_path / "mine"
    shutil.copytree(resource_path("models", "equations"), mine)
    card = json.loads((mine / "card.json").read_text())
    (mine / "card.json").write_text(json.dumps({**card, "name": "mine"}))
    window = make_window(reading="page", model=str(mine))

    assert window.notice.text == ""
    assert window.readings.reading == "page"
    shown = [one.text() for one in window.statusBar().findChildren(QLabel)]
    assert any("mine" in text for text in shown), shown
