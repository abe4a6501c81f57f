"""A tab whose page is made when it is first looked at, so that the window need not wait for it."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QSignalBlocker, Slot
from PySide6.QtWidgets import QTabWidget, QWidget

Page = TypeVar("Page", bound=QWidget)


class LazyTab(QObject, Generic[Page]):
    """Keeps the page's place until somebody wants it."""

    def __init__(self, tabs: QTabWidget, title: str, make: Callable[[], Page]) -> None:
        """Add a tab with nothing on it.

        Args:
            make: The page; called once.
        """
        super().__init__(tabs)
        self._tabs = tabs
        self._title = title
        self._make = make
        self._made: Page | None = None
        self._place = QWidget()
        tabs.addTab(self._place, title)
        tabs.currentChanged.connect(self._look)

    @property
    def made(self) -> Page | None:
        """The page, if anybody has wanted it."""
        return self._made

    @property
    def page(self) -> Page:
        """The page, made if it was not yet."""
        if self._made is None:
            self._made = self._make()
            self._put(self._made)
        return self._made

    def _put(self, page: Page) -> None:
        tabs, index = self._tabs, self._tabs.indexOf(self._place)
        shown = tabs.currentIndex() == index
        # To whoever listens it is the same tab as before.
        with QSignalBlocker(tabs):
            tabs.removeTab(index)
            tabs.insertTab(index, page, self._title)
            if shown:
                tabs.setCurrentIndex(index)
        self._place.deleteLater()

    @Slot(int)
    def _look(self, index: int) -> None:
        if self._made is None and index == self._tabs.indexOf(self._place):
            _ = self.page
