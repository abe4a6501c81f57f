"""What the window says of trainings that ended, stopped, or have a model that is used now, and where it leads."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QTabWidget

from digitvision.ui.draw.draw_tab import DrawTab
from digitvision.ui.reading.reading_kinds import PLAIN_READING
from digitvision.ui.widgets.notice_bar import NoticeBar
from digitvision.ui.window.window_models import WindowModels
from digitvision.ui.window.window_notices import WindowNotices
from digitvision.ui.window.window_readings import WindowReadings


class WindowTrainings(QObject):
    """Shows news of trainings in the window's notice, with a way to the tab where they matter."""

    def __init__(
        self,
        parent: QObject,
        *,
        tabs: QTabWidget,
        draw_tab: DrawTab,
        models: WindowModels,
        readings: WindowReadings,
        notice: NoticeBar,
        notices: WindowNotices,
    ) -> None:
        """Listen to the trainings' news.

        Args:
            parent: The window.
            tabs: Its tabs.
            draw_tab: The tab in which a trained model answers.
            models: Tells what has become of trainings.
            readings: Chooses the kind of reading that a trained model answers in.
            notice: Where the news is shown.
            notices: Shows news that goes with its cause.
        """
        super().__init__(parent)
        self._tabs = tabs
        self._draw_tab = draw_tab
        self._models = models
        self._readings = readings
        self._notice = notice
        self._notices = notices
        models.training_ended.connect(self._show_ended)
        models.training_stopped.connect(self._show_stopped)
        models.training_changed.connect(notices.settle_training)
        models.trained_used.connect(self._show_used)

    @Slot()
    def show_tab(self) -> None:
        """Show the Train tab."""
        self._tabs.setCurrentWidget(self._models.train_tab.page)

    @Slot(str, str)
    def _show_ended(self, sentence: str, name: str) -> None:
        # The Train tab shows the end of a training itself.
        if self._tabs.currentWidget() is self._models.train_tab.made:
            return
        if name:
            label = self.tr("Use “{name}”").format(name=name)
            self._notice.show_notice(sentence, kind="good", label=label, action=lambda: self._models.use_trained(name))
        else:
            self._notice.show_notice(sentence, kind="note")

    @Slot(str, str)
    def _show_stopped(self, sentence: str, name: str) -> None:
        self._notices.show_stopped_training(
            sentence, self.tr("Go on"), lambda: self._go_on(name), self._models.note_stopped_told
        )

    def _go_on(self, name: str) -> None:
        """Show the Train tab, and go on there with the stopped training of this name."""
        self.show_tab()
        self._models.train_tab.page.go_on(name)

    @Slot(str, str)
    def _show_used(self, sentence: str, before: str) -> None:
        """Show where a model that was just trained answers: in the Draw tab, where characters are read."""
        self._readings.use(PLAIN_READING)
        self._tabs.setCurrentWidget(self._draw_tab)
        self._notice.show_notice(
            sentence,
            kind="good",
            label=self.tr("Back to “{name}”").format(name=before) if before else "",
            action=(lambda: self._models.choice.use_model(before)) if before else None,
        )
