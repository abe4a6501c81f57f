"""A network file of the user's own: checked in a child process and watched; it never runs in the window itself."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from digitvision.files import log_path
from digitvision.ui.train.train_tab import TrainTab
from digitvision.ui.train.training_form import TrainingForm
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import button, choose, labels, named
from tests.ui.dialogs import Dialogs
from tests.ui.scripts import run_instead
from tests.ui.windows import PATIENCE_MS

# The real child imports TensorFlow first.
_CHECK_MS = 120_000

_GOOD = "print(json.dumps({'parameters': 4321, 'multiply_adds': 98765}))"
_COST = "4,321 parameters, 98,765 multiply-adds per character, for 10 classes"
_FAULT = "“net.py”, line 2, fails: RuntimeError: no."


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Run this script instead of the program's commands; return the file with the arguments of the last one."""

    def use(script: str) -> Path:
        return run_instead(monkeypatch, tmp_path, script)

    return use


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text("def build(input_shape, classes): ...\n", encoding="utf-8")
    return path


@pytest.fixture
def form(qtbot: QtBot) -> Iterator[TrainingForm]:
    form = TrainingForm()
    qtbot.addWidget(form)
    form.show()
    box = named(form, QComboBox, "Network")
    box.setCurrentIndex(box.findText("File of your own …"))
    yield form
    form.network.shut_down()


def _assert_shown(form: TrainingForm, sentence: str, qtbot: QtBot, limit_ms: int = PATIENCE_MS) -> None:
    def is_shown() -> None:
        assert sentence in labels(form)

    qtbot.waitUntil(is_shown, timeout=limit_ms)


def test_no_file_is_no_network(form: TrainingForm) -> None:
    assert form.problem == "Choose a Python file with a function build(input_shape, classes)."
    assert form.problem in labels(form)
    assert not button(form, "Check again").isEnabled()


def test_a_chosen_file_is_checked_and_its_costs_are_shown(
    form: TrainingForm, net: Path, child: Callable[[str], Path], dialogs: Dialogs, qtbot: QtBot
) -> None:
    arguments = child(_GOOD)
    dialogs.open_from(net)

    button(form, "Choose …").click()
    assert form.problem == "“net.py” is being checked …"
    _assert_shown(form, _COST, qtbot)

    assert form.problem == ""
    assert json.loads(arguments.read_text()) == ["architecture", str(net), "--classes", "10", "--format", "json"]
    assert form.request("x").arguments()[1:3] == ["--architecture", str(net)]
    # Nobody chose another one.
    dialogs.open_from(None)
    button(form, "Choose …").click()
    assert form.problem == ""


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (f"sys.stderr.write('noise\\n' * 9)\nprint(json.dumps({{'error': {_FAULT!r}}}))\nsys.exit(1)", _FAULT),
        ("sys.stderr.write('There is no memory.\\n')\nsys.exit(1)", "There is no memory."),
        (
            "sys.stderr.write('Traceback\\n  x\\n')\nsys.exit(1)",
            "The command ended unexpectedly; the log says more: {log}",
        ),
        ("os._exit(0)", "“net.py” ended the process that ran it."),
        ("print('[1, 2]')", "“net.py” ended the process that ran it."),
        ("os.abort()", "The command ended unexpectedly; the log says more: {log}"),
    ],
)
def test_what_is_wrong_with_a_file_is_shown_in_the_form(
    form: TrainingForm, net: Path, child: Callable[[str], Path], qtbot: QtBot, script: str, sentence: str
) -> None:
    child(script)

    form.network.choose(str(net))

    whole = sentence.replace("{log}", str(log_path()))
    _assert_shown(form, whole, qtbot)
    assert form.problem == whole


def test_a_check_that_never_ends_is_ended(
    form: TrainingForm, net: Path, child: Callable[[str], Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    child("time.sleep(600)")
    form.network._file._limit.setInterval(300)

    form.network.choose(str(net))

    _assert_shown(form, "“net.py” did not return within 120 s.", qtbot)
    assert form.problem == "“net.py” did not return within 120 s."


def test_a_file_that_changes_is_checked_again(
    form: TrainingForm, net: Path, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(f"print(json.dumps({{'error': {_FAULT!r}}}))\nsys.exit(1)")
    form.network.choose(str(net))
    _assert_shown(form, _FAULT, qtbot)

    child(_GOOD)
    net.write_text("# better\n", encoding="utf-8")
    _assert_shown(form, _COST, qtbot)

    # As most editors write: a new file takes the old one's name; and it is watched like the old one.
    for number, cost in ((1, 11), (2, 22)):
        child(f"print(json.dumps({{'parameters': {cost}, 'multiply_adds': 5}}))")
        other = net.with_name("net.py.new")
        other.write_text(f"# {number}\n", encoding="utf-8")
        other.replace(net)
        _assert_shown(form, f"{cost} parameters, 5 multiply-adds per character, for 10 classes", qtbot)

    child(_GOOD)
    button(form, "Check again").click()
    _assert_shown(form, _COST, qtbot)


def test_the_window_lives_while_a_file_is_checked_and_closes_at_once(
    window: MainWindow, net: Path, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child("time.sleep(600)")
    choose(window, "Train")
    tab: TrainTab = window.train_tab
    (form,) = tab.findChildren(TrainingForm)
    box = named(tab, QComboBox, "Network")
    box.setCurrentIndex(box.findText("File of your own …"))
    assert not button(tab, "Train").isEnabled()

    began = time.monotonic()
    form.network.choose(str(net))
    assert time.monotonic() - began < 2
    assert not button(tab, "Train").isEnabled()
    tab.start()
    assert tab.notice.text == "“net.py” is being checked …"

    # Another network may be trained meanwhile; a model to begin with brings its own.
    box.setCurrentIndex(0)
    assert button(tab, "Train").isEnabled()
    began = time.monotonic()
    tab.shut_down()
    assert time.monotonic() - began < 2


@pytest.mark.slow
def test_the_real_check_of_a_real_file(form: TrainingForm, net: Path, qtbot: QtBot) -> None:
    build = (
        "import keras\nprint('printed')\n\ndef build(input_shape, classes):\n"
        "    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(),\n"
        "        keras.layers.Dense(classes, activation={!r})])\n"
    )
    net.write_text(build.format("softmax"), encoding="utf-8")
    form.network.choose(str(net))
    _assert_shown(form, "7,850 parameters, 7,840 multiply-adds per character, for 10 classes", qtbot, _CHECK_MS)

    net.write_text(build.format("relu"), encoding="utf-8")
    wrong = "The network of “net.py” cannot be used: its answers are no probabilities that sum to 1; it has to end in a"
    qtbot.waitUntil(lambda: any(text.startswith(wrong) for text in labels(form)), timeout=_CHECK_MS)
    assert form.problem.startswith(wrong)
