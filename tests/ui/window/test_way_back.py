"""Where a picture and a drawing take each other's place, the status bar says so and leads back."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import sample_drawing
from tests.ui.controls import button, choose
from tests.ui.document.pictures import digit_picture
from tests.ui.hand import DIAGONAL, write
from tests.ui.windows import PATIENCE_MS


@pytest.fixture
def picture(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> Path:
    """A picture, which is open."""
    path = tmp_path / "seven.png"
    path.write_bytes(digit_picture(7))
    window.files.open(path)
    qtbot.waitUntil(lambda: window.document.picture is not None and window.settled, timeout=PATIENCE_MS)
    return path


def _bring_back(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(button(window.way_back, "Bring it back"), Qt.MouseButton.LeftButton)


@pytest.mark.slow
@pytest.mark.usefixtures("picture")
def test_a_picture_that_gives_way_is_brought_back(window: MainWindow, qtbot: QtBot) -> None:
    assert window.way_back.text == "", "it covers nothing"
    height = window.draw_tab.canvas.height()

    write(window.draw_tab.canvas, DIAGONAL, DIAGONAL)

    assert window.way_back.text == "The picture gave way to your drawing."
    assert window.draw_tab.canvas.height() == height, "nothing moves under the pen"
    _bring_back(window, qtbot)
    assert window.document.picture is not None
    assert window.way_back.text == ""
    window.document.undo_stack.redo()
    window.document.undo_stack.redo()
    assert len(window.document.drawing.strokes) == 2, "nothing is lost"


@pytest.mark.slow
def test_a_drawing_that_a_picture_covers_is_brought_back(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    write(window.draw_tab.canvas, *sample_drawing(4).strokes)
    path = tmp_path / "seven.png"
    path.write_bytes(digit_picture(7))
    window.files.open(path)
    qtbot.waitUntil(lambda: window.document.picture is not None and window.settled, timeout=PATIENCE_MS)

    assert window.way_back.text == "The picture covers your drawing."
    assert window.statusBar().currentMessage() == "Opened seven.png"
    choose(window, "Train")
    _bring_back(window, qtbot)
    assert len(window.document.drawing.strokes) == len(sample_drawing(4).strokes)
    assert window.tabs.currentWidget() is window.draw_tab
    assert window.way_back.text == ""


@pytest.mark.slow
def test_a_picture_that_is_brought_back_covers_the_drawing_again(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    write(window.draw_tab.canvas, *sample_drawing(4).strokes)
    path = tmp_path / "seven.png"
    path.write_bytes(digit_picture(7))
    window.files.open(path)
    qtbot.waitUntil(lambda: window.document.picture is not None and window.settled, timeout=PATIENCE_MS)
    write(window.draw_tab.canvas, DIAGONAL)
    assert window.way_back.text.startswith("The picture gave way")

    _bring_back(window, qtbot)
    assert window.way_back.text == "The picture covers your drawing."
    _bring_back(window, qtbot)
    assert window.way_back.text == ""
    assert len(window.document.drawing.strokes) == len(sample_drawing(4).strokes)


@pytest.mark.slow
@pytest.mark.parametrize("width", [640, 800, 1400])
@pytest.mark.usefixtures("picture")
def test_no_notice_covers_the_way_back(window: MainWindow, qtbot: QtBot, width: int) -> None:
    window.resize(width, 600)
    window.notice.show_notice("The file could not be written, because the disk is full. " * 2, kind="warning")

    write(window.draw_tab.canvas, DIAGONAL)
    window.notice.show_notice("The file could not be written, because the disk is full. " * 2, kind="warning")
    qtbot.wait(50)

    place = window.way_back.rect().translated(window.way_back.mapTo(window, QPoint(0, 0)))
    assert window.way_back.text
    assert not window.notice.geometry().intersects(place)
    assert window.rect().contains(window.notice.geometry())


@pytest.mark.slow
@pytest.mark.usefixtures("picture")
def test_undo_and_another_drawing_end_it(window: MainWindow) -> None:
    write(window.draw_tab.canvas, DIAGONAL)
    assert window.way_back.text != ""
    window.document.undo_stack.undo()
    assert window.way_back.text == ""

    window.document.undo_stack.redo()
    assert window.way_back.text != ""
    window.document.start()
    assert window.way_back.text == ""
    write(window.draw_tab.canvas, DIAGONAL)
    assert window.way_back.text == ""


@pytest.mark.usefixtures("picture")
def test_a_picture_that_is_cleared_needs_no_word(window: MainWindow) -> None:
    window.document.clear()

    assert window.way_back.text == ""
