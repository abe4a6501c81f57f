"""The main window: it owns tabs, menus, tool bar and status bar, and connects them."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QMenu, QTabWidget

from digitvision.recognition.alphabets import ALPHABETS
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.recognition.prediction import Reading
from digitvision.ui.document.document import Document
from digitvision.ui.document.drawing_files import DrawingFiles
from digitvision.ui.draw.draw_tab import DrawTab
from digitvision.ui.draw.pen_settings import PenSettings
from digitvision.ui.draw.pen_slider import PenSlider
from digitvision.ui.draw.pen_widths import PenWidths
from digitvision.ui.jobs.background_jobs import Jobs
from digitvision.ui.reading.reading_kinds import PLAIN_READING, READINGS
from digitvision.ui.reading.recognition_client import RecognitionClient
from digitvision.ui.settings import SettingsStore
from digitvision.ui.settings_keeper import SettingsKeeper
from digitvision.ui.theme import Appearance, Theme
from digitvision.ui.train.training_worker import TrainingClient
from digitvision.ui.widgets.floating_notice import FloatingNotice
from digitvision.ui.widgets.page_bar import PageBar
from digitvision.ui.window.application import Application
from digitvision.ui.window.document_reading import DocumentReading
from digitvision.ui.window.garbage_collector import GarbageCollector
from digitvision.ui.window.ink_actions import InkActions
from digitvision.ui.window.view_actions import ViewActions
from digitvision.ui.window.way_back import WayBack
from digitvision.ui.window.window_actions import WindowActions
from digitvision.ui.window.window_help import WindowHelp
from digitvision.ui.window.window_menus import fill_model_menu, fill_recent_menu
from digitvision.ui.window.window_models import WindowModels
from digitvision.ui.window.window_notices import WindowNotices
from digitvision.ui.window.window_place import WindowPlace
from digitvision.ui.window.window_readings import WindowReadings
from digitvision.ui.window.window_recovery import WindowRecovery
from digitvision.ui.window.window_trainings import WindowTrainings

if TYPE_CHECKING:
    from digitvision.ui.models.model_tab import ModelTab
    from digitvision.ui.train.train_tab import TrainTab

SMALLEST_SIZE: Final = QSize(640, 480)


class MainWindow(QMainWindow):
    """Owns all that is open; closing it ends everything.

    Args:
        settings: The user's choices.
        store: The installed models.
        theme: The appearance.
        recognition: Reads what is drawn.
        training: Trains models.
        journal: Folder in which the drawing is kept while it is drawn; None to keep nothing.
    """

    model_ready = Signal(str)
    """Name of the model that answers from now on."""
    closed = Signal()
    """The window has been closed, and nothing runs any more."""

    def __init__(
        self,
        *,
        settings: SettingsStore,
        store: ModelStore,
        theme: Theme,
        recognition: RecognitionClient,
        training: TrainingClient,
        journal: Path | None = None,
    ) -> None:
        super().__init__()
        self._garbage = GarbageCollector(self)
        self._settings = settings
        self._store = store
        self._theme = theme
        self._recognition = recognition
        self._jobs = Jobs(self)
        self._keeper = SettingsKeeper(settings, self)
        self.document = Document(self)
        self.files = DrawingFiles(self.document, settings, self._jobs, self, journal=journal)
        self.way_back = WayBack(self.document)
        self.draw_tab = DrawTab(self.document, recognition)
        self.tabs = QTabWidget()
        self.tabs.setTabBar(PageBar())
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.draw_tab, self.tr("Draw"))
        self.notice = FloatingNotice(self)
        self._models = WindowModels(
            self.tabs, self.document, settings=settings, store=store, recognition=recognition, training=training
        )
        self.readings = WindowReadings(
            self,
            tab=self.draw_tab,
            document=self.document,
            settings=settings,
            keeper=self._keeper,
            store=store,
            recognition=recognition,
            jobs=self._jobs,
        )
        self.recovery = WindowRecovery(
            self,
            notice=self.notice,
            document=self.document,
            files=self.files,
            jobs=self._jobs,
            canvas=self.draw_tab.canvas,
            tabs=self.tabs,
        )
        self._document_reading = DocumentReading(self.document, self.readings, self._models.choice, self)
        self._lay_out()
        self.place = WindowPlace(self, self._keeper)
        self._make_actions()
        self.help = WindowHelp(self._help_topic, self._shortcuts_page, self)
        self._connect()
        self._restore()
        self._show_title()
        self._take_colours()
        if settings.problem:
            self.notice.show_notice(settings.problem, kind="warning")

    @property
    def train_tab(self) -> "TrainTab":
        """The tab Train, made when it is first wanted."""
        return self._models.train_tab.page

    @property
    def model_tab(self) -> "ModelTab":
        """The tab Model, made when it is first wanted."""
        return self._models.model_tab.page

    @property
    def model(self) -> Model | None:
        """The model that answers; None while none is loaded."""
        return self._models.choice.model

    @property
    def alphabet(self) -> str:
        """Name of the alphabet in use, or that is being loaded; empty before the first is known."""
        return self.readings.alphabet if self.readings.has_alphabet else self._models.choice.alphabet

    @property
    def settled(self) -> bool:
        """Whether the content of the canvas has been read and the complete answer is on the screen."""
        idle = not self._jobs.busy and self._recognition.idle and self.draw_tab.settled
        return self.model is not None and idle

    def start(
        self,
        *,
        model: str = "",
        alphabet: str = "",
        reading: str = "",
        file: Path | None = None,
        bring_back: str | None = "",
    ) -> None:
        """Load the model, and open a file; call it once the window is on the screen.

        Args:
            model: Name or folder of the model for this kind of reading; empty for the user's choice.
            alphabet: Name of the alphabet for this kind of reading; empty for the user's choice.
            reading: The kind of reading; empty for the user's choice.
            file: A drawing or picture to open; None for an empty canvas.
            bring_back: Name of the journal of a drawing to bring back; empty for whatever a crash has left, None to
                leave it.
        """
        # A model for several glyphs is used beside the one for single characters, not instead of it.
        single = not reading or READINGS[reading].load is None
        self._models.choice.start(model if single else "", alphabet if single else "")
        self.draw_tab.show_alphabet(self.alphabet or "digits")
        # An alphabet or a model without a kind of reading is meant for single characters.
        wanted = reading or (PLAIN_READING if alphabet or model else "")
        self.readings.start(wanted, "" if single else model, "" if single else alphabet)
        self._document_reading.start(pinned=bool(reading or alphabet or model))
        if bring_back is not None:
            self.recovery.start(name=bring_back, here=file is None)
        if file is not None:
            self.files.open(file)
        self._models.look_for_stopped(self._jobs)

    # --- parts --------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        """Make the actions, and fill menus and tool bar with them."""
        pen_slider = PenSlider()
        self.pen_widths = PenWidths(pen_slider, self._keeper, self)
        self.pen_settings = PenSettings(self.draw_tab, self.pen_widths, self._keeper, self)
        self._ink = InkActions(
            self, tab=self.draw_tab, document=self.document, files=self.files, jobs=self._jobs, pen=self.pen_settings
        )
        self._actions = WindowActions(
            self,
            document=self.document,
            files=self.files,
            ink=self._ink,
            tabs=self.tabs,
            readings=self.readings,
            paper=ViewActions(self.draw_tab, self._keeper, self),
            recovery=self.recovery,
        )
        self._actions.fill_menu_bar(self._theme.appearance)
        self._actions.fill_tool_bar(pen_slider)

    def _lay_out(self) -> None:
        self.setMinimumSize(SMALLEST_SIZE)
        self.setAcceptDrops(True)
        self.setCentralWidget(self.tabs)
        self.statusBar().addPermanentWidget(self.way_back)
        self.notice.keep_clear_of(self.way_back)
        self.statusBar().addPermanentWidget(self._models.training_status)
        self.statusBar().addPermanentWidget(self._models.status)

    def _connect(self) -> None:
        self._notices = WindowNotices(self.notice, self.statusBar(), self._keeper, self)
        self._trainings = WindowTrainings(
            self,
            tabs=self.tabs,
            draw_tab=self.draw_tab,
            models=self._models,
            readings=self.readings,
            notice=self.notice,
            notices=self._notices,
        )
        self.document.content_changed.connect(self._show_possible)
        self.document.title_changed.connect(self._show_title)
        self.document.title_changed.connect(self._show_possible)
        self.files.set_read_page(self.draw_tab.read_page)
        self.files.shown.connect(self._show_draw_tab)
        self.files.failed.connect(self._notices.show_failure)
        self.files.refused.connect(self._notices.show_refusal)
        self.document.content_changed.connect(self._notices.settle_refusal)
        self.files.succeeded.connect(self._notices.show_success)
        if self.files.autosave is not None:
            self.files.autosave.covered_put_aside.connect(self.way_back.note_kept)
        self.way_back.text_changed.connect(self._notices.keep_clear)
        self.recovery.said.connect(self._notices.say)
        self.recovery.shown.connect(self._show_draw_tab)
        self.recovery.others_coming.connect(self.place.remember_now)
        self.draw_tab.reading_changed.connect(self.recovery.note_reading)
        self.way_back.brought_back.connect(self._show_draw_tab)
        self.draw_tab.reading_changed.connect(self._show_reading)
        self.readings.chosen.connect(self._show_reading_kind)
        self.readings.failed.connect(self._notices.show_failure)
        self.readings.refused.connect(self._notices.show_refusal)
        self.readings.succeeded.connect(self._notices.show_success)
        self._ink.failed.connect(self._notices.show_refusal)
        self._ink.succeeded.connect(self._notices.show_success)
        self._actions.copy_wanted.connect(self.copy_answer)
        self._actions.training_wanted.connect(self._trainings.show_tab)
        self._actions.full_screen_toggled.connect(self._toggle_full_screen)
        self._actions.alphabets.chosen.connect(self.use_alphabet)
        self._actions.appearance_chosen.connect(self.set_appearance)
        self._actions.recent_files_wanted.connect(self._fill_recent_menu)
        self._actions.models_wanted.connect(self._fill_model_menu)
        self._actions.guide_wanted.connect(self.help.show_guide)
        self._actions.shortcuts_wanted.connect(self.help.show_shortcuts)
        self._models.ready.connect(self.model_ready)
        self._models.ready.connect(self._notices.settle_model)
        self._models.alphabets_changed.connect(self._show_alphabets)
        self._models.alphabet_choice.chosen.connect(self.use_alphabet)
        self.readings.alphabet_changed.connect(self._show_alphabets)
        self._models.failed.connect(self._notices.show_model_failure)
        self._models.remembered.connect(self._keeper.write_soon)
        self._keeper.failed.connect(self._notices.show_settings_failure)
        self._keeper.written.connect(self._notices.settle_settings)
        self.tabs.currentChanged.connect(self._offer_drawing_keys)
        self.pen_widths.changed.connect(self.draw_tab.canvas.set_pen_width)
        self.pen_widths.changed.connect(self.files.set_pen_width)
        self.closed.connect(self.help.shut_down)
        application = QGuiApplication.instance()
        if isinstance(application, Application):
            application.pen_near_changed.connect(self.draw_tab.canvas.set_pen_near)

    # --- actions and answers ------------------------------------------------------------------------------------

    @Slot()
    def copy_answer(self) -> None:
        """Copy the reading to the clipboard as text."""
        reading = self.draw_tab.reading
        if reading is not None and reading.candidates:
            QGuiApplication.clipboard().setText(reading.text)
            self._notices.show_success(self.tr("Copied “{text}”").format(text=reading.text))

    @Slot(str)
    def use_alphabet(self, name: str) -> None:
        """Answer within this alphabet from now on, in the kind of reading in use: lines have one of their own."""
        if self.readings.has_alphabet:
            self.readings.use_alphabet(name)
        else:
            self._models.choice.use_alphabet(name)

    @Slot()
    def _show_alphabets(self) -> None:
        # Lines are read within the program's alphabets only, not within one that a model defines.
        names = ALPHABETS if self.readings.has_alphabet else self._models.choice.alphabets
        self._models.alphabet_choice.show_alphabets(names, self.alphabet)
        self._actions.alphabets.show_alphabets(names, self.alphabet)

    @Slot()
    def _offer_drawing_keys(self) -> None:
        """Let keys change the drawing only while it is in sight: Del in a form must not clear the canvas."""
        drawing = self.tabs.currentWidget() is self.draw_tab
        self._actions.offer_drawing_keys(drawing)
        self._models.alphabet_choice.setVisible(drawing and READINGS[self.readings.reading].alphabets)

    @Slot(str, str)
    def _show_reading_kind(self, reading: str, model: str) -> None:
        self.pen_widths.use(reading)
        self._models.show_reading_model(model)
        self._show_alphabets()
        self._actions.alphabets.set_enabled(READINGS[reading].alphabets)
        self._offer_drawing_keys()

    @Slot()
    def _show_draw_tab(self) -> None:
        """Show the Draw tab, where a file has been opened."""
        self._notices.make_room()
        self.tabs.setCurrentWidget(self.draw_tab)

    @Slot(object)
    def _show_reading(self, reading: Reading | None) -> None:
        self._actions.copy.setEnabled(reading is not None and bool(reading.candidates))

    @Slot()
    def _show_possible(self) -> None:
        """Enable the actions that can be used now."""
        document = self.document
        self._actions.show_possible(
            has_strokes=bool(document.drawing), has_picture=document.picture is not None, modified=document.modified
        )

    @Slot()
    def _show_title(self) -> None:
        picture, path = self.document.picture, self.document.path
        name = picture.name if picture is not None else path.name if path is not None else self.tr("Untitled")
        self.setWindowTitle(f"{name}[*] – DigitVision")
        if self.isWindowModified() != self.document.modified:
            # Qt would tell the screen at every stroke.
            self.setWindowModified(self.document.modified)

    @property
    def appearance(self) -> Appearance:
        """The appearance that was chosen."""
        return self._theme.appearance

    @Slot(str)
    def set_appearance(self, appearance: Appearance) -> None:
        """Make the window light, dark, or as the system is, and keep the choice."""
        self._theme.set_appearance(appearance)
        self._keeper.change(appearance=appearance)

    @Slot()
    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # A new palette of the application reaches the window only some time after it was set.
        if event.type() == QEvent.Type.PaletteChange:
            self._take_colours()

    def _take_colours(self) -> None:
        self._actions.tint(self.palette())

    def _help_topic(self) -> str:
        """Return the guide's page about what is in sight."""
        shown = self.tabs.currentWidget()
        if shown is self.draw_tab:
            return f"{self.readings.reading}s"
        return "training" if shown is self._models.train_tab.made else "models"

    def _shortcuts_page(self) -> str:
        from digitvision.ui.help.shortcuts import shortcuts_markdown

        return shortcuts_markdown(self.menuBar(), self._actions.keys_of)

    @Slot(QMenu)
    def _fill_recent_menu(self, menu: QMenu) -> None:
        fill_recent_menu(menu, self._settings.values.recent_files, self.files.open)

    @Slot(QMenu)
    def _fill_model_menu(self, menu: QMenu) -> None:
        fill_model_menu(menu, self._store.models()[0], self.model, self._models.choice.use_model)

    # --- start and end ------------------------------------------------------------------------------------------

    def _restore(self) -> None:
        values = self._settings.values
        self.restoreState(QByteArray(values.state))
        self.pen_widths.use(self.readings.reading)
        self.draw_tab.canvas.setFocus()
        self._show_possible()
        self._show_reading(None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        # A formula that is dragged out of this window would come back as a picture, and cover the drawing.
        if event.source() is None and self.files.can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.tabs.setCurrentWidget(self.draw_tab)
        self.files.take(event.mimeData(), self.tr("dropped picture"))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_close() or not self._models.may_close():
            event.ignore()
            return
        self._settings.change(state=bytes(self.saveState().data()))
        self.place.remember_now()
        # Hidden first, because it may take a moment to end what still runs.
        self.hide()
        self.recovery.shut_down()
        self._models.shut_down()
        self._jobs.shut_down()
        self.draw_tab.shut_down()
        self._recognition.shut_down()
        self._garbage.shut_down()
        event.accept()
        self.closed.emit()
