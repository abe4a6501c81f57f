"""A place that is scrolled up and down, never sideways."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget


class VerticalScrollArea(QScrollArea):
    """Holds what may be higher than the window, and is at least as wide as it with the scroll bar beside it."""

    def __init__(self, held: QWidget, width: int, parent: QWidget | None = None) -> None:
        """Hold this.

        Args:
            held: What is scrolled.
            width: In pixels; more is taken only where what is held needs more.
            parent: The widget's.
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
        return QSize(max(self._width, self.minimumSizeHint().width()), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        needed = self._held.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(needed, super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # What is held needs another width: of that the layout around this place knows nothing by itself.
        if event.type() == QEvent.Type.LayoutRequest and watched is self._held:
            self.updateGeometry()
        return super().eventFilter(watched, event)
