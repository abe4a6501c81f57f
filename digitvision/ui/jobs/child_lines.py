"""A command of this program's command line, run as a child process that reports JSON lines."""

import json
import logging
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from digitvision.files import log_path
from digitvision.ui.jobs.child_process import end_child, start_child

_LONGEST_ERRORS: Final = 20_000
"""Number of bytes of standard error that are kept."""

_log = logging.getLogger(__name__)


class ChildLines(QObject):
    """Runs one command at a time. A command saves nothing but its reports, so it is ended by a kill."""

    heard = Signal(object)
    """One reported line as a dict, which has an `event`."""
    ended = Signal(str)
    """The command has ended: a sentence on why it failed; empty where it was completed or stopped."""
    running_changed = Signal(bool)
    """Whether a command is under way."""

    def __init__(self, parent: QObject | None = None, *, what: str = "") -> None:
        """Name the command by `what`, with which sentences on its failure begin; empty for “The command”."""
        super().__init__(parent)
        self._what = what or self.tr("The command")
        self._child: QProcess | None = None
        self._rest = b""
        self._errors = b""
        self._sentence = ""
        self._stopping = False

    @property
    def running(self) -> bool:
        """Whether a command is under way."""
        return self._child is not None

    def start(self, arguments: Sequence[str]) -> None:
        """Run `digitvision` with these arguments.

        Raises:
            RuntimeError: A command is under way.
        """
        if self._child is not None:
            raise RuntimeError("a command is under way")
        self._rest = self._errors = b""
        self._sentence, self._stopping = "", False
        child = self._child = QProcess(self)
        child.readyReadStandardOutput.connect(self._read_lines)
        child.readyReadStandardError.connect(self._read_errors)
        child.finished.connect(self._on_finished)
        child.errorOccurred.connect(self._on_error)
        self.running_changed.emit(True)
        start_child(child, arguments)

    @Slot()
    def stop(self) -> None:
        """Kill the command; `ended` is emitted when it has ended."""
        if self._child is not None:
            self._stopping = True
            self._child.kill()

    def shut_down(self) -> None:
        """Kill the command and wait for its end; no signal is emitted."""
        child, self._child = self._child, None
        if child is not None:
            end_child(child)

    @Slot()
    def _read_lines(self) -> None:
        if self._child is None:
            return
        *lines, self._rest = (self._rest + bytes(self._child.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            message = _parsed(line)
            if message is None or self._stopping:
                continue
            if message["event"] == "failed":
                self._sentence = str(message.get("message", ""))
            else:
                self.heard.emit(message)

    @Slot()
    def _read_errors(self) -> None:
        if self._child is not None:
            self._errors = (self._errors + bytes(self._child.readAllStandardError().data()))[-_LONGEST_ERRORS:]

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        # All other errors are followed by the signal `finished`.
        if error == QProcess.ProcessError.FailedToStart and self._child is not None:
            reason = self._child.errorString()
            self._end(self.tr("{what} cannot be started: {reason}.").format(what=self._what, reason=reason))

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read_lines()
        self._read_errors()
        if self._stopping or (code == 0 and status == QProcess.ExitStatus.NormalExit):
            self._end("")
            return
        if self._errors:
            _log.warning("Standard error of a command that failed:\n%s", self._errors.decode("utf-8", "replace"))
        self._end(
            self._sentence
            or self.tr("{what} ended unexpectedly; the log says more: {log}").format(what=self._what, log=log_path())
        )

    def _end(self, sentence: str) -> None:
        if self._child is not None:
            self._child.deleteLater()
            self._child = None
        self.running_changed.emit(False)
        self.ended.emit(sentence)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) and isinstance(message.get("event"), str) else None
