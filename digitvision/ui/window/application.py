"""The application object: hears what Qt tells the application alone."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QApplication


class Application(QApplication):
    """Tells when a pen comes near the tablet and when it leaves: Qt sends these two events to no widget."""

    pen_near_changed = Signal(bool)

    def __init__(self, arguments: Sequence[str]) -> None:
        # Every report of the pen and the mouse counts: compressed, a fast 8 turns into a polygon.
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressTabletEvents, False)
        super().__init__(list(arguments))
        self.setApplicationName("DigitVision")
        self.setApplicationDisplayName("DigitVision")
        self.setDesktopFileName("digitvision")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.TabletEnterProximity:
            self.pen_near_changed.emit(True)
        elif event.type() == QEvent.Type.TabletLeaveProximity:
            self.pen_near_changed.emit(False)
        return super().event(event)
