"""Small files of lines of ink: words of three shapes, in hands that vary a little."""

import json
import lzma
from pathlib import Path
from typing import Any, Final

import numpy as np

from digitvision.training.text.recipe import ARCHITECTURE

SHAPES: Final[dict[str, list[list[tuple[float, float]]]]] = {
    "l": [[(0.3, 0.0), (0.3, 1.0)]],
    "v": [[(0.0, 0.4), (0.3, 1.0), (0.6, 0.4)]],
    "7": [[(0.0, 0.0), (0.7, 0.0), (0.2, 1.0)]],
    "+": [[(0.0, 0.6), (0.7, 0.6)], [(0.35, 0.25), (0.35, 0.95)]],
}
"""Strokes of each character in a box of side 1, y downwards."""

TEXTS: Final = ("lv", "v7", "7l", "vl7", "l+v", "7v", "l7v", "+7")


def row(text: str, hand: int) -> dict[str, Any]:
    """A line of a file of expressions."""
    rng = np.random.default_rng([hand, *text.encode()])
    strokes: list[list[int]] = []
    words: list[list[Any]] = [[text, []]]
    for place, character in enumerate(text):
        for path in SHAPES[character]:
            points = np.array([(x + 1.1 * place, y) for x, y in path]) * 100 + rng.normal(0, 2, (len(path), 2))
            words[0][1].append(len(strokes))
            strokes.append([round(value) for value in points.ravel().tolist()])
    return {"truth": text, "writer": f"w{hand}", "strokes": strokes, "words": words}


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(one) + "\n" for one in rows)


def write_letters(path: Path, characters: str, hands: int) -> None:
    """A file of single characters, or of strings of these shapes, each written by every hand."""
    strokes, stroke_end, sample_end = [], [], []
    rows = [row(text, hand) for text in characters.split() for hand in range(hands)]
    for one in rows:
        for numbers in one["strokes"]:
            strokes.append(np.array(numbers, np.int16).reshape(-1, 2))
            stroke_end.append(len(strokes[-1]))
        sample_end.append(len(one["strokes"]))
    names = characters.split()
    np.savez(
        path,
        xy=np.concatenate(strokes),
        stroke_end=np.cumsum(stroke_end).astype(np.int32),
        sample_end=np.cumsum(sample_end).astype(np.int32),
        labels=np.repeat(np.arange(len(names)), hands),
        label_names=np.array(names),
        writer=np.tile(np.arange(hands), len(names)),
        writer_names=np.array([f"h{hand}" for hand in range(hands)]),
    )


def write_recipe(folder: Path, **change: Any) -> Path:
    """Write data and a recipe of a tiny network; returns the recipe's path, with the data beside it."""
    write_lines(folder / "lines.jsonl.xz", [row(text, hand) for text in TEXTS for hand in range(4)])
    write_lines(folder / "held.jsonl.xz", [row(text, 9) for text in TEXTS])
    write_letters(folder / "numbers.npz", "77 777", 3)
    source = {"licence": "made up"}
    content = {
        "format": "digitvision-recipe",
        "architecture": ARCHITECTURE,
        "name": "tiny",
        "description": "Three shapes.",
        "lines": [{"data": "lines.jsonl.xz", **source}],
        "sentences": [{"data": "lines.jsonl.xz", **source}],
        "numbers": [{"data": "numbers.npz", **source}],
        "held_out": [{"data": "held.jsonl.xz", **source}],
        "pieces": 4,
        "strings": 2,
        "mixed": 2,
        "channels": [8, 16],
        "units": 12,
        "layers": 1,
        "epochs": 2,
        "batch_size": 8,
        "dropout": 0.1,
        "average": 0.5,
        "learning_rate": 0.02,
        **change,
    }
    path = folder / "tiny.json"
    path.write_text(json.dumps(content))
    return path
