"""A real training in this process: what its learning rate does, and what a pause does to its time."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from digitvision.recognition.models.model_store import ModelStore
from digitvision.training.run.checkpoint import Settings
from digitvision.training.run.control import Control
from digitvision.training.run.epoch_metrics import EpochMetrics
from tests.training.runs import make_run, settings_of

pytestmark = pytest.mark.slow


# Keras 3.12's own, with NumPy 2, when it writes a file.
_KERAS_FILES = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


def _settings(data: str, name: str, **change: Any) -> Settings:
    nothing = dict.fromkeys(Settings.__dataclass_fields__)
    return settings_of({**nothing, "name": name, "data": [data], **change}, resume=False)


@_KERAS_FILES
def test_a_pause_ends_and_is_no_part_of_the_time_taken(few: str, home: Path) -> None:
    control = Control()
    timer = threading.Timer(2.0, control.go_on)

    def pause_once(event: dict[str, Any]) -> None:
        if event["event"] == "epoch" and event["epoch"] == 1:
            control.pause()
            timer.start()

    run, _ = make_run(_settings(few, "held up", epochs=2), report=pause_once, control=control)
    run.prepare(resume=False)
    began = time.monotonic()
    assert run.train().event == "completed"
    taken = time.monotonic() - began
    timer.join()

    history = ModelStore().find("held up").card.settings["history"]
    assert [epoch["epoch"] for epoch in history] == [1, 2]
    assert sum(epoch["seconds"] for epoch in history) < taken - 1.9


def _steps(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The learning rates of a whole training, batch by batch."""
    run, trainer = make_run(settings)
    run.prepare(resume=False)
    steps: list[float] = []
    plain = EpochMetrics.add_by_means

    def watched(metrics: EpochMetrics, *given: Any) -> None:
        steps.append(float(trainer._network.optimizer.learning_rate))
        plain(metrics, *given)

    monkeypatch.setattr(EpochMetrics, "add_by_means", watched)
    run.train()
    return steps


@_KERAS_FILES
def test_a_cosine_ends_in_small_steps(few: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = _steps(_settings(few, "cosine", schedule="cosine", epochs=2, learning_rate=0.002), monkeypatch)

    assert steps == sorted(steps, reverse=True)
    assert steps[0] == pytest.approx(0.002)
    assert steps[len(steps) // 2] == pytest.approx(0.001, rel=0.1)
    assert steps[-1] < 0.0004


@_KERAS_FILES
def test_one_cycle_rises_for_a_fifth_and_falls_to_nothing(
    few: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = _steps(_settings(few, "cycle", schedule="one-cycle", epochs=5, learning_rate=0.002), monkeypatch)

    top = steps.index(max(steps))
    assert top == pytest.approx(len(steps) / 5, abs=1)
    assert steps[top] == pytest.approx(0.002, rel=0.2)
    assert steps[: top + 1] == sorted(steps[: top + 1])
    assert steps[top:] == sorted(steps[top:], reverse=True)
    assert 0 < steps[0] < 0.0001
    assert steps[-1] < 0.002 / len(steps) * 2
