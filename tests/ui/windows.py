"""What tests that make windows have in common."""

from collections.abc import Callable
from typing import Final

from digitvision.ui.window.main_window import MainWindow

PATIENCE_MS: Final = 20_000
"""Far above what anything takes, so that a busy machine does not fail a test."""

SHORT_PATIENCE_MS: Final = 400
"""Pause before a hint at another reading, where the fixture `impatient_hints` is used."""

WindowMaker = Callable[..., MainWindow]
"""The fixture `make_window`; the arguments are the command line's."""
