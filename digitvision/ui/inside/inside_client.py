"""Computes what happens inside a model, off the window's thread; the newest drawing replaces those before it."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from digitvision.faults import Fault
from digitvision.ink.picture_glyph import glyph_of_picture
from digitvision.ink.raster import Raster, rasterize
from digitvision.ink.stroke import Drawing
from digitvision.ink.trajectory import trajectory
from digitvision.recognition.inspection.activations import FeatureMaps, Inside, occlusion_map
from digitvision.recognition.inspection.features import Gallery, Neighbour, feature_layer, gather, unit_length
from digitvision.recognition.inspection.filters import Filters, filters_of
from digitvision.recognition.inspection.layer_cost import multiply_adds
from digitvision.recognition.inspection.layer_graph import FlowRow, LayerInputs, flow, layer_inputs
from digitvision.recognition.inspection.projection import ClassMap, class_map
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.recognizer import Recognizer
from digitvision.ui.document.document import Picture
from digitvision.ui.jobs.background_jobs import Jobs

NEIGHBOURS: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class Anatomy:
    """The layers of a model.

    Attributes:
        rows: The layers as a flow from top to bottom.
        costs: Number of multiply-adds by the name of the layer.
        shown_in: By the name of each layer that has maps, the layer that has them: itself, or the one that LiteRT
            computes together with it.
    """

    rows: tuple[FlowRow, ...]
    costs: dict[str, int]
    shown_in: dict[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class InsideView:
    """What happens inside the network for one drawing.

    Attributes:
        layers: The feature maps by the name of the layer.
        raster: float32 [28, 28], the picture that the network takes in.
        answer: The text of the best answer.
        confidence: The confidence of the best answer, 0 to 1.
        occlusion: float32 [28, 28], see `occlusion_map`.
        neighbours: The most similar exemplars; none while these are not gathered.
        position: float64 [2], the position of the drawing on the map of classes; None while there is no map.
    """

    layers: dict[str, FeatureMaps]
    raster: Raster
    answer: str
    confidence: float
    occlusion: NDArray[np.float32]
    neighbours: tuple[Neighbour, ...]
    position: NDArray[np.float64] | None


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """The samples that drawings are compared with, and their map; None where there are too few classes for one."""

    gallery: Gallery
    map: ClassMap | None


class _Inspector:
    """Lives in the jobs' thread, and looks into one model, which it has loaded."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._inside = Inside(model)
        self._inputs: LayerInputs = layer_inputs(model)
        self._recognizer: Recognizer | None = None
        self._feature_layer = feature_layer(self._inside, self._inputs)
        self._steps: Generator[tuple[int, int], None, Gallery] | None = None
        self._compared: Compared | None = None

    def anatomy(self) -> Anatomy:
        """The layers of the model, and what they cost."""
        costs = multiply_adds(self._model.card.layers, self._inputs)
        return Anatomy(flow(self._inputs), costs, self._inside.layers_with_maps(self._inputs))

    def filters(self, layer: str) -> Filters | None:
        """The filters of a layer; None where it has none."""
        return filters_of(self._inside, self._inputs, layer)

    def look(self, alphabet: str, content: Drawing | Picture) -> InsideView:
        """Compute what happens inside the network for a drawing or picture, answered within an alphabet."""
        if self._recognizer is None or self._recognizer.alphabet.name != alphabet:
            self._recognizer = Recognizer(self._model, alphabet)
        if isinstance(content, Picture):
            raster, path, _ = glyph_of_picture(content.ink)
        else:
            raster, path = rasterize(content.strokes), trajectory(content.strokes)
        probabilities = self._recognizer.answers(raster[None], None if path is None else path[None]).probabilities[0]
        best = int(np.argmax(probabilities))
        layers = {one.name: one for one in self._inside.look(raster, path)}
        neighbours: tuple[Neighbour, ...] = ()
        position = None
        if self._compared is not None and self._feature_layer is not None:
            maps = layers[self._feature_layer].maps
            assert maps is not None
            feature = unit_length(maps)
            neighbours = self._compared.gallery.nearest(feature, NEIGHBOURS)
            position = None if self._compared.map is None else self._compared.map.project(feature)
        return InsideView(
            layers=layers,
            raster=raster,
            answer=self._recognizer.labels[best].text,
            confidence=float(probabilities[best]),
            occlusion=occlusion_map(self._recognizer, best, raster, path),
            neighbours=neighbours,
            position=position,
        )

    def gather(self) -> tuple[int, int] | Compared:
        """Gather some more of the samples to compare with.

        Returns:
            How many are ready, and of how many; or all of them, once they are complete.

        Raises:
            Fault: The network has no layer by whose inputs samples can be compared.
        """
        if self._feature_layer is None:
            raise Fault("This model has no last layer with weights, so drawings cannot be compared.")
        before = None if self._compared is None else self._compared.gallery
        if self._steps is None:
            self._steps = gather(self._inside, self._feature_layer, before)
        try:
            return next(self._steps)
        except StopIteration as end:
            self._steps = None
            gallery: Gallery = end.value
            if self._compared is None or gallery is not before:
                labels = [one.label for one in gallery.exemplars]
                self._compared = Compared(gallery, class_map(gallery.features, labels))
            return self._compared
        except BaseException:
            self._steps = None
            raise


def _open_model(model: Model) -> tuple[_Inspector, Anatomy]:
    inspector = _Inspector(model)
    return inspector, inspector.anatomy()


class InsideClient(QObject):
    """Runs one job at a time: first a model's anatomy, then drawings, then filters; samples are gathered in between."""

    prepared = Signal(object)
    """The `Anatomy` of the model."""
    shown = Signal(object)
    """An `InsideView`."""
    filters_found = Signal(object)
    """`Filters`, or None where the layer asked for has none."""
    gathering = Signal(int, int)
    """How many samples to compare with are ready, and of how many."""
    gathered = Signal(object)
    """`Compared`: from now on, an `InsideView` has neighbours and a position."""
    failed = Signal(str)
    not_gathered = Signal(str)
    """There is nothing to compare with; the sentence says why."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = Jobs(self)
        self._model: Model | None = None
        self._inspector: _Inspector | None = None
        self._busy = self._is_urgent = False
        self._wanted_content: tuple[str, Drawing | Picture] | None = None
        self._wanted_layer: str | None = None
        self._gather = False

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is there; samples to compare with may still be gathered."""
        return not self._is_urgent and self._wanted_content is None and self._wanted_layer is None

    @property
    def complete(self) -> bool:
        """Whether nothing at all is left to do."""
        return self.idle and not self._busy and not self._gather

    def open(self, model: Model) -> None:
        """Look into this model from now on; requests about another one are dropped."""
        self._model, self._inspector = model, None
        self._wanted_content = self._wanted_layer = None
        self._gather = False
        self._is_urgent = True
        self._send()

    def request(self, alphabet: str, content: Drawing | Picture) -> None:
        """Look into the model for this content, not for one that waits; a model that did not open is tried again."""
        self._wanted_content = (alphabet, content)
        if self._inspector is None:
            self._is_urgent = True
        self._send()

    def request_filters(self, layer: str) -> None:
        """Ask for the filters of this layer; `filters_found` has them."""
        self._wanted_layer = layer
        self._send()

    def gather(self) -> None:
        """Gather samples to compare with, or those that are new, while there is nothing else to do."""
        self._gather = True
        self._send()

    def forget(self) -> None:
        """Drop the last request, and stop gathering."""
        self._wanted_content = None
        self._gather = False

    def shut_down(self) -> None:
        """End the thread."""
        self.forget()
        self._wanted_layer = None
        self._jobs.shut_down()

    def _send(self) -> None:
        model, inspector = self._model, self._inspector
        if self._busy or model is None:
            return
        if inspector is None:
            if self._is_urgent:
                self._run(lambda: _open_model(model), self._use_inspector, self._report_failure)
        elif self._wanted_content is not None:
            (alphabet, content), self._wanted_content = self._wanted_content, None
            self._run(lambda: inspector.look(alphabet, content), self.shown.emit, self.failed.emit)
        elif self._wanted_layer is not None:
            layer, self._wanted_layer = self._wanted_layer, None
            self._run(lambda: inspector.filters(layer), self.filters_found.emit, self.failed.emit)
        elif self._gather:
            self._run(inspector.gather, self._show_gathered, self._report_gathering_failure, is_urgent=False)

    def _run(
        self,
        work: Callable[[], Any],
        on_success: Callable[[Any], None],
        on_error: Callable[[str], None],
        *,
        is_urgent: bool = True,
    ) -> None:
        """Run a job; its outcome counts only if the model is still the same."""
        model = self._model
        self._busy, self._is_urgent = True, is_urgent

        def ended(outcome: Callable[[Any], None], value: Any) -> None:
            self._busy = False
            if model is self._model:
                self._is_urgent = False
                outcome(value)
            self._send()

        self._jobs.run(
            work,
            on_success=lambda result: ended(on_success, result),
            on_error=lambda sentence: ended(on_error, sentence),
        )

    def _use_inspector(self, prepared_model: tuple[_Inspector, Anatomy]) -> None:
        self._inspector, anatomy = prepared_model
        self.prepared.emit(anatomy)

    def _report_failure(self, sentence: str) -> None:
        self.forget()
        self._wanted_layer = None
        self.failed.emit(sentence)

    def _show_gathered(self, outcome: tuple[int, int] | Compared) -> None:
        if isinstance(outcome, Compared):
            self._gather = False
            self.gathered.emit(outcome)
        else:
            self.gathering.emit(*outcome)

    def _report_gathering_failure(self, sentence: str) -> None:
        self._gather = False
        self.not_gathered.emit(sentence)
