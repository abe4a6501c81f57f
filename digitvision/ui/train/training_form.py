"""The form of a training: data, network, and how to train."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from digitvision.files import user_folder
from digitvision.ui.train.network_choice import FEWEST_LETTERS, NetworkChoice
from digitvision.ui.train.training_worker import TrainingRequest

_PATH: Final = Qt.ItemDataRole.UserRole
_MNIST: Final = "mnist"
_DRAWINGS: Final = "drawings"
_LIST_LINES: Final = 4


class TrainingForm(QWidget):
    """A form with all settings of a training; `request` reads them from it."""

    data_changed = Signal()
    network_changed = Signal()
    """The network is another one, so that `problem` may have changed, too."""
    submitted = Signal()
    """Return was pressed in the field of the model's name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_data()
        self.network = NetworkChoice()
        self.network.changed.connect(self.network_changed)
        self._make_base()
        self.name = QLineEdit()
        self.name.setMaxLength(64)
        self.name.returnPressed.connect(self.submitted)
        self._make_numbers()
        self._fields = (
            self._data,
            self._add_button,
            self.network,
            self.network.details,
            self._base,
            self._trained_part,
            self._new_head,
            self.name,
            self._epochs,
            self._batch_size,
            self._learning_rate,
            self._schedule,
            self._patience,
            self._validation,
            self._seed,
            self._augment,
        )
        self._lay_out()
        self._show_base()

    def _make_data(self) -> None:
        """Make the list of data, and the button that adds to it."""
        self._data = QListWidget()
        self._data.setAccessibleName(self.tr("Data"))
        self._data.setToolTip(self.tr("The network learns from all data that is ticked"))
        self._data.setFixedHeight(_LIST_LINES * self._data.fontMetrics().lineSpacing() + 12)
        self._offer(_MNIST, self.tr("MNIST: 60,000 digits"), chosen=True)
        self._offer_drawings()
        self._data.itemChanged.connect(self.data_changed)
        self._add_button = QToolButton()
        self._add_button.setText(self.tr("Add data"))
        self._add_button.setToolTip(self.tr("Learn from a file or folder of labelled samples"))
        self._add_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._add_button)
        menu.addAction(self.tr("A &file …"), self._ask_file)
        menu.addAction(self.tr("A f&older …"), self._ask_folder)
        self._add_button.setMenu(menu)

    def _make_base(self) -> None:
        """Make the fields for a model to begin with, and for how much of it is trained further."""
        self._base = QComboBox()
        self._base.setAccessibleName(self.tr("Begin with"))
        self._base.setToolTip(self.tr("Start from a model that is trained already: far fewer samples are needed then"))
        self._base.addItem(self.tr("Nothing: a new network"), "")
        self._base.currentIndexChanged.connect(self._show_base)
        self._trained_part = QComboBox()
        self._trained_part.setAccessibleName(self.tr("What is trained further"))
        self._trained_part.setToolTip(self.tr("How much of that model is trained further"))
        for title, value in (
            (self.tr("All of it"), "all"),
            (self.tr("Its last layer only"), "head"),
            (self.tr("First its last layer, then slowly all of it"), "stages"),
        ):
            self._trained_part.addItem(title, value)
        for box in (self._base, self._trained_part):
            _let_shorten(box)
        self._new_head = QCheckBox(self.tr("Always with a new last layer"))
        self._new_head.setToolTip(self.tr("Where the classes differ there is a new one anyway"))

    def _make_numbers(self) -> None:
        """Make the fields for how to train."""
        self._epochs = _number_box(1, 1000, 5)
        self._batch_size = _number_box(1, 4096, 128)
        self._learning_rate = QDoubleSpinBox()
        self._learning_rate.setDecimals(5)
        self._learning_rate.setRange(0.00001, 1.0)
        self._learning_rate.setSingleStep(0.0005)
        self._learning_rate.setValue(0.001)
        self._schedule = QComboBox()
        self._schedule.setToolTip(self.tr("How the learning rate changes during the training"))
        self._schedule.addItem(self.tr("Constant"), "constant")
        self._schedule.addItem(self.tr("Falling along a cosine"), "cosine")
        self._schedule.addItem(self.tr("One cycle: rising, then falling"), "one-cycle")
        _let_shorten(self._schedule)
        self._patience = _number_box(0, 1000, 0)
        self._patience.setSpecialValueText(self.tr("Never"))
        self._patience.setToolTip(self.tr("Stop when so many epochs in a row were no better than the best one"))
        self._validation = _number_box(1, 90, 10)
        self._validation.setSuffix(" %")
        self._validation.setToolTip(
            self.tr("Share of the data that is kept for measuring: whole writers where they are known")
        )
        self._validation.valueChanged.connect(self.data_changed)
        self._seed = _number_box(0, 2**31 - 1, 1)
        self._seed.setToolTip(self.tr("The same seed gives the same random numbers, and so the same training"))
        self._augment = QCheckBox(self.tr("Vary slant, size and position"))
        self._augment.setToolTip(self.tr("Show each sample slightly changed each time; the page Samples shows how"))

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        data = QVBoxLayout()
        data.setSpacing(4)
        data.addWidget(self._data)
        more = QHBoxLayout()
        more.addWidget(self._add_button)
        more.addStretch(1)
        data.addLayout(more)
        base = QVBoxLayout()
        base.setSpacing(4)
        base.addWidget(self._base)
        base.addWidget(self._trained_part)
        base.addWidget(self._new_head)
        for text, field, layout in (
            (self.tr("&Data"), self._data, data),
            (self.tr("Begin &with"), self._base, base),
            (self.tr("&Network"), self.network.box, self.network),
            (self.tr("Model's n&ame"), self.name, None),
            (self.tr("E&pochs"), self._epochs, None),
            (self.tr("&Batch size"), self._batch_size, None),
            (self.tr("&Learning rate"), self._learning_rate, None),
            (self.tr("Schedul&e"), self._schedule, None),
            (self.tr("S&top early after"), self._patience, None),
            (self.tr("Held &out"), self._validation, None),
            (self.tr("Random &seed"), self._seed, None),
            (self.tr("A&ugment"), self._augment, None),
        ):
            label = QLabel(text)
            label.setBuddy(field)
            form.addRow(label, layout if layout is not None else field)
            if layout is self.network:
                # The list of layers needs the whole width.
                form.addRow(self.network.details)

    def request(self, name: str) -> TrainingRequest:
        """Return the settings of the form as a request for a model of this name."""
        return TrainingRequest(
            name=name,
            architecture=self.network.architecture,
            base=self._base.currentData(),
            freeze=self._trained_part.currentData() == "head",
            new_head=self._new_head.isChecked(),
            two_stages=self._trained_part.currentData() == "stages",
            data=tuple(item.data(_PATH) for item in self._items() if item.checkState() == Qt.CheckState.Checked),
            epochs=self._epochs.value(),
            batch_size=self._batch_size.value(),
            learning_rate=self._learning_rate.value(),
            schedule=self._schedule.currentData(),
            patience=self._patience.value(),
            validation=self._validation.value() / 100,
            seed=self._seed.value(),
            augment=self._augment.isChecked(),
        )

    @property
    def problem(self) -> str:
        """Why no training can begin with this network, in one sentence; empty where one can."""
        return "" if self._base.currentData() else self.network.problem

    def fill(self, settings: Mapping[str, Any]) -> None:
        """Fill the form with the settings of a kept training; fields whose values are unknown here stay as they are."""
        data = settings.get("data", ())
        for path in data:
            self._offer(str(path), Path(str(path)).name)
        for item in self._items():
            item.setCheckState(Qt.CheckState.Checked if item.data(_PATH) in data else Qt.CheckState.Unchecked)
        learns = "stages" if settings.get("two_stages") is True else "head" if settings.get("freeze") == -1 else "all"
        self._trained_part.setCurrentIndex(self._trained_part.findData(learns))
        self._new_head.setChecked(settings.get("new_head") is True)
        if not settings.get("base"):
            self.network.choose(settings.get("architecture"))
        for box, key in ((self._schedule, "schedule"), (self._base, "base")):
            index = box.findData(settings.get(key))
            if index >= 0:
                box.setCurrentIndex(index)
        for number, key in (
            (self._epochs, "epochs"),
            (self._batch_size, "batch_size"),
            (self._patience, "patience"),
            (self._seed, "seed"),
        ):
            if isinstance(settings.get(key), int):
                number.setValue(settings[key])
        if isinstance(settings.get("learning_rate"), float):
            self._learning_rate.setValue(settings["learning_rate"])
        if isinstance(settings.get("validation"), float):
            self._validation.setValue(round(settings["validation"] * 100))
        self._augment.setChecked(settings.get("augment") is True)

    def show_models(self, names: Sequence[str]) -> None:
        """Offer these models to begin with."""
        chosen = self._base.currentData()
        self._base.blockSignals(True)
        while self._base.count() > 1:
            self._base.removeItem(1)
        for name in names:
            self._base.addItem(name, name)
        self._base.setCurrentIndex(max(self._base.findData(chosen), 0))
        self._base.blockSignals(False)
        self._show_base()

    def set_running(self, running: bool) -> None:
        """Lock the form while a training runs, so that it shows the settings of that training."""
        for field in self._fields:
            field.setEnabled(not running)
        if not running:
            self._offer_drawings()
            self._show_base()

    def _offer_drawings(self) -> None:
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
        self._data.addItem(item)
        return item

    def _items(self) -> list[QListWidgetItem]:
        return [self._data.item(row) for row in range(self._data.count())]

    @Slot()
    def _ask_file(self) -> None:
        forms = self.tr("Labelled samples (*.npz *.jsonl.xz *idx3*);;All files (*)")
        self.add_data(QFileDialog.getOpenFileName(self, self.tr("Learn from"), "", forms)[0])

    @Slot()
    def _ask_folder(self) -> None:
        self.add_data(QFileDialog.getExistingDirectory(self, self.tr("Learn from")))

    def add_data(self, path: str) -> None:
        """Offer the data in a file or folder, and tick it; an empty path changes nothing."""
        if path:
            item = self._offer(path, Path(path).name)
            item.setCheckState(Qt.CheckState.Checked)
            self._data.scrollToItem(item)

    @Slot()
    def _show_base(self) -> None:
        """Show the fields that make sense: a model to begin with brings its own network."""
        new = not self._base.currentData()
        self.network.setEnabled(new and self._base.isEnabled())
        self.network.details.setVisible(new)
        for field in (self._trained_part, self._new_head):
            field.setVisible(not new)
        self.network_changed.emit()


def _let_shorten(box: QComboBox) -> None:
    """Let a long name be cut short, so that it does not make the form wider than its column."""
    box.setMinimumContentsLength(FEWEST_LETTERS)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)


def _number_box(least: int, most: int, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(least, most)
    box.setValue(value)
    return box
