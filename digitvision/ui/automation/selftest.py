"""The self-test of an installation or a bundle: a window, a stroke, its answer and a training."""

import tempfile
from pathlib import Path
from typing import Any, Final, TextIO

import numpy as np

from digitvision.faults import Fault
from digitvision.ink.inkml import read_inkml
from digitvision.recognition.prediction import percent
from digitvision.resources import resource_path
from digitvision.ui.automation.pointer_player import PointerPlayer
from digitvision.ui.automation.waiting import wait_until
from digitvision.ui.train.training_worker import TrainingClient, TrainingRequest
from digitvision.ui.window.main_window import MainWindow

READY_LIMIT_S: Final = 60.0
ANSWER_LIMIT_S: Final = 10.0
TRAINING_LIMIT_S: Final = 300.0
SAMPLE: Final = "7"
TRAINING_SAMPLES: Final = 600
MODEL_NAME: Final = "selftest"


class SelftestFault(Fault):
    """A part of the program does not work here."""


def check_window(window: MainWindow, out: TextIO) -> None:
    """Write a sample with the mouse, and check that it is read.

    Raises:
        Fault: It is not read, or misread.
    """
    window.show()
    window.start(reading="character", alphabet="digits")
    wait_until(lambda: window.model is not None, limit_s=READY_LIMIT_S, what="the model")
    print("window: shown, model loaded", file=out)
    player = PointerPlayer(window.draw_tab.canvas)
    for stroke in read_inkml(resource_path("samples", f"{SAMPLE}.inkml")).drawing.strokes:
        player.write(stroke)
    wait_until(lambda: window.settled, limit_s=ANSWER_LIMIT_S, what="an answer")
    reading = window.draw_tab.reading
    if reading is None or reading.text != SAMPLE:
        raise SelftestFault(f"A {SAMPLE} was written, but “{'' if reading is None else reading.text}” was read.")
    print(f"answer: {reading.text}, {percent(reading.confidence)}, {reading.elapsed_ms:.1f} ms", file=out)


def check_training(client: TrainingClient, out: TextIO) -> None:
    """Train a model for one epoch on a few hundred shipped digits, in a child process.

    Raises:
        Fault: The training did not complete.
    """
    last: dict[str, Any] = {}
    client.reported.connect(last.update)
    with tempfile.TemporaryDirectory(prefix="digitvision-") as folder:
        client.start(TrainingRequest(name=MODEL_NAME, data=(str(_few_digits(Path(folder))),), epochs=1))
        wait_until(lambda: not client.running, limit_s=TRAINING_LIMIT_S, what="the training")
    if last.get("event") != "completed":
        raise SelftestFault(f"The training did not complete: {last.get('message') or last}")
    print(f"training: completed, accuracy {last['test_accuracy']:.1%}", file=out)


def _few_digits(folder: Path) -> Path:
    """Write the first shipped digits to an array file, and return its path."""
    with np.load(resource_path("data", "mnist_train.npz")) as data:
        few = {name: data[name][:TRAINING_SAMPLES] for name in ("images", "labels")}
        path = folder / "digits.npz"
        np.savez_compressed(path, label_names=data["label_names"], **few)
    return path
