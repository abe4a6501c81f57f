"""Evaluation in a child process: this program's own ``evaluate`` command, heard line by line."""

import json
import logging
import sys
from typing import Any, Final

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot

from digitvision.ui.evaluation_results import EvaluationOrder, EvaluationResults, read_results
from digitvision.ui.jobs import Jobs
from digitvision.ui.training_worker import program_command

KILL_LIMIT_MS: Final = 3000
_LONGEST_ERRORS: Final = 20_000

_log = logging.getLogger(__name__)


class EvaluationClient(QObject):
    """Starts a measurement, cancels it, reads what it left and what was kept, and leaves nothing running.

    The child has nothing to save but its file, which it writes whole or not at all, so it is ended by a kill.
    """

    progressed = Signal(str, int, int)
    """A step's name as the command has it, how much of it is done, and of how much; 0 of 0 where that is not known."""
    loaded = Signal(object, object)
    """An order and its figures; None in their place where none are kept."""
    measured = Signal(object, object)
    """Likewise, when they have just been measured."""
    failed = Signal(str)
    """One sentence; the measurement is over."""
    cancelled = Signal()
    running_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = Jobs(self)
        self._child: QProcess | None = None
        self._order: EvaluationOrder | None = None
        self._sha256 = ""
        self._rest = b""
        self._errors = b""
        self._sentence = ""
        self._stopping = False

    @property
    def running(self) -> bool:
        """Whether a measurement is under way, the reading of its figures included."""
        return self._order is not None

    def load(self, order: EvaluationOrder, sha256: str) -> None:
        """Look for kept figures of the network with this checksum; `loaded` tells."""
        self._jobs.run(
            lambda: read_results(order.path, sha256),
            then=lambda results: self.loaded.emit(order, results),
            sorry=lambda sentence: self.failed.emit(sentence),
        )

    def start(self, order: EvaluationOrder, sha256: str) -> None:
        """Measure in the background; one at a time."""
        if self.running:
            raise RuntimeError("a measurement is under way")
        self._order, self._sha256 = order, sha256
        self._rest = self._errors = b""
        self._sentence, self._stopping = "", False
        child = self._child = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        environment.insert("PYTHONIOENCODING", "utf-8")
        child.setProcessEnvironment(environment)
        child.readyReadStandardOutput.connect(self._hear)
        child.readyReadStandardError.connect(self._hear_errors)
        child.finished.connect(self._on_finished)
        child.errorOccurred.connect(self._on_error)
        program, *first = program_command()
        self.running_changed.emit(True)
        child.start(program, [*first, *order.arguments()])

    @Slot()
    def stop(self) -> None:
        """Cancel; `cancelled` tells when that is done."""
        if self._child is not None:
            self._stopping = True
            self._child.kill()

    def shut_down(self) -> None:
        """End the child and the thread that reads files."""
        child, self._child = self._child, None
        if child is not None:
            child.blockSignals(True)
            child.kill()
            if not child.waitForFinished(KILL_LIMIT_MS) and child.state() != QProcess.ProcessState.NotRunning:
                _log.error("The measurement did not end in time.")
        self._order = None
        self._jobs.shut_down()

    @Slot()
    def _hear(self) -> None:
        if self._child is None:
            return
        *lines, self._rest = (self._rest + bytes(self._child.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            message = _parsed(line)
            if message is None:
                continue
            if message["event"] == "progress":
                self.progressed.emit(str(message.get("step", "")), _count(message, "done"), _count(message, "of"))
            elif message["event"] == "failed":
                self._sentence = str(message.get("message", ""))

    @Slot()
    def _hear_errors(self) -> None:
        if self._child is not None:
            self._errors = (self._errors + bytes(self._child.readAllStandardError().data()))[-_LONGEST_ERRORS:]

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        # Whatever else goes wrong is followed by `finished`.
        if error == QProcess.ProcessError.FailedToStart and self._child is not None:
            reason = self._child.errorString()
            self._drop()
            self._end(self.tr("The measurement cannot be started: {reason}.").format(reason=reason))

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._hear()
        self._hear_errors()
        self._drop()
        order = self._order
        if self._stopping or order is None:
            self._end("")
        elif code == 0 and status == QProcess.ExitStatus.NormalExit:
            sha256 = self._sha256
            self._jobs.run(
                lambda: read_results(order.path, sha256),
                then=self._on_read,
                sorry=self._end,
            )
        else:
            if self._errors:
                _log.warning("The measurement's last words:\n%s", self._errors.decode("utf-8", "replace"))
            self._end(self._sentence or self.tr("The measurement ended unexpectedly; the log says more."))

    def _on_read(self, results: EvaluationResults | None) -> None:
        order = self._order
        if results is None:
            self._end(self.tr("The measurement left no figures that fit this model; measure again."))
            return
        self._order = None
        self.running_changed.emit(False)
        self.measured.emit(order, results)

    def _end(self, sentence: str) -> None:
        self._order = None
        self.running_changed.emit(False)
        if sentence:
            self.failed.emit(sentence)
        else:
            self.cancelled.emit()

    def _drop(self) -> None:
        if self._child is not None:
            self._child.deleteLater()
            self._child = None


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) and isinstance(message.get("event"), str) else None


def _count(message: dict[str, Any], name: str) -> int:
    value = message.get(name)
    return value if isinstance(value, int) and 0 <= value <= sys.maxsize else 0
