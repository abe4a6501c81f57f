"""The smooth curve through a stroke's samples, as the window, the PNG and the SVG all draw it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

STEADYING_PASSES: Final = 4
"""Also how many neighbours to either side have a say in where a steadied sample lies."""

STEADYING_REACH: Final = 0.18
"""Of the pen's width: what is steadied away is hidden in the line itself."""


def drawn_path(points: NDArray[np.float64], pen_width: float) -> NDArray[np.float64]:
    """The curve as it is shown: steadied within the pen's own width, then smooth.

    Args:
        points: float64 [N, 2], N ≥ 1.
        pen_width: At the pressure of a mouse, in the points' unit.

    Returns:
        float64 [N - 1, 4, 2], as `smooth_path`.
    """
    return smooth_path(steadied(points, pen_width * STEADYING_REACH))


def steadied(points: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    """The samples without the tremble of a slow pen or of whole-pixel reports.

    Each sample moves toward the middle of its neighbours, the nearer these are the more; samples that lie further apart
    than `reach` have a shape to keep and stay. The ends stay where they are. For showing only: rasters take the samples
    as they came.

    Args:
        points: float64 [N, 2].
        reach: In the points' unit; a few pixels of the screen.

    Returns:
        float64 [N, 2].
    """
    steady = points.astype(np.float64)
    for _ in range(STEADYING_PASSES):
        if len(steady) < 3:
            break
        before, here, after = steady[:-2], steady[1:-1], steady[2:]
        # Along the way and not across: where the pen turns back its neighbours lie together, and the tip is to stay.
        apart = (np.hypot(*(here - before).T) + np.hypot(*(after - here).T))[:, None] / (2 * reach)
        moved = here + 0.5 * np.exp(-(apart**2)) * ((before + after) / 2 - here)
        steady = np.concatenate([steady[:1], moved, steady[-1:]])
    return steady


def smooth_path(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cubic Bézier segments through all points, without corners between them.

    The curve is a centripetal Catmull-Rom spline, which makes no loops or cusps where samples lie unevenly.
    Source: Yuksel, Schaefer, Keyser 2011, "Parameterization and applications of Catmull-Rom curves".

    Args:
        points: float64 [N, 2], N ≥ 1: the samples' positions; repeated ones are allowed.

    Returns:
        float64 [N - 1, 4, 2]: segment i leads from point i to point i + 1 over two control points. Between equal points
        all four are the same; a single point has no segment.
    """
    moved = np.flatnonzero((np.diff(points, axis=0) != 0).any(axis=1))
    segments = np.repeat(points[:-1, None, :], 4, axis=1)
    if len(moved) == 0:
        return segments
    corners = points[np.append(moved, moved[-1] + 1)]
    steps = np.diff(corners, axis=0)
    # The square root of each step's length; the curve's ends go on as they came.
    roots = np.sqrt(np.hypot(steps[:, 0], steps[:, 1]))[:, None]
    before, after = np.vstack([roots[:1], roots[:-1]]), np.vstack([roots[1:], roots[-1:]])
    start, end = corners[:-1], corners[1:]
    step_before, step_after = np.vstack([steps[:1], steps[:-1]]), np.vstack([steps[1:], steps[-1:]])
    # The spline's slopes at both ends of a segment, for a parameter that runs from 0 to 1 along it.
    slope_start = steps + roots * (step_before / before - (step_before + steps) / (before + roots))
    slope_end = steps + roots * (step_after / after - (step_after + steps) / (after + roots))
    segments[moved] = np.stack([start, start + slope_start / 3, end - slope_end / 3, end], axis=1)
    return segments


def places_along(segments: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """Places on a curve that lie no further than about `step` from each other, its start and samples among them.

    Args:
        segments: float64 [S, 4, 2], S ≥ 1: Bézier segments, each beginning where the one before ends.
        step: In the unit of the segments.

    Returns:
        float64 [P], rising: 2.25 is a quarter of the third segment's way.
    """
    # The control points' way is never shorter than the curve's.
    lengths = np.hypot(*np.diff(segments, axis=1).transpose(2, 0, 1)).sum(axis=1)
    counts = np.maximum(np.ceil(lengths / step), 1).astype(np.intp)
    owner = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(1, len(owner) + 1) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.append(0.0, owner + number / counts[owner])


def points_at(segments: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points at places such as `places_along` gives, float64 [P, 2]."""
    owner = np.minimum(places.astype(np.intp), len(segments) - 1)
    t = (places - owner)[:, None]
    weights = np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])
    points: NDArray[np.float64] = (weights[:, :, None] * segments[owner]).sum(axis=1)
    return points
