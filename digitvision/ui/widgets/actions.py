"""A factory of actions with text, tip, shortcuts and icon."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence, QPalette

from digitvision.ui.theme import icon

Shortcut = QKeySequence.StandardKey | str

LASTING_NAME: Final = "lastingName"
"""Property of an action: a name that stays while the action's text changes; empty where the text stays."""


@dataclass(slots=True)
class Actions:
    """Makes the actions of one owner, and paints their icons in the palette's colours."""

    owner: QObject
    _icons: dict[QAction, str] = field(default_factory=dict)

    def make(
        self,
        text: str,
        slot: Callable[..., object],
        *,
        tip: str,
        shortcuts: tuple[Shortcut, ...] = (),
        icon_name: str = "",
        checkable: bool = False,
        checked: bool = False,
    ) -> QAction:
        """Make an action.

        Args:
            text: The text, with a mnemonic.
            slot: Called with the new state when a checkable action is toggled; without arguments when another is
                triggered.
            tip: A sentence on what it does.
            shortcuts: Its keys, the main one first.
            icon_name: Name of its icon's file without the suffix; empty for no icon.
            checkable: Whether it has a state.
            checked: The state at first.
        """
        action = QAction(text, self.owner)
        self.dress(action, tip=tip, shortcuts=shortcuts, icon_name=icon_name)
        if checkable:
            action.setCheckable(True)
            action.setChecked(checked)
            action.toggled.connect(slot)
        else:
            action.triggered.connect(lambda _checked=False: slot())
        return action

    def dress(
        self,
        action: QAction,
        *,
        tip: str,
        shortcuts: tuple[Shortcut, ...] = (),
        icon_name: str = "",
        lasting_name: str = "",
    ) -> QAction:
        """Set tip, shortcuts and icon of an action that was made elsewhere, and return the action.

        Args:
            action: The action.
            tip: A sentence on what it does.
            shortcuts: Its keys.
            icon_name: Its icon; empty for none.
            lasting_name: What it is called in lists where its text changes with what it would do.
        """
        action.setProperty(LASTING_NAME, lasting_name)
        sequences = [sequence for shortcut in shortcuts for sequence in _sequences(shortcut)]
        action.setShortcuts(sequences)
        shown = sequences[0].toString(QKeySequence.SequenceFormat.NativeText) if sequences else ""
        action.setToolTip(f"{tip} ({shown})" if shown else tip)
        action.setStatusTip(tip)
        if icon_name:
            self._icons[action] = icon_name
        return action

    def tint(self, palette: QPalette) -> None:
        """Paint all icons in the palette's colours."""
        for action, name in self._icons.items():
            action.setIcon(icon(name, palette))


def _sequences(shortcut: Shortcut) -> list[QKeySequence]:
    if isinstance(shortcut, str):
        return [QKeySequence(shortcut)]
    return QKeySequence.keyBindings(shortcut)
