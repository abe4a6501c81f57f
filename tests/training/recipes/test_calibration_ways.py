"""Calibration of a network that is given its glyphs in several ways: each has its own figures, and all count."""

from pathlib import Path

import numpy as np
import pytest

from digitvision.training.recipes.calibration import MOST_DOUBTED, TOO_CLOSE, WayOutputs, calibrate_alphabets
from digitvision.training.recipes.training_set import Way
from tests.training.recipes.answers import (
    answers,
    blank_card,
    calibrated_recipe,
    figures_of,
    given_in_all_ways,
    shown_alone,
)


@pytest.mark.slow
def test_figures_of_each_way_carry_its_words_and_are_of_its_glyphs(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path)
    of, outputs = answers(recipe)
    outputs = outputs.copy()
    # As pictures all digits are read wrong, in their expressions all right, and alone as the network reads them.
    outputs_by_way = given_in_all_ways(of, outputs)
    digits = of.held_labels < 10
    for part, shift in ((outputs_by_way["in context"], 0), (outputs_by_way["as pictures"], 1)):
        mine = digits[part.rows]
        part.outputs[mine] = 1e-4
        part.outputs[mine, (of.held_labels[part.rows[mine]] + shift) % 10] = 0.99

    card = calibrate_alphabets(blank_card(recipe), recipe, of, outputs_by_way)

    card.check()
    samples = {figure.data: figure.samples for figure in card.figures if figure.name == "accuracy"}
    for name, own in (("digits", digits), ("upper", (of.held_labels >= 10) & (of.held_labels < 36))):
        rows = np.flatnonzero(own)
        counts = {
            "": len(rows),
            ", in their expressions": (rows % 3 == 0).sum(),
            ", as pictures": (rows % 3 != 0).sum(),
        }
        for words, count in counts.items():
            assert samples[f"held-out writers, {name}{words}"] == count
            assert samples[f"held out of {'digits' if name == 'digits' else 'capitals'}.npz, {name}{words}"] == count
    assert figures_of(card, "digits", ", in their expressions")["accuracy"] == 1
    assert figures_of(card, "digits", ", as pictures")["accuracy"] == 0
    alone = figures_of(card, "digits")["accuracy"]
    rows = np.flatnonzero(digits)
    plain = outputs[rows][:, :10].argmax(axis=1) == of.held_labels[rows]
    assert alone == pytest.approx(plain.mean(), abs=0.05)
    # What was measured of glyphs alone is what comes first: the model's own figure.
    assert card.figures[0].data == "held-out writers, digits"


@pytest.mark.slow
def test_a_way_that_shows_no_glyph_of_an_alphabet_has_no_figures(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path)
    of, outputs = answers(recipe)
    capitals = np.flatnonzero((of.held_labels >= 10) & (of.held_labels < 36))
    nothing = np.zeros(0, np.intp)
    outputs_by_way: dict[Way, WayOutputs] = {
        **shown_alone(outputs),
        "in context": WayOutputs(capitals, outputs[capitals]),
        "as pictures": WayOutputs(nothing, outputs[nothing]),
    }

    card = calibrate_alphabets(blank_card(recipe), recipe, of, outputs_by_way)

    card.check()
    data = {figure.data for figure in card.figures}
    assert "held-out writers, upper, in their expressions" in data
    assert "held-out writers, digits, in their expressions" not in data
    assert not any("as pictures" in reported for reported in data)
    # No junk was given in an expression.
    assert "strangers doubted" not in figures_of(card, "upper", ", in their expressions")
    assert "strangers doubted" in figures_of(card, "upper")


@pytest.mark.slow
def test_glyphs_given_the_same_in_all_ways_are_calibrated_as_if_given_once(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path)
    of, outputs = answers(recipe, temperature=0.7)
    rows = np.arange(len(outputs))
    ways: tuple[Way, ...] = ("alone", "in context", "as pictures")

    once = calibrate_alphabets(blank_card(recipe), recipe, of, shown_alone(outputs))
    thrice = calibrate_alphabets(blank_card(recipe), recipe, of, {way: WayOutputs(rows, outputs) for way in ways})

    for item, other in zip(once.alphabets, thrice.alphabets, strict=True):
        assert other.temperature == pytest.approx(item.temperature, rel=0.03)
        assert other.sure_above == pytest.approx(item.sure_above, abs=0.01)
        assert other.in_vocabulary_above == pytest.approx(item.in_vocabulary_above, abs=0.01)
        np.testing.assert_allclose(
            other.prior_correction or np.zeros(len(other.class_indices)), item.prior_correction or 0, atol=0.1
        )
    for words in ("", ", in their expressions", ", as pictures"):
        for name, value in figures_of(once, "upper").items():
            assert figures_of(thrice, "upper", words)[name] == pytest.approx(value, abs=0.02)


@pytest.mark.slow
def test_all_ways_count_for_what_is_sure(tmp_path: Path) -> None:
    recipe = calibrated_recipe(tmp_path)
    of, outputs = answers(recipe, junk=0)
    # Alone every glyph is known for certain; as a picture hardly any.
    rows = np.arange(len(outputs))
    certain = np.full_like(outputs, 1e-6)
    certain[rows, of.held_labels] = 1 - 4e-5
    doubtful = np.full_like(outputs, 0.2 / outputs.shape[1])
    doubtful[rows, of.held_labels] += 0.2
    doubtful[:, -1] += 0.6

    alone = calibrate_alphabets(blank_card(recipe), recipe, of, shown_alone(certain))
    both = calibrate_alphabets(
        blank_card(recipe),
        recipe,
        of,
        {**shown_alone(certain), "as pictures": WayOutputs(rows, doubtful.astype(np.float32))},
    )

    for name in ("digits", "upper"):
        assert alone.alphabet_card(name).in_vocabulary_above > 0.9
        assert both.alphabet_card(name).in_vocabulary_above < 0.5
        # At most so many of all are doubted, which is twice as many of the pictures.
        doubted = 1 - figures_of(both, name, ", as pictures")["coverage of sure answers"]
        assert doubted <= 2 * (MOST_DOUBTED + TOO_CLOSE) + 0.01
