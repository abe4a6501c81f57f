"""Stopped trainings as the command line leaves them."""

from typing import Any

import numpy as np

from digitvision.training.run.checkpoint import Checkpoint, Epoch, Settings, save_checkpoint

_WEIGHTS = [np.zeros(3, np.float32)]


def leave_stopped(name: str, *, epochs: int = 10, finished: int = 3, **settings: Any) -> Checkpoint:
    """Write the checkpoint of a training that was stopped after so many finished epochs."""
    chosen = {
        "architecture": "cnn",
        "data": ("mnist",),
        "batch_size": 64,
        "learning_rate": 0.001,
        "augment": False,
        "seed": 1,
        **settings,
    }
    history = tuple(
        Epoch(
            epoch=number,
            loss=0.4,
            accuracy=0.9,
            validation_loss=0.3,
            validation_accuracy=0.9 + number / 100,
            seconds=2.0,
        )
        for number in range(1, finished + 1)
    )
    checkpoint = Checkpoint(
        settings=Settings(name=name, epochs=epochs, **chosen),
        fingerprint=1,
        history=history,
        best_epoch=finished,
        network=_WEIGHTS,
        optimizer=_WEIGHTS,
        best=_WEIGHTS,
    )
    save_checkpoint(checkpoint)
    return checkpoint
