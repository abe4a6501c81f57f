"""The graph of what was read is copied and saved, from the Edit menu and from its own."""

import csv
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox

from tests.ui.controls import action, choose, plain
from tests.ui.dialogs import Dialogs
from tests.ui.draw.equation_window import EquationMaker, EquationWindow
from tests.ui.windows import PATIENCE_MS


@pytest.fixture
def graph(equations: EquationMaker) -> EquationWindow:
    """A window with the graph of y = x + 1."""
    made = equations("y=x+1")
    made.write(5)
    assert made.answer.panel.plot is not None
    return made


@pytest.mark.slow
def test_the_values_are_copied_as_a_table_for_spreadsheets(graph: EquationWindow) -> None:
    choose(graph.window, "Copy values")

    clipboard = QGuiApplication.clipboard()
    names, *rows = [line.split("\t") for line in clipboard.text().splitlines()]
    assert names == ["x", "y = x+1"]
    assert len(rows) > 100
    assert all(float(y) == pytest.approx(float(x) + 1) for x, y in rows)
    assert b"x,y = x+1\n" in bytes(clipboard.mimeData().data("text/csv").data())


@pytest.mark.slow
def test_the_picture_is_copied(graph: EquationWindow) -> None:
    choose(graph.window, "Copy picture of the graph")

    assert graph.answer.panel.plot is not None
    assert QGuiApplication.clipboard().image().width() == 3 * graph.answer.panel.plot.area.width()


@pytest.mark.slow
def test_it_is_saved_in_the_form_that_the_name_says(graph: EquationWindow, dialogs: Dialogs, tmp_path: Path) -> None:
    for name in ("one.png", "two.svg", "three.csv", "four"):
        dialogs.save_to(tmp_path / name)
        choose(graph.window, "Save graph …")
        graph.settle()
        saved = tmp_path / (name if "." in name else "four.png")
        if saved.suffix == ".csv":
            assert next(csv.reader(saved.read_text(encoding="utf-8").splitlines())) == ["x", "y = x+1"]
        elif saved.suffix == ".svg":
            assert saved.read_bytes().lstrip().startswith(b"<?xml")
        else:
            assert not QImage(str(saved)).isNull()
        assert str(saved) in graph.window.statusBar().currentMessage()

    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.slow
def test_a_graph_that_is_there_already_is_replaced_by_a_clear_yes_only(
    graph: EquationWindow, dialogs: Dialogs, tmp_path: Path
) -> None:
    earlier = tmp_path / "mine.png"
    earlier.write_bytes(b"an earlier graph")
    dialogs.save_to(tmp_path / "mine")

    dialogs.answer(QMessageBox.StandardButton.Cancel)
    choose(graph.window, "Save graph …")
    graph.settle()
    assert dialogs.asked == ["Replace “mine.png”?"]
    assert earlier.read_bytes() == b"an earlier graph"

    dialogs.answer(QMessageBox.StandardButton.Yes)
    choose(graph.window, "Save graph …")
    graph.settle()
    assert not QImage(str(earlier)).isNull()


@pytest.mark.slow
def test_a_graph_is_offered_to_be_saved_beside_the_drawings(
    graph: EquationWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    places: list[str] = []

    def cancel(_parent: object, _title: str, place: str, _forms: str = "") -> tuple[str, str]:
        places.append(place)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", cancel)
    choose(graph.window, "Save graph …")
    graph.window.document.mark_saved(tmp_path / "sheet.inkml")
    graph.window.files.save()
    choose(graph.window, "Save graph …")

    assert places == [str(Path.home() / "graph.png"), str(tmp_path / "graph.png")]


@pytest.mark.slow
def test_what_cannot_be_saved_is_reported(graph: EquationWindow, dialogs: Dialogs, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    dialogs.save_to(tmp_path / "file" / "graph.png")

    choose(graph.window, "Save graph …")
    graph.qtbot.waitUntil(lambda: graph.window.notice.text != "", timeout=PATIENCE_MS)

    assert "cannot be written" in graph.window.notice.text


def test_without_a_graph_nothing_is_offered(equations: EquationMaker) -> None:
    window = equations("1+2")
    window.write(3)
    names = [plain(entry.text()) for entry in window.window.readings.graph.menu.actions() if entry.text()]

    assert names == ["Whole graph", "Copy picture of the graph", "Copy values", "Save graph …"]
    assert not any(action(window.window, name).isEnabled() for name in names)


@pytest.mark.slow
def test_the_menu_brings_a_graph_back(graph: EquationWindow) -> None:
    plot = graph.answer.panel.plot
    assert plot is not None
    before = plot.area.horizontal
    plot.area.getPlotItem().getViewBox().translateBy(x=50)
    plot.area.view_changed.emit()
    assert plot.moved

    choose(graph.window, "Whole graph")

    assert plot.area.horizontal == before
    assert not plot.moved
