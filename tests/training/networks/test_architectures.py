"""Every architecture can be built, trained, saved and loaded, and has the cost of its formula."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.faults import Fault
from digitvision.recognition.inspection.layer_cost import multiply_adds as cost_by_card
from digitvision.recognition.inspection.layer_graph import layer_inputs
from digitvision.recognition.models.model_store import KERAS_FILE, LITERT_FILE, ModelStore
from digitvision.recognition.prediction import Label
from digitvision.training.models.saving import card_of, keras_bytes, network_answers
from digitvision.training.networks.architectures import architecture_names, build_network, check_architecture
from digitvision.training.networks.cost import layer_multiply_adds, multiply_adds
from digitvision.training.networks.keras_file import load_keras_file
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.networks.multi_view import INPUT_SHAPE
from digitvision.training.networks.transfer import base_network
from digitvision.ui.train.architectures import architectures

pytestmark = [
    pytest.mark.slow,
    # Keras 3.12's own, with NumPy 2, when it writes a file.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
]

# What a person works out by hand from the layers: the mission's network, whose figures are also in its course books.
_CNN_PARAMETERS = 320 + 18_496 + 204_928 + 1290
_CNN_MULTIPLY_ADDS = 26 * 26 * 32 * 9 + 11 * 11 * 64 * 288 + 1600 * 128 + 1280


@pytest.fixture(scope="module", autouse=True)
def keras() -> Any:
    found = import_keras()
    found.utils.set_random_seed(3)
    return found


def test_the_plain_network_is_the_one_of_the_books() -> None:
    network = build_network("cnn", 10)

    assert network.count_params() == _CNN_PARAMETERS
    assert multiply_adds(network) == _CNN_MULTIPLY_ADDS
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds == ["Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Flatten", "Dense", "Dropout", "Dense"]


@pytest.mark.parametrize("name", architecture_names())
@pytest.mark.parametrize("classes", [2, 36])
def test_every_architecture_answers_with_probabilities(name: str, classes: int) -> None:
    network = build_network(name, classes)

    answers = network.predict_on_batch(np.random.default_rng(0).random((5, *INPUT_SHAPE), np.float32))

    assert answers.shape == (5, classes)
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("name", architecture_names())
def test_every_architecture_learns(name: str) -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(64) % 2
    rasters = generator.random((64, *INPUT_SHAPE), np.float32) * 0.2
    rasters[labels == 1, 4:24, 12:16] += 0.8
    rasters[labels == 0, 12:16, 4:24] += 0.8
    network = build_network(name, 2, learning_rate=0.003)

    losses = [float(network.train_on_batch(rasters, np.eye(2)[labels], return_dict=True)["loss"]) for _ in range(12)]

    assert losses[-1] < 0.5 * losses[0]


def test_the_step_of_a_training_is_traced_once(keras: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    traced: list[str] = []
    plain = keras.Model.train_step

    def noted(network: Any, data: Any) -> Any:
        traced.append(network.name)
        return plain(network, data)

    monkeypatch.setattr(keras.Model, "train_step", noted)
    network = build_network("small", 2)
    rasters = np.zeros((4, *INPUT_SHAPE), np.float32)

    for _ in range(3):
        network.train_on_batch(rasters, np.eye(2)[[0, 1, 0, 1]])

    # Anything that has no variables before the first step has it traced a second time, which takes seconds.
    assert traced == ["small"]


@pytest.mark.parametrize("name", architecture_names())
def test_every_architecture_can_be_loaded_from_an_untrusted_file(name: str, tmp_path: Path) -> None:
    network = build_network(name, 4)
    network.save(tmp_path / "x.keras")
    rasters = np.random.default_rng(0).random((3, *INPUT_SHAPE), np.float32)

    again = load_keras_file(tmp_path / "x.keras")

    np.testing.assert_allclose(network_answers(again, rasters), network_answers(network, rasters), atol=1e-6)


def test_residual_and_mobile_are_what_they_are_called() -> None:
    residual, mobile, small = (build_network(name, 10) for name in ("residual", "mobile", "small"))

    assert sum(type(layer).__name__ == "Conv2D" and "shortcut" not in layer.name for layer in residual.layers) == 13
    assert sum(type(layer).__name__ == "Add" for layer in residual.layers) == 6
    assert {type(layer).__name__ for layer in mobile.layers} >= {"DepthwiseConv2D", "Add"}
    # The point of it: a sixth of the multiplications.
    assert multiply_adds(mobile) < multiply_adds(residual) / 5
    assert multiply_adds(small) < _CNN_MULTIPLY_ADDS / 5
    assert small.count_params() < 20_000


@pytest.mark.parametrize("classes", [10, 101])
def test_the_cost_in_the_window_before_training_is_right(classes: int) -> None:
    assert [item.name for item in architectures()] == list(architecture_names())
    for item in architectures():
        network = build_network(item.name, classes)
        assert item.parameters_for(classes) == network.count_params()
        assert item.multiply_adds_for(classes) == multiply_adds(network)


def test_the_cost_of_each_kind_of_layer(keras: Any) -> None:
    layers = keras.layers
    for layer, shape, expected in (
        (layers.Conv2D(8, 3, padding="same"), (10, 12, 4), 10 * 12 * 8 * 9 * 4),
        (layers.Conv2D(8, 3, strides=2), (11, 11, 4), 5 * 5 * 8 * 9 * 4),
        (layers.Conv2D(8, 3, padding="same", groups=2), (10, 12, 4), 10 * 12 * 8 * 9 * 2),
        (layers.Conv1D(6, 5, padding="same"), (20, 3), 20 * 6 * 5 * 3),
        (layers.DepthwiseConv2D(3, padding="same"), (7, 7, 5), 7 * 7 * 9 * 5),
        (layers.SeparableConv2D(8, 3, padding="same"), (7, 7, 5), 7 * 7 * (9 * 5 + 5 * 8)),
        (layers.Conv2DTranspose(8, 2, strides=2), (5, 5, 4), 5 * 5 * 4 * 8 * 4),
        (layers.Dense(9), (7,), 63),
        (layers.Dense(9), (5, 7), 5 * 63),
        (layers.MaxPooling2D(), (8, 8, 3), 0),
        (layers.BatchNormalization(), (8, 8, 3), 0),
    ):
        keras.Sequential([layers.Input(shape), layer])
        assert layer_multiply_adds(layer) == expected, layer.name


def test_no_other_name_is_an_architecture() -> None:
    assert check_architecture("mobile") == "mobile"
    with pytest.raises(Fault, match="no architecture “brain”; there is: cnn, small, residual, mobile"):
        check_architecture("brain")


@pytest.mark.parametrize("name", [*architecture_names(), "digits", "glyphs"])
def test_the_cost_of_each_layer_can_be_read_from_a_card(name: str, tmp_path: Path) -> None:
    if name in architecture_names():
        network = build_network(name, 36)
        labels = tuple(Label(str(index), str(index)) for index in range(36))
        card = card_of(network, name=name, alphabet="own", labels=labels, architecture=name)
        files = {KERAS_FILE: keras_bytes(network, tmp_path / "work"), LITERT_FILE: b""}
        model = ModelStore(user=tmp_path / "models").save(card, files)
    else:
        model = ModelStore().find(name)
        network = base_network(model)

    found = cost_by_card(model.card.layers, layer_inputs(model))

    assert found == {layer.name: layer_multiply_adds(layer) for layer in network.layers}
    assert sum(found.values()) == multiply_adds(network) > 0
