"""A script that stands in for the program's own command line, where the window starts it as a child process."""

import sys
from pathlib import Path

import pytest

JOBS = "digitvision.ui.jobs.child_process.program_command"
TRAINING = "digitvision.ui.train.training_worker.program_command"


def run_instead(
    monkeypatch: pytest.MonkeyPatch, folder: Path, script: str, *, command: str = JOBS, every_call: bool = False
) -> Path:
    """Have the window run a script where it would start the program.

    Args:
        monkeypatch: Takes it back at the end of the test.
        folder: Holds the script and its notes.
        script: Python source; `json`, `os`, `sys` and `time` are imported.
        command: Where the window looks the program up, `JOBS` or `TRAINING`.
        every_call: Whether the arguments of every call are noted, one a line, and not those of the last one alone.

    Returns:
        The file with the arguments, as JSON lists; it is there once the script has been started.
    """
    path, arguments = folder / "child.py", folder / "arguments.json"
    mode, end = ("a", "\n") if every_call else ("w", "")
    note = f"import json, os, sys, time\nopen({str(arguments)!r}, {mode!r}).write(json.dumps(sys.argv[1:]) + {end!r})\n"
    path.write_text(note + script, encoding="utf-8")
    monkeypatch.setattr(command, lambda: [sys.executable, str(path)])
    return arguments
