"""Start and end of this program's command line as a child process of the window."""

import logging
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QProcess, QProcessEnvironment

from digitvision.program import CHILD_VARIABLES, program_command

KILL_LIMIT_MS: Final = 3000
"""Longest wait for the end of a process that was killed."""

_log = logging.getLogger(__name__)


def start_child(child: QProcess, arguments: Sequence[str]) -> None:
    """Run `digitvision` with these arguments; its output is unbuffered and in UTF-8."""
    environment = QProcessEnvironment.systemEnvironment()
    for name, value in CHILD_VARIABLES.items():
        environment.insert(name, value)
    child.setProcessEnvironment(environment)
    program, *first = program_command()
    child.start(program, [*first, *arguments])


def end_child(child: QProcess) -> None:
    """Kill a child process and wait for its end; it emits no signal any more."""
    child.blockSignals(True)
    child.kill()
    if not child.waitForFinished(KILL_LIMIT_MS) and child.state() != QProcess.ProcessState.NotRunning:
        _log.error("A command did not end in time.")
    child.deleteLater()
