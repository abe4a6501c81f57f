"""Calibration by alphabet: what it fits is what was spoiled, and its limits keep what they promise."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.recognition.models.model_card import ModelCard
from digitvision.recognition.recognizer import calibrated_probabilities
from digitvision.training.recipes.calibration import (
    HIGHEST_TOO_CLOSE,
    JUNK_CAUGHT,
    MOST_DOUBTED,
    TOO_CLOSE,
    WayOutputs,
    calibrate_alphabets,
    familiar_classes,
    held_out_rows,
)
from digitvision.training.recipes.recipe import Recipe
from digitvision.training.recipes.training_set import TrainingSet
from tests.training.recipes.answers import (
    answers,
    blank_card,
    calibrated_recipe,
    figures_of,
    given_in_all_ways,
    shown_alone,
)

pytestmark = pytest.mark.slow


def answers_within(card: ModelCard, name: str, of: TrainingSet, recipe: Recipe, outputs: NDArray[np.float32]) -> Any:
    """An alphabet's rows, truth, calibrated probabilities and known, as the recognizer makes them of its card."""
    item = card.alphabet_card(name)
    rows = held_out_rows(recipe, of, name)
    indices = np.array(item.class_indices)
    truth = np.array([item.class_indices.index(label) for label in of.held_labels[rows].tolist()])
    prior_correction = np.array(item.prior_correction or np.zeros(len(indices)), np.float32)
    probabilities = calibrated_probabilities(outputs[rows][:, indices], item.temperature, prior_correction)
    familiar = familiar_classes(card, frozenset(recipe.classes[index] for index in indices))
    known = outputs[:, : len(recipe.classes)][:, familiar].sum(axis=1)
    return item, rows, truth, probabilities, known


def test_each_alphabet_has_its_own_classes_glyphs_and_figures(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path)
    of, outputs = answers(recipe)

    card = calibrate_alphabets(blank_card(recipe), recipe, of, shown_alone(outputs))

    card.check()
    assert [item.name for item in card.alphabets] == ["digits", "upper"]
    assert [tuple(recipe.classes[index] for index in item.class_indices) for item in card.alphabets] == [
        tuple("0123456789"), tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ]  # fmt: skip
    samples = {figure.data: figure.samples for figure in card.figures if figure.name == "accuracy"}
    assert samples["held-out writers, digits"] == (of.held_source == 0).sum()
    assert samples["held-out writers, upper"] == (of.held_source == 1).sum()
    assert samples["held out of digits.npz, digits"] == (of.held_source == 0).sum()


@pytest.mark.parametrize("temperature", [0.6, 1.0, 1.7])
def test_confidence_is_brought_back_to_what_it_is_worth(tmp_path: Path, temperature: float) -> None:
    recipe = calibrated_recipe(tmp_path)
    of, outputs = answers(recipe, temperature=temperature)

    card = calibrate_alphabets(blank_card(recipe), recipe, of, shown_alone(outputs))

    for name in ("digits", "upper"):
        assert card.alphabet_card(name).temperature == pytest.approx(1 / temperature, rel=0.12)
        assert figures_of(card, name)["expected calibration error"] < 0.02


def test_how_frequent_classes_are_among_the_held_out_glyphs_is_not_learned(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path)
    priors = np.full(36, 0.2)
    priors[[1, 12]] = 8
    of, outputs = answers(recipe, priors=priors / priors.sum())

    card = calibrate_alphabets(blank_card(recipe), recipe, of, shown_alone(outputs))

    for name in ("digits", "upper"):
        item, rows, _, probabilities, _ = answers_within(card, name, of, recipe, outputs)
        np.testing.assert_array_equal(
            probabilities.argmax(axis=1), outputs[rows][:, list(item.class_indices)].argmax(axis=1)
        )


def test_where_the_recipe_says_so_how_frequent_classes_are_counts(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path, frequent=["upper"])
    priors = np.full(36, 0.2)
    priors[[1, 12]] = 8
    of, outputs = answers(recipe, priors=priors / priors.sum())

    card = calibrate_alphabets(blank_card(recipe), recipe, of, shown_alone(outputs))

    card.check()
    assert card.alphabet_card("digits").prior_correction == ()
    item, rows, truth, probabilities, _ = answers_within(card, "upper", of, recipe, outputs)
    # The digit 1 and the letter C.
    assert np.argmax(item.prior_correction) == 2
    assert item.prior_correction[2] > 1
    plain = (outputs[rows][:, list(item.class_indices)].argmax(axis=1) == truth).mean()
    assert (probabilities.argmax(axis=1) == truth).mean() > plain + 0.01
    assert figures_of(card, "upper")["accuracy"] == pytest.approx(
        (probabilities.argmax(axis=1) == truth).mean(), abs=1e-3
    )
    assert figures_of(card, "upper")["expected calibration error"] < 0.02


def test_biases_take_back_what_the_network_favours(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path, frequent=["digits", "upper"])
    favour = np.zeros(36)
    favour[[0, 3, 11, 20]] = 4.0
    of, outputs = answers(recipe, favour=favour)

    card = calibrate_alphabets(blank_card(recipe), recipe, of, shown_alone(outputs))

    for name in ("digits", "upper"):
        item, rows, truth, probabilities, _ = answers_within(card, name, of, recipe, outputs)
        plain = (outputs[rows][:, list(item.class_indices)].argmax(axis=1) == truth).mean()
        assert (probabilities.argmax(axis=1) == truth).mean() > plain + 0.05
        wanted = -favour[list(item.class_indices)]
        np.testing.assert_allclose(item.prior_correction, wanted - wanted.mean(), atol=1.0)


def test_where_biases_do_not_help_there_are_none(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path, frequent=["digits", "upper"])
    of, outputs = answers(recipe)
    # A network that is never wrong cannot be helped.
    outputs = np.full_like(outputs, 1e-4)
    outputs[np.arange(len(outputs)), of.held_labels] = 1 - 1e-4 * (outputs.shape[1] - 1)

    card = calibrate_alphabets(blank_card(recipe), recipe, of, shown_alone(outputs))

    assert [item.prior_correction for item in card.alphabets] == [(), ()]


@pytest.mark.parametrize("seed", [0, 1])
def test_the_limits_keep_what_they_promise(tmp_path: Path, seed: int) -> None:
    recipe = calibrated_recipe(tmp_path)
    of, outputs = answers(recipe, seed=seed)

    card = calibrate_alphabets(blank_card(recipe), recipe, of, shown_alone(outputs))

    for name in ("digits", "upper"):
        item, rows, truth, probabilities, known = answers_within(card, name, of, recipe, outputs)
        confidence = probabilities.max(axis=1)
        assert item.sure_above <= HIGHEST_TOO_CLOSE
        assert (confidence < item.sure_above).mean() <= TOO_CLOSE + 0.002
        assert (known[rows] < item.in_vocabulary_above).mean() <= MOST_DOUBTED + 0.002
        figures = figures_of(card, name)
        sure = (confidence >= item.sure_above) & (known[rows] >= item.in_vocabulary_above)
        assert figures["coverage of sure answers"] == pytest.approx(sure.mean(), abs=2e-3)
        assert figures["accuracy of sure answers"] == pytest.approx(
            (probabilities.argmax(axis=1) == truth)[sure].mean(), abs=2e-3
        )
        junk = known[of.held_labels == len(recipe.classes)]
        assert figures["strangers doubted"] == pytest.approx((junk < item.in_vocabulary_above).mean(), abs=2e-3)


def test_no_more_is_doubted_than_the_junk_asks_for(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path)
    of, outputs = answers(recipe)
    junk_label = len(recipe.classes)
    # Junk that is easily recognized.
    junk = of.held_labels == junk_label
    outputs[junk] = 0.01 / junk_label
    outputs[junk, junk_label] = 0.99
    outputs[junk, 0] += np.random.default_rng(0).uniform(0, 0.02, junk.sum()).astype(np.float32)

    card = calibrate_alphabets(blank_card(recipe), recipe, of, shown_alone(outputs))

    for name in ("digits", "upper"):
        item, rows, _, _, known = answers_within(card, name, of, recipe, outputs)
        assert (known[junk] < item.in_vocabulary_above).mean() == pytest.approx(JUNK_CAUGHT, abs=0.01)
        assert (known[rows] < item.in_vocabulary_above).mean() < MOST_DOUBTED
        assert figures_of(card, name)["AUROC of glyphs against strangers"] > 0.98


def test_without_junk_the_share_of_glyphs_alone_decides(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path)
    of, outputs = answers(recipe, junk=0)

    card = calibrate_alphabets(blank_card(recipe), recipe, of, shown_alone(outputs))

    card.check()
    for name in ("digits", "upper"):
        item, rows, _, _, known = answers_within(card, name, of, recipe, outputs)
        assert (known[rows] < item.in_vocabulary_above).mean() == pytest.approx(MOST_DOUBTED, abs=0.005)
        assert "strangers doubted" not in figures_of(card, name)


def test_a_network_that_is_certain_of_its_glyphs_is_not_doubted_altogether(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path)
    of, outputs = answers(recipe, junk=0)
    outputs = np.full_like(outputs, 1e-6)
    outputs[np.arange(len(outputs)), of.held_labels] = 1 - 4e-5

    card = calibrate_alphabets(blank_card(recipe), recipe, of, shown_alone(outputs))

    for name in ("digits", "upper"):
        assert figures_of(card, name)["coverage of sure answers"] > 0.95


def test_figures_are_of_the_calibration_that_the_card_says(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path)
    of, outputs = answers(recipe, temperature=0.7)
    outputs_by_way = given_in_all_ways(of, outputs, junk=False)

    card = calibrate_alphabets(blank_card(recipe), recipe, of, outputs_by_way)

    for name in ("digits", "upper"):
        item, rows, truth, probabilities, known = answers_within(card, name, of, recipe, outputs)
        for those, words in (
            (outputs_by_way["in context"], ", in their expressions"),
            (outputs_by_way["as pictures"], ", as pictures"),
        ):
            part = np.isin(rows, those.rows)
            right = probabilities.argmax(axis=1) == truth
            sure = (probabilities.max(axis=1) >= item.sure_above) & (known[rows] >= item.in_vocabulary_above)
            figures = figures_of(card, name, words)
            assert figures["accuracy"] == pytest.approx(right[part].mean(), abs=1e-3)
            assert figures["coverage of sure answers"] == pytest.approx(sure[part].mean(), abs=2e-3)
            assert figures["accuracy of sure answers"] == pytest.approx(right[part & sure].mean(), abs=2e-3)


def test_outputs_are_taken_for_the_glyphs_that_were_given() -> None:
    part = WayOutputs(np.array([1, 4, 5]), np.array([[0.1], [0.4], [0.5]], np.float32))

    assert part.taking(np.array([True, True, False, True, False, True]))[:, 0].tolist() == pytest.approx([0.1, 0.5])
    assert part.taking(np.zeros(6, bool)).shape == (0, 1)


def test_familiar_classes_are_in_the_alphabet_or_look_like_one_of_it(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path)

    familiar = familiar_classes(blank_card(recipe), frozenset("0123456789"))

    assert {text for text, is_so in zip(recipe.classes, familiar, strict=True) if is_so} == set("0123456789BIOSZ")


def test_what_is_learned_beside_is_not_answered(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path)
    of, outputs = answers(recipe)
    only_digits = replace(recipe, alphabets=("digits",), beside=("upper",))

    both = calibrate_alphabets(blank_card(recipe), recipe, of, shown_alone(outputs))
    card = calibrate_alphabets(blank_card(only_digits), only_digits, of, shown_alone(outputs))

    card.check()
    assert card.alphabets == both.alphabets[:1]
    assert len(card.labels) == len(recipe.classes) == 36
    assert figures_of(card, "digits") == figures_of(both, "digits")
    assert not figures_of(card, "upper")
