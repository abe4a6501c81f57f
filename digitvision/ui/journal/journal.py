"""The journals of one window: what is drawn in it is on the disk a moment later."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from digitvision.ui.journal.drawing_state import DrawingState
from digitvision.ui.journal.journal_folder import Claim, new_name
from digitvision.ui.journal.journal_writer import JournalWriter

CLOSING_LIMIT_S: Final = 3.0
"""Longest wait for the disk when the window closes."""


class Journal(QObject):
    """Numbers the states of the drawings of one window, and has them written in a thread."""

    written = Signal(str, int)
    """The journal of this name holds the state of this number."""
    problem_changed = Signal(str)
    """The system's reason why nothing can be kept; empty when it works again."""

    _failed = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """Write nothing yet.

        Args:
            folder: The folder of the journals, made when there is something to write.
            parent: The object's.
        """
        super().__init__(parent)
        self.folder = folder
        self.name = new_name()
        """Name of the journal of the drawing that is in the window."""
        self.number = 0
        """Number of the state that was handed over last."""
        self.problem = ""
        """The system's reason why nothing can be kept; empty while it works."""
        self._failed.connect(self._on_problem)
        self._writer = JournalWriter(folder, on_written=self.written.emit, on_problem=self._failed.emit)

    def keep(self, state: DrawingState) -> None:
        """Have a state of the drawing in the window written; it gets the next number."""
        self.number += 1
        self._writer.keep(self.name, self.number, state)

    def put_aside(self, state: DrawingState) -> str:
        """Keep a drawing that is given up among the earlier ones, which goes on as another; return its name."""
        name = new_name()
        self._writer.put_aside(name, state)
        return name

    def forget(self, name: str) -> None:
        """Delete what `put_aside` has kept, because it is in the window again."""
        self._writer.forget(name)

    def begin(self) -> None:
        """Begin the journal of another drawing."""
        self.name = new_name()

    def take(self, claim: Claim) -> None:
        """Go on with the journal of a drawing that comes back."""
        self._writer.take(claim)
        self.name = claim.kept.name

    def flush(self, limit_s: float | None = None) -> bool:
        """Wait until everything is on the disk, at most this long or `CLOSING_LIMIT_S`; return whether it is."""
        return self._writer.flush(CLOSING_LIMIT_S if limit_s is None else limit_s)

    def shut_down(self) -> None:
        """Write what waits, with a limit, and give up the locks."""
        self._writer.stop(CLOSING_LIMIT_S)

    @Slot(str)
    def _on_problem(self, problem: str) -> None:
        self.problem = problem
        self.problem_changed.emit(problem)
