"""The page “How well it reads”: measures the model on data, and shows the figures."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QDir, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from digitvision.files import user_folder
from digitvision.recognition.models.model_store import LITERT_FILE, Model
from digitvision.ui.evaluation.evaluation_client import EvaluationClient
from digitvision.ui.evaluation.evaluation_results import EvaluationRequest, EvaluationResults
from digitvision.ui.evaluation.evaluation_view import EvaluationView
from digitvision.ui.widgets.alphabet_choice import alphabet_title
from digitvision.ui.widgets.choice_box import ChoiceBox
from digitvision.ui.widgets.date_text import date_text
from digitvision.ui.widgets.layouts import add_layout
from digitvision.ui.widgets.notice_bar import NoticeBar

_DRAWINGS: Final = "drawings"
_LONGEST_NAME: Final = 32
_TEXT_WIDTH_PX: Final = 520


class EvaluationPage(QWidget):
    """Measures the model in a child process, which `shut_down` ends, and shows new or kept figures."""

    running_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = EvaluationClient(self)
        self._model: Model | None = None
        self._shown_request: EvaluationRequest | None = None
        self._make_data()
        self._make_alphabet()
        self._robustness = QCheckBox(self.tr("Robustness, too"))
        self._robustness.setToolTip(
            self.tr("Measure also how much accuracy slant, pen width, noise and size cost; this takes minutes")
        )
        self._measure = QPushButton(self.tr("&Measure"))
        self._measure.setToolTip(self.tr("Have the model read all samples, in the background"))
        self._measure.clicked.connect(self.measure)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setToolTip(self.tr("Stop measuring; figures from before are kept"))
        self._cancel.clicked.connect(self._client.stop)
        self._progress = QProgressBar()
        self._progress.setAccessibleName(self.tr("Progress of the measurement"))
        self._progress.setMaximumWidth(220)
        self._state = QLabel()
        self.notice = NoticeBar()
        self.view = EvaluationView()
        self._empty = QLabel(
            self.tr(
                "Not measured yet.\n\n“Measure” shows how many samples this model reads right, which classes it "
                "confuses, and how far its confidence can be trusted. It takes some seconds, or minutes for large data."
            )
        )
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setMaximumWidth(_TEXT_WIDTH_PX)
        empty = QWidget()
        middle = QHBoxLayout(empty)
        middle.addWidget(self._empty)
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(self.view)
        self._lay_out()
        self._fill_data()
        self._show_running(False)
        self._client.progressed.connect(self._show_progress)
        self._client.loaded.connect(self._show_loaded)
        self._client.measured.connect(self._show_measured)
        self._client.failed.connect(self._show_failure)
        self._client.cancelled.connect(self._show_cancelled)
        self._client.running_changed.connect(self._show_running)

    def _make_data(self) -> None:
        """Make the choice of data, and the button that adds data of the user's own."""
        self._data = ChoiceBox()
        self._data.setToolTip(self.tr("The labelled samples to measure with"))
        self._data.setMinimumContentsLength(16)
        self._data.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._data.activated.connect(self._load_kept)
        self._other = QPushButton(self.tr("&Other data"))
        self._other.setToolTip(self.tr("Measure with labelled samples of your own"))
        menu = QMenu(self._other)
        menu.addAction(self.tr("A &file …"), self._ask_file)
        menu.addAction(self.tr("A f&older …"), self._ask_folder)
        self._other.setMenu(menu)

    def _make_alphabet(self) -> None:
        """Make the choice of the alphabet, for models that answer within several."""
        self._alphabet = ChoiceBox()
        self._alphabet.setToolTip(self.tr("The alphabet to answer within while measuring"))
        self._alphabet.activated.connect(self._load_kept)
        self._alphabet_label = QLabel(self.tr("Wit&hin"))
        self._alphabet_label.setBuddy(self._alphabet)

    def _lay_out(self) -> None:
        data_label = QLabel(self.tr("&Data"))
        data_label.setBuddy(self._data)
        choice, work = QHBoxLayout(), QHBoxLayout()
        for row, widgets in (
            (choice, (data_label, self._data, self._other, self._alphabet_label, self._alphabet)),
            (work, (self._measure, self._robustness, self._progress, self._cancel)),
        ):
            row.setSpacing(8)
            for widget in widgets:
                row.addWidget(widget)
        choice.addStretch(1)
        work.addWidget(self._state)
        work.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        add_layout(layout, choice)
        add_layout(layout, work)
        layout.addWidget(self.notice)
        layout.addWidget(self._stack, 1)

    @property
    def running(self) -> bool:
        """Whether a measurement is under way."""
        return self._client.running

    def show_model(self, model: Model) -> None:
        """Measure this model from now on, and show the figures that are kept of it."""
        self._model = model
        names = model.card.alphabet_names
        chosen = self._alphabet.currentData()
        self._alphabet.clear()
        for name in names:
            self._alphabet.addItem(alphabet_title(name), name)
        self._alphabet.setCurrentIndex(max(self._alphabet.findData(chosen), 0))
        self._alphabet.setVisible(len(names) > 1)
        self._alphabet_label.setVisible(len(names) > 1)
        self._measure.setEnabled(not self._client.running)
        self._shown_request = None
        self._load_kept()

    @Slot()
    def measure(self) -> None:
        """Start a measurement with the settings of the page."""
        request = self._request()
        if request is None or self._client.running:
            return
        self.notice.dismiss()
        self._client.start(request, self._network_sha256())

    def shut_down(self) -> None:
        """Leave nothing running."""
        self._client.shut_down()

    # --- what to measure with -----------------------------------------------------------------------------------

    def _fill_data(self) -> None:
        self._data.addItem(self.tr("MNIST test: 10,000 digits"), "mnist")
        if (user_folder() / _DRAWINGS).is_dir():
            self._data.addItem(self.tr("Drawings of your own"), _DRAWINGS)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # The first drawing may have been kept since the window was opened.
        if self._data.findData(_DRAWINGS) < 0 and (user_folder() / _DRAWINGS).is_dir():
            self._data.insertItem(1, self.tr("Drawings of your own"), _DRAWINGS)
        self._load_kept()

    @Slot()
    def _ask_file(self) -> None:
        forms = self.tr("Labelled samples (*.npz *.jsonl.xz *idx3*);;All files (*)")
        self._take_data(QFileDialog.getOpenFileName(self, self.tr("Measure with"), "", forms)[0])

    @Slot()
    def _ask_folder(self) -> None:
        self._take_data(QFileDialog.getExistingDirectory(self, self.tr("Measure with")))

    def _take_data(self, path: str) -> None:
        """Offer the data in a file or folder, and choose it; an empty path changes nothing."""
        if not path:
            return
        path = QDir.toNativeSeparators(path)
        if self._data.findData(path) < 0:
            name = Path(path).name
            title = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
            self._data.addItem(title, path)
            self._data.setItemData(self._data.count() - 1, path, Qt.ItemDataRole.ToolTipRole)
        self._data.setCurrentIndex(self._data.findData(path))
        self._load_kept()

    def _request(self) -> EvaluationRequest | None:
        if self._model is None:
            return None
        several = len(self._model.card.alphabet_names) > 1
        return EvaluationRequest(
            # The folder, not the name: the child would not find a model from elsewhere by its name.
            model=str(self._model.folder),
            data=self._data.currentData(),
            alphabet=self._alphabet.currentData() if several else "",
            robustness=self._robustness.isChecked(),
        )

    def _network_sha256(self) -> str:
        return "" if self._model is None else self._model.card.sha256.get(LITERT_FILE, "")

    @Slot()
    def _load_kept(self) -> None:
        """Show the kept figures of this model, data and alphabet; they are not read before the page is visible."""
        request = self._request()
        if (
            request is None
            or not self.isVisible()
            or (self._shown_request is not None and self._shown_request.path == request.path)
        ):
            return
        self._shown_request = request
        # What failed was another measurement.
        self.notice.dismiss()
        self._client.load(request, self._network_sha256())

    # --- outcomes -----------------------------------------------------------------------------------------------

    @Slot(object, object)
    def _show_loaded(self, request: EvaluationRequest, results: EvaluationResults | None) -> None:
        wanted = self._request()
        if wanted is None or wanted.path != request.path:
            return
        if results is None:
            self._stack.setCurrentIndex(0)
            if not self._client.running:
                self._show_state("")
        else:
            self._show_results(results)

    @Slot(object, object)
    def _show_measured(self, request: EvaluationRequest, results: EvaluationResults) -> None:
        wanted = self._request()
        if wanted is not None and wanted.path == request.path:
            self._shown_request = request
            self._show_results(results)

    def _show_results(self, results: EvaluationResults) -> None:
        self.view.show_results(results)
        self._stack.setCurrentWidget(self.view)
        if not self._client.running:
            day = date_text(results.measured)
            text = self.tr("{data}: {samples:,} samples, measured on {day}")
            if results.skipped:
                text = self.tr("{data}: {samples:,} samples and {skipped:,} of other classes, measured on {day}")
            text = text.format(data=results.data, samples=results.samples, skipped=results.skipped, day=day)
            if results.learned_from:
                text += self.tr(
                    ". The model was trained on data of this name, so the figures look better than they are"
                )
            self._show_state(text)

    @Slot(str)
    def _show_failure(self, sentence: str) -> None:
        self.notice.show_notice(sentence, kind="warning", label=self.tr("Measure again"), action=self.measure)
        self._show_state("")

    @Slot()
    def _show_cancelled(self) -> None:
        self._show_state(self.tr("Cancelled."))

    @Slot(bool)
    def _show_running(self, running: bool) -> None:
        for widget in (self._data, self._other, self._alphabet, self._robustness):
            widget.setEnabled(not running)
        self._measure.setEnabled(not running and self._model is not None)
        self._progress.setVisible(running)
        self._cancel.setVisible(running)
        if running:
            self._progress.setRange(0, 0)
            self._show_state(self.tr("Measuring …"))
        self.running_changed.emit(running)

    @Slot(str, int, int)
    def _show_progress(self, step: str, done: int, total: int) -> None:
        steps = {
            "reading": self.tr("Reading the data …"),
            "answering": self.tr("Reading the samples …"),
            "strangers": self.tr("Reading scribbles and foreign signs …"),
            "robustness": self.tr("Reading changed characters …"),
        }
        self._show_state(steps.get(step, self.tr("Measuring …")))
        self._progress.setRange(0, min(total, 2**31 - 1))
        self._progress.setValue(min(done, total))

    def _show_state(self, text: str) -> None:
        self._state.setText(text)
        self._state.setVisible(bool(text))
