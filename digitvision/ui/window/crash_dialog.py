"""Unexpected errors: logged, and shown once, on the window's thread whichever thread they came from."""

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QMessageBox

_log = logging.getLogger(__name__)


class CrashReporter(QObject):
    """Takes the place of `sys.excepthook`. A second error is logged only: one dialog says it all."""

    _happened = Signal(str)

    def __init__(self, log_path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log_path = log_path
        self._shown = False
        # A worker's error calls the hook in the worker's thread; the signal brings it here.
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        sys.excepthook = self.take

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log an error and have it shown."""
        _log.error("Unexpected error", exc_info=(kind, error, trace))
        self._happened.emit("".join(traceback.format_exception_only(kind, error)).strip())

    @Slot(str)
    def _show(self, summary: str) -> None:
        if self._shown:
            return
        self._shown = True
        box = QMessageBox(
            QMessageBox.Icon.Warning,
            self.tr("Something went wrong"),
            self.tr("DigitVision met an error that nobody expected. You can go on; save your drawing to be safe."),
            QMessageBox.StandardButton.Close,
            QApplication.activeWindow(),
        )
        box.setInformativeText(self.tr("What happened is noted in {path}.").format(path=self._log_path))
        box.setDetailedText(summary)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
