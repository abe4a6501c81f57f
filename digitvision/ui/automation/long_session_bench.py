"""Measurement of a long session: an hour of writing, undoing, selecting and zooming, and what it leaves behind."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from digitvision.ink.inkml import read_inkml
from digitvision.ink.stroke import Stroke
from digitvision.resources import resource_path
from digitvision.ui.automation.bench import READY_LIMIT_S, BenchFault
from digitvision.ui.automation.memory import resident_mb
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.automation.waiting import let_run, wait_until
from digitvision.ui.window.main_window import MainWindow

MINUTES: Final = 60
STROKES_A_MINUTE: Final = 25
"""What somebody writes who also thinks."""

WARM_UP_MINUTES: Final = 6
"""After as many, each kind of reading has been used once, and what is loaded when it is first wanted has been."""

NEW_DRAWING_MINUTES: Final = 2
READINGS: Final = ("character", "line", "equation")
ROW_STEP: Final = 150.0
GLYPH_SIZE: Final = 0.12
"""Size of the written samples, as a share of the page's."""

SETTLING_LIMIT_S: Final = 60.0
REST_S: Final = 5.5
"""As long as the longest message stands in the status bar."""

Figures = dict[str, Any]


def measure(window: MainWindow) -> Figures:
    """Measure memory, threads, timers and open files before, during and after the session.

    Args:
        window: A window that is not shown yet; its drawing is lost.

    Raises:
        BenchFault: The samples are missing.
    """
    drawings = [read_inkml(path).drawing for path in sorted(resource_path("samples").glob("?.inkml"))]
    strokes = [stroke for drawing in drawings for stroke in drawing.strokes]
    if not strokes:
        raise BenchFault("The shipped samples are missing; install the program again.")
    window.resize(1280, 800)
    window.show()
    window.start(reading="character")
    wait_until(lambda: window.model is not None, limit_s=READY_LIMIT_S, what="the model")
    let_run(1.0)
    figures: Figures = {"start": _held(window)}
    session = _Session(window, strokes)
    for minute in range(MINUTES):
        session.pass_minute(minute)
        if minute == WARM_UP_MINUTES - 1:
            figures["warm"] = _held(window)
    window.document.start()
    let_run(REST_S)
    figures["end"] = _held(window)
    figures["strokes"] = session.written
    return figures


def report(figures: Figures, form: str) -> str:
    """Return the figures as JSON, or as a table."""
    if form == "json":
        return json.dumps(figures)
    explained = {
        "start": "the window is open and the model loaded",
        "warm": f"after {WARM_UP_MINUTES} scripted minutes, in which each kind of reading was used",
        "end": f"after {MINUTES} scripted minutes and {figures['strokes']} strokes",
    }
    rows = [f"{'':<6} {'memory MB':>10} {'threads':>8} {'timers':>7} {'files':>6}"]
    for name, words in explained.items():
        held = figures[name]
        rows.append(
            f"{name:<6} {held['memory_mb']:>10.1f} {held['threads']:>8} {held['timers']:>7} {held['files']:>6}  {words}"
        )
    return "\n".join(rows)


def _held(window: MainWindow) -> Figures:
    """Return what the process holds now; threads and files are 0 where the system does not tell."""
    tasks, files = Path("/proc/self/task"), Path("/proc/self/fd")
    return {
        "memory_mb": round(resident_mb(), 1),
        "threads": len(list(tasks.iterdir())) if tasks.exists() else threading.active_count(),
        "timers": sum(timer.isActive() for timer in window.findChildren(QTimer)),
        "files": len(list(files.iterdir())) if files.exists() else 0,
    }


class _Session:
    """Somebody at work: each minute they write, take back, select, move, and look around."""

    def __init__(self, window: MainWindow, strokes: list[Stroke]) -> None:
        self._window = window
        self._strokes = strokes
        self._rng = np.random.default_rng(4)
        self._players = (PointerPlayer(window.draw_tab.canvas, "pen"), PointerPlayer(window.draw_tab.canvas, "mouse"))
        self.written = 0

    def pass_minute(self, minute: int) -> None:
        """Do what is done in a minute, without its pauses."""
        window = self._window
        if minute % NEW_DRAWING_MINUTES == 0:
            window.files.new()
            window.readings.use(READINGS[minute // NEW_DRAWING_MINUTES % len(READINGS)])
            self._settle()
        for number in range(STROKES_A_MINUTE):
            self._write(number, minute)
        self._settle()
        stack = window.document.undo_stack
        self._repeat(stack.undo, 8)
        self._repeat(stack.redo, 5)
        self._select()
        self._look_around()
        self._settle()

    def _write(self, number: int, minute: int) -> None:
        stroke = self._strokes[self.written % len(self._strokes)]
        row = minute % NEW_DRAWING_MINUTES
        place = stroke.moved(scale=GLYPH_SIZE, dx=30.0 + 36.0 * number, dy=60.0 + ROW_STEP * row)
        self._players[number % 2].write(place)
        self.written += 1

    def _select(self) -> None:
        editing = self._window.draw_tab.editing
        editing.select_all()
        self._repeat(lambda: editing.move(3.0, 2.0), 3)
        editing.duplicate()
        editing.delete()
        QApplication.processEvents()

    def _look_around(self) -> None:
        view = self._window.draw_tab.canvas.sheet.view
        self._repeat(lambda: view.zoom_by(0.5), 4)
        self._repeat(lambda: view.pan(*self._rng.uniform(-120, 120, 2)), 6)
        view.whole_drawing()
        self._repeat(QApplication.processEvents, 10)
        view.actual_size()

    def _repeat(self, act: Callable[[], object], times: int) -> None:
        for _ in range(times):
            act()
            QApplication.processEvents()

    def _settle(self) -> None:
        wait_until(lambda: self._window.settled, limit_s=SETTLING_LIMIT_S, what="the answer")
        let_run(0.1)
