"""The window's actions that concern readings: kinds, boxes over the ink, corrections, formats to copy."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QPalette
from PySide6.QtWidgets import QMainWindow, QMenu

from digitvision.recognition.corrections import Corrections
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.prediction import PAGE, Reading
from digitvision.ui.answer.clipboard_formats import (
    COPY_FORMS,
    PAGE_COPY_FORMS,
    PICTURE_FORMS,
    CopyForm,
    PageCopyForm,
    form_tip,
    form_title,
    page_form_tip,
    page_form_title,
    row_form_tip,
    row_form_title,
)
from digitvision.ui.document.document import Document
from digitvision.ui.draw.draw_tab import DrawTab
from digitvision.ui.jobs.background_jobs import Jobs
from digitvision.ui.reading.reading_kinds import DEFAULT_READING, PLAIN_READING, READINGS, reading_tip, reading_title
from digitvision.ui.widgets.actions import Actions
from digitvision.ui.window.graph_actions import GraphActions
from digitvision.ui.window.tool_bar import ToolBar

if TYPE_CHECKING:
    from digitvision.ui.reading.recognition_client import RecognitionClient
    from digitvision.ui.settings import SettingsStore
    from digitvision.ui.settings_keeper import SettingsKeeper


class WindowReadings(QObject):
    """Makes the actions for kinds of reading and for several glyphs, and keeps the user's choices."""

    chosen = Signal(str, str)
    """The kind of reading in use from now on, and the name of its model; empty for the model of single characters."""
    failed = Signal(str)
    """A sentence on what could not be done."""
    refused = Signal(str)
    """A sentence on what could not be copied; it means nothing once the content has changed."""
    alphabet_changed = Signal()
    """Lines are read within another alphabet from now on."""
    succeeded = Signal(str)
    """A message for the status bar on what was done."""

    def __init__(
        self,
        parent: QMainWindow,
        *,
        tab: DrawTab,
        document: Document,
        settings: "SettingsStore",
        keeper: "SettingsKeeper",
        store: ModelStore,
        recognition: "RecognitionClient",
        jobs: Jobs,
    ) -> None:
        super().__init__(parent)
        self._tab = tab
        self._document = document
        self._settings = settings
        self._keeper = keeper
        self._store = store
        self._recognition = recognition
        self._remembers = False
        self._put_off = ""
        """The kind that is chosen but not loaded yet: the window need not wait for it."""
        self._refused: set[str] = set()
        self._to_typeset: tuple[str, CopyForm] | None = None
        self.alphabet = settings.values.line_alphabet
        """Name of the alphabet that lines are read within; single characters have one of their own."""
        self._actions = Actions(parent)
        self._group = QActionGroup(parent)
        self._choices = {name: self._make_choice(name) for name in READINGS}
        self._choices[self.reading].setChecked(True)
        self._make_correction_actions(boxes_shown=settings.values.glyph_boxes)
        self.copy_menu = self._make_copy_menu(parent)
        self.graph = GraphActions(parent, tab, jobs, settings)
        self.graph.failed.connect(self.failed)
        self.graph.succeeded.connect(self.succeeded)
        document.content_changed.connect(self._show_possible)
        self._tab.reading_changed.connect(self._show_possible)
        self._tab.reading_wanted.connect(self.use)
        recognition.prepared.connect(self._on_prepared)
        recognition.recognized.connect(self._prepare_put_off)
        recognition.latex_typeset.connect(self._copy_typeset)
        self._show_possible()

    def _make_correction_actions(self, *, boxes_shown: bool) -> None:
        make = self._actions.make
        self.boxes = make(
            self.tr("&Boxes around glyphs"),
            self._show_boxes,
            tip=self.tr("Show over the ink what each glyph was read as, and how sure that is"),
            shortcuts=("B",),
            checkable=True,
            checked=boxes_shown,
        )
        self.forget = make(
            self.tr("&Forget corrections"),
            self._forget_corrections,
            tip=self.tr("Read again without any corrections"),
        )

    def _make_copy_menu(self, parent: QMainWindow) -> QMenu:
        make, menu = self._actions.make, QMenu(self.tr("Cop&y as"), parent)
        for form in COPY_FORMS:
            menu.addAction(make(form_title(form), lambda form=form: self._copy(form), tip=form_tip(form)))
        self._page_actions = [
            make(page_form_title(form), lambda form=form: self._copy_page(form), tip=page_form_tip(form))
            for form in PAGE_COPY_FORMS
        ]
        self._row_actions = [
            make(row_form_title(form), lambda form=form: self._copy_row(form), tip=row_form_tip(form))
            for form in PAGE_COPY_FORMS
        ]
        menu.addActions([*self._row_actions, *self._page_actions])
        menu.addSeparator()
        self._value_action = make(
            self.tr("&Value"), self._copy_value, tip=self.tr("Copy the value of the formula as text")
        )
        menu.addAction(self._value_action)
        return menu

    @property
    def actions(self) -> list[QAction]:
        """The actions that choose a kind of reading, in the order of `READINGS`."""
        return list(self._choices.values())

    @property
    def reading(self) -> str:
        """Name of the kind of reading in use."""
        return self._put_off or self._recognition.reading

    @property
    def choices(self) -> QActionGroup:
        """The group of these actions."""
        return self._group

    def tint(self, palette: QPalette) -> None:
        """Draw all icons in the palette's colours."""
        self._actions.tint(palette)

    def start(self, reading: str, model: str, alphabet: str = "") -> None:
        """Use the kind of reading that was asked for, or the one that the user chose last, if it is available.

        Args:
            reading: One of `reading_kinds.READINGS`; empty for the user's choice.
            model: Name of the model that reads; empty for the program's own.
            alphabet: Alphabet for lines; empty for the user's choice.
        """
        self.alphabet = alphabet or self.alphabet
        self._recognition.answer_within(self.alphabet)
        wanted = reading or self._settings.values.reading
        self._offer()
        if not wanted:
            self._put_off_default()
        elif wanted in READINGS and wanted != self.reading:
            problem = READINGS[wanted].problem(self._store, model)
            if not problem:
                self._use(wanted, model)
            elif reading:
                self.failed.emit(problem)
        self._remembers = True

    @Slot(str)
    def use(self, name: str) -> None:
        """Use this kind of reading from now on, and keep the choice."""
        if name not in self._refused:
            self._choices[name].setChecked(True)

    def _put_off_default(self) -> None:
        """Choose the kind for new drawings, and load it once something is drawn: a single glyph is read without it."""
        if DEFAULT_READING in self._refused or self.reading == DEFAULT_READING:
            return
        self._put_off = DEFAULT_READING
        self._choices[DEFAULT_READING].setChecked(True)
        self._tab.expect(DEFAULT_READING)
        self._announce(DEFAULT_READING, "")

    @Slot(object, bool)
    def _prepare_put_off(self, _reading: Reading, live: bool) -> None:
        if self._put_off and not live:
            self._recognition.prepare(self._put_off)

    def follow(self, name: str) -> None:
        """Use the kind of reading of a drawing that is opened, if it can be had; the user's choice stays as it is."""
        if self._put_off and self._document.drawing and name in ("", self._put_off):
            self._use_quietly(self._put_off)
        elif name in self._choices:
            remembers, self._remembers = self._remembers, False
            self.use(name)
            self._remembers = remembers

    def _use_quietly(self, name: str, *, calm: bool = False) -> None:
        """Use a kind of reading that the user has not chosen, so that it is not kept as a choice."""
        remembers, self._remembers = self._remembers, False
        self._use(name, "", calm=calm)
        self._remembers = remembers

    @property
    def has_alphabet(self) -> bool:
        """Whether the kind of reading in use answers within the alphabet of lines."""
        return self._tab.kind.several_glyphs and self._tab.kind.alphabets

    def use_alphabet(self, name: str, *, keep: bool = True) -> None:
        """Read lines within this alphabet from now on; `keep` says whether that is the user's choice for other ones."""
        if name != self.alphabet:
            self.alphabet = name
            self._recognition.answer_within(name)
            if keep:
                self._keeper.change(line_alphabet=name)
            self._tab.ask()
            self.alphabet_changed.emit()

    def fill_tool_bar(self, bar: ToolBar) -> None:
        """Add the choice of a kind of reading to the tool bar."""
        bar.add_word(self.tr("Reading"))
        bar.addActions(self.actions)

    def _make_choice(self, name: str) -> QAction:
        kind = READINGS[name]
        action = self._actions.make(
            reading_title(name),
            lambda on: self._choose(name, on=on),
            tip=reading_tip(name),
            shortcuts=(kind.key,),
            checkable=True,
        )
        self._group.addAction(action)
        return action

    def _offer(self) -> None:
        """Disable the kinds of reading that no installed model reads, with the reason as tool tip."""
        self._refused.clear()
        for name, action in self._choices.items():
            problem = READINGS[name].problem(self._store)
            if problem:
                self._refused.add(name)
            action.setEnabled(not problem)
            tip = f"{reading_tip(name)} ({action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)})"
            action.setToolTip(problem or tip)
            action.setStatusTip(problem or reading_tip(name))
        self._pass_offered()

    def _pass_offered(self) -> None:
        self._tab.offer_readings([name for name in self._choices if name not in self._refused])

    def _choose(self, name: str, *, on: bool) -> None:
        # The choice before is switched off by the same click, which needs no answer.
        if on and name != self.reading:
            self._use(name, "")

    def _use(self, name: str, model: str, *, calm: bool = False) -> None:
        """Use a kind of reading; with `calm` the answer on screen stays until the new one has come."""
        self._put_off = ""
        self._tab.read_as(name, model, calm=calm)
        # This calls `_choose`, which does nothing because the kind is in use already.
        self._choices[name].setChecked(True)
        if READINGS[name].several_glyphs:
            self._tab.several.offer_copies(self.copy_menu, self.graph.menu)
            self._tab.corrections.boxes.set_visible(self.boxes.isChecked())
            if not (calm or self._recognition.idle):
                self._tab.several.show_message(self.tr("Loading the model …"))
        if self._remembers:
            self._keeper.change(reading=name)
        self._show_possible()
        self._announce(name, model)

    def _announce(self, name: str, model: str) -> None:
        model_of = READINGS[name].model_of
        self.chosen.emit(name, "" if model_of is None else model_of(self._store, model).name)

    @Slot(str, str)
    def _on_prepared(self, reading: str, problem: str) -> None:
        if not problem:
            if reading == self._put_off:
                self._use_quietly(reading, calm=True)
            elif reading == self.reading:
                self._tab.ask()
            return
        self.failed.emit(problem)
        self._refused.add(reading)
        self._choices[reading].setEnabled(False)
        self._choices[reading].setToolTip(problem)
        self._pass_offered()
        if reading == self.reading:
            self._use(PLAIN_READING, "")

    def _show_boxes(self, on: bool) -> None:
        if self._tab.kind.several_glyphs:
            self._tab.corrections.boxes.set_visible(on)
        self._keeper.change(glyph_boxes=on)

    def _copy(self, form: CopyForm) -> None:
        from digitvision.ui.answer.clipboard import mime_of

        formula = self._tab.formula
        self._to_typeset = None
        if formula is not None and formula.typeset is None and form in PICTURE_FORMS and not self._several:
            # Nobody has needed a single character typeset so far.
            self._to_typeset = (formula.tree.latex, form)
            self._recognition.typeset_latex(formula.tree.latex)
            return
        self._copy_as(form, None if formula is None else mime_of(formula, form))

    @Slot(str, object)
    def _copy_typeset(self, latex: str, typeset: object) -> None:
        """Copy the character whose picture was wanted."""
        from digitvision.recognition.expression.notation.typesetting import TypesetFormula
        from digitvision.ui.answer.clipboard import mime_of

        if self._to_typeset is None or self._to_typeset[0] != latex:
            return
        (_, form), self._to_typeset = self._to_typeset, None
        formula = self._tab.formula
        if formula is not None and isinstance(typeset, TypesetFormula):
            formula = replace(formula, typeset=typeset)
        self._copy_as(form, None if formula is None else mime_of(formula, form))

    def _copy_as(self, form: CopyForm, mime: QMimeData | None) -> None:
        name = form_title(form).replace("&", "")
        if mime is None:
            self.refused.emit(self.tr("This formula cannot be written as {form}.").format(form=name))
        else:
            QGuiApplication.clipboard().setMimeData(mime)
            self.succeeded.emit(self.tr("Copied as {form}").format(form=name))

    def _copy_page(self, form: PageCopyForm) -> None:
        self._copy_rows(form, page_form_title(form))

    def _copy_row(self, form: PageCopyForm) -> None:
        self._copy_rows(form, row_form_title(form), row=self._tab.page.chosen)

    def _copy_rows(self, form: PageCopyForm, title: str, *, row: int | None = None) -> None:
        from digitvision.ui.answer.page_clipboard import page_mime

        reading, values = self._tab.read_page()
        there = reading is not None and (row is None or 0 <= row < len(reading.rows))
        mime = page_mime(reading, values, form, row=row) if reading is not None and there else None
        if mime is None:
            self.refused.emit(self.tr("Nothing has been read yet that could be copied."))
        else:
            QGuiApplication.clipboard().setMimeData(mime)
            self.succeeded.emit(self.tr("Copied: {form}").format(form=title.replace("&", "")))

    def _copy_value(self) -> None:
        details = self._tab.details
        value = None if details is None else details.value
        if value is None:
            self.refused.emit(self.tr("This formula has no value that could be copied."))
        else:
            QGuiApplication.clipboard().setText(value.text)
            self.succeeded.emit(self.tr("Copied “{text}”").format(text=value.text))

    def _forget_corrections(self) -> None:
        self._document.correct(Corrections(), self.tr("forget corrections"))

    @property
    def _several(self) -> bool:
        """Whether the kind of reading in use reads several glyphs."""
        return self._tab.kind.several_glyphs

    @Slot()
    def _show_possible(self, _reading: Reading | None = None) -> None:
        """Enable the actions that can be used now."""
        several = self._several
        self.boxes.setEnabled(several)
        self.forget.setEnabled(bool(self._document.corrections))
        self.copy_menu.setEnabled(self._tab.reading is not None and bool(self._tab.reading.candidates))
        self._value_action.setEnabled(several)
        is_page = self._tab.reading is not None and self._tab.reading.mode == PAGE
        for action in (*self._page_actions, *self._row_actions):
            action.setVisible(is_page)
