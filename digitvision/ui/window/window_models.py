"""The window's models: the one that answers, the tabs that train and show models, and the status bar's texts."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QLabel, QTabWidget

from digitvision.recognition.models.model_store import ModelStore
from digitvision.ui.document.document import Document
from digitvision.ui.jobs.background_jobs import Jobs
from digitvision.ui.models.model_choice import ModelChoice
from digitvision.ui.reading.recognition_client import RecognitionClient
from digitvision.ui.settings import SettingsStore
from digitvision.ui.train.training_worker import TrainingClient
from digitvision.ui.widgets.alphabet_choice import AlphabetChoice, alphabet_title
from digitvision.ui.widgets.lazy_tab import LazyTab

if TYPE_CHECKING:
    from digitvision.ui.models.model_tab import ModelTab
    from digitvision.ui.train.stopped_trainings import StoppedTraining
    from digitvision.ui.train.train_tab import TrainTab

STATUS_SPACE_PX: Final = 16

_log = logging.getLogger(__name__)


class WindowModels(QObject):
    """Adds the tabs Train and Model, and keeps every list of models up to date."""

    ready = Signal(str)
    """Name of the model that answers from now on."""
    alphabets_changed = Signal()
    """Single characters are read within another alphabet, or other alphabets can be chosen."""
    failed = Signal(str)
    """A sentence on a model that could not be loaded."""
    training_ended = Signal(str, str)
    """A sentence on how a training ended, and the new model's name; empty where there is none."""
    training_stopped = Signal(str, str)
    """A sentence on a training that stopped while no window was open, and its name."""
    training_changed = Signal()
    """A training runs from now on, or runs no more."""
    remembered = Signal()
    """The settings have changed."""
    trained_used = Signal(str, str)
    """A model that was just trained answers from now on: a sentence on that, and the name of the one before."""

    def __init__(
        self,
        tabs: QTabWidget,
        document: Document,
        *,
        settings: SettingsStore,
        store: ModelStore,
        recognition: RecognitionClient,
        training: TrainingClient,
    ) -> None:
        """Add the tabs; no model is loaded before `choice.start`.

        Args:
            tabs: The window's tabs; the choice of an alphabet stands in their corner.
            document: The content of the canvas.
            settings: The user's choices.
            store: The installed models.
            recognition: Loads the models.
            training: Trains new ones.
        """
        super().__init__(tabs)
        self._document = document
        self._settings = settings
        self._store = store
        self._training = training
        self._reading_model = ""
        self._trained = self._before = self._removed = ""
        self.choice = ModelChoice(settings, store, recognition, self)
        self.alphabet_choice = AlphabetChoice()
        self.status = QLabel(self.tr("Loading the model …"))
        """Names the model that answers."""
        self.training_status = QLabel()
        # It does not run together with the model's name beside it.
        self.training_status.setContentsMargins(0, 0, STATUS_SPACE_PX, 0)
        """Shows the progress of a training."""
        self.train_tab = LazyTab(tabs, self.tr("Train"), self._make_train_tab)
        self.model_tab = LazyTab(tabs, self.tr("Model"), self._make_model_tab)
        tabs.setCornerWidget(self.alphabet_choice)
        self.choice.loading.connect(self._show_loading)
        self.choice.changed.connect(self._show_model)
        self.choice.remembered.connect(self.remembered)
        recognition.load_failed.connect(self._on_load_failed)
        self._note_told: Callable[[], object] = lambda: None
        training.running_changed.connect(self.training_changed)

    def look_for_stopped(self, jobs: Jobs) -> None:
        """Look for a training that stopped since the window was open last, and report the latest one once."""
        self._note_told = lambda: jobs.run(_remember_news, on_success=lambda _: None, on_error=_log.warning)
        jobs.run(_first_news, on_success=self._tell_stopped, on_error=_log.warning)

    def note_stopped_told(self) -> None:
        """Note that the user has been told of what `look_for_stopped` has found."""
        self._note_told()

    def _tell_stopped(self, stopped: "StoppedTraining | None") -> None:
        if stopped is not None and not self._training.running:
            sentence = self.tr("The training “{name}” stopped after epoch {epoch} of {epochs}.").format(
                name=stopped.name, epoch=stopped.epoch, epochs=stopped.epochs
            )
            self.training_stopped.emit(sentence, stopped.name)

    def may_close(self) -> bool:
        """Whether the window may be closed: no training runs, or the user has decided what is to become of it."""
        tab = self.train_tab.made
        return tab is None or tab.may_close()

    def shut_down(self) -> None:
        """End what the tabs run; a training under way is stopped, and its best state is kept."""
        for tab in (self.train_tab.made, self.model_tab.made):
            if tab is not None:
                tab.shut_down()

    def _make_train_tab(self) -> "TrainTab":
        from digitvision.ui.train.train_tab import TrainTab

        tab = TrainTab(self._training, self._store, self._settings.values.own_layers)
        tab.model_wanted.connect(self.use_trained)
        tab.models_changed.connect(self._show_models)
        tab.layers_changed.connect(self._remember_layers)
        tab.progress_changed.connect(self.training_status.setText)
        tab.ended.connect(self.training_ended)
        return tab

    def _make_model_tab(self) -> "ModelTab":
        from digitvision.ui.models.model_tab import ModelTab

        tab = ModelTab(self._store, self._document)
        tab.model_wanted.connect(self.choice.use_model)
        tab.library.renamed.connect(self.choice.follow)
        tab.library.removed.connect(self._do_without)
        tab.library.changed.connect(self._show_library)
        model = self.choice.model
        if model is not None:
            tab.show_model(model, self.choice.alphabet)
            tab.show_models(self._store.models()[0], model.name, self.choice.alphabet)
        return tab

    @Slot(str)
    def use_trained(self, name: str) -> None:
        """Let a model answer that was just trained, and say so once it does."""
        self._trained, self._before = name, "" if self.choice.model is None else self.choice.model.name
        self.choice.use_model(name)

    def show_reading_model(self, name: str) -> None:
        """Name another model in the status bar: the one for several glyphs, or by an empty name that of characters."""
        self._reading_model = name
        self._show_status()

    def _show_status(self) -> None:
        model = self.choice.model
        name = self._reading_model or ("" if model is None else model.name)
        if name:
            self.status.setText(self.tr("Model: {name}").format(name=name))

    @Slot(str)
    def _show_loading(self, name: str) -> None:
        self.status.setText(self.tr("Loading “{name}” …").format(name=name) if name else self.tr("Loading the model …"))

    @Slot(str)
    def _show_model(self, problem: str) -> None:
        model = self.choice.model
        assert model is not None
        self._show_status()
        if self.model_tab.made is not None:
            self.model_tab.made.show_model(model, self.choice.alphabet)
        self._show_models()
        trained, self._trained = self._trained, ""
        self.ready.emit(model.name)
        # After that signal, which takes away notices on models before this one.
        if problem:
            self.failed.emit(problem)
        elif model.name == trained:
            sentence = self.tr(
                "“{name}” reads single characters from now on, as one of: {alphabet}. Its name stands below the canvas."
            ).format(name=trained, alphabet=alphabet_title(self.choice.alphabet))
            self.trained_used.emit(sentence, self._before)

    @Slot(str)
    def _on_load_failed(self, problem: str) -> None:
        self.status.setText(self.tr("No model"))
        self.failed.emit(problem)

    @Slot()
    def _show_models(self) -> None:
        model, alphabet = self.choice.model, self.choice.alphabet
        if self.model_tab.made is not None:
            self.model_tab.made.show_models(self._store.models()[0], "" if model is None else model.name, alphabet)
        if self.train_tab.made is not None:
            self.train_tab.made.show_models()
        self.alphabets_changed.emit()

    @Slot(str)
    def _do_without(self, name: str) -> None:
        if self.choice.model is not None and self.choice.model.name == name:
            self._removed = name
        self.choice.do_without(name)
        self._show_models()

    @Slot(str)
    def _show_library(self, name: str) -> None:
        answering = "" if self.choice.model is None else self.choice.model.name
        # To look at a model is not to use it; but one that answers has to be loaded again, and one that answered until
        # it was removed answers again when it is back.
        if name and name in (answering, self._removed):
            self._removed = ""
            self.choice.use_model(name)
        self._show_models()
        if name and self.model_tab.made is not None:
            self.model_tab.made.look_at(name)

    @Slot(str)
    def _remember_layers(self, layers: str) -> None:
        self._settings.change(own_layers=layers)
        self.remembered.emit()


def _first_news() -> "StoppedTraining | None":
    from digitvision.ui.train.stopped_trainings import first_news

    return first_news()


def _remember_news() -> None:
    from digitvision.ui.train.stopped_trainings import remember_news

    remember_news()
