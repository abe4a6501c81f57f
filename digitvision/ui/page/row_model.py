"""The model behind the list of rows: it announces only what has changed."""

from collections.abc import Sequence
from typing import Final, TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from digitvision.ui.page.row_item import NO_ROW, RowItem
from digitvision.ui.reading.reading_text import trust_words

Index: TypeAlias = QModelIndex | QPersistentModelIndex

_NOWHERE: Final = QModelIndex()


class RowModel(QAbstractListModel):
    """Holds the rows of a page from top to bottom."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._items: list[RowItem] = []

    @property
    def items(self) -> Sequence[RowItem]:
        """The rows."""
        return self._items

    def place_of(self, key: int) -> int:
        """Return the number of the row with this key, from 0; -1 without such a row."""
        return next((place for place, item in enumerate(self._items) if item.key == key), -1)

    def item_of(self, key: int) -> RowItem | None:
        """Return the row with this key; None without one."""
        return next((item for item in self._items if item.key == key), None)

    def show(self, items: Sequence[RowItem]) -> None:
        """Show these rows: those that stay are kept, and only those that look different are painted anew."""
        old, new = [item.key for item in self._items], [item.key for item in items]
        same = 0
        while same < min(len(old), len(new)) and old[same] == new[same]:
            same += 1
        tail = 0
        while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        before = {item.key: item for item in self._items}
        if len(old) - tail > same:
            self.beginRemoveRows(_NOWHERE, same, len(old) - tail - 1)
            del self._items[same : len(old) - tail]
            self.endRemoveRows()
        if len(new) - tail > same:
            self.beginInsertRows(_NOWHERE, same, len(new) - tail - 1)
            self._items[same:same] = items[same : len(new) - tail]
            self.endInsertRows()
        self._items = list(items)
        for place, item in enumerate(items):
            known = before.get(item.key)
            if known is not item and (known is None or known.looks != item.looks):
                self.dataChanged.emit(self.index(place), self.index(place))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self._items):
            return None
        item = self._items[index.row()]
        roles = Qt.ItemDataRole
        if role == roles.UserRole:
            return item
        if role == roles.DisplayRole:
            return item.text
        if role in (roles.AccessibleTextRole, roles.ToolTipRole):
            return self._spoken(index.row(), item)
        return None

    def key_at(self, index: Index) -> int:
        """Return the key of the row at an index; `NO_ROW` where there is none."""
        return self._items[index.row()].key if 0 <= index.row() < len(self._items) else NO_ROW

    def _spoken(self, place: int, item: RowItem) -> str:
        """Return a row in words: its number, what was read, how sure that is, and what it comes to."""
        read = item.text or self.tr("still to be read")
        parts = [self.tr("Row {number}: {text}").format(number=place + 1, text=read)]
        if item.trust is not None:
            parts.append(trust_words(item.trust).lower())
        if item.kind_text:
            parts.append(item.kind_text)
        if item.complete:
            parts += [text for text in (item.value_text, item.sentence, item.doubt_text) if text]
        return ", ".join(parts)
