"""The window's actions: each is declared once, with its text, tip, shortcut and icon."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence, QPalette

from digitvision.ui.theme import icon

Shortcut = QKeySequence.StandardKey | str


@dataclass(slots=True)
class Actions:
    """Makes actions and tints their icons anew when the palette changes."""

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
        """An action of the owner; `slot` hears `toggled(bool)` when it is checkable, else `triggered()`."""
        action = QAction(text, self.owner)
        self.dress(action, tip=tip, shortcuts=shortcuts, icon_name=icon_name)
        if checkable:
            action.setCheckable(True)
            action.setChecked(checked)
            action.toggled.connect(slot)
        else:
            action.triggered.connect(lambda _checked=False: slot())
        return action

    def dress(self, action: QAction, *, tip: str, shortcuts: tuple[Shortcut, ...] = (), icon_name: str = "") -> QAction:
        """Give an action that somebody else made its tip, shortcuts and icon."""
        sequences = [sequence for shortcut in shortcuts for sequence in _sequences(shortcut)]
        action.setShortcuts(sequences)
        shown = sequences[0].toString(QKeySequence.SequenceFormat.NativeText) if sequences else ""
        action.setToolTip(f"{tip} ({shown})" if shown else tip)
        action.setStatusTip(tip)
        if icon_name:
            self._icons[action] = icon_name
        return action

    def tint(self, palette: QPalette) -> None:
        """Draw all icons in the palette's colours."""
        for action, name in self._icons.items():
            action.setIcon(icon(name, palette))


def _sequences(shortcut: Shortcut) -> list[QKeySequence]:
    if isinstance(shortcut, str):
        return [QKeySequence(shortcut)]
    return QKeySequence.keyBindings(shortcut)
