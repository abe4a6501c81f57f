"""Reading networks as other programs and older versions of Keras write them, to be imported and to answer.

What they say of training is left out, all numbers become float32, and Keras 2's words become those of Keras 3; then the
checks of `keras_file.py` hold for them as well. Files of other kinds are refused, with a way to convert them.
"""

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from digitvision.files import FileFault, read_limited
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import MODEL_LIMIT
from digitvision.training.networks.keras_file import (
    CONFIG_MEMBER,
    check_description,
    check_weights,
    checked_network,
    description_of,
    is_bfloat16,
    keras_members,
    loaded,
    refused,
)

if TYPE_CHECKING:
    import keras

_HDF5: Final = b"\x89HDF\r\n\x1a\n"
_ZIP: Final = b"PK"
_CONFIG_ATTRIBUTE: Final = "model_config"
_WEIGHTS_GROUP: Final = "model_weights"
_KEPT_ATTRIBUTES: Final = frozenset({_CONFIG_ATTRIBUTE, "keras_version", "backend"})
_DEEPEST: Final = 64

_TRAINING_KEYS: Final = ("_initializer", "_regularizer", "_constraint")
"""Ends of keys that matter in training only."""

_ROOTS: Final = ("keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras")
"""Where the classes of models lie in the versions of Keras."""

_SAVE_AGAIN: Final = "load it there and save it with model.save(“network.keras”), then import that file"
_KERAS_AGAIN: Final = "build the same layers in Keras, copy the weights, and save it with model.save(“network.keras”)"
_OTHER_KINDS: Final = {
    ".tflite": "it is a LiteRT file, which has no layers to show; import the Keras network that it was made of",
    ".onnx": f"it is an ONNX file, which this program only writes; {_KERAS_AGAIN}",
    ".pb": f"it is part of a SavedModel of TensorFlow; {_SAVE_AGAIN}",
    ".pt": f"it is a file of PyTorch, which can hold code; {_KERAS_AGAIN}",
    ".pkl": f"it is a Python pickle, which is a program and is not run here; {_SAVE_AGAIN}",
    ".safetensors": f"it holds weights without the network; {_KERAS_AGAIN}",
    ".json": "it holds the plan of a network without its weights; save the whole with model.save(“network.keras”)",
}
"""Why files of other kinds are refused, by the endings of their names."""

_SAME_KIND: Final = {".pth": ".pt", ".ckpt": ".pt", ".pickle": ".pkl", ".joblib": ".pkl", ".pbtxt": ".pb"}


def load_foreign_file(path: Path) -> "keras.Model":
    """Load a network from an untrusted `.keras` or HDF5 file of Keras 2 or 3, to answer and not to be trained.

    Raises:
        KerasFileFault: The file is of another kind, damaged, or has something that is refused; no code was run.
        ModelFault: The file cannot be read.
    """
    if path.is_dir():
        kind = "a SavedModel of TensorFlow" if (path / "saved_model.pb").is_file() else "a folder"
        raise refused(path, f"it is {kind}, not a file; {_SAVE_AGAIN}")
    try:
        data = read_limited(path, MODEL_LIMIT)
    except FileFault as error:
        raise ModelFault(str(error)) from error
    if data.startswith(_HDF5):
        return _network_of_hdf5(path, data)
    suffix = path.suffix.lower()
    suffix = _SAME_KIND.get(suffix, suffix)
    if suffix in _OTHER_KINDS:
        raise refused(path, _OTHER_KINDS[suffix])
    if suffix in (".h5", ".hdf5") and not data.startswith(_ZIP):
        raise refused(path, "it is no HDF5 file, or is damaged")
    members = keras_members(path)
    config = _for_answering(description_of(members[CONFIG_MEMBER], path), path)
    return _with_plain_ends(
        checked_network(path, {**members, CONFIG_MEMBER: json.dumps(config).encode()}, trainable=False)
    )


def _with_plain_ends(network: "keras.Model") -> "keras.Model":
    """Return a network whose only input and only output are plain tensors, not in a list or by a name."""
    import keras

    if isinstance(network, keras.Sequential) or (len(network.inputs), len(network.outputs)) != (1, 1):
        return network
    if network.input is network.inputs[0] and network.output is network.outputs[0]:
        return network
    return keras.Model(network.inputs[0], network.outputs[0], name=network.name)


def _network_of_hdf5(path: Path, data: bytes) -> "keras.Model":
    """Load a network with its weights from an HDF5 file: its description is an attribute of the file."""
    import h5py

    check_weights(data, path)
    clean = io.BytesIO(data)
    try:
        with h5py.File(clean, "r+") as file:
            text = file.attrs.get(_CONFIG_ATTRIBUTE)
            if text is None or _WEIGHTS_GROUP not in file:
                raise refused(
                    path, "it holds weights without the network; save the whole with model.save(“network.keras”)"
                )
            config = _for_answering(description_of(text, path), path)
            check_description(config, path, trainable=False)
            for name in set(file.attrs) - _KEPT_ATTRIBUTES:
                del file.attrs[name]
            for name in set(file) - {_WEIGHTS_GROUP}:
                del file[name]
            file.attrs[_CONFIG_ATTRIBUTE] = json.dumps(config)
            _widen(file[_WEIGHTS_GROUP])
    except (OSError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise refused(path, "it is damaged") from error
    return _with_plain_ends(loaded(path, clean.getvalue(), "network.h5"))


def _widen(group: Any) -> None:
    """Replace arrays of bfloat16 by float32 of the same values: a float32 begins with the bits of the bfloat16."""
    import h5py

    for name in list(group):
        item = group[name]
        if isinstance(item, h5py.Group):
            _widen(item)
        elif is_bfloat16(item):
            halves = np.frombuffer(np.asarray(item[()]).tobytes(), np.uint16).astype(np.uint32)
            values = (halves << 16).view(np.float32).reshape(item.shape)
            del group[name]
            group[name] = values


def _for_answering(config: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return a description without what concerns training, in float32, in the words of Keras 3."""
    config.pop("compile_config", None)
    translated = _translated(config, path, 0)
    if not isinstance(translated, dict):
        raise refused(path, "its description is damaged")
    return translated


def _translated(node: Any, path: Path, depth: int) -> Any:
    if depth > _DEEPEST:
        raise refused(path, "its description is too deep")
    if isinstance(node, list):
        return [_translated(item, path, depth + 1) for item in node]
    if not isinstance(node, dict):
        return node
    found = {name: _translated(value, path, depth + 1) for name, value in node.items()}
    name, config = found.get("class_name"), found.get("config")
    if isinstance(name, str) and isinstance(config, dict):
        if name == "Sequential":
            _begin_with_an_input(config, node["config"])
        found["config"] = _layer_settings(name, config)
        found = _in_keras_3(name, found)
    return found


def _begin_with_an_input(config: dict[str, Any], original: dict[str, Any]) -> None:
    """Give a sequence an input layer where the first layer has the shape instead, as before Keras 2.4."""
    layers = config.get("layers")
    if not isinstance(layers, list) or not layers or not isinstance(layers[0], dict):
        return
    first = original["layers"][0]
    shape = first["config"].get("batch_input_shape") if isinstance(first.get("config"), dict) else None
    if first.get("class_name") != "InputLayer" and isinstance(shape, list) and shape:
        settings = {"batch_shape": [None, *shape[1:]], "dtype": "float32", "name": "input_layer"}
        layers.insert(0, _in_keras_3("InputLayer", {"class_name": "InputLayer", "config": settings}))


def _layer_settings(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a layer as Keras 3 takes them when it answers in float32 and in batches of any size."""
    config = {
        name: value
        for name, value in config.items()
        if not name.endswith(_TRAINING_KEYS) and not (name == "dtype" and kind != "__keras_tensor__")
    }
    if kind == "InputLayer":
        shape = config.pop("batch_input_shape", None) or config.get("batch_shape")
        config.pop("ragged", None)
        if isinstance(shape, list) and shape:
            config["batch_shape"] = [None, *shape[1:]]
        config["dtype"] = "float32"
    else:
        config.pop("batch_input_shape", None)
    if kind == "BatchNormalization" and isinstance(config.get("axis"), list) and len(config["axis"]) == 1:
        config["axis"] = config["axis"][0]
    if kind == "__keras_tensor__":
        config["dtype"] = "float32"
    return config


def _in_keras_3(name: str, node: dict[str, Any]) -> dict[str, Any]:
    """Name the module of a class as Keras 3 does, where the description has Keras 2's or none."""
    module = node.get("module")
    if name in ("Functional", "Model", "Sequential"):
        if module is None or str(module).startswith(tuple(f"{root}." for root in _ROOTS)) or module in _ROOTS:
            home = "keras" if name == "Sequential" else "keras.src.models.functional"
            kind = "Sequential" if name == "Sequential" else "Functional"
            return {**node, "module": home, "class_name": kind, "registered_name": kind}
    elif module is None and not name.startswith("__"):
        return {**node, "module": "keras.layers", "registered_name": None}
    return node
