"""The tool bar, with words that name what stands beside them where there is room for them."""

from typing import Final

from PySide6.QtGui import QAction, QFontInfo, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QToolBar

SHARE: Final = 0.9
"""Size of a word as a share of that of the buttons' text."""

MARGIN_PX: Final = 8


class ToolBar(QToolBar):
    """Hides its words in a narrow window: what they name has a tool tip, too, and must not be pushed out of sight."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._words: list[tuple[QLabel, QLabel | QAction]] = []

    def add_word(self, text: str) -> None:
        """Add a word, small and muted, so that it does not look like a button."""
        word = _word(text)
        self._words.append((word, self.addWidget(word)))

    def make_word(self, text: str) -> QLabel:
        """Make such a word for a widget of the caller's."""
        word = _word(text)
        self._words.append((word, word))
        return word

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        hidden = sum(word.sizeHint().width() for word, _ in self._words if word.isHidden())
        roomy = self.sizeHint().width() + hidden <= event.size().width()
        for _, shown in self._words:
            shown.setVisible(roomy)


def _word(text: str) -> QLabel:
    label = QLabel(text)
    label.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 0)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    font = label.font()
    font.setPointSizeF(QFontInfo(font).pointSizeF() * SHARE)
    label.setFont(font)
    return label
