"""The choice of the model that answers for an alphabet."""

from dataclasses import replace
from pathlib import Path

import pytest

from digitvision.recognition.models.model_card import AlphabetCard, ModelFault
from digitvision.recognition.models.model_store import ModelStore
from tests.recognition.model_folders import classic_card, classic_files, store_with

pytestmark = pytest.mark.usefixtures("only_classic")

LETTERS = AlphabetCard("letters", (2, 5, 8))


def _add(store: ModelStore, name: str, *alphabets: AlphabetCard, preprocessing: int | None = None) -> None:
    card = replace(classic_card(name), alphabets=alphabets)
    if preprocessing is not None:
        card = replace(card, preprocessing=preprocessing)
    store.save(card, classic_files())


def test_the_alphabets_are_those_of_usable_models_in_their_order(tmp_path: Path) -> None:
    store = store_with(tmp_path)
    assert store.alphabets() == ("digits",)

    _add(store, "b", AlphabetCard("math", (1,)), LETTERS, AlphabetCard("vowels", (3,)))
    _add(store, "old", AlphabetCard("upper", (1,)), preprocessing=99)

    assert store.alphabets() == ("digits", "letters", "math")


def test_without_a_name_the_default_of_the_alphabet_answers_or_else_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_with(tmp_path, "aaa")
    _add(store, "mine", LETTERS)
    _add(store, "our glyphs", LETTERS)

    assert store.for_alphabet().name == "classic"
    assert store.for_alphabet("digits").name == "classic"
    assert store.for_alphabet("letters").name == "mine"
    monkeypatch.setattr("digitvision.recognition.models.model_store.DEFAULT_MODELS", {"letters": "our glyphs"})
    assert store.for_alphabet("letters").name == "our glyphs"


def test_a_named_model_must_answer_within_the_alphabet(tmp_path: Path) -> None:
    store = store_with(tmp_path)
    _add(store, "mine", LETTERS)

    assert store.for_alphabet("letters", "mine").name == "mine"
    assert store.for_alphabet(None, "mine").name == "mine"
    with pytest.raises(ModelFault, match="“classic” answers within digits, not within letters"):
        store.for_alphabet("letters", "classic")


def test_an_alphabet_without_a_model_is_reported(tmp_path: Path) -> None:
    store = store_with(tmp_path)
    _add(store, "old", LETTERS, preprocessing=99)

    with pytest.raises(ModelFault, match=r"No installed model answers within letters; there are models for digits\."):
        store.for_alphabet("letters")


def test_the_bundled_default_of_an_alphabet(tmp_path: Path) -> None:
    store = store_with(tmp_path, "classic")

    assert store.bundled_default("digits").bundled
    with pytest.raises(ModelFault, match="No model for letters came with the program"):
        store.bundled_default("letters")
