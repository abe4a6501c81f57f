"""Models that answer within several alphabets."""

from dataclasses import replace

from digitvision.recognition.models.model_card import AlphabetCard
from digitvision.recognition.models.model_store import ModelStore
from tests.recognition.model_folders import classic_card, classic_files

ODD = AlphabetCard("lower", (1, 3, 5, 7, 9), sure_above=0.6, in_vocabulary_above=0.5)
"""The odd digits, under the name of another alphabet: the shipped network knows no more classes than ten."""


def save_model(name: str, *alphabets: AlphabetCard) -> None:
    """Give the user a model with the shipped network that answers within these alphabets."""
    card = replace(classic_card(name), alphabet=alphabets[0].name, alphabets=alphabets)
    ModelStore().save(card, classic_files())


def digits_card() -> AlphabetCard:
    """All ten, as the shipped model answers them."""
    return replace(classic_card().alphabet_card(), name="digits")
