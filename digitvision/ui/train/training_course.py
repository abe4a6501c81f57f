"""The page of a training under way: its curves, its finished epochs, and an earlier training to compare with."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from digitvision.ui.train.training_curves import TrainingCurves
from digitvision.ui.train.training_runs import Run, kept_runs
from digitvision.ui.widgets.choice_box import ChoiceBox
from digitvision.ui.widgets.date_text import date_text
from digitvision.ui.widgets.layouts import add_layout

_FEWEST_LETTERS: Final = 8


class TrainingCourse(QWidget):
    """Shows the events of a training, and offers kept trainings to compare with."""

    settings_wanted = Signal(object)
    """The user wants to repeat an earlier training that had these settings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves = TrainingCurves()
        self._epochs_done = QTreeWidget()
        self._epochs_done.setRootIsDecorated(False)
        self._epochs_done.setAccessibleName(self.tr("Finished epochs"))
        self._epochs_done.setHeaderLabels(
            [
                self.tr("Epoch"),
                self.tr("Loss"),
                self.tr("Held-out loss"),
                self.tr("Accuracy"),
                self.tr("Held-out accuracy"),
                self.tr("Time"),
            ]
        )
        for column, tip in (
            (1, self.tr("Loss on the samples that were learned from")),
            (2, self.tr("Loss on the samples that are held out")),
            (3, self.tr("Share of the samples that were learned from which are read right")),
            (4, self.tr("Share of the held-out samples which are read right")),
        ):
            self._epochs_done.headerItem().setToolTip(column, tip)
        self._epochs_done.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._runs: list[Run] = []
        self._compared = ChoiceBox()
        self._compared.setAccessibleName(self.tr("Training to compare with"))
        self._compared.setToolTip(self.tr("Show the curves of an earlier training behind these"))
        # A training's long title may be cut short, but does not push the button out of sight.
        self._compared.setMinimumContentsLength(_FEWEST_LETTERS)
        self._compared.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._compared.currentIndexChanged.connect(self._compare)
        self._repeat = QPushButton(self.tr("Repeat"))
        self._repeat.setToolTip(self.tr("Fill the form with the settings of that training"))
        self._repeat.clicked.connect(self._want_settings)
        against = QHBoxLayout()
        against.setSpacing(8)
        label = QLabel(self.tr("&Compare with"))
        label.setBuddy(self._compared)
        against.addWidget(label)
        against.addWidget(self._compared, 1)
        against.addWidget(self._repeat)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._curves, 3)
        add_layout(layout, against)
        layout.addWidget(self._epochs_done, 1)
        self.list_runs()

    def begin(self, epochs: int, history: Sequence[Mapping[str, Any]] = ()) -> None:
        """Show another training from its beginning.

        Args:
            epochs: Number of epochs of the whole training.
            history: The `epoch` events of a training that goes on, from before it stopped.
        """
        self._epochs_done.clear()
        self._curves.begin(epochs)
        for message in history:
            self.add_epoch(message)

    def add_batch(self, message: Mapping[str, Any]) -> None:
        """Show a `batch` event."""
        position = message["epoch"] - 1 + message["batch"] / message["batches"]
        self._curves.add_batch(position, message["loss"], message["accuracy"])

    def add_epoch(self, message: Mapping[str, Any]) -> None:
        """Show an `epoch` event."""
        row = QTreeWidgetItem(
            [
                str(message["epoch"]),
                f"{message['loss']:.4f}",
                f"{message['validation_loss']:.4f}",
                f"{message['accuracy'] * 100:.2f} %",
                f"{message['validation_accuracy'] * 100:.2f} %",
                self.tr("{seconds:.0f} s").format(seconds=message["seconds"]),
            ]
        )
        self._curves.add_epoch(
            message["epoch"],
            message["loss"],
            message["accuracy"],
            message["validation_loss"],
            message["validation_accuracy"],
        )
        self._epochs_done.addTopLevelItem(row)
        self._epochs_done.scrollToItem(row)

    def list_runs(self) -> None:
        """Offer the trainings that were kept, the latest first."""
        self._runs = kept_runs()
        self._compared.clear()
        self._compared.addItem(self.tr("No other training"))
        for run in self._runs:
            self._compared.addItem(_run_title(run))
        self._repeat.setEnabled(False)

    @Slot(int)
    def _compare(self, index: int) -> None:
        run = self._runs[index - 1] if index > 0 else None
        self._repeat.setEnabled(run is not None and not run.settings.get("recipe"))
        self._curves.show_other(run)

    @Slot()
    def _want_settings(self) -> None:
        index = self._compared.currentIndex()
        if index > 0:
            self.settings_wanted.emit(self._runs[index - 1].settings)


def _run_title(run: Run) -> str:
    accuracy = "" if run.test_accuracy is None else f"  ·  {run.test_accuracy * 100:.2f} %"
    time = run.started[11:16]
    return f"{run.name}  ·  {date_text(run.started)}, {time}{accuracy}"
