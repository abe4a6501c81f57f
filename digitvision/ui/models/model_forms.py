"""The forms, within the window, that ask how to export a model and under which name to import one."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from digitvision.recognition.models.model_store import Model
from digitvision.ui.widgets.choice_box import ChoiceBox

LONGEST_NAME: Final = 64
_FORMS: Final = (
    ("keras", "float32"),
    ("tflite", "float32"),
    ("tflite", "float16"),
    ("tflite", "int8"),
    ("onnx", "float32"),
)


@dataclass(frozen=True, slots=True)
class ModelExportRequest:
    """An export of a model to a file; `agreed` where the user has agreed to replace a file that is there already."""

    model: Model
    form: str
    precision: str
    path: Path
    agreed: bool = False

    def arguments(self) -> list[str]:
        """The arguments of this program's command line."""
        precision = ["--precision", self.precision] if self.form == "tflite" else []
        # The folder, not the name: another model may have the same name.
        folder = str(self.model.folder)
        return ["models", "export", folder, "--to", self.form, *precision, "--format", "json", str(self.path)]


@dataclass(frozen=True, slots=True)
class ModelImportRequest:
    """An import of a file under a name.

    Attributes:
        path: The file.
        name: The name.
        labels: Its classes; empty for those of the card beside the file, or the ten digits.
        values: The range of values that it was trained with, as the command line names it; empty to measure it.
        ink: Which of ink and paper was bright, as the command line names it; empty to measure it.
    """

    path: Path
    name: str
    labels: str = ""
    values: str = ""
    ink: str = ""

    def arguments(self) -> list[str]:
        """The arguments of this program's command line."""
        # Written as one word, so that a text that begins with a dash is not taken for an option.
        labels = [f"--labels={self.labels}"] if self.labels else []
        known = [f"--{name}={value}" for name, value in (("values", self.values), ("ink", self.ink)) if value]
        return ["models", "import", str(self.path), "--format=json", f"--name={self.name}", *labels, *known]


class _Form(QWidget):
    """A row of fields with a button that starts the work and one that cancels, as Escape does."""

    def __init__(self, go_on: str) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._go_on = QPushButton(go_on)
        self._go_on.clicked.connect(self._send)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.clicked.connect(self.hide)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.hide)
        self.hide()

    def _add(self, title: str, field: QComboBox | QLineEdit, *, stretch: int = 0) -> None:
        label = QLabel(title)
        label.setBuddy(field)
        field.setAccessibleName(title.replace("&", ""))
        if isinstance(field, QLineEdit):
            field.returnPressed.connect(self._send)
        self._row.addWidget(label)
        self._row.addWidget(field, stretch)

    def _add_buttons(self) -> None:
        self._row.addWidget(self._go_on)
        self._row.addWidget(self._cancel)

    @Slot()
    def _send(self) -> None:
        raise NotImplementedError


class ModelExportForm(_Form):
    """Asks which format of a model to write to which file."""

    wanted = Signal(object)
    """A `ModelExportRequest`."""

    def __init__(self) -> None:
        super().__init__(self.tr("Export"))
        self._model: Model | None = None
        self._suggested = self._agreed = ""
        self._folder = Path.home()
        self._form = ChoiceBox()
        for (form, precision), title in zip(
            _FORMS,
            (
                self.tr("Keras"),
                self.tr("LiteRT"),
                self.tr("LiteRT, float16: half the size"),
                self.tr("LiteRT, int8: a quarter of the size"),
                self.tr("ONNX"),
            ),
            strict=True,
        ):
            self._form.addItem(title, (form, precision))
        self._form.currentIndexChanged.connect(self._suggest)
        self._file = QLineEdit()
        choose = QPushButton(self.tr("C&hoose …"))
        choose.setToolTip(self.tr("Choose the file to write"))
        choose.clicked.connect(self._choose)
        self.setFocusProxy(self._form)
        self._add(self.tr("&Form"), self._form)
        self._add(self.tr("F&ile"), self._file, stretch=1)
        self._row.addWidget(choose)
        self._add_buttons()

    def begin(self, model: Model) -> None:
        """Ask how this model is to be exported."""
        self._model = model
        self._file.clear()
        self._suggested = self._agreed = ""
        self._suggest()
        self.show()
        self._form.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _suggest(self) -> None:
        """Suggest a file name that fits the format; a name that the user has written keeps all but its ending."""
        if self._model is None:
            return
        form, precision = self._form.currentData()
        small = "" if precision == "float32" else f"-{precision}"
        if self._file.text() == self._suggested:
            self._suggested = str(self._folder / f"{self._model.name}{small}.{form}")
            self._file.setText(self._suggested)
            return
        stem, dot, ending = self._file.text().rpartition(".")
        if dot and ending in {form for form, _ in _FORMS}:
            self._file.setText(f"{stem}.{form}")

    @Slot()
    def _choose(self) -> None:
        form, _ = self._form.currentData()
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export"), self._file.text(), f"*.{form}")
        if name:
            path = Path(name)
            # The dialog has asked whether to replace a file of exactly this name.
            self._agreed = name if path.suffix else ""
            self._folder = path.parent
            self._file.setText(name if path.suffix else f"{name}.{form}")

    @Slot()
    def _send(self) -> None:
        text = self._file.text().strip()
        if self._model is None or not text:
            self._file.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        form, precision = self._form.currentData()
        path = Path.home() / os.path.expanduser(text)
        if path.is_dir():
            path /= Path(self._suggested).name
        self.wanted.emit(ModelExportRequest(self._model, form, precision, path, agreed=text == self._agreed))


class ModelImportForm(_Form):
    """Asks under which name to import a file into the library."""

    wanted = Signal(object)
    """A `ModelImportRequest`."""

    def __init__(self) -> None:
        super().__init__(self.tr("Import"))
        self._path = Path()
        self._name = QLineEdit()
        self._name.setMaxLength(LONGEST_NAME)
        self._labels = QLineEdit()
        self._labels.setPlaceholderText(self.tr("from its card, or the ten digits"))
        self._labels.setToolTip(
            self.tr("Its classes in the order of its outputs: characters in a row, or names with commas between them")
        )
        self._values = ChoiceBox()
        self._values.setToolTip(
            self.tr("Range of the values that it was trained with; it is measured on digits unless you know it")
        )
        self._ink = ChoiceBox()
        self._ink.setToolTip(self.tr("Which of ink and paper was bright in its pictures"))
        self._fill_choices()
        self.setFocusProxy(self._name)
        self._add(self.tr("&Name"), self._name, stretch=1)
        self._add(self.tr("&Labels"), self._labels, stretch=1)
        self._add(self.tr("&Values"), self._values)
        self._add(self.tr("Ink"), self._ink)
        self._add_buttons()

    def _fill_choices(self) -> None:
        """Offer what the command line knows; empty data stands for measuring."""
        for title, value in (
            (self.tr("measured"), ""),
            (self.tr("0 to 1"), "0-1"),
            (self.tr("0 to 255"), "0-255"),
            (self.tr("−1 to 1"), "signed"),
            (self.tr("−0.5 to 0.5"), "half"),
            (self.tr("standardised"), "standardised"),
            (self.tr("−128 to 127"), "signed-255"),
        ):
            self._values.addItem(title, value)
        for title, value in (
            (self.tr("measured"), ""),
            (self.tr("white on black"), "white-on-black"),
            (self.tr("black on white"), "black-on-white"),
        ):
            self._ink.addItem(title, value)

    def begin(self, path: Path) -> None:
        """Ask under which name to import this file."""
        self._path = path
        self._name.setText(path.stem[:LONGEST_NAME])
        self._labels.clear()
        self._values.setCurrentIndex(0)
        self._ink.setCurrentIndex(0)
        self.show()
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)
        self._name.selectAll()

    @Slot()
    def _send(self) -> None:
        self.wanted.emit(
            ModelImportRequest(
                self._path,
                self._name.text().strip(),
                self._labels.text(),
                self._values.currentData(),
                self._ink.currentData(),
            )
        )
