"""Ink on pages that is no row to read: margin lines, rules, scribbles and taps. Lengths are in heights of a symbol."""

import math

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Bounds


def margin_line(rng: np.random.Generator, box: Bounds) -> NDArray[np.float64]:
    """Return an upright line along all rows, float64 [K, 2]: at either side of a page's ink, or through it."""
    where = rng.random()
    if where < 0.6:
        x = box.left - rng.uniform(0.2, 1.5)
    elif where < 0.8:
        x = box.right + rng.uniform(0.2, 1.5)
    else:
        x = rng.uniform(box.left, box.right)
    count = int(rng.integers(6, 30))
    heights = np.linspace(box.top - rng.uniform(0, 1), box.bottom + rng.uniform(0, 1), count)
    lean = math.tan(math.radians(rng.normal(0, 1.5)))
    return np.stack([x + lean * (heights - heights[0]) + np.cumsum(rng.normal(0, 0.02, count)), heights], axis=1)


def rule(rng: np.random.Generator, box: Bounds, y: float) -> NDArray[np.float64]:
    """Return a level line at this height, float64 [K, 2], that is longer than a page's widest row."""
    count = int(rng.integers(6, 30))
    across = np.linspace(box.left - rng.uniform(0.3, 2), box.right + rng.uniform(0.3, 2), count)
    return np.stack([across, y + np.cumsum(rng.normal(0, 0.015, count))], axis=1)


def scribble(rng: np.random.Generator, box: Bounds) -> NDArray[np.float64]:
    """Return a stroke to and fro through several rows, float64 [K, 2]."""
    height, width = rng.uniform(min(2.5, box.height), max(box.height, 3.0)), rng.uniform(2, 10)
    turns = int(rng.integers(8, 24))
    along = np.linspace(0, 1, turns) + rng.normal(0, 0.03, turns)
    across = np.arange(turns) % 2 + rng.normal(0, 0.1, turns)
    corners = np.stack([along, across] if rng.random() < 0.5 else [across, along], axis=1) * (width, height)
    # A pen reports points between the corners, too.
    steps = np.linspace(0, turns - 1, 6 * turns)
    path = np.stack([np.interp(steps, np.arange(turns), corners[:, axis]) for axis in (0, 1)], axis=1)
    x = rng.uniform(box.left - 1, max(box.right - width, box.left))
    y = rng.uniform(box.top, max(box.bottom - height, box.top + 0.1))
    found: NDArray[np.float64] = path + np.array([x, y])
    return found


def tap(
    rng: np.random.Generator, box: Bounds, ink: NDArray[np.float64], away: float = 1.5
) -> NDArray[np.float64] | None:
    """Return a dot, float64 [K, 2], on free paper in or around a page; None where there is hardly any.

    Args:
        rng: Decides where.
        box: The rectangle around the page's ink.
        ink: float64 [M, 2], the points of all strokes.
        away: Least distance from them.
    """
    for _ in range(20):
        place = np.array([rng.uniform(box.left - 2, box.right + 2), rng.uniform(box.top - 2, box.bottom + 2)])
        if np.hypot(*(ink - place).T).min() >= away:
            return place + rng.normal(0, 0.02, (int(rng.integers(1, 4)), 2))
    return None


def box_of(points: NDArray[np.float64]) -> Bounds:
    """Return the rectangle around points, float64 [M, 2]."""
    return Bounds(*points.min(axis=0).tolist(), *points.max(axis=0).tolist())
