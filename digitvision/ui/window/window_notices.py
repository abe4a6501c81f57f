"""What was done and what could not be: a failure's notice goes with its cause, and nobody has to close it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QStatusBar

from digitvision.ui.settings_keeper import SettingsKeeper
from digitvision.ui.widgets.floating_notice import FloatingNotice

MESSAGE_MS: Final = 8000

_CONTENT: Final = "content"
_SETTINGS: Final = "settings"
_MODEL: Final = "model"
_TRAINING: Final = "training"


class WindowNotices(QObject):
    """Shows success in the status bar and failures in the window's notice, and hides these when their cause is gone."""

    def __init__(self, notice: FloatingNotice, status_bar: QStatusBar, keeper: SettingsKeeper, parent: QObject) -> None:
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
        self._done = ""
        """The last sentence on what was done, which the next change of the content makes old."""
        self._said = ""
        """The last sentence in the status bar that is not the tip of a menu's entry."""
        self._held = ""
        """A sentence for the status bar that waits, because the notice lies over it."""
        self._beside = ""
        """What stands in the status bar for longer, and is not to be covered by news that can wait."""
        self._stopped: Callable[[], None] | None = None
        """Shows that a training stopped, until somebody has dismissed that."""
        notice.appeared.connect(self._hold_message)
        notice.gone.connect(self._on_gone)
        status_bar.messageChanged.connect(self._on_message)

    @Slot(str)
    def show_failure(self, sentence: str) -> None:
        """Show what could not be done."""
        self._held = ""
        self._status_bar.clearMessage()
        self._notice.show_notice(sentence, kind="warning")

    @Slot(str)
    def show_success(self, sentence: str) -> None:
        """Show what was done."""
        # A notice on an earlier failure is out of date.
        self._done = sentence
        self.make_room()
        self.say(sentence)
        self._keeper.write_soon()

    @Slot()
    def make_room(self) -> None:
        """Hide the notice, which is out of date; that of a stopped training comes back until somebody closes it."""
        stopped = self._stopped
        self._notice.dismiss()
        self._stopped = stopped

    @Slot(str)
    def keep_clear(self, sentence: str) -> None:
        """Leave room for a sentence that stands in the status bar for longer; none when it is empty."""
        self._beside = sentence
        if sentence and self._notice.about == _TRAINING:
            self.make_room()
        self._show_waiting()

    @Slot(str)
    def say(self, sentence: str) -> None:
        """Say something in the status bar; where the notice lies over it, once that is gone."""
        self._held, self._said = sentence, sentence
        self._show_waiting()

    @Slot(str)
    def show_refusal(self, sentence: str) -> None:
        """Show why something was not done that nobody wants any more once the content has changed."""
        self._notice.show_notice(sentence, kind="warning", about=_CONTENT)

    @Slot()
    def settle_refusal(self) -> None:
        """The content of the canvas has changed."""
        self._notice.settle(_CONTENT)
        self._notice.let_pass()
        if self._done and self._held == self._done:
            self._held = ""
        if self._done and self._status_bar.currentMessage() == self._done:
            self._status_bar.clearMessage()
        self._done = ""

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

    def show_stopped_training(
        self, sentence: str, label: str, go_on: Callable[[], None], told: Callable[[], None]
    ) -> None:
        """Show that a training stopped and can go on; whatever else there is to say is more urgent and comes before.

        Args:
            sentence: What has stopped.
            label: Text of the button.
            go_on: Called by the button.
            told: Called once it is in sight.
        """

        def show() -> None:
            self._notice.show_notice(sentence, kind="note", label=label, action=go_on, about=_TRAINING)
            told()

        self._stopped = show
        self._show_waiting()

    @Slot()
    def _hold_message(self) -> None:
        """Take a sentence out of the status bar that the notice would cover; it comes when the notice goes."""
        if self._said and self._status_bar.currentMessage() == self._said:
            self._held = self._said
            self._status_bar.clearMessage()

    @Slot(str)
    def _on_message(self, message: str) -> None:
        if not message:
            QTimer.singleShot(0, self, self._show_waiting)

    @Slot(str)
    def _on_gone(self, about: str) -> None:
        if about == _TRAINING:
            self._stopped = None
        QTimer.singleShot(0, self, self._show_waiting)

    @Slot()
    def _show_waiting(self) -> None:
        """Show what has waited for its place, one after the other."""
        if self._notice.text:
            return
        if self._held:
            held, self._held = self._held, ""
            self._status_bar.showMessage(held, MESSAGE_MS)
        elif self._stopped is not None and not self._status_bar.currentMessage() and not self._beside:
            self._stopped()

    @Slot()
    def settle_training(self) -> None:
        """A training runs, or has ended."""
        self._stopped = None
        self._notice.settle(_TRAINING)

    @Slot()
    def settle_model(self) -> None:
        """Another model answers."""
        self._notice.settle(_MODEL)
