"""Which network to train: one of the program's, a file of the user's, or layers listed here; with what it costs."""

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from digitvision.layer_list import is_list
from digitvision.ui.train.architectures import architectures
from digitvision.ui.train.layer_editor import LayerEditor
from digitvision.ui.train.network_file import UserFile
from digitvision.ui.widgets.choice_box import ChoiceBox
from digitvision.ui.widgets.column_of_texts import ColumnOfTexts

CLASSES: Final = 10
"""Number of classes for which costs are shown: the real one is known when the data has been read."""

FEWEST_LETTERS: Final = 12
"""Number of letters of a name that a box shows at least before it cuts the name short."""

_FILE: Final = "file"
_LAYERS: Final = "layers"
_OWN: Final = ".py"


class NetworkChoice(QWidget):
    """The list of networks; `details`, to be put below it, has the fields of an own network and the costs."""

    changed = Signal()
    layers_changed = Signal(str)
    """The user changed the list of layers; the new list, as the command line takes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = ChoiceBox()
        self.box.setAccessibleName(self.tr("Network"))
        self.box.setToolTip(self.tr("One of the program's networks, or one of your own"))
        for item in architectures():
            self.box.addItem(item.title, item.name)
        self.box.addItem(self.tr("File of your own …"), _FILE)
        self.box.addItem(self.tr("Layers of your own …"), _LAYERS)
        self.box.setMinimumContentsLength(FEWEST_LETTERS)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.currentIndexChanged.connect(self._show)
        self._cost = QLabel()
        self._cost.setWordWrap(True)
        self._cost.setTextFormat(Qt.TextFormat.PlainText)
        self._cost.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._file = UserFile(CLASSES)
        self._file.changed.connect(self._show)
        self._layers = LayerEditor(CLASSES)
        self._layers.changed.connect(self._on_layers_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.box)
        self.details = ColumnOfTexts()
        for widget in (self._file, self._layers, self._cost):
            self.details.column.addWidget(widget)
        self._show()

    @property
    def architecture(self) -> str:
        """The chosen network, as the command line takes it."""
        chosen = self.box.currentData()
        return {_FILE: self._file.path, _LAYERS: self._layers.text}.get(chosen, str(chosen))

    @property
    def problem(self) -> str:
        """Why no training can begin with this network, in one sentence; empty where one can."""
        return {_FILE: self._file.problem, _LAYERS: self._layers.problem}.get(self.box.currentData(), "")

    def choose(self, architecture: object) -> None:
        """Choose this architecture; anything that is no architecture leaves the choice as it is."""
        text = str(architecture)
        index = self.box.findData(text)
        if is_list(text):
            self._layers.show_text(text)
            if self._layers.text == text:
                index = self.box.findData(_LAYERS)
        elif text.endswith(_OWN):
            self._file.open(text)
            index = self.box.findData(_FILE)
        if index >= 0:
            self.box.setCurrentIndex(index)

    def show_layers(self, text: str) -> None:
        """Show this list in the editor, without choosing it."""
        self._layers.show_text(text)

    def shut_down(self) -> None:
        """Leave nothing running."""
        self._file.shut_down()

    @Slot()
    def _on_layers_changed(self) -> None:
        self._show()
        self.layers_changed.emit(self._layers.text)

    @Slot()
    def _show(self) -> None:
        chosen = self.box.currentData()
        self._file.setVisible(chosen == _FILE)
        self._layers.setVisible(chosen == _LAYERS)
        self._cost.setText(self.problem or self._describe_cost(chosen))
        self.changed.emit()

    def _describe_cost(self, chosen: str) -> str:
        if chosen == _FILE:
            parameters, cost = self._file.cost
        elif chosen == _LAYERS:
            parameters = sum(step.parameters for step in self._layers.steps)
            cost = sum(step.multiply_adds for step in self._layers.steps)
        else:
            (item,) = [item for item in architectures() if item.name == chosen]
            return self.tr(
                "{parameters:,} parameters, {cost:.1f} million multiply-adds per character; after {source}"
            ).format(
                parameters=item.parameters_for(CLASSES),
                cost=item.multiply_adds_for(CLASSES) / 1e6,
                source=item.source,
            )
        return self.tr("{parameters:,} parameters, {cost:,} multiply-adds per character, for {classes} classes").format(
            parameters=parameters, cost=cost, classes=CLASSES
        )
