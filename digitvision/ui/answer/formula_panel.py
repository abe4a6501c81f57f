"""The answer below the canvas where expressions are read: the formula, its LaTeX, its value and other candidates."""

import bisect
import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontInfo, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from digitvision.recognition.expression.layout import LayoutError
from digitvision.recognition.expression.notation.latex import typed_latex_of
from digitvision.recognition.expression.notation.typesetting import TypesetFormula
from digitvision.recognition.prediction import LINE, Reading
from digitvision.ui.answer.candidate_row import ICON_HEIGHTS_PX, CandidateRow
from digitvision.ui.answer.clipboard import Formula, dragged_mime
from digitvision.ui.answer.formula_view import EDGE_PX, LARGEST_SCALE, LEAST_WIDTH_PX, FormulaView
from digitvision.ui.answer.latex_line import LatexLine
from digitvision.ui.answer.value_view import ValueView
from digitvision.ui.reading.reading_hint import ReadingHint
from digitvision.ui.reading.reading_text import ReadingTrust, latex_says_more, trust_words, unbroken_percent
from digitvision.ui.theme import accent, muted
from digitvision.ui.widgets.layouts import add_layout

if TYPE_CHECKING:
    from digitvision.recognition.expression.semantics.values import Value
    from digitvision.ui.graph.function_plot import FunctionPlot

SPACE_PX: Final = 4
COLUMN_SPACE_PX: Final = 16
UNLIMITED_PX: Final = 16_777_215
"""Qt's own largest size of a widget."""

ROOMY_PX: Final = (180, 270)
"""Heights of the panel from which the other candidates have larger buttons."""

LEAST_SHARE: Final = 0.27
"""Least share of the panel's width that a formula has beside its value."""

PLOT_SHARE: Final = 0.4
PLOT_WIDTHS_PX: Final = (150, 480)
NARROW_PLOT_SHARE: Final = 0.62
"""Share of the panel's height that a graph has where it stands below the formula."""


class FormulaPanel(QWidget):
    """Shows one reading of an expression."""

    symbol_picked = Signal(int, QRect)
    """Index of a glyph that is to be corrected, and its rectangle on the screen."""
    candidate_chosen = Signal(int)
    """Index of the candidate that the user prefers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._formula: TypesetFormula | None = None
        self._plot: FunctionPlot | None = None
        self._graph_menu: QMenu | None = None
        self._narrow = False
        self.view = FormulaView()
        self.view.set_dragged(lambda: dragged_mime(self._required_formula()))
        self.view.picked.connect(self._pick)
        self._confidence = QLabel()
        self._confidence.setAccessibleName(self.tr("Confidence"))
        self._verdict = QLabel()
        # No tool button, which would paint its arrow over the end of the text.
        self._copy = QPushButton(self.tr("Copy as"))
        self._copy.setAutoDefault(False)
        self._copy.setToolTip(self.tr("Copy the formula in a format for other programs"))
        self._copy.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._found: Value | None = None
        self._value_text = ""
        self.value_view = ValueView(self.view.baseline)
        self._value = QLabel()
        self._value.setAccessibleName(self.tr("Value"))
        self._value.setWordWrap(True)
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.candidates = CandidateRow()
        self.candidates.chosen.connect(self.candidate_chosen)
        self.hint = ReadingHint()
        self._latex = LatexLine()
        self._lay_out()
        self._take_fonts()
        self.show_nothing()

    def _lay_out(self) -> None:
        trust = QHBoxLayout()
        trust.setSpacing(SPACE_PX)
        trust.addWidget(self._confidence)
        trust.addWidget(self._verdict)
        side = QVBoxLayout()
        side.setSpacing(SPACE_PX)
        side.addStretch(1)
        add_layout(side, trust)
        side.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignRight)
        side.addStretch(1)
        self._upper = QHBoxLayout()
        self._upper.setSpacing(COLUMN_SPACE_PX)
        self._upper.addWidget(self.view, 1)
        self._upper.addWidget(self.value_view, 1)
        self._upper.addStretch(0)
        add_layout(self._upper, side)
        self._column = QVBoxLayout()
        self._column.setSpacing(SPACE_PX)
        add_layout(self._column, self._upper, 1)
        # What to do where there is no formula stands together, in the middle.
        self._empty = QVBoxLayout()
        self._empty.setSpacing(COLUMN_SPACE_PX)
        self._empty.addStretch(1)
        self._empty.addWidget(self._message)
        self._empty.addStretch(1)
        add_layout(self._column, self._empty, 1)
        self._column.addWidget(self._value)
        self._column.addWidget(self.candidates)
        self._foot = QHBoxLayout()
        self._foot.setSpacing(COLUMN_SPACE_PX)
        self._foot.addWidget(self._latex, 1)
        self._foot.addWidget(self.hint)
        add_layout(self._column, self._foot)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(COLUMN_SPACE_PX)
        add_layout(self._row, self._column, 1)

    def set_narrow(self, narrow: bool) -> None:
        """Put a graph below the formula, where the panel is narrow, or beside it."""
        self._narrow = narrow
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)
        self._take_plot_size(self.size())

    def set_copy_menu(self, menu: QMenu) -> None:
        """Set the menu of the copy button, and the context menu of formula and value."""
        self._copy.setMenu(menu)
        self.view.set_menu(menu)
        self.value_view.set_menu(menu)

    def set_graph_menu(self, menu: QMenu) -> None:
        """Set the context menu of the graph."""
        self._graph_menu = menu
        if self._plot is not None:
            self._plot.set_menu(menu)

    def shut_down(self) -> None:
        """End what works for the graph in the background."""
        if self._plot is not None:
            self._plot.shut_down()

    @property
    def formula(self) -> Formula | None:
        """The formula that can be copied; None when nothing is read."""
        if self._reading is None or self._reading.tree is None:
            return None
        words = self._reading.mode == LINE and any(map(str.isalpha, self._reading.text))
        return Formula(self._reading.tree, self._formula, self._reading.text if words else "")

    @property
    def latex_text(self) -> str:
        """The LaTeX in sight; empty where it would say no more than the formula does."""
        return self._latex.text

    @property
    def confidence_text(self) -> str:
        """The confidence and the word for it."""
        return f"{self._confidence.text()} {self._verdict.text()}".strip()

    @property
    def value(self) -> "Value | None":
        """The value of the formula; None without one."""
        return self._found

    @property
    def value_text(self) -> str:
        """The value as text, or the sentence on why there is none."""
        return self._value_text

    @property
    def message_text(self) -> str:
        """The message that is shown where there is no formula."""
        return self._message.text()

    @property
    def plot(self) -> "FunctionPlot | None":
        """The graph in sight, if there is one."""
        return self._plot if self._plot is not None and not self._plot.isHidden() else None

    @property
    def busy(self) -> bool:
        """Whether the graph in sight is still sampled."""
        return self.plot is not None and self.plot.busy

    def show_nothing(self, message: str = "") -> None:
        """Show no formula; `message` says what to do, or what is wrong."""
        self._reading = self._formula = None
        self._message.setText(message or self.tr("Write on the canvas: the formula appears here."))
        self._confidence.clear()
        self._verdict.clear()
        self._latex.show_latex("")
        self.view.show_formula(None, "")
        self.candidates.clear()
        self.show_value(None)
        self._show_parts(formula=False)

    def show_reading(self, reading: Reading, trust: ReadingTrust | None = None) -> None:
        """Show a reading that has candidates; `show_formula` and `show_value` complete it.

        Args:
            reading: The reading.
            trust: How far it can be relied on; None for what the recognizer says.
        """
        self._reading = reading
        trust = trust or reading.verdict
        advice = {
            "sure": self.tr("This reading is reliable"),
            "likely": self.tr("This reading is probably right: check it"),
            "not sure": self.tr("This reading is not reliable: choose another one, or correct a symbol"),
            "chosen": self.tr("You said what this is; undo takes that back"),
        }[trust]
        # How sure a network would be of what it was told says nothing.
        self._confidence.setText("" if trust == "chosen" else unbroken_percent(reading.confidence))
        self._verdict.setText(trust_words(trust))
        for label in (self._confidence, self._verdict):
            label.setToolTip(advice)
        self._confidence.setAccessibleDescription(self.confidence_text)
        self._latex.show_latex(_latex_of(reading) if latex_says_more(reading) else "")
        self.candidates.show_candidates(reading.candidates)
        self._show_parts(formula=True)

    def show_formula(self, formula: TypesetFormula | None, text: str = "") -> None:
        """Show the reading typeset.

        Args:
            formula: The typeset reading; None where it cannot be, or where it would say too little.
            text: What stands there in its place; empty for what was read.
        """
        if self._reading is None:
            return
        self._formula = formula
        self.view.show_formula(formula, text or self._reading.text)
        # The value stands on the formula's baseline, which may have moved.
        self.value_view.update()
        self._share_width()

    def show_value(
        self,
        value: "Value | None",
        sentence: str = "",
        *,
        formula: TypesetFormula | None = None,
        current: bool = True,
    ) -> None:
        """Show the value of the formula, or a sentence on why it has none, or nothing.

        Args:
            value: The value; None without one.
            sentence: Why there is no value; empty to show nothing.
            formula: The value typeset, which is shown beside the formula; None to show the value below it as text.
            current: Whether it is the value of the reading in sight; else it was that of the one before, is grey, and
                counts no more.
        """
        text = sentence if value is None or value.kind == "function" else value_line(value)
        self._found, self._value_text = (value, text) if current else (None, "")
        self.value_view.show_value(formula, text if current else "", current=current)
        self.value_view.setVisible(formula is not None)
        self._share_width()
        self._value.setText(text if formula is None else "")
        self._value.setVisible(bool(self._value.text()))
        self._dress_value()
        self._show_plot(value)

    def _share_width(self) -> None:
        """Give formula and value the width that they need, or shares of what there is in that proportion."""
        value, formula = self.value_view.formula, self.view.formula
        if value is None or formula is None:
            self.view.setMinimumWidth(LEAST_WIDTH_PX)
            self.view.setMaximumWidth(UNLIMITED_PX)
            return
        # Beside a value, the formula has no more of a narrow panel than its share.
        self.view.setMinimumWidth(min(LEAST_WIDTH_PX, round(self.width() * LEAST_SHARE)))
        for index, (view, shown) in enumerate(((self.view, formula), (self.value_view, value))):
            width = math.ceil(shown.width * LARGEST_SCALE) + 2 * EDGE_PX
            view.setMaximumWidth(max(width, view.minimumWidth()))
            self._upper.setStretch(index, width)

    def _show_plot(self, value: "Value | None") -> None:
        if value is None or not value.plots:
            if self.plot is not None:
                self.plot.hide()
                self._take_room()
            return
        if self._plot is None:
            # Imported when it is first wanted, because the library takes long to load.
            from digitvision.ui.graph.function_plot import FunctionPlot

            self._plot = FunctionPlot()
            if self._graph_menu is not None:
                self._plot.set_menu(self._graph_menu)
            self._row.addWidget(self._plot)
            self._take_plot_size(self.size())
        self._plot.show_plots(value.plots)
        if self.plot is None:
            self._plot.show()
            self._take_room()

    def _show_parts(self, *, formula: bool) -> None:
        self._message.setVisible(not formula)
        # A widget that is put into a layout leaves the one before.
        if formula:
            self._foot.addWidget(self.hint)
        else:
            self._empty.insertWidget(2, self.hint, 0, Qt.AlignmentFlag.AlignHCenter)
        # Without a formula the message has its room, and stands in the middle of the panel.
        self._column.setStretch(0, int(formula))
        self._column.setStretch(1, int(not formula))
        for part in (self.view, self._confidence, self._verdict, self._copy, self.candidates):
            part.setVisible(formula)
        self._latex.setVisible(formula and bool(self._latex.text))

    def _required_formula(self) -> Formula:
        formula = self.formula
        assert formula is not None
        return formula

    @Slot(int, QRect)
    def _pick(self, index: int, rectangle: QRect) -> None:
        corner: QPoint = self.view.mapToGlobal(rectangle.topLeft())
        self.symbol_picked.emit(index, QRect(corner, rectangle.size()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Not the event's size: while windows change, an older event may come after a newer one.
        self._take_plot_size(self.size())
        self._take_room()
        self._share_width()

    def _take_room(self) -> None:
        """Make what stands beside or above the graph as large as there is room for it."""
        height = self.height()
        if self._narrow and self.plot is not None:
            height -= self.plot.height() + COLUMN_SPACE_PX
        room = bisect.bisect(ROOMY_PX, height)
        self.candidates.set_icon_height(ICON_HEIGHTS_PX[room])
        self._latex.set_roomy(room > 0)

    def _take_plot_size(self, size: QSize) -> None:
        if self._plot is None:
            return
        self._plot.setMinimumSize(0, 0)
        self._plot.setMaximumSize(UNLIMITED_PX, UNLIMITED_PX)
        if self._narrow:
            self._plot.setFixedHeight(int(size.height() * NARROW_PLOT_SHARE))
        else:
            least, most = PLOT_WIDTHS_PX
            self._plot.setFixedWidth(int(min(max(size.width() * PLOT_SHARE, least), most)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._take_fonts()
        elif event.type() == QEvent.Type.PaletteChange and hasattr(self, "_row"):
            self._dress_value()

    def _take_fonts(self) -> None:
        base = QFontInfo(self.font()).pointSizeF()
        for label, points in (
            (self._confidence, base * 1.45),
            (self._verdict, base * 1.2),
            (self._message, base * 1.2),
        ):
            font = label.font()
            font.setPointSizeF(points)
            label.setFont(font)
        self._dress_value()

    def _dress_value(self) -> None:
        """Give the text below the formula its size and colour: a value has the accent's, a sentence is muted."""
        computed = self._found is not None
        font, palette = self._value.font(), self._value.palette()
        font.setPointSizeF(QFontInfo(self.font()).pointSizeF() * (1.6 if computed else 1.0))
        palette.setColor(self._value.foregroundRole(), (accent if computed else muted)(self.palette()))
        self._value.setFont(font)
        self._value.setPalette(palette)


def _latex_of(reading: Reading) -> str:
    """Return the LaTeX of a reading as a person would type it, or else the recognizer's own."""
    if reading.tree is None:
        return reading.latex
    try:
        return typed_latex_of(reading.tree)
    except LayoutError:
        return reading.latex


def value_line(value: "Value") -> str:
    """Return a value as it is shown below its formula: `= 120`, `≈ 0.3333`, `x = 1`, `true`."""
    if value.kind in ("number", "result") and not value.text.startswith(("=", "≈")):
        return f"= {value.text}"
    return value.text
