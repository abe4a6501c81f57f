"""Logs of trainings: settings, curves and outcome, kept so that trainings can be viewed, compared and repeated."""

import json
import logging
import secrets
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final

from digitvision.files import FileFault, user_folder, write_atomically
from digitvision.training.run.checkpoint import Settings

FORMAT: Final = "digitvision-run"
VERSION: Final = 1
MOST_POINTS: Final = 1000
"""Largest number of points of the curve over batches; where there are more, every second one is dropped."""

MOST_RUNS: Final = 200
"""Number of logs that are kept; older ones are removed."""

_log = logging.getLogger(__name__)


def runs_folder() -> Path:
    """Return the folder in which the logs are kept."""
    return user_folder() / "runs"


class RunLog:
    """Takes the events of a training and keeps its curves in a file, which is written anew after every epoch.

    A log that cannot be written is no reason to end a training: a warning is logged, and the training goes on.
    """

    def __init__(self, settings: Settings) -> None:
        started = datetime.now(timezone.utc)
        self._path = runs_folder() / f"{started:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}.json"
        self._settings = settings
        self._started = started.isoformat(timespec="seconds")
        self._facts: dict[str, Any] = {}
        self._batches: list[tuple[float, float, float]] = []
        self._step = 1
        self._heard = 0
        self._epochs: list[dict[str, Any]] = []
        self._outcome: dict[str, Any] | None = None

    @property
    def path(self) -> Path:
        """The file of this log."""
        return self._path

    def report(self, event: dict[str, Any]) -> None:
        """Take in one event of the training, see `Report`."""
        match event["event"]:
            case "started":
                self._facts = {key: event[key] for key in ("samples", "classes", "parameters")}
            case "batch":
                self._add_point(event["epoch"] - 1 + event["batch"] / event["batches"], event)
            case "epoch":
                self._epochs.append({key: value for key, value in event.items() if key != "event"})
                self._write()
            case _:
                self._outcome = dict(event)
                # There is nothing to view of a training that ended before its first batch.
                if self._epochs or self._batches:
                    self._write()

    def _add_point(self, position: float, event: dict[str, Any]) -> None:
        if self._heard % self._step == 0:
            self._batches.append((round(position, 4), event["loss"], event["accuracy"]))
        self._heard += 1
        if len(self._batches) >= MOST_POINTS:
            self._batches = self._batches[::2]
            self._step *= 2

    def _write(self) -> None:
        content = {
            "format": FORMAT,
            "version": VERSION,
            "started": self._started,
            "settings": asdict(self._settings),
            **self._facts,
            "batches": self._batches,
            "epochs": self._epochs,
            "outcome": self._outcome,
        }
        try:
            write_atomically(self._path, json.dumps(content, ensure_ascii=False).encode())
            for old in sorted(runs_folder().glob("*.json"))[:-MOST_RUNS]:
                old.unlink(missing_ok=True)
        except (FileFault, OSError) as error:
            _log.warning("The curves of the training cannot be kept: %s", error)
