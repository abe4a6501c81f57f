"""Stopped trainings: found at the next start, and gone on with, used or forgotten in the Train tab."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QTabBar, QTreeWidget
from pytestqt.qtbot import QtBot

from digitvision.files import holding
from digitvision.training.run.checkpoint import lock_file
from digitvision.ui.train.stopped_page import StoppedPage
from digitvision.ui.train.stopped_trainings import first_news, remember_news, stopped_trainings
from digitvision.ui.train.train_tab import TrainTab
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import button, choose, labels, named, plain, rows
from tests.ui.scripts import TRAINING, run_instead
from tests.ui.train.stopped import leave_stopped
from tests.ui.train.training_tab import name_line, wait_until_idle
from tests.ui.windows import PATIENCE_MS, WindowMaker

_SAY = """
def say(**event):
    sys.stdout.write(json.dumps(event) + "\\n")
    sys.stdout.flush()
say(event="started", samples=54, classes=10, parameters=22, held_out=6, split=["a tenth at random"])
"""
_END = "say(event='completed', model='mine', test_accuracy=0.97, message='Saved.')"
_COMPLETES = _SAY + _END
_FAILS = (
    "sys.stdout.write(json.dumps(dict(event='failed', model=None, test_accuracy=None, message='Other data.')) + '\\n')"
)


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Run this script instead of the ``train`` command; return the file with its arguments."""
    return lambda script: run_instead(monkeypatch, tmp_path, script, command=TRAINING)


def _open_stopped(tab: TrainTab) -> StoppedPage:
    bar = named(tab, QTabBar, "Pages of the training")
    bar.setCurrentIndex(3)
    (page,) = tab.findChildren(StoppedPage)
    assert page.isVisible()
    return page


def _listed(page: StoppedPage) -> list[str]:
    return [row[0] for row in rows(named(page, QTreeWidget, "Stopped trainings"))]


def test_stopped_trainings_are_found_without_those_under_way_and_damaged_ones(home: Path) -> None:
    leave_stopped("mine", epochs=10, finished=3)
    leave_stopped("under way")
    damaged = home / "training" / "damaged"
    damaged.mkdir()
    (damaged / "checkpoint.npz").write_bytes(b"PK\x05\x06nothing")
    (home / "training" / "empty").mkdir()

    with holding(lock_file("under way")):
        (found,) = stopped_trainings()
    assert (found.name, found.epoch, found.epochs) == ("mine", 3, 10)
    assert found.best_accuracy == pytest.approx(0.93)
    assert found.settings["batch_size"] == 64
    assert {one.name for one in stopped_trainings()} == {"mine", "under way"}


def test_news_of_a_stopped_training_is_told_once(home: Path) -> None:
    leave_stopped("mine", finished=3)
    found = first_news()
    assert found is not None
    assert found.name == "mine"
    assert first_news() is not None, "it was found, but not shown yet"
    remember_news()
    assert first_news() is None

    # It has gone on meanwhile, and stopped again.
    leave_stopped("mine", finished=4)
    found = first_news()
    assert found is not None
    assert found.epoch == 4


def test_the_window_says_at_its_start_that_a_training_stopped_and_goes_on_with_it(
    make_window: WindowMaker, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    leave_stopped("mine", epochs=10, finished=3)
    arguments = child(_COMPLETES)
    window = make_window()
    qtbot.waitUntil(lambda: bool(window.notice.text), timeout=PATIENCE_MS)
    assert window.notice.text == "The training “mine” stopped after epoch 3 of 10."

    button(window, "Go on").click()

    tab = window.train_tab
    assert tab.isVisible()
    wait_until_idle(tab, qtbot)
    assert json.loads(arguments.read_text())[:4] == ["train", "--resume", "--name", "mine"]
    assert "“mine” is trained" in tab.notice.text


def test_the_page_lists_what_is_stopped_and_goes_on_with_the_epochs_before(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    leave_stopped("mine", epochs=10, finished=3, batch_size=32)
    child(_SAY + "sys.stdin.readline(); say(event='cancelled', model=None, test_accuracy=None, message='')")
    (page,) = tab.findChildren(StoppedPage)
    page.list_trainings()
    _open_stopped(tab)
    assert rows(named(page, QTreeWidget, "Stopped trainings"))[0][:3] == ["mine", "3 of 10", "93.00 %"]
    assert named(tab, QTabBar, "Pages of the training").tabText(3) == "Stopped (1)"

    (go_on,) = [one for one in page.findChildren(QAbstractButton) if plain(one.text()) == "Go on"]
    go_on.click()
    qtbot.waitUntil(lambda: "Training 22" in " ".join(labels(tab)), timeout=PATIENCE_MS)

    assert name_line(tab).text() == "mine"
    assert [row[0] for row in rows(named(tab, QTreeWidget, "Finished epochs"))] == ["1", "2", "3"]
    button(tab, "Cancel").click()
    wait_until_idle(tab, qtbot)
    # It is still there, and goes on by the button beside Train, too.
    assert "Stopped after epoch 3 of 10." in labels(tab)
    assert button(tab, "Go on").isEnabled()
    assert "“mine”" in button(tab, "Go on").toolTip()
    assert first_news() is None

    # And so it does after another start has failed.
    child(_FAILS)
    button(tab, "Train").click()
    wait_until_idle(tab, qtbot)
    assert tab.notice.text == "Other data."
    assert button(tab, "Go on").isEnabled()
    assert "“mine”" in button(tab, "Go on").toolTip()


def test_what_a_stopped_training_has_is_saved_and_used(
    window: MainWindow, tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    leave_stopped("mine", epochs=10, finished=3)
    arguments = child(_COMPLETES)
    (page,) = tab.findChildren(StoppedPage)
    page.list_trainings()
    _open_stopped(tab)

    with qtbot.waitSignal(tab.model_wanted, timeout=PATIENCE_MS) as wanted:
        button(page, "Use what it has").click()
    wait_until_idle(tab, qtbot)

    assert wanted.args == ["mine"]
    received = json.loads(arguments.read_text())
    assert received[received.index("--epochs") + 1] == "3"
    assert "--resume" in received


def test_a_training_that_was_forgotten_can_be_brought_back(tab: TrainTab, home: Path) -> None:
    leave_stopped("mine")
    leave_stopped("other")
    (page,) = tab.findChildren(StoppedPage)
    page.list_trainings()
    _open_stopped(tab)
    table = named(page, QTreeWidget, "Stopped trainings")
    first = _listed(page)[0]

    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert first not in _listed(page)
    assert page.notice.text == f"The stopped training “{first}” was forgotten."
    button(page, "Undo").click()
    assert sorted(_listed(page)) == ["mine", "other"]

    button(page, "Forget").click()
    button(page, "Forget").click()
    assert _listed(page) == []
    assert any("No training is stopped" in text for text in labels(page))
    page.shut_down()
    assert [entry.name for entry in (home / "training").iterdir()] == []


def test_a_start_that_fails_leaves_the_curves(tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot) -> None:
    figures = "loss=1, accuracy=0.5, validation_loss=1, validation_accuracy=0.5, seconds=1"
    child(f"{_SAY}say(event='epoch', epoch=1, {figures})\n{_END}")
    button(tab, "Train").click()
    wait_until_idle(tab, qtbot)
    assert len(rows(named(tab, QTreeWidget, "Finished epochs"))) == 1

    child(_FAILS)
    button(tab, "Train").click()
    wait_until_idle(tab, qtbot)

    assert tab.notice.text == "Other data."
    assert len(rows(named(tab, QTreeWidget, "Finished epochs"))) == 1


def test_the_name_of_a_stopped_training_is_asked_about(
    tab: TrainTab, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    leave_stopped("mine", epochs=10, finished=3)
    arguments = child(_COMPLETES)
    name_line(tab).setText("mine")

    button(tab, "Train").click()
    assert tab.notice.text == (
        "The training “mine” stopped after epoch 3 of 10 and can go on. Choose another name, or start anew: the old "
        "one is kept as “mine earlier”."
    )
    assert not arguments.exists()
    # The question is over as soon as the name is another one.
    name_line(tab).setText("mine too")
    assert tab.notice.text == ""

    name_line(tab).setText("mine")
    button(tab, "Train").click()
    button(tab, "Start anew").click()
    wait_until_idle(tab, qtbot)
    assert "--resume" not in json.loads(arguments.read_text())


def test_the_window_is_quiet_where_something_else_is_said(make_window: WindowMaker, qtbot: QtBot) -> None:
    leave_stopped("mine")
    window = make_window(start=False)
    window.notice.show_notice("Something urgent.", kind="warning")
    window.start()
    qtbot.waitUntil(lambda: window.settled, timeout=PATIENCE_MS)

    assert window.notice.text == "Something urgent."
    choose(window, "Train")
    assert named(window.train_tab, QTabBar, "Pages of the training").tabText(3) == "Stopped (1)"
