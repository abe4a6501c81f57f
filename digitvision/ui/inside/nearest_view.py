"""The samples that are most similar to the drawing, by the features of the network."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from digitvision.recognition.inspection.features import Neighbour
from digitvision.ui.widgets.raster_image import shaded

PICTURE_PX: Final = 72


class NearestView(QWidget):
    """A picture for each neighbour, the most similar first; items are kept and changed, not made anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._neighbours: tuple[Neighbour, ...] = ()
        self._summary = QLabel()
        self._summary.setWordWrap(True)
        self._pictures = QListWidget()
        self._pictures.setAccessibleName(self.tr("Nearest samples"))
        self._pictures.setViewMode(QListView.ViewMode.IconMode)
        self._pictures.setResizeMode(QListView.ResizeMode.Adjust)
        self._pictures.setMovement(QListView.Movement.Static)
        self._pictures.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._pictures.setUniformItemSizes(True)
        self._pictures.setSpacing(4)
        self._pictures.setIconSize(QSize(PICTURE_PX, PICTURE_PX))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._summary)
        layout.addWidget(self._pictures, 1)

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes that are shown, the nearest first."""
        return tuple(one.exemplar.label for one in self._neighbours)

    @property
    def summary(self) -> str:
        """The sentence above the pictures: how many neighbours each class has."""
        return self._summary.text()

    def show_neighbours(self, neighbours: Sequence[Neighbour]) -> None:
        """Show these neighbours, the most similar first; an empty sequence clears the page."""
        self._neighbours = tuple(neighbours)
        counted = Counter(self.labels).most_common()
        self._summary.setText(
            self.tr("Among the {count} nearest: {classes}").format(
                count=len(self._neighbours), classes=", ".join(f"{many} × {label}" for label, many in counted)
            )
            if self._neighbours
            else ""
        )
        self._draw()

    def _draw(self) -> None:
        while self._pictures.count() > len(self._neighbours):
            self._pictures.takeItem(self._pictures.count() - 1)
        while self._pictures.count() < len(self._neighbours):
            item = QListWidgetItem()
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self._pictures.addItem(item)
        palette = self.palette()
        ground, ink = palette.color(QPalette.ColorRole.AlternateBase), palette.color(QPalette.ColorRole.Text)
        for index, one in enumerate(self._neighbours):
            item = self._pictures.item(index)
            image = shaded(one.exemplar.raster.astype(np.float32) / np.float32(255), ground, ink)
            item.setIcon(QIcon(QPixmap.fromImage(image.scaled(PICTURE_PX, PICTURE_PX))))
            item.setText(f"{one.exemplar.label}  ·  {one.similarity:.2f}")
            item.setToolTip(self._describe(one))

    def _describe(self, one: Neighbour) -> str:
        origin = {
            "mnist": self.tr("of MNIST"),
            "sample": self.tr("that came with the program"),
            "own": self.tr("of your own"),
        }[one.exemplar.source]
        return self.tr("A {label} {origin}, similarity {similarity:.3f}").format(
            label=one.exemplar.label, origin=origin, similarity=one.similarity
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_pictures"):
            self._draw()
