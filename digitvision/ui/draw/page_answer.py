"""The answer where a page is read: its rows in a panel, their marks and values beside the ink."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QObject, QRect, QSize, QTimer, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QMenu

from digitvision.recognition.models.model_card import CHARACTER
from digitvision.recognition.prediction import Reading
from digitvision.ui.answer.clipboard import Formula
from digitvision.ui.answer.formula_panel import FormulaPanel
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.document.document import Document
from digitvision.ui.draw.answer import arrange_for_rows
from digitvision.ui.draw.character_answer import CharacterAnswer
from digitvision.ui.draw.glyph_corrections import GlyphCorrections
from digitvision.ui.draw.number_scrubbing import NumberScrubbing
from digitvision.ui.draw.row_corrections import RowCorrections
from digitvision.ui.draw.row_values import RowValues, certain_values
from digitvision.ui.draw.values_beside_ink import ValuesBesideInk
from digitvision.ui.page.page_panel import PagePanel
from digitvision.ui.page.row_details import RowDetails
from digitvision.ui.page.row_item import RowItem
from digitvision.ui.page.row_marks import RowMarks
from digitvision.ui.page.shown_rows import ShownRows
from digitvision.ui.page.turning_row import TurningRow
from digitvision.ui.reading.reading_hint import ReadingHint
from digitvision.ui.reading.recognition_client import RecognitionClient

if TYPE_CHECKING:
    from digitvision.recognition.expression.notation.typesetting import TypesetFormula
    from digitvision.recognition.expression.semantics.values import Value

PATIENCE_MS: Final = 150
"""How long the old value of a row stays while a new one is worked out: most come sooner, so nothing flickers."""

READING_MS: Final = 200
"""How long values stay as they are while changed ink is read: then they may be old, and look so."""

TURNING_MS: Final = 400
"""How long a glyph that is no character on its own stays shown as one: within this time its next stroke follows."""


class PageAnswer(QObject):
    """Joins the panel with the corrections, the values and what is seen of rows on the canvas.

    A page with a single glyph on it is answered as a character, in the same place.
    """

    row_chosen = Signal()
    """Another row is chosen, or none."""

    def __init__(
        self,
        document: Document,
        canvas: Canvas,
        client: RecognitionClient,
        corrections: GlyphCorrections,
        character: CharacterAnswer,
    ) -> None:
        """Make the panel; it is hidden until `set_shown`.

        Args:
            document: The content of the canvas.
            canvas: Shows it.
            client: Reads it.
            corrections: Corrects its glyphs.
            character: Shows the answer while there is a single glyph.
        """
        super().__init__(canvas)
        self._document = document
        self._canvas = canvas
        self._client = client
        self._character = character
        self._shown = self._single = False
        self._reading: Reading | None = None
        self._scrolls = self._is_old = False
        self._rows = ShownRows()
        self._values = RowValues(client, self)
        self.panel = PagePanel()
        self._details = RowDetails(self.panel, client)
        self.corrections = corrections
        self.rows = RowCorrections(document, corrections)
        self.marks = RowMarks(canvas)
        self.beside = ValuesBesideInk(canvas)
        self.scrubbing = NumberScrubbing(canvas, corrections.boxes)
        self._patience = self._timer(PATIENCE_MS, self._drop_old_values)
        self._changed = self._timer(READING_MS, self._doubt_values)
        self._turning = TurningRow(self, TURNING_MS)
        self._turning.due.connect(self._turn_to_row)
        self._looking = self._timer(0, self._show_all)
        self._connect()

    def _timer(self, interval_ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(slot)
        return timer

    def _connect(self) -> None:
        client, corrections = self._client, self.corrections
        self._document.content_changed.connect(self._changed.start)
        self.panel.rows.chosen.connect(self._choose_in_list)
        self.panel.kind_chosen.connect(self._set_kind)
        self.panel.symbol_picked.connect(self._ask)
        self.panel.candidate_chosen.connect(self._prefer)
        self.panel.rows.verticalScrollBar().valueChanged.connect(self._look)
        self.marks.chosen.connect(self.choose)
        self.marks.joined.connect(self._join)
        corrections.boxes.picked.connect(self._choose_of_glyph)
        corrections.selector.picked.connect(self._choose_of_glyph)
        client.rows_typeset.connect(self._show_typeset)
        self._values.changed.connect(self._take_found)
        self.scrubbing.changed.connect(self._values.show_with_number)
        self.scrubbing.left.connect(self._values.show_as_written)
        self.panel.number.changed.connect(self._step_number)
        self.panel.number.left.connect(self._values.show_as_written)

    # --- what the Draw tab asks of an answer ----------------------------------------------------------------------

    @property
    def settled(self) -> bool:
        """Whether everything that belongs to the last reading is on the screen."""
        if self._single:
            return self._turning.reading is None and self._character.settled
        return self._values.idle and not self._looking.isActive() and not self.panel.details.busy

    @property
    def values(self) -> "tuple[Value | None, ...]":
        """What each row comes to, as far as that is known now."""
        if self._single or self._reading is None or len(self._rows.items) != len(self._reading.rows):
            return ()
        return tuple(self._values.value_of(row) for row in range(len(self._reading.rows)))

    @property
    def formula(self) -> Formula | None:
        """The chosen row as a formula that can be copied; None without one."""
        return self._character.formula if self._single else self.panel.details.formula

    @property
    def details(self) -> FormulaPanel:
        """Shows the chosen row with its value and its graph."""
        return self.panel.details

    @property
    def hint(self) -> ReadingHint:
        """The hint at another kind of reading."""
        return self._character.hint if self._single else self.panel.details.hint

    @property
    def items(self) -> Sequence[RowItem]:
        """The rows, as they are shown."""
        return self._rows.items

    @property
    def chosen(self) -> int:
        """Number of the chosen row, from 0; -1 for none."""
        return self._rows.chosen

    def offer_copies(self, menu: QMenu, graph_menu: QMenu) -> None:
        """Set the menu of the copy button, and the graph's context menu."""
        self.panel.details.set_copy_menu(menu)
        self.panel.details.set_graph_menu(graph_menu)

    def offer_for_row(self, menu: QMenu) -> None:
        """Set the context menu of a row in the list."""
        self.panel.rows.set_menu(menu)

    @property
    def while_writing(self) -> bool:
        """Whether there is a single character on the page, or nothing."""
        return self._single and not self._document.corrections.rows

    def take_over(self) -> None:
        """Show the page from now on, beginning with the character that is on screen, or with an empty page."""
        self._shown = self._single = True
        self.panel.hide()

    def set_shown(self, shown: bool) -> None:
        """Show the panel, or hide it; either way nothing is read yet."""
        self._shown = shown
        self.show_nothing()
        self._swap_panels()

    def arrange(self, layout: QBoxLayout, room: QSize) -> None:
        """Put the panel beside the canvas, or below it in a narrow window; the character's has the same place."""
        beside = arrange_for_rows(layout, room, self.panel, self._character.panel)
        self.panel.set_beside(beside)
        self._character.panel.set_wide(not beside)

    def show_message(self, message: str) -> None:
        """Show in the rows' place what the answer waits for."""
        self._single = False
        self._swap_panels()
        self.panel.show_nothing(message)

    def show_nothing(self, message: str = "") -> None:
        """Show that nothing is read; `message` says why, where the canvas is not just empty.

        An empty page looks like an empty character, which it becomes with the first glyph.
        """
        self._single = not message
        self._swap_panels()
        if not message:
            self._character.show_nothing()
        self._reading = self._turning.reading = None
        self._set_old(old=False)
        self._rows.clear()
        self._details.clear()
        self.scrubbing.show_reading(None)
        self._values.show(())
        self.panel.show_nothing(message)
        self._show_on_canvas()
        self.row_chosen.emit()

    def show_reading(self, reading: Reading, *, ease: bool) -> None:
        """Show the rows that are read so far; a single glyph is shown as a character, whose bars move with `ease`."""
        if reading.mode == CHARACTER:
            if not self._single:
                self.show_nothing()
            self._turning.reading = None
            self._reading = reading
            self.corrections.show_reading(reading)
            self._character.show_reading(reading, ease=ease)
            return
        if self._may_be_followed(reading):
            # Half a 4 is an L: what may be a character still becomes a row when no stroke has followed.
            self._turning.wait(reading)
            return
        self._turning.turned = False
        if not reading.rows:
            self.show_nothing(reading.refusal or self.tr("Nothing could be read here."))
            return
        self._single = False
        self._turning.reading = None
        self._reading = reading
        strokes = self._document.drawing.strokes
        if max(max(row.strokes, default=-1) for row in reading.rows) >= len(strokes):
            # The reading is that of ink which has been taken out since; the next one is on its way.
            return
        key = self._rows.key
        newest = len(strokes) - 1
        if self._document.picture is not None or any(newest in row.strokes for row in reading.rows):
            # The reading of a drawing that has grown since is shown, but what it says may be old.
            self._set_old(old=False)
        self._scrolls = self._rows.take(reading.rows, strokes) or self._scrolls
        self._rows.mark_chosen(lambda row: self.corrections.trust_in(row.reading, row.box) == "chosen")
        self._patience.start()
        if self._rows.key != key:
            self.row_chosen.emit()
        self.scrubbing.show_reading(reading)
        self.panel.number.let_go()
        self._values.show(reading.rows)
        self.corrections.show_reading(reading)
        self._take_values()
        self._details.ask_again()
        self._look()

    def _may_be_followed(self, page: Reading) -> bool:
        """Whether a character is on screen, and what makes a row of it may be part of another character."""
        shown = self._single and self._reading is not None and not self._turning.turned
        return shown and len(page.rows) == 1 and len(page.glyphs) <= 1

    @Slot()
    def _turn_to_row(self) -> None:
        """Show as a row what has not become a character."""
        reading = self._turning.take() if self._shown else None
        if reading is not None:
            self.show_reading(reading, ease=False)
            self._show_typeset(self._turning.formulas)

    def shut_down(self) -> None:
        """End the process that computes values."""
        for timer in (self._looking, self._patience, self._changed):
            timer.stop()
        self._values.shut_down()
        self.panel.details.shut_down()

    # --- the chosen row -------------------------------------------------------------------------------------------

    @Slot(int)
    def choose(self, key: int) -> None:
        """Choose the row with this key: its details are shown, and it comes into sight in the list."""
        if key != self._rows.key:
            self._rows.choose(key, self._document.drawing.strokes)
            self.panel.rows.choose(key)
            self._show_marks()
            self._show_details()
            self.row_chosen.emit()

    @Slot(int)
    def _choose_in_list(self, key: int) -> None:
        """Choose the row with this key, and show its ink."""
        self.choose(key)
        item = self._rows.item_of(key)
        if item is not None and self._document.picture is None:
            self._canvas.sheet.view.bring_into_sight(np.array(item.row.box, np.float64))

    @property
    def can_join(self) -> bool:
        """Whether there is a row above the chosen one that it can be joined with."""
        return self.chosen > 0 and self._document.picture is None

    def join_with_above(self) -> None:
        """Make the chosen row and the one above it one row."""
        if self.can_join:
            self.rows.join(self.chosen, self.chosen - 1)

    def choose_at(self, x: float, y: float) -> int:
        """Choose the row whose ink is around a position of the drawing; return its number, -1 where there is none.

        Rows of a picture, whose pixels are no positions of the drawing, are chosen in the list or by their glyphs.
        """
        place = self._rows.place_at(x, y) if self._document.picture is None else -1
        if place >= 0:
            self.choose(self._rows.items[place].key)
        return place

    @Slot(int, QRect)
    def _choose_of_glyph(self, index: int, _rectangle: QRect) -> None:
        if self._shown and self._reading is not None and index < len(self._reading.glyphs):
            glyph = self._reading.glyphs[index]
            for item in self._rows.items:
                if any(one is glyph for one in item.reading.glyphs):
                    self.choose(item.key)

    @Slot(int, QRect)
    def _ask(self, index: int, on_screen: QRect) -> None:
        """Ask for the candidates of a glyph of the chosen row: the page's glyphs are those of all its rows."""
        before = sum(len(item.reading.glyphs) for item in self._rows.items[: self.chosen] if item.reading.candidates)
        self.corrections.ask(before + index, on_screen)

    @Slot(int)
    def _prefer(self, index: int) -> None:
        if self.chosen >= 0:
            row = self._rows.items[self.chosen].row
            self.corrections.prefer(row.reading, index, row.box if len(self._rows.items) > 1 else None)

    @Slot(str)
    def _set_kind(self, mode: str) -> None:
        if self.chosen >= 0:
            self.rows.set_kind(self.chosen, mode)

    @Slot(object, object)
    def _step_number(self, symbols: Sequence[int], number: Fraction) -> None:
        if self.chosen >= 0:
            self._values.show_with_number(self.chosen, symbols, number)

    @Slot(int, int)
    def _join(self, key: int, other: int) -> None:
        places = {item.key: place for place, item in enumerate(self._rows.items)}
        if {key, other} <= places.keys():
            self.choose(other)
            self.rows.join(places[key], places[other])

    # --- what comes after the reading -----------------------------------------------------------------------------

    @Slot(object)
    def _show_typeset(self, formulas: Sequence["TypesetFormula | None"]) -> None:
        if self._turning.reading is not None:
            self._turning.formulas = formulas
        elif self._shown and len(formulas) == len(self._rows.items):
            both = zip(self._rows.items, formulas, strict=True)
            self._rows.items = [replace(item, formula=formula) for item, formula in both]
            self._look()

    @Slot()
    def _take_found(self) -> None:
        if self._shown:
            self._take_values()
            self._look()

    def _take_values(self) -> None:
        """Give every row the value that is known of it."""
        self._rows.items = self._values.completed(self._rows.items, max(self.chosen, 0))
        if self._is_old:
            self._rows.doubt_values()

    @Slot()
    def _doubt_values(self) -> None:
        """Show values and candidates as old ones: nobody knows yet which rows the changed ink belongs to."""
        self._set_old(old=True)
        if self._shown and self._rows.doubt_values():
            self._look()

    def _set_old(self, *, old: bool) -> None:
        """Note whether what is in sight is that of a drawing which has changed since."""
        self._changed.stop()
        self._is_old = old
        self.panel.details.candidates.setEnabled(not old)

    @Slot()
    def _drop_old_values(self) -> None:
        """Show no value where a new one takes its time."""
        self._values.drop_old()
        if self._rows.drop_old_values():
            self._look()

    # --- showing --------------------------------------------------------------------------------------------------

    @Slot()
    def _look(self) -> None:
        """Show all that is known, once everything that comes together has come."""
        self._looking.start()

    @Slot()
    def _show_all(self) -> None:
        if not self._shown or self._single or not self._rows.items:
            return
        self._swap_panels()
        self.panel.show_rows(self._rows.items, key=self._rows.key, scroll=self._scrolls)
        self._scrolls = False
        seen = [stroke for item in self.panel.rows.in_sight for stroke in item.row.strokes]
        self._client.look_at(seen)
        self._show_details()
        self._show_on_canvas()

    def _show_on_canvas(self) -> None:
        self._show_marks()
        self.rows.show_reading(self._reading)
        self.beside.show_values(*certain_values(self._rows.items))
        if self._reading is None:
            self.corrections.show_reading(None)

    def _show_marks(self) -> None:
        # Rows of a picture have no strokes that could be dragged to other ones.
        shown = self._rows.items if self._document.picture is None else ()
        self.marks.show_rows(shown, key=self._rows.key)

    def _show_details(self) -> None:
        self._details.show(self.chosen, self._rows.item)

    def _swap_panels(self) -> None:
        """Show the panel of the rows or of the character; the other goes first, or both would squeeze the canvas."""
        if self._single:
            self.panel.hide()
        else:
            self._character.set_shown(False)
        self.panel.setVisible(self._shown and not self._single)
        self._character.set_shown(self._shown and self._single)
