"""The page that compares models: how each reads the drawing, what it costs, and how well it reads."""

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QHideEvent, QPen, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from digitvision.faults import Fault
from digitvision.ink.stroke import Drawing
from digitvision.recognition.models.data_names import figure_data_name
from digitvision.recognition.models.model_card import ModelCard
from digitvision.recognition.models.model_store import LITERT_FILE, Model
from digitvision.recognition.prediction import percent
from digitvision.recognition.reader import read_character, read_character_picture
from digitvision.recognition.recognizer import Recognizer
from digitvision.ui.document.document import Document, Picture
from digitvision.ui.jobs.background_jobs import Jobs
from digitvision.ui.theme import accent, hairline
from digitvision.ui.widgets.alphabet_choice import alphabet_title

_MEGABYTE: Final = 2**20
_ANSWERS: Final = 3
_DELAY_MS: Final = 60
_POINT_PX: Final = 9
_PADDING: Final = 0.2
"""Space around the points, as a share of the plot, so that their names have room."""


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A model's first answers as a text, and the time that it took for them in milliseconds."""

    text: str
    elapsed_ms: float


class _Readers:
    """Lives in the jobs' thread; keeps a recognizer for each model that has read something."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Model, Recognizer]] = {}

    def read(self, models: Sequence[Model], alphabet: str, content: Drawing | Picture) -> dict[str, _Answer]:
        found = {}
        for model in models:
            try:
                found[model.name] = self._read(model, alphabet, content)
            except Fault as fault:
                found[model.name] = _Answer(str(fault), 0.0)
        return found

    def _read(self, model: Model, alphabet: str, content: Drawing | Picture) -> _Answer:
        name = alphabet if alphabet in model.card.alphabet_names else model.card.alphabet_names[0]
        kept = self._kept.get(model.name)
        if kept is None or kept[0].card is not model.card or kept[1].alphabet.name != name:
            kept = self._kept[model.name] = (model, Recognizer(model, name))
        began = time.perf_counter()
        if isinstance(content, Picture):
            reading = read_character_picture(kept[1], content.ink)
        else:
            reading = read_character(kept[1], content)
        elapsed_ms = (time.perf_counter() - began) * 1000
        text = "  ".join(f"{one.text} {percent(one.confidence)}" for one in reading.candidates[:_ANSWERS])
        return _Answer(text if reading.sure else f"?  {text}", elapsed_ms)


class ComparePage(QWidget):
    """A table with a row for each model, and a plot of cost against accuracy."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._models: list[Model] = []
        self._alphabet = ""
        self._jobs = Jobs(self)
        self._readers = _Readers()
        self._busy = self._again = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_DELAY_MS)
        self._soon.timeout.connect(self._request_answers)
        document.content_changed.connect(self._request_soon)
        self._table = QTreeWidget()
        self._table.setRootIsDecorated(False)
        self._table.setAccessibleName(self.tr("Models compared"))
        self._table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._data = QComboBox()
        self._data.setAccessibleName(self.tr("Measured on"))
        self._data.setToolTip(self.tr("The data on which accuracy was measured"))
        self._data.currentIndexChanged.connect(self._fill)
        self._plot = pg.PlotWidget(background=None, enableMenu=False)
        self._plot.setAccessibleName(self.tr("Parameters against accuracy"))
        self._points = pg.ScatterPlotItem(size=_POINT_PX)
        self._names: list[pg.TextItem] = []
        plot = self._plot.getPlotItem()
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        plot.setLogMode(x=True)
        plot.getViewBox().setDefaultPadding(_PADDING)
        plot.addItem(self._points)
        self._hint = QLabel(self.tr("Draw something in the Draw tab: all models read it here, side by side."))
        self._hint.setWordWrap(True)
        choice = QHBoxLayout()
        label = QLabel(self.tr("&Accuracy on"))
        label.setBuddy(self._data)
        choice.addWidget(label)
        choice.addWidget(self._data)
        choice.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._hint)
        layout.addWidget(self._table, 2)
        layout.addLayout(choice)
        layout.addWidget(self._plot, 3)
        self._apply_colours()

    @property
    def idle(self) -> bool:
        """Whether the answers of all models are shown."""
        return not self._busy and not self._soon.isActive()

    def show_models(self, models: Sequence[Model], alphabet: str) -> None:
        """Compare these models, within this alphabet where they answer within it."""
        self._models, self._alphabet = list(models), alphabet
        chosen = self._data.currentData()
        measured: dict[str, int] = {}
        for model in self._models:
            for name in _accuracies(model.card):
                measured[name] = measured.get(name, 0) + 1
        self._data.blockSignals(True)
        self._data.clear()
        # The data that most models were measured on comes first: it compares best.
        for name in sorted(measured, key=lambda name: (-measured[name], name)):
            self._data.addItem(figure_data_name(name), name)
        self._data.setCurrentIndex(max(self._data.findData(chosen), 0))
        self._data.blockSignals(False)
        self._fill()
        self._request_soon()

    def shut_down(self) -> None:
        """End the thread in which the models read."""
        self._soon.stop()
        self._again = False
        self._jobs.shut_down()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._request_soon()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._soon.stop()
        self._again = False

    @Slot()
    def _fill(self) -> None:
        data = self._data.currentData() or ""
        self._table.setHeaderLabels(
            [
                self.tr("Model"),
                self.tr("Answers"),
                self.tr("Time"),
                self.tr("Reads"),
                self.tr("Parameters"),
                self.tr("Size"),
                self.tr("Accuracy on {data}").format(data=figure_data_name(data)) if data else self.tr("Accuracy"),
            ]
        )
        self._table.clear()
        for name in self._names:
            self._plot.getPlotItem().removeItem(name)
        self._names = []
        spots = []
        for model in self._models:
            accuracy = _accuracies(model.card).get(data)
            item = QTreeWidgetItem(
                [
                    model.name,
                    "",
                    "",
                    ", ".join(alphabet_title(name) for name in model.card.alphabet_names),
                    f"{model.card.parameters:,}",
                    _size(model),
                    "" if accuracy is None else f"{accuracy * 100:.2f} %",
                ]
            )
            item.setTextAlignment(4, Qt.AlignmentFlag.AlignRight)
            self._table.addTopLevelItem(item)
            if accuracy is not None and model.card.parameters > 0:
                spots.append((model.card.parameters, accuracy * 100, model.name))
        # The axis is logarithmic, but takes the points as they are: their logarithms have to be given.
        self._points.setData([math.log10(x) for x, _, _ in spots], [y for _, y, _ in spots])
        for x, y, name in spots:
            text = pg.TextItem(name, anchor=(0.5, 1.3))
            text.setPos(math.log10(x), y)
            self._names.append(text)
            self._plot.getPlotItem().addItem(text)
        self._plot.setAccessibleDescription("; ".join(f"{name}: {x:,}, {y:.2f} %" for x, y, name in spots))
        self._apply_colours()

    @Slot()
    def _request_soon(self) -> None:
        if self.isVisible():
            self._soon.start()

    @Slot()
    def _request_answers(self) -> None:
        if self._busy:
            self._again = True
            return
        content = self._document.picture or self._document.drawing
        if not content or not self.isVisible():
            self._fill_answers({})
            return
        self._busy = True
        models, alphabet = tuple(self._models), self._alphabet
        self._jobs.run(
            lambda: self._readers.read(models, alphabet, content),
            on_success=self._show_answers,
            on_error=self._report_failure,
        )

    def _show_answers(self, answers: dict[str, _Answer]) -> None:
        self._busy = False
        self._fill_answers(answers)
        if self._again:
            self._again = False
            self._request_answers()

    def _report_failure(self, sentence: str) -> None:
        self._busy = False
        _log.warning("The models cannot be compared: %s", sentence)

    def _fill_answers(self, answers: dict[str, _Answer]) -> None:
        self._hint.setVisible(not answers)
        for row in range(self._table.topLevelItemCount()):
            item = self._table.topLevelItem(row)
            if item is not None:
                answer = answers.get(item.text(0))
                item.setText(1, "" if answer is None else answer.text)
                item.setText(2, "" if answer is None else f"{answer.elapsed_ms:.1f} ms")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_names"):
            self._apply_colours()

    def _apply_colours(self) -> None:
        # The ground behind the points is the window's, and Qt keeps a picture of it.
        self._plot.resetCachedContent()
        palette = self.palette()
        text: QColor = palette.color(palette.ColorRole.WindowText)
        self._points.setBrush(accent(palette))
        self._points.setPen(None)
        for name in self._names:
            name.setColor(text)
            name.setFont(self.font())
        for side, title in (("left", self.tr("Accuracy in %")), ("bottom", self.tr("Parameters"))):
            axis = self._plot.getPlotItem().getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setPen(QPen(hairline(palette), 0))
            axis.setTextPen(text)
            axis.setTickFont(self.font())
            axis.setLabel(title, color=text.name())


def _accuracies(card: ModelCard) -> dict[str, float]:
    """The accuracies of a card by the data that they were measured on, 0 to 1."""
    return {figure.data: figure.value for figure in card.figures if figure.name == "accuracy"}


def _size(model: Model) -> str:
    try:
        return f"{(model.folder / LITERT_FILE).stat().st_size / _MEGABYTE:.2f} MB"
    except OSError:
        return ""
