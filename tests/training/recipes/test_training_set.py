"""What a recipe trains on, and that nobody of it is among those who are held out."""

from pathlib import Path

import numpy as np
import pytest

from digitvision.ink.raster import rasterize
from digitvision.ink.trajectory import trajectory
from digitvision.training.data.glyphs import stroke_of
from digitvision.training.recipes.gathering import count_writers
from digitvision.training.recipes.training_set import build_training_set
from tests.training.recipes.made_recipes import (
    CAPITALS,
    NO_JUNK,
    WRITERS,
    marked_pictures,
    marks,
    recipe_content,
    shape,
    stroke_file,
    tiny_recipe,
)
from tests.training.samples import write_npz

pytestmark = pytest.mark.slow


def test_a_set_holds_what_the_recipe_says(root: Path, tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path, pictures=3)
    reported: list[tuple[int, int]] = []

    found = build_training_set(recipe, root, lambda done, of: reported.append((done, of)))

    count, held = len(found), len(found.held_labels)
    assert found.rasters.shape == (2, count, 28, 28)
    assert found.paths.shape == (2, count, 64, 6)
    assert found.pictures.shape == (3, count, 28, 28)
    assert len(found.labels) == len(found.source) == len(found.context_row) == count
    assert found.sizes.shape == (count, 2)
    assert (found.held_rasters.shape, found.held_paths.shape) == ((held, 28, 28), (held, 64, 6))
    assert found.held_pictures.shape == (held, 28, 28)
    assert len(found.held_source) == len(found.held_context_row) == held
    assert (found.context.shape[1:], found.held_context.shape[1:]) == ((24, 24), (24, 24, 2))
    assert reported[-1] == (len(found) + held, len(found) + held)
    learned, out = (np.bincount(indices, minlength=4).tolist() for indices in (found.source, found.held_source))
    # Of every source all glyphs are on either side, the repeated ones twice where they are learned from.
    assert [learned[0] + out[0], learned[1] / 2 + out[1], learned[2] + out[2]] == [80, 40, 80]
    assert learned[3] == 100
    assert out[3] == 4 + 2 + 2 + 2
    junk = len(recipe.classes)
    assert ((found.labels == junk) == (found.source == 3)).all()
    assert {recipe.classes[label] for label in found.labels[found.source == 1]} == set(CAPITALS)
    assert found.labels.max() == junk


def test_held_out_glyphs_are_as_written_and_the_others_in_several_variations(tmp_path: Path) -> None:
    stroke_file(tmp_path / "one.npz", ("4",), 40)
    with np.load(tmp_path / "one.npz") as data:
        xy, stroke_end = data["xy"], data["stroke_end"]
    parts = np.split(xy, stroke_end[:-1])
    glyphs = [[stroke_of(part) for part in parts[index : index + 2]] for index in range(0, len(parts), 2)]
    sources = [{"data": "one.npz", "licence": "x", "alphabets": ["digits"]}]
    recipe = tiny_recipe(tmp_path, alphabets=["digits"], sources=sources, variants=3, **NO_JUNK)

    found = build_training_set(recipe, tmp_path)

    as_written = [np.rint(rasterize(glyph) * 255).astype(np.uint8).tobytes() for glyph in glyphs]
    paths = [np.rint(trajectory(glyph) * 127).astype(np.int8).tobytes() for glyph in glyphs]
    indices = [as_written.index(raster.tobytes()) for raster in found.held_rasters]
    assert [path.tobytes() for path in found.held_paths] == [paths[index] for index in indices]
    assert len(indices) + len(found) == 40
    assert not {raster.tobytes() for raster in found.rasters.reshape(-1, 28, 28)} & set(as_written)
    for row in range(len(found)):
        assert len({raster.tobytes() for raster in found.rasters[:, row]}) == 3


def test_pictures_are_the_same_in_all_variants_and_have_no_trajectory(root: Path, tmp_path: Path) -> None:
    found = build_training_set(tiny_recipe(tmp_path), root)
    pictures = np.asarray(found.source == 2)

    assert (found.rasters[0, pictures] == found.rasters[1, pictures]).all()
    assert found.rasters[0, pictures].any(axis=(1, 2)).all()
    assert not found.paths[:, pictures].any()
    # Of junk some are written and some, turned on their heads, are pictures.
    assert found.paths[:, found.source < 2].any(axis=(2, 3)).all()


def test_of_strokes_there_are_pictures_of_all_kinds_and_of_pictures_just_themselves(root: Path, tmp_path: Path) -> None:
    found = build_training_set(tiny_recipe(tmp_path, pictures=3), root)
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


def test_nobody_who_is_held_out_is_learned_from_in_any_source(tmp_path: Path) -> None:
    marked_pictures(tmp_path / "one.npz", 3)
    marked_pictures(tmp_path / "two.npz", 2, WRITERS[::-1])
    one, two = ({"data": f"{name}.npz", "licence": "x", "alphabets": ["digits"]} for name in ("one", "two"))
    sources = [one, {**two, "repeat": 3}]
    recipe = tiny_recipe(tmp_path, alphabets=["digits"], sources=sources, **NO_JUNK)

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
                            tiny_recipe(tmp_path, alphabets=["digits"], sources=sources, seed=seed, **NO_JUNK),
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

    found = build_training_set(tiny_recipe(tmp_path, alphabets=["digits"], sources=sources, **NO_JUNK), tmp_path)

    count = len(found) + len(found.held_labels)
    assert count == 10 * len(names)
    assert 0.15 < len(found.held_labels) / count < 0.35
    assert set(marks(found.held_rasters)) & set(marks(found.rasters[0]))


def test_foreign_glyphs_are_junk_unless_they_look_like_a_class(tmp_path: Path) -> None:
    pictures = {"4": 60, "T": 40, "O": 40}
    names = tuple(pictures)
    labels = np.repeat(np.arange(3), list(pictures.values())).astype(np.int16)
    # Each class has a mark of its own.
    marked_pictures(
        tmp_path / "one.npz", 1, tuple(f"x{index}" for index in range(140)), labels=labels, label_names=np.array(names)
    )
    sources = [{"data": "one.npz", "licence": "x", "alphabets": ["digits"], "foreign": 30}]
    recipe = tiny_recipe(tmp_path, alphabets=["digits"], sources=sources, **NO_JUNK)

    found = build_training_set(recipe, tmp_path)

    junk = [*marks(found.rasters[0, found.labels == 10]), *marks(found.held_rasters[found.held_labels == 10])]
    # So many to learn from, and a tenth as many of those who are held out.
    learned = int((found.labels == 10).sum())
    assert 20 < learned <= 30
    assert len(junk) - learned == 3
    assert {names[labels[number]] for number in junk} == {"T"}
    assert {names[labels[number]] for number in marks(found.rasters[0, found.labels == 4])} == {"4"}
    assert set(found.labels.tolist()) == {4, 10}


@pytest.mark.parametrize("most", [1, 5, 12, 39, 100])
def test_no_more_of_a_class_than_the_source_is_to_give(tmp_path: Path, most: int) -> None:
    numbers = np.arange(200)
    labels = np.where(numbers < 120, 0, np.where(numbers < 160, 1, 2)).astype(np.int16)
    marked_pictures(tmp_path / "one.npz", 1, tuple(f"x{number}" for number in range(200)), labels=labels)
    source = {"data": "one.npz", "licence": "x", "alphabets": ["digits"], "most": most}

    found, again, other = (
        build_training_set(
            tiny_recipe(tmp_path, alphabets=["digits"], sources=[source], seed=seed, **NO_JUNK), tmp_path
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

    found = build_training_set(tiny_recipe(tmp_path, alphabets=["digits"], sources=[source], **NO_JUNK), tmp_path)

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
    recipe = tiny_recipe(tmp_path, alphabets=["digits"], sources=sources, **NO_JUNK)
    found = build_training_set(recipe, tmp_path)

    counts = count_writers(recipe, tmp_path)

    assert counts == (35 - int((found.held_source == 0).sum()), 0)
    assert counts[0] == (found.source == 0).sum() / 2


def test_the_tiny_recipe_is_what_these_tests_take_it_for() -> None:
    assert len(shape("4")) == 2
    assert recipe_content()["held_out"] == 0.25
