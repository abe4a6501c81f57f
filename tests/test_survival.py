"""The program survives closing at bad moments, kills, and a second instance."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitvision.ink.inkml import read_inkml
from digitvision.ui.settings import SettingsStore
from tests.ink.drawings import sample_path

# Far above what it takes, so that a busy machine does not fail a test.
_LIMIT_S = 120

_BUSY_WINDOWS = """
import os, sys, warnings
from pathlib import Path
import ai_edge_litert.interpreter
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox
import digitvision.ui.window.main_window
from digitvision.app import open_window
from digitvision.ink.inkml import read_inkml
from digitvision.ui.automation.waiting import wait_until

def close_while_busy(file, after_ms):
    QMessageBox.exec = lambda box: QMessageBox.StandardButton.Discard.value
    application, window = open_window()
    window.show()
    window.start()
    wait_until(lambda: window.model is not None, limit_s=60, what="the model")
    drawing = read_inkml(Path(file)).drawing
    busy = QTimer()
    busy.timeout.connect(lambda: [window.document.add_stroke(stroke) for stroke in drawing.strokes])
    busy.start(0)
    QTimer.singleShot(int(after_ms), window.close)
    sys.exit(application.exec())

# NumPy has threads, of which Python warns; none of them does anything yet.
warnings.simplefilter("ignore", DeprecationWarning)
*others, last = zip(sys.argv[1::2], sys.argv[2::2])
for one in others:
    child = os.fork()
    if not child:
        close_while_busy(*one)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
close_while_busy(*last)
"""
"""Each window has a process of its own, which is forked where there are several: they share the imports."""

_SAVING = """
import sys
from pathlib import Path
from digitvision.files import write_atomically
from digitvision.ink.inkml import inkml_bytes, read_inkml
from digitvision.ui.settings import SettingsStore

contents = [inkml_bytes(read_inkml(Path(name)).drawing) for name in sys.argv[2:]]
settings = SettingsStore()
print("saving", flush=True)
number = 0
while True:
    number += 1
    write_atomically(Path(sys.argv[1]), contents[number % len(contents)])
    settings.change(pen_width=float(4 + number % 50))
    settings.write()
"""

_TRAINING_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from digitvision.app import open_window

application, window = open_window()
window.show()
window.start()
children = lambda: {c for t in Path("/proc/self/task").iterdir() for c in (t / "children").read_text().split()}
before = children()
window.train_tab.start()

def tell():
    new = children() - before
    if new:
        print(*new, flush=True)
        teller.stop()

teller = QTimer()
teller.timeout.connect(tell)
teller.start(20)
sys.exit(application.exec())
"""


def _start(script: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=Path(__file__).parent.parent,
    )


def _kill(child: "subprocess.Popen[str]") -> None:
    child.kill()
    child.communicate()


@pytest.mark.slow
def test_closing_while_recognition_is_busy_ends_in_order_every_time() -> None:
    closings = [(str(sample_path(number % 10)), str(number * 7)) for number in range(20)]
    groups = [closings[:1], closings[1:]] if hasattr(os, "fork") else [[one] for one in closings]
    for group in groups:
        with _start(_BUSY_WINDOWS, *itertools.chain(*group)) as child:
            out, errors = child.communicate(timeout=_LIMIT_S)

        assert [*out.split(), str(child.returncode)] == ["0"] * len(group), errors
        assert errors == ""


@pytest.mark.slow
def test_a_kill_during_a_save_leaves_whole_files(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "drawing.inkml"
    sources = [sample_path(1), sample_path(8)]
    whole = [read_inkml(source).drawing for source in sources]
    sizes = set()
    for number in range(12):
        with _start(_SAVING, str(path), *map(str, sources)) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "saving\n"
            time.sleep(0.03 + 0.013 * number)
            _kill(child)

        found = read_inkml(path).drawing
        assert found in whole
        sizes.add(found.sample_count)
        store = SettingsStore()
        assert store.problem == ""
        assert 4 <= store.values.pen_width <= 60
    assert list(home.glob("settings.damaged*")) == []
    print(f"drawings found after 12 kills: {len(sizes)} of 2 different ones")


@pytest.mark.slow
def test_two_programs_at_once_share_a_user_folder(home: Path) -> None:
    command = [sys.executable, "-m", "digitvision", "gui", "--report-startup"]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    children = [subprocess.Popen(command, encoding="utf-8", **pipes) for _ in range(2)]  # type: ignore[call-overload]
    outputs = [child.communicate(timeout=_LIMIT_S) for child in children]

    for child, (out, errors) in zip(children, outputs, strict=True):
        assert child.returncode == 0, errors
        # Two that start at once may have their model before the system has them paint.
        assert set(out.splitlines()[:2]) == {"window", "ready"}
        assert errors == ""
    assert SettingsStore().problem == ""
    assert json.loads((home / "settings.json").read_text("utf-8"))["format"] == "digitvision-settings"


@pytest.fixture
def orphans() -> Iterator[list[int]]:
    """Ids of processes that are ended after the test if they still run."""
    processes: list[int] = []
    yield processes
    for process in processes:
        if _runs(process):
            os.kill(process, signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the processes are found in Linux's /proc")
@pytest.mark.parametrize("after_s", [0.1, 2.0, 6.0])
def test_a_training_ends_by_itself_when_its_window_is_killed(after_s: float, orphans: list[int]) -> None:
    with _start(_TRAINING_WINDOW) as window:
        assert window.stdout is not None
        orphans.extend(int(process) for process in window.stdout.readline().split())
        assert orphans
        time.sleep(after_s)
        assert all(_runs(process) for process in orphans)
        window.kill()
        window.wait()
        begun = time.monotonic()

        while any(_runs(process) for process in orphans) and time.monotonic() - begun < _LIMIT_S:
            time.sleep(0.02)

    print(f"killed after {after_s} s: the training was gone {time.monotonic() - begun:.2f} s later")
    assert not any(_runs(process) for process in orphans)


def _runs(process: int) -> bool:
    try:
        state = Path("/proc", str(process), "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
