"""The window starts and is ready to answer without importing the slow libraries, in a process of its own."""

import json
import subprocess
import sys

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
    assert json.loads(report)["modules"] == dict.fromkeys(("tensorflow", "keras", "sympy", "ziamath"), False)
    assert run.stderr == ""
