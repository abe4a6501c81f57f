"""Checkpoints: what was written comes back, and nothing else is taken for one."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitvision.faults import Fault
from digitvision.training.run.checkpoint import (
    Checkpoint,
    Epoch,
    Settings,
    check_workplace,
    load_checkpoint,
    remove_checkpoint,
    save_checkpoint,
    training_folder,
)
from tests.training.runs import settings_of

SETTINGS = Settings(
    name="mine",
    architecture="cnn",
    data=("mnist",),
    epochs=5,
    batch_size=128,
    learning_rate=0.001,
    augment=False,
    seed=1,
)


def _checkpoint() -> Checkpoint:
    epoch = Epoch(epoch=1, loss=0.5, accuracy=0.8, validation_loss=0.4, validation_accuracy=0.9, seconds=3.0)
    weights: list[NDArray[Any]] = [np.arange(6, dtype=np.float32).reshape(2, 3), np.array(7, np.int64)]
    return Checkpoint(
        settings=SETTINGS,
        fingerprint=99,
        history=(epoch,),
        best_epoch=1,
        network=weights,
        optimizer=[*weights, *[np.full(2, index, np.float32) for index in range(10)]],
        best=weights[:1],
    )


def test_a_checkpoint_comes_back_as_it_was() -> None:
    save_checkpoint(_checkpoint())

    found = load_checkpoint("mine")

    assert found.settings == SETTINGS
    assert found.history == _checkpoint().history
    assert (found.fingerprint, found.best_epoch) == (99, 1)
    assert [array.tolist() for array in found.optimizer] == [array.tolist() for array in _checkpoint().optimizer]
    assert found.network[1].shape == ()


def test_without_one_there_is_a_sentence() -> None:
    with pytest.raises(Fault, match="no unfinished training “mine”"):
        load_checkpoint("mine")
    save_checkpoint(_checkpoint())
    remove_checkpoint("mine")
    with pytest.raises(Fault, match="no unfinished training “mine”"):
        load_checkpoint("mine")


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_checkpoint_that_is_cut_off(share: float) -> None:
    save_checkpoint(_checkpoint())
    path = next(training_folder("mine").iterdir())
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])

    with pytest.raises(Fault):
        load_checkpoint("mine")


def test_a_name_does_not_climb_out_of_the_folder(home: Path) -> None:
    with pytest.raises(Fault, match="will not do"):
        load_checkpoint("../mine")
    assert not home.exists() or not any(home.iterdir())


def test_options_that_are_not_given_have_their_usual_values() -> None:
    nothing = dict.fromkeys(Settings.__dataclass_fields__)

    assert settings_of({**nothing, "name": "mine"}, resume=False) == SETTINGS
    twice = settings_of({**nothing, "name": "mine", "data": ["mnist", "a.npz", "mnist"]}, resume=False)
    assert twice.data == ("mnist", str(Path("a.npz").absolute()))


def test_resuming_keeps_the_settings_of_the_beginning() -> None:
    save_checkpoint(_checkpoint())
    nothing = dict.fromkeys(Settings.__dataclass_fields__)

    assert settings_of({**nothing, "name": "mine"}, resume=True) == SETTINGS
    assert settings_of({**nothing, "name": "mine", "epochs": 9, "seed": 1}, resume=True).epochs == 9
    with pytest.raises(Fault, match="another --batch-size"):
        settings_of({**nothing, "name": "mine", "batch_size": 9}, resume=True)


def test_a_folder_that_cannot_be_written_is_reported_before_the_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("a file, not a folder")
    monkeypatch.setenv("DIGITVISION_HOME", str(tmp_path / "home"))

    with pytest.raises(Fault, match="cannot be written"):
        check_workplace("mine")


def test_the_trial_of_the_folder_leaves_nothing_and_changes_nothing(home: Path) -> None:
    check_workplace("mine")
    assert not training_folder("mine").exists()

    save_checkpoint(_checkpoint())
    check_workplace("mine")
    assert len(list(training_folder("mine").iterdir())) == 1
