"""Models for the tests: the shipped one, and copies of it to damage."""

from dataclasses import replace
from pathlib import Path

from digitvision.recognition.models.model_card import ModelCard
from digitvision.recognition.models.model_store import CARD_FILE, KERAS_FILE, LITERT_FILE, ModelStore
from digitvision.resources import resource_path

CLASSIC = resource_path("models", "classic")


def classic_card(name: str = "classic") -> ModelCard:
    card = ModelCard.from_json((CLASSIC / CARD_FILE).read_bytes(), where="classic")
    return replace(card, name=name)


def classic_files() -> dict[str, bytes]:
    return {name: (CLASSIC / name).read_bytes() for name in (KERAS_FILE, LITERT_FILE)}


def store_with(tmp_path: Path, *names: str) -> ModelStore:
    """Return a store whose user's models are copies of the shipped one."""
    store = ModelStore(user=tmp_path / "models")
    for name in names:
        store.save(classic_card(name), classic_files())
    return store
