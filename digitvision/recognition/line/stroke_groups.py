"""Groups of a line's strokes that may be one glyph, and the best ways to divide all strokes into such groups.

These are exact covers: every stroke is in one group. As a line is a row, the search takes the strokes from left to
right and has few alternatives open at any time. The order of writing does not matter.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_IN_ONE: Final = 5
"""Most strokes of one glyph: an E has four, and a writer may lift the pen once more."""

_LEAST_LOGIT: Final = -5.0
"""Least logit of two strokes that are grouped together."""

_MOST_NEIGHBOURS: Final = 6
_MOST_OF_ONE_STROKE: Final = 40
"""Most groups that begin with one stroke: in a scribble every stroke is near all others."""

_BEAM: Final = 48
"""Number of partial covers that are kept for each number of strokes from the left."""

_SUREST: Final = 6.0
"""Largest absolute logit of two strokes: beyond it they count as equally certain."""

_MOST_COVERS: Final = 32
"""Largest number of covers of connected strokes whose groups are kept."""

_CROWD: Final = 16
"""Number of connected strokes beyond which they are hardly writing; `_CROWD_BEAM` is the beam for them."""
_CROWD_BEAM: Final = 4

_DOUBT: Final = 4.5
"""Largest difference, as a logit, of a kept cover from the best one."""

Group = tuple[int, ...]


def possible_groups(together: NDArray[np.float32], least: float = _LEAST_LOGIT) -> list[Group]:
    """Return every single stroke, and the connected sets of up to five strokes.

    Args:
        together: float32 [N, N], symmetric: logit of each two strokes to be of one glyph.
        least: The logit from which two strokes are connected.
    """
    count = len(together)
    near: list[list[int]] = []
    for stroke in range(count):
        order = [int(other) for other in np.argsort(-together[stroke], kind="stable") if other != stroke]
        near.append([other for other in order if together[stroke, other] > least][:_MOST_NEIGHBOURS])
    found: dict[Group, None] = {}
    for first in range(count):
        grown: list[Group] = [(first,)]
        met = {grown[0]}
        for group in grown:
            if len(met) >= _MOST_OF_ONE_STROKE:
                break
            if len(group) == MOST_IN_ONE:
                continue
            for member in group:
                for other in near[member]:
                    larger = tuple(sorted((*group, other)))
                    if other > first and other not in group and larger not in met:
                        met.add(larger)
                        grown.append(larger)
        found.update(dict.fromkeys(grown))
    return list(found)


def merge_logit(together: NDArray[np.float32], group: Group) -> float:
    """Return the logit of strokes to be one glyph: the mean logit of two of them, times the number of merges."""
    if len(group) == 1:
        return 0.0
    own = np.clip(together[np.ix_(group, group)], -_SUREST, _SUREST)
    pairs = len(group) * (len(group) - 1)
    return float((own.sum() - np.trace(own)) / pairs) * (len(group) - 1)


def best_segmentations(
    groups: Sequence[Group], scores: Sequence[float], order: Sequence[int], most: int, beam: int = _BEAM
) -> list[tuple[float, tuple[int, ...]]]:
    """Find the covers of all strokes by groups with the greatest sums of scores, by beam search.

    Args:
        groups: Possible groups, every single stroke among them.
        scores: The score of each group.
        order: All strokes, from left to right.
        most: Number of covers that are wanted.
        beam: Number of partial covers that are kept at every stroke.

    Returns:
        Each cover's sum and the indices of its groups, the best first.
    """
    rank = {stroke: index for index, stroke in enumerate(order)}
    masks = [sum(1 << rank[stroke] for stroke in group) for group in groups]
    beginning: list[list[int]] = [[] for _ in order]
    for index, group in enumerate(groups):
        beginning[min(rank[stroke] for stroke in group)].append(index)
    # Partial covers by the strokes that they cover: all before `stroke_index`, and some after it.
    partial: list[dict[int, list[tuple[float, tuple[int, ...]]]]] = [{} for _ in range(len(order) + 1)]
    partial[0][0] = [(0.0, ())]
    for stroke_index in range(len(order)):
        partial_covers = partial[stroke_index]
        if len(partial_covers) > beam:
            best = sorted(partial_covers, key=lambda mask: -partial_covers[mask][0][0])[:beam]
            partial_covers = {mask: partial_covers[mask] for mask in best}
        for mask, covers in partial_covers.items():
            for index in beginning[stroke_index]:
                if mask & masks[index]:
                    continue
                covered = mask | masks[index]
                following = stroke_index + 1
                while covered >> following & 1:
                    following += 1
                kept = partial[following].setdefault(covered, [])
                kept += [(score + scores[index], (*cover, index)) for score, cover in covers]
                kept.sort(key=lambda one: -one[0])
                del kept[most:]
        partial[stroke_index] = {}
    (found,) = partial[len(order)].values()
    return found


def left_to_right(boxes: NDArray[np.float64]) -> list[int]:
    """Return the indices of boxes in reading order.

    Args:
        boxes: float64 [N, 4]: left, top, right, bottom.
    """
    middles = (boxes[:, 0] + boxes[:, 2]) / 2
    return [int(index) for index in np.argsort(middles, kind="stable")]


def boxes_of(boxes: NDArray[np.float64], groups: Iterable[Group]) -> NDArray[np.float64]:
    """float64 [M, 4]: the boxes around groups of boxes."""
    found = [
        np.concatenate([boxes[list(group), :2].min(axis=0), boxes[list(group), 2:].max(axis=0)]) for group in groups
    ]
    return np.array(found).reshape(-1, 4)


def likely_groups(groups: Sequence[Group], merges: Sequence[float], order: Sequence[int]) -> list[int]:
    """Return the indices of the groups that are in some cover not much less probable than the best, by merges alone.

    Each of them costs a run of the network; most strokes are clearly alone or clearly of one glyph with others.
    """
    found: set[int] = set()
    for part in _parts(groups, len(order)):
        inside = [index for index, group in enumerate(groups) if group[0] in part]
        if len(inside) == 1:
            found.update(inside)
            continue
        own_order = [stroke for stroke in order if stroke in part]
        # So many connected strokes are hardly writing: a fast search has to do.
        most, beam = (_MOST_COVERS, _BEAM) if len(part) <= _CROWD else (1, _CROWD_BEAM)
        own = [groups[index] for index in inside]
        segmentations = best_segmentations(own, [merges[index] for index in inside], own_order, most, beam)
        for total, segmentation in segmentations:
            if total >= segmentations[0][0] - _DOUBT:
                found.update(inside[index] for index in segmentation)
    return sorted(found)


def _parts(groups: Sequence[Group], count: int) -> list[frozenset[int]]:
    """Return the sets of strokes that are connected through groups."""
    owner = list(range(count))

    def root(stroke: int) -> int:
        while owner[stroke] != stroke:
            owner[stroke] = owner[owner[stroke]]
            stroke = owner[stroke]
        return stroke

    for group in groups:
        for stroke in group[1:]:
            owner[root(stroke)] = root(group[0])
    parts: dict[int, set[int]] = {}
    for stroke in range(count):
        parts.setdefault(root(stroke), set()).add(stroke)
    return [frozenset(part) for part in parts.values()]
