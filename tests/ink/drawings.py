"""Drawings for the tests: the shipped samples, and made-up ones of every shape."""

import functools
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitvision.ink.inkml import read_inkml
from digitvision.ink.stroke import Drawing, Sample, Stroke
from digitvision.resources import resource_path

DIGITS = range(10)

coordinates = st.floats(-2000, 2000, allow_nan=False, width=32)
samples = st.builds(Sample, coordinates, coordinates, st.floats(0, 1e7), st.floats(0, 1))
strokes = st.lists(samples, min_size=1, max_size=30).map(Stroke.of)
drawings = st.lists(strokes, max_size=6).map(lambda parts: Drawing(tuple(parts)))
drawings_with_ink = st.lists(strokes, min_size=1, max_size=6).map(lambda parts: Drawing(tuple(parts)))


def sample_path(digit: int) -> Path:
    return resource_path("samples", f"{digit}.inkml")


@functools.cache
def sample_drawing(digit: int) -> Drawing:
    """Return the shipped drawing of a digit."""
    return read_inkml(sample_path(digit)).drawing


def line(*positions: tuple[float, float]) -> Stroke:
    """Return a stroke through these positions."""
    return Stroke.of(positions)


def mnist_test_images(count: int) -> NDArray[np.uint8]:
    """Return the first of MNIST's test pictures, uint8 [count, 28, 28]."""
    with np.load(resource_path("data", "mnist_test.npz")) as data:
        images: NDArray[np.uint8] = data["images"][:count]
    return images


def stroke_sets(path: Path, count: int) -> list[list[Stroke]]:
    """Return `count` glyphs, evenly chosen, of a file of strokes in the research data's form."""
    with np.load(path) as file:
        data: dict[str, Any] = dict(file)
    glyphs = np.split(np.arange(len(data["stroke_end"])), data["sample_end"][:-1])
    parts = np.split(data["xy"], data["stroke_end"][:-1])
    chosen = glyphs[:: max(1, len(glyphs) // count)][:count]
    return [[Stroke.of(parts[index].tolist()) for index in glyph] for glyph in chosen]
