"""The choice of a Python file of the user's own that builds a network: checked in a child process, and watched."""

import json
from pathlib import Path
from typing import Final

from PySide6.QtCore import QFileSystemWatcher, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from digitvision.ui.jobs.child_command import ChildCommand
from digitvision.ui.widgets.layouts import add_layout

LIMIT_S: Final = 120
"""Seconds after which the process that runs the file is ended; it has a shorter limit of its own."""

_SETTLE_MS: Final = 300
"""Milliseconds to wait after a change: editors write a file in several steps."""


class UserFile(QWidget):
    """Runs the file in a process of its own, so that one that loops, prints or crashes does no harm to the window."""

    changed = Signal()

    def __init__(self, classes: int, parent: QWidget | None = None) -> None:
        """Begin without a file.

        Args:
            classes: Number of classes for which the cost is measured.
        """
        super().__init__(parent)
        self._classes = classes
        self._path = ""
        self._problem = ""
        self._cost: tuple[int, int] | None = None
        self._name = QLabel()
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._choose = QPushButton(self.tr("Choose …"))
        self._choose.setToolTip(
            self.tr("Choose a Python file with a function build(input_shape, classes); the file is run")
        )
        self._choose.clicked.connect(self._ask_for_file)
        self._again = QPushButton(self.tr("Check again"))
        self._again.setToolTip(self.tr("Run the file again; this happens by itself when the file changes"))
        self._again.clicked.connect(self._check)
        self._command = ChildCommand(self)
        self._command.done.connect(self._accept_output)
        self._command.failed.connect(self._refuse)
        self._limit = QTimer(self)
        self._limit.setSingleShot(True)
        self._limit.setInterval(LIMIT_S * 1000)
        self._limit.timeout.connect(self._give_up)
        self._editor_pause = QTimer(self)
        self._editor_pause.setSingleShot(True)
        self._editor_pause.setInterval(_SETTLE_MS)
        self._editor_pause.timeout.connect(self._check)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._on_file_changed)
        buttons = QHBoxLayout()
        buttons.addWidget(self._choose)
        buttons.addWidget(self._again)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._name)
        add_layout(layout, buttons)
        self._show()

    @property
    def path(self) -> str:
        """The file's whole path; empty where none is chosen."""
        return self._path

    @property
    def problem(self) -> str:
        """Why no training can begin with the file, in one sentence; empty where one can."""
        if not self._path:
            return self.tr("Choose a Python file with a function build(input_shape, classes).")
        if self._checking:
            return self.tr("“{name}” is being checked …").format(name=Path(self._path).name)
        return self._problem

    @property
    def cost(self) -> tuple[int, int]:
        """Number of parameters, and of multiply-adds for one glyph; zeros while they are not known."""
        return self._cost or (0, 0)

    def open(self, path: str) -> None:
        """Take this file, and check it; an empty path changes nothing."""
        if path:
            if self._watcher.files():
                self._watcher.removePaths(self._watcher.files())
            self._path = str(Path(path).absolute())
            self._check()

    def shut_down(self) -> None:
        """Leave nothing running."""
        self._editor_pause.stop()
        self._limit.stop()
        self._command.stop()

    @property
    def _checking(self) -> bool:
        return self._command.running or self._editor_pause.isActive()

    @Slot()
    def _ask_for_file(self) -> None:
        title, forms = self.tr("A network of your own"), self.tr("Python files (*.py)")
        self.open(
            QFileDialog.getOpenFileName(self, title, str(Path(self._path).parent) if self._path else "", forms)[0]
        )

    @Slot()
    def _check(self) -> None:
        self._editor_pause.stop()
        self._problem, self._cost = "", None
        # An editor may have replaced the file by a new one, which is not watched yet.
        if self._path not in self._watcher.files() and Path(self._path).exists():
            self._watcher.addPath(self._path)
        self._command.start(["architecture", self._path, "--classes", str(self._classes), "--format", "json"])
        self._limit.start()
        self._show()

    @Slot(str)
    def _on_file_changed(self, _path: str) -> None:
        self._editor_pause.start()
        self._show()

    @Slot(bytes)
    def _accept_output(self, output: bytes) -> None:
        try:
            # Threads that the file started may print after the answer.
            found = json.loads(output.split(b"\n")[0])
            self._cost = int(found["parameters"]), int(found["multiply_adds"])
        except (ValueError, KeyError, TypeError):
            self._problem = self.tr("“{name}” ended the process that ran it.").format(name=Path(self._path).name)
        self._limit.stop()
        self._show()

    @Slot(str)
    def _refuse(self, sentence: str) -> None:
        self._limit.stop()
        self._problem = sentence
        self._show()

    @Slot()
    def _give_up(self) -> None:
        self._command.stop()
        self._problem = self.tr("“{name}” did not return within {seconds} s.").format(
            name=Path(self._path).name, seconds=LIMIT_S
        )
        self._show()

    def _show(self) -> None:
        self._fit_name()
        self._name.setToolTip(self._path)
        self._name.setVisible(bool(self._path))
        self._again.setEnabled(bool(self._path))
        self.changed.emit()

    def _fit_name(self) -> None:
        name, elide = Path(self._path).name, Qt.TextElideMode.ElideMiddle
        self._name.setText(self._name.fontMetrics().elidedText(name, elide, max(self.width(), 1)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_name()
