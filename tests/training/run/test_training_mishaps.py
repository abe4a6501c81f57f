"""What may go wrong in a training: a wild loss, useless data, a full disk, too little memory. What was good stays."""

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.cli import main
from digitvision.faults import Fault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.data.loading import load
from digitvision.training.run import plain_trainer
from digitvision.training.run.checkpoint import Settings, load_checkpoint
from digitvision.training.run.epoch_metrics import Diverged, EpochMetrics
from digitvision.training.run.exhaustion import what_ran_out
from digitvision.training.run.outcome import Outcome
from digitvision.training.run.run import Run
from digitvision.training.run.schedule import WarmRestarts
from tests.training.recipes.made_recipes import write_data, write_recipe
from tests.training.runs import make_run, settings_of
from tests.training.samples import mnist_part, write_npz

NOTHING = dict.fromkeys(Settings.__dataclass_fields__)
WILD = 3e38
"""A step that no network survives; the command line lets none of it through."""

# Keras 3.12's own, with NumPy 2, when it writes a file.
_KERAS_FILES = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
_SPOILT_NUMBERS = pytest.mark.filterwarnings("ignore:(invalid value|overflow) encountered:RuntimeWarning")

_ON_A_SMALL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
from digitvision.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def few(tmp_path: Path) -> str:
    images, labels = mnist_part(300, "train")
    arrays = {"images": images, "labels": labels, "label_names": np.array(list("0123456789"))}
    return str(write_npz(tmp_path / "few.npz", {**arrays, "writer": np.arange(300) % 5}))


def _digits(path: Path, labels: list[int], names: str, writers: list[int] | None = None) -> str:
    images, _ = mnist_part(len(labels))
    arrays: dict[str, Any] = {"images": images, "labels": np.array(labels, np.int64), "label_names": np.array([*names])}
    return str(write_npz(path, arrays if writers is None else {**arrays, "writer": np.array(writers)}))


def _run(few: str, **change: Any) -> tuple[Run, Any]:
    settings = settings_of({**NOTHING, "name": "wild", "data": [few], "batch_size": 32, **change}, resume=False)
    return make_run(settings)


# --- a loss that is no number ----------------------------------------------------------------------------------------


def test_epoch_metrics_refuse_a_loss_that_is_not_a_number() -> None:
    for loss in (np.nan, np.inf):
        metrics = EpochMetrics(lambda _event: None, epoch=3, epochs=5, batches=2)
        metrics.add(10, 0.5, 4)
        with pytest.raises(Diverged) as caught:
            metrics.add(10, float(loss), 4)
        assert caught.value.epoch == 3
        with pytest.raises(Diverged):
            metrics.finished(float(loss), 0.9)
    metrics = EpochMetrics(lambda _event: None, epoch=1, epochs=1, batches=2)
    metrics.add(30, 0.5, 15)
    metrics.add(10, 0.1, 9)
    assert (metrics.loss, metrics.accuracy) == (0.4, 0.6)
    assert metrics.finished(0.3, 0.5).accuracy == 0.6


def test_batch_events_have_the_number_of_samples_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("digitvision.training.run.epoch_metrics.time.monotonic", lambda: now[0])
    reported: list[dict[str, Any]] = []
    metrics = EpochMetrics(reported.append, epoch=1, epochs=2, batches=4)
    now[0] += 1.0
    metrics.add(50, 0.5, 25)
    # A break is no time that anything was learned in.
    now[0] += 60.0
    metrics.exclude(60.0)
    now[0] += 1.0
    metrics.add(50, 0.5, 25)

    # The first batch alone says nothing of those that follow.
    assert [event["batch"] for event in reported] == [2]
    assert [event["samples_per_s"] for event in reported] == [50.0]
    assert [event["eta_s"] for event in reported] == [6.0]
    assert metrics.seconds == 2.0


@pytest.mark.slow
@_KERAS_FILES
@_SPOILT_NUMBERS
def test_the_best_epoch_is_kept_when_the_loss_is_no_number_any_more(
    few: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, trainer = _run(few, epochs=4)
    run.prepare(resume=False)
    monkeypatch.setattr(trainer, "_rate", lambda epochs: 0.002 if epochs < 2 else WILD)

    outcome = run.train()

    assert (outcome.event, outcome.model) == ("failed", "wild")
    assert outcome.message.startswith(
        "The training failed in epoch 3: the loss is no longer a number; the network after epoch 2 was kept: "
    )
    assert outcome.message.endswith("Try a lower learning rate.")
    card = ModelStore().find("wild").card
    assert [epoch["epoch"] for epoch in card.settings["history"]] == [1, 2]
    assert card.settings["kept_epoch"] == 2
    rasters = load("mnist", "test").floats(slice(20))
    assert np.isfinite(Recognizer(ModelStore().find("wild")).outputs(rasters)).all()
    assert outcome.test_accuracy == card.figures[0].value
    assert len(load_checkpoint("wild").history) == 2


@pytest.mark.slow
@_SPOILT_NUMBERS
def test_nothing_is_saved_when_no_epoch_was_finished(few: str, home: Path) -> None:
    run, _ = _run(few, learning_rate=WILD)
    run.prepare(resume=False)

    with pytest.raises(Fault, match=r"in epoch 1: the loss is no longer a number, and nothing was saved\. Try a lower"):
        run.train()

    assert not (home / "models").exists()
    assert not (home / "training" / "wild").exists()


@pytest.mark.slow
@_KERAS_FILES
@_SPOILT_NUMBERS
@pytest.mark.usefixtures("little_mnist")
def test_a_recipe_s_training_keeps_its_last_finished_epoch(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_data(tmp_path / "data", each=10)
    recipe = write_recipe(tmp_path / "tiny.json", epochs=3, learning_rate=0.01, average=0.95)
    settings = settings_of({**NOTHING, "recipe": str(recipe), "data_root": str(root), "name": "wild"}, resume=False)
    run, _ = make_run(settings)
    run.prepare(resume=False)
    monkeypatch.setattr(WarmRestarts, "rate", lambda _schedule, epochs: 0.01 if epochs < 1 else WILD)

    outcome = run.train()

    assert (outcome.event, outcome.model) == ("failed", "wild")
    assert "epoch 2: the loss is no longer a number; the network after epoch 1 was kept" in outcome.message
    model = ModelStore().find("wild")
    assert len(model.card.settings["history"]) == 1
    rasters = load("mnist", "test").floats(slice(20))
    assert np.isfinite(Recognizer(model, "digits").outputs(rasters)).all()


def test_a_training_that_failed_but_kept_a_model_is_reported_and_ends_with_1(
    few: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "The training failed in epoch 3; epoch 2 was kept."
    monkeypatch.setattr(Run, "prepare", lambda *_args, **_kwargs: None)
    outcome = Outcome("failed", "mine", 0.9, sentence)
    monkeypatch.setattr(Run, "train", lambda _self: outcome)

    assert main(["train", "--name", "mine", "--data", few, "--progress", "jsonl"]) == 1

    reported = capsys.readouterr()
    assert [json.loads(line) for line in reported.out.splitlines()] == [
        {"event": "failed", "model": "mine", "test_accuracy": 0.9, "message": sentence}
    ]
    assert reported.err == f"{sentence}\n"


# --- data that nothing can be learned from ---------------------------------------------------------------------------


def _useless(folder: Path) -> list[tuple[str, str]]:
    folder.mkdir(parents=True)
    (folder / "empty").mkdir()
    nothing: dict[str, Any] = {"images": np.zeros((0, 28, 28), np.uint8), "labels": np.zeros(0, np.int64)}
    return [
        (_digits(folder / "one.npz", [0] * 20, "A"), "The data holds a single class; two or more are needed"),
        (str(write_npz(folder / "none.npz", nothing)), "holds no sample"),
        (str(folder / "empty"), "has no sub-folder with drawings or pictures"),
        (_digits(folder / "single.npz", [0], "AB"), "two or more are needed"),
        (_digits(folder / "two.npz", [0, 1], "AB"), "All samples but those held out are of a single class"),
        (str(folder / "missing.npz"), "There is no data"),
    ]


@pytest.mark.parametrize("index", range(6))
@pytest.mark.parametrize("command", ["train --name x --data", "data", "transfer-curve --from classic --data"])
def test_useless_data_is_one_sentence(
    command: str, index: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    path, sentence = _useless(tmp_path / "useless")[index]

    assert main([*command.split(), path]) == 1

    reported = capsys.readouterr()
    assert sentence in reported.err
    assert reported.err.count("\n") == 1
    assert not (home / "models").exists()


def test_classes_that_are_held_out_wholly_are_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Each writer has written a class of its own.
    path = _digits(tmp_path / "own.npz", [0] * 10 + [1] * 10 + [2] * 10, "ABC", [0] * 10 + [1] * 10 + [2] * 10)

    assert main(["data", path]) == 0

    reported = capsys.readouterr().out
    assert "held out: 1 of 3 writers" in reported
    assert "is held out: the model cannot learn it. Hold out less" in reported


@pytest.mark.parametrize("option", ["--freeze", "--new-head", "--two-stages"])
def test_what_means_nothing_without_a_base_is_refused(
    option: str, few: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--name", "x", "--data", few, option]) == 1
    assert capsys.readouterr().err == f"{option} needs --from, the model to begin with.\n"


# --- the machine's own limits ----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="this system limits no file's size")
def test_a_disk_that_is_full_when_a_checkpoint_is_written_is_one_sentence(few: str, home: Path) -> None:
    command = [sys.executable, "-c", _ON_A_SMALL_DISK, "train", "--data", few, "--name", "mine", "--progress", "jsonl"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=Path(__file__).parents[3], check=False)

    assert done.returncode == 1
    assert "checkpoint.npz” cannot be written: file too large" in done.stderr
    assert done.stderr.count("\n") == 1
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[-1] == {"event": "failed", "model": None, "test_accuracy": None, "message": done.stderr.strip()}
    # Nothing half written.
    assert list((home / "training" / "mine").iterdir()) == []
    assert not (home / "models").exists()


@pytest.mark.slow
@_KERAS_FILES
def test_the_last_good_checkpoint_stays_when_the_disk_fills_up(
    few: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = [True]
    sync = os.fsync

    def synced(descriptor: int) -> None:
        if not room[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    def fill_after_the_first(event: dict[str, Any]) -> None:
        if event["event"] == "epoch":
            room[0] = False

    monkeypatch.setattr("digitvision.files.os.fsync", synced)
    settings = settings_of({**NOTHING, "name": "mine", "data": [few], "epochs": 3}, resume=False)
    run, _ = make_run(settings, report=fill_after_the_first)
    run.prepare(resume=False)
    with pytest.raises(Fault, match="cannot be written: no space left on device"):
        run.train()
    room[0] = True

    again, _ = make_run(replace(settings, epochs=2))
    again.prepare(resume=True)
    assert again.train().event == "completed"
    assert [epoch["epoch"] for epoch in ModelStore().find("mine").card.settings["history"]] == [1, 2]


class ResourceExhaustedError(Exception):
    """Called as TensorFlow calls its own."""


@pytest.mark.parametrize(
    ("error", "short_of"),
    [
        (MemoryError(), "memory"),
        (ResourceExhaustedError("OOM when allocating tensor with shape[9,9]"), "memory"),
        (ResourceExhaustedError("/x; No space left on device"), "disk"),
        (OSError(28, "No space left on device"), "disk"),
        (OSError(2, "No such file"), None),
        (ValueError("no space left"), None),
    ],
)
def test_what_ran_out_is_known(error: Exception, short_of: str | None) -> None:
    assert what_ran_out(error) == short_of


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "there is not enough memory; train on less data"),
        (np.exceptions.AxisError("x"), None),
        (ResourceExhaustedError("OOM when allocating"), "there is not enough memory; train on less data"),
        (ResourceExhaustedError("No space left on device"), "the disk is full"),
    ],
)
def test_too_little_memory_is_one_sentence(
    error: Exception,
    words: str | None,
    few: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def short(*_args: Any, **_kwargs: Any) -> None:
        raise error

    monkeypatch.setattr(plain_trainer, "load", short)
    if words is None:
        # A bug is no shortage.
        with pytest.raises(type(error)):
            main(["train", "--name", "x", "--data", few])
        return
    assert main(["train", "--name", "x", "--data", few]) == 1
    reported = capsys.readouterr().err
    assert words in reported
    assert reported.count("\n") == 1


@pytest.mark.parametrize("command", ["data", "transfer-curve --from classic --data"])
def test_too_little_memory_for_the_data_command_is_one_sentence(
    command: str, few: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*_args: Any, **_kwargs: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("digitvision.training.data.loading.read_npz", short)
    assert main([*command.split(), few]) == 1
    reported = capsys.readouterr().err
    assert "not enough memory" in reported
    assert reported.count("\n") == 1
