"""How long the event loop was blocked."""

import time

from PySide6.QtCore import QObject, QTimer, Slot


class Gaps(QObject):
    """Measures the longest time for which the event loop was blocked."""

    def __init__(self) -> None:
        super().__init__()
        self._last = time.perf_counter()
        self._longest_s = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._tick)
        self._timer.setInterval(1)
        self._timer.start()

    @Slot()
    def _tick(self) -> None:
        now = time.perf_counter()
        self._longest_s = max(self._longest_s, now - self._last)
        self._last = now

    def longest_ms(self) -> float:
        """Return the longest time in milliseconds, and stop measuring."""
        self._timer.stop()
        return self._longest_s * 1000
