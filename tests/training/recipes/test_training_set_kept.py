"""Training sets are the same every time and kept; wrong data is reported in a sentence."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.training.augmentation.handwriting import Variation
from digitvision.training.data.dataset import DataFault
from digitvision.training.recipes import gathering
from digitvision.training.recipes.training_set import TrainingSet, build_training_set
from tests.training.recipes.made_recipes import recipe_content, stroke_file, tiny_recipe, write_data, write_recipe

pytestmark = pytest.mark.slow

ARRAYS = tuple(TrainingSet.__dataclass_fields__)


def _bytes(of: TrainingSet) -> dict[str, bytes]:
    return {name: np.ascontiguousarray(getattr(of, name)).tobytes() for name in ARRAYS}


def _kept(home: Path) -> list[Path]:
    return sorted((home / "sets").iterdir())


def test_the_same_bytes_in_another_home(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = tiny_recipe(tmp_path)
    here = _bytes(build_training_set(recipe, root))

    monkeypatch.setenv("DIGITVISION_HOME", str(tmp_path / "another"))
    there = _bytes(build_training_set(recipe, root))

    assert _kept(tmp_path / "another")
    assert here == there


_BUILD = """
import sys
from pathlib import Path
from digitvision.training.recipes import rendering
from digitvision.training.recipes.recipe import load_recipe, parse_recipe
from digitvision.training.recipes.training_set import build_training_set
if __name__ == "__main__":
    rendering._CHUNK = 11
    rendering.os.cpu_count = lambda: int(sys.argv[3])
    build_training_set(load_recipe(sys.argv[1], parse_recipe), Path(sys.argv[2]))
"""


def _building(tmp_path: Path, recipe: Path, root: Path, home: str, processors: int) -> "subprocess.Popen[bytes]":
    """A build in a process of its own, which takes a pool's helpers with it."""
    script = tmp_path / "build.py"
    script.write_text(_BUILD, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(script), str(recipe), str(root), str(processors)],
        env={**os.environ, "DIGITVISION_HOME": str(tmp_path / home), "PYTHONPATH": str(Path(__file__).parents[3])},
    )


def test_the_same_bytes_on_any_number_of_processors(root: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path / "recipe.json")
    for home, processors in (("one", 1), ("two", 2)):
        with _building(tmp_path, recipe, root, home, processors) as process:
            assert process.wait(120) == 0

    (one,), (two,) = _kept(tmp_path / "one"), _kept(tmp_path / "two")
    assert one.name == two.name
    files = sorted(path.name for path in one.iterdir())
    assert len(files) == len(ARRAYS)
    assert files == sorted(path.name for path in two.iterdir())
    for name in files:
        assert (one / name).read_bytes() == (two / name).read_bytes()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system has no list of children")
def test_a_build_that_is_killed_takes_its_workers_with_it(root: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path / "recipe.json", variants=400)
    with _building(tmp_path, recipe, root, "killed", 2) as process:
        workers: set[str] = set()
        until = time.monotonic() + 60
        while len(workers) < 3 and time.monotonic() < until:
            time.sleep(0.1)
            workers = {child for task in Path(f"/proc/{process.pid}/task").iterdir() for child in _children(task)}
        # Long enough for them to have begun.
        time.sleep(2)
        process.kill()
        process.wait()

    until = time.monotonic() + 20
    while (left := [worker for worker in workers if _runs(worker)]) and time.monotonic() < until:
        time.sleep(0.1)
    assert len(workers) >= 3
    assert left == []


def _children(task: Path) -> list[str]:
    try:
        return (task / "children").read_text().split()
    except OSError:
        return []


def _runs(process: str) -> bool:
    try:
        return Path("/proc", process, "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_a_set_is_built_once(root: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = tiny_recipe(tmp_path)
    built = _bytes(build_training_set(recipe, root))

    def again(*_arguments: object) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(gathering, "load_glyphs", again)
    assert _bytes(build_training_set(recipe, root)) == built
    # The schedule makes no difference to the set.
    assert _bytes(build_training_set(tiny_recipe(tmp_path, epochs=9, learning_rate=0.5, width=9), root)) == built
    # Nor is what is done to it in every batch anew, nor an amount that is named but is the usual one.
    changed = tiny_recipe(
        tmp_path, distortion={"turn": 20}, without_trajectory=0.5, variation={"turn": Variation().turn}
    )
    assert _bytes(build_training_set(changed, root)) == built
    assert len(_kept(home)) == 1


@pytest.fixture(scope="module")
def kept_sets(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the tiny recipe's set is kept."""
    home = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGITVISION_HOME", str(home))
        build_training_set(tiny_recipe(home), root)
    return home / "sets"


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 4},
        {"variants": 3},
        {"pictures": 3},
        {"surrounded": True},
        {"variation": {"turn": 20}},
        {"held_out": 0.3},
        {"strangers": {"scribbles": 41}},
        {"sources": [{**source, "most": 3} for source in recipe_content()["sources"]]},
    ],
)
def test_another_recipe_is_another_set(
    root: Path, kept_sets: Path, tmp_path: Path, home: Path, change: dict[str, Any]
) -> None:
    shutil.copytree(kept_sets, home / "sets")
    before = _bytes(build_training_set(tiny_recipe(tmp_path), root))

    assert len(_kept(home)) == 1
    assert _bytes(build_training_set(tiny_recipe(tmp_path, **change), root)) != before
    assert len(_kept(home)) == 2


@pytest.mark.parametrize("changed", ["capitals.npz", "expressions.jsonl.xz"])
def test_changed_data_is_another_set(tmp_path: Path, home: Path, changed: str) -> None:
    root = write_data(tmp_path / "data", each=3)
    build_training_set(tiny_recipe(tmp_path), root)
    os.utime(root / changed, ns=(1, 1))

    build_training_set(tiny_recipe(tmp_path), root)

    assert len(_kept(home)) == 2


@pytest.mark.parametrize("missing", ["digits.npz", "expressions.jsonl.xz"])
def test_missing_data_is_named_in_a_sentence(tmp_path: Path, home: Path, missing: str) -> None:
    root = write_data(tmp_path / "data", each=2)
    (root / missing).unlink()

    with pytest.raises(DataFault, match=rf"^The recipe needs “{missing}” in “.*data”: no such file or directory\.$"):
        build_training_set(tiny_recipe(tmp_path), root)
    with pytest.raises(DataFault, match="^The recipe needs “digits.npz” in “.*nowhere”: no such file"):
        build_training_set(tiny_recipe(tmp_path), tmp_path / "nowhere")
    assert not (home / "sets").exists()


@pytest.mark.parametrize("spoilt", ["digits.npz", "expressions.jsonl.xz"])
def test_damaged_data_is_named_and_nothing_is_kept(tmp_path: Path, home: Path, spoilt: str) -> None:
    root = write_data(tmp_path / "data", each=2)
    (root / spoilt).write_bytes(b"spoilt")

    with pytest.raises(DataFault, match=f"{spoilt}” "):
        build_training_set(tiny_recipe(tmp_path), root)
    assert not (home / "sets").exists()


def test_a_full_disk_is_reported_and_leaves_no_set(
    root: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "save", full)
        with pytest.raises(DataFault, match=r"cannot be kept in “.*sets”: no space left on device\.$"):
            build_training_set(tiny_recipe(tmp_path), root)

    assert _kept(home) == []
    build_training_set(tiny_recipe(tmp_path), root)
    assert len(_kept(home)) == 1


def test_too_little_data_for_the_junk_of_a_recipe_is_reported(tmp_path: Path) -> None:
    stroke_file(tmp_path / "one.npz", ("0", "8"), 40)
    sources = [{"data": "one.npz", "licence": "x", "alphabets": ["digits"]}]
    junk = {"upside_down": 10}

    with pytest.raises(DataFault, match="no glyph upside down"):
        build_training_set(
            tiny_recipe(tmp_path, alphabets=["digits"], sources=sources, strangers=junk, expressions=""), tmp_path
        )
