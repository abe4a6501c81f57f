"""Pictures that are opened, dropped and pasted are read; answers, pictures and exports go out."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.export.export_dialog import ExportDialog
from digitvision.ui.export.export_request import ExportRequest
from digitvision.ui.window.main_window import MainWindow
from tests.ink.drawings import DIGITS, sample_drawing, sample_path
from tests.ui.controls import choose
from tests.ui.dialogs import Dialogs
from tests.ui.document.pictures import digit_picture
from tests.ui.hand import DIAGONAL, write
from tests.ui.windows import PATIENCE_MS

Settle = Callable[[MainWindow], None]


def _drop(window: MainWindow, data: QMimeData) -> bool:
    """Drag something onto the window and let it go; whether it was taken."""
    middle, action, button, none = (
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(middle, action, data, button, none)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(window, QDropEvent(middle.toPointF(), action, data, button, none))
    return enter.isAccepted()


class _OwnDrag(QDragEnterEvent):
    """What the formula sends when it is dragged: Qt fills in its source only while a real pointer drags it."""

    def source(self) -> QObject:
        window = QApplication.activeWindow()
        assert window is not None
        return window


def test_a_formula_that_ends_on_its_own_canvas_changes_nothing(window: MainWindow, canvas: Canvas) -> None:
    write(canvas, DIAGONAL)
    data = QMimeData()
    data.setImageData(QImage(20, 20, QImage.Format.Format_RGB32))
    none = Qt.KeyboardModifier.NoModifier
    enter = _OwnDrag(QPoint(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    enter.ignore()

    QApplication.sendEvent(window, enter)

    assert not enter.isAccepted()
    assert _drop(window, data), "from another program the same is a picture"


# --- in -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("digit", DIGITS)
def test_a_picture_of_a_digit_is_read(window: MainWindow, settle: Settle, tmp_path: Path, digit: int) -> None:
    path = tmp_path / "digit.png"
    path.write_bytes(digit_picture(digit))

    window.files.open(path)
    settle(window)

    assert window.document.picture is not None
    assert window.draw_tab.character.panel.answer_text == str(digit)
    # It is read already, so no message says that it is being read.
    assert window.statusBar().currentMessage() == "Opened digit.png"


def test_a_picture_that_is_light_on_dark_is_read(window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    path = tmp_path / "digit.png"
    path.write_bytes(digit_picture(5, ink="#ffffff", paper="#000000"))

    window.files.open(path)
    settle(window)

    assert window.draw_tab.character.panel.answer_text == "5"


@pytest.mark.slow
def test_a_picture_takes_the_drawings_place_and_undo_gives_it_back(
    window: MainWindow, canvas: Canvas, settle: Settle, tmp_path: Path
) -> None:
    write(canvas, *sample_drawing(3).strokes)
    path = tmp_path / "digit.png"
    path.write_bytes(digit_picture(7))
    window.files.open(path)
    settle(window)
    assert window.draw_tab.character.panel.answer_text == "7"

    choose(window, "Undo picture")
    settle(window)

    assert window.draw_tab.character.panel.answer_text == "3"


def test_a_picture_without_ink_has_no_answer(window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    path = tmp_path / "blank.png"
    Image.new("RGB", (200, 200), "white").save(path)

    window.files.open(path)
    settle(window)

    assert window.notice.text == ""
    assert window.draw_tab.character.panel.answer_text == ""
    assert window.draw_tab.character.panel.verdict_text == "No ink was found in blank.png."
    assert not window.draw_tab.character.panel.chart.values.any()


@pytest.mark.parametrize("kind", ["drawing", "picture"])
def test_a_file_dropped_on_the_window_opens(window: MainWindow, settle: Settle, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "digit.png"
    path.write_bytes(digit_picture(6))
    choose(window, "Model")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(sample_path(6) if kind == "drawing" else path))])

    assert _drop(window, data)
    settle(window)

    assert window.draw_tab.character.panel.answer_text == "6"
    assert window.draw_tab.isVisible()


def test_dropped_pixels_are_read(window: MainWindow, settle: Settle) -> None:
    data = QMimeData()
    data.setImageData(QImage.fromData(digit_picture(2)))

    assert _drop(window, data)
    settle(window)

    assert window.draw_tab.character.panel.answer_text == "2"


def test_what_is_no_file_and_no_picture_is_not_taken(window: MainWindow) -> None:
    data = QMimeData()
    data.setText("just words")

    assert not _drop(window, data)
    data.setUrls([QUrl("https://example.org/picture.png")])
    assert not _drop(window, data)


def test_a_pasted_picture_is_read(window: MainWindow, canvas: Canvas, settle: Settle, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setImage(QImage.fromData(digit_picture(8)))

    qtbot.keyClick(canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(window)

    assert window.draw_tab.character.panel.answer_text == "8"


def test_pasting_words_is_one_sentence(window: MainWindow, settle: Settle) -> None:
    QGuiApplication.clipboard().setText("just words")

    choose(window, "Paste")
    settle(window)

    assert window.notice.text == "There is neither ink nor a picture on the clipboard; copy some and paste again."


# --- out ------------------------------------------------------------------------------------------------------------


def test_the_answer_is_copied(window: MainWindow, canvas: Canvas, settle: Settle, qtbot: QtBot) -> None:
    write(canvas, *sample_drawing(4).strokes)
    settle(window)
    QGuiApplication.clipboard().clear()

    qtbot.keyClick(canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert QGuiApplication.clipboard().text() == "4"


@pytest.mark.slow
def test_the_picture_is_copied_and_can_be_pasted_again(
    window: MainWindow, canvas: Canvas, settle: Settle, qtbot: QtBot
) -> None:
    QGuiApplication.clipboard().clear()
    write(canvas, *sample_drawing(3).strokes)

    choose(window, "Copy picture")
    settle(window)

    image = QGuiApplication.clipboard().image()
    assert max(image.width(), image.height()) == 1024
    choose(window, "Paste")
    settle(window)
    assert window.document.picture is not None
    assert window.draw_tab.character.panel.answer_text == "3"


@pytest.mark.slow
@pytest.mark.parametrize("size", [16, 333, 2048])
def test_a_picture_is_exported_at_the_chosen_size(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, tmp_path: Path, size: int
) -> None:
    write(canvas, *sample_drawing(2).strokes)
    dialogs.export_as(ExportRequest("png", size, transparent=False))
    dialogs.save_to(tmp_path / "out")

    choose(window, "Export …")
    settle(window)

    with Image.open(tmp_path / "out.png") as image:
        assert max(image.size) == size
        pixels = np.asarray(image.convert("L"))
    assert pixels.min() < 60
    assert pixels[0, 0] == 255


def test_the_paper_can_be_transparent(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, tmp_path: Path
) -> None:
    write(canvas, DIAGONAL)
    dialogs.export_as(ExportRequest("png", 200, transparent=True))
    dialogs.save_to(tmp_path / "out.png")

    choose(window, "Export …")
    settle(window)

    with Image.open(tmp_path / "out.png") as image:
        alpha = np.asarray(image.convert("RGBA"))[..., 3]
    assert (alpha.min(), alpha.max()) == (0, 255)


def test_curves_are_exported_as_svg(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, tmp_path: Path
) -> None:
    write(canvas, *sample_drawing(2).strokes)
    dialogs.export_as(ExportRequest("svg", 640, transparent=False))
    dialogs.save_to(tmp_path / "out.svg")

    choose(window, "Export …")
    settle(window)

    root = ElementTree.fromstring((tmp_path / "out.svg").read_text("utf-8"))
    assert max(int(root.get("width", "0")), int(root.get("height", "0"))) == 640
    assert root.findall(".//{http://www.w3.org/2000/svg}path")


def test_an_export_that_cannot_be_written_is_one_sentence(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    write(canvas, DIAGONAL)
    dialogs.export_as(ExportRequest("png", 200, transparent=False))
    dialogs.save_to(tmp_path / "file" / "out.png")

    choose(window, "Export …")
    settle(window)

    assert "cannot be written" in window.notice.text


def test_a_cancelled_export_writes_nothing(
    window: MainWindow, canvas: Canvas, dialogs: Dialogs, settle: Settle, tmp_path: Path
) -> None:
    write(canvas, DIAGONAL)
    dialogs.export_as(None)
    choose(window, "Export …")
    dialogs.export_as(ExportRequest("png", 200, transparent=False))
    dialogs.save_to(None)
    choose(window, "Export …")
    settle(window)

    assert list(tmp_path.iterdir()) == []


def test_the_export_dialog_gives_what_was_chosen(window: MainWindow, qtbot: QtBot) -> None:
    dialog = ExportDialog(window)
    dialog.show()
    qtbot.waitUntil(dialog.isVisible, timeout=PATIENCE_MS)
    default = dialog.request()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    dialog.deleteLater()

    assert default == ExportRequest("png", 1024, transparent=False)
