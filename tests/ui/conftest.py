"""The real window, with a user folder of the test's own."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitvision.recognition.models.model_store import ModelStore
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.reading import reading_hint
from digitvision.ui.reading.recognition_client import RecognitionClient
from digitvision.ui.reading.recognition_worker import RecognitionWorker
from digitvision.ui.settings import SettingsStore
from digitvision.ui.theme import Theme
from digitvision.ui.train.train_tab import TrainTab
from digitvision.ui.train.training_worker import TrainingClient
from digitvision.ui.window import window_readings
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import choose
from tests.ui.dialogs import Dialogs
from tests.ui.draw.equation_window import EquationMaker, EquationWindow, equation_maker
from tests.ui.draw.page_window import PageMaker, PageWindow, page_maker
from tests.ui.hand import Fingers
from tests.ui.prompt_qtbot import PromptQtBot
from tests.ui.shared_values import own_values, shared_values, value_child
from tests.ui.windows import PATIENCE_MS, SHORT_PATIENCE_MS, WindowMaker

__all__ = ["own_values", "shared_values", "value_child"]
"""Fixtures of other modules that pytest is to find here."""


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """The fixture of pytest-qt, with less idle time."""
    return PromptQtBot(request)


@pytest.fixture(autouse=True, scope="session")
def _empty_clipboard(qapp: QApplication) -> Iterator[None]:
    """Leave nothing on the clipboard that Python has made: Qt would ask for it when the interpreter is gone."""
    yield
    qapp.clipboard().clear()


@pytest.fixture(autouse=True)
def _no_collection_in_other_threads() -> Iterator[None]:
    """As in the program, no thread but the window's destroys widgets: Python collects garbage between tests only.

    Each window sees to that while it is open, but not where a widget is tested alone, or after one of two windows.
    """
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def impatient_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hints at another reading appear after a short pause."""
    monkeypatch.setattr(reading_hint, "PATIENCE_MS", SHORT_PATIENCE_MS)


@pytest.fixture(autouse=True)
def usual_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """New windows read single characters, which most tests are about, unless a test says otherwise."""
    monkeypatch.setattr(window_readings, "DEFAULT_READING", "character")


@pytest.fixture
def make_window(qtbot: QtBot, qapp: QApplication, home: Path) -> Iterator[WindowMaker]:
    """Makes windows as the program does, shows and starts them; at the end they are closed without a question.

    They keep a journal only where a folder for it is given, so that the other tests do not wait for the disk.
    """
    windows: list[tuple[MainWindow, Theme, TrainingClient]] = []

    def make(
        *,
        model: str = "",
        alphabet: str = "",
        reading: str = "",
        file: Path | None = None,
        start: bool = True,
        journal: Path | None = None,
    ) -> MainWindow:
        settings = SettingsStore()
        theme = Theme(qapp, settings.values.appearance)
        store = ModelStore()
        training = TrainingClient()
        window = MainWindow(
            settings=settings,
            store=store,
            theme=theme,
            recognition=RecognitionClient(RecognitionWorker(store)),
            training=training,
            journal=journal,
        )
        windows.append((window, theme, training))
        # Left where an earlier test clicked, the cursor may lie over a widget that appears while this test writes, and
        # Qt would tell the canvas that the pointer has left it.
        QCursor.setPos(qapp.primaryScreen().geometry().bottomLeft())
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE_MS)
        if start:
            window.start(model=model, alphabet=alphabet, reading=reading, file=file)
            qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)
        return window

    yield make
    for window, theme, training in windows:
        window.document.start()
        # Not through the Train tab, which most tests never show and which would be made for this.
        training.shut_down()
        window.close()
        window.deleteLater()
        theme.set_appearance("system")
        theme.deleteLater()
    windows.clear()
    # Collected now, so that no thread of another test collects what is left of the windows.
    gc.collect()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The application's theme, light at first and afterwards as it was."""
    theme = Theme(qapp, "light")
    yield theme
    theme.set_appearance("system")
    theme.deleteLater()


@pytest.fixture
def window(make_window: WindowMaker) -> MainWindow:
    """A window on the screen with a loaded model."""
    return make_window()


@pytest.fixture
def equations(
    make_window: WindowMaker, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, shared_values: None
) -> EquationMaker:
    """Makes windows that read equations with a reader whose answers are known."""
    return equation_maker(make_window, qtbot, monkeypatch)


@pytest.fixture
def equation(equations: EquationMaker) -> EquationWindow:
    """A window that reads equations, with `1 + 2` on its canvas."""
    made = equations("1+2")
    made.write(3)
    return made


@pytest.fixture
def pages(make_window: WindowMaker, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, shared_values: None) -> PageMaker:
    """Makes windows that read pages with a reader whose answers are known."""
    return page_maker(make_window, qtbot, monkeypatch)


@pytest.fixture
def three_rows(pages: PageMaker) -> PageWindow:
    """A window that reads pages, with three rows on its canvas: `1+2=`, `3+4=` and `2-1=`."""
    made = pages()
    made.put(4, 4, 4)
    return made


@pytest.fixture
def canvas(window: MainWindow) -> Canvas:
    """The window's canvas."""
    return window.draw_tab.canvas


@pytest.fixture
def tab(window: MainWindow) -> TrainTab:
    """The Train tab of a window, shown."""
    choose(window, "Train")
    return window.train_tab


@pytest.fixture
def settle(qtbot: QtBot) -> Callable[[MainWindow], None]:
    """Waits until a window has shown the complete answer."""
    return lambda window: qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)


@pytest.fixture
def dialogs(monkeypatch: pytest.MonkeyPatch) -> Dialogs:
    """Answers the dialogs that the test expects."""
    return Dialogs(monkeypatch)


@pytest.fixture
def fingers(canvas: Canvas) -> Iterator[Fingers]:
    """Fingers on the canvas, lifted at the end."""
    hand = Fingers(canvas)
    yield hand
    hand.lift_all()
