"""What happens to networks of other people when they are imported; the table is printed with `-s`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from digitvision.recognition.inspection.activations import Inside
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.models.export import export_model
from digitvision.training.models.library import import_model
from digitvision.training.networks.conversion import keras_network
from digitvision.training.networks.keras_import import import_keras
from tests.recognition.model_folders import CLASSIC
from tests.training.models.other_networks import convolutional, digits, functional, trained, with_base
from tests.training.samples import mnist_part

pytestmark = [
    pytest.mark.slow,
    # Keras's own: from its variables under NumPy 2, and of files in the form of Keras 2.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file:UserWarning"),
]

KERAS_2: Final = Path(__file__).parent / "keras2"
"""Two small networks and one with a Lambda layer, trained and saved with tf_keras 2.21."""


def _layers() -> Any:
    return import_keras().layers


def _normalized() -> Any:
    normalization = _layers().Normalization(axis=None)
    normalization.adapt(digits()[0] * 255)
    return trained(lambda pictures: pictures * 255, normalization)


def _reshaped_logits() -> Any:
    keras = import_keras()
    return keras.Sequential([keras.Input((28, 28, 1)), *with_base(last=None).layers, keras.layers.Reshape((10,))])


def _with_operators() -> Any:
    keras = import_keras()
    given = keras.Input((28, 28, 1))
    answers = (1.0 - given / 255.0) * 1.0
    for layer in with_base().layers:
        answers = layer(answers)
    return keras.Model(given, answers)


def _varied() -> Any:
    layers = _layers()
    return with_base(import_keras().Sequential([layers.RandomRotation(0.02), layers.RandomZoom(0.05)]))


@dataclass(frozen=True)
class Case:
    """A network and what is to be found of it.

    Attributes:
        build: Makes the network, or names its file.
        told: Part of what the card says, or of the fault.
        least: Accuracy on MNIST's test that it reaches at least; 0 if it is refused.
        form: Ending of its file.
    """

    build: Callable[[], Any]
    told: str
    least: float = 0.88
    form: str = "keras"


_DIGITS: Final = tuple(range(10))
CASES: Final = {
    "0 to 1": Case(with_base, "values from 0 to 1, white ink on black"),
    "0 to 1, black on white": Case(
        lambda: trained(lambda pictures: 1 - pictures), "values from 0 to 1, black ink on white"
    ),
    "0 to 255": Case(lambda: trained(lambda pictures: pictures * 255), "values from 0 to 255, white ink on black"),
    "0 to 255, black on white": Case(
        lambda: trained(lambda pictures: 255 - pictures * 255), "values from 0 to 255, black ink on white"
    ),
    "−1 to 1": Case(lambda: trained(lambda pictures: pictures * 2 - 1), "values from −1 to 1, white ink on black"),
    "−0.5 to 0.5, black on white": Case(
        lambda: trained(lambda pictures: 0.5 - pictures), "values from −0.5 to 0.5, black ink on white"
    ),
    "standardised": Case(
        lambda: trained(lambda pictures: (pictures - 0.1307) / 0.3081), "values standardised by MNIST's mean"
    ),
    "−128 to 127": Case(
        lambda: trained(lambda pictures: pictures * 255 - 128), "values from −128 to 127, white ink on black"
    ),
    "0 to 255 less the mean of photographs": Case(
        lambda: trained(lambda pictures: pictures * 255 - 115), "values from −128 to 127, white ink on black", 0.8
    ),
    "Rescaling inside, −1 to 1, black on white": Case(
        lambda: trained(lambda pictures: 255 - pictures * 255, _layers().Rescaling(1 / 127.5, -1)),
        "values from 0 to 255, black ink on white",
    ),
    "operators inside": Case(_with_operators, "values from 0 to 255, black ink on white"),
    "Normalization inside": Case(_normalized, "values from 0 to 255, white ink on black"),
    "two branches, varied inside": Case(functional, "values from 0 to 255, black ink on white", 0.8),
    "any size, 3 channels": Case(convolutional, "values from −1 to 1, white ink on black"),
    "any size, as it is": Case(
        lambda: convolutional(1, lambda pictures: pictures), "values from 0 to 1, white ink", 0.8
    ),
    "(28, 28)": Case(lambda: with_base(shape=(28, 28)), "values from 0 to 1"),
    "784": Case(lambda: with_base(shape=(784,)), "values from 0 to 1", form="h5"),
    "(784, 1)": Case(lambda: with_base(shape=(784, 1)), "values from 0 to 1"),
    "(1, 784)": Case(lambda: with_base(shape=(1, 784)), "values from 0 to 1"),
    "784, columns first": Case(
        lambda: with_base(shape=(784,), kernel=lambda kernel: kernel.transpose(1, 0, 2)), "rows and columns exchanged"
    ),
    "(28, 28, 3)": Case(
        lambda: with_base(
            shape=(28, 28, 3), kernel=lambda kernel: np.repeat(kernel[:, :, None] / np.float32(3), 3, axis=2)
        ),
        "values from 0 to 1",
    ),
    "(1, 28, 28)": Case(lambda: with_base(shape=(1, 28, 28)), "values from 0 to 1"),
    "(32, 32, 1), with a margin": Case(
        lambda: with_base(shape=(32, 32, 1), kernel=lambda kernel: np.pad(kernel, ((2, 2), (2, 2), (0, 0)))),
        "centred with a margin",
    ),
    "(56, 56, 1), resized": Case(
        lambda: with_base(_layers().AveragePooling2D(2), shape=(56, 56, 1)), "values from 0 to 1, white ink on black"
    ),
    "(28, 28, 2)": Case(
        lambda: with_base(shape=(28, 28, 2), kernel=lambda kernel: np.repeat(kernel, 2, axis=0)),
        "how it would become that is not plain",
        0,
    ),
    "9 outputs": Case(lambda: with_base(order=_DIGITS[1:]), "stand for 123456789."),
    "11 outputs, the last for none": Case(lambda: with_base(order=(*_DIGITS, -1)), "its last output for what is no"),
    "11 outputs, the first for none": Case(lambda: with_base(order=(-1, *_DIGITS)), "its last output for what is no"),
    "10 outputs, 0 the last": Case(lambda: with_base(order=(*_DIGITS[1:], 0)), "stand for 1234567890."),
    "13 outputs": Case(lambda: with_base(order=(*_DIGITS, -1, -1, -1)), "name their classes (--labels)", 0),
    "logits": Case(lambda: with_base(last=None), "values from 0 to 1"),
    "logarithms of probabilities": Case(lambda: with_base(last="log_softmax"), "values from 0 to 1"),
    "logits that go through another layer": Case(_reshaped_logits, "values from 0 to 1"),
    "ten sigmoids": Case(lambda: with_base(last="sigmoid"), "no probabilities", 0),
    "varied inside, in HDF5": Case(_varied, "values from 0 to 1", form="h5"),
    "bicubic resizing": Case(
        lambda: with_base(_layers().AveragePooling2D(2), _layers().Resizing(28, 28, interpolation="bicubic")),
        "values from 0 to 1",
    ),
    "bicubic enlarging": Case(
        lambda: with_base(_layers().AveragePooling2D(2), _layers().UpSampling2D(2, interpolation="bicubic")),
        "values from 0 to 1",
    ),
    "float16": Case(lambda: with_base(policy="float16"), "values from 0 to 1"),
    "bfloat16": Case(lambda: with_base(policy="bfloat16"), "values from 0 to 1"),
    "bfloat16, in HDF5": Case(lambda: with_base(policy="bfloat16"), "values from 0 to 1", form="h5"),
    "float64": Case(lambda: with_base(policy="float64"), "values from 0 to 1"),
    "mixed precision": Case(lambda: with_base(policy="mixed_float16"), "values from 0 to 1"),
    "Keras 2, HDF5, (14, 14, 1)": Case(lambda: KERAS_2 / "sequence.h5", "values from 0 to 1"),
    "Keras 2, .keras, branches": Case(lambda: KERAS_2 / "branches.keras", "values from 0 to 1"),
    "Keras 2, a Lambda layer": Case(lambda: KERAS_2 / "lambda.h5", "it has “Lambda”", 0),
}


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(bundled=CLASSIC.parent, user=tmp_path / "models")


@pytest.fixture(scope="module")
def table() -> Iterator[list[str]]:
    """Lines of the table, which is printed after the last network."""
    rows: list[str] = ["| network | what happens | accuracy on MNIST's test |", "|---|---|---|"]
    yield rows
    print("\n" + "\n".join(rows))


def _file(case: Case, folder: Path) -> Path:
    built = case.build()
    if isinstance(built, Path):
        return built
    path = folder / f"network.{case.form}"
    built.save(path)
    return path


def _accuracy(model: Model) -> float:
    return next(figure.value for figure in model.card.figures if figure.name == "accuracy")


@pytest.mark.parametrize("name", CASES)
def test_a_network_of_other_people_is_fitted_or_refused_in_a_sentence(
    name: str, store: ModelStore, table: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    case = CASES[name]
    path = _file(case, tmp_path)
    capfd.readouterr()
    if not case.least:
        with pytest.raises(ModelFault) as fault:
            import_model(store, path, name="other", labels=None)
        table.append(f"| {name} | refused: {str(fault.value).partition(': ')[2] or fault.value} | |")
        assert case.told in str(fault.value)
    else:
        model = import_model(store, path, name="other", labels=None)
        found = model.card.description.partition(". ")[2]
        table.append(f"| {name} | {found} | {_accuracy(model) * 100:.1f} % |")
        assert case.told in found
        assert _accuracy(model) >= case.least
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("form", ["keras", "tflite", "onnx"])
def test_what_was_fitted_goes_out_with_the_network(form: Any, store: ModelStore, tmp_path: Path) -> None:
    network = with_base(
        _layers().Resizing(28, 28, interpolation="bicubic"), shape=(32, 32, 3), order=(-1, *_DIGITS),
        kernel=lambda kernel: np.repeat(kernel[:, :, None] / np.float32(3), 3, axis=2), last=None,
    )  # fmt: skip
    network.save(tmp_path / "network.keras")
    model = import_model(store, tmp_path / "network.keras", name="other", labels=None)

    exported = export_model(model, form, tmp_path / f"out.{form}")

    assert _accuracy(model) > 0.85
    assert exported.same_answers == 1
    assert exported.largest_difference < 1e-4
    if form == "keras":
        again = import_model(store, tmp_path / "out.keras", name="again", labels=None)
        assert again.card.layers == model.card.layers
        assert _accuracy(again) == _accuracy(model)


def test_the_layers_that_fit_a_network_are_its_own(store: ModelStore, tmp_path: Path) -> None:
    trained(lambda pictures: 255 - pictures * 255, _layers().RandomZoom(0.1)).save(tmp_path / "network.keras")

    model = import_model(store, tmp_path / "network.keras", name="other", labels=None)

    assert [layer.kind for layer in model.card.layers] == [
        *("InputLayer", "Rescaling", "Flatten", "Dense", "BatchNormalization", "ReLU", "Dense")
    ]
    assert model.card.settings["input"] == "from 0 to 255, black ink on white"
    images, labels = mnist_part(300)
    rasters = images.astype(np.float32) / np.float32(255)
    answers = Recognizer(model).outputs(rasters)
    assert (answers.argmax(axis=1) == labels).mean() > 0.85
    looked_into = Inside(model).look(rasters[0])
    assert looked_into[-1].maps is not None
    assert np.abs(looked_into[-1].maps - answers[0]).max() < 1e-5
    kept = np.asarray(keras_network(model).predict_on_batch(rasters[..., None]))
    assert np.abs(kept - answers).max() < 1e-4


def test_what_is_known_need_not_be_found(store: ModelStore, tmp_path: Path) -> None:
    with_base().save(tmp_path / "network.keras")

    model = import_model(store, tmp_path / "network.keras", name="o", labels=None, values="0-255", ink="white-on-black")

    assert model.card.settings["input"] == "from 0 to 255, white ink on black"
    assert "Rescaling" in [layer.kind for layer in model.card.layers]


def test_close_conventions_are_told(store: ModelStore, tmp_path: Path) -> None:
    # Without offsets its answers are the same for brighter pictures, only surer.
    network = with_base()
    network.layers[-2].set_weights([network.layers[-2].get_weights()[0], np.zeros(48, np.float32)])
    network.save(tmp_path / "network.keras")

    model = import_model(store, tmp_path / "network.keras", name="other", labels=None)

    assert "it reads nearly as many" in model.card.description
    assert "--values=" in model.card.description


def test_classes_that_are_no_digits_are_not_measured(store: ModelStore, tmp_path: Path) -> None:
    with_base().save(tmp_path / "network.keras")

    model = import_model(store, tmp_path / "network.keras", name="other", labels="abcdefghij")

    assert "could not be measured" in model.card.description
    assert model.card.figures == ()


def test_a_network_that_reads_no_digits_is_told(store: ModelStore, tmp_path: Path) -> None:
    import_keras().utils.set_random_seed(3)
    untrained = import_keras().Sequential(
        [import_keras().Input((28, 28, 1)), _layers().Flatten(), _layers().Dense(10, activation="softmax")]
    )
    untrained.save(tmp_path / "network.keras")

    model = import_model(store, tmp_path / "network.keras", name="other", labels=None)

    assert "under none of the usual ranges" in model.card.description
    assert _accuracy(model) < 0.5
