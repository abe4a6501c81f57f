"""What the rows of a page come to, worked out off the window's thread: names carry over from row to row."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot

from digitvision.recognition.calculation.page_rows import PageRow, RowResult, page_rows
from digitvision.recognition.prediction import RowReading
from digitvision.ui.reading.row_typesetting import Structure, structure_of
from digitvision.ui.reading.value_client import SHUTDOWN_LIMIT_MS

if TYPE_CHECKING:
    from digitvision.recognition.calculation.calculation import Calculation
    from digitvision.recognition.expression.semantics.value_process import ValueProcess
    from digitvision.recognition.expression.semantics.values import Value


class _Worker(QObject):
    """Lives in a thread of its own, which waits for the child process that works out what is more than arithmetic."""

    answered = Signal(int, object)
    """Number of a request, and a tuple of `RowResult`, one for each row, some of which may be waiting still."""
    finished = Signal(int)
    """Number of a request that is answered in full, or was given up for a newer one."""

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
        finally:
            # Also after an unexpected error, because the client waits for it.
            self.finished.emit(revision)


class PageValues(QObject):
    """Takes all rows of a page, and tells the value of each; thread and process are started by the first page."""

    found = Signal()
    """More is known of the rows that were shown last than before."""

    _requested = Signal(int, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._results: list[RowResult | None] = []
        self._keys: list[Structure | None] = []
        self._revision = 0
        self._in_flight = False
        self._waiting: tuple[PageRow, ...] | None = None
        self._process: ValueProcess | None = None
        self._worker: _Worker | None = None
        self._values_thread: QThread | None = None

    @property
    def idle(self) -> bool:
        """Whether the value of every row is known."""
        return not self._in_flight and self._waiting is None

    def known(self, row: int) -> "tuple[Value | None, str] | None":
        """Return the value of a row, and a sentence on why there is none; None where it is still to be worked out.

        What a row came to before stays until it is worked out anew: its names may have other values now.
        """
        result = self._results[row]
        return None if result is None or result.waiting else (result.value, result.sentence)

    def result(self, row: int) -> RowResult | None:
        """Return all that is known of a row; None where it is still to be worked out."""
        return self._results[row]

    def show(self, rows: Sequence[RowReading]) -> None:
        """Have the values of these rows worked out, which are all rows of the page."""
        before = dict(zip(self._keys, self._results, strict=True))
        self._keys = [_key_of(row) for row in rows]
        self._results = [None if key is None else before.get(key) for key in self._keys]
        self._revision += 1
        if self._worker is not None:
            self._worker.newest = self._revision
        self._waiting = page_rows(rows) if rows else None
        self._send()

    def shut_down(self) -> None:
        """End thread and process; later pages are not worked out."""
        self._revision += 1
        self._waiting, self._keys, self._results = None, [], []
        if self._values_thread is None or self._process is None or self._worker is None:
            return
        self._worker.newest = self._revision
        self._process.close()
        self._values_thread.quit()
        self._values_thread.wait(SHUTDOWN_LIMIT_MS)

    def _send(self) -> None:
        if self._in_flight or self._waiting is None:
            return
        if self._worker is None:
            self._worker = self._start()
        rows, self._waiting = self._waiting, None
        self._in_flight = True
        self._requested.emit(self._revision, rows)

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
        self._values_thread.start()
        return worker

    @Slot(int, object)
    def _take(self, revision: int, results: tuple[RowResult, ...]) -> None:
        if revision != self._revision:
            return
        # What waits keeps the value that it had: most come in a moment, and nothing flickers.
        self._results = [
            before if result.waiting and before is not None else result
            for before, result in zip(self._results, results, strict=True)
        ]
        self.found.emit()

    @Slot(int)
    def _go_on(self, _revision: int) -> None:
        self._in_flight = False
        self._send()


def _key_of(row: RowReading) -> Structure | None:
    """Return what tells a row from others by what was read; None where nothing was."""
    reading = row.reading
    return None if reading.tree is None or not reading.candidates else structure_of(reading.tree)
