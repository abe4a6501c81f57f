"""The rooms and who may import whom, read from the source."""

from pathlib import Path

import pytest

from tests.imports import GROUND, ROOMS, breaches

PACKAGE = Path(__file__).parent.parent / "digitvision"
MODULES = sorted(PACKAGE.rglob("*.py"))
_LOOSE_NAMES = {"utils", "util", "helpers", "helper", "misc", "common"}


def _place(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=_place)
def test_a_module_imports_only_what_its_room_may(module: Path) -> None:
    assert breaches(_place(module), module.read_text(encoding="utf-8")) == []


def test_the_package_has_the_rooms_and_modules_of_the_design_and_no_others() -> None:
    rooms = {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").is_file()}
    modules = {module.stem for module in PACKAGE.glob("*.py")}

    assert rooms == ROOMS
    assert modules <= GROUND | {"__init__", "__main__", "app", "cli", "commandline", "commands"}


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [_place(module) for module in MODULES if module.stem in _LOOSE_NAMES] == []


@pytest.mark.parametrize("module", [module for module in MODULES if module.name == "__init__.py"], ids=_place)
def test_a_package_file_holds_no_code(module: Path) -> None:
    """So importing one module of a room never imports its neighbours."""
    assert "import" not in module.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("ink/raster.py", "import numpy as np\nfrom digitvision.ink.stroke import Drawing"),
        ("ink/inkml.py", "from digitvision.faults import Fault\nfrom digitvision import files"),
        ("ink/inkml.py", "from digitvision import __version__"),
        ("recognition/reader.py", "from digitvision.ink.stroke import Drawing"),
        ("recognition/reader.py", "def value():\n    import sympy\n    from ziamath import Math"),
        ("recognition/reader.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import keras"),
        ("training/trainer.py", "def train():\n    import keras\n    from tensorflow import lite"),
        ("training/trainer.py", "from digitvision.recognition.models.model_store import ModelStore"),
        ("ui/canvas.py", "from PySide6.QtGui import QPainter\nimport pyqtgraph"),
        ("app.py", "from digitvision.ui.window.main_window import MainWindow"),
        ("commands.py", "def train():\n    from digitvision.training.run.trainer import Trainer"),
    ],
)
def test_the_checker_allows_what_the_rules_allow(place: str, source: str) -> None:
    assert breaches(place, source) == []


@pytest.mark.parametrize(
    ("place", "source", "complaint"),
    [
        ("ink/raster.py", "from digitvision.recognition.reader import Reader", "ink may not"),
        ("ink/raster.py", "from digitvision import ui", "ink may not"),
        ("ink/raster.py", "import digitvision.app", "ink may not"),
        ("faults.py", "from digitvision.ink.stroke import Drawing", "faults may not"),
        ("recognition/reader.py", "def read():\n    from digitvision.training import trainer", "recognition may not"),
        ("recognition/reader.py", "def read():\n    import keras", "only training may"),
        ("recognition/reader.py", "import importlib\nimportlib.import_module('tensorflow')", "only training may"),
        ("recognition/reader.py", "from PySide6.QtCore import QObject", "only app and ui may"),
        ("training/trainer.py", "import keras", "outside a function"),
        ("ui/canvas.py", "def show():\n    import ziamath", "only recognition may"),
        ("recognition/reader.py", "import sympy", "outside a function"),
        ("training/trainer.py", "class Trainer:\n    from tensorflow import data", "outside a function"),
        ("training/trainer.py", "from digitvision.ui.canvas.canvas import Canvas", "training may not"),
        (
            "ui/train_tab.py",
            "class Tab:\n    def go(self):\n        import digitvision.training.run.trainer",
            "ui may not",
        ),
        (
            "ui/canvas.py",
            "try:\n    import tensorflow.lite as lite\nexcept ImportError:\n    pass",
            "only training may",
        ),
        ("ui/canvas.py", "if TYPE_CHECKING:\n    pass\nelse:\n    import keras", "only training may"),
        ("ui/canvas.py", "from . import undo", "imports relatively"),
        ("ui/canvas.py", "from digitvision.cli import main", "ui may not"),
        ("app.py", "from digitvision.training.run.trainer import Trainer", "app may not"),
        ("commands.py", "def demo():\n    from PySide6.QtWidgets import QApplication", "only app and ui may"),
    ],
)
def test_the_checker_finds_a_breach(place: str, source: str, complaint: str) -> None:
    found = breaches(place, source)

    assert len(found) == 1
    assert complaint in found[0]
