"""The answer where a single character is read: the panel beside the canvas, or below it in a narrow window."""

from typing import Final

from PySide6.QtCore import QObject, QSize, Slot
from PySide6.QtWidgets import QBoxLayout

from digitvision.recognition.models.model_store import Model
from digitvision.recognition.prediction import Reading
from digitvision.ui.answer.answer_panel import AnswerPanel
from digitvision.ui.document.document import Document
from digitvision.ui.draw.answer import clamped
from digitvision.ui.reading.reading_hint import ReadingHint
from digitvision.ui.reading.recognition_client import RecognitionClient

PANEL_WIDTHS_PX: Final = (240, 520)
PANEL_WIDTH_SHARE: Final = 0.36
PANEL_HEIGHTS_PX: Final = (132, 260)
PANEL_HEIGHT_SHARE: Final = 0.34
UNLIMITED_PX: Final = 16_777_215
"""Qt's own largest size of a widget."""


class CharacterAnswer(QObject):
    """Joins the panel with the model that answers."""

    def __init__(self, document: Document, client: RecognitionClient, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self.panel = AnswerPanel()
        self.panel.show_loading(self.tr("Loading the model …"))
        client.model_loaded.connect(self._show_model)
        client.load_failed.connect(self.panel.show_loading)

    @property
    def hint(self) -> ReadingHint:
        """The hint at another kind of reading."""
        return self.panel.hint

    @property
    def settled(self) -> bool:
        """Always true: the panel shows all of a reading at once."""
        return True

    def set_shown(self, shown: bool) -> None:
        """Show the panel, or hide it."""
        self.panel.setVisible(shown)

    def arrange(self, layout: QBoxLayout, room: QSize) -> None:
        """Put the panel beside or below the canvas, whichever leaves the larger square for a character."""
        width, height = room.width(), room.height()
        panel_width = clamped(width * PANEL_WIDTH_SHARE, PANEL_WIDTHS_PX)
        panel_height = clamped(height * PANEL_HEIGHT_SHARE, PANEL_HEIGHTS_PX)
        directions = QBoxLayout.Direction
        stacked = min(width, height - panel_height) > min(width - panel_width, height)
        layout.setDirection(directions.TopToBottom if stacked else directions.LeftToRight)
        self.panel.set_wide(stacked)
        # The other side is freed: the layout before may have fixed it.
        if stacked:
            self.panel.setFixedHeight(panel_height)
            self.panel.setMinimumWidth(0)
            self.panel.setMaximumWidth(UNLIMITED_PX)
        else:
            self.panel.setFixedWidth(panel_width)
            self.panel.setMinimumHeight(0)
            self.panel.setMaximumHeight(UNLIMITED_PX)

    def show_nothing(self, message: str = "") -> None:
        """Show that nothing is read."""
        self.panel.show_nothing(message)

    def show_reading(self, reading: Reading, *, ease: bool) -> None:
        """Show a reading, or that a picture holds no ink that could be read."""
        picture = self._document.picture
        if not reading.candidates and picture is not None:
            self.panel.show_nothing(self.tr("No ink was found in {name}.").format(name=picture.name))
        else:
            self.panel.show_reading(reading, ease=ease)

    def shut_down(self) -> None:
        """Nothing works in the background."""

    @Slot(object, str, str)
    def _show_model(self, model: Model, alphabet: str, _problem: str) -> None:
        self.panel.show_model(model, alphabet)
