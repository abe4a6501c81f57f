"""A row of one glyph that was read while a character is on screen: half a 4 is an L, which is no row yet."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from digitvision.recognition.prediction import Reading

if TYPE_CHECKING:
    from digitvision.recognition.expression.notation.typesetting import TypesetFormula


class TurningRow(QObject):
    """Holds the row until no stroke has followed for a while, and whether one was turned to.

    Attributes:
        reading: The row that waits; None without one.
        formulas: Its formulas, once they are typeset.
        turned: Whether a row is on screen that was turned to.
    """

    due = Signal()
    """No stroke has followed: the row is to be shown, see `take`."""

    def __init__(self, parent: QObject, interval_ms: int) -> None:
        """Wait for this time."""
        super().__init__(parent)
        self.reading: Reading | None = None
        self.formulas: Sequence[TypesetFormula | None] = ()
        self.turned = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self.due)

    def wait(self, reading: Reading) -> None:
        """Hold this row from now on, until it is due."""
        self.reading, self.formulas = reading, ()
        self._timer.start()

    def take(self) -> Reading | None:
        """Return the row that is to be shown now; None where there is none any more."""
        reading, self.reading = self.reading, None
        self.turned = self.turned or reading is not None
        return reading
