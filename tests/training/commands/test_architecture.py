"""`digitvision architecture`: a network's layers and cost, in a real process where that matters."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from digitvision.cli import main
from digitvision.layer_list import read_layers, summarize_layers
from digitvision.training.networks.architectures import build_network
from digitvision.training.networks.cost import multiply_adds
from digitvision.training.networks.multi_view import INPUT_SHAPE
from tests.training.commands.children import Child

pytestmark = pytest.mark.slow

LIMIT_S = 180
_NOISY = """
import os, sys
print("from Python")
sys.__stdout__.write("past its stand-in\\n")
os.system("echo from another program")
def build(input_shape, classes):
    import keras
    print("building", input_shape, classes)
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(),
        keras.layers.Dense(classes, activation="softmax", name="answers")])
"""


@pytest.fixture
def run(warm: bool) -> Callable[..., tuple[str, int, str]]:
    """Runs the command in a process of its own; returns what it prints, the exit code, and what it says beside that."""

    def running(*words: str, anew: bool = False) -> tuple[str, int, str]:
        child = Child(*words, command=("architecture",), is_warm=warm and not anew)
        try:
            assert child.process.stdout is not None
            assert child.process.stderr is not None
            printed, said = child.process.stdout.read(), child.process.stderr.read()
            return printed, child.process.wait(LIMIT_S), said
        finally:
            child.close()

    return running


@pytest.mark.parametrize(
    "text",
    [
        "conv 32 3, pool 2, conv 64 3, pool 2, dense 128, dropout 0.2",
        "conv 12 3 stride 2, norm, conv 24 5 stride 3, norm, mean",
        "dense 16, norm, dense 8",
        "pool 3, flatten, norm, dropout 0.5",
        "conv 7 4, conv 5 2 stride 2, pool 5",
    ],
)
@pytest.mark.parametrize("classes", [2, 36])
def test_shapes_and_costs_of_a_list_are_those_of_keras(text: str, classes: int) -> None:
    layers = read_layers(text)
    steps = summarize_layers(layers, INPUT_SHAPE, classes)

    network = build_network(text, classes)

    assert sum(step.parameters for step in steps) == network.count_params()
    assert sum(step.multiply_adds for step in steps) == multiply_adds(network)
    made = {layer.name: layer for layer in network.layers}
    for number, (layer, step) in enumerate(zip((*layers, None), steps, strict=True), start=1):
        found = made[f"{layer.kind}{number}" if layer else "answers"]
        assert found.output.shape[1:] == step.shape
        assert found.count_params() == step.parameters


def test_the_plain_network_as_a_list_is_the_plain_network(capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    for words in (["cnn"], ["conv 32,pool,conv 64,pool,dense,dropout"]):
        assert main(["architecture", *words, "--format", "json"]) == 0
        printed.append(json.loads(capsys.readouterr().out))

    assert printed[1]["architecture"] == "conv 32 3, pool 2, conv 64 3, pool 2, dense 128, dropout 0.2"
    for key in ("parameters", "multiply_adds", "classes"):
        assert printed[0][key] == printed[1][key]
    for one, other in zip(printed[0]["layers"], printed[1]["layers"], strict=True):
        assert {**one, "name": ""} == {**other, "name": ""}


def test_the_text_lists_every_layer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["architecture", "small", "--classes", "7"]) == 0
    head, blank, *lines = capsys.readouterr().out.splitlines()

    network = build_network("small", 7)
    assert head == (
        f"small: {network.count_params():,} parameters, {multiply_adds(network):,} multiply-adds a glyph, 7 classes"
    )
    assert (blank, len(lines)) == ("", 1 + len(network.layers))
    assert lines[1].split() == ["conv1", "Conv2D", "14×14×12", "108", "21,168"]


def test_the_output_of_a_file_goes_to_standard_error(tmp_path: Path, run: Callable[..., tuple[str, int, str]]) -> None:
    path = tmp_path / "noisy.py"
    path.write_text(_NOISY, encoding="utf-8")

    # With the streams that a process is given: those of a forked one are Python's, opened again.
    out, code, errors = run(str(path), "--classes", "3", "--format", "json", anew=True)

    assert code == 0, errors
    printed = json.loads(out)
    assert (printed["architecture"], printed["parameters"]) == ("noisy", 784 * 3 + 3)
    assert printed["layers"][-1] == {
        "name": "answers",
        "kind": "Dense",
        "output_shape": [3],
        "parameters": 2355,
        "multiply_adds": 2352,
    }
    for words in ("from Python", "past its stand-in", "from another program", "building (28, 28, 1) 3"):
        assert words in errors


def test_a_fault_is_one_sentence_in_both_formats(tmp_path: Path, run: Callable[..., tuple[str, int, str]]) -> None:
    path = tmp_path / "wrong.py"
    path.write_text("print('before')\nraise RuntimeError('no')\n", encoding="utf-8")

    out, code, errors = run(str(path), "--format", "json")

    assert code == 1
    assert json.loads(out) == {"error": "“wrong.py”, line 2, fails: RuntimeError: no."}
    assert errors.splitlines() == ["before", "“wrong.py”, line 2, fails: RuntimeError: no."]


def test_a_file_that_loops_is_given_up_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "loops.py"
    path.write_text("while True: pass\n", encoding="utf-8")
    command = (
        "import sys; from digitvision.training.commands import architecture as here; here.LIMIT_S = 0.5; "
        "from digitvision.cli import main; sys.exit(main(sys.argv[1:]))"
    )

    done = subprocess.run(
        [sys.executable, "-c", command, "architecture", str(path), "--format", "json"],
        capture_output=True,
        encoding="utf-8",
        timeout=LIMIT_S,
        cwd=Path(__file__).parents[3],
        check=False,
    )

    assert done.returncode == 1
    assert json.loads(done.stdout) == {"error": "“loops.py” did not return within 0.5 s."}
    assert done.stderr == "“loops.py” did not return within 0.5 s.\n"


@pytest.mark.parametrize(
    ("architecture", "sentence"),
    [
        ("brain", "There is no architecture “brain”; there is: cnn, small, residual, mobile; or name a Python file"),
        ("conv 8, blur", "There is no layer “blur”"),
        ("pool 28, pool 2", "Layer 2, “pool 2”: the picture is 1 pixel wide here: nothing to pool."),
        ("nowhere.py", "nowhere.py” cannot be read: no such file"),
    ],
)
def test_an_impossible_architecture_is_reported(
    architecture: str,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["architecture", architecture]) == 1

    printed = capsys.readouterr()
    assert printed.out == ""
    assert sentence in printed.err
    assert len(printed.err.splitlines()) == 1
