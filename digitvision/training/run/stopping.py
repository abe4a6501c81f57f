"""Stopping a process that works for long: by a signal, or by a line on its standard input."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from digitvision.training.run.control import Control

STOP_LINE: Final = b"stop"
PAUSE_LINE: Final = b"pause"
GO_ON_LINE: Final = b"go on"
DETACH_LINE: Final = b"detach"
EXIT_OK: Final = 0
_SIGNAL_BASE: Final = 128
_POLL_S: Final = 0.05
_LONGEST_LINE: Final = 4096


class StopRequest(Control):
    """Is set when the user wants the work to end.

    Attributes:
        signal_number: The signal that asked for it; None where it was a line on standard input.
        detached: Whether the work goes on without the process that started it.
    """

    signal_number: int | None = None
    detached = False

    def __init__(self) -> None:
        super().__init__()
        self.outputs = {1, 2}
        """The descriptors of the pipes to which this process writes."""

    def detach(self) -> None:
        """Go on without the parent: nothing is written to it, and the end of standard input does not stop the work."""
        self.detached = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        # The parent sees the end of its pipes, since they are closed on this side.
        for descriptor in self.outputs:
            os.dup2(nowhere, descriptor)
        os.close(nowhere)

    @property
    def exit_code(self) -> int:
        """The exit code as shells expect it of a process that a signal ended; 0 after a `stop` line."""
        return EXIT_OK if self.signal_number is None else _SIGNAL_BASE + self.signal_number


@contextmanager
def heeding_signals(stop: StopRequest) -> Iterator[None]:
    """Have the first Ctrl-C or SIGTERM ask the work to stop, and the second one end the process as usual."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def request_stop(number: int, _frame: Any) -> None:
        stop.signal_number = number
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in before:
        signal.signal(number, request_stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def listen(stop: StopRequest, *, stop_at_eof: bool) -> None:
    """Follow the lines `stop`, `pause`, `go on` and `detach` on standard input, unless it is a terminal.

    Args:
        stop: What the lines act on.
        stop_at_eof: Whether the end of standard input asks the work to stop as well.
    """
    try:
        descriptor = sys.stdin.fileno()
        if os.isatty(descriptor):
            return
    except (AttributeError, OSError, ValueError):
        # There is no standard input, as in a program without a console.
        return

    actions = {STOP_LINE: stop.set, PAUSE_LINE: stop.pause, GO_ON_LINE: stop.go_on, DETACH_LINE: stop.detach}

    def follow_lines() -> None:
        # Not through sys.stdin: a thread that reads holds its lock, which would abort the interpreter at its end.
        rest = b""
        while True:
            try:
                data = os.read(descriptor, _LONGEST_LINE)
            except OSError:
                return
            *lines, rest = (rest + data).split(b"\n")
            for line in lines if data else [*lines, rest]:
                action = actions.get(line.strip())
                if action is not None:
                    action()
            if not data:
                if stop_at_eof and not stop.detached:
                    stop.set()
                return
            rest = rest[-_LONGEST_LINE:]

    threading.Thread(target=follow_lines, name="listen", daemon=True).start()


def unless_stopped(work: Callable[[], None], stop: StopRequest, farewell: Callable[[], None]) -> None:
    """Do work that cannot be interrupted, such as importing TensorFlow, in a thread.

    Args:
        work: The work; what it raises is raised here.
        stop: May ask the process to end before the work is finished.
        farewell: Called in that case, just before the process ends.
    """
    failures: list[BaseException] = []

    def do() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=do, name="prepare", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_POLL_S)
        if stop.is_set() and thread.is_alive():
            farewell()
            sys.stderr.flush()
            # Ending the interpreter in order would wait for the thread, or take modules away while it uses them.
            os._exit(stop.exit_code)
    if failures:
        raise failures[0]
