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
    Shown,
    calibrate_alphabets,
    familiar_places,
    held_out_rows,
)
from digitvision.training.recipe import Recipe, load_recipe
from digitvision.training.trainingset import TrainingSet, Way
from tests.recognition.models import classic_card
from tests.training.recipes import write_recipe
from tests.training.sets import training_set

GLYPHS = 20_000
STRANGERS = 1000

_SOURCES = [
    {"data": "digits.npz", "licence": "x", "alphabets": ["digits"]},
    {"data": "capitals.npz", "licence": "x", "alphabets": ["upper"]},
]


def _recipe(tmp_path: Path, **change: Any) -> Recipe:
    return load_recipe(str(write_recipe(tmp_path / "r.json", sources=_SOURCES, **change)))


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
    return training_set(held_labels=held, held_source=source), outputs.astype(np.float32)


def _alone(outputs: NDArray[np.float32]) -> dict[Way, Shown]:
    """The answers as those to all held-out glyphs, each shown alone."""
    return {"alone": Shown(np.arange(len(outputs)), outputs)}


def _figures(card: ModelCard, name: str, way: str = "") -> dict[str, float]:
    return {figure.name: figure.value for figure in card.figures if figure.data == f"held-out writers, {name}{way}"}


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

    card = calibrate_alphabets(_card(recipe), recipe, of, _alone(outputs))

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

    card = calibrate_alphabets(_card(recipe), recipe, of, _alone(outputs))

    for name in ("digits", "upper"):
        assert card.alphabet_card(name).temperature == pytest.approx(1 / temperature, rel=0.12)
        assert _figures(card, name)["expected calibration error"] < 0.02


def test_how_frequent_classes_are_among_the_held_out_glyphs_is_not_learned(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    priors = np.full(36, 0.2)
    priors[[1, 12]] = 8
    of, outputs = _answers(recipe, priors=priors / priors.sum())

    card = calibrate_alphabets(_card(recipe), recipe, of, _alone(outputs))

    for name in ("digits", "upper"):
        item, rows, _, probabilities, _ = _within(card, name, of, recipe, outputs)
        np.testing.assert_array_equal(probabilities.argmax(axis=1), outputs[rows][:, list(item.places)].argmax(axis=1))


def test_where_the_recipe_says_so_how_frequent_classes_are_counts(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path, frequent=["upper"])
    priors = np.full(36, 0.2)
    priors[[1, 12]] = 8
    of, outputs = _answers(recipe, priors=priors / priors.sum())

    card = calibrate_alphabets(_card(recipe), recipe, of, _alone(outputs))

    card.check()
    assert card.alphabet_card("digits").biases == ()
    item, rows, truth, probabilities, _ = _within(card, "upper", of, recipe, outputs)
    # The digit 1 and the letter C.
    assert np.argmax(item.biases) == 2
    assert item.biases[2] > 1
    plain = (outputs[rows][:, list(item.places)].argmax(axis=1) == truth).mean()
    assert (probabilities.argmax(axis=1) == truth).mean() > plain + 0.01
    assert _figures(card, "upper")["accuracy"] == pytest.approx(
        (probabilities.argmax(axis=1) == truth).mean(), abs=1e-3
    )
    assert _figures(card, "upper")["expected calibration error"] < 0.02


def test_biases_take_back_what_the_network_favours(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path, frequent=["digits", "upper"])
    favour = np.zeros(36)
    favour[[0, 3, 11, 20]] = 4.0
    of, outputs = _answers(recipe, favour=favour)

    card = calibrate_alphabets(_card(recipe), recipe, of, _alone(outputs))

    for name in ("digits", "upper"):
        item, rows, truth, probabilities, _ = _within(card, name, of, recipe, outputs)
        plain = (outputs[rows][:, list(item.places)].argmax(axis=1) == truth).mean()
        assert (probabilities.argmax(axis=1) == truth).mean() > plain + 0.05
        wanted = -favour[list(item.places)]
        np.testing.assert_allclose(item.biases, wanted - wanted.mean(), atol=1.0)


def test_where_biases_do_not_help_there_are_none(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path, frequent=["digits", "upper"])
    of, outputs = _answers(recipe)
    # A network that is never wrong cannot be helped.
    outputs = np.full_like(outputs, 1e-4)
    outputs[np.arange(len(outputs)), of.held_labels] = 1 - 1e-4 * (outputs.shape[1] - 1)

    card = calibrate_alphabets(_card(recipe), recipe, of, _alone(outputs))

    assert [item.biases for item in card.alphabets] == [(), ()]


@pytest.mark.parametrize("seed", [0, 1])
def test_the_limits_keep_what_they_promise(tmp_path: Path, seed: int) -> None:
    recipe = _recipe(tmp_path)
    of, outputs = _answers(recipe, seed=seed)

    card = calibrate_alphabets(_card(recipe), recipe, of, _alone(outputs))

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

    card = calibrate_alphabets(_card(recipe), recipe, of, _alone(outputs))

    for name in ("digits", "upper"):
        item, rows, _, _, known = _within(card, name, of, recipe, outputs)
        assert (known[strange] < item.known_above).mean() == pytest.approx(STRANGERS_CAUGHT, abs=0.01)
        assert (known[rows] < item.known_above).mean() < MOST_DOUBTED
        assert _figures(card, name)["AUROC of glyphs against strangers"] > 0.98


def test_without_strangers_the_share_of_glyphs_alone_decides(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    of, outputs = _answers(recipe, strangers=0)

    card = calibrate_alphabets(_card(recipe), recipe, of, _alone(outputs))

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

    card = calibrate_alphabets(_card(recipe), recipe, of, _alone(outputs))

    for name in ("digits", "upper"):
        assert _figures(card, name)["coverage of sure answers"] > 0.95


def _in_all_ways(of: TrainingSet, outputs: NDArray[np.float32], *, strangers: bool = True) -> dict[Way, Shown]:
    """The answers to all glyphs alone, to a third in their expressions, and to two thirds as pictures."""
    rows = np.arange(len(outputs))
    stranger = outputs.shape[1] - 1
    chosen = {"alone": rows >= 0, "in place": rows % 3 == 0, "pictured": rows % 3 != 0}
    shown: dict[Way, Shown] = {}
    for way in ("alone", "in place", "pictured"):
        here = np.flatnonzero(chosen[way] & (strangers | (way == "alone") | (of.held_labels != stranger)))
        shown[way] = Shown(here, outputs[here])
    return shown


def test_figures_of_each_way_carry_its_words_and_are_of_its_glyphs(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    of, outputs = _answers(recipe)
    outputs = outputs.copy()
    # As pictures all digits are read wrong, in their expressions all right, and alone as the network reads them.
    shown = _in_all_ways(of, outputs)
    digits = of.held_labels < 10
    for part, shift in ((shown["in place"], 0), (shown["pictured"], 1)):
        mine = digits[part.rows]
        part.outputs[mine] = 1e-4
        part.outputs[mine, (of.held_labels[part.rows[mine]] + shift) % 10] = 0.99

    card = calibrate_alphabets(_card(recipe), recipe, of, shown)

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
    assert _figures(card, "digits", ", in their expressions")["accuracy"] == 1
    assert _figures(card, "digits", ", as pictures")["accuracy"] == 0
    alone = _figures(card, "digits")["accuracy"]
    rows = np.flatnonzero(digits)
    plain = outputs[rows][:, :10].argmax(axis=1) == of.held_labels[rows]
    assert alone == pytest.approx(plain.mean(), abs=0.05)
    # What was measured of glyphs alone is what comes first: the model's own figure.
    assert card.figures[0].data == "held-out writers, digits"


def test_a_way_that_shows_no_glyph_of_an_alphabet_has_no_figures(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    of, outputs = _answers(recipe)
    capitals = np.flatnonzero((of.held_labels >= 10) & (of.held_labels < 36))
    nothing = np.zeros(0, np.intp)
    shown: dict[Way, Shown] = {
        **_alone(outputs),
        "in place": Shown(capitals, outputs[capitals]),
        "pictured": Shown(nothing, outputs[nothing]),
    }

    card = calibrate_alphabets(_card(recipe), recipe, of, shown)

    card.check()
    data = {figure.data for figure in card.figures}
    assert "held-out writers, upper, in their expressions" in data
    assert "held-out writers, digits, in their expressions" not in data
    assert not any("as pictures" in told for told in data)
    # Nobody strange was shown in an expression.
    assert "strangers doubted" not in _figures(card, "upper", ", in their expressions")
    assert "strangers doubted" in _figures(card, "upper")


def test_glyphs_shown_the_same_in_all_ways_are_calibrated_as_if_shown_once(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    of, outputs = _answers(recipe, temperature=0.7)
    rows = np.arange(len(outputs))
    ways: tuple[Way, ...] = ("alone", "in place", "pictured")

    once = calibrate_alphabets(_card(recipe), recipe, of, _alone(outputs))
    thrice = calibrate_alphabets(_card(recipe), recipe, of, {way: Shown(rows, outputs) for way in ways})

    for item, other in zip(once.alphabets, thrice.alphabets, strict=True):
        assert other.temperature == pytest.approx(item.temperature, rel=0.03)
        assert other.sure_above == pytest.approx(item.sure_above, abs=0.01)
        assert other.known_above == pytest.approx(item.known_above, abs=0.01)
        np.testing.assert_allclose(other.biases or np.zeros(len(other.places)), item.biases or 0, atol=0.1)
    for words in ("", ", in their expressions", ", as pictures"):
        for name, value in _figures(once, "upper").items():
            assert _figures(thrice, "upper", words)[name] == pytest.approx(value, abs=0.02)


def test_all_ways_count_for_what_is_sure(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    of, outputs = _answers(recipe, strangers=0)
    # Alone every glyph is known for certain; as a picture hardly any.
    rows = np.arange(len(outputs))
    certain = np.full_like(outputs, 1e-6)
    certain[rows, of.held_labels] = 1 - 4e-5
    doubtful = np.full_like(outputs, 0.2 / outputs.shape[1])
    doubtful[rows, of.held_labels] += 0.2
    doubtful[:, -1] += 0.6

    alone = calibrate_alphabets(_card(recipe), recipe, of, _alone(certain))
    both = calibrate_alphabets(
        _card(recipe), recipe, of, {**_alone(certain), "pictured": Shown(rows, doubtful.astype(np.float32))}
    )

    for name in ("digits", "upper"):
        assert alone.alphabet_card(name).known_above > 0.9
        assert both.alphabet_card(name).known_above < 0.5
        # At most so many of all are doubted, which is twice as many of the pictures.
        doubted = 1 - _figures(both, name, ", as pictures")["coverage of sure answers"]
        assert doubted <= 2 * (MOST_DOUBTED + TOO_CLOSE) + 0.01


def test_figures_are_of_the_calibration_that_the_card_says(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)
    of, outputs = _answers(recipe, temperature=0.7)
    shown = _in_all_ways(of, outputs, strangers=False)

    card = calibrate_alphabets(_card(recipe), recipe, of, shown)

    for name in ("digits", "upper"):
        item, rows, truth, probabilities, known = _within(card, name, of, recipe, outputs)
        for those, words in ((shown["in place"], ", in their expressions"), (shown["pictured"], ", as pictures")):
            part = np.isin(rows, those.rows)
            right = probabilities.argmax(axis=1) == truth
            sure = (probabilities.max(axis=1) >= item.sure_above) & (known[rows] >= item.known_above)
            figures = _figures(card, name, words)
            assert figures["accuracy"] == pytest.approx(right[part].mean(), abs=1e-3)
            assert figures["coverage of sure answers"] == pytest.approx(sure[part].mean(), abs=2e-3)
            assert figures["accuracy of sure answers"] == pytest.approx(right[part & sure].mean(), abs=2e-3)


def test_some_of_the_answers_are_those_to_the_glyphs_that_were_shown() -> None:
    part = Shown(np.array([1, 4, 5]), np.array([[0.1], [0.4], [0.5]], np.float32))

    assert part.taking(np.array([True, True, False, True, False, True]))[:, 0].tolist() == pytest.approx([0.1, 0.5])
    assert part.taking(np.zeros(6, bool)).shape == (0, 1)


def test_familiar_is_what_is_in_the_alphabet_or_looks_like_it(tmp_path: Path) -> None:
    recipe = _recipe(tmp_path)

    familiar = familiar_places(_card(recipe), frozenset("0123456789"))

    assert {text for text, is_so in zip(recipe.classes, familiar, strict=True) if is_so} == set("0123456789BIOSZ")
