"""The page Compare: all models answer the same drawing, and a plot shows cost against accuracy."""

import json
import shutil
from pathlib import Path

import pyqtgraph as pg
import pytest
from PySide6.QtWidgets import QComboBox, QTreeWidget
from pytestqt.qtbot import QtBot

from digitvision.recognition.models.model_store import CARD_FILE, LITERT_FILE
from digitvision.resources import resource_path
from digitvision.ui.evaluation.evaluation_results import EvaluationRequest
from digitvision.ui.models.compare_page import ComparePage
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ui.controls import labels, named, open_page, rows
from tests.ui.evaluation.evaluations import write_details
from tests.ui.hand import write
from tests.ui.pictures import picture_of
from tests.ui.windows import PATIENCE_MS, WindowMaker


def _open(window: MainWindow) -> ComparePage:
    open_page(window, "Compare")
    page = window.model_tab.compare_page
    assert page.isVisible()
    return page


def _answers(page: ComparePage) -> dict[str, str]:
    return {row[0]: row[1] for row in rows(named(page, QTreeWidget, "Models compared"))}


@pytest.mark.slow
@pytest.mark.parametrize("digit", [3, 7])
def test_all_models_answer_the_same_drawing(window: MainWindow, qtbot: QtBot, digit: int) -> None:
    write(window.draw_tab.canvas, *sample_drawing(digit).strokes)
    page = _open(window)
    qtbot.waitUntil(lambda: page.idle and all(_answers(page).values()), timeout=PATIENCE_MS)

    answers = _answers(page)
    assert set(answers) == {"digits", "classic", "glyphs"}
    assert all(text.removeprefix("?  ").startswith(f"{digit} ") for text in answers.values())
    table = rows(named(page, QTreeWidget, "Models compared"))
    assert all(row[2].endswith(" ms") for row in table)

    window.document.clear()
    qtbot.waitUntil(lambda: page.idle and not any(_answers(page).values()), timeout=PATIENCE_MS)


@pytest.mark.slow
def test_cost_and_accuracy_come_from_the_cards(window: MainWindow) -> None:
    page = _open(window)
    choice = named(page, QComboBox, "Measured on")
    choice.setCurrentIndex(choice.findText("MNIST test"))

    by_name = {row[0]: row for row in rows(named(page, QTreeWidget, "Models compared"))}
    assert by_name["classic"][4] == "225,034"
    assert by_name["classic"][3] == "99.17 %"
    # It reads more than digits, and is measured within them.
    assert by_name["glyphs"][3] == "99.03 %"
    assert "Capitals" in by_name["glyphs"][6]
    choice.setCurrentIndex(choice.findText("held-out samples of MNIST, answered within digits"))
    by_name = {row[0]: row for row in rows(named(page, QTreeWidget, "Models compared"))}
    assert (by_name["digits"][3], by_name["classic"][3]) == ("99.72 %", "not measured")
    assert "Not in the plot, because not measured on this data: “classic”, “glyphs”." in labels(page)
    choice.setCurrentIndex(choice.findText("MNIST test"))
    assert by_name["digits"][5].endswith(" MB")
    (plot,) = page.findChildren(pg.PlotWidget)
    # Ranges are made when they are painted.
    picture_of(page)
    (left, right), (low, high) = plot.getPlotItem().getViewBox().viewRange()
    # From a hundred thousand to a million parameters, on a logarithmic axis.
    assert 4.5 < left < 5.4
    assert 5.6 < right < 6.5
    assert low < 99.17
    assert 99.5 < high < 100.5


@pytest.mark.slow
def test_a_model_that_cannot_answer_shows_why_in_its_row(make_window: WindowMaker, home: Path, qtbot: QtBot) -> None:
    shutil.copytree(resource_path("models", "classic"), home / "models" / "spoilt")
    (home / "models" / "spoilt" / LITERT_FILE).write_bytes(b"no network")
    window = make_window()
    write(window.draw_tab.canvas, *sample_drawing(4).strokes)
    page = _open(window)
    qtbot.waitUntil(lambda: page.idle and all(_answers(page).values()), timeout=PATIENCE_MS)

    assert "“spoilt” is damaged" in _answers(page)["spoilt"]
    assert _answers(page)["classic"].removeprefix("?  ").startswith("4 ")


@pytest.mark.slow
def test_what_was_measured_in_the_window_is_compared_too(make_window: WindowMaker, home: Path, qtbot: QtBot) -> None:
    folder = home / "models" / "mine"
    shutil.copytree(resource_path("models", "classic"), folder)
    card = json.loads((folder / CARD_FILE).read_bytes())
    (folder / CARD_FILE).write_text(json.dumps({**card, "figures": []}), encoding="utf-8")
    write_details(EvaluationRequest(str(folder)).path)
    page = _open(make_window())

    def accuracy() -> str:
        return {row[0]: row[3] for row in rows(named(page, QTreeWidget, "Models compared"))}["mine"]

    qtbot.waitUntil(lambda: accuracy() == "99.60 %", timeout=PATIENCE_MS)
