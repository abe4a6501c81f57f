"""Model cards survive writing and reading; damaged, foreign or newer ones are refused with a message."""

import json
from dataclasses import replace
from typing import Any

import pytest

from digitvision.recognition.models.model_card import (
    CARD_VERSION,
    VIEWS,
    AlphabetCard,
    DataSource,
    ModelCard,
    ModelFault,
)
from tests.recognition.model_folders import classic_card


def _changed(**change: Any) -> bytes:
    raw = json.loads(classic_card().to_json())
    return json.dumps({**raw, **change}).encode()


def test_a_card_survives_writing_and_reading() -> None:
    card = classic_card()

    assert ModelCard.from_json(card.to_json(), where="it") == card


def test_the_shipped_card_has_the_sources_of_its_data_and_figures() -> None:
    card = classic_card()

    assert [source.licence for source in card.data] == ["CC BY-SA 3.0; by Y. LeCun, C. Cortes and C. Burges"]
    assert all(figure.command == "digitvision evaluate --model classic --data mnist" for figure in card.figures)
    assert {figure.name: figure.value for figure in card.figures}["accuracy"] >= 0.99
    assert (card.architecture, card.parameters, card.settings["epochs"]) == ("cnn", 225034, 5)
    assert [(layer.kind, layer.output_shape) for layer in card.layers] == [
        ("Conv2D", (26, 26, 32)),
        ("MaxPooling2D", (13, 13, 32)),
        ("Conv2D", (11, 11, 64)),
        ("MaxPooling2D", (5, 5, 64)),
        ("Flatten", (1600,)),
        ("Dense", (128,)),
        ("Dropout", (128,)),
        ("Dense", (10,)),
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not readable as JSON"),
        (b"\xff\xfe", "not readable as JSON"),
        (classic_card().to_json()[:500], "not readable as JSON"),
        (b"[" * 100_000, "not readable as JSON"),
        (b"[]", "has no DigitVision model card"),
        (b'{"format": "another"}', "has no DigitVision model card"),
        (_changed(version=CARD_VERSION + 1), "newer DigitVision"),
        (_changed(labels=[]), "damaged: .*label"),
        (_changed(labels=[{"text": 4, "latex": "4"}]), "damaged: labels"),
        (_changed(labels=["4"]), "damaged"),
        (_changed(temperature=0), "damaged: the temperature"),
        (_changed(sure_above=7), "damaged: the limit"),
        (_changed(layers=[{"name": "x"}]), "damaged"),
        (_changed(sha256=[]), "damaged: checksums"),
        (_changed(precision="float8"), "damaged: it does not say how its weights are kept"),
        (_changed(surprise=1), "damaged"),
    ],
)
def test_a_wrong_card_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(ModelFault, match=sentence):
        ModelCard.from_json(data, where="“it”")


def _with_alphabet(**change: Any) -> bytes:
    item = {"name": "odd", "places": [1, 3], "temperature": 1.0, "biases": [], "sure_above": 0.5, "known_above": 0.5}
    return _changed(alphabets=[{**item, **change}])


def test_a_card_of_several_alphabets_survives_writing_and_reading() -> None:
    odd = AlphabetCard(
        "odd", (1, 3, 5, 7, 9), temperature=1.3, prior_correction=(0.1, 0, 0, -0.2, 0), in_vocabulary_above=0.4
    )
    card = replace(
        classic_card(), views=("raster", "trajectory"), rejects=True, alphabets=(odd, AlphabetCard("two", (2,)))
    )

    again = ModelCard.from_json(card.to_json(), where="it")

    assert again == card
    assert again.alphabet_names == ("odd", "two")
    assert again.alphabet_card() == again.alphabet_card("odd") == odd


@pytest.mark.parametrize("views", [VIEWS, ("surroundings", "raster"), ("trajectory",)])
def test_a_network_s_views_survive_writing_and_reading(views: tuple[str, ...]) -> None:
    card = replace(classic_card(), views=views)

    assert ModelCard.from_json(card.to_json(), where="it").views == views


def test_the_number_of_writers_survives_and_may_be_unknown() -> None:
    with_writers, without_writers = DataSource("one", 11_849, "MIT", 215), DataSource("two", 7, "MIT")
    card = replace(classic_card(), data=(with_writers, without_writers))

    assert ModelCard.from_json(card.to_json(), where="it").data == (with_writers, without_writers)
    assert (with_writers.amount, without_writers.amount) == ("11,849 samples by 215 writers", "7 samples")
    # Older cards do not have it.
    old = _changed(data=[{"name": "one", "samples": 7, "licence": "MIT"}])
    assert ModelCard.from_json(old, where="it").data == (DataSource("one", 7, "MIT", 0),)


def test_a_card_without_alphabets_has_one_of_all_labels() -> None:
    item = classic_card().alphabet_card()

    assert classic_card().alphabet_names == ("digits",)
    assert (item.name, item.class_indices) == ("digits", tuple(range(10)))
    assert (item.temperature, item.sure_above) == (classic_card().temperature, classic_card().sure_above)
    assert item.in_vocabulary_above == 0


def test_an_alphabet_that_a_model_does_not_have_is_refused() -> None:
    card = replace(classic_card(), alphabets=(AlphabetCard("odd", (1, 3)), AlphabetCard("even", (2, 4))))

    with pytest.raises(ModelFault, match="“classic” answers within odd, even, not within upper"):
        card.alphabet_card("upper")
    with pytest.raises(ModelFault, match="“classic” answers within digits, not within upper"):
        classic_card().alphabet_card("upper")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (_with_alphabet(places=[]), "the alphabet odd does not fit the labels"),
        (_with_alphabet(places=[1, 10]), "does not fit the labels"),
        (_with_alphabet(places=[-1, 3]), "does not fit the labels"),
        (_with_alphabet(places=[1, 1]), "does not fit the labels"),
        (_with_alphabet(places=[1.5, 3]), "does not fit the labels"),
        (_with_alphabet(places=["1", "3"]), "does not fit the labels"),
        (_with_alphabet(places=None), "damaged"),
        (_with_alphabet(biases=[0.1]), "calibration of the alphabet odd makes no sense"),
        (_with_alphabet(biases=["a", "b"]), "is not made of numbers"),
        (_with_alphabet(biases=[float("nan"), 0.0]), "is not made of numbers"),
        (_with_alphabet(temperature=0), "makes no sense"),
        (_with_alphabet(temperature=-1.0), "makes no sense"),
        (_with_alphabet(temperature="hot"), "is not made of numbers"),
        (_with_alphabet(temperature=float("inf")), "is not made of numbers"),
        (_with_alphabet(sure_above=1.5), "a limit of the alphabet odd"),
        (_with_alphabet(sure_above="high"), "a limit of the alphabet odd"),
        (_with_alphabet(known_above=-0.1), "a limit of the alphabet odd"),
        (_with_alphabet(known_above=None), "a limit of the alphabet odd"),
        (_with_alphabet(surprise=1), "damaged"),
        (_changed(alphabets=["odd"]), "damaged"),
        (_changed(alphabets=7), "damaged"),
        (_changed(views=[]), "cannot give it"),
        (_changed(views=["raster", "sound"]), "cannot give it"),
        (_changed(views=7), "damaged"),
        (_changed(rejects="yes"), "damaged: it does not say"),
        (_changed(rejects=5), "damaged: it does not say"),
    ],
)
def test_wrong_alphabets_and_views_are_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(ModelFault, match=sentence) as caught:
        ModelCard.from_json(data, where="“it”")

    assert str(caught.value).startswith("The model card of “it” is damaged: ")
