"""The page “How well it reads”: a child process that measures, fails, dies or is cancelled, on any data."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QFileDialog, QListWidget, QProgressBar, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from digitvision.files import log_path
from digitvision.ui.evaluation.evaluation_page import EvaluationPage
from digitvision.ui.evaluation.evaluation_results import EvaluationRequest
from digitvision.ui.window.main_window import MainWindow
from tests.leaks import LeakWatch
from tests.training.samples import picture_arrays, write_npz
from tests.ui.controls import button, choose, labels, named, plain, rows
from tests.ui.dialogs import Dialogs
from tests.ui.evaluation.evaluations import details, kept_evaluation, open_evaluation, write_details
from tests.ui.scripts import run_instead
from tests.ui.windows import PATIENCE_MS, WindowMaker

pytestmark = pytest.mark.usefixtures("only_classic")


_GONE_S = 3.0

_HEAD = """
import json, os, sys, time

def say(**event):
    sys.stdout.write(json.dumps(event) + "\\n")
    sys.stdout.flush()
def leave():
    path = sys.argv[sys.argv.index("--details") + 1]
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "w").write(MADE)
say(event="progress", step="answering", done=250, of=1000)
"""

_MEASURES = "leave(); say(event='completed', message='')"

_WAITS = "while True: time.sleep(0.05)"

_FAILS = "say(event='failed', message='Row 3 of “x” is damaged.'); sys.exit(1)"

_DIES = "sys.stderr.write('Killed\\n'); sys.stderr.flush(); os._exit(9)"

_LEAVES_NOTHING = "say(event='completed', message='')"

_TALKS_NONSENSE = "print('{' * 9000); print('[1]'); print('{\"event\": 5}'); print('\\u00ff'); " + _MEASURES


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Run this script instead of the ``evaluate`` command; return the file with its arguments."""

    def use(script: str) -> Path:
        return run_instead(monkeypatch, tmp_path, _HEAD + f"MADE = {json.dumps(details())!r}\n" + script)

    return use


@pytest.fixture
def page(window: MainWindow) -> EvaluationPage:
    return open_evaluation(window)


def _idle(page: EvaluationPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.running, timeout=PATIENCE_MS)


def test_a_page_without_figures_explains_what_measuring_does(page: EvaluationPage) -> None:
    assert any("Not measured yet" in text for text in labels(page))
    assert button(page, "Measure").isEnabled()
    assert not page.view.isVisible()


def test_a_measurement_shows_its_progress_and_its_figures(
    page: EvaluationPage, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    arguments = child("time.sleep(0.4)\n" + _MEASURES)

    button(page, "Measure").click()
    progress = named(page, QProgressBar, "Progress of the measurement")
    qtbot.waitUntil(lambda: progress.maximum() == 1000, timeout=PATIENCE_MS)
    assert progress.value() == 250
    assert "Reading the samples …" in labels(page)
    assert not button(page, "Measure").isEnabled()
    _idle(page, qtbot)

    received = json.loads(arguments.read_text())
    assert received[0] == "evaluate"
    assert received[received.index("--data") + 1] == "mnist"
    assert Path(received[received.index("--model") + 1]).name == "classic"
    assert "--stop-at-eof" in received
    assert "--alphabet" not in received
    assert "--robustness" not in received
    text = labels(page)
    for figure in ("99.60 %", "right, 98.98–99.84 %", "0.42 %", "97.5 %", "0.9876", "0.12 ms"):
        assert figure in text
    assert "MNIST test: 1,000 samples, measured on 2 January 2026" in text
    assert button(page, "Measure").isEnabled()
    assert not progress.isVisible()


def test_the_most_frequent_mistake_is_shown_with_its_drawings(
    page: EvaluationPage, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(_MEASURES)
    button(page, "Measure").click()
    _idle(page, qtbot)

    assert rows(named(page, QTreeWidget, "Most frequent mistakes")) == [["4", "9", "3"], ["7", "1", "1"]]
    assert page.view.matrix.current_cell == (4, 9)
    drawings = named(page, QListWidget, "Misread drawings")
    assert [drawings.item(row).text() for row in range(drawings.count())] == [
        "87.5 %\nnot sure",
        "87.5 %\nlikely",
        "87.5 %\nnot sure",
    ]
    assert "written by ann" in drawings.item(0).toolTip()
    worst = rows(named(page, QTreeWidget, "Classes, the worst first"))
    assert [row[0] for row in worst[:2]] == ["4", "7"]
    assert rows(named(page, QTreeWidget, "Junk")) == [["scribbles", "50", "0.9876", "90.00 %"]]


def test_the_list_and_the_matrix_go_together(page: EvaluationPage, child: Callable[[str], Path], qtbot: QtBot) -> None:
    child(_MEASURES)
    button(page, "Measure").click()
    _idle(page, qtbot)
    table = named(page, QTreeWidget, "Most frequent mistakes")
    drawings = named(page, QListWidget, "Misread drawings")

    second = table.topLevelItem(1)
    assert second is not None
    table.setCurrentItem(second)
    assert page.view.matrix.current_cell == (7, 1)
    assert drawings.count() == 1

    page.view.matrix.choose(2, 5)
    assert drawings.count() == 0
    assert "2 was never read as 5." in labels(page)
    assert table.currentItem() is None
    page.view.matrix.choose(3, 3)
    assert any(text.startswith("3 was read right 100 times") for text in labels(page))


def test_a_failure_is_not_said_of_other_data(
    page: EvaluationPage, child: Callable[[str], Path], qtbot: QtBot, tmp_path: Path
) -> None:
    child(_FAILS)
    button(page, "Measure").click()
    _idle(page, qtbot)
    assert page.notice.text

    choice = page.findChildren(QComboBox)[0]
    choice.addItem("other", str(tmp_path / "other.npz"))
    choice.setCurrentIndex(choice.count() - 1)
    choice.activated.emit(choice.count() - 1)

    assert page.notice.text == ""


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (_FAILS, "Row 3 of “x” is damaged."),
        (_DIES, "The measurement ended unexpectedly; the log says more: {log}"),
        (_LEAVES_NOTHING, "The measurement wrote no figures that belong to this model; measure again."),
    ],
    ids=["fails", "dies", "leaves nothing"],
)
def test_a_measurement_that_fails_says_why_and_can_be_tried_again(
    page: EvaluationPage, child: Callable[[str], Path], qtbot: QtBot, script: str, sentence: str
) -> None:
    child(script)
    button(page, "Measure").click()
    _idle(page, qtbot)

    assert page.notice.text == sentence.replace("{log}", str(log_path()))
    assert not page.view.isVisible()
    child(_MEASURES)
    button(page, "Measure again").click()
    _idle(page, qtbot)
    assert page.notice.text == ""
    assert page.view.isVisible()


def test_nonsense_among_the_lines_of_the_child_is_ignored(
    page: EvaluationPage, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(_TALKS_NONSENSE)

    button(page, "Measure").click()
    _idle(page, qtbot)

    assert page.notice.text == ""
    assert page.view.isVisible()


def test_a_program_that_cannot_be_started_is_one_sentence(
    page: EvaluationPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("digitvision.ui.jobs.child_process.program_command", lambda: [str(tmp_path / "nothing")])

    button(page, "Measure").click()
    _idle(page, qtbot)

    assert "The measurement cannot be started" in page.notice.text


def test_cancelling_ends_the_child_and_keeps_what_was_measured_before(
    page: EvaluationPage, child: Callable[[str], Path], qtbot: QtBot
) -> None:
    child(_MEASURES)
    button(page, "Measure").click()
    _idle(page, qtbot)
    child(_WAITS)
    button(page, "Measure").click()
    progress = named(page, QProgressBar, "Progress of the measurement")
    qtbot.waitUntil(lambda: progress.value() == 250, timeout=PATIENCE_MS)
    assert page.view.isVisible()

    button(page, "Cancel").click()
    _idle(page, qtbot)

    assert "Cancelled." in labels(page)
    assert page.notice.text == ""
    assert page.view.isVisible()
    assert kept_evaluation().is_file()


@pytest.mark.parametrize("waited_ms", [0, 400])
def test_closing_during_a_measurement_leaves_no_process(
    make_window: WindowMaker, child: Callable[[str], Path], qtbot: QtBot, waited_ms: int
) -> None:
    child(_WAITS)
    watch = LeakWatch()
    with watch.recording():
        window = make_window()
        page = open_evaluation(window)
        button(page, "Measure").click()
        qtbot.wait(waited_ms)

        begun = time.monotonic()
        window.close()
        passed_s = time.monotonic() - begun

    assert [sentence for sentence in watch.left(grace_s=0) if "Timer" not in sentence] == []
    assert passed_s < _GONE_S


def _choose_data(page: EvaluationPage, entry: str) -> None:
    """Choose an entry of the menu for other data."""
    other = button(page, "Other data")
    assert isinstance(other, QPushButton)
    (action,) = [one for one in other.menu().actions() if plain(one.text()) == entry]
    action.trigger()


def test_data_from_a_file_is_measured_and_kept_apart(
    page: EvaluationPage, child: Callable[[str], Path], dialogs: Dialogs, tmp_path: Path, qtbot: QtBot
) -> None:
    write_details(kept_evaluation())
    arguments = child(_MEASURES)
    data = page.findChildren(QComboBox)[0]
    dialogs.open_from(None)
    _choose_data(page, "A file …")
    assert data.currentData() == "mnist"

    dialogs.open_from(tmp_path / "mine.npz")
    _choose_data(page, "A file …")
    assert data.currentText() == "mine.npz"
    button(page, "Measure").click()
    _idle(page, qtbot)

    received = json.loads(arguments.read_text())
    assert received[received.index("--data") + 1] == str(tmp_path / "mine.npz")
    assert Path(received[received.index("--details") + 1]) != kept_evaluation()
    assert len(list(kept_evaluation().parent.iterdir())) == 2


def test_data_from_a_folder_is_offered(page: EvaluationPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))

    _choose_data(page, "A folder …")
    _choose_data(page, "A folder …")

    data = page.findChildren(QComboBox)[0]
    assert data.currentData() == str(tmp_path)
    assert data.count() == 2


def test_own_drawings_are_offered_as_soon_as_there_are_any(window: MainWindow, home: Path) -> None:
    page = open_evaluation(window)
    data = page.findChildren(QComboBox)[0]
    assert data.findData("drawings") < 0

    (home / "drawings" / "7").mkdir(parents=True)
    choose(window, "Draw")
    choose(window, "Model")

    assert data.findData("drawings") >= 0


def test_alphabet_and_robustness_are_passed_to_the_child() -> None:
    request = EvaluationRequest("folder", alphabet="upper", robustness=True)

    received = request.arguments()

    assert received[received.index("--alphabet") + 1] == "upper"
    assert "--robustness" in received
    assert EvaluationRequest("folder", alphabet="lower").path != request.path
    assert EvaluationRequest("folder", alphabet="upper").path == request.path


@pytest.mark.slow
def test_a_real_measurement_gives_figures(window: MainWindow, dialogs: Dialogs, tmp_path: Path, qtbot: QtBot) -> None:
    page = open_evaluation(window)
    few = write_npz(tmp_path / "few.npz", picture_arrays(400))
    dialogs.open_from(few)
    _choose_data(page, "A file …")

    button(page, "Measure").click()
    qtbot.waitUntil(lambda: not page.running, timeout=120_000)

    assert page.notice.text == ""
    assert "few: 400 samples" in " ".join(labels(page))
    assert page.view.matrix.isVisible()


@pytest.mark.slow
@pytest.mark.parametrize("after_s", [0.0, 0.5, 2.0])
def test_closing_during_a_real_measurement_leaves_no_process(
    make_window: WindowMaker, qtbot: QtBot, after_s: float
) -> None:
    watch = LeakWatch()
    with watch.recording():
        window = make_window()
        page = open_evaluation(window)
        button(page, "Measure").click()
        qtbot.wait(int(after_s * 1000))
        window.close()

    assert [sentence for sentence in watch.left(grace_s=0) if "Timer" not in sentence] == []
