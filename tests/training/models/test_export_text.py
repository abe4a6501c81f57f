"""The text beside an exported model: labels for programs, and a description for people; and an export in words."""

from dataclasses import replace
from pathlib import Path

import pytest

from digitvision.recognition.models.model_card import AlphabetCard, ModelCard
from digitvision.recognition.models.model_store import ModelStore
from digitvision.training.models.export import Accuracy, Exported
from digitvision.training.models.export_text import MADE_BY, export_text
from tests.recognition.model_folders import classic_card


def _parts(card: ModelCard) -> tuple[list[str], str]:
    labels, _, words = export_text(card).partition("\n\n")
    return labels.split("\n"), words


def test_labels_come_first_one_a_line_in_the_order_of_the_outputs() -> None:
    for name in ("classic", "digits", "glyphs"):
        card = ModelStore().find(name).card
        labels, words = _parts(card)
        assert labels == [label.text for label in card.labels]
        assert words.startswith(MADE_BY)
        assert f"made by preprocessing {card.preprocessing} " in words


def test_licences_of_the_training_data_are_listed() -> None:
    _, words = _parts(classic_card())
    assert "Trained on:\nMNIST: 55,000 samples, CC BY-SA 3.0; by Y. LeCun, C. Cortes and C. Burges\n" in words


def test_every_input_is_described_and_no_other() -> None:
    _, words = _parts(ModelStore().find("glyphs").card)
    assert "raster, float32 [N, 28, 28, 1]" in words
    assert "trajectory, float32 [N, 64, 6]" in words
    assert "surroundings, float32 [N, 24, 24, 2]" in words

    _, words = _parts(classic_card())
    assert "raster, float32 [N, 28, 28, 1]" in words
    assert "trajectory" not in words
    assert "surroundings" not in words


def test_the_output_for_junk_and_each_alphabet_s_calibration_are_described() -> None:
    _, plain = _parts(classic_card())
    assert "float32 [N, 10]" in plain
    assert "no glyph of any class" not in plain
    assert "digits: all labels, temperature 1.0938, sure above 0.8" in plain

    alphabets = (
        AlphabetCard("digits", tuple(range(10)), 0.5, sure_above=0.7),
        AlphabetCard("ones", (1, 7), 2.0, (0.1, 0.2)),
    )
    _, words = _parts(replace(classic_card(), rejects=True, alphabets=alphabets))
    assert "float32 [N, 11]" in words
    assert "no glyph of any class" in words
    assert "digits: all labels, temperature 0.5, sure above 0.7\nones: 2 labels, temperature 2, with biases" in words


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (0.9917, 0.9911, "0.06 points lost"),
        (0.8805, 0.8820, "0.15 points gained"),
        (0.9, 0.9, "no change"),
        (0.9, 0.90001, "no change"),
    ],
)
def test_a_change_of_the_accuracy_is_a_loss_or_a_gain(before: float, after: float, words: str) -> None:
    exported = Exported(Path("m.tflite"), 1000, 10, 0.0, 1.0, Accuracy(after, before, "data", 100))

    assert exported.to_text().endswith(f"% before: {words}")
