"""Hostile and damaged `.keras` files are refused before Keras is imported, with one sentence."""

import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest

from digitvision.recognition.models.model_card import ModelFault
from digitvision.resources import resource_path
from digitvision.training.networks.foreign_file import load_foreign_file
from digitvision.training.networks.keras_file import load_keras_file

Members = dict[str, bytes]


def _classic() -> Members:
    with zipfile.ZipFile(resource_path("models", "classic", "model.keras")) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _write(path: Path, members: Members) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def _with_layer(change: dict[str, Any], *, index: int = 1) -> Members:
    members = _classic()
    config = json.loads(members["config.json"])
    config["config"]["layers"][index].update(change)
    return {**members, "config.json": json.dumps(config).encode()}


def _with_activation(activation: object) -> Members:
    members = _classic()
    config = json.loads(members["config.json"])
    config["config"]["layers"][1]["config"]["activation"] = activation
    return {**members, "config.json": json.dumps(config).encode()}


def _weights(make: Callable[[Any], None]) -> Members:
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        make(file)
    return {**_classic(), "model.weights.h5": content.getvalue()}


def _external_link(file: Any) -> None:
    file["stolen"] = h5py.ExternalLink("/etc/passwd", "/")


def _external_data(file: Any) -> None:
    file.create_dataset("stolen", (10,), "u1", external=[("/etc/passwd", 0, 10)])


def _endless(file: Any) -> None:
    file.create_dataset("large", (10**12,), "f4", chunks=(10**6,), compression="gzip")


def _texts(file: Any) -> None:
    file.create_dataset("words", data=["import os"])


HOSTILE: dict[str, Callable[[], Members]] = {
    "a Lambda layer": lambda: _with_layer({"class_name": "Lambda"}),
    "a class of another module": lambda: _with_layer({"module": "os", "class_name": "system"}),
    "a registered class": lambda: _with_layer({"registered_name": "mine>Conv2D"}),
    "a layer that runs a saved model": lambda: _with_layer({"class_name": "TFSMLayer"}),
    "a layer that reads files": lambda: _with_layer({"class_name": "StringLookup"}),
    "a function": lambda: _with_activation({"class_name": "function", "module": "builtins", "config": "eval"}),
    "a packed lambda": lambda: _with_activation({"class_name": "__lambda__", "config": {"value": "AAAA"}}),
    "a class name that is none": lambda: _with_layer({"class_name": ["Conv2D"]}),
    "a member that climbs": lambda: {**_classic(), "../../evil.py": b""},
    "another member": lambda: {**_classic(), "assets/vocabulary.txt": b""},
    "a missing member": lambda: {"config.json": _classic()["config.json"]},
    "a bomb": lambda: {**_classic(), "config.json": b" " * (9 * 2**20)},
    "a deep description": lambda: {**_classic(), "config.json": b"[" * 100_000},
    "a description that is deep but right": lambda: {**_classic(), "config.json": b'{"a":' * 90 + b"1" + b"}" * 90},
    "no description": lambda: {**_classic(), "config.json": b"7"},
    "weights in another file by link": lambda: _weights(_external_link),
    "weights in another file by place": lambda: _weights(_external_data),
    "weights without end": lambda: _weights(_endless),
    "weights that are texts": lambda: _weights(_texts),
    "weights that are none": lambda: {**_classic(), "model.weights.h5": b"\x89HDF"},
}


@pytest.mark.slow
@pytest.mark.parametrize("load", [load_keras_file, load_foreign_file])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_network_is_refused_and_keras_never_sees_it(
    name: str, load: Callable[[Path], Any], tmp_path: Path
) -> None:
    path = _write(tmp_path / "evil.keras", HOSTILE[name]())
    loaded_before = "keras" in sys.modules

    with pytest.raises(ModelFault, match=r"evil\.keras” cannot be imported: .*\.$"):
        load(path)

    assert ("keras" in sys.modules) == loaded_before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["evil.keras"]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_network_that_is_cut_off_is_refused(share: float, tmp_path: Path) -> None:
    data = resource_path("models", "classic", "model.keras").read_bytes()
    (tmp_path / "cut.keras").write_bytes(data[: int(len(data) * share)])

    with pytest.raises(ModelFault, match=r"no \.keras file, or is damaged"):
        load_keras_file(tmp_path / "cut.keras")


def test_a_member_that_comes_twice_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "twice.keras", _classic())
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(path, "a") as archive,
    ):
        archive.writestr("config.json", b"{}")

    with pytest.raises(ModelFault, match="other members"):
        load_keras_file(path)


def test_a_missing_network_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ModelFault, match="cannot be read"):
        load_keras_file(tmp_path / "none.keras")
