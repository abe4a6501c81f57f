"""Trainings of a user's own network in the real child process: reported, stopped, resumed, and reused."""

import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.recognition.inspection.activations import Inside
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.data.loading import load
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.networks.transfer import base_network
from digitvision.training.run.checkpoint import Settings, load_checkpoint
from tests.training.commands.children import LIMIT_S
from tests.training.runs import settings_of

pytestmark = pytest.mark.slow

_NET = """
import keras
from keras import layers

print("at the top")

def build(input_shape, classes):
    print("building")
    raster = keras.Input(input_shape)
    x = layers.Conv2D({filters}, 3, strides=2, activation="relu", name="look")(raster)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.1)(x)
    return keras.Model(raster, layers.Softmax(name="probable")(layers.Dense(classes, name="answers")(x)))
"""


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(_NET.format(filters=4), encoding="utf-8")
    return path


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
def test_a_model_of_an_own_file_is_one_like_any_other(
    start: Any, start_warm: Any, net: Path, few: str, home: Path
) -> None:
    child = start("--architecture", net.name, "--data", few, "--epochs", "3", "--name", "mine", folder=net.parent)
    events, code, errors = child.rest()

    assert code == 0, errors
    assert [event["event"] for event in events if event["event"] != "batch"] == ["started", *["epoch"] * 3, "completed"]
    assert errors.split("\n") == ["at the top", "building", ""]
    model = ModelStore().find("mine")
    assert model.card.architecture == "net"
    assert str(net.parent) not in model.card.to_json().decode()
    assert "digitvision train --architecture net.py --data few.npz" in model.card.figures[0].command
    rasters = load("mnist", "test").floats(slice(20))
    answers = Recognizer(model).probabilities(rasters)
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)
    maps = {layer.name: layer.maps for layer in Inside(model).look(rasters[0])}
    assert maps["look"] is not None
    import_keras()
    assert base_network(model).name

    child = start_warm("--from", "mine", "--freeze", "--new-head", "--data", few, "--name", "next")
    _, code, errors = child.rest()
    assert code == 0, errors
    assert ModelStore().find("next").card.architecture == "net"
    # What it learned before stays; only the layer of the answers is new.
    frozen = [base_network(ModelStore().find(name)).get_layer("look").get_weights() for name in ("mine", "next")]
    assert all(np.array_equal(*pair) for pair in zip(*frozen, strict=True))


def test_a_list_of_layers_is_trained(start_warm: Any, few: str, home: Path) -> None:
    child = start_warm(
        "--architecture", "conv 4 5 stride 3,norm,  dense 12", "--data", few, "--epochs", "1", "--name", "list"
    )
    _, code, errors = child.rest()

    assert code == 0, errors
    card = ModelStore().find("list").card
    assert card.architecture == "conv 4 5 stride 3, norm, dense 12"
    assert '--architecture "conv 4 5 stride 3, norm, dense 12" --data' in card.figures[0].command
    assert [layer.kind for layer in card.layers] == ["Conv2D", "BatchNormalization", "Flatten", "Dense", "Dense"]


@pytest.mark.parametrize("change", ["none", "another network", "gone"])
def test_a_killed_training_goes_on_with_its_network_whatever_became_of_the_file(
    start_warm: Any, net: Path, few: str, home: Path, change: str
) -> None:
    child = start_warm("--architecture", str(net), "--data", few, "--epochs", "400", "--name", "killed")
    child.until("epoch")
    child.process.kill()
    child.process.wait()
    done = len(load_checkpoint("killed").history)
    if change == "another network":
        net.write_text(_NET.format(filters=9), encoding="utf-8")
    elif change == "gone":
        net.unlink()

    epochs = str(done + 2)
    child = start_warm("--architecture", str(net), "--epochs", epochs, "--name", "killed", "--resume")
    events, code, errors = child.rest()

    assert code == 0, errors
    reported = [event for event in events if event["event"] == "started"]
    expected = ["“net.py” has changed since the training began, which goes on with the network as it was then."]
    assert reported[0].get("notices", []) == ([] if change == "none" else expected)
    assert [event["epoch"] for event in events if event["event"] == "epoch"] == [done + 1, done + 2]
    assert (
        next(layer for layer in ModelStore().find("killed").card.layers if layer.name == "look").output_shape[-1] == 4
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("print('x')\nraise OSError(5, 'no')\n", "“net.py”, line 2, fails: OSError: [Errno 5] no."),
        ("import sys\nsys.exit(3)\n", "“net.py”, line 2, ends the program"),
        (_NET.format(filters=4).replace("layers.Dropout(0.1)", "layers.Lambda(lambda x: x)"), "it has “Lambda”"),
    ],
)
def test_a_file_that_will_not_do_fails_before_the_training_begins(
    start_warm: Any, net: Path, few: str, home: Path, text: str, sentence: str
) -> None:
    net.write_text(text, encoding="utf-8")

    events, code, errors = start_warm("--architecture", str(net), "--data", few, "--name", "never").rest()

    assert [event["event"] for event in events] == ["failed"]
    assert sentence in events[0]["message"]
    assert code == 1
    assert errors.splitlines()[-1] == events[0]["message"]
    assert "Traceback" not in errors
    assert not (home / "models").exists()


@pytest.mark.parametrize("how", ["stop line", "SIGTERM"])
def test_a_file_that_never_returns_is_cancelled(
    start: Any, start_warm: Any, net: Path, few: str, home: Path, how: str
) -> None:
    net.write_text("import sys\nprint('looping', file=sys.stderr, flush=True)\nwhile True: pass\n", encoding="utf-8")
    begin = start if how == "SIGTERM" else start_warm
    child = begin("--architecture", str(net), "--data", few, "--name", "never")
    assert child.process.stderr.readline() == "looping\n"
    asked = time.monotonic()
    if how == "stop line":
        child.say("stop\n")
    else:
        child.process.send_signal(signal.SIGTERM)
    events, code, _ = child.rest()
    print(f"\nended {time.monotonic() - asked:.2f} s after it was asked to")

    assert [event["event"] for event in events] == ["cancelled"]
    assert code == (0 if how == "stop line" else 143)


def test_whoever_lets_an_own_training_go_hears_its_end(start_warm: Any, net: Path, few: str, home: Path) -> None:
    child = start_warm("--architecture", str(net), "--data", few, "--epochs", "4", "--name", "alone", "--stop-at-eof")
    child.until("epoch")
    child.say("detach\n")
    # Every pipe is closed, also the one that the file's prints do not go to.
    child.process.stdout.read()
    child.process.stdin.close()

    assert child.process.wait(LIMIT_S) == 0
    assert len(ModelStore().find("alone").card.settings["history"]) == 4


def test_an_own_architecture_means_the_same_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    nothing = dict.fromkeys(Settings.__dataclass_fields__)

    def of(architecture: str) -> str:
        return settings_of({**nothing, "name": "x", "architecture": architecture}, resume=False).architecture

    assert of("net.py") == str(tmp_path / "net.py")
    assert of("conv  8,dense 10") == "conv 8 3, dense 10"
    assert of("conv x, y") == "conv x, y"
    assert of("mobile") == "mobile"
