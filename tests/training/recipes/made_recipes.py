"""Small data and recipes for the tests: shapes of strokes by many writers, and pictures that name their writers."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.training.data.glyphs import Paths
from digitvision.training.recipes.recipe import Recipe, load_recipe, parse_recipe
from tests.ink.drawings import DIGITS, sample_drawing
from tests.training.samples import mnist_part, write_expressions, write_npz

WRITERS: Final = tuple(f"w{number:02}" for number in range(40))

_CAPITALS: Final[dict[str, tuple[tuple[tuple[int, int], ...], ...]]] = {
    "L": (((0, 0), (0, 100), (60, 100)),),
    "T": (((0, 0), (80, 0)), ((40, 0), (40, 100))),
    "V": (((0, 0), (40, 100), (80, 0)),),
    "X": (((0, 0), (80, 100)), ((80, 0), (0, 100))),
    "E": (((60, 0), (0, 0), (0, 100), (60, 100)), ((0, 50), (50, 50))),
}
CAPITALS: Final = tuple(_CAPITALS)

LEAST_MARK: Final = 10

NO_JUNK: Final[dict[str, Any]] = {"strangers": {}, "expressions": ""}
"""Entries of a recipe that is tested for something else than junk."""


def shape(text: str) -> Paths:
    """A digit as the shipped drawing has it, or a capital of straight lines."""
    if text.isdigit():
        return tuple(stroke.xy for stroke in sample_drawing(int(text)).strokes)
    return tuple(dense(points) for points in _CAPITALS[text])


def dense(points: tuple[tuple[int, int], ...]) -> NDArray[np.float64]:
    """A path of straight lines, as a pen with a sample every so often gives it."""
    corners = np.array(points, np.float64)
    parts = [np.linspace(one, two, 12, endpoint=False) for one, two in pairwise(corners)]
    return np.concatenate([*parts, corners[-1:]])


def written(text: str, generator: np.random.Generator) -> Paths:
    """A shape in the handwriting of some writer."""
    turn = generator.normal(0, 0.1)
    hand = np.array([[np.cos(turn), generator.normal(0, 0.15)], [np.sin(turn), np.exp(generator.normal(0, 0.1))]])
    return tuple(path @ hand.T + generator.normal(0, 0.6, path.shape) for path in shape(text))


def stroke_file(path: Path, texts: tuple[str, ...], each: int, *, seed: int = 0, **change: Any) -> Path:
    """An .npz of strokes: every text `each` times, by the writers in turn."""
    generator = np.random.default_rng(seed)
    labels = np.tile(np.arange(len(texts)), each)
    ink = [written(texts[label], generator) for label in labels]
    arrays = {
        "xy": np.concatenate([path for glyph in ink for path in glyph]).astype(np.float32),
        "stroke_end": np.cumsum([len(path) for glyph in ink for path in glyph]).astype(np.int32),
        "sample_end": np.cumsum([len(glyph) for glyph in ink]).astype(np.int32),
        "labels": labels.astype(np.int16),
        "label_names": np.array(texts),
        "writer": (np.arange(len(labels)) // len(texts) % len(WRITERS)).astype(np.int32),
        "writer_names": np.array(WRITERS),
    }
    return write_npz(path, {**arrays, **change})


def marked_pictures(path: Path, each: int, names: tuple[str, ...] = WRITERS, **change: Any) -> Path:
    """An .npz of pictures, `each` of every writer, in which the palest ink is the number of the writer: see `marks`."""
    writers = np.repeat(np.arange(len(names)), each)
    images = np.zeros((len(writers), 28, 28), np.uint8)
    # As large as a glyph's box, so that preprocessing keeps every pixel.
    images[:, 4:24, 4:24] = 255
    numbers = np.array([WRITERS.index(name) if name in WRITERS else index for index, name in enumerate(names)])
    images[:, 14, 14] = numbers[writers] + LEAST_MARK
    arrays = {
        "images": images,
        "labels": (np.arange(len(writers)) % 10).astype(np.int16),
        "label_names": np.array([str(digit) for digit in DIGITS]),
        "writer": writers.astype(np.int32),
        "writer_names": np.array(names),
    }
    return write_npz(path, {**arrays, **change})


def marks(rasters: NDArray[np.uint8]) -> list[int]:
    """The writers' numbers in rasters of marked pictures."""
    palest = np.where(rasters > 0, rasters, np.uint8(255)).min(axis=(-2, -1))
    numbers: list[int] = (palest.astype(int) - LEAST_MARK).tolist()
    return numbers


def digit_pictures(path: Path, count: int) -> Path:
    """An .npz of MNIST's training pictures by the writers in turn."""
    images, labels = mnist_part(count, "train")
    names = {"label_names": np.array(list("0123456789")), "writer_names": np.array(WRITERS)}
    return write_npz(path, {"images": images, "labels": labels, "writer": np.arange(count) % len(WRITERS), **names})


def expression_file(path: Path, count: int = 80, *, seed: int = 0) -> Path:
    """Rows of three digits or capitals of one height, by the writers in turn."""
    generator = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        strokes: list[list[list[float]]] = []
        symbols = []
        for index in range(3):
            text = str(generator.choice(["4", "5", *CAPITALS]))
            glyph = written(text, generator)
            height = np.ptp(np.concatenate(glyph)[:, 1])
            top_left = np.concatenate(glyph).min(axis=0)
            symbols.append([text, list(range(len(strokes), len(strokes) + len(glyph)))])
            strokes += [
                ((part - top_left) * 100 / height + np.array([index * 150, 0])).round(1).tolist() for part in glyph
            ]
        rows.append({"writer": WRITERS[number % len(WRITERS)], "strokes": strokes, "symbols": symbols})
    return write_expressions(path, rows)


def recipe_content(**change: Any) -> dict[str, Any]:
    """A recipe for two alphabets, from strokes and pictures; see `write_data`."""
    recipe: dict[str, Any] = {
        "format": "digitvision-recipe",
        "name": "tiny",
        "description": "For the tests.",
        "alphabets": ["digits", "upper"],
        "sources": [
            {"data": "digits.npz", "licence": "none needed", "alphabets": ["digits"]},
            {"data": "capitals.npz", "licence": "none needed", "alphabets": ["upper"], "repeat": 2},
            {"data": "pictures.npz", "licence": "none needed", "alphabets": ["digits"]},
        ],
        "strangers": {"scribbles": 40, "groupings": 20, "neighbours": 20, "upside_down": 20},
        "expressions": "expressions.jsonl.xz",
        "width": 6,
        "joint": 16,
        "variants": 2,
        "pictures": 1,
        "held_out": 0.25,
        "epochs": 2,
        "batch_size": 32,
        "seed": 3,
    }
    return {**recipe, **change}


def write_recipe(path: Path, **change: Any) -> Path:
    path.write_text(json.dumps(recipe_content(**change)), encoding="utf-8")
    return path


def read_recipe(name_or_path: str) -> Recipe:
    """A recipe for networks that read glyphs."""
    return load_recipe(name_or_path, parse_recipe)


def tiny_recipe(folder: Path, **change: Any) -> Recipe:
    """The recipe, written into a folder and loaded."""
    return read_recipe(str(write_recipe(folder / "recipe.json", **change)))


def write_data(root: Path, *, each: int = 8) -> Path:
    """The data of `recipe_content`."""
    root.mkdir(parents=True, exist_ok=True)
    stroke_file(root / "digits.npz", tuple("0123456789"), each, seed=1)
    stroke_file(root / "capitals.npz", CAPITALS, each, seed=2)
    digit_pictures(root / "pictures.npz", each * 10)
    expression_file(root / "expressions.jsonl.xz")
    return root
