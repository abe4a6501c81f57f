"""Loading other people's `.keras` files: they are checked before Keras opens them, so that none of their code runs."""

import io
import json
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from digitvision.files import FileFault, read_limited, reason
from digitvision.recognition.models.model_card import VIEWS, ModelFault
from digitvision.recognition.models.model_store import MODEL_LIMIT
from digitvision.recognition.recognizer import VIEW_SHAPES
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.networks.multi_view import INPUT_SHAPE

if TYPE_CHECKING:
    import keras

_CONFIG: Final = "config.json"
_METADATA: Final = "metadata.json"
_WEIGHTS: Final = "model.weights.h5"
_MEMBER_LIMITS: Final = {_CONFIG: 8 * 2**20, _METADATA: 2**20, _WEIGHTS: MODEL_LIMIT}
_DEEPEST: Final = 64

_MODELS: Final = frozenset({"Sequential", "Functional", "Model"})
_LAYERS: Final = frozenset(
    {
        "InputLayer",
        "Conv1D",
        "Conv2D",
        "DepthwiseConv2D",
        "SeparableConv2D",
        "Conv2DTranspose",
        "Dense",
        "Flatten",
        "Reshape",
        "Permute",
        "MaxPooling2D",
        "AveragePooling2D",
        "GlobalMaxPooling2D",
        "GlobalAveragePooling2D",
        "GlobalMaxPooling1D",
        "GlobalAveragePooling1D",
        "MaxPool2D",
        "AvgPool2D",
        "UpSampling2D",
        "ZeroPadding2D",
        "Cropping2D",
        "Dropout",
        "SpatialDropout2D",
        "GaussianNoise",
        "GaussianDropout",
        "BatchNormalization",
        "LayerNormalization",
        "GroupNormalization",
        "Activation",
        "ReLU",
        "LeakyReLU",
        "PReLU",
        "ELU",
        "Softmax",
        "Add",
        "Subtract",
        "Multiply",
        "Dot",
        "Average",
        "Maximum",
        "Minimum",
        "Concatenate",
        "Rescaling",
    }
)
_PARTS: Final = frozenset({"keras.initializers", "keras.regularizers", "keras.constraints"})
"""Modules of Keras all of whose classes are plain arithmetic."""

_VALUES: Final = frozenset({"__keras_tensor__", "__tuple__"})


class KerasFileFault(ModelFault):
    """A file or description of a network that is refused; `why` is a phrase that says what is wrong with it."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"“{path}” cannot be imported: {why}.")
        self.why = why


def load_keras_file(path: Path) -> "keras.Model":
    """Load a network from an untrusted file.

    The archive may only have the three members of Keras; every class in the description of the network has to be one
    of Keras's plain layers; the weights have to be arrays of numbers. A file that passes is written anew without its
    settings of training, and loaded in Keras's safe mode.

    Raises:
        KerasFileFault: The file is no such network, or has something that is refused; none of its code was run.
    """
    members = _members(path)
    try:
        config = json.loads(members[_CONFIG])
    except (ValueError, RecursionError) as error:
        raise _refused(path, "its description is damaged") from error
    if not isinstance(config, dict):
        raise _refused(path, "its description is damaged")
    config.pop("compile_config", None)
    _check_node(config, path, 0)
    _check_weights(members[_WEIGHTS], path)
    members[_CONFIG] = json.dumps(config).encode()
    try:
        with tempfile.TemporaryDirectory(prefix="digitvision-") as folder:
            clean = Path(folder) / "network.keras"
            with zipfile.ZipFile(clean, "w") as archive:
                for name, data in members.items():
                    archive.writestr(name, data)
            network = import_keras().saving.load_model(clean, compile=False, safe_mode=True)
    except OSError as error:
        raise _refused(path, f"it cannot be unpacked, {reason(error)}") from error
    except Exception as error:
        # Keras raises exceptions of many types for a damaged description.
        raise _refused(path, "Keras cannot build the network that it describes") from error
    if network_views(network) is None:
        raise _refused(path, f"it takes {network.input_shape}, but a raster is {INPUT_SHAPE}")
    output = network.output_shape
    if not isinstance(output, tuple) or len(output) != 2 or not isinstance(output[1], int) or output[1] < 2:
        raise _refused(path, f"it answers {output}, not one probability for each of two or more classes")
    return network


def network_from_description(description: str) -> "keras.Model":
    """Build a new network from an untrusted description as Keras's `to_json` writes it.

    Raises:
        KerasFileFault: The description is damaged, or has something that is refused.
    """
    name = Path("description")
    try:
        config = json.loads(description)
    except (ValueError, RecursionError) as error:
        raise _refused(name, "its description is damaged") from error
    _check_node(config, name, 0)
    try:
        network: keras.Model = import_keras().models.model_from_json(description)
    except Exception as error:
        raise _refused(name, "Keras cannot build the network that it describes") from error
    return network


def network_views(network: "keras.Model") -> tuple[str, ...] | None:
    """Return the names of a network's inputs as on a model card; None if an input is none of this program's."""
    if len(network.inputs) == 1:
        return ("raster",) if network.input_shape == (None, *INPUT_SHAPE) else None
    inputs = network.input
    if not isinstance(inputs, dict) or not all(
        tuple(tensor.shape) == (None, *VIEW_SHAPES.get(name, ())) for name, tensor in inputs.items()
    ):
        return None
    return tuple(view for view in VIEWS if view in inputs)


def _members(path: Path) -> dict[str, bytes]:
    try:
        data = read_limited(path, MODEL_LIMIT)
    except FileFault as error:
        raise ModelFault(str(error)) from error
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            # With exactly these names, no member is written outside of the folder, and none comes twice.
            if sorted(entry.filename for entry in entries) != sorted(_MEMBER_LIMITS):
                raise _refused(path, "it holds other members than a plain Keras network does")
            members = {}
            for entry in entries:
                limit = _MEMBER_LIMITS[entry.filename]
                if entry.file_size > limit:
                    raise _refused(path, f"“{entry.filename}” in it is larger than {limit / 2**20:.0f} MB")
                with archive.open(entry) as file:
                    members[entry.filename] = file.read(limit + 1)
            return members
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _refused(path, "it is no .keras file, or is damaged") from error


def _check_node(node: Any, path: Path, depth: int) -> None:
    """Check that every object that Keras would build from the description is of a known class."""
    if depth > _DEEPEST:
        raise _refused(path, "its description is too deep")
    if isinstance(node, list):
        for item in node:
            _check_node(item, path, depth + 1)
    elif isinstance(node, dict):
        if "class_name" in node and not _is_known(node):
            raise _refused(path, f"it has “{str(node['class_name'])[:60]}”, which is not one of Keras's plain layers")
        for item in node.values():
            _check_node(item, path, depth + 1)


def _is_known(node: dict[str, Any]) -> bool:
    name, module, registered = node["class_name"], node.get("module"), node.get("registered_name")
    if not isinstance(name, str) or registered not in (None, name):
        return False
    if module is None:
        return name in _VALUES
    if module in ("keras", "keras.models", "keras.src.models.functional", "keras.src.models.sequential"):
        return name in _MODELS or (module == "keras" and name == "DTypePolicy")
    return (module == "keras.layers" and name in _LAYERS) or module in _PARTS


def _check_weights(data: bytes, path: Path) -> None:
    """Check that the weights are arrays of numbers in the file itself, not larger than a model may be."""
    import h5py  # type: ignore[import-untyped]

    total = 0

    def check(group: Any, depth: int) -> None:
        nonlocal total
        if depth > _DEEPEST:
            raise _refused(path, "its weights are damaged")
        for name in group:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise _refused(path, "its weights point out of the file")
            item = group[name]
            if isinstance(item, h5py.Group):
                check(item, depth + 1)
                continue
            if item.external or item.is_virtual:
                raise _refused(path, "its weights point out of the file")
            if item.dtype.kind not in "fiub":
                raise _refused(path, "its weights are not numbers")
            total += item.size * item.dtype.itemsize
            if total > MODEL_LIMIT:
                raise _refused(path, f"its weights take more than {MODEL_LIMIT / 2**20:.0f} MB")

    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            check(file, 0)
    except (OSError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise _refused(path, "its weights are damaged") from error


def _refused(path: Path, why: str) -> KerasFileFault:
    return KerasFileFault(path, why)
