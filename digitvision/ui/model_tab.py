"""The Model tab: which model is loaded, its layers, how it was trained and what was measured on it."""

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from digitvision.recognition.modelcard import ModelCard
from digitvision.recognition.modelstore import Model, ModelStore


class ModelTab(QWidget):
    """Shows a model's card and lets another be chosen."""

    model_wanted = Signal(str)

    def __init__(self, store: ModelStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._choice = QComboBox()
        self._choice.setAccessibleName(self.tr("Model that answers"))
        self._choice.setToolTip(self.tr("Choose the model that answers"))
        self._choice.setMinimumWidth(240)
        self._choice.activated.connect(self._choose)
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(4)
        self._layers = _table(
            self.tr("Layers"), [self.tr("Layer"), self.tr("Kind"), self.tr("Output shape"), self.tr("Parameters")]
        )
        self._figures = _table(
            self.tr("Measured"),
            [self.tr("Figure"), self.tr("Value"), self.tr("Data"), self.tr("Samples"), self.tr("Printed by")],
        )
        top = QHBoxLayout()
        label = QLabel(self.tr("M&odel"))
        label.setBuddy(self._choice)
        top.addWidget(label)
        top.addWidget(self._choice)
        top.addStretch(1)
        tables = QSplitter(Qt.Orientation.Vertical)
        tables.setChildrenCollapsible(False)
        for title, table in ((self.tr("Layers"), self._layers), (self.tr("Measured"), self._figures)):
            tables.addWidget(_titled(title, table))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addLayout(self._facts)
        layout.addWidget(tables, 1)

    def show_models(self, models: list[Model], current: str) -> None:
        """Offer these models; `current` is the one that answers."""
        self._choice.clear()
        for model in models:
            suffix = self.tr("came with the program") if model.bundled else self.tr("your own")
            self._choice.addItem(f"{model.name}  ·  {suffix}", model.name)
        self._choice.setCurrentIndex(self._choice.findData(current))

    def show_model(self, model: Model) -> None:
        """Show a model's card."""
        card = model.card
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, value in self._lines(card):
            text = QLabel(value)
            text.setWordWrap(True)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addRow(name, text)
        self._layers.clear()
        for layer in card.layers:
            shape = " × ".join(str(size) for size in layer.output_shape)
            kind = f"{layer.kind}  {layer.detail}".strip()
            self._layers.addTopLevelItem(QTreeWidgetItem([layer.name, kind, shape, f"{layer.parameters:,}"]))
        self._figures.clear()
        for figure in card.figures:
            is_fraction = 0 <= figure.value <= 1 and not figure.name.endswith(("ms", "(count)"))
            value = f"{figure.value * 100:.2f} %" if is_fraction else f"{figure.value:g}"
            row = [figure.name, value, figure.data, f"{figure.samples:,}", figure.command]
            self._figures.addTopLevelItem(QTreeWidgetItem(row))

    def _lines(self, card: ModelCard) -> list[tuple[str, str]]:
        """The card's facts as label and text."""
        shape = "×".join(str(size) for size in card.input_shape)
        lines = [
            (
                self.tr("Reads"),
                self.tr("{alphabet}: {labels}").format(
                    alphabet=card.alphabet, labels=" ".join(label.text for label in card.labels)
                ),
            ),
            (
                self.tr("Network"),
                self.tr("{architecture}, {parameters:,} parameters, input {shape}").format(
                    architecture=card.architecture, parameters=card.parameters, shape=shape
                ),
            ),
            (self.tr("Trained on"), "; ".join(f"{d.name}, {d.samples:,} samples ({d.licence})" for d in card.data)),
            (self.tr("Trained how"), _settings(card.settings)),
            (self.tr("Made"), ", ".join([card.created, *(f"{k} {v}" for k, v in card.versions.items())])),
        ]
        if card.description:
            lines.insert(0, (self.tr("About"), card.description))
        return [(name, text) for name, text in lines if text]

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.model_wanted.emit(self._choice.itemData(index))


def _settings(settings: dict[str, Any]) -> str:
    """Settings of one value each; curves and tables have no place in a line."""
    plain = {name: value for name, value in settings.items() if isinstance(value, (bool, int, float, str))}
    return ", ".join(f"{name.replace('_', ' ')} {_plain(value)}" for name, value in plain.items())


def _plain(value: bool | float | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _table(name: str, columns: list[str]) -> QTreeWidget:
    table = QTreeWidget()
    table.setRootIsDecorated(False)
    table.setAlternatingRowColors(True)
    table.setHeaderLabels(columns)
    table.setAccessibleName(name)
    header = table.header()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(True)
    return table


def _titled(title: str, table: QTreeWidget) -> QWidget:
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    layout.addWidget(QLabel(title))
    layout.addWidget(table, 1)
    return box
