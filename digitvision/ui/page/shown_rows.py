"""The rows of a page that are on the screen, and the one among them that is chosen."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from digitvision.ink.stroke import Stroke
from digitvision.recognition.prediction import RowReading
from digitvision.ui.page.row_item import NO_ROW, RowItem, RowKeys


class ShownRows:
    """Follows the rows from reading to reading, and the pen from row to row.

    Attributes:
        items: The rows from top to bottom, as they are shown.
        key: Key of the chosen row; `NO_ROW` for none.
    """

    def __init__(self) -> None:
        self.items: list[RowItem] = []
        self.key = NO_ROW
        self._keys = RowKeys()
        self._newest: object = None
        self._held: tuple[Stroke, ...] = ()

    @property
    def chosen(self) -> int:
        """Number of the chosen row, from 0; -1 for none."""
        return next((place for place, item in enumerate(self.items) if item.key == self.key), -1)

    @property
    def item(self) -> RowItem | None:
        """The chosen row; None for none."""
        return self.item_of(self.key)

    def item_of(self, key: int) -> RowItem | None:
        """Return the row with this key; None without one."""
        return next((item for item in self.items if item.key == key), None)

    def place_of(self, stroke: int) -> int | None:
        """Return the number of the row that a stroke is in, from 0; None without one."""
        return next((place for place, item in enumerate(self.items) if stroke in item.row.strokes), None)

    def place_at(self, x: float, y: float) -> int:
        """Return the number of the row whose ink is around a position of the drawing; -1 where there is none."""
        for place, item in enumerate(self.items):
            box = item.row.box
            if box.left <= x <= box.right and box.top <= y <= box.bottom:
                return place
        return -1

    def clear(self) -> None:
        """Show no rows."""
        self.items, self.key, self._newest = [], NO_ROW, None

    def take(self, rows: Sequence[RowReading], strokes: Sequence[Stroke]) -> bool:
        """Take the rows of a new reading, and choose the one that was written on last.

        Args:
            rows: The rows, at least one.
            strokes: The strokes of the drawing that was read.

        Returns:
            Whether another stroke is the last one now, so that the chosen row is to come into sight.
        """
        keys = self._keys.keys_of(rows, strokes)
        before = {item.key: item for item in self.items}
        if self.key in before and self.key not in keys:
            # It was joined to another row, which is chosen from now on.
            held = set(map(id, self._held))
            holding = (not held.isdisjoint(id(strokes[index]) for index in row.strokes) for row in rows)
            self.key = next((key for key, holds in zip(keys, holding, strict=True) if holds), NO_ROW)
        self.items = [_followed(before.get(key), key, row) for key, row in zip(keys, rows, strict=True)]
        if before.keys().isdisjoint(keys):
            # Another drawing is opened.
            self._newest = None
        moved = self._follow_pen(strokes)
        self.hold(strokes)
        return moved

    def mark_chosen(self, is_chosen: Callable[[RowReading], bool]) -> None:
        """Mark the rows that are what the user said that they are."""
        both = [(item, is_chosen(item.row)) for item in self.items]
        self.items = [item if item.chosen == chosen else replace(item, chosen=chosen) for item, chosen in both]

    def choose(self, key: int, strokes: Sequence[Stroke]) -> None:
        """Choose the row with this key, by strokes of the drawing as it is now."""
        self.key = key
        self.hold(strokes)

    def doubt_values(self) -> bool:
        """Take all values for those of a drawing that has changed; return whether there are any."""
        if not any(item.complete and item.value is not None for item in self.items):
            return False
        self.items = [replace(item, complete=False) for item in self.items]
        return True

    def drop_old_values(self) -> bool:
        """Forget what rows came to before and do not come to now, as far as that is known; return whether any did."""
        old = [item.value is not None and not item.complete for item in self.items]
        if not any(old):
            return False
        self.items = [
            item if item.complete else replace(item, value=None, value_formula=None, sentence="") for item in self.items
        ]
        return True

    def hold(self, strokes: Sequence[Stroke]) -> None:
        """Remember the strokes of the chosen row, by which it is found where it is joined to another one."""
        item = self.item
        # A reading may be a moment behind the drawing.
        self._held = () if item is None else tuple(strokes[one] for one in item.row.strokes if one < len(strokes))

    def _follow_pen(self, strokes: Sequence[Stroke]) -> bool:
        """Choose the row that was written on last; without a new stroke the chosen one stays, or its neighbour."""
        newest = strokes[-1] if strokes else None
        if self.item is not None and newest is self._newest:
            return False
        # Of a drawing that was opened the first row is shown.
        place = 0 if self._newest is None else self.place_of(len(strokes) - 1)
        if place is None and self.item is not None:
            # The reading is a moment behind the pen; the next one says which row the stroke belongs to.
            return False
        self._newest = newest
        if place is not None:
            self.key = self.items[place].key
        return True


def _followed(before: RowItem | None, key: int, row: RowReading) -> RowItem:
    """Return a row with what is known of it already: all, where it is read as before, or else the old value."""
    if before is None:
        return RowItem(key, row)
    if before.row is row:
        return before
    if before.reading.latex == row.reading.latex:
        return replace(before, row=row)
    return replace(before, row=row, formula=None, complete=False)
