"""Measurement of the window while it trains, imports and loads: blocked time, speed of answers, and memory."""

import json
import os
import platform
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
from PySide6.QtWidgets import QApplication

from digitvision.files import user_folder
from digitvision.ui.automation.bench import READY_LIMIT_S, BenchFault, percentiles, stroke_to_bars_ms
from digitvision.ui.automation.gaps import Gaps
from digitvision.ui.automation.memory import resident_mb
from digitvision.ui.automation.waiting import let_run, wait_until
from digitvision.ui.jobs.child_command import ChildCommand
from digitvision.ui.train.training_worker import TrainingClient, TrainingRequest
from digitvision.ui.window.main_window import MainWindow

TRAININGS: Final = 10
STROKES: Final = 100
LONGEST_S: Final = 300.0
PICTURES_A_CLASS: Final = 40

Figures = dict[str, Any]


def measure(window: MainWindow) -> Figures:
    """Measure all figures; models are written to the user's folder.

    Args:
        window: A window that is not shown yet.
    """
    window.resize(1280, 800)
    window.show()
    window.start()
    wait_until(lambda: window.model is not None, limit_s=READY_LIMIT_S, what="the model")
    let_run(0.5)
    client = window.train_tab.client
    watch = _Watch(client)
    figures: Figures = {}
    gaps = Gaps()
    client.start(TrainingRequest(name="long", epochs=50))
    watch.wait_for("batch")
    figures["starting_gap_ms"] = round(gaps.longest_ms(), 1)
    gaps = Gaps()
    answers = stroke_to_bars_ms(window, STROKES)
    figures["training_gap_ms"] = round(gaps.longest_ms(), 1)
    figures["training_stroke_to_bars_ms"] = percentiles(answers, (50, 95, 99))
    watch.wait_for("epoch")
    gaps = Gaps()
    begun = time.perf_counter()
    client.stop()
    watch.wait_for("stopped")
    figures["cancel_s"] = round(time.perf_counter() - begun, 2)
    wait_until(lambda: not client.running, limit_s=LONGEST_S, what="the end of the training")
    figures["cancel_and_save_s"] = round(time.perf_counter() - begun, 2)
    watch.forget()
    client.start(TrainingRequest(name="brief"))
    watch.wait_for("batch")
    begun = time.perf_counter()
    client.stop()
    wait_until(lambda: not client.running, limit_s=LONGEST_S, what="the end of the training")
    figures["cancel_first_epoch_s"] = round(time.perf_counter() - begun, 2)
    figures["cancelling_gap_ms"] = round(gaps.longest_ms(), 1)
    figures.update(_import_and_load(window))
    figures.update(_ten_trainings(client))
    return figures


def report(figures: Figures, form: str) -> str:
    """Return the figures as JSON, or as text with one line for each."""
    if form == "json":
        return json.dumps(figures)
    explained = {
        "starting_gap_ms": "longest time that the event loop is blocked while a training starts",
        "training_gap_ms": "the same while it runs and strokes are answered",
        "training_stroke_to_bars_ms": "pen up to painted bars while MNIST is trained on",
        "cancel_s": "cancel to the stop of a training that has completed an epoch",
        "cancel_and_save_s": "the same, until its best epoch is a model and the process has ended",
        "cancel_first_epoch_s": "cancel to the end of the training process, nothing to save yet",
        "cancelling_gap_ms": "longest time that the event loop is blocked meanwhile",
        "importing_gap_ms": "longest time that the event loop is blocked while a .keras file is imported",
        "loading_gap_ms": "the same while another model is loaded",
        "memory_before_mb": "resident, after a first training",
        "memory_after_mb": f"resident, after {TRAININGS} more",
    }
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [f"{machine}, Qt on {QApplication.platformName()}"]
    for name, value in figures.items():
        text = "  ".join(f"{key} {number}" for key, number in value.items()) if isinstance(value, dict) else str(value)
        lines.append(f"{name:<27} {text:<34} {explained[name]}")
    return "\n".join(lines)


class _Watch:
    """Records the events that a training reports."""

    def __init__(self, client: TrainingClient) -> None:
        self._events: set[str] = set()
        client.reported.connect(self._record)

    def forget(self) -> None:
        """Forget the events so far."""
        self._events.clear()

    def wait_for(self, event: str) -> None:
        """Wait until the training has reported an event.

        Raises:
            BenchFault: It failed before.
        """
        wait_until(lambda: bool(self._events & {event, "failed"}), limit_s=LONGEST_S, what=f"the training's {event}")
        if event not in self._events:
            raise BenchFault(f"The training failed before it reported “{event}”.")

    def _record(self, message: dict[str, Any]) -> None:
        self._events.add(message["event"])


def _few_pictures() -> Path:
    """Return a small array file of two classes that are easy to distinguish; how well they are learned is no matter."""
    path = user_folder() / "few.npz"
    if not path.exists():
        rng = np.random.default_rng(1)
        pictures = np.zeros((2 * PICTURES_A_CLASS, 28, 28), np.uint8)
        pictures[:PICTURES_A_CLASS, 4:24, 12:16] = 255
        pictures[PICTURES_A_CLASS:, 12:16, 4:24] = 255
        pictures[rng.random(pictures.shape) < 0.02] = 90
        labels = np.repeat(np.arange(2), PICTURES_A_CLASS)
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, images=pictures, labels=labels)
    return path


def _import_and_load(window: MainWindow) -> Figures:
    """Import the model that was just trained under another name, as the Model tab does, and load other models."""
    model = user_folder() / "models" / "long"
    gaps = Gaps()
    command = ChildCommand()
    ended: list[str] = []
    command.done.connect(lambda _output: ended.append(""))
    command.failed.connect(ended.append)
    command.start(["models", "import", str(model / "model.keras"), "--name", "imported"])
    wait_until(lambda: bool(ended), limit_s=LONGEST_S, what="the import")
    figures: Figures = {"importing_gap_ms": round(gaps.longest_ms(), 1)}
    if ended[0]:
        figures["importing_gap_ms"] = ended[0]
    gaps = Gaps()
    for name in ("glyphs", "classic", "digits"):
        window.start(model=name)
        wait_until(
            lambda name=name: window.model is not None and window.model.name == name,  # type: ignore[misc]
            limit_s=READY_LIMIT_S,
            what=f"the model {name}",
        )
    figures["loading_gap_ms"] = round(gaps.longest_ms(), 1)
    return figures


def _ten_trainings(client: TrainingClient) -> Figures:
    """Measure resident memory before and after ten small trainings, each from its start to its saved model."""

    def train(name: str) -> None:
        client.start(TrainingRequest(name=name, data=(str(_few_pictures()),), epochs=2, architecture="small"))
        wait_until(lambda: not client.running, limit_s=LONGEST_S, what="the end of a training")
        let_run(0.5)

    train("first")
    before = resident_mb()
    for number in range(TRAININGS):
        train(f"small {number}")
    return {"memory_before_mb": round(before, 1), "memory_after_mb": round(resident_mb(), 1)}
