"""The rooms, and the imports that are allowed between them, read from the source."""

import ast
import re
from pathlib import Path

import pytest

from tests.imports import FLOORS, GROUND, ROOMS, breaches, circles, imports_of

PACKAGE = Path(__file__).parent.parent / "digitvision"
MODULES = sorted(PACKAGE.rglob("*.py"))
PACKAGE_FILES = sorted(PACKAGE.glob("*/**/__init__.py"))
_LOOSE_NAMES = {"utils", "util", "helpers", "helper", "misc", "common"}


def _path(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


# The text of each module by its path, read once. What holds for every module is one test: with one a module, these
# would be a fifth of all tests that are tried while one writes.
SOURCES = {_path(module): module.read_text(encoding="utf-8") for module in MODULES}


def test_modules_import_only_what_their_rooms_may() -> None:
    assert [breach for path, source in SOURCES.items() for breach in breaches(path, source)] == []


def test_the_package_has_the_rooms_and_modules_of_the_design_and_no_others() -> None:
    rooms = {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").is_file()}
    modules = {module.stem for module in PACKAGE.glob("*.py")}

    assert rooms == ROOMS
    assert modules <= GROUND | {"__init__", "__main__", "app", "cli", "commandline", "commands"}


@pytest.mark.slow
def test_no_modules_import_each_other() -> None:
    assert circles(SOURCES) == []


def test_every_sub_room_has_its_floor_and_every_floor_its_sub_room() -> None:
    """A folder that the table does not name would be on the lowest floor, and its imports would not be checked."""
    there = {_path(init).removesuffix("/__init__.py") for init in PACKAGE.rglob("*/__init__.py")} - ROOMS
    named = {f"{room}/{part}" for room, floors in FLOORS.items() for floor in floors for part in floor}
    # It holds its ground and sub-rooms that have floors of their own.
    there.remove("recognition/expression")

    assert there <= named
    assert [name for name in named if not (PACKAGE / name).is_dir() and not (PACKAGE / f"{name}.py").is_file()] == []


def test_no_folder_holds_more_than_twenty_modules() -> None:
    folders = {module.parent for module in MODULES}
    counts = {
        folder.relative_to(PACKAGE).as_posix(): len(set(folder.glob("*.py")) - {folder / "__init__.py"})
        for folder in folders
    }

    assert {folder: count for folder, count in counts.items() if count > 20} == {}


@pytest.mark.slow
def test_every_function_fits_on_a_screen() -> None:
    lengths = {
        f"{path}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path, source in SOURCES.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {name: lines for name, lines in lengths.items() if lines > 60} == {}


def test_no_docstring_is_a_fragment() -> None:
    """“Of the samples.” can be understood only by who has read the line above it."""
    fragment = re.compile(r'"""Of .*|^ +\w+: Of .*', re.MULTILINE)

    assert [(path, found) for path, source in SOURCES.items() for found in fragment.findall(source)] == []


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [_path(module) for module in MODULES if module.stem in _LOOSE_NAMES] == []


def test_package_files_hold_no_code() -> None:
    """Importing a module of a room must not import its neighbours."""
    assert [path for path in map(_path, PACKAGE_FILES) if "import" in SOURCES[path]] == []


def test_the_package_imports_nothing_of_ours_before_it_is_used() -> None:
    found = list(imports_of(SOURCES["__init__.py"]))

    assert [one.module for one in found if not (one.lazy or one.typing)] == ["typing"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("ink/raster.py", "import numpy as np\nfrom digitvision.ink.stroke import Drawing"),
        ("ink/inkml.py", "from digitvision.faults import Fault\nfrom digitvision import files"),
        ("ink/inkml.py", "from digitvision import __version__"),
        ("recognition/reader.py", "from digitvision.ink.stroke import Drawing"),
        ("recognition/reader.py", "def value():\n    import sympy\n    from ziamath import Math"),
        ("recognition/reader.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import keras"),
        ("recognition/line/reader.py", "from digitvision.recognition.line.viterbi import best_path"),
        ("recognition/line/reader.py", "from digitvision.recognition.expression.layout import LayoutTree"),
        ("ui/draw/draw_tab.py", "from digitvision.ui.canvas.canvas import Canvas\nfrom digitvision.ui import theme"),
        ("ui/settings.py", "from digitvision.ui.theme import Appearance"),
        ("training/trainer.py", "def train():\n    import keras\n    from tensorflow import lite"),
        ("training/trainer.py", "from digitvision.recognition.models.model_store import ModelStore"),
        ("ui/canvas.py", "from PySide6.QtGui import QPainter\nimport pyqtgraph"),
        ("app.py", "from digitvision.ui.window.main_window import MainWindow"),
        ("commands.py", "def train():\n    from digitvision.training.run.trainer import Trainer"),
    ],
)
def test_the_checker_allows_what_the_rules_allow(path: str, source: str) -> None:
    assert breaches(path, source) == []


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
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
        ("ui/canvas/canvas.py", "from digitvision.ui.draw.draw_tab import DrawTab", "on a higher floor"),
        ("ui/canvas/canvas.py", "from digitvision.ui.widgets.actions import Actions", "on the same floor"),
        ("ui/theme.py", "from digitvision.ui.canvas.canvas import Canvas", "on a higher floor"),
        (
            "ui/window/window_menus.py",
            "if TYPE_CHECKING:\n    from digitvision.ui.automation.demo import demonstrate",
            "on a higher floor",
        ),
        (
            "training/data/glyphs.py",
            "if TYPE_CHECKING:\n    from digitvision.ui.theme import Theme",
            "training may not",
        ),
        ("commands.py", "def demo():\n    from PySide6.QtWidgets import QApplication", "only app and ui may"),
    ],
)
def test_the_checker_finds_a_breach(path: str, source: str, complaint: str) -> None:
    found = breaches(path, source)

    assert len(found) == 1
    assert complaint in found[0]


def test_the_checker_finds_a_circle_of_type_hints() -> None:
    sources = {
        "ui/a.py": "from digitvision.ui.b import B",
        "ui/b.py": "from digitvision.ui import c",
        "ui/c.py": "if TYPE_CHECKING:\n    from digitvision.ui.a import A",
        "ui/d.py": "from digitvision.ui.a import A",
    }

    assert circles(sources) == [("ui/a.py", "ui/b.py", "ui/c.py")]
    assert circles({name: source for name, source in sources.items() if name != "ui/c.py"}) == []
