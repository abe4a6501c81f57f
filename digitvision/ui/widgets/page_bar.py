"""A bar of tabs whose chosen one is marked by a line, which is seen on dark and on light ground."""

from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar, QWidget

from digitvision.ui.theme import accent

_LINE_PX: Final = 3


class PageBar(QTabBar):
    """Titles of pages beside each other, with a line in the accent's colour under that of the page in sight."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        """Begin without pages.

        Args:
            name: What screen readers call the bar.
            parent: The parent widget.
        """
        super().__init__(parent)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        box: QRect = self.tabRect(self.currentIndex())
        if box.isValid() and self.isTabEnabled(self.currentIndex()):
            painter = QPainter(self)
            painter.fillRect(box.left() + 2, box.bottom() - _LINE_PX, box.width() - 4, _LINE_PX, accent(self.palette()))
