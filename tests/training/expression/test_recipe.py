"""Recipes of expressions, and who is held out."""

import json
from pathlib import Path
from typing import Any

import pytest

from digitvision.faults import Fault
from digitvision.training.expression.recipe import ARCHITECTURE, ExpressionRecipe, parse_any_recipe
from digitvision.training.expression.trainer import held_out_writers
from digitvision.training.recipes.recipe import Recipe, load_recipe

BASE: dict[str, Any] = {
    "format": "digitvision-recipe",
    "architecture": ARCHITECTURE,
    "name": "mine",
    "description": "Mine.",
    "expressions": "e.jsonl.xz",
    "licence": "mine",
}


def _write(path: Path, **change: Any) -> str:
    path.write_text(json.dumps({**BASE, **change}))
    return str(path)


def test_the_shipped_recipe_is_read() -> None:
    recipe = load_recipe("equations", parse_any_recipe)
    assert isinstance(recipe, ExpressionRecipe)
    assert recipe.name == "equations"
    assert recipe.sources[0].data.endswith("crohme2014_2016_train.jsonl.xz")
    assert all(source.licence for source in recipe.sources)


def test_other_recipes_are_recognized(tmp_path: Path) -> None:
    assert isinstance(load_recipe("digits", parse_any_recipe), Recipe)
    with pytest.raises(Fault, match="cannot be read"):
        load_recipe(str(tmp_path / "none.json"), parse_any_recipe)
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(Fault, match="is damaged"):
        load_recipe(str(tmp_path / "list.json"), parse_any_recipe)
    assert isinstance(load_recipe(_write(tmp_path / "a.json"), parse_any_recipe), ExpressionRecipe)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "another"},
        {"members": 0},
        {"blocks": 0},
        {"restart_after": 24},
        {"restart_after": [24, 12]},
        {"restart_after": [0, 12]},
        {"epochs": 1.5},
        {"dropout": 1},
        {"learning_rate": 0},
        {"description": ""},
        {"changes": {"wobbel": 0.1}},
        {"changes": {"crop": 2}},
        {"unknown": 1},
        {"glyphs": [{"path": "x"}]},
    ],
)
def test_a_recipe_that_makes_no_sense_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(Fault, match=r"^The recipe .* is damaged"):
        load_recipe(_write(tmp_path / "bad.json", **change), parse_any_recipe)


def test_whole_writers_are_held_out_up_to_the_share_and_nobody_who_wrote_much_more_than_others() -> None:
    writers = ["much"] * 400 + [f"w{number}" for number in range(60) for _ in range(10)]
    out = held_out_writers(writers, 0.1, 1)
    assert "much" not in out
    assert 0.1 <= sum(writer in out for writer in writers) / len(writers) < 0.12
    assert out == held_out_writers(writers, 0.1, 1)
    assert out != held_out_writers(writers, 0.1, 2)
