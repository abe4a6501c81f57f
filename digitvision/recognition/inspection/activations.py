"""What goes on in a network while it looks at a glyph: every layer's maps, and the pixels that its answer rests on.

From the LiteRT form, which is what answers: nothing of TensorFlow is needed to look inside.
"""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import GLYPH_BOX, PEN_WIDTH, RASTER_SIZE, Raster
from digitvision.ink.spatial_context import SpatialContext
from digitvision.ink.trajectory import Trajectory
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.recognizer import Recognizer, inputs_by_view, nothing

PATCH: Final = 5
"""Pixels a side of what an occlusion covers."""

STRIDE: Final = 3
_PRESENT: Final = -1
"""The channel of a trajectory that says whether there is a point."""

_SPLIT: Final = re.compile("[;/]")
_COPY: Final = re.compile(r"_\d+$")
"""Keras's exporter puts a number behind each name."""


@dataclass(frozen=True, slots=True, eq=False)
class FeatureMaps:
    """What a layer answered.

    Attributes:
        name: The layer's.
        kind: Its class in Keras.
        maps: float32, without the batch: [H, W, C], [L, C] or [C]; None where its arithmetic was put into a later
            layer's, as is done with what normalizes.
    """

    name: str
    kind: str
    maps: NDArray[np.float32] | None


class Inside:
    """Looks into one model. Not thread-safe: one thread, one of these."""

    def __init__(self, model: Model) -> None:
        """Load the model so that it keeps what its layers answer.

        Raises:
            ModelFault: It is missing, damaged, or of another preprocessing.
        """
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        content = model.litert()
        self.model = model
        try:
            self._interpreter = Interpreter(
                model_content=content,
                num_threads=1,
                experimental_preserve_all_tensors=True,
                # The delegate for speed keeps its results to itself.
                experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
            )
            self._interpreter.allocate_tensors()
            self._inputs = inputs_by_view(self._interpreter, model.card.views)
        except (ValueError, RuntimeError, KeyError) as error:
            raise ModelFault(f"The model “{model.name}” is damaged: LiteRT cannot run it.") from error
        self._tensors = self._tensors_of_layers()

    def look(
        self, raster: Raster, trajectory: Trajectory | None = None, context: SpatialContext | None = None
    ) -> tuple[FeatureMaps, ...]:
        """What every layer answers to a glyph, in the order of the card.

        Args:
            raster: float32 [28, 28].
            trajectory: float32 [64, 6]; None for a picture.
            context: float32 [24, 24, 2]; None for a glyph that stands alone.
        """
        given = self._run(raster, trajectory, context)
        found = []
        for layer in self.model.card.layers:
            if layer.kind == "InputLayer" and layer.name in given:
                maps: NDArray[np.float32] | None = given[layer.name][0]
            elif layer.name in self._tensors:
                maps = self._interpreter.get_tensor(self._tensors[layer.name]).reshape(layer.output_shape)
            else:
                maps = None
            found.append(FeatureMaps(layer.name, layer.kind, maps))
        return tuple(found)

    def answer_of(self, layer: str, raster: Raster, trajectory: Trajectory | None = None) -> NDArray[np.float32]:
        """What one of the layers `told` answers to a glyph, float32 in LiteRT's shape; arguments as for `look`."""
        self._run(raster, trajectory, None)
        answer: NDArray[np.float32] = self._interpreter.get_tensor(self._tensors[layer])
        return answer

    def _run(
        self, raster: Raster, trajectory: Trajectory | None, context: SpatialContext | None
    ) -> dict[str, NDArray[np.float32]]:
        """Have the network look at a glyph; what it was given, by view."""
        given = nothing(self.model.card.views)
        for view, values in (("raster", raster), ("trajectory", trajectory), ("surroundings", context)):
            if view in given and values is not None:
                given[view] = np.ascontiguousarray(values, np.float32).reshape(given[view].shape)
        for view, index in self._inputs.items():
            self._interpreter.set_tensor(index, given[view])
        self._interpreter.invoke()
        return given

    @property
    def told(self) -> frozenset[str]:
        """The layers whose answers `look` tells."""
        return frozenset(self._tensors)

    def weights(self, names: Collection[str], size: int) -> NDArray[np.float32] | None:
        """What a layer multiplies with, in LiteRT's order: the first dimension is the output's, but in a depthwise one.

        Args:
            names: Its own, and those of layers that LiteRT may have put into it.
            size: How many weights it has.
        """
        for item in self._interpreter.get_tensor_details():
            # What is computed comes after all that is fixed.
            if not _layers_in(item["name"]).isdisjoint(names) and math.prod(map(int, item["shape"])) == size:
                found: NDArray[np.float32] = self._interpreter.get_tensor(item["index"])
                # In half precision they are kept once as they lie in the file, and once brought to single.
                return found.astype(np.float32) if found.dtype in (np.float16, np.float32) else None
        return None

    def _tensors_of_layers(self) -> dict[str, int]:
        """The tensor that holds each layer's answer. A tensor is named after all layers that were put into one."""
        # What a convolution's input was brought to is named after it too.
        details = [item for item in self._interpreter.get_tensor_details() if not item["name"].endswith("ExpandDims")]
        outputs = {int(item["index"]) for item in self._interpreter.get_output_details()}
        order = {layer.name: place for place, layer in enumerate(self.model.card.layers)}
        shapes = {layer.name: _without_ones(layer.output_shape) for layer in self.model.card.layers}
        found: dict[str, int] = {}
        for item in details:
            words = _layers_in(item["name"])
            named = [name for name in order if name in words]
            if not named or not len(item["shape"]):
                continue
            last = max(named, key=order.__getitem__)
            # Weights are named after their layer too, but are of another shape; a later tensor is nearer to the answer.
            if item["shape"][0] == 1 and _without_ones(item["shape"]) == shapes[last]:
                found[last] = int(item["index"])
        answers = self.model.card.layers[-1].name
        if len(outputs) == 1:
            found[answers] = next(iter(outputs))
        return found


def _layers_in(name: str) -> set[str]:
    """The words of a tensor's name, with and without the exporter's numbers; those of its layers are among them."""
    words = set(_SPLIT.split(name))
    return words | {_COPY.sub("", word) for word in words}


def _without_ones(shape: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(size) for size in shape if size != 1)


def occlusion_map(
    recognizer: Recognizer,
    place: int,
    raster: Raster,
    trajectory: Trajectory | None = None,
    context: SpatialContext | None = None,
) -> NDArray[np.float32]:
    """How much an answer rests on each pixel: by how much its probability falls when a patch around it is covered.

    After Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks" (arXiv:1311.2901), section 4.2.
    Where the network follows the pen as well, points of its path that lie under the patch are taken away with the ink.

    Args:
        place: Of the answer among the recognizer's labels.
        raster: float32 [28, 28].
        trajectory: float32 [64, 6]; None for a picture.
        context: float32 [24, 24, 2]; None for a glyph that stands alone.

    Returns:
        float32 [28, 28], 1 where covering takes all of the probability away, 0 where it changes nothing, below 0 where
        the answer becomes likelier.
    """
    corners = [
        (top, left)
        for top in range(0, RASTER_SIZE - PATCH + STRIDE, STRIDE)
        for left in range(0, RASTER_SIZE - PATCH + STRIDE, STRIDE)
        # Where there is no ink nothing is covered.
        if raster[top : top + PATCH, left : left + PATCH].any()
    ]
    rasters = np.repeat(raster[None], len(corners) + 1, axis=0)
    paths = None if trajectory is None else np.repeat(trajectory[None], len(corners) + 1, axis=0)
    around = None if context is None else np.repeat(context[None], len(corners) + 1, axis=0)
    points = None if trajectory is None else _places_in_raster(trajectory, raster)
    for row, (top, left) in enumerate(corners, start=1):
        rasters[row, top : top + PATCH, left : left + PATCH] = 0
        if paths is not None and points is not None:
            under = (points >= (left, top)).all(axis=1) & (points < (left + PATCH, top + PATCH)).all(axis=1)
            paths[row, under] = 0
    probabilities = recognizer.answers(rasters, paths, around).probabilities[:, place]
    total = np.zeros((RASTER_SIZE, RASTER_SIZE), np.float32)
    count = np.zeros((RASTER_SIZE, RASTER_SIZE), np.float32)
    for (top, left), probability in zip(corners, probabilities[1:].tolist(), strict=True):
        total[top : top + PATCH, left : left + PATCH] += float(probabilities[0]) - probability
        count[top : top + PATCH, left : left + PATCH] += 1
    return (total / np.maximum(count, 1)).astype(np.float32)


def _places_in_raster(trajectory: Trajectory, raster: Raster) -> NDArray[np.float64]:
    """float64 [64, 2]: x and y of the points in pixels of the raster; points that are missing are nowhere."""
    there = trajectory[:, _PRESENT] > 0
    points: NDArray[Any] = trajectory[:, :2].astype(np.float64) * (GLYPH_BOX - PEN_WIDTH) / 2
    if there.any():
        # The raster's ink is centred on its mass, a trajectory on its box: the boxes' middles are made to agree.
        rows, columns = np.flatnonzero(raster.any(axis=1)), np.flatnonzero(raster.any(axis=0))
        if len(rows):
            middle = np.array([columns[0] + columns[-1] + 1, rows[0] + rows[-1] + 1]) / 2
            low, high = points[there].min(axis=0), points[there].max(axis=0)
            points = points + middle - (low + high) / 2
    points[~there] = -np.inf
    return points
