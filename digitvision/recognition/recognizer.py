"""A loaded model that reads single glyphs. It runs in LiteRT: TensorFlow would cost seconds and half a gigabyte."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import RASTER_SIZE, Raster
from digitvision.ink.spatial_context import FIELD, LAYERS, SpatialContext
from digitvision.ink.trajectory import CHANNELS, POINTS, Trajectory
from digitvision.recognition.alphabets import look_alikes
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.prediction import Prediction
from digitvision.recognition.quiet_libraries import without_litert_notice

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

BATCH: Final = 64
"""Number of glyphs that go through the network together where there are many."""

THREADS_VARIABLE: Final = "DIGITVISION_THREADS"
"""Environment variable with the number of threads that a network may use for many glyphs at once."""

VIEW_SHAPES: Final = {
    "raster": (RASTER_SIZE, RASTER_SIZE, 1),
    "trajectory": (POINTS, CHANNELS),
    "surroundings": (FIELD, FIELD, LAYERS),
}
"""Shape of each of a network's inputs without the batch, by the view's name."""

_THREADS: Final = frozenset(map(str, range(1, 17)))
_LEAST_PROBABILITY: Final = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Predictions for N glyphs.

    Attributes:
        probabilities: float32 [N, C], calibrated, each row sums up to 1.
        in_vocabulary: float32 [N], see `Prediction`.
        sure: bool [N], see `Prediction`.
    """

    probabilities: NDArray[np.float32]
    in_vocabulary: NDArray[np.float32]
    sure: NDArray[np.bool_]


class Recognizer:
    """Reads glyphs with one model, within one of its alphabets. Not thread-safe: each thread needs its own."""

    def __init__(self, model: Model, alphabet: str | None = None) -> None:
        """Load the model.

        Args:
            model: The model.
            alphabet: The alphabet to read within; None for the one that the model is made for.

        Raises:
            ModelFault: The model is missing, damaged, does not match its card or this program's preprocessing, or lacks
                the alphabet.
        """
        from ai_edge_litert.interpreter import Interpreter

        content = model.litert()
        card = model.card
        self.model = model
        self.alphabet = card.alphabet_card(alphabet)
        self.labels = tuple(card.labels[index] for index in self.alphabet.class_indices)
        self._outputs = len(card.labels) + card.rejects
        self._class_indices = np.array(self.alphabet.class_indices, np.intp)
        self._biases = np.array(self.alphabet.prior_correction or np.zeros(len(self._class_indices)), np.float32)
        texts = {label.text for label in self.labels}
        # A class that looks like one of the alphabet counts for it: an o does not make an O look like junk.
        self._in_vocabulary = np.array(
            [
                index in self.alphabet.class_indices or not texts.isdisjoint(look_alikes(label.text))
                for index, label in enumerate(card.labels)
            ]
        )
        try:
            with without_litert_notice():
                self._single = Interpreter(model_content=content, num_threads=1)
                self._single.allocate_tensors()
            self._many = Interpreter(model_content=content, num_threads=_threads())
            # Both are made from the same file, so that their tensors have the same indices.
            self._inputs = inputs_by_view(self._single, card.views)
            self._output = int(self._single.get_output_details()[0]["index"])
            for view, index in self._inputs.items():
                self._many.resize_tensor_input(index, (BATCH, *VIEW_SHAPES[view]))
            self._many_ready = False
            answer = self._answer(self._single, blank_inputs(card.views))
        except (ValueError, RuntimeError, KeyError) as error:
            raise ModelFault(f"The model “{model.name}” is damaged: LiteRT cannot run it.") from error
        if answer.shape != (1, self._outputs):
            raise ModelFault(f"The model “{model.name}” is damaged: its outputs do not fit its labels.")

    def outputs(
        self,
        rasters: NDArray[np.float32],
        trajectories: NDArray[np.float32] | None = None,
        context: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """Run the network and return its own outputs, over all its classes and not calibrated.

        Args:
            rasters: float32 [N, 28, 28].
            trajectories: float32 [N, 64, 6]; None where the glyphs are pictures.
            context: float32 [N, 24, 24, 2]; None where the glyphs stand alone.

        Returns:
            float32 [N, C], each row sums up to 1; the last column is junk where the model's card has `rejects`.
        """
        count = len(rasters)
        given = {"raster": rasters, "trajectory": trajectories, "surroundings": context}
        inputs = {
            view: np.zeros((count, *VIEW_SHAPES[view]), np.float32)
            if values is None
            else np.ascontiguousarray(values, dtype=np.float32).reshape(count, *VIEW_SHAPES[view])
            for view, values in given.items()
            if view in self.model.card.views
        }
        answers = np.empty((count, self._outputs), np.float32)
        whole = count // BATCH * BATCH
        if whole and not self._many_ready:
            self._many.allocate_tensors()
            self._many_ready = True
        for first in range(0, whole, BATCH):
            part = slice(first, first + BATCH)
            answers[part] = self._answer(self._many, {view: values[part] for view, values in inputs.items()})
        for row in range(whole, count):
            one = slice(row, row + 1)
            answers[row] = self._answer(self._single, {view: values[one] for view, values in inputs.items()})[0]
        return answers

    def answers(
        self,
        rasters: NDArray[np.float32],
        trajectories: NDArray[np.float32] | None = None,
        context: NDArray[np.float32] | None = None,
    ) -> Answers:
        """Return the predictions for many glyphs; arguments as for `outputs`."""
        outputs = self.outputs(rasters, trajectories, context)
        probabilities = calibrated_probabilities(
            outputs[:, self._class_indices], self.alphabet.temperature, self._biases
        )
        in_vocabulary = outputs[:, : len(self._in_vocabulary)] @ self._in_vocabulary.astype(np.float32)
        confidence = probabilities.max(axis=1, initial=0.0)
        sure = (confidence >= self.alphabet.sure_above) & (in_vocabulary >= self.alphabet.in_vocabulary_above)
        return Answers(probabilities, np.minimum(in_vocabulary, 1.0), sure)

    def probabilities(
        self, rasters: NDArray[np.float32], trajectories: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return the calibrated probabilities of many glyphs, float32 [N, C], each row of sum 1."""
        return self.answers(rasters, trajectories).probabilities

    def predict(
        self, raster: Raster, trajectory: Trajectory | None = None, context: SpatialContext | None = None
    ) -> Prediction:
        """Predict one glyph; without a trajectory it is a picture, without spatial context it stands alone."""
        found = self.answers(
            raster[None],
            None if trajectory is None else trajectory[None],
            None if context is None else context[None],
        )
        return Prediction(self.labels, found.probabilities[0], float(found.in_vocabulary[0]), bool(found.sure[0]))

    def _answer(self, interpreter: "Interpreter", given: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        for view, index in self._inputs.items():
            interpreter.set_tensor(index, given[view])
        interpreter.invoke()
        answer: NDArray[np.float32] = interpreter.get_tensor(self._output)
        return answer


def _threads() -> int:
    """Return the number of threads for many glyphs: two, or what the environment says; nonsense there counts as two."""
    chosen = os.environ.get(THREADS_VARIABLE, "")
    return int(chosen) if chosen in _THREADS else 2


def blank_inputs(views: tuple[str, ...]) -> dict[str, NDArray[np.float32]]:
    """Return the inputs for one glyph without ink."""
    return {view: np.zeros((1, *VIEW_SHAPES[view]), np.float32) for view in views}


def inputs_by_view(interpreter: "Interpreter", views: tuple[str, ...]) -> dict[str, int]:
    """Return each view's tensor. LiteRT changes the order and the names of inputs, but their shapes are distinct."""
    details = interpreter.get_input_details()
    if len(details) != len(views):
        raise ValueError("the network has other inputs than its card says")
    found = {}
    for view in views:
        (found[view],) = (item["index"] for item in details if tuple(item["shape"][1:]) == VIEW_SHAPES[view])
    return found


def calibrated_probabilities(
    probabilities: NDArray[np.float32], temperature: float, prior_correction: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Divide the logits behind softmax outputs by a temperature (Guo et al. 2017, arXiv:1706.04599) and shift them.

    Args:
        probabilities: float32 [N, C], softmax outputs, of all classes or of some.
        temperature: Above 1 it makes predictions less confident, below 1 more.
        prior_correction: float32 [C], added to the divided logits.

    Returns:
        float32 [N, C], each row sums up to 1.
    """
    logits = np.log(np.maximum(probabilities, _LEAST_PROBABILITY)) / temperature
    if prior_correction is not None:
        logits = logits + prior_correction
    if len(logits) == 0:
        return probabilities
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares
