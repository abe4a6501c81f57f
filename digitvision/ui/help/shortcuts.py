"""The overview of all shortcuts, made from the actions in the menus themselves."""

from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from digitvision.ui.widgets.actions import LASTING_NAME

KeysOf = Callable[[QAction], list[QKeySequence]]
"""The shortcuts of an action, also where they do not work at the moment."""

_KEYS: Final = Qt.Key
_RARE: Final = (
    *(
        QKeySequence(key)
        for key in (_KEYS.Key_New, _KEYS.Key_Open, _KEYS.Key_Save, _KEYS.Key_Undo, _KEYS.Key_Copy, _KEYS.Key_Paste)
    ),
    *(QKeySequence(f"F{number}") for number in range(13, 36)),
)
"""Keys that only some keyboards have: "Copy" or "Undo" stands on them, or a number above twelve."""


def shortcuts_markdown(bar: QMenuBar, keys_of: KeysOf) -> str:
    """A page with a table for each menu: what an action is called, its keys, and what it does."""
    parts = [
        f"# {_tr('Keyboard shortcuts')}",
        _tr("Everything that the menus offer, with its keys. The keys of the drawing work on the *Draw* tab."),
    ]
    for entry in bar.actions():
        rows = [_row(action, path, keys_of) for action, path in _actions_of(entry, ())]
        if rows:
            head = f"| {_tr('Action')} | {_tr('Keys')} | {_tr('What it does')} |\n|---|---|---|"
            parts.append(f"## {_plain(entry.text())}\n\n" + "\n".join([head, *rows]))
    return "\n\n".join(parts) + "\n"


def _actions_of(entry: QAction, path: tuple[str, ...]) -> Iterator[tuple[QAction, tuple[str, ...]]]:
    """The actions below a menu's entry, with the names of the menus within the menu that lead there."""
    # PySide's stubs call it an object.
    menu = entry.menu()
    if not isinstance(menu, QMenu):
        yield entry, path
        return
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from _actions_of(action, (*path, _plain(action.text())))
        # What a menu lists by itself when it is opened, recent files and models, belongs to it and not to the window.
        elif not action.isSeparator() and action.parent() is not menu:
            yield action, path


def _row(action: QAction, path: tuple[str, ...], keys_of: KeysOf) -> str:
    name = " > ".join((*path, str(action.property(LASTING_NAME) or "") or _plain(action.text())))
    native = QKeySequence.SequenceFormat.NativeText
    keys = ", ".join(_cell(one.toString(native)) for one in keys_of(action) if one not in _RARE)
    return f"| {_cell(name)} | {keys} | {_cell(action.statusTip() or action.toolTip())} |"


def _plain(text: str) -> str:
    """An action's text without its mnemonic and the dots that say that more is asked."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").removesuffix("…").strip()


def _cell(text: str) -> str:
    """Text that Markdown takes for nothing else."""
    return "".join(f"\\{letter}" if letter in "\\|`*_[]<>" else letter for letter in text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Shortcuts", text)
