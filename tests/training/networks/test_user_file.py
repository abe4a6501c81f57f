"""A user's own Python file: its network is used, and every failure of it is one sentence."""

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.faults import Fault
from digitvision.training.networks.architectures import build_network
from digitvision.training.networks.cost import multiply_adds
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.networks.multi_view import INPUT_SHAPE
from digitvision.training.networks.user_file import network_from_file

pytestmark = [
    pytest.mark.slow,
    # Keras 3.12's own, with NumPy 2, when it writes a file.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
]

_HEAD = "import keras\nfrom keras import layers\n\n\ndef build(input_shape, classes):\n"
"""Five lines, so that what follows begins in the sixth."""

_INPUT = "keras.Input(input_shape)"
_FLAT = "layers.Flatten()"
_ANSWERS = 'layers.Dense(classes, activation="softmax")'


def _row(*parts: str) -> str:
    """The end of a build: layers one after another."""
    return f"    return keras.Sequential([{', '.join(parts)}])\n"


@pytest.fixture(scope="module", autouse=True)
def keras() -> Any:
    return import_keras()


def _file(folder: Path, text: str) -> Path:
    path = folder / "net.py"
    path.write_text(text, encoding="utf-8")
    return path


def _refusal(path: Path) -> str:
    with pytest.raises(Fault) as caught:
        network_from_file(path, INPUT_SHAPE, 5)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "net.py" in sentence
    return sentence


_GOOD = {
    "sequential": _row(_INPUT, _FLAT, _ANSWERS),
    "softmax of its own": _row(_INPUT, _FLAT, "layers.Dense(classes)", "layers.Softmax()"),
    "without an input": _row(_FLAT, _ANSWERS),
    "functional": f"""
    raster = {_INPUT}
    x = layers.Conv2D(4, 3, strides=2, activation="gelu", kernel_regularizer="l2")(raster)
    x = layers.Concatenate()([x, layers.BatchNormalization()(x)])
    return keras.Model([raster], [{_ANSWERS}(layers.GlobalAveragePooling2D()(x))])
""",
    "inputs by name": f"""
    raster = keras.Input(input_shape, name="raster")
    return keras.Model({{"raster": raster}}, {_ANSWERS}({_FLAT}(raster)))
""",
    "nested": f"    inner = keras.Sequential([{_INPUT}, layers.Conv2D(4, 3), {_FLAT}])\n" + _row("inner", _ANSWERS),
}


@pytest.mark.parametrize("body", _GOOD.values(), ids=_GOOD)
def test_a_file_that_builds_a_network_of_keras_s_layers(tmp_path: Path, body: str) -> None:
    network = network_from_file(_file(tmp_path, _HEAD + body), INPUT_SHAPE, 5)

    answers = network.predict_on_batch(np.random.default_rng(0).random((3, *INPUT_SHAPE), np.float32))
    assert answers.shape == (3, 5)
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)


def test_the_cost_counts_a_network_within_a_network(tmp_path: Path) -> None:
    network = network_from_file(_file(tmp_path, _HEAD + _GOOD["nested"]), INPUT_SHAPE, 5)

    assert multiply_adds(network) == 26 * 26 * 4 * 9 + 26 * 26 * 4 * 5


def test_the_file_may_import_its_neighbours_and_set_weights(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("UNITS = 7\n", encoding="utf-8")
    text = (
        "from __future__ import annotations\nimport dataclasses, keras\nfrom beside import UNITS\n"
        "@dataclasses.dataclass\nclass Sizes:\n    units: int = UNITS\n"
        "def build(input_shape, classes):\n"
        "    network = keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(),\n"
        "        keras.layers.Dense(Sizes().units, kernel_initializer='ones'),\n"
        "        keras.layers.Dense(classes, activation='softmax', kernel_initializer='zeros')])\n"
        "    network.layers[-1].set_weights([w + 0.25 for w in network.layers[-1].get_weights()])\n"
        "    return network\n"
    )
    try:
        network = build_network(str(_file(tmp_path, text)), 5)
    finally:
        sys.modules.pop("beside", None)

    assert network.layers[1].units == 7
    assert (network.layers[-1].get_weights()[0] == 0.25).all()
    assert str(tmp_path) not in sys.path


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = 1\nraise ValueError('too\\n  deep.')\n", "“net.py”, line 2, fails: ValueError: too deep."),
        (_HEAD + "    return missing\n", "“net.py”, line 6, fails: NameError: name 'missing' is not defined."),
        ("\ndef build(input_shape, classes:\n", "“net.py”, line 2, cannot be read as Python: '(' was never closed."),
        ("x = '\0'\n", "null bytes"),
        ("import nowhere_at_all\n", "line 1, fails: ModuleNotFoundError: No module named 'nowhere_at_all'."),
        ("import sys\nsys.exit(0)\n", "“net.py”, line 2, ends the program instead of building a network"),
        ("input()\n", "line 1, fails: EOFError"),
        ("def build(shape):\n    return shape\n", "“net.py”, line 1, fails: TypeError: build() takes 1 positional"),
        ("def build(input_shape, classes):\n    return build(input_shape, classes)\n", "line 2, fails: RecursionError"),
        ("class Odd(BaseException):\n    def __str__(self): return 1\nraise Odd\n", "line 3, fails: Odd."),
        ("", "“net.py” has no function “build(input_shape, classes)”."),
        ("build = 3", "“net.py” has no function “build(input_shape, classes)”."),
        (_HEAD + "    return 'network'\n", "“build” returns a str, not a Keras model"),
        (_HEAD + "    pass\n", "“build” returns nothing, not a Keras model"),
        (
            # The rest is Keras's own wording, which changes with its versions.
            _HEAD + _row(_INPUT, "layers.Conv2D(3, 40)"),
            "line 6, fails: ValueError: Computed output size would be ",
        ),
    ],
)
def test_a_failure_of_a_file_is_reported_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    assert complaint in _refusal(_file(tmp_path, text))


_MISFITS = {
    "input": (_row("keras.Input((32, 32, 3))", _FLAT, _ANSWERS), "it takes (32, 32, 3), but a raster is (28, 28, 1)"),
    "two inputs": (
        f"    a, b = {_INPUT}, {_INPUT}\n    return keras.Model([a, b], {_ANSWERS}({_FLAT}(layers.Add()([a, b]))))\n",
        "it takes [(None, 28, 28, 1), (None, 28, 28, 1)], but",
    ),
    "classes": (
        _row(_INPUT, _FLAT, 'layers.Dense(classes + 2, activation="softmax")'),
        "it answers (7,), not one probability for each of 5 classes",
    ),
    "a picture": (_row(_INPUT, _ANSWERS), "it answers (28, 28, 5), not one probability for each of 5 classes"),
    "no softmax": (_row(_INPUT, _FLAT, "layers.Dense(classes)"), "it has to end in a softmax"),
    "sigmoid": (_row(_INPUT, _FLAT, 'layers.Dense(classes, activation="sigmoid")'), "it has to end in a softmax"),
    "no dense end": (
        _row(_INPUT, "layers.Conv2D(classes, 3)", "layers.GlobalAveragePooling2D()", "layers.Softmax()"),
        "it does not end in a dense layer with softmax",
    ),
    "half numbers": (
        _row(_INPUT, _FLAT, 'layers.Dense(classes, activation="softmax", dtype="float16")'),
        "it answers in float16; its last layer needs dtype=“float32”",
    ),
    "no numbers": (
        '    nan = keras.initializers.Constant(float("nan"))\n'
        + _row(_INPUT, _FLAT, 'layers.Dense(classes, activation="softmax", bias_initializer=nan)'),
        "its answers are no numbers",
    ),
    "Lambda": (
        _row(_INPUT, "layers.Lambda(lambda x: x * 2)", _FLAT, _ANSWERS),
        "it has “Lambda”, which is not one of Keras's plain layers",
    ),
    "own layer": (
        "    class Own(layers.Layer):\n        def call(self, x):\n            return x\n"
        + _row(_INPUT, "Own()", _FLAT, _ANSWERS),
        "it has “Own”, which is not one of Keras's plain layers",
    ),
    "registered layer": (
        "    @keras.saving.register_keras_serializable()\n"
        "    class Signed(layers.Layer):\n        def call(self, x):\n            return x\n"
        + _row(_INPUT, "Signed()", _FLAT, _ANSWERS),
        "it has “Signed”, which is not one of Keras's plain layers",
    ),
    "own activation": (
        _row(_INPUT, _FLAT, "layers.Dense(4, activation=lambda x: x * x)", _ANSWERS),
        "Keras cannot build the network that it describes",
    ),
    "own class of network": (
        f"""
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.last = {_ANSWERS}
        def call(self, x):
            return self.last({_FLAT}(x))
    return Net()
""",
        "it is a class of its own, “Net”, which a saved model cannot hold",
    ),
}


@pytest.mark.filterwarnings("ignore:.*Net.*|.*`build:UserWarning")
@pytest.mark.parametrize(("body", "why"), _MISFITS.values(), ids=_MISFITS)
def test_a_network_that_could_not_be_trained_saved_and_loaded_is_refused(tmp_path: Path, body: str, why: str) -> None:
    sentence = _refusal(_file(tmp_path, _HEAD + body))

    assert sentence.startswith("The network of “net.py” cannot be used: ")
    assert why in sentence


def test_a_file_that_is_missing_or_too_long_is_reported(tmp_path: Path) -> None:
    assert "cannot be read: no such file" in _refusal(tmp_path / "net.py")
    _file(tmp_path, "#" * (2**20 + 1))
    assert "is larger than" in _refusal(tmp_path / "net.py")


def test_standard_input_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = io.StringIO("stop\n")
    monkeypatch.setattr(sys, "stdin", typed)

    _refusal(_file(tmp_path, "input()\n"))

    assert sys.stdin is typed
    assert typed.read() == "stop\n"
