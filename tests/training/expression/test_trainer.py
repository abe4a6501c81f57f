"""Expressions from data to a model that the command line reads and measures with, in the real child process."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitvision.cli import main
from digitvision.ink.inkml import inkml_bytes
from digitvision.ink.stroke import Drawing
from digitvision.recognition.expression.layout import LayoutTree
from digitvision.recognition.expression.reading.recognizer import EquationRecognizer
from digitvision.recognition.models.model_card import EQUATION, ModelFault
from digitvision.recognition.models.model_store import Model, ModelStore
from digitvision.recognition.recognizer import Recognizer
from digitvision.training.data.glyphs import stroke_of
from digitvision.training.expression.recipe import ARCHITECTURE
from tests.training.samples import write_expressions

WRITERS = 12
EACH = 6
FEW = 2

Path_ = list[tuple[float, float]]
SHAPES: dict[str, list[Path_]] = {
    "1": [[(0.5, 0), (0.5, 1)]],
    "+": [[(0, 0.5), (1, 0.5)], [(0.5, 0), (0.5, 1)]],
    "7": [[(0, 0), (1, 0), (0.3, 1)]],
}
"""Strokes in a box of side 1."""


def _row(writer: int, number: int) -> dict[str, Any]:
    """`1 + 7` or `7 + 1`, or one of them raised by the other, in handwriting that varies a little."""
    rng = np.random.default_rng([writer, number])
    labels = ["1", "+", "7"] if number % 2 else ["7", "+", "1"]
    raised = number % 3 == 0
    if raised:
        labels = [labels[0], labels[2]]
    strokes: list[list[int]] = []
    symbols: list[list[Any]] = []
    for index, label in enumerate(labels):
        size = 60 if raised and index else 100
        left, top = 130 * index, -60 if raised and index else 0
        own = []
        for path in SHAPES[label]:
            points = np.array(path) * size + (left, top) + rng.normal(0, 3, (len(path), 2))
            own.append(len(strokes))
            strokes.append([round(value) for value in points.ravel()])
        symbols.append([label, own])
    relations = [[index, index + 1, "Sup" if raised else "Right"] for index in range(len(labels) - 1)]
    return {
        "writer": f"w{writer}",
        "source": "ab"[writer % 2],
        "strokes": strokes,
        "symbols": symbols,
        "relations": relations,
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """What is trained on; and `few.jsonl.xz`, which is measured on."""
    root = tmp_path / "data"
    root.mkdir()
    write_expressions(
        root / "e.jsonl.xz", [_row(writer, number) for writer in range(WRITERS) for number in range(EACH)]
    )
    write_expressions(root / "few.jsonl.xz", [_row(writer, number) for writer in range(FEW) for number in range(EACH)])
    return root


@pytest.fixture
def recipe(tmp_path: Path) -> str:
    path = tmp_path / "tiny.json"
    content = {
        "format": "digitvision-recipe",
        "architecture": ARCHITECTURE,
        "name": "tiny",
        "description": "Sums of two shapes.",
        "expressions": "e.jsonl.xz",
        "licence": "made up",
        "blocks": 1,
        "members": 2,
        "epochs": 1,
        "batch_size": 8,
        "held_out": 0.2,
        "average": 0.5,
        "learning_rate": 0.01,
    }
    path.write_text(json.dumps(content))
    return str(path)


def _drawing(row: dict[str, Any]) -> Drawing:
    return Drawing(tuple(stroke_of(np.array(path, np.float64).reshape(-1, 2)) for path in row["strokes"]))


@pytest.mark.slow
def test_expressions_are_learned_broken_off_resumed_read_and_measured(
    start_warm: Any, data: Path, recipe: str, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--recipe", recipe, "--data-root", str(data))
    child = start_warm(*options)
    child.until("epoch")
    child.say("stop\n")
    events, code, errors = child.rest()
    assert code == 0, errors
    assert events[-1]["event"] == "cancelled"
    assert events[-1]["model"] == "tiny"
    done = 1 + sum(event["event"] == "epoch" for event in events)
    assert len(list((home / "models" / "tiny").glob("strokes-*.tflite"))) == 1

    events, code, errors = start_warm(*options, "--resume").rest()
    assert code == 0, errors
    kinds = [event["event"] for event in events if event["event"] != "batch"]
    assert kinds == ["started", *["epoch"] * (2 - done), "completed"]
    held = round(WRITERS * EACH * 0.2)
    assert held <= events[0]["held_out"] <= held + EACH
    assert events[0]["samples"] + events[0]["held_out"] == WRITERS * EACH
    assert not (home / "training" / "tiny").exists()

    model = ModelStore().find("tiny")
    assert events[-1]["test_accuracy"] == model.card.figures[0].value
    _check_model(model)
    _check_reading(model, tmp_path, capsys)
    _check_commands(data, tmp_path, capsys)


def _check_model(model: Model) -> None:
    """Check the card and the files, and that the model is refused where glyphs are read."""
    assert (model.card.reading, [label.text for label in model.card.labels]) == (EQUATION, ["+", "1", "7"])
    assert model.card.sha256.keys() == {
        *(f"{part}-{member}.tflite" for part in ("strokes", "symbols") for member in (1, 2)),
        "language.npz",
        "phrases.npz",
    }
    # The files of each member have its own weights.
    assert len(set(model.card.sha256.values())) == len(model.card.sha256)
    assert model not in ModelStore().models()[0]
    with pytest.raises(ModelFault, match="reads equations, not single glyphs"):
        Recognizer(model)
    with pytest.raises(ModelFault, match="reads single glyphs, not equations"):
        EquationRecognizer(ModelStore().find("classic"))


def _check_reading(model: Model, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Check a reading of the recognizer, and that of the command line."""
    row = _row(99, 1)
    reading = EquationRecognizer(model).read(_drawing(row), top=3)
    assert reading.mode == EQUATION
    assert isinstance(reading.tree, LayoutTree)
    assert sorted(stroke for glyph in reading.glyphs for stroke in glyph.strokes) == list(range(len(row["strokes"])))
    assert 0 <= reading.confidence <= 1
    assert [candidate.confidence for candidate in reading.candidates] == sorted(
        (candidate.confidence for candidate in reading.candidates), reverse=True
    )
    assert not EquationRecognizer(model).read(Drawing(()), top=3).candidates

    drawn = folder / "sum.inkml"
    drawn.write_bytes(inkml_bytes(_drawing(row)))
    assert (
        main(["recognize", "--reading", "equation", "--model", "tiny", "--format", "jsonl", str(folder / "sum.inkml")])
        == 0
    )
    (line,) = capsys.readouterr().out.splitlines()
    reported = json.loads(line)
    assert (reported["reading"], reported["latex"]) == (EQUATION, reading.latex)
    assert reported["mathml"].startswith("<math")


def _check_commands(data: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Check the commands that take a model."""
    capsys.readouterr()
    file = str(data / "few.jsonl.xz")
    assert main(["evaluate", "--model", "tiny", "--data", file, "--format", "json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["expressions"] == FEW * EACH
    assert set(figures["sources"]) == {"a", "b"}
    assert 0 <= figures["expression_rate"] <= figures["expression_rate_1"] <= figures["expression_rate_3"] <= 1
    assert main(["evaluate", "--model", "tiny", "--data", file]) == 0
    assert "read exactly" in capsys.readouterr().out
    assert main(["evaluate", "--model", "tiny", "--data", str(folder / "none.jsonl.xz")]) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert main(["models", "export", "tiny", "--to", "keras", str(folder / "out")]) == 1
    assert "reads equations, not single glyphs" in capsys.readouterr().err
    assert main(["models", "list"]) == 0
    assert "of held-out writers' expressions" in capsys.readouterr().out
