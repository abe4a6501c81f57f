"""The page that measures how much less data it takes to learn from a model than from nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from digitvision.files import write_named_file
from digitvision.ui.jobs.background_jobs import Jobs
from digitvision.ui.jobs.child_lines import ChildLines
from digitvision.ui.train.transfer_plot import CurvePoint, TransferPlot
from digitvision.ui.widgets.choice_box import ChoiceBox
from digitvision.ui.widgets.layouts import add_layout
from digitvision.ui.widgets.notice_place import NoticePlace

_LEVELS: Final = "1, 3, 10, 30, 100"
_MOST_OF_A_CLASS: Final = 10_000
_MOST_REPEATS: Final = 20
_STEPS: Final = 1000
_FEWEST_LETTERS: Final = 8
_MNIST: Final = "mnist"
_DRAWINGS: Final = "drawings"
_SETTINGS: Final = "settings"
"""The cause of notices on the settings of the page, see `NoticeBar.settle`."""


class TransferPage(QWidget):
    """Runs `transfer-curve` in a child process, and shows the outcome of every training as soon as it is there.

    Each training uses the whole machine, and two at once would only take twice as long: nothing is measured while a
    model is trained, nor the other way round.
    """

    running_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: tuple[str, ...] = ()
        self._seed = 1
        self._training = False
        self._jobs = Jobs(self)
        self._child = ChildLines(self)
        self._child.heard.connect(self._show_event)
        self._child.ended.connect(self._show_end)
        self._child.running_changed.connect(self._show_running)
        self._base = ChoiceBox()
        self._base.setAccessibleName(self.tr("Model to transfer from"))
        self._base.setToolTip(self.tr("Training from this model is compared with training a new network"))
        # A long name is cut short, so that it does not make the page wider than the window.
        self._base.setMinimumContentsLength(_FEWEST_LETTERS)
        self._base.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._base.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._levels = QLineEdit(_LEVELS)
        self._levels.setAccessibleName(self.tr("Numbers of samples of each class"))
        self._levels.setToolTip(
            self.tr("How many samples of each class to learn from: numbers with commas between them")
        )
        self._levels.returnPressed.connect(self.start)
        self._levels.textChanged.connect(self._end_complaint)
        self._repeats = QSpinBox()
        self._repeats.setRange(1, _MOST_REPEATS)
        self._repeats.setValue(2)
        self._repeats.setAccessibleName(self.tr("Repeats"))
        self._repeats.setToolTip(self.tr("How often each number is measured, each time with other samples"))
        self._start = QPushButton(self.tr("Measure"))
        self._start.clicked.connect(self.start)
        self._cancel = QPushButton(self.tr("Stop"))
        self._cancel.setToolTip(self.tr("Stop; what was measured stays"))
        self._cancel.clicked.connect(self._child.stop)
        self._export = QPushButton(self.tr("Export …"))
        self._export.setToolTip(self.tr("Save the plot as a picture, or its figures as a table"))
        self._export.clicked.connect(self._ask_export)
        self._state = QLabel()
        self._state.setWordWrap(True)
        self._place = NoticePlace(self._state)
        self.notice = self._place.notice
        self._progress = QProgressBar()
        self._progress.setRange(0, _STEPS)
        self._progress.setAccessibleName(self.tr("Progress of the measurement"))
        self.plot = TransferPlot()
        self._finding = QLabel()
        self._finding.setWordWrap(True)
        self._lay_out()
        self._show_running(False)

    def _lay_out(self) -> None:
        asked = QFormLayout()
        asked.setHorizontalSpacing(8)
        asked.setVerticalSpacing(8)
        asked.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        asked.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        asked.addRow(_label_for(self.tr("&From"), self._base), self._base)
        asked.addRow(_label_for(self.tr("Samples per &class"), self._levels), self._levels)
        asked.addRow(_label_for(self.tr("&Repeats"), self._repeats), self._repeats)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._start, self._cancel, self._export):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        add_layout(layout, asked)
        add_layout(layout, buttons)
        layout.addWidget(self._progress)
        layout.addWidget(self._place)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self._finding)

    @property
    def running(self) -> bool:
        """Whether a measurement is under way."""
        return self._child.running

    @property
    def finding(self) -> str:
        """The sentence under the plot."""
        return self._finding.text()

    @property
    def state(self) -> str:
        """The sentence on what is measured, or would be."""
        return self._state.text()

    def show_models(self, names: Sequence[str]) -> None:
        """Offer these models to transfer from."""
        chosen = self._base.currentText()
        self._base.clear()
        self._base.addItems(list(names))
        self._base.setCurrentIndex(max(self._base.findText(chosen), 0))
        self._show_what_would_be_measured()

    def show_data(self, data: Sequence[str], seed: int) -> None:
        """Measure on these data, named as `train` takes them, with this seed."""
        self._data, self._seed = tuple(data), seed
        self._end_complaint()
        self._show_what_would_be_measured()

    def set_training(self, training: bool) -> None:
        """Say whether a model is being trained: then nothing can be measured."""
        self._training = training
        self._show_running(self.running)

    def shut_down(self) -> None:
        """Leave nothing running."""
        self._child.shut_down()
        self._jobs.shut_down()

    @Slot()
    def start(self) -> None:
        """Measure with the settings of the page."""
        if self.running or self._training:
            return
        levels = _parse_numbers(self._levels.text())
        if levels is None:
            self._complain(
                self.tr("Write whole numbers from 1 to {most:,} with commas between them.").format(
                    most=_MOST_OF_A_CLASS
                )
            )
            self._levels.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self._data:
            self._complain(self.tr("Choose the data to learn from."))
            return
        self.notice.dismiss()
        self._finding.clear()
        self._progress.setValue(0)
        self.plot.begin(levels)
        self._state.setText(self.tr("Reading the data and starting TensorFlow …"))
        self._child.start(
            [
                "transfer-curve",
                *("--from", self._base.currentText()),
                *("--data", *self._data),
                *("--samples", ",".join(map(str, levels))),
                *("--repeats", str(self._repeats.value())),
                *("--seed", str(self._seed)),
                *("--format", "jsonl"),
                "--stop-at-eof",
            ]
        )

    def _complain(self, sentence: str) -> None:
        """Say what is wrong with the settings until they are changed."""
        self.notice.show_notice(sentence, kind="warning", about=_SETTINGS)

    @Slot()
    def _end_complaint(self) -> None:
        self.notice.settle(_SETTINGS)

    @Slot(object)
    def _show_event(self, message: dict[str, Any]) -> None:
        try:
            match message["event"]:
                case "started":
                    self._show_started(message)
                case "progress":
                    self._progress.setValue(round(_STEPS * message["done"] / max(message["of"], 1)))
                case "point":
                    self.plot.add(CurvePoint.from_message(message))
                    self._show_finding(message["finding"])
        except (KeyError, TypeError, ValueError):
            self._state.setText(self.tr("The command wrote something that is not part of a curve; it is left out."))

    def _show_started(self, facts: Mapping[str, Any]) -> None:
        words = self.tr("From “{base}” to {data}: {classes} classes, measured on {held_out:,} held-out samples ({by})")
        sentence = words.format(
            base=facts["base"],
            data=facts["data"],
            classes=int(facts["classes"]),
            held_out=int(facts["held_out"]),
            by=", ".join(map(str, facts["split"])),
        )
        self._state.setText("\n".join([sentence, *map(str, facts["notices"])]))
        self.plot.begin([int(level) for level in facts["samples"]])

    def _show_finding(self, found: Mapping[str, Any] | None) -> None:
        if found is None:
            return
        samples, most, needed = int(found["samples"]), int(found["most"]), found["needed"]
        percent = float(found["accuracy"]) * 100
        head = (
            self.tr("With 1 sample per class, transfer reaches {percent:.1f} %")
            if samples == 1
            else self.tr("With {samples:,} samples per class, transfer reaches {percent:.1f} %")
        ).format(samples=samples, percent=percent)
        if most == 0:
            tail = "."
        elif needed is None:
            tail = self.tr("; training from scratch does not reach that with {most:,}.").format(most=most)
        elif float(needed) <= samples:
            tail = self.tr("; training from scratch needs no more.")
        else:
            tail = self.tr("; training from scratch needs about {needed:,.0f}.").format(needed=float(needed))
        self._finding.setText(head + tail)
        self.plot.setAccessibleDescription(self._finding.text())

    @Slot(str)
    def _show_end(self, sentence: str) -> None:
        if sentence:
            self.notice.show_notice(sentence, kind="warning")
        if not self.plot.points:
            self._state.clear()
            self._show_what_would_be_measured()

    @Slot(bool)
    def _show_running(self, running: bool) -> None:
        free = not running and not self._training
        for field in (self._base, self._levels, self._repeats):
            field.setEnabled(free)
        self._start.setEnabled(free)
        self._start.setToolTip(
            self.tr("Not now: a model is being trained")
            if self._training
            else self.tr("Train with few samples, from this model and from scratch; takes some minutes")
        )
        # One at a time: three buttons are wider than the page of a small window.
        self._cancel.setVisible(running)
        self._export.setVisible(not running)
        self._export.setEnabled(not running and bool(self.plot.points))
        self._progress.setVisible(running)
        self._show_what_would_be_measured()
        self.running_changed.emit(running)

    def _show_what_would_be_measured(self) -> None:
        """Describe what would be measured, where nothing has been measured yet."""
        if self.running or self.plot.points:
            return
        if not self._data:
            self._state.setText(self.tr("Choose the data to learn from."))
            return
        names = ", ".join(self._data_title(name) for name in self._data)
        self._state.setText(
            self.tr(
                "Trains with a few samples of each class of {data}, from the model and from scratch, and shows how "
                "many samples it takes. A model that was trained on this data before only shows what it knows already."
            ).format(data=names)
        )

    def _data_title(self, name: str) -> str:
        return {_MNIST: "MNIST", _DRAWINGS: self.tr("your drawings")}.get(name, Path(name).name)

    @Slot()
    def _ask_export(self) -> None:
        forms = self.tr("Picture (*.png);;Vector graphics (*.svg);;Table (*.csv)")
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export"), str(Path.home() / "transfer.png"), forms)
        if name:
            self.export(Path(name))

    def export(self, path: Path) -> None:
        """Save the plot or its figures; the ending of the file's name decides the format."""
        makers = {".png": self.plot.png, ".svg": self.plot.svg, ".csv": self.plot.csv}
        make = makers.get(path.suffix.lower())
        if make is None:
            self.notice.show_notice(self.tr("The name has to end in .png, .svg or .csv."), kind="warning")
            return
        content = make()
        self._jobs.run(
            lambda: write_named_file(path, content),
            on_success=lambda _: self.notice.show_notice(
                self.tr("Saved as “{name}”.").format(name=path.name), kind="good"
            ),
            on_error=lambda sentence: self.notice.show_notice(sentence, kind="warning"),
        )


def _parse_numbers(text: str) -> list[int] | None:
    """The numbers in a text such as "1, 3, 10", ascending; None where the text is of another form."""
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdigit() and 1 <= int(word) <= _MOST_OF_A_CLASS for word in words):
        return None
    return sorted({int(word) for word in words})


def _label_for(text: str, field: QWidget) -> QLabel:
    """The label beside a field; its mnemonic leads to the field."""
    label = QLabel(text)
    label.setBuddy(field)
    return label
