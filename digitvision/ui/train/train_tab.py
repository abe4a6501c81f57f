"""The Train tab: start a training, watch it, pause or stop it, go on with it, use its model."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMessageBox,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from digitvision.faults import Fault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.ui.train.stopped_page import StoppedPage
from digitvision.ui.train.stopped_trainings import remember_told, stopped_training
from digitvision.ui.train.training_controls import TrainingControls
from digitvision.ui.train.training_course import TrainingCourse
from digitvision.ui.train.training_form import TrainingForm
from digitvision.ui.train.training_names import TrainingNames
from digitvision.ui.train.training_progress import TrainingProgress
from digitvision.ui.train.training_samples import TrainingSamples
from digitvision.ui.train.training_worker import ResumeRequest, TrainingClient, TrainingRequest
from digitvision.ui.train.transfer_page import TransferPage
from digitvision.ui.widgets.dialog_width import fit_title
from digitvision.ui.widgets.layouts import add_layout
from digitvision.ui.widgets.notice_place import NoticePlace
from digitvision.ui.widgets.page_bar import PageBar
from digitvision.ui.widgets.vertical_scroll_area import VerticalScrollArea

FORM_WIDTH_PX: Final = 360
"""Width of the form where there is room; it is never less than its fields need."""

_WIDE_PX: Final = 720
"""Width of the tab from which on its columns have wide margins."""

_FORM: Final = "form"
"""The cause of notices on the form, see `NoticeBar.settle`."""

_CURVES, _SAMPLES, _TRANSFER, _STOPPED = range(4)


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
        self._names = TrainingNames(store, self)
        self._name = self._wanted_by = ""
        self._history: tuple[dict[str, Any], ...] = ()
        """The epochs of the training under way that were finished before it stopped."""
        self._form = TrainingForm()
        self._form.network.show_layers(layers)
        self._controls = TrainingControls()
        self._progress = TrainingProgress()
        self._header = NoticePlace(self._progress)
        self.notice = self._header.notice
        self._complained: tuple[TrainingRequest, str] | None = None
        """The form when something was last said about it."""
        self._offered = ""
        """The stopped training that the button beside Train goes on with."""
        self._course = TrainingCourse()
        self.samples = TrainingSamples()
        self.transfer = TransferPage()
        self._stopped = StoppedPage()
        self._pages = QStackedWidget()
        self._bar = PageBar(self.tr("Pages of the training"))
        self._lay_out()
        self._connect()
        self.show_models()
        self._stopped.list_trainings()
        self._form.name.setText(self._names.free_name())

    def _lay_out(self) -> None:
        inner = QWidget()
        form = QVBoxLayout(inner)
        form.setContentsMargins(0, 0, 8, 0)
        form.addWidget(self._form)
        form.addStretch(1)
        # On a low screen the form is longer than the window; the buttons below it stay in sight.
        narrow = VerticalScrollArea(inner, FORM_WIDTH_PX)
        narrow.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        left = QWidget()
        left.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(narrow)
        column.addWidget(self._controls)
        column.addStretch(1)
        for page, title in (
            (_scrollable(self._course), self.tr("Curves")),
            (_scrollable(self.samples), self.tr("Samples")),
            (_scrollable(self.transfer), self.tr("Transfer")),
            (self._stopped, self.tr("Stopped")),
        ):
            self._pages.addWidget(page)
            self._bar.addTab(title)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._header)
        right.addWidget(self._bar)
        right.addWidget(self._pages, 1)
        self._columns = QHBoxLayout(self)
        self._columns.addWidget(left, 2)
        add_layout(self._columns, right, 3)

    def _connect(self) -> None:
        self._form.submitted.connect(self.start)
        self._form.network.layers_changed.connect(self.layers_changed)
        self._form.data_changed.connect(self._refresh_samples)
        self._form.network_changed.connect(self._show_startable)
        for change in (self._form.data_changed, self._form.network_changed, self._form.name.textChanged):
            change.connect(self._end_complaint)
        self._controls.start_wanted.connect(self.start)
        self._controls.pause_wanted.connect(self._set_paused)
        self._controls.cancel_wanted.connect(self._cancel)
        self._controls.go_on_wanted.connect(self.go_on)
        self._progress.changed.connect(self.progress_changed)
        self._course.settings_wanted.connect(self._fill_form)
        self.transfer.running_changed.connect(self._show_startable)
        self._stopped.go_on_wanted.connect(self.go_on)
        self._stopped.use_wanted.connect(self._use_stopped)
        self._stopped.count_changed.connect(self._show_stopped_count)
        self._bar.currentChanged.connect(self._show_page)
        self._client.reported.connect(self._show_event)
        self._client.running_changed.connect(self._show_running)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        margin = 16 if event.size().width() >= _WIDE_PX else 8
        self._columns.setContentsMargins(margin, margin, margin, margin)
        self._columns.setSpacing(margin * 3 // 2)

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
        self._stopped.shut_down()

    def may_close(self) -> bool:
        """Whether the window may close; while a model is trained the user decides what happens to the training."""
        if not self._client.running:
            return True
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Training under way"))
        box.setText(self.tr("Let the training go on without the window?"))
        box.setInformativeText(
            self.tr(
                "The model will be there when the training is done. If you stop it, its best epoch so far is kept, and "
                "it can go on later."
            )
        )
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Yes | buttons.No | buttons.Cancel)
        box.button(buttons.Yes).setText(self.tr("Let it go on"))
        box.button(buttons.No).setText(self.tr("Stop it"))
        box.setDefaultButton(buttons.Yes)
        fit_title(box)
        answer = box.exec()
        if answer == buttons.Yes:
            self._client.let_go()
        return answer in (buttons.Yes, buttons.No)

    # --- start, pause, stop, go on --------------------------------------------------------------------------------

    @Slot()
    def start(self) -> None:
        """Start a training with the settings of the form; where its name is taken, ask first."""
        if self._busy:
            return
        found = self._names.check(self._form.name.text())
        if self._form.problem:
            self._complain(self._form.problem)
        elif not self._form.data.chosen:
            self._complain(self.tr("Choose the data to learn from."))
        elif found.sentence:
            go_on = (lambda: self._begin(found.name)) if found.label else None
            self._complain(found.sentence, at_name=True, label=found.label, action=go_on)
        else:
            self._begin(found.name)

    @Slot(str)
    def go_on(self, name: str) -> None:
        """Go on with the stopped training of this name."""
        self._resume(name, finish=False)

    def _begin(self, name: str) -> None:
        if self._busy:
            return
        self.notice.dismiss()
        self._name, self._wanted_by, self._history = name, "", ()
        self._bar.setCurrentIndex(_CURVES)
        self._progress.begin()
        self._client.start(self._form.request(name))

    def _resume(self, name: str, *, finish: bool) -> None:
        stopped = None if self._busy else stopped_training(name)
        if stopped is None:
            self._stopped.list_trainings()
            return
        self.notice.dismiss()
        self._name, self._wanted_by, self._history = name, name if finish else "", stopped.history
        self._form.fill(stopped.settings)
        self._form.name.setText(name)
        self._bar.setCurrentIndex(_CURVES)
        self._progress.begin(stopped.epoch / stopped.epochs)
        self._client.start(ResumeRequest(name, epochs=stopped.epoch if finish else None))

    @Slot()
    def _cancel(self) -> None:
        self._progress.show_stopping()
        self._client.stop()

    @Slot(bool)
    def _set_paused(self, paused: bool) -> None:
        self._client.pause(paused)
        self._progress.set_paused(paused)

    # --- stopped trainings ----------------------------------------------------------------------------------------

    @Slot(str)
    def _use_stopped(self, name: str) -> None:
        """Read with the best epoch of a stopped training; where no model was saved of it, that is done first."""
        stopped = stopped_training(name)
        if stopped is not None and self._has_saved(name, stopped.history):
            self.model_wanted.emit(name)
            self._say(self.tr("“{name}” reads from now on, as it was when its training stopped.").format(name=name))
            return
        self._resume(name, finish=True)

    def _has_saved(self, name: str, history: tuple[dict[str, Any], ...]) -> bool:
        """Whether the model of this name has learned all that the training with this history has."""
        try:
            return self._store.find(name).card.settings.get("history") == list(history)
        except Fault:
            return False

    @Slot(int)
    def _show_stopped_count(self, count: int) -> None:
        title = self.tr("Stopped")
        self._bar.setTabText(_STOPPED, f"{title} ({count})" if count else title)
        if not self._client.running and not self._names.is_stopped(self._offered):
            self._offered = ""
            self._controls.set_running(False)
            self._show_startable()

    # --- notices --------------------------------------------------------------------------------------------------

    def _complain(
        self, sentence: str, *, at_name: bool = False, label: str = "", action: Callable[[], None] | None = None
    ) -> None:
        """Say what is wrong with the form until something is changed there."""
        self._complained = self._form.request(""), self._form.name.text()
        self.notice.show_notice(sentence, kind="warning", label=label, action=action, about=_FORM)
        if at_name:
            self._form.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, sentence: str, *, label: str = "", action: Callable[[], None] | None = None) -> None:
        self.notice.show_notice(sentence, kind="note", label=label, action=action)

    @Slot()
    def _end_complaint(self) -> None:
        # The form tells of changes where it is unlocked, too.
        if self._complained != (self._form.request(""), self._form.name.text()):
            self.notice.settle(_FORM)

    # --- what is shown --------------------------------------------------------------------------------------------

    @property
    def _busy(self) -> bool:
        # A training and a measurement each use the whole machine, so only one of them runs.
        return self._client.running or self.transfer.running

    @Slot()
    def show_models(self) -> None:
        """Offer the models of the library to begin with."""
        names = [model.name for model in self._store.models()[0]]
        self._form.show_models(names)
        self.transfer.show_models(names)

    @Slot(int)
    def _show_page(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        self._refresh_samples()

    @Slot()
    def _refresh_samples(self) -> None:
        request = self._form.request("")
        self.transfer.show_data(request.data, request.seed)
        # Reading the data takes a while, so it waits until somebody looks at the page.
        if self._pages.currentIndex() == _SAMPLES:
            self.samples.show_data(request.data, request.seed, request.validation)

    @Slot(object)
    def _fill_form(self, settings: Mapping[str, Any]) -> None:
        if not self._client.running:
            self._form.fill(settings)

    @Slot(bool)
    def _show_running(self, running: bool) -> None:
        self._form.set_running(running)
        self.transfer.set_training(running)
        if not running:
            self._stopped.list_trainings()
            self._course.list_runs()
            # A name that is taken now would be asked about at the next start.
            if self._names.is_taken(self._name):
                self._form.name.setText(self._names.free_name())
        if not running:
            just_stopped = self._just_stopped()
            if just_stopped or not self._names.is_stopped(self._offered):
                self._offered = just_stopped
        self._controls.set_running(running, stopped="" if running else self._offered)
        self._show_startable()

    def _just_stopped(self) -> str:
        """Return the name of the training that has just ended, if it can go on, and keep that the user saw it end."""
        stopped = stopped_training(self._name)
        if stopped is None:
            return ""
        remember_told(stopped)
        sentence = self.tr("Stopped after epoch {epoch} of {epochs}.")
        self._progress.end(sentence.format(epoch=stopped.epoch, epochs=stopped.epochs))
        return stopped.name

    @Slot()
    def _show_startable(self) -> None:
        startable = not self._busy and not self._form.problem
        why_not = self.tr("Not now: the page Transfer is measuring") if self.transfer.running else ""
        self._controls.set_startable(startable, why_not=why_not)
        self._stopped.set_free(not self._busy)

    @Slot(object)
    def _show_event(self, message: dict[str, Any]) -> None:
        match message["event"]:
            case "started":
                # Not before: a start that fails leaves the curves of the training before.
                self._course.begin(self._form.request("").epochs, self._history)
                self._progress.show_started(message)
            case "batch":
                self._course.add_batch(message)
                self._progress.show_batch(message)
            case "epoch":
                self._course.add_epoch(message)
            case "stopped":
                self._progress.show_saving(message)
            case "completed" | "cancelled" | "failed":
                self._show_outcome(message)

    def _show_outcome(self, message: Mapping[str, Any]) -> None:
        kind, name = message["event"], message.get("model") or ""
        # A training that failed may have kept its best epoch.
        saved = message.get("test_accuracy") is not None
        text = self._sentence_on(message)
        failed = self.tr("The training of “{name}” failed.").format(name=name or self._name)
        state = {"completed": self.tr("Done."), "cancelled": self.tr("Cancelled.")}.get(kind, failed)
        self._progress.end(state, done=kind == "completed")
        if saved:
            self.models_changed.emit()
        if saved and self._wanted_by == name:
            self.model_wanted.emit(name)
            self._say(self.tr("“{name}” reads from now on.").format(name=name))
        elif saved:
            self.notice.show_notice(
                text,
                kind="warning" if kind == "failed" else "good",
                label=self.tr("Use “{name}”").format(name=name),
                action=lambda: self.model_wanted.emit(name),
            )
        elif kind == "failed":
            # What was wrong with the data is old when other data is chosen.
            self._complain(text)
        else:
            self._say(text)
        self.ended.emit(text, name if saved else "")

    def _sentence_on(self, message: Mapping[str, Any]) -> str:
        """Return the sentence on how a training ended."""
        sentence = str(message.get("message") or "")
        if message["event"] == "cancelled":
            return sentence or self.tr("The training was cancelled.")
        if message["event"] == "failed":
            return sentence
        words = [self.tr("“{name}” is trained.").format(name=message.get("model") or "")]
        accuracy = message.get("test_accuracy")
        if accuracy is not None:
            words.append(self.tr("It reads {percent:.2f} % of its test samples right.").format(percent=accuracy * 100))
        if message.get("earlier"):
            earlier = message["earlier"]
            words.append(self.tr("The model that had this name is now “{earlier}”.").format(earlier=earlier))
        return " ".join(words)


def _scrollable(page: QWidget) -> QScrollArea:
    """Put a page into a scroll area, because on a small screen it is larger than its space."""
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    return area
