"""Importing models: an export and an import with Keras."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import CARD_FILE, ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.models.export import export_model
from digitvision.training.models.library import import_model
from digitvision.training.networks.keras_import import import_keras
from tests.recognition.model_folders import CLASSIC, classic_card
from tests.training.samples import mnist_part

pytestmark = [
    pytest.mark.slow,
    # Keras's own, from its variables under NumPy 2.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
]


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(bundled=CLASSIC.parent, user=tmp_path / "models")


def _saved(path: Path, *, classes: int = 10, last: str = "softmax", side: int = 28, channels: int = 1) -> Path:
    """Make a small network that was not built by this program, not trained."""
    keras = import_keras()
    layers: Any = keras.layers
    inputs = keras.Input((side, side, channels))
    found = layers.Conv2D(4, 3, kernel_regularizer="l2")(inputs)
    found = layers.Add()([layers.BatchNormalization()(found), layers.ReLU()(found)])
    answers = layers.Dense(classes, activation=last)(layers.GlobalAveragePooling2D()(found))
    keras.Model(inputs, answers).save(path)
    return path


def test_an_exported_model_comes_back_and_answers_the_same(store: ModelStore, tmp_path: Path) -> None:
    exported = export_model(store.find("classic"), "keras", tmp_path / "mine.keras").path

    model = import_model(store, exported, name=None, labels=None)

    assert model.name == "mine"
    assert model.card.alphabet == "digits"
    assert model.card.layers == classic_card().layers
    figures = {figure.name: figure.value for figure in model.card.figures}
    assert figures["accuracy"] == pytest.approx(classic_card().figures[0].value, abs=2e-4)
    rasters = mnist_part(100)[0].astype(np.float32) / np.float32(255)
    ours, theirs = Recognizer(store.find("classic")), Recognizer(model)
    assert (ours.probabilities(rasters).argmax(axis=1) == theirs.probabilities(rasters).argmax(axis=1)).all()


def test_the_exported_keras_form_is_the_mission_s_network_ready_to_use(store: ModelStore, tmp_path: Path) -> None:
    network = import_keras().saving.load_model(export_model(store.find("classic"), "keras", tmp_path).path)

    assert network.optimizer.name == "adam"
    assert network.loss == "categorical_crossentropy"
    assert [type(layer).__name__ for layer in network.layers] == [layer.kind for layer in classic_card().layers]
    images, labels = mnist_part(500)
    answers = network.predict_on_batch(images[..., None].astype(np.float32) / 255).argmax(axis=1)
    assert (answers == labels).mean() >= 0.98


def test_labels_are_given_or_on_a_card_beside(store: ModelStore, tmp_path: Path) -> None:
    path = _saved(tmp_path / "three.keras", classes=3)
    with pytest.raises(ModelFault, match=r"name their classes \(--labels\)"):
        import_model(store, path, name=None, labels=None)
    with pytest.raises(ModelFault, match="3 outputs, but 2 labels"):
        import_model(store, path, name=None, labels="ab")
    with pytest.raises(ModelFault, match="a name of its own"):
        import_model(store, path, name=None, labels="aab")

    model = import_model(store, path, name="letters", labels="a,b,\\alpha")
    assert [(label.text, label.latex) for label in model.card.labels] == [("a", "a"), ("b", "b"), ("α", "\\alpha")]
    assert model.card.figures == ()

    with pytest.raises(ModelFault, match="a model “letters” already"):
        import_model(store, path, name="letters", labels="abc")

    ten = _saved(tmp_path / "ten.keras")
    (tmp_path / CARD_FILE).write_bytes(classic_card().to_json())
    assert import_model(store, ten, name=None, labels=None).card.data == classic_card().data


def test_networks_that_do_not_fit_are_refused(store: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(ModelFault, match="no probabilities"):
        import_model(store, _saved(tmp_path / "a.keras", last="sigmoid"), name=None, labels=None)
    with pytest.raises(ModelFault, match="but a raster is"):
        import_model(store, _saved(tmp_path / "b.keras", channels=2), name=None, labels=None)
    with pytest.raises(ModelFault, match="but a raster is"):
        import_model(store, _saved(tmp_path / "d.keras", side=600), name=None, labels=None)
    with pytest.raises(ModelFault, match="two or more classes"):
        import_model(store, _saved(tmp_path / "c.keras", classes=1), name=None, labels=None)
    assert all(model.bundled for model in store.models()[0])


@pytest.mark.parametrize(
    "shapes",
    [
        {"raster": (28, 28, 1), "trajectory": (64, 5)},
        {"raster": (28, 28, 1), "sound": (64, 6)},
        {"raster": (28, 28, 1), "trajectory": (None, 6)},
    ],
)
def test_views_that_this_program_cannot_give_are_refused(
    store: ModelStore, tmp_path: Path, shapes: dict[str, tuple[int | None, ...]]
) -> None:
    keras = import_keras()
    layers: Any = keras.layers
    inputs = {name: keras.Input(shape, name=name) for name, shape in shapes.items()}
    seen = [
        (layers.GlobalAveragePooling2D if len(shapes[name]) == 3 else layers.GlobalAveragePooling1D)()(one)
        for name, one in inputs.items()
    ]
    answers = layers.Dense(10, activation="softmax")(layers.Concatenate()(seen))
    keras.Model(inputs, answers).save(tmp_path / "two.keras")

    with pytest.raises(ModelFault, match="but a raster is"):
        import_model(store, tmp_path / "two.keras", name=None, labels=None)
    assert all(model.bundled for model in store.models()[0])


def test_a_list_of_inputs_without_names_is_refused(store: ModelStore, tmp_path: Path) -> None:
    keras = import_keras()
    layers: Any = keras.layers
    inputs = [keras.Input((28, 28, 1)), keras.Input((28, 28, 1))]
    seen = layers.Add()([layers.Flatten()(one) for one in inputs])
    keras.Model(inputs, layers.Dense(10, activation="softmax")(seen)).save(tmp_path / "two.keras")

    with pytest.raises(ModelFault, match="but a raster is"):
        import_model(store, tmp_path / "two.keras", name=None, labels=None)
