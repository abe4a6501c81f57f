"""The buttons of the Train tab, which stay in sight: train, pause or go on, and cancel."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget


class TrainingControls(QWidget):
    """Shows what can be done now: with no training, one that runs, one that is paused, or one that has just stopped."""

    start_wanted = Signal()
    pause_wanted = Signal(bool)
    """The training under way is to pause, or to go on."""
    cancel_wanted = Signal()
    go_on_wanted = Signal(str)
    """The stopped training of this name is to go on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = self._paused = False
        self._stopped = ""
        self._start = QPushButton(self.tr("Train"))
        self._start.setDefault(True)
        self._start.clicked.connect(self.start_wanted)
        self._pause = QPushButton(self.tr("Pause"))
        self._pause.clicked.connect(self._toggle)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setToolTip(self.tr("Stop at the next batch and keep the best epoch so far"))
        self._cancel.clicked.connect(self._want_cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for button in (self._start, self._pause, self._cancel):
            layout.addWidget(button)
        layout.addStretch(1)
        self.set_startable(True)
        self.set_running(False)

    @property
    def paused(self) -> bool:
        """Whether the training under way is paused."""
        return self._paused

    def set_startable(self, startable: bool, *, why_not: str = "") -> None:
        """Say whether a new training could begin, or why not."""
        self._start.setEnabled(startable)
        self._start.setToolTip(why_not or self.tr("Train a new model in the background"))
        self._pause.setEnabled(self._running or (startable and bool(self._stopped)))

    def set_running(self, running: bool, *, stopped: str = "") -> None:
        """Say whether a training runs, or else which one has just stopped and can go on; empty for none."""
        self._running, self._paused, self._stopped = running, False, "" if running else stopped
        self._cancel.setEnabled(running)
        self._show_pause()

    @Slot()
    def _toggle(self) -> None:
        if not self._running:
            self.go_on_wanted.emit(self._stopped)
            return
        self._paused = not self._paused
        self._show_pause()
        self.pause_wanted.emit(self._paused)

    @Slot()
    def _want_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self._pause.setEnabled(False)
        self.cancel_wanted.emit()

    def _show_pause(self) -> None:
        goes_on = self._paused or bool(self._stopped)
        self._pause.setText(self.tr("Go on") if goes_on else self.tr("Pause"))
        if self._stopped:
            tip = self.tr("Go on with the training “{name}” where it stopped").format(name=self._stopped)
        elif self._paused:
            tip = self.tr("Go on with the training")
        else:
            tip = self.tr("Pause the training, so that the computer is free for other work")
        self._pause.setToolTip(tip)
        self._pause.setEnabled(self._running or bool(self._stopped))
