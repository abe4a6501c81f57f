"""Models that read within several alphabets."""

from dataclasses import replace

from digitvision.recognition.models.model_card import AlphabetCard
from digitvision.recognition.models.model_store import ModelStore
from tests.recognition.model_folders import classic_card, classic_files

ODD = AlphabetCard("lower", (1, 3, 5, 7, 9), sure_above=0.6, in_vocabulary_above=0.5)
"""The odd digits, under the name of another alphabet, as the shipped network has ten classes only."""


def save_model(name: str, *alphabets: AlphabetCard) -> None:
    """Save a user's model with the shipped network that reads within these alphabets."""
    card = replace(classic_card(name), alphabet=alphabets[0].name, alphabets=alphabets)
    ModelStore().save(card, classic_files())


def digits_card() -> AlphabetCard:
    """Return the alphabet of all ten digits, as the shipped model reads it."""
    return replace(classic_card().alphabet_card(), name="digits")
