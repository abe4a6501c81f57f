"""A model's card for people: what it reads and for whom, how well, and its network; the rest is folded away."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHeaderView,
    QLabel,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from digitvision.recognition.models.data_names import figure_data_name
from digitvision.recognition.models.headline_figures import figure_name, figure_value, headlines
from digitvision.recognition.models.model_card import ModelCard
from digitvision.recognition.models.model_store import Model
from digitvision.ui.models.card_text import (
    describe_audience,
    describe_libraries,
    describe_measurement,
    describe_origin,
    describe_reading,
    list_alphabets,
    list_data,
    list_settings,
)
from digitvision.ui.models.figure_row import FigureRow
from digitvision.ui.models.folded_section import FoldedSection
from digitvision.ui.models.network_diagram import NetworkDiagram
from digitvision.ui.models.network_sketch import sketch_of

_WIDEST_PX: Final = 1000
"""Longer lines of text are hard to read."""

_TITLE_PX: Final = 24
_HEADING_PX: Final = 16
_TABLE_ROWS: Final = 12


class ModelCardPage(QScrollArea):
    """Shows one model; what only some people want is folded behind lines that open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = _text_label(_TITLE_PX)
        self._description = _text_label()
        self._origin = _text_label(faded=True)
        self._facts = _Facts()
        self._diagram = NetworkDiagram()
        self._figures = FigureRow()
        self._measured_on = _text_label(faded=True)
        self._all_figures = _table(
            self.tr("Measured"),
            [
                self.tr("What was measured"),
                self.tr("Value"),
                self.tr("Data"),
                self.tr("Samples"),
                self.tr("Command that prints it"),
            ],
        )
        self._layers = _table(
            self.tr("Layers"), [self.tr("Layer"), self.tr("Kind"), self.tr("Output shape"), self.tr("Parameters")]
        )
        self._signs = _Facts()
        self._data = _Facts()
        self._training = _Facts()
        self._sections = [
            (FoldedSection(title, tip, content), content)
            for title, tip, content in (
                (self.tr("All signs that it knows"), self.tr("The signs of each alphabet"), self._signs),
                (self.tr("Data and licences"), self.tr("What it learned from, and what that allows"), self._data),
                (self.tr("How it was trained"), self.tr("The settings of its training"), self._training),
                (self.tr("All that was measured"), self.tr("Every figure and its command"), self._all_figures),
                (self.tr("All layers"), self.tr("Every layer of its network"), self._layers),
            )
        ]
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Model card"))
        self._lay_out()

    def _lay_out(self) -> None:
        page = QWidget()
        page.setMaximumWidth(_WIDEST_PX)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(4)
        for label in (self._name, self._description, self._origin):
            layout.addWidget(label)
        layout.addSpacing(12)
        layout.addWidget(self._facts)
        for title, widgets in (
            (self.tr("How well it reads"), (self._figures, self._measured_on)),
            (self.tr("Its network"), (self._diagram,)),
        ):
            layout.addSpacing(16)
            heading = _text_label(_HEADING_PX)
            heading.setText(title)
            layout.addWidget(heading)
            layout.addSpacing(4)
            for widget in widgets:
                layout.addWidget(widget)
                layout.addSpacing(4)
        layout.addSpacing(16)
        for section, _ in self._sections:
            layout.addWidget(section)
        layout.addStretch(1)
        self.setWidget(page)

    def show_model(self, model: Model) -> None:
        """Show a model's card."""
        card = model.card
        self._name.setText(model.name)
        _fill(self._description, card.description)
        self._origin.setText(describe_origin(model))
        facts = [(self.tr("Reads"), describe_reading(card)), (self.tr("For whom"), describe_audience(card))]
        self._facts.show_lines([(title, text) for title, text in facts if text])
        first = headlines(card)
        self._figures.show_figures(first, card)
        self._figures.setVisible(bool(first))
        not_measured = self.tr("Nothing was measured yet. The page “How well it reads” measures it on data of yours.")
        self._measured_on.setText(describe_measurement(first) if first else not_measured)
        self._diagram.show_sketch(sketch_of(card))
        self._signs.show_lines(list_alphabets(card))
        self._data.show_lines(list_data(card))
        made_with = describe_libraries(card.versions)
        self._training.show_lines(
            [*list_settings(card.settings), *([(self.tr("Made with"), made_with)] if made_with else [])]
        )
        self._show_tables(card)
        for section, content in self._sections:
            lines = content.topLevelItemCount() if isinstance(content, QTreeWidget) else content.line_count
            section.setVisible(lines > 0)

    def _show_tables(self, card: ModelCard) -> None:
        self._layers.clear()
        for layer in card.layers:
            # Where a size depends on what is written the card has a zero.
            shape = " × ".join(str(size) if size else self.tr("any") for size in layer.output_shape)
            kind = f"{layer.kind}  {layer.detail}".strip()
            parameters = f"{layer.parameters:,}"
            self._layers.addTopLevelItem(QTreeWidgetItem([layer.name, kind, shape, parameters]))
        self._all_figures.clear()
        for figure in card.figures:
            data = figure_data_name(figure.data)
            row = [figure_name(figure), figure_value(figure), data, f"{figure.samples:,}", figure.command]
            item = QTreeWidgetItem(row)
            item.setToolTip(4, figure.command)
            self._all_figures.addTopLevelItem(item)
        for table in (self._layers, self._all_figures):
            rows = min(max(table.topLevelItemCount(), 1), _TABLE_ROWS)
            table.setFixedHeight(table.header().sizeHint().height() + rows * (table.sizeHintForRow(0) or 20) + 20)


class _Facts(QWidget):
    """Lines of a title and a text; the texts can be selected and copied."""

    def __init__(self) -> None:
        super().__init__()
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(6)

    @property
    def line_count(self) -> int:
        """Number of lines that are shown."""
        return self._form.rowCount()

    def show_lines(self, lines: list[tuple[str, str]]) -> None:
        """Show these lines instead of what was shown before."""
        while self._form.rowCount():
            self._form.removeRow(0)
        for title, text in lines:
            label = _text_label()
            label.setText(text)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            heading = QLabel(title)
            heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            heading.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._form.addRow(heading, label)


def _fill(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))


def _text_label(pixels: int = 0, *, faded: bool = False) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if pixels:
        font = QFont(label.font())
        font.setPixelSize(pixels)
        label.setFont(font)
    if faded:
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


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
