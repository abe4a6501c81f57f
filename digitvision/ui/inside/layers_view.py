"""A model's layers; for the chosen one, its maps for the drawing beside the filters that make them."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from digitvision.recognition.inspection.activations import FeatureMaps
from digitvision.recognition.inspection.filters import Filters
from digitvision.recognition.models.model_card import Layer, ModelCard
from digitvision.ui.inside.feature_maps import FeatureMapsView
from digitvision.ui.inside.filter_view import FilterView
from digitvision.ui.inside.inside_client import Anatomy
from digitvision.ui.inside.layer_diagram import LayerDiagram
from digitvision.ui.inside.layer_names import layer_titles

_MILLION: Final = 1e6


class LayersView(QWidget):
    """The diagram of layers above, the maps and filters of the chosen one below; `filters_wanted` asks for filters."""

    filters_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: dict[str, Layer] = {}
        self._activations: Mapping[str, FeatureMaps] = {}
        self._chosen = ""
        self._titles: dict[str, str] = {}
        self._shown_in: dict[str, str] = {}
        self._total = QLabel()
        self._total.setWordWrap(True)
        self._diagram = LayerDiagram()
        self._diagram.chosen.connect(self._choose)
        self.maps = FeatureMapsView()
        self._caption = QLabel()
        self._caption.setWordWrap(True)
        self.filters = FilterView()
        self.maps.chosen.connect(self.filters.choose)
        self.filters.hide()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._caption)
        column.addWidget(self.maps, 1)
        below = QSplitter(Qt.Orientation.Horizontal)
        below.setChildrenCollapsible(False)
        below.addWidget(left)
        below.addWidget(self.filters)
        below.setStretchFactor(0, 1)
        below.setStretchFactor(1, 1)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self._diagram)
        halves.addWidget(below)
        halves.setStretchFactor(0, 1)
        halves.setStretchFactor(1, 1)
        halves.setSizes([1, 1])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._total)
        layout.addWidget(halves, 1)

    def show_model(self, card: ModelCard, anatomy: Anatomy) -> None:
        """Show a model's layers."""
        self._layers = {layer.name: layer for layer in card.layers}
        self._activations = {}
        self._titles = layer_titles(self._layers, [row.name for row in anatomy.rows])
        self._shown_in = anatomy.shown_in
        cost = sum(anatomy.costs.values()) / _MILLION
        values = {"layers": len(card.layers), "parameters": card.parameters, "millions": cost}
        self._total.setText(
            self.tr(
                "{layers} layers, {parameters:,} parameters, {millions:.1f} million multiply-adds per character. "
                "Filled dots are layers that compute with weights, hollow ones have none."
            ).format(**values)
        )
        self._diagram.show_layers(self._layers, anatomy)

    def clear(self) -> None:
        """Show no layers, because another model is being loaded."""
        self._layers, self._activations, self._chosen = {}, {}, ""
        self._titles, self._shown_in = {}, {}
        self._total.setText("")
        self._diagram.clear()
        self.show_filters(None)
        self._show_maps()

    def show_activations(self, layers: Mapping[str, FeatureMaps]) -> None:
        """Show these feature maps, by the name of the layer; empty where nothing is drawn."""
        self._activations = layers
        self._show_maps()

    @Slot(object)
    def show_filters(self, filters: Filters | None) -> None:
        """Show the filters that `filters_wanted` asked for, unless another layer was chosen meanwhile."""
        wanted = filters if filters is not None and filters.layer == self._chosen else None
        self.filters.set_filters(wanted)
        self.filters.setVisible(wanted is not None)

    @Slot(str)
    def _choose(self, name: str) -> None:
        self._chosen = name
        self._show_maps()
        self.filters_wanted.emit(name)

    def _show_maps(self) -> None:
        shown = self._activations.get(self._shown_in.get(self._chosen, ""))
        maps = None if shown is None else shown.maps
        self.maps.set_maps(maps, why_none=self._why_none())
        title = self._titles.get(self._chosen, "")
        if shown is None or maps is None:
            self._caption.setText(title)
            return
        if shown.name != self._chosen:
            title = self.tr("{layer} together with {other}").format(layer=title, other=self._titles[shown.name])
        values = {"layer": title, "count": maps.shape[-1], "least": float(maps.min()), "most": float(maps.max())}
        self._caption.setText(self.tr("{layer}: {count} maps, values from {least:.2f} to {most:.2f}").format(**values))

    def _why_none(self) -> str:
        """Return a sentence that stands in the place of maps."""
        if not self._activations:
            return self.tr("Write something on the small canvas: here is what this layer makes of it.")
        layer = self._layers.get(self._chosen)
        if layer is not None and layer.kind == "Dropout":
            return self.tr("This layer works during training only.")
        return self.tr("This layer has no maps of its own: it is computed together with its neighbours.")
