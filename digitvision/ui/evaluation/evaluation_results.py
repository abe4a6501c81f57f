"""Evaluations as the `evaluate` command writes them with --details, kept in the user's folder for the next time."""

import base64
import binascii
import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.files import FileFault, read_limited, user_folder
from digitvision.ink.raster import RASTER_SIZE

FOLDER: Final = "evaluations"
_FORMAT: Final = "digitvision-evaluation"
_VERSION: Final = 1
_LIMIT: Final = 64 * 2**20
_MOST_CLASSES: Final = 1000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """What to measure: the options of the ``evaluate`` command; `alphabet` is empty for the model's only one."""

    model: str
    data: str = "mnist"
    alphabet: str = ""
    robustness: bool = False

    @property
    def path(self) -> Path:
        """Where its figures are kept."""
        name = hashlib.sha256("\0".join((self.model, self.data, self.alphabet)).encode()).hexdigest()[:24]
        return user_folder() / FOLDER / f"{name}.json"

    def arguments(self) -> list[str]:
        return [
            "evaluate",
            *("--model", self.model),
            *(["--alphabet", self.alphabet] if self.alphabet else []),
            *("--data", self.data),
            *(["--robustness"] if self.robustness else []),
            *("--details", str(self.path)),
            *("--progress", "jsonl"),
            "--stop-at-eof",
        ]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of some samples, 0 to 1, with its name; `auroc` where it is of junk."""

    name: str
    samples: int
    value: float
    auroc: float | None = None


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Answers of like confidence: how many, how confident on the average, and the share that is right."""

    low: float
    high: float
    samples: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class MisreadSample:
    """One drawing that was read as something else; `packed` is its raster in base64."""

    packed: str
    confidence: float
    sure: bool
    writer: str

    def raster(self) -> NDArray[np.uint8]:
        """uint8 [28, 28], ink 255 on 0; blank where the file was damaged."""
        try:
            data = base64.b64decode(self.packed, validate=True)
            return np.frombuffer(data, np.uint8).reshape(RASTER_SIZE, RASTER_SIZE)
        except (binascii.Error, ValueError):
            return np.zeros((RASTER_SIZE, RASTER_SIZE), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationResults:
    """What was measured.

    Attributes:
        learned_from: Whether the model learned from data of this name.
        labels: The alphabet's C classes.
        confusion: int64 [C, C], rows the truth, columns the answer.
        rejection: AUROC of glyphs against junk; None where it was not measured.
        misread: Some samples by truth and answer, as places among the labels.
    """

    data: str
    measured: str
    samples: int
    skipped: int
    learned_from: bool
    accuracy: float
    interval: tuple[float, float]
    calibration_error: float
    sure_coverage: float
    sure_accuracy: float
    coverage: float
    glyph_ms: float
    labels: tuple[str, ...]
    confusion: NDArray[np.int64]
    classes: tuple[Share, ...]
    writers: tuple[Share, ...]
    bins: tuple[ReliabilityBin, ...]
    rejection: float | None
    junk: tuple[Share, ...]
    robustness: tuple[Share, ...]
    misread: Mapping[tuple[int, int], tuple[MisreadSample, ...]]

    @property
    def mistakes(self) -> tuple[tuple[int, int, int], ...]:
        """Truth, answer and count of every cell with mistakes, the fullest first."""
        wrong = self.confusion.copy()
        np.fill_diagonal(wrong, 0)
        cells = [(int(row), int(column), int(wrong[row, column])) for row, column in np.argwhere(wrong)]
        return tuple(sorted(cells, key=lambda cell: (-cell[2], cell[0], cell[1])))


def read_results(path: Path, sha256: str) -> EvaluationResults | None:
    """The kept figures of a model; None where there are none. Those of another network of its name are removed.

    Args:
        sha256: Of the network that is in use.
    """
    if not path.is_file():
        return None
    try:
        raw = json.loads(read_limited(path, _LIMIT))
        if raw["format"] != _FORMAT or raw["version"] != _VERSION:
            raise ValueError("another format")
        if raw["sha256"] == sha256:
            return _parsed(raw)
    except (FileFault, KeyError, TypeError, ValueError, RecursionError) as error:
        _log.warning("Kept figures cannot be used: %s", error)
    path.unlink(missing_ok=True)
    return None


def _parsed(raw: dict[str, Any]) -> EvaluationResults:
    figures = raw["figures"]
    labels = tuple(str(label) for label in figures["labels"])
    confusion = np.array(figures["confusion"], np.int64)
    if not 0 < len(labels) <= _MOST_CLASSES or confusion.shape != (len(labels),) * 2 or confusion.min() < 0:
        raise ValueError("the matrix does not fit the labels")
    low, high = figures["accuracy_interval_95"]
    junk = figures["rejection"] or {"auroc": None, "kinds": []}
    return EvaluationResults(
        data=str(figures["data"]),
        measured=str(raw["measured"]),
        samples=int(figures["samples"]),
        skipped=int(figures["skipped"]),
        # Not in files of earlier versions.
        learned_from=bool(figures.get("learned_from", False)),
        accuracy=float(figures["accuracy"]),
        interval=(float(low), float(high)),
        calibration_error=float(figures["calibration_error"]),
        sure_coverage=float(figures["sure"]["coverage"]),
        sure_accuracy=float(figures["sure"]["accuracy"]),
        coverage=float(figures["coverage_at_995_precision"]),
        glyph_ms=float(figures["glyph_ms"]),
        labels=labels,
        confusion=confusion,
        classes=_shares(figures["classes"]),
        writers=_shares(figures["writers"]),
        bins=tuple(
            ReliabilityBin(
                float(item["low"]),
                float(item["high"]),
                int(item["samples"]),
                float(item["confidence"]),
                float(item["accuracy"]),
            )
            for item in figures["reliability"]
        ),
        rejection=None if junk["auroc"] is None else float(junk["auroc"]),
        junk=tuple(
            Share(str(item["kind"]), int(item["samples"]), float(item["not_sure"]), float(item["auroc"]))
            for item in junk["kinds"]
        ),
        robustness=_shares(figures["robustness"] or []),
        misread={
            (int(cell["truth"]), int(cell["answer"])): tuple(
                MisreadSample(
                    str(item["raster"]), float(item["confidence"]), bool(item["sure"]), str(item.get("writer", ""))
                )
                for item in cell["samples"]
            )
            for cell in raw["misread"]
        },
    )


def _shares(items: list[dict[str, Any]]) -> tuple[Share, ...]:
    return tuple(Share(str(item["name"]), int(item["samples"]), float(item["accuracy"])) for item in items)
