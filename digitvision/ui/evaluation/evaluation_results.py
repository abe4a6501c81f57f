"""Evaluations as `evaluate --details` writes them, kept in the user's folder for the next time."""

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
    """The options of the ``evaluate`` command; `alphabet` is empty for a model that answers within one only."""

    model: str
    data: str = "mnist"
    alphabet: str = ""
    robustness: bool = False

    @property
    def path(self) -> Path:
        """The file in which the figures are kept."""
        name = hashlib.sha256("\0".join((self.model, self.data, self.alphabet)).encode()).hexdigest()[:24]
        return user_folder() / FOLDER / f"{name}.json"

    def arguments(self) -> list[str]:
        """The arguments of this program's command line."""
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
    """A share of some samples, 0 to 1, with the name of what was counted; `auroc` for a kind of junk only."""

    name: str
    samples: int
    value: float
    auroc: float | None = None


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Answers with a confidence from `low` to `high`: their number, mean confidence and accuracy, 0 to 1."""

    low: float
    high: float
    samples: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class MisreadSample:
    """One sample that was misread; `packed` is its raster in base64."""

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
    """The figures of an evaluation; shares are from 0 to 1.

    Attributes:
        data: The name of the data.
        measured: When it was measured, as ISO 8601 has it, in universal time.
        samples: Number of samples that were read.
        skipped: Number of samples of classes that the alphabet does not have.
        learned_from: Whether the model was trained on data of this name.
        accuracy: Share that was read right.
        interval: The 95 % interval of the accuracy.
        calibration_error: The expected calibration error.
        sure_coverage: Share of the answers that are sure.
        sure_accuracy: Share of the sure answers that are right.
        coverage: Largest share of the answers, the most confident first, of which 99.5 % are right.
        glyph_ms: Milliseconds that the network takes for one glyph.
        labels: The C classes of the alphabet.
        confusion: int64 [C, C], rows the truth, columns the answer.
        classes: Accuracy by class.
        writers: Accuracy by writer, the worst first; empty where writers are not known.
        bins: Answers by confidence.
        rejection: AUROC of glyphs against junk; None where it was not measured.
        junk: Share that is marked not sure, by kind of junk.
        robustness: Accuracy by change to the glyphs; empty where it was not measured.
        misread: Some misread samples by truth and answer, as indices into the labels.
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
    """Read the kept figures of a model; None where there are none.

    A file that is damaged, or belongs to another network of the same name, is removed.

    Args:
        path: The file, see `EvaluationRequest.path`.
        sha256: Hex digest of the network that is in use.
    """
    if not path.is_file():
        return None
    try:
        raw = json.loads(read_limited(path, _LIMIT))
        if raw["format"] != _FORMAT or raw["version"] != _VERSION:
            raise ValueError("another format")
        if raw["sha256"] == sha256:
            return _parse(raw)
    except (FileFault, KeyError, TypeError, ValueError, RecursionError) as error:
        _log.warning("Kept figures cannot be used: %s", error)
    path.unlink(missing_ok=True)
    return None


def _parse(raw: dict[str, Any]) -> EvaluationResults:
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
        # Files of earlier versions do not have this key.
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
        classes=_parse_shares(figures["classes"]),
        writers=_parse_shares(figures["writers"]),
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
        robustness=_parse_shares(figures["robustness"] or []),
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


def _parse_shares(items: list[dict[str, Any]]) -> tuple[Share, ...]:
    return tuple(Share(str(item["name"]), int(item["samples"]), float(item["accuracy"])) for item in items)
