"""What a recipe trains on: the same every time, kept, and never by those who are held out."""

import json
import lzma
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.ink.raster import rasterize
from digitvision.ink.stroke import Drawing
from digitvision.ink.surroundings import surroundings
from digitvision.ink.trajectory import trajectory
from digitvision.training import gathering
from digitvision.training.dataset import DataFault
from digitvision.training.gathering import count_writers
from digitvision.training.glyphs import stroke_of
from digitvision.training.handwriting import Variation
from digitvision.training.recipe import Recipe, load_recipe
from digitvision.training.trainingset import TrainingSet, Way, build_training_set, ways_of
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
    return sorted((home / "sets").iterdir())


def test_a_set_holds_what_the_recipe_says(root: Path, tmp_path: Path) -> None:
    recipe = _recipe(tmp_path, pictures=3)
    told: list[tuple[int, int]] = []

    found = build_training_set(recipe, root, lambda done, of: told.append((done, of)))

    count, held = len(found), len(found.held_labels)
    assert found.rasters.shape == (2, count, 28, 28)
    assert found.paths.shape == (2, count, 64, 6)
    assert found.pictures.shape == (3, count, 28, 28)
    assert len(found.labels) == len(found.source) == len(found.around_row) == count
    assert found.sizes.shape == (count, 2)
    assert (found.held_rasters.shape, found.held_paths.shape) == ((held, 28, 28), (held, 64, 6))
    assert found.held_pictures.shape == (held, 28, 28)
    assert len(found.held_source) == len(found.held_around_row) == held
    assert (found.around.shape[1:], found.held_around.shape[1:]) == ((24, 24), (24, 24, 2))
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


def test_of_strokes_there_are_pictures_of_all_kinds_and_of_pictures_just_themselves(root: Path, tmp_path: Path) -> None:
    found = build_training_set(_recipe(tmp_path, pictures=3), root)
    pictures = np.asarray(found.source == 2)

    assert found.pictures.any(axis=(2, 3)).all()
    for number in range(3):
        assert (found.pictures[number, pictures] == found.rasters[0, pictures]).all()
    for row in np.flatnonzero(found.source < 2).tolist():
        assert len({raster.tobytes() for raster in (*found.pictures[:, row], *found.rasters[:, row])}) == 5
    written = np.asarray(found.held_source < 2)
    assert (
        found.held_pictures[~written & (found.held_source == 2)] == found.held_rasters[found.held_source == 2]
    ).all()
    # A picture is nearer to what was written than to what somebody else wrote next.
    seen, drawn = found.held_pictures[written].astype(float), found.held_rasters[written].astype(float)
    own, other = (np.abs(seen - np.roll(drawn, shift, axis=0)).mean(axis=(1, 2)) for shift in (0, 1))
    assert (own > 0).all()
    assert np.median(own) < 0.6 * np.median(other)


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
from digitvision.training import rendering
from digitvision.training.recipe import load_recipe
from digitvision.training.trainingset import build_training_set
if __name__ == "__main__":
    rendering._CHUNK = 11
    rendering.os.cpu_count = lambda: int(sys.argv[3])
    build_training_set(load_recipe(sys.argv[1]), Path(sys.argv[2]))
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
    # So many to learn from, and a tenth as many of those who are held out.
    learned = int((found.labels == 10).sum())
    assert 20 < learned <= 30
    assert len(strange) - learned == 3
    assert {names[labels[number]] for number in strange} == {"T"}
    assert {names[labels[number]] for number in marks(found.rasters[0, found.labels == 4])} == {"4"}
    assert set(found.labels.tolist()) == {4, 10}


def test_a_set_is_built_once(root: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = _recipe(tmp_path)
    built = _bytes(build_training_set(recipe, root))

    def again(*_arguments: object) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(gathering, "load_glyphs", again)
    assert _bytes(build_training_set(recipe, root)) == built
    # What the schedule says is none of the set's business.
    assert _bytes(build_training_set(_recipe(tmp_path, epochs=9, learning_rate=0.5, width=9), root)) == built
    # Nor is what is done to it in every batch anew, nor an amount that is named but is the usual one.
    changed = _recipe(tmp_path, distortion={"turn": 20}, without_trajectory=0.5, variation={"turn": Variation().turn})
    assert _bytes(build_training_set(changed, root)) == built
    assert len(_kept(home)) == 1


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
    assert not (home / "sets").exists()


@pytest.mark.parametrize("spoilt", ["digits.npz", "expressions.jsonl.xz"])
def test_damaged_data_is_named_and_nothing_is_kept(tmp_path: Path, home: Path, spoilt: str) -> None:
    root = write_data(tmp_path / "data", each=2)
    (root / spoilt).write_bytes(b"spoilt")

    with pytest.raises(DataFault, match=f"{spoilt}” "):
        build_training_set(_recipe(tmp_path), root)
    assert not (home / "sets").exists()


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


def _surrounded(folder: Path, **change: Any) -> Recipe:
    """A recipe for what stands in expressions, and for capitals that stand alone."""
    sources = [
        {"data": "expressions.jsonl.xz", "licence": "x", "alphabets": ["digits", "upper"]},
        {"data": "capitals.npz", "licence": "x", "alphabets": ["upper"]},
    ]
    return _recipe(folder, **{"sources": sources, "surrounded": True, **NO_STRANGERS, **change})


def _expected_surroundings(root: Path) -> dict[bytes, tuple[NDArray[np.float32], tuple[float, float]]]:
    """For the raster of every symbol of the expressions its surroundings, and its size in units."""
    expected = {}
    with lzma.open(root / "expressions.jsonl.xz", "rt", encoding="utf-8") as file:
        rows = file.read().splitlines()
    for number, row in enumerate(rows):
        expression = json.loads(row)
        strokes = [stroke_of(np.array(stroke)) for stroke in expression["strokes"]]
        for _, places in expression["symbols"]:
            own = [strokes[place] for place in places]
            others = [stroke for place, stroke in enumerate(strokes) if place not in places]
            box = Drawing(tuple(own)).bounds
            assert box is not None, number
            sizes = [max(stroke.bounds.width, stroke.bounds.height) for stroke in strokes]
            unit = float(np.median(sizes))
            raster = np.rint(rasterize(own) * 255).astype(np.uint8)
            expected[raster.tobytes()] = (surroundings(own, others), (box.width / unit, box.height / unit))
    return expected


def test_glyphs_of_expressions_have_what_lies_around_them_and_the_others_have_nothing(
    root: Path, tmp_path: Path
) -> None:
    found = build_training_set(_surrounded(tmp_path), root)

    expected = _expected_surroundings(root)
    for sources, rows, around in (
        (found.source, found.around_row, found.around),
        (found.held_source, found.held_around_row, found.held_around),
    ):
        assert ((rows >= 0) == (sources == 0)).all()
        # Every one is there, and nobody's twice.
        assert sorted(rows[rows >= 0].tolist()) == list(range(len(around)))
    # Of the held-out glyphs it is known which is which.
    for raster, row in zip(found.held_rasters, found.held_around_row.tolist(), strict=True):
        if row >= 0:
            field, _ = expected[raster.tobytes()]
            np.testing.assert_allclose(found.held_around[row], field * 255, atol=1)
    # However a glyph is varied, what lies around is what was written.
    fields = {np.rint(field[:, :, 0] * 255).astype(np.uint8).tobytes() for field, _ in expected.values()}
    assert {field.tobytes() for field in found.around} <= fields
    sizes = {(round(width, 3), round(height, 3)) for _, (width, height) in expected.values()}
    assert {(round(float(w), 3), round(float(h), 3)) for w, h in found.sizes[found.around_row >= 0]} <= sizes
    assert (found.sizes.max(axis=1) > 0).all()


def test_a_glyph_and_the_ink_around_it_stay_together(root: Path, tmp_path: Path) -> None:
    found = build_training_set(_surrounded(tmp_path), root)
    of_ink = {
        np.rint(field[:, :, 0] * 255).astype(np.uint8).tobytes(): size
        for field, size in _expected_surroundings(root).values()
    }

    for row in np.flatnonzero(found.around_row >= 0).tolist():
        size = of_ink[found.around[found.around_row[row]].tobytes()]
        assert found.sizes[row] == pytest.approx(size, rel=1e-3)


def test_a_recipe_that_does_not_look_around_has_no_surroundings(root: Path, tmp_path: Path) -> None:
    strangers = {"groupings": 20}
    change: dict[str, Any] = {"strangers": strangers, "expressions": "expressions.jsonl.xz"}

    found = build_training_set(_surrounded(tmp_path, surrounded=False, **change), root)

    assert len(found.around) == len(found.held_around) == 0
    assert (found.around_row == -1).all()
    assert (found.held_around_row == -1).all()
    assert not found.held_shown("in place").any()


def test_wrong_groupings_are_strangers_with_the_rest_of_their_expression_around_them(
    root: Path, tmp_path: Path
) -> None:
    strangers = {"groupings": 40, "scribbles": 30}
    change: dict[str, Any] = {"strangers": strangers, "expressions": "expressions.jsonl.xz"}

    found = build_training_set(_surrounded(tmp_path, **change), root)

    strange = np.asarray(found.source == 2)
    assert strange.sum() == 70
    assert (found.around_row[strange] >= 0).sum() == pytest.approx(40, abs=3)
    assert found.around[found.around_row[strange & (found.around_row >= 0)]].any(axis=(1, 2)).mean() > 0.9


def test_the_ways_in_which_held_out_glyphs_are_shown(root: Path, tmp_path: Path) -> None:
    sources = [
        {"data": "expressions.jsonl.xz", "licence": "x", "alphabets": ["digits", "upper"]},
        {"data": "pictures.npz", "licence": "x", "alphabets": ["digits"]},
    ]
    found = build_training_set(_surrounded(tmp_path, sources=sources), root)
    written = np.asarray(found.held_source == 0)

    # As pictures only what is none anyway; in their expressions only what stands in one.
    assert found.held_shown("alone").all()
    assert (found.held_shown("in place") == written).all()
    assert (found.held_shown("pictured") == written).all()

    rows = np.flatnonzero(written)[:5]
    rasters, paths, around = found.held("alone", rows)
    assert around is None
    assert paths is not None
    np.testing.assert_allclose(rasters * 255, found.held_rasters[rows], atol=1e-3)
    np.testing.assert_allclose(paths * 127, found.held_paths[rows], atol=1e-3)

    same, paths, around = found.held("in place", rows)
    assert paths is not None
    assert around is not None
    np.testing.assert_array_equal(same, rasters)
    np.testing.assert_allclose(around * 255, found.held_around[found.held_around_row[rows]], atol=1e-3)
    np.testing.assert_allclose(paths * 127, found.held_paths[rows], atol=1e-3)

    pictures, paths, around = found.held("pictured", rows)
    assert (paths, around) == (None, None)
    np.testing.assert_allclose(pictures * 255, found.held_pictures[rows], atol=1e-3)


@pytest.mark.parametrize("way", ["alone", "in place", "pictured"])
def test_whatever_is_shown_is_what_the_network_takes(root: Path, tmp_path: Path, way: Way) -> None:
    found = build_training_set(_surrounded(tmp_path), root)
    count = len(found.held_labels)
    part = slice(2, count - 1)

    rasters, paths, around = found.held(way, part)

    for view, shape_of_view in ((rasters, (28, 28)), (paths, (64, 6)), (around, (24, 24, 2))):
        if view is not None:
            assert view.shape == (count - 3, *shape_of_view)
            assert view.dtype == np.float32
            assert -1 <= view.min() <= view.max() <= 1
    if around is not None:
        # Where nothing lies around, there is nothing.
        assert (around.any(axis=(1, 2, 3)) == (found.held_around_row[part] >= 0)).all()


def test_a_network_that_looks_around_is_shown_glyphs_in_their_expressions(tmp_path: Path) -> None:
    assert ways_of(_surrounded(tmp_path)) == ("alone", "in place", "pictured")
    assert ways_of(_surrounded(tmp_path, surrounded=False)) == ("alone", "pictured")


@pytest.mark.parametrize("most", [1, 5, 12, 39, 100])
def test_no_more_of_a_class_than_the_source_is_to_give(tmp_path: Path, most: int) -> None:
    numbers = np.arange(200)
    labels = np.where(numbers < 120, 0, np.where(numbers < 160, 1, 2)).astype(np.int16)
    marked_pictures(tmp_path / "one.npz", 1, tuple(f"x{number}" for number in range(200)), labels=labels)
    source = {"data": "one.npz", "licence": "x", "alphabets": ["digits"], "most": most}

    found, again, other = (
        build_training_set(
            _recipe(tmp_path, alphabets=["digits"], sources=[source], seed=seed, **NO_STRANGERS), tmp_path
        )
        for seed in (3, 3, 4)
    )

    counts = np.bincount(np.concatenate([found.labels, found.held_labels]), minlength=3).tolist()
    assert counts == [min(most, 120), min(most, 40), min(most, 40)]
    taken, same, others = (sorted([*marks(of.rasters[0]), *marks(of.held_rasters)]) for of in (found, again, other))
    assert len(set(taken)) == len(taken)
    assert taken == same
    # Which ones is left to chance.
    assert most >= 100 or taken != others


def test_a_class_that_is_limited_is_still_repeated(tmp_path: Path) -> None:
    stroke_file(tmp_path / "one.npz", ("4", "7"), 60)
    source = {"data": "one.npz", "licence": "x", "alphabets": ["digits"], "most": 20, "repeat": 3}

    found = build_training_set(_recipe(tmp_path, alphabets=["digits"], sources=[source], **NO_STRANGERS), tmp_path)

    assert len(found) / 3 + len(found.held_labels) == 40


def test_writers_who_are_learned_from_are_counted(tmp_path: Path) -> None:
    # Every writer gives one of each text; the last five none of those that count.
    stroke_file(tmp_path / "one.npz", ("4", "T"), 40)
    with np.load(tmp_path / "one.npz") as data:
        arrays = {name: data[name] for name in data if name != "allow_pickle"}
    arrays["labels"][(arrays["writer"] >= 35)] = 1
    write_npz(tmp_path / "one.npz", arrays)
    marked_pictures(tmp_path / "nobody.npz", 2, writer_names=np.array([], str))
    sources = [
        {"data": "one.npz", "licence": "x", "alphabets": ["digits"], "repeat": 2},
        {"data": "nobody.npz", "licence": "x", "alphabets": ["digits"]},
    ]
    recipe = _recipe(tmp_path, alphabets=["digits"], sources=sources, **NO_STRANGERS)
    found = build_training_set(recipe, tmp_path)

    counts = count_writers(recipe, tmp_path)

    assert counts == (35 - int((found.held_source == 0).sum()), 0)
    assert counts[0] == (found.source == 0).sum() / 2


def test_the_tiny_recipe_is_what_these_tests_take_it_for() -> None:
    assert len(shape("4")) == 2
    assert recipe_content()["held_out"] == 0.25
