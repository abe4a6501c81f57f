"""What a network learns from: a list of data with boxes to tick, to which files and folders can be added."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from digitvision.files import user_folder
from digitvision.ui.widgets.layouts import add_layout
from digitvision.ui.widgets.tick_boxes import show_tick_boxes

MNIST: Final = "mnist"
_DRAWINGS: Final = "drawings"
_PATH: Final = Qt.ItemDataRole.UserRole
_LIST_LINES: Final = 4


class TrainingData(QWidget):
    """The data that is offered; what is ticked is learned from."""

    changed = Signal()
    """Other data is ticked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Data"))
        self.list.setToolTip(self.tr("The network learns from all data that is ticked"))
        self.list.setFixedHeight(_LIST_LINES * self.list.fontMetrics().lineSpacing() + 12)
        show_tick_boxes(self.list)
        self.list.itemChanged.connect(self.changed)
        self.list.currentItemChanged.connect(self._show_possible)
        take_off = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list, self._take_off)
        take_off.setContext(Qt.ShortcutContext.WidgetShortcut)
        self._add_button = QToolButton()
        self._add_button.setText(self.tr("Add data"))
        self._add_button.setToolTip(self.tr("Learn from a file or folder of labelled samples"))
        self._add_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._add_button)
        menu.addAction(self.tr("A &file …"), self._ask_file)
        menu.addAction(self.tr("A f&older …"), self._ask_folder)
        self._add_button.setMenu(menu)
        self._take_off_button = QToolButton()
        self._take_off_button.setText(self.tr("Take off"))
        self._take_off_button.clicked.connect(self._take_off)
        buttons = QHBoxLayout()
        buttons.addWidget(self._add_button)
        buttons.addWidget(self._take_off_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.list)
        add_layout(layout, buttons)
        self._offer(MNIST, self.tr("MNIST: 60,000 digits"), chosen=True)
        self.offer_drawings()
        self._show_possible()

    @property
    def chosen(self) -> tuple[str, ...]:
        """What is ticked: names or paths, as the command line takes them."""
        return tuple(item.data(_PATH) for item in self._items() if item.checkState() == Qt.CheckState.Checked)

    def choose(self, data: Collection[object]) -> None:
        """Tick these data and no others, and offer what is not in the list yet."""
        for path in data:
            self._offer(str(path), Path(str(path)).name)
        for item in self._items():
            item.setCheckState(Qt.CheckState.Checked if item.data(_PATH) in data else Qt.CheckState.Unchecked)

    def add(self, path: str) -> None:
        """Offer the data in a file or folder, and tick it; an empty path changes nothing."""
        if path:
            item = self._offer(path, Path(path).name)
            item.setCheckState(Qt.CheckState.Checked)
            self.list.setCurrentItem(item)
            self.list.scrollToItem(item)

    def offer_drawings(self) -> None:
        """Offer the user's own drawings, once there are some."""
        if (user_folder() / _DRAWINGS).is_dir():
            self._offer(_DRAWINGS, self.tr("Drawings of your own"))

    def _offer(self, path: str, title: str, *, chosen: bool = False) -> QListWidgetItem:
        """Return the item of this data, and make it where there is none."""
        for item in self._items():
            if item.data(_PATH) == path:
                return item
        item = QListWidgetItem(title)
        item.setData(_PATH, path)
        item.setToolTip(path)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
        item.setCheckState(Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)
        self.list.addItem(item)
        return item

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    @Slot()
    def _ask_file(self) -> None:
        forms = self.tr("Labelled samples (*.npz *.jsonl.xz *idx3*);;All files (*)")
        self.add(QFileDialog.getOpenFileName(self, self.tr("Learn from"), "", forms)[0])

    @Slot()
    def _ask_folder(self) -> None:
        self.add(QFileDialog.getExistingDirectory(self, self.tr("Learn from")))

    @Slot()
    def _take_off(self) -> None:
        """Take the chosen data off the list; what is always offered stays."""
        item = self.list.currentItem()
        if item is not None and _can_be_taken_off(item):
            self.list.takeItem(self.list.row(item))
            self.changed.emit()

    @Slot()
    def _show_possible(self) -> None:
        item = self.list.currentItem()
        possible = item is not None and _can_be_taken_off(item)
        self._take_off_button.setEnabled(possible)
        self._take_off_button.setToolTip(
            self.tr("Take the chosen data off the list (Del); its file stays where it is")
            if possible
            else self.tr("Choose data that you have added: it can be taken off the list again")
        )


def _can_be_taken_off(item: QListWidgetItem) -> bool:
    return item.data(_PATH) not in (MNIST, _DRAWINGS)
