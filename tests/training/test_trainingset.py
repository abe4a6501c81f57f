"""What a recipe trains on: the same every time, kept, and never by those who are held out."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.ink.raster import rasterize
from digitvision.ink.trajectory import trajectory
from digitvision.training import trainingset
from digitvision.training.dataset import DataFault
from digitvision.training.glyphs import stroke_of
from digitvision.training.recipe import Recipe, load_recipe
from digitvision.training.trainingset import TrainingSet, build_training_set
from tests.training.recipes import (
    CAPITALS,
    WRITERS,
    marked_pictures,
    marks,
    recipe_content,
    shape,
    stroke_file,
    write_data,
    write_recipe,
)
from tests.training.samples import write_npz

ARRAYS = tuple(TrainingSet.__dataclass_fields__)
NO_STRANGERS: dict[str, Any] = {"strangers": {}, "expressions": ""}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny recipe's data."""
    return write_data(tmp_path_factory.mktemp("data"))


def _recipe(folder: Path, **change: Any) -> Recipe:
    return load_recipe(str(write_recipe(folder / "recipe.json", **change)))


def _bytes(of: TrainingSet) -> dict[str, bytes]:
    return {name: np.ascontiguousarray(getattr(of, name)).tobytes() for name in ARRAYS}


def _kept(home: Path) -> list[Path]:
    return sorted((home / "training" / "sets").iterdir())


def test_a_set_holds_what_the_recipe_says(root: Path, tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    told: list[tuple[int, int]] = []

    found = build_training_set(recipe, root, lambda done, of: told.append((done, of)))

    assert found.rasters.shape == (2, len(found), 28, 28)
    assert found.paths.shape == (2, len(found), 64, 6)
    assert len(found.labels) == len(found.source) == len(found)
    held = len(found.held_labels)
    assert (found.held_rasters.shape, found.held_paths.shape) == ((held, 28, 28), (held, 64, 6))
    assert told[-1] == (len(found) + held, len(found) + held)
    learned, out = (np.bincount(places, minlength=4).tolist() for places in (found.source, found.held_source))
    # Of every source all glyphs are on either side, the repeated ones twice where they are learned from.
    assert [learned[0] + out[0], learned[1] / 2 + out[1], learned[2] + out[2]] == [80, 40, 80]
    assert learned[3] == 100
    assert out[3] == 4 + 2 + 2 + 2
    strangers = len(recipe.classes)
    assert ((found.labels == strangers) == (found.source == 3)).all()
    assert {recipe.classes[label] for label in found.labels[found.source == 1]} == set(CAPITALS)
    assert found.labels.max() == strangers


def test_the_held_out_are_as_written_and_the_others_in_several_hands(tmp_path: Path) -> None:
    stroke_file(tmp_path / "one.npz", ("4",), 40)
    with np.load(tmp_path / "one.npz") as data:
        xy, stroke_end = data["xy"], data["stroke_end"]
    parts = np.split(xy, stroke_end[:-1])
    glyphs = [[stroke_of(part) for part in parts[place : place + 2]] for place in range(0, len(parts), 2)]
    sources = [{"data": "one.npz", "licence": "x", "alphabets": ["digits"]}]
    recipe = _recipe(tmp_path, alphabets=["digits"], sources=sources, variants=3, **NO_STRANGERS)

    found = build_training_set(recipe, tmp_path)

    as_written = [np.rint(rasterize(glyph) * 255).astype(np.uint8).tobytes() for glyph in glyphs]
    paths = [np.rint(trajectory(glyph) * 127).astype(np.int8).tobytes() for glyph in glyphs]
    places = [as_written.index(raster.tobytes()) for raster in found.held_rasters]
    assert [path.tobytes() for path in found.held_paths] == [paths[place] for place in places]
    assert len(places) + len(found) == 40
    assert not {raster.tobytes() for raster in found.rasters.reshape(-1, 28, 28)} & set(as_written)
    for row in range(len(found)):
        assert len({raster.tobytes() for raster in found.rasters[:, row]}) == 3


def test_pictures_look_the_same_in_all_variants_and_have_no_trajectory(root: Path, tmp_path: Path) -> None:
    found = build_training_set(_recipe(tmp_path), root)
    pictures = np.asarray(found.source == 2)

    assert (found.rasters[0, pictures] == found.rasters[1, pictures]).all()
    assert found.rasters[0, pictures].any(axis=(1, 2)).all()
    assert not found.paths[:, pictures].any()
    # Of strangers some are written and some, turned on their heads, are pictures.
    assert found.paths[:, found.source < 2].any(axis=(2, 3)).all()


def test_the_same_bytes_in_another_home(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = _recipe(tmp_path)
    here = _bytes(build_training_set(recipe, root))

    monkeypatch.setenv("DIGITVISION_HOME", str(tmp_path / "another"))
    there = _bytes(build_training_set(recipe, root))

    assert _kept(tmp_path / "another")
    assert here == there


_BUILD = """
import sys
from pathlib import Path
from digitvision.training import trainingset
from digitvision.training.recipe import load_recipe
if __name__ == "__main__":
    trainingset._CHUNK = 11
    trainingset.os.cpu_count = lambda: int(sys.argv[3])
    trainingset.build_training_set(load_recipe(sys.argv[1]), Path(sys.argv[2]))
"""


def _building(tmp_path: Path, recipe: Path, root: Path, home: str, processors: int) -> "subprocess.Popen[bytes]":
    """A build in a process of its own, which takes a pool's helpers with it."""
    script = tmp_path / "build.py"
    script.write_text(_BUILD, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(script), str(recipe), str(root), str(processors)],
        env={**os.environ, "DIGITVISION_HOME": str(tmp_path / home), "PYTHONPATH": str(Path(__file__).parents[2])},
    )


@pytest.mark.slow
def test_the_same_bytes_on_any_number_of_processors(root: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path / "recipe.json")
    for home, processors in (("one", 1), ("two", 2)):
        with _building(tmp_path, recipe, root, home, processors) as process:
            assert process.wait(120) == 0

    (one,), (two,) = _kept(tmp_path / "one"), _kept(tmp_path / "two")
    assert one.name == two.name
    for name in ARRAYS:
        assert (one / f"{name}.npy").read_bytes() == (two / f"{name}.npy").read_bytes()


@pytest.mark.slow
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


def test_nobody_who_is_held_out_is_learned_from_in_any_source(tmp_path: Path) -> None:
    marked_pictures(tmp_path / "one.npz", 3)
    marked_pictures(tmp_path / "two.npz", 2, WRITERS[::-1])
    one, two = ({"data": f"{name}.npz", "licence": "x", "alphabets": ["digits"]} for name in ("one", "two"))
    sources = [one, {**two, "repeat": 3}]
    recipe = _recipe(tmp_path, alphabets=["digits"], sources=sources, **NO_STRANGERS)

    found = build_training_set(recipe, tmp_path)

    learned, held = set(marks(found.rasters[0])), set(marks(found.held_rasters))
    assert not learned & held
    assert learned | held == set(range(len(WRITERS)))
    assert 4 <= len(held) <= 16
    for number in (0, 1):
        assert set(marks(found.held_rasters[found.held_source == number])) == held


def test_another_seed_holds_out_others(tmp_path: Path) -> None:
    marked_pictures(tmp_path / "one.npz", 2)
    sources = [{"data": "one.npz", "licence": "x", "alphabets": ["digits"]}]

    out = [
        tuple(
            sorted(
                set(
                    marks(
                        build_training_set(
                            _recipe(tmp_path, alphabets=["digits"], sources=sources, seed=seed, **NO_STRANGERS),
                            tmp_path,
                        ).held_rasters
                    )
                )
            )
        )
        for seed in (1, 2, 3)
    ]

    assert len(set(out)) == 3


@pytest.mark.parametrize("known", ["few writers", "no names", "nobody", "most are one"])
def test_where_writers_are_not_really_known_glyphs_are_held_out_by_chance(tmp_path: Path, known: str) -> None:
    names = WRITERS[:12] if known == "few writers" else WRITERS
    path = marked_pictures(tmp_path / "one.npz", 10, names)
    with np.load(path) as data:
        arrays = dict(data)
    arrays.pop("allow_pickle", None)
    if known in ("no names", "nobody"):
        del arrays["writer_names"]
    if known == "nobody":
        del arrays["writer"]
    if known == "most are one":
        arrays["writer"][:300] = 5
    write_npz(path, arrays)
    sources = [{"data": "one.npz", "licence": "x", "alphabets": ["digits"]}]

    found = build_training_set(_recipe(tmp_path, alphabets=["digits"], sources=sources, **NO_STRANGERS), tmp_path)

    count = len(found) + len(found.held_labels)
    assert count == 10 * len(names)
    assert 0.15 < len(found.held_labels) / count < 0.35
    assert set(marks(found.held_rasters)) & set(marks(found.rasters[0]))


def test_foreign_glyphs_are_strangers_unless_they_look_like_a_class(tmp_path: Path) -> None:
    pictures = {"4": 60, "T": 40, "O": 40}
    names = tuple(pictures)
    labels = np.repeat(np.arange(3), list(pictures.values())).astype(np.int16)
    # What each class looks like is told by its mark.
    marked_pictures(
        tmp_path / "one.npz", 1, tuple(f"x{place}" for place in range(140)), labels=labels, label_names=np.array(names)
    )
    sources = [{"data": "one.npz", "licence": "x", "alphabets": ["digits"], "foreign": 30}]
    recipe = _recipe(tmp_path, alphabets=["digits"], sources=sources, **NO_STRANGERS)

    found = build_training_set(recipe, tmp_path)

    strange = [*marks(found.rasters[0, found.labels == 10]), *marks(found.held_rasters[found.held_labels == 10])]
    assert len(strange) == 30
    assert {names[labels[number]] for number in strange} == {"T"}
    assert {names[labels[number]] for number in marks(found.rasters[0, found.labels == 4])} == {"4"}
    assert set(found.labels.tolist()) == {4, 10}


def test_a_set_is_built_once(root: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = _recipe(tmp_path)
    built = _bytes(build_training_set(recipe, root))

    def again(*_arguments: object) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(trainingset, "load_glyphs", again)
    assert _bytes(build_training_set(recipe, root)) == built
    # What the schedule says is none of the set's business.
    assert _bytes(build_training_set(_recipe(tmp_path, epochs=9, learning_rate=0.5, width=9), root)) == built
    assert len(_kept(home)) == 1


@pytest.mark.parametrize("change", [{"seed": 4}, {"variants": 3}, {"held_out": 0.3}, {"strangers": {"scribbles": 41}}])
def test_another_recipe_is_another_set(root: Path, tmp_path: Path, home: Path, change: dict[str, Any]) -> None:
    before = _bytes(build_training_set(_recipe(tmp_path), root))

    assert _bytes(build_training_set(_recipe(tmp_path, **change), root)) != before
    assert len(_kept(home)) == 2


@pytest.mark.parametrize("changed", ["capitals.npz", "expressions.jsonl.xz"])
def test_changed_data_is_another_set(tmp_path: Path, home: Path, changed: str) -> None:
    root = write_data(tmp_path / "data", each=3)
    build_training_set(_recipe(tmp_path), root)
    os.utime(root / changed, ns=(1, 1))

    build_training_set(_recipe(tmp_path), root)

    assert len(_kept(home)) == 2


@pytest.mark.parametrize("missing", ["digits.npz", "expressions.jsonl.xz"])
def test_missing_data_is_named_in_a_sentence(tmp_path: Path, home: Path, missing: str) -> None:
    root = write_data(tmp_path / "data", each=2)
    (root / missing).unlink()

    with pytest.raises(DataFault, match=rf"^The recipe needs “{missing}” in “.*data”: no such file or directory\.$"):
        build_training_set(_recipe(tmp_path), root)
    with pytest.raises(DataFault, match="^The recipe needs “digits.npz” in “.*nowhere”: no such file"):
        build_training_set(_recipe(tmp_path), tmp_path / "nowhere")
    assert not (home / "training" / "sets").exists()


@pytest.mark.parametrize("spoilt", ["digits.npz", "expressions.jsonl.xz"])
def test_damaged_data_is_named_and_nothing_is_kept(tmp_path: Path, home: Path, spoilt: str) -> None:
    root = write_data(tmp_path / "data", each=2)
    (root / spoilt).write_bytes(b"spoilt")

    with pytest.raises(DataFault, match=f"{spoilt}” "):
        build_training_set(_recipe(tmp_path), root)
    assert not (home / "training" / "sets").exists()


def test_no_room_to_keep_the_set_is_told_and_leaves_nothing(
    root: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "save", full)
        with pytest.raises(DataFault, match=r"cannot be kept in “.*sets”: no space left on device\.$"):
            build_training_set(_recipe(tmp_path), root)

    assert _kept(home) == []
    build_training_set(_recipe(tmp_path), root)
    assert len(_kept(home)) == 1


def test_too_little_data_for_the_strangers_that_are_asked_for_is_told(tmp_path: Path) -> None:
    stroke_file(tmp_path / "one.npz", ("0", "8"), 40)
    sources = [{"data": "one.npz", "licence": "x", "alphabets": ["digits"]}]
    strangers = {"upside_down": 10}

    with pytest.raises(DataFault, match="nothing upside down"):
        build_training_set(
            _recipe(tmp_path, alphabets=["digits"], sources=sources, strangers=strangers, expressions=""), tmp_path
        )


def test_the_tiny_recipe_is_what_these_tests_take_it_for() -> None:
    assert len(shape("4")) == 2
    assert recipe_content()["held_out"] == 0.25
