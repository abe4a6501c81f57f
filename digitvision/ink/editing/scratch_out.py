"""Scratching out: a dense zigzag over ink that was written before, which is meant to take that ink away.

A stroke scratches out when it runs to and fro in sharp turns along one direction, its legs are of about one length and
close together, and they cover most of the ink that they meet. All of it must hold: writing, too, has strokes with many
turns, and strokes that cross others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Stroke

_LEAST: Final = 1e-12

LEAST_LEGS: Final = 5
"""Fewest runs to or fro."""

LEAST_LEG_SHARE: Final = 0.5
"""Least length of a leg, as a share of the longest leg; the first and the last leg may be shorter."""

SHARPEST_COSINE: Final = -0.7
"""Largest cosine of the angle by which the path turns between two legs: it comes back nearly the way it went."""

LEAST_STRAIGHTNESS: Final = 0.93
"""Least length of a leg from end to end, as a share of its path, on the average: legs are straight, letters round."""

LEAST_INK_SHARE: Final = 0.5
"""Least length of the ink that goes, as a share of the longest leg: nobody scratches out a speck at such length."""

LARGEST_GAP: Final = 0.4
"""Largest distance between neighbouring legs, on the average, as a share of their length: it is dense."""

LEAST_COVER: Final = 0.7
"""Least share of a stroke's path that the zigzag must cover to take the stroke away."""

LEAST_COVER_BESIDE: Final = 0.5
"""The same where another stroke is covered that far: whoever takes out a number hardly meets all digits alike."""

LEAST_MEANT: Final = 0.6
"""Least share that the strokes which go have of all ink that the zigzag covers: it lies on what it is meant for."""

_TURN_SHARE: Final = 0.2
"""How far, as a share of its extent, a path has to come back before it counts as a turn."""

_STEPS: Final = 24
"""Steps along the zigzag's legs in which the ink below it is looked at."""


@dataclass(frozen=True, slots=True)
class _Zigzag:
    """A path to and fro.

    Attributes:
        turns: float64 [T, 2]: its turning points, both ends included.
        leg: Length of its longest leg.
        gap: Distance between neighbouring legs, on the average.
    """

    turns: NDArray[np.float64]
    leg: float
    gap: float


def scratched_out(stroke: Stroke, before: Sequence[Stroke]) -> tuple[int, ...]:
    """Find the strokes that a new stroke scratches out.

    Args:
        stroke: The new stroke.
        before: The strokes that were written before it.

    Returns:
        Their indices in `before`, ascending; empty where the stroke is writing.
    """
    zigzag = _zigzag_of(stroke)
    if zigzag is None:
        return ()
    shares: dict[int, float] = {}
    covered, met, length = 0.0, 0.0, 0.0
    for index, other in enumerate(before):
        if not _boxes_meet(stroke, other):
            continue
        path = _even_path(other.xy, zigzag.leg / _STEPS)
        shares[index] = share = float(_covered(zigzag, path).mean())
        met += share * len(path)
        if share >= LEAST_COVER_BESIDE:
            covered += share * len(path)
            length += float(np.hypot(*np.diff(other.xy, axis=0).T).sum())
    gone = [index for index, share in shares.items() if share >= LEAST_COVER_BESIDE]
    # Ink that runs through from outside is met, but not meant; it must be the lesser part.
    meant = covered >= LEAST_MEANT * met and length >= LEAST_INK_SHARE * zigzag.leg
    return tuple(gone) if max(shares.values(), default=0.0) >= LEAST_COVER and meant else ()


def _zigzag_of(stroke: Stroke) -> _Zigzag | None:
    """Return the zigzag that a stroke is; None where it is none."""
    xy = stroke.xy
    if len(xy) <= LEAST_LEGS:
        return None
    steps = np.diff(xy, axis=0)
    # The legs lie along the direction in which the pen moves most.
    _, axes = np.linalg.eigh(steps.T @ steps)
    at = xy @ axes[:, 1]
    corners = _turns(at, float(np.ptp(at)) * _TURN_SHARE)
    turns = xy[corners]
    legs = np.diff(turns, axis=0)
    if len(legs) < LEAST_LEGS:
        return None
    lengths = np.hypot(*legs.T)
    longest = float(lengths.max())
    if longest <= 0 or lengths[1:-1].min() < LEAST_LEG_SHARE * longest:
        return None
    walked = np.diff(np.append(0.0, np.cumsum(np.hypot(*steps.T)))[corners])
    if float(np.median(lengths / np.maximum(walked, _LEAST))) < LEAST_STRAIGHTNESS:
        return None
    cosines = (legs[:-1] * legs[1:]).sum(axis=1) / np.maximum(lengths[:-1] * lengths[1:], _LEAST)
    if cosines.max() > SHARPEST_COSINE:
        return None
    # Every triangle of three turns in a row has twice the area of the strip between two legs.
    gap = float(np.median(np.abs(_cross(legs[:-1], legs[1:])) / np.maximum(lengths[:-1], lengths[1:]))) / 2
    return _Zigzag(turns, longest, gap) if gap <= LARGEST_GAP * float(np.median(lengths)) else None


def _turns(at: NDArray[np.float64], least: float) -> list[int]:
    """Return the indices of the ends of a path and of its turns.

    Args:
        at: float64 [N]: the path's positions along one direction.
        least: How far it has to come back before it counts as a turn.
    """
    values = at.tolist()
    found = [0]
    low = high = 0
    heading = 0
    for index, value in enumerate(values):
        if value > values[high]:
            high = index
        if value < values[low]:
            low = index
        if heading >= 0 and values[high] - value > least:
            found.append(high)
            heading, low, high = -1, index, index
        elif heading <= 0 and value - values[low] > least:
            found.append(low)
            heading, low, high = 1, index, index
    last = high if heading > 0 else low
    return [*dict.fromkeys([*found, last])]


def _boxes_meet(one: Stroke, other: Stroke) -> bool:
    a, b = one.bounds, other.bounds
    return a.left <= b.right and b.left <= a.right and a.top <= b.bottom and b.top <= a.bottom


def _even_path(xy: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """Return points along a path at equal distances of about `step`, at least one."""
    lengths = np.hypot(*np.diff(xy, axis=0).T)
    along = np.append(0.0, np.cumsum(lengths))
    count = min(int(along[-1] / max(step, _LEAST)) + 1, 500)
    places = (np.arange(count) + 0.5) * along[-1] / count
    return np.column_stack([np.interp(places, along, xy[:, 0]), np.interp(places, along, xy[:, 1])])


def _covered(zigzag: _Zigzag, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each point, float64 [P, 2], lies between two legs of the zigzag, or hardly beside a leg."""
    turns = zigzag.turns
    a, b, c = turns[:-2], turns[1:-1], turns[2:]
    sides = np.stack([_cross(end - start, points[:, None] - start) for start, end in ((a, b), (b, c), (c, a))])
    between = np.logical_or((sides >= 0).all(axis=0), (sides <= 0).all(axis=0)).any(axis=1)
    legs = np.diff(turns, axis=0)
    offset = points[:, None] - turns[:-1]
    share = np.clip((offset * legs).sum(axis=2) / np.maximum((legs**2).sum(axis=1), _LEAST), 0.0, 1.0)
    beside = np.hypot(*np.moveaxis(offset - share[:, :, None] * legs, 2, 0)).min(axis=1)
    covered: NDArray[np.bool_] = between | (beside <= max(zigzag.gap, zigzag.leg / _STEPS))
    return covered


def _cross(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    product: NDArray[np.float64] = one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]
    return product
