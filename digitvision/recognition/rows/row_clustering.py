"""Rows out of pairs: strokes are joined while the pairs between two groups speak for it on the whole.

This is greedy additive edge contraction for correlation clustering (Keuper et al. 2015, "Efficient decomposition of
image and mesh graphs by lifted multicuts"): of all groups those two are joined whose logits have the largest sum, until
no sum is above 0. The number of rows need not be known.
"""

import heapq
import math
from dataclasses import dataclass

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


def joined_rows(count: int, pairs: NDArray[np.intp], logits: NDArray[np.float64]) -> list[JoinedRow]:
    """Return rows; every stroke is in one of them.

    Args:
        count: Number of strokes.
        pairs: intp [P, 2], pairs of different strokes.
        logits: float64 [P]: how much each pair speaks for being of one row.
    """
    between: list[dict[int, float]] = [{} for _ in range(count)]
    for (one, other), logit in zip(pairs.tolist(), logits.tolist(), strict=True):
        between[one][other] = between[other][one] = between[one].get(other, 0.0) + logit
    members: dict[int, list[int]] = {stroke: [stroke] for stroke in range(count)}
    weakest = [math.inf] * count
    heap = [
        (-logit, one, other)
        for one, others in enumerate(between)
        for other, logit in others.items()
        if one < other and logit > 0
    ]
    heapq.heapify(heap)
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
    index_of = {one: index for index, one in enumerate(members)}
    return [
        JoinedRow(
            tuple(sorted(strokes)),
            weakest[one],
            {index_of[other]: total for other, total in between[one].items()},
        )
        for one, strokes in members.items()
    ]
