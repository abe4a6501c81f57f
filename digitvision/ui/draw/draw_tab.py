"""The Draw tab: the canvas, and beside or below it the answer, which follows the pen."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from digitvision.ink.stroke import Drawing, Stroke
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.multiple_glyphs import are_several_in_picture, may_be_several
from digitvision.recognition.prediction import LINE, Reading
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.canvas.placeholder import writing_hint
from digitvision.ui.canvas.tool import SELECT_TOOLS
from digitvision.ui.document.document import NO_CORRECTIONS, Document, Picture
from digitvision.ui.draw.answer import Answer, arrange_for_rows
from digitvision.ui.draw.character_answer import CharacterAnswer
from digitvision.ui.draw.drawing_view import DrawingView
from digitvision.ui.draw.ink_editing import InkEditing
from digitvision.ui.reading.reading_kinds import FEW_STROKES, READINGS, ReadingKind
from digitvision.ui.reading.recognition_client import RecognitionClient

if TYPE_CHECKING:
    from digitvision.recognition.expression.semantics.values import Value
    from digitvision.ui.answer.clipboard import Formula
    from digitvision.ui.answer.formula_panel import FormulaPanel
    from digitvision.ui.draw.expression_answer import ExpressionAnswer
    from digitvision.ui.draw.glyph_corrections import GlyphCorrections
    from digitvision.ui.draw.page_answer import PageAnswer

LIVE_INTERVAL_MS: Final = 40
"""Shortest time between two answers while the pen is down: they look continuous, and the pen keeps its time."""

LIVE_SHARE: Final = 10
"""Recognition takes at most one part in this many of the time while the pen is down."""

MARGIN_PX: Final = 16


class DrawTab(QWidget):
    """Joins canvas, document and recognition."""

    reading_changed = Signal(object)
    """The `Reading` on screen, or None when there is nothing to read."""
    reading_wanted = Signal(str)
    """Name of the kind of reading that the user has chosen from a hint."""
    row_chosen = Signal()
    """Another row of a page is chosen, or none."""

    def __init__(self, document: Document, client: RecognitionClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._client = client
        self._reading: Reading | None = None
        self._pen_up = False
        self._live_waiting = False
        self._alphabet = self._expected = ""
        self._offered: frozenset[str] = frozenset()
        self._read_picture: Picture | None = None
        self._read_drawing = Drawing()
        self._left_handed = False
        self.canvas = Canvas()
        self.editing = InkEditing(document, self.canvas)
        """Does what tools and menus ask for with the ink on the canvas."""
        self.paper = DrawingView(document, self.canvas, self)
        """Remembers with the drawing how it is looked at."""
        self.character = CharacterAnswer(document, client, self)
        """Shows the answer where a single character is read."""
        self._corrections: GlyphCorrections | None = None
        self._expression: ExpressionAnswer | None = None
        self._page: PageAnswer | None = None
        self._answer: Answer = self.character
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        self._layout.setSpacing(MARGIN_PX)
        self._layout.addWidget(self.canvas, 1)
        self._add_answer(self.character)
        self._live_timer = QTimer(self)
        self._live_timer.setSingleShot(True)
        self._live_timer.setInterval(LIVE_INTERVAL_MS)
        self._live_timer.timeout.connect(self._ask_again)
        self.canvas.stroke_finished.connect(self._add_stroke)
        self.canvas.ink_changed.connect(self._ask_live)
        document.content_changed.connect(self._show_content)
        client.recognized.connect(self._show_reading)
        client.kind_found.connect(self._offer_found)
        client.model_loaded.connect(self._on_model_loaded)

    @property
    def reading(self) -> Reading | None:
        """The reading on screen; None when there is nothing to read."""
        return self._reading

    @property
    def kind(self) -> ReadingKind:
        """The kind of reading that the canvas is read as."""
        return READINGS[self._client.reading]

    @property
    def corrections(self) -> "GlyphCorrections":
        """Corrects glyphs where several are read; made when it is first wanted."""
        if self._corrections is None:
            from digitvision.ui.draw.glyph_corrections import GlyphCorrections

            self._corrections = GlyphCorrections(self._document, self.canvas, self.editing.tool)
        return self._corrections

    @property
    def expression(self) -> "ExpressionAnswer":
        """Shows the answer where one line or expression is read; made when it is first wanted."""
        if self._expression is None:
            from digitvision.ui.draw.expression_answer import ExpressionAnswer

            self._expression = ExpressionAnswer(self.canvas, self._client, self.corrections)
            self._add_answer(self._expression)
        return self._expression

    @property
    def page(self) -> "PageAnswer":
        """Shows the answer where a page is read; made when it is first wanted."""
        if self._page is None:
            from digitvision.ui.draw.page_answer import PageAnswer

            self._page = PageAnswer(self._document, self.canvas, self._client, self.corrections, self.character)
            self._page.row_chosen.connect(self.row_chosen)
            self._add_answer(self._page)
        return self._page

    @property
    def several(self) -> "ExpressionAnswer | PageAnswer":
        """Shows the answer where several glyphs are read, in the kind of reading in use."""
        return self.page if self.kind.rows else self.expression

    @property
    def details(self) -> "FormulaPanel | None":
        """Shows the formula that was read, or the chosen row; None where a single character is read."""
        return self.several.details if self.kind.several_glyphs else None

    @property
    def formula(self) -> "Formula | None":
        """What is on screen as a formula that can be copied; None when nothing is read."""
        return self._answer.formula

    @property
    def settled(self) -> bool:
        """Whether the answer on screen is complete, and no other is about to be asked for."""
        return self._answer.settled and not self._live_waiting

    def read_page(self) -> "tuple[Reading | None, tuple[Value | None, ...]]":
        """Return how the content of the canvas was read, and what each row comes to.

        Returns:
            None and nothing while what is there now has not been read, or nothing was found to read.
        """
        document, reading = self._document, self._reading
        if reading is None or not reading.candidates:
            return None, ()
        if document.picture is None:
            now = self._read_drawing is document.drawing
        else:
            now = self._read_picture is document.picture and not any(glyph.strokes for glyph in reading.glyphs)
        return (reading, self._answer.values) if now else (None, ())

    def selected_text(self) -> str:
        """Return what the selected ink reads as; empty where that is not known."""
        drawing = self._document.drawing
        if self._read_drawing is not drawing:
            return ""
        from digitvision.ui.draw.selected_text import text_of_strokes

        return text_of_strokes(self._reading, self.editing.selection.indices, len(drawing.strokes))

    def set_left_handed(self, left_handed: bool) -> None:
        """Put the answer to the left of the canvas, where the hand that writes does not cover it, or to the right."""
        self._left_handed = left_handed
        self.editing.tool.view.set_left_handed(left_handed)
        self._arrange(self.size())

    def expect(self, reading: str) -> None:
        """Make ready for a kind of reading that is used soon: the empty canvas says what can be written then."""
        self._expected = reading
        self._show_writing_hint()
        self._arrange(self.size())

    def read_as(self, reading: str, model: str = "", *, calm: bool = False) -> None:
        """Read the canvas as another kind from now on.

        Args:
            reading: One of `reading_kinds.READINGS`.
            model: Name of the model that reads; empty for the program's own.
            calm: Whether the character on screen stays until a page is read.
        """
        before, self._expected = self._answer, ""
        if before is not self.character:
            self.character.hint.suggest("")
        before.hint.suggest("")
        self._client.read_as(reading, model)
        self._answer = self.several if self.kind.several_glyphs else self.character
        self.canvas.sheet.following.wanted = self.kind.several_glyphs
        if calm and before is self.character and self._answer is self._page:
            self._page.take_over()
            self._arrange(self.size())
            self.ask()
            return
        if before is not self._answer:
            before.set_shown(False)
        self._answer.set_shown(True)
        self._show_writing_hint()
        self._live_timer.setInterval(LIVE_INTERVAL_MS)
        self._arrange(self.size())
        self._set_reading(None)
        self._read_picture = None
        self.ask()

    def offer_readings(self, names: Collection[str]) -> None:
        """Set the kinds of reading that can be used; a hint suggests no other."""
        self._offered = frozenset(names)

    def show_alphabet(self, name: str) -> None:
        """Set the alphabet that characters are read within; the hint on the empty canvas names it."""
        self._alphabet = name
        self._show_writing_hint()

    def shut_down(self) -> None:
        """End what works for the answers in the background."""
        self.character.shut_down()
        for answer in (self._expression, self._page):
            if answer is not None:
                answer.shut_down()

    def ask(self) -> None:
        """Have the content of the canvas read."""
        picture, drawing, kind = self._document.picture, self._document.drawing, self.kind
        if picture is None and not drawing:
            self._client.forget()
            self._show_nothing()
        elif picture is not None and not kind.pictures:
            self._client.forget()
            message = self.tr("Equations are read from strokes; a picture is read as a character, a line or a page.")
            self._show_nothing(message)
            self._answer.hint.offer([name for name in READINGS if READINGS[name].pictures and name in self._offered])
        else:
            if kind.several_glyphs and picture is not None and picture is not self._read_picture:
                # A picture of several glyphs takes time: the reading before must not stand beside it meanwhile.
                self._show_nothing(self.tr("Reading {name} …").format(name=picture.name))
            self._read_picture = picture
            self._client.request(picture or drawing, live=False, corrections=self._document.corrections)

    def _add_answer(self, answer: Answer) -> None:
        answer.hint.wanted.connect(self.reading_wanted)
        answer.hint.doubted.connect(self._client.find_kind)
        self._layout.addWidget(answer.panel)

    def _show_writing_hint(self) -> None:
        kind = self.kind
        name = kind.name if kind.several_glyphs else self._expected or self._alphabet
        self.canvas.set_hint(writing_hint(name))

    @Slot(object)
    def _add_stroke(self, stroke: Stroke) -> None:
        self._pen_up = True
        self.editing.add_stroke(stroke, whole=not self.kind.several_glyphs)

    @Slot()
    def _show_content(self) -> None:
        picture = self._document.picture
        image, goes_on = None if picture is None else picture.image, not self._document.opening
        self._live_waiting = False
        unfinished = self.canvas.busy and self._follows_pen
        if not unfinished:
            # First of all: while another thread reads, this one has the time for everything else.
            self.ask()
        self.canvas.set_content(self._document.drawing, image, goes_on=goes_on)
        if unfinished:
            # Undo with the pen down: the unfinished stroke is still on the canvas.
            self._ask_live()

    @property
    def _follows_pen(self) -> bool:
        """Whether what is written now is read while the pen is down."""
        return self.kind.while_writing or self._answer.while_writing

    @Slot()
    def _ask_live(self) -> None:
        self._answer.hint.hold()
        if self._live_timer.isActive():
            self._live_waiting = True
            return
        if not self._follows_pen:
            return
        self._live_timer.start()
        drawing = self.canvas.live_drawing()
        if not self.kind.while_writing and len(drawing.strokes) > FEW_STROKES:
            return
        if self.canvas.tool == "pen":
            # Nobody is to see for long what a zigzag reads as that takes ink away.
            drawing = self.editing.without_scratched(drawing)
        if drawing:
            # Selected ink that is dragged is the same glyph; what is written or erased makes it another one.
            kept = self._document.corrections if self.canvas.tool in SELECT_TOOLS else NO_CORRECTIONS
            self._client.request(drawing, live=True, corrections=kept)
        else:
            self.ask()

    @Slot()
    def _ask_again(self) -> None:
        if self._live_waiting:
            self._live_waiting = False
            self._ask_live()

    @Slot(object, bool)
    def _show_reading(self, reading: Reading, live: bool) -> None:
        if live and not self._follows_pen:
            # It was asked for before there were rows, which stay while somebody writes on.
            return
        # At pen up the bars are nearly in place already; a person waits for this answer, so they do not move to it.
        ease = live or not self._pen_up
        if not live:
            self._pen_up = False
        # A page full of ink takes long to read: the pen must not wait for answers that nobody can follow.
        self._live_timer.setInterval(max(LIVE_INTERVAL_MS, int(reading.elapsed_ms * LIVE_SHARE)))
        if not live:
            # A stroke that is not finished says nothing about the kind of reading, so a hint stays as it is meanwhile.
            self._suggest_for(reading)
            self._read_drawing = self._document.drawing
        self._answer.show_reading(reading, ease=ease)
        self._set_reading(reading)

    def _suggest_for(self, reading: Reading) -> None:
        """Suggest the kind that would read the ink; that of what looks like no character takes a closer look."""
        if self.kind.rows:
            # A page holds whatever the other kinds read.
            self._suggest("")
            return
        strokes, glyphs, picture = self._document.drawing.strokes, reading.glyphs, self._document.picture
        if self.kind.several_glyphs or not glyphs:
            self._suggest(reading.suggested_mode)
            return
        in_vocabulary = glyphs[0].prediction.in_vocabulary
        if picture is not None and are_several_in_picture(picture.ink, in_vocabulary):
            # Equations are read from strokes only.
            self._suggest(LINE)
        elif picture is None and may_be_several(strokes, in_vocabulary):
            self._answer.hint.doubt()
        else:
            self._suggest(reading.suggested_mode)

    @Slot(str)
    def _offer_found(self, name: str) -> None:
        self._answer.hint.offer([name] if name in self._offered else [])

    def _suggest(self, name: str) -> None:
        self._answer.hint.suggest(name if name in self._offered else "")

    def _show_nothing(self, message: str = "") -> None:
        self._suggest("")
        self._answer.show_nothing(message)
        self._set_reading(None)

    def _set_reading(self, reading: Reading | None) -> None:
        self._reading = reading
        self.reading_changed.emit(reading)

    @Slot(object, str, str)
    def _on_model_loaded(self, _model: Model, alphabet: str, _problem: str) -> None:
        self.show_alphabet(alphabet)
        self.ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(event.size())

    def _arrange(self, size: QSize) -> None:
        # A margin on each side and one between the canvas and the panel.
        room = size - QSize(3 * MARGIN_PX, 3 * MARGIN_PX)
        if self._expected:
            beside = arrange_for_rows(self._layout, room, self.character.panel)
            self.character.panel.set_wide(not beside)
        else:
            self._answer.arrange(self._layout, room)
        if self._left_handed and self._layout.direction() == QBoxLayout.Direction.LeftToRight:
            self._layout.setDirection(QBoxLayout.Direction.RightToLeft)
