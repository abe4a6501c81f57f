"""A box to choose one of several entries, whose list is readable on light and on dark ground."""

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox


class ChoiceBox(QComboBox):
    """Shows its list on the ground of a field.

    The style paints such a list with the palette of menus. Theirs has a lighter ground in the dark, from which the
    style makes the edges of tick boxes, and the light texts of a list would not be seen on it.
    """

    def showPopup(self) -> None:
        view = self.view()
        palette = QPalette(view.palette())
        palette.setColor(QPalette.ColorRole.Window, self.palette().color(QPalette.ColorRole.Base))
        view.setPalette(palette)
        super().showPopup()
