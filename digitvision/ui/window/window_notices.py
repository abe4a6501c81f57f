"""Failures whose cause may pass: their notice goes with it, and nobody has to close it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Slot

from digitvision.ui.widgets.notice_bar import NoticeBar

_CONTENT: Final = "content"
_SETTINGS: Final = "settings"
_MODEL: Final = "model"
_TRAINING: Final = "training"


class WindowNotices(QObject):
    """Shows such failures in the window's notice, and hides it when their cause is gone."""

    def __init__(self, notice: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._notice = notice

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
