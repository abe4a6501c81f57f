"""What was done and what could not be: a failure's notice goes with its cause, and nobody has to close it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QStatusBar

from digitvision.ui.settings_keeper import SettingsKeeper
from digitvision.ui.widgets.notice_bar import NoticeBar

MESSAGE_MS: Final = 5000

_CONTENT: Final = "content"
_SETTINGS: Final = "settings"
_MODEL: Final = "model"
_TRAINING: Final = "training"


class WindowNotices(QObject):
    """Shows success in the status bar and failures in the window's notice, and hides these when their cause is gone."""

    def __init__(self, notice: NoticeBar, status_bar: QStatusBar, keeper: SettingsKeeper, parent: QObject) -> None:
        """Show news in these places.

        Args:
            notice: For what has to be seen.
            status_bar: For what was done as it should.
            keeper: Writes the settings after something was done: the recent files may have changed.
            parent: The window.
        """
        super().__init__(parent)
        self._notice = notice
        self._status_bar = status_bar
        self._keeper = keeper

    @Slot(str)
    def show_failure(self, sentence: str) -> None:
        """Show what could not be done."""
        self._status_bar.clearMessage()
        self._notice.show_notice(sentence, kind="warning")

    @Slot(str)
    def show_success(self, sentence: str) -> None:
        """Show what was done."""
        # A notice on an earlier failure is out of date.
        self._notice.dismiss()
        self._status_bar.showMessage(sentence, MESSAGE_MS)
        self._keeper.write_soon()

    @Slot(str)
    def show_refusal(self, sentence: str) -> None:
        """Show why something was not done that nobody wants any more once the content has changed."""
        self._notice.show_notice(sentence, kind="warning", about=_CONTENT)

    @Slot()
    def settle_refusal(self) -> None:
        """The content of the canvas has changed."""
        self._notice.settle(_CONTENT)

    @Slot(str)
    def show_settings_failure(self, sentence: str) -> None:
        """Show why the settings could not be written."""
        self._notice.show_notice(sentence, kind="warning", about=_SETTINGS)

    @Slot()
    def settle_settings(self) -> None:
        """The settings could be written."""
        self._notice.settle(_SETTINGS)

    @Slot(str)
    def show_model_failure(self, sentence: str) -> None:
        """Show why the wanted model does not answer."""
        self._notice.show_notice(sentence, kind="warning", about=_MODEL)

    def show_stopped_training(self, sentence: str, label: str, go_on: Callable[[], None]) -> None:
        """Show that a training stopped and can go on; whatever else there is to say is more urgent."""
        if not self._notice.text:
            self._notice.show_notice(sentence, kind="note", label=label, action=go_on, about=_TRAINING)

    @Slot()
    def settle_training(self) -> None:
        """A training runs, or has ended."""
        self._notice.settle(_TRAINING)

    @Slot()
    def settle_model(self) -> None:
        """Another model answers."""
        self._notice.settle(_MODEL)
