"""The answer where more than one glyph is read: the panel below the canvas, the boxes on it, the value."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSize, QTimer, Slot
from PySide6.QtWidgets import QBoxLayout, QMenu

from digitvision.recognition.prediction import Reading
from digitvision.ui.answer.formula_panel import FormulaPanel
from digitvision.ui.answer.value_view import value_latex
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.document.document import Document
from digitvision.ui.draw.answer import clamped
from digitvision.ui.draw.glyph_corrections import GlyphCorrections
from digitvision.ui.reading.reading_hint import ReadingHint
from digitvision.ui.reading.recognition_worker import RecognitionClient
from digitvision.ui.reading.value_client import ValueClient

if TYPE_CHECKING:
    from digitvision.recognition.expression.semantics.values import Value

PANEL_HEIGHTS_PX: Final = (138, 320)
PANEL_HEIGHT_SHARE: Final = 0.36
MANY_STROKES: Final = 200
PATIENCE_MS: Final = 150
"""So long the value before stays while a new one is worked out: most come sooner, and nothing flickers."""


class ExpressionAnswer(QObject):
    """Joins them."""

    def __init__(self, document: Document, canvas: Canvas, client: RecognitionClient) -> None:
        super().__init__(canvas)
        self._document = document
        self._client = client
        self._latex = ""
        self._value: Value | None = None
        self._value_latex = ""
        self._values = ValueClient(self)
        self.panel = FormulaPanel()
        self.corrections = GlyphCorrections(document, canvas)
        self._stale = QTimer(self)
        self._stale.setSingleShot(True)
        self._stale.setInterval(PATIENCE_MS)
        self._stale.timeout.connect(self._forget_value)
        self.panel.symbol_picked.connect(self.corrections.ask)
        self.panel.candidate_chosen.connect(self.corrections.prefer)
        client.typeset.connect(self._show_formula)
        client.latex_typeset.connect(self._show_typeset_value)
        self._values.found.connect(self._show_value)

    @property
    def settled(self) -> bool:
        """Whether nothing more is to come."""
        return self._values.idle and not self._value_latex

    def offer_copies(self, menu: QMenu) -> None:
        """What the formula's button and context menu offer."""
        self.panel.set_copy_menu(menu)

    @property
    def hint(self) -> ReadingHint:
        """The hint at another kind of reading."""
        return self.panel.hint

    def set_shown(self, shown: bool) -> None:
        """Show the panel, or hide it; either way nothing is read yet."""
        self.panel.setVisible(shown)
        self.show_nothing()

    def arrange(self, layout: QBoxLayout, room: QSize) -> None:
        """Put the panel below the canvas, which is as wide as rows are."""
        layout.setDirection(QBoxLayout.Direction.TopToBottom)
        self.panel.setFixedHeight(clamped(room.height() * PANEL_HEIGHT_SHARE, PANEL_HEIGHTS_PX))

    def show_nothing(self, message: str = "") -> None:
        """There is nothing to read; `message` says what is wrong, if something is."""
        self._latex = self._value_latex = ""
        self._values.ask(None)
        self._stale.stop()
        self.panel.show_nothing(message)
        self.corrections.show_reading(None)

    def show_message(self, message: str) -> None:
        """What is being waited for, in the answer's place."""
        self.panel.show_nothing(message)

    def show_reading(self, reading: Reading, *, ease: bool) -> None:
        """Show what the drawing was read as."""
        if not reading.candidates:
            # Nobody writes so many in one row; the readers say nothing then.
            many = len(self._document.drawing.strokes) > MANY_STROKES
            sentence = self.tr("These are {count} strokes: that is too many to be read at once.")
            count = len(self._document.drawing.strokes)
            self.show_nothing(sentence.format(count=count) if many else self.tr("Nothing could be read here."))
            return
        self.panel.show_reading(reading)
        self.corrections.show_reading(reading)
        if reading.latex != self._latex:
            self._latex, self._value_latex = reading.latex, ""
            self._stale.start()
            self._values.ask(reading.tree)

    def shut_down(self) -> None:
        """Leave nothing running."""
        self._stale.stop()
        self._values.shut_down()

    @Slot(int, object)
    def _show_formula(self, place: int, formula: object) -> None:
        from digitvision.recognition.expression.notation.typesetting import TypesetDifference, TypesetFormula

        if place == 0:
            self.panel.show_formula(formula if isinstance(formula, TypesetFormula) else None)
        else:
            self.panel.candidates.show_formula(place, formula if isinstance(formula, TypesetDifference) else None)

    @Slot()
    def _forget_value(self) -> None:
        self.panel.show_value(None)

    @Slot(object, str)
    def _show_value(self, value: object, sentence: str) -> None:
        from digitvision.recognition.expression.semantics.values import Value

        self._value = value if isinstance(value, Value) else None
        self._value_latex = self._latex_of(self._value)
        if self._value_latex:
            # It comes at once: nothing is shown that would change again.
            self._client.typeset_latex(self._value_latex)
            return
        self._stale.stop()
        self.panel.show_value(self._value, sentence)

    def _latex_of(self, value: "Value | None") -> str:
        """A value as it is typeset; empty where there is nothing of that kind."""
        if value is None or value.kind == "function":
            return ""
        equals, ends = value.kind in ("number", "result"), self._latex.endswith("=")
        return value_latex(value.latex, equals=equals, after_equals=ends)

    @Slot(str, object)
    def _show_typeset_value(self, latex: str, formula: object) -> None:
        from digitvision.recognition.expression.notation.typesetting import TypesetFormula

        # Another formula's value was on its way.
        if latex != self._value_latex:
            return
        self._value_latex = ""
        self._stale.stop()
        self.panel.show_value(self._value, formula=formula if isinstance(formula, TypesetFormula) else None)
