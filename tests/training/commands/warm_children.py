"""Children that need not import TensorFlow: Python's own fork server, which has done so once, forks them.

The import takes two seconds of every child that trains. What is forked is a process of its own that runs
`digitvision.__main__` with its own arguments, folder, environment and streams. It is for tests that ask what a training
does, not how the program begins; those, and some of every kind, start `python -m digitvision`.
"""

import multiprocessing
import os
import runpy
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from subprocess import TimeoutExpired
from typing import IO, Final

# Elsewhere there is no fork, or none that the libraries of the system stand.
IS_SUPPORTED: Final = sys.platform == "linux"
_IMPORTED: Final = "tests.training.commands.imported_by_fork_server"


def start_fork_server() -> None:
    """Have the fork server begin, which goes on importing meanwhile; it ends with this process."""
    from multiprocessing.forkserver import ensure_running

    multiprocessing.get_context("forkserver").set_forkserver_preload([_IMPORTED])
    ensure_running()


class WarmProcess:
    """`python -m digitvision` forked, as `subprocess.Popen` shows a process: what the tests take of that.

    Attributes:
        stdin, stdout, stderr: The near ends of its streams, of text.
    """

    def __init__(self, arguments: Sequence[str], folder: Path) -> None:
        context = multiprocessing.get_context("forkserver")
        pipes = [context.Pipe(duplex=False) for _ in range(3)]
        theirs = [pipes[0][0], pipes[1][1], pipes[2][1]]
        given = (list(arguments), str(folder), dict(os.environ), theirs)
        self._process = context.Process(target=_run_program, args=given)
        self._process.start()
        self.stdin = _file(pipes[0][1], "w")
        self.stdout = _file(pipes[1][0], "r")
        self.stderr = _file(pipes[2][0], "r")
        for end in theirs:
            end.close()

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, or the negative number of the signal that ended it.

        Raises:
            TimeoutExpired: It still runs after this time, in seconds.
        """
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise TimeoutExpired(str(self._process.pid), timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        if self._process.pid is not None and self._process.is_alive():
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        self._process.kill()


def _file(end: Connection, way: str) -> IO[str]:
    """Return the end of a pipe as a file, and let nothing else hold it."""
    with end:
        return os.fdopen(os.dup(end.fileno()), way, encoding="utf-8")


def _run_program(arguments: list[str], folder: str, environment: dict[str, str], streams: list[Connection]) -> None:
    """Take over what a process is given when it is started, and be the program."""
    for target, stream in enumerate(streams):
        os.dup2(stream.fileno(), target)
        stream.close()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[0] = folder
    sys.argv[1:] = arguments
    # They last as long as the process. Python has names for the first ones that are not meant to be assigned.
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc] # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", closefd=False)  # type: ignore[misc] # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(  # type: ignore[misc] # noqa: SIM115
        2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
    )
    runpy.run_module("digitvision", run_name="__main__", alter_sys=True)
