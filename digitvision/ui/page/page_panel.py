"""The panel of a page: its rows in a list, and the details of the row that is chosen."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from digitvision.recognition.models.model_card import EQUATION
from digitvision.recognition.prediction import LINE
from digitvision.ui.answer.formula_panel import FormulaPanel
from digitvision.ui.page.number_field import NumberField
from digitvision.ui.page.row_item import NO_ROW, RowItem
from digitvision.ui.page.row_list import RowList
from digitvision.ui.widgets.choice_box import ChoiceBox

SPACE_PX: Final = 8
DETAILS_SHARE: Final = 0.5
GRAPH_SHARE: Final = 0.7
DETAILS_HEIGHTS_PX: Final = (190, 1000)
"""Share of the panel's height that the details have below the list, and where some row of the page has a graph, which
is to have room; and its limits."""

LIST_HEIGHT_PX: Final = 200
"""Height that the list keeps above a graph: five rows."""

LIST_SHARE: Final = 0.42
"""Share of the panel's width that the list has beside the details."""

_KINDS: Final = (EQUATION, LINE)


class PagePanel(QWidget):
    """Shows the readings of a page's rows. Without any, it says what to do."""

    kind_chosen = Signal(str)
    """The mode that the chosen row is to be read in, one of `corrections.ROW_MODES`."""
    symbol_picked = Signal(int, QRect)
    """Index of a glyph of the chosen row that is to be corrected, and its rectangle on the screen."""
    candidate_chosen = Signal(int)
    """Index of the candidate that the user prefers for the chosen row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._beside = True
        self._has_graphs = False
        self.rows = RowList()
        self.details = FormulaPanel()
        self.details.symbol_picked.connect(self.symbol_picked)
        self.details.candidate_chosen.connect(self.candidate_chosen)
        self._title = QLabel()
        self._kind = ChoiceBox()
        self._kind.addItems([self.tr("Equation"), self.tr("Number or words")])
        self._kind.setAccessibleName(self.tr("Kind of row"))
        self._kind.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._kind.activated.connect(self._choose_kind)
        self._words = QPushButton(self.tr("A word?"))
        self._words.setToolTip(self.tr("Read this row as words: as an equation, these letters are a product"))
        self._words.setAutoDefault(False)
        self._words.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._words.clicked.connect(lambda: self.kind_chosen.emit(LINE))
        self._words.hide()
        self.number = NumberField()
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(SPACE_PX)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.number)
        head.addWidget(self._words)
        head.addWidget(self._kind)
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.hide()
        self._chosen = QWidget()
        column = QVBoxLayout(self._chosen)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_PX)
        column.addWidget(self._head)
        column.addWidget(self.details, 1)
        column.addWidget(self._note)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_PX)
        self._layout.addWidget(self.rows, 1)
        self._layout.addWidget(self._chosen)
        for before, after in pairwise((self.rows, self.number, self._words, self._kind)):
            QWidget.setTabOrder(before, after)
        self.show_nothing()

    @property
    def kind_text(self) -> str:
        """What the chosen row was read as, in words; empty where no row is chosen."""
        return "" if self._head.isHidden() else self._kind.currentText()

    def set_beside(self, beside: bool) -> None:
        """Stand beside the canvas, with the details below the list, or below it, with the details beside the list."""
        self._beside = beside
        directions = QBoxLayout.Direction
        self._layout.setDirection(directions.TopToBottom if beside else directions.LeftToRight)
        self.details.set_narrow(beside)
        self._share_room()

    def show_nothing(self, message: str = "") -> None:
        """Show no rows; `message` says what to do, or what is wrong."""
        self.rows.show_rows((), key=NO_ROW)
        self.rows.hide()
        self._head.hide()
        self._note.hide()
        self.details.show_nothing(message)
        self._share_room()

    def show_rows(self, items: Sequence[RowItem], *, key: int, scroll: bool) -> None:
        """Show these rows, of which the one with this key is chosen; with `scroll` it comes into sight."""
        # Whichever of the rows is chosen: nothing is to move when another one is.
        has_graphs = any(item.value is not None and item.value.plots for item in items)
        if self.rows.isHidden() or has_graphs != self._has_graphs:
            self._has_graphs = has_graphs
            self.rows.show()
            self._share_room()
        self.rows.show_rows(items, key=key, scroll=scroll)

    def show_details(self, number: int, item: RowItem) -> None:
        """Show the details of the row with this number, from 1."""
        self._title.setText(self.tr("Row {number}").format(number=number))
        reading = item.reading
        self._head.show()
        self._kind.setEnabled(reading.mode in _KINDS and bool(item.row.strokes))
        self._words.setVisible(item.maybe_words)
        self.number.show_row(item.row)
        tip = self.tr("What this row is: choose the other one if it was taken for the wrong one")
        self._kind.setToolTip(tip if item.row.strokes else self._of_picture)
        self._kind.setAccessibleDescription("" if item.row.strokes else self._of_picture)
        if reading.mode in _KINDS:
            self._kind.setCurrentIndex(_KINDS.index(reading.mode))
        if not reading.candidates:
            waits = not reading.mode
            message = self.tr("Reading this row …") if waits else self.tr("Nothing could be read here.")
            self.details.show_nothing(reading.refusal or message)
            self._note.hide()
            return
        self.details.show_reading(reading, item.trust)
        self.show_formula(item)

    def show_formula(self, item: RowItem) -> None:
        """Show the chosen row typeset, and what it comes to."""
        # Of the rule under a column, the list and the details show what it sums up, and no minus.
        self.details.show_formula(item.formula if item.under is None else None, item.text)
        self.details.show_value(item.value, item.sentence, formula=item.value_formula, current=item.complete)
        note = item.note if item.row.strokes else self._of_picture
        self._note.setText(note)
        self._note.setVisible(bool(note))

    @property
    def _of_picture(self) -> str:
        """Why some corrections cannot be made to a row without strokes."""
        return self.tr(
            "Rows of a picture are numbers or words, and cannot be joined or parted: that takes pen strokes."
        )

    @Slot(int)
    def _choose_kind(self, index: int) -> None:
        self.kind_chosen.emit(_KINDS[index])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Give list and details their shares of the panel, which are the same for all rows of a page."""
        least, most = 0, 16_777_215
        self._chosen.setMinimumSize(least, least)
        self._chosen.setMaximumSize(most, most)
        self.rows.setMinimumWidth(least)
        self.rows.setMaximumWidth(most)
        if self.rows.isHidden():
            return
        if self._beside:
            low, high = DETAILS_HEIGHTS_PX
            wanted = self.height() * DETAILS_SHARE
            if self._has_graphs:
                wanted = max(wanted, min(self.height() * GRAPH_SHARE, self.height() - LIST_HEIGHT_PX - SPACE_PX))
            self._chosen.setFixedHeight(int(min(max(wanted, low), high)))
        else:
            self.rows.setFixedWidth(int(self.width() * LIST_SHARE))
