"""A hint at another kind of reading, where the ink is obviously not of the kind that it is read as."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from digitvision.ui.reading.reading_kinds import reading_tip

PATIENCE_MS: Final = 800
"""The pause before a hint: between two strokes of one glyph, the ink may look like several glyphs for a moment."""

SPACE_PX: Final = 8


class ReadingHint(QWidget):
    """A question, with a button to answer yes. It never takes the focus, and it goes when the ink changes."""

    wanted = Signal(str)
    """Name of the kind of reading that the user has chosen."""
    shown_changed = Signal()
    """The hint has appeared or disappeared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._question = QLabel()
        self._button = QPushButton()
        self._button.setAutoDefault(False)
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.clicked.connect(lambda: self.wanted.emit(self._name))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_PX)
        layout.addWidget(self._question)
        layout.addWidget(self._button)
        layout.addStretch(1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PATIENCE_MS)
        self._pause.timeout.connect(self._appear)
        self.hide()

    @property
    def name(self) -> str:
        """Name of the kind of reading that is suggested; empty when no hint is in sight."""
        return "" if self.isHidden() else self._name

    def suggest(self, name: str) -> None:
        """Suggest one of `reading_kinds.READINGS` after a pause; an empty name hides the hint at once."""
        if name == self._name:
            return
        self._name = name
        self._pause.stop()
        if not self.isHidden():
            self.hide()
            self.shown_changed.emit()
        if name:
            self._pause.start()

    def hold(self) -> None:
        """Begin the pause anew, because somebody writes."""
        if self._pause.isActive():
            self._pause.start()

    @Slot()
    def _appear(self) -> None:
        question, answer = {
            "line": (self.tr("Several symbols?"), self.tr("Read as a line")),
            "equation": (self.tr("An equation?"), self.tr("Read as an equation")),
        }[self._name]
        self._question.setText(question)
        self._button.setText(answer)
        self._button.setToolTip(reading_tip(self._name))
        self._button.setAccessibleDescription(question)
        self.show()
        self.shown_changed.emit()
