"""The classes that the glyphs of a batch are compared with: those of an alphabet that they are for."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from digitvision.recognition.alphabets import CLASSES
from digitvision.training.recipes.batches import OWN_ALPHABET, Batch
from digitvision.training.recipes.recipe import Recipe
from tests.training.recipes.batches import batches_of, batches_recipe
from tests.training.recipes.made_sets import written_set

_ALPHABETS: Final = ("all", "letters", "upper", "lower", "digits")


def _of_alphabets(folder: Path, **change: Any) -> Recipe:
    """Sources: letters of one case each, both, digits, signs, and one whose glyphs are for no alphabet."""
    names = [("all", "upper", "letters"), ("letters", "lower", "all"), ("all", "letters"), ("digits",), ("all",), ()]
    sources = [
        {"data": f"{number}.npz", "licence": "x", "alphabets": alphabets} for number, alphabets in enumerate(names)
    ]
    change = {"strangers": {}, "expressions": "", "batch_size": 400, **change}
    return batches_recipe(folder, alphabets=list(_ALPHABETS), sources=sources, **change)


def _among(recipe: Recipe, text: str, source: int) -> tuple[list[frozenset[str]], Batch]:
    """The classes that 400 glyphs of a class and source are compared with."""
    label = len(recipe.classes) if text == "junk" else recipe.classes.index(text)
    of = written_set("4" * 400, labels=np.full(400, label), source=np.full(400, source))
    (batch,) = batches_of(recipe, of, 1)
    names = np.array([*recipe.classes, "junk"])
    return [frozenset(names[row == 1].tolist()) for row in batch.among], batch


@pytest.mark.parametrize(
    ("text", "source", "own", "others"),
    [
        ("C", 0, "upper", ["letters", "all"]),
        ("c", 1, "lower", ["letters", "all"]),
        ("c", 2, "letters", ["all"]),
        ("C", 2, "letters", ["all"]),
        ("4", 3, "digits", []),
        ("+", 4, "all", []),
        # A glyph that is none of the class that its source is mostly for.
        ("c", 0, "letters", ["all"]),
        ("4", 1, "all", []),
    ],
)
def test_most_glyphs_are_compared_with_the_smallest_alphabet_that_they_are_for(
    tmp_path: Path, text: str, source: int, own: str, others: list[str]
) -> None:
    found, _ = _among(_of_alphabets(tmp_path), text, source)

    kinds = {name: frozenset((*CLASSES[name], "junk")) for name in (own, *others)}
    assert set(found) == set(kinds.values())
    share = found.count(kinds[own]) / len(found)
    # Where chance draws among all that fit, it may draw the smallest, too.
    assert share == pytest.approx(OWN_ALPHABET + (1 - OWN_ALPHABET) / (1 + len(others)), abs=0.07)
    for name in others:
        assert found.count(kinds[name]) / len(found) == pytest.approx((1 - share) / len(others), abs=0.06)


@pytest.mark.parametrize(("text", "source"), [("junk", 6), ("4", 5), ("c", 3)])
def test_junk_and_glyphs_that_are_for_no_alphabet_are_compared_with_all_classes(
    tmp_path: Path, text: str, source: int
) -> None:
    recipe = _of_alphabets(tmp_path)

    found, _ = _among(recipe, text, source)

    assert set(found) == {frozenset((*recipe.classes, "junk"))}


@pytest.mark.parametrize("source", range(7))
def test_own_class_and_junk_is_always_among_them(tmp_path: Path, source: int) -> None:
    recipe = _of_alphabets(tmp_path)
    labels = np.arange(400) % (len(recipe.classes) + 1)
    of = written_set("4" * 400, labels=labels, source=np.full(400, source))

    (batch,) = batches_of(recipe, of, 1)

    assert set(np.unique(batch.among)) <= {0, 1}
    assert (batch.among[:, -1] == 1).all()
    assert (batch.among[np.arange(400), batch.labels] == 1).all()
