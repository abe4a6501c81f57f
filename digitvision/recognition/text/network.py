"""The network that reads lines of ink, run by LiteRT on lines of any length."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.lines.path_features import FEATURES, STRIDE
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.quiet_libraries import without_litert_notice
from digitvision.recognition.text.characters import CLASSES


class LineNetwork:
    """The network, ready to run. Not thread-safe: each thread needs its own."""

    def __init__(self, content: bytes, *, name: str) -> None:
        """Load the network from the content of its file.

        Args:
            content: A LiteRT file with one input, the path, and one output, the logits.
            name: The model's name, for error messages.

        Raises:
            ModelFault: The file is damaged.
        """
        from ai_edge_litert.interpreter import Interpreter

        try:
            with without_litert_notice():
                self._interpreter: Any = Interpreter(model_content=content, num_threads=1)
                self._input = int(self._interpreter.get_input_details()[0]["index"])
                self._output = int(self._interpreter.get_output_details()[0]["index"])
                self._interpreter.resize_tensor_input(self._input, (1, STRIDE, FEATURES))
                self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError, IndexError) as error:
            raise ModelFault(f"The model “{name}” is damaged: LiteRT cannot run it.") from error
        self._name = name
        self._length = STRIDE

    def log_probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the network's answer along a line.

        Args:
            features: float32 [N, 9], see `path_features`.

        Returns:
            float32 [T, classes], T = N / 4 rounded up: logarithms of the probabilities of each character and, last, of
            no character at this place.

        Raises:
            ModelFault: The network is not one for lines.
        """
        path = filled_up(features)
        try:
            if len(path) != self._length:
                self._interpreter.resize_tensor_input(self._input, (1, len(path), FEATURES))
                self._interpreter.allocate_tensors()
                self._length = len(path)
            self._interpreter.set_tensor(self._input, path[None])
            self._interpreter.invoke()
            logits = self._interpreter.get_tensor(self._output)[0]
        except (ValueError, RuntimeError) as error:
            raise ModelFault(f"The model “{self._name}” is damaged: LiteRT cannot run it.") from error
        if logits.shape != (len(path) // STRIDE, CLASSES):
            raise ModelFault(f"The model “{self._name}” is damaged: it does not answer with characters.")
        shifted = logits - logits.max(axis=-1, keepdims=True)
        result: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        return result


def filled_up(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the path with zeros at its end, so that its length is a multiple of four and not zero."""
    missing = -len(features) % STRIDE if len(features) else STRIDE
    return np.pad(features.astype(np.float32, copy=False), ((0, missing), (0, 0)))
