"""The tap that closes the list of candidates: it writes nothing."""

import time
from typing import Final

from PySide6.QtCore import QObject, QPointF, QRect, Slot
from PySide6.QtGui import QPainter

from digitvision.ui.canvas.canvas import Canvas

TAP_S: Final = 0.8
"""The longest time from press to release of such a tap."""


class Dismissal(QObject):
    """An invisible button over the whole canvas, for as long as the press that closed the list may be a tap.

    Whoever taps beside an open list wants it to go, and wrote a dot by it before. A press that becomes a stroke is one.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._left_s = float("-inf")
        canvas.overlays.add(self)
        canvas.stroke_finished.connect(self.end)

    @Slot()
    def begin(self) -> None:
        """Note that a press, or a key, has just closed the list."""
        self._left_s = time.monotonic()

    @Slot()
    def end(self) -> None:
        """Let the next tap be a dot again."""
        self._left_s = float("-inf")

    def is_button(self, position: QPointF) -> bool:
        """Whether a tap would be the one that closed the list; it may be anywhere."""
        return time.monotonic() - self._left_s < TAP_S

    def tap(self, position: QPointF) -> None:
        """Do nothing more: the press has closed the list already."""
        self.end()

    def paint(self, painter: QPainter, window: QRect) -> None:
        """Nothing to paint: the button is invisible."""
