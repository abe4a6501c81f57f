"""A window that keeps what is drawn, and its journals' folder: modules that import both as fixtures work with it."""

from pathlib import Path

import pytest

from digitvision.ui.window.main_window import MainWindow
from tests.ui.hand import stroke
from tests.ui.windows import WindowMaker

MORE = stroke((500, 500), (600, 600))


@pytest.fixture
def folder(home: Path) -> Path:
    """The folder of the journals."""
    return home / "journal"


@pytest.fixture
def window(make_window: WindowMaker, folder: Path) -> MainWindow:
    """A window that keeps what is drawn."""
    return make_window(journal=folder)
