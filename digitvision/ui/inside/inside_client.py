"""Looking into the model that answers, off the window's thread; the newest drawing comes first, and wins."""

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
    """What a model consists of.

    Attributes:
        rows: Its layers as a flow.
        costs: By layer its multiply-adds.
    """

    rows: tuple[FlowRow, ...]
    costs: dict[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class InsideView:
    """What was seen inside.

    Attributes:
        layers: By name.
        raster: float32 [28, 28], what the network looked at.
        answer: The best answer's text, and its confidence from 0 to 1.
        occlusion: float32 [28, 28], see `occlusion_map`.
        neighbours: The most similar exemplars; none while these are not gathered.
        place: float64 [2], where the drawing lies on the map of classes; None while there is no map.
    """

    layers: dict[str, FeatureMaps]
    raster: Raster
    answer: str
    confidence: float
    occlusion: NDArray[np.float32]
    neighbours: tuple[Neighbour, ...]
    place: NDArray[np.float64] | None


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What drawings are compared with, and its map; None where its classes are too few or too alike."""

    gallery: Gallery
    map: ClassMap | None


class _Looker:
    """Lives in the jobs' thread; what it has loaded is of one model."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._inside = Inside(model)
        self._inputs: LayerInputs = layer_inputs(model)
        self._recognizer: Recognizer | None = None
        self._feature_layer = feature_layer(self._inside, self._inputs)
        self._steps: Generator[tuple[int, int], None, Gallery] | None = None
        self._compared: Compared | None = None

    def anatomy(self) -> Anatomy:
        costs = multiply_adds(self._model.card.layers, self._inputs)
        return Anatomy(flow(self._inputs), costs)

    def filters(self, layer: str) -> Filters | None:
        return filters_of(self._inside, self._inputs, layer)

    def look(self, alphabet: str, content: Drawing | Picture) -> InsideView:
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
        place = None
        if self._compared is not None and self._feature_layer is not None:
            maps = layers[self._feature_layer].maps
            assert maps is not None
            feature = unit_length(maps)
            neighbours = self._compared.gallery.nearest(feature, NEIGHBOURS)
            place = None if self._compared.map is None else self._compared.map.project(feature)
        return InsideView(
            layers=layers,
            raster=raster,
            answer=self._recognizer.labels[best].text,
            confidence=float(probabilities[best]),
            occlusion=occlusion_map(self._recognizer, best, raster, path),
            neighbours=neighbours,
            place=place,
        )

    def gather(self) -> tuple[int, int] | Compared:
        """Gather a few more of the glyphs to compare with; how many there are, or all of them at the end."""
        if self._feature_layer is None:
            raise Fault("This model has no last layer of weights, so there is nothing to compare drawings by.")
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


def _opened(model: Model) -> tuple[_Looker, Anatomy]:
    looker = _Looker(model)
    return looker, looker.anatomy()


class InsideClient(QObject):
    """Asks for one thing at a time: a model's anatomy first, then looks, then filters; gathering has the time left."""

    prepared = Signal(object)
    """The `Anatomy` of the model."""
    shown = Signal(object)
    """An `InsideView`."""
    filters_found = Signal(object)
    """`Filters`, or None where the layer asked for has none."""
    gathering = Signal(int, int)
    """How many glyphs to compare with are ready, and of how many."""
    gathered = Signal(object)
    """`Compared`: from now on, looks have neighbours and a place."""
    failed = Signal(str)
    not_gathered = Signal(str)
    """Why there is nothing to compare with."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = Jobs(self)
        self._model: Model | None = None
        self._looker: _Looker | None = None
        self._busy = self._pressing = False
        self._look: tuple[str, Drawing | Picture] | None = None
        self._layer: str | None = None
        self._gather = False

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is there; glyphs to compare with may still be gathered."""
        return not self._pressing and self._look is None and self._layer is None

    @property
    def complete(self) -> bool:
        """Whether there is nothing at all to do."""
        return self.idle and not self._busy and not self._gather

    def open(self, model: Model) -> None:
        """Look into this model from now on; what was asked about another is forgotten."""
        self._model, self._looker = model, None
        self._look = self._layer = None
        self._gather = False
        self._pressing = True
        self._send()

    def request(self, alphabet: str, content: Drawing | Picture) -> None:
        """Look at this; it takes the place of whatever was waiting. A model that could not be opened is tried again."""
        self._look = (alphabet, content)
        if self._looker is None:
            self._pressing = True
        self._send()

    def request_filters(self, layer: str) -> None:
        """Tell the filters of this layer."""
        self._layer = layer
        self._send()

    def gather(self) -> None:
        """Gather glyphs to compare with, or those of them that are new, while there is nothing else to do."""
        self._gather = True
        self._send()

    def forget(self) -> None:
        """What was asked for last is no longer wanted, and gathering can wait."""
        self._look = None
        self._gather = False

    def shut_down(self) -> None:
        """End the thread."""
        self.forget()
        self._layer = None
        self._jobs.shut_down()

    def _send(self) -> None:
        model, looker = self._model, self._looker
        if self._busy or model is None:
            return
        if looker is None:
            if self._pressing:
                self._run(lambda: _opened(model), self._take_looker, self._give_up)
        elif self._look is not None:
            (alphabet, content), self._look = self._look, None
            self._run(lambda: looker.look(alphabet, content), self.shown.emit, self.failed.emit)
        elif self._layer is not None:
            layer, self._layer = self._layer, None
            self._run(lambda: looker.filters(layer), self.filters_found.emit, self.failed.emit)
        elif self._gather:
            self._run(looker.gather, self._take_gathered, self._give_up_gathering, pressing=False)

    def _run(
        self,
        work: Callable[[], Any],
        on_success: Callable[[Any], None],
        on_error: Callable[[str], None],
        *,
        pressing: bool = True,
    ) -> None:
        """Do this; its outcome counts if the model is still the same."""
        model = self._model
        self._busy, self._pressing = True, pressing

        def ended(outcome: Callable[[Any], None], value: Any) -> None:
            self._busy = False
            if model is self._model:
                self._pressing = False
                outcome(value)
            self._send()

        self._jobs.run(
            work,
            on_success=lambda result: ended(on_success, result),
            on_error=lambda sentence: ended(on_error, sentence),
        )

    def _take_looker(self, opened: tuple[_Looker, Anatomy]) -> None:
        self._looker, anatomy = opened
        self.prepared.emit(anatomy)

    def _give_up(self, sentence: str) -> None:
        self.forget()
        self._layer = None
        self.failed.emit(sentence)

    def _take_gathered(self, outcome: tuple[int, int] | Compared) -> None:
        if isinstance(outcome, Compared):
            self._gather = False
            self.gathered.emit(outcome)
        else:
            self.gathering.emit(*outcome)

    def _give_up_gathering(self, sentence: str) -> None:
        self._gather = False
        self.not_gathered.emit(sentence)
