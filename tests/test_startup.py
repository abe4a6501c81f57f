"""The window starts and is ready to answer without importing the slow libraries, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

# Far above what it takes (a second or two), so that a busy machine does not fail the test.
_LIMIT_S = 120


@pytest.mark.slow
def test_the_window_gets_ready_without_the_slow_libraries() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "digitvision", "gui", "--report-startup"],
        capture_output=True,
        encoding="utf-8",
        timeout=_LIMIT_S,
    )

    assert run.returncode == 0, run.stderr
    *steps, report = run.stdout.splitlines()
    assert steps == ["window", "ready"]
    assert json.loads(report)["modules"] == dict.fromkeys(("tensorflow", "keras", "sympy", "pint", "ziamath"), False)
    assert run.stderr == ""


@pytest.mark.slow
def test_without_a_log_nothing_that_is_meant_for_it_goes_to_the_terminal(home: Path) -> None:
    # As with a folder that cannot be written.
    (home / "logs").write_text("no folder", encoding="utf-8")
    code = "import logging; from digitvision.app import start_logging; start_logging(); logging.warning('a word')"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert done.stderr == ""


@pytest.mark.slow
def test_the_windows_modules_bring_along_nothing_that_speaks_to_the_network() -> None:
    # Writing XML by Python's `xml.sax.saxutils` would: its 43 ms were a twentieth of the whole start.
    code = (
        "import sys, digitvision.ui.window.main_window as _; print(sorted({'http.client', 'ssl'} & sys.modules.keys()))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=_LIMIT_S, check=True)

    assert done.stdout.strip() == "[]"
