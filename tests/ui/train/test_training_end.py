"""While a training runs the window works; it is closed, stays or goes on by itself as the user says."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from digitvision.ui.train.train_tab import TrainTab
from digitvision.ui.window.main_window import MainWindow
from tests.leaks import LeakWatch
from tests.ui.controls import choose, labels
from tests.ui.dialogs import Dialogs
from tests.ui.hand import DIAGONAL, write
from tests.ui.train.training_child import HEARS_NOTHING, WAITS_TO_BE_STOPPED, child
from tests.ui.train.training_tab import GONE_S, press, wait_until_idle
from tests.ui.windows import PATIENCE_MS, WindowMaker

__all__ = ["child"]


def test_the_canvas_works_while_a_training_runs(
    window: MainWindow, tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(WAITS_TO_BE_STOPPED)
    press(tab, "Train")
    choose(window, "Draw")
    write(window.draw_tab.canvas, DIAGONAL)
    qtbot.waitUntil(lambda: window.draw_tab.reading is not None, timeout=PATIENCE_MS)

    choose(window, "Train")
    press(tab, "Cancel")
    wait_until_idle(tab, qtbot)


@pytest.mark.parametrize("script", [WAITS_TO_BE_STOPPED, HEARS_NOTHING], ids=["obeys", "hears nothing"])
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
    child(WAITS_TO_BE_STOPPED)
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
    child(HEARS_NOTHING)
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
