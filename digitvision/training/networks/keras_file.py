"""Loading other people's `.keras` files: they are checked before Keras opens them, so that none of their code runs.

`foreign_file.py` brings to this form what other programs and older versions write.
"""

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

CONFIG_MEMBER: Final = "config.json"
METADATA_MEMBER: Final = "metadata.json"
WEIGHTS_MEMBER: Final = "model.weights.h5"
_MEMBER_LIMITS: Final = {CONFIG_MEMBER: 8 * 2**20, METADATA_MEMBER: 2**20, WEIGHTS_MEMBER: MODEL_LIMIT}
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
_ANSWERING_LAYERS: Final = frozenset(
    {
        "Normalization",
        "Resizing",
        "CenterCrop",
        "AlphaDropout",
        "ActivityRegularization",
        "Identity",
        "UnitNormalization",
        "MaxPooling1D",
        "AveragePooling1D",
    }
)
"""Further layers of networks that only answer here and are not trained."""

AUGMENTATIONS: Final = frozenset(
    {
        "RandomFlip",
        "RandomRotation",
        "RandomTranslation",
        "RandomZoom",
        "RandomShear",
        "RandomPerspective",
        "RandomElasticTransform",
        "RandomContrast",
        "RandomBrightness",
        "RandomInvert",
        "RandomErasing",
        "RandomGaussianBlur",
        "RandomSharpness",
        "RandomPosterization",
    }
)
"""Layers that vary pictures in training and hand them on unchanged when the network answers."""

_ARITHMETIC: Final = frozenset({"Add", "Subtract", "Multiply", "Divide", "TrueDivide", "Negative"})
"""Operators between the layers of networks that only answer here, as in `inputs / 255`."""

_OPERATORS_MODULE: Final = "keras.src.ops.numpy"

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
    network = checked_network(path, keras_members(path))
    if network_views(network) is None:
        raise refused(path, f"it takes {network.input_shape}, but a raster is {INPUT_SHAPE}")
    output = network.output_shape
    if not isinstance(output, tuple) or len(output) != 2 or not isinstance(output[1], int) or output[1] < 2:
        raise refused(path, f"it answers {output}, not one probability for each of two or more classes")
    return network


def checked_network(path: Path, members: dict[str, bytes], *, trainable: bool = True) -> "keras.Model":
    """Check the members of a `.keras` file and load the network in Keras's safe mode, not compiled.

    Args:
        path: The file, for messages.
        members: The content of the archive by the members' names; see `keras_members`.
        trainable: Whether only layers are allowed that this program can train; else also those of `AUGMENTATIONS` and
            a few that only prepare the input.

    Raises:
        KerasFileFault: The description or the weights are damaged or refused; none of their code was run.
    """
    config = description_of(members[CONFIG_MEMBER], path)
    config.pop("compile_config", None)
    check_description(config, path, trainable=trainable)
    check_weights(members[WEIGHTS_MEMBER], path)
    clean = {**members, CONFIG_MEMBER: json.dumps(config).encode()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in clean.items():
            archive.writestr(name, data)
    return loaded(path, packed.getvalue(), "network.keras")


def loaded(path: Path, content: bytes, name: str) -> "keras.Model":
    """Have Keras load a file that was checked; `name` gives its form, `path` is the original for messages.

    Raises:
        KerasFileFault: Keras cannot load it.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="digitvision-") as folder:
            clean = Path(folder) / name
            clean.write_bytes(content)
            network: keras.Model = import_keras().saving.load_model(clean, compile=False, safe_mode=True)
    except OSError as error:
        raise refused(path, f"it cannot be unpacked, {reason(error)}") from error
    except Exception as error:
        # Keras raises exceptions of many types for a damaged description.
        raise refused(path, "Keras cannot build the network that it describes") from error
    return network


def description_of(text: bytes | str, path: Path) -> dict[str, Any]:
    """Parse the description of a network.

    Raises:
        KerasFileFault: It is damaged.
    """
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refused(path, "its description is damaged") from error
    if not isinstance(config, dict):
        raise refused(path, "its description is damaged")
    return config


def check_description(config: Any, path: Path, *, trainable: bool = True) -> None:
    """Check that every object that Keras would build from the description is of a known class.

    Raises:
        KerasFileFault: One is not; the text names it.
    """
    _check_node(config, path, 0, _LAYERS if trainable else _LAYERS | _ANSWERING_LAYERS | AUGMENTATIONS)


def network_from_description(description: str) -> "keras.Model":
    """Build a new network from an untrusted description as Keras's `to_json` writes it.

    Raises:
        KerasFileFault: The description is damaged, or has something that is refused.
    """
    name = Path("description")
    try:
        config = json.loads(description)
    except (ValueError, RecursionError) as error:
        raise refused(name, "its description is damaged") from error
    check_description(config, name)
    try:
        network: keras.Model = import_keras().models.model_from_json(description)
    except Exception as error:
        raise refused(name, "Keras cannot build the network that it describes") from error
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


def keras_members(path: Path) -> dict[str, bytes]:
    """Unpack a `.keras` file, which has exactly three members of limited sizes.

    Raises:
        ModelFault: The file cannot be read.
        KerasFileFault: It is no such archive, or is damaged.
    """
    try:
        data = read_limited(path, MODEL_LIMIT)
    except FileFault as error:
        raise ModelFault(str(error)) from error
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            # With exactly these names, no member is written outside of the folder, and none comes twice.
            if sorted(entry.filename for entry in entries) != sorted(_MEMBER_LIMITS):
                raise refused(path, "it holds other members than a plain Keras network does")
            members = {}
            for entry in entries:
                limit = _MEMBER_LIMITS[entry.filename]
                if entry.file_size > limit:
                    raise refused(path, f"“{entry.filename}” in it is larger than {limit / 2**20:.0f} MB")
                with archive.open(entry) as file:
                    members[entry.filename] = file.read(limit + 1)
            return members
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise refused(path, "it is no .keras file, or is damaged") from error


def _check_node(node: Any, path: Path, depth: int, layers: frozenset[str]) -> None:
    if depth > _DEEPEST:
        raise refused(path, "its description is too deep")
    if isinstance(node, list):
        for item in node:
            _check_node(item, path, depth + 1, layers)
    elif isinstance(node, dict):
        if "class_name" in node and not _is_known(node, layers):
            raise refused(path, f"it has “{str(node['class_name'])[:60]}”, which is not one of Keras's plain layers")
        for item in node.values():
            _check_node(item, path, depth + 1, layers)


def _is_known(node: dict[str, Any], layers: frozenset[str]) -> bool:
    name, module, registered = node["class_name"], node.get("module"), node.get("registered_name")
    if not isinstance(name, str) or registered not in (None, name):
        return False
    if module is None:
        return name in _VALUES
    if module in ("keras", "keras.models", "keras.src.models.functional", "keras.src.models.sequential"):
        return name in _MODELS or (module == "keras" and name == "DTypePolicy")
    if module == _OPERATORS_MODULE:
        return name in _ARITHMETIC and layers is not _LAYERS
    return (module == "keras.layers" and name in layers) or module in _PARTS


def check_weights(data: bytes, path: Path) -> None:
    """Check that the weights are arrays of numbers in the file itself, not larger than a model may be.

    Raises:
        KerasFileFault: They are not.
    """
    import h5py

    total = 0

    def check(group: Any, depth: int) -> None:
        nonlocal total
        if depth > _DEEPEST:
            raise refused(path, "its weights are damaged")
        for name in group:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise refused(path, "its weights point out of the file")
            item = group[name]
            if isinstance(item, h5py.Group):
                check(item, depth + 1)
                continue
            if item.external or item.is_virtual:
                raise refused(path, "its weights point out of the file")
            if item.dtype.kind not in "fiub" and not is_bfloat16(item):
                raise refused(path, "its weights are not numbers")
            total += item.size * item.dtype.itemsize
            if total > MODEL_LIMIT:
                raise refused(path, f"its weights take more than {MODEL_LIMIT / 2**20:.0f} MB")

    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            check(file, 0)
    except (OSError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise refused(path, "its weights are damaged") from error


def is_bfloat16(item: Any) -> bool:
    """Whether an HDF5 array is of bfloat16, a type that HDF5 does not know: Keras keeps it as two bytes a number."""
    return bool(item.dtype.kind == "V" and item.dtype.itemsize == 2 and item.dtype.names is None)


def refused(path: Path, why: str) -> KerasFileFault:
    """Return the fault that a file is refused; `why` is a phrase."""
    return KerasFileFault(path, why)
