"""Features of strokes for the first network: each stroke's path, and the geometry of each two strokes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEATURES_VERSION: Final = 1
"""Incremented by every change of the networks' input; a model is bound to the version that it was trained with."""

POINTS: Final = 32
"""Number of points that each stroke is resampled to, at equal steps of its length."""

CHANNELS: Final = 6
SCALARS: Final = 8
PAIR_NUMBERS: Final = 31

_SMALLEST_SHARE: Final = 0.08
"""Smallest unit, as a share of the largest stroke's size, however many dots there are."""

_LEAST: Final = 0.05
"""Smallest width, height or length, in units, that is divided by or whose logarithm is taken."""

_DISTANCES_AT_ONCE: Final = 2**14

Points = NDArray[np.float64]
"""float64 [N, 32, 2]: strokes at equal steps, in the expression's unit."""


@dataclass(frozen=True, slots=True, eq=False)
class StrokeFeatures:
    """Features of an expression's N strokes.

    Attributes:
        paths: float32 [N, 32, 6]: for each point its offset from the middle of the stroke's box, as signed logarithms
            and in sizes of the box, and the direction of the pen.
        scalars: float32 [N, 8]: logarithms of width, height, size and length, and signed logarithms of the offset
            from the stroke's begin to its end and of its position in the expression.
        pairs: float32 [N, N, 31]: geometry of the second stroke relative to the first.
    """

    paths: NDArray[np.float32]
    scalars: NDArray[np.float32]
    pairs: NDArray[np.float32]


def resampled(strokes: Sequence[NDArray[np.float64]]) -> Points:
    """Resample strokes of any number of points, at least one each, to 32 points at equal steps along the path.

    Args:
        strokes: float [K, 2] each, in any unit.
    """
    result = np.empty((len(strokes), POINTS, 2))
    for index, stroke in enumerate(strokes):
        steps = np.hypot(*np.diff(stroke, axis=0).T) if len(stroke) > 1 else np.zeros(0)
        travelled = np.concatenate([[0.0], np.cumsum(steps)])
        positions = np.linspace(0.0, travelled[-1], POINTS)
        result[index, :, 0] = np.interp(positions, travelled, stroke[:, 0])
        result[index, :, 1] = np.interp(positions, travelled, stroke[:, 1])
    return result


def unit_of(points: Points) -> float:
    """Return the length that an expression is measured in: the median size of its strokes."""
    sizes = (points.max(axis=1) - points.min(axis=1)).max(axis=1)
    unit = max(float(np.median(sizes)), _SMALLEST_SHARE * float(sizes.max(initial=0.0)))
    return unit if unit > 0 and np.isfinite(1 / unit) else 1.0


def stroke_features(points: Points) -> StrokeFeatures:
    """Return the features of strokes in the order in which they were written, in the expression's unit."""
    low, high = points.min(axis=1), points.max(axis=1)
    sizes = np.maximum(high - low, _LEAST)
    size = sizes.max(axis=1)
    middle = (low + high) / 2
    steps = np.diff(points, axis=1)
    lengths = np.maximum(np.hypot(steps[..., 0], steps[..., 1]).sum(axis=1), _LEAST)
    away = points - middle[:, None]
    directions = np.zeros_like(points)
    norms = np.hypot(steps[..., 0], steps[..., 1])[..., None]
    np.divide(steps, norms, out=directions[:, 1:], where=norms > 1e-9)
    directions[:, 0] = directions[:, 1]
    paths = np.concatenate([signed_log(away), away / size[:, None, None], directions], axis=2)
    whole = (low.min(axis=0) + high.max(axis=0)) / 2
    scalars = np.concatenate(
        [
            np.log(sizes),
            np.log(size)[:, None],
            np.log(lengths)[:, None],
            signed_log(points[:, -1] - points[:, 0]),
            signed_log(middle - whole),
        ],
        axis=1,
    )
    pairs = _pairs(points, low, high, np.log(lengths))
    return StrokeFeatures(paths.astype(np.float32), scalars.astype(np.float32), pairs)


def signed_log(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return about twice the value near 0 and its logarithm far away, with its sign."""
    result: NDArray[np.float64] = np.copysign(np.log1p(2 * np.abs(values)), values)
    return result


def box_pairs(low: NDArray[np.float64], high: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return the geometry of each two boxes: 22 arrays [N, N], of the second box relative to the first.

    Args:
        low: float64 [N, 2], left and top of each box, in the expression's unit.
        high: float64 [N, 2], right and bottom of each box.
    """
    sizes = np.maximum(high - low, _LEAST)
    size = sizes.max(axis=1)
    middle = (low + high) / 2
    found = []
    for axis in (0, 1):
        between = middle[None, :, axis] - middle[:, None, axis]
        found += [
            signed_log(between),
            signed_log(low[None, :, axis] - high[:, None, axis]),
            signed_log(low[:, None, axis] - high[None, :, axis]),
            signed_log(low[None, :, axis] - low[:, None, axis]),
            signed_log(high[None, :, axis] - high[:, None, axis]),
            signed_log(between / size[:, None]),
            signed_log(between / size[None, :]),
            np.log(sizes[None, :, axis] / sizes[:, None, axis]),
        ]
        both = np.minimum(high[None, :, axis], high[:, None, axis]) - np.maximum(low[None, :, axis], low[:, None, axis])
        both = np.maximum(both, 0.0)
        found += [both / sizes[:, None, axis], both / sizes[None, :, axis]]
    found += [np.log(size[None, :] / size[:, None]), signed_log(_apart(low, high))]
    return found


def _apart(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance between each two boxes; 0 where they touch."""
    gaps = np.maximum(np.maximum(low[None] - high[:, None], low[:, None] - high[None]), 0.0)
    distance: NDArray[np.float64] = np.hypot(gaps[..., 0], gaps[..., 1])
    return distance


def _pairs(
    points: Points, low: NDArray[np.float64], high: NDArray[np.float64], lengths: NDArray[np.float64]
) -> NDArray[np.float32]:
    count = len(points)
    later = np.arange(count)[None, :] - np.arange(count)[:, None]
    distance = least_distances(points)
    size = np.maximum(high - low, _LEAST).max(axis=1)
    onward = points[None, :, 0] - points[:, None, -1]
    starts = points[None, :, 0] - points[:, None, 0]
    numbers = [
        *box_pairs(low, high),
        signed_log(distance),
        signed_log(2 * distance / (size[None, :] + size[:, None])),
        signed_log(later.astype(np.float64)),
        (later == 1).astype(np.float64),
        (later == -1).astype(np.float64),
        signed_log(onward[..., 0]),
        signed_log(onward[..., 1]),
        signed_log(starts[..., 0]),
        signed_log(starts[..., 1]),
    ]
    return np.stack(numbers, axis=2).astype(np.float32)


def least_distances(points: Points) -> NDArray[np.float64]:
    """float64 [N, N]: the smallest distance between points of each two strokes, by every second point and the last."""
    flat = np.concatenate([points[:, ::2], points[:, -1:]], axis=1)
    count, each = flat.shape[:2]
    xs, ys = flat.transpose(2, 1, 0)
    squares = np.zeros((count, count))
    # A few strokes at a time against all later ones: this bounds the memory for long pages and keeps arrays small.
    step = max(_DISTANCES_AT_ONCE // (each * each * max(count, 1)), 1)
    for first in range(0, count, step):
        own = slice(first, first + step)
        found = (xs[:, own].T[..., None] - xs[:, first:].ravel()) ** 2
        found += (ys[:, own].T[..., None] - ys[:, first:].ravel()) ** 2
        nearest = found.reshape(len(found), each * each, count - first).min(axis=1)
        squares[own, first:] = nearest
        squares[first:, own] = nearest.T
    return np.sqrt(squares)
