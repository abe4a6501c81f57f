"""The window's actions, and the menus and the tool bar that hold them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QSlider, QToolBar, QWidget

from digitvision.recognition.alphabets import ALPHABETS
from digitvision.ui.theme import Appearance
from digitvision.ui.widgets.actions import Actions
from digitvision.ui.widgets.alphabet_choice import alphabet_title
from digitvision.ui.window.window_menus import show_about

if TYPE_CHECKING:
    from digitvision.ui.window.main_window import MainWindow


class WindowActions(QObject):
    """Makes each action once and puts it into its menu and onto the tool bar."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._actions = Actions(window)
        make, dress, keys = self._actions.make, self._actions.dress, QKeySequence.StandardKey
        files, canvas, stack = window.files, window.draw_tab.canvas, window.document.undo_stack
        self.new = make(
            self.tr("&New drawing"),
            files.new,
            tip=self.tr("Begin with an empty canvas"),
            shortcuts=(keys.New,),
            icon_name="new",
        )
        self.open = make(
            self.tr("&Open …"),
            files.ask_open,
            tip=self.tr("Open a drawing or a picture"),
            shortcuts=(keys.Open,),
            icon_name="open",
        )
        self.save = make(
            self.tr("&Save"), files.save, tip=self.tr("Save the drawing"), shortcuts=(keys.Save,), icon_name="save"
        )
        self.save_as = make(
            self.tr("Save &as …"),
            files.save_as,
            tip=self.tr("Save the drawing under another name"),
            shortcuts=("Ctrl+Shift+S",),
        )
        self.export = make(
            self.tr("&Export picture …"),
            files.export,
            tip=self.tr("Write the drawing as PNG or SVG, in any size"),
            shortcuts=("Ctrl+E",),
        )
        self.quit = make(self.tr("&Quit"), window.close, tip=self.tr("Close the window"), shortcuts=("Ctrl+Q",))
        self.undo = dress(
            stack.createUndoAction(window, self.tr("Undo")),
            tip=self.tr("Undo the last change"),
            shortcuts=(keys.Undo,),
            icon_name="undo",
        )
        self.redo = dress(
            stack.createRedoAction(window, self.tr("Redo")),
            tip=self.tr("Do again what was undone"),
            shortcuts=("Ctrl+Shift+Z", "Ctrl+Y"),
            icon_name="redo",
        )
        self.clear = make(
            self.tr("C&lear"),
            window.document.clear,
            tip=self.tr("Clear the canvas; undo brings it back"),
            shortcuts=("Del",),
            icon_name="clear",
        )
        self.copy = make(
            self.tr("&Copy answer"),
            window.copy_answer,
            tip=self.tr("Copy what was read"),
            shortcuts=(keys.Copy,),
            icon_name="copy",
        )
        self.copy_picture = make(
            self.tr("Copy &picture"),
            files.copy_picture,
            tip=self.tr("Copy the drawing as a picture"),
            shortcuts=("Ctrl+Shift+C",),
            icon_name="picture",
        )
        self.paste = make(
            self.tr("P&aste picture"),
            files.paste,
            tip=self.tr("Read the picture in the clipboard"),
            shortcuts=(keys.Paste,),
        )
        tools = QActionGroup(window)
        self.pen = make(
            self.tr("Pe&n"),
            lambda on: canvas.set_tool("pen") if on else None,
            tip=self.tr("Write"),
            shortcuts=("P",),
            icon_name="pen",
            checkable=True,
            checked=True,
        )
        self.eraser = make(
            self.tr("E&raser"),
            lambda on: canvas.set_tool("eraser") if on else None,
            tip=self.tr("Take out whole strokes"),
            shortcuts=("E",),
            icon_name="eraser",
            checkable=True,
        )
        tools.addAction(self.pen)
        tools.addAction(self.eraser)
        tools.addAction(window.readings.select)
        self.thicker = make(
            self.tr("&Thicker pen"),
            lambda: window.pen_widths.step(1),
            tip=self.tr("Make the pen thicker on the screen; the reading stays the same"),
            shortcuts=("]",),
        )
        self.thinner = make(
            self.tr("Th&inner pen"),
            lambda: window.pen_widths.step(-1),
            tip=self.tr("Make the pen thinner on the screen; the reading stays the same"),
            shortcuts=("[",),
        )
        self.train = make(
            self.tr("&Train a model"),
            lambda: window.tabs.setCurrentWidget(window.train_tab),
            tip=self.tr("Train a model of your own"),
            icon_name="train",
        )
        self._alphabets: dict[str, QAction] = {}
        self._alphabet_group = QActionGroup(window)
        self._alphabet_menu = QMenu(self.tr("&Alphabet"), window)
        on_canvas = (
            *(self.undo, self.redo, self.clear, self.copy, self.copy_picture, self.paste),
            *(self.pen, self.eraser, window.readings.select, self.thicker, self.thinner),
            *(window.readings.boxes, *window.readings.actions),
        )
        self._drawing_keys = {action: action.shortcuts() for action in on_canvas}

    def tint(self, palette: QPalette) -> None:
        """Draw all icons in the palette's colours."""
        self._actions.tint(palette)
        self._window.readings.tint(palette)

    def offer_drawing_keys(self, offered: bool) -> None:
        """Have the keys of the actions on the canvas work, or leave them to the other tabs."""
        for action, keys in self._drawing_keys.items():
            action.setShortcuts(keys if offered else [])

    def show_possible(self, *, drawn: bool, pictured: bool, modified: bool) -> None:
        """Offer only what makes sense for what is on the canvas."""
        for action in (self.save_as, self.export, self.copy_picture):
            action.setEnabled(drawn)
        # A file whose drawing has been cleared can be saved as well.
        self.save.setEnabled(drawn or modified)
        self.clear.setEnabled(drawn or pictured)

    def offer_alphabets(self, offered: bool) -> None:
        """Offer the alphabets at all, or not where nothing is answered within one."""
        self._alphabet_menu.setEnabled(offered)
        for action in self._alphabets.values():
            action.setEnabled(offered)

    def show_alphabets(self, names: Sequence[str], current: str) -> None:
        """Offer these alphabets in the menu; `current` is the one that is answered within."""
        self._alphabet_menu.clear()
        for name in names:
            if name not in self._alphabets:
                self._alphabets[name] = self._make_alphabet_action(name)
            self._alphabet_menu.addAction(self._alphabets[name])
            self._alphabets[name].setChecked(name == current)

    def _make_alphabet_action(self, name: str) -> QAction:
        title = alphabet_title(name)
        action = self._actions.make(
            title.replace("&", "&&"),
            lambda on: self._choose_alphabet(name, on=on),
            tip=self.tr("Read what is written as one of: {alphabet}").format(alphabet=title),
            # A key stays with its alphabet, whichever are offered.
            shortcuts=(f"Alt+{ALPHABETS.index(name) + 1}",) if name in ALPHABETS else (),
            checkable=True,
        )
        self._alphabet_group.addAction(action)
        return action

    def _choose_alphabet(self, name: str, *, on: bool) -> None:
        # The choice before is switched off by the same click.
        if on:
            self._window.use_alphabet(name)

    def fill_menu_bar(self) -> None:
        """Put every action into a menu."""
        window = self._window
        bar = window.menuBar()
        file = bar.addMenu(self.tr("&File"))
        file.addActions([self.new, self.open])
        recent = file.addMenu(self.tr("Open &recent"))
        recent.aboutToShow.connect(lambda: window.fill_recent_menu(recent))
        file.addSeparator()
        file.addActions([self.save, self.save_as, self.export])
        file.addSeparator()
        file.addAction(self.quit)
        edit = bar.addMenu(self.tr("&Edit"))
        edit.addActions([self.undo, self.redo])
        edit.addSeparator()
        readings = window.readings
        edit.addAction(self.copy)
        edit.addMenu(readings.copy_menu)
        edit.addActions([self.copy_picture, self.paste])
        edit.addSeparator()
        edit.addActions([self.pen, self.eraser, readings.select, self.thicker, self.thinner])
        edit.addSeparator()
        edit.addActions([readings.forget, self.clear])
        view = bar.addMenu(self.tr("&View"))
        for number in range(window.tabs.count()):
            view.addAction(
                self._actions.make(
                    window.tabs.tabText(number),
                    lambda number=number: window.tabs.setCurrentIndex(number),
                    tip=self.tr("Show the tab {name}").format(name=window.tabs.tabText(number)),
                    shortcuts=(f"Ctrl+{number + 1}",),
                )
            )
        view.addSeparator()
        view.addAction(readings.boxes)
        self._make_appearance_menu(view)
        view.addAction(
            self._actions.make(
                self.tr("&Full screen"),
                window.toggle_full_screen,
                tip=self.tr("Fill the screen, or go back"),
                shortcuts=("F11",),
            )
        )
        model = bar.addMenu(self.tr("&Model"))
        models = model.addMenu(self.tr("&Read with"))
        models.aboutToShow.connect(lambda: window.fill_model_menu(models))
        model.addMenu(self._alphabet_menu)
        read_as = model.addMenu(self.tr("Read a&s"))
        read_as.addActions(readings.actions)
        model.addAction(self.train)
        help_menu = bar.addMenu(self.tr("&Help"))
        help_menu.addAction(
            self._actions.make(
                self.tr("&About DigitVision"), lambda: show_about(window), tip=self.tr("Version and licences")
            )
        )

    def _make_appearance_menu(self, view: QMenu) -> None:
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
                tip=self.tr("Colours of the window"),
                checkable=True,
                checked=appearance == self._window.appearance,
            )
            group.addAction(action)
            menu.addAction(action)

    def _choose_appearance(self, appearance: Appearance, *, on: bool) -> None:
        # The choice before is switched off by the same click.
        if on:
            self._window.set_appearance(appearance)

    def fill_tool_bar(self, pen_slider: QSlider) -> None:
        """Add the tool bar with the actions that are used most, and the pen's width."""
        bar = QToolBar(self.tr("Tools"))
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        for group in (
            (self.pen, self.eraser, self._window.readings.select),
            (self.undo, self.redo, self.clear),
            (self.new, self.open, self.save),
            (self.copy, self.copy_picture),
        ):
            bar.addActions(group)
            bar.addSeparator()
        self._window.readings.fill_tool_bar(bar)
        bar.addSeparator()
        # In one piece: where there is no room, a label without its slider says nothing.
        pen = QWidget()
        pen.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(pen)
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(QLabel(self.tr("Pen width")))
        row.addWidget(pen_slider)
        bar.addWidget(pen)
        self._window.addToolBar(bar)
