"""One command of this program's own command line, run beside the window to its end."""

import json
import logging
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from digitvision.ui.jobs.child_process import end_child, start_child

_log = logging.getLogger(__name__)


class ChildCommand(QObject):
    """Runs one command at a time; a new one takes the place of one that is under way."""

    done = Signal(bytes)
    """All that it wrote to standard output."""
    failed = Signal(str)
    """The sentence that it told as JSON, or wrote to standard error."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child: QProcess | None = None

    @property
    def running(self) -> bool:
        return self._child is not None

    def start(self, arguments: Sequence[str]) -> None:
        """Run `digitvision` with these arguments."""
        self.stop()
        child = self._child = QProcess(self)
        child.finished.connect(self._on_finished)
        child.errorOccurred.connect(self._on_error)
        start_child(child, arguments)

    def stop(self) -> None:
        """End what is under way; nobody hears of it."""
        child, self._child = self._child, None
        if child is not None:
            end_child(child)

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        # Whatever else goes wrong is followed by `finished`.
        if error == QProcess.ProcessError.FailedToStart and self._child is not None:
            reason = self._child.errorString()
            self._drop()
            self.failed.emit(self.tr("That cannot be started: {reason}.").format(reason=reason))

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if self._child is None:
            return
        told = bytes(self._child.readAllStandardOutput().data())
        errors = bytes(self._child.readAllStandardError().data()).decode("utf-8", "replace").strip()
        self._drop()
        if code == 0 and status == QProcess.ExitStatus.NormalExit:
            self.done.emit(told)
            return
        # A fault is one sentence; anything longer is for the log.
        sentence = _told_fault(told) or ("" if "\n" in errors else errors)
        if sentence:
            self.failed.emit(sentence)
        else:
            _log.warning("A command's last words:\n%s", errors)
            self.failed.emit(self.tr("That ended unexpectedly; the log says more."))

    def _drop(self) -> None:
        if self._child is not None:
            self._child.deleteLater()
            self._child = None


def _told_fault(told: bytes) -> str:
    """The sentence of a fault that a command told on standard output, where other people's code writes to the error."""
    try:
        message = json.loads(told)
    except ValueError:
        return ""
    return str(message.get("error", "")) if isinstance(message, dict) else ""
