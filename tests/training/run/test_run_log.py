"""Runs are kept with their settings and curves, thinned out, and never more than so many."""

import itertools
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from digitvision.training.run.checkpoint import Settings
from digitvision.training.run.run_log import MOST_POINTS, MOST_RUNS, RunLog, runs_folder

SETTINGS = Settings(
    name="mine",
    architecture="cnn",
    data=("mnist",),
    epochs=3,
    batch_size=128,
    learning_rate=0.001,
    augment=False,
    seed=1,
)


def _batch(epoch: int, batch: int, batches: int = 100) -> dict[str, Any]:
    return {"event": "batch", "epoch": epoch, "batch": batch, "batches": batches, "loss": 1 / batch, "accuracy": 0.5}


def _epoch(number: int) -> dict[str, Any]:
    figures = {"loss": 0.1, "accuracy": 0.9, "validation_loss": 0.2, "validation_accuracy": 0.8, "seconds": 3.0}
    return {"event": "epoch", "epoch": number, **figures}


def _kept(log: RunLog) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(log.path.read_bytes())
    return kept


def test_a_run_is_kept_with_its_settings_and_curves() -> None:
    log = RunLog(SETTINGS)
    log.report({"event": "started", "samples": 55_000, "classes": 10, "parameters": 225_034})
    log.report(_batch(1, 50))
    assert not log.path.exists()
    log.report(_epoch(1))
    assert _kept(log)["outcome"] is None
    log.report(_batch(2, 25))
    log.report({"event": "completed", "model": "mine", "test_accuracy": 0.99, "message": "Saved."})

    kept = _kept(log)
    assert (kept["format"], kept["samples"], kept["parameters"]) == ("digitvision-run", 55_000, 225_034)
    assert kept["settings"] == json.loads(json.dumps(asdict(SETTINGS)))
    assert kept["batches"] == [[0.5, 0.02, 0.5], [1.25, 0.04, 0.5]]
    assert [epoch["validation_accuracy"] for epoch in kept["epochs"]] == [0.8]
    assert kept["outcome"]["test_accuracy"] == 0.99


def test_a_long_curve_is_thinned_out_evenly() -> None:
    log = RunLog(SETTINGS)
    for epoch in range(1, 51):
        for batch in range(1, 101):
            log.report(_batch(epoch, batch))
    log.report(_epoch(50))

    positions = [index for index, _, _ in _kept(log)["batches"]]
    assert MOST_POINTS / 2 <= len(positions) < MOST_POINTS
    steps = [after - before for before, after in itertools.pairwise(positions)]
    assert max(steps) == pytest.approx(min(steps), abs=1e-3)
    assert positions[-1] > 49.8


def test_what_ended_before_it_began_is_not_kept() -> None:
    log = RunLog(SETTINGS)
    log.report({"event": "failed", "model": None, "test_accuracy": None, "message": "No such data."})

    assert not log.path.exists()


def test_only_the_latest_runs_are_kept() -> None:
    runs_folder().mkdir(parents=True)
    for number in range(MOST_RUNS + 5):
        (runs_folder() / f"19990101T{number:06}-aaaaaa.json").write_text("{}")
    log = RunLog(SETTINGS)
    log.report(_epoch(1))

    names = sorted(path.name for path in runs_folder().iterdir())
    assert len(names) == MOST_RUNS
    assert names[-1] == log.path.name
    assert names[0] == "19990101T000006-aaaaaa.json"


def test_a_log_that_cannot_be_written_ends_no_training(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    home.mkdir(exist_ok=True)
    (home / "runs").write_text("a file in the way")
    log = RunLog(SETTINGS)

    log.report(_epoch(1))

    assert "cannot be kept" in caplog.text
