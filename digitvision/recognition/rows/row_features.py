"""Features of pairs of strokes from which a network tells whether both stand in the same row of a page.

All of them are measured in the page's unit, the median size of its strokes, and depend on nothing that is further away
than `REACH` above or below the two: a stroke more changes only the pairs around it.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitvision.ink.stroke import Stroke

REACH: Final = 2.5
"""Vertical gap, in units, beyond which strokes say nothing about each other."""

POINTS: Final = 12
"""Number of points that a stroke is measured at."""

WINDOWS: Final = (1.0, 3.0, 8.0, 40.0)
"""Half widths, in units, of the windows in which clear strips between two strokes are looked for."""

_NEAREST: Final = 10
"""Number of nearest strokes that each stroke is paired with, besides the nearest in each direction."""

_WIDEST: Final = 6.0
"""Horizontal gap, in units, beyond which strokes say nothing about each other either: nobody leaves one in a row."""

_OVERLAP: Final = -0.5
_SAME_COLUMN: Final = 0.05
"""Horizontal gap, in units, up to which strokes stand above each other."""

_NEAR: Final = 1.5
"""Vertical gap, in units, up to which ink counts as covering a stroke from above or below."""

_CELL_X: Final = 0.5
_CELL_Y: Final = 0.05
_CELLS: Final = 100
"""Size in units of the cells in which clear strips are measured, and the largest number of them from top to bottom."""

_LEAST: Final = 0.02
_NO_ORDER: Final = -1.0


class StrokeShapes(NamedTuple):
    """What is measured of N strokes, in any unit.

    Attributes:
        boxes: float64 [N, 4]: left, top, right, bottom.
        points: float64 [N, 12, 2]: points at equal distances along each stroke.
    """

    boxes: NDArray[np.float64]
    points: NDArray[np.float64]


def shapes_of(strokes: Sequence[Stroke]) -> StrokeShapes:
    """Measure strokes, at least one."""
    return StrokeShapes(
        np.array([stroke.bounds for stroke in strokes], np.float64),
        np.array([resampled(stroke.xy) for stroke in strokes]),
    )


def unit_of_boxes(boxes: NDArray[np.float64]) -> float:
    """Return the unit of a page: the median of the strokes' longer sides, above 0."""
    sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    return float(max(np.median(sides), 0.08 * sides.max(), 1e-9))


def pair_features(
    shapes: StrokeShapes,
    *,
    written: NDArray[np.intp] | None = None,
    ordered: bool = True,
    wanted: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the pairs of strokes that are near each other, and their features.

    Args:
        shapes: At least one stroke, in the order of writing, in units of the page.
        written: intp [N], ascending: the position of each in the order of writing; None for 0, 1, …
        ordered: Whether the order of writing is known.
        wanted: bool [N]: strokes of which each pair that is returned has at least one; None for all.

    Returns:
        intp [P, 2], the indices of both strokes, ascending; float32 [P, F].
    """
    lengths = _lengths_of(shapes.boxes)
    neighbours = _neighbours(lengths)
    order = np.argsort(lengths.distance, axis=1, kind="stable")
    pairs = _near_pairs(lengths.distance, order, neighbours)
    if wanted is not None:
        pairs = pairs[wanted[pairs].any(axis=1)]
    if not len(pairs):
        return pairs, np.zeros((0, 0), np.float32)
    swapped = lengths.y[pairs[:, 0]] > lengths.y[pairs[:, 1]]
    upper, lower = np.where(swapped, pairs[:, 1], pairs[:, 0]), np.where(swapped, pairs[:, 0], pairs[:, 1])
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(len(order))[None], axis=1)
    apart = np.log(np.diff(pairs if written is None else written[pairs], axis=1)[:, 0])
    strips = _clear_strips(shapes.boxes, (lengths.x[upper] + lengths.x[lower]) / 2, lengths.y[upper], lengths.y[lower])
    around = [
        _least_distances(shapes.points, upper, lower),
        np.log1p(rank[upper, lower]),
        np.log1p(rank[lower, upper]),
        _between(lengths.x, lengths.y, upper, lower),
        *strips,
        apart if ordered else np.full(len(pairs), _NO_ORDER),
        (apart == 0).astype(np.float64) if ordered else np.full(len(pairs), _NO_ORDER),
    ]
    own = np.stack([*_positions(lengths, neighbours, upper, lower), *around], axis=1)
    local = _local_features(lengths, neighbours)
    return pairs, np.clip(np.concatenate([own, local[upper], local[lower]], axis=1), -50, 50).astype(np.float32)


class _Lengths(NamedTuple):
    """What boxes alone say.

    Attributes:
        left, right, width, height: float64 [N].
        x, y: float64 [N], the boxes' middles.
        gap_x, gap_y: float64 [N, N], symmetric: the gap of two boxes, below 0 where they overlap.
        over_x, over_y: float64 [N, N]: how far the second's middle is to the right of, or below the first's.
        distance: float64 [N, N], symmetric; infinite for one stroke, and for two that are far apart.
    """

    left: NDArray[np.float64]
    right: NDArray[np.float64]
    width: NDArray[np.float64]
    height: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    gap_x: NDArray[np.float64]
    gap_y: NDArray[np.float64]
    over_x: NDArray[np.float64]
    over_y: NDArray[np.float64]
    distance: NDArray[np.float64]


def _lengths_of(boxes: NDArray[np.float64]) -> _Lengths:
    left, top, right, bottom = boxes.T
    x, y = (left + right) / 2, (top + bottom) / 2
    gap_x = np.maximum(left[:, None], left) - np.minimum(right[:, None], right)
    gap_y = np.maximum(top[:, None], top) - np.minimum(bottom[:, None], bottom)
    distance = np.hypot(np.maximum(gap_x, 0), np.maximum(gap_y, 0))
    distance[(gap_y > REACH) | (gap_x > _WIDEST)] = np.inf
    np.fill_diagonal(distance, np.inf)
    return _Lengths(
        left, right, right - left, bottom - top, x, y, gap_x, gap_y, x - x[:, None], y - y[:, None], distance
    )


def _positions(
    lengths: _Lengths, neighbours: "_Neighbours", upper: NDArray[np.intp], lower: NDArray[np.intp]
) -> list[NDArray[np.float64]]:
    """Return what is measured between the boxes of each pair: float64 [P] each."""
    gap_x, gap_y, over_x, over_y, distance = (
        values[upper, lower]
        for values in (lengths.gap_x, lengths.gap_y, lengths.over_x, lengths.over_y, lengths.distance)
    )
    heights = np.stack([lengths.height[upper], lengths.height[lower]])
    widths = np.stack([lengths.width[upper], lengths.width[lower]])
    to_right = over_x > 0
    side_upper = np.where(to_right, neighbours.right[0][upper], neighbours.left[0][upper])
    side_lower = np.where(to_right, neighbours.left[0][lower], neighbours.right[0][lower])
    clipped_x, clipped_y = np.clip(gap_x, _OVERLAP, _WIDEST), np.maximum(gap_y, _OVERLAP)
    return [
        _soft(over_y),
        _soft(over_x),
        _soft(np.abs(over_x)),
        _soft(gap_x),
        _soft(gap_y),
        distance,
        -gap_y / np.maximum(heights.min(axis=0), 0.1),
        -gap_y / np.maximum(heights.max(axis=0), 0.1),
        -gap_x / np.maximum(widths.min(axis=0), 0.1),
        -gap_x / np.maximum(widths.max(axis=0), 0.1),
        clipped_y - neighbours.below[0][upper],
        clipped_y - neighbours.above[0][lower],
        clipped_x - side_upper,
        clipped_x - side_lower,
    ]


class _Neighbours(NamedTuple):
    """The gap to each stroke's nearest neighbour in a direction, float64 [N], and its index, intp [N]."""

    below: tuple[NDArray[np.float64], NDArray[np.intp]]
    above: tuple[NDArray[np.float64], NDArray[np.intp]]
    right: tuple[NDArray[np.float64], NDArray[np.intp]]
    left: tuple[NDArray[np.float64], NDArray[np.intp]]
    covered_below: NDArray[np.bool_]
    covered_above: NDArray[np.bool_]


def _neighbours(lengths: _Lengths) -> _Neighbours:
    gap_x, gap_y, over_x, over_y = lengths.gap_x, lengths.gap_y, lengths.over_x, lengths.over_y
    in_column, in_row = gap_x < _SAME_COLUMN, gap_y < 0
    gaps_y, gaps_x = np.maximum(gap_y, _OVERLAP), np.maximum(gap_x, _OVERLAP)

    def nearest(
        of: NDArray[np.bool_], gaps: NDArray[np.float64], most: float
    ) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        found = np.minimum(np.where(of, gaps, most), most)
        index = found.argmin(axis=1)
        return found[np.arange(len(found)), index], index

    below, above = in_column & (over_y > 0), in_column & (over_y < 0)
    return _Neighbours(
        nearest(below, gaps_y, REACH),
        nearest(above, gaps_y, REACH),
        nearest(in_row & (over_x > 0), gaps_x, _WIDEST),
        nearest(in_row & (over_x < 0), gaps_x, _WIDEST),
        below & (gaps_y < _NEAR),
        above & (gaps_y < _NEAR),
    )


def _local_features(lengths: _Lengths, neighbours: _Neighbours) -> NDArray[np.float64]:
    """float64 [N, 13]: the size of each stroke, and what is around it."""
    left, right, width, height = lengths.left, lengths.right, lengths.width, lengths.height
    (below, under), (above, over), (to_right, _), (to_left, _), covered_below, covered_above = neighbours
    shared = np.maximum(np.minimum(right[:, None], right) - np.maximum(left[:, None], left), 0)

    def covered(of: NDArray[np.bool_]) -> NDArray[np.float64]:
        share: NDArray[np.float64] = np.where(of, shared, 0).sum(axis=1) / np.maximum(width, 0.05)
        return np.minimum(share, 2)

    return np.stack(
        [
            np.log(width + 0.03),
            np.log(height + 0.03),
            below,
            above,
            to_right,
            to_left,
            np.where(below < REACH, _soft(width[under]), 0),
            np.where(above < REACH, _soft(width[over]), 0),
            np.where(below < REACH, _soft(height[under]), 0),
            np.where(above < REACH, _soft(height[over]), 0),
            covered(covered_below),
            covered(covered_above),
            np.log(np.maximum(height, _LEAST) / np.maximum(width, _LEAST)),
        ],
        axis=1,
    )


def _near_pairs(distance: NDArray[np.float64], order: NDArray[np.intp], neighbours: _Neighbours) -> NDArray[np.intp]:
    """intp [P, 2]: each stroke with its nearest ones, and with the nearest in each direction."""
    count = len(distance)
    wanted = np.zeros((count, count), bool)
    rows = np.arange(count)
    wanted[rows[:, None], order[:, : min(_NEAREST, count - 1)]] = True
    for (gap, index), limit in (
        (neighbours.below, REACH),
        (neighbours.above, REACH),
        (neighbours.right, _WIDEST),
        (neighbours.left, _WIDEST),
    ):
        found = gap < limit
        wanted[rows[found], index[found]] = True
    wanted &= np.isfinite(distance)
    return np.argwhere(np.triu(wanted | wanted.T, 1))


def _least_distances(
    points: NDArray[np.float64], one: NDArray[np.intp], other: NDArray[np.intp]
) -> NDArray[np.float64]:
    """float64 [P]: the least distance of both strokes' points."""
    apart = points[one][:, :, None] - points[other][:, None]
    found: NDArray[np.float64] = np.sqrt((apart**2).sum(axis=-1).min(axis=(1, 2)))
    return found


def _between(
    x: NDArray[np.float64], y: NDArray[np.float64], upper: NDArray[np.intp], lower: NDArray[np.intp]
) -> NDArray[np.float64]:
    """float64 [P], 0 to 1: how many strokes have their middle between those of both."""
    ends = np.stack([x[upper], x[lower]])
    low, high = ends.min(axis=0) - 0.3, ends.max(axis=0) + 0.3
    inside = (x > low[:, None]) & (x < high[:, None]) & (y > y[upper][:, None]) & (y < y[lower][:, None])
    found: NDArray[np.float64] = np.minimum(inside.sum(axis=1), 4) / 4
    return found


def _clear_strips(
    boxes: NDArray[np.float64],
    centre: NDArray[np.float64],
    begin: NDArray[np.float64],
    end: NDArray[np.float64],
) -> list[NDArray[np.float64]]:
    """Return, for each of `WINDOWS`, float64 [P]: the height of the largest strip without ink between two heights.

    Ink is counted in cells that any stroke's box touches, so that each window costs little.
    """
    cells = np.array([_CELL_X, _CELL_Y])
    # The cells lie where they do on the whole page, also where only a part of it is measured.
    origin = np.floor(boxes[:, :2].min(axis=0) / cells) * cells
    first = np.floor((boxes[:, :2] - origin) / cells).astype(np.intp)
    last = np.floor((boxes[:, 2:] - origin) / cells).astype(np.intp) + 1
    columns, rows = (int(side) for side in last.max(axis=0) + 1)
    edges = np.zeros((columns + 1, rows + _CELLS + 2), np.int32)
    for (x, y), sign in (((first[:, 0], first[:, 1]), 1), ((last[:, 0], last[:, 1]), 1)):
        np.add.at(edges, (x, y), sign)
    np.add.at(edges, (first[:, 0], last[:, 1]), -1)
    np.add.at(edges, (last[:, 0], first[:, 1]), -1)
    inked = edges.cumsum(axis=0).cumsum(axis=1) > 0
    before = np.concatenate([np.zeros((1, inked.shape[1]), np.int32), inked.cumsum(axis=0, dtype=np.int32)])
    start = np.floor((begin - origin[1]) / _CELL_Y).astype(np.intp)
    count = np.minimum(np.ceil((end - begin) / _CELL_Y).astype(np.intp), _CELLS)
    # Beyond the heights of a pair nothing is free.
    steps = np.arange(max(int(count.max()), 1))
    beyond = steps >= count[:, None]
    rows_between = start[:, None] + steps
    found = []
    for half in WINDOWS:
        low = np.clip(np.floor((centre - half - origin[0]) / _CELL_X).astype(np.intp), 0, columns)
        high = np.clip(np.ceil((centre + half - origin[0]) / _CELL_X).astype(np.intp), 0, columns)
        taken = (before[high[:, None], rows_between] > before[low[:, None], rows_between]) | beyond
        # The longest run of free cells: the distance to the last taken one, at its largest.
        stop = np.maximum.accumulate(np.where(taken, steps, -1), axis=1)
        found.append(np.minimum((steps - stop).max(axis=1) * _CELL_Y, 3.0))
    return found


def _soft(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a logarithm of distances that tells small ones apart and keeps their sign."""
    found: NDArray[np.float64] = np.sign(values) * np.log1p(2 * np.abs(values))
    return found


def resampled(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return float64 [12, 2]: points at equal distances along a stroke, float64 [K, 2]."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if along[-1] <= 0:
        return np.repeat(points[:1], POINTS, axis=0)
    wanted = np.linspace(0, along[-1], POINTS)
    return np.stack([np.interp(wanted, along, points[:, 0]), np.interp(wanted, along, points[:, 1])], axis=1)
