"""Training from the window: a child process that speaks, stays silent, talks nonsense, dies or does not obey."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QProgressBar,
    QSpinBox,
    QTabBar,
    QTreeWidget,
)
from pytestqt.qtbot import QtBot

from digitvision.resources import resource_path
from digitvision.ui.main_window import MainWindow
from digitvision.ui.train_tab import TrainTab
from digitvision.ui.training_form import TrainingForm
from digitvision.ui.training_worker import TrainingClient, TrainingOrder
from tests.leaks import LeakWatch
from tests.ui.conftest import PATIENCE_MS, WindowMaker
from tests.ui.controls import button, choose, labels, named, rows
from tests.ui.dialogs import Dialogs
from tests.ui.hand import DIAGONAL, write

# The real child imports TensorFlow first.
_TRAINING_MS = 180_000
_GONE_S = 3.0

_HEAD = """
import json, os, sys, threading, time
def say(**event):
    sys.stdout.write(json.dumps(event) + "\\n")
    sys.stdout.flush()
def started():
    say(event="started", samples=54000, classes=10, parameters=225034, held_out=6000, split=["3 of 30 writers"])
def batch(number):
    say(event="batch", epoch=1, of=2, batch=number, batches=10, loss=0.5, accuracy=0.25, eta_s=200.0,
        samples_per_s=1234.6)
def epoch():
    say(event="epoch", epoch=1, loss=0.4, accuracy=0.9, validation_loss=0.3, validation_accuracy=0.95, seconds=61.0)
def end(kind, **more):
    say(event=kind, **{"model": None, "test_accuracy": None, "message": "", **more})
"""

_COMPLETES = "started(); batch(5); epoch(); end('completed', model='mine', test_accuracy=0.9911, message='Saved.')"
_WAITS_TO_BE_STOPPED = (
    "started()\nassert sys.stdin.readline() == 'stop\\n'\n"
    "end('cancelled', model='mine', test_accuracy=0.97, message='“mine” is the best so far.')"
)
_FAILS = "started(); end('failed', message='There is not enough room on the disk.'); sys.exit(1)"
_KEEPS_WHAT_IT_HAD = (
    "started(); epoch(); end('failed', model='mine', test_accuracy=0.97, message='Lost; epoch 1 was kept.'); "
    "sys.exit(1)"
)
_DIES = "started(); batch(1); sys.stderr.write('Killed\\n'); sys.stderr.flush(); os._exit(9)"
_NEVER_SPEAKS = "sys.exit(0)"
_TALKS_NONSENSE = r"""
print("2026 WARNING: a library says something")
print('["no", "event"]'); print("null"); print('{"event": 5}'); print('{"event": "news", "text": "x"}')
print("{" * 5000); print('{"event": "ba')
sys.stdout.flush(); sys.stdout.buffer.write(b"\xff\xfe\x00\n"); sys.stdout.buffer.flush()
started(); sys.stdout.write("\n\n"); end("completed", model="mine", test_accuracy=0.5)
"""
_FLOODS_STDERR = "for _ in range(3000): sys.stderr.write('y' * 999 + '\\n')\n" + _COMPLETES
_HEARS_NOTHING = "started()\nwhile True: time.sleep(0.05)"


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Has this script run in the place of the program's ``train`` command; gives the file with its arguments."""

    def use(script: str) -> Path:
        path, arguments = tmp_path / "child.py", tmp_path / "arguments.json"
        note = f"open({str(arguments)!r}, 'w').write(json.dumps(sys.argv[1:]))\n"
        path.write_text(_HEAD + note + script, encoding="utf-8")
        monkeypatch.setattr("digitvision.ui.training_worker.program_command", lambda: [sys.executable, str(path)])
        return arguments

    return use


@pytest.fixture
def tab(window: MainWindow) -> TrainTab:
    choose(window, "Train")
    return window.train_tab


def _name_line(tab: TrainTab) -> QLineEdit:
    (form,) = tab.findChildren(TrainingForm)
    return form.name


def _press(parent: TrainTab, text: str) -> None:
    found: QAbstractButton = button(parent, text)
    assert found.isEnabled()
    found.click()


def _idle(tab: TrainTab, qtbot: QtBot, limit_ms: int = PATIENCE_MS) -> None:
    qtbot.waitUntil(lambda: button(tab, "Train").isEnabled(), timeout=limit_ms)


def test_a_training_shows_its_progress_and_its_outcome(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(_COMPLETES)

    _press(tab, "Train")
    assert not button(tab, "Train").isEnabled()
    assert button(tab, "Cancel").isEnabled()
    _idle(tab, qtbot)

    epochs = rows(named(tab, QTreeWidget, "Finished epochs"))
    assert epochs == [["1", "0.4000", "90.00 %", "0.3000", "95.00 %", "61"]]
    progress = named(tab, QProgressBar, "Progress of the training")
    assert progress.value() == progress.maximum()
    assert "99.11 %" in tab.notice.text
    assert not button(tab, "Cancel").isEnabled()


def test_the_form_is_what_the_child_is_told(tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot) -> None:
    arguments = child(_COMPLETES)
    name = _name_line(tab)
    name.setText("ein Modell äöü")
    next(box for box in tab.findChildren(QSpinBox) if box.isVisible()).setValue(3)

    _press(tab, "Train")
    _idle(tab, qtbot)

    told = json.loads(arguments.read_text())
    assert told[0] == "train"
    assert told[told.index("--name") + 1] == "ein Modell äöü"
    assert told[told.index("--epochs") + 1] == "3"
    assert told[told.index("--data") + 1] == "mnist"
    assert told[told.index("--architecture") + 1] == "cnn"
    assert told[told.index("--progress") + 1] == "jsonl"
    assert "--stop-at-eof" in told


def test_a_batch_moves_the_bar_and_tells_the_time_left(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child("started(); batch(5)\nsys.stdin.readline(); end('cancelled')")

    _press(tab, "Train")
    progress = named(tab, QProgressBar, "Progress of the training")
    qtbot.waitUntil(lambda: progress.value() > 0, timeout=PATIENCE_MS)

    assert progress.value() / progress.maximum() == pytest.approx(0.25)
    assert any("3 min 20 s left · 1,235 samples/s" in text and "25.00 %" in text for text in labels(tab))
    assert "Held out: 6,000 samples (3 of 30 writers)" in labels(tab)
    _press(tab, "Cancel")
    _idle(tab, qtbot)


def test_cancel_asks_the_child_to_stop_and_offers_the_best_so_far(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(_WAITS_TO_BE_STOPPED)
    _press(tab, "Train")
    qtbot.waitUntil(lambda: "Training 225,034" in " ".join(labels(tab)), timeout=PATIENCE_MS)

    _press(tab, "Cancel")
    _idle(tab, qtbot)

    assert tab.notice.text == "“mine” is the best so far."
    assert button(tab, "Use “mine”").isEnabled()


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (_FAILS, "There is not enough room on the disk."),
        (_DIES, "The training ended unexpectedly; the log says more."),
        (_NEVER_SPEAKS, "The training ended unexpectedly; the log says more."),
    ],
    ids=["fails", "dies", "never speaks"],
)
def test_a_training_that_fails_says_why_in_one_sentence(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot, script: str, sentence: str
) -> None:
    child(script)

    _press(tab, "Train")
    _idle(tab, qtbot)

    assert tab.notice.text == sentence
    assert "Failed." in labels(tab)


def test_a_training_that_fails_may_have_kept_its_best_epoch(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(_KEEPS_WHAT_IT_HAD)

    _press(tab, "Train")
    _idle(tab, qtbot)

    assert tab.notice.text == "Lost; epoch 1 was kept."
    assert "Failed." in labels(tab)
    assert button(tab, "Use “mine”").isEnabled()


@pytest.mark.parametrize("script", [_TALKS_NONSENSE, _FLOODS_STDERR], ids=["nonsense", "flood"])
def test_nonsense_among_the_childs_lines_is_passed_over(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot, script: str
) -> None:
    child(script)

    _press(tab, "Train")
    _idle(tab, qtbot)

    assert "“mine” is trained" in tab.notice.text


def test_a_program_that_cannot_be_started_is_one_sentence(
    tab: TrainTab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("digitvision.ui.training_worker.program_command", lambda: [str(tmp_path / "nothing")])

    _press(tab, "Train")
    _idle(tab, qtbot)

    assert "The training cannot be started" in tab.notice.text


def test_a_pause_and_its_end_reach_the_child(tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot) -> None:
    child(
        "started()\nassert sys.stdin.readline() == 'pause\\n'\nbatch(3)\n"
        "assert sys.stdin.readline() == 'go on\\n'\nepoch()\nend('completed', model='mine', test_accuracy=0.5)"
    )
    _press(tab, "Train")
    progress = named(tab, QProgressBar, "Progress of the training")
    _press(tab, "Pause")
    qtbot.waitUntil(lambda: progress.value() > 0, timeout=PATIENCE_MS)
    assert button(tab, "Go on").isEnabled()
    _press(tab, "Go on")
    _idle(tab, qtbot)

    assert "50.00 %" in tab.notice.text
    assert not button(tab, "Pause").isEnabled()


def test_a_second_training_follows_the_first(tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot) -> None:
    for script, sentence in ((_FAILS, "disk"), (_COMPLETES, "is trained"), (_DIES, "unexpectedly")):
        child(script)
        _press(tab, "Train")
        _idle(tab, qtbot)
        assert sentence in tab.notice.text


@pytest.mark.parametrize("name", ["", "  ", "../evil", "a/b", "con", ".hidden", "classic"])
def test_a_name_that_will_not_do_is_refused_before_anything_starts(tab: TrainTab, name: str) -> None:
    line = _name_line(tab)
    line.setText(name)

    _press(tab, "Train")

    assert tab.notice.text.endswith(".")
    assert button(tab, "Train").isEnabled()
    assert line.hasFocus()


def test_the_canvas_works_while_a_training_runs(
    window: MainWindow, tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(_WAITS_TO_BE_STOPPED)
    _press(tab, "Train")
    choose(window, "Draw")
    write(window.draw_tab.canvas, DIAGONAL)
    qtbot.waitUntil(lambda: window.draw_tab.reading is not None, timeout=PATIENCE_MS)

    choose(window, "Train")
    _press(tab, "Cancel")
    _idle(tab, qtbot)


@pytest.mark.parametrize("script", [_WAITS_TO_BE_STOPPED, _HEARS_NOTHING], ids=["obeys", "hears nothing"])
def test_closing_during_a_training_leaves_no_process(
    make_window: WindowMaker, child: Callable[[str], Path], qtbot: QtBot, dialogs: Dialogs, script: str
) -> None:
    child(script)
    dialogs.answer(QMessageBox.StandardButton.No)
    watch = LeakWatch()
    with watch.recording():
        window = make_window()
        choose(window, "Train")
        _press(window.train_tab, "Train")
        qtbot.waitUntil(lambda: "Training 225,034" in " ".join(labels(window.train_tab)), timeout=PATIENCE_MS)

        begun = time.monotonic()
        window.close()
        passed_s = time.monotonic() - begun

    assert [sentence for sentence in watch.left(grace_s=0) if "Timer" not in sentence] == []
    assert passed_s < _GONE_S


def test_the_window_stays_where_the_user_thinks_better_of_it(
    make_window: WindowMaker, child: Callable[[str], Path], qtbot: QtBot, dialogs: Dialogs
) -> None:
    child(_WAITS_TO_BE_STOPPED)
    dialogs.answer(QMessageBox.StandardButton.Cancel)
    window = make_window()
    choose(window, "Train")
    _press(window.train_tab, "Train")
    qtbot.waitUntil(lambda: "Training 225,034" in " ".join(labels(window.train_tab)), timeout=PATIENCE_MS)

    assert not window.close()

    assert window.isVisible()
    assert dialogs.asked == ["Let the training go on without the window?"]
    _press(window.train_tab, "Cancel")
    _idle(window.train_tab, qtbot)


@pytest.mark.parametrize("paused", [False, True])
def test_a_training_goes_on_without_its_window(
    make_window: WindowMaker,
    child: Callable[[str], Path],
    qtbot: QtBot,
    dialogs: Dialogs,
    tmp_path: Path,
    paused: bool,
) -> None:
    done = tmp_path / "done"
    child(
        "started()\nsaid = []\n"
        "while not said or said[-1] != 'detach\\n': said.append(sys.stdin.readline())\n"
        "for number in (1, 2): os.dup2(os.open(os.devnull, os.O_WRONLY), number)\n"
        "time.sleep(1)\nassert sys.stdin.readline() == ''\n"
        f"open({str(done)!r}, 'w').write(json.dumps(said))"
    )
    dialogs.answer(QMessageBox.StandardButton.Yes)
    window = make_window()
    choose(window, "Train")
    _press(window.train_tab, "Train")
    qtbot.waitUntil(lambda: "Training 225,034" in " ".join(labels(window.train_tab)), timeout=PATIENCE_MS)
    if paused:
        _press(window.train_tab, "Pause")

    begun = time.monotonic()
    assert window.close()
    assert time.monotonic() - begun < _GONE_S

    assert not done.exists()
    qtbot.waitUntil(lambda: done.exists() and bool(done.read_text()), timeout=PATIENCE_MS)
    # A pause is over: nobody could end it any more.
    assert json.loads(done.read_text())[-2:] == ["go on\n", "detach\n"]


def test_closing_right_after_the_start_leaves_no_process(
    make_window: WindowMaker, child: Callable[[str], Path], dialogs: Dialogs
) -> None:
    child(_HEARS_NOTHING)
    dialogs.answer(QMessageBox.StandardButton.No)
    watch = LeakWatch()
    with watch.recording():
        window = make_window()
        choose(window, "Train")
        _press(window.train_tab, "Train")
        window.close()

    assert [sentence for sentence in watch.left(grace_s=0) if "Timer" not in sentence] == []


def test_cancelling_right_after_the_start_ends(tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot) -> None:
    child("assert sys.stdin.readline() == 'stop\\n'\nend('cancelled')")

    _press(tab, "Train")
    _press(tab, "Cancel")
    _idle(tab, qtbot)

    assert "Cancelled." in labels(tab)


# --- the real child ---------------------------------------------------------------------------------------------------


def _few_digits(folder: Path, count: int) -> Path:
    with np.load(resource_path("data", "mnist_train.npz")) as data:
        few = {name: data[name][:count] for name in ("images", "labels")}
        np.savez_compressed(folder / "few.npz", label_names=data["label_names"], **few)
    return folder / "few.npz"


@pytest.mark.slow
def test_a_real_training_gives_a_model_that_answers(
    window: MainWindow, tab: TrainTab, tmp_path: Path, home: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = _few_digits(tmp_path, 600)
    heavy = {"tensorflow", "keras"} & set(sys.modules)
    client_start = TrainingClient.start

    def start(client: TrainingClient, order: TrainingOrder) -> None:
        client_start(client, TrainingOrder(name=order.name, data=(str(few),), epochs=1))

    monkeypatch.setattr(TrainingClient, "start", start)
    name = _name_line(tab)
    name.setText("mine")

    _press(tab, "Train")
    _idle(tab, qtbot, _TRAINING_MS)

    assert "“mine” is trained" in tab.notice.text
    _press(tab, "Use “mine”")
    qtbot.waitUntil(lambda: window.model is not None and window.model.name == "mine", timeout=PATIENCE_MS)
    assert (home / "models" / "mine" / "model.tflite").is_file()
    # Other tests of this process may have imported them; the window has not.
    assert {"tensorflow", "keras"} & set(sys.modules) == heavy


@pytest.mark.slow
def test_useless_data_is_one_sentence_in_the_tab(tab: TrainTab, tmp_path: Path, qtbot: QtBot) -> None:
    images = np.zeros((20, 28, 28), np.uint8)
    images[:, 5:20, 12:14] = 255
    path = tmp_path / "one.npz"
    np.savez_compressed(path, images=images, labels=np.zeros(20, np.int64), label_names=np.array(["A"]))
    data = named(tab, QListWidget, "Data")
    data.item(0).setCheckState(Qt.CheckState.Unchecked)
    tab._form.add_data(str(path))

    _press(tab, "Train")
    _idle(tab, qtbot, _TRAINING_MS)
    assert tab.notice.text == "The data holds a single class; two or more are needed to tell them apart."

    named(tab, QTabBar, "Pages of the training").setCurrentIndex(2)
    button(tab, "Measure").click()
    qtbot.waitUntil(lambda: not tab.transfer.running, timeout=_TRAINING_MS)
    assert tab.transfer.notice.text == "The data holds a single class; two or more are needed to tell them apart."


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="this system limits no file's size")
def test_a_full_disk_is_one_sentence_in_the_tab(
    tab: TrainTab, tmp_path: Path, home: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A disk on which no checkpoint has room.
    path = tmp_path / "small.py"
    path.write_text(
        "import resource, signal, sys\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        "from digitvision.cli import main\nsys.exit(main(sys.argv[1:]))\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setattr("digitvision.ui.training_worker.program_command", lambda: [sys.executable, str(path)])
    named(tab, QListWidget, "Data").item(0).setCheckState(Qt.CheckState.Unchecked)
    tab._form.add_data(str(_few_digits(tmp_path, 300)))

    _press(tab, "Train")
    _idle(tab, qtbot, _TRAINING_MS)

    assert "checkpoint.npz” cannot be written: file too large" in tab.notice.text
    assert not (home / "models").exists()


@pytest.mark.slow
@pytest.mark.parametrize("after_s", [0.0, 0.3, 1.0, 2.5])
def test_closing_during_the_import_of_tensorflow_leaves_no_process(
    make_window: WindowMaker, qtbot: QtBot, dialogs: Dialogs, after_s: float
) -> None:
    dialogs.answer(QMessageBox.StandardButton.No)
    watch = LeakWatch()
    with watch.recording():
        window = make_window()
        choose(window, "Train")
        _press(window.train_tab, "Train")
        qtbot.wait(int(after_s * 1000))

        begun = time.monotonic()
        window.close()
        passed_s = time.monotonic() - begun

    assert [sentence for sentence in watch.left(grace_s=0) if "Timer" not in sentence] == []
    assert passed_s < _GONE_S
