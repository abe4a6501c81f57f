"""Model cards: what is written comes back; what is damaged, foreign or newer is refused with a sentence."""

import json
from typing import Any

import pytest

from digitvision.recognition.modelcard import CARD_VERSION, ModelCard, ModelFault
from tests.recognition.models import classic_card


def _changed(**change: Any) -> bytes:
    raw = json.loads(classic_card().to_json())
    return json.dumps({**raw, **change}).encode()


def test_a_card_comes_back_as_it_was() -> None:
    card = classic_card()

    assert ModelCard.from_json(card.to_json(), where="it") == card


def test_the_shipped_card_says_where_its_data_and_figures_come_from() -> None:
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
        (_changed(surprise=1), "damaged"),
    ],
)
def test_a_card_that_is_not_right(data: bytes, sentence: str) -> None:
    with pytest.raises(ModelFault, match=sentence):
        ModelCard.from_json(data, where="“it”")
