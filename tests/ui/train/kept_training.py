"""A training that is kept with its curves."""

import json
from pathlib import Path
from typing import Any


def kept_run(home: Path, number: int = 1, **change: Any) -> dict[str, Any]:
    """Write the file of a training, changed in some of its parts, and return its content."""
    settings = {
        "name": f"run {number}",
        "architecture": "mobile",
        "data": ["mnist", "/somewhere/letters.npz"],
        "epochs": 7,
        "batch_size": 64,
        "learning_rate": 0.002,
        "augment": True,
        "seed": 9,
        "schedule": "cosine",
        "patience": 3,
        "validation": 0.25,
        "recipe": "",
    }
    epoch = {"loss": 0.2, "accuracy": 0.9, "validation_loss": 0.1, "validation_accuracy": 0.95, "seconds": 3.0}
    run = {
        "format": "digitvision-run",
        "version": 1,
        "started": f"2024-02-0{number}T10:11:12+00:00",
        "settings": settings,
        "samples": 100,
        "classes": 10,
        "parameters": 5,
        "batches": [[0.5, 0.4, 0.8], [1.5, 0.3, 0.85]],
        "epochs": [{"epoch": index, **epoch} for index in (1, 2)],
        "outcome": {"event": "completed", "model": "x", "test_accuracy": 0.981, "message": ""},
        **change,
    }
    folder = home / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"2024020{number}T101112-abcdef.json").write_text(json.dumps(run), encoding="utf-8")
    return run
