"""A loaded model, ready to answer. LiteRT only: TensorFlow would cost seconds and half a gigabyte."""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.raster import RASTER_SIZE, Raster
from digitvision.recognition.modelcard import ModelFault
from digitvision.recognition.modelstore import Model
from digitvision.recognition.prediction import Prediction

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

BATCH: Final = 64
"""Glyphs that go through the network at once where there are many."""


class Recognizer:
    """Answers with one model. Not thread-safe: one thread, one recognizer."""

    def __init__(self, model: Model) -> None:
        """Load the model.

        Raises:
            ModelFault: It is missing, damaged, does not fit its card or this program's preprocessing.
        """
        from ai_edge_litert.interpreter import Interpreter

        content = model.litert()
        self.model = model
        self._labels = model.card.labels
        try:
            self._single = Interpreter(model_content=content, num_threads=1)
            self._single.allocate_tensors()
            self._many = Interpreter(model_content=content, num_threads=2)
            self._many.resize_tensor_input(
                self._many.get_input_details()[0]["index"], (BATCH, RASTER_SIZE, RASTER_SIZE, 1)
            )
            self._many_ready = False
            answer = self._answer(self._single, np.zeros((1, RASTER_SIZE, RASTER_SIZE, 1), np.float32))
        except (ValueError, RuntimeError) as error:
            raise ModelFault(f"The model “{model.name}” is damaged: LiteRT cannot run it.") from error
        if answer.shape != (1, len(self._labels)):
            raise ModelFault(f"The model “{model.name}” is damaged: its outputs do not fit its labels.")

    def probabilities(self, rasters: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated probabilities of many glyphs.

        Args:
            rasters: float32 [N, 28, 28].

        Returns:
            float32 [N, C], each row of sum 1.
        """
        inputs = np.ascontiguousarray(rasters, dtype=np.float32).reshape(-1, RASTER_SIZE, RASTER_SIZE, 1)
        answers = np.empty((len(inputs), len(self._labels)), np.float32)
        whole = len(inputs) // BATCH * BATCH
        if whole and not self._many_ready:
            self._many.allocate_tensors()
            self._many_ready = True
        for first in range(0, whole, BATCH):
            answers[first : first + BATCH] = self._answer(self._many, inputs[first : first + BATCH])
        for row in range(whole, len(inputs)):
            answers[row] = self._answer(self._single, inputs[row : row + 1])[0]
        return calibrated(answers, self.model.card.temperature)

    def predict(self, raster: Raster) -> Prediction:
        """The prediction for one glyph."""
        return Prediction(self._labels, self.probabilities(raster[None])[0])

    @staticmethod
    def _answer(interpreter: "Interpreter", inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], inputs)
        interpreter.invoke()
        answer: NDArray[np.float32] = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
        return answer


def calibrated(probabilities: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Divide the logits behind softmax outputs by a temperature (Guo et al. 2017, arXiv:1706.04599).

    Args:
        probabilities: float32 [N, C], softmax outputs.
        temperature: Above 1 the answers become less confident, below 1 more.
    """
    if temperature == 1.0 or len(probabilities) == 0:
        return probabilities
    logits = np.log(np.maximum(probabilities, 1e-12)) / temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares
