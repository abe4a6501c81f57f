"""Values of readings, computed off the window's thread by a child process."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QThread, Signal, Slot

from digitvision.faults import Fault
from digitvision.recognition.expression.layout import LayoutTree

if TYPE_CHECKING:
    from digitvision.recognition.expression.semantics.value_process import ValueProcess

SHUTDOWN_LIMIT_MS: Final = 3000
"""Longest wait for the thread at the end."""


class ValueWorker(QObject):
    """Lives in a thread of its own, which waits for the child process."""

    answered = Signal(int, object, str)
    """Number of a request, its `Value` or None, and a sentence on why there is none."""

    def __init__(self, process: "ValueProcess") -> None:
        super().__init__()
        self._process = process

    @Slot(int, object)
    def compute(self, revision: int, tree: LayoutTree) -> None:
        """Compute the value of an expression and emit `answered`."""
        value, sentence = None, ""
        try:
            value = self._process.value_of(tree)
        except Fault as error:
            sentence = str(error)
        finally:
            # Also after an unexpected error, because the client waits for it.
            self.answered.emit(revision, value, sentence)


class ValueClient(QObject):
    """Asks for the value of the newest reading. Thread and process are started by the first request."""

    found = Signal(object, str)
    """The `Value` of the newest request, or None, and a sentence on why there is none."""

    _requested = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._revision = 0
        self._in_flight = False
        self._waiting: LayoutTree | None = None
        self._process: ValueProcess | None = None
        self._worker: ValueWorker | None = None
        self._values_thread: QThread | None = None

    @property
    def idle(self) -> bool:
        """Whether every request is answered."""
        return not self._in_flight and self._waiting is None

    def ask(self, tree: LayoutTree | None) -> None:
        """Have the value of this expression computed instead of any that waits; None for no value."""
        self._revision += 1
        self._waiting = tree
        if tree is not None:
            self._send()

    def shut_down(self) -> None:
        """End thread and process; later requests are not answered."""
        self._waiting = None
        self._revision += 1
        if self._values_thread is None or self._process is None:
            return
        self._process.close()
        self._values_thread.quit()
        self._values_thread.wait(SHUTDOWN_LIMIT_MS)

    def _send(self) -> None:
        if self._in_flight or self._waiting is None:
            return
        if self._values_thread is None:
            self._start()
        tree, self._waiting = self._waiting, None
        self._in_flight = True
        self._requested.emit(self._revision, tree)

    def _start(self) -> None:
        from digitvision.recognition.expression.semantics.value_process import ValueProcess

        self._process = ValueProcess()
        self._worker = ValueWorker(self._process)
        self._values_thread = QThread()
        self._values_thread.setObjectName("values")
        self._worker.moveToThread(self._values_thread)
        self._requested.connect(self._worker.compute)
        self._worker.answered.connect(self._on_answered)
        self._values_thread.start()

    @Slot(int, object, str)
    def _on_answered(self, revision: int, value: object, sentence: str) -> None:
        self._in_flight = False
        if revision == self._revision:
            self.found.emit(value, sentence)
        self._send()
