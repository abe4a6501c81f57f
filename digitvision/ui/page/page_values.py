"""What the rows of a page come to, worked out off the window's thread: names carry over from row to row."""

from collections import Counter
from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, QThread, Signal, Slot

from digitvision.recognition.calculation.dependence import rows_behind
from digitvision.recognition.calculation.dependents import dependents_of, name_given_by
from digitvision.recognition.calculation.page_rows import PageRow, RowResult, page_rows
from digitvision.recognition.prediction import RowReading
from digitvision.ui.reading.row_typesetting import Structure, structure_of
from digitvision.ui.reading.value_client import SHUTDOWN_LIMIT_MS

if TYPE_CHECKING:
    from digitvision.recognition.calculation.calculation import Calculation
    from digitvision.recognition.expression.semantics.value_process import ValueProcess

_Key: TypeAlias = tuple[Structure, int]
"""What was read as a row, and which one of equal rows it is."""


class _Worker(QObject):
    """Lives in a thread of its own, which waits for the child process that works out what is more than arithmetic."""

    answered = Signal(int, object)
    """Number of a request, and a tuple of `RowResult`, one for each row, some of which may be waiting still."""
    finished = Signal(int)
    """Number of a request that is answered in full, or was given up for a newer one."""
    answered_with_number = Signal(int, object)
    """Number of the last request, and what its rows would come to with another number; empty where it is given up."""

    def __init__(self, calculation: "Calculation") -> None:
        super().__init__()
        self._calculation = calculation
        self.newest = 0
        """Number of the newest request, which the window's thread sets."""

    @Slot(int, object)
    def compute(self, revision: int, rows: Sequence[PageRow]) -> None:
        """Work out a page: arithmetic first, for all rows, and then what takes longer, row by row."""
        calculation = self._calculation
        try:
            for at_once in (True, False):
                for _ in calculation.changes(rows, at_once=at_once):
                    if revision != self.newest:
                        return
                    if not at_once:
                        self.answered.emit(revision, calculation.results)
                self.answered.emit(revision, calculation.results)
                if not any(result.waiting for result in calculation.results):
                    return
        finally:
            # Also after an unexpected error, because the client waits for it.
            self.finished.emit(revision)

    @Slot(int, int, object, object)
    def compute_with_number(self, revision: int, row: int, symbols: Sequence[int], number: Fraction) -> None:
        """Work out what the page of the last request would come to with another number in one row."""
        results: tuple[RowResult, ...] = ()
        try:
            if revision == self.newest:
                results = self._calculation.with_number(row, symbols, number)
        finally:
            self.answered_with_number.emit(revision, results)


class PageValues(QObject):
    """Takes all rows of a page, and tells the value of each; thread and process are started by the first page."""

    found = Signal()
    """More is known of the rows that were shown last than before."""

    _requested = Signal(int, object)
    _number_requested = Signal(int, int, object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._results: list[RowResult | None] = []
        self._old: frozenset[int] = frozenset()
        """Indices of the rows whose results are those of the page before, and may be others now."""
        self._keys: list[_Key | None] = []
        self._revision = 0
        self._in_flight = False
        self._waiting: tuple[PageRow, ...] | None = None
        self._number: tuple[int, Sequence[int], Fraction] | None = None
        self._with_number: tuple[RowResult, ...] = ()
        self._scrubbed = self._number_in_flight = False
        self._process: ValueProcess | None = None
        self._worker: _Worker | None = None
        self._values_thread: QThread | None = None

    @property
    def idle(self) -> bool:
        """Whether the value of every row is known."""
        asked = self._in_flight or self._number_in_flight
        return not asked and self._waiting is None and self._number is None

    def known(self, row: int) -> RowResult | None:
        """Return what a row comes to; None where that is still to be worked out.

        What a row came to before stays until it is worked out anew, or `drop_old`; see `is_current`.
        """
        if self._with_number:
            # What takes longer than the number moves on is not shown: it would be that of another number.
            changed = self._with_number[row]
            return RowResult() if changed.waiting else changed
        result = self._results[row]
        return None if result is None or result.waiting else result

    def is_current(self, row: int) -> bool:
        """Whether what is known of a row is what it comes to now: what it hangs on has not changed since."""
        return bool(self._with_number) or (self._results[row] is not None and row not in self._old)

    def drop_old(self) -> None:
        """Forget what rows came to before that is still to be worked out anew."""
        self._results = [None if row in self._old else result for row, result in enumerate(self._results)]
        self._old = frozenset()

    def behind(self) -> tuple[frozenset[int], ...]:
        """Return for each row the other rows that its value rests on, as far as that is known."""
        return rows_behind([self.known(row) for row in range(len(self._results))])

    def show_with_number(self, row: int, symbols: Sequence[int], number: Fraction) -> None:
        """Have it worked out what all rows would come to with another number in one of them, until `show_as_written`.

        Args:
            row: Index of the row.
            symbols: Indices of the number's symbols in the row's tree.
            number: The number.
        """
        self._scrubbed, self._number = True, (row, symbols, number)
        self._send()

    def show_as_written(self) -> None:
        """Tell again what the rows come to as they are written."""
        changed = bool(self._with_number)
        self._as_written()
        if changed:
            self.found.emit()

    def _as_written(self) -> None:
        self._scrubbed, self._number, self._with_number = False, None, ()

    def show(self, rows: Sequence[RowReading]) -> None:
        """Have the values of these rows worked out, which are all rows of the page."""
        self._as_written()
        keys, results = self._keys, self._results
        before = dict(zip(keys, results, strict=True))
        old = {key for row, key in enumerate(keys) if row in self._old}
        self._keys = _keys_of(rows)
        self._results = [None if key is None else before.get(key) for key in self._keys]
        changed = _changed(rows, self._keys, keys, results)
        still = {row for row, key in enumerate(self._keys) if key is not None and key in old}
        self._old = frozenset(still | self._hanging_on(changed, keys))
        self._revision += 1
        if self._worker is not None:
            self._worker.newest = self._revision
        self._waiting = page_rows(rows) if rows else None
        self._send()

    def _hanging_on(self, names: Collection[str], before: Sequence[_Key | None]) -> frozenset[int]:
        """Return the rows that hang on names, or are the sum of a column of which some row has changed.

        Args:
            names: The names that have other values now.
            before: The keys of the rows of the page before.
        """
        sums = set()
        for row, result in enumerate(self._results):
            if result is not None and result.under is not None:
                column = {before[one] for one in result.under.rows if one < len(before)}
                if not column <= set(self._keys):
                    sums.add(row)
        return dependents_of(names, self._results) | sums

    def shut_down(self) -> None:
        """End thread and process; later pages are not worked out."""
        self._revision += 1
        self._as_written()
        self._waiting, self._keys, self._results, self._old = None, [], [], frozenset()
        if self._values_thread is None or self._process is None or self._worker is None:
            return
        self._worker.newest = self._revision
        self._process.close()
        self._values_thread.quit()
        self._values_thread.wait(SHUTDOWN_LIMIT_MS)

    def _send(self) -> None:
        if self._in_flight:
            return
        if self._waiting is None:
            self._send_number()
            return
        if self._worker is None:
            self._worker = self._start()
        rows, self._waiting = self._waiting, None
        self._in_flight = True
        self._requested.emit(self._revision, rows)

    def _send_number(self) -> None:
        """Ask about the number that is newest; those between are left out."""
        if self._number is not None and not self._number_in_flight and self._worker is not None:
            number, self._number = self._number, None
            self._number_in_flight = True
            self._number_requested.emit(self._revision, *number)

    def _start(self) -> _Worker:
        from digitvision.recognition.calculation.calculation import Calculation
        from digitvision.recognition.expression.semantics.value_process import ValueProcess

        self._process = ValueProcess()
        worker = _Worker(Calculation(self._process))
        worker.newest = self._revision
        self._values_thread = QThread()
        self._values_thread.setObjectName("values")
        worker.moveToThread(self._values_thread)
        self._requested.connect(worker.compute)
        worker.answered.connect(self._take)
        worker.finished.connect(self._go_on)
        self._number_requested.connect(worker.compute_with_number)
        worker.answered_with_number.connect(self._take_with_number)
        self._values_thread.start()
        return worker

    @Slot(int, object)
    def _take(self, revision: int, results: tuple[RowResult, ...]) -> None:
        if revision != self._revision:
            return
        # What waits keeps the value that it had, as an old one: most come in a moment, and nothing flickers.
        waits = {row for row, result in enumerate(results) if result.waiting and self._results[row] is not None}
        self._results = [
            before if row in waits else result
            for row, (before, result) in enumerate(zip(self._results, results, strict=True))
        ]
        self._old = frozenset(row for row in waits if not _waits(self._results[row]))
        self.found.emit()

    @Slot(int, object)
    def _take_with_number(self, revision: int, results: tuple[RowResult, ...]) -> None:
        self._number_in_flight = False
        if self._scrubbed and revision == self._revision and results:
            self._with_number = results
            self.found.emit()
        self._send()

    @Slot(int)
    def _go_on(self, _revision: int) -> None:
        self._in_flight = False
        self._send()


def _waits(result: RowResult | None) -> bool:
    return result is None or result.waiting


def _changed(
    rows: Sequence[RowReading],
    now: Sequence[_Key | None],
    before: Sequence[_Key | None],
    results: Sequence[RowResult | None],
) -> set[str]:
    """Return the names that may have other values: those that rows give which came, went, or stand elsewhere.

    Args:
        rows: The rows of the page.
        now: Their keys.
        before: The keys of the rows of the page before.
        results: What those came to.
    """
    kept = set(now) & set(before)
    moved = [key for key in now if key in kept] != [key for key in before if key in kept]
    names = set()
    for key, row in zip(now, rows, strict=True):
        if row.reading.tree is not None and (moved or key not in kept):
            names.add(name_given_by(row.reading.tree))
    names |= {one.defines for key, one in zip(before, results, strict=True) if one is not None and key not in kept}
    return names - {""}


def _keys_of(rows: Sequence[RowReading]) -> list[_Key | None]:
    """Return what tells each row from the others: what was read, and of equal rows which; None where nothing was."""
    keys: list[_Key | None] = []
    seen: Counter[Structure] = Counter()
    for row in rows:
        reading = row.reading
        if reading.tree is None or not reading.candidates:
            keys.append(None)
            continue
        structure = structure_of(reading.tree)
        keys.append((structure, seen[structure]))
        seen[structure] += 1
    return keys
