"""The thread that writes the journals: the window hands over immutable values and never waits for the disk."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from digitvision.faults import Fault
from digitvision.files import reason
from digitvision.ui.journal.drawing_state import DrawingState
from digitvision.ui.journal.journal_file import JournalFile
from digitvision.ui.journal.journal_folder import Claim
from digitvision.ui.journal.locks import EARLIER

RETRY_S: Final = 2.0
"""Pause after a failure, unless there is something new to write."""

UNTOLD: Final = -1
"""Number of a state of which nobody waits to hear that it is written."""

_log = logging.getLogger(__name__)


class JournalWriter:
    """Writes the newest state of each drawing in the order in which they came; older ones that wait are left out.

    The thread is Python's own and a daemon: a disk that does not answer must not keep the program from ending.
    """

    def __init__(
        self, folder: Path, *, on_written: Callable[[str, int], None], on_problem: Callable[[str], None]
    ) -> None:
        """Start nothing yet: the thread begins with the first state.

        Args:
            folder: The folder of the journals.
            on_written: Called in the thread with a drawing's name and the number of the state that is on the disk.
            on_problem: Called in the thread with the system's reason why nothing can be written; with an empty text
                when it works again.
        """
        self._folder = folder
        self._on_written = on_written
        self._on_problem = on_problem
        self._files: dict[str, JournalFile] = {}
        self._waiting: dict[str, tuple[int, DrawingState | None]] = {}
        self._condition = threading.Condition()
        self._busy = False
        self._stopping = False
        self._abandoned = False
        self._problem = ""
        self._failures = 0
        self._thread: threading.Thread | None = None

    def keep(self, name: str, number: int, state: DrawingState) -> None:
        """Have a state written soon; a closed one ends its journal.

        Args:
            name: The journal's name.
            number: Number of the state, which grows.
            state: The drawing.
        """
        self._add(name, number, state)

    def put_aside(self, name: str, state: DrawingState) -> None:
        """Have a drawing written among the earlier ones; nobody is told when that is done."""
        self._add(name, UNTOLD, replace(state, closed=True))

    def forget(self, name: str) -> None:
        """Have a drawing deleted that was put aside."""
        self._add(name, UNTOLD, None)

    def take(self, claim: Claim) -> None:
        """Go on with a journal that was claimed."""
        kept = claim.kept
        with self._condition:
            self._files[kept.name] = JournalFile(self._folder, kept.name, kept=kept, lock=claim.lock)

    def flush(self, limit_s: float) -> bool:
        """Have what waits written now; wait at most this long, and return whether all of it is written.

        It does not wait for a second try: where the disk is full, the answer comes at once.
        """
        with self._condition:
            failures = self._failures
            self._condition.notify_all()
            self._condition.wait_for(lambda: self._is_done() or self._failures > failures, limit_s)
            return self._is_done()

    def stop(self, limit_s: float) -> bool:
        """Write what waits, give up all locks and end the thread; return whether it has ended in time."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
            thread = self._thread
        if thread is None:
            self._release()
            return True
        thread.join(limit_s)
        with self._condition:
            self._abandoned = thread.is_alive()
        return not self._abandoned

    def _add(self, name: str, number: int, state: DrawingState | None) -> None:
        with self._condition:
            if self._stopping:
                return
            self._waiting[name] = (number, state)
            self._condition.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
                self._thread.start()

    def _is_done(self) -> bool:
        return not self._waiting and not self._busy

    def _run(self) -> None:
        while (job := self._next()) is not None:
            name, number, state = job
            problem = self._write(name, state)
            with self._condition:
                self._busy = False
                if problem:
                    self._failures += 1
                    # A newer state, which has come meanwhile, holds all of this one.
                    self._waiting = {name: (number, state), **self._waiting}
                self._tell(name, number, problem)
                self._condition.notify_all()
                if problem and not self._stopping:
                    self._condition.wait(RETRY_S)
                elif problem:
                    break
        self._release()

    def _next(self) -> tuple[str, int, DrawingState | None] | None:
        with self._condition:
            self._condition.wait_for(lambda: self._waiting or self._stopping)
            if not self._waiting:
                return None
            name = next(iter(self._waiting))
            number, state = self._waiting.pop(name)
            self._busy = True
            return name, number, state

    def _write(self, name: str, state: DrawingState | None) -> str:
        """Write a state, or delete an earlier drawing; return the reason why that could not be done, empty if it is."""
        try:
            if state is None:
                (self._folder / (name + EARLIER)).unlink(missing_ok=True)
                return ""
            file = self._files.get(name)
            if file is None:
                file = self._files[name] = JournalFile(self._folder, name)
            file.write(state)
            if state.closed:
                file.finish()
                del self._files[name]
        except OSError as error:
            return reason(error)
        except Fault as fault:
            return str(fault)
        except Exception as error:
            # The thread has to live on, or everything that is drawn from now on would be lost without a word.
            if not self._problem:
                _log.exception("A journal could not be written.")
            return type(error).__name__
        return ""

    def _tell(self, name: str, number: int, problem: str) -> None:
        if self._abandoned:
            return
        if problem != self._problem:
            self._problem = problem
            self._on_problem(problem)
        if not problem and number != UNTOLD:
            self._on_written(name, number)

    def _release(self) -> None:
        for file in self._files.values():
            file.release()
        self._files.clear()
