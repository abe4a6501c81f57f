"""The window's actions, and the menus and the tool bar that hold them."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QSlider,
    QTabWidget,
    QWidget,
)

from digitvision.ui.document.document import Document
from digitvision.ui.document.drawing_files import DrawingFiles
from digitvision.ui.theme import Appearance
from digitvision.ui.widgets.actions import Actions
from digitvision.ui.window.alphabet_menu import AlphabetMenu
from digitvision.ui.window.ink_actions import InkActions
from digitvision.ui.window.tool_bar import ToolBar
from digitvision.ui.window.view_actions import ViewActions
from digitvision.ui.window.window_menus import show_about
from digitvision.ui.window.window_readings import WindowReadings
from digitvision.ui.window.window_recovery import WindowRecovery

_KEYS = QKeySequence.StandardKey


class WindowActions(QObject):
    """Makes each action once, for its menu and the tool bar."""

    copy_wanted = Signal()
    """The reading is to be copied to the clipboard."""
    training_wanted = Signal()
    """The Train tab is to be shown."""
    full_screen_toggled = Signal()
    """The window is to fill the screen, or to go back to its size."""
    appearance_chosen = Signal(str)
    """One of `theme.Appearance`."""
    recent_files_wanted = Signal(QMenu)
    """This menu is about to be shown and is to list the recent files."""
    models_wanted = Signal(QMenu)
    """This menu is about to be shown and is to list the models."""
    guide_wanted = Signal()
    """The guide is to be opened at the page about what is in sight."""
    shortcuts_wanted = Signal()
    """The overview of all shortcuts is to be opened."""

    def __init__(
        self,
        parent: QMainWindow,
        *,
        document: Document,
        files: DrawingFiles,
        ink: InkActions,
        tabs: QTabWidget,
        readings: WindowReadings,
        recovery: WindowRecovery,
        paper: ViewActions,
    ) -> None:
        """Make every action that the menu bar and the tool bar hold.

        Args:
            parent: The window; its menu bar and its tool bar are filled.
            document: What is on the canvas.
            files: Opens, saves and exports it.
            ink: Holds the actions on ink.
            tabs: The window's tabs, which the View menu lists.
            readings: Holds the actions that concern readings.
            recovery: Shows the earlier drawings.
            paper: Holds the actions that concern the paper.
        """
        super().__init__(parent)
        self._window = parent
        self._tabs = tabs
        self._readings = readings
        self._ink = ink
        self._paper = paper
        self._actions = Actions(parent)
        self._pen_width: QWidget | None = None
        self._make_file_actions(files)
        self.earlier = self._actions.make(
            self.tr("Ear&lier drawings …"),
            recovery.show_earlier,
            tip=self.tr("Show the drawings of the last weeks that were closed without being saved"),
            shortcuts=("Ctrl+Shift+O",),
        )
        self.earlier.setEnabled(recovery.keeps)
        self._make_edit_actions(document, files)
        self.train = self._actions.make(
            self.tr("&Train a model"),
            self.training_wanted.emit,
            tip=self.tr("Train a model of your own"),
            icon_name="train",
        )
        self.alphabets = AlphabetMenu(self._actions, parent)
        on_canvas = (
            *(self.undo, self.redo, self.clear, self.copy, self.copy_picture),
            *(*ink.on_canvas, readings.boxes, *readings.actions, *paper.actions),
        )
        self._drawing_keys = {action: action.shortcuts() for action in on_canvas}
        others = self._grouped((*on_canvas, readings.forget, readings.copy_menu.menuAction()))
        self._on_canvas = (others, ink.tool_group, readings.choices)
        self._drawing_keys_offered = True
        self._keys_given: tuple[bool, tuple[QAction, ...]] | None = None
        ink.offer_on_canvas([self.undo, self.redo], self.copy, paper.actions)
        ink.keys_changed.connect(self._give_keys)
        self._give_keys()

    def _grouped(self, actions: Iterable[QAction]) -> QActionGroup:
        """Return a group of those actions that are in none, so that all of them can be disabled at once."""
        group = QActionGroup(self._window)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        for action in actions:
            if action.actionGroup() is None:
                group.addAction(action)
        return group

    def _make_file_actions(self, files: DrawingFiles) -> None:
        make = self._actions.make
        self.new = make(
            self.tr("&New drawing"),
            files.new,
            tip=self.tr("Start with an empty canvas"),
            shortcuts=(_KEYS.New,),
            icon_name="new",
        )
        self.open = make(
            self.tr("&Open …"),
            files.ask_open,
            tip=self.tr("Open a drawing or a picture"),
            shortcuts=(_KEYS.Open,),
            icon_name="open",
        )
        self.save = make(
            self.tr("&Save"), files.save, tip=self.tr("Save the drawing"), shortcuts=(_KEYS.Save,), icon_name="save"
        )
        self.save_as = make(
            self.tr("Save &as …"),
            files.save_as,
            tip=self.tr("Save the drawing under another name"),
            shortcuts=("Ctrl+Shift+S",),
        )
        self.export = make(
            self.tr("&Export …"),
            files.export,
            tip=self.tr("Save the drawing as a picture or a PDF, or what was read as LaTeX, Markdown or a table"),
            shortcuts=("Ctrl+E",),
        )
        self.quit = make(self.tr("&Quit"), self._window.close, tip=self.tr("Close the window"), shortcuts=("Ctrl+Q",))

    def _make_edit_actions(self, document: Document, files: DrawingFiles) -> None:
        make, dress = self._actions.make, self._actions.dress
        self.undo = dress(
            document.undo_stack.createUndoAction(self._window, self.tr("Undo")),
            tip=self.tr("Undo the last change"),
            lasting_name=self.tr("Undo"),
            shortcuts=(_KEYS.Undo,),
            icon_name="undo",
        )
        self.redo = dress(
            document.undo_stack.createRedoAction(self._window, self.tr("Redo")),
            tip=self.tr("Redo the change that was undone"),
            lasting_name=self.tr("Redo"),
            shortcuts=("Ctrl+Shift+Z", "Ctrl+Y"),
            icon_name="redo",
        )
        self.clear = make(
            self.tr("C&lear"),
            document.clear,
            tip=self.tr("Clear the canvas; Undo brings the drawing back"),
            shortcuts=("Del",),
            icon_name="clear",
        )
        self.copy = make(
            self.tr("Copy ans&wer"),
            self.copy_wanted.emit,
            tip=self.tr("Copy the reading as text"),
            shortcuts=(_KEYS.Copy,),
            icon_name="copy",
        )
        self.copy_picture = make(
            self.tr("Copy &picture"),
            files.copy_picture,
            tip=self.tr("Copy the drawing as a picture"),
            shortcuts=("Ctrl+Shift+C",),
            icon_name="picture",
        )

    def tint(self, palette: QPalette) -> None:
        """Draw all icons in the palette's colours."""
        self._actions.tint(palette)
        self._readings.tint(palette)
        self._ink.tint(palette)

    def keys_of(self, action: QAction) -> list[QKeySequence]:
        """Return the shortcuts of an action, also while they are left to another tab."""
        return self._drawing_keys.get(action, action.shortcuts())

    def offer_drawing_keys(self, offered: bool) -> None:
        """Offer the actions on the canvas, or none of them, and leave their keys to the other tabs.

        Nobody is to change a drawing that is out of sight.
        """
        self._drawing_keys_offered = offered
        self._give_keys()
        for group in self._on_canvas:
            # A group that is enabled again enables only those actions that can be used.
            group.setEnabled(offered)
        if self._pen_width is not None:
            self._pen_width.setEnabled(offered)

    @Slot()
    def _give_keys(self) -> None:
        """Give the keys of the canvas to the actions that have them now."""
        resting = self._ink.resting(self.copy, self.clear)
        state = (self._drawing_keys_offered, resting)
        if state == self._keys_given:
            # This is asked with every stroke, and reading the keys of all actions takes its time.
            return
        self._keys_given = state
        for action, keys in self._drawing_keys.items():
            given = keys if self._drawing_keys_offered and action not in resting else []
            if action.shortcuts() != given:
                action.setShortcuts(given)

    def show_possible(self, *, has_strokes: bool, has_picture: bool, modified: bool) -> None:
        """Enable the actions that can be used with the content of the canvas.

        Args:
            has_strokes: Whether there are strokes.
            has_picture: Whether there is a picture.
            modified: Whether something is not saved.
        """
        for action in (self.save_as, self.copy_picture):
            action.setEnabled(has_strokes)
        self.export.setEnabled(has_strokes or has_picture)
        # A drawing with a file can be saved after it has been cleared.
        self.save.setEnabled(has_strokes or modified)
        self.clear.setEnabled(has_strokes or has_picture)

    def fill_menu_bar(self, appearance: Appearance) -> None:
        """Put every action into a menu; `appearance` is the one that is checked."""
        bar = self._window.menuBar()
        self._fill_file_menu(bar.addMenu(self.tr("&File")))
        self._fill_edit_menu(bar.addMenu(self.tr("&Edit")))
        self._fill_view_menu(bar.addMenu(self.tr("&View")), appearance)
        self._fill_model_menu(bar.addMenu(self.tr("&Model")))
        self._fill_help_menu(bar.addMenu(self.tr("&Help")))

    def _fill_file_menu(self, file: QMenu) -> None:
        file.addActions([self.new, self.open])
        recent = file.addMenu(self.tr("Open &recent"))
        recent.aboutToShow.connect(lambda: self.recent_files_wanted.emit(recent))
        file.addAction(self.earlier)
        file.addSeparator()
        file.addActions([self.save, self.save_as, self.export, self._ink.export_row])
        file.addSeparator()
        file.addAction(self.quit)

    def _fill_edit_menu(self, edit: QMenu) -> None:
        readings = self._readings
        edit.addActions([self.undo, self.redo])
        edit.addSeparator()
        self._ink.fill_edit_menu(edit, [self.copy, readings.copy_menu, readings.graph.menu, self.copy_picture])
        edit.addSeparator()
        edit.addActions([readings.forget, self.clear])

    def _fill_view_menu(self, view: QMenu, appearance: Appearance) -> None:
        tabs = self._tabs
        for number in range(tabs.count()):
            view.addAction(
                self._actions.make(
                    tabs.tabText(number),
                    lambda number=number: tabs.setCurrentIndex(number),
                    tip=self.tr("Show the tab {name}").format(name=tabs.tabText(number)),
                    shortcuts=(f"Ctrl+{number + 1}",),
                )
            )
        view.addSeparator()
        self._paper.fill(view)
        view.addSeparator()
        view.addActions([self._readings.boxes, self._ink.left_handed])
        self._make_appearance_menu(view, appearance)
        view.addAction(
            self._actions.make(
                self.tr("&Full screen"),
                self.full_screen_toggled.emit,
                tip=self.tr("Fill the screen, or return to a window"),
                shortcuts=("F11",),
            )
        )

    def _fill_model_menu(self, model: QMenu) -> None:
        models = model.addMenu(self.tr("&Read with"))
        models.aboutToShow.connect(lambda: self.models_wanted.emit(models))
        model.addMenu(self.alphabets.menu)
        read_as = model.addMenu(self.tr("Read a&s"))
        read_as.addActions(self._readings.actions)
        model.addAction(self.train)

    def _fill_help_menu(self, help_menu: QMenu) -> None:
        help_menu.addAction(
            self._actions.make(
                self.tr("&Guide"),
                self.guide_wanted.emit,
                tip=self.tr("Open the guide at the page about what is on the screen"),
                shortcuts=("F1",),
            )
        )
        help_menu.addAction(
            self._actions.make(
                self.tr("&Keyboard shortcuts"),
                self.shortcuts_wanted.emit,
                tip=self.tr("Show all that the menus offer, with its keys"),
                shortcuts=("Ctrl+F1",),
            )
        )
        help_menu.addSeparator()
        help_menu.addAction(
            self._actions.make(
                self.tr("&About DigitVision"),
                lambda: show_about(self._window),
                tip=self.tr("Show the version and the licences"),
            )
        )

    def _make_appearance_menu(self, view: QMenu, current: Appearance) -> None:
        menu = view.addMenu(self.tr("&Appearance"))
        group = QActionGroup(self._window)
        choices: tuple[tuple[Appearance, str], ...] = (
            ("system", self.tr("As the &system")),
            ("light", self.tr("&Light")),
            ("dark", self.tr("&Dark")),
        )
        for appearance, text in choices:
            action = self._actions.make(
                text,
                lambda on, appearance=appearance: self._choose_appearance(appearance, on=on),
                tip=self.tr("Choose the colours of the window"),
                checkable=True,
                checked=appearance == current,
            )
            group.addAction(action)
            menu.addAction(action)

    def _choose_appearance(self, appearance: Appearance, *, on: bool) -> None:
        # The choice before is switched off by the same click, which needs no answer.
        if on:
            self.appearance_chosen.emit(appearance)

    def fill_tool_bar(self, pen_slider: QSlider) -> None:
        """Add the tool bar with the actions that are used most, and the pen's width."""
        bar = ToolBar(self.tr("Tools"))
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        self._ink.fill_tool_bar(bar)
        bar.addSeparator()
        for group in (
            (self.undo, self.redo, self.clear),
            (self.new, self.open, self.save),
            (self.copy, self.copy_picture),
        ):
            bar.addActions(group)
            bar.addSeparator()
        self._readings.fill_tool_bar(bar)
        bar.addSeparator()
        # As one widget, because a label without its slider, where there is little room, would mean nothing.
        pen = QWidget()
        pen.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(pen)
        row.setContentsMargins(0, 0, 8, 0)
        row.addWidget(bar.make_word(self.tr("Pen width")))
        row.addWidget(pen_slider)
        bar.addWidget(pen)
        self._pen_width = pen
        self._window.addToolBar(bar)
