"""Recipes: the shipped ones can be read, and a damaged one is refused before anything is trained."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digitvision.faults import Fault
from digitvision.recognition.alphabets import CLASSES
from digitvision.recognition.models.model_store import check_name
from digitvision.training.augmentation.distortion import Distortion
from digitvision.training.augmentation.handwriting import Variation
from digitvision.training.recipes.recipe import Recipe, load_recipe, recipe_names
from digitvision.training.text.recipe import parse_recipe_by_architecture
from tests.training.recipes.made_recipes import read_recipe, recipe_content, write_recipe

GLYPH_RECIPES = [name for name in recipe_names() if isinstance(load_recipe(name, parse_recipe_by_architecture), Recipe)]


def test_the_program_ships_recipes() -> None:
    assert set(recipe_names()) >= {"digits", "glyphs"}


@pytest.mark.parametrize("name", GLYPH_RECIPES)
def test_a_shipped_recipe_says_all_that_decides(name: str) -> None:
    recipe = read_recipe(name)

    assert recipe.name == check_name(name) == name
    assert recipe.description
    assert all(source.licence for source in recipe.sources)
    # Nothing that is kept for tests is learned from.
    assert not any("test" in source.data for source in recipe.sources)
    assert "test" not in recipe.expressions
    assert len(set(recipe.classes)) == len(recipe.classes)
    for alphabet in recipe.alphabets:
        assert set(CLASSES[alphabet]) <= set(recipe.classes)
    assert sum(recipe.junk.values()) > 0


@pytest.mark.parametrize("name", GLYPH_RECIPES)
def test_a_shipped_recipe_s_data_is_where_it_says(name: str, shared: Path) -> None:
    recipe = read_recipe(name)
    paths = [source.data for source in recipe.sources if source.data != "mnist"] + [recipe.expressions]

    assert [path for path in paths if not (shared / "data" / path).is_file()] == []


def test_a_recipe_is_found_by_its_path(tmp_path: Path) -> None:
    recipe = read_recipe(str(write_recipe(tmp_path / "mine.json")))

    assert (recipe.name, recipe.alphabets, recipe.epochs) == ("tiny", ("digits", "upper"), 2)
    assert [source.repeat for source in recipe.sources] == [1, 2, 1]
    assert recipe.classes == CLASSES["digits"] + CLASSES["upper"]
    assert recipe.label_smoothing == 0.05


def test_what_a_recipe_leaves_out_has_sensible_values(tmp_path: Path) -> None:
    recipe = read_recipe(str(write_recipe(tmp_path / "mine.json")))

    assert recipe.architecture == "views"
    assert not recipe.with_context
    assert recipe.frequent == ()
    assert recipe.pictures >= 1
    assert (recipe.variation, recipe.distortion) == ({}, {})
    assert {source.most for source in recipe.sources} == {0}


def test_a_recipe_s_pictures_context_and_amounts_are_read(tmp_path: Path) -> None:
    source = {"data": "a.npz", "licence": "x", "alphabets": ["digits", "upper"], "most": 30}
    change: dict[str, Any] = {
        "pictures": 3,
        "restart_after": [2],
        "surrounded": True,
        "frequent": ["upper"],
        "variation": {"turn": 7.5, "coarse": 0},
        "distortion": {"elastic": 1.2, "noise_chance": 1},
        "sources": [source],
    }

    recipe = read_recipe(str(write_recipe(tmp_path / "mine.json", **change)))

    assert (recipe.pictures, recipe.with_context, recipe.sources[0].most) == (3, True, 30)
    assert recipe.restart_after == (2,)
    assert recipe.frequent == ("upper",)
    assert (recipe.variation, recipe.distortion) == (change["variation"], change["distortion"])
    # Only values that differ from the defaults are in the file.
    assert Variation(**recipe.variation) == replace(Variation(), turn=7.5, coarse=0)
    assert Distortion(**recipe.distortion) == replace(Distortion(), elastic=1.2, noise_chance=1)


@pytest.mark.parametrize("kind", [Variation, Distortion])
def test_every_amount_that_there_is_may_be_given(tmp_path: Path, kind: type[Variation] | type[Distortion]) -> None:
    amounts = dict.fromkeys(kind.__dataclass_fields__, 0.25)
    change = {"variation" if kind is Variation else "distortion": amounts}

    recipe = read_recipe(str(write_recipe(tmp_path / "mine.json", **change)))

    assert kind(**(recipe.variation or recipe.distortion)) == kind(**amounts)


def test_a_wrong_amount_is_named(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="“wobbel: 1” is no amount of a variation that there is"):
        read_recipe(str(write_recipe(tmp_path / "mine.json", variation={"wobbel": 1})))
    with pytest.raises(Fault, match="“most” is -2, not a whole number from 0"):
        read_recipe(str(write_recipe(tmp_path / "mine.json", **_source(most=-2))))


def test_classes_that_alphabets_share_are_there_once(tmp_path: Path) -> None:
    sources = [{"data": "a.npz", "licence": "x", "alphabets": ["letters", "upper"]}]

    recipe = read_recipe(str(write_recipe(tmp_path / "r.json", alphabets=["letters", "upper"], sources=sources)))

    assert recipe.classes == CLASSES["letters"]


def test_classes_that_are_learned_beside_come_after_those_that_are_answered(tmp_path: Path) -> None:
    sources = [{"data": "a.npz", "licence": "x", "alphabets": ["digits", "upper"]}]
    change: dict[str, Any] = {"alphabets": ["digits"], "sources": sources}

    recipe = read_recipe(str(write_recipe(tmp_path / "r.json", **change, beside=["upper"])))

    assert (recipe.alphabets, recipe.learned) == (("digits",), ("digits", "upper"))
    assert recipe.classes == (*CLASSES["digits"], *CLASSES["upper"])
    with pytest.raises(Fault, match="its alphabets are not those"):
        read_recipe(str(write_recipe(tmp_path / "r.json", **change)))
    with pytest.raises(Fault, match="its alphabets are not those"):
        read_recipe(str(write_recipe(tmp_path / "r.json", **change, beside=["upper"], frequent=["upper"])))
    with pytest.raises(Fault, match="no known alphabet"):
        read_recipe(str(write_recipe(tmp_path / "r.json", **change, beside=["runes"])))


def test_a_missing_recipe_is_reported(tmp_path: Path) -> None:
    with pytest.raises(
        Fault,
        match=r"^There is no recipe “soup”; there is: digit-drawings, digit-pictures, digits, equations, "
        r"glyph-pictures, glyphs, lines\.$",
    ):
        read_recipe("soup")
    with pytest.raises(Fault, match="no recipe “../recipes/digits”"):
        read_recipe("../recipes/digits")
    with pytest.raises(Fault, match=r"none\.json” cannot be read: no such file"):
        read_recipe(str(tmp_path / "none.json"))
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(Fault, match=r"folder\.json” is not a file"):
        read_recipe(str(tmp_path / "folder.json"))


_SOURCE: dict[str, Any] = {"data": "digits.npz", "licence": "none needed", "alphabets": ["digits", "upper"]}


def _source(**change: Any) -> dict[str, Any]:
    return {"sources": [{**_SOURCE, **change}]}


@pytest.mark.parametrize(
    "change",
    [
        {"format": "soup"},
        {"surprise": 1},
        {"name": 7},
        {"alphabets": []},
        {"alphabets": ["runes"]},
        {"alphabets": "digits"},
        {"alphabets": None},
        {"alphabets": ["digits"]},
        {"alphabets": ["digits", "upper", "lower"]},
        {"sources": []},
        {"sources": None},
        {"sources": ["digits.npz"]},
        {"sources": [{"data": "digits.npz"}]},
        _source(data=7),
        _source(surprise=1),
        _source(repeat=0),
        _source(repeat="often"),
        _source(foreign=-1),
        _source(foreign=1.5),
        _source(most=-1),
        _source(most=2.5),
        _source(most="few"),
        _source(alphabets=["digits", "runes"]),
        _source(alphabets=["digits"]),
        _source(alphabets=7),
        {"architecture": "brain"},
        {"epochs": 0},
        {"epochs": "many"},
        {"epochs": 1.5},
        {"batch_size": 0},
        {"variants": 0},
        {"pictures": 0},
        {"pictures": 1.5},
        {"pictures": "some"},
        {"frequent": ["lower"]},
        {"frequent": ["runes"]},
        {"frequent": 7},
        {"surrounded": "no"},
        {"surrounded": 7},
        {"surrounded": None},
        {"variation": {"courage": 1.0}},
        {"variation": {"bold": 0.1}},
        {"variation": {"turn": -1}},
        {"variation": {"turn": "much"}},
        {"variation": {"turn": float("nan")}},
        {"variation": {"turn": float("inf")}},
        {"variation": {"turn": None}},
        {"variation": ["turn"]},
        {"variation": 7},
        {"distortion": {"courage": 1.0}},
        {"distortion": {"wobble": 0.1}},
        {"distortion": {"elastic": -0.1}},
        {"distortion": {"elastic": "much"}},
        {"distortion": {"shift": float("inf")}},
        {"distortion": "none"},
        {"width": 0},
        {"joint": None},
        {"seed": -1},
        {"held_out": 1.0},
        {"held_out": -0.1},
        {"held_out": "some"},
        {"without_trajectory": 2},
        {"average": 1},
        {"label_smoothing": None},
        {"learning_rate": 0},
        {"learning_rate": float("nan")},
        {"weight_decay": -1},
        {"strangers": {"martians": 4}},
        {"strangers": {"scribbles": -4}},
        {"strangers": {"scribbles": "some"}},
        {"strangers": [4]},
        {"expressions": ""},
        {"expressions": 7},
    ],
)
def test_a_damaged_recipe_is_reported_in_one_sentence(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(Fault) as caught:
        read_recipe(str(write_recipe(tmp_path / "spoilt.json", **change)))

    sentence = str(caught.value)
    assert sentence.startswith(f"The recipe “{tmp_path / 'spoilt.json'}” is damaged: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("missing", ["format", "name", "description", "alphabets", "sources"])
def test_a_recipe_without_what_it_needs_is_damaged(tmp_path: Path, missing: str) -> None:
    content = recipe_content()
    del content[missing]
    (tmp_path / "spoilt.json").write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(Fault, match="is damaged: "):
        read_recipe(str(tmp_path / "spoilt.json"))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{", b"[]", b"7", b"null", b"[" * 100_000, b'{"format": []}'])
def test_a_file_that_is_no_recipe_is_reported(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "spoilt.json").write_bytes(content)

    with pytest.raises(Fault, match="is damaged: "):
        read_recipe(str(tmp_path / "spoilt.json"))


def test_a_huge_file_is_no_recipe(tmp_path: Path) -> None:
    (tmp_path / "huge.json").write_bytes(b" " * (2**20 + 1))

    with pytest.raises(Fault, match="larger than the 1 MB"):
        read_recipe(str(tmp_path / "huge.json"))
