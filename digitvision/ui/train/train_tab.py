"""The Train tab: start a training, watch it, cancel it, use its model."""

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from digitvision.faults import Fault
from digitvision.recognition.models.model_store import ModelStore, check_name
from digitvision.ui.train.training_course import TrainingCourse
from digitvision.ui.train.training_form import TrainingForm
from digitvision.ui.train.training_samples import TrainingSamples
from digitvision.ui.train.training_worker import TrainingClient
from digitvision.ui.train.transfer_page import TransferPage
from digitvision.ui.widgets.notice_bar import NoticeBar
from digitvision.ui.widgets.title_room import make_room_for_title
from digitvision.ui.widgets.vertical_scroll_area import VerticalScrollArea

FORM_WIDTH_PX: Final = 360
"""Width of the form where there is room; it is never less than its fields need."""
PROGRESS_STEPS: Final = 1000
_SAMPLES_PAGE: Final = 1


class TrainTab(QWidget):
    """Shows the form of a training, and the training that `TrainingClient` runs."""

    model_wanted = Signal(str)
    """The user wants the new model of this name to answer."""
    models_changed = Signal()
    progress_changed = Signal(str)
    """How far the training under way is, in a few words; empty when there is none."""
    layers_changed = Signal(str)
    """The user changed the list of layers in the editor; the new list, as the command line takes it."""
    ended = Signal(str, str)
    """A sentence on how the training ended, and the new model's name; empty where there is none."""

    def __init__(
        self, client: TrainingClient, store: ModelStore, layers: str = "", parent: QWidget | None = None
    ) -> None:
        """Show that nothing is being trained.

        Args:
            client: The client that runs the trainings.
            store: The library of models.
            layers: The list of layers that the user made last; empty where there is none.
            parent: The widget's.
        """
        super().__init__(parent)
        self._client = client
        self._store = store
        self._form = TrainingForm()
        self._form.name.setText(self._free_name())
        self._form.submitted.connect(self.start)
        self._form.network.show_layers(layers)
        self._form.network.layers_changed.connect(self.layers_changed)
        self._start = QPushButton(self.tr("Train"))
        self._start.setDefault(True)
        self._start.setToolTip(self.tr("Train a new model in the background"))
        self._start.clicked.connect(self.start)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setToolTip(self.tr("Stop at the next batch and keep the best epoch so far"))
        self._cancel.clicked.connect(self.cancel)
        self._cancel.setEnabled(False)
        self._pause = QPushButton(self.tr("Pause"))
        self._pause.setToolTip(self.tr("Pause the training, so that the computer is free for other work"))
        self._pause.setCheckable(True)
        self._pause.toggled.connect(self._set_paused)
        self._pause.setEnabled(False)
        self.notice = NoticeBar()
        self._progress = QProgressBar()
        self._progress.setRange(0, PROGRESS_STEPS)
        self._progress.setAccessibleName(self.tr("Progress of the training"))
        self._state = QLabel(self.tr("Nothing is being trained. A training of five epochs takes a few minutes."))
        self._state.setWordWrap(True)
        self._split = QLabel()
        self._split.setWordWrap(True)
        self._split.hide()
        self._course = TrainingCourse()
        self._course.settings_wanted.connect(self._fill_form)
        self.samples = TrainingSamples()
        self.transfer = TransferPage()
        self.transfer.running_changed.connect(self._show_measuring)
        self._pages = QStackedWidget()
        self._bar = QTabBar()
        self._bar.setDrawBase(False)
        self._bar.setExpanding(False)
        self._bar.setAccessibleName(self.tr("Pages of the training"))
        self._lay_out()
        self.show_models()
        client.reported.connect(self._show_event)
        client.running_changed.connect(self._show_running)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._start)
        buttons.addWidget(self._pause)
        buttons.addWidget(self._cancel)
        buttons.addStretch(1)
        left = QVBoxLayout()
        left.addWidget(self._form)
        left.addSpacing(8)
        left.addLayout(buttons)
        left.addStretch(1)
        inner = QWidget()
        inner.setLayout(left)
        left.setContentsMargins(0, 0, 8, 0)
        # On a low screen the form is longer than the window.
        narrow = VerticalScrollArea(inner, FORM_WIDTH_PX)
        for page, title in (
            (_scrollable(self._course), self.tr("Curves")),
            (_scrollable(self.samples), self.tr("Samples")),
            (_scrollable(self.transfer), self.tr("Transfer")),
        ):
            self._pages.addWidget(page)
            self._bar.addTab(title)
        self._bar.currentChanged.connect(self._show_page)
        self._form.data_changed.connect(self._refresh_samples)
        self._form.network_changed.connect(self._show_startable)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.notice)
        right.addWidget(self._state)
        right.addWidget(self._split)
        right.addWidget(self._progress)
        right.addWidget(self._bar)
        right.addWidget(self._pages, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(24)
        layout.addWidget(narrow, 2)
        layout.addLayout(right, 3)

    @property
    def client(self) -> TrainingClient:
        """The client that runs the training that is shown."""
        return self._client

    def shut_down(self) -> None:
        """Leave nothing running; a training under way is stopped, and what it has so far is kept."""
        self._client.shut_down()
        self.samples.shut_down()
        self.transfer.shut_down()
        self._form.network.shut_down()

    def may_close(self) -> bool:
        """Whether the window may close; while a model is trained the user decides what happens to the training."""
        if not self._client.running:
            return True
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Training under way"))
        box.setText(self.tr("Let the training go on without the window?"))
        box.setInformativeText(
            self.tr("The model will be there when the training is done. If you stop it, its best epoch so far is kept.")
        )
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Yes | buttons.No | buttons.Cancel)
        box.button(buttons.Yes).setText(self.tr("Let it go on"))
        box.button(buttons.No).setText(self.tr("Stop it"))
        box.setDefaultButton(buttons.Yes)
        make_room_for_title(box)
        answer = box.exec()
        if answer == buttons.Yes:
            self._client.let_go()
        return answer in (buttons.Yes, buttons.No)

    @Slot(int)
    def _show_page(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        self._refresh_samples()

    @Slot()
    def _refresh_samples(self) -> None:
        request = self._form.request("")
        self.transfer.show_data(request.data, request.seed)
        # Reading the data takes a while, so it waits until somebody looks at the page.
        if self._pages.currentIndex() == _SAMPLES_PAGE:
            self.samples.show_data(request.data, request.seed, request.validation)

    @Slot()
    def start(self) -> None:
        """Start a training with the settings of the form."""
        if self._client.running or self.transfer.running:
            return
        try:
            name = check_name(self._form.name.text())
        except Fault as error:
            self.notice.show_notice(str(error), kind="warning")
            self._form.name.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if any(model.name == name and model.bundled for model in self._store.models()[0]):
            sentence = self.tr("“{name}” is the name of a model that came with the program; choose another name.")
            self.notice.show_notice(sentence.format(name=name), kind="warning")
            self._form.name.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self._form.problem:
            self.notice.show_notice(self._form.problem, kind="warning")
            return
        request = self._form.request(name)
        if not request.data:
            self.notice.show_notice(self.tr("Choose the data to learn from."), kind="warning")
            return
        self.notice.dismiss()
        self._course.clear()
        self._bar.setCurrentIndex(0)
        self._progress.setValue(0)
        self._split.hide()
        self._state.setText(self.tr("Starting TensorFlow …"))
        self._client.start(request)

    @Slot()
    def cancel(self) -> None:
        self._cancel.setEnabled(False)
        self._state.setText(self.tr("Stopping …"))
        self._client.stop()

    @Slot(bool)
    def _set_paused(self, paused: bool) -> None:
        self._pause.setText(self.tr("Go on") if paused else self.tr("Pause"))
        self._client.pause(paused)
        if paused:
            self._state.setText(self.tr("Paused."))

    @Slot()
    def show_models(self) -> None:
        """Offer the models of the library to begin with."""
        names = [model.name for model in self._store.models()[0]]
        self._form.show_models(names)
        self.transfer.show_models(names)

    @Slot(object)
    def _fill_form(self, settings: Mapping[str, Any]) -> None:
        if not self._client.running:
            self._form.fill(settings)

    @Slot(bool)
    def _show_running(self, running: bool) -> None:
        self._cancel.setEnabled(running)
        self._pause.setEnabled(running)
        self._form.set_running(running)
        self.transfer.set_training(running)
        self._show_startable()
        self.progress_changed.emit(self.tr("Training …") if running else "")
        if not running:
            self._pause.setChecked(False)
            self._form.name.setText(self._free_name())
            self._course.list_runs()

    @Slot(bool)
    def _show_measuring(self, measuring: bool) -> None:
        self._show_startable()
        self._start.setToolTip(
            self.tr("Not now: the page Transfer is measuring")
            if measuring
            else self.tr("Train a new model in the background")
        )

    @Slot()
    def _show_startable(self) -> None:
        # A training and a measurement each use the whole machine, so only one of them runs.
        busy = self._client.running or self.transfer.running
        self._start.setEnabled(not busy and not self._form.problem)

    @Slot(object)
    def _show_event(self, message: dict[str, Any]) -> None:
        shows = {
            "started": self._show_started,
            "batch": self._show_batch,
            "epoch": self._course.add_epoch,
            "stopped": self._show_stopped,
            "completed": self._show_outcome,
            "cancelled": self._show_outcome,
            "failed": self._show_outcome,
        }
        show = shows.get(message["event"])
        if show is not None:
            show(message)

    def _show_started(self, message: dict[str, Any]) -> None:
        self._state.setText(
            self.tr("Training {parameters:,} parameters on {samples:,} samples of {classes} classes").format(**message)
        )
        by = ", ".join(str(phrase) for phrase in message.get("split", ()))
        held_out = self.tr("Held out: {held_out:,} samples").format(held_out=message.get("held_out", 0))
        self._split.setText(f"{held_out} ({by})" if by else held_out)
        self._split.setVisible("held_out" in message)

    def _show_batch(self, message: dict[str, Any]) -> None:
        position = message["epoch"] - 1 + message["batch"] / message["batches"]
        done = position / message["of"]
        self._course.add_batch(position, message)
        self._progress.setValue(round(done * PROGRESS_STEPS))
        self.progress_changed.emit(self.tr("Training: {percent:.0f} %").format(percent=done * 100))
        words = [self.tr("Epoch {epoch} of {of} · {left} left").format(**message, left=_duration(message["eta_s"]))]
        if "samples_per_s" in message:
            words.append(self.tr("{samples_per_s:,.0f} samples/s").format(**message))
        words.append(
            self.tr("loss {loss:.4f} · accuracy {percent:.2f} %").format(**message, percent=message["accuracy"] * 100)
        )
        self._state.setText(" · ".join(words))

    def _show_stopped(self, message: dict[str, Any]) -> None:
        self._state.setText(self.tr("Stopped; saving the network after epoch {epoch} …").format(**message))

    def _show_outcome(self, message: dict[str, Any]) -> None:
        kind = message["event"]
        name = message.get("model") or ""
        accuracy = message.get("test_accuracy")
        sentence = message.get("message") or ""
        # A training that failed may have kept its best epoch.
        saved = accuracy is not None
        if kind == "completed":
            self._progress.setValue(PROGRESS_STEPS)
            self._state.setText(self.tr("Done."))
            text = self.tr("“{name}” is trained.").format(name=name)
            if accuracy is not None:
                text += " " + self.tr("It reads {percent:.2f} % of its test samples right.").format(
                    percent=accuracy * 100
                )
        elif kind == "cancelled":
            self._state.setText(self.tr("Cancelled."))
            text = sentence or self.tr("The training was cancelled.")
        else:
            self._state.setText(self.tr("Failed."))
            text = sentence
        if saved:
            self.models_changed.emit()
            self.notice.show_notice(
                text,
                kind="warning" if kind == "failed" else "good",
                label=self.tr("Use “{name}”").format(name=name),
                action=lambda: self.model_wanted.emit(name),
            )
        else:
            self._progress.setValue(0)
            self.notice.show_notice(text, kind="warning" if kind == "failed" else "note")
        self.ended.emit(text, name if saved else "")

    def _free_name(self) -> str:
        taken = {model.name for model in self._store.models()[0]}
        return next(name for number in range(1, 10_000) if (name := f"my model {number}") not in taken)


def _scrollable(page: QWidget) -> QScrollArea:
    """Put a page into a scroll area, because on a small screen it is larger than its space."""
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    return area


def _duration(seconds: float) -> str:
    """A time left in words, as in "45 s" or "3 min 20 s"."""
    whole = max(round(seconds), 0)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"
