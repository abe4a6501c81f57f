"""The main window: tabs, menus, tool bar and status bar, and what joins them."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
)
from PySide6.QtWidgets import (
    QLabel,
    QMainWindow,
    QMenu,
    QSlider,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from digitvision.recognition.modelstore import Model, ModelStore
from digitvision.recognition.prediction import Reading
from digitvision.ui.alphabet_choice import AlphabetChoice
from digitvision.ui.application import Application
from digitvision.ui.canvas_hint import writing_hint
from digitvision.ui.document import Document
from digitvision.ui.draw_tab import DrawTab
from digitvision.ui.drawing_files import DrawingFiles
from digitvision.ui.garbage import GarbageCollector
from digitvision.ui.jobs import Jobs
from digitvision.ui.late_tab import LateTab
from digitvision.ui.model_choice import ModelChoice
from digitvision.ui.notice_bar import NoticeBar
from digitvision.ui.recognition_worker import RecognitionClient
from digitvision.ui.settings import PEN_WIDTHS, SettingsStore
from digitvision.ui.theme import Appearance, Theme
from digitvision.ui.training_worker import TrainingClient
from digitvision.ui.window_actions import WindowActions
from digitvision.ui.window_menus import fill_model_menu, fill_recent_menu

if TYPE_CHECKING:
    from digitvision.ui.model_tab import ModelTab
    from digitvision.ui.train_tab import TrainTab

START_SIZE: Final = QSize(1080, 740)
SMALLEST_SIZE: Final = QSize(640, 480)
MESSAGE_MS: Final = 5000
SETTINGS_DELAY_MS: Final = 500
PEN_SLIDER_PX: Final = 96


class MainWindow(QMainWindow):
    """Owns everything that is open; `close` ends it all."""

    model_ready = Signal(str)
    """This model answers from now on."""
    closed = Signal()

    def __init__(
        self,
        *,
        settings: SettingsStore,
        store: ModelStore,
        theme: Theme,
        recognition: RecognitionClient,
        training: TrainingClient,
    ) -> None:
        super().__init__()
        self._garbage = GarbageCollector(self)
        self._settings = settings
        self._store = store
        self._theme = theme
        self._recognition = recognition
        self._training = training
        self._choice = ModelChoice(settings, store, recognition, self)
        self._jobs = Jobs(self)
        self._settings_timer = QTimer(self)
        self._settings_timer.setSingleShot(True)
        self._settings_timer.setInterval(SETTINGS_DELAY_MS)
        self._settings_timer.timeout.connect(self._write_settings)
        self.document = Document(self)
        self.files = DrawingFiles(self.document, settings, self._jobs, self)
        self.notice = NoticeBar()
        self.draw_tab = DrawTab(self.document, recognition)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.draw_tab, self.tr("Draw"))
        self._train_tab = LateTab(self.tabs, self.tr("Train"), self._make_train_tab)
        self._model_tab = LateTab(self.tabs, self.tr("Model"), self._make_model_tab)
        self._alphabet_choice = AlphabetChoice()
        self.tabs.setCornerWidget(self._alphabet_choice)
        self._lay_out()
        self._pen_slider = self._make_pen_slider()
        self._actions = WindowActions(self)
        self._actions.fill_menu_bar()
        self._actions.fill_tool_bar(self._pen_slider)
        self._make_status_bar()
        self._connect()
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST_SIZE)
        self._restore()
        self._show_title()
        self._take_colours()
        if settings.problem:
            self.notice.show_notice(settings.problem, kind="warning")

    @property
    def train_tab(self) -> "TrainTab":
        """The tab Train, which is made when it is first wanted."""
        return self._train_tab.page

    @property
    def model_tab(self) -> "ModelTab":
        """The tab Model, which is made when it is first wanted."""
        return self._model_tab.page

    @property
    def model(self) -> Model | None:
        """The model that answers; None while none is loaded."""
        return self._choice.model

    @property
    def alphabet(self) -> str:
        """Name of the alphabet that is answered within, or that is being loaded; perhaps empty before the first."""
        return self._choice.alphabet

    @property
    def settled(self) -> bool:
        """Whether what is on the canvas has been read and the answer is on screen, with nothing more to come."""
        return self.model is not None and not self._jobs.busy and self._recognition.idle

    def start(self, *, model: str = "", alphabet: str = "", file: Path | None = None) -> None:
        """Load the model, and open a file; called once the window is on the screen.

        Args:
            model: Name or folder; the user's choice when empty.
            alphabet: To answer within; the user's choice when empty.
            file: A drawing or picture.
        """
        self._choice.start(model, alphabet)
        self.draw_tab.canvas.set_hint(writing_hint(self.alphabet or "digits"))
        if file is not None:
            self.files.open(file)

    # --- what it is made of -------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notice)
        layout.addWidget(self.tabs, 1)
        self.setCentralWidget(middle)

    def _make_pen_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(*(int(width) for width in PEN_WIDTHS))
        slider.setFixedWidth(PEN_SLIDER_PX)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.setToolTip(self.tr("Width of the pen on the screen; the reading stays the same"))
        slider.setAccessibleName(self.tr("Pen width"))
        return slider

    def _make_status_bar(self) -> None:
        self._status_model = QLabel(self.tr("Loading the model …"))
        self._status_training = QLabel()
        self.statusBar().addPermanentWidget(self._status_training)
        self.statusBar().addPermanentWidget(self._status_model)

    def _connect(self) -> None:
        self.document.content_changed.connect(self._show_possible)
        self.document.title_changed.connect(self._show_title)
        self.document.title_changed.connect(self._show_possible)
        self.files.shown.connect(self._show_draw_tab)
        self.files.failed.connect(self._show_failure)
        self.files.told.connect(self._tell)
        self.draw_tab.reading_changed.connect(self._show_reading)
        self._choice.loading.connect(self._show_loading)
        self._choice.changed.connect(self._show_model)
        self._choice.remembered.connect(self._settings_timer.start)
        self._alphabet_choice.chosen.connect(self.use_alphabet)
        self._recognition.load_failed.connect(self._on_load_failed)
        self.tabs.currentChanged.connect(self._offer_drawing_keys)
        self._pen_slider.valueChanged.connect(self._set_pen_width)
        application = QGuiApplication.instance()
        if isinstance(application, Application):
            application.pen_near_changed.connect(self.draw_tab.canvas.set_pen_near)

    def _make_train_tab(self) -> "TrainTab":
        from digitvision.ui.train_tab import TrainTab

        tab = TrainTab(self._training, self._store, self._settings.values.own_layers)
        tab.model_wanted.connect(self._choice.use_model)
        tab.models_changed.connect(self._show_models)
        tab.layers_changed.connect(self._remember_layers)
        tab.progress_changed.connect(self._status_training.setText)
        tab.ended.connect(self._show_training_ended)
        return tab

    def _make_model_tab(self) -> "ModelTab":
        from digitvision.ui.model_tab import ModelTab

        tab = ModelTab(self._store, self.document)
        tab.model_wanted.connect(self._choice.use_model)
        tab.library.renamed.connect(self._choice.follow)
        tab.library.removed.connect(self._choice.do_without)
        tab.library.changed.connect(self._show_library)
        if self.model is not None:
            tab.show_model(self.model, self.alphabet)
            tab.show_models(self._store.models()[0], self.model.name, self.alphabet)
        return tab

    # --- what it does -------------------------------------------------------------------------------------------

    @Slot()
    def copy_answer(self) -> None:
        """Put what was read on the clipboard."""
        reading = self.draw_tab.reading
        if reading is not None and reading.candidates:
            QGuiApplication.clipboard().setText(reading.text)
            self._tell(self.tr("Copied “{text}”").format(text=reading.text))

    @Slot(str)
    def use_alphabet(self, name: str) -> None:
        """Answer within this alphabet from now on."""
        self._choice.use_alphabet(name)

    @Slot(str)
    def _show_loading(self, name: str) -> None:
        self._status_model.setText(
            self.tr("Loading “{name}” …").format(name=name) if name else self.tr("Loading the model …")
        )

    @Slot(str)
    def _show_model(self, problem: str) -> None:
        model = self.model
        assert model is not None
        self._status_model.setText(self.tr("Model: {name}").format(name=model.name))
        if self._model_tab.made is not None:
            self._model_tab.made.show_model(model, self.alphabet)
        self._show_models()
        if problem:
            self._show_failure(problem)
        self.model_ready.emit(model.name)

    @Slot(str)
    def _on_load_failed(self, problem: str) -> None:
        self._status_model.setText(self.tr("No model"))
        self._show_failure(problem)

    @Slot()
    def _show_models(self) -> None:
        if self._model_tab.made is not None:
            current = "" if self.model is None else self.model.name
            self._model_tab.made.show_models(self._store.models()[0], current, self.alphabet)
        if self._train_tab.made is not None:
            self._train_tab.made.show_models()
        alphabets = self._choice.alphabets
        self._alphabet_choice.show_alphabets(alphabets, self.alphabet)
        self._actions.show_alphabets(alphabets, self.alphabet)

    @Slot(str)
    def _show_library(self, name: str) -> None:
        if name:
            self._choice.use_model(name)
        else:
            self._show_models()

    @Slot(str, str)
    def _show_training_ended(self, sentence: str, name: str) -> None:
        # On its own tab the training says so itself.
        if self.tabs.currentWidget() is self._train_tab.made:
            return
        if name:
            label = self.tr("Use “{name}”").format(name=name)
            self.notice.show_notice(sentence, kind="good", label=label, action=lambda: self._choice.use_model(name))
        else:
            self.notice.show_notice(sentence, kind="note")

    @Slot()
    def _offer_drawing_keys(self) -> None:
        """Keys that change the drawing work where it is seen: Del in a form is not to clear the canvas behind it."""
        drawing = self.tabs.currentWidget() is self.draw_tab
        self._actions.offer_drawing_keys(drawing)
        self._alphabet_choice.setVisible(drawing)

    @Slot(str)
    def _show_failure(self, sentence: str) -> None:
        self.statusBar().clearMessage()
        self.notice.show_notice(sentence, kind="warning")

    @Slot()
    def _show_draw_tab(self) -> None:
        """What was opened is to be seen."""
        self.notice.dismiss()
        self.tabs.setCurrentWidget(self.draw_tab)

    @Slot(str)
    def _tell(self, text: str) -> None:
        # Something went well: what went wrong before it is over.
        self.notice.dismiss()
        self.statusBar().showMessage(text, MESSAGE_MS)
        self._settings_timer.start()

    @Slot(object)
    def _show_reading(self, reading: Reading | None) -> None:
        self._actions.copy.setEnabled(reading is not None and bool(reading.candidates))

    @Slot()
    def _write_settings(self) -> None:
        told = self._settings.problem
        self._settings.write()
        if self._settings.problem not in ("", told):
            self._show_failure(self._settings.problem)

    @Slot()
    def _show_possible(self) -> None:
        """Offer only what makes sense now."""
        document = self.document
        self._actions.show_possible(
            drawn=bool(document.drawing), pictured=document.picture is not None, modified=document.modified
        )

    @Slot()
    def _show_title(self) -> None:
        picture, path = self.document.picture, self.document.path
        name = picture.name if picture is not None else path.name if path is not None else self.tr("Untitled")
        self.setWindowTitle(f"{name}[*] – DigitVision")
        self.setWindowModified(self.document.modified)

    @Slot(int)
    def _set_pen_width(self, width: int) -> None:
        self.draw_tab.canvas.set_pen_width(float(width))
        self._settings.change(pen_width=float(width))
        self._settings_timer.start()

    @Slot(str)
    def _remember_layers(self, layers: str) -> None:
        self._settings.change(own_layers=layers)
        self._settings_timer.start()

    def change_pen_width(self, change: int) -> None:
        """Make the pen thicker, or thinner, by thousandths of the canvas's shorter side."""
        self._pen_slider.setValue(self._pen_slider.value() + change)

    @property
    def appearance(self) -> Appearance:
        return self._theme.appearance

    def set_appearance(self, appearance: Appearance) -> None:
        """Light, dark, or as the system is; remembered."""
        self._theme.set_appearance(appearance)
        self._settings.change(appearance=appearance)
        self._settings_timer.start()

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # Not before: a new palette of the application reaches the window some time after it was set.
        if event.type() == QEvent.Type.PaletteChange:
            self._take_colours()

    def _take_colours(self) -> None:
        self._actions.tint(self.palette())

    def fill_recent_menu(self, menu: QMenu) -> None:
        """List the recent files."""
        fill_recent_menu(menu, self._settings.values.recent_files, self.files.open)

    def fill_model_menu(self, menu: QMenu) -> None:
        """List the models, the one that answers checked."""
        fill_model_menu(menu, self._store.models()[0], self.model, self._choice.use_model)

    # --- coming and going ---------------------------------------------------------------------------------------

    def _restore(self) -> None:
        values = self._settings.values
        self.resize(START_SIZE)
        self.restoreGeometry(QByteArray(values.geometry))
        self.restoreState(QByteArray(values.state))
        self._pen_slider.setValue(int(values.pen_width))
        self.draw_tab.canvas.set_pen_width(values.pen_width)
        self.draw_tab.canvas.setFocus()
        self._show_possible()
        self._show_reading(None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.files.can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.tabs.setCurrentWidget(self.draw_tab)
        self.files.take(event.mimeData(), self.tr("dropped picture"))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        train_tab, model_tab = self._train_tab.made, self._model_tab.made
        if not self.files.may_discard() or (train_tab is not None and not train_tab.may_close()):
            event.ignore()
            return
        self._settings.change(geometry=bytes(self.saveGeometry().data()), state=bytes(self.saveState().data()))
        self._settings_timer.stop()
        self._settings.write()
        # Out of sight first: what is still to end may take a moment.
        self.hide()
        if train_tab is not None:
            train_tab.shut_down()
        if model_tab is not None:
            model_tab.shut_down()
        self._jobs.shut_down()
        self._recognition.shut_down()
        self._garbage.shut_down()
        event.accept()
        self.closed.emit()
