"""Writes changed settings a moment later, so that a slider that is dragged causes one write only."""

from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from digitvision.ui.settings import Settings, SettingsStore

DELAY_MS: Final = 500
"""Time without changes after which the settings are written."""


class SettingsKeeper(QObject):
    """Changes the settings, and writes them after some time without changes."""

    failed = Signal(str)
    """A sentence on why the settings could not be written; emitted once for each problem."""

    written = Signal()
    """The settings could be written."""

    def __init__(self, settings: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._write)

    @property
    def values(self) -> Settings:
        """The settings as they are now."""
        return self._settings.values

    def change(self, **changes: Any) -> None:
        """Change some settings, and have them written soon."""
        self._settings.change(**changes)
        self.write_soon()

    @Slot()
    def write_soon(self) -> None:
        """Have the changes written after the delay."""
        self._timer.start()

    def write_now(self) -> None:
        """Write the changes at once, when the window is closed; a failure is only logged."""
        self._timer.stop()
        self._settings.write()

    @Slot()
    def _write(self) -> None:
        before = self._settings.problem
        self._settings.write()
        if self._settings.problem not in ("", before):
            self.failed.emit(self._settings.problem)
        elif not self._settings.write_failed:
            self.written.emit()
