"""Small data for the tests: pieces of the shipped MNIST, and files made of the shipped drawings."""

import functools
import json
import lzma
import struct
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Drawing
from digitvision.resources import resource_path
from tests.ink.drawings import DIGITS, sample_drawing

_MOST: Final = 2000
"""Most pictures that are kept for the tests; more are read from the file."""


def mnist_part(count: int, part: str = "test") -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The first pictures of MNIST, uint8 [count, 28, 28], and their labels."""
    images, labels = _mnist(part) if count <= _MOST else _whole_mnist(part)
    return images[:count].copy(), labels[:count].copy()


@functools.cache
def _mnist(part: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The beginning of a part; to unpack all of it takes longer than most tests."""
    with np.load(resource_path("data", f"mnist_{part}.npz")) as data:
        return data["images"][:_MOST].copy(), data["labels"][:_MOST].copy()


def _whole_mnist(part: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    with np.load(resource_path("data", f"mnist_{part}.npz")) as data:
        return data["images"], data["labels"]


def picture_arrays(count: int) -> dict[str, NDArray[Any]]:
    """The arrays of a small .npz of pictures."""
    images, labels = mnist_part(count)
    return {"images": images, "labels": labels, "label_names": np.array(list("0123456789"))}


def stroke_arrays(drawings: list[Drawing]) -> dict[str, NDArray[Any]]:
    """The arrays of an .npz of strokes, the drawings labelled 0, 1, 2 … in turn."""
    strokes = [stroke for drawing in drawings for stroke in drawing.strokes]
    return {
        "xy": np.concatenate([stroke.xy for stroke in strokes]).round().astype(np.int16),
        "stroke_end": np.cumsum([len(stroke) for stroke in strokes]).astype(np.int32),
        "sample_end": np.cumsum([len(drawing.strokes) for drawing in drawings]).astype(np.int32),
        "labels": np.arange(len(drawings), dtype=np.int16) % 10,
        "label_names": np.array(list("0123456789")),
        "writer": np.arange(len(drawings), dtype=np.int32) % 3,
        "writer_names": np.array(["ann", "bob", "cyd"]),
    }


def sample_drawings() -> list[Drawing]:
    return [sample_drawing(digit) for digit in DIGITS]


def write_npz(path: Path, arrays: dict[str, Any]) -> Path:
    np.savez_compressed(path, allow_pickle=True, **arrays)
    return path


def write_expressions(path: Path, rows: list[dict[str, Any]]) -> Path:
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def idx_bytes(array: NDArray[np.uint8]) -> bytes:
    """The array as an IDX file has it."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()
