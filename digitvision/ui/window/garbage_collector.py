"""Garbage is collected in the window's thread only.

Python frees objects that refer to each other in whichever thread happens to allocate when it is time. Where a closed
dialog or window is among them, Qt would have its widgets destroyed outside of the thread that they live in, and crash.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS: Final = 500


class GarbageCollector(QObject):
    """Takes over from Python's own timing while it is at work."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(INTERVAL_MS)

    def shut_down(self) -> None:
        """Leave it to Python again; for when no other thread runs any more."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()

    @Slot()
    def _collect(self) -> None:
        """What Python would do by its own thresholds: the oldest generation that is due, and all younger ones."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
