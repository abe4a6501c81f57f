"""Dialogs are as wide as their titles."""

import pytest
from PySide6.QtWidgets import QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from digitvision.ui.widgets.dialog_width import fit_title

_TITLE = "A title that is rather long for a small dialog"


@pytest.mark.parametrize("kind", [QDialog, QMessageBox])
def test_a_dialog_has_room_for_its_title(qtbot: QtBot, kind: type[QDialog]) -> None:
    dialog = kind()
    qtbot.addWidget(dialog)
    dialog.setWindowTitle(_TITLE)
    if isinstance(dialog, QMessageBox):
        dialog.setText("Yes?")
    fit_title(dialog)
    dialog.show()

    assert dialog.width() > dialog.fontMetrics().horizontalAdvance(_TITLE) + 100
