"""Exporting models: each format is run by a runtime of its own, and only a form that answers right is written."""

import errno
import functools
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.cli import main
from digitvision.faults import Fault
from digitvision.recognition.models.model_card import ModelCard, ModelFault
from digitvision.recognition.models.model_store import KERAS_FILE, LITERT_FILE, Model, ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.data.dataset import Dataset
from digitvision.training.models import export as modelexport
from digitvision.training.models import library as modellibrary
from digitvision.training.models.export import ExportForm, export_model
from digitvision.training.models.library import import_model
from digitvision.training.models.saving import model_files, network_answers, to_half_precision
from digitvision.training.models.validation_samples import SampleChoice, validation_glyphs
from digitvision.training.networks.conversion import Precision, keras_network
from digitvision.training.networks.keras_import import import_keras
from tests.ink.drawings import sample_path
from tests.recognition.model_folders import classic_card, classic_files

pytestmark = [
    pytest.mark.slow,
    # Keras's own, from its variables under NumPy 2.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
]

_Views = dict[str, NDArray[np.float32]]


@functools.cache
def _few() -> Dataset:
    """A few glyphs to compare answers of; made once."""
    return validation_glyphs(SampleChoice(first=2000, pictures=7, variations=0, seed=1))


def _views(model: Model) -> _Views:
    rasters, trajectories, context = _few().views()
    assert trajectories is not None
    assert context is not None
    given = {"raster": rasters[..., None], "trajectory": trajectories, "surroundings": context}
    return {view: given[view] for view in model.card.views}


@functools.cache
def _files_in_single(name: str) -> dict[str, bytes]:
    """The files of a shipped model with LiteRT's weights in single precision; made once, for they take seconds."""
    with tempfile.TemporaryDirectory() as folder:
        return model_files(_network(name), Path(folder))


@pytest.fixture
def in_single() -> Callable[[str], Model]:
    """Shipped models whose weights LiteRT holds in single precision, whatever they are shipped in."""

    def model(name: str) -> Model:
        store = ModelStore()
        shipped = store.find(name)
        if shipped.card.precision == "float32":
            return shipped
        return store.save(replace(shipped.card, precision="float32"), _files_in_single(name))

    return model


@pytest.fixture(autouse=True)
def _made_once(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Exports find ready the glyphs that they compare, and the networks that are shipped: each takes a second.

    Where there are drawings of the user's own, the glyphs are other ones.
    """
    # Before the test makes such drawings.
    _few()

    def glyphs(choice: SampleChoice) -> Dataset:
        return validation_glyphs(choice) if (home / "drawings").exists() else _glyphs(choice)

    def network(model: Model) -> Any:
        return _network(model.name) if model.bundled else keras_network(model)

    monkeypatch.setattr(modelexport, "validation_glyphs", glyphs)
    monkeypatch.setattr(modellibrary, "validation_glyphs", glyphs)
    monkeypatch.setattr(modelexport, "keras_network", network)


_glyphs = functools.cache(validation_glyphs)


@functools.cache
def _network(name: str) -> Any:
    return keras_network(ModelStore().find(name))


def _own(model: Model) -> NDArray[np.float32]:
    return Recognizer(model).outputs(*_few().views())


def _by_keras(path: Path, views: _Views) -> NDArray[np.float32]:
    network = import_keras().saving.load_model(path, safe_mode=True)
    return network_answers(network, views if len(views) > 1 else views["raster"])


def _by_litert(path: Path, views: _Views) -> NDArray[np.float32]:
    from ai_edge_litert.interpreter import Interpreter

    runner = Interpreter(model_path=str(path)).get_signature_runner()
    names = list(runner.get_input_details())
    rows = []
    for row in range(len(_few())):
        glyph = {view: values[row : row + 1] for view, values in views.items()}
        (answer,) = runner(**(glyph if len(names) > 1 else {names[0]: glyph["raster"]})).values()
        rows.append(answer[0])
    return np.array(rows)


def _by_onnx(path: Path, views: _Views) -> NDArray[np.float32]:
    import onnx
    from onnx.reference import ReferenceEvaluator

    form = onnx.load(path)
    onnx.checker.check_model(form, full_check=True)
    assert [item.name for item in form.graph.input] == list(views)
    assert [item.name for item in form.graph.output] == ["probabilities"]
    for item in (*form.graph.input, *form.graph.output):
        assert item.type.tensor_type.shape.dim[0].dim_param == "N"
    answers = ReferenceEvaluator(form).run(None, views)[0]
    one = ReferenceEvaluator(form).run(None, {view: values[:1] for view, values in views.items()})[0]
    assert np.allclose(one, answers[:1], atol=1e-6)
    return np.asarray(answers)


_RUN = {"keras": _by_keras, "tflite": _by_litert, "onnx": _by_onnx}


@pytest.mark.parametrize("name", ["classic", "glyphs"])
@pytest.mark.parametrize(
    ("form", "precision", "suffix", "tolerance", "share"),
    [
        ("keras", "float32", ".keras", 1e-4, 1.0),
        ("tflite", "float32", ".tflite", 1e-4, 1.0),
        ("tflite", "float16", "-float16.tflite", 0.01, 0.6),
        ("tflite", "int8", "-int8.tflite", 0.1, 0.35),
        ("onnx", "float32", ".onnx", 1e-4, 1.1),
    ],
)
def test_each_form_answers_as_the_model_does(
    name: str,
    form: ExportForm,
    precision: Precision,
    suffix: str,
    tolerance: float,
    share: float,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    in_single: Callable[[str], Model],
) -> None:
    model, folder = in_single(name), tmp_path / "out"
    # All 10,000 take seconds.
    samples = 2_000
    monkeypatch.setattr(modelexport, "MOST_MEASURED", samples)
    if name == "glyphs":
        # So do this large network's answers to 600 glyphs, one by one, and those of ONNX's slow reference to 64.
        monkeypatch.setattr(modelexport, "TYPICAL", SampleChoice(first=1000, pictures=100, variations=9, seed=2))
        monkeypatch.setattr(modelexport, "ONNX_GLYPHS", 16)
    folder.mkdir()
    capfd.readouterr()

    found = export_model(model, form, folder, precision=precision)

    assert capfd.readouterr() == ("", "")
    assert found.path == folder / f"{name}{suffix}"
    stem = suffix.removesuffix(f".{form}")
    assert {path.name for path in folder.iterdir()} == {
        f"{name}{suffix}",
        f"{name}{stem}.card.json",
        f"{name}{stem}.txt",
    }
    assert found.size == found.path.stat().st_size
    assert found.size <= share * (model.folder / (KERAS_FILE if form == "keras" else LITERT_FILE)).stat().st_size
    answers, own = _RUN[form](found.path, _views(model)), _own(model)
    assert answers.dtype == np.float32
    assert np.abs(answers - own).max() <= tolerance
    assert (answers.argmax(axis=1) == own.argmax(axis=1)).all()
    assert found.largest_difference <= tolerance
    assert found.same_answers >= 0.99
    if precision == "float32":
        assert found.accuracy is None
    else:
        assert found.accuracy is not None
        assert (found.accuracy.data, found.accuracy.samples) == ("MNIST test", samples)
        assert found.accuracy.float32 >= (0.99 if name == "classic" else 0.98)
        assert abs(found.accuracy.float32 - found.accuracy.value) <= 0.005
        assert found.largest_difference > 0
    card = ModelCard.from_json((folder / f"{name}{stem}.card.json").read_bytes(), where=name)
    assert card == replace(model.card, precision=precision)


@pytest.mark.parametrize(
    ("form", "precision", "size"),
    [("tflite", "float16", 1.0), ("tflite", "float32", 2.0), ("keras", "float32", None), ("onnx", "float32", None)],
)
def test_a_model_that_is_kept_in_halves_goes_out_in_every_precision(
    form: ExportForm, precision: Precision, size: float | None, tmp_path: Path
) -> None:
    store = ModelStore()
    plain = store.find("classic")
    network = keras_network(plain)
    network.set_weights(to_half_precision(network.get_weights()))
    files = model_files(network, tmp_path / "work", "float16")
    model = store.save(replace(plain.card, name="halved", precision="float16"), files)
    assert len(model.litert()) < 0.6 * len(plain.litert())

    found = export_model(model, form, tmp_path / f"out.{form}", precision=precision)

    if size is not None:
        assert size * 0.95 < found.size / len(model.litert()) < size * 1.05
    # What is written in single precision is the Keras form's, not what halves make of it.
    answers = _RUN[form](found.path, _views(model))
    exact = network_answers(network, _views(model)["raster"])
    assert np.abs(answers - exact).max() <= (1e-4 if precision == "float32" else 0.01)
    card = ModelCard.from_json((tmp_path / "out.card.json").read_bytes(), where="out")
    assert card.precision == precision


def test_an_onnx_file_holds_labels_and_preprocessing(tmp_path: Path) -> None:
    import onnx

    model = ModelStore().find("classic")
    form = onnx.load(export_model(model, "onnx", tmp_path / "mine.onnx").path)
    properties = {item.key: item.value for item in form.metadata_props}

    assert json.loads(properties["labels"]) == list("0123456789")
    assert properties["preprocessing"] == "2"
    assert json.loads(properties["calibration"])["digits"]["temperature"] == model.card.temperature
    assert "raster, float32 [N, 28, 28, 1]" in properties["description"]


def test_a_network_of_several_views_with_an_output_for_junk_is_exported_and_imported(
    tmp_path: Path, in_single: Callable[[str], Model]
) -> None:
    store = ModelStore()
    model = in_single("glyphs")
    exported = export_model(model, "keras", tmp_path / "back.keras").path

    back = import_model(store, exported, name=None, labels=None)

    assert back.card.views == ("raster", "trajectory", "surroundings")
    assert back.card.rejects
    assert back.card.alphabets == model.card.alphabets
    assert np.abs(_own(back) - _own(model)).max() <= 1e-4
    ours, theirs = (Recognizer(one).answers(*_few().views()) for one in (model, back))
    assert (ours.sure == theirs.sure).all()

    # A card that is of another network does not count.
    (tmp_path / "back.card.json").write_bytes(classic_card().to_json())
    with pytest.raises(ModelFault, match="126 outputs; name their classes"):
        import_model(store, exported, name="again", labels=None)


def _other_network(tmp_path: Path) -> dict[str, bytes]:
    keras: Any = import_keras()
    inputs = keras.Input((28, 28, 1))
    answers = keras.layers.Dense(10, activation="softmax")(keras.layers.Flatten()(inputs))
    return model_files(keras.Model(inputs, answers), tmp_path)


@pytest.mark.parametrize("form", ["keras", "tflite"])
def test_a_form_that_answers_differently_is_not_written(form: ExportForm, tmp_path: Path) -> None:
    store = ModelStore()
    mixed = {KERAS_FILE: _other_network(tmp_path / "work")[KERAS_FILE], LITERT_FILE: classic_files()[LITERT_FILE]}
    model = store.save(classic_card("mixed"), mixed)

    with pytest.raises(ModelFault, match="was not exported: .* answers differently"):
        export_model(model, form, tmp_path / f"out.{form}")
    assert [path.name for path in tmp_path.iterdir()] == ["work"]


def test_whole_numbers_that_cost_too_many_answers_are_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(modelexport.LEAST_ALIKE, "int8", 1.01)

    with pytest.raises(ModelFault, match=r"in int8 it answers only \d+\.\d % of 504 real glyphs as before"):
        export_model(ModelStore().find("classic"), "tflite", tmp_path / "out.tflite", precision="int8")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_model_is_not_exported(tmp_path: Path) -> None:
    model = ModelStore().save(classic_card("cut"), classic_files())
    model.keras_path.write_bytes(b"short")

    for form in ("keras", "tflite", "onnx"):
        with pytest.raises(ModelFault, match="“cut” is damaged"):
            export_model(model, form, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_cannot_be_written_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("mine")
    model = ModelStore().find("classic")

    with pytest.raises(Fault, match="cannot be written"):
        export_model(model, "tflite", tmp_path / "file" / "out.tflite")

    flushed = []

    def fill_up(descriptor: int) -> None:
        flushed.append(descriptor)
        # The model itself comes last.
        if len(flushed) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fill_up)
    with pytest.raises(Fault, match=r"out\.tflite” cannot be written: no space left on device"):
        export_model(model, "tflite", tmp_path / "out.tflite")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "mine"


def test_a_text_of_the_user_s_own_stays(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("7 is written with a bar")
    model = ModelStore().find("classic")

    with pytest.raises(Fault, match=r"would replace “.*notes\.txt”"):
        export_model(model, "keras", tmp_path / "notes.keras")
    with pytest.raises(Fault, match=r"that ends in \.keras"):
        export_model(model, "keras", tmp_path / "other.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    assert notes.read_text() == "7 is written with a bar"

    for _ in range(2):
        export_model(model, "keras", tmp_path / "again.keras")
    assert (tmp_path / "again.txt").read_text().startswith("0\n1\n2\n")


def test_the_command_prints_text_or_json(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modelexport, "MOST_MEASURED", 2_000)
    (home / "drawings" / "7").mkdir(parents=True)
    shutil.copy(sample_path(7), home / "drawings" / "7")
    order = ["models", "export", "classic", "--to", "tflite", "--precision", "int8", str(tmp_path)]

    assert main(order) == 0
    path, printed = capsys.readouterr().out.splitlines()
    assert path == str(tmp_path / "classic-int8.tflite")
    # With the user's own drawing.
    assert "% of 505 real glyphs answered as by the model itself" in printed
    assert "accuracy on MNIST test 99." in printed
    assert printed.endswith((" points lost", " points gained", "no change"))

    assert main([*order, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == [
        "path", "bytes", "samples", "largest_difference", "same_answers", "accuracy", "accuracy_float32",
        "measured_on", "measured_samples",
    ]  # fmt: skip
    assert found["path"] == path
    assert found["bytes"] == Path(path).stat().st_size
    assert found["samples"] == 505
    assert 0.98 <= found["accuracy"] <= found["accuracy_float32"] + 0.002

    assert main(["models", "export", "classic", "--to", "onnx", "--format", "json", str(tmp_path / "x.onnx")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["same_answers"], found["accuracy"], found["samples"]) == (1.0, None, 64)
