"""The actions that concern the paper: how much of it is in sight, and what is printed on it."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from digitvision.ui.draw.draw_tab import DrawTab
from digitvision.ui.paper.patterns import PATTERNS, Pattern
from digitvision.ui.settings_keeper import SettingsKeeper
from digitvision.ui.widgets.actions import Actions

_KEYS: Final = QKeySequence.StandardKey


class ViewActions(QObject):
    """Makes them, and keeps the chosen pattern in the settings."""

    def __init__(self, tab: DrawTab, keeper: SettingsKeeper, parent: QObject) -> None:
        super().__init__(parent)
        self._tab = tab
        self._keeper = keeper
        self._actions = Actions(parent)
        tab.paper.set_usual_pattern(keeper.values.paper)
        view, make = tab.canvas.sheet.view, self._actions.make
        self.zoom: Final = (
            make(
                self.tr("Zoom &in"),
                view.zoom_in,
                tip=self.tr("Show the drawing larger; with the mouse: the wheel with Ctrl"),
                shortcuts=(_KEYS.ZoomIn, "Ctrl+="),
            ),
            make(
                self.tr("Zoom &out"),
                view.zoom_out,
                tip=self.tr("Show more of the drawing"),
                shortcuts=(_KEYS.ZoomOut,),
            ),
            make(
                self.tr("Actual &size"),
                view.actual_size,
                tip=self.tr("Show the drawing in the size in which a new one begins"),
                shortcuts=("Ctrl+0",),
            ),
            make(
                self.tr("&Whole drawing"),
                view.whole_drawing,
                tip=self.tr("Show all that was written, wherever it lies"),
                shortcuts=("Ctrl+9",),
            ),
        )
        self._group = QActionGroup(parent)
        self._patterns = {pattern: self._make_pattern(pattern) for pattern in PATTERNS}
        tab.paper.pattern_changed.connect(self._show_pattern)

    @property
    def actions(self) -> tuple[QAction, ...]:
        """The actions whose keys belong to the canvas."""
        return self.zoom

    def fill(self, menu: QMenu) -> None:
        """Add all actions to a menu."""
        menu.addActions(list(self.zoom))
        paper = menu.addMenu(self.tr("&Paper"))
        paper.addActions(list(self._patterns.values()))

    def _make_pattern(self, pattern: Pattern) -> QAction:
        action = self._actions.make(
            pattern_title(pattern),
            lambda on: self._choose(pattern, on=on),
            tip=self.tr("Choose the paper to write on; it is no part of the drawing"),
            checkable=True,
            checked=pattern == self._tab.canvas.sheet.pattern,
        )
        self._group.addAction(action)
        return action

    def _choose(self, pattern: Pattern, *, on: bool) -> None:
        # The choice before is switched off by the same click; and another drawing may have brought its own paper.
        if on and pattern != self._tab.canvas.sheet.pattern:
            self._tab.paper.choose_pattern(pattern)
            self._keeper.change(paper=pattern)

    @Slot(str)
    def _show_pattern(self, pattern: Pattern) -> None:
        self._patterns[pattern].setChecked(True)


def pattern_title(pattern: Pattern) -> str:
    """Return what a pattern is called on the screen, with a mnemonic."""
    translate = QCoreApplication.translate
    titles = {
        "blank": translate("ViewActions", "&Blank"),
        "ruled": translate("ViewActions", "&Ruled"),
        "squared": translate("ViewActions", "&Squared"),
        "dotted": translate("ViewActions", "&Dotted"),
    }
    return titles[pattern]
