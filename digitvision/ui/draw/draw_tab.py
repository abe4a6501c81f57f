"""The Draw tab: the canvas, and beside or below it the answer, as the pen writes."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from digitvision.ink.stroke import Stroke
from digitvision.recognition.models.model_card import CHARACTER
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.prediction import Reading
from digitvision.ui.answer.answer_panel import AnswerPanel
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.placeholder import writing_hint
from digitvision.ui.document.document import Document, Picture
from digitvision.ui.reading.reading_hint import ReadingHint
from digitvision.ui.reading.reading_kinds import READINGS
from digitvision.ui.reading.recognition_worker import RecognitionClient

if TYPE_CHECKING:
    from digitvision.ui.draw.expression_answer import ExpressionAnswer

LIVE_INTERVAL_MS: Final = 40
"""Between two answers while the pen is down: often enough to look alive, rare enough to leave the pen its time."""

LIVE_SHARE: Final = 10
"""Reading takes at most one part in so many of the time while the pen is down."""

PANEL_WIDTHS_PX: Final = (240, 520)
PANEL_WIDTH_SHARE: Final = 0.36
PANEL_HEIGHTS_PX: Final = (132, 260)
PANEL_HEIGHT_SHARE: Final = 0.34
FORMULA_HEIGHTS_PX: Final = (138, 320)
FORMULA_HEIGHT_SHARE: Final = 0.36
MARGIN_PX: Final = 16
UNLIMITED_PX: Final = 16_777_215
"""Qt's own largest size of a widget."""


class DrawTab(QWidget):
    """Joins canvas, document and recognition."""

    reading_changed = Signal(object)
    """The `Reading` on screen, or None when there is nothing to read."""
    reading_wanted = Signal(str)
    """The name of the reading that the canvas is to be taken for, which the answer points to."""

    def __init__(self, document: Document, client: RecognitionClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._client = client
        self._reading: Reading | None = None
        self._pen_up = False
        self._live_waiting = False
        self._alphabet = ""
        self._expression: ExpressionAnswer | None = None
        self._offered: frozenset[str] = frozenset()
        self._read_picture: Picture | None = None
        self.canvas = Canvas()
        self.panel = AnswerPanel()
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        self._layout.setSpacing(MARGIN_PX)
        self._layout.addWidget(self.canvas, 1)
        self._layout.addWidget(self.panel)
        self._live_timer = QTimer(self)
        self._live_timer.setSingleShot(True)
        self._live_timer.setInterval(LIVE_INTERVAL_MS)
        self._live_timer.timeout.connect(self._ask_again)
        self.canvas.stroke_finished.connect(self._add_stroke)
        self.canvas.strokes_erased.connect(document.erase)
        self.canvas.ink_changed.connect(self._ask_live)
        document.content_changed.connect(self._show_content)
        client.recognized.connect(self._show_reading)
        client.model_loaded.connect(self._on_model_loaded)
        client.load_failed.connect(self.panel.show_loading)
        self.panel.pointer.wanted.connect(self.reading_wanted)
        self.panel.show_loading(self.tr("Loading the model …"))

    @property
    def reading(self) -> Reading | None:
        """The answer on screen; None when there is nothing to read."""
        return self._reading

    @property
    def reads_characters(self) -> bool:
        """Whether the canvas is taken for a single glyph."""
        return self._client.reading == CHARACTER

    @property
    def expression(self) -> "ExpressionAnswer":
        """The answer where there is more than one glyph, made when it is first wanted."""
        if self._expression is None:
            from digitvision.ui.draw.expression_answer import ExpressionAnswer

            self._expression = ExpressionAnswer(self._document, self.canvas, self._client)
            self._expression.panel.pointer.wanted.connect(self.reading_wanted)
            self._layout.addWidget(self._expression.panel)
        return self._expression

    @property
    def settled(self) -> bool:
        """Whether nothing more is to come of the answer on screen."""
        return self._expression is None or self._expression.settled

    def read_as(self, reading: str, model: str = "") -> None:
        """Take the canvas for this from now on.

        Args:
            reading: One of `readings.READINGS`.
            model: That reads it; the program's own when empty.
        """
        self._pointer.point("")
        self._client.read_as(reading, model)
        single = self.reads_characters
        if self._expression is not None or not single:
            self.expression.set_shown(not single)
        self.panel.setVisible(single)
        self.canvas.set_hint(writing_hint(self._alphabet if single else reading))
        self._live_timer.setInterval(LIVE_INTERVAL_MS)
        self._arrange(self.size())
        self._take(None)
        self._read_picture = None
        self.ask()

    def offer_readings(self, names: Collection[str]) -> None:
        """The readings that can be had: others are not pointed to."""
        self._offered = frozenset(names)

    def show_alphabet(self, name: str) -> None:
        """What is answered within, or will be once the model is loaded: the empty canvas asks for it."""
        self._alphabet = name
        if self.reads_characters:
            self.canvas.set_hint(writing_hint(name))

    def shut_down(self) -> None:
        """Leave nothing running."""
        if self._expression is not None:
            self._expression.shut_down()

    def ask(self) -> None:
        """Have what is on the canvas read."""
        picture, drawing = self._document.picture, self._document.drawing
        if picture is None and not drawing:
            self._client.forget()
            self._show(None)
        elif self.reads_characters:
            self._client.request(picture or drawing, live=False)
        elif picture is not None and not READINGS[self._client.reading].pictures:
            self._client.forget()
            self._show(None, self.tr("This is read from strokes; a picture is read as a character or a line."))
        else:
            if picture is not None and picture is not self._read_picture:
                # It takes its time: what was read before is not to stand beside it.
                self._show(None, self.tr("Reading {name} …").format(name=picture.name))
            self._read_picture = picture
            self._client.request(picture or drawing, live=False, corrections=self._document.corrections)

    @Slot(object)
    def _add_stroke(self, stroke: Stroke) -> None:
        self._pen_up = True
        self._document.add_stroke(stroke)

    @Slot()
    def _show_content(self) -> None:
        picture = self._document.picture
        self.canvas.set_content(self._document.drawing, None if picture is None else picture.image)
        self._live_waiting = False
        if self.canvas.busy and self.reads_characters:
            # Undo with the pen down: what is being written is still on the canvas.
            self._ask_live()
        else:
            self.ask()

    @Slot()
    def _ask_live(self) -> None:
        self._pointer.hold()
        if self._live_timer.isActive():
            self._live_waiting = True
            return
        drawing = self.canvas.live_drawing()
        if not self.reads_characters:
            # Whole expressions are read stroke by stroke; what is erased has been read with the pen up.
            return
        self._live_timer.start()
        if drawing:
            self._client.request(drawing, live=True)
        else:
            self.ask()

    @Slot()
    def _ask_again(self) -> None:
        if self._live_waiting:
            self._live_waiting = False
            self._ask_live()

    @Slot(object, bool)
    def _show_reading(self, reading: Reading, live: bool) -> None:
        # At pen up the bars are nearly there already; a person waits for this answer, so it is in place at once.
        ease = live or not self._pen_up
        if not live:
            self._pen_up = False
        # A page full of ink takes long to read: the pen must not wait for answers that nobody can follow.
        self._live_timer.setInterval(max(LIVE_INTERVAL_MS, int(reading.elapsed_ms * LIVE_SHARE)))
        if not live:
            # While the pen is down what is written is not finished, and what was said before may stay.
            self._point(reading.suggested_mode)
        if reading.mode != CHARACTER:
            self.expression.show_reading(reading)
            self._take(reading)
            return
        picture = self._document.picture
        if not reading.candidates and picture is not None:
            self.panel.show_nothing(self.tr("No ink was found in {name}.").format(name=picture.name))
        else:
            self.panel.show_reading(reading, ease=ease)
        self._take(reading)

    @property
    def _pointer(self) -> ReadingHint:
        return self.panel.pointer if self.reads_characters else self.expression.panel.pointer

    def _point(self, name: str) -> None:
        self._pointer.point(name if name in self._offered else "")

    def _show(self, reading: Reading | None, message: str = "") -> None:
        self._point("")
        if self.reads_characters:
            self.panel.show_nothing()
        else:
            self.expression.show_nothing(message)
        self._take(reading)

    def _take(self, reading: Reading | None) -> None:
        self._reading = reading
        self.reading_changed.emit(reading)

    @Slot(object, str, str)
    def _on_model_loaded(self, model: Model, alphabet: str, _problem: str) -> None:
        self.panel.show_model(model, alphabet)
        self.show_alphabet(alphabet)
        self.ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(event.size())

    def _arrange(self, size: QSize) -> None:
        width, height = size.width() - 3 * MARGIN_PX, size.height() - 3 * MARGIN_PX
        panel_width = _within(width * PANEL_WIDTH_SHARE, PANEL_WIDTHS_PX)
        panel_height = _within(height * PANEL_HEIGHT_SHARE, PANEL_HEIGHTS_PX)
        directions = QBoxLayout.Direction
        if not self.reads_characters:
            # Rows are wide: so is the canvas.
            self._layout.setDirection(directions.TopToBottom)
            self.expression.panel.setFixedHeight(_within(height * FORMULA_HEIGHT_SHARE, FORMULA_HEIGHTS_PX))
            return
        # A digit is as large as the canvas's shorter side lets it be: that decides where the answer goes.
        stacked = min(width, height - panel_height) > min(width - panel_width, height)
        self._layout.setDirection(directions.TopToBottom if stacked else directions.LeftToRight)
        self.panel.set_wide(stacked)
        # The side that is not fixed is freed: what the other layout fixed must not stay.
        if stacked:
            self.panel.setFixedHeight(panel_height)
            self.panel.setMinimumWidth(0)
            self.panel.setMaximumWidth(UNLIMITED_PX)
        else:
            self.panel.setFixedWidth(panel_width)
            self.panel.setMinimumHeight(0)
            self.panel.setMaximumHeight(UNLIMITED_PX)


def _within(size: float, limits: tuple[int, int]) -> int:
    return int(min(max(size, limits[0]), limits[1]))
