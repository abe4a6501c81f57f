"""The packages that are built from pyproject.toml contain all files that the program needs."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path
from typing import Any

import pytest

import digitvision
from digitvision.resources import resource_path

PROJECT = Path(__file__).parent.parent
ICONS = sorted((PROJECT / "resources" / "icons").glob("*.svg"))

FOR_CONTRIBUTORS = re.compile(r"decisions/|recipes/\w[\w-]*\.md$|models/\w+/README\.md$")
"""Names below `resources/` that are shipped neither in the wheel nor in the bundle."""


def test_the_versions_of_package_and_installation_agree() -> None:
    assert importlib.metadata.version("digitvision") == digitvision.__version__


@pytest.mark.slow
def test_every_library_that_is_imported_is_declared() -> None:
    trees = [ast.parse(path.read_bytes()) for path in (PROJECT / "digitvision").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = {alias.name.partition(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module.partition(".")[0] for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    foreign = imported - sys.stdlib_module_names - {"digitvision"}

    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    declared = {
        name.lower().replace("_", "-") for name in re.findall(r'^ *(?:words = \[)?"([\w-]+)[<>=]', text, re.MULTILINE)
    }
    names = {"PIL": "pillow", "PySide6": "pyside6-essentials", "spellchecker": "pyspellchecker"}
    missing = {name for name in foreign if names.get(name, name).lower().replace("_", "-") not in declared}
    assert {"h5py", "numpy", "spellchecker"} <= foreign
    assert missing == set()


@pytest.mark.parametrize(
    ("group", "name", "target"),
    [
        ("console_scripts", "digitvision", "digitvision.cli:main"),
        ("gui_scripts", "digitvision-window", "digitvision.cli:window_main"),
    ],
)
def test_the_entries_start_the_program(group: str, name: str, target: str) -> None:
    (entry,) = importlib.metadata.entry_points(group=group, name=name)

    assert entry.value == target
    assert callable(entry.load())


@pytest.mark.parametrize(
    "part",
    [
        "data/mnist_train.npz",
        "data/mnist_test.npz",
        "icons/digitvision.svg",
        "guide/first-steps.md",
        "guide/pictures/equation-light.png",
    ],
)
def test_a_shipped_file_is_where_the_program_looks(part: str) -> None:
    assert resource_path(*part.split("/")).is_file()


@pytest.mark.parametrize("icon", ICONS, ids=lambda icon: icon.stem)
def test_an_icon_is_drawn_in_the_common_style(icon: Path) -> None:
    root = ElementTree.fromstring(icon.read_text(encoding="utf-8"))

    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke-linecap") == "round"
    if icon.stem != "digitvision":
        assert root.get("stroke") == "currentColor"
        assert root.get("stroke-width") == "1.75"


def test_the_bundle_takes_what_the_wheel_takes() -> None:
    """The spec computes the list; the test computes it again from the lines of the spec."""
    lines = (PROJECT / "digitvision.spec").read_text(encoding="utf-8")
    listed = lines[lines.index("RESOURCES = ") : lines.index("# TensorFlow looks into the source")]
    known: dict[str, Any] = {"PROJECT": PROJECT}
    exec(listed, known)
    found = {Path(file).relative_to(PROJECT / "resources").as_posix() for file, _ in known["SHIPPED"]}

    resources = {
        path.relative_to(PROJECT / "resources").as_posix()
        for path in (PROJECT / "resources").rglob("*")
        if path.is_file()
    }
    assert found == {name for name in resources if not FOR_CONTRIBUTORS.match(name)}
    assert "resources/models/digits" in {folder for _, folder in known["SHIPPED"]}


@pytest.mark.slow
def test_the_wheel_holds_every_module_and_every_shipped_file(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=PROJECT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    modules = {path.relative_to(PROJECT).as_posix() for path in (PROJECT / "digitvision").rglob("*.py")}
    resources = {
        path.relative_to(PROJECT / "resources").as_posix()
        for path in (PROJECT / "resources").rglob("*")
        if path.is_file()
    }
    for_contributors = {name for name in resources if FOR_CONTRIBUTORS.match(name)}
    shipped = {"digitvision/_resources/" + name for name in resources - for_contributors}
    assert modules <= names
    assert shipped <= names
    assert {name for name in names if name.startswith("digitvision/_resources/")} == shipped
    assert len(for_contributors) > 10
    assert not [name for name in names if name.endswith(".md") and not name.startswith("digitvision/_resources/")]
    assert not [name for name in names if re.match(r"tests/|resources/", name)]
