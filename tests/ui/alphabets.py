"""Models of several alphabets, and readings within them, for the window."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from digitvision.ink.stroke import Bounds
from digitvision.recognition.alphabets import DIGITS, LOWER, UPPER
from digitvision.recognition.models.model_card import AlphabetCard
from digitvision.recognition.models.model_store import Model
from digitvision.recognition.prediction import GlyphReading, Label, Prediction, Reading
from tests.recognition.model_folders import CLASSIC, classic_card

GREEK = ("α", "β", "θ", "∑", "√")
MANY = AlphabetCard("all", tuple(range(10 + 52 + len(GREEK))), sure_above=0.6, in_vocabulary_above=0.5)


def many_classes() -> Model:
    """Return a model of digits, letters and some symbols. It has a card and no network; `reading` makes readings."""
    labels = tuple(Label(text, text) for text in (*DIGITS, *UPPER, *LOWER, *GREEK))
    card = replace(classic_card("many"), alphabet="all", labels=labels, alphabets=(MANY,))
    return Model(CLASSIC, card, bundled=True)


def reading(model: Model, shares: Mapping[str, float], *, in_vocabulary: float = 1.0, sure: bool = False) -> Reading:
    """Return a reading within the model's first alphabet; all classes share equally in what the shares leave."""
    labels = tuple(model.card.labels[index] for index in model.card.alphabet_card().class_indices)
    rest = (1 - sum(shares.values())) / len(labels)
    probabilities = np.array([shares.get(label.text, 0.0) + rest for label in labels], np.float32)
    prediction = Prediction(labels, probabilities, in_vocabulary, sure)
    candidates = prediction.candidates(5)
    glyph = GlyphReading(candidates, (0,), Bounds(10, 10, 90, 90), prediction)
    return Reading("character", candidates, sure, (glyph,), np.zeros((28, 28), np.float32), 1.0)
