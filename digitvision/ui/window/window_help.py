"""What the window has of help: the guide at the page that fits what is on the screen, and the shortcuts."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from digitvision.ui.help.help_window import HelpWindow


class WindowHelp(QObject):
    """Makes the Help window when it is first wanted, for most people never want it."""

    def __init__(self, topic: Callable[[], str], shortcuts: Callable[[], str], parent: QObject) -> None:
        """Show nothing.

        Args:
            topic: Name of the guide's page that fits what is on the screen.
            shortcuts: The page of all shortcuts, as Markdown.
            parent: The object's.
        """
        super().__init__(parent)
        self._topic = topic
        self._shortcuts = shortcuts
        self._window: HelpWindow | None = None

    @property
    def window(self) -> "HelpWindow | None":
        """The Help window, if anybody has wanted it."""
        return self._window

    @Slot()
    def show_guide(self) -> None:
        """Open the guide at the page that fits."""
        self._show(self._topic())

    @Slot()
    def show_shortcuts(self) -> None:
        """Open the overview of all shortcuts."""
        from digitvision.ui.help.guide import SHORTCUTS_PAGE

        self._show(SHORTCUTS_PAGE)

    @Slot()
    def shut_down(self) -> None:
        """Close the Help window with the one that it helps with."""
        if self._window is not None:
            self._window.close()
            self._window.deleteLater()
            self._window = None

    def _show(self, name: str) -> None:
        from digitvision.ui.help.guide import SHORTCUTS_PAGE, guide_pages, page_of
        from digitvision.ui.help.help_window import HelpWindow

        if self._window is None:
            self._window = HelpWindow(guide_pages())
        # Anew each time: what the menus offer may have changed.
        self._window.set_page(page_of(SHORTCUTS_PAGE, self._shortcuts()))
        self._window.show_page(name)
        if self._window.isVisible():
            # It may lie behind the other one.
            self._window.raise_()
        self._window.show()
        self._window.activateWindow()
