"""The page Transfer: a child process that measures, its points as they come, and their export."""

import csv
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QProgressBar, QSpinBox, QTabBar
from pytestqt.qtbot import QtBot

from digitvision.files import log_path
from digitvision.ui.theme import accent
from digitvision.ui.train.train_tab import TrainTab
from digitvision.ui.window.main_window import MainWindow
from tests.leaks import LeakWatch
from tests.ui.controls import button, choose, named
from tests.ui.dialogs import Dialogs
from tests.ui.pictures import picture_of, rgb
from tests.ui.scripts import run_instead
from tests.ui.windows import PATIENCE_MS, WindowMaker

_CANCEL_S = 0.5

_HEAD = """
import json, os, sys, time
def say(**event):
    sys.stdout.write(json.dumps(event) + "\\n")
    sys.stdout.flush()
def started():
    say(event="started", base="digits", data="letters", classes=26, samples=[1, 10, 100], repeats=2, held_out=2000,
        split=["20 of 247 writers"], notices=["Mind this."])
def point(samples, way, accuracy, repeat=1, needed=None, most=0):
    finding = dict(samples=samples, accuracy=accuracy, scratch=None, needed=needed, most=most)
    say(event="point", samples=samples, way=way, repeat=repeat, accuracy=accuracy, seconds=1.0, finding=finding)
"""
_MEASURES = """
started()
point(10, "transfer", 0.912); say(event="progress", done=50, of=100)
point(10, "scratch", 0.5); point(10, "scratch", 0.6, repeat=2)
finding = dict(samples=10, accuracy=0.912, scratch=0.55, needed=80.4, most=100)
say(event="point", samples=100, way="scratch", repeat=1, accuracy=0.93, seconds=1.0, finding=finding)
say(event="completed", message="")
"""
_MEASURES_ON = "started(); point(10, 'transfer', 0.9); say(event='progress', done=25, of=100)\ntime.sleep(60)"


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Run this script instead of the program's command; return the file with its arguments."""

    def use(script: str) -> Path:
        return run_instead(monkeypatch, tmp_path, _HEAD + script)

    return use


@pytest.fixture
def tab(window: MainWindow) -> TrainTab:
    choose(window, "Train")
    _open(window.train_tab)
    return window.train_tab


def _open(tab: TrainTab) -> None:
    named(tab, QTabBar, "Pages of the training").setCurrentIndex(2)


def _measured(tab: TrainTab, qtbot: QtBot) -> None:
    button(tab, "Measure").click()
    assert tab.transfer.running
    qtbot.waitUntil(lambda: not tab.transfer.running, timeout=PATIENCE_MS)


def test_every_measured_training_and_the_finding_are_shown(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    arguments = child(_MEASURES)
    named(tab, QComboBox, "Model to transfer from").setCurrentText("glyphs")
    named(tab, QLineEdit, "Numbers of samples of each class").setText("100, 1,10, 10")
    named(tab, QSpinBox, "Repeats").setValue(3)

    _measured(tab, qtbot)

    received = json.loads(arguments.read_text())
    assert received[:5] == ["transfer-curve", "--from", "glyphs", "--data", "mnist"]
    assert received[received.index("--samples") + 1] == "1,10,100"
    assert received[received.index("--repeats") + 1] == "3"
    assert received[received.index("--seed") + 1] == "1"
    assert "--stop-at-eof" in received
    page = tab.transfer
    assert page.state == (
        "From “digits” to letters: 26 classes, measured on 2,000 held-out samples (20 of 247 writers)\nMind this."
    )
    assert [(point.samples, point.way, point.accuracy) for point in page.plot.points] == [
        (10, "transfer", 0.912),
        (10, "scratch", 0.5),
        (10, "scratch", 0.6),
        (100, "scratch", 0.93),
    ]
    assert page.plot.means("scratch") == {10: pytest.approx(0.55), 100: 0.93}
    assert page.finding == "With 10 samples per class, transfer reaches 91.2 %; training from scratch needs about 80."
    assert page.plot.accessibleDescription() == page.finding
    assert page.notice.text == ""


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("point(1, 'transfer', 0.4)", "With 1 sample per class, transfer reaches 40.0 %."),
        ("point(10, 'transfer', 0.4, most=30)", "; training from scratch does not reach that with 30."),
        ("point(10, 'transfer', 0.4, needed=7.0, most=30)", "; training from scratch needs no more."),
    ],
)
def test_the_finding_is_honest(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot, script: str, sentence: str
) -> None:
    child(f"started(); {script}")
    _measured(tab, qtbot)
    assert sentence in tab.transfer.finding


def test_a_measurement_shows_its_progress_and_stops_at_once(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(_MEASURES_ON)
    button(tab, "Measure").click()
    progress = named(tab, QProgressBar, "Progress of the measurement")
    qtbot.waitUntil(lambda: progress.value() > 0, timeout=PATIENCE_MS)

    assert progress.value() / progress.maximum() == 0.25
    assert len(tab.transfer.plot.points) == 1
    # One at a time.
    assert not button(tab, "Train").isEnabled()
    assert not button(tab, "Measure").isEnabled()
    tab.start()
    assert button(tab, "Cancel").isEnabled() is False
    begun = time.monotonic()
    button(tab, "Stop").click()
    qtbot.waitUntil(lambda: not tab.transfer.running, timeout=PATIENCE_MS)
    assert time.monotonic() - begun < _CANCEL_S

    # What was measured stays, and nothing is said to have gone wrong.
    assert len(tab.transfer.plot.points) == 1
    assert tab.transfer.notice.text == ""
    assert button(tab, "Train").isEnabled()
    assert button(tab, "Measure").isEnabled()


def test_nothing_is_measured_while_a_model_is_trained(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    child(_MEASURES)
    path = tmp_path / "train.py"
    path.write_text("import sys\nsys.stdin.readline()", encoding="utf-8")
    monkeypatch.setattr("digitvision.ui.train.training_worker.program_command", lambda: [sys.executable, str(path)])
    button(tab, "Train").click()
    # A training shows its curves.
    _open(tab)

    assert not button(tab, "Measure").isEnabled()
    assert "being trained" in button(tab, "Measure").toolTip()
    tab.transfer.start()
    assert not tab.transfer.running

    button(tab, "Cancel").click()
    qtbot.waitUntil(lambda: button(tab, "Measure").isEnabled(), timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("say(event='failed', message='There is no data “x”.'); sys.exit(1)", "There is no data “x”."),
        (
            "started(); point(1, 'transfer', 0.5); os._exit(9)",
            "The command ended unexpectedly; the log says more: {log}",
        ),
        ("print('nonsense'); sys.exit(1)", "The command ended unexpectedly; the log says more: {log}"),
    ],
)
def test_a_failure_is_shown_on_the_page(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot, script: str, sentence: str
) -> None:
    child(script)
    _measured(tab, qtbot)
    assert tab.transfer.notice.text == sentence.replace("{log}", str(log_path()))
    assert button(tab, "Measure").isEnabled()


@pytest.mark.parametrize(
    "line",
    [
        "{}",
        "5",
        '{"event": 3}',
        '{"event": "point"}',
        '{"event": "started", "samples": "x"}',
        "{" * 9999,
        '{"event": "point", "samples": 0, "way": "transfer", "repeat": 1, "accuracy": 0.5, "finding": null}',
        '{"event": "point", "samples": 5, "way": "magic", "repeat": 1, "accuracy": 0.5, "finding": null}',
        '{"event": "point", "samples": 5, "way": "scratch", "repeat": 1, "accuracy": NaN, "finding": null}',
    ],
)
def test_nonsense_among_the_lines_is_left_out(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot, line: str
) -> None:
    child(f"print({line!r}, flush=True)\n" + _MEASURES)
    _measured(tab, qtbot)
    assert len(tab.transfer.plot.points) == 4
    assert "needs about 80" in tab.transfer.finding


def test_a_program_that_cannot_be_started_is_one_sentence(
    tab: TrainTab, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("digitvision.ui.jobs.child_process.program_command", lambda: ["/nowhere/at/all"])
    button(tab, "Measure").click()
    qtbot.waitUntil(lambda: tab.transfer.notice.text.startswith("The command cannot be started"), timeout=PATIENCE_MS)
    assert not tab.transfer.running


@pytest.mark.parametrize("text", ["", "1,,3", "0", "-1", "many", "1.5", "10001", "²"])
def test_numbers_that_are_none_are_refused_before_anything_starts(
    tab: TrainTab, child: Callable[[str], Path], text: str
) -> None:
    arguments = child(_MEASURES)
    line = named(tab, QLineEdit, "Numbers of samples of each class")
    line.setText(text)
    button(tab, "Measure").click()

    assert tab.transfer.notice.text == "Write whole numbers from 1 to 10,000 with commas between them."
    assert line.hasFocus()
    assert not arguments.exists()


def test_without_data_there_is_nothing_to_measure(tab: TrainTab, child: Callable[[str], Path]) -> None:
    arguments = child(_MEASURES)
    assert "each class of MNIST" in tab.transfer.state
    named(tab, QListWidget, "Data").item(0).setCheckState(Qt.CheckState.Unchecked)
    assert tab.transfer.state == "Choose the data to learn from."
    button(tab, "Measure").click()
    assert tab.transfer.notice.text == "Choose the data to learn from."
    assert not arguments.exists()


def test_the_lines_are_in_the_window_s_colours_and_told_by_more_than_colour(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(
        "started()\nfor n in (1, 10, 100): point(n, 'transfer', 0.9); point(n, 'scratch', 0.3)\n"
        "say(event='completed', message='')"
    )
    _measured(tab, qtbot)
    pixels = picture_of(tab.transfer.plot)
    red, green, blue = rgb(accent(tab.palette()))
    close = (abs(pixels.astype(int) - [red, green, blue]).sum(axis=2) < 30).nonzero()
    assert len(close[0]) > 200


def test_the_curves_are_exported(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot, dialogs: Dialogs, tmp_path: Path
) -> None:
    child(_MEASURES)
    assert not button(tab, "Export …").isEnabled()
    _measured(tab, qtbot)

    for name in ("curve.png", "curve.svg", "curve.csv"):
        dialogs.save_to(tmp_path / name)
        button(tab, "Export …").click()
        qtbot.waitUntil((tmp_path / name).exists, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: tab.transfer.notice.text.startswith("Saved as"), timeout=PATIENCE_MS)
        assert tab.transfer.notice.text == f"Saved as “{name}”."
        tab.transfer.notice.dismiss()
    with open(tmp_path / "curve.csv", encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    assert table[0] == ["samples_a_class", "way", "repeat", "accuracy"]
    assert table[1:] == [
        ["10", "transfer", "1", "0.912000"],
        ["10", "scratch", "1", "0.500000"],
        ["10", "scratch", "2", "0.600000"],
        ["100", "scratch", "1", "0.930000"],
    ]
    picture = QImage(str(tmp_path / "curve.png"))
    assert picture.width() == 2 * tab.transfer.plot.width()
    assert ElementTree.parse(tmp_path / "curve.svg").getroot().tag.endswith("svg")

    dialogs.save_to(tmp_path / "curve.gif")
    button(tab, "Export …").click()
    assert tab.transfer.notice.text == "The name has to end in .png, .svg or .csv."
    dialogs.save_to(tmp_path / "curve.csv" / "x.csv")
    button(tab, "Export …").click()
    qtbot.waitUntil(lambda: "cannot be written" in tab.transfer.notice.text, timeout=PATIENCE_MS)
    dialogs.save_to(None)
    button(tab, "Export …").click()


def test_closing_the_window_ends_the_measurement(
    make_window: WindowMaker, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(_MEASURES_ON)
    watch = LeakWatch()
    with watch.recording():
        window = make_window()
        choose(window, "Train")
        _open(window.train_tab)
        button(window.train_tab, "Measure").click()
        qtbot.waitUntil(lambda: bool(window.train_tab.transfer.plot.points), timeout=PATIENCE_MS)

        begun = time.monotonic()
        window.close()
        assert time.monotonic() - begun < 2.0

    assert [sentence for sentence in watch.left(grace_s=0) if "Timer" not in sentence] == []
