"""A loaded model, ready to answer. LiteRT only: TensorFlow would cost seconds and half a gigabyte."""

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

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

BATCH: Final = 64
"""Glyphs that go through the network at once where there are many."""

VIEW_SHAPES: Final = {
    "raster": (RASTER_SIZE, RASTER_SIZE, 1),
    "trajectory": (POINTS, CHANNELS),
    "surroundings": (FIELD, FIELD, LAYERS),
}
"""What a network's inputs look like, by view and without the batch."""

_LEAST_PROBABILITY: Final = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Many glyphs' predictions.

    Attributes:
        probabilities: float32 [N, C], calibrated, each row of sum 1.
        in_vocabulary: float32 [N], see `Prediction`.
        sure: bool [N], see `Prediction`.
    """

    probabilities: NDArray[np.float32]
    in_vocabulary: NDArray[np.float32]
    sure: NDArray[np.bool_]


class Recognizer:
    """Answers with one model, within one of its alphabets. Not thread-safe: one thread, one recognizer."""

    def __init__(self, model: Model, alphabet: str | None = None) -> None:
        """Load the model.

        Args:
            alphabet: To answer within; the one that the model is made for, when None.

        Raises:
            ModelFault: It is missing, damaged, does not fit its card or this program's preprocessing, or knows no such
                alphabet.
        """
        from ai_edge_litert.interpreter import Interpreter

        content = model.litert()
        card = model.card
        self.model = model
        self.alphabet = card.alphabet_card(alphabet)
        self.labels = tuple(card.labels[place] for place in self.alphabet.class_indices)
        self._outputs = len(card.labels) + card.rejects
        self._places = np.array(self.alphabet.class_indices, np.intp)
        self._biases = np.array(self.alphabet.prior_correction or np.zeros(len(self._places)), np.float32)
        texts = {label.text for label in self.labels}
        # What looks like a class of the alphabet speaks for it: an o does not make an O a foreign sign.
        self._familiar = np.array(
            [
                place in self.alphabet.class_indices or not texts.isdisjoint(look_alikes(label.text))
                for place, label in enumerate(card.labels)
            ]
        )
        try:
            self._single = Interpreter(model_content=content, num_threads=1)
            self._single.allocate_tensors()
            self._many = Interpreter(model_content=content, num_threads=2)
            # Both are made from the same file, so that their tensors have the same places.
            self._inputs = inputs_by_view(self._single, card.views)
            self._output = int(self._single.get_output_details()[0]["index"])
            for view, index in self._inputs.items():
                self._many.resize_tensor_input(index, (BATCH, *VIEW_SHAPES[view]))
            self._many_ready = False
            answer = self._answer(self._single, nothing(card.views))
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
        """What the network itself answers, over all its classes and not calibrated.

        Args:
            rasters: float32 [N, 28, 28].
            trajectories: float32 [N, 64, 6]; None where the glyphs are pictures.
            context: float32 [N, 24, 24, 2]; None where the glyphs stand alone.

        Returns:
            float32 [N, C], each row of sum 1; the last column is for no glyph where the model's card says so.
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
        """The predictions for many glyphs; arguments as for `outputs`."""
        outputs = self.outputs(rasters, trajectories, context)
        probabilities = calibrated(outputs[:, self._places], self.alphabet.temperature, self._biases)
        in_vocabulary = outputs[:, : len(self._familiar)] @ self._familiar.astype(np.float32)
        confidence = probabilities.max(axis=1, initial=0.0)
        sure = (confidence >= self.alphabet.sure_above) & (in_vocabulary >= self.alphabet.in_vocabulary_above)
        return Answers(probabilities, np.minimum(in_vocabulary, 1.0), sure)

    def probabilities(
        self, rasters: NDArray[np.float32], trajectories: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """float32 [N, C]: calibrated probabilities of many glyphs, each row of sum 1."""
        return self.answers(rasters, trajectories).probabilities

    def predict(
        self, raster: Raster, trajectory: Trajectory | None = None, context: SpatialContext | None = None
    ) -> Prediction:
        """The prediction for one glyph; without a trajectory, for a picture; without surroundings, for one alone."""
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


def nothing(views: tuple[str, ...]) -> dict[str, NDArray[np.float32]]:
    """One glyph without ink."""
    return {view: np.zeros((1, *VIEW_SHAPES[view]), np.float32) for view in views}


def inputs_by_view(interpreter: "Interpreter", views: tuple[str, ...]) -> dict[str, int]:
    """The tensor of each view. LiteRT keeps no order and decorates names, but shapes tell the views apart."""
    details = interpreter.get_input_details()
    if len(details) != len(views):
        raise ValueError("the network has other inputs than its card says")
    found = {}
    for view in views:
        (found[view],) = (item["index"] for item in details if tuple(item["shape"][1:]) == VIEW_SHAPES[view])
    return found


def calibrated(
    probabilities: NDArray[np.float32], temperature: float, prior_correction: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Divide the logits behind softmax outputs by a temperature (Guo et al. 2017, arXiv:1706.04599) and shift them.

    Args:
        probabilities: float32 [N, C], softmax outputs, of all classes or of some.
        temperature: Above 1 the answers become less confident, below 1 more.
        prior_correction: float32 [C], added to the divided logits.

    Returns:
        float32 [N, C], each row of sum 1.
    """
    logits = np.log(np.maximum(probabilities, _LEAST_PROBABILITY)) / temperature
    if prior_correction is not None:
        logits = logits + prior_correction
    if len(logits) == 0:
        return probabilities
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares
