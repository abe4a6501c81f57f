"""What was said of glyphs lies in the drawing's file, and is there again when it is opened."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from digitvision.ink.export import drawing_png
from digitvision.ink.inkml import read_inkml
from digitvision.recognition.corrections import Corrections, corrections_of
from digitvision.ui.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ui.conftest import WindowMaker
from tests.ui.controls import choose
from tests.ui.dialogs import Dialogs
from tests.ui.equation_window import EquationMaker, EquationWindow, equation_maker

SAID = Corrections().with_label({2}, "x").with_glyph({0, 1})


@pytest.fixture
def equations(make_window: WindowMaker, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> EquationMaker:
    return equation_maker(make_window, qtbot, monkeypatch)


@pytest.fixture
def window(equations: EquationMaker) -> EquationWindow:
    made = equations("1+2")
    made.write(3)
    return made


def _saved(window: MainWindow, dialogs: Dialogs, path: Path) -> Path:
    dialogs.save_to(path)
    choose(window, "Save")
    return path


def _in(path: Path) -> Corrections:
    return corrections_of(read_inkml(path).remarks)


def test_what_was_corrected_is_there_again_when_the_drawing_is_opened(
    window: EquationWindow, dialogs: Dialogs, tmp_path: Path
) -> None:
    document = window.window.document
    document.correct(SAID)
    window.settle()
    before = window.latex
    path = _saved(window.window, dialogs, tmp_path / "said.inkml")
    choose(window.window, "New drawing")
    assert not document.corrections

    window.window.files.open(path)
    window.settle()

    assert set(document.corrections.glyphs) == set(SAID.glyphs)
    assert document.corrections.labels == SAID.labels
    assert window.latex == before == "1 x"
    assert window.answer.corrections.boxes.is_pinned(0)
    assert not document.modified
    assert not document.undo_stack.canUndo()


def test_a_correction_alone_is_something_to_save_and_undo_takes_it_back(
    window: EquationWindow, dialogs: Dialogs, tmp_path: Path
) -> None:
    document = window.window.document
    path = _saved(window.window, dialogs, tmp_path / "said.inkml")
    assert not document.modified
    document.correct(SAID)
    assert document.modified
    document.undo_stack.undo()
    assert not document.modified
    document.undo_stack.redo()

    choose(window.window, "Save")
    assert _in(path) == SAID
    document.undo_stack.undo()
    choose(window.window, "Save")
    assert not _in(path)


def test_what_a_file_said_goes_with_its_strokes_and_can_be_forgotten(
    window: EquationWindow, dialogs: Dialogs, tmp_path: Path
) -> None:
    document = window.window.document
    document.correct(SAID)
    path = _saved(window.window, dialogs, tmp_path / "said.inkml")
    window.window.files.open(path)
    window.settle()

    document.erase((0,))
    assert document.corrections == Corrections().with_label({1}, "x")
    document.undo_stack.undo()
    assert set(document.corrections.glyphs) == set(SAID.glyphs)
    window.settle()
    choose(window.window, "Forget corrections")
    assert not document.corrections
    window.settle()
    choose(window.window, "Save")
    assert not _in(path)


def test_a_picture_over_the_drawing_does_not_lose_what_was_said(
    window: EquationWindow, dialogs: Dialogs, tmp_path: Path
) -> None:
    window.window.document.correct(SAID)
    (tmp_path / "one.png").write_bytes(drawing_png(sample_drawing(1), size=200, pen_width=40))
    window.window.files.open(tmp_path / "one.png")
    window.settle()

    path = _saved(window.window, dialogs, tmp_path / "said.inkml")

    assert _in(path) == SAID


def test_another_file_is_not_taken_for_corrected(window: EquationWindow, dialogs: Dialogs, tmp_path: Path) -> None:
    plain = _saved(window.window, dialogs, tmp_path / "plain.inkml")
    window.window.document.correct(SAID)
    dialogs.answer(QMessageBox.StandardButton.Discard)

    window.window.files.open(plain)
    window.settle()

    assert not window.window.document.corrections
    assert dialogs.asked == ["Save the drawing first?"]
