"""The paper follows the writing: when the hand rests near the right or the lower edge, it makes room to go on."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Slot

from digitvision.ui.paper.paper_view import PaperView

REST_MS: Final = 900
"""How long the hand must have been still: whoever goes on writing finds the paper where it was."""


class Following(QObject):
    """Waits for a pause after a stroke."""

    def __init__(self, view: PaperView, at_work: Callable[[], bool], parent: QObject) -> None:
        """Wait for strokes.

        Args:
            view: Moves the paper.
            at_work: Whether a pointer is down or a pen is near.
            parent: Owns this object.
        """
        super().__init__(parent)
        self.wanted = False
        """Whether the paper is to follow at all: a single character needs no room to go on."""
        self._view = view
        self._at_work = at_work
        self._box: NDArray[np.float64] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._follow)

    def note_stroke(self, box: NDArray[np.float64]) -> None:
        """Note that a stroke with this box, float64 [4], was written."""
        if self.wanted:
            self._box = box
            self._timer.start()

    def note_hand(self) -> None:
        """Note that the hand is not at rest."""
        if self._timer.isActive():
            self._timer.start()

    def forget(self) -> None:
        """Do not follow the last stroke: the drawing has changed in another way, or the hand has moved the paper."""
        self._timer.stop()

    @Slot()
    def _follow(self) -> None:
        if self._at_work():
            self._timer.start()
        elif self._box is not None:
            self._view.follow(self._box)
