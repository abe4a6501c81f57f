"""Making networks of other people fit this program: the steps before and after become layers of the network itself.

So whatever uses the network does all that it needs: reading, measuring, the view inside, further training, exports.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitvision.training.networks.input_convention import InputConvention, TakenShape, prepare, resized
from digitvision.training.networks.keras_file import AUGMENTATIONS, loaded, refused
from digitvision.training.networks.multi_view import INPUT_SHAPE

if TYPE_CHECKING:
    import keras

_NATIVE_RESIZING = ("nearest", "bilinear")


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What is done before and after a network.

    Attributes:
        convention: How it wants its pictures.
        softmax: Whether its answers still have to be made probabilities.
        order: Its outputs in the order of the labels; empty where they are in this order.
    """

    convention: InputConvention
    softmax: bool = False
    order: tuple[int, ...] = ()


def adapted(network: "keras.Model", taken: TakenShape, adaptation: Adaptation, path: Path) -> "keras.Model":
    """Return a network that takes rasters and answers with probabilities, without layers that only training needs.

    Args:
        network: The network, of float32; its layers are used up.
        taken: The shape of its pictures.
        adaptation: What else it needs.
        path: Its file, for messages.

    Raises:
        KerasFileFault: It cannot be put together, or answers in no row of values.
    """
    import keras

    try:
        if adaptation.order:
            _reorder(network, adaptation.order, path)
        raster = keras.Input(INPUT_SHAPE, name="raster")
        answers = _answers(network, raster, prepare(raster, adaptation.convention, taken))
        if len(answers.shape) > 2:
            answers = keras.layers.Flatten(name="fit_answers")(answers)
        if adaptation.softmax:
            answers = keras.layers.Softmax(name="fit_probabilities")(answers)
        joined = keras.Model(raster, answers, name=network.name)
        content = _saved(joined)
    except (ValueError, TypeError, AttributeError, NotImplementedError) as error:
        raise refused(path, "its layers cannot be joined to those that bring a raster to its form") from error
    # Loaded anew, as the layers still belong to the first network too, and some make up what they need when they load.
    return loaded(path, content, "network.keras")


def _saved(network: "keras.Model") -> bytes:
    with tempfile.TemporaryDirectory(prefix="digitvision-") as folder:
        path = Path(folder) / "network.keras"
        network.save(path)
        return path.read_bytes()


def needs_nothing(network: "keras.Model") -> bool:
    """Whether no layer of the network has to be left out or replaced."""
    return all(
        type(layer).__name__ not in AUGMENTATIONS and not _has_layers(layer) and not _resizes_unusually(layer)
        for layer in network.layers
    )


def _answers(network: "keras.Model", raster: Any, tensor: Any) -> Any:
    """Lead a tensor through the layers of a network one by one, and return the answers.

    Args:
        network: The network.
        raster: The input from which the tensor comes.
        tensor: A Keras tensor of the form that the network takes.
    """
    import keras

    if isinstance(network, keras.Sequential):
        return _through(network, tensor)

    def call(layer: Any, *given: Any, **named: Any) -> Any:
        # Wherever a layer takes the network's input, it gets the tensor instead.
        swapped = keras.tree.map_structure(lambda one: tensor if one is raster else one, given)
        return _called(layer, *swapped, **named)

    joined = keras.models.clone_model(
        network, input_tensors=raster, clone_function=lambda layer: layer, call_function=call
    )
    return joined.output


def _through(sequence: Any, tensor: Any) -> Any:
    for layer in sequence.layers:
        tensor = _called(layer, tensor)
    return tensor


def _called(layer: Any, *given: Any, **named: Any) -> Any:
    """Call a layer, or what stands for it: nothing for one that varies pictures, its parts for a sequence."""
    import keras

    if type(layer).__name__ in AUGMENTATIONS:
        return given[0]
    if isinstance(layer, keras.Sequential):
        return _through(layer, given[0])
    if _resizes_unusually(layer):
        return _resized_by_matrices(layer, given[0])
    return layer(*given, **named)


def _has_layers(layer: Any) -> bool:
    import keras

    return isinstance(layer, keras.Sequential)


def _resizes_unusually(layer: Any) -> bool:
    """Whether a layer resizes in a way that LiteRT or ONNX does not know, as bicubic interpolation."""
    kind = type(layer).__name__
    if kind not in ("Resizing", "UpSampling2D"):
        return False
    is_plain = layer.interpolation in _NATIVE_RESIZING and not getattr(layer, "antialias", False)
    return not is_plain and layer.data_format == "channels_last"


def _resized_by_matrices(layer: Any, tensor: Any) -> Any:
    """Do as a layer that resizes, by matrices: interpolation of any kind is linear along each side."""
    height, width = tensor.shape[1:3]
    return resized(
        tensor,
        _matrix(layer, int(height), by_rows=True),
        _matrix(layer, int(width), by_rows=False),
        layer.name,
    )


def _matrix(layer: Any, side: int, *, by_rows: bool) -> NDArray[np.float32]:
    """Return what a layer does along one side of a picture, float32 [new side, side], found by single bright lines."""
    lines = np.eye(side, dtype=np.float32)
    shape = (side, side, 1, 1) if by_rows else (side, 1, side, 1)
    # The other side keeps the same value all along, so that it does not matter how that is resized.
    pictures = np.broadcast_to(lines.reshape(shape), (side, side, side, 1))
    found = np.asarray(type(layer).from_config(layer.get_config())(pictures))
    return (found[:, :, 0, 0] if by_rows else found[:, 0, :, 0]).T


def _reorder(network: "keras.Model", order: Sequence[int], path: Path) -> None:
    """Change the order of a network's outputs, in the weights of the dense layer that gives them.

    Raises:
        KerasFileFault: Its outputs come from no dense layer.
    """
    last = next(layer for layer in reversed(network.layers) if type(layer).__name__ not in ("Activation", "Softmax"))
    if type(last).__name__ != "Dense":
        raise refused(path, "its first output is for what is no digit, and can be moved in a dense layer only")
    last.set_weights([weight[..., list(order)] for weight in last.get_weights()])
