"""The window's actions on ink: tools, selection, clipboard, the pen's settings, and the menu on the canvas."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QKeySequence, QPalette
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton

from digitvision.ui.canvas.tool import ToolName
from digitvision.ui.document.document import Document
from digitvision.ui.document.drawing_files import DrawingFiles
from digitvision.ui.document.ink_clipboard import CopiedInk, InkCopy, copy_of, ink_data, read_ink
from digitvision.ui.draw.draw_tab import DrawTab
from digitvision.ui.draw.pen_settings import PenSettings
from digitvision.ui.jobs.background_jobs import Jobs
from digitvision.ui.selection.selection_bar import row_tip
from digitvision.ui.widgets.actions import Actions

_KEYS = QKeySequence.StandardKey


class InkActions(QObject):
    """Makes each action once, for its menu, the tool bar and the menu on the canvas."""

    failed = Signal(str)
    """A sentence on what could not be done."""
    succeeded = Signal(str)
    """A message for the status bar on what was done."""
    keys_changed = Signal()
    """Keys go to other actions from now on; see `resting`."""

    def __init__(
        self,
        parent: QMainWindow,
        *,
        tab: DrawTab,
        document: Document,
        files: DrawingFiles,
        jobs: Jobs,
        pen: PenSettings,
    ) -> None:
        """Make the actions.

        Args:
            parent: The window.
            tab: Holds the canvas, and what is done to its ink.
            document: The drawing.
            files: Pastes what is no ink.
            jobs: Reads much ink.
            pen: Shows and keeps how the pen follows the hand.
        """
        super().__init__(parent)
        self._tab = tab
        self._document = document
        self._files = files
        self._jobs = jobs
        self._pen_settings = pen
        self._actions = Actions(parent)
        self.tool_group = QActionGroup(parent)
        """The actions that choose a tool, one of which is checked."""
        self._more_for_menu: list[QAction | None] = []
        self._asked_at, self._asked_row = (0.0, 0.0), -1
        self._row_menu = QMenu(parent)
        self._copies: list[QAction] = []
        self._make_tools()
        self.left_handed = self._actions.make(
            self.tr("&Left-handed"),
            pen.set_left_handed,
            tip=self.tr("Put the answer to the left of the canvas, where your hand does not cover it"),
            checkable=True,
            checked=pen.left_handed,
        )
        self._make_clipboard_actions()
        self._make_selection_actions()
        tab.editing.tool.view.offer_actions([self.duplicate, self.copy], [self.delete])
        self._row_menu.addAction(self.join_rows)
        tab.editing.selecting.connect(self._use_select)
        tab.editing.selection_changed.connect(self._follow_selection)
        tab.reading_changed.connect(self._show_possible)
        tab.row_chosen.connect(self._show_possible)
        document.content_changed.connect(self._show_possible)
        document.content_changed.connect(self.keys_changed)
        tab.canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tab.canvas.customContextMenuRequested.connect(self._show_menu)
        self._show_possible()

    def _make_tools(self) -> None:
        make, widths = self._actions.make, self._pen_settings.widths
        self.pen = self._tool("pen", self.tr("&Pen"), self.tr("Write on the canvas"), "P")
        self.eraser = self._tool("eraser", self.tr("&Eraser"), self.tr("Erase whole strokes"), "E")
        self.part_eraser = self._tool(
            "part eraser", self.tr("Eraser for p&arts"), self.tr("Erase only what it passes over"), "Shift+E"
        )
        self.select = self._tool(
            "select", self.tr("&Select"), self.tr("Select ink with a loop; drag a glyph to where it stands"), "S"
        )
        self.select_rectangle = self._tool(
            "select rectangle", self.tr("Select with a &rectangle"), self.tr("Select ink with a rectangle"), "Shift+S"
        )
        self.pen.setChecked(True)
        self.thicker = make(
            self.tr("&Thicker pen"),
            lambda: widths.step(1),
            tip=self.tr("Make the pen thicker on the screen; the reading stays the same"),
            shortcuts=("]",),
        )
        self.thinner = make(
            self.tr("Th&inner pen"),
            lambda: widths.step(-1),
            tip=self.tr("Make the pen thinner on the screen; the reading stays the same"),
            shortcuts=("[",),
        )
        self.pen_dialog = make(
            self.tr("Pen settin&gs …"),
            self._pen_settings.show_dialog,
            tip=self.tr("Steady the pen, choose how it feels pressure, and try it"),
        )
        self.scratching = make(
            self.tr("Scratching &out erases"),
            self._pen_settings.set_scratching,
            tip=self.tr("Let a dense zigzag over ink take that ink away"),
            checkable=True,
            checked=self._pen_settings.scratching,
        )
        self._pen_settings.scratching_changed.connect(self.scratching.setChecked)

    def _make_clipboard_actions(self) -> None:
        make = self._actions.make
        self.cut = make(
            self.tr("Cu&t"),
            self._cut,
            tip=self.tr("Take out the selected ink and copy it"),
            shortcuts=(_KEYS.Cut,),
        )
        self.copy = make(
            self.tr("&Copy"),
            self._copy,
            tip=self.tr("Copy the selected ink"),
            shortcuts=(_KEYS.Copy,),
        )
        self.copy_text = make(
            self.tr("Copy as te&xt"),
            self._copy_text,
            tip=self.tr("Copy what the selected ink reads as"),
            shortcuts=("Ctrl+Alt+C",),
        )
        self.paste = make(
            self.tr("P&aste"),
            self._paste,
            tip=self.tr("Put in the ink on the clipboard, or read the picture on it"),
            shortcuts=(_KEYS.Paste,),
        )

    def _make_selection_actions(self) -> None:
        make, editing = self._actions.make, self._tab.editing
        self.duplicate = make(
            self.tr("&Duplicate"),
            editing.duplicate,
            tip=self.tr("Put a copy beside the selected ink"),
            shortcuts=("Ctrl+D",),
        )
        self.delete = make(
            self.tr("D&elete"),
            editing.delete,
            tip=self.tr("Take out the selected ink"),
            shortcuts=("Del", "Backspace"),
        )
        self.select_all = make(
            self.tr("&Select all"), editing.select_all, tip=self.tr("Select all ink"), shortcuts=(_KEYS.SelectAll,)
        )
        self.select_nothing = make(
            self.tr("Select not&hing"),
            editing.tool.clear,
            tip=self.tr("End the selection"),
            shortcuts=("Ctrl+Shift+A",),
        )
        self.join = make(
            self.tr("O&ne glyph"),
            lambda: self._tab.corrections.join(),
            tip=self.tr("Read the selected strokes as one glyph"),
        )
        self.part = make(
            self.tr("Sepa&rate glyphs"),
            lambda: self._tab.corrections.part(),
            tip=self.tr("Read no two of the selected strokes as one glyph"),
        )
        self.own_row = make(
            self.tr("Row of &its own"),
            lambda: self._tab.page.rows.make_row(),
            tip=row_tip(1),
        )
        self.join_rows = make(
            self.tr("&Join with the row above"),
            lambda: self._tab.page.join_with_above(),
            tip=self.tr("Read the chosen row of the page and the one above it as one row"),
        )
        self.part_here = make(
            self.tr("Part the row here"),
            self._part_row,
            tip=self.tr("Read what stands on both sides of this place as two rows"),
        )
        self.export_row = make(
            self.tr("Export the ro&w …"),
            lambda: self._files.export_row(self._tab.page.chosen),
            tip=self.tr("Save the chosen row of the page as a picture or a PDF, or as LaTeX, Markdown or a table"),
        )

    def _tool(self, name: ToolName, text: str, tip: str, key: str) -> QAction:
        def use(on: bool) -> None:
            if on:
                self._tab.canvas.set_tool(name)

        icon_name = name.replace(" ", "-")
        action = self._actions.make(text, use, tip=tip, shortcuts=(key,), icon_name=icon_name, checkable=True)
        self.tool_group.addAction(action)
        return action

    @property
    def tools(self) -> list[QAction]:
        """The actions that choose a tool."""
        return self.tool_group.actions()

    @property
    def on_canvas(self) -> tuple[QAction, ...]:
        """The actions whose keys are meant for the canvas."""
        return (
            *(*self.tools, self.thicker, self.thinner, self.cut, self.copy, self.copy_text, self.paste),
            *(self.duplicate, self.delete, self.select_all, self.select_nothing),
        )

    def resting(self, copy_answer: QAction, clear: QAction) -> tuple[QAction, ...]:
        """Return the actions whose keys others have now: with a selection, they concern it alone."""
        editing = self._tab.editing
        if editing.selection:
            return copy_answer, clear
        return (self.copy, self.delete, clear) if editing.spares_drawing else (self.copy, self.delete)

    def tint(self, palette: QPalette) -> None:
        """Draw all icons in the palette's colours."""
        self._actions.tint(palette)

    def fill_tool_bar(self, bar: QToolBar) -> None:
        """Add the tools: one button each for the pen, the erasers and the selections, which shows the one used last."""
        bar.addAction(self.pen)
        for choices in ((self.eraser, self.part_eraser), (self.select, self.select_rectangle)):
            bar.addAction(choices[0])
            button = bar.widgetForAction(choices[0])
            if not isinstance(button, QToolButton):
                continue
            menu = QMenu(button)
            menu.addActions(choices)
            button.setMenu(menu)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.DelayedPopup)
            for choice in choices:
                choice.toggled.connect(_shower_of(button, choice))

    def fill_edit_menu(self, edit: QMenu, copies: list[QAction | QMenu]) -> None:
        """Add the actions of the clipboard and the selection, and a menu of the tools.

        Args:
            edit: The menu.
            copies: Other actions that copy, which stand beside those that copy ink.
        """
        edit.addActions([self.cut, self.copy, self.copy_text])
        for entry in copies:
            if isinstance(entry, QMenu):
                edit.addMenu(entry)
                self._row_menu.addMenu(entry)
                self._copies.append(entry.menuAction())
            else:
                edit.addAction(entry)
        self._row_menu.addAction(self.export_row)
        edit.addActions([self.paste, self.duplicate, self.delete])
        edit.addSeparator()
        edit.addActions([self.select_all, self.select_nothing, self.join, self.part, self.own_row, self.join_rows])
        edit.addSeparator()
        tools = edit.addMenu(self.tr("T&ools"))
        tools.addActions(self.tools)
        tools.addSeparator()
        tools.addActions([self.thicker, self.thinner, self.pen_dialog, self.scratching])

    def offer_on_canvas(self, first: list[QAction], copy_answer: QAction, last: Iterable[QAction]) -> None:
        """Set the menu on the canvas: these actions first, then those on ink.

        Args:
            first: Undo and redo.
            copy_answer: Copies the reading.
            last: What moves the view.
        """
        self._more_for_menu = [
            *(*first, None, self.cut, self.copy, self.copy_text, copy_answer, self.paste, self.duplicate, self.delete),
            *(None, self.select_all, self.select_nothing, self.join, self.part),
            *(None, self.own_row, self.part_here, self.join_rows, None, *last),
        ]

    @Slot(QPoint)
    def _show_menu(self, at: QPoint) -> None:
        canvas = self._tab.canvas
        if canvas.busy:
            return
        if not self._tab.editing.selection:
            self._tab.editing.select_at(at.toPointF())
        self._asked_at = canvas.to_drawing(at.toPointF())
        self._asked_row = self._tab.page.choose_at(*self._asked_at) if self._tab.kind.rows else -1
        self._show_possible()
        menu = QMenu(canvas)
        seldom = (self.join, self.part, self.copy_text, self.own_row, self.part_here, self.join_rows)
        for action in self._more_for_menu:
            if action is None:
                menu.addSeparator()
            elif action.isEnabled() or action not in seldom:
                menu.addAction(action)
        if self._asked_row >= 0:
            menu.addSeparator()
            menu.addActions([*(one for one in self._copies if one.isVisible()), self.export_row])
        # What can be done is in the menu; a second list of it beside the menu would only be in the way.
        view = self._tab.editing.tool.view
        view.hold()
        menu.aboutToHide.connect(view.release)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(canvas.mapToGlobal(at))

    def _part_row(self) -> None:
        self._tab.page.rows.part_at(self._asked_row, *self._asked_at)

    @Slot()
    def _use_select(self) -> None:
        self.select.setChecked(True)

    @Slot(bool)
    def _follow_selection(self, _selected: bool) -> None:
        self._show_possible()
        self.keys_changed.emit()

    @Slot()
    def _show_possible(self, _reading: object = None) -> None:
        """Enable the actions that can be used now."""
        selection = self._tab.editing.selection
        selected, several = bool(selection), self._tab.kind.several_glyphs
        for action in (self.cut, self.copy, self.duplicate, self.delete, self.select_nothing):
            action.setEnabled(selected)
        self.copy_text.setEnabled(selected and bool(self._tab.selected_text()))
        self.join.setEnabled(selected and several and not self._tab.editing.tool.is_one_glyph)
        self.part.setEnabled(len(selection.indices) > 1 and several)
        self.select_all.setEnabled(bool(self._document.drawing))
        rows = self._tab.kind.rows
        selected_rows = self._tab.editing.tool.rows_selected if rows else 0
        self.own_row.setEnabled(selected_rows > 0)
        self.own_row.setText(self.tr("Row of &its own") if selected_rows < 2 else self.tr("Join as one ro&w"))
        self.own_row.setToolTip(row_tip(selected_rows))
        self.own_row.setStatusTip(row_tip(selected_rows))
        self.part_here.setEnabled(rows and self._asked_row >= 0)
        self.join_rows.setEnabled(rows and self._tab.page.can_join)
        self.export_row.setEnabled(rows and self._tab.page.chosen >= 0)
        if rows:
            self._tab.page.offer_for_row(self._row_menu)

    def _copy(self) -> None:
        ink, text, width = self._tab.editing.copied(), self._tab.selected_text(), self._tab.canvas.pen_width
        self._jobs.run(lambda: copy_of(ink, text, width), on_success=self._hold, on_error=self.failed.emit)

    def _hold(self, copy: InkCopy) -> None:
        QGuiApplication.clipboard().setMimeData(copy.mime())
        self.succeeded.emit(self.tr("Ink copied"))

    def _cut(self) -> None:
        self._copy()
        self._tab.editing.cut()

    def _copy_text(self) -> None:
        text = self._tab.selected_text()
        QGuiApplication.clipboard().setText(text)
        self.succeeded.emit(self.tr("Copied “{text}”").format(text=text))

    def _paste(self) -> None:
        # Jobs are done one after the other: a copy that is under way comes first.
        self._jobs.run(lambda: None, on_success=self._paste_now, on_error=self.failed.emit)

    def _paste_now(self, _nothing: object) -> None:
        """Put in the ink on the clipboard; what is no ink is opened as a picture or a file."""
        mime = QGuiApplication.clipboard().mimeData()
        data = ink_data(mime)
        if data is None:
            self._files.paste()
            return
        where = self.tr("clipboard")
        self._jobs.run(lambda: read_ink(data, where), on_success=self._put_in, on_error=self.failed.emit)

    def _put_in(self, ink: CopiedInk) -> None:
        self._tab.editing.put_in(ink)
        self.succeeded.emit(self.tr("Ink pasted"))


def _shower_of(button: QToolButton, action: QAction) -> Callable[[bool], None]:
    def show(on: bool) -> None:
        if on:
            button.setDefaultAction(action)

    return show
