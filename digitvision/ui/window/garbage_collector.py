"""Garbage collection in the window's thread only, a little at a time.

Python collects objects that refer to each other in whichever thread happens to allocate when it is time. Where a closed
dialog or window is among them, its widgets would be destroyed outside of their thread, and Qt would crash.

A collection of the oldest generation visits all objects that there are, and the window is held meanwhile: for 70 ms by
what the program consists of alone, and twice as long with the largest drawings. So what has come to stay is frozen:
collections leave it out from then on, while whatever nobody refers to any more is deleted as ever.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS: Final = 500

MOST_VISITED: Final = 20_000
"""About as many objects as a collection may visit: some ten milliseconds."""


class GarbageCollector(QObject):
    """Collects garbage by a timer instead of at Python's own times."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._came = 0
        """Objects that have come since the last freeze, but for those that have gone again."""
        self._has_frozen = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(INTERVAL_MS)

    def shut_down(self) -> None:
        """Return to Python's own times; call it when no other thread runs any more."""
        self._timer.stop()
        if self._has_frozen:
            gc.unfreeze()
        if self._was_enabled:
            gc.enable()

    @Slot()
    def _collect(self) -> None:
        """Collect, as Python would by its own thresholds, the oldest generation that is due and all younger ones."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [generation for generation in (2, 1, 0) if counts[generation] > thresholds[generation]]
        if not due:
            return
        self._came += counts[0]
        # The first collection of the oldest generation would visit all that the program was started with.
        if self._came > MOST_VISITED or (due[0] == 2 and not self._has_frozen):
            self._freeze(counts[0])
        else:
            gc.collect(due[0])

    def _freeze(self, youngest: int) -> None:
        """Leave all objects out of later collections; those in cycles that nobody uses go before, if they are few.

        Args:
            youngest: Number of objects that no collection has visited yet.
        """
        if youngest <= MOST_VISITED:
            gc.collect(1)
        gc.freeze()
        self._came, self._has_frozen = 0, True
