"""An evaluation with its misread samples, as the window shows it: one JSON file."""

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
MOST_MISREAD: Final = 3000


@dataclass(frozen=True, slots=True)
class Misread:
    """One cell of the confusion matrix off its diagonal, with some of its samples, the most confident first.

    Attributes:
        truth: A place among the labels.
        answer: Likewise.
        rows: The samples' places among the evaluated ones.
    """

    truth: int
    answer: int
    count: int
    rows: tuple[int, ...]


def misread(found: Evaluation, *, in_a_cell: int = MOST_IN_A_CELL, together: int = MOST_MISREAD) -> tuple[Misread, ...]:
    """Samples behind every cell, the fullest cell first.

    Args:
        in_a_cell: The most of one cell.
        together: The most of all; where there are more, each cell gets fewer, and in the end the emptiest none.
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
    """All figures, and the misread samples as 784 bytes of raster in base64."""
    outcomes, confidence = found.outcomes, found.outcomes.confidence

    def sample(row: int) -> dict[str, Any]:
        place = int(outcomes.rows[row])
        writer = None if dataset.writers is None else int(dataset.writers[place])
        named = writer is not None and 0 <= writer < len(dataset.writer_names)
        return {
            "row": place,
            "confidence": round(float(confidence[row]), 6),
            "sure": bool(outcomes.answered.sure[row]),
            "writer": dataset.writer_names[writer] if named and writer is not None else "",
            "raster": base64.b64encode(dataset.rasters[place].tobytes()).decode("ascii"),
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
    """Write the file, whole or not at all.

    Raises:
        FileFault: It cannot be written.
    """
    write_atomically(path, json.dumps(details(found, dataset, model), ensure_ascii=False).encode())
