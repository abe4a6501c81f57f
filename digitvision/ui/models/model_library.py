"""The menu of the model that is shown: rename, describe, copy, remove, export, or make it the default."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from digitvision.faults import Fault
from digitvision.recognition.models.model_library import LONGEST_DESCRIPTION, Aside, ModelLibrary
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.ui.models.model_exchange import ModelExchange
from digitvision.ui.widgets.alphabet_choice import alphabet_title
from digitvision.ui.widgets.notice_bar import NoticeBar

LONGEST_NAME: Final = 64


class ModelLibraryMenu(QObject):
    """A button with a menu; a line to write in and a notice bar, both hidden until needed, go below it."""

    renamed = Signal(str, str)
    """The old name and the new one."""
    removed = Signal(str)
    changed = Signal(str)
    """The library has changed; the model of this name is to be shown, or any model where the name is empty."""

    def __init__(self, store: ModelStore, parent: QWidget) -> None:
        super().__init__(parent)
        self._store = store
        self._library = ModelLibrary(store)
        self._model: Model | None = None
        self.button = QToolButton()
        self.button.setText(self.tr("Library"))
        self.button.setToolTip(self.tr("Rename, describe, copy, remove or export this model, or import one"))
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.button)
        self._menu.aboutToShow.connect(self._fill)
        self.button.setMenu(self._menu)
        self.editor = LineToWrite()
        self.notice = NoticeBar()
        self.exchange = ModelExchange(parent)
        self.exchange.imported.connect(self.changed)

    def show_model(self, model: Model) -> None:
        """Make the menu for this model."""
        if self._model is None or self._model.folder != model.folder:
            self.editor.end()
            self.exchange.forget_export()
        self._model = model

    def shut_down(self) -> None:
        """Delete removed models for good, and leave nothing running."""
        self.exchange.shut_down()
        self._library.empty()

    @Slot()
    def _fill(self) -> None:
        self._menu.clear()
        model = self._model
        if model is None:
            return
        own = not model.bundled
        self._add(self.tr("&Rename …"), self._ask_name, own)
        self._add(self.tr("&Describe …"), self._ask_description, own)
        self._add(self.tr("&Copy"), self._copy, True)
        self._add(self.tr("Re&move"), self._remove, own)
        self._menu.addSeparator()
        self._add(self.tr("&Export …"), lambda: self.exchange.ask_export(model), not self.exchange.busy)
        self._add(self.tr("&Import …"), self.exchange.ask_import, not self.exchange.busy)
        self._menu.addSeparator()
        answering = self._store.answering()
        for name in model.card.alphabet_names:
            if name not in answering:
                continue
            title = self.tr("Answers by default: {alphabet}").format(alphabet=alphabet_title(name))
            action = self._add(title, partial(self._toggle_default, name), True)
            action.setCheckable(True)
            action.setChecked(answering[name] == model.name)
            # A shipped model answers where nothing else was chosen: there is no choice to take back then.
            action.setEnabled(answering[name] != model.name or name in self._store.defaults())

    def _add(self, title: str, run: Callable[[], None], enabled: bool) -> QAction:
        action = self._menu.addAction(title)
        action.setEnabled(enabled)
        action.triggered.connect(lambda _checked=False: run())
        return action

    def _ask_name(self) -> None:
        model = self._current_model()
        self.editor.begin(self.tr("New name"), model.name, LONGEST_NAME, self._rename)

    def _ask_description(self) -> None:
        model = self._current_model()
        self.editor.begin(self.tr("Description"), model.card.description, LONGEST_DESCRIPTION, self._describe)

    def _rename(self, name: str) -> None:
        model = self._current_model()

        def rename() -> None:
            renamed = self._library.rename(model.name, name)
            self.editor.end()
            self.renamed.emit(model.name, renamed.name)

        self._try(rename)

    def _describe(self, text: str) -> None:
        model = self._current_model()

        def describe() -> None:
            self._library.describe(model.name, text)
            self.editor.end()
            self.changed.emit(model.name)

        self._try(describe)

    def _copy(self) -> None:
        model = self._current_model()

        def copy() -> None:
            made = self._library.duplicate(model.name)
            self._confirm(self.tr("“{name}” was copied to “{copy}”.").format(name=model.name, copy=made.name))
            self.changed.emit("")

        self._try(copy)

    def _remove(self) -> None:
        model = self._current_model()

        def remove() -> None:
            aside = self._library.set_aside(model.name)
            self.notice.show_notice(
                self.tr("“{name}” was removed.").format(name=model.name),
                kind="note",
                label=self.tr("Undo"),
                action=lambda: self._bring_back(aside),
            )
            self.removed.emit(model.name)

        self._try(remove)

    def _bring_back(self, aside: Aside) -> None:
        def bring_back() -> None:
            self._library.bring_back(aside)
            self.changed.emit(aside.name)

        self._try(bring_back)

    def _toggle_default(self, alphabet: str) -> None:
        model = self._current_model()
        mine = self._store.answering().get(alphabet) == model.name

        def choose() -> None:
            self._library.set_default(alphabet, None if mine else model.name)
            title = alphabet_title(alphabet)
            name = self._store.for_alphabet(alphabet).name
            self._confirm(self.tr("{alphabet}: “{name}” answers by default.").format(alphabet=title, name=name))
            self.changed.emit("")

        self._try(choose)

    def _try(self, change: Callable[[], None]) -> None:
        try:
            change()
        except Fault as fault:
            self.notice.show_notice(str(fault), kind="warning")

    def _confirm(self, sentence: str) -> None:
        self.notice.show_notice(sentence, kind="good")

    def _current_model(self) -> Model:
        assert self._model is not None
        return self._model


class LineToWrite(QWidget):
    """One line to write in, with a button that saves it; Escape cancels."""

    def __init__(self) -> None:
        super().__init__()
        self._take: Callable[[str], None] | None = None
        self._label = QLabel()
        self._text = QLineEdit()
        self._text.returnPressed.connect(self._save)
        self._label.setBuddy(self._text)
        save = QPushButton(self.tr("Save"))
        save.clicked.connect(self._save)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.end)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self._text)
        escape.setContext(Qt.ShortcutContext.WidgetShortcut)
        escape.activated.connect(self.end)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._label)
        layout.addWidget(self._text, 1)
        layout.addWidget(save)
        layout.addWidget(cancel)
        self.hide()

    def begin(self, title: str, text: str, longest: int, take: Callable[[str], None]) -> None:
        """Ask for a text.

        Args:
            title: What is asked for.
            text: The text to begin with.
            longest: Largest number of characters.
            take: Called with the text; it calls `end`, or leaves the line open for another try.
        """
        self._take = take
        self._label.setText(title)
        self._text.setAccessibleName(title)
        self._text.setMaxLength(longest)
        self._text.setText(text)
        self.show()
        self._text.setFocus(Qt.FocusReason.OtherFocusReason)
        self._text.selectAll()

    @Slot()
    def end(self) -> None:
        """Hide the line without saving it."""
        self._take = None
        self.hide()

    @Slot()
    def _save(self) -> None:
        if self._take is not None:
            self._take(self._text.text())
