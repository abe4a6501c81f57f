"""A scroll area that scrolls up and down, never sideways."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget


class VerticalScrollArea(QScrollArea):
    """Holds a widget that may be higher than the window, and is at least as wide as widget and scroll bar."""

    def __init__(self, held: QWidget, width: int, parent: QWidget | None = None) -> None:
        """Hold a widget.

        Args:
            held: The widget that is scrolled.
            width: Width in pixels, if the widget does not need more.
            parent: The parent widget.
        """
        super().__init__(parent)
        self._held = held
        self._width = width
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)
        self.setWidget(held)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def sizeHint(self) -> QSize:
        # All of the widget, so that a layout that has the room need not scroll it.
        height = self._held.heightForWidth(self.viewport().width()) if self._held.hasHeightForWidth() else 0
        return QSize(max(self._width, self.minimumSizeHint().width()), max(height, self._held.sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        needed = self._held.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(needed, super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The widget needs another width, of which the layout around the scroll area would not learn otherwise.
        if event.type() == QEvent.Type.LayoutRequest and watched is self._held:
            self.updateGeometry()
        return super().eventFilter(watched, event)
