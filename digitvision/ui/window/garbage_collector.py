"""Garbage collection in the window's thread only.

Python collects objects that refer to each other in whichever thread happens to allocate when it is time. Where a closed
dialog or window is among them, its widgets would be destroyed outside of their thread, and Qt would crash.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS: Final = 500


class GarbageCollector(QObject):
    """Collects garbage by a timer instead of at Python's own times."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(INTERVAL_MS)

    def shut_down(self) -> None:
        """Return to Python's own times; call it when no other thread runs any more."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()

    @Slot()
    def _collect(self) -> None:
        """Collect, as Python would by its own thresholds, the oldest generation that is due and all younger ones."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
