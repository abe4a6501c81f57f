"""The window of the earlier drawings."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitvision.recognition.prediction import Candidate, Reading
from digitvision.ui.document.earlier_window import EarlierWindow
from digitvision.ui.document.small_picture import PICTURE, small_picture
from digitvision.ui.journal.drawing_state import DrawingState
from digitvision.ui.journal.journal_folder import earlier_names, keep_earlier
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import button, choose
from tests.ui.document.journals import autosave_of, earlier
from tests.ui.hand import DIAGONAL, write
from tests.ui.journal.states import drawn
from tests.ui.windows import PATIENCE_MS, WindowMaker

Settle = Callable[[MainWindow], None]


@pytest.fixture
def folder(home: Path) -> Path:
    """The folder of the journals, with three earlier drawings."""
    folder = home / "journal"
    keep_earlier(folder, replace(drawn(100, 300), text="11"))
    keep_earlier(folder, replace(drawn(100), path="/somewhere/sum.inkml", text="1+1"))
    keep_earlier(folder, drawn(500))
    return folder


@pytest.fixture
def listed(folder: Path, qtbot: QtBot) -> Iterator[EarlierWindow]:
    """The window on the screen, with all pictures."""
    window = EarlierWindow(folder)
    window.show_drawings()
    qtbot.waitUntil(lambda: window.list.count() == 3 and not window.busy, timeout=PATIENCE_MS)
    yield window
    window.close()
    window.deleteLater()


def _texts(window: EarlierWindow) -> list[str]:
    return [window.list.item(row).text().split("\n")[0] for row in range(window.list.count())]


def test_drawings_are_listed_by_file_or_reading_with_pictures_and_told_in_words(listed: EarlierWindow) -> None:
    # The third has neither, so the moment when it was closed stands alone.
    assert {"11", "sum.inkml"} < set(_texts(listed))
    told = {str(listed.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(3)}
    assert any("of the file “sum.inkml”, read as “1+1”, 1 strokes" in text for text in told)
    for row in range(3):
        image = listed.list.item(row).icon().pixmap(PICTURE).toImage()
        assert _darkest(image) < 128


def _darkest(image: QImage) -> int:
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return min(pixel.lightness() for pixel in pixels)


def test_return_opens_the_chosen_one(listed: EarlierWindow, qtbot: QtBot, folder: Path) -> None:
    QTest.keyClick(listed.list, Qt.Key.Key_Right)
    name = earlier_names(folder)[1]

    with qtbot.waitSignal(listed.wanted, timeout=PATIENCE_MS) as signal:
        QTest.keyClick(listed.list, Qt.Key.Key_Return)

    assert signal.args == [name]
    assert not listed.isVisible()


def test_one_that_is_deleted_comes_back_by_undo(listed: EarlierWindow, qtbot: QtBot, folder: Path) -> None:
    before = earlier_names(folder)
    QTest.keyClick(listed.list, Qt.Key.Key_Delete)
    assert earlier_names(folder) == before[1:]
    assert listed.list.count() == 2

    button(listed.notice, "Undo").click()
    qtbot.waitUntil(lambda: listed.list.count() == 3 and not listed.busy, timeout=PATIENCE_MS)

    assert earlier_names(folder) == before


def test_without_drawings_the_window_says_what_will_be_here(folder: Path, qtbot: QtBot) -> None:
    window = EarlierWindow(folder / "none")
    window.show_drawings()
    qtbot.waitUntil(lambda: not window.busy, timeout=PATIENCE_MS)

    assert not window.list.isVisible()
    assert not button(window, "Open").isEnabled()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    window.deleteLater()


def test_one_that_another_window_has_opened_leaves_the_list(folder: Path, qtbot: QtBot) -> None:
    (folder / f"{earlier_names(folder)[0]}.earlier").write_bytes(b"digitvision-journal 2\n")
    window = EarlierWindow(folder)
    window.show_drawings()
    qtbot.waitUntil(lambda: window.list.count() == 2 and not window.busy, timeout=PATIENCE_MS)

    window.close()
    window.deleteLater()


@pytest.mark.slow
def test_an_earlier_drawing_changes_places_with_the_one_in_the_window(
    make_window: WindowMaker, settle: Settle, folder: Path, qtbot: QtBot
) -> None:
    window = make_window(journal=folder)
    write(window.draw_tab.canvas, DIAGONAL)
    mine = window.document.drawing
    choose(window, "Earlier drawings …")
    shown = window.recovery.earlier
    assert shown is not None
    qtbot.waitUntil(lambda: shown.list.count() == 3 and not shown.busy, timeout=PATIENCE_MS)
    row = next(row for row in range(3) if shown.list.item(row).text().startswith("sum.inkml"))

    shown.list.setCurrentRow(row)
    button(shown, "Open").click()
    settle(window)
    autosave_of(window).journal.flush()

    assert window.document.drawing == drawn(100).drawing
    assert window.document.path == Path("/somewhere/sum.inkml")
    assert window.document.modified
    assert len(earlier(folder)) == 3
    assert any(found.state.drawing == mine for found in earlier(folder))
    window.close()
    assert len(earlier(folder)) == 4


def test_a_double_click_opens_one(listed: EarlierWindow, qtbot: QtBot) -> None:
    place = listed.list.visualItemRect(listed.list.item(0)).center()
    viewport = listed.list.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    with qtbot.waitSignal(listed.wanted, timeout=PATIENCE_MS):
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(place))


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_small_picture_shows_all_ink_on_its_paper(ratio: float) -> None:
    ink, paper = QColor(0, 0, 0), QColor(255, 255, 200)
    picture = small_picture(drawn(-5000, 9000), ink=ink, paper=paper, ratio=ratio)

    assert picture.width() == PICTURE.width() * ratio
    edge = {picture.pixel(x, y) for x in range(picture.width()) for y in (0, picture.height() - 1)}
    assert edge == {paper.rgb()}
    assert _darkest(picture) < 128
    assert small_picture(DrawingState(), ink=ink, paper=paper, ratio=ratio).pixelColor(9, 9) == paper


def test_the_undo_key_brings_back_what_was_deleted_one_after_the_other(
    listed: EarlierWindow, qtbot: QtBot, folder: Path
) -> None:
    before = earlier_names(folder)
    QTest.keyClick(listed.list, Qt.Key.Key_Delete)
    QTest.keyClick(listed.list, Qt.Key.Key_Delete)
    assert earlier_names(folder) == before[2:]

    for left in (1, 0):
        QTest.keyClick(listed.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: not listed.busy, timeout=PATIENCE_MS)
        assert earlier_names(folder) == before[left:]
        assert bool(listed.notice.text) == bool(left)
    QTest.keyClick(listed.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def test_a_deletion_can_still_be_undone_when_the_window_comes_up_again(
    listed: EarlierWindow, qtbot: QtBot, folder: Path
) -> None:
    before = earlier_names(folder)
    QTest.keyClick(listed.list, Qt.Key.Key_Delete)
    QTest.keyClick(listed.list, Qt.Key.Key_Return)
    assert not listed.isVisible()

    listed.show_drawings()
    button(listed.notice, "Undo").click()
    qtbot.waitUntil(lambda: listed.list.count() == 3 and not listed.busy, timeout=PATIENCE_MS)

    assert earlier_names(folder) == before


def test_the_newest_is_chosen_when_the_window_comes_up_again(listed: EarlierWindow, qtbot: QtBot, folder: Path) -> None:
    listed.list.setCurrentRow(2)
    listed.close()
    keep_earlier(folder, drawn(700))

    listed.show_drawings()
    qtbot.waitUntil(lambda: listed.list.count() == 4 and not listed.busy, timeout=PATIENCE_MS)

    assert listed.list.currentRow() == 0


def test_it_comes_up_over_the_middle_of_the_programs_window(
    make_window: WindowMaker, folder: Path, qtbot: QtBot
) -> None:
    window = make_window(journal=folder)
    window.move(60, 30)
    choose(window, "Earlier drawings …")
    shown = window.recovery.earlier
    assert shown is not None
    handle = shown.windowHandle()
    assert handle.transientParent() is window.windowHandle()
    assert shown.isWindow()
    between = shown.frameGeometry().center() - window.frameGeometry().center()
    assert between.manhattanLength() <= 4
    qtbot.waitUntil(lambda: not shown.busy, timeout=PATIENCE_MS)


def test_a_mere_guess_is_no_name(make_window: WindowMaker, folder: Path) -> None:
    window = make_window(journal=folder)
    for sure, text in ((False, ""), (True, "7")):
        window.recovery.note_reading(Reading("character", (Candidate("7", "7", 0.4),), sure=sure))
        assert autosave_of(window).state.text == text
