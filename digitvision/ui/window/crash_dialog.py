"""Unexpected errors of any thread: each is logged, and the first is shown in the window's thread."""

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QMessageBox

from digitvision.ui.widgets.dialog_width import fit_title

_log = logging.getLogger(__name__)


class CrashReporter(QObject):
    """Replaces `sys.excepthook`. Errors after the first are logged only, because one dialog is enough."""

    _happened = Signal(str)

    def __init__(self, log_path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log_path = log_path
        self._shown = False
        # A worker's error calls the hook in the worker's thread; the signal brings it to the window's thread.
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Handle all unexpected errors from now on."""
        sys.excepthook = self.take

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log an error, and show it if it is the first."""
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
            self.tr("An unexpected error has occurred in DigitVision. You can go on; save your drawing to be safe."),
            QMessageBox.StandardButton.Close,
            QApplication.activeWindow(),
        )
        box.setInformativeText(self.tr("Details are in the log: {path}").format(path=self._log_path))
        box.setDetailedText(summary)
        fit_title(box)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
