"""Movement of bars to new values: fast and smooth, and none at all where the system asks for none."""

import time
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from digitvision.ui.theme import motion_wanted

EASING_MS: Final = 30.0
"""Time constant of the movement: a bar covers 95 % of its way within 90 ms."""

FRAME_MS: Final = 16
SETTLED: Final = 0.004
"""Distance from its value at which a bar, from 0 to 1, has arrived."""


class Easing(QObject):
    """Values that move to other values."""

    moved = Signal()
    """`shown` has changed."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.values: NDArray[np.float64] = np.zeros(0)
        """float64 [C]: the values that the bars show or move to."""
        self.shown: NDArray[np.float64] = np.zeros(0)
        """float64 [C]: the values that the bars show now."""
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._step)
        self._stepped_at = 0.0

    def reset(self, count: int) -> None:
        """Start with this number of bars, all at zero."""
        self._timer.stop()
        self.values, self.shown = np.zeros(count), np.zeros(count)
        self.moved.emit()

    def go(self, values: NDArray[np.float32], *, ease: bool) -> None:
        """Move to other values, or with `ease` False show them at once."""
        self.values = np.asarray(values, dtype=np.float64)
        if ease and motion_wanted():
            if not self._timer.isActive():
                self._stepped_at = time.perf_counter()
                self._timer.start()
            self._step()
        else:
            self._timer.stop()
            self.shown = self.values.copy()
            self.moved.emit()

    @Slot()
    def _step(self) -> None:
        now = time.perf_counter()
        # The first step is as long as a frame, so that the change begins with the answer and not a frame after it.
        passed_ms = max((now - self._stepped_at) * 1000, FRAME_MS)
        self._stepped_at = now
        rest = (self.values - self.shown) * np.exp(-passed_ms / EASING_MS)
        if np.abs(rest).max(initial=0.0) < SETTLED:
            rest = np.zeros_like(rest)
            self._timer.stop()
        self.shown = self.values - rest
        self.moved.emit()
