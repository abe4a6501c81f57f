"""The composition root of the window: it sets up logging, crash file, application and window, and closes them."""

import faulthandler
import logging
import logging.handlers
import os
import signal
import socket
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from digitvision.faults import Fault
from digitvision.files import HOME_VARIABLE, log_path, user_folder

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QtMsgType

    from digitvision.ui.window.application import Application
    from digitvision.ui.window.main_window import MainWindow

LOG_BYTES: Final = 512 * 1024
JOURNAL_FOLDER: Final = "journal"
"""Folder of the drawings that are kept while they are drawn, below the user's."""

WINDOWS_FOLDER: Final = "windows"
"""Folder of the files by which open windows know of each other, below the user's."""

X_SERVER_TIMEOUT_S: Final = 3.0
THREAD_TURN_S: Final = 0.0005
"""Switch interval of Python's threads in seconds; the default is ten times as long."""

NO_DISPLAY: Final = (
    "There is no display to open the window on. “digitvision demo” shows the program without one, "
    "“digitvision recognize FILE” reads drawings and pictures."
)

_log = logging.getLogger(__name__)


class DisplayFault(Fault):
    """There is no screen to show the window on."""


def run_window(
    file: Path | None,
    *,
    reading: str | None = None,
    alphabet: str | None = None,
    model: str | None = None,
    bring_back: str = "",
    behind: int = 0,
    report_startup: bool = False,
) -> int:
    """Open the window and stay until it is closed.

    Args:
        file: A drawing or picture to open.
        reading: How to read the canvas, one of `commandline.READINGS`; the user's choice when None.
        alphabet: Name of the alphabet to answer within, one of `alphabets.ALPHABETS`; the user's choice when None.
        model: Name or folder of a model; the user's choice when None.
        bring_back: Name of the journal of a drawing to bring back; empty for whatever a crash has left.
        behind: Which of the windows that come back behind another one it is, from 1; 0 for a window in front.
        report_startup: Print `window` at the first paint, `ready` when the model has loaded, then one JSON line
            with `rss_mb` and the heavy modules that are loaded, and close.

    Raises:
        DisplayFault: There is no screen.
    """
    check_display()
    # Ctrl-C in the terminal ends the window at once; Python's own handling would wait for the next event.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    application, window = open_window()
    if report_startup:
        from digitvision.ui.automation.startup_report import StartupReport

        report = StartupReport(window, sys.stdout)
        report.begin()
    from PySide6.QtCore import QTimer

    from digitvision.ui.window.window_place import open_window_number

    # After the first paint: the pen works while the model loads.
    def start() -> None:
        # A window that is only measured leaves what it finds to the next one.
        wanted = None if report_startup else bring_back
        window.start(model=model or "", alphabet=alphabet or "", reading=reading or "", file=file, bring_back=wanted)

    with open_window_number(user_folder() / WINDOWS_FOLDER) as number:
        if behind:
            window.place.show_behind(behind)
        else:
            window.place.show_beside(number)
        QTimer.singleShot(0, window, start)
        return application.exec()


def open_window(*, keep_settings: bool = True, journal: Path | None = None) -> "tuple[Application, MainWindow]":
    """Make the application and its window, which is not shown yet.

    Args:
        keep_settings: Whether changes of settings in the window are saved.
        journal: Folder in which drawings are kept while they are drawn; None for the user's, where settings are saved,
            or else for none.
    """
    log_path = start_logging()
    from PySide6.QtCore import qInstallMessageHandler

    from digitvision.recognition.models.model_store import ModelStore
    from digitvision.ui.reading.recognition_client import RecognitionClient
    from digitvision.ui.reading.recognition_worker import RecognitionWorker
    from digitvision.ui.settings import SettingsStore
    from digitvision.ui.theme import Theme, application_icon
    from digitvision.ui.train.training_worker import TrainingClient
    from digitvision.ui.window.application import Application
    from digitvision.ui.window.crash_dialog import CrashReporter
    from digitvision.ui.window.main_window import MainWindow

    # While another thread calculates, the window's thread must get its turn soon.
    sys.setswitchinterval(THREAD_TURN_S)
    qInstallMessageHandler(_take_qt_message)
    existing = Application.instance()
    application = existing if isinstance(existing, Application) else Application(sys.argv[:1])
    application.setWindowIcon(application_icon())
    CrashReporter(log_path, application).install()
    settings = SettingsStore(writable=keep_settings)
    theme = Theme(application, settings.values.appearance)
    store = ModelStore()
    window = MainWindow(
        settings=settings,
        store=store,
        theme=theme,
        recognition=RecognitionClient(RecognitionWorker(store)),
        training=TrainingClient(),
        journal=user_folder() / JOURNAL_FOLDER if keep_settings and journal is None else journal,
    )
    return application, window


def check_display() -> None:
    """Check that a window can be opened.

    Raises:
        DisplayFault: There is no screen.
    """
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if os.environ.get("WAYLAND_DISPLAY"):
        return
    display = os.environ.get("DISPLAY", "")
    if not display or not _x_server_answers(display):
        raise DisplayFault(NO_DISPLAY)


def _x_server_answers(display: str) -> bool:
    """Whether an X server answers at the address in DISPLAY; without one, Qt would abort the process."""
    host, _, number = display.rpartition(":")
    digits = number.split(".")[0]
    if not digits.isdigit():
        return False
    if host in ("", "unix"):
        addresses = [f"/tmp/.X11-unix/X{digits}", f"\0/tmp/.X11-unix/X{digits}"]
        for address in addresses:
            with socket.socket(socket.AF_UNIX) as attempt:
                attempt.settimeout(X_SERVER_TIMEOUT_S)
                if attempt.connect_ex(address) == 0:
                    return True
        return False
    try:
        socket.create_connection((host.strip("[]"), 6000 + int(digits)), X_SERVER_TIMEOUT_S).close()
    except OSError:
        # macOS names its X server by a path instead of a host; Qt can open that.
        return host.startswith("/")
    return True


def start_logging() -> Path:
    """Log to a file of limited size, and write crashes to a file beside it.

    Returns:
        The path of the log file; nothing is written to it when its folder cannot be made.
    """
    path = log_path()
    folder = path.parent
    root = logging.getLogger()
    if any(isinstance(handler, logging.handlers.RotatingFileHandler) for handler in root.handlers):
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8", delay=True, errors="replace"
        )
        faulthandler.enable(_crash_file(folder))
    except OSError:
        # The program works without a log, and there is no window yet that could show a message. Without any handler
        # Python would write to the terminal what is meant for the log.
        root.addHandler(logging.NullHandler())
        return path
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # A full disk must not print a traceback for every line that could not be logged.
    logging.raiseExceptions = False
    return path


def _crash_file(folder: Path) -> TextIO:
    # The file stays open until the process ends: the crash handler writes to it when Python no longer runs.
    return open(folder / "crash.log", "a", encoding="utf-8")


def _take_qt_message(kind: "QtMsgType", context: "QMessageLogContext", text: str) -> None:
    from PySide6.QtCore import QtMsgType

    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
        QtMsgType.QtCriticalMsg: logging.ERROR,
        QtMsgType.QtFatalMsg: logging.CRITICAL,
    }
    logging.getLogger("qt").log(levels.get(kind, logging.WARNING), "%s", text)
    if kind == QtMsgType.QtFatalMsg:
        # Qt would now abort with a core dump; one sentence is better.
        if sys.stderr is not None:
            first = text.strip().splitlines()[0] if text.strip() else "unknown reason"
            print(f"digitvision: the window system cannot be used ({first}) {NO_DISPLAY}", file=sys.stderr, flush=True)
        os._exit(1)


def run_demo(output: Path | None) -> int:
    """Let the window write and read the shipped samples, on the screen if there is one.

    Raises:
        Fault: See `digitvision.ui.automation.demo.demonstrate`.
    """
    go_offscreen_without_display()
    _, window = open_window(keep_settings=False)
    from digitvision.ui.automation.demo import demonstrate

    try:
        return demonstrate(window, output, sys.stdout)
    finally:
        _close(window)


def run_pictures(folder: Path) -> int:
    """Have the window write shipped drawings and save the pictures of README and guide, in a user folder of its own.

    Raises:
        Fault: See `digitvision.ui.automation.guide_pictures.save_pictures`.
    """
    go_offscreen_without_display()
    with tempfile.TemporaryDirectory(prefix="digitvision-", ignore_cleanup_errors=True) as home:
        os.environ[HOME_VARIABLE] = home
        from digitvision.ui.automation.guide_pictures import SCALE, save_pictures

        # Qt reads it when the application is made.
        os.environ["QT_SCALE_FACTOR"] = str(SCALE)
        _, window = open_window(keep_settings=False)
        try:
            return save_pictures(window, folder, sys.stdout)
        finally:
            _close(window)
            logging.shutdown()


def run_bench(form: str, *, quick: bool = False, workbench: bool = False, hour: bool = False) -> int:
    """Measure the program's speed on this machine and print the figures.

    Args:
        form: Output format, `text` or `json`.
        quick: Leave out the minute of writing.
        workbench: Measure instead the window while it trains and imports, in a temporary user folder.
        hour: Measure instead what an hour of writing leaves behind, in a temporary user folder.

    Raises:
        Fault: Something could not be measured.
    """
    go_offscreen_without_display()
    if workbench or hour:
        return _bench_at_work(form, hour=hour)
    from digitvision.ui.automation.bench import measure, report, startup_figures

    # The start is measured before this process opens a window, which would slow the started one down.
    startup = startup_figures()
    # On the disk of the user's folder, so that what the journal costs is measured with the rest.
    user_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=user_folder(), ignore_cleanup_errors=True) as journal:
        _, window = open_window(keep_settings=False, journal=Path(journal))
        try:
            figures = measure(window, startup, minute=not quick)
        finally:
            _close(window)
    print(report(figures, form))
    return 0


def _bench_at_work(form: str, *, hour: bool) -> int:
    with tempfile.TemporaryDirectory(prefix="digitvision-", ignore_cleanup_errors=True) as folder:
        os.environ[HOME_VARIABLE] = folder
        _, window = open_window(keep_settings=False, journal=Path(folder, "journal") if hour else None)
        if hour:
            from digitvision.ui.automation.long_session_bench import measure, report
        else:
            from digitvision.ui.automation.workbench_bench import measure, report

        try:
            figures = measure(window)
        finally:
            _close(window)
        logging.shutdown()
    print(report(figures, form))
    return 0


def run_selftest() -> int:
    """Check window, stroke, answer and training in a temporary user folder.

    Raises:
        Fault: One of them does not work.
    """
    go_offscreen_without_display()
    with tempfile.TemporaryDirectory(prefix="digitvision-", ignore_cleanup_errors=True) as folder:
        os.environ[HOME_VARIABLE] = folder
        _, window = open_window(keep_settings=False)
        from digitvision.ui.automation.selftest import check_training, check_window
        from digitvision.ui.train.training_worker import TrainingClient

        # A windowed bundle has no standard output.
        with nullcontext(sys.stdout) if sys.stdout is not None else open(os.devnull, "w", encoding="utf-8") as out:
            try:
                check_window(window, out)
            finally:
                _close(window)
            check_training(TrainingClient(), out)
            print("selftest: passed", file=out)
        logging.shutdown()
    return 0


def go_offscreen_without_display() -> None:
    """Let Qt paint into memory if there is no screen."""
    try:
        check_display()
    except DisplayFault:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


def _close(window: "MainWindow") -> None:
    """Close the window without the question whether to save: what demo, bench and self-test write is not kept."""
    window.document.start()
    window.close()
