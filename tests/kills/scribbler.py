"""The program that is killed: the real window, which draws, undoes, saves, opens and closes by itself.

It prints what it does, every state of a drawing before it is handed to the journal, and what the journal has said to be
on the disk. It is started by `trial.py`, with the seed of its choices as the only argument.
"""

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QProcess, QTimer, Slot
from PySide6.QtWidgets import QFileDialog

from digitvision.app import open_window
from digitvision.ink.stroke import Stroke
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.journal.drawing_state import DrawingState
from digitvision.ui.window.main_window import MainWindow
from tests.ui.journal.states import digest, rounded_digest

PAUSE_MS = 4


def tell(*words: object) -> None:
    """Print a line at once, whole, with the time; a kill cannot take it back."""
    os.write(1, (" ".join(map(str, (f"{time.monotonic():.4f}", *words))) + "\n").encode())


class Scribbler(QObject):
    """Does something at random every few milliseconds."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        super().__init__(window)
        self._window = window
        self._random = random.Random(seed)
        self._player = PointerPlayer(window.draw_tab.canvas)
        self._folder = Path(os.environ["DIGITVISION_HOME"]) / "files"
        self._folder.mkdir(exist_ok=True)
        assert window.files.autosave is not None
        self._autosave = window.files.autosave
        self._autosave.handed_over.connect(self._tell_state)
        self._autosave.journal.written.connect(self._tell_written)
        window.document.replaced.connect(self._tell_shown)
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._begin)
        self._timer.start()

    @Slot(int, object)
    def _tell_state(self, number: int, state: DrawingState) -> None:
        end = "closed" if state.closed else "open"
        worth = "kept" if state.worth_keeping else "dropped"
        tell("state", self._autosave.journal.name, number, digest(state), len(state.drawing.strokes), end, worth)

    @Slot(str, int)
    def _tell_written(self, name: str, number: int) -> None:
        tell("written", name, number)

    @Slot()
    def _tell_shown(self) -> None:
        tell("shown", self._autosave.journal.name, digest(self._autosave.state))

    @Slot()
    def _begin(self) -> None:
        """Wait until the window has shown what it had to bring back."""
        if self._window.settled:
            tell("settled")
            self._timer.timeout.disconnect(self._begin)
            self._timer.timeout.connect(self._act)

    @Slot()
    def _act(self) -> None:
        actions: list[tuple[int, str, Callable[[], object]]] = [
            (60, "draw", self._draw),
            (10, "undo", self._window.document.undo_stack.undo),
            (6, "redo", self._window.document.undo_stack.redo),
            (4, "erase", self._erase),
            (5, "correct", self._correct),
            (1, "clear", self._window.document.clear),
            (7, "save", self._save),
            (3, "new", self._window.files.new),
            (3, "open", self._open),
            (1, "close", self._window.close),
        ]
        # Now and then a pause, in which everything that was drawn is written.
        if self._random.random() < 0.2:
            return
        _, name, act = self._random.choices(actions, [weight for weight, _, _ in actions])[0]
        tell("doing", name)
        act()

    def _draw(self) -> None:
        x, y = self._random.uniform(100, 900), self._random.uniform(100, 900)
        turns = [(x + 60 * np.cos(i / 3), y + 60 * np.sin(i / 3), 4.0 * i) for i in range(self._random.randint(1, 30))]
        self._player.write(Stroke.of(turns))

    def _erase(self) -> None:
        count = len(self._window.document.drawing.strokes)
        if count:
            self._window.document.erase((self._random.randrange(count),))

    def _correct(self) -> None:
        count = len(self._window.document.drawing.strokes)
        if count:
            corrections = self._window.document.corrections
            self._window.document.correct(corrections.with_label({self._random.randrange(count)}, "x"))

    def _save(self) -> None:
        if not self._window.document.drawing:
            return
        name = str(self._folder / f"{self._random.randrange(6)}.inkml")
        QFileDialog.getSaveFileName = lambda *_: (name, "")  # type: ignore[method-assign]
        document = self._window.document
        again = document.path is not None and self._random.random() < 0.7
        path = document.path if again else Path(name)
        said = rounded_digest(document.drawing)
        tell("saving", path, said)
        if self._window.files.save() if again else self._window.files.save_as():
            tell("saved", path, said)

    def _open(self) -> None:
        files = sorted(self._folder.glob("*.inkml"))
        if files:
            self._window.files.open(self._random.choice(files))


def main(seed: int) -> int:
    """Run the program until it is killed or closes by itself."""
    # There is but one window in these trials; a drawing for another one waits for the next program.
    QProcess.startDetached = lambda *_: tell("another window")  # type: ignore[method-assign, assignment]
    application, window = open_window()
    window.show()
    scribbler: list[Scribbler] = []

    def begin() -> None:
        tell("doing", "start")
        window.start(reading="character")
        scribbler.append(Scribbler(window, seed))

    QTimer.singleShot(0, window, begin)
    code = application.exec()
    tell("ended")
    return code


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
