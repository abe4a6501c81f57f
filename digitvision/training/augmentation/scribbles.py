"""Scribbles to measure rejection with.

They are drawn in other ways than the scribbles that networks are trained with, on which the figures would be too good.
No kind can be taken for a character: a chain has many loops, and a hatching has more lines than a sign.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from digitvision.training.data.glyphs import Paths

Scribbler = Callable[[np.random.Generator], Paths]

_LISSAJOUS: Final = ((3, 4), (4, 5), (5, 6), (3, 5), (5, 7), (4, 7))
"""Frequencies across and down. Lower ones would draw a 0, an 8 or an ∞."""


def scribble(generator: np.random.Generator) -> Paths:
    """Draw a scribble of a random kind, in any unit."""
    kinds: tuple[Scribbler, ...] = (_lissajous, _loops, _zigzag, _hatching, _walk, _spiral, _strewn)
    paths = kinds[int(generator.integers(len(kinds)))](generator)
    angle = generator.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return tuple(path @ turn for path in paths)


def dots(generator: np.random.Generator) -> Paths:
    """Draw a single dot, or a few far apart: the junk that is nearest to a blank canvas."""
    count = int(generator.integers(1, 5))
    angles = generator.uniform(0, 2 * np.pi) + np.arange(count) * 2 * np.pi / count
    positions = np.stack([np.cos(angles), np.sin(angles)], axis=1) * generator.uniform(300, 500, (count, 1))
    return tuple(position[None] for position in positions)


def _lissajous(generator: np.random.Generator) -> Paths:
    across, down = _LISSAJOUS[int(generator.integers(len(_LISSAJOUS)))]
    t = np.linspace(0, 2 * np.pi * generator.uniform(0.7, 1.0), 160)
    phase = generator.uniform(0.3, 1.2)
    return (np.stack([np.sin(across * t + phase), generator.uniform(0.5, 1.0) * np.sin(down * t)], axis=1) * 500,)


def _loops(generator: np.random.Generator) -> Paths:
    """Draw a chain of loops, as when a pen is tried out."""
    turns = int(generator.integers(5, 9))
    t = np.linspace(0, 2 * np.pi * turns, 30 * turns)
    size = 1 + 0.3 * np.sin(t / generator.uniform(2, 5))
    return (np.stack([generator.uniform(0.04, 0.12) * t + size * np.cos(t), size * np.sin(t)], axis=1) * 100,)


def _zigzag(generator: np.random.Generator) -> Paths:
    """Draw an uneven zigzag, as when something is crossed out."""
    corners = int(generator.integers(8, 15))
    x = np.cumsum(generator.uniform(0.2, 1.0, corners)) * generator.uniform(0.2, 0.7)
    y = np.where(np.arange(corners) % 2, 1.0, -1.0) * generator.uniform(0.4, 1.3, corners)
    return (np.stack([x, y], axis=1) * 200,)


def _hatching(generator: np.random.Generator) -> Paths:
    """Draw two layers of nearly parallel lines, each line a stroke."""
    paths = []
    for angle in (generator.uniform(0.2, 0.7), generator.uniform(1.2, 2.2)):
        along = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-along[1], along[0]])
        for offset in np.linspace(-1, 1, int(generator.integers(4, 7))):
            ends = generator.uniform(0.6, 1.2, 2) * (-1, 1)
            paths.append((across * (offset + generator.normal(0, 0.05)) + ends[:, None] * along) * 300)
    return tuple(paths)


def _walk(generator: np.random.Generator) -> Paths:
    """Draw a random walk whose direction changes slowly."""
    directions = np.cumsum(generator.normal(0, 0.45, 220)) + generator.uniform(0, 2 * np.pi)
    return (np.cumsum(np.stack([np.cos(directions), np.sin(directions)], axis=1), axis=0) * 20,)


def _spiral(generator: np.random.Generator) -> Paths:
    turns = generator.uniform(3.5, 6)
    t = np.linspace(0, 2 * np.pi * turns, 200)
    radius = t * (1 + 0.1 * np.sin(generator.uniform(2, 4) * t))
    return (np.stack([radius * np.cos(t), generator.uniform(0.6, 1.0) * radius * np.sin(t)], axis=1) * 15,)


def _strewn(generator: np.random.Generator) -> Paths:
    """Draw many short strokes in random positions, some of them bent."""
    paths = []
    for _ in range(int(generator.integers(8, 16))):
        start, step = generator.uniform(0, 1000, 2), generator.normal(0, 130, 2)
        bend = generator.normal(0, 60, 2)
        paths.append(np.stack([start, start + step / 2 + bend, start + step]))
    return tuple(paths)
