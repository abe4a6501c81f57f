"""A stabiliser that steadies a stroke behind the pen while its tip stays at the pen, and keeps the stroke's form.

Each sample is replaced by the value of a weighted parabola through its neighbours in time, as many before as after it.
Such a window has no phase: nothing comes later than it was written. At the newest sample the window is empty, so the
tip is where the pen is, and what lies behind settles as the pen goes on. Where the parabola would take a sample further
than a hand trembles, the movement is no tremor but the form of what is written: there the window is made narrower.

Source: Cleveland 1979, "Robust locally weighted regression and smoothing scatterplots", without the robust passes, of
the second degree; the weights are a Gaussian's. That a window should be as wide as the bias allows: Lepski 1991, "On a
problem of adaptive estimation in Gaussian white noise", here with a fixed bound.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

LONGEST_MS: Final = 150.0
"""Half of the window at full strength, in milliseconds."""

TREMOR: Final = 4.0
"""How far a sample is moved at most, in the drawing's unit: beyond that, a movement is meant."""

MOST_NEIGHBOURS: Final = 32
"""Most samples on either side of a sample that steady it, whatever the rate of reports: a report's cost is bounded."""

_SPREAD: Final = 0.45
"""Standard deviation of the weights, as a share of half the window."""

_AT_EDGE: Final = float(np.exp(-0.5 / _SPREAD**2))
"""A Gaussian's weight at the edge of the window."""

_SHORTEST_MS: Final = 1e-3

_ROUNDS: Final = 3
"""How often a window may become narrower: each time the parabola is fitted anew."""

_LEAST_DETERMINANT: Final = 1e-6
"""Below this the neighbours say nothing of a curve, and a straight line goes through them."""


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
    """Return the steadied positions of some samples, float64 [C, 2]; none is more than `TREMOR` from where it was.

    Args:
        points: float64 [N, 4]: the samples that there are so far.
        chosen: intp [C]: indices of the samples that are wanted.
        strength: More than 0, up to 1.
    """
    last = len(points) - 1
    most = min(MOST_NEIGHBOURS, last)
    neighbours = np.clip(chosen[:, None] + np.arange(-most, most + 1), 0, last)
    around = points[neighbours]
    own = points[chosen, :2]
    apart = around[:, :, 2] - points[chosen, 2, None]
    # As far back as forth, and never beyond an end: a window that leans to one side would pull the line along.
    reach = np.minimum(LONGEST_MS * strength, np.minimum(-apart[:, 0], apart[:, -1]))
    offsets = around[:, :, :2] - own[:, None]
    moves = _fitted(offsets, apart, reach)
    for _ in range(_ROUNDS):
        far = np.hypot(moves[:, 0], moves[:, 1])
        beyond = np.flatnonzero(far > TREMOR)
        if not len(beyond):
            return own + moves
        # How far a parabola is from a form grows with about the third power of the window.
        reach[beyond] *= np.cbrt(TREMOR / far[beyond])
        moves[beyond] = _fitted(offsets[beyond], apart[beyond], reach[beyond])
    far = np.hypot(moves[:, 0], moves[:, 1])[:, None]
    return own + moves * np.minimum(1.0, TREMOR / np.maximum(far, TREMOR))


def _fitted(
    offsets: NDArray[np.float64], apart: NDArray[np.float64], reach: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return where weighted parabolas through neighbours pass at the time of the samples in their middle.

    Args:
        offsets: float64 [C, K, 2]: positions of the neighbours; K is odd, and the sample itself is in the middle.
        apart: float64 [C, K]: how much later they were written, in milliseconds.
        reach: float64 [C]: half of each window, in milliseconds.

    Returns:
        float64 [C, 2].
    """
    # Times that differ by less are equal but for rounding, and samples of one time say nothing of a movement.
    reach = np.where(reach < _SHORTEST_MS, 0.0, reach)[:, None]
    times = apart / np.maximum(reach, _SHORTEST_MS)
    # Nothing at the window's edge, so that it makes no difference which side of it a neighbour is rounded to.
    weights = np.where(reach > 0, np.maximum(np.exp(-0.5 * (times / _SPREAD) ** 2) - _AT_EDGE, 0.0), 0.0)
    weights[:, weights.shape[1] // 2] = 1.0
    times = np.where(weights > 0, times, 0.0)
    squares = times * times
    products = (weights, weights * times, weights * squares)
    zero, one, two = (product.sum(axis=1) for product in products)
    three, four = (products[1] * squares).sum(axis=1), (products[2] * squares).sum(axis=1)
    # The curve's value in the middle is a weighted sum of the neighbours: the first row of the inverse of the moments.
    rows = np.stack([two * four - three * three, two * three - one * four, one * three - two * two])
    curved = zero * rows[0] + one * rows[1] + two * rows[2]
    straight = zero * two - one * one
    line = np.stack([two, -one, np.zeros_like(one)]) / np.where(straight > _LEAST_DETERMINANT, straight, 1.0)
    mean = np.stack([1 / zero, np.zeros_like(one), np.zeros_like(one)])
    least = np.where(straight > _LEAST_DETERMINANT, line, mean)
    parabola = rows / np.where(curved > _LEAST_DETERMINANT, curved, 1.0)
    parts = np.where(curved > _LEAST_DETERMINANT, parabola, least)[:, :, None]
    shares = sum(part * product for part, product in zip(parts, products, strict=True))
    positions: NDArray[np.float64] = np.einsum("ck,ckd->cd", shares, offsets)
    return positions
