"""What the rows of a page come to, worked out off the window's thread."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from digitvision.recognition.prediction import RowReading
from digitvision.ui.reading.row_typesetting import Structure, structure_of
from digitvision.ui.reading.value_client import ValueClient

if TYPE_CHECKING:
    from digitvision.recognition.expression.semantics.values import Value

_KEPT: Final = 400
"""Number of values that are remembered."""


class PageValues(QObject):
    """Takes all rows of a page, and tells the value of each; what was worked out before is told at once."""

    found = Signal(int, object, str)
    """Number of a row, from 0, in the rows that were shown last; its `Value` or None; and a sentence on why there is
    none."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._client = ValueClient(self)
        self._client.found.connect(self._keep)
        self._known: dict[Structure, tuple[Value | None, str]] = {}
        self._keys: list[Structure | None] = []
        self._rows: Sequence[RowReading] = ()
        self._asked: Structure | None = None
        self._first = 0

    @property
    def idle(self) -> bool:
        """Whether the value of every row is known."""
        return self._asked is None and all(key is None or key in self._known for key in self._keys)

    def known(self, row: int) -> "tuple[Value | None, str] | None":
        """Return the value of a row, and a sentence on why there is none; None where it is still to be worked out."""
        key = self._keys[row]
        return (None, "") if key is None else self._known.get(key)

    def show(self, rows: Sequence[RowReading], *, first: int = 0) -> None:
        """Have the values of these rows worked out, from top to bottom.

        Args:
            rows: All rows of the page.
            first: Number of the row whose value is wanted before the others.
        """
        self._rows, self._first = rows, first
        self._keys = [_key_of(row) for row in rows]
        self._ask()

    def shut_down(self) -> None:
        """End the process that works out values."""
        self._rows, self._keys = (), []
        self._client.shut_down()

    def _ask(self) -> None:
        """Ask for the next value that is not known, unless another is on its way."""
        if self._asked is not None:
            return
        order = sorted(range(len(self._rows)), key=lambda row: (row != self._first, row))
        for row in order:
            key, tree = self._keys[row], self._rows[row].reading.tree
            if key is not None and key not in self._known:
                self._asked = key
                self._client.ask(tree)
                return

    @Slot(object, str)
    def _keep(self, value: "Value | None", sentence: str) -> None:
        asked, self._asked = self._asked, None
        if asked is None:
            return
        self._known[asked] = value, sentence
        while len(self._known) > _KEPT:
            self._known.pop(next(iter(self._known)))
        for row, key in enumerate(self._keys):
            if key == asked:
                self.found.emit(row, value, sentence)
        self._ask()


def _key_of(row: RowReading) -> Structure | None:
    """Return what a row's value depends on; None where it has none because nothing was read."""
    reading = row.reading
    return None if reading.tree is None or not reading.candidates else structure_of(reading.tree)
