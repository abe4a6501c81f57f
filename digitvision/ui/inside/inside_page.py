"""The page Inside: layers, what the answer rests on, and similar samples, while something is drawn."""

from typing import Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from digitvision.ink.stroke import Stroke
from digitvision.recognition.inspection.activations import PATCH
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.prediction import percent
from digitvision.ui.canvas.canvas import Canvas
from digitvision.ui.document.document import Document
from digitvision.ui.inside.class_map import ClassMapView
from digitvision.ui.inside.feature_maps import LEAST_SHOWN, OcclusionView
from digitvision.ui.inside.inside_client import Anatomy, Compared, InsideClient, InsideView
from digitvision.ui.inside.layers_view import LayersView
from digitvision.ui.inside.nearest_view import NearestView
from digitvision.ui.inside.neighbours_text import NeighboursText
from digitvision.ui.widgets.layouts import add_layout
from digitvision.ui.widgets.page_bar import PageBar

CANVAS_PX: Final = 260
SMALLEST_CANVAS_PX: Final = 160
_REST_PX: Final = 216
"""Height that is left below the canvas."""

LIVE_INTERVAL_MS: Final = 60


class InsidePage(QWidget):
    """Shows what happens inside the model; its small canvas shares the drawing with the large one."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._model: Model | None = None
        self._alphabet = ""
        self._is_open = False
        self._view: InsideView | None = None
        self._client = InsideClient(self)
        self._client.prepared.connect(self._show_anatomy)
        self._client.shown.connect(self._show)
        self._client.failed.connect(self._show_failure)
        self._client.gathered.connect(self._show_compared)
        self._live = QTimer(self)
        self._live.setSingleShot(True)
        self._live.setInterval(LIVE_INTERVAL_MS)
        self._live.timeout.connect(self._inspect)
        self.canvas = Canvas()
        self.canvas.setFixedSize(SMALLEST_CANVAS_PX, SMALLEST_CANVAS_PX)
        self.canvas.setAccessibleName(self.tr("Small canvas"))
        self.canvas.set_hint(self.tr("Write here"))
        self.canvas.stroke_finished.connect(self._add_stroke)
        self.canvas.strokes_erased.connect(document.erase)
        self.canvas.ink_changed.connect(self._inspect_soon)
        document.content_changed.connect(self._show_content)
        self._answer = QLabel()
        self._answer.setWordWrap(True)
        self.occlusion = OcclusionView()
        self._method = QLabel()
        self._method.setWordWrap(True)
        self._method.setToolTip(self.tr("This method is called occlusion"))
        self.layers = LayersView()
        self.layers.filters_wanted.connect(self._client.request_filters)
        self._client.filters_found.connect(self.layers.show_filters)
        self.nearest = NearestView()
        self.map = ClassMapView()
        self._neighbours_text = NeighboursText()
        self._client.gathering.connect(self._neighbours_text.show_progress)
        self._client.not_gathered.connect(self._neighbours_text.show_failure)
        self._views = QStackedWidget()
        self._bar = PageBar(self.tr("What to look at inside"))
        for view, title in (
            (self.layers, self.tr("Layers")),
            (self.nearest, self.tr("Nearest samples")),
            (self.map, self.tr("Map of classes")),
        ):
            self._views.addWidget(view)
            self._bar.addTab(title)
        self._bar.currentChanged.connect(self._show_view)
        self._lay_out()
        self._show_method()

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
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(self._bar)
        right.addWidget(self._views, 1)
        right.addWidget(self._neighbours_text)
        self._neighbours_text.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(narrow)
        add_layout(layout, right, 1)

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is shown; samples to compare with may still be gathered."""
        return self._client.idle and not self._live.isActive()

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do: samples to compare with are gathered too, if their page is open."""
        return self._client.complete and not self._live.isActive()

    @property
    def answer_text(self) -> str:
        """The best answer with its confidence, or the sentence in its place."""
        return self._answer.text()

    @property
    def words(self) -> str:
        """The text on the samples that the drawing is compared with."""
        return self._neighbours_text.text()

    def show_model(self, model: Model, alphabet: str) -> None:
        """Look into this model from now on."""
        other = self._model != model
        self._model, self._alphabet = model, alphabet
        if other:
            self._is_open = False
            self._view = None
            self.layers.clear()
            self.nearest.show_neighbours(())
            self.map.show_map(None, ())
            self._neighbours_text.begin(model.card)
        self._neighbours_text.set_alphabet(alphabet)
        if self.isVisible():
            self._load()
            self._inspect_soon()

    def shut_down(self) -> None:
        """End the thread that looks into the model."""
        self._live.stop()
        self._client.shut_down()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._load()
        self._show_content()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = max(min(self.height() - _REST_PX, CANVAS_PX), SMALLEST_CANVAS_PX)
        self.canvas.setFixedSize(side, side)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._live.stop()
        self._client.forget()

    def _load(self) -> None:
        """Load the model where that was not done yet, and gather samples if their page is shown."""
        if self._model is None:
            return
        if not self._is_open:
            self._is_open = True
            self._client.open(self._model)
        self._show_view(self._bar.currentIndex())

    @Slot(int)
    def _show_view(self, index: int) -> None:
        self._views.setCurrentIndex(index)
        comparing = self._views.currentWidget() is not self.layers
        self._neighbours_text.setVisible(comparing)
        self._neighbours_text.set_map(self._views.currentWidget() is self.map)
        if comparing and self._is_open:
            self._client.gather()
        self._refresh()

    @Slot(object)
    def _add_stroke(self, stroke: Stroke) -> None:
        self._document.add_stroke(stroke)

    @Slot()
    def _show_content(self) -> None:
        if not self.isVisible():
            return
        picture = self._document.picture
        self.canvas.set_content(self._document.drawing, None if picture is None else picture.image)
        self._inspect()

    @Slot()
    def _inspect_soon(self) -> None:
        if self.isVisible() and not self._live.isActive():
            self._live.start()

    @Slot()
    def _inspect(self) -> None:
        if self._model is None or not self.isVisible():
            return
        content = self._document.picture or self.canvas.live_drawing()
        if content:
            self._client.request(self._alphabet, content)
            return
        self._client.forget()
        self._view = None
        self._answer.setText(self.tr("Nothing is drawn yet."))
        self.occlusion.set_view(None, None)
        self._show_method()
        self._refresh()

    @Slot(object)
    def _show(self, view: InsideView) -> None:
        if not (self._document.picture or self.canvas.live_drawing()):
            # The drawing was cleared meanwhile.
            return
        self._view = view
        self._answer.setText(
            self.tr("{answer}  ·  {confidence}").format(answer=view.answer, confidence=percent(view.confidence))
        )
        self.occlusion.set_view(view.raster, view.occlusion)
        self._show_method()
        self._refresh()

    def _show_method(self) -> None:
        """Say what the colours mean, or why there are none."""
        view = self._view
        if view is None or self.occlusion.coloured:
            text = self.tr(
                "Coloured: what the answer rests on. With a patch of {patch}×{patch} pixels covered there, it loses "
                "confidence."
            )
        else:
            text = self.tr(
                "Nothing is coloured: covering a patch of {patch}×{patch} pixels anywhere costs “{answer}” no more "
                "than {least:.0f} % of confidence."
            )
        answer = "" if view is None else view.answer
        self._method.setText(text.format(patch=PATCH, answer=answer, least=LEAST_SHOWN * 100))

    @Slot(object)
    def _show_anatomy(self, anatomy: Anatomy) -> None:
        assert self._model is not None
        self.layers.show_model(self._model.card, anatomy)

    @Slot(object)
    def _show_compared(self, compared: Compared) -> None:
        self._neighbours_text.show_compared(compared)
        self.map.show_map(compared.map, compared.gallery.exemplars)
        # The current view was computed before these samples were there.
        self._inspect_soon()

    @Slot(str)
    def _show_failure(self, sentence: str) -> None:
        self._view = None
        self._answer.setText(sentence)
        self._refresh()

    def _refresh(self) -> None:
        """Show the newest `InsideView` on the page that is open."""
        view = self._view
        current = self._views.currentWidget()
        if current is self.layers:
            self.layers.show_activations({} if view is None else view.layers)
        elif current is self.nearest:
            self.nearest.show_neighbours(() if view is None else view.neighbours)
        else:
            self.map.show_position(None if view is None else view.position)
