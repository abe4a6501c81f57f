"""The page of stopped trainings: each can go on, be used as it is, or be forgotten."""

from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Final

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from digitvision.faults import Fault
from digitvision.ui.train.stopped_trainings import (
    Forgotten,
    StoppedTraining,
    bring_back,
    empty_forgotten,
    forget,
    stopped_trainings,
)
from digitvision.ui.widgets.date_text import date_text
from digitvision.ui.widgets.layouts import add_layout
from digitvision.ui.widgets.notice_bar import NoticeBar

_NAME: Final = Qt.ItemDataRole.UserRole


class StoppedPage(QWidget):
    """A list of stopped trainings, with what can be done with the chosen one."""

    go_on_wanted = Signal(str)
    """The training of this name is to go on."""
    use_wanted = Signal(str)
    """The model that the training of this name has come to is to be used as it is."""
    count_changed = Signal(int)
    """Other trainings are stopped now; how many."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._free = True
        self.notice = NoticeBar()
        self._empty = QLabel(
            self.tr("No training is stopped. One that you cancel, or that breaks off, stands here and can go on.")
        )
        self._empty.setWordWrap(True)
        self._list = QTreeWidget()
        self._list.setRootIsDecorated(False)
        self._list.setAccessibleName(self.tr("Stopped trainings"))
        self._list.setHeaderLabels(
            [self.tr("Model"), self.tr("Epochs"), self.tr("Accuracy, held out"), self.tr("Stopped")]
        )
        self._list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._list.currentItemChanged.connect(self._show_possible)
        self._list.itemActivated.connect(self._go_on)
        forget = QShortcut(QKeySequence(Qt.Key.Key_Delete), self._list, self._forget)
        forget.setContext(Qt.ShortcutContext.WidgetShortcut)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._go_on_button = self._add_button(
            self.tr("Go on"), self.tr("Train the remaining epochs of this training"), self._go_on
        )
        self._use_button = self._add_button(
            self.tr("Use what it has"), self.tr("Save the best epoch so far as a model, and read with it"), self._use
        )
        self._forget_button = self._add_button(
            self.tr("Forget"),
            self.tr("Take this training off the list (Del); a model that was saved stays"),
            self._forget,
        )
        self._buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._empty)
        layout.addWidget(self._list, 1)
        # Below the list, whose rows stay where they are.
        layout.addWidget(self.notice)
        add_layout(layout, self._buttons)
        self._show_trainings(())

    def list_trainings(self) -> None:
        """Show the trainings that are stopped now."""
        trainings = stopped_trainings()
        self._show_trainings(trainings)
        self.count_changed.emit(len(trainings))

    def shut_down(self) -> None:
        """Delete for good what was forgotten."""
        empty_forgotten()

    def _show_trainings(self, trainings: Sequence[StoppedTraining]) -> None:
        self._list.clear()
        for training in trainings:
            day = datetime.fromtimestamp(training.stopped, timezone.utc)
            item = QTreeWidgetItem(
                [
                    training.name,
                    self.tr("{epoch} of {epochs}").format(epoch=training.epoch, epochs=training.epochs),
                    f"{training.best_accuracy * 100:.2f} %",
                    date_text(day.isoformat()),
                ]
            )
            item.setData(0, _NAME, training.name)
            self._list.addTopLevelItem(item)
        first = self._list.topLevelItem(0)
        if first is not None:
            self._list.setCurrentItem(first)
        self._empty.setVisible(not trainings)
        self._list.setVisible(bool(trainings))
        for button in (self._go_on_button, self._use_button, self._forget_button):
            button.setVisible(bool(trainings))
        self._show_possible()

    def set_free(self, free: bool) -> None:
        """Say whether a training could begin now: only one at a time runs."""
        self._free = free
        self._show_possible()

    @Slot()
    def _show_possible(self) -> None:
        for button in (self._go_on_button, self._use_button, self._forget_button):
            button.setEnabled(self._free and bool(self._chosen))

    @property
    def _chosen(self) -> str:
        item = self._list.currentItem()
        return "" if item is None else str(item.data(0, _NAME))

    @Slot()
    def _go_on(self) -> None:
        self._ask(self.go_on_wanted)

    @Slot()
    def _use(self) -> None:
        self._ask(self.use_wanted)

    @Slot()
    def _forget(self) -> None:
        name = self._chosen
        if not self._free or not name:
            return
        try:
            forgotten = forget(name)
        except Fault as fault:
            self.notice.show_notice(str(fault), kind="warning")
            return
        self.notice.show_notice(
            self.tr("The stopped training “{name}” was forgotten.").format(name=name),
            kind="note",
            label=self.tr("Undo"),
            action=lambda: self._bring_back(forgotten),
        )
        self.list_trainings()

    def _bring_back(self, forgotten: Forgotten) -> None:
        try:
            bring_back(forgotten)
        except Fault as fault:
            self.notice.show_notice(str(fault), kind="warning")
        self.list_trainings()

    def _ask(self, wanted: SignalInstance) -> None:
        if self._free and self._chosen:
            self.notice.dismiss()
            wanted.emit(self._chosen)

    def _add_button(self, text: str, tip: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.clicked.connect(slot)
        self._buttons.addWidget(button)
        return button
