"""Corrections are saved in the drawing's file, and are there again when it is opened."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from digitvision.ink.export import drawing_png
from digitvision.ink.inkml import read_inkml
from digitvision.recognition.corrections import Corrections, corrections_of
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ui.controls import choose
from tests.ui.dialogs import Dialogs
from tests.ui.draw.equation_window import EquationWindow

SAID = Corrections().with_label({2}, "x").with_glyph({0, 1})


def _saved(window: MainWindow, dialogs: Dialogs, path: Path) -> Path:
    dialogs.save_to(path)
    choose(window, "Save")
    return path


def _in(path: Path) -> Corrections:
    return corrections_of(read_inkml(path).annotations)


@pytest.mark.slow
def test_what_was_corrected_is_there_again_when_the_drawing_is_opened(
    equation: EquationWindow, dialogs: Dialogs, tmp_path: Path
) -> None:
    document = equation.window.document
    document.correct(SAID)
    equation.settle()
    before = equation.latex
    path = _saved(equation.window, dialogs, tmp_path / "said.inkml")
    choose(equation.window, "New drawing")
    assert not document.corrections

    equation.window.files.open(path)
    equation.settle()

    assert set(document.corrections.glyphs) == set(SAID.glyphs)
    assert document.corrections.labels == SAID.labels
    assert equation.latex == before == "1 x"
    assert equation.answer.corrections.boxes.is_pinned(0)
    assert not document.modified
    assert not document.undo_stack.canUndo()


def test_a_correction_alone_is_something_to_save_and_undo_takes_it_back(
    equation: EquationWindow, dialogs: Dialogs, tmp_path: Path
) -> None:
    document = equation.window.document
    path = _saved(equation.window, dialogs, tmp_path / "said.inkml")
    assert not document.modified
    document.correct(SAID)
    assert document.modified
    document.undo_stack.undo()
    assert not document.modified
    document.undo_stack.redo()

    choose(equation.window, "Save")
    assert _in(path) == SAID
    document.undo_stack.undo()
    choose(equation.window, "Save")
    assert not _in(path)


@pytest.mark.slow
def test_corrections_of_a_file_go_with_its_strokes_and_can_be_forgotten(
    equation: EquationWindow, dialogs: Dialogs, tmp_path: Path
) -> None:
    document = equation.window.document
    document.correct(SAID)
    path = _saved(equation.window, dialogs, tmp_path / "said.inkml")
    equation.window.files.open(path)
    equation.settle()

    document.erase((0,))
    assert document.corrections == Corrections().with_label({1}, "x")
    document.undo_stack.undo()
    assert set(document.corrections.glyphs) == set(SAID.glyphs)
    equation.settle()
    choose(equation.window, "Forget corrections")
    assert not document.corrections
    equation.settle()
    choose(equation.window, "Save")
    assert not _in(path)


def test_a_picture_over_the_drawing_does_not_lose_the_corrections(
    equation: EquationWindow, dialogs: Dialogs, tmp_path: Path
) -> None:
    equation.window.document.correct(SAID)
    (tmp_path / "one.png").write_bytes(drawing_png(sample_drawing(1), size=200, pen_width=40))
    equation.window.files.open(tmp_path / "one.png")
    equation.settle()

    path = _saved(equation.window, dialogs, tmp_path / "said.inkml")

    assert _in(path) == SAID


def test_another_file_is_not_taken_for_corrected(equation: EquationWindow, dialogs: Dialogs, tmp_path: Path) -> None:
    plain = _saved(equation.window, dialogs, tmp_path / "plain.inkml")
    equation.window.document.correct(SAID)
    dialogs.answer(QMessageBox.StandardButton.Discard)

    equation.window.files.open(plain)
    equation.settle()

    assert not equation.window.document.corrections
    assert dialogs.asked == ["Save the drawing first?"]
