"""What is built from pyproject.toml holds what the program needs."""

import importlib.metadata
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

import pytest

import digitvision
from digitvision.resources import resource_path

PROJECT = Path(__file__).parent.parent
ICONS = sorted((PROJECT / "resources" / "icons").glob("*.svg"))


def test_the_versions_of_package_and_installation_agree() -> None:
    assert importlib.metadata.version("digitvision") == digitvision.__version__


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


@pytest.mark.parametrize("part", ["data/mnist_train.npz", "data/mnist_test.npz", "icons/digitvision.svg"])
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
    shipped = {
        "digitvision/_resources/" + path.relative_to(PROJECT / "resources").as_posix()
        for path in (PROJECT / "resources").rglob("*")
        if path.is_file()
    }
    assert modules <= names
    assert shipped <= names
    assert not [name for name in names if re.match(r"tests/|resources/", name)]
