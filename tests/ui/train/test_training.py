"""Training from the window: a child process that reports, stays silent, writes nonsense, dies or does not stop."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QProgressBar, QSpinBox, QTreeWidget
from pytestqt.qtbot import QtBot

from digitvision.files import log_path
from digitvision.recognition.models.model_library import ModelLibrary
from digitvision.recognition.models.model_store import ModelStore
from digitvision.ui.train.train_tab import TrainTab
from digitvision.ui.train.training_data import TrainingData
from digitvision.ui.window.main_window import MainWindow
from tests.leaks import LeakWatch
from tests.ui.controls import button, choose, labels, named, rows
from tests.ui.dialogs import Dialogs
from tests.ui.hand import DIAGONAL, write
from tests.ui.scripts import TRAINING, run_instead
from tests.ui.train.training_tab import GONE_S, name_line, press, wait_until_idle
from tests.ui.windows import PATIENCE_MS, WindowMaker

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
    """Run this script instead of the ``train`` command; return the file with its arguments."""

    def use(script: str) -> Path:
        return run_instead(monkeypatch, tmp_path, _HEAD + script, command=TRAINING)

    return use


def test_a_training_shows_its_progress_and_its_outcome(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(_COMPLETES)

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
    arguments = child(_COMPLETES)
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
    child(_WAITS_TO_BE_STOPPED)
    press(tab, "Train")
    qtbot.waitUntil(lambda: "Training 225,034" in " ".join(labels(tab)), timeout=PATIENCE_MS)

    press(tab, "Cancel")
    wait_until_idle(tab, qtbot)

    assert tab.notice.text == "“mine” is the best so far."
    assert button(tab, "Use “mine”").isEnabled()


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (_FAILS, "There is not enough room on the disk."),
        (_DIES, "The training ended unexpectedly; the log says more: {log}"),
        (_NEVER_SPEAKS, "The training ended unexpectedly; the log says more: {log}"),
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
    child(_FAILS)
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
    child(_KEEPS_WHAT_IT_HAD)

    press(tab, "Train")
    wait_until_idle(tab, qtbot)

    assert tab.notice.text == "Lost; epoch 1 was kept."
    assert any("The training of" in text and text.endswith("failed.") for text in labels(tab))
    assert button(tab, "Use “mine”").isEnabled()


@pytest.mark.parametrize("script", [_TALKS_NONSENSE, _FLOODS_STDERR], ids=["nonsense", "flood"])
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
    child("started(); batch(2)\nsys.stdin.readline(); end('cancelled')")
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
    for script, sentence in ((_FAILS, "disk"), (_COMPLETES, "is trained"), (_DIES, "unexpectedly")):
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


def test_the_canvas_works_while_a_training_runs(
    window: MainWindow, tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(_WAITS_TO_BE_STOPPED)
    press(tab, "Train")
    choose(window, "Draw")
    write(window.draw_tab.canvas, DIAGONAL)
    qtbot.waitUntil(lambda: window.draw_tab.reading is not None, timeout=PATIENCE_MS)

    choose(window, "Train")
    press(tab, "Cancel")
    wait_until_idle(tab, qtbot)


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
        press(window.train_tab, "Train")
        qtbot.waitUntil(lambda: "Training 225,034" in " ".join(labels(window.train_tab)), timeout=PATIENCE_MS)

        begun = time.monotonic()
        window.close()
        passed_s = time.monotonic() - begun

    assert [sentence for sentence in watch.left(grace_s=0) if "Timer" not in sentence] == []
    assert passed_s < GONE_S


def test_the_window_stays_open_where_the_user_cancels_closing(
    make_window: WindowMaker, child: Callable[[str], Path], qtbot: QtBot, dialogs: Dialogs
) -> None:
    child(_WAITS_TO_BE_STOPPED)
    dialogs.answer(QMessageBox.StandardButton.Cancel)
    window = make_window()
    choose(window, "Train")
    press(window.train_tab, "Train")
    qtbot.waitUntil(lambda: "Training 225,034" in " ".join(labels(window.train_tab)), timeout=PATIENCE_MS)

    assert not window.close()

    assert window.isVisible()
    assert dialogs.asked == ["Let the training go on without the window?"]
    press(window.train_tab, "Cancel")
    wait_until_idle(window.train_tab, qtbot)


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
    press(window.train_tab, "Train")
    qtbot.waitUntil(lambda: "Training 225,034" in " ".join(labels(window.train_tab)), timeout=PATIENCE_MS)
    if paused:
        press(window.train_tab, "Pause")

    begun = time.monotonic()
    assert window.close()
    assert time.monotonic() - begun < GONE_S

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
        press(window.train_tab, "Train")
        window.close()

    assert [sentence for sentence in watch.left(grace_s=0) if "Timer" not in sentence] == []


def test_cancelling_right_after_the_start_ends(tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot) -> None:
    child("assert sys.stdin.readline() == 'stop\\n'\nend('cancelled')")

    press(tab, "Train")
    press(tab, "Cancel")
    wait_until_idle(tab, qtbot)

    assert "Cancelled." in labels(tab)
