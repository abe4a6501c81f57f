"""The user's changes to models: complete or not at all, never of shipped models, and removals can be undone."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from digitvision.faults import Fault
from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_library import LONGEST_DESCRIPTION, ModelLibrary
from digitvision.recognition.models.model_store import DEFAULTS_FILE, ModelStore
from digitvision.recognition.recognizer import Recognizer
from tests.recognition.model_folders import store_with

pytestmark = pytest.mark.usefixtures("only_classic")


def _names(store: ModelStore) -> list[str]:
    return [model.name for model in store.models()[0]]


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _full(*_arguments: object, **_options: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_renamed_model_answers_under_its_new_name_only(tmp_path: Path) -> None:
    store = store_with(tmp_path, "mine", "other")
    before = _content(store.find("mine").folder)

    renamed = ModelLibrary(store).rename("mine", " Ünser Netz ")

    assert renamed.name == "Ünser Netz"
    assert _names(store) == ["classic", "other", "Ünser Netz"]
    assert _content(renamed.folder) == before
    Recognizer(renamed)


def test_capitals_alone_can_be_changed(tmp_path: Path) -> None:
    store = store_with(tmp_path, "mine")

    assert ModelLibrary(store).rename("mine", "Mine").name == "Mine"
    assert ModelLibrary(store).rename("Mine", "Mine").name == "Mine"
    assert _names(store) == ["classic", "Mine"]


@pytest.mark.parametrize("taken", ["other", "OTHER", "classic", "Classic"])
def test_a_name_that_is_taken_is_refused(tmp_path: Path, taken: str) -> None:
    store = store_with(tmp_path, "mine", "other")
    library = ModelLibrary(store)

    with pytest.raises(ModelFault, match="already"):
        library.rename("mine", taken)
    with pytest.raises(ModelFault, match="already"):
        library.duplicate("mine", taken)
    assert _names(store) == ["classic", "mine", "other"]


def test_invalid_names_change_nothing(tmp_path: Path) -> None:
    store = store_with(tmp_path, "mine")

    for name in ("", "../up", "con", "a" * 65):
        with pytest.raises(ModelFault, match="will not do"):
            ModelLibrary(store).rename("mine", name)
        with pytest.raises(ModelFault, match="will not do"):
            ModelLibrary(store).duplicate("mine", name)
    assert _names(store) == ["classic", "mine"]


def test_a_shipped_model_can_only_be_copied(tmp_path: Path) -> None:
    store = store_with(tmp_path)
    library = ModelLibrary(store)

    changes: tuple[Callable[[], object], ...] = (
        lambda: library.rename("classic", "mine"),
        lambda: library.describe("classic", "x"),
        lambda: library.set_aside("classic"),
    )
    for change in changes:
        with pytest.raises(ModelFault, match="came with the program"):
            change()
    copy = library.duplicate("classic")

    assert (copy.name, copy.bundled) == ("classic copy", False)
    assert _content(copy.folder) == _content(store.find("classic").folder)
    assert library.duplicate("classic").name == "classic copy 2"
    assert library.duplicate("classic copy", "third").name == "third"
    Recognizer(copy)


def test_a_missing_model_is_reported(tmp_path: Path) -> None:
    library = ModelLibrary(store_with(tmp_path))

    changes: tuple[Callable[[], object], ...] = (
        lambda: library.rename("none", "x"),
        lambda: library.duplicate("none"),
    )
    for change in changes:
        with pytest.raises(ModelFault, match="no model “none”"):
            change()


def test_a_description_is_kept_on_the_card(tmp_path: Path) -> None:
    store = store_with(tmp_path, "mine")
    before = store.find("mine").card

    described = ModelLibrary(store).describe("mine", "  Reads my sevens.\n")

    assert described.card.description == "Reads my sevens."
    assert store.find("mine").card == described.card
    assert described.card.sha256 == before.sha256
    with pytest.raises(ModelFault, match=f"{LONGEST_DESCRIPTION} are the most"):
        ModelLibrary(store).describe("mine", "x" * (LONGEST_DESCRIPTION + 1))
    assert store.find("mine").card.description == "Reads my sevens."


def test_a_removed_model_can_be_restored_until_it_is_deleted(tmp_path: Path) -> None:
    store = store_with(tmp_path, "mine", "other")
    library = ModelLibrary(store)
    before = _content(store.find("mine").folder)

    aside = library.set_aside("mine")
    assert _names(store) == ["classic", "other"]
    back = library.bring_back(aside)
    assert _content(back.folder) == before
    assert _names(store) == ["classic", "mine", "other"]

    aside = library.set_aside("mine")
    library.empty()
    assert _names(store) == ["classic", "other"]
    with pytest.raises(ModelFault, match="cannot be brought back"):
        library.bring_back(aside)
    assert [path.name for path in store.user.iterdir()] == ["other"]


def test_no_model_is_restored_over_another_one(tmp_path: Path) -> None:
    store = store_with(tmp_path, "mine")
    library = ModelLibrary(store)
    aside = library.set_aside("mine")
    library.duplicate("classic", "mine")
    library.describe("mine", "the new one")

    with pytest.raises(ModelFault, match="already"):
        library.bring_back(aside)

    assert store.find("mine").card.description == "the new one"
    library.rename("mine", "new")
    assert library.bring_back(aside).card.description != "the new one"


def test_a_full_disk_leaves_everything_unchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_with(tmp_path, "mine")
    library = ModelLibrary(store)
    before = _content(store.find("mine").folder)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", _full)
        changes: tuple[Callable[[], object], ...] = (
            lambda: library.rename("mine", "x"),
            lambda: library.duplicate("mine"),
            lambda: library.describe("mine", "x"),
            lambda: library.set_aside("mine"),
        )
        for change in changes:
            with pytest.raises(Fault, match="no space left"):
                change()

    assert _content(store.find("mine").folder) == before
    assert _names(store) == ["classic", "mine"]


def test_the_chosen_model_answers_within_its_alphabet(tmp_path: Path) -> None:
    store = store_with(tmp_path, "mine", "other")
    library = ModelLibrary(store)
    assert store.for_alphabet("digits").name == "classic"

    library.set_default("digits", "other")
    assert store.for_alphabet("digits").name == "other"
    assert ModelStore(user=store.user).defaults() == {"digits": "other"}

    library.rename("other", "better")
    assert store.for_alphabet("digits").name == "better"
    # A model that is requested by name has priority over the default.
    assert store.for_alphabet("digits", "mine").name == "mine"

    # While it is missing the program's own model answers.
    aside = library.set_aside("better")
    assert store.for_alphabet("digits").name == "classic"
    library.bring_back(aside)
    assert store.for_alphabet("digits").name == "better"

    library.set_default("digits", None)
    assert store.for_alphabet("digits").name == "classic"


def test_a_model_cannot_be_the_default_for_an_alphabet_that_it_does_not_have(tmp_path: Path) -> None:
    store = store_with(tmp_path, "mine")

    with pytest.raises(ModelFault):
        ModelLibrary(store).set_default("upper", "mine")
    with pytest.raises(ModelFault, match="no model “none”"):
        ModelLibrary(store).set_default("digits", "none")
    assert store.defaults() == {}


@pytest.mark.parametrize("content", ["", "[]", "{", '{"digits": 7, "runes": "mine"}', '"x"', "[" * 100_000])
def test_a_damaged_file_of_defaults_counts_as_empty(tmp_path: Path, content: str) -> None:
    store = store_with(tmp_path, "mine")
    (store.user / DEFAULTS_FILE).write_text(content, encoding="utf-8")

    assert store.defaults() == {}
    assert store.for_alphabet("digits").name == "classic"
    ModelLibrary(store).set_default("digits", "mine")
    assert store.for_alphabet("digits").name == "mine"
