"""A stabiliser that steadies a stroke behind the pen while its tip stays at the pen.

Each sample is replaced by the value of a weighted straight line through its neighbours in time, as many before as after
it. Such a window has no phase: nothing comes later than it was written. At the newest sample the window is empty, so
the tip is where the pen is, and what lies behind settles as the pen goes on.

Source: Cleveland 1979, "Robust locally weighted regression and smoothing scatterplots", without the robust passes; the
weights are a Gaussian's.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

LONGEST_MS: Final = 120.0
"""Half of the window at full strength, in milliseconds."""

MOST_NEIGHBOURS: Final = 32
"""Most samples on either side of a sample that steady it, whatever the rate of reports: a report's cost is bounded."""

_SPREAD: Final = 0.45
"""Standard deviation of the weights, as a share of half the window."""

_AT_EDGE: Final = float(np.exp(-0.5 / _SPREAD**2))
"""A Gaussian's weight at the edge of the window."""

_SHORTEST_MS: Final = 1e-3


def stabilized(points: NDArray[np.float64], strength: float) -> NDArray[np.float64]:
    """Return the samples of a stroke with steadied positions; the first and the last one stay where they are.

    Args:
        points: float64 [N, 4]: x, y, time (ms, never decreasing), pressure.
        strength: 0 for no change at all, up to 1.

    Returns:
        float64 [N, 4]; times and pressures are those of `points`.
    """
    if strength <= 0:
        return points
    steady = points.copy()
    steady[:, :2] = steadied(points, np.arange(len(points)), strength)
    return steady


def unsettled_from(times: NDArray[np.float64], strength: float) -> int:
    """Return the index of the first sample whose position may still change as the stroke grows.

    Args:
        times: float64 [N]: times of the samples, or of the last `MOST_NEIGHBOURS + 1` of them.
    """
    if strength <= 0:
        return len(times) - 1
    last = len(times) - 1
    late = int(np.searchsorted(times, times[-1] - LONGEST_MS * strength, side="right"))
    return max(late, last + 1 - MOST_NEIGHBOURS, 0)


def steadied(points: NDArray[np.float64], chosen: NDArray[np.intp], strength: float) -> NDArray[np.float64]:
    """Return the steadied positions of some samples, float64 [C, 2].

    Args:
        points: float64 [N, 4]: the samples that there are so far.
        chosen: intp [C]: indices of the samples that are wanted.
        strength: More than 0, up to 1.
    """
    last = len(points) - 1
    most = min(MOST_NEIGHBOURS, last)
    offsets = np.arange(-most, most + 1)
    times = points[:, 2]
    here = times[chosen]
    neighbours = np.clip(chosen[:, None] + offsets, 0, last)
    around = times[neighbours]
    # As far back as forth, and never beyond an end: a window that leans to one side would pull the line along.
    reach = np.minimum(LONGEST_MS * strength, np.minimum(here - around[:, 0], around[:, -1] - here))[:, None]
    # Times that differ by less are equal but for rounding, and samples of one time say nothing of a movement.
    reach[reach < _SHORTEST_MS] = 0.0
    apart = around - here[:, None]
    spread = np.maximum(reach * _SPREAD, 1e-9)
    # Nothing at the window's edge, so that it makes no difference which side of it a neighbour is rounded to.
    weights = np.where(reach > 0, np.maximum(np.exp(-0.5 * (apart / spread) ** 2) - _AT_EDGE, 0.0), 0.0)
    weights[:, most] = 1.0
    total = weights.sum(axis=1)
    middle = (weights * apart).sum(axis=1) / total
    away = apart - middle[:, None]
    variance = (weights * away**2).sum(axis=1)
    slope_of = np.where(variance > 1e-9, -middle / np.maximum(variance, 1e-9), 0.0)
    # The line's value at the sample itself is a weighted sum of the neighbours' positions.
    share = weights * (1.0 / total[:, None] + slope_of[:, None] * away)
    positions: NDArray[np.float64] = (share[:, :, None] * points[neighbours, :2]).sum(axis=1)
    return positions
