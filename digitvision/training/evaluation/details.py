"""The file of an evaluation's details: the figures and the misread samples, as JSON, for the window."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final

import numpy as np

from digitvision.files import write_atomically
from digitvision.recognition.models.model_store import LITERT_FILE, Model
from digitvision.training.data.dataset import Dataset
from digitvision.training.evaluation.evaluation import Evaluation

FORMAT: Final = "digitvision-evaluation"
VERSION: Final = 1
MOST_IN_A_CELL: Final = 24
"""Largest number of samples of one cell of the confusion matrix."""

MOST_MISREAD: Final = 3000
"""Largest number of samples of all cells together."""


@dataclass(frozen=True, slots=True)
class Misread:
    """A cell of the confusion matrix off its diagonal, with some of its samples.

    Attributes:
        truth: Index of the right label.
        answer: Index of the answered label.
        count: Number of all samples in the cell.
        rows: Indices of samples among the evaluated ones, the most confident first.
    """

    truth: int
    answer: int
    count: int
    rows: tuple[int, ...]


def misread(found: Evaluation, *, in_a_cell: int = MOST_IN_A_CELL, together: int = MOST_MISREAD) -> tuple[Misread, ...]:
    """Choose samples of every cell of the confusion matrix, and return the cells, the fullest first.

    Args:
        found: The evaluation.
        in_a_cell: Largest number of samples of one cell.
        together: Largest number of all samples. If there are more, each cell gets fewer; the emptiest may get none.
    """
    outcomes = found.outcomes
    rows = np.flatnonzero(~outcomes.right)
    rows = rows[np.argsort(-outcomes.confidence[rows], kind="stable")]
    cells: dict[tuple[int, int], list[int]] = {}
    for row in rows.tolist():
        cells.setdefault((int(outcomes.truth[row]), int(outcomes.answers[row])), []).append(row)
    ranked = sorted(cells.items(), key=lambda item: (-len(item[1]), item[0]))
    while in_a_cell > 1 and sum(min(len(members), in_a_cell) for _, members in ranked) > together:
        in_a_cell -= 1
    chosen = []
    for (truth, answer), members in ranked:
        kept = members[: min(in_a_cell, together)]
        together -= len(kept)
        chosen.append(Misread(truth, answer, len(members), tuple(kept)))
    return tuple(chosen)


def details(found: Evaluation, dataset: Dataset, model: Model) -> dict[str, Any]:
    """Return all figures and the misread samples, whose rasters are 784 bytes in base64, ready for JSON."""
    outcomes, confidence = found.outcomes, found.outcomes.confidence

    def sample(row: int) -> dict[str, Any]:
        index = int(outcomes.rows[row])
        writer = None if dataset.writers is None else int(dataset.writers[index])
        has_name = writer is not None and 0 <= writer < len(dataset.writer_names)
        return {
            "row": index,
            "confidence": round(float(confidence[row]), 6),
            "sure": bool(outcomes.answered.sure[row]),
            "writer": dataset.writer_names[writer] if has_name and writer is not None else "",
            "raster": base64.b64encode(dataset.rasters[index].tobytes()).decode("ascii"),
        }

    return {
        "format": FORMAT,
        "version": VERSION,
        "sha256": model.card.sha256.get(LITERT_FILE, ""),
        "measured": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "figures": found.to_dict(),
        "misread": [
            {
                "truth": cell.truth,
                "answer": cell.answer,
                "count": cell.count,
                "samples": [sample(row) for row in cell.rows],
            }
            for cell in misread(found)
        ],
    }


def write_details(path: Path, found: Evaluation, dataset: Dataset, model: Model) -> None:
    """Write the file of details, whole or not at all.

    Raises:
        FileFault: The file cannot be written.
    """
    write_atomically(path, json.dumps(details(found, dataset, model), ensure_ascii=False).encode())
