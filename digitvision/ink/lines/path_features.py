"""What a network sees of a line: the pen's path at equal steps, with its jumps between strokes."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

STEP: Final = 0.24
"""Distance between two points of the path, in heights of the small letters."""

FEATURES: Final = 9

FEATURES_VERSION: Final = 1
"""Raised whenever the same strokes would be normalised or followed in another way: networks learn from just this."""

STRIDE: Final = 4
"""The network answers once for this many points; the path is filled up to a multiple of it."""

_FEWEST: Final = 3
"""Points of a stroke, however short: a dot has to last long enough to be read as a sign of its own."""

_FARTHEST: Final = 4.0


def path_features(paths: Sequence[NDArray[np.float32]], step: float = STEP) -> NDArray[np.float32]:
    """Return the pen's path as the network's input.

    Args:
        paths: float32 [P, 2], P ≥ 1, of each stroke in the order of writing, normalised as by `normalize_line`.
        step: Distance between points, above 0, in heights of the small letters.

    Returns:
        float32 [N, 9]: for each point of a stroke the direction to the next one (x, y, length 1 where the pen moved by
        a whole step), two zeros, its height above the baseline, 1, whether the stroke begins here, and sine and cosine
        of the turn; between two strokes one row for the pen's jump, whose third and fourth value say how far it went
        (-4 to 4), with the height half-way and zeros elsewhere.

    Raises:
        ValueError: There is no stroke.
    """
    return features_and_strokes(paths, step)[0]


def features_and_strokes(
    paths: Sequence[NDArray[np.float32]], step: float = STEP
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the pen's path as `path_features` does, and int64 [N], the index of the stroke that each row belongs to.

    The pen's jump belongs to the stroke that it leads to.

    Raises:
        ValueError: There is no stroke.
    """
    if not paths:
        raise ValueError("a line needs strokes")
    counts, points = _resampled(paths, step)
    ends = np.cumsum(counts)
    starts = ends - counts
    moves = np.empty_like(points)
    moves[:-1] = points[1:] - points[:-1]
    last = ends - 1
    moves[last] = moves[last - 1]
    lengths = np.hypot(moves[:, 0], moves[:, 1])
    directions = moves / np.maximum(lengths, 0.4 * step)[:, None]
    before = np.roll(directions, 1, axis=0)
    before[starts] = directions[starts]
    rows = np.arange(len(points)) + np.repeat(np.arange(len(paths)), counts)
    result = np.zeros((len(points) + len(paths) - 1, FEATURES), np.float32)
    result[rows, 0:2] = directions
    result[rows, 4] = -points[:, 1]
    result[rows, 5] = 1
    result[rows[starts], 6] = 1
    result[rows, 7] = before[:, 0] * directions[:, 1] - before[:, 1] * directions[:, 0]
    result[rows, 8] = (before * directions).sum(axis=1)
    jumps = rows[last[:-1]] + 1
    jump = points[starts[1:]] - points[last[:-1]]
    result[jumps, 2:4] = np.clip(jump, -_FARTHEST, _FARTHEST)
    result[jumps, 4] = -(points[starts[1:], 1] + points[last[:-1], 1]) / 2
    np.clip(result, -_FARTHEST, _FARTHEST, out=result)
    strokes = np.repeat(np.arange(len(paths)), counts + 1)[1:]
    return result, strokes


def _resampled(paths: Sequence[NDArray[np.float32]], step: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return how many points each stroke has at equal steps, and float64 [N, 2], all of these points."""
    sizes = np.array([len(path) for path in paths])
    all_points = np.concatenate(paths).astype(np.float64)
    steps = np.zeros(len(all_points))
    steps[1:] = np.hypot(*np.diff(all_points, axis=0).T)
    first = np.cumsum(sizes) - sizes
    # Strokes lie apart on the common axis, so that no point is taken from between two of them.
    steps[first] = 1.0
    places = np.cumsum(steps)
    begins, finishes = places[first], places[first + sizes - 1]
    counts = np.maximum(np.rint((finishes - begins) / step).astype(np.int64) + 1, _FEWEST)
    index = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    wanted = np.repeat(begins, counts) + index * np.repeat((finishes - begins) / (counts - 1), counts)
    return counts, np.stack([np.interp(wanted, places, all_points[:, axis]) for axis in (0, 1)], axis=1)
