"""Answers for the system's dialogs, which no test can click: given at the border, and counted."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from digitvision.ui.export.export_dialog import ExportDialog
from digitvision.ui.export.export_request import ExportRequest


class Dialogs:
    """Answers dialogs; one that is not expected fails the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self.asked: list[str] = []
        """The question of each message box, in order."""
        monkeypatch.setattr(QMessageBox, "exec", self._unexpected)
        for name in ("getOpenFileName", "getSaveFileName"):
            monkeypatch.setattr(QFileDialog, name, self._unexpected)
        monkeypatch.setattr(ExportDialog, "exec", self._unexpected)

    def answer(self, button: QMessageBox.StandardButton) -> None:
        """Answer every message box from now on with this button."""

        def execute(box: QMessageBox) -> int:
            self.asked.append(box.text())
            assert box.standardButtons() & button
            return button.value

        self._patch.setattr(QMessageBox, "exec", execute)

    def save_to(self, path: Path | None) -> None:
        """Choose this path whenever asked where to save; None cancels."""
        self._patch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("" if path is None else str(path), ""))

    def open_from(self, path: Path | None) -> None:
        self._patch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("" if path is None else str(path), ""))

    def export_as(self, request: ExportRequest | None) -> None:
        """Accept the export dialog with this request; None cancels."""
        codes = ExportDialog.DialogCode
        code = codes.Rejected if request is None else codes.Accepted
        self._patch.setattr(ExportDialog, "exec", lambda _: code.value)
        self._patch.setattr(ExportDialog, "request", lambda _: request)

    @staticmethod
    def _unexpected(*_: object) -> None:
        raise AssertionError("a dialog that nobody expected")
