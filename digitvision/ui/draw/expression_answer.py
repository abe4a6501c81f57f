"""The answer where several glyphs are read: the panel below the canvas, the boxes on it, and the value."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSize, QTimer, Slot
from PySide6.QtWidgets import QBoxLayout, QMenu

from digitvision.recognition.prediction import Reading
from digitvision.ui.answer.clipboard import Formula
from digitvision.ui.answer.formula_panel import FormulaPanel
from digitvision.ui.answer.value_view import value_latex
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.draw.answer import clamped
from digitvision.ui.draw.glyph_corrections import GlyphCorrections
from digitvision.ui.draw.values_beside_ink import ValuesBesideInk
from digitvision.ui.reading.reading_hint import ReadingHint
from digitvision.ui.reading.reading_kinds import READINGS
from digitvision.ui.reading.recognition_client import RecognitionClient
from digitvision.ui.reading.value_client import ValueClient

if TYPE_CHECKING:
    from digitvision.recognition.expression.notation.typesetting import TypesetFormula
    from digitvision.recognition.expression.semantics.values import Value

PANEL_HEIGHTS_PX: Final = (138, 240)
PANEL_HEIGHT_SHARE: Final = 0.36
PATIENCE_MS: Final = 150
"""How long the old value stays while a new one is computed: most come sooner, so nothing flickers."""


class ExpressionAnswer(QObject):
    """Joins panel, corrections and value."""

    def __init__(self, canvas: Canvas, client: RecognitionClient, corrections: GlyphCorrections) -> None:
        super().__init__(canvas)
        self._shown = False
        self._client = client
        self._latex = ""
        self._value: Value | None = None
        self._value_latex = ""
        self._values = ValueClient(self)
        self.panel = FormulaPanel()
        self.corrections = corrections
        self.beside = ValuesBesideInk(canvas)
        # Whatever is written belongs to the expression, which has another value then.
        canvas.stroke_finished.connect(self.beside.clear)
        self._reading: Reading | None = None
        self._typeset: TypesetFormula | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._clear_value)
        self.panel.symbol_picked.connect(self.corrections.ask)
        self.panel.candidate_chosen.connect(self._prefer)
        client.typeset.connect(self._show_formula)
        client.latex_typeset.connect(self._show_typeset_value)
        self._values.found.connect(self._show_value)

    @property
    def settled(self) -> bool:
        """Whether the value of the last reading is on the screen, too, and its graph complete."""
        return self._values.idle and not self._value_latex and not self.panel.busy

    @property
    def formula(self) -> Formula | None:
        """The formula that can be copied; None when nothing is read."""
        return self.panel.formula

    @property
    def values(self) -> "tuple[Value | None, ...]":
        """What the expression comes to; nothing while that is being computed, and the old value may still be shown."""
        return (self.panel.value,) if self.settled else ()

    @property
    def details(self) -> FormulaPanel:
        """Shows the expression with its value and its graph."""
        return self.panel

    def offer_copies(self, menu: QMenu, graph_menu: QMenu) -> None:
        """Set the menu of the copy button and of the formula's context menu, and the graph's context menu."""
        self.panel.set_copy_menu(menu)
        self.panel.set_graph_menu(graph_menu)

    @property
    def hint(self) -> ReadingHint:
        """The hint at another kind of reading."""
        return self.panel.hint

    @property
    def while_writing(self) -> bool:
        """Always false: an expression is read stroke by stroke."""
        return False

    def set_shown(self, shown: bool) -> None:
        """Show the panel, or hide it; either way nothing is read yet."""
        self._shown = shown
        self.panel.setVisible(shown)
        self.show_nothing()

    def arrange(self, layout: QBoxLayout, room: QSize) -> None:
        """Put the panel below the canvas, which is as wide as rows are."""
        layout.setDirection(QBoxLayout.Direction.TopToBottom)
        self.panel.setFixedHeight(clamped(room.height() * PANEL_HEIGHT_SHARE, PANEL_HEIGHTS_PX))

    def show_nothing(self, message: str = "") -> None:
        """Show that nothing is read; `message` says why, where the canvas is not just empty."""
        self._latex = self._value_latex = ""
        self._values.ask(None)
        self._patience.stop()
        self._reading = self._typeset = None
        self.beside.clear()
        if not message and READINGS[self._client.reading].words:
            message = self.tr("Write on the canvas: the line appears here.")
        self.panel.show_nothing(message)
        self.corrections.show_reading(None)

    def show_message(self, message: str) -> None:
        """Show in the formula's place what the answer waits for."""
        self.panel.show_nothing(message)

    def show_reading(self, reading: Reading, *, ease: bool) -> None:
        """Show a reading, and have its value computed; `ease` means nothing here, for nothing moves."""
        if not reading.candidates:
            self.show_nothing(reading.refusal or self.tr("Nothing could be read here."))
            return
        self._reading = reading
        self.panel.show_reading(reading, self.corrections.trust_in(reading))
        self.corrections.show_reading(reading)
        if reading.latex != self._latex:
            self._latex, self._value_latex, self._typeset = reading.latex, "", None
            self.beside.clear()
            self._patience.start()
            # A line of words has no value: its letters are no variables.
            self._values.ask(None if any(glyph.is_word for glyph in reading.glyphs) else reading.tree)
        elif self._typeset is not None:
            self.beside.show_values([(self._typeset, reading)])

    def shut_down(self) -> None:
        """End the process that computes values."""
        self._patience.stop()
        self._values.shut_down()
        self.panel.shut_down()

    @Slot(int)
    def _prefer(self, index: int) -> None:
        if self._reading is not None:
            self.corrections.prefer(self._reading, index)

    @Slot(int, object)
    def _show_formula(self, index: int, formula: object) -> None:
        if not self._shown:
            return
        from digitvision.recognition.expression.notation.typesetting import TypesetDifference, TypesetFormula

        if index == 0:
            self.panel.show_formula(formula if isinstance(formula, TypesetFormula) else None)
        else:
            self.panel.candidates.show_formula(index, formula if isinstance(formula, TypesetDifference) else None)

    @Slot()
    def _clear_value(self) -> None:
        self.beside.clear()
        self.panel.show_value(None)

    @Slot(object, str)
    def _show_value(self, value: object, sentence: str) -> None:
        from digitvision.recognition.expression.semantics.values import Value

        self._value = value if isinstance(value, Value) else None
        self._value_latex = self._latex_of(self._value)
        if self._value_latex:
            # The value is shown once it is typeset, which takes so little that plain text would only flicker.
            self._client.typeset_latex(self._value_latex)
            return
        self._patience.stop()
        self.beside.clear()
        self.panel.show_value(self._value, sentence)

    def _latex_of(self, value: "Value | None") -> str:
        """Return the LaTeX of a value that is to be typeset; empty where it is shown as text or not at all."""
        if value is None or value.kind == "function":
            return ""
        equals, ends = value.kind in ("number", "result"), self._latex.endswith("=")
        return value_latex(value.latex, equals=equals, after_equals=ends)

    @Slot(str, object)
    def _show_typeset_value(self, latex: str, formula: object) -> None:
        from digitvision.recognition.expression.notation.typesetting import TypesetFormula

        # The value of an earlier formula is out of date.
        if latex != self._value_latex:
            return
        self._value_latex = ""
        self._patience.stop()
        self._typeset = formula if isinstance(formula, TypesetFormula) else None
        self.panel.show_value(self._value, formula=self._typeset)
        if self._typeset is not None and self._reading is not None:
            self.beside.show_values([(self._typeset, self._reading)])
