"""How a process that works for long is told to stop: by a signal, or by a line on its standard input."""

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
    """Set when the user wants the work to end; knows by which signal, if by one."""

    signal_number: int | None = None
    detached = False
    """Whether the work goes on without whoever started it."""

    def __init__(self) -> None:
        super().__init__()
        self.outputs = {1, 2}
        """The descriptors by which this process is heard."""

    def detach(self) -> None:
        """Go on alone: nobody hears any more, and the end of standard input is no wish to stop."""
        self.detached = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        # Closed on this side, the pipes end for whoever reads them.
        for descriptor in self.outputs:
            os.dup2(nowhere, descriptor)
        os.close(nowhere)

    @property
    def exit_code(self) -> int:
        """As shells expect it of a process that a signal ended; 0 after a `stop` line, which is no mishap."""
        return EXIT_OK if self.signal_number is None else _SIGNAL_BASE + self.signal_number


@contextmanager
def heeding_signals(stop: StopRequest) -> Iterator[None]:
    """The first Ctrl-C or SIGTERM asks to stop, the second one ends the process as usual."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def asked(number: int, _frame: Any) -> None:
        stop.signal_number = number
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in before:
        signal.signal(number, asked)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def listen(stop: StopRequest, *, stop_at_eof: bool) -> None:
    """Listen for `stop`, `pause`, `go on` and `detach` on standard input, unless a person sits there with Ctrl-C."""
    try:
        descriptor = sys.stdin.fileno()
        if os.isatty(descriptor):
            return
    except (AttributeError, OSError, ValueError):
        # No standard input at all, as in a program without a console.
        return

    said = {STOP_LINE: stop.set, PAUSE_LINE: stop.pause, GO_ON_LINE: stop.go_on, DETACH_LINE: stop.detach}

    def hear() -> None:
        # Not through sys.stdin: its lock, held by a reading thread, would abort the interpreter on its way out.
        rest = b""
        while True:
            try:
                data = os.read(descriptor, _LONGEST_LINE)
            except OSError:
                return
            *lines, rest = (rest + data).split(b"\n")
            for line in lines if data else [*lines, rest]:
                follow = said.get(line.strip())
                if follow is not None:
                    follow()
            if not data:
                if stop_at_eof and not stop.detached:
                    stop.set()
                return
            rest = rest[-_LONGEST_LINE:]

    threading.Thread(target=hear, name="listen", daemon=True).start()


def unless_stopped(work: Callable[[], None], stop: StopRequest, farewell: Callable[[], None]) -> None:
    """Do work that cannot be broken off, such as TensorFlow's import, in a thread.

    When a stop comes meanwhile, `farewell` is called and the process ends here and now. What the work raises is raised.
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
            # Leaving in order would wait for the thread, or tear modules down under it.
            os._exit(stop.exit_code)
    if failures:
        raise failures[0]
