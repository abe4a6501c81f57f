"""The form of a training: data, network, and how to train."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from digitvision.ui.train.network_choice import FEWEST_LETTERS, NetworkChoice
from digitvision.ui.train.training_data import MNIST, TrainingData
from digitvision.ui.train.training_worker import TrainingRequest
from digitvision.ui.widgets.choice_box import ChoiceBox
from digitvision.ui.widgets.layouts import forget_items

_USUAL_PERCENT: Final = 10
"""The share that is held out unless the user says otherwise; for the command line, too."""


class TrainingForm(QWidget):
    """A form with all settings of a training; `request` reads them from it."""

    data_changed = Signal()
    network_changed = Signal()
    """The network is another one, so that `problem` may have changed, too."""
    submitted = Signal()
    """Return was pressed in the field of the model's name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data = TrainingData()
        self.data.changed.connect(self._show_held_out)
        self.network = NetworkChoice()
        self.network.changed.connect(self.network_changed)
        self._make_base()
        self.name = QLineEdit()
        self.name.setMaxLength(64)
        self.name.returnPressed.connect(self.submitted)
        self._make_numbers()
        self._fields = (
            self.data,
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
        self._show_held_out()

    def _make_base(self) -> None:
        """Make the fields for a model to begin with, and for how much of it is trained further."""
        self._base = ChoiceBox()
        self._base.setAccessibleName(self.tr("Begin with"))
        self._base.setToolTip(self.tr("Start from a model that is trained already: far fewer samples are needed then"))
        self._base.addItem(self.tr("Nothing: a new network"), "")
        self._base.currentIndexChanged.connect(self._show_base)
        self._trained_part = ChoiceBox()
        self._trained_part.setAccessibleName(self.tr("What is trained further"))
        self._trained_part.setToolTip(self.tr("How much of that model is trained further"))
        for title, value in (
            (self.tr("All of it"), "all"),
            (self.tr("Its last layer only"), "head"),
            (self.tr("Its last layer, then all"), "stages"),
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
        self._schedule = ChoiceBox()
        self._schedule.setToolTip(self.tr("How the learning rate changes during the training"))
        self._schedule.addItem(self.tr("Constant"), "constant")
        self._schedule.addItem(self.tr("Falling along a cosine"), "cosine")
        self._schedule.addItem(self.tr("One cycle: up, then down"), "one-cycle")
        _let_shorten(self._schedule)
        self._patience = _number_box(0, 1000, 0)
        self._patience.setSpecialValueText(self.tr("Never"))
        self._patience.setToolTip(self.tr("Stop when so many epochs in a row were no better than the best one"))
        self._validation = _number_box(1, 90, _USUAL_PERCENT)
        self._validation.setSuffix(" %")
        self._validation.setToolTip(
            self.tr("Share of the data that is kept for measuring: whole writers where they are known")
        )
        self._validation.valueChanged.connect(self._show_held_out)
        self._held_out = QLabel()
        self._held_out.setToolTip(self.tr("MNIST comes with samples for that; another share is taken instead"))
        self._seed = _number_box(0, 2**31 - 1, 1)
        self._seed.setToolTip(self.tr("The same seed gives the same random numbers, and so the same training"))
        self._augment = QCheckBox(self.tr("Vary slant, size and position"))
        self._augment.setToolTip(self.tr("Show each sample slightly changed each time; the page Samples shows how"))

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        held_out = QVBoxLayout()
        held_out.setSpacing(4)
        held_out.addWidget(self._validation)
        held_out.addWidget(self._held_out)
        base = QVBoxLayout()
        base.setSpacing(4)
        base.addWidget(self._base)
        base.addWidget(self._trained_part)
        base.addWidget(self._new_head)
        for text, field, layout in (
            (self.tr("&Data"), self.data.list, self.data),
            (self.tr("Begin &with"), self._base, base),
            (self.tr("&Network"), self.network.box, self.network),
            (self.tr("Model's n&ame"), self.name, None),
            (self.tr("E&pochs"), self._epochs, None),
            (self.tr("&Batch size"), self._batch_size, None),
            (self.tr("&Learning rate"), self._learning_rate, None),
            (self.tr("Schedul&e"), self._schedule, None),
            (self.tr("S&top early after"), self._patience, None),
            (self.tr("Held &out"), self._validation, held_out),
            (self.tr("Random &seed"), self._seed, None),
            (self.tr("A&ugment"), self._augment, None),
        ):
            label = QLabel(text)
            label.setBuddy(field)
            form.addRow(label, layout if layout is not None else field)
            if isinstance(layout, QLayout):
                forget_items(layout)
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
            data=self.data.chosen,
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
        self.data.choose(settings.get("data", ()))
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
            self.data.offer_drawings()
            self._show_base()

    @Slot()
    def _show_held_out(self) -> None:
        """Say where the share is not what is held out: MNIST comes with samples for that."""
        is_usual = self._validation.value() == _USUAL_PERCENT and MNIST in self.data.chosen
        self._held_out.setText(self.tr("of MNIST its last 5,000") if is_usual else "")
        self._held_out.setVisible(is_usual)
        self.data_changed.emit()

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
