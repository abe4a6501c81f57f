"""The detector of leaks names everything that still runs after a test, and nothing else."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QProcess, QThread, QTimer
from pytestqt.qtbot import QtBot

from tests.leaks import LeakWatch

_SLEEPER = [sys.executable, "-c", "input()"]


def test_a_running_python_thread_is_named() -> None:
    watch = LeakWatch()
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="straggler")
    with watch.recording():
        thread.start()

    left = watch.left(grace_s=0)
    stop.set()
    thread.join()

    assert left == ["thread “straggler”"]
    assert watch.left(grace_s=0) == []


def test_a_thread_about_to_end_is_waited_for() -> None:
    watch = LeakWatch()
    thread = threading.Timer(0.05, lambda: None)
    thread.start()

    assert watch.left() == []
    thread.join()


def test_a_running_qthread_is_named_with_the_line_that_started_it(qtbot: QtBot) -> None:
    watch = LeakWatch()
    thread = QThread()
    with watch.recording():
        thread.start()

    left = watch.left(grace_s=0)
    thread.quit()
    thread.wait()

    assert len(left) == 1
    assert left[0].startswith(f"QThread started at {__file__}:")
    assert watch.left(grace_s=0) == []


def test_an_active_timer_is_named_until_it_is_stopped_or_deleted(qtbot: QtBot) -> None:
    watch = LeakWatch()
    owner = QObject()
    with watch.recording():
        stopped = QTimer()
        stopped.start(60_000)
        deleted = QTimer(owner)
        deleted.start(60_000)
        QTimer.singleShot(0, owner, lambda: None)

    assert len(watch.left(grace_s=0)) == 2
    stopped.stop()
    assert len(watch.left(grace_s=0)) == 1
    owner.deleteLater()
    assert watch.left(grace_s=0) == []


def test_a_child_process_is_named() -> None:
    watch = LeakWatch()
    with watch.recording():
        child = subprocess.Popen(_SLEEPER, stdin=subprocess.PIPE)

    left = watch.left(grace_s=0)
    child.communicate(b"\n")

    assert any(sentence.startswith("Popen started at") for sentence in left)
    assert watch.left() == []


def test_a_child_process_of_qt_is_named(qtbot: QtBot) -> None:
    watch = LeakWatch()
    child = QProcess()
    with watch.recording():
        child.start(_SLEEPER[0], _SLEEPER[1:])
        assert child.waitForStarted()

    left = watch.left(grace_s=0)
    child.write(b"\n")
    assert child.waitForFinished()

    assert any(sentence.startswith("QProcess started at") for sentence in left)
    assert watch.left() == []


def test_a_program_that_could_not_be_started_is_no_leak() -> None:
    watch = LeakWatch()
    with watch.recording(), pytest.raises(FileNotFoundError) as kept:
        subprocess.Popen(["no-such-program"])

    assert kept.value.filename == "no-such-program"
    assert watch.left(grace_s=0) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the system has no list of children")
def test_a_child_that_nobody_recorded_is_found_by_the_system() -> None:
    watch = LeakWatch()
    child = subprocess.Popen(_SLEEPER, stdin=subprocess.PIPE)

    left = watch.left(grace_s=0)
    child.communicate(b"\n")

    assert left == [f"child process {child.pid}"]


@pytest.mark.slow
def test_a_test_that_leaks_fails(tmp_path: Path) -> None:
    project = Path(__file__).parent.parent
    (tmp_path / "test_leaking.py").write_text(
        "import threading\n"
        "def test_leaking():\n"
        "    threading.Thread(target=threading.Event().wait, name='left', daemon=True).start()\n"
    )
    (tmp_path / "conftest.py").write_text("from tests.conftest import _nothing_left_running\n")

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", str(tmp_path), "--rootdir", str(tmp_path)],
        cwd=project,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 1, run.stdout + run.stderr
    assert "The test left something running: thread “left”" in run.stdout
