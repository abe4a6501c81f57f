"""Dialogs that are wide enough for their titles, which window managers cut short otherwise."""

from typing import Final

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QDialog, QGridLayout, QMessageBox, QSizePolicy, QSpacerItem

_BUTTONS_PX: Final = 150
"""Room for the icon and the buttons of a title bar."""


def fit_title(dialog: QDialog) -> None:
    """Make a dialog at least as wide as its title; of a message box, all texts and buttons have to be there already."""
    font = dialog.font()
    font.setBold(True)
    # Where the system knows the program's name, Qt adds it to the title.
    title = f"{dialog.windowTitle()} — {QApplication.applicationDisplayName()}"
    width = QFontMetrics(font).horizontalAdvance(title) + _BUTTONS_PX
    grid = dialog.layout()
    if isinstance(dialog, QMessageBox) and isinstance(grid, QGridLayout):
        # A message box sets its size by itself, from what its layout asks for.
        filler = QSpacerItem(width, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Minimum)
        grid.addItem(filler, grid.rowCount(), 0, 1, grid.columnCount())
    else:
        dialog.setMinimumWidth(width)
