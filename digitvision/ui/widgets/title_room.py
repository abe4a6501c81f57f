"""Makes dialogs wide enough for their titles, which the window system cuts where there is no room."""

from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QMessageBox, QSizePolicy, QSpacerItem

BUTTONS_PX: Final = 180
"""Room for what else stands in a title bar: the icon and up to three buttons, with what is around them."""


def make_room_for_title(dialog: QDialog) -> None:
    """Give a dialog at least the width that its title needs; call it when all is set and before it is shown."""
    # The system's title bar has a font of its own, which Qt does not tell; it is about as wide as that of the window.
    metrics = QFontMetrics(QGuiApplication.font())
    # Qt adds the program's name.
    title = f"{dialog.windowTitle()} — {QGuiApplication.applicationDisplayName() or QCoreApplication.applicationName()}"
    width = metrics.horizontalAdvance(title) + BUTTONS_PX
    layout = dialog.layout()
    if isinstance(dialog, QMessageBox) and isinstance(layout, QGridLayout):
        # A message box keeps to the size of its content, whatever its least size; each change lays it out anew.
        spacer = QSpacerItem(width, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        layout.addItem(spacer, layout.rowCount(), 0, 1, layout.columnCount())
    else:
        dialog.setMinimumWidth(width)
