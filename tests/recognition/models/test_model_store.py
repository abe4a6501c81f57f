"""The model store saves completely or not at all, and one bad model never hides the others."""

import errno
import json
import os
from pathlib import Path

import pytest

from digitvision.recognition.models.model_card import ModelFault
from digitvision.recognition.models.model_store import CARD_FILE, CARD_LIMIT, LITERT_FILE, ModelStore, check_name
from digitvision.recognition.recognizer import Recognizer
from tests.recognition.model_folders import classic_card, classic_files, store_with

pytestmark = pytest.mark.usefixtures("only_classic")


def _spoil(folder: Path, **change: object) -> None:
    card = json.loads((folder / CARD_FILE).read_bytes())
    (folder / CARD_FILE).write_text(json.dumps({**card, **change}), encoding="utf-8")


def test_a_saved_model_is_found_and_answers(tmp_path: Path) -> None:
    store = store_with(tmp_path, "mine", "Älter 2")

    models, problems = store.models()

    assert [model.name for model in models] == ["classic", "mine", "Älter 2"]
    assert problems == []
    assert [model.bundled for model in models] == [True, False, False]
    assert Recognizer(store.find("Älter 2")).model.card == store.find("Älter 2").card
    assert Recognizer(store.find(str(tmp_path / "models" / "mine"))).model.name == "mine"


def test_the_user_s_model_hides_the_bundled_one_of_its_name(tmp_path: Path) -> None:
    store = store_with(tmp_path, "classic")

    assert not store.find("classic").bundled
    assert [model.bundled for model in store.models()[0]] == [False]


def test_a_store_without_saved_models_is_no_problem(tmp_path: Path) -> None:
    store = ModelStore(bundled=tmp_path / "none", user=tmp_path / "neither")

    assert store.models() == ([], [])
    with pytest.raises(ModelFault, match="no model “mine”"):
        store.find("mine")


@pytest.mark.parametrize(
    "name",
    ["", " ", ".", "..", "../up", "a/b", "a\\b", "/etc", "-x", ".hidden", "con", "NUL.txt", "x.", "a" * 65, "a\0b"],
)
def test_invalid_names_are_refused(tmp_path: Path, name: str) -> None:
    store = store_with(tmp_path)

    with pytest.raises(ModelFault, match="will not do"):
        check_name(name)
    with pytest.raises(ModelFault, match="will not do"):
        store.save(classic_card(name), classic_files())
    with pytest.raises(ModelFault, match="will not do"):
        store.remove(name)
    assert list(tmp_path.rglob("*")) == []


def test_a_removed_model_is_gone_and_a_bundled_one_stays(tmp_path: Path) -> None:
    store = store_with(tmp_path, "mine")

    store.remove("mine")

    assert list((tmp_path / "models").iterdir()) == []
    with pytest.raises(ModelFault, match="came with the program"):
        store.remove("classic")
    with pytest.raises(ModelFault, match="no model “mine”"):
        store.remove("mine")


def test_damaged_models_are_reported_and_the_others_listed(tmp_path: Path) -> None:
    store = store_with(tmp_path, "good", "cut", "newer", "cardless", "huge")
    folder = tmp_path / "models"
    (folder / "cut" / CARD_FILE).write_bytes(classic_card().to_json()[:100])
    _spoil(folder / "newer", version=99)
    (folder / "cardless" / CARD_FILE).unlink()
    with open(folder / "huge" / CARD_FILE, "wb") as file:
        file.truncate(100 * 2**20)

    models, problems = store.models()

    assert [model.name for model in models] == ["classic", "good"]
    assert len(problems) == 4
    assert all(sum(f"“{name}”" in problem for problem in problems) == 1 for name in ("cut", "newer", "cardless"))
    assert any(f"{CARD_LIMIT // 2**20} MB" in problem for problem in problems)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_a_network_that_is_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    store = store_with(tmp_path, "mine")
    path = tmp_path / "models" / "mine" / LITERT_FILE
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])

    with pytest.raises(ModelFault, match="does not match its card"):
        Recognizer(store.find("mine"))


def test_a_network_of_another_preprocessing_is_refused(tmp_path: Path) -> None:
    store = store_with(tmp_path, "mine")
    _spoil(tmp_path / "models" / "mine", preprocessing=99)

    with pytest.raises(ModelFault, match="trained with preprocessing 99"):
        Recognizer(store.find("mine"))


def test_a_missing_or_exchanged_network_is_refused(tmp_path: Path) -> None:
    store = store_with(tmp_path, "mine", "other")
    (tmp_path / "models" / "mine" / LITERT_FILE).unlink()
    with pytest.raises(ModelFault, match="cannot be loaded"):
        Recognizer(store.find("mine"))

    # The first card fits a file that is no network, the second has a class too many.
    no_network = {**classic_files(), LITERT_FILE: b"TFL3 it is not"}
    with pytest.raises(ModelFault, match="LiteRT cannot run it"):
        Recognizer(store.save(classic_card("other"), no_network))
    labels = json.loads((tmp_path / "models" / "other" / CARD_FILE).read_bytes())["labels"]
    store.save(classic_card("other"), classic_files())
    _spoil(tmp_path / "models" / "other", labels=[*labels, {"text": "x", "latex": "x"}])
    with pytest.raises(ModelFault, match="do not fit its labels"):
        Recognizer(store.find("other"))


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    store = store_with(tmp_path, "mine")
    before = store.find("mine").card

    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(ModelFault, match=r"cannot be saved in .*no space left on device"):
            store.save(classic_card("mine"), {LITERT_FILE: b"new"})

    assert store.find("mine").card == before
    assert [entry.name for entry in (tmp_path / "models").iterdir()] == ["mine"]
    Recognizer(store.find("mine"))


@pytest.mark.parametrize("keep_as", ["", "mine earlier"])
def test_a_full_disk_between_the_two_renames_leaves_the_old_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep_as: str
) -> None:
    store = store_with(tmp_path, "mine")
    real, calls = os.replace, 0

    def second_fails(source: Path, target: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(errno.EIO, "Input/output error")
        real(source, target)

    monkeypatch.setattr(os, "replace", second_fails)
    with pytest.raises(ModelFault, match="cannot be saved"):
        store.save(classic_card("mine"), {LITERT_FILE: b"new"}, keep_as=keep_as)

    assert [entry.name for entry in (tmp_path / "models").iterdir()] == ["mine"]
    Recognizer(store.find("mine"))


def test_a_model_that_gives_way_to_a_new_one_is_kept_under_a_free_name(tmp_path: Path) -> None:
    store = store_with(tmp_path, "mine", "Mine Earlier")
    name = store.earlier_name("mine")
    assert name == "mine earlier 2"

    store.save(classic_card("mine"), {LITERT_FILE: b"new"}, keep_as=name)

    assert store.find("mine").content(LITERT_FILE) == b"new"
    Recognizer(store.find(name))
    assert store.has("mine", bundled=False)
    assert not store.has("mine", bundled=True)
    assert store.has("classic", bundled=True)


@pytest.mark.parametrize("action", ["find", "list", "save"])
def test_a_kill_between_the_two_renames_is_repaired(tmp_path: Path, action: str) -> None:
    store = store_with(tmp_path, "mine")
    folder = tmp_path / "models"
    # A kill leaves the old model set aside and the new one not yet renamed.
    os.replace(folder / "mine", folder / ".previous-mine")
    (folder / ".saving-abc").mkdir()

    if action == "find":
        Recognizer(store.find("mine"))
    elif action == "list":
        assert "mine" in [model.name for model in store.models()[0]]
    else:
        store.save(classic_card("mine"), classic_files())

    assert (folder / "mine" / CARD_FILE).exists()
    assert not (folder / ".previous-mine").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is read-only for this user")
def test_a_read_only_folder_is_reported(tmp_path: Path) -> None:
    store = store_with(tmp_path, "mine")
    (tmp_path / "models").chmod(0o555)
    try:
        with pytest.raises(ModelFault, match="permission denied"):
            store.save(classic_card("other"), classic_files())
        Recognizer(store.find("mine"))
    finally:
        (tmp_path / "models").chmod(0o755)
