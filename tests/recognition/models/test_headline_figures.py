"""The first figures of a card."""

import pytest

from digitvision.recognition.models.headline_figures import figure_value, headlines
from digitvision.recognition.models.model_card import Figure
from digitvision.recognition.models.model_store import ModelStore


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("classic", ("answers right", "99.17 %")),
        ("digits", ("answers right", "99.54 %")),
        ("equations", ("expressions read without a mistake", "84.34 %")),
    ],
)
def test_a_shipped_model_has_five_and_the_most_important_is_first(name: str, first: tuple[str, str]) -> None:
    found = headlines(ModelStore().find(name).card)

    assert len(found) == 5
    assert (found[0].name, found[0].value) == first
    assert len({headline.name for headline in found}) == 5


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (Figure("accuracy", 0.9917, "MNIST test", 10000, ""), "99.17 %"),
        (Figure("wrong answers (count)", 1083.0, "MNIST test", 10000, ""), "1,083"),
        (Figure("wrong answers (count)", 1.0, "MNIST test", 10000, ""), "1"),
        (Figure("AUROC of glyphs against strangers", 0.99629, "x", 1, ""), "0.996"),
        (Figure("answer in ms", 0.5, "x", 1, ""), "0.5"),
    ],
)
def test_a_value_has_its_unit(figure: Figure, text: str) -> None:
    assert figure_value(figure) == text
