"""Dialogs are as wide as their titles, whatever little they ask."""

from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from digitvision.ui.document.export_dialog import ExportDialog
from digitvision.ui.widgets.title_room import make_room_for_title

_TITLE = "A title that is rather long"


def _width_of(title: str) -> int:
    return QFontMetrics(QGuiApplication.font()).horizontalAdvance(title)


def test_a_message_box_is_wider_than_its_title(qtbot: QtBot) -> None:
    box = QMessageBox()
    qtbot.addWidget(box)
    box.setWindowTitle(_TITLE)
    box.setText("Go?")
    box.setInformativeText("Now.")
    make_room_for_title(box)

    box.show()

    assert box.width() > _width_of(_TITLE) + 100


def test_the_export_dialog_is_wider_than_its_title(qtbot: QtBot) -> None:
    dialog = ExportDialog()
    qtbot.addWidget(dialog)

    dialog.show()

    assert dialog.width() > _width_of(dialog.windowTitle()) + 100
