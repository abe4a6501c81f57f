"""The few figures of a model card that a person wants to know first, in words."""

from dataclasses import dataclass
from typing import Final

from digitvision.recognition.models.model_card import CHARACTER, Figure, ModelCard

HEADLINES: Final = 5
"""Largest number of figures that come first."""

_NAMES: Final = {
    "accuracy": "answers right",
    "top-5 accuracy": "right answer among the first five",
    "wrong answers (count)": "wrong answers",
    "expected calibration error": "error of the confidence",
    "coverage of sure answers": "answers that are sure",
    "accuracy of sure answers": "sure answers right",
    "strangers doubted": "junk not taken for sure",
    "AUROC of glyphs against strangers": "glyphs told from junk (AUROC)",
    "expression rate": "expressions read without a mistake",
    "expression rate, up to one edit": "expressions with one mistake at most",
    "symbols found (F1)": "symbols found (F1)",
    "classes of found symbols": "found symbols with the right class",
    "parents and relations": "found symbols in the right place",
}
_AS_PICTURES: Final = "as pictures"
_FIRST: Final = (
    ("accuracy", False),
    ("accuracy", True),
    ("accuracy of sure answers", False),
    ("coverage of sure answers", False),
    ("strangers doubted", False),
    ("expected calibration error", False),
    ("wrong answers (count)", False),
)
"""The figures that come first for single characters: the name, and whether it was measured on pictures."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the first figures.

    Attributes:
        name: What was measured, in words.
        value: The value with its unit, as in "99.17 %".
        figure: The card's own figure, with its data, number of samples and command.
    """

    name: str
    value: str
    figure: Figure


def headlines(card: ModelCard) -> list[Headline]:
    """Return the first figures of a card, at most `HEADLINES`; fewer where fewer were measured.

    Of each kind it is the figure that stands first on the card: that of the alphabet that the model is made for, over
    all its data.
    """
    if card.reading != CHARACTER:
        return [Headline(figure_name(figure), figure_value(figure), figure) for figure in card.figures[:HEADLINES]]
    found = []
    for name, on_pictures in _FIRST:
        for figure in card.figures:
            if figure.name == name and figure.data.endswith(_AS_PICTURES) == on_pictures:
                words = figure_name(figure) + (", in pictures" if on_pictures else "")
                found.append(Headline(words, figure_value(figure), figure))
                break
    return found[:HEADLINES]


def figure_name(figure: Figure) -> str:
    """Return the name of a figure in words; an unknown name stays as it is."""
    return _NAMES.get(figure.name, figure.name)


def figure_value(figure: Figure) -> str:
    """Return a value with its unit: shares in percent, counts and times as numbers, areas with three decimals."""
    if figure.name.endswith("(count)"):
        return f"{figure.value:,.0f}"
    if figure.name.startswith("AUROC"):
        return f"{figure.value:.3f}"
    if 0 <= figure.value <= 1 and not figure.name.endswith("ms"):
        return f"{figure.value * 100:.2f} %"
    return f"{figure.value:g}"
