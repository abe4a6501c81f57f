"""Answers of a network that are spoiled as a test wants it, for what calibration makes of them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.models.model_card import ModelCard
from digitvision.recognition.prediction import Label
from digitvision.training.recipes.calibration import WayOutputs
from digitvision.training.recipes.recipe import Recipe
from digitvision.training.recipes.training_set import TrainingSet, Way
from tests.recognition.model_folders import classic_card
from tests.training.recipes.made_recipes import read_recipe, write_recipe
from tests.training.recipes.made_sets import training_set

GLYPHS = 20_000

JUNK_KINDS = 1000

SOURCES = [
    {"data": "digits.npz", "licence": "x", "alphabets": ["digits"]},
    {"data": "capitals.npz", "licence": "x", "alphabets": ["upper"]},
]


def calibrated_recipe(tmp_path: Path, **change: Any) -> Recipe:
    return read_recipe(str(write_recipe(tmp_path / "r.json", sources=SOURCES, **change)))


def blank_card(recipe: Recipe) -> ModelCard:
    labels = tuple(Label(text, text) for text in recipe.classes)
    return replace(classic_card(), labels=labels, rejects=True, views=("raster", "trajectory"))


def answers(
    recipe: Recipe,
    *,
    priors: NDArray[np.float64] | None = None,
    temperature: float = 1.0,
    favour: NDArray[np.float64] | None = None,
    junk: int = JUNK_KINDS,
    seed: int = 0,
) -> tuple[TrainingSet, NDArray[np.float32]]:
    """Held-out digits, capitals and junk with a network's answers to them.

    Args:
        temperature: Below 1 the network is too sure of itself, above 1 too little.
        favour: Added to the logits of all classes, as a network does that saw some more often.
    """
    generator = np.random.default_rng(seed)
    classes = len(recipe.classes)
    labels = generator.choice(classes, GLYPHS, p=priors)
    logits = generator.normal(0, 1, (GLYPHS + junk, classes + 1))
    # A little of their own class's evidence for all but junk: the honest posterior is known then.
    logits = 2.5 * logits
    evidence = 2.5**2
    logits[np.arange(GLYPHS), labels] += evidence
    logits[GLYPHS:, classes] += 1.5 * evidence
    logits = logits / temperature
    if favour is not None:
        logits[:, :classes] += favour
    logits -= logits.max(axis=1, keepdims=True)
    outputs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    held = np.concatenate([labels, np.full(junk, classes)])
    source = np.where(held < 10, 0, np.where(held < classes, 1, 2))
    return training_set(held_labels=held, held_source=source), outputs.astype(np.float32)


def shown_alone(outputs: NDArray[np.float32]) -> dict[Way, WayOutputs]:
    """The outputs as those for all held-out glyphs, each given alone."""
    return {"alone": WayOutputs(np.arange(len(outputs)), outputs)}


def figures_of(card: ModelCard, name: str, way: str = "") -> dict[str, float]:
    return {figure.name: figure.value for figure in card.figures if figure.data == f"held-out writers, {name}{way}"}


def given_in_all_ways(of: TrainingSet, outputs: NDArray[np.float32], *, junk: bool = True) -> dict[Way, WayOutputs]:
    """The answers to all glyphs alone, to a third in their expressions, and to two thirds as pictures."""
    rows = np.arange(len(outputs))
    junk_label = outputs.shape[1] - 1
    chosen = {"alone": rows >= 0, "in context": rows % 3 == 0, "as pictures": rows % 3 != 0}
    outputs_by_way: dict[Way, WayOutputs] = {}
    for way in ("alone", "in context", "as pictures"):
        here = np.flatnonzero(chosen[way] & (junk | (way == "alone") | (of.held_labels != junk_label)))
        outputs_by_way[way] = WayOutputs(here, outputs[here])
    return outputs_by_way
