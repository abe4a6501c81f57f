"""The application object, which receives the events that Qt sends to no widget."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QApplication


class Application(QApplication):
    """Reports when a pen comes near the tablet and when it leaves, which Qt tells the application only."""

    pen_near_changed = Signal(bool)
    """Whether a pen is near the tablet."""

    def __init__(self, arguments: Sequence[str]) -> None:
        # Every report of the pen and the mouse is needed: if Qt merged them, a fast 8 would become a polygon.
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
