"""The mistakes of an evaluation: the most frequent ones, and the misread samples of one of them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QImage, QPalette, QPixmap
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from digitvision.recognition.prediction import percent, verdict_of
from digitvision.ui.evaluation.evaluation_results import EvaluationResults, MisreadSample
from digitvision.ui.widgets.raster_image import shaded

DRAWING_PX: Final = 84
_MOST_LISTED: Final = 200
_CELL_ROLE: Final = Qt.ItemDataRole.UserRole


class MistakesView(QWidget):
    """A list of which class was read as which, and the misread samples of the chosen pair."""

    cell_chosen = Signal(int, int)
    """Truth and answer of the mistake that the user chose in the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._results: EvaluationResults | None = None
        self._cell: tuple[int, int] | None = None
        self._list = QTreeWidget()
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setAlternatingRowColors(True)
        self._list.setHeaderLabels([self.tr("Truth"), self.tr("Read as"), self.tr("Times")])
        self._list.setAccessibleName(self.tr("Most frequent mistakes"))
        self._list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._list.header().setStretchLastSection(True)
        self._list.setMinimumHeight(64)
        self._list.currentItemChanged.connect(self._show_chosen)
        self._caption = QLabel()
        self._caption.setWordWrap(True)
        self._drawings = QListWidget()
        self._drawings.setViewMode(QListView.ViewMode.IconMode)
        self._drawings.setResizeMode(QListView.ResizeMode.Adjust)
        self._drawings.setMovement(QListView.Movement.Static)
        self._drawings.setUniformItemSizes(True)
        self._drawings.setSpacing(4)
        self._drawings.setIconSize(QSize(DRAWING_PX, DRAWING_PX))
        self._drawings.setAccessibleName(self.tr("Misread drawings"))
        self._drawings.setMinimumHeight(80)
        below = QWidget()
        layout = QVBoxLayout(below)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._caption)
        layout.addWidget(self._drawings, 1)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self._list)
        halves.addWidget(below)
        halves.setStretchFactor(0, 1)
        halves.setStretchFactor(1, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(halves)

    @property
    def caption(self) -> str:
        """The sentence above the samples."""
        return self._caption.text()

    def drawing_image(self, index: int) -> QImage:
        """The picture of the sample of this index, as it is shown."""
        return self._drawings.item(index).icon().pixmap(DRAWING_PX, DRAWING_PX).toImage()

    def set_results(self, results: EvaluationResults) -> None:
        """Show the mistakes of another evaluation; none of them is chosen yet."""
        self._results, self._cell = results, None
        mistakes = results.mistakes
        self._list.blockSignals(True)
        self._list.clear()
        items = []
        for truth, answer, count in mistakes[:_MOST_LISTED]:
            item = QTreeWidgetItem([results.labels[truth], results.labels[answer], f"{count:,}"])
            item.setData(0, _CELL_ROLE, (truth, answer))
            items.append(item)
        self._list.addTopLevelItems(items)
        self._list.blockSignals(False)
        self._drawings.clear()
        self._caption.setText("" if mistakes else self.tr("Every answer was right."))

    def show_cell(self, truth: int, answer: int) -> None:
        """Show the samples of one class that were read as another; both are indices into the labels."""
        if self._results is None:
            return
        self._cell = (truth, answer)
        self._select_in_list(truth, answer)
        self._show_drawings()

    def _select_in_list(self, truth: int, answer: int) -> None:
        """Select the cell in the list that was chosen elsewhere."""
        self._list.blockSignals(True)
        self._list.setCurrentItem(None)  # type: ignore[call-overload]
        for row in range(self._list.topLevelItemCount()):
            item = self._list.topLevelItem(row)
            if item is not None and tuple(item.data(0, _CELL_ROLE)) == (truth, answer):
                self._list.setCurrentItem(item)
                break
        self._list.blockSignals(False)

    def _show_drawings(self) -> None:
        assert self._results is not None
        assert self._cell is not None
        truth, answer = self._cell
        samples = self._results.misread.get(self._cell, ())
        count = int(self._results.confusion[truth, answer])
        names = {"truth": self._results.labels[truth], "answer": self._results.labels[answer], "count": count}
        if truth == answer:
            text = self.tr("{truth} was read right {count:,} times; a cell off the diagonal shows mistakes.")
        elif count == 0:
            text = self.tr("{truth} was never read as {answer}.")
        elif len(samples) < count:
            text = self.tr("{truth} read as {answer}: {count:,} times; the {shown:,} most confident ones:")
        else:
            text = self.tr("{truth} read as {answer}: {count:,} times")
        self._caption.setText(text.format(**names, shown=len(samples)))
        self._fill(samples)

    def _fill(self, samples: Sequence[MisreadSample]) -> None:
        self._drawings.clear()
        for sample in samples:
            confidence = percent(sample.confidence)
            verdict = {"sure": self.tr("sure"), "likely": self.tr("likely"), "not sure": self.tr("not sure")}[
                verdict_of(sample.confidence, sure=sample.sure)
            ]
            item = QListWidgetItem(QIcon(self._pixmap(sample)), f"{confidence}\n{verdict}")
            tip = [self.tr("Confidence {confidence}, {verdict}").format(confidence=confidence, verdict=verdict)]
            if sample.writer:
                tip.append(self.tr("written by {writer}").format(writer=sample.writer))
            item.setToolTip(", ".join(tip))
            item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            self._drawings.addItem(item)

    def _pixmap(self, sample: MisreadSample) -> QPixmap:
        """The raster enlarged, with visible pixels, in the palette's colours for ink and paper."""
        palette = self.palette()
        ground, ink = palette.color(QPalette.ColorRole.AlternateBase), palette.color(QPalette.ColorRole.Text)
        image = shaded(sample.raster().astype(np.float32) / np.float32(255), ground, ink)
        return QPixmap.fromImage(image.scaled(DRAWING_PX, DRAWING_PX))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and getattr(self, "_cell", None) is not None:
            self._show_drawings()

    @Slot()
    def _show_chosen(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            truth, answer = item.data(0, _CELL_ROLE)
            self._cell = (truth, answer)
            self._show_drawings()
            self.cell_chosen.emit(truth, answer)
