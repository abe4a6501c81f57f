"""Trainings that were kept, as the window shows them: their settings, curves and outcomes."""

import json
import math
from dataclasses import dataclass, field
from typing import Any, Final

from digitvision.files import FileFault, read_limited, user_folder

_FORMAT: Final = "digitvision-run"
_VERSION: Final = 1
_LIMIT: Final = 4 * 2**20

Point = tuple[float, float, float]
"""Epochs since the beginning, loss, and accuracy from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Run:
    """A kept training, finished or not.

    Attributes:
        name: The name of the model.
        started: When it began, as ISO 8601 has it, in universal time.
        settings: The settings by the names of the command line's options.
        batches: The curve on training data by batch: means since the beginning of each epoch.
        learned: The curve on training data, a point for each epoch.
        validation: The curve on held-out data, a point for each epoch.
        event: The outcome: `completed`, `cancelled` or `failed`; empty for a training that was broken off.
        test_accuracy: Share of the test samples that the model reads right, 0 to 1; None where it was not measured.
    """

    name: str
    started: str
    settings: dict[str, Any] = field(repr=False)
    batches: tuple[Point, ...] = field(default=(), repr=False)
    learned: tuple[Point, ...] = field(default=(), repr=False)
    validation: tuple[Point, ...] = field(default=(), repr=False)
    event: str = ""
    test_accuracy: float | None = None


def kept_runs() -> list[Run]:
    """The trainings that were kept, the latest first; files that are damaged are left out."""
    runs = []
    for path in sorted((user_folder() / "runs").glob("*.json"), reverse=True):
        try:
            runs.append(_parse_run(json.loads(read_limited(path, _LIMIT))))
        except (FileFault, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    return runs


def _parse_run(raw: dict[str, Any]) -> Run:
    if raw["format"] != _FORMAT or raw["version"] != _VERSION:
        raise ValueError("another form")
    settings = dict(raw["settings"])
    outcome = raw["outcome"] or {}
    accuracy = outcome.get("test_accuracy")
    epochs = raw["epochs"]
    return Run(
        name=str(settings["name"]),
        started=str(raw["started"]),
        settings=settings,
        batches=tuple(_parse_point(*item) for item in raw["batches"]),
        learned=tuple(_parse_point(item["epoch"], item["loss"], item["accuracy"]) for item in epochs),
        validation=tuple(
            _parse_point(item["epoch"], item["validation_loss"], item["validation_accuracy"]) for item in epochs
        ),
        event=str(outcome.get("event", "")),
        test_accuracy=None if accuracy is None else float(accuracy),
    )


def _parse_point(position: Any, loss: Any, accuracy: Any) -> Point:
    numbers = float(position), float(loss), float(accuracy)
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError("a point that is no number")
    return numbers
