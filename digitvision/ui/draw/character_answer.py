"""The answer where a single character is read: the panel beside the canvas, or below it in a narrow window."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSize, Slot
from PySide6.QtWidgets import QBoxLayout

from digitvision.recognition.expression.layout import LayoutTree, Symbol
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.prediction import Reading
from digitvision.ui.answer.answer_panel import AnswerPanel
from digitvision.ui.document.document import Document
from digitvision.ui.draw.answer import UNLIMITED_PX, clamped
from digitvision.ui.reading.reading_hint import ReadingHint
from digitvision.ui.reading.recognition_client import RecognitionClient

if TYPE_CHECKING:
    from digitvision.recognition.expression.semantics.values import Value
    from digitvision.ui.answer.clipboard import Formula

PANEL_WIDTHS_PX: Final = (240, 520)
PANEL_WIDTH_SHARE: Final = 0.36
PANEL_HEIGHTS_PX: Final = (132, 260)
PANEL_HEIGHT_SHARE: Final = 0.34


class CharacterAnswer(QObject):
    """Joins the panel with the model that answers."""

    def __init__(self, document: Document, client: RecognitionClient, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self.panel = AnswerPanel()
        self.panel.show_loading(self.tr("Loading the model …"))
        self._reading: Reading | None = None
        self.panel.chosen.connect(self._choose)
        client.model_loaded.connect(self._show_model)
        client.load_failed.connect(self.panel.show_loading)

    @property
    def hint(self) -> ReadingHint:
        """The hint at another kind of reading."""
        return self.panel.hint

    @property
    def formula(self) -> "Formula | None":
        """The character as a formula that can be copied, not typeset yet; None when nothing is read."""
        from digitvision.ui.answer.clipboard import Formula

        if self._reading is None:
            return None
        return Formula(LayoutTree((Symbol(self._reading.latex, self._reading.glyphs[0].strokes),)), None)

    @property
    def values(self) -> "tuple[Value | None, ...]":
        """None: a character has no value."""
        return ()

    @property
    def settled(self) -> bool:
        """Whether the bars are there; only the buttons of the next best answers follow in a moment."""
        return self.panel.settled

    @property
    def while_writing(self) -> bool:
        """Always true."""
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
        self._reading = None
        self.panel.show_nothing(message)

    def show_reading(self, reading: Reading, *, ease: bool) -> None:
        """Show a reading, or that a picture holds no ink that could be read."""
        picture = self._document.picture
        self._reading = reading if reading.candidates else None
        if not reading.candidates and picture is not None:
            self.panel.show_nothing(self.tr("No ink was found in {name}.").format(name=picture.name))
        else:
            self.panel.show_reading(reading, ease=ease)

    def shut_down(self) -> None:
        """Nothing works in the background."""

    @Slot(str)
    def _choose(self, latex: str) -> None:
        """Correct the whole drawing to the class of this LaTeX, a step that can be undone."""
        document = self._document
        if document.picture is not None:
            if self._reading is not None:
                box = self._reading.glyphs[0].box
                document.correct(document.corrections.with_picture_label(box, latex), self.tr("choice"))
        elif document.drawing:
            strokes = range(len(document.drawing.strokes))
            document.correct(document.corrections.with_label(strokes, latex), self.tr("choice"))

    @Slot(object, str, str)
    def _show_model(self, model: Model, alphabet: str, _problem: str) -> None:
        self.panel.show_model(model, alphabet)
