"""The menu of alphabets, with an action for each."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from digitvision.recognition.alphabets import ALPHABETS
from digitvision.ui.widgets.actions import Actions
from digitvision.ui.widgets.alphabet_choice import alphabet_title


class AlphabetMenu(QObject):
    """Lists the alphabets; each action is made once, when its alphabet is first listed."""

    chosen = Signal(str)
    """Name of the alphabet that the user has chosen."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        """Make an empty menu; `actions` makes its actions."""
        super().__init__(parent)
        self.menu = QMenu(self.tr("&Alphabet"), parent)
        self._actions = actions
        self._group = QActionGroup(parent)
        self._alphabets: dict[str, QAction] = {}

    def set_enabled(self, enabled: bool) -> None:
        """Enable the alphabets, or disable them for a kind of reading that has none."""
        self.menu.setEnabled(enabled)
        for action in self._alphabets.values():
            action.setEnabled(enabled)

    def show_alphabets(self, names: Sequence[str], current: str) -> None:
        """List these alphabets; `current` is the one in use."""
        self.menu.clear()
        for name in names:
            if name not in self._alphabets:
                self._alphabets[name] = self._make_action(name)
            self.menu.addAction(self._alphabets[name])
            self._alphabets[name].setChecked(name == current)

    def _make_action(self, name: str) -> QAction:
        title = alphabet_title(name)
        action = self._actions.make(
            title.replace("&", "&&"),
            lambda on: self._choose(name, on=on),
            tip=self.tr("Read what is written as one of: {alphabet}").format(alphabet=title),
            # Each alphabet has a key of its own, whichever others are listed.
            shortcuts=(f"Alt+{ALPHABETS.index(name) + 1}",) if name in ALPHABETS else (),
            checkable=True,
        )
        self._group.addAction(action)
        return action

    def _choose(self, name: str, *, on: bool) -> None:
        # The choice before is switched off by the same click, which needs no answer.
        if on:
            self.chosen.emit(name)
