"""The rows of a page in a list, from top to bottom: only those in sight are painted."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QWidget

from digitvision.ui.page.row_delegate import RowDelegate
from digitvision.ui.page.row_item import RowItem
from digitvision.ui.page.row_model import Index, RowModel


class RowList(QListView):
    """Shows rows, one of which is chosen: by a click, by the arrow keys, or by the program."""

    chosen = Signal(int)
    """Key of the row that the user has chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._menu: QMenu | None = None
        self._laid_out = False
        self._rows = RowModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(RowDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setAccessibleName(self.tr("Rows of the page"))
        self.setToolTip(self.tr("Click on a row to see more of it, and to correct it"))

    @property
    def items(self) -> Sequence[RowItem]:
        """The rows in the list."""
        return self._rows.items

    @property
    def key(self) -> int:
        """Key of the row that is chosen; `NO_ROW` for none."""
        return self._rows.key_at(self.currentIndex())

    @property
    def item(self) -> RowItem | None:
        """The row that is chosen; None for none."""
        return self._rows.item_of(self.key)

    @property
    def in_sight(self) -> list[RowItem]:
        """The rows that are in sight, if only in part."""
        first = self.indexAt(QPoint(1, 1)).row()
        last = self.indexAt(QPoint(1, self.viewport().height() - 2)).row()
        return list(self.items[max(first, 0) : last + 1 if last >= 0 else None])

    def set_menu(self, menu: QMenu) -> None:
        """Set the context menu of a row."""
        self._menu = menu

    def show_rows(self, items: Sequence[RowItem], *, key: int, scroll: bool = False) -> None:
        """Show these rows, of which the one with this key is chosen; with `scroll` it comes into sight.

        Without, it stays in sight where it is: rows above it grow when their formulas come.
        """
        stays = self.key == key and self._is_in_sight
        with QSignalBlocker(self):
            self._rows.show(items)
        self.choose(key, scroll=scroll or stays)

    @property
    def _is_in_sight(self) -> bool:
        """Whether all of the chosen row is in sight."""
        return self.viewport().rect().contains(self.visualRect(self.currentIndex()))

    def choose(self, key: int, *, scroll: bool = True) -> None:
        """Choose the row with this key, `NO_ROW` for none, and bring it into sight; nobody is told."""
        place = self._rows.place_of(key)
        index = self._rows.index(place) if place >= 0 else QModelIndex()
        with QSignalBlocker(self):
            if index != self.currentIndex():
                self.setCurrentIndex(index)
            # What is in sight would be painted anew.
            if scroll and index.isValid() and not self._is_in_sight:
                self.scrollTo(index)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.chosen.emit(self._rows.key_at(current))

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Paint a row anew, and lay the list out anew only where the row is of another height then."""
        if self._laid_out and first == last and self._has_its_height(first):
            QAbstractItemView.dataChanged(self, first, last, list(roles))
            return
        self._laid_out = False
        super().dataChanged(first, last, list(roles))

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        self._laid_out = False
        super().rowsInserted(parent, start, end)

    def doItemsLayout(self) -> None:
        super().doItemsLayout()
        self._laid_out = True

    def _has_its_height(self, index: Index) -> bool:
        """Whether a row is as high as its place in the list, which ends where the next one begins."""
        wanted, below = self.visualRect(index), self._rows.index(index.row() + 1)
        if below.isValid():
            bottom = self.visualRect(below).top()
        else:
            bottom = self.contentsSize().height() - self.verticalOffset()
        return wanted.height() == bottom - wanted.top()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if event.reason() == QContextMenuEvent.Reason.Mouse and index.isValid():
            self.setCurrentIndex(index)
        if self._menu is not None and self.currentIndex().isValid():
            self._menu.popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            # Formulas are as large as there is room for them.
            self.scheduleDelayedItemsLayout()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
