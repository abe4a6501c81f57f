"""The benchmark of training: a plain Keras training of MNIST and a one-cycle training, one after the other."""

import json
import os
import platform
import tempfile
import time
from typing import Any, Final

import numpy as np

from digitvision.files import HOME_VARIABLE
from digitvision.recognition.models.model_store import ModelStore
from digitvision.training.data.loading import MNIST, load_mnist
from digitvision.training.networks import cnn
from digitvision.training.networks.keras_import import import_keras
from digitvision.training.networks.multi_view import INPUT_SHAPE
from digitvision.training.run.checkpoint import Settings
from digitvision.training.run.control import Control
from digitvision.training.run.plain_trainer import ONE_CYCLE, PlainTrainer
from digitvision.training.run.run import Run

PLAIN_EPOCHS: Final = 5
BATCH: Final = 128
QUICK_EPOCHS: Final = 2
QUICK_RATE: Final = 0.003
SEED: Final = 1

Figures = dict[str, Any]


def training_figures() -> Figures:
    """Train the same network twice, and measure both on MNIST's test part.

    The plain training is Keras's own `fit` on all of the training part. The quick one is this program's training as
    `digitvision train --schedule one-cycle` runs it, from reading the data to the saved model; its time includes
    checkpoints, conversion and calibration. The import of TensorFlow is in neither time.

    Returns:
        Seconds and accuracies (0 to 1) of both trainings, and the quick one's share of the plain one's time.
    """
    keras = import_keras()
    plain_s, plain_accuracy = _plain(keras)
    quick_s, quick_accuracy = _quick()
    return {
        "plain_s": round(plain_s, 1),
        "plain_accuracy": round(plain_accuracy, 4),
        "quick_s": round(quick_s, 1),
        "quick_accuracy": round(quick_accuracy, 4),
        "quick_share": round(quick_s / plain_s, 3),
    }


def report(figures: Figures, form: str) -> str:
    """Format the figures as JSON, or as text with a line for each figure."""
    if form == "json":
        return json.dumps(figures)
    explained = {
        "plain_s": f"seconds: Keras's fit, batch {BATCH}, {PLAIN_EPOCHS} epochs",
        "plain_accuracy": "on MNIST's test part",
        "quick_s": f"seconds, everything: --schedule one-cycle --epochs {QUICK_EPOCHS} --learning-rate {QUICK_RATE}",
        "quick_accuracy": "on MNIST's test part",
        "quick_share": "share of the plain training's time",
    }
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return "\n".join([machine, *(f"{name:<15} {value:<8} {explained[name]}" for name, value in figures.items())])


def _plain(keras: Any) -> tuple[float, float]:
    """Train with Keras's `fit`; return seconds and accuracy."""
    keras.utils.set_random_seed(SEED)
    training, test = load_mnist("training"), load_mnist("test")
    rasters, one_hot = training.floats(slice(None))[..., None], np.eye(10, dtype=np.float32)[training.labels]
    network = cnn.build(INPUT_SHAPE, 10)
    network.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    begun = time.perf_counter()
    network.fit(rasters, one_hot, batch_size=BATCH, epochs=PLAIN_EPOCHS, verbose=0)
    passed_s = time.perf_counter() - begun
    answers = np.asarray(network.predict(test.floats(slice(None))[..., None], batch_size=512, verbose=0))
    return passed_s, float((answers.argmax(axis=1) == test.labels).mean())


def _quick() -> tuple[float, float]:
    """Run this program's training in a temporary user folder; return seconds and accuracy."""
    settings = Settings(
        name="quick",
        architecture="cnn",
        data=(MNIST,),
        epochs=QUICK_EPOCHS,
        batch_size=BATCH,
        learning_rate=QUICK_RATE,
        schedule=ONE_CYCLE,
        augment=False,
        seed=SEED,
    )
    before = os.environ.get(HOME_VARIABLE)
    with tempfile.TemporaryDirectory(prefix="digitvision-") as folder:
        os.environ[HOME_VARIABLE] = folder
        try:
            begun = time.perf_counter()
            run = Run(PlainTrainer(settings, ModelStore()), report=_silent, control=Control())
            run.prepare(resume=False)
            outcome = run.train()
            passed_s = time.perf_counter() - begun
        finally:
            if before is None:
                del os.environ[HOME_VARIABLE]
            else:
                os.environ[HOME_VARIABLE] = before
    assert outcome.test_accuracy is not None
    return passed_s, outcome.test_accuracy


def _silent(_event: dict[str, Any]) -> None:
    """Ignore the reports of the training."""
