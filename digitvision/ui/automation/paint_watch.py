"""When a widget has been painted, and what it took until then."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget


class PaintWatch(QObject):
    """Records when a widget has been painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.painted_at: float | None = None
        self._widget = widget
        widget.installEventFilter(self)

    def forget(self) -> None:
        """Forget the last paint."""
        self.painted_at = None

    def until_painted_ms(self, act: Callable[[], object]) -> float:
        """Do something to the widget, and return the milliseconds until it has been painted."""
        self.forget()
        begun = time.perf_counter()
        act()
        self._widget.update()
        while self.painted_at is None:
            QApplication.processEvents()
        return (self.painted_at - begun) * 1000

    def stop(self) -> None:
        """Stop watching."""
        self._widget.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            # The event filter runs before the paint; a timer that is started now runs after it.
            QTimer.singleShot(0, self, self._note)
        return False

    @Slot()
    def _note(self) -> None:
        self.painted_at = time.perf_counter()
