"""Files of other kinds are refused in a sentence that says what they are, before Keras is imported."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from digitvision.recognition.models.model_card import ModelFault
from digitvision.training.networks.foreign_file import load_foreign_file


def _hdf5(make: Callable[[Any], None]) -> bytes:
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        make(file)
    return content.getvalue()


def _weights_alone(file: Any) -> None:
    file.create_group("dense").create_dataset("kernel:0", data=np.zeros((2, 2), np.float32))


def _plan(file: Any, layer: dict[str, Any]) -> None:
    file.create_group("model_weights")
    file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"layers": [layer]}})


def _link(file: Any) -> None:
    file["model_weights"] = h5py.ExternalLink("/etc/passwd", "/")
    file.attrs["model_config"] = "{}"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("mine.tflite", "a LiteRT file"),
        ("mine.onnx", "an ONNX file"),
        ("mine.pt", "a file of PyTorch"),
        ("mine.pth", "a file of PyTorch"),
        ("saved_model.pb", "part of a SavedModel"),
        ("mine.pkl", "a Python pickle"),
        ("mine.joblib", "a Python pickle"),
        ("mine.safetensors", "weights without the network"),
        ("mine.json", "without its weights"),
        ("mine.h5", "no HDF5 file, or is damaged"),
        ("mine.keras", r"no \.keras file, or is damaged"),
    ],
)
def test_a_file_of_another_kind_is_named(name: str, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x80\x04 whatever it holds")

    with pytest.raises(ModelFault, match=told):
        load_foreign_file(tmp_path / name)


def test_a_folder_of_a_saved_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"")

    with pytest.raises(ModelFault, match=r"a SavedModel of TensorFlow, not a file; load it there"):
        load_foreign_file(tmp_path)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_weights_alone, "weights without the network; save the whole"),
        (_link, "point out of the file"),
        (lambda file: _plan(file, {"class_name": "Lambda", "config": {"function": ["AAAA"]}}), "it has “Lambda”"),
        (lambda file: _plan(file, {"class_name": "system", "config": {}, "module": "os"}), "it has “system”"),
        (lambda file: _plan(file, {"class_name": "TFOpLambda", "config": {}}), "it has “TFOpLambda”"),
        (lambda file: file.attrs.update({"model_config": "{"}) or file.create_group("model_weights"), "damaged"),
    ],
)
def test_what_an_hdf5_file_may_not_hold_is_refused(make: Callable[[Any], None], told: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.h5"
    path.write_bytes(_hdf5(make))

    with pytest.raises(ModelFault, match=told):
        load_foreign_file(path)


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_an_hdf5_file_that_is_cut_off_is_refused(share: float, tmp_path: Path) -> None:
    content = _hdf5(_weights_alone)
    (tmp_path / "cut.h5").write_bytes(content[: int(len(content) * share)])

    with pytest.raises(ModelFault, match="damaged"):
        load_foreign_file(tmp_path / "cut.h5")
