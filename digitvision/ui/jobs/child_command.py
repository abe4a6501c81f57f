"""A command of this program's command line, run as a child process to its end."""

import json
import logging
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from digitvision.files import log_path
from digitvision.ui.jobs.child_process import end_child, start_child

_log = logging.getLogger(__name__)


class ChildCommand(QObject):
    """Runs one command at a time; a new command ends the one that is under way."""

    done = Signal(bytes)
    """The command's standard output."""
    failed = Signal(str)
    """A sentence on why the command failed, from its standard output as JSON or from its standard error."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child: QProcess | None = None

    @property
    def running(self) -> bool:
        """Whether a command is under way."""
        return self._child is not None

    def start(self, arguments: Sequence[str]) -> None:
        """Run `digitvision` with these arguments."""
        self.stop()
        child = self._child = QProcess(self)
        child.finished.connect(self._on_finished)
        child.errorOccurred.connect(self._on_error)
        start_child(child, arguments)

    def stop(self) -> None:
        """End the command under way; no signal is emitted."""
        child, self._child = self._child, None
        if child is not None:
            end_child(child)

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        # All other errors are followed by the signal `finished`.
        if error == QProcess.ProcessError.FailedToStart and self._child is not None:
            reason = self._child.errorString()
            self._drop()
            self.failed.emit(self.tr("The command cannot be started: {reason}.").format(reason=reason))

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if self._child is None:
            return
        output = bytes(self._child.readAllStandardOutput().data())
        errors = bytes(self._child.readAllStandardError().data()).decode("utf-8", "replace").strip()
        self._drop()
        if code == 0 and status == QProcess.ExitStatus.NormalExit:
            self.done.emit(output)
            return
        # A fault is one sentence; longer output is only logged.
        sentence = _reported_fault(output) or ("" if "\n" in errors else errors)
        if sentence:
            self.failed.emit(sentence)
        else:
            _log.warning("Standard error of a command that failed:\n%s", errors)
            self.failed.emit(self.tr("The command ended unexpectedly; the log says more: {log}").format(log=log_path()))

    def _drop(self) -> None:
        if self._child is not None:
            self._child.deleteLater()
            self._child = None


def _reported_fault(output: bytes) -> str:
    """Return the sentence of a fault that a command reported as JSON on standard output; empty without one."""
    try:
        message = json.loads(output)
    except ValueError:
        return ""
    return str(message.get("error", "")) if isinstance(message, dict) else ""
