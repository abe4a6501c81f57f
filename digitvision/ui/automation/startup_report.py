"""Reports on standard output how far the start has come, which `digitvision bench` times from outside."""

import json
import sys
from typing import Final, TextIO

from PySide6.QtCore import QEvent, QObject, QTimer, Slot

from digitvision.ui.automation.memory import resident_mb
from digitvision.ui.window.main_window import MainWindow

IDLE_MS: Final = 500
"""Pause after the model has been loaded, before the memory is measured."""


class StartupReport(QObject):
    """Prints `window`, `ready` and one line of JSON, then closes the window."""

    def __init__(self, window: MainWindow, out: TextIO) -> None:
        super().__init__(window)
        self._window = window
        self._out = out
        self._painted = False
        self._loaded = False

    def begin(self) -> None:
        """Watch for the first paint and the first model; call it before the window is shown."""
        self._window.draw_tab.canvas.installEventFilter(self)
        self._window.model_ready.connect(self._on_ready)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # The rest of the window is painted in the same turn of the event loop.
            QTimer.singleShot(0, self, self._on_painted)
        return False

    @Slot()
    def _on_painted(self) -> None:
        print("window", file=self._out, flush=True)
        self._painted = True
        self._report_ready()

    @Slot(str)
    def _on_ready(self, _name: str) -> None:
        # Not before the chart has been made for the model's classes, which happens in the next turn.
        QTimer.singleShot(0, self, self._on_loaded)

    @Slot()
    def _on_loaded(self) -> None:
        self._loaded = True
        self._report_ready()

    def _report_ready(self) -> None:
        # An answer needs both the model and the window.
        if not (self._painted and self._loaded):
            return
        print("ready", file=self._out, flush=True)
        QTimer.singleShot(IDLE_MS, self, self._finish)

    @Slot()
    def _finish(self) -> None:
        heavy = {name: name in sys.modules for name in ("tensorflow", "keras", "sympy", "pint", "ziamath")}
        print(json.dumps({"rss_mb": round(resident_mb(), 1), "modules": heavy}), file=self._out, flush=True)
        self._window.close()
