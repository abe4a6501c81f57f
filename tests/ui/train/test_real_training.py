"""Training from the window by the real child process: a training to its end, and trainings that fail."""

import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QMessageBox, QTabBar
from pytestqt.qtbot import QtBot

from digitvision.resources import resource_path
from digitvision.ui.train.train_tab import TrainTab
from digitvision.ui.train.training_worker import TrainingClient, TrainingRequest
from digitvision.ui.window.main_window import MainWindow
from tests.leaks import LeakWatch
from tests.ui.controls import button, choose, named
from tests.ui.dialogs import Dialogs
from tests.ui.train.training_tab import GONE_S, name_line, press, wait_until_idle
from tests.ui.windows import PATIENCE_MS, WindowMaker

# The real child imports TensorFlow first.
_TRAINING_MS = 180_000


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

    def start(client: TrainingClient, request: TrainingRequest) -> None:
        client_start(client, TrainingRequest(name=request.name, data=(str(few),), epochs=1))

    monkeypatch.setattr(TrainingClient, "start", start)
    name = name_line(tab)
    name.setText("mine")

    press(tab, "Train")
    wait_until_idle(tab, qtbot, _TRAINING_MS)

    assert "“mine” is trained" in tab.notice.text
    press(tab, "Use “mine”")
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
    tab._form.data.add(str(path))

    press(tab, "Train")
    wait_until_idle(tab, qtbot, _TRAINING_MS)
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
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    monkeypatch.setattr("digitvision.ui.train.training_worker.program_command", lambda: [sys.executable, str(path)])
    named(tab, QListWidget, "Data").item(0).setCheckState(Qt.CheckState.Unchecked)
    tab._form.data.add(str(_few_digits(tmp_path, 300)))

    press(tab, "Train")
    wait_until_idle(tab, qtbot, _TRAINING_MS)

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
        press(window.train_tab, "Train")
        qtbot.wait(int(after_s * 1000))

        begun = time.monotonic()
        window.close()
        passed_s = time.monotonic() - begun

    assert [sentence for sentence in watch.left(grace_s=0) if "Timer" not in sentence] == []
    assert passed_s < GONE_S
