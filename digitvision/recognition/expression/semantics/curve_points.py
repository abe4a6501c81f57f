"""Points of graphs that are worth marking: zeros, the highest and lowest points nearby, and where two graphs meet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.expression.semantics.plots import Plot, Points, crossings, plot_between, values_at
from digitvision.recognition.expression.semantics.terms import Term

PointKind = Literal["zero", "highest", "lowest", "crossing"]

MOST: Final = 24
"""Most points of one kind that are marked; of more, none is."""

_FEW: Final = 10
"""Most marked points that a view is fitted to."""

_MARGIN: Final = 0.35
"""Space beside the outermost of them, as a share of the distance between them and zero."""

_BEYOND: Final = 3.0
"""Space above the highest and below the lowest of them at most, in distances between these two."""

_SAME: Final = 1e-3
"""Distance between the highest and the lowest of them, as a share of the view, within which they are level."""

_NARROWEST: Final = 10.0
"""Least width of such a view."""

_NOISE: Final = 1e-9
"""Smallest difference between neighbours that is no rounding error, as a share of their size."""

_TOUCHES: Final = 1e-7
"""Largest distance from zero at which a graph touches it, as a share of how far the neighbours are away."""

_STEPS: Final = 60
_GOLDEN: Final = (5**0.5 - 1) / 2
_SPIKE: Final = 2.0
"""A point that stands out from its neighbours by this many times of what they differ is a pole."""


@dataclass(frozen=True, slots=True)
class MarkedPoint:
    """A point of a graph.

    Attributes:
        kind: `zero`, `crossing` of two graphs, or the `highest` or `lowest` point among those beside it.
        x: Its horizontal position.
        y: Its vertical position.
    """

    kind: PointKind
    x: float
    y: float


def marked_points(plots: Sequence[Plot]) -> tuple[MarkedPoint, ...]:
    """Return the points to be marked: those of a graph that is alone, and of several where each two of them meet.

    Only what lies between the ends of the samples is found, from left to right.
    """
    if len(plots) == 1:
        (plot,) = plots
        extrema = _extrema(plot)
        zeros = [MarkedPoint("zero", x, 0.0) for x in _zeros(plot, extrema)]
        found = [*zeros, *extrema]
    else:
        found = [
            point for index, one in enumerate(plots) for other in plots[index + 1 :] for point in _meetings(one, other)
        ]
    kinds = [point.kind for point in found]
    return tuple(sorted((one for one in found if kinds.count(one.kind) <= MOST), key=lambda one: one.x))


def fitted(plot: Plot) -> Plot:
    """Return a function in a view that is no wider than its marked points need; as it is without any, or with many."""
    points = marked_points((plot,))
    if not 0 < len(points) <= _FEW:
        return plot
    low, high = min(0.0, points[0].x), max(0.0, points[-1].x)
    margin = max(_MARGIN * (high - low), (_NARROWEST - (high - low)) / 2)
    if high - low + 2 * margin >= float(plot.x[-1] - plot.x[0]):
        return plot
    found = plot_between(plot, low - margin, high + margin)
    lowest, highest = min(point.y for point in points), max(point.y for point in points)
    # Between steep branches the points would lie on one line.
    low, high = found.low, found.high
    if highest - lowest > _SAME * (high - low):
        beyond = _BEYOND * (highest - lowest)
        low, high = max(low, lowest - beyond), min(high, highest + beyond)
    return replace(found, low=min(low, lowest), high=max(high, highest))


def _meetings(one: Plot, other: Plot) -> list[MarkedPoint]:
    """Return the points where two graphs cross or touch."""
    difference = Term("sum", (one.term, Term("negative", (other.term,))))
    x = np.union1d(one.x, other.x)
    y = values_at(difference, one.variable, x)
    between = Plot(difference, one.variable, "", "", x, y, 0.0, 0.0)
    found = _zeros(between, _extrema(between))
    heights = values_at(one.term, one.variable, np.array(found, np.float64))
    return [MarkedPoint("crossing", x, y) for x, y in zip(found, heights.tolist(), strict=True) if np.isfinite(y)]


def _zeros(plot: Plot, extrema: Sequence[MarkedPoint]) -> list[float]:
    """Return the zeros: where the sign changes, where the graph touches the axis, and where it ends on the axis."""
    found = crossings(plot.term, plot.variable, plot.x)
    if len(found) > MOST and not np.any(plot.y[np.isfinite(plot.y)]):
        # The graph lies on the axis.
        return []
    scale = _scale(plot.y)
    found += [point.x for point in extrema if abs(point.y) < _TOUCHES * scale]
    has_value = np.isfinite(plot.y)
    inner = np.flatnonzero(has_value[:-1] != has_value[1:])
    ends = np.where(has_value[inner], inner, inner + 1)
    # Both a square root and its derivative end here; the root is still a little above zero where it was sampled.
    found += [float(plot.x[end]) for end in ends if abs(plot.y[end]) < 10 * _TOUCHES * scale]
    return _apart(sorted(found), plot.x)


def _scale(y: Points) -> float:
    """Return the size of usual values."""
    values = np.abs(y[np.isfinite(y)])
    return max(float(np.median(values)), 1e-12) if len(values) else 1.0


def _apart(positions: list[float], x: Points) -> list[float]:
    """Return positions in ascending order without those that are the same but for rounding."""
    nearest = 1e-5 * float(x[-1] - x[0])
    kept: list[float] = []
    for position in positions:
        if not kept or position - kept[-1] > nearest:
            kept.append(position)
    return kept


def _extrema(plot: Plot) -> list[MarkedPoint]:
    return [
        *(MarkedPoint("highest", x, y) for x, y in _peaks(plot, 1.0)),
        *(MarkedPoint("lowest", x, y) for x, y in _peaks(plot, -1.0)),
    ]


def _peaks(plot: Plot, sign: float) -> list[tuple[float, float]]:
    """Return the points that are higher than those beside them, or lower ones for a `sign` of -1."""
    x, y = plot.x, sign * plot.y
    if len(x) < 4:
        return []
    with np.errstate(invalid="ignore"):
        rises, falls = y[1:-1] > y[:-2], y[1:-1] > y[2:]
        single = np.flatnonzero(rises & falls) + 1
        # Two samples of the same height, with the peak between them.
        double = np.flatnonzero(rises[:-1] & (y[1:-2] == y[2:-1]) & falls[1:]) + 1
    left = np.concatenate([x[single - 1], x[double - 1]])
    right = np.concatenate([x[single + 1], x[double + 2]])
    sampled = np.concatenate([y[single], y[double]])
    before = np.concatenate([y[single - 1], y[double - 1]])
    after = np.concatenate([y[single + 1], y[double + 2]])
    beside = sampled - np.minimum(before, after)
    place = _refined(plot, sign, left, right)
    height = sign * values_at(plot.term, plot.variable, place)
    real = (beside > _NOISE * np.maximum(1.0, np.abs(sampled))) & (height - sampled <= _SPIKE * beside)
    return [(float(place[index]), sign * float(height[index])) for index in np.flatnonzero(real)]


def _refined(plot: Plot, sign: float, left: Points, right: Points) -> NDArray[np.float64]:
    """Return where the term is highest between these ends, by golden-section search (Kiefer 1953)."""

    def value(x: Points) -> Points:
        return np.nan_to_num(sign * values_at(plot.term, plot.variable, x), nan=-np.inf)

    for _ in range(_STEPS):
        width = _GOLDEN * (right - left)
        lower, upper = right - width, left + width
        first = value(lower) >= value(upper)
        left, right = np.where(first, left, lower), np.where(first, upper, right)
    return (left + right) / 2
