"""Columns: a strip of free paper between rows that stand beside each other, wider than the gaps within these rows."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitvision.recognition.rows.equality_signs import begins_with_equality, ends_with_equality, equality_bars

_LEAST_GAP: Final = 1.3
_WIDER: Final = 1.15
"""Least width of a strip, in units, and as a multiple of the largest gap within the rows: of 2,700 pages of CROHME's
expressions without columns 25 have such a strip, most of them beside limits."""

_LEAST_BETWEEN_EQUATIONS: Final = 1.1
_AS_WIDE: Final = 0.8
"""The same where each row has an equality sign of its own: then no row can go on at the other side."""

_LEAST_ROW: Final = 0.5
"""Least height of a row that counts, in units."""

_LEAST_HEIGHT: Final = 1.5
"""Least height of ink that is several rows, in units."""

_FEWEST: Final = 2
"""Fewest rows on either side: what stands beside a single row may go on with it, unless all are equations."""

_FAR: Final = 1e6


class Strip(NamedTuple):
    """A strip of free paper, and the strokes on either side of it.

    Attributes:
        left, right: intp [K], the indices of the strokes.
        width: Its width, in units.
    """

    left: NDArray[np.intp]
    right: NDArray[np.intp]
    width: float


RowsWithin = Callable[[NDArray[np.intp]], Sequence[NDArray[np.intp]]]
"""Finds the rows among some strokes as if there were no others; each is the indices of its strokes."""


def columns_apart(boxes: NDArray[np.float64], rows_within: RowsWithin) -> list[Strip]:
    """Return the strips that part columns of rows, the widest first.

    Args:
        boxes: float64 [N, 4], of the strokes in units.
        rows_within: Finds the rows on one side.
    """
    return [strip for strip in _strips(boxes) if _parts_columns(boxes, strip, rows_within)]


def _parts_columns(boxes: NDArray[np.float64], strip: Strip, rows_within: RowsWithin) -> bool:
    """Whether there are several rows on either side, and no row goes on at the other one."""
    sides = [[boxes[row] for row in rows_within(side)] for side in (strip.left, strip.right)]
    rows = [[row for row in side if np.ptp(row[:, [1, 3]]) > _LEAST_ROW] for side in sides]
    fewest, most = sorted(map(len, rows))
    if not fewest or most < _FEWEST:
        return False
    left, right = ([_equality_of(row) for row in side] for side in rows)
    goes_on = any(ends for _, _, ends in left) and not all(has for _, has, _ in right)
    if goes_on or any(begins for begins, _, _ in right):
        # What stands on the right of an equality sign is its result, and no row begins with one.
        return False
    gap = max(_largest_gap(row) for side in rows for row in side)
    if all(has for _, has, _ in (*left, *right)):
        return strip.width > _AS_WIDE * gap
    return fewest >= _FEWEST and strip.width > max(_LEAST_GAP, _WIDER * gap)


def _strips(boxes: NDArray[np.float64]) -> Iterator[Strip]:
    """Yield the strips of free paper with enough ink on either side, the widest first."""
    band = _bands(boxes)
    order = np.lexsort((boxes[:, 0], band))
    left, right = boxes[order, 0] + band[order] * _FAR, boxes[order, 2] + band[order] * _FAR
    reach = np.maximum.accumulate(right)
    gaps = left[1:] - reach[:-1]
    wide = np.flatnonzero((gaps >= _LEAST_BETWEEN_EQUATIONS) & (band[order[1:]] == band[order[:-1]]))
    seen = set()
    sides = _sides_by_band(boxes[order], band[order]) if len(wide) else []
    for place in wide[np.argsort(-gaps[wide], kind="stable")].tolist():
        own = int(band[order[place + 1]])
        strip = _extended(boxes, band, sides, own, float(reach[place] - own * _FAR), float(boxes[order[place + 1], 0]))
        if strip is None or (strip.width <= _LEAST_GAP and not _parts_equations(boxes, strip)):
            continue
        if (key := (*strip.left.tolist(), -1, *strip.right.tolist())) not in seen:
            seen.add(key)
            yield strip


def _parts_equations(boxes: NDArray[np.float64], strip: Strip) -> bool:
    """Whether there are equality signs on both sides of a strip, as narrow ones have; it is quickly seen where not."""
    smaller, larger = sorted((strip.left, strip.right), key=len)
    return bool(equality_bars(boxes[smaller]).any() and equality_bars(boxes[larger]).any())


def _extended(
    boxes: NDArray[np.float64],
    band: NDArray[np.intp],
    by_band: Sequence[Sequence[tuple[float, float]]],
    own: int,
    low: float,
    high: float,
) -> Strip | None:
    """Return the strip that is free from here to here in a band, as far up and down as it goes on; None if it is short.

    Args:
        boxes: float64 [N, 4], in units.
        band: intp [N], the band of each stroke, from top to bottom.
        by_band: Left and right of each stroke, band by band.
        own: The band.
        low, high: Its edges there.
    """
    first = last = own
    for step in (-1, 1):
        other = own + step
        while 0 <= other < len(by_band):
            middle, reached, next_ = (low + high) / 2, low, high
            # Bands have few strokes each: a loop is faster than arrays.
            for left, right in by_band[other]:
                if left < middle:
                    reached = max(reached, right)
                else:
                    next_ = min(next_, left)
            if next_ - reached < _LEAST_BETWEEN_EQUATIONS:
                break
            low, high = reached, next_
            first, last = min(first, other), max(last, other)
            other += step
    inside = np.flatnonzero((band >= first) & (band <= last))
    is_left = boxes[inside, 0] < (low + high) / 2
    sides = inside[is_left], inside[~is_left]
    if min(map(len, sides)) < _FEWEST or not _may_be_columns(boxes[sides[0]], boxes[sides[1]]):
        return None
    return Strip(*sides, float(high - low))


def _sides_by_band(boxes: NDArray[np.float64], band: NDArray[np.intp]) -> list[list[tuple[float, float]]]:
    """Return left and right of each stroke, band by band; the strokes are in the order of their bands."""
    found: list[list[tuple[float, float]]] = [[] for _ in range(int(band[-1]) + 1)]
    for number, left, right in zip(band.tolist(), boxes[:, 0].tolist(), boxes[:, 2].tolist(), strict=True):
        found[number].append((left, right))
    return found


def _may_be_columns(left: NDArray[np.float64], right: NDArray[np.float64]) -> bool:
    """Whether ink on both sides, float64 [K, 4], is level, and on one of them as high as several rows."""
    (top, bottom), (other_top, other_bottom) = ((side[:, 1].min(), side[:, 3].max()) for side in (left, right))
    is_level = min(bottom, other_bottom) > max(top, other_top)
    return bool(is_level and max(bottom - top, other_bottom - other_top) > _LEAST_HEIGHT)


def _bands(boxes: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the band of each stroke, intp [N]: between two bands is free paper, from one side to the other."""
    order = np.argsort(boxes[:, 1], kind="stable")
    reach = np.maximum.accumulate(boxes[order, 3])
    band = np.empty(len(boxes), np.intp)
    band[order] = np.concatenate([[0], np.cumsum(boxes[order[1:], 1] > reach[:-1])])
    return band


def _equality_of(row: NDArray[np.float64]) -> tuple[bool, bool, bool]:
    """Return whether a row, float64 [K, 4] in units, begins with an equality sign, has one, and ends with one."""
    return begins_with_equality(row), bool(equality_bars(row).any()), ends_with_equality(row)


def _largest_gap(row: NDArray[np.float64]) -> float:
    """Return the largest horizontal gap within a row, from 0; float64 [K, 4]."""
    order = np.argsort(row[:, 0], kind="stable")
    gaps = row[order[1:], 0] - np.maximum.accumulate(row[order, 2])[:-1]
    return float(gaps.max(initial=0.0))
