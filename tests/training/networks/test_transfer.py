"""Transfer learning: the layers that are kept, the new ones, and the messages for bases that do not fit."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.faults import Fault
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import KERAS_FILE, LITERT_FILE, Model, ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.resources import resource_path
from digitvision.training.data.loading import load
from digitvision.training.models.saving import keras_bytes
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.networks.multi_view import build_raster, build_views, with_picture_branches
from digitvision.training.networks.transfer import ALL, base_network, head_fits, transfer_network
from digitvision.training.run.checkpoint import Settings
from digitvision.training.run.control import Control
from tests.training.recipes.made_recipes import stroke_file
from tests.training.runs import make_run, settings_of
from tests.training.samples import mnist_part, write_npz

pytestmark = [
    pytest.mark.slow,
    # Keras 3.12's own, with NumPy 2, when it writes a file.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
]

ODD, EVEN = "13579", "02468"


@pytest.fixture(scope="module", autouse=True)
def keras() -> Any:
    found = import_keras()
    found.utils.set_random_seed(3)
    return found


def _digits(path: Path, wanted: str, count: int = 400, *, as_text: str = "") -> str:
    """Some of MNIST's digits, perhaps under other names."""
    images, labels = mnist_part(count * 4, "train")
    chosen = np.flatnonzero(np.isin(labels, [int(digit) for digit in wanted]))[:count]
    names = np.array(list(as_text or "0123456789"))
    indices = np.array([wanted.index(str(label)) if as_text else label for label in labels[chosen]])
    return str(write_npz(path, {"images": images[chosen], "labels": indices, "label_names": names}))


def _train(name: str, data: str, **change: Any) -> tuple[Any, Any]:
    nothing = dict.fromkeys(Settings.__dataclass_fields__)
    given = {**nothing, "name": name, "data": [data], "epochs": 2, "batch_size": 32, **change}
    run, trainer = make_run(settings_of(given, resume=False))
    run.prepare(resume=False)
    assert run.train().event == "completed"
    return trainer, ModelStore().find(name)


def _weights(path: Path, keras: Any) -> dict[str, list[Any]]:
    network = keras.saving.load_model(path, compile=False)
    return {layer.name: layer.get_weights() for layer in network.layers if layer.get_weights()}


def _unchanged(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> set[str]:
    return {
        name
        for name, arrays in before.items()
        if name in after and all(np.array_equal(a, b) for a, b in zip(arrays, after[name], strict=True))
    }


def test_a_new_head_on_a_frozen_base_learns_other_classes(tmp_path: Path, keras: Any) -> None:
    data = _digits(tmp_path / "letters.npz", ODD, as_text="ABCDE")
    base = ModelStore().find("classic")

    _, model = _train("letters", data, base="classic", freeze=ALL, epochs=12, learning_rate=0.01)

    before, after = _weights(base.keras_path, keras), _weights(model.keras_path, keras)
    assert _unchanged(before, after) == {"conv1", "conv2", "dense"}
    assert [label.text for label in model.card.labels] == list("ABCDE")
    assert model.card.architecture == "cnn"
    assert "beginning with “classic”" in model.card.description
    assert "--from classic --freeze" in model.card.figures[0].command
    # Forty examples of each are enough for who knows digits.
    assert model.card.figures[0].value > 0.9
    rasters = load(data, "test").floats()
    assert Recognizer(model).probabilities(rasters).argmax(axis=1)[0] == load(data, "test").labels[0]


def test_the_last_layer_is_kept_if_it_has_the_classes(tmp_path: Path) -> None:
    data = _digits(tmp_path / "odd.npz", ODD, 200)

    _, model = _train("odd", data, base="classic", learning_rate=1e-9, epochs=1)

    assert [label.text for label in model.card.labels] == list("0123456789")
    rasters = load(data, "test").floats()
    ours, base = (Recognizer(ModelStore().find(name)).outputs(rasters) for name in ("odd", "classic"))
    np.testing.assert_allclose(ours, base, atol=1e-3)

    _, model = _train("new", data, base="classic", new_head=True, epochs=1)
    assert [label.text for label in model.card.labels] == list(ODD)


@pytest.mark.parametrize("freeze", [0, 1, 2])
def test_the_wanted_number_of_layers_is_frozen(tmp_path: Path, keras: Any, freeze: int) -> None:
    data = _digits(tmp_path / "even.npz", EVEN, 100)

    _, model = _train("even", data, base="classic", freeze=freeze, epochs=1)

    before, after = _weights(ModelStore().find("classic").keras_path, keras), _weights(model.keras_path, keras)
    assert _unchanged(before, after) == set(["conv1", "conv2", "dense"][:freeze])


def test_in_two_stages_the_base_learns_in_the_second(tmp_path: Path, keras: Any) -> None:
    data = _digits(tmp_path / "letters.npz", EVEN, 200, as_text="VWXYZ")
    nothing = dict.fromkeys(Settings.__dataclass_fields__)
    given = {**nothing, "name": "staged", "data": [data], "epochs": 3, "base": "classic", "two_stages": True}
    seen: list[tuple[int, int]] = []
    run, trainer = make_run(
        settings_of(given, resume=False),
        report=lambda event: seen.append((event["event"] == "epoch", len(trainer._network.trainable_variables))),
    )
    run.prepare(resume=False)
    run.train()

    # Weights and biases: of the last layer alone, then of all four.
    assert [count for ended, count in seen if ended] == [2, 8, 8]
    before, after = (
        _weights(ModelStore().find("classic").keras_path, keras),
        _weights(ModelStore().find("staged").keras_path, keras),
    )
    assert _unchanged(before, after) == set()
    # Slowly: what it knew is not lost.
    for name in ("conv1", "conv2"):
        assert np.abs(before[name][0] - after[name][0]).max() < 0.05


@pytest.fixture
def small(keras: Any, tmp_path: Path) -> Model:
    """A model with all the layers of the shipped one of digits, but small and untrained."""
    network = build_views(11, width=4, joint=16, with_context=True)
    network = with_picture_branches(network, [build_raster(11, width=3, joint=8)])
    # A training begins with the Keras form.
    files = {KERAS_FILE: keras_bytes(network, tmp_path / "work"), LITERT_FILE: b"not read"}
    store = ModelStore()
    return store.save(replace(store.find("digits").card, name="small"), files)


def test_a_network_of_several_views_keeps_them_and_what_was_never_trained(
    tmp_path: Path, keras: Any, small: Model
) -> None:
    data = str(stroke_file(tmp_path / "mine.npz", ("L", "T", "X"), 30))

    trainer, model = _train("mine", data, base="small", two_stages=True, augment=True, batch_size=96)

    assert model.card.views == ("raster", "trajectory", "surroundings")
    assert [label.text for label in model.card.labels] == ["L", "T", "X"]
    assert not model.card.rejects
    assert len(trainer._network.inputs) == 3
    dataset = load(data, "test")
    answers = Recognizer(model).answers(*dataset.views())
    assert answers.probabilities.shape == (90, 3)

    # In the second stage, too, what was never trained stays frozen.
    before, after = _weights(small.keras_path, keras), _weights(model.keras_path, keras)
    unchanged = _unchanged(before, after)
    assert {"directions", "across_after", "across_before"} <= unchanged
    assert "joint" not in unchanged
    # The means by which layers normalize are the base's.
    assert {name for name in before if name.endswith("_norm")} <= unchanged


def test_a_network_with_an_output_for_junk_gets_a_new_last_layer() -> None:
    assert head_fits(ModelStore().find("classic"), list("0123"))
    assert not head_fits(ModelStore().find("classic"), ["0", "A"])
    assert not head_fits(ModelStore().find("digits"), list("0123"))


def test_unsuitable_bases_are_reported(tmp_path: Path, home: Path) -> None:
    data = _digits(tmp_path / "odd.npz", ODD, 100)
    with pytest.raises(Fault, match="no model “nobody”"):
        _train("x", data, base="nobody")
    shutil.copytree(resource_path("models", "classic"), home / "models" / "spoilt")
    path = home / "models" / "spoilt" / KERAS_FILE
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelFault, match="“spoilt” is damaged"):
        _train("x", data, base="spoilt")
    path.unlink()
    with pytest.raises(ModelFault, match="“spoilt” cannot be loaded"):
        _train("x", data, base="spoilt")


def test_a_transferred_network_goes_on_after_a_break(tmp_path: Path) -> None:
    data = _digits(tmp_path / "letters.npz", EVEN, 200, as_text="VWXYZ")
    nothing = dict.fromkeys(Settings.__dataclass_fields__)
    given = {**nothing, "name": "broken", "data": [data], "epochs": 4, "base": "classic", "two_stages": True}
    settings = settings_of(given, resume=False)
    control = Control()

    def stop_after_the_first(event: dict[str, Any]) -> None:
        if event["event"] == "epoch":
            control.set()

    run, _ = make_run(settings, report=stop_after_the_first, control=control)
    run.prepare(resume=False)
    assert run.train().event == "cancelled"

    again, _ = make_run(settings)
    again.prepare(resume=True)
    assert again.train().event == "completed"
    assert [epoch["epoch"] for epoch in ModelStore().find("broken").card.settings["history"]] == [1, 2, 3, 4]


def test_all_but_the_last_layer_can_be_frozen() -> None:
    base = base_network(ModelStore().find("classic"))

    network = transfer_network(base, 3, keep_head=False, freeze=ALL)

    assert len(network.trainable_variables) == 2
    assert network.output_shape == (None, 3)
