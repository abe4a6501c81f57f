"""The first figures of a model card, large, each with what it means in words."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from digitvision.recognition.models.headline_figures import Headline
from digitvision.recognition.models.model_card import ModelCard
from digitvision.ui.models.card_text import explain_figure

_VALUE_PX: Final = 24
_NARROWEST_PX: Final = 148
_SPACING_PX: Final = 16


class FigureRow(QWidget):
    """Shows figures side by side, and in more lines where it is narrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes: list[QWidget] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_SPACING_PX)
        self._grid.setVerticalSpacing(_SPACING_PX)

    def show_figures(self, headlines: Sequence[Headline], card: ModelCard) -> None:
        """Show these figures of a card instead of what was shown before."""
        for box in self._boxes:
            self._grid.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._boxes = [_box(headline, card) for headline in headlines]
        self._columns = 0
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        fitting = max(1, (self.width() + _SPACING_PX) // (_NARROWEST_PX + _SPACING_PX))
        columns = min(fitting, len(self._boxes))
        if columns == self._columns or not columns:
            return
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for index, box in enumerate(self._boxes):
            self._grid.addWidget(box, index // columns, index % columns)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)


def _box(headline: Headline, card: ModelCard) -> QWidget:
    box = QFrame()
    value = QLabel(headline.value)
    font = QFont(value.font())
    font.setPixelSize(_VALUE_PX)
    value.setFont(font)
    value.setForegroundRole(QPalette.ColorRole.WindowText)
    meaning = QLabel(explain_figure(headline, card))
    meaning.setWordWrap(True)
    meaning.setTextFormat(Qt.TextFormat.PlainText)
    meaning.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    meaning.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    layout.addWidget(value)
    layout.addWidget(meaning, 1)
    box.setAccessibleName(f"{headline.value} {meaning.text()}")
    return box
