"""Values of readings, worked out in a thread that may wait for the child process that computes."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QThread, Signal, Slot

from digitvision.faults import Fault
from digitvision.recognition.expression.layout import LayoutTree

if TYPE_CHECKING:
    from digitvision.recognition.expression.semantics.value_process import ValueProcess

SHUTDOWN_LIMIT_MS: Final = 3000


class ValueWorker(QObject):
    """Lives in the thread of values."""

    answered = Signal(int, object, str)
    """A revision, its `Value` or None, and a sentence where there can be none."""

    def __init__(self, process: "ValueProcess") -> None:
        super().__init__()
        self._process = process

    @Slot(int, object)
    def work_out(self, revision: int, tree: LayoutTree) -> None:
        value, sentence = None, ""
        try:
            value = self._process.value_of(tree)
        except Fault as error:
            sentence = str(error)
        finally:
            # Also after a bug: the client waits for it.
            self.answered.emit(revision, value, sentence)


class ValueClient(QObject):
    """Asks for the value of what was read last; of several the newest counts. Nothing runs before the first."""

    found = Signal(object, str)
    """The `Value` of what was asked last, or None; and a sentence where there can be none."""

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
        """Whether everything that was asked is answered."""
        return not self._in_flight and self._waiting is None

    def ask(self, tree: LayoutTree | None) -> None:
        """Have this worked out, whatever was waiting; None for nothing."""
        self._revision += 1
        self._waiting = tree
        if tree is not None:
            self._send()

    def shut_down(self) -> None:
        """End thread and process; what is asked afterwards is not answered."""
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
        self._requested.connect(self._worker.work_out)
        self._worker.answered.connect(self._on_answered)
        self._values_thread.start()

    @Slot(int, object, str)
    def _on_answered(self, revision: int, value: object, sentence: str) -> None:
        self._in_flight = False
        if revision == self._revision:
            self.found.emit(value, sentence)
        self._send()
