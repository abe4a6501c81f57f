"""An editor for a network as a list of layers; each row shows the layer's output shape and costs at once."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QSpinBox,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from digitvision.faults import Fault
from digitvision.ink.raster import RASTER_SIZE
from digitvision.layer_list import (
    KINDS,
    MOST_LAYERS,
    LayerSummary,
    ListedLayer,
    Size,
    format_layers,
    problem_of,
    read_layers,
    summarize_layers,
)
from digitvision.ui.theme import icon
from digitvision.ui.widgets.choice_box import ChoiceBox
from digitvision.ui.widgets.layouts import add_layout

USUAL: Final = "conv 32 3, pool 2, conv 64 3, pool 2, dense 128, dropout 0.2"
"""The list that the editor begins with: the plain network."""

_RASTER: Final = (RASTER_SIZE, RASTER_SIZE, 1)
_ROWS_SHOWN: Final = 9
_NUMBER_PX: Final = 44
_ICON_PX: Final = 16
_MARGIN_PX: Final = 6
_LONG: Final = 1_000_000


class LayerEditor(QWidget):
    """Shows the list of layers as rows, and below it fields that change the current row."""

    changed = Signal()

    def __init__(self, classes: int, parent: QWidget | None = None) -> None:
        """Begin with the usual list.

        Args:
            classes: Number of classes for which the costs are shown.
        """
        super().__init__(parent)
        self._classes = classes
        self._layers: list[ListedLayer] = []
        self._steps: tuple[LayerSummary, ...] = ()
        self._problem_row: QTreeWidgetItem | None = None
        """The row below a layer that says what is wrong with it; there is one at most."""
        self._make_rows()
        self._make_tools()
        self._sizes = QHBoxLayout()
        self._sizes.setSpacing(4)
        self._numbers: list[QSpinBox | QDoubleSpinBox] = []
        tools = QHBoxLayout()
        tools.setSpacing(4)
        tools.addWidget(self._kind, 1)
        for button in (self._add, self._remove, self._up, self._down):
            tools.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._rows)
        add_layout(layout, tools)
        add_layout(layout, self._sizes)
        self._show_layers(read_layers(USUAL), 0)

    def _make_rows(self) -> None:
        """Make the table of layers, with the keys that change it."""
        self._rows = QTreeWidget()
        self._rows.setAccessibleName(self.tr("Layers of your own"))
        self._rows.setToolTip(self.tr("Del removes a layer; Ctrl+Up and Ctrl+Down move it"))
        self._rows.setRootIsDecorated(False)
        self._rows.setItemsExpandable(False)
        self._rows.setIndentation(0)
        self._rows.setWordWrap(True)
        self._rows.setUniformRowHeights(False)
        self._rows.setHeaderLabels([self.tr("Layer"), self.tr("Output"), self.tr("Param."), self.tr("Mult.-adds")])
        for column, tip in enumerate(
            (
                self.tr("As the command line writes it"),
                self.tr("Height, width and channels, or the number of values"),
                self.tr("Parameters"),
                self.tr("Multiply-adds for one character"),
            )
        ):
            self._rows.headerItem().setToolTip(column, tip)
        header = self._rows.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(_ICON_PX)
        self._rows.setFixedHeight((_ROWS_SHOWN + 1) * (self._rows.fontMetrics().lineSpacing() + 5))
        self._rows.currentItemChanged.connect(self._show_current)
        for keys, do in (
            (QKeySequence(Qt.Key.Key_Delete), self.remove_current),
            (QKeySequence("Ctrl+Up"), self.move_up),
            (QKeySequence("Ctrl+Down"), self.move_down),
        ):
            QShortcut(keys, self._rows, do, context=Qt.ShortcutContext.WidgetShortcut)

    def _make_tools(self) -> None:
        """Make what changes the current row, adds one, removes it and moves it."""
        self._kind = ChoiceBox()
        self._kind.setAccessibleName(self.tr("Kind of layer"))
        self._kind.setToolTip(self.tr("Change the kind of this layer"))
        self._kind.addItems(list(KINDS))
        self._kind.activated.connect(self._change_kind)
        self._add = QToolButton()
        self._add.setText(self.tr("Add"))
        self._add.setToolTip(self.tr("Add a layer after this one"))
        self._add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._add)
        for kind, meaning in self._meanings().items():
            menu.addAction(f"{kind}: {meaning}", self._adder(kind))
            self._kind.setItemData(self._kind.findText(kind), meaning, Qt.ItemDataRole.ToolTipRole)
        self._add.setMenu(menu)
        self._remove = _tool("−", self.tr("Remove this layer"), self.remove_current)
        self._up = _tool("↑", self.tr("Move this layer up"), self.move_up)
        self._down = _tool("↓", self.tr("Move this layer down"), self.move_down)

    @property
    def text(self) -> str:
        """The list as the command line takes it."""
        return format_layers(self._layers)

    @property
    def steps(self) -> tuple[LayerSummary, ...]:
        """The output shape and the costs of each layer, and of the softmax after them."""
        return self._steps

    @property
    def problem(self) -> str:
        """Why no network can be built from the list, in one sentence; empty where one can."""
        if not self._layers:
            return self.tr("Add a layer.")
        return problem_of(self._steps, self._layers)

    def show_text(self, text: str) -> None:
        """Show this list; a list that cannot be read leaves the rows as they are."""
        try:
            layers = read_layers(text)
        except Fault:
            return
        self._show_layers(layers, 0)

    @Slot()
    def remove_current(self) -> None:
        """Remove the current layer."""
        index = self._current_index
        if index is not None:
            self._show_layers([*self._layers[:index], *self._layers[index + 1 :]], index)

    @Slot()
    def move_up(self) -> None:
        """Swap the current layer with the one before it."""
        self._move(-1)

    @Slot()
    def move_down(self) -> None:
        """Swap the current layer with the one after it."""
        self._move(1)

    def add(self, kind: str) -> None:
        """Add a layer with the usual numbers after the current one."""
        if len(self._layers) < MOST_LAYERS:
            index = len(self._layers) if self._current_index is None else self._current_index + 1
            self._show_layers([*self._layers[:index], ListedLayer.plain(kind), *self._layers[index:]], index)

    @property
    def _current_index(self) -> int | None:
        """Index of the current layer; None where there is none."""
        item = self._rows.currentItem()
        if item is None:
            return None
        # A row with a problem belongs to the layer above it.
        index = self._rows.indexOfTopLevelItem(item.parent() or item)
        return index if index < len(self._layers) else None

    def _adder(self, kind: str) -> Callable[[], None]:
        return lambda: self.add(kind)

    def _move(self, by: int) -> None:
        index = self._current_index
        if index is not None and 0 <= index + by < len(self._layers):
            layers = list(self._layers)
            layers[index], layers[index + by] = layers[index + by], layers[index]
            self._show_layers(layers, index + by)

    @Slot()
    def _change_kind(self) -> None:
        index, kind = self._current_index, self._kind.currentText()
        if index is not None and kind != self._layers[index].kind:
            self._show_layers([*self._layers[:index], ListedLayer.plain(kind), *self._layers[index + 1 :]], index)

    @Slot()
    def _change_numbers(self) -> None:
        index = self._current_index
        if index is not None:
            layer = ListedLayer(self._layers[index].kind, tuple(round(box.value(), 2) for box in self._numbers))
            self._show_layers([*self._layers[:index], layer, *self._layers[index + 1 :]], index)

    def _show_layers(self, layers: Sequence[ListedLayer], current: int) -> None:
        """Show these layers, with the layer of this index as the current one."""
        self._layers = list(layers)
        self._steps = summarize_layers(self._layers, _RASTER, self._classes)
        self._rows.blockSignals(True)
        self._problem_row = None
        self._rows.clear()
        names = [*map(str, self._layers), self.tr("softmax {classes}").format(classes=self._classes)]
        rows = [self._add_row(name, step) for name, step in zip(names, self._steps, strict=True)]
        rows[-1].setToolTip(0, self.tr("One output for each class; always the last layer"))
        self._rows.setCurrentItem(rows[min(current, max(len(self._layers) - 1, 0))])
        self._rows.blockSignals(False)
        self._show_current()
        self._fit_problem_row()
        self.changed.emit()

    def _add_row(self, name: str, step: LayerSummary) -> QTreeWidgetItem:
        # Millions in full would leave no room for the layers' names.
        parameters = f"{step.parameters:,}" if step.parameters < _LONG else _short(step.parameters)
        shown = ["×".join(map(str, step.shape)), parameters, _short(step.multiply_adds)]
        row = QTreeWidgetItem([name, *(shown if step.shape else ["–"] * 3)])
        for column in range(1, 4):
            row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.setToolTip(0, name)
        row.setToolTip(2, f"{step.parameters:,}")
        row.setToolTip(3, f"{step.multiply_adds:,}")
        self._rows.addTopLevelItem(row)
        if step.problem:
            self._problem_row = QTreeWidgetItem(row, [step.problem])
            self._problem_row.setIcon(0, icon("warning", self.palette()))
            self._problem_row.setToolTip(0, step.problem)
            self._problem_row.setFirstColumnSpanned(True)
            row.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, step.problem)
            row.setExpanded(True)
        return row

    def _fit_problem_row(self) -> None:
        """Make the row of the problem as high as its text needs."""
        if self._problem_row is not None:
            width, wrap = self._rows.viewport().width() - 2 * _ICON_PX, Qt.TextFlag.TextWordWrap.value
            wrapped = self._rows.fontMetrics().boundingRect(0, 0, width, 0, wrap, self._problem_row.text(0))
            self._problem_row.setSizeHint(0, QSize(0, wrapped.height() + _MARGIN_PX))

    @Slot()
    def _show_current(self) -> None:
        """Enable what can be done with the current layer, and show its numbers in the fields."""
        index = self._current_index
        layer = None if index is None else self._layers[index]
        sizes = () if layer is None else KINDS[layer.kind]
        if [box.accessibleName() for box in self._numbers] != [size.name for size in sizes]:
            self._make_fields(sizes)
        if layer is not None:
            self._kind.setCurrentText(layer.kind)
            for box, number in zip(self._numbers, layer.numbers, strict=True):
                box.blockSignals(True)
                box.setValue(number)  # type: ignore[arg-type]
                box.blockSignals(False)
        for tool, sense in (
            (self._kind, index is not None),
            (self._remove, index is not None),
            (self._up, index is not None and index > 0),
            (self._down, index is not None and index + 1 < len(self._layers)),
            (self._add, len(self._layers) < MOST_LAYERS),
        ):
            tool.setEnabled(sense)

    def _make_fields(self, sizes: Sequence[Size]) -> None:
        """Make a field for each of these numbers."""
        while (item := self._sizes.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._numbers = []
        for size in sizes:
            box = self._field(size)
            label = QLabel(self._word(size.name))
            label.setBuddy(box)
            self._sizes.addWidget(label)
            self._sizes.addWidget(box, 1)
            self._numbers.append(box)
        if not sizes:
            nothing = QLabel(self.tr("This kind of layer has no numbers."))
            # It is as high as a field, so that nothing jumps.
            nothing.setMinimumHeight(self._kind.sizeHint().height())
            self._sizes.addWidget(nothing)

    def _field(self, size: Size) -> QSpinBox | QDoubleSpinBox:
        box: QSpinBox | QDoubleSpinBox
        if size.whole:
            box = QSpinBox()
            box.setRange(int(size.least), int(size.most))
        else:
            box = QDoubleSpinBox()
            box.setRange(size.least, size.most)
            box.setSingleStep(0.05)
        box.setAccessibleName(size.name)
        box.setToolTip(self.tr("From {least:g} to {most:g}").format(least=size.least, most=size.most))
        box.setMinimumWidth(_NUMBER_PX)
        box.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)
        box.valueChanged.connect(self._change_numbers)
        return box

    def _word(self, name: str) -> str:
        words = {
            "filters": self.tr("filters"),
            "size": self.tr("size"),
            "stride": self.tr("stride"),
            "units": self.tr("units"),
            "share": self.tr("share dropped"),
        }
        return words[name]

    def _meanings(self) -> dict[str, str]:
        return {
            "conv": self.tr("convolution with ReLU"),
            "pool": self.tr("max pooling: the largest value of each square"),
            "norm": self.tr("batch normalization"),
            "dense": self.tr("dense layer with ReLU"),
            "dropout": self.tr("drops values at random during training"),
            "flatten": self.tr("all maps as one row of values"),
            "mean": self.tr("global average pooling: each channel's mean"),
        }

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_problem_row()


def _tool(text: str, tip: str, do: Callable[[], None]) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.clicked.connect(do)
    return button


def _short(number: int) -> str:
    """A count in four or five characters: 640, 12.5 k, 2.63 M."""
    for unit, sign in ((1_000_000, " M"), (1000, " k")):
        if number >= unit:
            return f"{number / unit:.3g}{sign}" if number < 999.5 * unit else f"{number / unit:,.0f}{sign}"
    return str(number)
