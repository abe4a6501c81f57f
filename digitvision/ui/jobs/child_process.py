"""This program's own command line as a child process of the window: how it begins and how it is ended."""

import logging
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QProcess, QProcessEnvironment

from digitvision.program import CHILD_VARIABLES, program_command

KILL_LIMIT_MS: Final = 3000

_log = logging.getLogger(__name__)


def start_child(child: QProcess, arguments: Sequence[str]) -> None:
    """Run `digitvision` with these arguments; what it says comes at once, and in UTF-8."""
    environment = QProcessEnvironment.systemEnvironment()
    for name, value in CHILD_VARIABLES.items():
        environment.insert(name, value)
    child.setProcessEnvironment(environment)
    program, *first = program_command()
    child.start(program, [*first, *arguments])


def end_child(child: QProcess) -> None:
    """End it and wait; nobody hears of it."""
    child.blockSignals(True)
    child.kill()
    if not child.waitForFinished(KILL_LIMIT_MS) and child.state() != QProcess.ProcessState.NotRunning:
        _log.error("A command did not end in time.")
    child.deleteLater()
