"""Evaluation in a child process: this program's own ``evaluate`` command, whose output is read line by line."""

import sys
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from digitvision.ui.evaluation.evaluation_results import EvaluationRequest, EvaluationResults, read_results
from digitvision.ui.jobs.background_jobs import Jobs
from digitvision.ui.jobs.child_lines import ChildLines


class EvaluationClient(QObject):
    """Starts and cancels measurements, reads new and kept figures, and leaves nothing running.

    The child may be killed at any time: it saves nothing but its file, which it writes whole or not at all.
    """

    progressed = Signal(str, int, int)
    """A step's name as the command has it, how much of it is done, and of how much; 0 of 0 where that is not known."""
    loaded = Signal(object, object)
    """A request and its kept figures; None in their place where none are kept."""
    measured = Signal(object, object)
    """A request and its figures, which have just been measured."""
    failed = Signal(str)
    """The measurement has failed; the sentence says why."""
    cancelled = Signal()
    running_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = Jobs(self)
        self._child = ChildLines(self, what=self.tr("The measurement"))
        self._child.heard.connect(self._show_event)
        self._child.ended.connect(self._on_ended)
        self._request: EvaluationRequest | None = None
        self._sha256 = ""
        self._stopping = False

    @property
    def running(self) -> bool:
        """Whether a measurement is under way, the reading of its figures included."""
        return self._request is not None

    def load(self, request: EvaluationRequest, sha256: str) -> None:
        """Look for kept figures of the network with this checksum; `loaded` has them."""
        self._jobs.run(
            lambda: read_results(request.path, sha256),
            on_success=lambda results: self.loaded.emit(request, results),
            on_error=lambda sentence: self.failed.emit(sentence),
        )

    def start(self, request: EvaluationRequest, sha256: str) -> None:
        """Measure in the background.

        Raises:
            RuntimeError: A measurement is under way already.
        """
        if self.running:
            raise RuntimeError("a measurement is under way")
        self._request, self._sha256 = request, sha256
        self._stopping = False
        self.running_changed.emit(True)
        self._child.start(request.arguments())

    @Slot()
    def stop(self) -> None:
        """Cancel the measurement; `cancelled` is emitted when that is done."""
        if self._child.running:
            self._stopping = True
            self._child.stop()

    def shut_down(self) -> None:
        """End the child and the thread that reads files."""
        self._child.shut_down()
        self._request = None
        self._jobs.shut_down()

    @Slot(object)
    def _show_event(self, message: dict[str, Any]) -> None:
        if message["event"] == "progress":
            self.progressed.emit(str(message.get("step", "")), _count(message, "done"), _count(message, "of"))

    @Slot(str)
    def _on_ended(self, sentence: str) -> None:
        request = self._request
        if self._stopping or request is None or sentence:
            self._end("" if self._stopping else sentence)
            return
        sha256 = self._sha256
        self._jobs.run(lambda: read_results(request.path, sha256), on_success=self._on_read, on_error=self._end)

    def _on_read(self, results: EvaluationResults | None) -> None:
        request = self._request
        if results is None:
            self._end(self.tr("The measurement wrote no figures that belong to this model; measure again."))
            return
        self._request = None
        self.running_changed.emit(False)
        self.measured.emit(request, results)

    def _end(self, sentence: str) -> None:
        self._request = None
        self.running_changed.emit(False)
        if sentence:
            self.failed.emit(sentence)
        else:
            self.cancelled.emit()


def _count(message: dict[str, Any], name: str) -> int:
    value = message.get(name)
    return value if isinstance(value, int) and 0 <= value <= sys.maxsize else 0
