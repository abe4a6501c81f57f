"""What a model's card says: how it was made, with which data under which licences, and what was measured on it."""

import re
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHeaderView,
    QLabel,
    QScrollArea,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from digitvision.recognition.models.model_card import Figure, ModelCard
from digitvision.recognition.models.model_store import Model
from digitvision.ui.widgets.alphabet_choice import alphabet_title

_RESTRICTED: Final = re.compile(r"non-?commercial|\bNC\b|research (use|purposes|only)", re.IGNORECASE)
"""In a licence: its data, and what was made from it, may not be used for everything."""

_FACTS_HEIGHT_PX: Final = 120
_SPARE_PX: Final = 4
_MEGABYTE: Final = 1024**2


class ModelCardPage(QWidget):
    """Shows one model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        facts = QWidget()
        self._facts = QFormLayout(facts)
        self._facts.setContentsMargins(0, 0, 8, 0)
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(4)
        # New labels have no height before they are laid out.
        facts.installEventFilter(self)
        self._area = QScrollArea()
        self._area.setWidget(facts)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setMinimumHeight(_FACTS_HEIGHT_PX)
        self._area.setAccessibleName(self.tr("Model card"))
        self._layers = _table(
            self.tr("Layers"), [self.tr("Layer"), self.tr("Kind"), self.tr("Output shape"), self.tr("Parameters")]
        )
        self._figures = _table(
            self.tr("Measured"),
            [self.tr("Figure"), self.tr("Value"), self.tr("Data"), self.tr("Samples"), self.tr("Printed by")],
        )
        self._parts = parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self._area)
        for title, table in ((self.tr("Measured"), self._figures), (self.tr("Layers"), self._layers)):
            parts.addWidget(_titled(title, table))
        parts.splitterMoved.connect(self._keep_parts)
        self._moved = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(parts)

    @property
    def facts_hidden_px(self) -> int:
        """How much of the facts is out of view."""
        return self._area.verticalScrollBar().maximum()

    def show_model(self, model: Model) -> None:
        """Show a model's card."""
        card = model.card
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, value in self._lines(model):
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
            row = [figure.name, _value(figure), figure.data, f"{figure.samples:,}", figure.command]
            item = QTreeWidgetItem(row)
            item.setToolTip(4, figure.command)
            self._figures.addTopLevelItem(item)

    @Slot()
    def _keep_parts(self) -> None:
        self._moved = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._share_room()
        return super().eventFilter(watched, event)

    def _share_room(self) -> None:
        """The facts get what they need, up to half; the tables share the rest."""
        if not self._moved:
            needed = self._facts.totalHeightForWidth(self._area.viewport().width()) + _SPARE_PX
            first = min(max(needed, _FACTS_HEIGHT_PX), self.height() // 2)
            rest = (self.height() - first) // 2
            self._parts.setSizes([first, rest, rest])

    def _lines(self, model: Model) -> list[tuple[str, str]]:
        """The card's facts as label and text."""
        card = model.card
        shape = "×".join(str(size) for size in card.input_shape)
        size = _size(model)
        views = {
            "raster": self.tr("the picture"),
            "trajectory": self.tr("the pen's path"),
            "surroundings": self.tr("what lies around, where anything does"),
        }
        lines = [
            (self.tr("About"), card.description),
            (self.tr("Reads"), self._alphabets(card)),
            (self.tr("Restricted"), self._restrictions(card)),
            (
                self.tr("Network"),
                self.tr("{architecture}, {parameters:,} parameters, input {shape}").format(
                    architecture=card.architecture, parameters=card.parameters, shape=shape
                )
                + (self.tr(", {size:.2f} MB").format(size=size) if size else ""),
            ),
            (
                self.tr("Looks at"),
                self.tr(" and ").join(views.get(view, view) for view in card.views)
                + self.tr(", preprocessing {version}").format(version=card.preprocessing),
            ),
            (
                self.tr("Trained on"),
                "\n".join(
                    (
                        self.tr("{name}, {samples:,} samples by {writers:,} writers ({licence})")
                        if source.writers
                        else self.tr("{name}, {samples:,} samples ({licence})")
                    ).format(name=source.name, samples=source.samples, writers=source.writers, licence=source.licence)
                    for source in card.data
                ),
            ),
            (self.tr("Trained how"), _settings(card.settings)),
            (self.tr("Made"), ", ".join([card.created, *(f"{k} {v}" for k, v in card.versions.items())])),
        ]
        return [(name, text) for name, text in lines if text]

    def _alphabets(self, card: ModelCard) -> str:
        lines = []
        for name in card.alphabet_names:
            places = card.alphabet_card(name).class_indices
            labels = " ".join(card.labels[place].text for place in places)
            lines.append(
                self.tr("{alphabet} ({count}): {labels}").format(
                    alphabet=alphabet_title(name), count=len(places), labels=labels
                )
            )
        return "\n".join(lines)

    def _restrictions(self, card: ModelCard) -> str:
        names: dict[str, list[str]] = {}
        for source in card.data:
            if _RESTRICTED.search(source.licence):
                names.setdefault(source.licence, []).append(source.name)
        # One sentence a licence: many files of one source come under the same.
        return "\n".join(
            self.tr(
                "{names}: licensed with limits ({licence}), which may hold for what is made from it, this model too."
            ).format(names=", ".join(those), licence=licence)
            for licence, those in names.items()
        )


def _value(figure: Figure) -> str:
    is_fraction = 0 <= figure.value <= 1 and not figure.name.endswith(("ms", "(count)", "AUROC"))
    return f"{figure.value * 100:.2f} %" if is_fraction else f"{figure.value:g}"


def _size(model: Model) -> float:
    """Megabytes of what is loaded to answer; 0 where it is missing, which loading it will tell."""
    try:
        return (model.folder / "model.tflite").stat().st_size / _MEGABYTE
    except OSError:
        return 0.0


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
    table.setMinimumHeight(56)
    header = table.header()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(True)
    return table


def _titled(title: str, table: QTreeWidget) -> QWidget:
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 4, 0, 0)
    layout.setSpacing(4)
    layout.addWidget(QLabel(title))
    layout.addWidget(table, 1)
    return box
