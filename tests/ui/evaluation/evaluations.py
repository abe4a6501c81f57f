"""Evaluations for the tests of the window, made up so that every figure is known."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.models.model_store import LITERT_FILE, ModelStore
from digitvision.ui.evaluation.evaluation_page import EvaluationPage
from digitvision.ui.evaluation.evaluation_results import EvaluationRequest
from digitvision.ui.window.main_window import MainWindow
from tests.ui.controls import choose


def packed(raster: NDArray[np.uint8]) -> str:
    return base64.b64encode(raster.tobytes()).decode()


def classic_sha256() -> str:
    return ModelStore().find("classic").card.sha256[LITERT_FILE]


def details(**changes: Any) -> dict[str, Any]:
    """Ten digits, a hundred samples each: 4 was read as 9 three times, 7 as 1 once."""
    labels = list("0123456789")
    confusion = np.diag(np.full(10, 100))
    confusion[4, 4], confusion[4, 9] = 97, 3
    confusion[7, 7], confusion[7, 1] = 99, 1
    raster = np.zeros((28, 28), np.uint8)
    raster[4:24, 12:16] = 255
    sample = {"row": 0, "confidence": 0.875, "sure": False, "writer": "ann", "raster": packed(raster)}
    scores = [{"name": "4", "samples": 100, "right": 97, "accuracy": 0.97}]
    scores += [{"name": name, "samples": 100, "right": 100, "accuracy": 1.0} for name in labels if name not in "47"]
    scores += [{"name": "7", "samples": 100, "right": 99, "accuracy": 0.99}]
    bins = [
        {"low": n / 15, "high": (n + 1) / 15, "samples": 1000 if n == 14 else 0, "confidence": 0.99, "accuracy": 0.996}
        for n in range(15)
    ]
    figures = {
        "model": "classic",
        "data": "MNIST test",
        "samples": 1000,
        "skipped": 0,
        "accuracy": 0.996,
        "accuracy_interval_95": [0.9898, 0.9984],
        "calibration_error": 0.0042,
        "sure": {"coverage": 0.975, "accuracy": 0.999},
        "coverage_at_995_precision": 0.998,
        "glyph_ms": 0.12,
        "labels": labels,
        "confusion": confusion.tolist(),
        "classes": scores,
        "writers": [],
        "reliability": bins,
        "rejection": {
            "auroc": 0.9876,
            "kinds": [{"kind": "scribbles", "samples": 50, "auroc": 0.9876, "not_sure": 0.9}],
        },
        "robustness": None,
    }
    made: dict[str, Any] = {
        "format": "digitvision-evaluation",
        "version": 1,
        "sha256": classic_sha256(),
        "measured": "2026-01-02T03:04:05+00:00",
        "figures": {**figures, **changes},
        "misread": [
            {"truth": 4, "answer": 9, "count": 3, "samples": [sample, {**sample, "sure": True}, sample]},
            {"truth": 7, "answer": 1, "count": 1, "samples": [sample]},
        ],
    }
    return made


def write_details(path: Path, **changes: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(details(**changes)), "utf-8")
    return path


def open_evaluation(window: MainWindow) -> EvaluationPage:
    """Show the page “How well it reads”."""
    choose(window, "Model")
    window.model_tab.show_evaluation()
    return window.model_tab.evaluation_page


def kept_evaluation() -> Path:
    """The file with the figures of the default model on MNIST."""
    return EvaluationRequest(str(ModelStore().find("classic").folder)).path
