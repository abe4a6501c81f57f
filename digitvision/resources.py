"""Paths of the files that the program ships; all other modules find them through this one."""

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_path(*parts: str) -> Path:
    """Return the path of a shipped file, in a source tree, an installed wheel or a frozen bundle."""
    if hasattr(sys, "_MEIPASS"):
        root = Path(sys._MEIPASS) / "resources"
    elif (_PACKAGE / "_resources").is_dir():
        root = _PACKAGE / "_resources"
    else:
        root = _PACKAGE.parent / "resources"
    return root.joinpath(*parts)
