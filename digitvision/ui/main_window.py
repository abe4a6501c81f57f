"""The main window: tabs, menus, tool bar and status bar, and what joins them."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QLabel,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSlider,
    QTabWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from digitvision import __version__
from digitvision.recognition.modelstore import Model, ModelStore
from digitvision.recognition.prediction import Reading
from digitvision.ui.actions import Actions
from digitvision.ui.application import Application
from digitvision.ui.document import Document
from digitvision.ui.draw_tab import DrawTab
from digitvision.ui.drawing_files import DrawingFiles
from digitvision.ui.jobs import Jobs
from digitvision.ui.model_tab import ModelTab
from digitvision.ui.notice_bar import NoticeBar
from digitvision.ui.recognition_worker import RecognitionClient
from digitvision.ui.settings import PEN_WIDTHS, SettingsStore
from digitvision.ui.theme import Appearance, Theme
from digitvision.ui.train_tab import TrainTab
from digitvision.ui.training_worker import TrainingClient

START_SIZE: Final = QSize(1080, 740)
SMALLEST_SIZE: Final = QSize(640, 480)
MESSAGE_MS: Final = 5000
SETTINGS_DELAY_MS: Final = 500
PEN_WIDTH_STEP: Final = 4.0
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
        self._settings = settings
        self._store = store
        self._theme = theme
        self._recognition = recognition
        self._training = training
        self._model: Model | None = None
        self._jobs = Jobs(self)
        self._settings_timer = QTimer(self)
        self._settings_timer.setSingleShot(True)
        self._settings_timer.setInterval(SETTINGS_DELAY_MS)
        self._settings_timer.timeout.connect(settings.write)
        self.document = Document(self)
        self.files = DrawingFiles(self.document, settings, self._jobs, self)
        self.notice = NoticeBar()
        self.draw_tab = DrawTab(self.document, recognition)
        self.train_tab = TrainTab(training, store)
        self.model_tab = ModelTab(store)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        for tab, name in (
            (self.draw_tab, self.tr("Draw")),
            (self.train_tab, self.tr("Train")),
            (self.model_tab, self.tr("Model")),
        ):
            self._tabs.addTab(tab, name)
        self._lay_out()
        self._actions = Actions(self)
        self._make_actions()
        self._make_menus()
        self._make_tool_bar()
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
    def model(self) -> Model | None:
        """The model that answers; None while none is loaded."""
        return self._model

    @property
    def settled(self) -> bool:
        """Whether what is on the canvas has been read and the answer is on screen, with nothing more to come."""
        return self._model is not None and not self._jobs.busy and self._recognition.idle

    def start(self, *, model: str = "", file: Path | None = None) -> None:
        """Load the model, and open a file; called once the window is on the screen."""
        self._recognition.start(model or self._settings.values.model)
        if file is not None:
            self.files.open(file)

    # --- what it is made of -------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notice)
        layout.addWidget(self._tabs, 1)
        self.setCentralWidget(middle)

    def _make_actions(self) -> None:
        make, dress, keys = self._actions.make, self._actions.dress, QKeySequence.StandardKey
        files, canvas, stack = self.files, self.draw_tab.canvas, self.document.undo_stack
        self._new = make(
            self.tr("&New drawing"),
            files.new,
            tip=self.tr("Begin with an empty canvas"),
            shortcuts=(keys.New,),
            icon_name="new",
        )
        self._open = make(
            self.tr("&Open …"),
            files.ask_open,
            tip=self.tr("Open a drawing or a picture"),
            shortcuts=(keys.Open,),
            icon_name="open",
        )
        self._save = make(
            self.tr("&Save"), files.save, tip=self.tr("Save the drawing"), shortcuts=(keys.Save,), icon_name="save"
        )
        self._save_as = make(
            self.tr("Save &as …"),
            files.save_as,
            tip=self.tr("Save the drawing under another name"),
            shortcuts=("Ctrl+Shift+S",),
        )
        self._export = make(
            self.tr("&Export picture …"),
            files.export,
            tip=self.tr("Write the drawing as PNG or SVG, in any size"),
            shortcuts=("Ctrl+E",),
        )
        self._quit = make(self.tr("&Quit"), self.close, tip=self.tr("Close the window"), shortcuts=("Ctrl+Q",))
        self._undo = dress(
            stack.createUndoAction(self, self.tr("Undo")),
            tip=self.tr("Undo the last change"),
            shortcuts=(keys.Undo,),
            icon_name="undo",
        )
        self._redo = dress(
            stack.createRedoAction(self, self.tr("Redo")),
            tip=self.tr("Do again what was undone"),
            shortcuts=("Ctrl+Shift+Z", "Ctrl+Y"),
            icon_name="redo",
        )
        self._clear = make(
            self.tr("C&lear"),
            self.document.clear,
            tip=self.tr("Clear the canvas; undo brings it back"),
            shortcuts=("Del",),
            icon_name="clear",
        )
        self._copy = make(
            self.tr("&Copy answer"),
            self.copy_answer,
            tip=self.tr("Copy what was read"),
            shortcuts=(keys.Copy,),
            icon_name="copy",
        )
        self._copy_picture = make(
            self.tr("Copy &picture"),
            files.copy_picture,
            tip=self.tr("Copy the drawing as a picture"),
            shortcuts=("Ctrl+Shift+C",),
            icon_name="picture",
        )
        self._paste = make(
            self.tr("P&aste picture"),
            files.paste,
            tip=self.tr("Read the picture in the clipboard"),
            shortcuts=(keys.Paste,),
        )
        tools = QActionGroup(self)
        self._pen = make(
            self.tr("Pe&n"),
            lambda on: canvas.set_tool("pen" if on else "eraser"),
            tip=self.tr("Write"),
            shortcuts=("P",),
            icon_name="pen",
            checkable=True,
            checked=True,
        )
        self._eraser = make(
            self.tr("E&raser"),
            lambda on: canvas.set_tool("eraser" if on else "pen"),
            tip=self.tr("Take out whole strokes"),
            shortcuts=("E",),
            icon_name="eraser",
            checkable=True,
        )
        tools.addAction(self._pen)
        tools.addAction(self._eraser)
        self._thicker = make(
            self.tr("&Thicker pen"),
            lambda: self._change_pen_width(PEN_WIDTH_STEP),
            tip=self.tr("Make the pen thicker on the screen; the reading stays the same"),
            shortcuts=("]",),
        )
        self._thinner = make(
            self.tr("Th&inner pen"),
            lambda: self._change_pen_width(-PEN_WIDTH_STEP),
            tip=self.tr("Make the pen thinner on the screen; the reading stays the same"),
            shortcuts=("[",),
        )
        self._train = make(
            self.tr("&Train a model"),
            lambda: self._tabs.setCurrentWidget(self.train_tab),
            tip=self.tr("Train a model of your own"),
            icon_name="train",
        )

    def _make_menus(self) -> None:
        bar = self.menuBar()
        file = bar.addMenu(self.tr("&File"))
        file.addActions([self._new, self._open])
        self._recent_menu = file.addMenu(self.tr("Open &recent"))
        self._recent_menu.aboutToShow.connect(self._fill_recent_menu)
        file.addSeparator()
        file.addActions([self._save, self._save_as, self._export])
        file.addSeparator()
        file.addAction(self._quit)
        edit = bar.addMenu(self.tr("&Edit"))
        edit.addActions([self._undo, self._redo])
        edit.addSeparator()
        edit.addActions([self._copy, self._copy_picture, self._paste])
        edit.addSeparator()
        edit.addActions([self._pen, self._eraser, self._thicker, self._thinner])
        edit.addSeparator()
        edit.addAction(self._clear)
        view = bar.addMenu(self.tr("&View"))
        for number in range(self._tabs.count()):
            view.addAction(
                self._actions.make(
                    self._tabs.tabText(number),
                    lambda number=number: self._tabs.setCurrentIndex(number),
                    tip=self.tr("Show the tab {name}").format(name=self._tabs.tabText(number)),
                    shortcuts=(f"Ctrl+{number + 1}",),
                )
            )
        view.addSeparator()
        self._make_appearance_menu(view)
        view.addAction(
            self._actions.make(
                self.tr("&Full screen"),
                self._toggle_full_screen,
                tip=self.tr("Fill the screen, or go back"),
                shortcuts=("F11",),
            )
        )
        model = bar.addMenu(self.tr("&Model"))
        self._model_menu = model.addMenu(self.tr("&Read with"))
        self._model_menu.aboutToShow.connect(self._fill_model_menu)
        model.addAction(self._train)
        help_menu = bar.addMenu(self.tr("&Help"))
        help_menu.addAction(
            self._actions.make(self.tr("&About DigitVision"), self._show_about, tip=self.tr("Version and licences"))
        )

    def _make_appearance_menu(self, view: QMenu) -> None:
        menu = view.addMenu(self.tr("&Appearance"))
        group = QActionGroup(self)
        choices: tuple[tuple[Appearance, str], ...] = (
            ("system", self.tr("As the &system")),
            ("light", self.tr("&Light")),
            ("dark", self.tr("&Dark")),
        )
        for appearance, text in choices:
            action = self._actions.make(
                text,
                lambda on, appearance=appearance: self._set_appearance(appearance, on=on),
                tip=self.tr("Colours of the window"),
                checkable=True,
                checked=appearance == self._theme.appearance,
            )
            group.addAction(action)
            menu.addAction(action)

    def _make_tool_bar(self) -> None:
        bar = QToolBar(self.tr("Tools"))
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        for group in (
            (self._pen, self._eraser),
            (self._undo, self._redo, self._clear),
            (self._new, self._open, self._save),
            (self._copy, self._copy_picture),
        ):
            bar.addActions(group)
            bar.addSeparator()
        self._pen_slider = QSlider(Qt.Orientation.Horizontal)
        self._pen_slider.setRange(*(int(width) for width in PEN_WIDTHS))
        self._pen_slider.setFixedWidth(PEN_SLIDER_PX)
        self._pen_slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._pen_slider.setToolTip(self.tr("Width of the pen on the screen; the reading stays the same"))
        self._pen_slider.setAccessibleName(self.tr("Pen width"))
        label = QLabel(self.tr("Pen width"))
        label.setContentsMargins(8, 0, 8, 0)
        bar.addWidget(label)
        bar.addWidget(self._pen_slider)
        self.addToolBar(bar)

    def _make_status_bar(self) -> None:
        self._status_model = QLabel(self.tr("Loading the model …"))
        self.statusBar().addPermanentWidget(self._status_model)

    def _connect(self) -> None:
        self.document.content_changed.connect(self._show_possible)
        self.document.title_changed.connect(self._show_title)
        self.files.failed.connect(self._show_failure)
        self.files.told.connect(self._tell)
        self.draw_tab.reading_changed.connect(self._show_reading)
        self._recognition.model_loaded.connect(self._on_model_loaded)
        self._recognition.load_failed.connect(self._on_load_failed)
        self.train_tab.model_wanted.connect(self.use_model)
        self.train_tab.models_changed.connect(self._show_models)
        self.model_tab.model_wanted.connect(self.use_model)
        self._theme.changed.connect(self._take_colours)
        self._pen_slider.valueChanged.connect(self._set_pen_width)
        application = QGuiApplication.instance()
        if isinstance(application, Application):
            application.pen_near_changed.connect(self.draw_tab.canvas.set_pen_near)

    # --- what it does -------------------------------------------------------------------------------------------

    @Slot()
    def copy_answer(self) -> None:
        """Put what was read on the clipboard."""
        reading = self.draw_tab.reading
        if reading is not None and reading.candidates:
            QGuiApplication.clipboard().setText(reading.text)
            self._tell(self.tr("Copied “{text}”").format(text=reading.text))

    @Slot(str)
    def use_model(self, name: str) -> None:
        """Have this model answer from now on."""
        self._settings.change(model=name)
        self._settings_timer.start()
        self._status_model.setText(self.tr("Loading “{name}” …").format(name=name))
        self._recognition.load(name)

    @Slot(object, str)
    def _on_model_loaded(self, model: Model, problem: str) -> None:
        self._model = model
        self._status_model.setText(self.tr("Model: {name}").format(name=model.name))
        self.model_tab.show_model(model)
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
        models, _ = self._store.models()
        self.model_tab.show_models(models, "" if self._model is None else self._model.name)

    @Slot(str)
    def _show_failure(self, sentence: str) -> None:
        self.notice.show_notice(sentence, kind="warning")

    @Slot(str)
    def _tell(self, text: str) -> None:
        self.statusBar().showMessage(text, MESSAGE_MS)
        self._settings_timer.start()

    @Slot(object)
    def _show_reading(self, reading: Reading | None) -> None:
        self._copy.setEnabled(reading is not None and bool(reading.candidates))

    @Slot()
    def _show_possible(self) -> None:
        """Offer only what makes sense now."""
        drawn = bool(self.document.drawing)
        for action in (self._save, self._save_as, self._export, self._copy_picture):
            action.setEnabled(drawn)
        self._clear.setEnabled(drawn or self.document.picture is not None)

    @Slot()
    def _show_title(self) -> None:
        path = self.document.path
        name = self.tr("Untitled") if path is None else path.name
        self.setWindowTitle(f"{name}[*] – DigitVision")
        self.setWindowModified(self.document.modified)

    @Slot(int)
    def _set_pen_width(self, width: int) -> None:
        self.draw_tab.canvas.set_pen_width(float(width))
        self._settings.change(pen_width=float(width))
        self._settings_timer.start()

    def _change_pen_width(self, change: float) -> None:
        self._pen_slider.setValue(int(self._pen_slider.value() + change))

    def _set_appearance(self, appearance: Appearance, *, on: bool) -> None:
        if not on:
            return
        self._theme.set_appearance(appearance)
        self._settings.change(appearance=appearance)
        self._settings_timer.start()

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def _take_colours(self) -> None:
        self._actions.tint(self.palette())

    @Slot()
    def _fill_recent_menu(self) -> None:
        self._recent_menu.clear()
        for name in self._settings.values.recent_files:
            action = QAction(Path(name).name.replace("&", "&&"), self._recent_menu)
            action.setToolTip(name)
            action.setStatusTip(name)
            action.triggered.connect(lambda _checked=False, name=name: self.files.open(Path(name)))
            self._recent_menu.addAction(action)
        if self._recent_menu.isEmpty():
            nothing = self._recent_menu.addAction(self.tr("Nothing opened yet"))
            nothing.setEnabled(False)

    @Slot()
    def _fill_model_menu(self) -> None:
        self._model_menu.clear()
        for model in self._store.models()[0]:
            action = QAction(model.name.replace("&", "&&"), self._model_menu)
            action.setCheckable(True)
            action.setChecked(self._model is not None and model.name == self._model.name)
            action.triggered.connect(lambda _checked=False, name=model.name: self.use_model(name))
            self._model_menu.addAction(action)

    def _show_about(self) -> None:
        QMessageBox.about(
            self,
            self.tr("About DigitVision"),
            self.tr(
                "<h3>DigitVision {version}</h3><p>Reads handwriting as it is written. Nothing leaves this computer.</p>"
                "<p>MIT licence. The shipped model was trained on MNIST by Y. LeCun, C. Cortes and C. Burges "
                "(CC BY-SA 3.0).</p>"
            ).format(version=__version__),
        )

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
        self._tabs.setCurrentWidget(self.draw_tab)
        self.files.take(event.mimeData(), self.tr("dropped picture"))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_discard():
            event.ignore()
            return
        self._settings.change(geometry=bytes(self.saveGeometry().data()), state=bytes(self.saveState().data()))
        self._settings_timer.stop()
        self._settings.write()
        # Out of sight first: what is still to end may take a moment.
        self.hide()
        self._training.shut_down()
        self._jobs.shut_down()
        self._recognition.shut_down()
        event.accept()
        self.closed.emit()
