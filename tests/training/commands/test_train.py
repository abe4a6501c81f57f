"""Trainings in their real child process: reported by lines, stopped in every way, and resumed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.faults import Fault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.data.loading import load
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.run.checkpoint import Settings
from tests.training.commands.children import LIMIT_S
from tests.training.runs import settings_of

pytestmark = pytest.mark.slow


SAMPLES = 600

BATCH = 32


def _models(home: Path) -> list[str]:
    return sorted(entry.name for entry in (home / "models").iterdir()) if (home / "models").exists() else []


def test_a_training_from_end_to_end(start: Any, few: str, home: Path) -> None:
    child = start("--data", few, "--epochs", "2", "--batch-size", str(BATCH), "--augment", "--name", "tiny one")
    events, code, errors = child.rest()

    assert code == 0, errors
    assert errors == ""
    assert [event["event"] for event in events if event["event"] != "batch"] == [
        "started",
        "epoch",
        "epoch",
        "completed",
    ]
    assert events[0] == {
        "event": "started",
        "samples": 480,
        "classes": 10,
        "parameters": 225034,
        "held_out": 120,
        "split": ["1 of 5 writers"],
    }
    for event in events:
        if event["event"] == "batch":
            keys = ("epoch", "of", "batch", "batches", "loss", "accuracy", "eta_s", "eta_is_known", "samples_per_s")
            assert set(event) == {"event", *keys}
            assert event["samples_per_s"] > 0
            assert (event["of"], event["batches"]) == (2, 15)
    first, second = (event for event in events if event["event"] == "epoch")
    assert set(first) == {
        "event",
        "epoch",
        "loss",
        "accuracy",
        "validation_loss",
        "validation_accuracy",
        "seconds",
    }
    assert second["loss"] < first["loss"]
    assert set(events[-1]) == {"event", "model", "test_accuracy", "message"}
    assert events[-1]["model"] == "tiny one"
    assert events[-1]["test_accuracy"] > 0.3

    model = ModelStore().find("tiny one")
    recognizer = Recognizer(model)
    answers = recognizer.probabilities(load("mnist", "test").floats(slice(500))).argmax(axis=1)
    assert (answers == load("mnist", "test").labels[:500]).mean() > 0.3
    assert model.card.settings["augment"] is True
    assert model.card.settings["data"] == ["few.npz"]
    assert "1 of 5 writers" in model.card.figures[0].data
    assert len(model.card.settings["history"]) == 2
    assert not (home / "training" / "tiny one").exists()


def test_the_end_of_input_alone_does_not_stop_and_litert_answers_as_keras_does(start_warm: Any, few: str) -> None:
    child = start_warm("--data", few, "--epochs", "1", "--name", "both")
    child.process.stdin.close()
    events, code, errors = child.rest()
    assert code == 0, errors
    assert events[-1]["event"] == "completed"
    model = ModelStore().find("both")
    network = import_keras().saving.load_model(model.keras_path)
    rasters = load("mnist", "test").floats(slice(300))

    expected = network.predict_on_batch(rasters[..., None])
    found = Recognizer(model).probabilities(rasters)

    # The recognizer's are calibrated, which keeps their order and, undone, their values.
    assert (expected.argmax(axis=1) == found.argmax(axis=1)).all()
    undone = found ** np.float32(model.card.temperature)
    np.testing.assert_allclose(undone / undone.sum(axis=1, keepdims=True), expected, atol=1e-3)


def test_a_stop_line_keeps_the_best_finished_epoch(start_warm: Any, few: str, home: Path) -> None:
    child = start_warm("--data", few, "--epochs", "900", "--batch-size", str(BATCH), "--name", "stopped")
    child.until("epoch")
    child.say("stop\n")
    events, code, errors = child.rest()

    assert code == 0, errors
    assert events[-1]["event"] == "cancelled"
    assert events[-1]["model"] == "stopped"
    assert Recognizer(ModelStore().find("stopped")).model.card.settings["kept_epoch"] >= 1
    assert (home / "training" / "stopped").exists()


def test_a_paused_training_waits(start_warm: Any, few: str) -> None:
    child = start_warm("--data", few, "--epochs", "900", "--batch-size", str(BATCH), "--name", "paused")
    child.until("epoch")
    child.say("pause\n")
    # Long enough for many epochs of these few samples.
    time.sleep(1.5)
    child.say("stop\n")
    events, code, errors = child.rest()

    assert code == 0, errors
    assert events[-1]["event"] == "cancelled"
    # An epoch that ended before the line was read may be there.
    assert len(ModelStore().find("paused").card.settings["history"]) <= 3


def test_sigterm_before_an_epoch_is_finished_leaves_the_old_model(start: Any, home: Path) -> None:
    child = start("--epochs", "5", "--batch-size", "8", "--name", "early")
    child.until("started")
    asked = time.monotonic()
    child.process.send_signal(signal.SIGTERM)
    events, code, _ = child.rest()
    print(f"\nended {time.monotonic() - asked:.2f} s after it was asked to")

    assert events[-1]["event"] == "cancelled"
    assert events[-1]["model"] is None
    assert code == 128 + signal.SIGTERM
    assert _models(home) == []


@pytest.mark.parametrize("how", ["stop line", "SIGTERM", "Ctrl-C", "end of input"])
def test_a_stop_during_tensorflow_s_import_ends_the_process(start: Any, home: Path, how: str) -> None:
    child = start("--name", "never", "--stop-at-eof")
    child.until_import()
    asked = time.monotonic()
    if how == "stop line":
        child.say("stop\n")
    elif how == "end of input":
        child.process.stdin.close()
    else:
        child.process.send_signal(signal.SIGTERM if how == "SIGTERM" else signal.SIGINT)
    events, code, errors = child.rest()
    print(f"\n{how}: ended {time.monotonic() - asked:.2f} s after it was asked to")

    assert [event["event"] for event in events] == ["cancelled"]
    assert code == {"SIGTERM": 143, "Ctrl-C": 130}.get(how, 0)
    assert errors == ""
    assert _models(home) == []


def test_a_training_that_is_let_go_ends_by_itself_and_is_saved(start: Any, few: str, home: Path) -> None:
    child = start("--data", few, "--epochs", "3", "--batch-size", str(BATCH), "--name", "alone", "--stop-at-eof")
    child.until("started")
    child.say("detach\n")
    # The process that started it gets no more lines, and ends.
    rest = list(child.events())
    assert all(event["event"] != "completed" for event in rest)
    child.process.stdin.close()

    assert child.process.wait(LIMIT_S) == 0
    assert [epoch["epoch"] for epoch in ModelStore().find("alone").card.settings["history"]] == [1, 2, 3]


def test_a_killed_training_goes_on_where_it_was(start_warm: Any, few: str, home: Path) -> None:
    options = ("--data", few, "--epochs", "4", "--batch-size", str(BATCH))
    whole, _, _ = start_warm(*options, "--name", "whole").rest()
    child = start_warm(*options, "--name", "killed")
    child.until("epoch")
    child.until("epoch")
    child.process.kill()
    child.process.wait()
    assert _models(home) == ["whole"]

    events, code, errors = start_warm("--name", "killed", "--resume").rest()

    assert code == 0, errors
    epochs = [event for event in events if event["event"] == "epoch"]
    assert events[-1]["event"] == "completed"
    assert epochs[-1]["epoch"] == 4
    assert epochs[0]["epoch"] in (3, 4)
    # As if it had never been broken off.
    unbroken = [event for event in whole if event["event"] == "epoch"]
    assert epochs[-1]["loss"] == pytest.approx(unbroken[-1]["loss"], abs=2e-3)
    card = ModelStore().find("killed").card
    assert [epoch["epoch"] for epoch in card.settings["history"]] == [1, 2, 3, 4]
    assert card.settings["data"] == ["few.npz"]


def test_a_training_that_gets_no_better_ends_by_itself(start_warm: Any, few: str) -> None:
    # So small a step changes nothing.
    child = start_warm(
        "--data", few, "--epochs", "50", "--patience", "3", "--learning-rate", "1e-12", "--name", "patient"
    )
    events, code, errors = child.rest()

    assert code == 0, errors
    assert events[-1]["event"] == "completed"
    card = ModelStore().find("patient").card
    assert card.settings["kept_epoch"] == len(card.settings["history"]) - 3 < 10
    assert "--patience 3" in card.figures[0].command


def test_the_share_that_is_held_out_is_chosen_reported_and_kept(start_warm: Any, few: str, home: Path) -> None:
    child = start_warm("--data", few, "--epochs", "900", "--batch-size", "64", "--validation", "0.5", "--name", "half")
    started = child.until("started")
    child.until("epoch")
    child.say("stop\n")
    assert child.rest()[1] == 0
    assert (started["held_out"], started["split"]) == (360, ["3 of 5 writers"])
    assert started["samples"] == SAMPLES - 360

    card = ModelStore().find("half").card
    assert card.settings["validation"] == ["3 of 5 writers"]
    assert card.settings["validation_share"] == 0.5
    assert "--validation 0.5" in card.figures[0].command
    (run,) = (home / "runs").glob("*.json")
    assert json.loads(run.read_text())["settings"]["validation"] == 0.5
    asked = {**dict.fromkeys(Settings.__dataclass_fields__), "name": "half", "epochs": 1}
    assert settings_of(asked, resume=True).validation == 0.5
    with pytest.raises(Fault, match="began with another --validation; leave that out"):
        settings_of({**asked, "validation": 0.1}, resume=True)


def test_a_folder_that_cannot_be_written_fails_with_a_sentence(start_warm: Any, few: str, home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "models").write_text("in the way", encoding="utf-8")

    events, code, errors = start_warm("--data", few, "--epochs", "1", "--name", "nowhere").rest()

    assert code == 1
    assert events[-1]["event"] == "failed"
    assert "cannot be saved" in events[-1]["message"]
    assert "Traceback" not in errors


def test_a_listener_that_is_gone_stops_the_training(few: str, home: Path) -> None:
    command = [sys.executable, "-m", "digitvision", "train", "--progress", "jsonl", "--data", few]
    reading, writing = os.pipe()
    with subprocess.Popen(
        [*command, "--epochs", "900", "--name", "unheard"],
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as process:
        os.close(writing)
        os.close(reading)
        _, errors = process.communicate(timeout=LIMIT_S)

    assert b"Traceback" not in errors
    assert process.returncode == 0
    assert _models(home) == []
