"""Trajectories, the second view of a glyph: the pen's path at equal steps.

A trajectory has what a raster loses: order and direction of the strokes, and which ink is of one stroke. A 5 and an S,
a 2 and a z, an x and a multiplication sign often differ in nothing else.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Stroke

Trajectory = NDArray[np.float32]
"""float32 [POINTS, CHANNELS], -1 to 1; see `trajectory`."""

POINTS: Final = 64
CHANNELS: Final = 6

_FEWEST: Final = 2
"""Points of a stroke, however short: a dot has a beginning and an end."""

_MOST_STROKES: Final = POINTS // _FEWEST


def trajectory(strokes: Sequence[Stroke]) -> Trajectory:
    """Return the pen's path as the network's input.

    Args:
        strokes: The glyph, in any unit, at any position and size, in the order of writing.

    Returns:
        float32 [64, 6]: x and y from the middle of the glyph's box in halves of its longer side; cosine and sine of the
        direction in which the pen arrived (both 0 at a stroke's beginning); 1 at a stroke's beginning; 1 for every
        point. Each stroke has points in proportion to its length; of more than 32 strokes only the longest are kept.
        All zero without strokes, which also stands for the missing trajectory of a picture.
    """
    result = np.zeros((POINTS, CHANNELS), np.float32)
    paths = [stroke.xy for stroke in strokes]
    if not paths:
        return result
    points = np.concatenate(paths)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    scale = 2 / extent if extent > 0 and np.isfinite(2 / extent) else 0.0
    paths = [(path - (low + high) / 2) * scale for path in paths]
    travelled = [np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))]) for path in paths]
    lengths = np.array([distance[-1] for distance in travelled])
    if len(paths) > _MOST_STROKES:
        kept = np.sort(np.argsort(-lengths, kind="stable")[:_MOST_STROKES])
        paths, travelled, lengths = [paths[k] for k in kept], [travelled[k] for k in kept], lengths[kept]
    first = 0
    for path, distance, count in zip(paths, travelled, _shares(lengths), strict=True):
        positions = np.linspace(0.0, distance[-1], count)
        piece = result[first : first + count]
        piece[:, 0] = np.interp(positions, distance, path[:, 0])
        piece[:, 1] = np.interp(positions, distance, path[:, 1])
        steps = np.diff(piece[:, :2], axis=0)
        norms = np.hypot(steps[:, 0], steps[:, 1])[:, None]
        piece[1:, 2:4] = np.divide(steps, norms, out=np.zeros_like(steps), where=norms > 0)
        piece[0, 4] = 1.0
        piece[:, 5] = 1.0
        first += count
    return result


def _shares(lengths: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the number of points of each stroke: two, and its share of the rest in proportion to its length."""
    rest = POINTS - _FEWEST * len(lengths)
    total = lengths.sum()
    wanted = lengths / total * rest if total > 0 else np.full(len(lengths), rest / len(lengths))
    shares = np.floor(wanted).astype(np.intp)
    # The points that rounding left over go to the strokes that lost most by it.
    left = rest - int(shares.sum())
    shares[np.argsort(shares - wanted, kind="stable")[:left]] += 1
    result: NDArray[np.intp] = shares + _FEWEST
    return result
