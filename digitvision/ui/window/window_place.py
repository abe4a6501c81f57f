"""Where the window stands on the screen: remembered while it is open, and in steps where there are several."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from digitvision.files import holding
from digitvision.ui.settings_keeper import SettingsKeeper

START_SIZE: Final = QSize(1080, 740)

REST_MS: Final = 1000
"""A place or size that has not changed for so long is remembered: after a crash the window opens there again."""

STEP_PX: Final = 32
"""Distance in both directions between windows: their title bars stay in sight."""

MOST_WINDOWS: Final = 20
"""Number of windows that are told from each other."""

_WITH_LOWER: Final = ("xcb", "windows", "cocoa")
"""The window systems that let a program put its window behind the others; elsewhere Qt would complain."""


class WindowPlace(QObject):
    """Puts the window where it was, and remembers where the user puts it."""

    def __init__(self, window: QMainWindow, keeper: SettingsKeeper) -> None:
        """Put the window where the settings say, or in a first place of a good size.

        Args:
            window: The window, which is not shown yet.
            keeper: Writes the settings.
        """
        super().__init__(window)
        self._window = window
        self._keeper = keeper
        self._in_its_place = True
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._remember)
        window.resize(START_SIZE)
        window.restoreGeometry(QByteArray(keeper.values.geometry))
        window.installEventFilter(self)

    def show_beside(self, number: int) -> None:
        """Show the window in its place, or where other windows are open, so that it covers none of them exactly.

        Args:
            number: How many of the places before it are taken, see `open_window_number`.
        """
        window = self._window
        if number and not window.windowState() & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen):
            self._in_its_place = False
            window.setGeometry(shifted(window.geometry(), window.screen().availableGeometry(), number))
        window.show()

    def show_behind(self, number: int) -> None:
        """Show the window behind all others, so that it takes the focus from nobody who writes.

        Args:
            number: Which of the windows that come back it is, from 1; each stands one step further.
        """
        # Its place was not chosen by the user, and is not where the next window is to open.
        self._in_its_place = False
        window = self._window
        window.setWindowState(
            window.windowState() & ~(Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen)
        )
        room = window.screen().availableGeometry()
        window.setGeometry(shifted(window.geometry(), room, number))
        window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        window.show()
        if QGuiApplication.platformName() in _WITH_LOWER:
            window.lower()

    @Slot()
    def remember_now(self) -> None:
        """Write place and size into the settings."""
        self._rest.stop()
        if self._in_its_place:
            self._keeper.change(geometry=bytes(self._window.saveGeometry().data()))
        self._keeper.write_now()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowStateChange):
            # Before it is shown, and while it is put aside, it has no place.
            if self._window.isVisible() and not self._window.isMinimized():
                self._rest.start()
        elif event.type() == QEvent.Type.Hide:
            self._rest.stop()
        return super().eventFilter(watched, event)

    @Slot()
    def _remember(self) -> None:
        if not self._in_its_place:
            # The window system has put it there; what comes next is the user's.
            self._in_its_place = True
        else:
            self._keeper.change(geometry=bytes(self._window.saveGeometry().data()))


@contextmanager
def open_window_number(folder: Path) -> Iterator[int]:
    """Take the smallest number, from 0, that no other open window of this user has; it is free again afterwards.

    Args:
        folder: Holds a file for each number that is taken.
    """
    with ExitStack() as held:
        numbers = (number for number in range(MOST_WINDOWS) if held.enter_context(holding(folder / str(number))))
        yield next(numbers, MOST_WINDOWS)


def shifted(place: QRect, room: QRect, number: int) -> QRect:
    """Return a rectangle of the same size, moved by so many steps to the lower right, and again from the upper left.

    Args:
        place: The rectangle of the first window.
        room: The part of the screen that windows may take.
        number: Number of steps, from 1.

    Returns:
        A rectangle within the room; it is smaller than the first only where the room is.
    """
    # One step less than the room, so that there is always a second place.
    size = place.size().boundedTo(room.size() - QSize(STEP_PX, STEP_PX))
    corner = QPoint(
        *(
            start + (max(at - start, 0) + number * STEP_PX) % (spare + 1)
            for start, at, spare in (
                (room.left(), place.left(), room.width() - size.width()),
                (room.top(), place.top(), room.height() - size.height()),
            )
        )
    )
    return QRect(corner, size)
