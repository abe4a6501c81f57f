"""What a run does for any trainer: epochs, checkpoints, patience, stopping, and the outcome."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.faults import Fault
from digitvision.recognition.models.model_store import ModelStore
from digitvision.training.data.dataset import Progress
from digitvision.training.run.checkpoint import Checkpoint, Epoch, Settings, load_checkpoint, training_folder
from digitvision.training.run.control import Control
from digitvision.training.run.epoch_metrics import EpochMetrics
from digitvision.training.run.run import Run, Trainer

SETTINGS = Settings(
    name="mine",
    architecture="cnn",
    data=("mnist",),
    epochs=4,
    batch_size=10,
    learning_rate=0.001,
    augment=False,
    seed=1,
)


class _Counter(Trainer):
    """Learns nothing: its only weight is the number of its batches; an epoch has two of ten samples."""

    def __init__(self, losses: Sequence[float], **change: Any) -> None:
        super().__init__(replace(SETTINGS, **change), ModelStore())
        self._losses = losses
        self.batches = 0
        self.saved: list[float] = []

    def read_data(self, progress: Progress | None) -> None:
        pass

    @property
    def fingerprint(self) -> int:
        return 7

    def build(self, checkpoint: Checkpoint | None) -> None:
        pass

    def facts(self) -> dict[str, Any]:
        return {"samples": 20}

    def learn(self, run: Run) -> None:
        while not run.is_over:
            loss = self._losses[run.next_epoch - 1]
            run.begin_epoch(2)
            for _ in range(2):
                run.before_batch()
                self.batches += 1
                run.metrics.add(10, loss, 5)
            run.end_epoch(loss, 0.5)

    def kept_epoch(self, history: Sequence[Epoch]) -> int:
        return min(history, key=lambda epoch: epoch.validation_loss).epoch

    def keep(self) -> None:
        self.best = [np.array([float(self.batches)])]

    def variables(self) -> tuple[Sequence[Any], Sequence[Any]]:
        return [np.array([self.batches])], []

    def save(self, history: Sequence[Epoch]) -> tuple[float, str]:
        self.saved = [float(weight[0]) for weight in self.best]
        return 0.75, f"{len(history)} epochs"


class _Saver(_Counter):
    """Saves a model, with the content of its only file as given."""

    def __init__(self, losses: Sequence[float], content: bytes, **change: Any) -> None:
        super().__init__(losses, **change)
        self._content = content

    def build(self, checkpoint: Checkpoint | None) -> None:
        self.best = checkpoint.best if checkpoint is not None else []

    def save(self, history: Sequence[Epoch]) -> tuple[float, str]:
        card = ModelStore().find("classic").card
        settings = {"history": [asdict(epoch) for epoch in history]}
        self.save_model(replace(card, name=self.settings.name, settings=settings), {"content": self._content})
        return super().save(history)


def _contents() -> dict[str, bytes]:
    """The content of each model of the user's own."""
    return {model.name: model.content("content") for model in ModelStore().models()[0] if not model.bundled}


def _run(trainer: Trainer, **options: Any) -> tuple[Run, list[dict[str, Any]]]:
    events: list[dict[str, Any]] = []
    return Run(trainer, report=events.append, control=options.get("control", Control())), events


def test_a_run_to_its_end_saves_the_kept_epoch_and_removes_its_checkpoint(home: Path) -> None:
    trainer = _Counter([0.4, 0.2, 0.3, 0.25])
    run, events = _run(trainer)

    outcome = run.train()

    assert (outcome.event, outcome.model, outcome.test_accuracy) == ("completed", "mine", 0.75)
    assert outcome.message == "Saved as “mine”: 4 epochs."
    assert trainer.saved == [4.0], "the number of batches after the second epoch"
    assert events[0] == {"event": "started", "samples": 20}
    assert [event["epoch"] for event in events if event["event"] == "epoch"] == [1, 2, 3, 4]
    assert not training_folder("mine").exists()


def test_a_run_ends_when_its_patience_is_lost() -> None:
    trainer = _Counter([0.4, 0.2, 0.3, 0.25], patience=1)
    run, _ = _run(trainer)

    assert run.train().message == "Saved as “mine”: 3 epochs."


def test_a_stopped_run_keeps_its_model_and_its_checkpoint() -> None:
    control = Control()
    trainer = _Counter([0.4, 0.2, 0.3, 0.25])
    run = Run(trainer, report=lambda event: control.set() if event["event"] == "epoch" else None, control=control)

    outcome = run.train()

    assert (outcome.event, outcome.message) == ("cancelled", "Stopped; the network after epoch 1 was kept: 1 epochs.")
    checkpoint = load_checkpoint("mine")
    assert [epoch.epoch for epoch in checkpoint.history] == [1]
    assert (checkpoint.best_epoch, checkpoint.fingerprint) == (1, 7)
    assert (checkpoint.network[0].tolist(), checkpoint.best[0].tolist()) == ([2], [2.0])


def test_a_run_that_is_stopped_at_once_saves_nothing(home: Path) -> None:
    control = Control()
    control.set()
    run, events = _run(_Counter([0.4]), control=control)

    outcome = run.train()

    assert (outcome.event, outcome.model) == ("cancelled", None)
    assert [event["event"] for event in events] == ["started"]
    assert not training_folder("mine").exists()


def test_a_run_whose_loss_is_no_number_keeps_the_epochs_before() -> None:
    trainer = _Counter([0.4, float("nan")])
    run, _ = _run(trainer)

    outcome = run.train()

    assert (outcome.event, outcome.model) == ("failed", "mine")
    assert "in epoch 2: the loss is no longer a number; the network after epoch 1 was kept" in outcome.message
    assert trainer.saved == [2.0]

    with pytest.raises(Fault, match="in epoch 1: the loss is no longer a number, and nothing was saved"):
        _run(_Counter([float("inf")]))[0].train()


@pytest.mark.usefixtures("home")
def test_another_model_of_the_same_name_is_kept_under_another() -> None:
    messages = []
    for loss, content in ((0.4, b"first"), (0.3, b"second"), (0.2, b"third")):
        run, _ = _run(_Saver([loss], content, epochs=1))
        outcome = run.train()
        messages.append((outcome.earlier, outcome.message, outcome.to_event().get("earlier")))

    assert _contents() == {"mine": b"third", "mine earlier": b"first", "mine earlier 2": b"second"}
    assert messages[0] == ("", "Saved as “mine”: 1 epochs.", None)
    assert messages[1] == (
        "mine earlier",
        "Saved as “mine”: 1 epochs. The model that had this name before is now “mine earlier”.",
        "mine earlier",
    )


@pytest.mark.usefixtures("home")
def test_a_model_is_replaced_where_that_is_wanted() -> None:
    for loss, content, replaces in ((0.4, b"first", False), (0.3, b"second", True)):
        run, _ = _run(_Saver([loss], content, epochs=1, replace=replaces))
        assert run.train().earlier == ""

    assert _contents() == {"mine": b"second"}


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_a_training_that_goes_on_replaces_its_own_model() -> None:
    control = Control()
    stopped = Run(
        _Saver([0.4, 0.3, 0.2], b"half", epochs=3),
        report=lambda event: control.set() if event["event"] == "epoch" else None,
        control=control,
    )
    assert stopped.train().event == "cancelled"
    assert _contents() == {"mine": b"half"}

    resumed, events = _run(_Saver([0.4, 0.3, 0.2], b"whole", epochs=3))
    resumed.prepare(resume=True)
    outcome = resumed.train()

    assert (outcome.event, outcome.earlier) == ("completed", "")
    assert [event["epoch"] for event in events if event["event"] == "epoch"] == [2, 3]
    assert _contents() == {"mine": b"whole"}


@pytest.mark.usefixtures("home")
def test_an_unfinished_training_of_the_same_name_can_still_go_on_under_another() -> None:
    for losses in ([0.4, float("nan")], [0.2, float("nan")]):
        run, _ = _run(_Counter(losses))
        assert run.train().event == "failed"

    assert load_checkpoint("mine").history[0].loss == 0.2
    kept = load_checkpoint("mine earlier")
    assert kept.history[0].loss == 0.4
    assert kept.settings.name == "mine earlier"


def test_the_time_left_does_not_count_the_first_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("digitvision.training.run.epoch_metrics.time.monotonic", lambda: now[0])
    reported: list[dict[str, Any]] = []
    metrics = EpochMetrics(reported.append, epoch=1, epochs=2, batches=10)
    # All is compiled in the first batch; the others take a second.
    for seconds in (30.0, 1.0, 1.0):
        now[0] += seconds
        metrics.add(10, 0.5, 5)

    assert [(event["batch"], event["eta_s"], event["samples_per_s"]) for event in reported] == [
        (2, 18.0, 10.0),
        (3, 17.0, 10.0),
    ]


def _timed(monkeypatch: pytest.MonkeyPatch) -> tuple[list[float], list[dict[str, Any]]]:
    now = [0.0]
    monkeypatch.setattr("digitvision.training.run.epoch_metrics.time.monotonic", lambda: now[0])
    return now, []


def test_no_time_left_is_told_before_enough_batches_were_steady(monkeypatch: pytest.MonkeyPatch) -> None:
    now, reported = _timed(monkeypatch)
    metrics = EpochMetrics(reported.append, epoch=1, epochs=1, batches=100)
    # The graph is compiled, then caches and threads warm up, then each batch takes a quarter of a second.
    for seconds in (8.0, 2.0, 1.0, 1.0, *([0.25] * 96)):
        now[0] += seconds
        metrics.add(10, 0.5, 5)

    known = [event for event in reported if event["eta_is_known"]]
    assert known[0]["batch"] == 9
    assert not any(event["eta_is_known"] for event in reported[:7])
    for event in known:
        assert event["eta_s"] == pytest.approx(0.25 * (100 - event["batch"]), abs=0.06)


def test_a_few_quick_batches_are_not_enough_to_tell_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now, reported = _timed(monkeypatch)
    metrics = EpochMetrics(reported.append, epoch=1, epochs=1, batches=1000)
    for seconds in (5.0, *([0.05] * 99)):
        now[0] += seconds
        metrics.add(10, 0.5, 5)

    # Twenty batches of 0.05 s are a second, and as many before them are left out.
    assert min(event["batch"] for event in reported if event["eta_is_known"]) in (39, 40, 41)


def test_the_time_left_goes_on_from_epoch_to_epoch_and_counts_the_validations(monkeypatch: pytest.MonkeyPatch) -> None:
    now, reported = _timed(monkeypatch)
    first = EpochMetrics(reported.append, epoch=1, epochs=3, batches=4)
    for seconds in (9.0, 1.0, 1.0, 1.0):
        now[0] += seconds
        first.add(10, 0.5, 5)
    now[0] += 2.0
    second = EpochMetrics(reported.append, epoch=2, epochs=3, batches=4, before=first.pace)
    reported.clear()
    now[0] += 1.0
    second.add(10, 0.5, 5)
    now[0] += 1.0
    second.add(10, 0.5, 5)

    # Six batches and two validations are left.
    assert [(event["eta_s"], event["eta_is_known"]) for event in reported] == [(10.0, True)]
    assert second.pace.batch_s == 1.0
