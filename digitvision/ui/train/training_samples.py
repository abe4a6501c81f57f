"""A page of random samples, with the number of samples of each class, to look at before training."""

import base64
import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPalette, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from digitvision.ui.jobs.child_command import ChildCommand
from digitvision.ui.widgets.layouts import add_layout
from digitvision.ui.widgets.raster_image import shaded

SHOWN: Final = 60
_SIDE: Final = 28
_PIXEL_PX: Final = 2
_GAP: Final = 2
"""Pixels of a raster between two variants of one sample."""

_ACROSS: Final = 3
_CLASSES_PX: Final = 240


class TrainingSamples(QWidget):
    """Runs the `data` command in a child process, because reading data may take long, and shows what it finds."""

    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._arguments: tuple[str, ...] = ()
        self._seed = 0
        self._samples: list[tuple[str, list[NDArray[np.uint8]]]] = []
        self._command = ChildCommand(self)
        self._command.done.connect(self._show_output)
        self._command.failed.connect(self._on_failed)
        self._state = QLabel()
        self._state.setWordWrap(True)
        self._augment = QCheckBox(self.tr("Show how training varies each sample"))
        self._augment.toggled.connect(self._request)
        self._others = QPushButton(self.tr("Others"))
        self._others.setToolTip(self.tr("Show other samples"))
        self._others.clicked.connect(self._request_others)
        self._classes = QTreeWidget()
        self._classes.setRootIsDecorated(False)
        self._classes.setAccessibleName(self.tr("Samples of each class"))
        self._classes.setHeaderLabels([self.tr("Class"), self.tr("Learned from"), self.tr("Held out")])
        self._classes.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._classes.setMaximumWidth(_CLASSES_PX)
        self._drawings = QListWidget()
        self._drawings.setAccessibleName(self.tr("Some samples"))
        self._drawings.setViewMode(QListView.ViewMode.IconMode)
        self._drawings.setResizeMode(QListView.ResizeMode.Adjust)
        self._drawings.setMovement(QListView.Movement.Static)
        self._drawings.setSpacing(4)
        top = QHBoxLayout()
        top.addWidget(self._augment)
        top.addStretch(1)
        top.addWidget(self._others)
        halves = QHBoxLayout()
        halves.addWidget(self._classes)
        halves.addWidget(self._drawings, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        # A line of its own: beside the buttons it would be a narrow column in a small window.
        layout.addWidget(self._state)
        add_layout(layout, top)
        add_layout(layout, halves, 1)

    @property
    def state(self) -> str:
        """The sentence on the data, or on why none is shown."""
        return self._state.text()

    def show_data(self, data: Sequence[str], seed: int, validation: float) -> None:
        """Show samples of these data.

        Args:
            data: Names or paths, as `train` takes them.
            seed: Seed of the training, which decides what is held out and which samples are shown.
            validation: Share that is held out, 0 to 1.
        """
        arguments = ("data", *data, "--format", "json", "--samples", str(SHOWN), "--validation", f"{validation:g}")
        if not data:
            self._clear(self.tr("Choose the data to learn from."))
            return
        if arguments != self._arguments:
            self._arguments, self._seed = arguments, seed
            self._request()

    def shut_down(self) -> None:
        """Leave nothing running."""
        self._command.stop()

    @Slot()
    def _request_others(self) -> None:
        self._seed += 1
        self._request()

    @Slot()
    def _request(self) -> None:
        if self._arguments:
            self._state.setText(self.tr("Reading the data …"))
            varied = ["--augment"] if self._augment.isChecked() else []
            self._command.start([*self._arguments, "--seed", str(self._seed), *varied])

    @Slot(bytes)
    def _show_output(self, output: bytes) -> None:
        try:
            found = json.loads(output)
            texts = [str(item["text"]) for item in found["classes"]]
            rows = [
                [text, f"{int(item['training']):,}", f"{int(item['validation']):,}"]
                for text, item in zip(texts, found["classes"], strict=True)
            ]
            shown = [(texts[item["label"]], [_raster(text) for text in item["rasters"]]) for item in found["shown"]]
            state = self.tr("{samples:,} samples of {classes} classes; held out: {split}").format(
                samples=int(found["samples"]), classes=len(texts), split=", ".join(map(str, found["split"]))
            )
            notices = [str(notice) for notice in found["notices"]]
        except (ValueError, KeyError, TypeError, IndexError):
            self._clear(self.tr("The data was read, but its description cannot be understood."))
            return
        self._state.setText("\n".join([state, *notices]))
        self._classes.clear()
        self._classes.addTopLevelItems([QTreeWidgetItem(row) for row in rows])
        self._samples = shown
        self._draw()

    def _on_failed(self, sentence: str) -> None:
        self._clear(sentence)
        self.failed.emit(sentence)

    def _clear(self, sentence: str) -> None:
        self._arguments = ()
        self._state.setText(sentence)
        self._classes.clear()
        self._samples = []
        self._draw()

    def _draw(self) -> None:
        self._drawings.clear()
        for text, rasters in self._samples:
            pixmap = self._pixmap(_sheet(rasters))
            self._drawings.setIconSize(QSize(pixmap.width(), pixmap.height()))
            item = QListWidgetItem(QIcon(pixmap), text)
            item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            self._drawings.addItem(item)

    def _pixmap(self, sheet: NDArray[np.uint8]) -> QPixmap:
        """Enlarge a sheet of rasters, in the palette's colours for ink and paper."""
        palette = self.palette()
        ground, ink = palette.color(QPalette.ColorRole.AlternateBase), palette.color(QPalette.ColorRole.Text)
        image = shaded(sheet.astype(np.float32) / np.float32(255), ground, ink)
        height, width = sheet.shape
        return QPixmap.fromImage(image.scaled(width * _PIXEL_PX, height * _PIXEL_PX))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_drawings"):
            self._draw()


def _raster(text: Any) -> NDArray[np.uint8]:
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(_SIDE, _SIDE)


def _sheet(rasters: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """One raster, or several in rows, as uint8 [H, W]."""
    across = min(len(rasters), _ACROSS)
    down = -(-len(rasters) // across)
    sheet = np.zeros((down * (_SIDE + _GAP) - _GAP, across * (_SIDE + _GAP) - _GAP), np.uint8)
    for index, raster in enumerate(rasters):
        top, left = (index // across) * (_SIDE + _GAP), (index % across) * (_SIDE + _GAP)
        sheet[top : top + _SIDE, left : left + _SIDE] = raster
    return sheet
