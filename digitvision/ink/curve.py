"""The smooth curve through a stroke's samples, as the window, the PNG and the SVG all draw it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

STEADYING_PASSES: Final = 4
"""Number of smoothing passes, which is also how many neighbours on either side affect a sample."""

STEADYING_REACH: Final = 0.18
"""Reach of the smoothing in widths of the pen: whatever moves stays hidden in the line itself."""


def drawn_path(points: NDArray[np.float64], pen_width: float) -> NDArray[np.float64]:
    """Return the curve as it is drawn: smoothed within the pen's own width, then interpolated.

    Args:
        points: float64 [N, 2], N ≥ 1.
        pen_width: Width of the pen at the pressure of a mouse, in the points' unit.

    Returns:
        float64 [N - 1, 4, 2], see `smooth_path`.
    """
    return smooth_path(steady_samples(points, pen_width * STEADYING_REACH))


def steady_samples(points: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    """Remove the tremor of a slow pen and the steps of whole-pixel reports from samples.

    Each sample moves toward the middle of its two neighbours, more so the nearer these are; samples that are further
    apart than `reach` describe a shape and stay. The ends stay too. This is for display only: rasters are made from the
    samples as they came.

    Args:
        points: float64 [N, 2].
        reach: Distance of samples up to which they move, in the points' unit; a few pixels of the screen.

    Returns:
        float64 [N, 2].
    """
    steady = points.astype(np.float64)
    for _ in range(STEADYING_PASSES):
        if len(steady) < 3:
            break
        before, here, after = steady[:-2], steady[1:-1], steady[2:]
        # Distances along the path: where the pen turns back its neighbours are close together, and the tip must stay.
        apart = (np.hypot(*(here - before).T) + np.hypot(*(after - here).T))[:, None] / (2 * reach)
        moved = here + 0.5 * np.exp(-(apart**2)) * ((before + after) / 2 - here)
        steady = np.concatenate([steady[:1], moved, steady[-1:]])
    return steady


def smooth_path(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return cubic Bézier segments through all points, without corners between them.

    The curve is a centripetal Catmull-Rom spline, which has no loops or cusps where samples lie unevenly.
    Source: Yuksel, Schaefer, Keyser 2011, "Parameterization and applications of Catmull-Rom curves".

    Args:
        points: float64 [N, 2], N ≥ 1: the samples' positions; repeated ones are allowed.

    Returns:
        float64 [N - 1, 4, 2]: segment i leads from point i to point i + 1 with two control points between. Between
        equal points all four are the same; a single point has no segment.
    """
    moved = np.flatnonzero((np.diff(points, axis=0) != 0).any(axis=1))
    segments = np.repeat(points[:-1, None, :], 4, axis=1)
    if len(moved) == 0:
        return segments
    corners = points[np.append(moved, moved[-1] + 1)]
    steps = np.diff(corners, axis=0)
    # The square root of each step's length; beyond the curve's ends the steps repeat.
    roots = np.sqrt(np.hypot(steps[:, 0], steps[:, 1]))[:, None]
    before, after = np.vstack([roots[:1], roots[:-1]]), np.vstack([roots[1:], roots[-1:]])
    start, end = corners[:-1], corners[1:]
    step_before, step_after = np.vstack([steps[:1], steps[:-1]]), np.vstack([steps[1:], steps[-1:]])
    # The spline's slopes at both ends of a segment, for a parameter that runs from 0 to 1 along it.
    slope_start = steps + roots * (step_before / before - (step_before + steps) / (before + roots))
    slope_end = steps + roots * (step_after / after - (step_after + steps) / (after + roots))
    segments[moved] = np.stack([start, start + slope_start / 3, end - slope_end / 3, end], axis=1)
    return segments


def positions_along(segments: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """Return positions on a curve at most about `step` apart, its start and all samples among them.

    Args:
        segments: float64 [S, 4, 2], S ≥ 1: Bézier segments, each beginning where the one before ends.
        step: Distance of positions, in the unit of the segments.

    Returns:
        float64 [P], ascending: 2.25 is a quarter of the way along the third segment.
    """
    # The control polygon is never shorter than the curve.
    lengths = np.hypot(*np.diff(segments, axis=1).transpose(2, 0, 1)).sum(axis=1)
    counts = np.maximum(np.ceil(lengths / step), 1).astype(np.intp)
    owner = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(1, len(owner) + 1) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.append(0.0, owner + number / counts[owner])


def points_at(segments: NDArray[np.float64], positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points at positions as `positions_along` gives them, float64 [P, 2]."""
    owner = np.minimum(positions.astype(np.intp), len(segments) - 1)
    t = (positions - owner)[:, None]
    weights = np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])
    points: NDArray[np.float64] = (weights[:, :, None] * segments[owner]).sum(axis=1)
    return points
