"""The page that looks inside the model while something is drawn: layers, their maps, and what the answer rests on."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from digitvision.ink.stroke import Stroke
from digitvision.recognition.inside import LayerMaps
from digitvision.recognition.modelstore import Model
from digitvision.recognition.prediction import percent
from digitvision.ui.canvas import Canvas
from digitvision.ui.document import Document
from digitvision.ui.inside_client import InsideClient, InsideView
from digitvision.ui.layer_maps import LayerMapsView, OcclusionView

CANVAS_PX: Final = 260
LIVE_INTERVAL_MS: Final = 60


class InsidePage(QWidget):
    """Its canvas shows the window's drawing, and takes strokes as the large one does."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._model: Model | None = None
        self._alphabet = ""
        self._view: InsideView | None = None
        self._client = InsideClient(self)
        self._client.shown.connect(self._show)
        self._client.failed.connect(self._complain)
        self._live = QTimer(self)
        self._live.setSingleShot(True)
        self._live.setInterval(LIVE_INTERVAL_MS)
        self._live.timeout.connect(self._look)
        self.canvas = Canvas()
        self.canvas.setFixedSize(CANVAS_PX, CANVAS_PX)
        self.canvas.setAccessibleName(self.tr("Small canvas"))
        self.canvas.set_hint(self.tr("Write here"))
        self.canvas.stroke_finished.connect(self._add_stroke)
        self.canvas.strokes_erased.connect(document.erase)
        self.canvas.ink_changed.connect(self._look_soon)
        document.content_changed.connect(self._show_content)
        self._answer = QLabel()
        self._answer.setWordWrap(True)
        self.occlusion = OcclusionView()
        self._method = QLabel(
            self.tr("Coloured: what the answer rests on. Method: occlusion, a patch of 5×5 pixels covered at a time.")
        )
        self._method.setWordWrap(True)
        self._layers = QTreeWidget()
        self._layers.setRootIsDecorated(False)
        self._layers.setAccessibleName(self.tr("Layers to look at"))
        self._layers.setHeaderLabels(
            [self.tr("Layer"), self.tr("Kind"), self.tr("Output"), self.tr("Parameters"), self.tr("Detail")]
        )
        self._layers.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._layers.currentItemChanged.connect(self._show_maps)
        self.maps = LayerMapsView()
        self._caption = QLabel()
        self._lay_out()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(8)
        left.addWidget(self.canvas)
        left.addWidget(self._answer)
        left.addWidget(self.occlusion, 1)
        left.addWidget(self._method)
        narrow = QWidget()
        narrow.setLayout(left)
        narrow.setFixedWidth(CANVAS_PX)
        below = QWidget()
        inside = QVBoxLayout(below)
        inside.setContentsMargins(0, 4, 0, 0)
        inside.setSpacing(4)
        inside.addWidget(self._caption)
        inside.addWidget(self.maps, 1)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self._layers)
        halves.addWidget(below)
        halves.setStretchFactor(0, 2)
        halves.setStretchFactor(1, 3)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(narrow)
        layout.addWidget(halves, 1)

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is shown."""
        return self._client.idle and not self._live.isActive()

    @property
    def answer_text(self) -> str:
        return self._answer.text()

    def show_model(self, model: Model, alphabet: str) -> None:
        """Look into this model from now on."""
        chosen = self._layers.currentItem()
        name = chosen.text(0) if chosen is not None else ""
        other = self._model is None or self._model.folder != model.folder
        self._model, self._alphabet = model, alphabet
        if other:
            self._layers.clear()
            for layer in model.card.layers:
                shape = " × ".join(map(str, layer.output_shape))
                self._layers.addTopLevelItem(
                    QTreeWidgetItem([layer.name, layer.kind, shape, f"{layer.parameters:,}", layer.detail])
                )
            self._choose(name)
        self._look_soon()

    def shut_down(self) -> None:
        """End the thread that looks."""
        self._live.stop()
        self._client.shut_down()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_content()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._live.stop()
        self._client.forget()

    def _choose(self, name: str) -> None:
        """Choose the layer of this name, or else the first that has maps over places."""
        assert self._model is not None
        names = [layer.name for layer in self._model.card.layers]
        spatial = [place for place, layer in enumerate(self._model.card.layers) if "Conv" in layer.kind]
        place = names.index(name) if name in names else (spatial[0] if spatial else 0)
        item = self._layers.topLevelItem(place)
        if item is not None:
            self._layers.setCurrentItem(item)

    @Slot(object)
    def _add_stroke(self, stroke: Stroke) -> None:
        self._document.add_stroke(stroke)

    @Slot()
    def _show_content(self) -> None:
        if not self.isVisible():
            return
        picture = self._document.picture
        self.canvas.set_content(self._document.drawing, None if picture is None else picture.image)
        self._look()

    @Slot()
    def _look_soon(self) -> None:
        if self.isVisible() and not self._live.isActive():
            self._live.start()

    @Slot()
    def _look(self) -> None:
        if self._model is None or not self.isVisible():
            return
        content = self._document.picture or self.canvas.live_drawing()
        if content:
            self._client.request(self._model, self._alphabet, content)
            return
        self._client.forget()
        self._view = None
        self._answer.setText(self.tr("Nothing is drawn yet."))
        self.occlusion.set_view(None, None)
        self._show_maps()

    @Slot(object)
    def _show(self, view: InsideView) -> None:
        if not (self._document.picture or self.canvas.live_drawing()):
            # It was cleared meanwhile.
            return
        self._view = view
        self._answer.setText(
            self.tr("{answer}  ·  {confidence}").format(answer=view.answer, confidence=percent(view.confidence))
        )
        self.occlusion.set_view(view.raster, view.occlusion)
        self._show_maps()

    @Slot(str)
    def _complain(self, sentence: str) -> None:
        self._view = None
        self._answer.setText(sentence)
        self._show_maps()

    @Slot()
    def _show_maps(self) -> None:
        item = self._layers.currentItem()
        row = -1 if item is None else self._layers.indexOfTopLevelItem(item)
        layer = self._view.layers[row] if self._view is not None and 0 <= row < len(self._view.layers) else None
        shown = layer if layer is None or layer.maps is not None else self._that_holds(layer)
        maps = None if shown is None else shown.maps
        self.maps.set_maps(maps)
        if layer is None or shown is None or maps is None:
            self._caption.setText("" if layer is None else layer.name)
            return
        told = {
            "layer": layer.name
            if shown is layer
            else self.tr("{layer} with {other}").format(layer=layer.name, other=shown.name),
            "count": maps.shape[-1],
            "least": float(maps.min()),
            "most": float(maps.max()),
        }
        self._caption.setText(self.tr("{layer}: {count} maps, from {least:.2f} to {most:.2f}").format(**told))

    def _that_holds(self, layer: LayerMaps) -> LayerMaps | None:
        """The layer that another one's arithmetic was put into: what is named after it and comes later."""
        assert self._view is not None
        following = self._view.layers[self._view.layers.index(layer) + 1 :]
        stem = layer.name.removesuffix("_norm")
        return next((one for one in following if one.maps is not None and one.name.startswith(f"{stem}_")), None)
