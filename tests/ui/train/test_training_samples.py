"""The page of samples before training: a child process reads them, the page draws them, and nothing is left running."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QListWidget, QTabBar, QTreeWidget
from pytestqt.qtbot import QtBot

from digitvision.files import log_path
from digitvision.ui.train.train_tab import TrainTab
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import button, choose, named, rows
from tests.ui.pictures import picture_of
from tests.ui.scripts import run_instead
from tests.ui.windows import PATIENCE_MS


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Run this script instead of the program; return the file with the arguments of each call."""

    def use(script: str) -> Path:
        return run_instead(monkeypatch, tmp_path, script, every_call=True)

    return use


def _output(variants: int = 1) -> str:
    raster = np.zeros((28, 28), np.uint8)
    raster[4:24, 12:16] = 255
    text = base64.b64encode(raster.tobytes()).decode()
    classes = [{"name": name, "text": name, "training": 90, "validation": 10} for name in ("1", "7")]
    shown = [{"label": label, "rasters": [text] * variants} for label in (0, 1, 1)]
    found = {"samples": 200, "classes": classes, "split": ["x"], "notices": ["Mind this."], "shown": shown}
    return f"print({json.dumps(json.dumps(found))})"


def _open(tab: TrainTab) -> None:
    named(tab, QTabBar, "Pages of the training").setCurrentIndex(1)


def _calls(path: Path) -> list[list[str]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_samples_and_counts_are_shown_when_somebody_looks(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    calls = child(_output())
    assert _calls(calls) == []
    _open(tab)
    drawings = named(tab, QListWidget, "Some samples")
    qtbot.waitUntil(lambda: drawings.count() == 3, timeout=PATIENCE_MS)

    assert [drawings.item(row).text() for row in range(3)] == ["1", "7", "7"]
    assert rows(named(tab, QTreeWidget, "Samples of each class")) == [["1", "90", "10"], ["7", "90", "10"]]
    assert tab.samples.state == "200 samples of 2 classes; held out: x\nMind this."
    asked = ["data", "mnist", "--format", "json", "--samples", "60", "--validation", "0.1", "--seed", "1"]
    assert _calls(calls) == [asked]
    tab.window().resize(800, 600)
    picture_of(tab)
    (state,) = [one for one in tab.samples.findChildren(QLabel) if one.text() == tab.samples.state]
    assert state.width() > 300

    button(tab, "Others").click()
    qtbot.waitUntil(lambda: len(_calls(calls)) == 2, timeout=PATIENCE_MS)
    assert _calls(calls)[1][-1] == "2"
    # Looked at again without a change nothing is read anew.
    qtbot.waitUntil(lambda: "200" in tab.samples.state, timeout=PATIENCE_MS)
    named(tab, QTabBar, "Pages of the training").setCurrentIndex(0)
    _open(tab)
    assert len(_calls(calls)) == 2


def test_augmentation_can_be_looked_at_before_training(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    calls = child(_output(6))
    _open(tab)
    drawings = named(tab, QListWidget, "Some samples")
    qtbot.waitUntil(lambda: drawings.count() == 3, timeout=PATIENCE_MS)
    (augment,) = tab.samples.findChildren(QCheckBox)
    augment.setChecked(True)
    qtbot.waitUntil(lambda: len(_calls(calls)) == 2 and "200" in tab.samples.state, timeout=PATIENCE_MS)

    assert _calls(calls)[1][-1] == "--augment"
    # Two rows of three.
    size = drawings.iconSize()
    assert (size.width(), size.height()) == (2 * (3 * 30 - 2), 2 * (2 * 30 - 2))


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("sys.stderr.write('There is no data “x”.\\n'); sys.exit(1)", "There is no data “x”."),
        (
            "sys.stderr.write('Traceback\\nmore\\n'); sys.exit(1)",
            "The command ended unexpectedly; the log says more: {log}",
        ),
        ("print('nonsense')", "The data was read, but its description cannot be understood."),
        ("print('{}')", "The data was read, but its description cannot be understood."),
    ],
)
def test_a_failure_is_shown_on_the_page(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot, script: str, sentence: str
) -> None:
    child(script)
    _open(tab)
    whole = sentence.replace("{log}", str(log_path()))
    qtbot.waitUntil(lambda: tab.samples.state == whole, timeout=PATIENCE_MS)

    assert named(tab, QListWidget, "Some samples").count() == 0


def test_a_program_that_cannot_be_started_is_one_sentence(
    tab: TrainTab, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("digitvision.ui.jobs.child_process.program_command", lambda: ["/nowhere/at/all"])
    _open(tab)
    qtbot.waitUntil(lambda: tab.samples.state.startswith("The command cannot be started"), timeout=PATIENCE_MS)


def test_without_data_there_is_nothing_to_look_at(tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot) -> None:
    calls = child(_output())
    named(tab, QListWidget, "Data").item(0).setCheckState(Qt.CheckState.Unchecked)
    _open(tab)
    assert tab.samples.state == "Choose the data to learn from."
    assert _calls(calls) == []

    named(tab, QListWidget, "Data").item(0).setCheckState(Qt.CheckState.Checked)
    qtbot.waitUntil(lambda: "200" in tab.samples.state, timeout=PATIENCE_MS)


def test_closing_the_window_ends_the_reading(window: MainWindow, child: Callable[[str], Path], qtbot: QtBot) -> None:
    calls = child("time.sleep(60)")
    choose(window, "Train")
    _open(window.train_tab)
    qtbot.waitUntil(lambda: len(_calls(calls)) == 1, timeout=PATIENCE_MS)

    with qtbot.waitSignal(window.closed, timeout=PATIENCE_MS):
        window.close()
