"""The activations of a network for a glyph: every layer's feature maps, and the pixels that its answer depends on.

They are read from LiteRT, which also computes the answers: TensorFlow is not needed.
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
from digitvision.recognition.inspection.layer_graph import LayerInputs
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.recognizer import Recognizer, blank_inputs, inputs_by_view

PATCH: Final = 5
"""Side of the square that an occlusion covers, in pixels."""

STRIDE: Final = 3
_PRESENT: Final = -1
"""Channel of a trajectory that is 1 where there is a point."""

_FOLDED: Final = frozenset({"Activation", "Add", "BatchNormalization", "ReLU"})
"""Kinds of layers that LiteRT computes together with the layer before them."""

_SPLIT: Final = re.compile("[;/]")
_COPY: Final = re.compile(r"_\d+$")
"""Suffix that Keras's exporter adds to each name."""


@dataclass(frozen=True, slots=True, eq=False)
class FeatureMaps:
    """The output of a layer.

    Attributes:
        name: The layer's name.
        kind: The name of its class in Keras.
        maps: float32, without the batch: [H, W, C], [L, C] or [C]; None where its arithmetic was merged into a later
            layer's, as that of normalizations is.
    """

    name: str
    kind: str
    maps: NDArray[np.float32] | None


class Inside:
    """Reads the activations of one model. Not thread-safe: each thread needs its own."""

    def __init__(self, model: Model) -> None:
        """Load the model so that it keeps the outputs of its layers.

        Raises:
            ModelFault: The model is missing, damaged, or of another preprocessing.
        """
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        content = model.litert()
        self.model = model
        try:
            self._interpreter = Interpreter(
                model_content=content,
                num_threads=1,
                experimental_preserve_all_tensors=True,
                # The default delegate, made for speed, does not expose its results.
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
        """Return the output of every layer for a glyph, in the order of the card.

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
        """Return the output of one of `readable_layers`, float32 in LiteRT's shape; arguments as for `look`."""
        self._run(raster, trajectory, None)
        answer: NDArray[np.float32] = self._interpreter.get_tensor(self._tensors[layer])
        return answer

    def _run(
        self, raster: Raster, trajectory: Trajectory | None, context: SpatialContext | None
    ) -> dict[str, NDArray[np.float32]]:
        """Run the network on a glyph, and return its inputs by view."""
        given = blank_inputs(self.model.card.views)
        for view, values in (("raster", raster), ("trajectory", trajectory), ("surroundings", context)):
            if view in given and values is not None:
                given[view] = np.ascontiguousarray(values, np.float32).reshape(given[view].shape)
        for view, index in self._inputs.items():
            self._interpreter.set_tensor(index, given[view])
        self._interpreter.invoke()
        return given

    @property
    def readable_layers(self) -> frozenset[str]:
        """The layers whose outputs can be read."""
        return frozenset(self._tensors)

    def layers_with_maps(self, inputs: LayerInputs) -> dict[str, str]:
        """Return where the maps of each layer are: in its own output, or in that of a layer that follows it.

        LiteRT computes a convolution together with the normalization and the activation that follow, so that only the
        last of them has an output. Layers that have no maps at all are left out, as those that work during training
        only.

        Args:
            inputs: The inputs of every layer.
        """
        readers: dict[str, list[str]] = {name: [] for name in inputs}
        for name, given in inputs.items():
            for one in given:
                readers[one].append(name)
        kinds = {layer.name: layer.kind for layer in self.model.card.layers}
        found = {}
        for name in inputs:
            at = name
            while not self._has_output(at) and len(readers[at]) == 1 and kinds[readers[at][0]] in _FOLDED:
                at = readers[at][0]
            if self._has_output(at):
                found[name] = at
        return found

    def _has_output(self, layer: str) -> bool:
        return layer in self._tensors or layer in self._inputs

    def weights(self, names: Collection[str], size: int) -> NDArray[np.float32] | None:
        """Return a layer's weights in LiteRT's order: the output's dimension first, except in depthwise convolutions.

        Args:
            names: The layer's name, and those of layers that LiteRT may have merged into it.
            size: The number of its weights.
        """
        for item in self._interpreter.get_tensor_details():
            # Constants come before computed tensors.
            if not _layers_in(item["name"]).isdisjoint(names) and math.prod(map(int, item["shape"])) == size:
                found: NDArray[np.float32] = self._interpreter.get_tensor(item["index"])
                # Weights in half precision are there twice: as stored in the file, and converted to single precision.
                return found.astype(np.float32) if found.dtype in (np.float16, np.float32) else None
        return None

    def _tensors_of_layers(self) -> dict[str, int]:
        """Return the tensor of each layer's output. A tensor is named after all layers that were merged into it."""
        # The expanded input of a convolution is named after it too.
        details = [item for item in self._interpreter.get_tensor_details() if not item["name"].endswith("ExpandDims")]
        outputs = {int(item["index"]) for item in self._interpreter.get_output_details()}
        order = {layer.name: index for index, layer in enumerate(self.model.card.layers)}
        shapes = {layer.name: _without_ones(layer.output_shape) for layer in self.model.card.layers}
        found: dict[str, int] = {}
        for item in details:
            words = _layers_in(item["name"])
            named = [name for name in order if name in words]
            if not named or not len(item["shape"]):
                continue
            last = max(named, key=order.__getitem__)
            # Weights are named after their layer too, but differ in shape; the later of two tensors counts.
            if item["shape"][0] == 1 and _without_ones(item["shape"]) == shapes[last]:
                found[last] = int(item["index"])
        answers = self.model.card.layers[-1].name
        if len(outputs) == 1:
            found[answers] = next(iter(outputs))
        return found


def _layers_in(name: str) -> set[str]:
    """Return the words of a tensor's name, with and without the exporter's numbers; its layers are among them."""
    words = set(_SPLIT.split(name))
    return words | {_COPY.sub("", word) for word in words}


def _without_ones(shape: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(size) for size in shape if size != 1)


def occlusion_map(
    recognizer: Recognizer,
    index: int,
    raster: Raster,
    trajectory: Trajectory | None = None,
    context: SpatialContext | None = None,
) -> NDArray[np.float32]:
    """Return how much an answer depends on each pixel: how far its probability falls when a patch there is covered.

    After Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks" (arXiv:1311.2901), section 4.2.
    Where the network has a trajectory too, the points of the path under the patch are removed with the ink.

    Args:
        recognizer: The recognizer.
        index: Index of the answer among the recognizer's labels.
        raster: float32 [28, 28].
        trajectory: float32 [64, 6]; None for a picture.
        context: float32 [24, 24, 2]; None for a glyph that stands alone.

    Returns:
        float32 [28, 28], 1 where covering removes all of the probability, 0 where it changes nothing, below 0 where the
        answer becomes more probable.
    """
    corners = [
        (top, left)
        for top in range(0, RASTER_SIZE - PATCH + STRIDE, STRIDE)
        for left in range(0, RASTER_SIZE - PATCH + STRIDE, STRIDE)
        # Patches without ink are left out.
        if raster[top : top + PATCH, left : left + PATCH].any()
    ]
    rasters = np.repeat(raster[None], len(corners) + 1, axis=0)
    paths = None if trajectory is None else np.repeat(trajectory[None], len(corners) + 1, axis=0)
    contexts = None if context is None else np.repeat(context[None], len(corners) + 1, axis=0)
    points = None if trajectory is None else _positions_in_raster(trajectory, raster)
    for row, (top, left) in enumerate(corners, start=1):
        rasters[row, top : top + PATCH, left : left + PATCH] = 0
        if paths is not None and points is not None:
            under = (points >= (left, top)).all(axis=1) & (points < (left + PATCH, top + PATCH)).all(axis=1)
            paths[row, under] = 0
    probabilities = recognizer.answers(rasters, paths, contexts).probabilities[:, index]
    total = np.zeros((RASTER_SIZE, RASTER_SIZE), np.float32)
    count = np.zeros((RASTER_SIZE, RASTER_SIZE), np.float32)
    for (top, left), probability in zip(corners, probabilities[1:].tolist(), strict=True):
        total[top : top + PATCH, left : left + PATCH] += float(probabilities[0]) - probability
        count[top : top + PATCH, left : left + PATCH] += 1
    return (total / np.maximum(count, 1)).astype(np.float32)


def _positions_in_raster(trajectory: Trajectory, raster: Raster) -> NDArray[np.float64]:
    """float64 [64, 2]: x and y of the points in pixels of the raster; missing points are at minus infinity."""
    present = trajectory[:, _PRESENT] > 0
    points: NDArray[Any] = trajectory[:, :2].astype(np.float64) * (GLYPH_BOX - PEN_WIDTH) / 2
    if present.any():
        # The raster's ink is centred on its mass, a trajectory on its box: align the middles of the boxes.
        rows, columns = np.flatnonzero(raster.any(axis=1)), np.flatnonzero(raster.any(axis=0))
        if len(rows):
            middle = np.array([columns[0] + columns[-1] + 1, rows[0] + rows[-1] + 1]) / 2
            low, high = points[present].min(axis=0), points[present].max(axis=0)
            points = points + middle - (low + high) / 2
    points[~present] = -np.inf
    return points
