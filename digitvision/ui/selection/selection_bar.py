"""A small bar beside selected strokes, with buttons that join them into one glyph or separate them."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget


class SelectionBar(QFrame):
    """Stays on the canvas as long as strokes are selected."""

    joined = Signal()
    """The selected strokes are one glyph."""
    parted = Signal()
    """No two of the selected strokes belong to one glyph."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._join = QPushButton(self.tr("One glyph"))
        self._join.setToolTip(self.tr("Read the selected strokes as one glyph"))
        self._join.clicked.connect(self.joined)
        self._part = QPushButton(self.tr("Separate"))
        self._part.setToolTip(self.tr("Read no two of the selected strokes as one glyph"))
        self._part.clicked.connect(self.parted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        layout.addWidget(self._join)
        layout.addWidget(self._part)
        self.hide()

    def offer(self, beside: QRect, *, strokes: int) -> None:
        """Show the buttons for this number of strokes, near this rectangle of the canvas."""
        self._part.setEnabled(strokes > 1)
        self.adjustSize()
        room = self._canvas.rect().adjusted(4, 4, -4, -4)
        below = beside.bottom() + 8
        y = below if below + self.height() <= room.bottom() else max(beside.top() - self.height() - 8, room.top())
        x = min(max(beside.center().x() - self.width() // 2, room.left()), room.right() - self.width())
        self.move(x, y)
        self.show()
        self.raise_()
        self._join.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
