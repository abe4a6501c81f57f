"""Training from the window: a child process that reports, stays silent, writes nonsense, dies or does not stop."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QProgressBar, QSpinBox, QTreeWidget
from pytestqt.qtbot import QtBot

from digitvision.files import log_path
from digitvision.recognition.models.model_library import ModelLibrary
from digitvision.recognition.models.model_store import ModelStore
from digitvision.ui.train.train_tab import TrainTab
from digitvision.ui.train.training_data import TrainingData
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import button, labels, named, rows
from tests.ui.train.training_child import (
    COMPLETES,
    DIES,
    FAILS,
    FLOODS_STDERR,
    KEEPS_WHAT_IT_HAD,
    NEVER_SPEAKS,
    TALKS_NONSENSE,
    WAITS_TO_BE_STOPPED,
    child,
)
from tests.ui.train.training_tab import name_line, press, wait_until_idle
from tests.ui.windows import PATIENCE_MS

__all__ = ["child"]


def test_a_training_shows_its_progress_and_its_outcome(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(COMPLETES)

    press(tab, "Train")
    assert not button(tab, "Train").isEnabled()
    assert button(tab, "Cancel").isEnabled()
    wait_until_idle(tab, qtbot)

    epochs = rows(named(tab, QTreeWidget, "Finished epochs"))
    assert epochs == [["1", "0.4000", "0.3000", "90.00 %", "95.00 %", "61 s"]]
    progress = named(tab, QProgressBar, "Progress of the training")
    assert progress.value() == progress.maximum()
    assert "99.11 %" in tab.notice.text
    assert not button(tab, "Cancel").isEnabled()


def test_the_child_gets_the_settings_of_the_form(tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot) -> None:
    arguments = child(COMPLETES)
    name = name_line(tab)
    name.setText("ein Modell äöü")
    next(box for box in tab.findChildren(QSpinBox) if box.isVisible()).setValue(3)

    press(tab, "Train")
    wait_until_idle(tab, qtbot)

    received = json.loads(arguments.read_text())
    assert received[0] == "train"
    assert received[received.index("--name") + 1] == "ein Modell äöü"
    assert received[received.index("--epochs") + 1] == "3"
    assert received[received.index("--data") + 1] == "mnist"
    assert received[received.index("--architecture") + 1] == "cnn"
    assert received[received.index("--progress") + 1] == "jsonl"
    assert "--stop-at-eof" in received


def test_a_batch_moves_the_bar_and_shows_the_time_left(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child("started(); batch(5)\nsys.stdin.readline(); end('cancelled')")

    press(tab, "Train")
    progress = named(tab, QProgressBar, "Progress of the training")
    qtbot.waitUntil(lambda: progress.value() > 0, timeout=PATIENCE_MS)

    assert progress.value() / progress.maximum() == pytest.approx(0.25)
    (status,) = [text for text in labels(tab.window()) if text.startswith("Training: ")]
    assert status == f"Training: {progress.text()}"
    assert any("3 min 20 s left · 1,235 samples/s" in text and "25.00 %" in text for text in labels(tab))
    assert "Held out: 6,000 samples (3 of 30 writers)" in labels(tab)
    press(tab, "Cancel")
    wait_until_idle(tab, qtbot)


def test_cancel_asks_the_child_to_stop_and_offers_the_best_epoch_so_far(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(WAITS_TO_BE_STOPPED)
    press(tab, "Train")
    qtbot.waitUntil(lambda: "Training 225,034" in " ".join(labels(tab)), timeout=PATIENCE_MS)

    press(tab, "Cancel")
    wait_until_idle(tab, qtbot)

    assert tab.notice.text == "“mine” is the best so far."
    assert button(tab, "Use “mine”").isEnabled()


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (FAILS, "There is not enough room on the disk."),
        (DIES, "The training ended unexpectedly; the log says more: {log}"),
        (NEVER_SPEAKS, "The training ended unexpectedly; the log says more: {log}"),
    ],
    ids=["fails", "dies", "never speaks"],
)
def test_a_training_that_fails_says_why_in_one_sentence(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot, script: str, sentence: str
) -> None:
    child(script)

    press(tab, "Train")
    wait_until_idle(tab, qtbot)

    assert tab.notice.text == sentence.replace("{log}", str(log_path()))
    assert any("The training of" in text and text.endswith("failed.") for text in labels(tab))


def test_what_was_wrong_with_the_data_goes_when_other_data_is_chosen(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(FAILS)
    (data,) = tab.findChildren(TrainingData)
    data.add("/nowhere/letters.npz")
    press(tab, "Train")
    assert not button(tab, "Take off").isEnabled()
    wait_until_idle(tab, qtbot)
    assert tab.notice.text == "There is not enough room on the disk."

    button(tab, "Take off").click()

    assert tab.notice.text == ""


def test_a_training_that_fails_may_have_kept_its_best_epoch(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(KEEPS_WHAT_IT_HAD)

    press(tab, "Train")
    wait_until_idle(tab, qtbot)

    assert tab.notice.text == "Lost; epoch 1 was kept."
    assert any("The training of" in text and text.endswith("failed.") for text in labels(tab))
    assert button(tab, "Use “mine”").isEnabled()


@pytest.mark.parametrize("script", [TALKS_NONSENSE, FLOODS_STDERR], ids=["nonsense", "flood"])
def test_nonsense_among_the_lines_of_the_child_is_ignored(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot, script: str
) -> None:
    child(script)

    press(tab, "Train")
    wait_until_idle(tab, qtbot)

    assert "“mine” is trained" in tab.notice.text


def test_a_program_that_cannot_be_started_is_one_sentence(
    tab: TrainTab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("digitvision.ui.train.training_worker.program_command", lambda: [str(tmp_path / "nothing")])

    press(tab, "Train")
    wait_until_idle(tab, qtbot)

    assert "The training cannot be started" in tab.notice.text


def test_a_pause_and_its_end_reach_the_child(tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot) -> None:
    child(
        "started()\nassert sys.stdin.readline() == 'pause\\n'\nbatch(3)\n"
        "assert sys.stdin.readline() == 'go on\\n'\nepoch()\nend('completed', model='mine', test_accuracy=0.5)"
    )
    press(tab, "Train")
    progress = named(tab, QProgressBar, "Progress of the training")
    press(tab, "Pause")
    qtbot.waitUntil(lambda: progress.value() > 0, timeout=PATIENCE_MS)
    assert button(tab, "Go on").isEnabled()
    press(tab, "Go on")
    wait_until_idle(tab, qtbot)

    assert "50.00 %" in tab.notice.text
    assert not button(tab, "Pause").isEnabled()


def test_a_pause_looks_like_one_and_has_no_time_left(tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot) -> None:
    child(
        "started(); batch(5)\nassert sys.stdin.readline() == 'pause\\n'\nbatch(6)\n"
        "assert sys.stdin.readline() == 'go on\\n'\nbatch(7); sys.stdin.readline(); end('cancelled')"
    )
    press(tab, "Train")
    progress = named(tab, QProgressBar, "Progress of the training")
    qtbot.waitUntil(lambda: progress.value() == 250, timeout=PATIENCE_MS)
    assert any(" left " in text for text in labels(tab))

    press(tab, "Pause")
    # A batch that was under way is still reported.
    qtbot.waitUntil(lambda: progress.value() == 300, timeout=PATIENCE_MS)
    assert any(text.startswith("Paused in epoch 1 of 2") for text in labels(tab))
    assert not any(" left " in text for text in labels(tab))
    assert progress.text().startswith("Paused")

    press(tab, "Go on")
    qtbot.waitUntil(lambda: progress.value() == 350, timeout=PATIENCE_MS)
    assert any(" left " in text for text in labels(tab))
    press(tab, "Cancel")
    wait_until_idle(tab, qtbot)
    assert not progress.isVisible()


def test_no_time_left_is_shown_before_it_is_known(tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot) -> None:
    child("started(); batch(4, eta_is_known=False)\nsys.stdin.readline(); end('cancelled')")
    press(tab, "Train")
    qtbot.waitUntil(lambda: any("Epoch 1 of 2" in text for text in labels(tab)), timeout=PATIENCE_MS)

    assert not any(" left " in text for text in labels(tab))
    press(tab, "Cancel")
    wait_until_idle(tab, qtbot)


def test_a_model_of_the_same_name_is_replaced_by_a_clear_yes_only(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    ModelLibrary(ModelStore()).duplicate("classic", "mine")
    arguments = child(
        "started(); end('completed', model='mine', test_accuracy=0.5, message='Saved.', earlier='mine earlier')"
    )
    name_line(tab).setText("mine")

    press(tab, "Train")
    assert tab.notice.text == (
        "There is a model “mine” already. Choose another name, or replace it: the old one is kept as “mine earlier”."
    )
    assert not arguments.exists()
    press(tab, "Replace")
    wait_until_idle(tab, qtbot)

    assert "The model that had this name is now “mine earlier”." in tab.notice.text
    assert name_line(tab).text() == "my model 1"


def test_the_name_of_a_shipped_model_is_refused(tab: TrainTab) -> None:
    name_line(tab).setText("digits")

    press(tab, "Train")

    assert "came with the program" in tab.notice.text
    assert button(tab, "Train").isEnabled()


def test_the_buttons_stay_in_sight_in_a_low_window(window: MainWindow, tab: TrainTab, qtbot: QtBot) -> None:
    window.resize(640, 480)
    qtbot.waitUntil(lambda: window.height() <= 480 or window.minimumHeight() > 480, timeout=PATIENCE_MS)

    for text in ("Train", "Pause", "Cancel"):
        found = button(tab, text)
        assert tab.rect().contains(found.mapTo(tab, found.rect().bottomRight()))
        assert found.visibleRegion().boundingRect() == found.rect()


def test_a_second_training_follows_the_first(tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot) -> None:
    for script, sentence in ((FAILS, "disk"), (COMPLETES, "is trained"), (DIES, "unexpectedly")):
        child(script)
        press(tab, "Train")
        wait_until_idle(tab, qtbot)
        assert sentence in tab.notice.text


@pytest.mark.parametrize("name", ["", "  ", "../evil", "a/b", "con", ".hidden", "classic"])
def test_an_unusable_name_is_refused_before_anything_starts(tab: TrainTab, name: str) -> None:
    line = name_line(tab)
    line.setText(name)

    press(tab, "Train")

    assert tab.notice.text.endswith(".")
    assert button(tab, "Train").isEnabled()
    assert line.hasFocus()
