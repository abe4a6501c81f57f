"""Starting this program as a child process, from a source tree, an installation or a bundle."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

FROZEN_CONSOLE_PROGRAM: Final = "digitvision-cli"
"""Name of the bundle's second executable: a windowed one has no standard output on Windows."""

NO_CONSOLE: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Creation flags of a child: on Windows they keep a console window from popping up; other systems have no such flag."""

CHILD_VARIABLES: Final[Mapping[str, str]] = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
"""Environment variables of every child: each of its lines reaches the parent at once, and in UTF-8."""


def program_command() -> list[str]:
    """Return the words of the command that starts this program; a sub-command and its options follow them."""
    if getattr(sys, "frozen", False):
        suffix = ".exe" if os.name == "nt" else ""
        return [str(Path(sys.executable).with_name(FROZEN_CONSOLE_PROGRAM + suffix))]
    return [sys.executable, "-m", "digitvision"]


def window_command() -> list[str]:
    """Return the words of the command that opens a window; its options follow them.

    In a bundle it is the executable that runs, because the one for the console would open a console as well.
    """
    if getattr(sys, "frozen", False):
        words = ["gui"] if Path(sys.executable).stem == FROZEN_CONSOLE_PROGRAM else []
        return [sys.executable, *words]
    return [*program_command(), "gui"]


def child_environment(**variables: str) -> dict[str, str]:
    """Return the environment of a child process: this process's, with `CHILD_VARIABLES` and the given variables."""
    return {**os.environ, **CHILD_VARIABLES, **variables}
