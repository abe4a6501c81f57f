"""A tab whose page is made when it is first shown, so that the window opens without it."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QSignalBlocker, Slot
from PySide6.QtWidgets import QTabWidget, QWidget

Page = TypeVar("Page", bound=QWidget)


class LazyTab(QObject, Generic[Page]):
    """Keeps an empty page in the tab until the real one is wanted."""

    def __init__(self, tabs: QTabWidget, title: str, make: Callable[[], Page]) -> None:
        """Add a tab with an empty page.

        Args:
            tabs: The tabs that it is added to.
            title: Title of the tab.
            make: Makes the page; called once.
        """
        super().__init__(tabs)
        self._tabs = tabs
        self._title = title
        self._make = make
        self._made: Page | None = None
        self._empty = QWidget()
        tabs.addTab(self._empty, title)
        tabs.currentChanged.connect(self._make_shown)

    @property
    def made(self) -> Page | None:
        """The page; None while it has not been made."""
        return self._made

    @property
    def page(self) -> Page:
        """The page, which is made by the first call."""
        if self._made is None:
            self._made = self._make()
            self._put(self._made)
        return self._made

    def _put(self, page: Page) -> None:
        tabs, index = self._tabs, self._tabs.indexOf(self._empty)
        shown = tabs.currentIndex() == index
        # It stays the same tab for all who listen to changes of the tabs.
        with QSignalBlocker(tabs):
            tabs.removeTab(index)
            tabs.insertTab(index, page, self._title)
            if shown:
                tabs.setCurrentIndex(index)
        self._empty.deleteLater()

    @Slot(int)
    def _make_shown(self, index: int) -> None:
        if self._made is None and index == self._tabs.indexOf(self._empty):
            _ = self.page
