"""The page that compares models: how each reads the drawing, what it costs, and how well it reads."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
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
from digitvision.ui.evaluation.evaluation_results import EvaluationRequest, read_results
from digitvision.ui.jobs.background_jobs import Jobs
from digitvision.ui.models.compare_plot import ComparePlot
from digitvision.ui.widgets.alphabet_choice import alphabet_title
from digitvision.ui.widgets.choice_box import ChoiceBox
from digitvision.ui.widgets.layouts import add_layout

_MEGABYTE: Final = 2**20
_ANSWERS: Final = 3
_DELAY_MS: Final = 60
_DIGITS: Final = "digits"
_MNIST: Final = "MNIST test"
_MNIST_WITHIN_DIGITS: Final = "MNIST test, digits"

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
        self._data = ChoiceBox()
        self._data.setAccessibleName(self.tr("Measured on"))
        self._data.setToolTip(self.tr("The data on which accuracy was measured"))
        self._data.currentIndexChanged.connect(self._fill)
        self._plot = ComparePlot()
        self._unmeasured = QLabel()
        self._unmeasured.setWordWrap(True)
        self._kept: dict[str, float] = {}
        """Accuracies on MNIST's test that were measured in the window, 0 to 1, by the model's name."""
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
        add_layout(layout, choice)
        layout.addWidget(self._unmeasured)
        layout.addWidget(self._plot, 3)

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
            for name in self._accuracies(model):
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

    def _accuracies(self, model: Model) -> dict[str, float]:
        """The accuracies of a model by the data that they were measured on, 0 to 1."""
        kept = {_MNIST: self._kept[model.name]} if model.name in self._kept else {}
        return {**kept, **_accuracies(model.card)}

    def _take_kept(self, kept: dict[str, float]) -> None:
        if kept != self._kept:
            self._kept = kept
            self.show_models(self._models, self._alphabet)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        models = tuple(self._models)
        self._jobs.run(
            lambda: _kept_accuracies(models), on_success=self._take_kept, on_error=self._report_failure_of_kept
        )
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
                self.tr("Accuracy"),
                self.tr("Parameters"),
                self.tr("Size"),
                self.tr("Reads"),
            ]
        )
        self._table.headerItem().setToolTip(3, self.tr("Accuracy on the data chosen below"))
        self._table.clear()
        spots, unmeasured = [], []
        for model in self._models:
            accuracy = self._accuracies(model).get(data)
            item = QTreeWidgetItem(
                [
                    model.name,
                    "",
                    "",
                    self.tr("not measured") if accuracy is None else f"{accuracy * 100:.2f} %",
                    f"{model.card.parameters:,}",
                    _size(model),
                    ", ".join(alphabet_title(name) for name in model.card.alphabet_names),
                ]
            )
            item.setTextAlignment(4, Qt.AlignmentFlag.AlignRight)
            self._table.addTopLevelItem(item)
            if accuracy is None:
                unmeasured.append(model.name)
            elif model.card.parameters > 0:
                spots.append((model.card.parameters, accuracy * 100, model.name))
        self._plot.show_spots(spots)
        names = ", ".join(f"“{name}”" for name in unmeasured)
        self._unmeasured.setText(
            self.tr("Not in the plot, because not measured on this data: {names}.").format(names=names)
        )
        self._unmeasured.setVisible(bool(unmeasured))

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

    def _report_failure_of_kept(self, sentence: str) -> None:
        _log.warning("Kept figures cannot be compared: %s", sentence)

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


def _accuracies(card: ModelCard) -> dict[str, float]:
    """The accuracies of a card by the data that they were measured on, 0 to 1."""
    found = {figure.data: figure.value for figure in card.figures if figure.name == "accuracy"}
    # Who reads more than digits is measured within the digits, like those who read nothing else.
    within_digits = found.pop(_MNIST_WITHIN_DIGITS, None)
    return found if within_digits is None else {**found, _MNIST: within_digits}


def _kept_accuracies(models: Sequence[Model]) -> dict[str, float]:
    """The accuracies on MNIST's test that the page “How well it reads” has measured, 0 to 1, by the model's name."""
    found = {}
    for model in models:
        names = model.card.alphabet_names
        if _DIGITS in names:
            request = EvaluationRequest(str(model.folder), alphabet=_DIGITS if len(names) > 1 else "")
            results = read_results(request.path, model.card.sha256.get(LITERT_FILE, ""))
            if results is not None:
                found[model.name] = results.accuracy
    return found


def _size(model: Model) -> str:
    try:
        return f"{(model.folder / LITERT_FILE).stat().st_size / _MEGABYTE:.2f} MB"
    except OSError:
        return ""
