"""Calibration by alphabet: what it fits is what was spoiled, and its limits keep what they promise."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.recognition.modelcard import ModelCard
from digitvision.recognition.prediction import Label
from digitvision.recognition.recognizer import calibrated
from digitvision.training.calibration import (
    HIGHEST_TOO_CLOSE,
    MOST_DOUBTED,
    STRANGERS_CAUGHT,
    TOO_CLOSE,
    calibrate_alphabets,
    familiar_places,
    held_out_rows,
)
from digitvision.training.recipe import Recipe, load_recipe
from digitvision.training.trainingset import TrainingSet
from tests.recognition.models import classic_card
from tests.training.recipes import write_recipe

GLYPHS = 6000
STRANGERS = 1000

_SOURCES = [
    {"data": "digits.npz", "licence": "x", "alphabets": ["digits"]},
    {"data": "capitals.npz", "licence": "x", "alphabets": ["upper"]},
]


def _recipe(tmp_path: Path) -> Recipe:
    return load_recipe(str(write_recipe(tmp_path / "r.json", sources=_SOURCES)))


def _card(recipe: Recipe) -> ModelCard:
    labels = tuple(Label(text, text) for text in recipe.classes)
    return replace(classic_card(), labels=labels, rejects=True, views=("raster", "trajectory"))


def _answers(
    recipe: Recipe,
    *,
    priors: NDArray[np.float64] | None = None,
    temperature: float = 1.0,
    favour: NDArray[np.float64] | None = None,
    strangers: int = STRANGERS,
    seed: int = 0,
) -> tuple[TrainingSet, NDArray[np.float32]]:
    """Held-out digits, capitals and strangers with a network's answers to them.

    Args:
        temperature: Below 1 the network is too sure of itself, above 1 too little.
        favour: Added to the logits of all classes, as a network does that saw some more often.
    """
    generator = np.random.default_rng(seed)
    classes = len(recipe.classes)
    labels = generator.choice(classes, GLYPHS, p=priors)
    logits = generator.normal(0, 1, (GLYPHS + strangers, classes + 1))
    # A little of their own class's evidence for all but strangers: the honest posterior is known then.
    logits = 2.5 * logits
    evidence = 2.5**2
    logits[np.arange(GLYPHS), labels] += evidence
    logits[GLYPHS:, classes] += 1.5 * evidence
    logits = logits / temperature
    if favour is not None:
        logits[:, :classes] += favour
    logits -= logits.max(axis=1, keepdims=True)
    outputs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    held = np.concatenate([labels, np.full(strangers, classes)])
    source = np.where(held < 10, 0, np.where(held < classes, 1, 2))
    nothing = np.zeros((0, 28, 28), np.uint8)
    of = TrainingSet(
        nothing[None], np.zeros((1, 0, 64, 6), np.int8), held[:0], held[:0],
        np.zeros((len(held), 28, 28), np.uint8), np.zeros((len(held), 64, 6), np.int8), held, source,
    )  # fmt: skip
    return of, outputs.astype(np.float32)


def _figures(card: ModelCard, name: str) -> dict[str, float]:
    return {figure.name: figure.value for figure in card.figures if figure.data == f"held-out writers, {name}"}


def _within(card: ModelCard, name: str, of: TrainingSet, recipe: Recipe, outputs: NDArray[np.float32]) -> Any:
    """An alphabet's rows, truth, calibrated probabilities and known, as the recognizer makes them of its card."""
    item = card.alphabet_card(name)
    rows = held_out_rows(recipe, of, name)
    places = np.array(item.places)
    truth = np.array([item.places.index(label) for label in of.held_labels[rows].tolist()])
    biases = np.array(item.biases or np.zeros(len(places)), np.float32)
    probabilities = calibrated(outputs[rows][:, places], item.temperature, biases)
    familiar = familiar_places(card, frozenset(recipe.classes[place] for place in places))
    known = outputs[:, : len(recipe.classes)][:, familiar].sum(axis=1)
    return item, rows, truth, probabilities, known


def test_each_alphabet_has_its_own_classes_glyphs_and_figures(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    of, outputs = _answers(recipe)

    card = calibrate_alphabets(_card(recipe), recipe, of, outputs)

    card.check()
    assert [item.name for item in card.alphabets] == ["digits", "upper"]
    assert [tuple(recipe.classes[place] for place in item.places) for item in card.alphabets] == [
        tuple("0123456789"), tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ]  # fmt: skip
    samples = {figure.data: figure.samples for figure in card.figures if figure.name == "accuracy"}
    assert samples["held-out writers, digits"] == (of.held_source == 0).sum()
    assert samples["held-out writers, upper"] == (of.held_source == 1).sum()
    assert samples["held out of digits.npz, digits"] == (of.held_source == 0).sum()


@pytest.mark.parametrize("temperature", [0.6, 1.0, 1.7])
def test_confidence_is_brought_back_to_what_it_is_worth(tmp_path: Path, temperature: float) -> None:
    recipe = _recipe(tmp_path)
    of, outputs = _answers(recipe, temperature=temperature)

    card = calibrate_alphabets(_card(recipe), recipe, of, outputs)

    for name in ("digits", "upper"):
        assert card.alphabet_card(name).temperature == pytest.approx(1 / temperature, rel=0.12)
        assert _figures(card, name)["expected calibration error"] < 0.02


def test_biases_help_where_the_network_favours_some_classes(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    favour = np.zeros(36)
    favour[[0, 3, 11, 20]] = 4.0
    of, outputs = _answers(recipe, favour=favour)

    card = calibrate_alphabets(_card(recipe), recipe, of, outputs)

    for name in ("digits", "upper"):
        item, rows, truth, probabilities, _ = _within(card, name, of, recipe, outputs)
        plain = (outputs[rows][:, list(item.places)].argmax(axis=1) == truth).mean()
        assert (probabilities.argmax(axis=1) == truth).mean() > plain + 0.05
        assert _figures(card, name)["accuracy"] == pytest.approx(
            (probabilities.argmax(axis=1) == truth).mean(), abs=1e-3
        )
        wanted = -favour[list(item.places)]
        np.testing.assert_allclose(item.biases, wanted - wanted.mean(), atol=1.0)


def test_biases_learn_how_frequent_classes_are(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    priors = np.full(36, 0.2)
    priors[[1, 12]] = 8
    of, outputs = _answers(recipe, priors=priors / priors.sum())

    card = calibrate_alphabets(_card(recipe), recipe, of, outputs)

    for name, frequent in (("digits", 1), ("upper", 2)):
        biases = card.alphabet_card(name).biases
        assert np.argmax(biases) == frequent
        assert biases[frequent] > 1


def test_where_biases_do_not_help_there_are_none(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    of, outputs = _answers(recipe)
    # A network that is never wrong cannot be helped.
    outputs = np.full_like(outputs, 1e-4)
    outputs[np.arange(len(outputs)), of.held_labels] = 1 - 1e-4 * (outputs.shape[1] - 1)

    card = calibrate_alphabets(_card(recipe), recipe, of, outputs)

    assert [item.biases for item in card.alphabets] == [(), ()]


@pytest.mark.parametrize("seed", [0, 1])
def test_the_limits_keep_what_they_promise(tmp_path: Path, seed: int) -> None:
    recipe = _recipe(tmp_path)
    of, outputs = _answers(recipe, seed=seed)

    card = calibrate_alphabets(_card(recipe), recipe, of, outputs)

    for name in ("digits", "upper"):
        item, rows, truth, probabilities, known = _within(card, name, of, recipe, outputs)
        confidence = probabilities.max(axis=1)
        assert item.sure_above <= HIGHEST_TOO_CLOSE
        assert (confidence < item.sure_above).mean() <= TOO_CLOSE + 0.002
        assert (known[rows] < item.known_above).mean() <= MOST_DOUBTED + 0.002
        figures = _figures(card, name)
        sure = (confidence >= item.sure_above) & (known[rows] >= item.known_above)
        assert figures["coverage of sure answers"] == pytest.approx(sure.mean(), abs=2e-3)
        assert figures["accuracy of sure answers"] == pytest.approx(
            (probabilities.argmax(axis=1) == truth)[sure].mean(), abs=2e-3
        )
        strange = known[of.held_labels == len(recipe.classes)]
        assert figures["strangers doubted"] == pytest.approx((strange < item.known_above).mean(), abs=2e-3)


def test_no_more_is_doubted_than_the_strangers_ask_for(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    of, outputs = _answers(recipe)
    stranger = len(recipe.classes)
    # Strangers that are told with ease.
    strange = of.held_labels == stranger
    outputs[strange] = 0.01 / stranger
    outputs[strange, stranger] = 0.99
    outputs[strange, 0] += np.random.default_rng(0).uniform(0, 0.02, strange.sum()).astype(np.float32)

    card = calibrate_alphabets(_card(recipe), recipe, of, outputs)

    for name in ("digits", "upper"):
        item, rows, _, _, known = _within(card, name, of, recipe, outputs)
        assert (known[strange] < item.known_above).mean() == pytest.approx(STRANGERS_CAUGHT, abs=0.01)
        assert (known[rows] < item.known_above).mean() < MOST_DOUBTED
        assert _figures(card, name)["AUROC of glyphs against strangers"] > 0.98


def test_without_strangers_the_share_of_glyphs_alone_decides(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    of, outputs = _answers(recipe, strangers=0)

    card = calibrate_alphabets(_card(recipe), recipe, of, outputs)

    card.check()
    for name in ("digits", "upper"):
        item, rows, _, _, known = _within(card, name, of, recipe, outputs)
        assert (known[rows] < item.known_above).mean() == pytest.approx(MOST_DOUBTED, abs=0.005)
        assert "strangers doubted" not in _figures(card, name)


def test_a_network_that_is_certain_of_its_glyphs_is_not_doubted_altogether(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    of, outputs = _answers(recipe, strangers=0)
    outputs = np.full_like(outputs, 1e-6)
    outputs[np.arange(len(outputs)), of.held_labels] = 1 - 4e-5

    card = calibrate_alphabets(_card(recipe), recipe, of, outputs)

    for name in ("digits", "upper"):
        assert _figures(card, name)["coverage of sure answers"] > 0.95


def test_familiar_is_what_is_in_the_alphabet_or_looks_like_it(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)

    familiar = familiar_places(_card(recipe), frozenset("0123456789"))

    assert {text for text, is_so in zip(recipe.classes, familiar, strict=True) if is_so} == set("0123456789BIOSZ")
