"""Rows out of pairs: strokes are joined while the pairs between two groups speak for it on the whole.

This is greedy additive edge contraction for correlation clustering (Keuper et al. 2015, "Efficient decomposition of
image and mesh graphs by lifted multicuts"): of all groups those two are joined whose logits have the largest sum, until
no sum is above 0. The number of rows need not be known.

Two groups between which no pair speaks for it have no sum above 0. So only what hangs together by pairs with a logit
above 0, a component, can become one row, and each component is joined by itself: a stroke more on a page
changes few of them, and the others are remembered.
"""

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class JoinedRow:
    """Strokes that were joined to a row.

    Attributes:
        strokes: Indices of the strokes, ascending.
        weakest: The least sum of logits for which two of its parts were joined; infinite for a single stroke.
        between: The sum of logits to each other row that has a stroke near one of this row's, by its index; 0 at most.
    """

    strokes: tuple[int, ...]
    weakest: float
    between: dict[int, float]


_Group: TypeAlias = tuple[tuple[int, ...], float]
"""Strokes of a component that were joined, by their places in it, ascending; and the least sum for which they were."""


class RowClustering:
    """Joins strokes to rows, and remembers how each component of the last page was joined. Not thread-safe."""

    def __init__(self) -> None:
        self._known: dict[bytes, list[_Group]] = {}

    def joined(self, count: int, pairs: NDArray[np.intp], logits: NDArray[np.float64]) -> list[JoinedRow]:
        """Return rows in the order of their first strokes; every stroke is in one of them.

        What is remembered changes nothing but the time that this takes.

        Args:
            count: Number of strokes.
            pairs: intp [P, 2], pairs of different strokes; a pair that comes again counts again.
            logits: float64 [P]: how much each pair speaks for being of one row.
        """
        pairs, logits = _summed(count, pairs, logits)
        component = _components(count, pairs[logits > 0])
        groups = self._groups(component, pairs, logits)
        row_of = np.empty(count, np.intp)
        for row, (strokes, _) in enumerate(groups):
            row_of[list(strokes)] = row
        between = _sums_between(len(groups), row_of[pairs], logits)
        return [JoinedRow(strokes, weakest, between[row]) for row, (strokes, weakest) in enumerate(groups)]

    def _groups(
        self, component: NDArray[np.intp], pairs: NDArray[np.intp], logits: NDArray[np.float64]
    ) -> list[_Group]:
        """Return the rows of all components, by the strokes' indices, in the order of their first strokes."""
        order = np.argsort(component, kind="stable")
        inside = component[pairs[:, 0]] == component[pairs[:, 1]]
        pairs, logits = pairs[inside], logits[inside]
        owner = component[pairs[:, 0]]
        by_owner = np.argsort(owner, kind="stable")
        pairs, logits, owner = pairs[by_owner], logits[by_owner], owner[by_owner]
        firsts, starts = np.unique(component[order], return_index=True)
        place = np.empty(len(component), np.intp)
        place[order] = np.arange(len(order)) - np.repeat(starts, np.diff([*starts, len(order)]))
        local, bounds = place[pairs], np.searchsorted(owner, [*firsts, len(component)]).tolist()
        before, self._known = self._known, {}
        groups: list[_Group] = []
        members = np.split(order, starts[1:])
        for own, (start, stop) in zip(members, pairwise(bounds), strict=True):
            strokes = own.tolist()
            if len(strokes) == 1:
                groups.append(((strokes[0],), math.inf))
                continue
            key = local[start:stop].tobytes() + logits[start:stop].tobytes()
            joined = before.get(key)
            if joined is None:
                joined = _joined_within(len(strokes), local[start:stop], logits[start:stop])
            self._known[key] = joined
            groups += [(tuple(strokes[index] for index in one), weakest) for one, weakest in joined]
        return sorted(groups)


def joined_rows(count: int, pairs: NDArray[np.intp], logits: NDArray[np.float64]) -> list[JoinedRow]:
    """Return rows as `RowClustering.joined` does, where nothing is remembered."""
    return RowClustering().joined(count, pairs, logits)


def _summed(
    count: int, pairs: NDArray[np.intp], logits: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the pairs in ascending order, each once, with the sum of its logits."""
    low, high = np.sort(pairs, axis=1).T if len(pairs) else (np.zeros(0, np.intp),) * 2
    found, which = np.unique(low * count + high, return_inverse=True)
    totals = np.bincount(which, logits, len(found)).astype(np.float64)
    return np.stack([found // count, found % count], axis=1), totals


def _components(count: int, pairs: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return for each stroke the least index of those that pairs connect it with: intp [N]."""
    least = np.arange(count)
    one, other = pairs.T
    while True:
        before = least
        low = np.minimum(least[one], least[other])
        least = least.copy()
        # Not only the strokes take over the smaller index, but also those that they had theirs from.
        for ends in (one, other, before[one], before[other]):
            np.minimum.at(least, ends, low)
        least = least[least]
        if (least == before).all():
            return least


def _joined_within(count: int, pairs: NDArray[np.intp], logits: NDArray[np.float64]) -> list[_Group]:
    """Join the strokes of one component, given by their places in it."""
    between: list[dict[int, float]] = [{} for _ in range(count)]
    heap = []
    for (one, other), logit in zip(pairs.tolist(), logits.tolist(), strict=True):
        between[one][other] = between[other][one] = logit
        if logit > 0:
            heap.append((-logit, one, other))
    heapq.heapify(heap)
    members: dict[int, list[int]] = {stroke: [stroke] for stroke in range(count)}
    weakest = [math.inf] * count
    while heap:
        negative, one, other = heapq.heappop(heap)
        if one not in members or other not in members or between[one].get(other) != -negative:
            # The sum has changed since, or one of them has been joined to another group.
            continue
        if len(between[one]) < len(between[other]):
            one, other = other, one
        members[one] += members.pop(other)
        weakest[one] = min(weakest[one], weakest[other], -negative)
        for third, logit in between[other].items():
            if third == one:
                continue
            del between[third][other]
            total = between[one].get(third, 0.0) + logit
            between[one][third] = between[third][one] = total
            if total > 0:
                heapq.heappush(heap, (-total, min(one, third), max(one, third)))
        del between[one][other]
        between[other] = {}
    return [(tuple(sorted(strokes)), weakest[one]) for one, strokes in members.items()]


def _sums_between(count: int, rows: NDArray[np.intp], logits: NDArray[np.float64]) -> Sequence[dict[int, float]]:
    """Return for each of the rows the sum of logits to each other one that has a pair with it.

    Args:
        count: Number of rows.
        rows: intp [P, 2], the rows of both strokes of each pair.
        logits: float64 [P].
    """
    low, high = np.sort(rows, axis=1).T
    apart = low != high
    found, which = np.unique(low[apart] * count + high[apart], return_inverse=True)
    between: list[dict[int, float]] = [{} for _ in range(count)]
    for key, total in zip(found.tolist(), np.bincount(which, logits[apart], len(found)).tolist(), strict=True):
        one, other = divmod(key, count)
        between[one][other] = between[other][one] = total
    return between
