"""Recipes for the network that reads lines."""

import json
from pathlib import Path
from typing import Any

import pytest

from digitvision.faults import Fault
from digitvision.training.expression.recipe import ExpressionRecipe
from digitvision.training.recipes.recipe import load_recipe
from digitvision.training.text.recipe import LineRecipe, parse_recipe_by_architecture
from tests.training.text.made_lines import write_recipe


def test_the_shipped_recipe_names_data_with_licences() -> None:
    recipe = load_recipe("lines", parse_recipe_by_architecture)

    assert isinstance(recipe, LineRecipe)
    assert recipe.channels == (80, 128)
    assert all(source.licence for source in recipe.sources)
    # What is measured on is not learned from.
    assert not {source.data for source in recipe.sources} & {source.data for source in recipe.held_out}


def test_other_recipes_are_read_as_what_they_are() -> None:
    assert isinstance(load_recipe("equations", parse_recipe_by_architecture), ExpressionRecipe)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"lines": []}, "no lines to learn from"),
        ({"held_out": []}, "none to measure on"),
        ({"units": 0}, "“units” is 0"),
        ({"channels": [4, 0]}, "“channels” is 0"),
        ({"made": 3}, "“made” needs “letters”"),
        ({"numbers": [], "strings": 0}, "“mixed” needs “numbers”"),
        ({"sentences": [], "pieces": 0}, "needs words"),
        ({"dropout": 1}, "“dropout” is 1"),
        ({"learning_rate": 2}, "“learning_rate” is 2"),
        ({"changes": {"colour": 0.1}}, "colour"),
        ({"changes": {"slant": 7}}, "slant"),
        ({"restart_after": [3, 2]}, "restart_after"),
        ({"name": ""}, "“name” is no text"),
        ({"format": "other"}, "another form"),
        ({"unheard": 1}, "unheard"),
    ],
)
def test_a_recipe_that_makes_no_sense_is_refused(tmp_path: Path, change: dict[str, Any], problem: str) -> None:
    path = write_recipe(tmp_path)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))

    with pytest.raises(Fault, match=problem):
        load_recipe(str(path), parse_recipe_by_architecture)
